/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vmbits.h - the vm_flags that this program itself must understand
 */
#ifndef MMSCOPE_VMBITS_H
#define MMSCOPE_VMBITS_H

#include "cli.h"

/**
 * struct vm_bits - masks in vm_flags, 0 where this kernel has no such flag
 */
struct vm_bits {
	__u64 read, write, exec, mayshare, softdirty, pfnmap, hugetlb, growsdown, shadow_stack;
};

void vm_bits_load(const struct target *target, struct vm_bits *bits);

/* "rwxp", the last by VM_MAYSHARE as in /proc/PID/maps. */
void vm_perms(const struct vm_bits *bits, __u64 vm_flags, char perms[5]);

#endif /* MMSCOPE_VMBITS_H */
