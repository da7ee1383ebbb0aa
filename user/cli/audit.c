// SPDX-License-Identifier: GPL-2.0
/*
 * audit.c - mmscope audit: what is more permissive than it should be, of one or all
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "parse.h"

enum { COL_PID, COL_FINDING, COL_START, COL_END, COL_PERMS, COL_NAME, COL_MEANING, NR_COLUMNS };

static const struct column columns[NR_COLUMNS] = {
	[COL_PID] = { "PID", "pid", "the process; none: all of them",
		      COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_FINDING] = { "FINDING", "finding", "what was found: see mmscope-audit(1)",
			  COLUMN_DEFAULT },
	[COL_START] = { "START", "start", "first byte", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_END] = { "END", "end", "end, exclusive", COLUMN_RIGHT },
	[COL_PERMS] = { "PERMS", "perms", "of the mapping", COLUMN_DEFAULT },
	[COL_NAME] = { "NAME", "name", "of the mapping", COLUMN_DEFAULT | COLUMN_TAIL },
	[COL_MEANING] = { "MEANING", "meaning", "the finding in words", COLUMN_TRUNC },
};

static const struct cli_option options[] = {
	{ "all", NULL, "every process that may be looked at" },
};

static bool all;

#define MAX_LOOKS	3

/**
 * struct run - one run
 * @r: the output
 * @nr: findings so far
 * @partial: something could not be checked, or kept changing
 */
struct run {
	struct cli *cli;
	struct render *r;
	struct mmscope_lock lock;
	size_t nr;
	bool partial;
};

static int option(struct cli *cli, size_t nr, const char *arg)
{
	(void)cli;
	(void)nr;
	(void)arg;
	all = true;
	return EXIT_DONE;
}

static void show(struct run *run, const struct audit *audit, const char *what, pid_t pid)
{
	struct cell cells[NR_COLUMNS];
	size_t i;

	for (i = 0; i < audit->nr; i++) {
		const struct finding *f = &audit->findings[i];

		cells[COL_PID] = pid ? cell_count((__u64)pid) : cell_none();
		cells[COL_FINDING] = cell_toned(finding_name(f->id), TONE_WARN);
		cells[COL_START] = f->end ? cell_hex(f->start) : cell_none();
		cells[COL_END] = f->end ? cell_hex(f->end) : cell_none();
		cells[COL_PERMS] = cell_text(*f->perms ? f->perms : NULL);
		cells[COL_NAME] = cell_text(f->name);
		cells[COL_MEANING] = cell_text(finding_meaning(f->id));
		render_row(run->r, cells);
	}
	run->nr += audit->nr;
	if (audit->unchecked) {
		report_note("%s: not all was checked: %s", what, audit->unchecked);
		run->partial = true;
	}
}

/* Returns 0 or -errno. */
static int check(struct run *run, const struct target *target)
{
	struct audit audit;
	int err, looks = 0;

	err = audit_target(&audit, target);
	while (!err && audit.lock.flags & MMSCOPE_LOCK_CHANGED && ++looks < MAX_LOOKS) {
		audit_free(&audit);
		err = audit_target(&audit, target);
	}
	if (!err) {
		show(run, &audit, target->what, target->pid);
		mmscope_lock_add(&run->lock, &audit.lock);
		if (audit.lock.flags & MMSCOPE_LOCK_CHANGED) {
			report_changed(target);
			run->partial = true;
		}
	}
	audit_free(&audit);
	return err;
}

/* Kernel threads and processes that ended are no news; others that are refused are. */
static void check_all(struct run *run)
{
	size_t refused = 0;
	struct dirent *entry;
	struct target target;
	DIR *dir = opendir("/proc");
	int err;

	while (dir && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		err = target_attach(run->cli, atoi(entry->d_name), &target);
		if (!err) {
			err = check(run, &target);
			target_close(&target);
		}
		if (err && err != -ESRCH && err != -ENXIO)
			refused++;
	}
	if (dir)
		closedir(dir);
	if (refused) {
		report_note("%zu processes could not be looked at", refused);
		run->partial = true;
	}
}

static int finish(struct run *run)
{
	render_list_end(run->r);
	if (!run->nr && !run->partial)
		render_text(run->r, "%s", "nothing found");
	render_lock(run->r, &run->lock);
	render_end(run->r, run->partial);
	if (run->nr)
		return EXIT_NO;
	return run->partial ? EXIT_PARTIAL : EXIT_DONE;
}

/* @live: this system is the one that is asked for. */
static void begin(struct run *run, struct render *r, bool live)
{
	struct audit system;

	run->r = r;
	render_list_begin(r, "audit", columns, NR_COLUMNS, true);
	if (!live)
		return;
	audit_system(&system);
	show(run, &system, "this system", 0);
	audit_free(&system);
}

static int run_one(struct cli *cli, const char *arg)
{
	struct run run = { .cli = cli };
	struct target target;
	int status, err;

	status = target_open(cli, arg, &target);
	if (status)
		return status;
	begin(&run, target_render(cli, &target), !target.recorded);
	err = check(&run, &target);
	if (err)
		run.partial = true;
	status = finish(&run);
	report_lock(cli, &target, &run.lock);
	if (err)
		status = report_target_error(&target, err);
	target_close(&target);
	return status;
}

static int run_all(struct cli *cli)
{
	struct run run = { .cli = cli };
	struct mmscope_info info;
	struct mmscope *ms;
	int status;

	status = device_open(cli, &ms, &info);
	if (status)
		return status;
	mmscope_close(ms);
	begin(&run, render_new(&cli->render, cli->command->name, -1), true);
	check_all(&run);
	return finish(&run);
}

static int run(struct cli *cli, int argc, char **argv)
{
	if (argc != (all ? 0 : 1))
		return report_usage(cli, "either a PID or --all");
	return all ? run_all(cli) : run_one(cli, argv[0]);
}

const struct command command_audit = {
	.name = "audit",
	.args = "PID|--all",
	.summary = "Find what is more permissive than it should be",
	.example = "audit --all --json",
	.min_args = 0,
	.max_args = 1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.option = option,
	.run = run,
	.walks = true,
};
