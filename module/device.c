// SPDX-License-Identifier: GPL-2.0
/*
 * device.c - /dev/mmscope: the open file and the table of its operations
 *
 * The rules of size and tail are those of iommufd.
 */
#include "device.h"

#include <linux/build_bug.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "ops.h"

/**
 * struct mmscope_op - an operation
 * @size: of the argument as this module knows it
 * @min_size: of the argument in API version 1
 * @call: see ops.h
 */
struct mmscope_op {
	u32 size;
	u32 min_size;
	long (*call)(struct file *file, void *arg);
};

/* The length up to and with @last, as it was in API version 1. */
#define MMSCOPE_OP(nr, fn, type, last)					\
	[_IOC_NR(nr)] = {						\
		.size = sizeof(type),					\
		.min_size = offsetofend(type, last),			\
		.call = (fn),						\
	}

static const struct mmscope_op ops[] = {
	MMSCOPE_OP(MMSCOPE_IOC_INFO, mmscope_op_info,
		   struct mmscope_info, arch),
	MMSCOPE_OP(MMSCOPE_IOC_NAMES, mmscope_op_names,
		   struct mmscope_names, reserved),
	MMSCOPE_OP(MMSCOPE_IOC_ATTACH, mmscope_op_attach,
		   struct mmscope_attach, reserved),
	MMSCOPE_OP(MMSCOPE_IOC_MM, mmscope_op_mm,
		   struct mmscope_mm, auxv[63]),
	MMSCOPE_OP(MMSCOPE_IOC_VMAS, mmscope_op_vmas,
		   struct mmscope_vmas, lock),
	MMSCOPE_OP(MMSCOPE_IOC_WALK, mmscope_op_walk,
		   struct mmscope_walk, lock),
	MMSCOPE_OP(MMSCOPE_IOC_EXTENTS, mmscope_op_extents,
		   struct mmscope_extents, lock),
	MMSCOPE_OP(MMSCOPE_IOC_TRANSLATE, mmscope_op_translate,
		   struct mmscope_translate, lock),
	MMSCOPE_OP(MMSCOPE_IOC_PAGES, mmscope_op_pages,
		   struct mmscope_pages, lock),
	MMSCOPE_OP(MMSCOPE_IOC_STATS, mmscope_op_stats,
		   struct mmscope_stats, lock),
	MMSCOPE_OP(MMSCOPE_IOC_TABLES, mmscope_op_tables,
		   struct mmscope_tables, lock),
	MMSCOPE_OP(MMSCOPE_IOC_TASKS, mmscope_op_tasks,
		   struct mmscope_tasks, reserved),
	MMSCOPE_OP(MMSCOPE_IOC_FIND, mmscope_op_find,
		   struct mmscope_find, lock),
	MMSCOPE_OP(MMSCOPE_IOC_EXPLAIN, mmscope_op_explain,
		   struct mmscope_explain, lock),
	MMSCOPE_OP(MMSCOPE_IOC_STORE, mmscope_op_store,
		   struct mmscope_store, lock),
	MMSCOPE_OP(MMSCOPE_IOC_VMOPS, mmscope_op_vmops,
		   struct mmscope_vmops, lock),
	MMSCOPE_OP(MMSCOPE_IOC_KERNEL, mmscope_op_kernel,
		   struct mmscope_kernel, reserved),
	MMSCOPE_OP(MMSCOPE_IOC_RMAP, mmscope_op_rmap,
		   struct mmscope_rmap, lock),
};

union mmscope_arg {
	struct mmscope_info info;
	struct mmscope_names names;
	struct mmscope_attach attach;
	struct mmscope_mm mm;
	struct mmscope_vmas vmas;
	struct mmscope_walk walk;
	struct mmscope_extents extents;
	struct mmscope_translate translate;
	struct mmscope_pages pages;
	struct mmscope_stats stats;
	struct mmscope_tables tables;
	struct mmscope_tasks tasks;
	struct mmscope_find find;
	struct mmscope_explain explain;
	struct mmscope_store store;
	struct mmscope_vmops vmops;
	struct mmscope_kernel kernel;
	struct mmscope_rmap rmap;
};

