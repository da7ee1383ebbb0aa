// SPDX-License-Identifier: GPL-2.0
/*
 * op_about.c - INFO and NAMES: what needs no target
 */
#include "ops.h"

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>

#include <mmscope.h>

#include "arch/arch.h"
#include "compat/compat.h"
#include "names.h"
#include "walk.h"

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

long mmscope_op_info(struct file *file, void *arg)
{
	struct mmscope_info *info = arg;

	if (info->flags)
		return -EINVAL;

	info->api_version = MMSCOPE_API_VERSION;
	info->page_size = PAGE_SIZE;
	info->va_bits = fls64(MMSCOPE_ARCH_TASK_SIZE - 1);
	memset(info->levels, 0, sizeof(info->levels));
	info->nr_levels = mmscope_levels(info->levels);
	info->features = features();
	info->names = GENMASK_ULL(MMSCOPE_NR_NAMES - 1, 0);
	info->max_batch = MMSCOPE_MAX_BATCH;
	strscpy_pad(info->release, init_utsname()->release,
		    sizeof(info->release));
	strscpy_pad(info->arch, MMSCOPE_ARCH, sizeof(info->arch));
	return 0;
}

long mmscope_op_names(struct file *file, void *arg)
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

	ret = mmscope_names(ask->which, names);
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
