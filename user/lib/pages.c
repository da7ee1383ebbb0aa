// SPDX-License-Identifier: GPL-2.0
/*
 * pages.c - iterate over the facts of each page of a range, batch by batch
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define BATCH	(MMSCOPE_BUF_SIZE / sizeof(struct mmscope_page))

/**
 * struct mmscope_page_iter - see libmmscope.h
 * @ms: the handle
 * @opts: what was asked for; @start is the cursor
 * @last: the next page is not below this
 * @pos: next element of @buf
 * @nr: elements of @buf that are filled
 * @done: nothing is left to ask for
 * @err: why the iteration is over
 * @lock: sum of all replies
 * @buf: pages of one reply
 */
struct mmscope_page_iter {
	struct mmscope *ms;
	struct mmscope_page_opts opts;
	__u64 last;
	size_t pos;
	size_t nr;
	int done;
	int err;
	struct mmscope_lock lock;
	struct mmscope_page buf[BATCH];
};

MMSCOPE_API int mmscope_page_iter_new(struct mmscope *ms, const struct mmscope_page_opts *opts,
				      struct mmscope_page_iter **ret)
{
	struct mmscope_page_iter *iter;
	struct mmscope_page_opts o;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	iter = malloc(sizeof(*iter));
	if (!iter)
		return mmscope_fail(ENOMEM);
	memset(iter, 0, offsetof(struct mmscope_page_iter, buf));
	iter->ms = ms;
	iter->opts = o;
	if (!iter->opts.end)
		iter->opts.end = ~0ULL;
	iter->lock.generation = o.generation;
	*ret = iter;
	return 0;
}

MMSCOPE_API void mmscope_page_iter_free(struct mmscope_page_iter *iter)
{
	free(iter);
}

MMSCOPE_API const struct mmscope_lock *mmscope_page_iter_lock(const struct mmscope_page_iter *iter)
{
	return &iter->lock;
}

/* Fills the buffer; a reply may be empty without being the last. */
static int refill(struct mmscope_page_iter *iter)
{
	struct mmscope_pages arg = {
		.size = sizeof(arg),
		.start = iter->opts.start,
		.end = iter->opts.end,
		.buf = mmscope_ptr(iter->buf),
		.nr = BATCH,
		.page_size = sizeof(iter->buf[0]),
		.statuses = iter->opts.statuses,
		.lock.generation = iter->lock.generation,
		.lock.budget_ns = iter->ms->budget_ns,
	};
	int err;

	err = mmscope_ioctl(iter->ms, MMSCOPE_IOC_PAGES, &arg);
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

MMSCOPE_API int mmscope_page_iter_next(struct mmscope_page_iter *iter,
				       const struct mmscope_page **page)
{
	const struct mmscope_page *p;

	while (!iter->err && iter->pos == iter->nr && !iter->done)
		iter->err = refill(iter);
	if (iter->err)
		return mmscope_fail(-iter->err);
	if (iter->pos == iter->nr)
		return 0;
	p = &iter->buf[iter->pos++];
	if (p->va < iter->last) {
		iter->err = -EPROTO;
		return mmscope_fail(EPROTO);
	}
	iter->last = p->va + 1;
	*page = p;
	return 1;
}
