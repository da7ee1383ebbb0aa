// SPDX-License-Identifier: GPL-2.0
/*
 * tasks.c - mmscope tasks: who uses an address space, and what its counts are made of
 *
 * Of a kernel thread, which has none of its own: whose it has now.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "parse.h"

enum {
	COL_TID, COL_TGID, COL_KIND, COL_STATE, COL_CPU, COL_FLAGS, COL_USE, COL_OF, COL_OWNER,
	COL_OWNER_COMM, COL_COMM, NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_TID] = { "TID", "tid", "thread, in this pid namespace",
		      COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_TGID] = { "TGID", "tgid", "process that the thread is of",
		       COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_KIND] = { "KIND", "kind", "thread, process, io_worker, user_worker, kthread or idle",
		       COLUMN_DEFAULT },
	[COL_STATE] = { "STATE", "state", "letter of the state, as in /proc/PID/stat",
			COLUMN_DEFAULT },
	[COL_CPU] = { "CPU", "cpu", "CPU that it runs on, or ran on last",
		      COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_FLAGS] = { "FLAGS", "flags", "on_cpu, exiting, vfork, loaded, unloaded, hidden",
			COLUMN_DEFAULT },
	[COL_USE] = { "MM_USE", "mm_use", "how it has the mm: own, adopted, borrowed or none", 0 },
	[COL_OF] = { "MM_OF", "mm_of", "whose the mm is: target, process, kernel, exited or none",
		     0 },
	[COL_OWNER] = { "MM_PID", "mm_pid", "of mm_of process: that process", COLUMN_RIGHT },
	[COL_OWNER_COMM] = { "MM_COMM", "mm_comm", "of mm_of process: its name", 0 },
	[COL_COMM] = { "COMM", "comm", "name of the thread", COLUMN_DEFAULT },
};

/* Of the second table, one CPU a line: the same cells. */
#define CPU_COLUMNS	9

static const struct column cpu_columns[CPU_COLUMNS] = {
	{ "CPU", "cpu", NULL, COLUMN_RIGHT }, { "TID", "tid", NULL, COLUMN_RIGHT },
	{ "KIND", "kind", NULL, 0 }, { "COMM", "comm", NULL, 0 },
	{ "MM_USE", "mm_use", NULL, 0 }, { "MM_OF", "mm_of", NULL, 0 },
	{ "MM_PID", "mm_pid", NULL, COLUMN_RIGHT }, { "MM_COMM", "mm_comm", NULL, 0 },
	{ "FLAGS", "flags", NULL, 0 },
};

static const size_t cpu_cells[CPU_COLUMNS] = {
	COL_CPU, COL_TID, COL_KIND, COL_COMM, COL_USE, COL_OF, COL_OWNER, COL_OWNER_COMM,
	COL_FLAGS,
};

static const struct cli_option options[] = {
	{ "cpus", NULL, "ask each CPU, by an interrupt, what it runs and whose mm it has" },
};

static bool ask_cpus;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	(void)cli;
	(void)nr;
	(void)arg;
	ask_cpus = true;
	return EXIT_DONE;
}

static const char *const uses[MMSCOPE_NR_USES] = {
	[MMSCOPE_USE_NONE] = "none", [MMSCOPE_USE_OWN] = "own",
	[MMSCOPE_USE_ADOPTED] = "adopted", [MMSCOPE_USE_BORROWED] = "borrowed",
};

static const char *const owners[MMSCOPE_NR_OF] = {
	[MMSCOPE_OF_NONE] = "none", [MMSCOPE_OF_TARGET] = "target",
	[MMSCOPE_OF_PROCESS] = "process", [MMSCOPE_OF_KERNEL] = "kernel",
	[MMSCOPE_OF_EXITED] = "exited",
};

/* Flags that KIND does not tell. */
static const struct mmscope_name flag_rows[] = {
	{ 4, "on_cpu" }, { 5, "exiting" }, { 6, "vfork" }, { 7, "hidden" }, { 8, "loaded" },
	{ 9, "unloaded" },
};

