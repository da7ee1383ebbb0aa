/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tasks.h - tasks and the counts of an mm, kernel by kernel
 */
#ifndef MMSCOPE_COMPAT_TASKS_H
#define MMSCOPE_COMPAT_TASKS_H

#include <linux/idr.h>
#include <linux/mm_types.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/coredump.h>
#include <linux/sched/mm.h>

#include "compat/compat.h"
#include "compat/have.h"

/* Threads that the kernel makes in a process, io_uring's aside, came with 6.4. */
#ifndef PF_USER_WORKER
#define PF_USER_WORKER	0
#endif

/* The first pid from @nr on; under RCU. */
static inline struct pid *mmscope_find_ge_pid(int nr, struct pid_namespace *ns)
{
#if HAVE_FIND_GE_PID
	return find_ge_pid(nr, ns);
#else
	return idr_get_next(&ns->idr, &nr);
#endif
}

/* Does it run at this moment? */
static inline bool mmscope_task_on_cpu(const struct task_struct *task)
{
#ifdef CONFIG_SMP
	return READ_ONCE(task->on_cpu);
#else
	return task == current;
#endif
}

/* The process that an mm belongs to, or NULL; under RCU. */
static inline struct task_struct *mmscope_mm_owner_rcu(struct mm_struct *mm)
{
#ifdef CONFIG_MEMCG
	return rcu_dereference(mm->owner);
#else
	return NULL;
#endif
}

static inline bool mmscope_mm_flag(const struct mm_struct *mm, int bit)
{
	return mmscope_mm_flags(mm) >> bit & 1;
}

/* Has a CPU that borrows an mm a reference to it? */
#if HAVE_MMGRAB_LAZY_TLB
#define MMSCOPE_LAZY_COUNTS	IS_ENABLED(CONFIG_MMU_LAZY_TLB_REFCOUNT)
#else
#define MMSCOPE_LAZY_COUNTS	true
#endif

#endif /* MMSCOPE_COMPAT_TASKS_H */
