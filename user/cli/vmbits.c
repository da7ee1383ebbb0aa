// SPDX-License-Identifier: GPL-2.0
/*
 * vmbits.c - the vm_flags that this program itself must understand
 *
 * By name, as the module tells them: numbers differ between kernels.
 */
#include "vmbits.h"

static __u64 bit_of(const struct target *target, const char *name)
{
	__u64 mask;

	mmscope_name_bit(target->ms, MMSCOPE_NAMES_VM_FLAGS, name, &mask);
	return mask;
}

void vm_bits_load(const struct target *target, struct vm_bits *bits)
{
	bits->read = bit_of(target, "read");
	bits->write = bit_of(target, "write");
	bits->exec = bit_of(target, "exec");
	bits->mayshare = bit_of(target, "mayshare");
	bits->softdirty = bit_of(target, "softdirty");
	bits->pfnmap = bit_of(target, "pfnmap");
	bits->hugetlb = bit_of(target, "hugetlb");
	bits->growsdown = bit_of(target, "growsdown");
	bits->shadow_stack = bit_of(target, "shadow_stack");
}

void vm_perms(const struct vm_bits *bits, __u64 vm_flags, char perms[5])
{
	perms[0] = vm_flags & bits->read ? 'r' : '-';
	perms[1] = vm_flags & bits->write ? 'w' : '-';
	perms[2] = vm_flags & bits->exec ? 'x' : '-';
	perms[3] = vm_flags & bits->mayshare ? 's' : 'p';
	perms[4] = '\0';
}
