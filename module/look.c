// SPDX-License-Identifier: GPL-2.0
/*
 * look.c - holding a target's mmap lock, one bounded chunk at a time
 */
#include "look.h"

#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "compat/compat.h"
#include "trace.h"

/**
 * mmscope_look_init - prepare to look
 * @look: to fill
 * @target: stays for as long as @look is used
 * @ask: what the caller wants: a bound, and what has changed since; NULL for
 *	neither
 */
void mmscope_look_init(struct mmscope_look *look,
		       const struct mmscope_target *target,
		       const struct mmscope_lock *ask)
{
	*look = (struct mmscope_look){ .mm = target->mm, .pid = target->pid };
	if (ask) {
		look->report.budget_ns = ask->budget_ns;
		look->report.generation = ask->generation;
	}
}

static int look_take(struct mm_struct *mm)
{
	if (fatal_signal_pending(current))
		return -EINTR;
	if (!mmget_not_zero(mm))
		return -ESRCH;
	if (mmap_read_lock_killable(mm)) {
		mmput_async(mm);
		return -EINTR;
	}
	return 0;
}

/**
 * mmscope_look_lock - begin a chunk
 * @look: initialised
 *
 * mm_users is taken for one chunk only, not for the operation: a caller stuck
 * in a copy to its own memory must not keep an exited process's pages.
 *
 * Context: sleeps; a fatal signal ends the wait.
 * Return: 0 with mm_users and the mmap lock held; -ESRCH when the address space
 * is gone, -EINTR; nothing is held then.
 */
int mmscope_look_lock(struct mmscope_look *look)
{
	u64 generation;
	int err;

	trace_mmscope_walk_begin(look->mm, look->pid);
	err = look_take(look->mm);
	if (err) {
		trace_mmscope_walk_end(look->mm, look->pid, 0, 0, err);
		return err;
	}
	mmscope_look_no_sleep(look);
	look->pages = 0;
	look->taken_at = ktime_get_ns();

	generation = mmscope_mm_generation(look->mm);
	if (look->report.generation && look->report.generation != generation)
		look->report.flags |= MMSCOPE_LOCK_CHANGED;
	look->report.generation = generation;
	return 0;
}

/**
 * mmscope_look_unlock - end a chunk
 * @look: locked
 *
 * Context: sleeps. If every other user has gone meanwhile, the address space is freed
 * by a worker: that can take long, waits for what no signal ends (asynchronous I/O of
 * the process, kernel/fork.c:__mmput()), and is none of the caller's business.
 */
void mmscope_look_unlock(struct mmscope_look *look)
{
	u64 held = ktime_get_ns() - look->taken_at;

	mmap_read_unlock(look->mm);
	mmscope_look_may_sleep(look);
	/*
	 * Somebody still waits, so another reader has the lock. That one may be
	 * waiting for this very processor: queue up behind both before going on.
	 */
	if (mmap_lock_is_contended(look->mm) &&
	    !mmap_read_lock_killable(look->mm))
		mmap_read_unlock(look->mm);
	mmput_async(look->mm);

	look->report.nr_locks++;
	look->report.hold_total_ns += held;
	look->report.hold_max_ns = max(look->report.hold_max_ns, held);
	trace_mmscope_walk_end(look->mm, look->pid, look->pages, held, 0);
}
