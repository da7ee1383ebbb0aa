// SPDX-License-Identifier: GPL-2.0
/*
 * tables.c - mmscope tables: what the page tables themselves cost
 *
 * Two views: the levels, with the kernel's own count beside ours; and the VMAs,
 * where a table that serves several is charged to the lowest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "mapping.h"
#include "names.h"
#include "render/memory.h"
#include "render/size.h"

enum {
	COL_LEVEL, COL_START, COL_END, COL_SIZE, COL_TABLES, COL_SHARED, COL_SPARSE, COL_ENTRIES,
	COL_SLOTS, COL_OCCUPANCY, COL_BYTES, COL_KIND, COL_MAPPING,
	NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_LEVEL] = { "LEVEL", "level", "level of the page tables", 0 },
	[COL_START] = { "START", "start", "first byte of the mapping", COLUMN_RIGHT },
	[COL_END] = { "END", "end", "end, exclusive", COLUMN_RIGHT },
	[COL_SIZE] = { "SIZE", "size", "END - START", COLUMN_RIGHT },
	[COL_TABLES] = { "TABLES", "tables", "page tables", COLUMN_RIGHT },
	[COL_SHARED] = { "SHARED", "shared", "tables also used, charged to a mapping below",
			 COLUMN_RIGHT },
	[COL_SPARSE] = { "SPARSE", "sparse", "tables at most an eighth full", COLUMN_RIGHT },
	[COL_ENTRIES] = { "ENTRIES", "entries", "entries in use (of a mapping: in PTE tables)",
			  COLUMN_RIGHT },
	[COL_SLOTS] = { "SLOTS", "slots", "entries that these tables have", COLUMN_RIGHT },
	[COL_OCCUPANCY] = { "OCCUPANCY", "occupancy", "ENTRIES in percent of SLOTS",
			    COLUMN_RIGHT | COLUMN_TABLE_ONLY },
	[COL_BYTES] = { "BYTES", "bytes", "memory of the tables", COLUMN_RIGHT },
	[COL_KIND] = { "KIND", "kind", "segment: text, data, heap, library, anon ...", 0 },
	[COL_MAPPING] = { "MAPPING", "mapping", "path, or name in brackets", COLUMN_TAIL },
};

#define BIT(column)	(1ULL << (column))
#define COUNTS		(BIT(COL_TABLES) | BIT(COL_SPARSE) | BIT(COL_ENTRIES) | \
			 BIT(COL_OCCUPANCY) | BIT(COL_BYTES))
#define OF_VMA		(BIT(COL_START) | BIT(COL_END) | BIT(COL_SIZE) | BIT(COL_SHARED) | \
			 BIT(COL_KIND) | BIT(COL_MAPPING))

enum { BY_LEVEL, BY_VMA };

static const struct {
	const char *name;
	__u64 defaults;
	__u64 absent;
} ways[] = {
	[BY_LEVEL] = { "level", COUNTS | BIT(COL_LEVEL) | BIT(COL_SLOTS), OF_VMA },
	[BY_VMA] = { "vma", (COUNTS | OF_VMA) & ~BIT(COL_END) & ~BIT(COL_SPARSE),
		     BIT(COL_LEVEL) | BIT(COL_SPARSE) },
};

static const struct cli_option options[] = {
	{ "by", "WHAT", "a line for each: level, or vma, the dearest first" },
};

static size_t by;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	(void)nr;
	for (by = 0; by < ARRAY_SIZE(ways) && strcmp(ways[by].name, arg); by++)
		;
	if (by == ARRAY_SIZE(ways))
		return report_usage(cli, "--by: '%s': not one of level, vma", arg);
	return EXIT_DONE;
}

/**
 * struct sum - tables of several levels, or of a VMA
 * @tables: how many
 * @shared: how many more are charged elsewhere
 * @sparse: how many are nearly empty
 * @entries: entries in use
 * @slots: entries there are
 * @bytes: memory of @tables
 */
struct sum {
	__u64 tables, shared, sparse, entries, slots, bytes;
};

static void sum_add(struct sum *to, const struct sum *from)
{
	to->tables += from->tables;
	to->shared += from->shared;
	to->sparse += from->sparse;
	to->entries += from->entries;
	to->slots += from->slots;
	to->bytes += from->bytes;
}

/* Fills all cells; what a line is about is filled in by the caller. */
static void sum_cells(const struct sum *sum, struct cell *cells, struct strbuf *occupancy)
{
	size_t i;

	for (i = 0; i < NR_COLUMNS; i++)
		cells[i] = cell_none();
	cells[COL_TABLES] = cell_count(sum->tables);
	cells[COL_SPARSE] = cell_count(sum->sparse);
	cells[COL_ENTRIES] = cell_count(sum->entries);
	cells[COL_SLOTS] = cell_count(sum->slots);
	cells[COL_BYTES] = cell_bytes(sum->bytes);
	if (!sum->slots)
		return;
	strbuf_reset(occupancy);
	strbuf_printf(occupancy, "%.1f%%", 100.0 * (double)sum->entries / (double)sum->slots);
	cells[COL_OCCUPANCY] = cell_text(occupancy->data);
}

