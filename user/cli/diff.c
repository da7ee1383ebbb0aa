// SPDX-License-Identifier: GPL-2.0
/*
 * diff.c - mmscope diff: what became of an address space between two looks at it
 */
#include <string.h>

#include "change/change.h"
#include "progress.h"
#include "status.h"

enum {
	COL_WHAT, COL_CHANGE, COL_COUNT, COL_START, COL_END, COL_SIZE, COL_FROM, COL_TO,
	COL_PA_FROM, COL_PA_TO, COL_FLAGS_FROM, COL_FLAGS_TO, COL_GAINED, COL_LOST,
	COL_SUMS,
	COL_MAPPING = COL_SUMS + NR_PAGE_CHANGES,
	NR_COLUMNS
};

#define SUM(change, name, key, help) \
	[COL_SUMS + CHANGE_##change] = { name, key, "memory " help, COLUMN_RIGHT }

static const struct column columns[NR_COLUMNS] = {
	[COL_WHAT] = { "WHAT", "what", "vmas or pages", 0 },
	[COL_CHANGE] = { "CHANGE", "change", "what happened; several for a page", 0 },
	[COL_COUNT] = { "COUNT", "count", "how many VMAs, or base pages", COLUMN_RIGHT },
	[COL_START] = { "START", "start", "first byte", COLUMN_RIGHT },
	[COL_END] = { "END", "end", "end, exclusive", COLUMN_RIGHT },
	[COL_SIZE] = { "SIZE", "size", "bytes of it", COLUMN_RIGHT },
	[COL_FROM] = { "FROM", "from", "before: how many VMAs, or the status of the page", 0 },
	[COL_TO] = { "TO", "to", "the same after", 0 },
	[COL_PA_FROM] = { "PA_FROM", "pa_from", "physical address before", COLUMN_RIGHT },
	[COL_PA_TO] = { "PA_TO", "pa_to", "physical address after", COLUMN_RIGHT },
	[COL_FLAGS_FROM] = { "FLAGS_FROM", "flags_from", "flags of the entry before", 0 },
	[COL_FLAGS_TO] = { "FLAGS_TO", "flags_to", "flags of the entry after", 0 },
	[COL_GAINED] = { "GAINED", "gained", "vm_flags that came, perhaps in a part only", 0 },
	[COL_LOST] = { "LOST", "lost", "vm_flags that went, perhaps in a part only", 0 },
	SUM(PRESENT, "PRESENT", "present", "that became present"),
	SUM(DROPPED, "DROPPED", "dropped", "that is not there any more"),
	SUM(WRITTEN, "WRITTEN", "written", "that was written"),
	SUM(COPIED, "COPIED", "copied", "that was copied on write"),
	SUM(MIGRATED, "MIGRATED", "migrated", "that is in other frames"),
	SUM(SHARED, "SHARED", "shared", "that is shared now"),
	SUM(UNSHARED, "UNSHARED", "unshared", "that is not shared any more"),
	SUM(SWAPPED_OUT, "SWAPPED_OUT", "swapped_out", "that was swapped out"),
	SUM(SWAPPED_IN, "SWAPPED_IN", "swapped_in", "that was swapped in"),
	SUM(COLLAPSED, "COLLAPSED", "collapsed", "that became huge pages"),
	SUM(SPLIT, "SPLIT", "split", "that was huge pages"),
	SUM(POISONED, "POISONED", "poisoned", "that was lost to an error"),
	[COL_MAPPING] = { "MAPPING", "mapping", "path, or name in brackets", COLUMN_TAIL },
};

#define BIT(column)	(1ULL << (column))
#define SUMS		((BIT(NR_PAGE_CHANGES) - 1) << COL_SUMS)
#define PLACE		(BIT(COL_START) | BIT(COL_END) | BIT(COL_FROM) | BIT(COL_TO) | \
			 BIT(COL_MAPPING))
#define ENTRIES		(BIT(COL_PA_FROM) | BIT(COL_PA_TO) | BIT(COL_FLAGS_FROM) | \
			 BIT(COL_FLAGS_TO))
#define CHANGED_FLAGS	(BIT(COL_GAINED) | BIT(COL_LOST))

enum { BY_TOTAL, BY_VMA, BY_PAGE };

