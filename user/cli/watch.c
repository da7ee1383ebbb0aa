// SPDX-License-Identifier: GPL-2.0
/*
 * watch.c - mmscope watch: what changes in an address space, look after look
 */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "change/kept.h"
#include "parse.h"
#include "render/spark.h"

enum {
	COL_TIME, COL_RSS, COL_PSS, COL_SWAP, COL_TABLES, COL_VMAS, COL_CURVE, COL_PSS_CURVE,
	COL_SWAP_CURVE, COL_TABLES_CURVE, COL_VMA_CHANGES, COL_SUMS,
	NR_COLUMNS = COL_SUMS + NR_PAGE_CHANGES
};

/* Of pages, since the look before. */
#define SUM(change, name, key, help, more) \
	[COL_SUMS + CHANGE_##change] = { name, key, "pages " help, COLUMN_RIGHT | (more) }

/* The default columns fit into 80, and stay where they are in the first minutes. */
static const struct column columns[NR_COLUMNS] = {
	[COL_TIME] = { "MS", "time_ms", "milliseconds since the first look",
		       COLUMN_RIGHT | COLUMN_DEFAULT, .width = 6 },
	[COL_RSS] = { "RSS", "rss", "resident", COLUMN_RIGHT | COLUMN_DEFAULT, .width = 6 },
	[COL_PSS] = { "PSS", "pss", "resident, shared parts divided; with --pss",
		      COLUMN_RIGHT, .width = 6 },
	[COL_SWAP] = { "SWAP", "swap", "swapped out", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_TABLES] = { "TABLES", "tables", "page tables", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_VMAS] = { "VMAS", "vmas", "how many VMAs", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_CURVE] = { "CURVE", "curve", "RSS of the last looks, between its least and most",
			COLUMN_DEFAULT | COLUMN_TABLE_ONLY, .width = SPARK_LENGTH },
	[COL_PSS_CURVE] = { "PSS_CURVE", "pss_curve", "likewise PSS; with --pss",
			    COLUMN_TABLE_ONLY },
	[COL_SWAP_CURVE] = { "SWAP_CURVE", "swap_curve", "likewise what is swapped out",
			     COLUMN_TABLE_ONLY },
	[COL_TABLES_CURVE] = { "TABLES_CURVE", "tables_curve", "likewise the page tables",
			       COLUMN_TABLE_ONLY },
	[COL_VMA_CHANGES] = { "CHANGED", "changed", "VMAs added, removed, grown, split ...",
			      COLUMN_RIGHT | COLUMN_DEFAULT },
	SUM(PRESENT, "PRESENT", "present", "that became present", COLUMN_DEFAULT),
	SUM(DROPPED, "DROPPED", "dropped", "that are not there any more", COLUMN_DEFAULT),
	SUM(WRITTEN, "WRITTEN", "written", "that were written", COLUMN_DEFAULT),
	SUM(COPIED, "COPIED", "copied", "that were copied on write", COLUMN_DEFAULT),
	SUM(MIGRATED, "MIGRATED", "migrated", "that are in other frames", 0),
	SUM(SHARED, "SHARED", "shared", "that are shared now", 0),
	SUM(UNSHARED, "UNSHARED", "unshared", "that are not shared any more", 0),
	SUM(SWAPPED_OUT, "SWAPPED_OUT", "swapped_out", "that were swapped out", 0),
	SUM(SWAPPED_IN, "SWAPPED_IN", "swapped_in", "that were swapped in", 0),
	SUM(COLLAPSED, "COLLAPSED", "collapsed", "that became huge pages", 0),
	SUM(SPLIT, "SPLIT", "split", "that were huge pages", 0),
	SUM(POISONED, "POISONED", "poisoned", "that were lost to an error", 0),
};

enum { OPT_INTERVAL, OPT_COUNT, OPT_PSS, OPT_EXEC };

static const struct cli_option options[] = {
	[OPT_INTERVAL] = { "interval", "S", "seconds between looks, 1 by default; 0.1 is enough" },
	[OPT_COUNT] = { "count", "N", "end after so many looks" },
	[OPT_PSS] = { "pss", NULL, "tell PSS, too, which costs a look at each page" },
	[OPT_EXEC] = { "exec", NULL, "start a program, which is named in place of PID" },
};

static double interval = 1;
static __u64 count;
static bool pss, exec_it;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	char *end;

	switch (nr) {
	case OPT_INTERVAL:
		interval = strtod(arg, &end);
		if (end == arg || *end || !isfinite(interval) || interval < 0.001 ||
		    interval > 1e6)
			return report_usage(cli, "--interval: '%s': not a number of seconds", arg);
		break;
	case OPT_COUNT:
		if (!parse_u64(arg, &count) || !count)
			return report_usage(cli, "--count: '%s': not a number of looks", arg);
		break;
	case OPT_PSS:
		pss = true;
		break;
	case OPT_EXEC:
		exec_it = true;
		break;
	}
	return EXIT_DONE;
}

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
	(void)signal_number;
	interrupted = 1;
}

