/* SPDX-License-Identifier: GPL-2.0 */
/*
 * target.h - the address space that is looked at, and who may
 *
 * The one way in: device and debugfs both come through here.
 */
#ifndef MMSCOPE_TARGET_H
#define MMSCOPE_TARGET_H

#include <linux/list.h>
#include <linux/types.h>

struct file;
struct mm_struct;
struct mmscope_user;
struct pid;
struct user_namespace;

/**
 * struct mmscope_space - an address space and who owns it
 * @mm: with a reference that keeps the descriptor (mm_count), never one that
 *	keeps the address space (mm_users) alive
 * @user_ns: the user namespace that owns it, with a reference
 * @pid: of the process, in the initial pid namespace
 */
struct mmscope_space {
	struct mm_struct *mm;
	struct user_namespace *user_ns;
	pid_t pid;
};

/**
 * struct mmscope_target - an address space and the right to look at it
 * @mm: as in struct mmscope_space
 * @user_ns: likewise
 * @pid: likewise
 * @rights: MMSCOPE_RIGHT_*
 * @node: among all that are kept
 * @user: on whose account
 */
struct mmscope_target {
	struct mm_struct *mm;
	struct user_namespace *user_ns;
	pid_t pid;
	u32 rights;
	struct hlist_node node;
	struct mmscope_user *user;
};

int mmscope_space_grab(struct pid *pid, struct mmscope_space *space);
void mmscope_space_drop(const struct mmscope_space *space);
int mmscope_target_rights(const struct mmscope_space *space, struct pid *pid,
			  const struct file *opener, u32 *rights);
int mmscope_target_rights_by_pagemap(const struct mmscope_space *space,
				     unsigned int fd, const struct file *opener,
				     u32 *rights);
bool mmscope_is_ptracer(struct user_namespace *user_ns,
			const struct file *opener);
bool mmscope_is_admin(const struct file *opener);
bool mmscope_may_see_kernel(const struct file *opener);

int mmscope_target_keep(struct mmscope_target *target,
			const struct mmscope_space *space, u32 rights);
void mmscope_target_drop(struct mmscope_target *target);

#endif /* MMSCOPE_TARGET_H */
