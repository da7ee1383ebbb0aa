// SPDX-License-Identifier: GPL-2.0
/*
 * op_find.c - FIND: the VMAs around an address
 */
#include "ops.h"

#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "find.h"
#include "vma.h"

long mmscope_op_find(struct file *file, void *arg)
{
	const struct mmscope_target *target = mmscope_file_target(file->private_data);
	struct mmscope_find *ask = arg;
	struct mmscope_vmas_chunk chunk;
	struct mmscope_look look;
	long ret;

	if (!target)
		return -ENOTCONN;
	if (ask->flags || ask->reserved || ask->buf & 7 ||
	    ask->buf_size < MMSCOPE_FIND_BUF ||
	    (ask->end && ask->end <= ask->addr))
		return -EINVAL;

	chunk = (struct mmscope_vmas_chunk){
		.size = MMSCOPE_FIND_BUF,
		.rights = target->rights,
		.namer = mmscope_vma_namer_alloc(),
	};
	chunk.buf = kvmalloc(chunk.size, GFP_KERNEL_ACCOUNT);
	ret = -ENOMEM;
	if (!chunk.buf || !chunk.namer)
		goto out_free;

	mmscope_look_init(&look, target, &ask->lock);
	ret = mmscope_look_lock(&look);
	if (ret)
		goto out_free;
	mmscope_find(&look, &chunk, ask);
	ask->used = chunk.used;
	mmscope_look_unlock(&look);

	ret = -EFAULT;
	if (copy_to_user(u64_to_user_ptr(ask->buf), chunk.buf, chunk.used))
		goto out_free;
	ask->lock = look.report;
	ret = 0;
out_free:
	kvfree(chunk.buf);
	mmscope_vma_namer_free(chunk.namer);
	return ret;
}
