/* SPDX-License-Identifier: GPL-2.0 */
/*
 * placement.h - where mmap() would place a mapping, with the kernel's own wish to align
 * it to huge pages
 *
 * What is aligned, and how, changed from kernel to kernel and depends on the file
 * system. No interface tells it, so it is found out: by mapping, in this process, and
 * looking which of the known rules foretells the address.
 */
#ifndef MMSCOPE_PLACEMENT_H
#define MMSCOPE_PLACEMENT_H

#include "space.h"

/**
 * struct placement_rule - when a mapping is aligned to huge pages
 * @align: the search's own alignment (hugetlbfs)
 * @huge: bytes of a huge page, 0: never aligned to it
 * @multiples: only what is a multiple of @huge long
 * @up: one that lies at the top of its room already is moved up by @huge
 *	(mm/huge_memory.c:__thp_get_unmapped_area(), since 6.7)
 */
struct placement_rule {
	__u64 align;
	__u64 huge;
	bool multiples;
	bool up;
};

/**
 * placement_learn() - which rule does this kernel follow?
 * @ms: a handle attached to this process
 * @info: of the module
 * @fd: a file to be mapped from its beginning, or -1 for private anonymous memory
 * @rule: where it is put
 *
 * Maps and unmaps a few areas without access in this process.
 *
 * Return: 0, -EOPNOTSUPP when none of the rules foretells what happens, or -errno.
 */
int placement_learn(struct mmscope *ms, const struct mmscope_info *info, int fd,
		    struct placement_rule *rule);

/* Where a mapping of @len bytes, aligned to @align, goes by @rule; false: nowhere. */
bool placement_find(const struct space *space, const struct placement_rule *rule, __u64 len,
		    __u64 align, __u64 *addr);

#endif /* MMSCOPE_PLACEMENT_H */
