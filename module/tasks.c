// SPDX-License-Identifier: GPL-2.0
/*
 * tasks.c - who uses an address space: threads, kernel threads, idle CPUs
 *
 * Why each read is safe:
 *
 * - Threads are found by number, under RCU: struct pid and task_struct are freed
 *   through it (kernel/pid.c:put_pid(), kernel/exit.c:put_task_struct_rcu_user(),
 *   delayed_put_task_struct()); fs/proc/base.c:next_tgid() does the same.
 *   tasklist_lock is not exported, and not needed: a list would have to be held
 *   together, a number is looked up anew. So the section can end after any number
 *   of threads.
 * - task->mm and ->active_mm of others are compared with the address of an mm that
 *   is pinned, never followed: they can be gone in the next moment. Where one is
 *   followed it was pinned first: under task_lock(), which exec, exit and
 *   kthread_unuse_mm() take to change ->mm (fs/exec.c:exec_mmap(),
 *   kernel/exit.c:exit_mm()); or on the CPU that runs the task, with interrupts
 *   off, where nothing can change it.
 * - A task that does not run has no ->active_mm unless it has that ->mm
 *   (kernel/sched/core.c:context_switch() hands it on): so those who borrow are
 *   found on the CPUs. The idle tasks, mostly, which are in no list.
 */
#include "tasks.h"

#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "arch/arch.h"
#include "compat/tasks.h"
#include "kept.h"
#include "target.h"

/* Threads looked at in one RCU section. */
#define SECTION_TASKS	256

/**
 * mmscope_asker_init - what the caller may be told
 * @asker: to fill
 * @target: the attached one, or NULL
 * @opener: the file through which is asked
 *
 * Asked at each operation, not at ATTACH: it is about other processes than the one
 * whose address space was opened. Who shares the memory itself can read all that
 * the others have in it, their names least of all.
 */
void mmscope_asker_init(struct mmscope_asker *asker,
			const struct mmscope_target *target,
			const struct file *opener)
{
	struct mm_struct *mm = target ? target->mm : NULL;

	asker->mm = mm;
	asker->all = mm && (current->mm == mm ||
			    mmscope_is_ptracer(target->user_ns, opener));
	asker->admin = mmscope_is_admin(opener);
}

/*
 * Would procfs, mounted with hidepid, show this task to the caller? Its answer is
 * ptrace_may_access(PTRACE_MODE_READ_FSCREDS) (fs/proc/base.c:has_pid_permissions()),
 * which begins with this. What follows there is about the mm, which the caller has
 * been granted already. Never more than that is told: this only withholds.
 */
static bool runs_as_caller(const struct task_struct *task)
{
	const struct cred *caller = current_cred();
	const struct cred *cred = __task_cred(task);

	return uid_eq(caller->fsuid, cred->uid) &&
	       uid_eq(caller->fsuid, cred->euid) &&
	       uid_eq(caller->fsuid, cred->suid) &&
	       gid_eq(caller->fsgid, cred->gid) &&
	       gid_eq(caller->fsgid, cred->egid) &&
	       gid_eq(caller->fsgid, cred->sgid);
}

/* The number of a task that lives; 0, which none has, means that it has none there. */
static s32 pid_or_none(pid_t nr)
{
	return nr ?: MMSCOPE_NO_PID;
}

static u32 task_flags(struct task_struct *task)
{
	unsigned int flags = READ_ONCE(task->flags);
	u32 told = 0;

	if (flags & PF_KTHREAD)
		told |= MMSCOPE_TASK_KTHREAD;
	if (flags & PF_IO_WORKER)
		told |= MMSCOPE_TASK_IO_WORKER;
	else if (flags & PF_USER_WORKER)
		told |= MMSCOPE_TASK_USER_WORKER;
	if (flags & PF_EXITING)
		told |= MMSCOPE_TASK_EXITING;
	if (READ_ONCE(task->vfork_done) && !(flags & PF_KTHREAD))
		told |= MMSCOPE_TASK_VFORK;
	if (mmscope_task_on_cpu(task))
		told |= MMSCOPE_TASK_ON_CPU;
	return told;
}

