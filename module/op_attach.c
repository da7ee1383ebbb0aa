// SPDX-License-Identifier: GPL-2.0
/*
 * op_attach.c - ATTACH: bind an open file to an address space
 */
#include "ops.h"

#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include <mmscope.h>

long mmscope_op_attach(struct file *file, void *arg)
{
	struct mmscope_file *mfile = file->private_data;
	struct mmscope_attach *ask = arg;
	struct mmscope_space space;
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
	ret = mmscope_space_grab(pid, &space);
	if (ret)
		goto out_put;

	if (ask->flags & MMSCOPE_ATTACH_PAGEMAP_FD)
		ret = mmscope_target_rights_by_pagemap(&space, ask->pagemap_fd,
						       file, &rights);
	else
		ret = mmscope_target_rights(&space, pid, file, &rights);
	if (ret)
		goto out_drop;

	ret = mmscope_target_keep(&mfile->target, &space, rights);
	if (ret)
		goto out_drop;
	ask->rights = rights;
	/* Whoever sees it attached sees the target: mmscope_file_target(). */
	smp_store_release(&mfile->attached, true);
out_drop:
	mmscope_space_drop(&space);
out_put:
	put_pid(pid);
out_unlock:
	mutex_unlock(&mfile->attaching);
	return ret;
}
