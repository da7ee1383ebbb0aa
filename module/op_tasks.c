// SPDX-License-Identifier: GPL-2.0
/*
 * op_tasks.c - TASKS: who uses an address space
 */
#include "ops.h"

#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "batch.h"
#include "compat/tasks.h"
#include "tasks.h"

#define BATCH	(MMSCOPE_MAX_BATCH / sizeof(struct mmscope_task))

/**
 * struct task_out - records on their way to the caller
 * @batch: for those that are not there yet
 * @to: the caller's array
 * @room: its elements
 * @nr: how many came, whether there was room or not
 * @given: how many are in the caller's array
 */
struct task_out {
	struct mmscope_batch batch;
	u64 to;
	u32 room;
	u32 nr;
	u32 given;
};

static void out_init(struct task_out *list, void *buf, u64 to, u32 room)
{
	*list = (struct task_out){
		.batch = { .buf = buf, .room = BATCH },
		.to = to,
		.room = to ? room : 0,
	};
}

static long out_flush(struct task_out *list)
{
	u32 nr = min(list->batch.nr, list->room - list->given);

	if (copy_to_user(u64_to_user_ptr(list->to) +
			 (u64)list->given * sizeof(struct mmscope_task),
			 list->batch.buf, nr * sizeof(struct mmscope_task)))
		return -EFAULT;
	list->given += nr;
	list->batch.nr = 0;
	return 0;
}

static long out_add(struct task_out *list, const struct mmscope_task *record)
{
	*(struct mmscope_task *)mmscope_batch_add(&list->batch,
						  sizeof(*record)) = *record;
	list->nr++;
	return mmscope_batch_full(&list->batch) ? out_flush(list) : 0;
}

static void count_task(struct mmscope_tasks *sums,
		       const struct mmscope_task *record)
{
	if (record->flags & MMSCOPE_TASK_KTHREAD)
		sums->count_adopted++;
	else if (record->flags & (MMSCOPE_TASK_IO_WORKER |
				  MMSCOPE_TASK_USER_WORKER))
		sums->users_workers++;
	else
		sums->users_threads++;
}

static long give_tasks(const struct mmscope_asker *asker, void *buf,
		       struct mmscope_tasks *ask)
{
	struct mmscope_tasks_walk walk = { .asker = asker };
	enum mmscope_tasks_answer answer;
	struct mmscope_task record;
	struct task_out list;
	long ret;

	out_init(&list, buf, ask->tasks, ask->nr_tasks);
	for (;;) {
		answer = mmscope_tasks_next(&walk, &record);
		if (answer == MMSCOPE_TASKS_END)
			break;
		if (answer == MMSCOPE_TASKS_FOUND) {
			count_task(ask, &record);
			ret = out_add(&list, &record);
			if (ret)
				return ret;
		}
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	ask->nr_tasks = list.nr;
	return out_flush(&list);
}

static long give_cpus(const struct mmscope_asker *asker, void *buf,
		      struct mmscope_tasks *ask)
{
	struct mmscope_task record;
	struct task_out list;
	unsigned int cpu;
	long ret;

	out_init(&list, buf, ask->cpus, ask->nr_cpus);
	ask->count_lazy = 0;
	for_each_online_cpu(cpu) {
		if (!mmscope_tasks_cpu(asker, cpu, &record))
			continue;
		if (MMSCOPE_LAZY_COUNTS &&
		    record.mm_use == MMSCOPE_USE_BORROWED &&
		    record.mm_of == MMSCOPE_OF_TARGET)
			ask->count_lazy++;
		ret = out_add(&list, &record);
		if (ret)
			return ret;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	ask->nr_cpus = list.nr;
	return out_flush(&list);
}

static long give_target(const struct mmscope_asker *asker,
			struct mmscope_tasks *ask)
{
	struct mmscope_tasks after = { };
	void *buf;
	long ret;

	buf = kvmalloc_array(BATCH, sizeof(struct mmscope_task),
			     GFP_KERNEL_ACCOUNT);
	if (!buf)
		return -ENOMEM;

	mmscope_tasks_counts(asker->mm, ask);
	ret = ask->mm_users ? give_tasks(asker, buf, ask) : -ESRCH;
	if (ret)
		goto out_free;

	ask->count_lazy = MMSCOPE_HIDDEN32;
	if (!ask->cpus)
		ask->nr_cpus = 0;
	else if (!asker->admin)
		ask->nr_cpus = MMSCOPE_HIDDEN32;
	else
		ret = give_cpus(asker, buf, ask);

	mmscope_tasks_counts(asker->mm, &after);
	ask->changed = after.mm_users != ask->mm_users ||
		       after.mm_count != ask->mm_count;
out_free:
	kvfree(buf);
	return ret;
}

static long give_kthread(struct mmscope_tasks *ask)
{
	struct mmscope_task record;
	long ret = mmscope_tasks_kthread(ask->kthread, &record);

	if (ret)
		return ret;
	if (ask->nr_tasks && ask->tasks &&
	    copy_to_user(u64_to_user_ptr(ask->tasks), &record, sizeof(record)))
		return -EFAULT;
	ask->nr_tasks = 1;
	ask->nr_cpus = 0;
	ask->count_lazy = MMSCOPE_HIDDEN32;
	return 0;
}

/* What the caller may not have set: it is for the answer. */
static bool is_clean(const struct mmscope_tasks *ask)
{
	return !memchr_inv(&ask->mm_users, 0,
			   sizeof(*ask) - offsetof(struct mmscope_tasks, mm_users));
}

long mmscope_op_tasks(struct file *file, void *arg)
{
	const struct mmscope_target *target = mmscope_file_target(file->private_data);
	struct mmscope_tasks *ask = arg;
	struct mmscope_asker asker;

	if (!target && !ask->kthread)
		return -ENOTCONN;
	if (ask->flags || ask->kthread < 0 || (ask->tasks | ask->cpus) & 3 ||
	    ask->task_size != sizeof(struct mmscope_task) || !is_clean(ask))
		return -EINVAL;

	mmscope_asker_init(&asker, target, file);
	if (!ask->kthread)
		return give_target(&asker, ask);
	return asker.admin ? give_kthread(ask) : -EPERM;
}
