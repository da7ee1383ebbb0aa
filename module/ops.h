/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ops.h - the operations of an open file
 *
 * Each gets a kernel copy of its argument, which is copied back when it returns
 * 0. It copies to and from the caller's buffers itself, never while the target is
 * locked.
 */
#ifndef MMSCOPE_OPS_H
#define MMSCOPE_OPS_H

#include <linux/mutex.h>

#include "target.h"

struct file;

/* Bytes of records that an operation buffers at most, whatever is asked for. */
#define MMSCOPE_MAX_BATCH	(64 * 1024)

/**
 * struct mmscope_file - an open file
 * @attaching: serialises ATTACH; reading needs no lock
 * @attached: set, with release order, once @target is there for good
 * @target: what is looked at
 */
struct mmscope_file {
	struct mutex attaching; /* of ATTACH only */
	bool attached;
	struct mmscope_target target;
};

/* NULL when the file is not attached. Pairs with the release in ATTACH. */
static inline const struct mmscope_target *
mmscope_file_target(struct mmscope_file *mfile)
{
	/* Sees all of the target when it sees the flag: op_attach.c. */
	return smp_load_acquire(&mfile->attached) ? &mfile->target : NULL;
}

long mmscope_op_info(struct file *file, void *arg);
long mmscope_op_names(struct file *file, void *arg);
long mmscope_op_attach(struct file *file, void *arg);
long mmscope_op_mm(struct file *file, void *arg);
long mmscope_op_vmas(struct file *file, void *arg);
long mmscope_op_walk(struct file *file, void *arg);
long mmscope_op_translate(struct file *file, void *arg);
long mmscope_op_extents(struct file *file, void *arg);
long mmscope_op_pages(struct file *file, void *arg);
long mmscope_op_stats(struct file *file, void *arg);
long mmscope_op_tables(struct file *file, void *arg);
long mmscope_op_find(struct file *file, void *arg);
long mmscope_op_tasks(struct file *file, void *arg);
long mmscope_op_explain(struct file *file, void *arg);
long mmscope_op_store(struct file *file, void *arg);
long mmscope_op_vmops(struct file *file, void *arg);
long mmscope_op_kernel(struct file *file, void *arg);
long mmscope_op_rmap(struct file *file, void *arg);

#endif /* MMSCOPE_OPS_H */
