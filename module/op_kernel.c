// SPDX-License-Identifier: GPL-2.0
/*
 * op_kernel.c - KERNEL: walks of the kernel's own addresses, and its regions
 */
#include "ops.h"

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "kernel_va.h"
#include "target.h"
#include "walk.h"

/* Addresses buffered at a time. */
#define KERNEL_BATCH	64

static long give_regions(struct mmscope_kernel *ask)
{
	struct mmscope_regions *list;
	unsigned int room = ask->nr_regions;
	long ret = 0;

	list = kzalloc(sizeof(*list), GFP_KERNEL_ACCOUNT);
	if (!list)
		return -ENOMEM;
	mmscope_kernel_regions(list);
	ask->nr_regions = list->nr;
	if (ask->regions &&
	    copy_to_user(u64_to_user_ptr(ask->regions), list->region,
			 array_size(min(list->nr, room), sizeof(list->region[0]))))
		ret = -EFAULT;
	kfree(list);
	return ret;
}

static long give_walks(const struct mmscope_kernel *ask, u64 *addrs,
		       struct mmscope_walk_result *results)
{
	unsigned int nr, n;
	long ret;
	u64 i;

	for (i = 0; i < ask->nr; i += nr) {
		nr = min_t(u64, ask->nr - i, KERNEL_BATCH);
		if (copy_from_user(addrs, u64_to_user_ptr(ask->addrs) +
				   i * sizeof(*addrs), nr * sizeof(*addrs)))
			return -EFAULT;
		for (n = 0; n < nr; n++)
			mmscope_kernel_walk(addrs[n], &results[n]);
		ret = mmscope_give_results(ask->results + i * ask->result_size,
					   ask->result_size, results, nr);
		if (ret)
			return ret;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

long mmscope_op_kernel(struct file *file, void *arg)
{
	struct mmscope_kernel *ask = arg;
	struct mmscope_walk_result *results;
	unsigned int nr;
	u64 *addrs;
	long ret;

	if (ask->flags || ask->reserved ||
	    ask->result_size < sizeof(struct mmscope_walk_result) ||
	    ask->result_size > PAGE_SIZE)
		return -EINVAL;
	if (!mmscope_may_see_kernel(file))
		return -EPERM;

	ret = give_regions(ask);
	if (ret || !ask->nr)
		return ret;

	nr = min_t(u64, ask->nr, KERNEL_BATCH);
	addrs = kvmalloc_array(nr, sizeof(*addrs), GFP_KERNEL_ACCOUNT);
	results = kvmalloc_array(nr, sizeof(*results), GFP_KERNEL_ACCOUNT);
	ret = addrs && results ? give_walks(ask, addrs, results) : -ENOMEM;
	kvfree(results);
	kvfree(addrs);
	return ret;
}
