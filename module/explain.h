/* SPDX-License-Identifier: GPL-2.0 */
/*
 * explain.h - everything a page fault at one address would look at
 */
#ifndef MMSCOPE_EXPLAIN_H
#define MMSCOPE_EXPLAIN_H

#include "look.h"
#include "vma.h"

struct file;
struct mmscope_target;

int mmscope_explain_read(struct mmscope_look *look,
			 const struct mmscope_target *target,
			 const struct file *opener,
			 struct mmscope_vmas_chunk *chunk,
			 struct mmscope_explain *explain);

#endif /* MMSCOPE_EXPLAIN_H */