static const struct {
	const char *name, *list;
	__u64 defaults;
	__u64 absent;
} ways[] = {
	[BY_TOTAL] = { "total", "changes",
		       BIT(COL_WHAT) | BIT(COL_CHANGE) | BIT(COL_COUNT) | BIT(COL_SIZE),
		       PLACE | ENTRIES | CHANGED_FLAGS | SUMS },
	[BY_VMA] = { "vma", "vmas",
		     BIT(COL_CHANGE) | BIT(COL_START) | BIT(COL_END) | BIT(COL_SIZE) |
		     CHANGED_FLAGS | BIT(COL_SUMS + CHANGE_PRESENT) |
		     BIT(COL_SUMS + CHANGE_DROPPED) | BIT(COL_SUMS + CHANGE_WRITTEN) |
		     BIT(COL_SUMS + CHANGE_COPIED) | BIT(COL_SUMS + CHANGE_SHARED) |
		     BIT(COL_MAPPING),
		     BIT(COL_WHAT) | BIT(COL_COUNT) | ENTRIES },
	[BY_PAGE] = { "page", "pages",
		      BIT(COL_CHANGE) | BIT(COL_START) | BIT(COL_SIZE) | BIT(COL_FROM) |
		      BIT(COL_TO) | BIT(COL_PA_FROM) | BIT(COL_PA_TO) | BIT(COL_MAPPING),
		      BIT(COL_WHAT) | CHANGED_FLAGS | SUMS },
};

enum { OPT_BY, OPT_FACTS };

static const struct cli_option options[] = {
	[OPT_BY] = { "by", "WHAT", "a line for each: total (kind of change), vma or page" },
	[OPT_FACTS] = { "facts", NULL, "compare what is known of each page, too: who shares it" },
};

static size_t by;
static bool facts;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	if (nr == OPT_FACTS) {
		facts = true;
		return EXIT_DONE;
	}
	for (by = 0; by < ARRAY_SIZE(ways) && strcmp(ways[by].name, arg); by++)
		;
	if (by == ARRAY_SIZE(ways))
		return report_usage(cli, "--by: '%s': not one of total, vma, page", arg);
	return EXIT_DONE;
}

/**
 * struct comparison - all of a run
 * @targets: before, and after
 * @vmas: their VMAs
 * @live: their pages
 * @groups: what is the same memory
 * @skips: where both recordings say the same
 * @render: where lines go
 * @words: the changes of a line
 * @pending: a line that the next pages may continue
 * @runs: what it points to
 * @locks: what looking did
 * @failed: which of the two an error is of
 * @seen: runs that were read so far
 * @differs: there was a difference
 */
struct comparison {
	struct target targets[2];
	struct vma_list vmas[2];
	struct live_source live[2];
	struct change_groups groups;
	struct skips skips;
	struct render *render;
	struct strbuf words;
	struct page_delta pending;
	struct page_run runs[2];
	struct mmscope_lock locks[2];
	unsigned int failed;
	__u64 seen;
	bool differs;
};

static void no_cells(struct cell *cells)
{
	size_t i;

	for (i = 0; i < NR_COLUMNS; i++)
		cells[i] = cell_none();
}

static void page_cells(const struct comparison *c, const struct page_run *run, __u64 va,
		       struct cell *status, struct cell *pa, struct cell *flags)
{
	unsigned int page_size = c->targets[0].info.page_size;

	*status = run ? status_cell(run->ext.status) : cell_text("none");
	if (!run)
		return;
	*flags = cell_flags(run->ext.flags, &c->targets[0].entry_flags);
	if (status_has_frame(run->ext.status))
		*pa = cell_phys(run_pa(run, va, page_size));
}

static void flush_pages(struct comparison *c)
{
	const struct page_delta *delta = &c->pending;
	__u64 page_size = c->targets[0].info.page_size;
	struct cell cells[NR_COLUMNS];
	unsigned int i;

	if (!delta->changes)
		return;
	no_cells(cells);
	strbuf_reset(&c->words);
	for (i = 0; i < NR_PAGE_CHANGES; i++)
		if (delta->changes & 1U << i)
			strbuf_printf(&c->words, "%s%s", c->words.len ? "," : "",
				      page_change_names[i]);
	cells[COL_CHANGE] = cell_text(c->words.data);
	cells[COL_START] = cell_hex(delta->start);
	cells[COL_END] = cell_hex(delta->end);
	cells[COL_SIZE] = cell_bytes(delta->end - delta->start);
	cells[COL_COUNT] = cell_count((delta->end - delta->start) / page_size);
	page_cells(c, delta->before, delta->start, &cells[COL_FROM], &cells[COL_PA_FROM],
		   &cells[COL_FLAGS_FROM]);
	page_cells(c, delta->after, delta->start, &cells[COL_TO], &cells[COL_PA_TO],
		   &cells[COL_FLAGS_TO]);
	if (delta->group != NO_GROUP && *c->groups.groups[delta->group].name)
		cells[COL_MAPPING] = cell_text(c->groups.groups[delta->group].name);
	render_row(c->render, cells);
	c->pending.changes = 0;
}

