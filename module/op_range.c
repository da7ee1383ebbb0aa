// SPDX-License-Identifier: GPL-2.0
/*
 * op_range.c - EXTENTS, PAGES, STATS, TABLES and RMAP: what a range of addresses has
 *
 * They differ in their sink; chunks, cursor and copies are the same for all.
 */
#include "ops.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "arch/arch.h"
#include "batch.h"
#include "extents.h"
#include "look.h"
#include "pages.h"
#include "rmap.h"
#include "stats.h"
#include "tables.h"
#include "walk.h"

/**
 * struct range_op - one operation at work
 * @target: what is looked at
 * @chunk: fills the batch under one hold of the lock, moves the address, and
 *	says whether the end was reached
 * @sink: for @chunk
 * @batch: in @sink
 * @record: bytes of a record
 * @start: where to begin; then where to go on
 * @end: page-aligned
 * @buf: of the caller
 * @nr: records that fit there; then how many were filled
 * @done: out: the end was reached
 * @lock: in: the generation; out: the report
 */
struct range_op {
	const struct mmscope_target *target;
	bool (*chunk)(struct mmscope_look *look, void *sink,
		      unsigned long *addr, unsigned long end);
	void *sink;
	struct mmscope_batch *batch;
	size_t record;
	u64 start;
	u64 end;
	u64 buf;
	u64 nr;
	bool done;
	struct mmscope_lock lock;
};

#define ALL_STATUSES	(MMSCOPE_STATUS_BIT(MMSCOPE_NR_STATUS) - 1)
#define NO_PAGE		(MMSCOPE_STATUS_BIT(MMSCOPE_NONE) | \
			 MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA))

static long range_check(struct range_op *range)
{
	if (!range->target)
		return -ENOTCONN;
	if (range->start > range->end || range->start & ~PAGE_MASK ||
	    range->buf & 7)
		return -EINVAL;
	if (range->end == ~0ULL)
		return 0;
	return range->end & ~PAGE_MASK ? -EINVAL : 0;
}

static unsigned int range_room(const struct range_op *range, u64 filled)
{
	return min_t(u64, range->nr - filled,
		     MMSCOPE_MAX_BATCH / range->record);
}

static long range_run(struct range_op *range)
{
	struct mmscope_batch *batch = range->batch;
	u64 end = min_t(u64, range->end, MMSCOPE_ARCH_TASK_SIZE);
	unsigned long addr = min(range->start, end);
	struct mmscope_look look;
	u64 filled = 0;
	long ret;

	batch->room = range_room(range, 0);
	batch->buf = kvmalloc_array(batch->room, range->record,
				    GFP_KERNEL_ACCOUNT);
	if (!batch->buf)
		return -ENOMEM;

	mmscope_look_init(&look, range->target, &range->lock);
	mmscope_look_keep_cpu(&look);
	do {
		ret = mmscope_look_lock(&look);
		if (ret)
			goto out_free;
		range->done = range->chunk(&look, range->sink, &addr, end);
		mmscope_look_unlock(&look);

		ret = -EFAULT;
		if (copy_to_user(u64_to_user_ptr(range->buf) +
				 filled * range->record, batch->buf,
				 batch->nr * range->record))
			goto out_free;
		filled += batch->nr;
		batch->nr = 0;
		batch->room = range_room(range, filled);
		cond_resched();
	} while (!range->done && batch->room);

	range->start = max_t(u64, range->start, addr);
	range->nr = filled;
	range->lock = look.report;
	ret = 0;
out_free:
	kvfree(batch->buf);
	return ret;
}

long mmscope_op_extents(struct file *file, void *arg)
{
	const u64 flags = (MMSCOPE_PTE_NOREAD << 1) - 1 +
			  MMSCOPE_ARCH_PTE_FLAGS;
	const u32 dense = MMSCOPE_EXTENTS_DENSE | MMSCOPE_EXTENTS_DENSE_ALL;
	struct mmscope_extents *ask = arg;
	struct mmscope_extents_sink sink = {
		.statuses = ask->statuses ?: ALL_STATUSES & ~NO_PAGE,
		.ignore_flags = ask->ignore_flags,
		.require_flags = ask->require_flags,
		.expect = MMSCOPE_NO_ENTRY,
	};
	struct range_op range = {
		.target = mmscope_file_target(file->private_data),
		.chunk = mmscope_extents_chunk,
		.sink = &sink,
		.batch = &sink.batch,
		.record = sizeof(struct mmscope_extent),
		.start = ask->start,
		.end = ask->end,
		.buf = ask->buf,
		.nr = ask->nr,
		.lock = ask->lock,
	};
	long ret = range_check(&range);

	if (ret)
		return ret;
	if (ask->flags & ~dense || ask->reserved || !ask->nr ||
	    ask->extent_size != sizeof(struct mmscope_extent) ||
	    ask->statuses & ~ALL_STATUSES ||
	    (ask->ignore_flags | ask->require_flags) & ~flags ||
	    ask->ignore_flags & ask->require_flags)
		return -EINVAL;

	sink.rights = range.target->rights;
	if (ask->flags & dense)
		mmscope_extents_dense(&sink, ask->flags & MMSCOPE_EXTENTS_DENSE_ALL);
	ret = range_run(&range);
	if (ret)
		return ret;
	ask->start = range.start;
	ask->nr = range.nr;
	ask->done = range.done;
	ask->lock = range.lock;
	return 0;
}