static const struct mmscope_level_info *level_info(const struct target *target, unsigned int level)
{
	size_t i;

	for (i = 0; i < target->info.nr_levels; i++)
		if (target->info.levels[i].level == level)
			return &target->info.levels[i];
	return NULL;
}

/* All levels have entries of one size, and those of a PTE table fill a page. */
static __u64 entry_bytes(const struct target *target)
{
	const struct mmscope_level_info *pte = level_info(target, MMSCOPE_LEVEL_PTE);

	return pte ? target->info.page_size / pte->nr_entries : 0;
}

/* Tables of one level. */
static struct sum level_sum(const struct target *target, const struct mmscope_table_level *level)
{
	const struct mmscope_level_info *info = level_info(target, level->level);
	__u64 nr = info ? info->nr_entries : 0;

	return (struct sum){
		.tables = level->tables, .sparse = level->sparse, .entries = level->entries,
		.slots = level->tables * nr, .bytes = level->tables * nr * entry_bytes(target),
	};
}

/* Bytes of [@start, @end) in VMAs without a file. @vma moves on, NULL at the end. */
static int without_file(struct mmscope_vma_iter *vmas, const struct mmscope_vma **vma, __u64 start,
			__u64 end, __u64 *bytes)
{
	__u64 from, to;
	int ret;

	while (*vma && (*vma)->start < end) {
		from = (*vma)->start > start ? (*vma)->start : start;
		to = (*vma)->end < end ? (*vma)->end : end;
		if (from < to && !((*vma)->attrs & MMSCOPE_VMA_FILE))
			*bytes += to - from;
		if ((*vma)->end > end)
			break;
		ret = mmscope_vma_iter_next(vmas, vma);
		if (ret < 0)
			return ret;
		if (!ret)
			*vma = NULL;
	}
	return 0;
}

/* Of leaves at @level. */
static int anon_huge_bytes(struct mmscope_extent_iter *extents, struct mmscope_vma_iter *vmas,
			   unsigned int level, __u64 *bytes)
{
	const struct mmscope_vma *vma;
	struct mmscope_extent ext;
	int ret;

	ret = mmscope_vma_iter_next(vmas, &vma);
	if (ret <= 0)
		return ret;
	while ((ret = mmscope_extent_iter_next(extents, &ext)) > 0) {
		if (ext.level != level)
			continue;
		ret = without_file(vmas, &vma, ext.start, ext.end, bytes);
		if (ret)
			break;
	}
	return ret;
}

/*
 * Bytes of PTE tables that the kernel keeps aside, one for each huge page in
 * anonymous memory, the huge zero page included, to be able to split it
 * (mm/huge_memory.c: pgtable_trans_huge_deposit()).
 */
static int set_aside(const struct target *target, __u64 *bytes, struct mmscope_lock *lock)
{
	struct mmscope_extent_opts opts = {
		.size = sizeof(opts), .require_flags = MMSCOPE_PTE_HUGE,
		.generation = lock->generation,
	};
	struct mmscope_vma_opts vma_opts = {
		.size = sizeof(vma_opts), .generation = lock->generation,
	};
	/* The level above the PTEs: PMD, or with two levels the root. */
	unsigned int above = target->info.nr_levels - 2;
	struct mmscope_extent_iter *extents = NULL;
	struct mmscope_vma_iter *vmas = NULL;
	const struct mmscope_level_info *level;
	__u64 huge = 0;
	int ret;

	*bytes = 0;
	if (above >= MMSCOPE_NR_LEVELS)
		return 0;
	level = &target->info.levels[above];
	ret = mmscope_vma_iter_new(target->ms, &vma_opts, &vmas);
	if (!ret)
		ret = mmscope_extent_iter_new(target->ms, &opts, &extents);
	if (!ret) {
		ret = anon_huge_bytes(extents, vmas, level->level, &huge);
		*bytes = (huge >> level->shift) * target->info.page_size;
		mmscope_lock_add(lock, mmscope_vma_iter_lock(vmas));
		mmscope_lock_add(lock, mmscope_extent_iter_lock(extents));
	}
	mmscope_extent_iter_free(extents);
	mmscope_vma_iter_free(vmas);
	return ret;
}

