// SPDX-License-Identifier: GPL-2.0
/*
 * store.c - iterate over the nodes of the structure that keeps the VMAs
 *
 * Every record is checked before it is handed out: its slots are inside it, and the
 * list moves forward. A malformed reply is -EPROTO.
 */
#include <stdlib.h>

#include "batch.h"

/**
 * struct mmscope_store_iter - see libmmscope.h
 * @batch: the replies
 * @about: the last reply; its cursor is where to go on
 */
struct mmscope_store_iter {
	struct batch batch;
	struct mmscope_store about;
};

static int ask(struct batch *batch)
{
	struct mmscope_store_iter *iter = (struct mmscope_store_iter *)batch;
	const struct mmscope_store *last = &iter->about;
	struct mmscope_store arg = {
		.size = sizeof(arg),
		.flags = last->flags,
		.buf = mmscope_ptr(batch->buf),
		.buf_size = MMSCOPE_BUF_SIZE,
		.addr = last->addr,
		.depth = last->depth,
		.lock.generation = batch->lock.generation,
		.lock.budget_ns = batch->ms->budget_ns,
	};
	int err;

	err = mmscope_ioctl(batch->ms, MMSCOPE_IOC_STORE, &arg);
	if (!err)
		err = batch_reply(batch, &arg.lock, arg.nr, arg.used,
				  arg.done != 0, arg.addr > last->addr ||
				  (arg.addr == last->addr && arg.depth > last->depth));
	if (!err)
		iter->about = arg;
	return err;
}

MMSCOPE_API int mmscope_store_iter_new(struct mmscope *ms, const struct mmscope_store_opts *opts,
				       struct mmscope_store_iter **ret)
{
	struct mmscope_store_iter *iter;
	struct mmscope_store_opts o;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	iter = batch_new(sizeof(*iter), ms, ask, o.generation);
	if (!iter)
		return mmscope_fail(ENOMEM);
	if (o.path) {
		iter->about.flags = MMSCOPE_STORE_PATH;
		iter->about.addr = o.addr;
	}
	/* What the structure is can be told from now on. */
	err = ask(&iter->batch);
	if (err) {
		free(iter);
		return mmscope_fail(-err);
	}
	*ret = iter;
	return 0;
}

MMSCOPE_API void mmscope_store_iter_free(struct mmscope_store_iter *iter)
{
	free(iter);
}

MMSCOPE_API const struct mmscope_store *
mmscope_store_iter_about(const struct mmscope_store_iter *iter)
{
	return &iter->about;
}

MMSCOPE_API const struct mmscope_lock *
mmscope_store_iter_lock(const struct mmscope_store_iter *iter)
{
	return &iter->batch.lock;
}

MMSCOPE_API int mmscope_store_iter_next(struct mmscope_store_iter *iter,
					const struct mmscope_store_node **node)
{
	const struct mmscope_store_node *n;
	int ret = batch_more(&iter->batch);
	size_t room;

	if (ret <= 0)
		return ret;
	room = iter->batch.used - iter->batch.pos;
	n = (const struct mmscope_store_node *)(iter->batch.buf + iter->batch.pos);
	if (room < sizeof(*n) || n->size > room || n->size % 8 ||
	    n->size != sizeof(*n) + n->nr_slots * sizeof(struct mmscope_store_slot))
		return batch_end(&iter->batch, -EPROTO);
	batch_took(&iter->batch, n->size);
	*node = n;
	return 1;
}

MMSCOPE_API const struct mmscope_store_slot *
mmscope_store_slots(const struct mmscope_store_node *node)
{
	return (const struct mmscope_store_slot *)(node + 1);
}
