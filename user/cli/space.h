/* SPDX-License-Identifier: GPL-2.0 */
/*
 * space.h - an address space as mmap() sees it: what is taken, and where it searches
 */
#ifndef MMSCOPE_SPACE_H
#define MMSCOPE_SPACE_H

#include "cli.h"

/**
 * struct area - a VMA
 * @start: first byte
 * @end: end, exclusive
 * @guard: bytes below @start that the search leaves free (mm.h:vm_start_gap())
 */
struct area {
	__u64 start;
	__u64 end;
	__u64 guard;
};

/**
 * struct space - all VMAs, and the bounds of the search
 * @areas: by address
 * @nr: how many
 * @top_down: search downwards from @base first
 * @base: where that begins
 * @legacy_base: where a search upwards begins
 * @end: where it ends: addresses above are given to those only who ask for them
 * @lowest: no address below is given
 * @task_size: end of user space
 * @maple_tree: the VMAs are kept in one, which searches a little differently
 * @compat: a 32-bit process on a 64-bit kernel
 * @page_size: bytes of a base page
 * @mm: the descriptor, from the same look
 * @lock: report of the look
 */
struct space {
	struct area *areas;
	size_t nr;
	bool top_down;
	__u64 base;
	__u64 legacy_base;
	__u64 end;
	__u64 lowest;
	__u64 task_size;
	bool maple_tree;
	bool compat;
	unsigned int page_size;
	struct mmscope_mm mm;
	struct mmscope_lock lock;
};

/* Reads descriptor and VMAs of an attached handle. Returns 0 or -errno; free in any case. */
int space_load(struct space *space, struct mmscope *ms, const struct mmscope_info *info);
void space_free(struct space *space);

/* Hole number @i, from 0 to and with @nr: below area @i; @start == @end: none. */
void space_gap(const struct space *space, size_t i, __u64 *start, __u64 *end);

/**
 * space_search() - where the kernel's search places a mapping (mm/mmap.c or mm/vma.c:
 * vm_unmapped_area(), and its callers in the architecture)
 * @space: the space
 * @len: bytes, whole pages
 * @align: a power of two, at least a page
 * @addr: where it is put
 *
 * Return: false when there is no room.
 */
bool space_search(const struct space *space, __u64 len, __u64 align, __u64 *addr);

/* The longest mapping that the search would place into hole @i. */
__u64 space_usable(const struct space *space, size_t i);

/* The guard below stacks: 256 pages unless the kernel's command line says otherwise. */
__u64 space_stack_guard(unsigned int page_size);

#endif /* MMSCOPE_SPACE_H */
