// SPDX-License-Identifier: GPL-2.0
/*
 * op_explain.c - EXPLAIN: everything about one address
 */
#include "ops.h"

#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "explain.h"

long mmscope_op_explain(struct file *file, void *arg)
{
	const struct mmscope_target *target = mmscope_file_target(file->private_data);
	struct mmscope_explain *ask = arg;
	struct mmscope_vmas_chunk chunk = { .size = MMSCOPE_VMA_RECORD_MAX };
	struct mmscope_explain answer = {
		.size = ask->size,
		.va = ask->va,
		.vma = ask->vma,
		.tid = ask->tid,
	};
	struct mmscope_look look;
	long ret;

	if (!target)
		return -ENOTCONN;
	if (ask->flags || ask->reserved || ask->vma & 7 || ask->tid < 0 ||
	    ask->vma_size < MMSCOPE_VMA_RECORD_MAX)
		return -EINVAL;

	chunk.rights = target->rights;
	chunk.namer = mmscope_vma_namer_alloc();
	chunk.buf = kvmalloc(chunk.size, GFP_KERNEL_ACCOUNT);
	ret = -ENOMEM;
	if (!chunk.buf || !chunk.namer)
		goto out_free;

	mmscope_look_init(&look, target, &ask->lock);
	ret = mmscope_explain_read(&look, target, file, &chunk, &answer);
	if (ret)
		goto out_free;

	ret = -EFAULT;
	if (copy_to_user(u64_to_user_ptr(ask->vma), chunk.buf, chunk.used))
		goto out_free;
	answer.vma_size = chunk.used;
	answer.lock = look.report;
	*ask = answer;
	ret = 0;
out_free:
	kvfree(chunk.buf);
	mmscope_vma_namer_free(chunk.namer);
	return ret;
}