/* Does @run go on, at @va, with what @first began? */
static bool goes_on(const struct comparison *c, const struct page_run *first,
		    const struct page_run *run, __u64 va)
{
	unsigned int page_size = c->targets[0].info.page_size;

	if (!first || !run)
		return first == run;
	return first->ext.status == run->ext.status && first->ext.flags == run->ext.flags &&
	       first->ext.level == run->ext.level &&
	       run_pa(first, va, page_size) == run_pa(run, va, page_size);
}

static void tell_pages(const struct change_sweep *sweep, const struct page_delta *delta)
{
	struct comparison *c = sweep->arg;

	if (c->pending.changes == delta->changes && c->pending.end == delta->start &&
	    c->pending.group == delta->group &&
	    goes_on(c, c->pending.before, delta->before, delta->start) &&
	    goes_on(c, c->pending.after, delta->after, delta->start)) {
		c->pending.end = delta->end;
		return;
	}
	flush_pages(c);
	c->pending = *delta;
	if (delta->before) {
		c->runs[0] = *delta->before;
		c->pending.before = &c->runs[0];
	}
	if (delta->after) {
		c->runs[1] = *delta->after;
		c->pending.after = &c->runs[1];
	}
}

static bool has_any(const struct change_sum *sum)
{
	unsigned int i;

	for (i = 0; i < NR_PAGE_CHANGES; i++)
		if (sum->bytes[i])
			return true;
	return false;
}

static void show_vmas(struct comparison *c)
{
	const struct flag_names *names = &c->targets[0].vm_flags;
	struct cell cells[NR_COLUMNS];
	size_t n, i;

	for (n = 0; n < c->groups.nr; n++) {
		const struct vma_group *group = &c->groups.groups[n];

		if (group->change == VMA_SAME && !has_any(&group->sum))
			continue;
		no_cells(cells);
		cells[COL_CHANGE] = cell_text(vma_change_names[group->change]);
		cells[COL_START] = cell_hex(group->start);
		cells[COL_END] = cell_hex(group->end);
		cells[COL_SIZE] = cell_bytes(group->end - group->start);
		cells[COL_FROM] = cell_count(group->nr[0]);
		cells[COL_TO] = cell_count(group->nr[1]);
		cells[COL_GAINED] = cell_flags(group->gained, names);
		cells[COL_LOST] = cell_flags(group->lost, names);
		for (i = 0; i < NR_PAGE_CHANGES; i++)
			cells[COL_SUMS + i] = cell_bytes(group->sum.bytes[i]);
		cells[COL_MAPPING] = cell_text(*group->name ? group->name : NULL);
		render_row(c->render, cells);
	}
}

static void total_row(struct comparison *c, const char *what, const char *change, __u64 count,
		      __u64 bytes)
{
	struct cell cells[NR_COLUMNS];

	no_cells(cells);
	cells[COL_WHAT] = cell_text(what);
	cells[COL_CHANGE] = cell_text(change);
	cells[COL_COUNT] = cell_count(count);
	cells[COL_SIZE] = cell_bytes(bytes);
	render_row(c->render, cells);
}

static void show_totals(struct comparison *c, const struct change_sum *sum)
{
	__u64 count[NR_VMA_CHANGES] = { 0 }, bytes[NR_VMA_CHANGES] = { 0 };
	size_t i;

	for (i = 0; i < c->groups.nr; i++) {
		const struct vma_group *group = &c->groups.groups[i];

		count[group->change]++;
		bytes[group->change] += group->end - group->start;
	}
	for (i = VMA_SAME + 1; i < NR_VMA_CHANGES; i++)
		if (count[i])
			total_row(c, "vmas", vma_change_names[i], count[i], bytes[i]);
	for (i = 0; i < NR_PAGE_CHANGES; i++)
		if (sum->bytes[i])
			total_row(c, "pages", page_change_names[i],
				  sum->bytes[i] / c->targets[0].info.page_size, sum->bytes[i]);
}

/* Numbers of flags and frames mean something on one kernel only. */
static bool are_comparable(const struct comparison *c)
{
	const struct mmscope_info *a = &c->targets[0].info, *b = &c->targets[1].info;

	return a->page_size == b->page_size && !strcmp(a->arch, b->arch) &&
	       !strcmp(a->release, b->release);
}

/* From the first page on; errors are told by @failed. */
static int begin_looks(struct comparison *c)
{
	int err = 0;

	for (c->failed = 0; c->failed < 2; c->failed++) {
		err = live_source_begin(&c->live[c->failed], &c->targets[c->failed], facts,
					c->vmas[c->failed].lock.generation, &c->skips);
		if (err)
			break;
		c->live[c->failed].count = &c->seen;
	}
	return err;
}

