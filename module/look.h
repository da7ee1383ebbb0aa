/* SPDX-License-Identifier: GPL-2.0 */
/*
 * look.h - holding a target's mmap lock, one bounded chunk at a time
 *
 * Between mmscope_look_lock() and mmscope_look_unlock() the address space stays:
 * mm_users is held, the mmap lock is held for reading. Nothing may be copied to
 * or from user space there: the target can be the caller, and a writer queued
 * between the two holds would deadlock with the fault.
 */
#ifndef MMSCOPE_LOOK_H
#define MMSCOPE_LOOK_H

#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/types.h>

#include <mmscope.h>

#include "target.h"

/**
 * struct mmscope_look - one operation's looks at its target
 * @mm: pinned by the caller (mm_count)
 * @pid: whose, for traces
 * @report: what the target has felt so far, and the budget
 * @taken_at: when the lock was taken, ns
 * @pages: of VMAs, gone through under the lock that is held
 * @keep_cpu: by mmscope_look_keep_cpu()
 */
struct mmscope_look {
	struct mm_struct *mm;
	pid_t pid;
	struct mmscope_lock report;
	u64 taken_at;
	u64 pages;
	bool keep_cpu;
};

void mmscope_look_init(struct mmscope_look *look,
		       const struct mmscope_target *target,
		       const struct mmscope_lock *ask);
int mmscope_look_lock(struct mmscope_look *look);
void mmscope_look_unlock(struct mmscope_look *look);

/**
 * mmscope_look_keep_cpu - the lock is not to be held by a task that does not run
 * @look: initialised, not locked
 *
 * Between lock and unlock preemption is then off: who wakes up meanwhile waits for
 * the next look at need_resched() and finds the lock free, not its holder put aside
 * with it. For chunks that ask mmscope_look_wanted() often and do not sleep but
 * between mmscope_look_may_sleep() and mmscope_look_no_sleep(). Without effect where
 * spinlocks sleep.
 */
static inline void mmscope_look_keep_cpu(struct mmscope_look *look)
{
	look->keep_cpu = !IS_ENABLED(CONFIG_PREEMPT_RT);
}

static inline void mmscope_look_no_sleep(const struct mmscope_look *look)
{
	if (look->keep_cpu)
		preempt_disable();
}

static inline void mmscope_look_may_sleep(const struct mmscope_look *look)
{
	if (look->keep_cpu)
		preempt_enable();
}

/**
 * mmscope_look_wanted - should the chunk end now?
 * @look: locked
 *
 * Return: true when a writer waits for the lock, the CPU is wanted, a fatal
 * signal is pending, or the caller's budget is spent. To be asked after a few
 * microseconds of work at most.
 */
static inline bool mmscope_look_wanted(const struct mmscope_look *look)
{
	if (look->report.budget_ns &&
	    ktime_get_ns() - look->taken_at >= look->report.budget_ns)
		return true;
	return mmap_lock_is_contended(look->mm) || need_resched() ||
	       fatal_signal_pending(current);
}

#endif /* MMSCOPE_LOOK_H */
