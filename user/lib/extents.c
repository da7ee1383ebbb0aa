// SPDX-License-Identifier: GPL-2.0
/*
 * extents.c - iterate over the runs of a range, batch by batch
 *
 * The module ends a run where its chunk ends. Here neighbours that continue each
 * other are joined again, so that what comes out does not depend on chunks.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define BATCH	(MMSCOPE_BUF_SIZE / sizeof(struct mmscope_extent))

/**
 * struct mmscope_extent_iter - see libmmscope.h
 * @ms: the handle
 * @opts: what was asked for; @start is the cursor
 * @page_size: bytes of a base page: swap offsets count in them
 * @pos: next element of @buf
 * @nr: elements of @buf that are filled
 * @done: nothing is left to ask for
 * @err: error to report when @run has been handed out
 * @have_run: @run is set
 * @run: the run that is being joined
 * @lock: sum of all replies
 * @buf: extents of one reply
 */
struct mmscope_extent_iter {
	struct mmscope *ms;
	struct mmscope_extent_opts opts;
	__u64 page_size;
	size_t pos;
	size_t nr;
	int done;
	int err;
	int have_run;
	struct mmscope_extent run;
	struct mmscope_lock lock;
	struct mmscope_extent buf[BATCH];
};

MMSCOPE_API int mmscope_extent_iter_new(struct mmscope *ms, const struct mmscope_extent_opts *opts,
					struct mmscope_extent_iter **ret)
{
	struct mmscope_extent_iter *iter;
	struct mmscope_extent_opts o;
	unsigned int page_size;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	err = mmscope_page_size(ms, &page_size);
	if (err)
		return err;
	iter = malloc(sizeof(*iter));
	if (!iter)
		return mmscope_fail(ENOMEM);
	memset(iter, 0, offsetof(struct mmscope_extent_iter, buf));
	iter->ms = ms;
	iter->opts = o;
	if (!iter->opts.end)
		iter->opts.end = ~0ULL;
	iter->page_size = page_size;
	iter->lock.generation = o.generation;
	*ret = iter;
	return 0;
}

MMSCOPE_API void mmscope_extent_iter_free(struct mmscope_extent_iter *iter)
{
	free(iter);
}

MMSCOPE_API const struct mmscope_lock *
mmscope_extent_iter_lock(const struct mmscope_extent_iter *iter)
{
	return &iter->lock;
}

/* Fills the buffer; a reply may be empty without being the last. */
static int refill(struct mmscope_extent_iter *iter)
{
	struct mmscope_extents arg = {
		.size = sizeof(arg),
		.start = iter->opts.start,
		.end = iter->opts.end,
		.buf = mmscope_ptr(iter->buf),
		.nr = BATCH,
		.extent_size = sizeof(iter->buf[0]),
		.statuses = iter->opts.statuses,
		.ignore_flags = iter->opts.ignore_flags,
		.require_flags = iter->opts.require_flags,
		.lock.generation = iter->lock.generation,
	};
	int err;

	err = mmscope_ioctl(iter->ms, MMSCOPE_IOC_EXTENTS, &arg);
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

/* Does @next continue @run? The rule is that of struct mmscope_extent. */
static int continues(const struct mmscope_extent_iter *iter, const struct mmscope_extent *run,
		     const struct mmscope_extent *next)
{
	__u64 len = run->end - run->start;

	if (run->end != next->start || run->status != next->status || run->level != next->level ||
	    run->flags != next->flags || run->page_shift != next->page_shift ||
	    run->swap_type != next->swap_type)
		return 0;
	if (run->pa == MMSCOPE_HIDDEN || next->pa == MMSCOPE_HIDDEN)
		return run->pa == next->pa;
	switch (run->status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		return run->pa + len == next->pa;
	case MMSCOPE_SWAP:
		return run->pa + len / iter->page_size == next->pa;
	default:
		return run->pa == next->pa;
	}
}

MMSCOPE_API int mmscope_extent_iter_next(struct mmscope_extent_iter *iter,
					 struct mmscope_extent *extent)
{
	const struct mmscope_extent *next;

	for (;;) {
		while (!iter->err && iter->pos == iter->nr && !iter->done)
			iter->err = refill(iter);
		if (iter->err || iter->pos == iter->nr)
			break;
		next = &iter->buf[iter->pos++];
		if (next->end <= next->start ||
		    (iter->have_run && next->start < iter->run.end)) {
			iter->err = -EPROTO;
			break;
		}
		if (!iter->have_run) {
			iter->run = *next;
			iter->have_run = 1;
		} else if (continues(iter, &iter->run, next)) {
			iter->run.end = next->end;
		} else {
			*extent = iter->run;
			iter->run = *next;
			return 1;
		}
	}
	if (iter->have_run) {
		*extent = iter->run;
		iter->have_run = 0;
		return 1;
	}
	return iter->err ? mmscope_fail(-iter->err) : 0;
}
