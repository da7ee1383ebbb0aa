// SPDX-License-Identifier: GPL-2.0
/*
 * op_store.c - STORE: the structure that keeps the VMAs
 */
#include "ops.h"

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "store.h"

static size_t room(const struct mmscope_store *ask)
{
	return min_t(u64, ask->buf_size - ask->used, MMSCOPE_MAX_BATCH);
}

static long give_nodes(struct mmscope_look *look,
		       struct mmscope_store_chunk *chunk,
		       struct mmscope_store *ask)
{
	bool done;
	long ret;

	do {
		ret = mmscope_look_lock(look);
		if (ret)
			return ret;
		chunk->used = 0;
		chunk->nr = 0;
		chunk->size = room(ask);
		mmscope_store_about(look, ask);
		done = mmscope_store_chunk(look, chunk);
		mmscope_look_unlock(look);

		if (copy_to_user(u64_to_user_ptr(ask->buf + ask->used),
				 chunk->buf, chunk->used))
			return -EFAULT;
		ask->used += chunk->used;
		ask->nr += chunk->nr;
		cond_resched();
	} while (!done && room(ask) >= MMSCOPE_STORE_RECORD_MAX);

	ask->addr = chunk->addr;
	ask->depth = chunk->depth;
	ask->done = done;
	return 0;
}

long mmscope_op_store(struct file *file, void *arg)
{
	const struct mmscope_target *target = mmscope_file_target(file->private_data);
	struct mmscope_store *ask = arg;
	struct mmscope_store_chunk *chunk;
	struct mmscope_look look;
	long ret;

	if (!target)
		return -ENOTCONN;
	if (ask->flags & ~(u32)MMSCOPE_STORE_PATH || ask->buf & 7 ||
	    ask->buf_size < MMSCOPE_STORE_RECORD_MAX)
		return -EINVAL;

	chunk = kzalloc(sizeof(*chunk), GFP_KERNEL_ACCOUNT);
	if (!chunk)
		return -ENOMEM;
	ret = -ENOMEM;
	ask->used = 0;
	ask->nr = 0;
	chunk->buf = kvmalloc(room(ask), GFP_KERNEL_ACCOUNT);
	if (!chunk->buf)
		goto out_free;
	chunk->path = ask->flags & MMSCOPE_STORE_PATH;
	chunk->kernel = mmscope_may_see_kernel(file);
	chunk->addr = ask->addr;
	chunk->depth = ask->depth;

	mmscope_look_init(&look, target, &ask->lock);
	ret = give_nodes(&look, chunk, ask);
	ask->lock = look.report;
out_free:
	kvfree(chunk->buf);
	kfree(chunk);
	return ret;
}
