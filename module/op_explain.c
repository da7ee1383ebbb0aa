// SPDX-License-Identifier: GPL-2.0
/*
 * op_explain.c - EXPLAIN: everything about one address
 */
#include "ops.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "compat/compat.h"
#include "explain.h"

/*
 * The thread in question, with a reference; NULL when nobody is known to own the
 * address space; ERR_PTR(-ESRCH) when @tid does not belong to it.
 */
static struct task_struct *explain_task(struct mm_struct *mm, s32 tid)
{
	struct task_struct *task;
	struct pid *pid;
	bool same;

	if (!tid)
		return mmscope_mm_owner(mm);

	pid = find_get_pid(tid);
	task = get_pid_task(pid, PIDTYPE_PID);
	put_pid(pid);
	if (!task)
		return ERR_PTR(-ESRCH);
	task_lock(task);
	same = task->mm == mm;
	task_unlock(task);
	if (same)
		return task;
	put_task_struct(task);
	return ERR_PTR(-ESRCH);
}

/* Registers need what ptrace would ask for: kernel/ptrace.c:__ptrace_may_access() */
static bool may_see_registers(const struct mmscope_target *target,
			      struct task_struct *task, const struct file *file)
{
	return same_thread_group(task, current) ||
	       mmscope_is_ptracer(target->user_ns, file);
}

long mmscope_op_explain(struct file *file, void *arg)
{
	const struct mmscope_target *target = mmscope_file_target(file->private_data);
	struct mmscope_explain *ask = arg;
	struct mmscope_vmas_chunk chunk = { .size = MMSCOPE_VMA_RECORD_MAX };
	struct mmscope_explain answer = {
		.size = ask->size,
		.va = ask->va,
		.vma = ask->vma,
		.tid = ask->tid,
	};
	struct mmscope_look look;
	struct task_struct *task;
	long ret;

	if (!target)
		return -ENOTCONN;
	if (ask->flags || ask->reserved || ask->vma & 7 || ask->tid < 0 ||
	    ask->vma_size < MMSCOPE_VMA_RECORD_MAX)
		return -EINVAL;

	task = explain_task(target->mm, ask->tid);
	if (IS_ERR(task))
		return PTR_ERR(task);

	chunk.rights = target->rights;
	chunk.namer = mmscope_vma_namer_alloc();
	chunk.buf = kvmalloc(chunk.size, GFP_KERNEL_ACCOUNT);
	ret = -ENOMEM;
	if (!chunk.buf || !chunk.namer)
		goto out_free;

	mmscope_explain_thread(task, task && may_see_registers(target, task, file),
			       &answer);
	mmscope_look_init(&look, target, &ask->lock);
	ret = mmscope_look_lock(&look);
	if (ret)
		goto out_free;
	mmscope_explain(&look, target->rights, &chunk, &answer);
	mmscope_look_unlock(&look);

	ret = -EFAULT;
	if (copy_to_user(u64_to_user_ptr(ask->vma), chunk.buf, chunk.used))
		goto out_free;
	answer.vma_size = chunk.used;
	answer.lock = look.report;
	*ask = answer;
	ret = 0;
out_free:
	kvfree(chunk.buf);
	mmscope_vma_namer_free(chunk.namer);
	if (task)
		put_task_struct(task);
	return ret;
}
