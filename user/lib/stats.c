// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c - iterate over the memory accounting of VMAs, or take it of all at once
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define BATCH	(MMSCOPE_BUF_SIZE / sizeof(struct mmscope_stat))

/**
 * struct mmscope_stat_iter - see libmmscope.h
 * @ms: the handle
 * @opts: what was asked for; @start is the cursor
 * @last: end of the record before
 * @pos: next element of @buf
 * @nr: elements of @buf that are filled
 * @done: nothing is left to ask for
 * @err: why the iteration is over
 * @lock: sum of all replies
 * @buf: records of one reply
 */
struct mmscope_stat_iter {
	struct mmscope *ms;
	struct mmscope_stat_opts opts;
	__u64 last;
	size_t pos;
	size_t nr;
	int done;
	int err;
	struct mmscope_lock lock;
	struct mmscope_stat buf[BATCH];
};

MMSCOPE_API int mmscope_stat_iter_new(struct mmscope *ms, const struct mmscope_stat_opts *opts,
				      struct mmscope_stat_iter **ret)
{
	struct mmscope_stat_iter *iter;
	struct mmscope_stat_opts o;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	iter = malloc(sizeof(*iter));
	if (!iter)
		return mmscope_fail(ENOMEM);
	memset(iter, 0, offsetof(struct mmscope_stat_iter, buf));
	iter->ms = ms;
	iter->opts = o;
	if (!iter->opts.end)
		iter->opts.end = ~0ULL;
	iter->lock.generation = o.generation;
	*ret = iter;
	return 0;
}

MMSCOPE_API void mmscope_stat_iter_free(struct mmscope_stat_iter *iter)
{
	free(iter);
}

MMSCOPE_API const struct mmscope_lock *mmscope_stat_iter_lock(const struct mmscope_stat_iter *iter)
{
	return &iter->lock;
}

/* Fills the buffer; a reply may be empty without being the last. */
static int refill(struct mmscope_stat_iter *iter)
{
	struct mmscope_stats arg = {
		.size = sizeof(arg),
		.flags = iter->opts.rollup ? MMSCOPE_STATS_ROLLUP : 0,
		.start = iter->opts.start,
		.end = iter->opts.end,
		.buf = mmscope_ptr(iter->buf),
		.nr = BATCH,
		.stat_size = sizeof(iter->buf[0]),
		.lock.generation = iter->lock.generation,
		.lock.budget_ns = iter->ms->budget_ns,
	};
	int err;

	err = mmscope_ioctl(iter->ms, MMSCOPE_IOC_STATS, &arg);
	if (err)
		return err;
	mmscope_lock_add(&iter->lock, &arg.lock);
	/* A reply that brings no step forward would be repeated for ever. */
	if (arg.nr > BATCH || (!arg.done && arg.start <= iter->opts.start))
		return mmscope_fail(EPROTO);
	iter->pos = 0;
	iter->nr = arg.nr;
	iter->opts.start = arg.start;
	iter->done = arg.done != 0;
	return 0;
}

MMSCOPE_API int mmscope_stat_iter_next(struct mmscope_stat_iter *iter,
				       const struct mmscope_stat **stat)
{
	const struct mmscope_stat *s;

	while (!iter->err && iter->pos == iter->nr && !iter->done)
		iter->err = refill(iter);
	if (iter->err)
		return mmscope_fail(-iter->err);
	if (iter->pos == iter->nr)
		return 0;
	s = &iter->buf[iter->pos++];
	if (s->start < iter->last || s->end <= s->start) {
		iter->err = -EPROTO;
		return mmscope_fail(EPROTO);
	}
	iter->last = s->end;
	*stat = s;
	return 1;
}
