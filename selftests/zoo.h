/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zoo.h - makes mappings of a known kind, for mkmm and for the tests
 *
 * zoo_make() builds one kind in the calling process (a few need a child) and
 * tells where it is. Nothing here knows of the module.
 */
#ifndef ZOO_H
#define ZOO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define ZOO_MIX		(1U << 0)	/* fit for "mixed": small and without side effects */
#define ZOO_OTHER	(1U << 1)	/* lives in another process than the caller */
#define ZOO_NO_MM	(1U << 2)	/* has no address space */
#define ZOO_EXITS	(1U << 3)	/* the caller exits at a byte on stdin */

/*
 * Where "device" is in physical memory: the BIOS area, on arm64 flash memory, as on
 * riscv64. Even a strict kernel lets it be mapped.
 */
#ifdef __riscv
#define ZOO_DEVICE_PA	0x20000000UL
#else
#define ZOO_DEVICE_PA	0xf0000UL
#endif

/* What zoo_make() returns besides 0: @why says the rest. */
#define ZOO_FAILED	1
#define ZOO_LACKS	4	/* this kernel, machine or configuration has none */

#define ZOO_MAX_FDS	4
#define ZOO_MAX_CHILDREN 2

/**
 * struct zoo_options - how much of it
 * @count: VMAs or threads, 0 for the kind's default
 * @size: bytes, 0 for the kind's default; rounded up to the kind's page size
 */
struct zoo_options {
	unsigned long count;
	size_t size;
};

/**
 * struct zoo_thing - what was made
 * @pid: the process whose address space holds it
 * @start: first byte of it
 * @end: end, exclusive
 * @page_size: bytes of the pages it is made of
 * @note: further "key=value" words of mkmm's line
 * @why: reason, when it could not be made
 * @path: file to remove in the end
 * @fds: descriptors that keep it alive, @nr_fds of them
 * @children: processes that keep it alive, @nr_children of them
 */
struct zoo_thing {
	pid_t pid;
	unsigned long start;
	unsigned long end;
	size_t page_size;
	char note[160];
	char why[320];
	char path[256];
	int nr_fds;
	int fds[ZOO_MAX_FDS];
	int nr_children;
	pid_t children[ZOO_MAX_CHILDREN];
};

/**
 * struct zoo_kind - a row of the table kinds
 * @name: as mkmm takes it
 * @help: one line
 * @flags: ZOO_*
 * @make: makes it; fills @t->start, @t->end and what else differs
 */
struct zoo_kind {
	const char *name;
	const char *help;
	unsigned int flags;
	int (*make)(const struct zoo_options *o, struct zoo_thing *t);
};

extern const struct zoo_kind zoo_kinds[];
extern const unsigned int zoo_nr_kinds;

const struct zoo_kind *zoo_find(const char *name);
int zoo_make(const struct zoo_kind *kind, const struct zoo_options *o, struct zoo_thing *t);
void zoo_release(struct zoo_thing *t);

#endif /* ZOO_H */
