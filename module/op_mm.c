// SPDX-License-Identifier: GPL-2.0
/*
 * op_mm.c - MM and VMAS: the descriptor and its VMAs
 */
#include "ops.h"

#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "mm.h"
#include "vma.h"

static long give_exe(struct mm_struct *mm, struct mmscope_mm *ask)
{
	const char *path;
	char *buf;
	u32 len;
	long ret;

	buf = kmalloc(PATH_MAX, GFP_KERNEL_ACCOUNT);
	if (!buf)
		return -ENOMEM;
	if (mmscope_mm_exe(mm, buf, PATH_MAX, &path))
		path = NULL; /* too long */

	ret = 0;
	len = path ? strlen(path) + 1 : 0;
	if (copy_to_user(u64_to_user_ptr(ask->exe), path,
			 min(len, ask->exe_size)))
		ret = -EFAULT;
	ask->exe_size = len;
	kfree(buf);
	return ret;
}

static long give_cpumask(struct mm_struct *mm, struct mmscope_mm *ask)
{
	size_t size = mmscope_mm_cpumask_size();
	u8 *mask = kzalloc(size, GFP_KERNEL_ACCOUNT);
	long ret = 0;

	if (!mask)
		return -ENOMEM;
	mmscope_mm_cpumask(mm, mask);
	if (copy_to_user(u64_to_user_ptr(ask->cpumask), mask,
			 min_t(size_t, size, ask->cpumask_size)))
		ret = -EFAULT;
	ask->cpumask_size = size;
	kfree(mask);
	return ret;
}

long mmscope_op_mm(struct file *file, void *arg)
{
	const struct mmscope_target *target = mmscope_file_target(file->private_data);
	struct mmscope_mm *ask = arg;
	struct mmscope_look look;
	long ret;

	if (!target)
		return -ENOTCONN;
	if (ask->flags)
		return -EINVAL;

	mmscope_look_init(&look, target, NULL);
	ret = mmscope_mm_read(&look, target->rights, ask);
	if (!ret && ask->exe)
		ret = give_exe(target->mm, ask);
	if (!ret && ask->cpumask)
		ret = give_cpumask(target->mm, ask);
	return ret;
}

long mmscope_op_vmas(struct file *file, void *arg)
{
	const struct mmscope_target *target = mmscope_file_target(file->private_data);
	struct mmscope_vmas *ask = arg;
	struct mmscope_vmas_chunk chunk;
	struct mmscope_look look;
	bool done = false;
	u64 room;
	long ret;

	if (!target)
		return -ENOTCONN;
	if (ask->flags || ask->buf & 7 || ask->start > ask->end ||
	    ask->buf_size < MMSCOPE_VMA_RECORD_MAX)
		return -EINVAL;

	chunk = (struct mmscope_vmas_chunk){
		.size = min_t(u64, ask->buf_size, MMSCOPE_MAX_BATCH),
		.rights = target->rights,
		.namer = mmscope_vma_namer_alloc(),
	};
	chunk.buf = kvmalloc(chunk.size, GFP_KERNEL_ACCOUNT);
	ret = -ENOMEM;
	if (!chunk.buf || !chunk.namer)
		goto out_free;

	mmscope_look_init(&look, target, &ask->lock);
	mmscope_look_keep_cpu(&look);
	ask->used = 0;
	ask->nr = 0;
	do {
		ret = mmscope_look_lock(&look);
		if (ret)
			goto out_free;
		chunk.used = 0;
		chunk.nr = 0;
		done = mmscope_vmas_chunk(&look, &chunk, &ask->start, ask->end);
		mmscope_look_unlock(&look);

		ret = -EFAULT;
		if (copy_to_user(u64_to_user_ptr(ask->buf + ask->used),
				 chunk.buf, chunk.used))
			goto out_free;
		ask->used += chunk.used;
		ask->nr += chunk.nr;

		room = ask->buf_size - ask->used;
		chunk.size = min_t(u64, room, MMSCOPE_MAX_BATCH);
		cond_resched();
	} while (!done && room >= MMSCOPE_VMA_RECORD_MAX);

	ask->done = done;
	ask->lock = look.report;
	ret = 0;
out_free:
	kvfree(chunk.buf);
	mmscope_vma_namer_free(chunk.namer);
	return ret;
}
