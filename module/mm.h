/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mm.h - the memory descriptor
 */
#ifndef MMSCOPE_MM_H
#define MMSCOPE_MM_H

#include <linux/types.h>

#include "look.h"

struct mmscope_mm;
struct mm_struct;

int mmscope_mm_read(struct mmscope_look *look, u32 rights,
		    struct mmscope_mm *record);
int mmscope_mm_exe(struct mm_struct *mm, char *buf, size_t size,
		   const char **path);
size_t mmscope_mm_cpumask_size(void);
void mmscope_mm_cpumask(struct mm_struct *mm, u8 *mask);

#endif /* MMSCOPE_MM_H */
