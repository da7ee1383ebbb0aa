/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kept.h - a look that is kept in memory, to compare the next one with
 */
#ifndef MMSCOPE_KEPT_H
#define MMSCOPE_KEPT_H

#include "change.h"

/**
 * struct kept - a look at a process: memory by the number of its VMAs and runs
 * @vmas: its VMAs
 * @runs: its pages
 * @nr: how many runs
 * @lock: what looking did
 */
struct kept {
	struct vma_list vmas;
	struct page_run *runs;
	size_t nr;
	struct mmscope_lock lock;
};

/*
 * Zeros, or an older look: its memory is used again. Returns 0 or -errno; free in any case.
 */
int kept_load(struct kept *kept, const struct target *target);
void kept_free(struct kept *kept);

/* Compares two; @groups is to be freed. The lists of both are grouped anew. */
void kept_compare(struct kept *before, struct kept *after, unsigned int page_size,
		  struct change_groups *groups, struct change_sum *sum);

#endif /* MMSCOPE_KEPT_H */
