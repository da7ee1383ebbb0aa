// SPDX-License-Identifier: GPL-2.0
/*
 * target.c - from a pid to a pinned mm_struct, and the right to look at it
 *
 * ptrace_may_access() is not exported, and a copy of it would be wrong: the
 * security modules' hooks cannot be reached. So this fails closed: one's own
 * address space, the capabilities, or an open pagemap file, for which procfs has
 * asked ptrace_may_access() itself.
 */
#include "target.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/user_namespace.h>

#include <mmscope.h>

/* What a real pagemap file has; only ever compared, NULL when there is none. */
static const struct file_operations *pagemap_fops;

/**
 * mmscope_target_init - learn what a pagemap file looks like
 *
 * Without procfs or CONFIG_PROC_PAGE_MONITOR the fd warrant is refused; all else
 * works.
 */
void mmscope_target_init(void)
{
	struct file *file = filp_open("/proc/self/pagemap", O_RDONLY, 0);

	if (IS_ERR(file))
		return;
	if (file_inode(file)->i_sb->s_magic == PROC_SUPER_MAGIC)
		pagemap_fops = file->f_op;
	filp_close(file, NULL);
}

/**
 * mmscope_target_grab - the address space of a process
 * @pid: of any of its threads, or NULL
 *
 * Context: may sleep.
 * Return: the mm with mm_count raised (mmdrop() it), ERR_PTR(-ESRCH) when there
 * is no such process or it has exited, ERR_PTR(-ENXIO) for a kernel thread.
 */
struct mm_struct *mmscope_target_grab(struct pid *pid)
{
	struct task_struct *task;
	struct mm_struct *mm;
	int err;

	task = get_pid_task(pid, PIDTYPE_PID);
	if (!task)
		return ERR_PTR(-ESRCH);

	/* get_task_mm() says NULL for kernel threads, that borrow one, too. */
	mm = get_task_mm(task);
	err = task->flags & PF_KTHREAD ? -ENXIO : -ESRCH;
	put_task_struct(task);
	if (!mm)
		return ERR_PTR(err);

	mmgrab(mm);
	mmput(mm);
	return mm;
}

static bool may_see_phys(const struct file *opener)
{
	return file_ns_capable(opener, &init_user_ns, CAP_SYS_ADMIN) &&
	       ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
}

/**
 * mmscope_target_rights - what the caller and the opener may see of @mm
 * @mm: pinned
 * @opener: the file through which is asked
 * @rights: out: MMSCOPE_RIGHT_*
 *
 * Both credentials count, so that a file opened by a privileged process gives
 * an unprivileged one nothing, nor the other way round.
 *
 * Return: 0, or -EPERM.
 */
int mmscope_target_rights(struct mm_struct *mm, const struct file *opener,
			  u32 *rights)
{
	bool privileged = file_ns_capable(opener, mm->user_ns, CAP_SYS_PTRACE) &&
			  ns_capable_noaudit(mm->user_ns, CAP_SYS_PTRACE);

	if (current->mm != mm && !privileged)
		return -EPERM;

	*rights = MMSCOPE_RIGHT_MAPS;
	if (privileged && may_see_phys(opener))
		*rights |= MMSCOPE_RIGHT_PHYS;
	return 0;
}

/**
 * mmscope_target_rights_by_pagemap - the same, on the word of procfs
 * @mm: pinned, obtained from a pid, not from the file
 * @fd: of the caller, open on /proc/PID/pagemap of the same process
 * @opener: the file through which is asked
 * @rights: out: MMSCOPE_RIGHT_*
 *
 * procfs ran mm_access(PTRACE_MODE_READ_FSCREDS) when that file was opened
 * (fs/proc/task_mmu.c:pagemap_open()) and keeps the mm in private_data. The
 * pointer is compared with @mm, never followed. It decided for whoever opened
 * the file, so those credentials must be the caller's own: a file that was handed
 * over for its page bits is no warrant for names.
 *
 * Return: 0, or -EBADF when @fd is anything else.
 */
int mmscope_target_rights_by_pagemap(struct mm_struct *mm, unsigned int fd,
				     const struct file *opener, u32 *rights)
{
	struct file *file = fget(fd);
	int err = -EBADF;

	if (!file)
		return -EBADF;
	if (pagemap_fops && file->f_op == pagemap_fops &&
	    file_inode(file)->i_sb->s_magic == PROC_SUPER_MAGIC &&
	    file->f_cred == current_cred() && file->private_data == mm) {
		*rights = MMSCOPE_RIGHT_MAPS;
		if (may_see_phys(opener))
			*rights |= MMSCOPE_RIGHT_PHYS;
		err = 0;
	}
	fput(file);
	return err;
}