long mmscope_op_pages(struct file *file, void *arg)
{
	struct mmscope_pages *ask = arg;
	struct mmscope_pages_sink sink = {
		.statuses = ask->statuses ?: ALL_STATUSES & ~NO_PAGE,
	};
	struct range_op range = {
		.target = mmscope_file_target(file->private_data),
		.chunk = mmscope_pages_chunk,
		.sink = &sink,
		.batch = &sink.batch,
		.record = sizeof(struct mmscope_page),
		.start = ask->start,
		.end = ask->end,
		.buf = ask->buf,
		.nr = ask->nr,
		.lock = ask->lock,
	};
	long ret = range_check(&range);

	if (ret)
		return ret;
	if (ask->flags || ask->reserved || !ask->nr ||
	    ask->page_size != sizeof(struct mmscope_page) ||
	    ask->statuses & (~ALL_STATUSES | NO_PAGE))
		return -EINVAL;

	sink.rights = range.target->rights;
	ret = range_run(&range);
	if (ret)
		return ret;
	ask->start = range.start;
	ask->nr = range.nr;
	ask->done = range.done;
	ask->lock = range.lock;
	return 0;
}

long mmscope_op_stats(struct file *file, void *arg)
{
	struct mmscope_stats *ask = arg;
	struct mmscope_stats_sink sink = {
		.rollup = ask->flags & MMSCOPE_STATS_ROLLUP,
	};
	struct range_op range = {
		.target = mmscope_file_target(file->private_data),
		.chunk = mmscope_stats_chunk,
		.sink = &sink,
		.batch = &sink.batch,
		.record = sizeof(struct mmscope_stat),
		.start = ask->start,
		.end = ask->end,
		.buf = ask->buf,
		.nr = ask->nr,
		.lock = ask->lock,
	};
	long ret = range_check(&range);

	if (ret)
		return ret;
	if (ask->flags & ~(u32)MMSCOPE_STATS_ROLLUP || !ask->nr ||
	    ask->stat_size != sizeof(struct mmscope_stat))
		return -EINVAL;

	ret = range_run(&range);
	if (ret)
		return ret;
	ask->start = range.start;
	ask->nr = range.nr;
	ask->done = range.done;
	ask->lock = range.lock;
	return 0;
}

long mmscope_op_tables(struct file *file, void *arg)
{
	struct mmscope_tables *ask = arg;
	struct mmscope_level_info levels[MMSCOPE_NR_LEVELS];
	struct mmscope_tables_sink sink = { 0 };
	struct range_op range = {
		.target = mmscope_file_target(file->private_data),
		.chunk = mmscope_tables_chunk,
		.sink = &sink,
		.batch = &sink.batch,
		.record = sizeof(struct mmscope_table_level),
		.start = ask->start,
		.end = ask->end,
		.nr = 1, /* of no records: runs to the end */
		.lock = ask->lock,
	};
	long ret = range_check(&range);
	unsigned int i;

	if (ret)
		return ret;
	if (ask->flags || ask->reserved)
		return -EINVAL;

	ret = range_run(&range);
	if (ret)
		return ret;
	memset(ask->levels, 0, sizeof(ask->levels));
	ask->nr_levels = mmscope_levels(levels);
	for (i = 0; i < ask->nr_levels; i++) {
		ask->levels[i] = sink.levels[levels[i].level];
		ask->levels[i].level = levels[i].level;
	}
	ask->pgtables_bytes = mm_pgtables_bytes(range.target->mm);
	ask->lock = range.lock;
	return 0;
}

/* The caller's list, checked; it has to be freed. */
static struct mmscope_frames *frames_get(const struct mmscope_rmap *ask)
{
	struct mmscope_frames *frames;
	unsigned int i;
	u64 above = 0;

	frames = kvmalloc_array(ask->nr_frames, sizeof(*frames),
				GFP_KERNEL_ACCOUNT);
	if (!frames)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(frames, u64_to_user_ptr(ask->frames),
			   array_size(ask->nr_frames, sizeof(*frames)))) {
		kvfree(frames);
		return ERR_PTR(-EFAULT);
	}
	for (i = 0; i < ask->nr_frames; i++) {
		if ((frames[i].start | frames[i].end) & ~PAGE_MASK ||
		    frames[i].start < above ||
		    frames[i].end <= frames[i].start) {
			kvfree(frames);
			return ERR_PTR(-EINVAL);
		}
		above = frames[i].end;
	}
	return frames;
}

long mmscope_op_rmap(struct file *file, void *arg)
{
	struct mmscope_rmap *ask = arg;
	struct mmscope_frames *frames;
	struct mmscope_rmap_sink sink;
	struct range_op range = {
		.target = mmscope_file_target(file->private_data),
		.chunk = mmscope_rmap_chunk,
		.sink = &sink,
		.batch = &sink.extents.batch,
		.record = sizeof(struct mmscope_extent),
		.start = ask->start,
		.end = ask->end,
		.buf = ask->buf,
		.nr = ask->nr,
		.lock = ask->lock,
	};
	long ret = range_check(&range);

	if (ret)
		return ret;
	if (ask->flags || ask->reserved || !ask->nr || !ask->nr_frames ||
	    ask->nr_frames > MMSCOPE_FRAMES_MAX ||
	    ask->extent_size != sizeof(struct mmscope_extent))
		return -EINVAL;
	/* Not even that nothing was found is told, nor does the time say it. */
	if (!(range.target->rights & MMSCOPE_RIGHT_PHYS))
		return -EPERM;

	frames = frames_get(ask);
	if (IS_ERR(frames))
		return PTR_ERR(frames);
	mmscope_rmap_init(&sink, frames, ask->nr_frames);
	ret = range_run(&range);
	kvfree(frames);
	if (ret)
		return ret;
	ask->start = range.start;
	ask->nr = range.nr;
	ask->done = range.done;
	ask->lock = range.lock;
	return 0;
}
