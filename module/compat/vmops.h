/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vmops.h - where struct vm_operations_struct has which member
 */
#ifndef MMSCOPE_COMPAT_VMOPS_H
#define MMSCOPE_COMPAT_VMOPS_H

#include <linux/mm.h>

#include <mmscope.h>

#include "compat/have.h"

#define VMOP(op, member) \
	{ MMSCOPE_VMOP_##op, offsetof(typeof(*((struct vm_area_struct *)0)->vm_ops), member) }

/* In the order of enum mmscope_vmop. */
static const struct {
	unsigned int op;
	size_t offset;
} mmscope_vmops[] = {
	VMOP(OPEN, open),
	VMOP(CLOSE, close),
#if HAVE_VMOP_MAPPED
	VMOP(MAPPED, mapped),
#endif
#if HAVE_VMOP_MAY_SPLIT
	VMOP(MAY_SPLIT, may_split),
#else
	VMOP(MAY_SPLIT, split),
#endif
	VMOP(MREMAP, mremap),
#if HAVE_VMOP_MPROTECT
	VMOP(MPROTECT, mprotect),
#endif
	VMOP(FAULT, fault),
	VMOP(HUGE_FAULT, huge_fault),
	VMOP(MAP_PAGES, map_pages),
	VMOP(PAGESIZE, pagesize),
	VMOP(PAGE_MKWRITE, page_mkwrite),
	VMOP(PFN_MKWRITE, pfn_mkwrite),
	VMOP(ACCESS, access),
	VMOP(NAME, name),
#ifdef CONFIG_NUMA
	VMOP(SET_POLICY, set_policy),
	VMOP(GET_POLICY, get_policy),
#endif
#if HAVE_VMOP_FIND_SPECIAL_PAGE
	VMOP(FIND_PAGE, find_special_page),
#elif HAVE_VMOP_FIND_NORMAL_PAGE
	VMOP(FIND_PAGE, find_normal_page),
#endif
};

#undef VMOP

#endif /* MMSCOPE_COMPAT_VMOPS_H */
