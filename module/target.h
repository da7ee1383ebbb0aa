/* SPDX-License-Identifier: GPL-2.0 */
/*
 * target.h - the address space that is looked at, and who may
 *
 * The one way in: device and debugfs both come through here.
 */
#ifndef MMSCOPE_TARGET_H
#define MMSCOPE_TARGET_H

#include <linux/types.h>

struct file;
struct mm_struct;
struct pid;

/**
 * struct mmscope_target - an address space and the right to look at it
 * @mm: with a reference that keeps the descriptor (mm_count), never one that
 *	keeps the address space (mm_users) alive
 * @rights: MMSCOPE_RIGHT_*
 */
struct mmscope_target {
	struct mm_struct *mm;
	u32 rights;
};

void mmscope_target_init(void);

struct mm_struct *mmscope_target_grab(struct pid *pid);
int mmscope_target_rights(struct mm_struct *mm, const struct file *opener,
			  u32 *rights);
int mmscope_target_rights_by_pagemap(struct mm_struct *mm, unsigned int fd,
				     const struct file *opener, u32 *rights);

#endif /* MMSCOPE_TARGET_H */
