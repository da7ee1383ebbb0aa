// SPDX-License-Identifier: GPL-2.0
/*
 * kernel.c - the kernel's own page tables, and the regions that they map
 */
#include <string.h>

#include "internal.h"

MMSCOPE_API ssize_t mmscope_kernel_walk(struct mmscope *ms, const __u64 *addrs, size_t nr,
					struct mmscope_walk_result *results)
{
	struct mmscope_kernel arg = {
		.size = sizeof(arg),
		.addrs = mmscope_ptr(addrs),
		.nr = nr,
		.results = mmscope_ptr(results),
		.result_size = sizeof(*results),
	};
	size_t i;
	int err;

	err = mmscope_ioctl(ms, MMSCOPE_IOC_KERNEL, &arg);
	if (err)
		return err;
	for (i = 0; i < nr; i++)
		if (results[i].nr_levels > MMSCOPE_NR_LEVELS)
			return mmscope_fail(EPROTO);
	return (ssize_t)nr;
}

MMSCOPE_API ssize_t mmscope_kernel_regions(struct mmscope *ms,
					   struct mmscope_kernel_region *regions, size_t nr)
{
	struct mmscope_kernel arg = {
		.size = sizeof(arg),
		.regions = nr ? mmscope_ptr(regions) : 0,
		.nr_regions = nr < ~0U ? (__u32)nr : ~0U,
		.result_size = sizeof(struct mmscope_walk_result),
	};
	int err;

	err = mmscope_ioctl(ms, MMSCOPE_IOC_KERNEL, &arg);
	return err ? err : (ssize_t)arg.nr_regions;
}