static const struct flag_names task_flags = {
	.names = flag_rows, .nr = ARRAY_SIZE(flag_rows),
};

#define KIND_FLAGS	(MMSCOPE_TASK_KTHREAD | MMSCOPE_TASK_IDLE | MMSCOPE_TASK_IO_WORKER | \
			 MMSCOPE_TASK_USER_WORKER)

static const char *word(const char *const *words, size_t nr, unsigned int n)
{
	return n < nr ? words[n] : "unknown";
}

/* @tgid: the process that was asked about. */
static const char *kind(const struct mmscope_task *task, int tgid)
{
	if (task->flags & MMSCOPE_TASK_IDLE)
		return "idle";
	if (task->flags & MMSCOPE_TASK_KTHREAD)
		return "kthread";
	if (task->flags & MMSCOPE_TASK_IO_WORKER)
		return "io_worker";
	if (task->flags & MMSCOPE_TASK_USER_WORKER)
		return "user_worker";
	if (task->flags & MMSCOPE_TASK_HIDDEN)
		return NULL;
	return task->tgid == tgid ? "thread" : "process";
}

static struct cell pid_cell(const struct mmscope_task *task, int pid)
{
	if (task->flags & MMSCOPE_TASK_HIDDEN)
		return cell_secret(MMSCOPE_HIDDEN);
	return pid == MMSCOPE_NO_PID ? cell_none() : cell_count(pid);
}

/**
 * struct task_cells - the cells of a task, with what they point to
 */
struct task_cells {
	struct cell cells[NR_COLUMNS];
	char state[2];
};

static void fill(const struct mmscope_task *task, int tgid, struct task_cells *row)
{
	bool hidden = task->flags & MMSCOPE_TASK_HIDDEN;
	struct cell secret = cell_secret(MMSCOPE_HIDDEN);
	bool process = task->mm_of == MMSCOPE_OF_PROCESS;
	struct cell *cells = row->cells;
	const char *name = kind(task, tgid);

	row->state[0] = (char)task->state;
	row->state[1] = '\0';
	cells[COL_TID] = pid_cell(task, task->pid);
	cells[COL_TGID] = pid_cell(task, task->tgid);
	cells[COL_KIND] = name ? cell_text(name) : secret;
	cells[COL_STATE] = hidden ? secret : cell_text(row->state);
	cells[COL_CPU] = hidden ? secret : cell_count(task->cpu);
	cells[COL_FLAGS] = cell_flags(task->flags & ~KIND_FLAGS, &task_flags);
	cells[COL_USE] = cell_text(word(uses, MMSCOPE_NR_USES, task->mm_use));
	cells[COL_OF] = cell_text(word(owners, MMSCOPE_NR_OF, task->mm_of));
	cells[COL_OWNER] = process ? pid_cell(task, task->mm_pid) : cell_none();
	cells[COL_OWNER_COMM] = process && *task->mm_comm ? cell_text(task->mm_comm) : cell_none();
	cells[COL_COMM] = hidden ? secret : cell_text(task->comm);
}

static void show_tasks(struct render *r, const struct mmscope_task_list *list, int tgid)
{
	struct task_cells row;
	size_t i, outside = 0;

	render_list_begin(r, "tasks", columns, NR_COLUMNS, true);
	for (i = 0; i < list->nr_tasks; i++) {
		fill(&list->tasks[i], tgid, &row);
		render_row(r, row.cells);
		outside += list->tasks[i].pid == MMSCOPE_NO_PID &&
			   !(list->tasks[i].flags & MMSCOPE_TASK_HIDDEN);
	}
	render_list_end(r);
	if (outside)
		render_text(r, "%zu of them without a number in this pid namespace", outside);
}

