// SPDX-License-Identifier: GPL-2.0
/*
 * snapshot.c - mmscope snapshot: record an address space into a file
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "progress.h"
#include "savefile.h"
#include "stop.h"

enum { OPT_PAGES, OPT_STOP };

static const struct cli_option options[] = {
	[OPT_PAGES] = { "pages", NULL, "record the facts of each page, too" },
	[OPT_STOP] = { "stop", NULL, "stop the process while it is recorded" },
};

static bool pages, stop;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	(void)cli;
	(void)arg;
	if (nr == OPT_PAGES)
		pages = true;
	else
		stop = true;
	return EXIT_DONE;
}

static void show_progress(void *arg, __u64 records)
{
	(void)arg;
	progress_count("records", records);
}

static int save(struct cli *cli, const struct target *target, struct mmscope_lock *lock)
{
	struct mmscope_snapshot_opts opts = {
		.size = sizeof(opts), .pid = target->pid, .rights = target->rights,
		.pages = pages, .progress = show_progress,
	};
	struct savefile file;
	char comm[64];
	int err;

	opts.comm = target_comm(target, comm, sizeof(comm));
	err = savefile_begin(&file, cli->file);
	if (err)
		return report_error(STAGE_ANY, err, cli->file);
	err = mmscope_snapshot_save(target->ms, file.fd, &opts, lock);
	/* Not for as long as the disk takes. */
	stop_end();
	progress_clear();
	if (err) {
		savefile_abort(&file);
		/* What writing fails with, reading does not. */
		if (err == -ENOSPC || err == -EDQUOT || err == -EFBIG || err == -EIO ||
		    err == -EPIPE)
			return report_error(STAGE_ANY, err, cli->file);
		return report_target_error(target, err);
	}
	err = savefile_commit(&file);
	return err ? report_error(STAGE_ANY, err, cli->file) : EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct mmscope_lock lock = { 0 };
	struct target target;
	int status;

	(void)argc;
	if (!cli->file)
		return report_usage(cli, "no file to write: -o FILE");
	status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	if (stop && (target.self || target.recorded)) {
		status = report_usage(cli, "--stop: %s cannot be stopped", target.what);
	} else {
		if (stop && !stop_begin(target.pid))
			report_note("%s: does not stop; recorded as it runs", target.what);
		status = save(cli, &target, &lock);
		stop_end();
		report_lock(cli, &target, &lock);
		if (!status && lock.flags & MMSCOPE_LOCK_CHANGED)
			status = report_changed(&target);
	}
	target_close(&target);
	return status;
}

const struct command command_snapshot = {
	.name = "snapshot",
	.args = "PID",
	.summary = "Record an address space into a file, to be looked at in place of PID",
	.example = "snapshot self -o before.mms",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.option = option,
	.run = run,
	.walks = true,
	.writes = true,
};
