// SPDX-License-Identifier: GPL-2.0
/*
 * op_attach.c - ATTACH: bind an open file to an address space
 */
#include "ops.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include <mmscope.h>

long mmscope_op_attach(struct file *file, void *arg)
{
	struct mmscope_file *mfile = file->private_data;
	struct mmscope_attach *ask = arg;
	struct mm_struct *mm;
	struct pid *pid;
	u32 rights;
	long ret;

	if (ask->flags & ~(u32)MMSCOPE_ATTACH_PAGEMAP_FD || ask->reserved)
		return -EINVAL;
	if (ask->pid < 0)
		return -EINVAL;
	if (!(ask->flags & MMSCOPE_ATTACH_PAGEMAP_FD) && ask->pagemap_fd)
		return -EINVAL;

	if (mutex_lock_killable(&mfile->attaching))
		return -EINTR;
	ret = -EBUSY;
	if (mfile->attached)
		goto out_unlock;

	pid = ask->pid ? find_get_pid(ask->pid) :
			 get_task_pid(current, PIDTYPE_PID);
	mm = mmscope_target_grab(pid);
	put_pid(pid);
	ret = PTR_ERR(mm);
	if (IS_ERR(mm))
		goto out_unlock;

	if (ask->flags & MMSCOPE_ATTACH_PAGEMAP_FD)
		ret = mmscope_target_rights_by_pagemap(mm, ask->pagemap_fd,
						       file, &rights);
	else
		ret = mmscope_target_rights(mm, file, &rights);
	if (ret) {
		mmdrop(mm);
		goto out_unlock;
	}

	ask->rights = rights;
	mfile->target = (struct mmscope_target){ .mm = mm, .rights = rights };
	/* Whoever sees it attached sees the target: mmscope_file_target(). */
	smp_store_release(&mfile->attached, true);
out_unlock:
	mutex_unlock(&mfile->attaching);
	return ret;
}
