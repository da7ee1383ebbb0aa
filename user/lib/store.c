// SPDX-License-Identifier: GPL-2.0
/*
 * store.c - iterate over the nodes of the structure that keeps the VMAs
 *
 * Every record is checked before it is handed out: its slots are inside it, and the
 * list moves forward. A malformed reply is -EPROTO.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/**
 * struct mmscope_store_iter - see libmmscope.h
 * @ms: the handle
 * @about: the last reply; its cursor is where to go on
 * @pos: offset of the next record in @buf
 * @left: records not handed out yet
 * @lock: sum of all replies
 * @buf: records of one reply
 */
struct mmscope_store_iter {
	struct mmscope *ms;
	struct mmscope_store about;
	size_t pos;
	__u32 left;
	struct mmscope_lock lock;
	unsigned char buf[MMSCOPE_BUF_SIZE] __attribute__((aligned(8)));
};

static int refill(struct mmscope_store_iter *iter)
{
	struct mmscope_store arg = {
		.size = sizeof(arg),
		.flags = iter->about.flags,
		.buf = mmscope_ptr(iter->buf),
		.buf_size = sizeof(iter->buf),
		.addr = iter->about.addr,
		.depth = iter->about.depth,
		.lock.generation = iter->lock.generation,
		.lock.budget_ns = iter->ms->budget_ns,
	};
	int err;

	err = mmscope_ioctl(iter->ms, MMSCOPE_IOC_STORE, &arg);
	if (err)
		return err;
	mmscope_lock_add(&iter->lock, &arg.lock);
	/* A reply that brings no step forward would be repeated for ever. */
	if (arg.used > sizeof(iter->buf) ||
	    (!arg.done && (arg.addr < iter->about.addr ||
			   (arg.addr == iter->about.addr && arg.depth <= iter->about.depth))))
		return mmscope_fail(EPROTO);
	iter->about = arg;
	iter->pos = 0;
	iter->left = arg.nr;
	return 0;
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
	iter = malloc(sizeof(*iter));
	if (!iter)
		return mmscope_fail(ENOMEM);
	memset(iter, 0, offsetof(struct mmscope_store_iter, buf));
	iter->ms = ms;
	iter->lock.generation = o.generation;
	if (o.path) {
		iter->about.flags = MMSCOPE_STORE_PATH;
		iter->about.addr = o.addr;
	}
	/* What the structure is can be told from now on. */
	err = refill(iter);
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
	return &iter->lock;
}

MMSCOPE_API int mmscope_store_iter_next(struct mmscope_store_iter *iter,
					const struct mmscope_store_node **node)
{
	const struct mmscope_store_node *n;
	size_t room;
	int err;

	while (!iter->left) {
		if (iter->about.done)
			return 0;
		err = refill(iter);
		if (err)
			goto fail;
	}
	err = -EPROTO;
	room = iter->about.used - iter->pos;
	if (room < sizeof(*n))
		goto fail;
	n = (const struct mmscope_store_node *)(iter->buf + iter->pos);
	if (n->size > room || n->size % 8 ||
	    n->size != sizeof(*n) + n->nr_slots * sizeof(struct mmscope_store_slot))
		goto fail;
	iter->pos += n->size;
	iter->left--;
	*node = n;
	return 1;
fail:
	iter->left = 0;
	iter->about.done = 1;
	return mmscope_fail(-err);
}

MMSCOPE_API const struct mmscope_store_slot *
mmscope_store_slots(const struct mmscope_store_node *node)
{
	return (const struct mmscope_store_slot *)(node + 1);
}
