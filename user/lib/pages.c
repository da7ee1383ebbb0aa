// SPDX-License-Identifier: GPL-2.0
/*
 * pages.c - iterate over the facts of each page of a range, batch by batch
 */
#include <stdlib.h>

#include "batch.h"

#define BATCH	(MMSCOPE_BUF_SIZE / sizeof(struct mmscope_page))

/**
 * struct mmscope_page_iter - see libmmscope.h
 * @batch: the replies
 * @opts: what was asked for; @start is the cursor
 * @last: the next page is not below this
 */
struct mmscope_page_iter {
	struct batch batch;
	struct mmscope_page_opts opts;
	__u64 last;
};

static int ask(struct batch *batch)
{
	struct mmscope_page_iter *iter = (struct mmscope_page_iter *)batch;
	struct mmscope_pages arg = {
		.size = sizeof(arg),
		.start = iter->opts.start,
		.end = iter->opts.end,
		.buf = mmscope_ptr(batch->buf),
		.nr = BATCH,
		.page_size = sizeof(struct mmscope_page),
		.statuses = iter->opts.statuses,
		.lock.generation = batch->lock.generation,
		.lock.budget_ns = batch->ms->budget_ns,
	};
	int err;

	err = mmscope_ioctl(batch->ms, MMSCOPE_IOC_PAGES, &arg);
	if (!err)
		err = batch_reply(batch, &arg.lock, arg.nr, arg.nr * sizeof(struct mmscope_page),
				  arg.done != 0, arg.start > iter->opts.start);
	if (!err)
		iter->opts.start = arg.start;
	return err;
}

MMSCOPE_API int mmscope_page_iter_new(struct mmscope *ms, const struct mmscope_page_opts *opts,
				      struct mmscope_page_iter **ret)
{
	struct mmscope_page_iter *iter;
	struct mmscope_page_opts o;
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

MMSCOPE_API void mmscope_page_iter_free(struct mmscope_page_iter *iter)
{
	free(iter);
}

MMSCOPE_API const struct mmscope_lock *mmscope_page_iter_lock(const struct mmscope_page_iter *iter)
{
	return &iter->batch.lock;
}

MMSCOPE_API int mmscope_page_iter_next(struct mmscope_page_iter *iter,
				       const struct mmscope_page **page)
{
	const struct mmscope_page *p;
	int ret = batch_more(&iter->batch);

	if (ret <= 0)
		return ret;
	p = (const struct mmscope_page *)(iter->batch.buf + iter->batch.pos);
	if (p->va < iter->last)
		return batch_end(&iter->batch, -EPROTO);
	batch_took(&iter->batch, sizeof(*p));
	iter->last = p->va + 1;
	*page = p;
	return 1;
}
