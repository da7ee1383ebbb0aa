/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernel_va.h - the kernel's own page tables, and the regions they map
 */
#ifndef MMSCOPE_KERNEL_VA_H
#define MMSCOPE_KERNEL_VA_H

#include <linux/types.h>

#include <mmscope.h>

#include "arch/regions.h"

void mmscope_kernel_walk(u64 va, struct mmscope_walk_result *result);
void mmscope_kernel_regions(struct mmscope_regions *list);

#endif /* MMSCOPE_KERNEL_VA_H */
