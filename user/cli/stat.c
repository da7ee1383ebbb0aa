// SPDX-License-Identifier: GPL-2.0
/*
 * stat.c - mmscope stat: what the memory of processes really is
 *
 * Without --sort the VMAs go out as they come; all else is kept until the end.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli.h"
#include "stat_rows.h"

enum {
	COL_PID, COL_COMM, COL_START, COL_END, COL_VMAS, COL_VSS, COL_RSS, COL_PSS, COL_PSS_DIRTY,
	COL_PSS_ANON, COL_PSS_FILE, COL_PSS_SHMEM, COL_USS, COL_SHARED_CLEAN, COL_SHARED_DIRTY,
	COL_PRIVATE_CLEAN, COL_PRIVATE_DIRTY, COL_REFERENCED, COL_ANONYMOUS, COL_KSM, COL_LAZY_FREE,
	COL_ANON_HUGE_PAGES, COL_SHMEM_PMD_MAPPED, COL_FILE_PMD_MAPPED, COL_LARGE_FOLIO,
	COL_SHARED_HUGETLB, COL_PRIVATE_HUGETLB, COL_SWAP, COL_LOCKED, COL_PERMS, COL_KIND,
	COL_VM_FLAGS, COL_FLAGS, COL_MAPPING,
	NR_COLUMNS
};

#define BYTES(name, key, help)	{ name, key, help, COLUMN_RIGHT }

static const struct column columns[NR_COLUMNS] = {
	[COL_PID] = { "PID", "pid", "process id", COLUMN_RIGHT },
	[COL_COMM] = { "COMM", "comm", "name of the process", 0 },
	[COL_START] = { "START", "start", "first byte of the mapping", COLUMN_RIGHT },
	[COL_END] = { "END", "end", "end, exclusive", COLUMN_RIGHT },
	[COL_VMAS] = { "VMAS", "vmas", "mappings summed up", COLUMN_RIGHT },
	[COL_VSS] = BYTES("VSS", "vss", "mapped"),
	[COL_RSS] = BYTES("RSS", "rss", "resident"),
	[COL_PSS] = BYTES("PSS", "pss", "resident, each page divided by how often it is mapped"),
	[COL_PSS_DIRTY] = BYTES("PSS_DIRTY", "pss_dirty", "part of PSS that is dirty"),
	[COL_PSS_ANON] = BYTES("PSS_ANON", "pss_anon", "part of PSS that is anonymous"),
	[COL_PSS_FILE] = BYTES("PSS_FILE", "pss_file", "part of PSS that is of files"),
	[COL_PSS_SHMEM] = BYTES("PSS_SHMEM", "pss_shmem", "part of PSS that is shared memory"),
	[COL_USS] = BYTES("USS", "uss", "PRIVATE_CLEAN + PRIVATE_DIRTY"),
	[COL_SHARED_CLEAN] = BYTES("SHARED_CLEAN", "shared_clean", "mapped elsewhere too, clean"),
	[COL_SHARED_DIRTY] = BYTES("SHARED_DIRTY", "shared_dirty", "mapped elsewhere too, dirty"),
	[COL_PRIVATE_CLEAN] = BYTES("PRIVATE_CLEAN", "private_clean", "mapped here alone, clean"),
	[COL_PRIVATE_DIRTY] = BYTES("PRIVATE_DIRTY", "private_dirty", "mapped here alone, dirty"),
	[COL_REFERENCED] = BYTES("REFERENCED", "referenced", "accessed lately"),
	[COL_ANONYMOUS] = BYTES("ANONYMOUS", "anonymous", "of no file"),
	[COL_KSM] = BYTES("KSM", "ksm", "merged with equal pages"),
	[COL_LAZY_FREE] = BYTES("LAZY_FREE", "lazy_free", "given up by MADV_FREE"),
	[COL_ANON_HUGE_PAGES] = BYTES("ANON_HUGE_PAGES", "anon_huge_pages",
				      "anonymous, mapped by a PMD"),
	[COL_SHMEM_PMD_MAPPED] = BYTES("SHMEM_PMD_MAPPED", "shmem_pmd_mapped",
				       "shared memory, mapped by a PMD"),
	[COL_FILE_PMD_MAPPED] = BYTES("FILE_PMD_MAPPED", "file_pmd_mapped",
				      "of files, mapped by a PMD"),
	[COL_LARGE_FOLIO] = BYTES("LARGE_FOLIO", "large_folio",
				  "of large folios, mapped by PTEs"),
	[COL_SHARED_HUGETLB] = BYTES("SHARED_HUGETLB", "shared_hugetlb",
				     "hugetlb pages mapped elsewhere too"),
	[COL_PRIVATE_HUGETLB] = BYTES("PRIVATE_HUGETLB", "private_hugetlb",
				      "hugetlb pages mapped here alone"),
	[COL_SWAP] = BYTES("SWAP", "swap", "swapped out"),
	[COL_LOCKED] = BYTES("LOCKED", "locked", "part of PSS that is locked by mlock()"),
	[COL_PERMS] = { "PERMS", "perms", "rwx, p private or s shared", 0 },
	[COL_KIND] = { "KIND", "kind", "segment: text, data, heap, library, anon ...", 0 },
	[COL_VM_FLAGS] = { "VM_FLAGS", "vm_flags", "flag word of the mapping", COLUMN_RIGHT },
	[COL_FLAGS] = { "FLAGS", "flags", "flag word by the kernel's names", COLUMN_TRUNC },
	[COL_MAPPING] = { "MAPPING", "mapping", "path, or name in brackets", COLUMN_TAIL },
};

/* The columns that are nothing but a figure of the module. */
static const struct figure {
	size_t column;
	size_t offset;
	bool fixed_point;
} figures[] = {
#define FIGURE(column, field)	{ column, offsetof(struct mmscope_stat, field), false }
#define PSS_FIGURE(column, field)	{ column, offsetof(struct mmscope_stat, field), true }
	FIGURE(COL_VSS, vss), FIGURE(COL_RSS, rss), PSS_FIGURE(COL_PSS, pss),
	PSS_FIGURE(COL_PSS_DIRTY, pss_dirty), PSS_FIGURE(COL_PSS_ANON, pss_anon),
	PSS_FIGURE(COL_PSS_FILE, pss_file), PSS_FIGURE(COL_PSS_SHMEM, pss_shmem),
	PSS_FIGURE(COL_LOCKED, pss_locked),
	FIGURE(COL_SHARED_CLEAN, shared_clean), FIGURE(COL_SHARED_DIRTY, shared_dirty),
	FIGURE(COL_PRIVATE_CLEAN, private_clean), FIGURE(COL_PRIVATE_DIRTY, private_dirty),
	FIGURE(COL_REFERENCED, referenced), FIGURE(COL_ANONYMOUS, anonymous),
	FIGURE(COL_KSM, ksm), FIGURE(COL_LAZY_FREE, lazyfree),
	FIGURE(COL_ANON_HUGE_PAGES, anon_huge), FIGURE(COL_SHMEM_PMD_MAPPED, shmem_huge),
	FIGURE(COL_FILE_PMD_MAPPED, file_huge), FIGURE(COL_LARGE_FOLIO, large_folio),
	FIGURE(COL_SHARED_HUGETLB, shared_hugetlb), FIGURE(COL_PRIVATE_HUGETLB, private_hugetlb),
	FIGURE(COL_SWAP, swap),
};

