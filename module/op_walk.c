// SPDX-License-Identifier: GPL-2.0
/*
 * op_walk.c - WALK and TRANSLATE: arrays of addresses
 */
#include "ops.h"

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "translate.h"
#include "walk.h"

/* Addresses buffered at a time: a walk's result is long, a translation's short. */
#define WALK_BATCH	256
#define TRANSLATE_BATCH	1024

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

/**
 * mmscope_give_results - copy walks to the caller
 * @to: where, in the caller's memory
 * @stride: bytes of an element there
 * @results: struct mmscope_walk_result
 * @nr: how many
 *
 * Return: 0 or -EFAULT.
 */
int mmscope_give_results(u64 to, u32 stride, const void *results,
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

long mmscope_op_walk(struct file *file, void *arg)
{
	const struct mmscope_target *target = mmscope_file_target(file->private_data);
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

	mmscope_look_init(&look, target, &ask->lock);
	for (i = 0; i < ask->nr; i += nr) {
		nr = min_t(u64, ask->nr - i, WALK_BATCH);
		ret = -EFAULT;
		if (copy_from_user(addrs, u64_to_user_ptr(ask->addrs) +
				   i * sizeof(*addrs), nr * sizeof(*addrs)))
			goto out_free;
		ret = walk_batch(&look, target->rights, addrs, results, nr);
		if (ret)
			goto out_free;
		ret = mmscope_give_results(ask->results + i * ask->result_size,
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

static long translate_batch(struct mmscope_look *look, u32 rights,
			    const u64 *addrs, struct mmscope_translation *to,
			    unsigned int nr)
{
	unsigned int i = 0;
	long ret;

	while (i < nr) {
		ret = mmscope_look_lock(look);
		if (ret)
			return ret;
		i += mmscope_translate(look, rights, addrs + i, to + i, nr - i);
		mmscope_look_unlock(look);
		cond_resched();
	}
	return 0;
}

long mmscope_op_translate(struct file *file, void *arg)
{
	const struct mmscope_target *target = mmscope_file_target(file->private_data);
	struct mmscope_translate *ask = arg;
	struct mmscope_translation *to;
	struct mmscope_look look;
	unsigned int nr;
	u64 i, *addrs;
	long ret;

	if (!target)
		return -ENOTCONN;
	if (ask->flags)
		return -EINVAL;

	nr = min_t(u64, ask->nr, TRANSLATE_BATCH);
	addrs = kvmalloc_array(nr, sizeof(*addrs), GFP_KERNEL_ACCOUNT);
	to = kvmalloc_array(nr, sizeof(*to), GFP_KERNEL_ACCOUNT);
	ret = -ENOMEM;
	if (!addrs || !to)
		goto out_free;

	mmscope_look_init(&look, target, &ask->lock);
	for (i = 0; i < ask->nr; i += nr) {
		nr = min_t(u64, ask->nr - i, TRANSLATE_BATCH);
		ret = -EFAULT;
		if (copy_from_user(addrs, u64_to_user_ptr(ask->addrs) +
				   i * sizeof(*addrs), nr * sizeof(*addrs)))
			goto out_free;
		ret = translate_batch(&look, target->rights, addrs, to, nr);
		if (ret)
			goto out_free;
		ret = -EFAULT;
		if (copy_to_user(u64_to_user_ptr(ask->translations) +
				 i * sizeof(*to), to, nr * sizeof(*to)))
			goto out_free;
	}
	ask->lock = look.report;
	ret = 0;
out_free:
	kvfree(to);
	kvfree(addrs);
	return ret;
}
