// SPDX-License-Identifier: GPL-2.0
/*
 * device.c - /dev/mmscope: the open file and its operations
 *
 * Everything that crosses to user space does so here, and never while the
 * target's lock is held. The rules of size and tail are those of iommufd.
 */
#include "device.h"

#include <linux/build_bug.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>

#include <mmscope.h>

#include "arch/arch.h"
#include "extents.h"
#include "mm.h"
#include "names.h"
#include "target.h"
#include "vma.h"
#include "walk.h"

/* What an operation buffers at most, whatever is asked for. */
#define MAX_BATCH		(64 * 1024)
#define WALK_BATCH		256

/**
 * struct mmscope_file - an open file
 * @attaching: serialises ATTACH
 * @attached: set, with release order, once @target is there for good
 * @target: what is looked at
 */
struct mmscope_file {
	struct mutex attaching; /* of op_attach() only; reading needs none */
	bool attached;
	struct mmscope_target target;
};

static const struct mmscope_target *file_target(struct mmscope_file *mfile)
{
	/* Pairs with the release in op_attach(). */
	return smp_load_acquire(&mfile->attached) ? &mfile->target : NULL;
}

static u64 features(void)
{
	u64 features = 0;

	if (MMSCOPE_EXACT_CHANGE)
		features |= MMSCOPE_FEATURE_EXACT_CHANGE;
	if (IS_ENABLED(CONFIG_MEM_SOFT_DIRTY))
		features |= MMSCOPE_FEATURE_SOFT_DIRTY;
	if (IS_ENABLED(CONFIG_HAVE_ARCH_USERFAULTFD_WP) &&
	    IS_ENABLED(CONFIG_USERFAULTFD))
		features |= MMSCOPE_FEATURE_UFFD_WP;
	if (IS_ENABLED(CONFIG_PTE_MARKER_UFFD_WP))
		features |= MMSCOPE_FEATURE_PTE_MARKER;
	if (IS_ENABLED(CONFIG_ANON_VMA_NAME))
		features |= MMSCOPE_FEATURE_ANON_VMA_NAME;
	if (MMSCOPE_MAPLE_TREE)
		features |= MMSCOPE_FEATURE_MAPLE_TREE;
	if (IS_ENABLED(CONFIG_HUGETLB_PAGE))
		features |= MMSCOPE_FEATURE_HUGETLB;
	if (IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE))
		features |= MMSCOPE_FEATURE_THP;
	if (mmscope_arch_has_pkeys())
		features |= MMSCOPE_FEATURE_PKEYS;
	if (IS_ENABLED(CONFIG_MEMCG))
		features |= MMSCOPE_FEATURE_MM_OWNER;
	return features;
}

static long op_info(struct file *file, void *arg)
{
	struct mmscope_info *info = arg;

	if (info->flags)
		return -EINVAL;

	info->api_version = MMSCOPE_API_VERSION;
	info->page_size = PAGE_SIZE;
	info->va_bits = fls64(TASK_SIZE_MAX - 1);
	memset(info->levels, 0, sizeof(info->levels));
	info->nr_levels = mmscope_levels(info->levels);
	info->features = features();
	info->names = GENMASK_ULL(MMSCOPE_NR_NAMES - 1, 0);
	info->max_batch = MAX_BATCH;
	strscpy_pad(info->release, init_utsname()->release,
		    sizeof(info->release));
	strscpy_pad(info->arch, MMSCOPE_ARCH, sizeof(info->arch));
	return 0;
}

static long op_names(struct file *file, void *arg)
{
	struct mmscope_names *ask = arg;
	struct mmscope_name *names;
	unsigned int room = ask->nr;
	long ret;

	if (ask->reserved)
		return -EINVAL;

	names = kcalloc(MMSCOPE_NAMES_MAX, sizeof(*names), GFP_KERNEL_ACCOUNT);
	if (!names)
		return -ENOMEM;

	ret = mmscope_names(ask->class, names);
	if (ret < 0)
		goto out_free;
	ask->nr = ret;

	ret = 0;
	if (ask->names && copy_to_user(u64_to_user_ptr(ask->names), names,
				       array_size(min(ask->nr, room),
						  sizeof(*names))))
		ret = -EFAULT;
out_free:
	kfree(names);
	return ret;
}

static long op_attach(struct file *file, void *arg)
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
	/* Whoever sees it attached sees the target: file_target(). */
	smp_store_release(&mfile->attached, true);
out_unlock:
	mutex_unlock(&mfile->attaching);
	return ret;
}

