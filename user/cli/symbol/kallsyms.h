/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kallsyms.h - names of the kernel's own addresses, by /proc/kallsyms
 *
 *	SYMBOL | MODULE:SYMBOL | vmlinux:SYMBOL, each with +OFF
 */
#ifndef MMSCOPE_KALLSYMS_H
#define MMSCOPE_KALLSYMS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "../render/strbuf.h"

#define KALLSYMS_PATH	"/proc/kallsyms"

/**
 * struct kernel_symbol - a line of /proc/kallsyms
 * @addr: its address
 * @type: a letter as nm prints it; upper case is global
 * @name: its name
 * @module: where it is, "" in the kernel itself
 */
struct kernel_symbol {
	__u64 addr;
	char type;
	const char *name;
	const char *module;
};

/**
 * struct kallsyms - all of them
 * @text: what was read
 * @v: by address
 * @nr: how many
 */
struct kallsyms {
	char *text;
	struct kernel_symbol *v;
	size_t nr;
};

/*
 * Reads @path: 0; -EACCES when it shows no address (kptr_restrict), or -errno. To be
 * freed in any case.
 */
int kallsyms_load(const char *path, struct kallsyms *k);
void kallsyms_free(struct kallsyms *k);

/* What is wrong with @text, which is no number, or NULL. */
const char *kallsyms_wrong(const char *text);

/*
 * The address that @text means. Of several symbols of a name the only global one
 * counts. Returns how many there were; with more than one @why lists some.
 */
size_t kallsyms_find(const struct kallsyms *k, const char *text, __u64 *addr,
		     struct strbuf *why);

/* The symbol that the address is in, or NULL. */
const struct kernel_symbol *kallsyms_at(const struct kallsyms *k, __u64 addr);

#endif /* MMSCOPE_KALLSYMS_H */
