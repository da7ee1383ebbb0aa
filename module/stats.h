/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stats.h - memory accounting, as smaps has it
 */
#ifndef MMSCOPE_STATS_H
#define MMSCOPE_STATS_H

#include "batch.h"
#include "look.h"

#define MMSCOPE_STATS_CLASSES	64

/**
 * struct mmscope_stats_sink - sums up; state between chunks
 * @batch: of struct mmscope_stat, those that are finished
 * @rollup: one record for all
 * @sum: the record at work; of no VMA yet when @sum.nr_vmas is 0
 * @end: where the range ends
 * @vma_end: end of the VMA that was entered last
 * @locked: it is mlocked
 * @counts: pages of each class that are not in @sum yet; see stats.c
 * @counted: bit per class that has any
 * @holes: its empty entries may be shared memory in swap
 * @scanning: its file is still to be looked through for that
 * @scan: from here to @vma_end
 * @stopped: address at which that ended a hold, or 0
 */
struct mmscope_stats_sink {
	struct mmscope_batch batch;
	bool rollup;
	struct mmscope_stat sum;
	unsigned long end;
	unsigned long vma_end;
	bool locked;
	bool holes;
	bool scanning;
	unsigned long scan;
	unsigned long stopped;
	u32 counts[MMSCOPE_STATS_CLASSES];
	u64 counted;
};

bool mmscope_stats_chunk(struct mmscope_look *look, void *sink,
			 unsigned long *addr, unsigned long end);

#endif /* MMSCOPE_STATS_H */
