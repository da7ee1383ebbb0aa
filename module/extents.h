/* SPDX-License-Identifier: GPL-2.0 */
/*
 * extents.h - a range of addresses as merged runs
 */
#ifndef MMSCOPE_EXTENTS_H
#define MMSCOPE_EXTENTS_H

#include "batch.h"
#include "entry.h"
#include "look.h"

/* All ones: has reserved bits set, so no entry of any architecture. */
#define MMSCOPE_NO_ENTRY	(~0ULL)

/**
 * struct mmscope_extents_sink - builds runs; state between chunks
 * @batch: of struct mmscope_extent, runs that are finished
 * @statuses: MMSCOPE_STATUS_BIT() of what to report
 * @ignore_flags: MMSCOPE_PTE_* taken off every entry
 * @require_flags: MMSCOPE_PTE_* that a reported entry has
 * @rights: MMSCOPE_RIGHT_* of whoever asked
 * @run: the run being built; empty when start == end
 * @expect: raw entry that continues @run; at first MMSCOPE_NO_ENTRY
 * @step: how @expect differs from one entry to the next
 * @mask: the bits of an entry that are compared: with the right to see frames
 *	all, else those beside the frame, so that not even the time that a walk
 *	takes depends on where pages lie
 * @expect_level: the level where it is expected
 */
struct mmscope_extents_sink {
	struct mmscope_batch batch;
	u32 statuses;
	u64 ignore_flags;
	u64 require_flags;
	u32 rights;
	struct mmscope_extent run;
	u64 expect;
	u64 step;
	u64 mask;
	enum mmscope_level expect_level;
};

bool mmscope_extents_chunk(struct mmscope_look *look, void *sink,
			   unsigned long *addr, unsigned long end);

#endif /* MMSCOPE_EXTENTS_H */