/* Layout is a promise, and the same for 32-bit callers: no padding anywhere. */
static_assert(sizeof(struct mmscope_level_info) == 8);
static_assert(sizeof(struct mmscope_info) == 168);
static_assert(sizeof(struct mmscope_name) == 32);
static_assert(sizeof(struct mmscope_names) == 24);
static_assert(sizeof(struct mmscope_attach) == 24);
static_assert(sizeof(struct mmscope_lock) == 40);
static_assert(sizeof(struct mmscope_mm) == 904);
static_assert(sizeof(struct mmscope_vma) == 88);
static_assert(sizeof(struct mmscope_vmas) == 96);
static_assert(sizeof(struct mmscope_walk_level) == 32);
static_assert(sizeof(struct mmscope_walk_result) == 208);
static_assert(sizeof(struct mmscope_walk) == 80);
static_assert(sizeof(struct mmscope_extent) == 40);
static_assert(sizeof(struct mmscope_extents) == 112);
static_assert(sizeof(struct mmscope_translation) == 16);
static_assert(sizeof(struct mmscope_translate) == 72);
static_assert(sizeof(struct mmscope_page) == 64);
static_assert(sizeof(struct mmscope_pages) == 96);
static_assert(sizeof(struct mmscope_stat) == 208);
static_assert(sizeof(struct mmscope_stats) == 88);
static_assert(sizeof(struct mmscope_table_level) == 32);
static_assert(sizeof(struct mmscope_tables) == 240);
static_assert(sizeof(struct mmscope_task) == 56);
static_assert(sizeof(struct mmscope_tasks) == 88);
static_assert(sizeof(struct mmscope_find) == 144);
static_assert(sizeof(struct mmscope_explain) == 464);
static_assert(sizeof(struct mmscope_store_slot) == 40);
static_assert(sizeof(struct mmscope_store_node) == 40);
static_assert(sizeof(struct mmscope_store) == 112);
static_assert(sizeof(struct mmscope_vmops_record) == 40);
static_assert(sizeof(struct mmscope_vmops) == 112);
static_assert(sizeof(struct mmscope_kernel_region) == 24);
static_assert(sizeof(struct mmscope_kernel) == 56);
static_assert(sizeof(struct mmscope_frames) == 16);
static_assert(sizeof(struct mmscope_rmap) == 104);

static long mmscope_ioctl(struct file *file, unsigned int cmd,
			  unsigned long user)
{
	u32 __user *user_size = (u32 __user *)user;
	const struct mmscope_op *op;
	union mmscope_arg arg;
	unsigned int nr = _IOC_NR(cmd);
	u32 size;
	long ret;

	if (nr >= ARRAY_SIZE(ops) || cmd != _IO(MMSCOPE_IOC_TYPE, nr))
		return -ENOTTY;
	op = &ops[array_index_nospec(nr, ARRAY_SIZE(ops))];
	if (!op->call)
		return -ENOTTY;

	if (get_user(size, user_size))
		return -EFAULT;
	if (size < op->min_size)
		return -EINVAL;
	/* A bound on what is searched for a non-zero tail. */
	if (size > PAGE_SIZE)
		return -E2BIG;
	ret = copy_struct_from_user(&arg, op->size, user_size, size);
	if (ret)
		return ret;
	/* An answer that could not be given is found out before anything is done. */
	if (copy_to_user(user_size, &arg, min(size, op->size)))
		return -EFAULT;

	ret = op->call(file, &arg);
	if (ret)
		return ret;

	/* The caller may have changed its copy of the size since. */
	*(u32 *)&arg = size;
	return copy_to_user(user_size, &arg, min(size, op->size)) ? -EFAULT : 0;
}

static int mmscope_open(struct inode *inode, struct file *file)
{
	struct mmscope_file *mfile = kzalloc(sizeof(*mfile),
					     GFP_KERNEL_ACCOUNT);

	if (!mfile)
		return -ENOMEM;
	mutex_init(&mfile->attaching);
	file->private_data = mfile;
	return nonseekable_open(inode, file);
}

static int mmscope_release(struct inode *inode, struct file *file)
{
	struct mmscope_file *mfile = file->private_data;

	if (mfile->attached)
		mmscope_target_drop(&mfile->target);
	mutex_destroy(&mfile->attaching);
	kfree(mfile);
	return 0;
}

static const struct file_operations mmscope_fops = {
	.owner = THIS_MODULE,
	.open = mmscope_open,
	.release = mmscope_release,
	.unlocked_ioctl = mmscope_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

/*
 * Every user may open it: what a file may see is decided by ATTACH, from the
 * credentials, not by the mode of the node.
 */
static struct miscdevice mmscope_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mmscope",
	.mode = 0666,
	.fops = &mmscope_fops,
};

int mmscope_device_init(void)
{
	return misc_register(&mmscope_device);
}

void mmscope_device_exit(void)
{
	misc_deregister(&mmscope_device);
}
