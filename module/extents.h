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
 * @begun: runs that were begun so far
 * @dense: words are welcome in place of short runs
 * @dense_all: and of long ones
 * @dense_left: page tables to tell by words before runs are tried again; 0 while
 *	runs are told
 * @dense_next: how many it will be the next time
 * @dense_test: of an entry that is its own word, these bits …
 * @dense_want: … are these …
 * @dense_keep: … and the word has these of it
 * @dense_add: … and these besides
 * @dense_entries: such a word is the entry, and not only most of it
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
	unsigned int begun;
	bool dense;
	bool dense_all;
	unsigned int dense_left;
	unsigned int dense_next;
	u64 dense_test;
	u64 dense_want;
	u64 dense_keep;
	u64 dense_add;
	bool dense_entries;
};

void mmscope_extents_dense(struct mmscope_extents_sink *sink, bool all);
int mmscope_extents_take(struct mmscope_extents_sink *sink,
			 const struct mmscope_entry *entry, unsigned long addr,
			 unsigned long end);
void mmscope_extents_finish(struct mmscope_extents_sink *sink);
bool mmscope_extents_chunk(struct mmscope_look *look, void *sink,
			   unsigned long *addr, unsigned long end);

#endif /* MMSCOPE_EXTENTS_H */
