// SPDX-License-Identifier: GPL-2.0
/*
 * show.c - mmscope show: what a snapshot file says of itself
 */
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "cli.h"

static const char *time_text(__u64 time_ns, char *text, size_t size)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return NULL;
	return text;
}

static void show_process(struct render *r, const struct target *target,
			 const struct mmscope_snapshot_about *about, const struct mmscope_mm *mm)
{
	unsigned int page_size = target->info.page_size;
	char text[32];

	render_prop(r, "process", "pid", cell_count(about->pid), "number of the process then");
	render_prop(r, "process", "comm", cell_text(*about->comm ? about->comm : NULL),
		    "its name");
	render_prop(r, "process", "time", cell_text(time_text(about->time_ns, text, sizeof(text))),
		    "when it was recorded, UTC");
	render_prop(r, "process", "map_count", cell_count(mm->map_count), "VMAs");
	render_prop(r, "process", "total_vm", cell_pages(mm->total_vm, page_size), "mapped in all");
	render_prop(r, "process", "rss",
		    cell_pages(mm->rss_anon + mm->rss_file + mm->rss_shmem, page_size), "resident");
	render_prop(r, "process", "swap", cell_pages(mm->swap, page_size), "swapped out");
}

static void show_recording(struct render *r, const struct target *target,
			   const struct mmscope_snapshot_about *about, __u64 file_size)
{
	render_prop(r, "recording", "pages", cell_bool(about->pages),
		    "the facts of each page are there (--pages)");
	render_prop(r, "recording", "phys", cell_bool(about->rights & MMSCOPE_RIGHT_PHYS),
		    "physical addresses are there");
	render_prop(r, "recording", "changed", cell_bool(about->lock.flags & MMSCOPE_LOCK_CHANGED),
		    "VMAs changed meanwhile: not one moment's");
	render_prop(r, "recording", "hold_max_ns", cell_count(about->lock.hold_max_ns),
		    "longest hold of the process's lock");
	render_prop(r, "recording", "file_size", cell_bytes(file_size), "size of the file");
	render_prop(r, "kernel", "release", cell_text(target->info.release),
		    "release of the kernel");
	render_prop(r, "kernel", "arch", cell_text(target->info.arch), "architecture");
	render_prop(r, "kernel", "page_size", cell_bytes(target->info.page_size),
		    "size of a base page");
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct mmscope_snapshot_about about;
	struct target target;
	struct mmscope_mm mm;
	struct stat st;
	struct render *r;
	int status, err;

	(void)argc;
	cli->from = argv[0];
	status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	err = mmscope_snapshot_about(target.ms, &about);
	if (!err)
		err = mmscope_mm(target.ms, &mm, NULL);
	if (!err && fstat(mmscope_fd(target.ms), &st))
		err = -1;
	if (err) {
		status = report_target_error(&target, err);
	} else {
		r = target_render(cli, &target);
		render_props_begin(r, "snapshot");
		show_process(r, &target, &about, &mm);
		show_recording(r, &target, &about, st.st_size);
		render_props_end(r);
		render_end(r, false);
	}
	target_close(&target);
	return status;
}

const struct command command_show = {
	.name = "show",
	.args = "FILE",
	.summary = "Show what a snapshot is of, and what it holds",
	.example = "show before.mms",
	.min_args = 1,
	.max_args = 1,
	.columns = prop_columns,
	.nr_columns = NR_PROP_COLUMNS,
	.run = run,
};