#define BIT(column)	(1ULL << (column))
#define USUAL		(BIT(COL_VSS) | BIT(COL_RSS) | BIT(COL_PSS) | BIT(COL_USS) | \
			 BIT(COL_ANONYMOUS) | BIT(COL_SWAP))
#define OF_VMA		(BIT(COL_START) | BIT(COL_END))
#define OF_FLAGS	(BIT(COL_PERMS) | BIT(COL_VM_FLAGS) | BIT(COL_FLAGS))

/* What lines are about, and which columns then say something. */
static const struct {
	const char *name;
	__u64 defaults;
	__u64 absent;
} ways[] = {
	[STAT_BY_TOTAL] = { "total", USUAL | BIT(COL_PID) | BIT(COL_REFERENCED) |
			    BIT(COL_ANON_HUGE_PAGES) | BIT(COL_COMM),
			    OF_VMA | OF_FLAGS | BIT(COL_KIND) | BIT(COL_MAPPING) },
	[STAT_BY_VMA] = { "vma", USUAL | BIT(COL_START) | BIT(COL_PERMS) | BIT(COL_KIND) |
			  BIT(COL_MAPPING), BIT(COL_COMM) | BIT(COL_VMAS) },
	[STAT_BY_FILE] = { "file", USUAL | BIT(COL_VMAS) | BIT(COL_MAPPING),
			   OF_VMA | OF_FLAGS | BIT(COL_COMM) | BIT(COL_KIND) },
	[STAT_BY_KIND] = { "kind", USUAL | BIT(COL_VMAS) | BIT(COL_KIND),
			   OF_VMA | OF_FLAGS | BIT(COL_COMM) | BIT(COL_MAPPING) },
	[STAT_BY_FLAGS] = { "flags", USUAL | BIT(COL_VMAS) | BIT(COL_PERMS) | BIT(COL_FLAGS),
			    OF_VMA | BIT(COL_COMM) | BIT(COL_KIND) | BIT(COL_MAPPING) },
};

