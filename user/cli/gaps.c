// SPDX-License-Identifier: GPL-2.0
/*
 * gaps.c - mmscope gaps: the holes of an address space, and where a mapping would go
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "parse.h"
#include "placement.h"
#include "render/size.h"

enum { COL_START, COL_END, COL_SIZE, COL_USABLE, COL_FIT, NR_COLUMNS };

static const struct column columns[NR_COLUMNS] = {
	[COL_START] = { "START", "start", "first byte", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_END] = { "END", "end", "end, exclusive", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_SIZE] = { "SIZE", "size", "END - START", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_USABLE] = { "USABLE", "usable", "longest mapping that mmap() places here unasked",
			 COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_FIT] = { "FIT", "fit", "where a mapping of --fit bytes goes", COLUMN_RIGHT },
};

enum { OPT_FIT, OPT_ALIGN, OPT_FILE };

static const struct cli_option options[] = {
	[OPT_FIT] = { "fit", "LEN", "tell where mmap() would place LEN bytes (K, M, G, T)" },
	[OPT_ALIGN] = { "align", "LEN", "... aligned to LEN, as for hugetlb" },
	[OPT_FILE] = { "file", "FILE", "... of this file, not anonymous memory" },
};

static __u64 fit_len, fit_align;
static const char *fit_file;

#define MAX_LOADS	3

static int option(struct cli *cli, size_t nr, const char *arg)
{
	switch (nr) {
	case OPT_FIT:
		if (!parse_size(arg, &fit_len) || !fit_len)
			return report_usage(cli, "--fit: '%s': not a length", arg);
		break;
	case OPT_ALIGN:
		if (!parse_size(arg, &fit_align) || !fit_align || fit_align & (fit_align - 1))
			return report_usage(cli, "--align: '%s': not a power of two", arg);
		break;
	case OPT_FILE:
		fit_file = arg;
		break;
	}
	return EXIT_DONE;
}

/* What --fit gave: where, and by which rule. */
struct fit {
	bool found;
	__u64 start;
	__u64 len;
	struct placement_rule rule;
};

/* A handle of this process: what it learns holds for others, too. */
static int learn(struct cli *cli, const struct target *target, struct placement_rule *rule)
{
	struct mmscope *self;
	int fd = -1, err, status = EXIT_DONE;

	if (target->recorded) {
		report_note("%s: how its kernel aligns mappings was not recorded", target->what);
		return EXIT_UNAVAILABLE;
	}
	if (fit_file) {
		fd = open(fit_file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd < 0)
			return report_error(STAGE_ANY, errno, fit_file);
	}
	err = mmscope_open(cli->device, &self);
	if (!err) {
		err = mmscope_attach_pid(self, 0, NULL, NULL);
		if (!err)
			err = placement_learn(self, &target->info, fd, rule);
		mmscope_close(self);
	}
	if (err == -EOPNOTSUPP)
		report_note("%s: this kernel aligns it by a rule that is not known",
			    fit_file ? fit_file : "anonymous memory");
	if (err)
		status = err == -EOPNOTSUPP ? EXIT_UNAVAILABLE :
			report_error(STAGE_ANY, err, fit_file ? fit_file : cli->device);
	if (fd >= 0)
		close(fd);
	return status;
}

static int place(struct cli *cli, const struct target *target, const struct space *space,
		 struct fit *fit)
{
	__u64 mask = space->page_size - 1;
	int status;

	if (!fit_len)
		return EXIT_DONE;
	/* More than there is; rounded up it could be nothing. */
	fit->len = fit_len;
	if (fit_len > space->task_size)
		return EXIT_DONE;
	status = learn(cli, target, &fit->rule);
	if (status)
		return status;
	fit->len = (fit_len + mask) & ~mask;
	if (fit->rule.align)
		fit->len = (fit->len + fit->rule.align - 1) & ~(fit->rule.align - 1);
	fit->found = placement_find(space, &fit->rule, fit->len, fit_align, &fit->start);
	return EXIT_DONE;
}

static void show_gap(struct render *r, const struct space *space, size_t i, const struct fit *fit)
{
	struct cell cells[NR_COLUMNS];
	__u64 start, end;

	space_gap(space, i, &start, &end);
	if (start == end)
		return;
	cells[COL_START] = cell_hex(start);
	cells[COL_END] = cell_hex(end);
	cells[COL_SIZE] = cell_bytes(end - start);
	cells[COL_USABLE] = cell_bytes(space_usable(space, i));
	cells[COL_FIT] = fit->found && fit->start >= start && fit->start < end ?
		cell_hex(fit->start) : cell_none();
	render_row(r, cells);
}

