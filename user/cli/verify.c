// SPDX-License-Identifier: GPL-2.0
/*
 * verify.c - mmscope verify: is what the module says what /proc says?
 */
#include <errno.h>
#include <time.h>

#include "stop.h"
#include "verify.h"

enum {
	COL_START, COL_END, COL_VA, COL_PAGES, COL_FIELD, COL_MODULE, COL_PROC,
	NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_START] = { "START", "start", "first byte of the mapping",
			COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_END] = { "END", "end", "its end, exclusive", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_VA] = { "VA", "va", "first byte that differs", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_PAGES] = { "PAGES", "pages", "how many pages differ in this way",
			COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_FIELD] = { "FIELD", "field", "what differs: maps, present, swapped, pfn ...",
			COLUMN_DEFAULT },
	[COL_MODULE] = { "MODULE", "module", "as the module says", COLUMN_DEFAULT },
	[COL_PROC] = { "PROC", "proc", "as /proc says", COLUMN_DEFAULT },
};

enum { OPT_STOP, OPT_NO_STOP };

static const struct cli_option options[] = {
	[OPT_STOP] = { "stop", NULL, "stop the process while it is compared" },
	[OPT_NO_STOP] = { "no-stop", NULL, "let it run" },
};

static enum { STOP_AUTO, STOP_YES, STOP_NO } stop_mode;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	(void)cli;
	(void)arg;
	stop_mode = nr == OPT_STOP ? STOP_YES : STOP_NO;
	return EXIT_DONE;
}

void verify_report(struct verify *v, const struct difference *diff)
{
	struct cell cells[NR_COLUMNS];

	v->differences++;
	cells[COL_START] = cell_hex(diff->start);
	cells[COL_END] = cell_hex(diff->end);
	cells[COL_VA] = cell_hex(diff->va);
	cells[COL_PAGES] = cell_count(diff->pages);
	cells[COL_FIELD] = cell_text(diff->field);
	cells[COL_MODULE] = diff->module;
	cells[COL_PROC] = diff->proc;
	render_row(v->r, cells);
}

int verify_changed(struct verify *v, const struct mmscope_lock *since)
{
	struct mmscope_vma_opts opts = {
		.size = sizeof(opts), .end = 1, .generation = since->generation,
	};
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	int ret;

	if (since->flags & MMSCOPE_LOCK_CHANGED)
		return 1;
	ret = mmscope_vma_iter_new(v->target->ms, &opts, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0)
		;
	if (!ret)
		ret = !!(mmscope_vma_iter_lock(iter)->flags & MMSCOPE_LOCK_CHANGED);
	mmscope_vma_iter_free(iter);
	return ret;
}

void verify_pause(void)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	nanosleep(&ms, NULL);
}

static __u64 not_judged(const struct verify *v)
{
	return v->quirks[VERIFY_QUIRK_PFNMAP] + v->quirks[VERIFY_QUIRK_UNKNOWN];
}

static void show_summary(struct verify *v)
{
	size_t i;

	render_member(v->r, "vmas", cell_count(v->vmas));
	render_member(v->r, "compared_pages", cell_count(v->pages));
	render_member(v->r, "not_judged_pages", cell_count(not_judged(v)));
	render_member(v->r, "raced_pages", cell_count(v->raced));
	render_member(v->r, "differences", cell_count(v->differences));
	render_member(v->r, "stopped", cell_bool(v->still));
	render_text(v->r,
		    "PID %d: %llu VMAs, %llu pages compared, %llu not judged, %llu raced, %llu differences",
		    v->target->pid, v->vmas, v->pages, not_judged(v), v->raced, v->differences);
	for (i = 0; i < VERIFY_NR_QUIRKS; i++)
		if (v->quirks[i])
			render_text(v->r, "  %llu pages of %s", v->quirks[i],
				    verify_quirk_reasons[i]);
}

static bool should_stop(const struct target *target)
{
	if (stop_mode == STOP_AUTO)
		return !target->self && !stop_is_unwise(target->pid);
	return stop_mode == STOP_YES;
}

static int verify(struct cli *cli, struct target *target)
{
	struct verify v = { .target = target };
	int ret;

	if (should_stop(target))
		v.still = stop_begin(target->pid);
	maps_style_load(target, &v.style);
	v.r = target_render(cli, target);
	render_list_begin(v.r, "verify", columns, NR_COLUMNS, true);
	ret = verify_maps(&v);
	if (!ret)
		ret = verify_pages(&v);
	stop_end();
	render_list_end(v.r);
	show_summary(&v);
	render_end(v.r, ret < 0 || v.unsettled);
	if (ret)
		return report_target_error(target, ret);
	if (v.differences)
		return EXIT_NO;
	return v.unsettled ? report_changed(target) : EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct target target;
	int status;

	(void)argc;
	status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	if (target.recorded)
		status = report_usage(cli, "a snapshot cannot be compared with /proc");
	else if (target.self && stop_mode == STOP_YES)
		status = report_usage(cli, "--stop: a process cannot compare itself when stopped");
	if (!status)
		status = verify(cli, &target);
	target_close(&target);
	return status;
}

const struct command command_verify = {
	.name = "verify",
	.args = "PID",
	.summary = "Compare the module's answers with /proc",
	.live = true,
	.example = "verify 1 --no-stop",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.option = option,
	.run = run,
	.direct = true,
};
