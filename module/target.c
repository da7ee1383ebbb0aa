// SPDX-License-Identifier: GPL-2.0
/*
 * target.c - from a pid to a pinned mm_struct, and the right to look at it
 *
 * Fails closed: one's own address space; the capabilities, when procfs agrees; or
 * an open pagemap file, with which procfs has agreed before.
 */
#include "target.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/user_namespace.h>

#include <mmscope.h>

#include "compat/compat.h"
#include "kept.h"
#include "procfs.h"
#include "trace.h"

/**
 * mmscope_space_grab - the address space of a process
 * @pid: of any of its threads, or NULL
 * @space: out: to be given back by mmscope_space_drop()
 *
 * Under the task's lock, so that mm and owner belong together: exec exchanges
 * both with it held (fs/exec.c:exec_mmap()).
 *
 * Return: 0; -ESRCH when there is no such process or it has exited, -ENXIO for a
 * kernel thread, which may have borrowed one.
 */
int mmscope_space_grab(struct pid *pid, struct mmscope_space *space)
{
	struct task_struct *task;
	int err = -ESRCH;

	task = get_pid_task(pid, PIDTYPE_PID);
	if (!task)
		return -ESRCH;

	task_lock(task);
	if (task->flags & PF_KTHREAD) {
		err = -ENXIO;
	} else if (task->mm) {
		mmgrab(task->mm);
		space->mm = task->mm;
		space->pid = task->tgid;
		space->user_ns = get_user_ns(mmscope_owning_ns(task));
		err = 0;
	}
	task_unlock(task);
	put_task_struct(task);
	return err;
}

void mmscope_space_drop(const struct mmscope_space *space)
{
	put_user_ns(space->user_ns);
	mmdrop(space->mm);
}

/**
 * mmscope_is_admin - may opener and caller see the machine's own facts?
 * @opener: the file through which is asked
 *
 * Physical addresses, and whatever tells of more than one process.
 *
 * Return: true when both have CAP_SYS_ADMIN in the initial user namespace.
 */
bool mmscope_is_admin(const struct file *opener)
{
	return file_ns_capable(opener, &init_user_ns, CAP_SYS_ADMIN) &&
	       ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
}

/**
 * mmscope_may_see_kernel - may opener and caller see addresses of the kernel?
 * @opener: the file through which is asked
 *
 * As /proc/kcore asks (fs/proc/kcore.c:open_kcore()), and for the raw entries. To be
 * asked at each call: a kernel can be locked down while it runs.
 *
 * Return: true when it is allowed.
 */
bool mmscope_may_see_kernel(const struct file *opener)
{
	return mmscope_is_admin(opener) &&
	       file_ns_capable(opener, &init_user_ns, CAP_SYS_RAWIO) &&
	       ns_capable_noaudit(&init_user_ns, CAP_SYS_RAWIO) &&
	       !security_locked_down(LOCKDOWN_KCORE);
}

/**
 * mmscope_is_ptracer - have opener and caller the capability to look?
 * @user_ns: that owns what is looked at
 * @opener: the file through which is asked
 *
 * Return: true when both have CAP_SYS_PTRACE there.
 */
bool mmscope_is_ptracer(struct user_namespace *user_ns,
			const struct file *opener)
{
	return file_ns_capable(opener, user_ns, CAP_SYS_PTRACE) &&
	       ns_capable_noaudit(user_ns, CAP_SYS_PTRACE);
}

/**
 * mmscope_target_rights - what the caller and the opener may see of it
 * @space: grabbed
 * @pid: of the process that has it; NULL when it has exited
 * @opener: the file through which is asked
 * @rights: out: MMSCOPE_RIGHT_*
 *
 * Both credentials count, so that a file opened by a privileged process gives
 * an unprivileged one nothing, nor the other way round. The capability alone is
 * not enough: a security module may have confined whoever has it.
 *
 * Context: sleeps.
 * Return: 0, -EPERM or -ENOMEM.
 */
int mmscope_target_rights(const struct mmscope_space *space, struct pid *pid,
			  const struct file *opener, u32 *rights)
{
	bool privileged = mmscope_is_ptracer(space->user_ns, opener);
	int err = 0;

	if (current->mm != space->mm)
		err = privileged ? mmscope_procfs_permits(space->mm, pid) : -EPERM;
	if (err) {
		trace_mmscope_denied(space->pid, err);
		return err;
	}

	*rights = MMSCOPE_RIGHT_MAPS;
	if (privileged && mmscope_is_admin(opener))
		*rights |= MMSCOPE_RIGHT_PHYS;
	return 0;
}

/**
 * mmscope_target_rights_by_pagemap - the same, on the word of procfs
 * @space: grabbed by a pid, not by way of the file
 * @fd: of the caller, open on /proc/PID/pagemap of the same process
 * @opener: the file through which is asked
 * @rights: out: MMSCOPE_RIGHT_*
 *
 * procfs ran mm_access(PTRACE_MODE_READ_FSCREDS) when that file was opened, for
 * whoever opened it: so those credentials must be the caller's own. A file that
 * was handed over for its page bits is no warrant for names.
 *
 * Return: 0, or -EBADF when @fd is anything else.
 */
int mmscope_target_rights_by_pagemap(const struct mmscope_space *space,
				     unsigned int fd, const struct file *opener,
				     u32 *rights)
{
	struct file *file = fget(fd);
	int err = -EBADF;

	if (file && file->f_cred == current_cred() &&
	    mmscope_procfs_is_pagemap(file, space->mm)) {
		*rights = MMSCOPE_RIGHT_MAPS;
		if (mmscope_is_admin(opener))
			*rights |= MMSCOPE_RIGHT_PHYS;
		err = 0;
	}
	if (file)
		fput(file);
	if (err)
		trace_mmscope_denied(space->pid, err);
	return err;
}

/**
 * mmscope_target_keep - take a reference for long
 * @target: to fill; stays where it is until mmscope_target_drop()
 * @space: grabbed; stays the caller's
 * @rights: MMSCOPE_RIGHT_*
 *
 * Return: 0; -EMFILE when the caller has too many, -ENOMEM, -EINTR: nothing is kept then.
 */
int mmscope_target_keep(struct mmscope_target *target,
			const struct mmscope_space *space, u32 rights)
{
	int err;

	target->mm = space->mm;
	err = mmscope_kept_add(target);
	if (err) {
		trace_mmscope_denied(space->pid, err);
		return err;
	}
	mmgrab(space->mm);
	target->user_ns = get_user_ns(space->user_ns);
	target->pid = space->pid;
	target->rights = rights;
	trace_mmscope_attach(target->mm, target->pid, rights);
	return 0;
}

void mmscope_target_drop(struct mmscope_target *target)
{
	trace_mmscope_detach(target->mm, target->pid);
	mmscope_kept_del(target);
	put_user_ns(target->user_ns);
	mmdrop(target->mm);
}
