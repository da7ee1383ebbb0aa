/* SPDX-License-Identifier: GPL-2.0 */
/*
 * text.h - records as text, for debugfs
 */
#ifndef MMSCOPE_TEXT_H
#define MMSCOPE_TEXT_H

struct seq_file;
struct mmscope_explain;
struct mmscope_extent;
struct mmscope_find;
struct mmscope_mm;
struct mmscope_store_node;
struct mmscope_task;
struct mmscope_tasks;
struct mmscope_vma;
struct mmscope_walk_result;

void mmscope_text_mm(struct seq_file *m, const struct mmscope_mm *mm);
void mmscope_text_vma_heading(struct seq_file *m);
void mmscope_text_vma(struct seq_file *m, const struct mmscope_vma *vma);
void mmscope_text_extent_heading(struct seq_file *m);
void mmscope_text_extent(struct seq_file *m, const struct mmscope_extent *run);
void mmscope_text_walk(struct seq_file *m,
		       const struct mmscope_walk_result *result);
void mmscope_text_find(struct seq_file *m, const struct mmscope_find *find,
		       const void *records);
void mmscope_text_explain(struct seq_file *m,
			  const struct mmscope_explain *explain,
			  const struct mmscope_vma *vma);
void mmscope_text_store_heading(struct seq_file *m);
void mmscope_text_store(struct seq_file *m,
			const struct mmscope_store_node *node);
void mmscope_text_task_heading(struct seq_file *m,
			       const struct mmscope_tasks *sums);
void mmscope_text_task(struct seq_file *m, const struct mmscope_task *task);

#endif /* MMSCOPE_TEXT_H */