static void end_looks(struct comparison *c)
{
	int i;

	for (i = 0; i < 2; i++)
		live_source_end(&c->live[i], &c->locks[i]);
}

static int sweep(struct comparison *c, struct change_sweep *sweep)
{
	int err = begin_looks(c);

	if (!err) {
		err = change_sweep(sweep);
		c->failed = sweep->failed;
	}
	end_looks(c);
	progress_clear();
	return err;
}

static int show(struct cli *cli, struct comparison *c)
{
	struct change_sweep all = {
		.lists = { &c->vmas[0], &c->vmas[1] }, .groups = &c->groups,
		.sources = { &c->live[0].source, &c->live[1].source },
		.page_size = c->targets[0].info.page_size, .arg = c,
	};
	struct mmscope_lock lock = { 0 };
	size_t i;
	int err;

	change_groups_make(&c->groups, &c->vmas[0], &c->vmas[1]);
	/* What fails here fails below as well, where it is known of which of the two. */
	if (c->targets[0].recorded && c->targets[1].recorded && !facts &&
	    skips_find(&c->skips, c->targets, c->vmas))
		c->skips.nr = 0;
	c->render = render_new(&cli->render, cli->command->name, -1);
	render_member(c->render, "a", cell_text(c->targets[0].what));
	render_member(c->render, "b", cell_text(c->targets[1].what));
	render_list_begin(c->render, ways[by].list, columns, NR_COLUMNS, true);
	err = sweep(c, &all);
	if (by == BY_PAGE) {
		/* Which pages were copied is known when all were seen: look once more. */
		all.tell = tell_pages;
		if (!err)
			err = sweep(c, &all);
		flush_pages(c);
	} else if (by == BY_VMA) {
		show_vmas(c);
	} else {
		show_totals(c, &all.sum);
	}
	render_list_end(c->render);
	for (i = 0; i < 2; i++)
		mmscope_lock_add(&lock, &c->locks[i]);
	render_lock(c->render, &lock);
	c->differs = has_any(&all.sum);
	for (i = 0; i < c->groups.nr; i++)
		c->differs |= c->groups.groups[i].change != VMA_SAME;
	render_end(c->render, err || lock.flags & MMSCOPE_LOCK_CHANGED);
	change_groups_free(&c->groups);
	skips_free(&c->skips);
	strbuf_free(&c->words);
	return err;
}

static int judge(struct cli *cli, const struct comparison *c, int err)
{
	int i, status = c->differs ? EXIT_NO : EXIT_DONE;

	if (err)
		return report_target_error(&c->targets[c->failed], err);
	for (i = 0; i < 2; i++) {
		report_lock(cli, &c->targets[i], &c->locks[i]);
		if (c->locks[i].flags & MMSCOPE_LOCK_CHANGED)
			status = report_changed(&c->targets[i]);
	}
	return status;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct comparison c = { 0 };
	int status, err, i, nr;

	(void)argc;
	for (nr = 0; nr < 2; nr++) {
		status = target_open(cli, argv[nr], &c.targets[nr]);
		if (status)
			goto out;
	}
	if (!are_comparable(&c)) {
		report_note("%s and %s: not of one kernel: %s (%s), %s (%s)", c.targets[0].what,
			    c.targets[1].what, c.targets[0].info.release, c.targets[0].info.arch,
			    c.targets[1].info.release, c.targets[1].info.arch);
		status = EXIT_UNAVAILABLE;
		goto out;
	}
	if (!(c.targets[0].rights & c.targets[1].rights & MMSCOPE_RIGHT_PHYS))
		report_note("physical addresses are hidden: which pages moved cannot be told");
	for (i = 0, err = 0; i < 2 && !err; i++) {
		err = vma_list_load(&c.vmas[i], &c.targets[i]);
		mmscope_lock_add(&c.locks[i], &c.vmas[i].lock);
		if (err)
			status = report_target_error(&c.targets[i], err);
	}
	if (!err)
		status = judge(cli, &c, show(cli, &c));
	for (i = 0; i < 2; i++)
		vma_list_free(&c.vmas[i]);
out:
	while (nr--)
		target_close(&c.targets[nr]);
	return status;
}

static void defaults(struct cli *cli, int argc)
{
	(void)argc;
	cli->render.defaults = ways[by].defaults;
	cli->render.absent = ways[by].absent;
}

const struct command command_diff = {
	.name = "diff",
	.args = "A B",
	.summary = "Compare an address space with itself at another time, or with another",
	.example = "diff before.mms 812 --by vma",
	.min_args = 2,
	.max_args = 2,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.defaults = defaults,
	.option = option,
	.run = run,
	.walks = true,
};
