/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tasks.h - who uses an address space
 */
#ifndef MMSCOPE_TASKS_H
#define MMSCOPE_TASKS_H

#include <linux/types.h>

#include <mmscope.h>

struct file;
struct mm_struct;
struct mmscope_target;

/**
 * struct mmscope_asker - who asks about tasks, and what it may be told
 * @mm: the target, pinned; NULL when none is attached
 * @all: who any task of @mm is
 * @admin: what CPUs run, and kernel threads
 */
struct mmscope_asker {
	struct mm_struct *mm;
	bool all;
	bool admin;
};

/**
 * struct mmscope_tasks_walk - a walk over all threads of the machine
 * @asker: on whose behalf
 * @next: number in the initial pid namespace from which to go on; to begin: 0
 */
struct mmscope_tasks_walk {
	const struct mmscope_asker *asker;
	int next;
};

/* What mmscope_tasks_next() came to. */
enum mmscope_tasks_answer {
	MMSCOPE_TASKS_END,
	MMSCOPE_TASKS_FOUND,
	MMSCOPE_TASKS_LATER,	/* nothing yet; a chance for others, then again */
};

void mmscope_asker_init(struct mmscope_asker *asker,
			const struct mmscope_target *target,
			const struct file *opener);
enum mmscope_tasks_answer mmscope_tasks_next(struct mmscope_tasks_walk *walk,
					     struct mmscope_task *record);
bool mmscope_tasks_cpu(const struct mmscope_asker *asker, unsigned int cpu,
		       struct mmscope_task *record);
int mmscope_tasks_kthread(int nr, struct mmscope_task *record);
void mmscope_tasks_counts(const struct mm_struct *mm, struct mmscope_tasks *sums);

#endif /* MMSCOPE_TASKS_H */
