// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c - iterate over the memory accounting of VMAs, or take it of all at once
 */
#include <stdlib.h>

#include "batch.h"

#define BATCH	(MMSCOPE_BUF_SIZE / sizeof(struct mmscope_stat))

/**
 * struct mmscope_stat_iter - see libmmscope.h
 * @batch: the replies
 * @opts: what was asked for; @start is the cursor
 * @last: end of the record before
 */
struct mmscope_stat_iter {
	struct batch batch;
	struct mmscope_stat_opts opts;
	__u64 last;
};

static int ask(struct batch *batch)
{
	struct mmscope_stat_iter *iter = (struct mmscope_stat_iter *)batch;
	struct mmscope_stats arg = {
		.size = sizeof(arg),
		.flags = iter->opts.rollup ? MMSCOPE_STATS_ROLLUP : 0,
		.start = iter->opts.start,
		.end = iter->opts.end,
		.buf = mmscope_ptr(batch->buf),
		.nr = BATCH,
		.stat_size = sizeof(struct mmscope_stat),
		.lock.generation = batch->lock.generation,
		.lock.budget_ns = batch->ms->budget_ns,
	};
	int err;

	err = mmscope_ioctl(batch->ms, MMSCOPE_IOC_STATS, &arg);
	if (!err)
		err = batch_reply(batch, &arg.lock, arg.nr, arg.nr * sizeof(struct mmscope_stat),
				  arg.done != 0, arg.start > iter->opts.start);
	if (!err)
		iter->opts.start = arg.start;
	return err;
}

MMSCOPE_API int mmscope_stat_iter_new(struct mmscope *ms, const struct mmscope_stat_opts *opts,
				      struct mmscope_stat_iter **ret)
{
	struct mmscope_stat_iter *iter;
	struct mmscope_stat_opts o;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	iter = batch_new(sizeof(*iter), ms, ask, o.generation);
	if (!iter)
		return mmscope_fail(ENOMEM);
	iter->opts = o;
	if (!iter->opts.end)
		iter->opts.end = ~0ULL;
	*ret = iter;
	return 0;
}

MMSCOPE_API void mmscope_stat_iter_free(struct mmscope_stat_iter *iter)
{
	free(iter);
}

MMSCOPE_API const struct mmscope_lock *mmscope_stat_iter_lock(const struct mmscope_stat_iter *iter)
{
	return &iter->batch.lock;
}

MMSCOPE_API int mmscope_stat_iter_next(struct mmscope_stat_iter *iter,
				       const struct mmscope_stat **stat)
{
	const struct mmscope_stat *s;
	int ret = batch_more(&iter->batch);

	if (ret <= 0)
		return ret;
	s = (const struct mmscope_stat *)(iter->batch.buf + iter->batch.pos);
	if (s->start < iter->last || s->end <= s->start)
		return batch_end(&iter->batch, -EPROTO);
	batch_took(&iter->batch, sizeof(*s));
	iter->last = s->end;
	*stat = s;
	return 1;
}