#define WAYS	"vma, file, kind, flags"

enum { OPT_BY, OPT_SORT, OPT_ROLLUP };

static const struct cli_option options[] = {
	[OPT_BY] = { "by", "WHAT", "a line for each: total, vma, file, kind or flags" },
	[OPT_SORT] = { "sort", "COLUMN", "sort, the largest figure first" },
	[OPT_ROLLUP] = { "rollup", NULL, "sum up over all processes" },
};

static enum stat_by by;
static bool rollup;
static size_t sort_column = NR_COLUMNS;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	size_t i;

	switch (nr) {
	case OPT_BY:
		for (i = 0; i < ARRAY_SIZE(ways) && strcmp(ways[i].name, arg); i++)
			;
		if (i == ARRAY_SIZE(ways))
			return report_usage(cli, "--by: '%s': not one of total, " WAYS, arg);
		by = i;
		break;
	case OPT_SORT:
		for (i = 0; i < NR_COLUMNS && strcasecmp(columns[i].name, arg); i++)
			;
		if (i == NR_COLUMNS)
			return report_usage(cli, "--sort: '%s': not a column (see --help)", arg);
		sort_column = i;
		break;
	case OPT_ROLLUP:
		rollup = true;
		break;
	}
	return EXIT_DONE;
}

/**
 * struct run - one run
 * @r: the output, NULL before the first process that could be opened
 * @target: the process at hand, or the last; lends its names of flags
 * @several: more than one process is asked for
 * @rows: what is shown at the end
 * @total: of all rows
 * @nr_opened: processes that could be opened
 * @nr_targets: those that were read
 * @lock: sum of all reports
 */
struct run {
	struct cli *cli;
	struct render *r;
	struct target target;
	bool several;
	struct stat_rows rows;
	struct mmscope_stat total;
	size_t nr_opened;
	size_t nr_targets;
	struct mmscope_lock lock;
};

static __u64 figure_value(const struct mmscope_stat *stat, const struct figure *figure)
{
	__u64 value;

	memcpy(&value, (const char *)stat + figure->offset, sizeof(value));
	return figure->fixed_point ? value >> MMSCOPE_PSS_SHIFT : value;
}

static __u64 uss(const struct mmscope_stat *stat)
{
	return stat->private_clean + stat->private_dirty;
}

static void fill_cells(const struct run *run, const struct stat_row *row, struct cell *cells)
{
	bool vma = by == STAT_BY_VMA, flags = vma || by == STAT_BY_FLAGS;
	size_t i;

	for (i = 0; i < NR_COLUMNS; i++)
		cells[i] = cell_none();
	if (row->pid)
		cells[COL_PID] = cell_count(row->pid);
	cells[COL_COMM] = cell_text(row->comm);
	if (vma) {
		cells[COL_START] = cell_hex(row->stat.start);
		cells[COL_END] = cell_hex(row->stat.end);
	}
	if (vma || by == STAT_BY_FILE)
		cells[COL_MAPPING] = cell_text(row->mapping);
	if (vma || by == STAT_BY_KIND)
		cells[COL_KIND] = cell_text(row->kind);
	if (flags && *row->perms) {
		cells[COL_PERMS] = cell_text(row->perms);
		cells[COL_VM_FLAGS] = cell_hex(row->vm_flags);
		cells[COL_FLAGS] = cell_flags(row->vm_flags, &run->target.vm_flags);
	}
	cells[COL_VMAS] = cell_count(row->stat.nr_vmas);
	cells[COL_USS] = cell_bytes(uss(&row->stat));
	for (i = 0; i < ARRAY_SIZE(figures); i++)
		cells[figures[i].column] = cell_bytes(figure_value(&row->stat, &figures[i]));
}

static void show(struct run *run, const struct stat_row *row)
{
	struct cell cells[NR_COLUMNS];

	fill_cells(run, row, cells);
	render_row(run->r, cells);
}

static void take(void *arg, const struct stat_row *row)
{
	struct run *run = arg;
	struct stat_row copy = *row;

	stat_add(&run->total, &row->stat);
	copy.target = run->nr_opened;
	if (rollup) {
		copy.target = 0;
		copy.pid = 0;
		copy.comm = NULL;
	}
	if (by != STAT_BY_VMA)
		stat_rows_group(&run->rows, by, &copy);
	else if (sort_column != NR_COLUMNS)
		stat_rows_add(&run->rows, &copy);
	else
		show(run, &copy);
}