static void show_cpus(struct render *r, const struct mmscope_task_list *list, int tgid)
{
	struct cell cells[CPU_COLUMNS];
	struct task_cells row;
	size_t i, c;

	render_text(r, "%s", "");
	render_list_begin(r, "cpus", cpu_columns, CPU_COLUMNS, false);
	for (i = 0; i < list->nr_cpus; i++) {
		fill(&list->cpus[i], tgid, &row);
		for (c = 0; c < CPU_COLUMNS; c++)
			cells[c] = row.cells[cpu_cells[c]];
		render_row(r, cells);
	}
	render_list_end(r);
}

/* The thread group of @pid, which need not be its leader. */
static int find_tgid(const struct mmscope_task_list *list, int pid)
{
	size_t i;

	for (i = 0; i < list->nr_tasks; i++)
		if (list->tasks[i].pid == pid)
			return list->tasks[i].tgid;
	return pid;
}

/**
 * struct part - a part of a count
 * @key: its key in JSON
 * @one: what it is called, of one
 * @many: of more
 * @nr: how many
 */
struct part {
	const char *key;
	const char *one;
	const char *many;
	__u32 nr;
};

/* A count as the sum of its parts; @unknown: what else could be in the rest, or NULL. */
static void show_count(struct render *r, const char *name, __u32 count, const struct part *parts,
		       size_t nr, const char *unknown)
{
	struct strbuf text = { 0 };
	__u32 told = 0, rest;
	size_t i;

	render_group_begin(r, name);
	render_member(r, "value", cell_count(count));
	for (i = 0; i < nr; i++) {
		render_member(r, parts[i].key, parts[i].nr == MMSCOPE_HIDDEN32 ?
			      cell_none() : cell_count(parts[i].nr));
		if (!parts[i].nr || parts[i].nr == MMSCOPE_HIDDEN32)
			continue;
		strbuf_printf(&text, "%s%u %s", told ? " + " : "", parts[i].nr,
			      parts[i].nr == 1 ? parts[i].one : parts[i].many);
		told += parts[i].nr;
	}
	rest = count > told ? count - told : 0;
	render_member(r, "not_accounted", cell_count(rest));
	render_group_end(r);
	if (rest)
		strbuf_printf(&text, " + %u not accounted for%s%s%s", rest, unknown ? " (" : "",
			      unknown ? unknown : "", unknown ? ")" : "");
	render_text(r, "%s %u = %s", name, count, text.data ? text.data : "0");
	strbuf_free(&text);
}

static void show_counts(struct render *r, const struct target *target,
			const struct mmscope_task_list *list, int tgid)
{
	const char *unasked = target->recorded ? "CPUs were not asked" :
						 "CPUs were not asked: --cpus";
	const struct mmscope_tasks *sums = &list->sums;
	__u32 here = 0, hidden = 0;
	size_t i;

	for (i = 0; i < list->nr_tasks; i++) {
		const struct mmscope_task *task = &list->tasks[i];

		if (task->flags & KIND_FLAGS)
			continue;
		if (task->flags & MMSCOPE_TASK_HIDDEN)
			hidden++;
		else if (task->tgid == tgid)
			here++;
	}

	const struct part users[] = {
		{ "threads", "thread", "threads", here },
		{ "processes", "thread of another process", "threads of other processes",
		  sums->users_threads - here - hidden },
		{ "hidden", "hidden", "hidden", hidden },
		{ "workers", "worker of the kernel", "workers of the kernel", sums->users_workers },
	};
	const struct part refs[] = {
		{ "users", "for all users", "for all users", sums->count_users },
		{ "adopted", "kernel thread that uses it", "kernel threads that use it",
		  sums->count_adopted },
		{ "lazy", "CPU that borrows it", "CPUs that borrow it", sums->count_lazy },
		{ "khugepaged", "khugepaged", "khugepaged", sums->count_khugepaged },
		{ "ksm", "KSM", "KSM", sums->count_ksm },
		{ "handles", "mmscope", "mmscope", sums->count_handles },
	};

	show_count(r, "mm_users", sums->mm_users, users, ARRAY_SIZE(users), NULL);
	show_count(r, "mm_count", sums->mm_count, refs, ARRAY_SIZE(refs),
		   sums->count_lazy == MMSCOPE_HIDDEN32 ? unasked : NULL);
}

