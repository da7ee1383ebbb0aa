/* SPDX-License-Identifier: GPL-2.0 */
/*
 * debugfs_view.h - an open file of a process's directory
 */
#ifndef MMSCOPE_DEBUGFS_VIEW_H
#define MMSCOPE_DEBUGFS_VIEW_H

#include <linux/fs.h>

#include "target.h"
#include "tasks.h"

struct mmscope_view;
struct seq_file;

/**
 * struct mmscope_view_type - a file that lists records
 * @heading: prints the first line
 * @fill: looks at the target from @view->resume on, fills the buffer with at
 *	least one record unless there are no more, and moves @view->resume
 * @show: prints a record
 * @size: bytes of a record
 * @end: the address where the next record is looked for
 */
struct mmscope_view_type {
	void (*heading)(struct seq_file *m);
	int (*fill)(struct mmscope_view *view);
	void (*show)(struct seq_file *m, const void *record);
	size_t (*size)(const void *record);
	u64 (*end)(const void *record);
};

/**
 * struct mmscope_view - an open file
 * @target: what is looked at, and the opener's rights
 * @asker: what the opener may be told of tasks
 * @type: for lists
 * @va: for files that are asked: the address that was written
 * @end: and the second number, or 0
 * @have_va: one was
 * @buf: for lists: records, VIEW_SIZE bytes
 * @used: bytes filled
 * @at: offset of the next record
 * @at_addr: address from which the record at @at was looked for
 * @resume: address where the buffer ends
 */
struct mmscope_view {
	struct mmscope_target target;
	struct mmscope_asker asker;
	const struct mmscope_view_type *type;
	u64 va;
	u64 end;
	bool have_va;
	void *buf;
	size_t used;
	size_t at;
	u64 at_addr;
	u64 resume;
};

int mmscope_view_open_single(struct inode *inode, struct file *file,
			     int (*show)(struct seq_file *m, void *v));
int mmscope_view_release_single(struct inode *inode, struct file *file);

extern const struct file_operations mmscope_walk_fops;
extern const struct file_operations mmscope_find_fops;
extern const struct file_operations mmscope_explain_fops;

#endif /* MMSCOPE_DEBUGFS_VIEW_H */
