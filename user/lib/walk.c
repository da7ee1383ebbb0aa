// SPDX-License-Identifier: GPL-2.0
/*
 * walk.c - walk an array of addresses
 */
#include <string.h>

#include "internal.h"

MMSCOPE_API ssize_t mmscope_walk(struct mmscope *ms, const __u64 *addrs, size_t nr,
				 struct mmscope_walk_result *results, struct mmscope_lock *lock)
{
	struct mmscope_walk arg = {
		.size = sizeof(arg),
		.addrs = mmscope_ptr(addrs),
		.nr = nr,
		.result_size = sizeof(*results),
		.results = mmscope_ptr(results),
		.lock.generation = lock ? lock->generation : 0,
		.lock.budget_ns = ms->budget_ns,
	};
	size_t i;
	int err;

	if (!nr)
		return 0;
	err = mmscope_ioctl(ms, MMSCOPE_IOC_WALK, &arg);
	if (err)
		return err;
	if (arg.nr > nr)
		return mmscope_fail(EPROTO);
	for (i = 0; i < arg.nr; i++)
		if (results[i].nr_levels > MMSCOPE_NR_LEVELS)
			return mmscope_fail(EPROTO);
	if (lock)
		mmscope_lock_add(lock, &arg.lock);
	return arg.nr;
}
