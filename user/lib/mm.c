// SPDX-License-Identifier: GPL-2.0
/*
 * mm.c - the memory descriptor
 */
#include <string.h>

#include "internal.h"

MMSCOPE_API int mmscope_mm(struct mmscope *ms, struct mmscope_mm *mm,
			   const struct mmscope_mm_opts *opts)
{
	struct mmscope_mm_opts o;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	if (o.exe_size > UINT32_MAX || o.cpumask_size > UINT32_MAX)
		return mmscope_fail(EINVAL);
	memset(mm, 0, sizeof(*mm));
	mm->size = sizeof(*mm);
	if (o.exe && o.exe_size) {
		o.exe[0] = '\0';
		mm->exe = mmscope_ptr(o.exe);
		mm->exe_size = o.exe_size;
	}
	if (o.cpumask && o.cpumask_size) {
		memset(o.cpumask, 0, o.cpumask_size);
		mm->cpumask = mmscope_ptr(o.cpumask);
		mm->cpumask_size = o.cpumask_size;
	}
	err = mmscope_ioctl(ms, MMSCOPE_IOC_MM, mm);
	if (err)
		return err;
	if (mm->nr_auxv > MMSCOPE_AUXV_MAX)
		return mmscope_fail(EPROTO);
	if (o.exe && o.exe_size)
		o.exe[o.exe_size - 1] = '\0';
	return 0;
}