static __u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (__u64)ts.tv_sec * 1000000000 + (__u64)ts.tv_nsec;
}

/*
 * Until the next look is due; a look that took longer than the interval is not made up
 * for. The signals that end all come here only, so none gets lost before the sleep.
 */
static void wait_until(__u64 due)
{
	__u64 now = now_ns(), left = due > now ? due - now : 0;
	struct timespec ts = {
		.tv_sec = (time_t)(left / 1000000000), .tv_nsec = (long)(left % 1000000000),
	};
	sigset_t none;

	sigemptyset(&none);
	ppoll(NULL, 0, &ts, &none);
}

enum { CURVE_RSS, CURVE_PSS, CURVE_SWAP, CURVE_TABLES, NR_CURVES };

static const struct { unsigned int value, curve; } which_cells[NR_CURVES] = {
	[CURVE_RSS] = { COL_RSS, COL_CURVE },
	[CURVE_PSS] = { COL_PSS, COL_PSS_CURVE },
	[CURVE_SWAP] = { COL_SWAP, COL_SWAP_CURVE },
	[CURVE_TABLES] = { COL_TABLES, COL_TABLES_CURVE },
};

/**
 * struct watch - all of a run
 * @target: who is watched
 * @render: where lines go
 * @kept: the look before, and this one, or the memory of an older one
 * @have: there is a look before
 * @started: when the first look was
 * @curves: as told by which
 * @texts: their signs
 * @lock: what looking did, in all
 */
struct watch {
	const struct target *target;
	struct render *render;
	struct kept kept[2];
	bool have;
	__u64 started;
	struct spark curves[NR_CURVES];
	struct strbuf texts[NR_CURVES];
	struct mmscope_lock lock;
};

/* A value, and how it went. */
static void tell(struct watch *w, struct cell *cells, unsigned int which, __u64 bytes)
{
	spark_add(&w->curves[which], bytes);
	strbuf_reset(&w->texts[which]);
	spark_text(&w->texts[which], &w->curves[which]);
	cells[which_cells[which].value] = cell_bytes(bytes);
	cells[which_cells[which].curve] = cell_text(w->texts[which].data);
}

static int tell_pss(struct watch *w, struct cell *cells)
{
	struct mmscope_stat_opts opts = { .size = sizeof(opts), .rollup = 1 };
	const struct mmscope_stat *stat;
	struct mmscope_stat_iter *iter;
	int ret;

	ret = mmscope_stat_iter_new(w->target->ms, &opts, &iter);
	if (ret)
		return ret;
	ret = mmscope_stat_iter_next(iter, &stat);
	if (ret > 0)
		tell(w, cells, CURVE_PSS, stat->pss >> MMSCOPE_PSS_SHIFT);
	mmscope_stat_iter_free(iter);
	return ret < 0 ? ret : 0;
}

static void compare(struct watch *w, struct cell *cells)
{
	struct change_groups groups;
	struct change_sum sum;
	__u64 changed = 0;
	size_t i;

	kept_compare(&w->kept[0], &w->kept[1], w->target->info.page_size, &groups, &sum);
	for (i = 0; i < groups.nr; i++)
		changed += groups.groups[i].change != VMA_SAME;
	change_groups_free(&groups);
	cells[COL_VMA_CHANGES] = cell_count(changed);
	for (i = 0; i < NR_PAGE_CHANGES; i++)
		cells[COL_SUMS + i] = cell_bytes(sum.bytes[i]);
}

/* One line; the first has nothing to compare with. */
static int look(struct watch *w)
{
	unsigned int page_size = w->target->info.page_size;
	struct cell cells[NR_COLUMNS];
	__u64 now = now_ns();
	struct mmscope_mm mm;
	struct kept older;
	size_t i;
	int err;

	for (i = 0; i < NR_COLUMNS; i++)
		cells[i] = cell_none();
	err = mmscope_mm(w->target->ms, &mm, NULL);
	if (!err)
		err = kept_load(&w->kept[1], w->target);
	if (!err && pss)
		err = tell_pss(w, cells);
	if (err)
		return err;
	mmscope_lock_add(&w->lock, &w->kept[1].lock);
	tell(w, cells, CURVE_RSS, (mm.rss_anon + mm.rss_file + mm.rss_shmem) * page_size);
	tell(w, cells, CURVE_SWAP, mm.swap * page_size);
	tell(w, cells, CURVE_TABLES, mm.pgtables_bytes);
	cells[COL_TIME] = cell_count((now - w->started) / 1000000);
	cells[COL_VMAS] = cell_count(w->kept[1].vmas.nr);
	if (w->have)
		compare(w, cells);
	older = w->kept[0];
	w->kept[0] = w->kept[1];
	w->kept[1] = older;
	w->have = true;
	render_row(w->render, cells);
	render_flush(w->render);
	return 0;
}