static size_t largest_gap(const struct space *space, size_t *nr, __u64 *total)
{
	__u64 start, end, best = 0;
	size_t i, largest = 0;

	*nr = 0;
	*total = 0;
	for (i = 0; i <= space->nr; i++) {
		space_gap(space, i, &start, &end);
		*nr += end > start;
		*total += end - start;
		if (end - start > best) {
			best = end - start;
			largest = i;
		}
	}
	return largest;
}

static void show_summary(struct render *r, const struct space *space, const struct fit *fit)
{
	char size[SIZE_TEXT_MAX], all[SIZE_TEXT_MAX];
	__u64 start, end, total;
	size_t nr, largest = largest_gap(space, &nr, &total);

	space_gap(space, largest, &start, &end);
	render_text(r, "%zu gaps, %s in all; the largest, %s, at 0x%llx", nr,
		    size_text(total, all), size_text(end - start, size), start);
	if (space->top_down)
		render_text(r, "mmap() searches downwards from 0x%llx (mmap_base)", space->base);
	else
		render_text(r, "mmap() searches upwards from 0x%llx (legacy layout)",
			    space->legacy_base);
	if (fit->found && fit_align)
		render_text(r, "%s would be placed at 0x%llx-0x%llx, aligned to %s",
			    size_text(fit->len, size), fit->start, fit->start + fit->len,
			    size_text(fit_align, all));
	else if (fit->found)
		render_text(r, "%s would be placed at 0x%llx-0x%llx%s",
			    size_text(fit->len, size), fit->start, fit->start + fit->len,
			    fit->rule.huge && fit->start % fit->rule.huge == 0 ?
			    ", aligned to huge pages" : "");
	else if (fit->len)
		render_text(r, "%s fit nowhere", size_text(fit->len, size));
}

static void show_members(struct render *r, const struct space *space, const struct fit *fit)
{
	__u64 start, end, total;
	size_t nr, largest = largest_gap(space, &nr, &total);

	space_gap(space, largest, &start, &end);
	render_member(r, "direction", cell_text(space->top_down ? "down" : "up"));
	render_member(r, "mmap_base", cell_hex(space->base));
	render_member(r, "mmap_legacy_base", cell_hex(space->legacy_base));
	render_member(r, "mmap_end", cell_hex(space->end));
	render_member(r, "task_size", cell_hex(space->task_size));
	render_member(r, "nr_gaps", cell_count(nr));
	render_member(r, "total", cell_bytes(total));
	render_member(r, "largest_start", cell_hex(start));
	render_member(r, "largest", cell_bytes(end - start));
	if (!fit->len)
		return;
	render_member(r, "fit_len", cell_bytes(fit->len));
	render_member(r, "fit_start", fit->found ? cell_hex(fit->start) : cell_none());
	render_member(r, "fit_huge", cell_bytes(fit->rule.huge));
}

static int show(struct cli *cli, const struct target *target, const struct space *space)
{
	bool changed = space->lock.flags & MMSCOPE_LOCK_CHANGED;
	struct fit fit = { 0 };
	struct render *r;
	int status;
	size_t i;

	status = place(cli, target, space, &fit);
	if (status)
		return status;
	r = target_render(cli, target);
	show_members(r, space, &fit);
	render_list_begin(r, "gaps", columns, NR_COLUMNS, true);
	for (i = 0; i <= space->nr; i++)
		show_gap(r, space, i, &fit);
	render_list_end(r);
	show_summary(r, space, &fit);
	render_lock(r, &space->lock);
	render_end(r, changed);
	report_lock(cli, target, &space->lock);
	if (changed)
		return report_changed(target);
	return fit.len && !fit.found ? EXIT_NO : EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct target target;
	struct space space;
	int status, err, tries = 0;

	(void)argc;
	if (!fit_len && (fit_align || fit_file))
		return report_usage(cli, "--align and --file need --fit");
	status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	err = space_load(&space, target.ms, &target.info);
	while (!err && space.lock.flags & MMSCOPE_LOCK_CHANGED && ++tries < MAX_LOADS) {
		space_free(&space);
		err = space_load(&space, target.ms, &target.info);
	}
	status = err ? report_target_error(&target, err) : show(cli, &target, &space);
	space_free(&space);
	target_close(&target);
	return status;
}

static void defaults(struct cli *cli, int argc)
{
	(void)argc;
	if (fit_len)
		cli->render.defaults = (1U << NR_COLUMNS) - 1;
}

const struct command command_gaps = {
	.name = "gaps",
	.args = "PID",
	.summary = "List the gaps between mappings, and where a new one would go",
	.example = "gaps self --fit 2M",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.defaults = defaults,
	.option = option,
	.run = run,
	.walks = true,
};
