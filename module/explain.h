/* SPDX-License-Identifier: GPL-2.0 */
/*
 * explain.h - everything a page fault at one address would look at
 */
#ifndef MMSCOPE_EXPLAIN_H
#define MMSCOPE_EXPLAIN_H

#include "look.h"
#include "vma.h"

struct task_struct;

void mmscope_explain(struct mmscope_look *look, u32 rights,
		     struct mmscope_vmas_chunk *chunk,
		     struct mmscope_explain *explain);
void mmscope_explain_thread(struct task_struct *task, bool registers,
			    struct mmscope_explain *explain);

#endif /* MMSCOPE_EXPLAIN_H */