static void explain(struct render *r, __u64 kernel, __u64 counted, __u64 aside)
{
	char a[SIZE_TEXT_MAX], b[SIZE_TEXT_MAX], c[SIZE_TEXT_MAX];

	render_member(r, "pgtables_bytes", cell_bytes(kernel));
	render_member(r, "counted_bytes", cell_bytes(counted));
	render_member(r, "set_aside_bytes", cell_bytes(aside));
	size_text(kernel, a);
	if (kernel == counted) {
		render_text(r, "the kernel accounts the same below the top levels: %s", a);
		return;
	}
	render_text(r, "the kernel accounts %s below the top levels (pgtables_bytes), here are %s",
		    a, size_text(counted, b));
	if (kernel < counted) {
		render_text(r, "tables came and went while they were counted");
		return;
	}
	size_text(kernel - counted, a);
	if (kernel - counted == aside)
		render_text(r, "the other %s are tables kept aside for splitting huge pages", a);
	else if (aside)
		render_text(r, "of the other %s, %s are tables kept aside for splitting huge pages",
			    a, size_text(aside, c));
	else
		render_text(r, "the other %s lead to no mapping", a);
}

static int show_levels(struct cli *cli, struct target *target, struct render *r,
		       struct mmscope_lock *lock)
{
	struct sum total = { 0 }, sum;
	struct strbuf occupancy = { 0 };
	struct cell cells[NR_COLUMNS];
	struct mmscope_tables tables;
	__u64 aside, counted = 0;
	size_t i;
	int err;

	(void)cli;
	err = mmscope_tables(target->ms, NULL, &tables);
	if (err)
		return err;
	mmscope_lock_add(lock, &tables.lock);
	err = set_aside(target, &aside, lock);
	if (err)
		return err;
	render_list_begin(r, "tables", columns, NR_COLUMNS, true);
	for (i = 0; i < tables.nr_levels; i++) {
		sum = level_sum(target, &tables.levels[i]);
		sum_cells(&sum, cells, &occupancy);
		cells[COL_LEVEL] = cell_text(mmscope_level_name(tables.levels[i].level));
		render_row(r, cells);
		sum_add(&total, &sum);
		/* mm_pgtables_bytes() knows of PUD, PMD and PTE tables only. */
		if (tables.levels[i].level >= MMSCOPE_LEVEL_PUD && i)
			counted += sum.bytes;
	}
	sum_cells(&total, cells, &occupancy);
	if (!render_is_json(r)) {
		cells[COL_LEVEL] = cell_text("total");
		render_row(r, cells);
	}
	render_list_end(r);
	cells[COL_LEVEL] = cell_none();
	render_object(r, "total", columns, cells);
	explain(r, tables.pgtables_bytes, counted, aside);
	strbuf_free(&occupancy);
	return 0;
}

/**
 * struct vma_row - the tables of one VMA
 */
struct vma_row {
	__u64 start, end;
	const char *kind;
	const char *mapping;
	struct sum sum;
};

struct vma_rows {
	struct vma_row *rows;
	size_t nr;
	struct names names;
};

static int read_tables(const struct target *target, __u64 start, __u64 end,
		       struct mmscope_tables *tables, struct mmscope_lock *lock)
{
	struct mmscope_table_opts opts = {
		.size = sizeof(opts), .start = start, .end = end, .generation = lock->generation,
	};
	int err;

	err = mmscope_tables(target->ms, &opts, tables);
	if (!err)
		mmscope_lock_add(lock, &tables->lock);
	return err;
}

/*
 * The tables below the root of one VMA. Those that hold addresses below @floor too
 * were charged before: of each level it can only be the first, if it is there.
 */
static int vma_sum(const struct target *target, const struct mmscope_vma *vma, __u64 floor,
		   struct sum *sum, struct mmscope_lock *lock)
{
	struct mmscope_tables tables, first;
	bool have_first = false;
	size_t i;
	int err;

	memset(sum, 0, sizeof(*sum));
	err = read_tables(target, vma->start, vma->end, &tables, lock);
	for (i = 1; !err && i < tables.nr_levels; i++) {
		const struct mmscope_table_level *level = &tables.levels[i];
		const struct mmscope_level_info *info = level_info(target, level->level);
		__u64 span = info ? (__u64)info->nr_entries << info->shift : 1;
		__u64 bottom = vma->start & ~(span - 1), shared = 0;
		struct sum of_level = level_sum(target, level);

		if (bottom < floor && bottom == ((vma->end - 1) & ~(span - 1))) {
			shared = level->tables;
		} else if (bottom < floor && level->tables) {
			if (!have_first)
				err = read_tables(target, vma->start,
						  vma->start + target->info.page_size, &first,
						  lock);
			if (err)
				break;
			have_first = true;
			shared = first.levels[i].tables;
		}
		if (shared > level->tables)	/* it changed meanwhile */
			shared = level->tables;
		sum->shared += shared;
		sum->tables += level->tables - shared;
		sum->sparse += level->sparse;
		sum->bytes += level->tables ? (level->tables - shared) *
					      (of_level.bytes / level->tables) : 0;
		if (level->level == MMSCOPE_LEVEL_PTE) {
			sum->entries = of_level.entries;
			sum->slots = of_level.slots;
		}
	}
	return err;
}

