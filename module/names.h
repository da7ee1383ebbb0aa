/* SPDX-License-Identifier: GPL-2.0 */
/*
 * names.h - what bits are called
 */
#ifndef MMSCOPE_NAMES_H
#define MMSCOPE_NAMES_H

#include <linux/types.h>

#include <mmscope.h>

struct seq_file;

/**
 * struct mmscope_flag_name - a name in a table
 * @mask: the one bit it names; zero where this kernel lacks the flag
 * @name: the kernel's name in lower case, without its prefix
 */
struct mmscope_flag_name {
	u64 mask;
	const char *name;
};

/* Most names a class can have: one a bit. */
#define MMSCOPE_NAMES_MAX	64

int mmscope_names(u32 class, struct mmscope_name names[MMSCOPE_NAMES_MAX]);
void mmscope_names_show(struct seq_file *m, u32 class, u64 word);

#endif /* MMSCOPE_NAMES_H */