/* Texts, addresses and process ids rise; figures fall. */
static int compare_rows(const void *pa, const void *pb, void *arg)
{
	const struct stat_row *a = pa, *b = pb;
	struct cell left[NR_COLUMNS], right[NR_COLUMNS];
	const struct cell *l = &left[sort_column], *r = &right[sort_column];
	int order = 0;

	fill_cells(arg, a, left);
	fill_cells(arg, b, right);
	if (l->type != r->type)
		order = l->type == CELL_NONE ? 1 : -1;
	else if (l->type == CELL_TEXT)
		order = strcmp(l->text, r->text);
	else if (l->num != r->num && l->type != CELL_NONE)
		order = (l->num < r->num) == (l->type == CELL_HEX || l->type == CELL_FLAGS ||
					      sort_column == COL_PID) ? -1 : 1;
	if (!order && a->pid != b->pid)
		order = a->pid < b->pid ? -1 : 1;
	if (!order && a->target != b->target)
		order = a->target < b->target ? -1 : 1;
	if (!order && a->stat.start != b->stat.start)
		order = a->stat.start < b->stat.start ? -1 : 1;
	return order;
}

static void show_kept(struct run *run)
{
	size_t i;

	if (sort_column != NR_COLUMNS && run->rows.nr)
		qsort_r(run->rows.rows, run->rows.nr, sizeof(*run->rows.rows), compare_rows, run);
	for (i = 0; i < run->rows.nr; i++)
		show(run, &run->rows.rows[i]);
}

/* Reads one process. Returns an exit status. */
static int read_one(struct run *run, const char *arg)
{
	bool kinds = column_is_selected(&run->cli->render, COL_KIND) || by == STAT_BY_KIND ||
		     sort_column == COL_KIND;
	struct mmscope_lock lock = { 0 };
	struct target next;
	int status, err;

	status = target_open(run->cli, arg, &next);
	if (status)
		return status;
	if (run->r)
		target_close(&run->target);
	run->target = next;
	if (!run->r) {
		run->r = run->several ? render_new(&run->cli->render, run->cli->command->name, -1) :
					target_render(run->cli, &run->target);
		render_list_begin(run->r, "stat", columns, NR_COLUMNS, true);
	}
	run->nr_opened++;
	err = stat_collect(&run->target, by, kinds, take, run, &lock);
	if (!err)
		run->nr_targets++;
	mmscope_lock_add(&run->lock, &lock);
	report_lock(run->cli, &run->target, &lock);
	if (err)
		return report_target_error(&run->target, err);
	return lock.flags & MMSCOPE_LOCK_CHANGED ? report_changed(&run->target) : EXIT_DONE;
}

static void finish(struct run *run, int status)
{
	struct stat_row total = { .stat = run->total };
	struct cell cells[NR_COLUMNS];

	show_kept(run);
	fill_cells(run, &total, cells);
	cells[COL_START] = cell_none();
	cells[COL_END] = cell_none();
	if (!render_is_json(run->r) && run->nr_targets > 1 && !rollup) {
		cells[COL_PID] = cell_text("total");
		render_row(run->r, cells);
	}
	render_list_end(run->r);
	if (run->nr_targets > 1 && !rollup)
		render_object(run->r, "total", columns, cells);
	render_lock(run->r, &run->lock);
	render_end(run->r, status != EXIT_DONE);
	target_close(&run->target);
}

static int check_args(struct cli *cli, int argc, char **argv)
{
	int status = EXIT_DONE, i;

	if (rollup && by == STAT_BY_VMA)
		return report_usage(cli, "--rollup excludes --by vma");
	for (i = 0; i < argc && !status; i++)
		status = target_check(cli, argv[i]);
	return status;
}

static void defaults(struct cli *cli, int argc)
{
	__u64 of_one = BIT(COL_PID) | BIT(COL_COMM);
	struct render_opts *opts = &cli->render;

	opts->defaults = ways[by].defaults;
	opts->absent = ways[by].absent;
	if (argc > 1)
		opts->defaults |= BIT(COL_PID);
	if (rollup) {
		opts->defaults &= ~of_one;
		opts->absent |= of_one;
	}
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct run run = { .cli = cli, .several = argc > 1 };
	int status, ret, i;

	status = check_args(cli, argc, argv);
	if (status)
		return status;
	for (i = 0; i < argc; i++) {
		ret = read_one(&run, argv[i]);
		if (ret && !status)
			status = ret;
		if (ret == EXIT_UNAVAILABLE)
			break;
	}
	if (run.r)
		finish(&run, status);
	stat_rows_free(&run.rows);
	return status;
}

const struct command command_stat = {
	.name = "stat",
	.args = "PID...",
	.summary = "Account for the memory of processes: RSS, PSS, USS, huge, swap",
	.example = "stat self --by file --sort PSS",
	.min_args = 1,
	.max_args = -1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.defaults = defaults,
	.option = option,
	.run = run,
	.walks = true,
};
