// SPDX-License-Identifier: GPL-2.0
/*
 * batch.c - the frame of every iterator: replies taken apart, one after the other
 */
#include <stdlib.h>
#include <string.h>

#include "batch.h"

void *batch_new(size_t size, struct mmscope *ms, int (*ask)(struct batch *batch),
		__u64 generation)
{
	struct batch *batch;

	size = (size + 7) & ~(size_t)7;
	batch = malloc(size + MMSCOPE_BUF_SIZE);
	if (!batch)
		return NULL;
	memset(batch, 0, size);
	batch->ms = ms;
	batch->ask = ask;
	batch->buf = (unsigned char *)batch + size;
	batch->lock.generation = generation;
	return batch;
}

int batch_reply(struct batch *batch, const struct mmscope_lock *lock, __u64 nr, __u64 used,
		int done, int moved)
{
	mmscope_lock_add(&batch->lock, lock);
	if (nr > MMSCOPE_BUF_SIZE || used > MMSCOPE_BUF_SIZE || (!done && !moved))
		return -EPROTO;
	batch->pos = 0;
	batch->used = used;
	batch->left = nr;
	batch->done = done;
	return 0;
}

int batch_more(struct batch *batch)
{
	while (!batch->err && !batch->left && !batch->done)
		batch->err = batch->ask(batch);
	if (batch->err)
		return mmscope_fail(-batch->err);
	return batch->left != 0;
}

void batch_took(struct batch *batch, size_t size)
{
	batch->pos += size;
	batch->left--;
}

int batch_end(struct batch *batch, int err)
{
	batch->err = err;
	return mmscope_fail(-err);
}
