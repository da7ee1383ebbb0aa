// SPDX-License-Identifier: GPL-2.0
/*
 * explain.c - everything about one address; what it means is in predict.c
 */
#include <string.h>

#include "internal.h"

MMSCOPE_API int mmscope_explain(struct mmscope *ms, __u64 va, pid_t tid,
				struct mmscope_explain *explain, struct mmscope_vma *vma)
{
	int err;

	memset(explain, 0, sizeof(*explain));
	explain->size = sizeof(*explain);
	explain->va = va;
	explain->tid = tid;
	explain->vma = mmscope_ptr(vma);
	explain->vma_size = MMSCOPE_VMA_RECORD_MAX;
	explain->lock.budget_ns = ms->budget_ns;
	err = mmscope_ioctl(ms, MMSCOPE_IOC_EXPLAIN, explain);
	if (err)
		return err;
	if (explain->walk.nr_levels > MMSCOPE_NR_LEVELS ||
	    explain->vma_size > MMSCOPE_VMA_RECORD_MAX ||
	    (explain->vma_size && !mmscope_vma_ok(vma, explain->vma_size)))
		return mmscope_fail(EPROTO);
	return 0;
}