static long give_exe(struct mm_struct *mm, struct mmscope_mm *ask)
{
	const char *path;
	char *buf;
	u32 len;
	long ret;

	buf = kmalloc(PATH_MAX, GFP_KERNEL_ACCOUNT);
	if (!buf)
		return -ENOMEM;
	ret = mmscope_mm_exe(mm, buf, PATH_MAX, &path);
	if (ret)
		goto out_free;

	len = path ? strlen(path) + 1 : 0;
	if (copy_to_user(u64_to_user_ptr(ask->exe), path,
			 min(len, ask->exe_size)))
		ret = -EFAULT;
	ask->exe_size = len;
out_free:
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

static long op_mm(struct file *file, void *arg)
{
	const struct mmscope_target *target = file_target(file->private_data);
	struct mmscope_mm *ask = arg;
	struct mmscope_look look;
	long ret;

	if (!target)
		return -ENOTCONN;
	if (ask->flags)
		return -EINVAL;

	mmscope_look_init(&look, target->mm, 0);
	ret = mmscope_mm_read(&look, target->rights, ask);
	if (!ret && ask->exe)
		ret = give_exe(target->mm, ask);
	if (!ret && ask->cpumask)
		ret = give_cpumask(target->mm, ask);
	return ret;
}

static long op_vmas(struct file *file, void *arg)
{
	const struct mmscope_target *target = file_target(file->private_data);
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
		.size = min_t(u64, ask->buf_size, MAX_BATCH),
		.rights = target->rights,
		.namer = mmscope_vma_namer_alloc(),
	};
	chunk.buf = kvmalloc(chunk.size, GFP_KERNEL_ACCOUNT);
	ret = -ENOMEM;
	if (!chunk.buf || !chunk.namer)
		goto out_free;

	mmscope_look_init(&look, target->mm, ask->lock.generation);
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
		chunk.size = min_t(u64, room, MAX_BATCH);
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

/* Walk @nr addresses; as many holds of the lock as others want. */
static long walk_batch(struct mmscope_look *look, u32 rights, const u64 *addrs,
		       struct mmscope_walk_result *results, unsigned int nr)
{
	unsigned int i = 0;
	long ret;

	while (i < nr) {
		ret = mmscope_look_lock(look);
		if (ret)
			return ret;
		do {
			mmscope_walk_one(look, addrs[i], rights, &results[i]);
		} while (++i < nr && !mmscope_look_wanted(look));
		mmscope_look_unlock(look);
		cond_resched();
	}
	return 0;
}

static int give_results(u64 to, u32 stride, const void *results,
			unsigned int nr)
{
	const u32 size = sizeof(struct mmscope_walk_result);
	unsigned int i;

	if (stride == size)
		return copy_to_user(u64_to_user_ptr(to), results, nr * size) ?
			-EFAULT : 0;

	for (i = 0; i < nr; i++, to += stride, results += size) {
		if (copy_to_user(u64_to_user_ptr(to), results,
				 min(stride, size)))
			return -EFAULT;
		if (stride > size &&
		    clear_user(u64_to_user_ptr(to + size), stride - size))
			return -EFAULT;
	}
	return 0;
}

static long op_walk(struct file *file, void *arg)
{
	const struct mmscope_target *target = file_target(file->private_data);
	struct mmscope_walk *ask = arg;
	struct mmscope_walk_result *results;
	struct mmscope_look look;
	unsigned int nr;
	u64 i, *addrs;
	long ret;

	if (!target)
		return -ENOTCONN;
	if (ask->flags || ask->reserved ||
	    ask->result_size < sizeof(struct mmscope_walk_result) ||
	    ask->result_size > PAGE_SIZE)
		return -EINVAL;

	nr = min_t(u64, ask->nr, WALK_BATCH);
	addrs = kvmalloc_array(nr, sizeof(*addrs), GFP_KERNEL_ACCOUNT);
	results = kvmalloc_array(nr, sizeof(*results), GFP_KERNEL_ACCOUNT);
	ret = -ENOMEM;
	if (!addrs || !results)
		goto out_free;

	mmscope_look_init(&look, target->mm, ask->lock.generation);
	for (i = 0; i < ask->nr; i += nr) {
		nr = min_t(u64, ask->nr - i, WALK_BATCH);
		ret = -EFAULT;
		if (copy_from_user(addrs, u64_to_user_ptr(ask->addrs) +
				   i * sizeof(*addrs), nr * sizeof(*addrs)))
			goto out_free;
		ret = walk_batch(&look, target->rights, addrs, results, nr);
		if (ret)
			goto out_free;
		ret = give_results(ask->results + i * ask->result_size,
				   ask->result_size, results, nr);
		if (ret)
			goto out_free;
	}
	ask->lock = look.report;
	ret = 0;
out_free:
	kvfree(results);
	kvfree(addrs);
	return ret;
}

static int extents_range(const struct mmscope_extents *ask, u64 *end)
{
	*end = min_t(u64, ask->end, TASK_SIZE_MAX);
	if (ask->start > ask->end || ask->start & ~PAGE_MASK)
		return -EINVAL;
	return ask->end != ~0ULL && ask->end & ~PAGE_MASK ? -EINVAL : 0;
}

static long op_extents(struct file *file, void *arg)
{
	const struct mmscope_target *target = file_target(file->private_data);
	const u32 all = MMSCOPE_STATUS_BIT(MMSCOPE_NR_STATUS) - 1;
	struct mmscope_extents *ask = arg;
	struct mmscope_extents_sink sink;
	struct mmscope_look look;
	unsigned long addr;
	u64 done_nr = 0;
	bool done = false;
	u64 end;
	long ret;

	if (!target)
		return -ENOTCONN;
	if (ask->flags || ask->reserved || ask->buf & 7 || !ask->nr ||
	    ask->extent_size != sizeof(struct mmscope_extent) ||
	    ask->statuses & ~all)
		return -EINVAL;
	ret = extents_range(ask, &end);
	if (ret)
		return ret;

	sink = (struct mmscope_extents_sink){
		.statuses = ask->statuses ?: all &
			~MMSCOPE_STATUS_BIT(MMSCOPE_NONE) &
			~MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA),
		.ignore_flags = ask->ignore_flags,
		.require_flags = ask->require_flags,
		.rights = target->rights,
		.expect = MMSCOPE_NO_ENTRY,
		.room = min_t(u64, ask->nr, MAX_BATCH / sizeof(*sink.buf)),
	};
	sink.buf = kvmalloc_array(sink.room, sizeof(*sink.buf),
				  GFP_KERNEL_ACCOUNT);
	if (!sink.buf)
		return -ENOMEM;

	mmscope_look_init(&look, target->mm, ask->lock.generation);
	addr = min_t(u64, ask->start, end);
	do {
		ret = mmscope_look_lock(&look);
		if (ret)
			goto out_free;
		done = mmscope_extents_chunk(&look, &sink, &addr, end);
		mmscope_look_unlock(&look);

		ret = -EFAULT;
		if (copy_to_user(u64_to_user_ptr(ask->buf) +
				 done_nr * sizeof(*sink.buf), sink.buf,
				 sink.nr * sizeof(*sink.buf)))
			goto out_free;
		done_nr += sink.nr;
		sink.nr = 0;
		sink.room = min_t(u64, ask->nr - done_nr,
				  MAX_BATCH / sizeof(*sink.buf));
		cond_resched();
	} while (!done && sink.room);

	ask->start = addr;
	ask->nr = done_nr;
	ask->done = done;
	ask->lock = look.report;
	ret = 0;
out_free:
	kvfree(sink.buf);
	return ret;
}

