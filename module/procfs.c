// SPDX-License-Identifier: GPL-2.0
/*
 * procfs.c - what procfs thinks of someone who wants to look
 *
 * ptrace_may_access() is not exported, and a copy of it would be wrong: the
 * security modules' hooks cannot be reached. But procfs runs it, hooks included,
 * whenever a pagemap file is opened (fs/proc/task_mmu.c:pagemap_open(), by
 * mm_access()), and keeps the mm that it permitted in private_data. So procfs is
 * asked by opening one, with the caller's credentials, on a mount of our own: what
 * the caller has mounted on /proc, or whether it can see it, does not matter.
 */
#include "procfs.h"

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>

#include "compat/compat.h"

/* NULL when there is no procfs: then it permits nothing. */
static struct vfsmount *proc;
/* Whose numbers name its directories; the mount holds a reference. */
static struct pid_namespace *proc_ns;
/* What a real pagemap file has; only ever compared. */
static const struct file_operations *pagemap_fops;

/* Not by way of may_open(): the mode of the file is not what is asked about. */
static struct file *open_pagemap(struct pid *pid)
{
	struct file *file;
	struct path path;
	char name[32];
	int err;

	if (!proc)
		return ERR_PTR(-ENOENT);
	snprintf(name, sizeof(name), "%d/pagemap", pid_nr_ns(pid, proc_ns));
	err = vfs_path_lookup(proc->mnt_root, proc, name, 0, &path);
	if (err)
		return ERR_PTR(err);
	file = dentry_open(&path, O_RDONLY, current_cred());
	path_put(&path);
	return file;
}

/**
 * mmscope_procfs_init - mount procfs where nobody sees it, learn what a pagemap
 * file looks like
 *
 * Without procfs or CONFIG_PROC_PAGE_MONITOR only one's own address space can be
 * looked at.
 */
void mmscope_procfs_init(void)
{
	/* Built in: a reference to the type keeps nothing loaded. */
	struct file_system_type *type = get_fs_type("proc");
	struct vfsmount *mnt = type ? kern_mount(type) : NULL;
	struct file *file;

	if (IS_ERR_OR_NULL(mnt))
		return;
	proc = mnt;
	/* fs/proc/root.c:proc_init_fs_context() takes it from the same place. */
	proc_ns = task_active_pid_ns(current);

	file = open_pagemap(task_tgid(current));
	if (IS_ERR(file))
		return;
	pagemap_fops = file->f_op;
	fput(file);
}

void mmscope_procfs_exit(void)
{
	if (proc)
		kern_unmount(proc);
}

/**
 * mmscope_procfs_permits - may the caller look at @mm, by mm_access()?
 * @mm: pinned
 * @pid: of the process that was found to have it; NULL: of none
 *
 * Security modules count, so a caller that one of them confines gets no more here
 * than from /proc. Refused as well when the process has called exec since.
 *
 * Context: sleeps.
 * Return: 0, -EPERM, or -ENOMEM when it could not be found out.
 */
int mmscope_procfs_permits(const struct mm_struct *mm, struct pid *pid)
{
	struct file *file;
	int err;

	if (!pid)
		return -EPERM;
	file = open_pagemap(pid);
	if (IS_ERR(file))
		return PTR_ERR(file) == -ENOMEM ? -ENOMEM : -EPERM;
	err = file->private_data == mm ? 0 : -EPERM;
	fput(file);
	return err;
}

/**
 * mmscope_procfs_is_pagemap - is it an open pagemap file of that mm?
 * @file: any
 * @mm: pinned, obtained from a pid, not from the file; compared, never followed
 *
 * Return: true if so.
 */
bool mmscope_procfs_is_pagemap(const struct file *file,
			       const struct mm_struct *mm)
{
	return pagemap_fops && file->f_op == pagemap_fops &&
	       file_inode(file)->i_sb->s_magic == PROC_SUPER_MAGIC &&
	       file->private_data == mm;
}