/* All but the mm, of a task that cannot go meanwhile. */
static void record_task(struct mmscope_task *record, struct task_struct *task,
			struct pid_namespace *ns)
{
	*record = (struct mmscope_task){
		.pid = pid_or_none(task_pid_nr_ns(task, ns)),
		.tgid = pid_or_none(task_tgid_nr_ns(task, ns)),
		.cpu = task_cpu(task),
		.flags = task_flags(task),
		.state = task_state_to_char(task),
	};
	BUILD_BUG_ON(sizeof(record->comm) != TASK_COMM_LEN);
	/* Its last byte is always NUL, also while it is being changed. */
	strscpy_pad(record->comm, task->comm, sizeof(record->comm));
}

static void record_hide(struct mmscope_task *record)
{
	*record = (struct mmscope_task){
		.pid = MMSCOPE_NO_PID,
		.tgid = MMSCOPE_NO_PID,
		.flags = MMSCOPE_TASK_HIDDEN |
			 (record->flags & (MMSCOPE_TASK_KTHREAD |
					   MMSCOPE_TASK_IO_WORKER |
					   MMSCOPE_TASK_USER_WORKER)),
		.mm_use = record->mm_use,
		.mm_of = record->mm_of,
	};
}

/**
 * mmscope_tasks_next - the next thread that uses the target
 * @walk: where to go on; moves
 * @record: filled when one was found
 *
 * Every thread of the machine is looked at by its number in the initial pid
 * namespace, those that the caller has no number for included.
 *
 * Return: enum mmscope_tasks_answer.
 */
enum mmscope_tasks_answer mmscope_tasks_next(struct mmscope_tasks_walk *walk,
					     struct mmscope_task *record)
{
	enum mmscope_tasks_answer answer = MMSCOPE_TASKS_LATER;
	const struct mmscope_asker *asker = walk->asker;
	unsigned int looked = 0;
	struct task_struct *task;
	struct pid *pid;

	rcu_read_lock();
	do {
		pid = mmscope_find_ge_pid(walk->next, &init_pid_ns);
		if (!pid) {
			answer = MMSCOPE_TASKS_END;
			break;
		}
		walk->next = pid_nr(pid) + 1;
		task = pid_task(pid, PIDTYPE_PID);
		if (!task || READ_ONCE(task->mm) != asker->mm)
			continue;

		record_task(record, task, task_active_pid_ns(current));
		record->mm_use = record->flags & MMSCOPE_TASK_KTHREAD ?
				 MMSCOPE_USE_ADOPTED : MMSCOPE_USE_OWN;
		record->mm_of = MMSCOPE_OF_TARGET;
		if (!asker->all && !runs_as_caller(task))
			record_hide(record);
		answer = MMSCOPE_TASKS_FOUND;
	} while (answer == MMSCOPE_TASKS_LATER && ++looked < SECTION_TASKS);
	rcu_read_unlock();
	return answer;
}

/* Whose @mm is; it is pinned. Names the owner, as far as the kernel keeps one. */
static void record_owner(struct mmscope_task *record, struct mm_struct *mm,
			 const struct mm_struct *target)
{
	struct task_struct *owner;

	record->mm_pid = 0;
	if (mm == target) {
		record->mm_of = MMSCOPE_OF_TARGET;
	} else if (!atomic_read(&mm->mm_users)) {
		record->mm_of = MMSCOPE_OF_EXITED;
	} else if (!READ_ONCE(mm->task_size)) {
		/* init_mm, which is not exported: exec sets it for all others. */
		record->mm_of = MMSCOPE_OF_KERNEL;
	} else {
		record->mm_of = MMSCOPE_OF_PROCESS;
		record->mm_pid = MMSCOPE_NO_PID;
		rcu_read_lock();
		owner = mmscope_mm_owner_rcu(mm);
		if (owner) {
			record->mm_pid = pid_or_none(task_tgid_vnr(owner));
			strscpy_pad(record->mm_comm, owner->comm,
				    sizeof(record->mm_comm));
		}
		rcu_read_unlock();
	}
}

/**
 * struct cpu_look - one CPU asked what it runs
 * @record: to fill, all but the owner of the mm
 * @ns: whose numbers
 * @only: to answer only when this task runs there; NULL for any
 * @mm: out: the mm in use there, pinned, or NULL
 */
