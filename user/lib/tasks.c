// SPDX-License-Identifier: GPL-2.0
/*
 * tasks.c - who uses an address space
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* More threads can come between two calls; not for ever. */
#define TRIES	16

static int make_room(struct mmscope_task **array, size_t nr)
{
	struct mmscope_task *more = realloc(*array, nr * sizeof(**array));

	if (!more)
		return mmscope_fail(ENOMEM);
	*array = more;
	return 0;
}

/* One call; *@more when the room did not do and has grown. */
static int ask(struct mmscope *ms, const struct mmscope_task_opts *opts,
	       struct mmscope_task_list *list, size_t *room, size_t *cpu_room, int *more)
{
	struct mmscope_tasks *sums = &list->sums;
	int err;

	*more = 0;
	err = make_room(&list->tasks, *room);
	if (!err && opts->cpus)
		err = make_room(&list->cpus, *cpu_room);
	if (err)
		return err;
	*sums = (struct mmscope_tasks){
		.size = sizeof(*sums),
		.tasks = mmscope_ptr(list->tasks),
		.nr_tasks = *room,
		.cpus = opts->cpus ? mmscope_ptr(list->cpus) : 0,
		.nr_cpus = opts->cpus ? *cpu_room : 0,
		.task_size = sizeof(*list->tasks),
		.kthread = opts->kthread,
	};
	err = mmscope_ioctl(ms, MMSCOPE_IOC_TASKS, sums);
	if (err)
		return err;
	list->nr_tasks = sums->nr_tasks;
	list->nr_cpus = sums->nr_cpus == MMSCOPE_HIDDEN32 ? 0 : sums->nr_cpus;
	if (list->nr_tasks > *room || (opts->cpus && list->nr_cpus > *cpu_room)) {
		*more = 1;
		*room = list->nr_tasks + 16;
		*cpu_room = list->nr_cpus + 16;
	}
	return 0;
}

MMSCOPE_API int mmscope_task_list_new(struct mmscope *ms, const struct mmscope_task_opts *opts,
				      struct mmscope_task_list **ret)
{
	struct mmscope_task_list *list;
	struct mmscope_task_opts o;
	size_t room = 64, cpu_room = 64, i;
	int err, more = 1, tries;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	list = calloc(1, sizeof(*list));
	if (!list)
		return mmscope_fail(ENOMEM);
	for (tries = 0; more && !err; tries++)
		err = tries < TRIES ? ask(ms, &o, list, &room, &cpu_room, &more) :
				      mmscope_fail(EPROTO);
	for (i = 0; !err && i < list->nr_tasks + list->nr_cpus; i++) {
		struct mmscope_task *task = i < list->nr_tasks ? &list->tasks[i] :
						&list->cpus[i - list->nr_tasks];

		if (task->comm[sizeof(task->comm) - 1] ||
		    task->mm_comm[sizeof(task->mm_comm) - 1])
			err = mmscope_fail(EPROTO);
	}
	if (err) {
		mmscope_task_list_free(list);
		errno = -err;
		return err;
	}
	*ret = list;
	return 0;
}

MMSCOPE_API void mmscope_task_list_free(struct mmscope_task_list *list)
{
	if (!list)
		return;
	free(list->tasks);
	free(list->cpus);
	free(list);
}