/**
 * struct mmscope_op - an operation
 * @size: of the argument as this module knows it
 * @min_size: of the argument in API version 1
 * @call: gets a copy of the argument, which is copied back when it returns 0
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
	MMSCOPE_OP(MMSCOPE_IOC_INFO, op_info, struct mmscope_info, arch),
	MMSCOPE_OP(MMSCOPE_IOC_NAMES, op_names, struct mmscope_names, reserved),
	MMSCOPE_OP(MMSCOPE_IOC_ATTACH, op_attach, struct mmscope_attach,
		   reserved),
	MMSCOPE_OP(MMSCOPE_IOC_MM, op_mm, struct mmscope_mm, auxv),
	MMSCOPE_OP(MMSCOPE_IOC_VMAS, op_vmas, struct mmscope_vmas, lock),
	MMSCOPE_OP(MMSCOPE_IOC_WALK, op_walk, struct mmscope_walk, lock),
	MMSCOPE_OP(MMSCOPE_IOC_EXTENTS, op_extents, struct mmscope_extents,
		   lock),
};

union mmscope_arg {
	struct mmscope_info info;
	struct mmscope_names names;
	struct mmscope_attach attach;
	struct mmscope_mm mm;
	struct mmscope_vmas vmas;
	struct mmscope_walk walk;
	struct mmscope_extents extents;
};

/* Layout is a promise, and the same for 32-bit callers: no padding anywhere. */
static_assert(sizeof(struct mmscope_level_info) == 8);
static_assert(sizeof(struct mmscope_info) == 168);
static_assert(sizeof(struct mmscope_name) == 32);
static_assert(sizeof(struct mmscope_names) == 24);
static_assert(sizeof(struct mmscope_attach) == 24);
static_assert(sizeof(struct mmscope_lock) == 32);
static_assert(sizeof(struct mmscope_mm) == 832);
static_assert(sizeof(struct mmscope_vma) == 88);
static_assert(sizeof(struct mmscope_vmas) == 88);
static_assert(sizeof(struct mmscope_walk_level) == 32);
static_assert(sizeof(struct mmscope_walk_result) == 208);
static_assert(sizeof(struct mmscope_walk) == 72);
static_assert(sizeof(struct mmscope_extent) == 40);
static_assert(sizeof(struct mmscope_extents) == 104);

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

	if (get_user(size, user_size))
		return -EFAULT;
	if (size < op->min_size)
		return -EINVAL;
	ret = copy_struct_from_user(&arg, op->size, user_size, size);
	if (ret)
		return ret;

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
		mmdrop(mfile->target.mm);
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
