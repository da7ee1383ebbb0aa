// SPDX-License-Identifier: GPL-2.0
/*
 * op_vmops.c - VMOPS: the operations of VMAs
 */
#include "ops.h"

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "vmops.h"

long mmscope_op_vmops(struct file *file, void *arg)
{
	const struct mmscope_target *target = mmscope_file_target(file->private_data);
	struct mmscope_vmops *ask = arg;
	struct mmscope_vmops_chunk chunk = { };
	struct mmscope_look look;
	bool done;
	long ret;

	if (!target)
		return -ENOTCONN;
	if (ask->flags || ask->reserved || ask->buf & 7 ||
	    ask->start > ask->end || ask->buf_size < MMSCOPE_VMOPS_RECORD_MAX)
		return -EINVAL;

	chunk.size = min_t(u64, ask->buf_size, MMSCOPE_MAX_BATCH);
	chunk.buf = kvmalloc(chunk.size, GFP_KERNEL_ACCOUNT);
	if (!chunk.buf)
		return -ENOMEM;

	mmscope_look_init(&look, target, &ask->lock);
	ask->used = 0;
	ask->nr = 0;
	do {
		ret = mmscope_look_lock(&look);
		if (ret)
			goto out_free;
		chunk.used = 0;
		chunk.nr = 0;
		chunk.size = min_t(u64, ask->buf_size - ask->used,
				   MMSCOPE_MAX_BATCH);
		done = mmscope_vmops_chunk(&look, &chunk, &ask->start, ask->end);
		mmscope_look_unlock(&look);

		ret = -EFAULT;
		if (copy_to_user(u64_to_user_ptr(ask->buf + ask->used),
				 chunk.buf, chunk.used))
			goto out_free;
		ask->used += chunk.used;
		ask->nr += chunk.nr;
		cond_resched();
	} while (!done &&
		 ask->buf_size - ask->used >= MMSCOPE_VMOPS_RECORD_MAX);

	ask->members = mmscope_vmops_members();
	ask->done = done;
	ask->lock = look.report;
	ret = 0;
out_free:
	kvfree(chunk.buf);
	return ret;
}
