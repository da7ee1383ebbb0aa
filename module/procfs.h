/* SPDX-License-Identifier: GPL-2.0 */
/*
 * procfs.h - what procfs thinks of someone who wants to look
 */
#ifndef MMSCOPE_PROCFS_H
#define MMSCOPE_PROCFS_H

#include <linux/types.h>

struct file;
struct mm_struct;
struct pid;

void mmscope_procfs_init(void);
void mmscope_procfs_exit(void);

int mmscope_procfs_permits(const struct mm_struct *mm, struct pid *pid);
bool mmscope_procfs_is_pagemap(const struct file *file,
			       const struct mm_struct *mm);

#endif /* MMSCOPE_PROCFS_H */