struct cpu_look {
	struct mmscope_task *record;
	struct pid_namespace *ns;
	const struct task_struct *only;
	struct mm_struct *mm;
};

/* On that CPU, interrupts off: neither the task nor its mm can change. */
static void look_at_cpu(void *arg)
{
	struct cpu_look *look = arg;
	struct mmscope_task *record = look->record;

	if (look->only && look->only != current)
		return;

	record_task(record, current, look->ns);
	record->flags |= MMSCOPE_TASK_ON_CPU;
	record->cpu = smp_processor_id();
	if (is_idle_task(current)) {
		record->flags |= MMSCOPE_TASK_IDLE;
		record->pid = 0;
		record->tgid = 0;
	}
	if (!current->mm)
		record->mm_use = MMSCOPE_USE_BORROWED;
	else if (current->flags & PF_KTHREAD)
		record->mm_use = MMSCOPE_USE_ADOPTED;
	else
		record->mm_use = MMSCOPE_USE_OWN;

	look->mm = current->active_mm;
	mmgrab(look->mm);
	record->flags |= mmscope_arch_mm_loaded(look->mm);
}

/**
 * mmscope_tasks_cpu - what a CPU runs, and whose mm it has
 * @asker: on whose behalf; an admin
 * @cpu: any number
 * @record: filled
 *
 * Sends the CPU an interrupt and waits for it.
 *
 * Return: false when the CPU is not there to answer.
 */
bool mmscope_tasks_cpu(const struct mmscope_asker *asker, unsigned int cpu,
		       struct mmscope_task *record)
{
	struct cpu_look look = {
		.record = record,
		.ns = task_active_pid_ns(current),
	};

	if (smp_call_function_single(cpu, look_at_cpu, &look, true))
		return false;
	record_owner(record, look.mm, asker->mm);
	mmdrop(look.mm);
	return true;
}

/**
 * mmscope_tasks_kthread - a kernel thread, and the mm that it has now
 * @nr: its number in the caller's pid namespace
 * @record: filled
 *
 * Return: 0; -ESRCH no such thread, -EINVAL no kernel thread.
 */
int mmscope_tasks_kthread(int nr, struct mmscope_task *record)
{
	struct cpu_look look = {
		.record = record,
		.ns = task_active_pid_ns(current),
	};
	struct pid *pid = find_get_pid(nr);
	struct task_struct *task = get_pid_task(pid, PIDTYPE_PID);
	struct mm_struct *mm;

	put_pid(pid);
	if (!task)
		return -ESRCH;
	if (!(task->flags & PF_KTHREAD)) {
		put_task_struct(task);
		return -EINVAL;
	}

	record_task(record, task, look.ns);
	task_lock(task);
	mm = task->mm;
	if (mm)
		mmgrab(mm);
	task_unlock(task);

	if (mm) {
		record->mm_use = MMSCOPE_USE_ADOPTED;
	} else {
		/* Only where it runs can it have one; it may move on meanwhile. */
		look.only = task;
		smp_call_function_single(task_cpu(task), look_at_cpu, &look,
					 true);
		mm = look.mm;
	}
	if (mm) {
		record_owner(record, mm, NULL);
		mmdrop(mm);
	}
	put_task_struct(task);
	return 0;
}

/**
 * mmscope_tasks_counts - the counts of a descriptor, and parts that no task shows
 * @mm: pinned
 * @sums: @mm_users, @mm_count and the counts of users, handles and scanners are set
 *
 * The scanners hold one reference from setting their flag until they clear it
 * (mm/khugepaged.c:__khugepaged_enter(), mm/ksm.c:__ksm_enter()).
 */
void mmscope_tasks_counts(const struct mm_struct *mm, struct mmscope_tasks *sums)
{
	sums->mm_users = atomic_read(&mm->mm_users);
	sums->mm_count = atomic_read(&mm->mm_count);
	sums->count_users = sums->mm_users ? 1 : 0;
	sums->count_handles = mmscope_kept_count(mm);
	sums->count_khugepaged = mmscope_mm_flag(mm, MMF_VM_HUGEPAGE);
	sums->count_ksm = mmscope_mm_flag(mm, MMF_VM_MERGEABLE);
}