/* Starts the program and holds it before its first instruction; its pid, or -errno. */
static pid_t start(char **argv)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -errno;
	if (!pid) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(126);
		execvp(argv[0], argv);
		_exit(errno == ENOENT ? 127 : 126);
	}
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	if (WIFSTOPPED(status))
		return pid;
	return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? -ENOENT : -EACCES;
}

/* Of a program that was started it is known that it ended; a zombie has no memory. */
static bool has_ended(pid_t child)
{
	return child && waitpid(child, NULL, WNOHANG) == child;
}

/*
 * exec gave it another memory: that goes on, with nothing to compare it with. Returns 0 or
 * -errno: -ESRCH when there is none.
 */
static int go_on(struct watch *w, struct cli *cli, struct target *target)
{
	struct target next;
	unsigned int i;
	int err = target_attach(cli, target->pid, &next);

	if (err)
		return err;
	target_close(target);
	*target = next;
	for (i = 0; i < 2; i++)
		kept_free(&w->kept[i]);
	memset(w->kept, 0, sizeof(w->kept));
	w->have = false;
	return 0;
}

static int watch(struct cli *cli, struct target *target, pid_t child)
{
	struct watch w = { .target = target, .started = now_ns() };
	__u64 step = (__u64)(interval * 1e9), due = w.started, n;
	unsigned int i;
	int err = 0;

	w.render = target_render(cli, target);
	render_list_begin(w.render, "looks", columns, NR_COLUMNS, true);
	for (n = 0; !interrupted && (!count || n < count); n++) {
		err = look(&w);
		if (err == -ESRCH && !has_ended(child)) {
			err = go_on(&w, cli, target);
			if (!err)
				err = look(&w);
		}
		if (!n && child)
			ptrace(PTRACE_DETACH, child, NULL, NULL);
		/* Nobody reads on. */
		if (err || ferror(stdout) || (count && n + 1 == count))
			break;
		due += step;
		if (due < now_ns())
			due = now_ns();
		wait_until(due);
		if (has_ended(child))
			break;
	}
	render_list_end(w.render);
	render_lock(w.render, &w.lock);
	if (err && err != -ESRCH)
		render_end(w.render, true);
	else
		render_end(w.render, false);
	report_lock(cli, target, &w.lock);
	for (i = 0; i < 2; i++)
		kept_free(&w.kept[i]);
	for (i = 0; i < NR_CURVES; i++)
		strbuf_free(&w.texts[i]);
	/* That it ends is what one waits for. */
	return err && err != -ESRCH ? report_target_error(target, err) : EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct sigaction action = { .sa_handler = interrupt };
	struct target target;
	char number[16];
	pid_t child = 0;
	int status;

	if (!exec_it && argc > 1)
		return report_usage(cli, "one process only; --exec -- COMMAND starts a program");
	if (exec_it) {
		child = start(argv);
		if (child < 0)
			return report_error(STAGE_ANY, child, argv[0]);
		snprintf(number, sizeof(number), "%d", child);
	}
	status = target_open(cli, exec_it ? number : argv[0], &target);
	if (!status && target.recorded) {
		status = report_usage(cli, "%s: a recording does not change", target.what);
		target_close(&target);
	} else if (!status) {
		sigset_t ending;

		sigemptyset(&ending);
		sigaddset(&ending, SIGINT);
		sigaddset(&ending, SIGTERM);
		sigprocmask(SIG_BLOCK, &ending, NULL);
		sigaction(SIGINT, &action, NULL);
		sigaction(SIGTERM, &action, NULL);
		status = watch(cli, &target, child);
		target_close(&target);
	} else if (child) {
		kill(child, SIGKILL);
	}
	return status;
}

const struct command command_watch = {
	.name = "watch",
	.args = "PID",
	.summary = "Show what changes in an address space, look after look",
	.live = true,
	.example = "watch 812 --interval 0.5",
	.min_args = 1,
	.max_args = -1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.option = option,
	.run = run,
	.walks = true,
	.direct = true,
};