/* What a kernel thread has in place of an address space. */
static void tell_kthread(struct render *r, const struct mmscope_task *task)
{
	const char *how = task->mm_use == MMSCOPE_USE_ADOPTED ? "mm is by kthread_use_mm()" :
			  "mm is NULL; active_mm is";

	if (task->mm_use == MMSCOPE_USE_NONE)
		render_text(r, "a kernel thread: mm is NULL; it does not run, so is active_mm");
	else if (task->mm_of == MMSCOPE_OF_PROCESS && task->mm_pid > 0)
		render_text(r, "a kernel thread: %s that of PID %d (%s)", how, task->mm_pid,
			    task->mm_comm);
	else if (task->mm_of == MMSCOPE_OF_PROCESS)
		render_text(r, "a kernel thread: %s that of a process without a number here", how);
	else if (task->mm_of == MMSCOPE_OF_EXITED)
		render_text(r, "a kernel thread: %s of a process that ended", how);
	else
		render_text(r, "a kernel thread: %s the kernel's own", how);
}

/* Whether @pid was a kernel thread, and has been shown. */
static int try_kthread(struct cli *cli, pid_t pid, bool *shown)
{
	struct mmscope_task_opts opts = { .size = sizeof(opts), .kthread = pid };
	struct mmscope_task_list *list;
	struct mmscope_info info;
	struct mmscope *ms;
	struct render *r;
	int status;

	status = device_open(cli, &ms, &info);
	if (status)
		return status;
	/* All else, and without privilege this too, is for ATTACH to say. */
	*shown = !mmscope_task_list_new(ms, &opts, &list);
	if (*shown) {
		r = render_new(&cli->render, cli->command->name, pid);
		show_tasks(r, list, pid);
		tell_kthread(r, &list->tasks[0]);
		render_end(r, false);
		mmscope_task_list_free(list);
	}
	mmscope_close(ms);
	return EXIT_DONE;
}

static int show(struct cli *cli, const struct target *target,
		const struct mmscope_task_list *list)
{
	int tgid = find_tgid(list, target->pid);
	struct render *r = target_render(cli, target);

	show_tasks(r, list, tgid);
	if (list->nr_cpus)
		show_cpus(r, list, tgid);
	if (!render_is_json(r))
		render_text(r, "%s", "");
	show_counts(r, target, list, tgid);
	render_end(r, list->sums.changed);
	if (ask_cpus && list->sums.nr_cpus == MMSCOPE_HIDDEN32) {
		report_note("%s: --cpus: Operation not permitted", target->what);
		return EXIT_NO;
	}
	if (list->sums.changed) {
		report_note("%s: its users changed while they were counted", target->what);
		return EXIT_PARTIAL;
	}
	return EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct mmscope_task_opts opts = { .size = sizeof(opts), .cpus = ask_cpus };
	struct mmscope_task_list *list;
	struct target target;
	bool shown = false;
	int status, err;
	pid_t pid;

	(void)argc;
	if (parse_pid(argv[0], &pid)) {
		status = try_kthread(cli, pid, &shown);
		if (status || shown)
			return status;
	}
	status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	if (ask_cpus && target.recorded) {
		target_close(&target);
		return report_usage(cli, "--cpus: a recording has no CPU to ask");
	}
	err = mmscope_task_list_new(target.ms, &opts, &list);
	if (err) {
		status = report_target_error(&target, err);
	} else {
		status = show(cli, &target, list);
		mmscope_task_list_free(list);
	}
	target_close(&target);
	return status;
}

const struct command command_tasks = {
	.name = "tasks",
	.args = "PID",
	.summary = "Show who uses an address space, and what its counts are made of",
	.example = "tasks 1 --cpus",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.option = option,
	.run = run,
};