static void rows_add(struct vma_rows *rows, const struct mmscope_vma *vma, const char *kind,
		     const struct sum *sum)
{
	rows->rows = more_room(rows->rows, rows->nr, sizeof(*rows->rows));
	rows->rows[rows->nr++] = (struct vma_row){
		.start = vma->start, .end = vma->end, .kind = kind,
		.mapping = names_of(&rows->names, vma), .sum = *sum,
	};
}

static int dearest_first(const void *pa, const void *pb)
{
	const struct vma_row *a = pa, *b = pb;

	if (a->sum.bytes != b->sum.bytes)
		return a->sum.bytes > b->sum.bytes ? -1 : 1;
	return a->start < b->start ? -1 : a->start > b->start;
}

static int read_vmas(const struct target *target, const struct fileset *libs,
		     struct vma_rows *rows, struct mmscope_lock *lock)
{
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	__u64 floor = 0;
	struct sum sum;
	int ret;

	ret = mmscope_vma_iter_new(target->ms, NULL, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0) {
		if (!lock->generation)
			lock->generation = mmscope_vma_iter_lock(iter)->generation;
		ret = vma_sum(target, vma, floor, &sum, lock);
		if (ret)
			break;
		rows_add(rows, vma, mapping_kind(vma, libs), &sum);
		floor = vma->end;
	}
	mmscope_lock_add(lock, mmscope_vma_iter_lock(iter));
	mmscope_vma_iter_free(iter);
	return ret;
}

static void show_rows(struct render *r, struct vma_rows *rows)
{
	struct strbuf occupancy = { 0 };
	struct cell cells[NR_COLUMNS];
	struct sum total = { 0 };
	size_t i;

	if (rows->nr)
		qsort(rows->rows, rows->nr, sizeof(*rows->rows), dearest_first);
	render_list_begin(r, "tables", columns, NR_COLUMNS, true);
	for (i = 0; i < rows->nr; i++) {
		const struct vma_row *row = &rows->rows[i];

		sum_cells(&row->sum, cells, &occupancy);
		cells[COL_START] = cell_hex(row->start);
		cells[COL_END] = cell_hex(row->end);
		cells[COL_SIZE] = cell_bytes(row->end - row->start);
		cells[COL_SHARED] = cell_count(row->sum.shared);
		cells[COL_KIND] = cell_text(row->kind);
		cells[COL_MAPPING] = cell_text(row->mapping);
		render_row(r, cells);
		sum_add(&total, &row->sum);
	}
	render_list_end(r);
	strbuf_free(&occupancy);
	if (render_is_json(r)) {
		render_group_begin(r, "total");
		render_member(r, "tables", cell_count(total.tables));
		render_member(r, "bytes", cell_bytes(total.bytes));
		render_group_end(r);
	}
}

static int show_vmas(struct cli *cli, struct target *target, struct render *r,
		     struct mmscope_lock *lock)
{
	struct fileset libs = { 0 };
	struct vma_rows rows = { 0 };
	struct vm_bits bits;
	int ret = 0;

	vm_bits_load(target, &bits);
	if (column_is_selected(&cli->render, COL_KIND))
		ret = mapping_find_libraries(target, &bits, &libs);
	if (!ret)
		ret = read_vmas(target, &libs, &rows, lock);
	show_rows(r, &rows);
	names_free(&rows.names);
	free(rows.rows);
	fileset_free(&libs);
	return ret;
}

static void defaults(struct cli *cli, int argc)
{
	(void)argc;
	cli->render.defaults = ways[by].defaults;
	cli->render.absent = ways[by].absent;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct mmscope_lock lock = { 0 };
	struct target target;
	struct render *r;
	int status, ret;
	bool changed;

	(void)argc;
	status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	r = target_render(cli, &target);
	ret = by == BY_VMA ? show_vmas(cli, &target, r, &lock) :
			     show_levels(cli, &target, r, &lock);
	changed = lock.flags & MMSCOPE_LOCK_CHANGED;
	render_lock(r, &lock);
	render_end(r, ret || changed);
	report_lock(cli, &target, &lock);
	if (ret)
		status = report_target_error(&target, ret);
	else if (changed)
		status = report_changed(&target);
	target_close(&target);
	return status;
}

const struct command command_tables = {
	.name = "tables",
	.args = "PID",
	.summary = "Show what the page tables themselves cost",
	.example = "tables self --by vma",
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
