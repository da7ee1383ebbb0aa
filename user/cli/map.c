// SPDX-License-Identifier: GPL-2.0
/*
 * map.c - mmscope map: a picture of an address space
 *
 * The model is the same in each form: a table with a line of pages for each mapping,
 * JSON, a drawing (--svg), and a page (--html) that holds the drawing and the JSON.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "map/model.h"
#include "map/picture.h"
#include "render/memory.h"
#include "savefile.h"
#include "symbol/address.h"
#include "walk_rows.h"

enum {
	COL_START, COL_END, COL_SIZE, COL_PERMS, COL_KIND, COL_PRESENT, COL_SHARED, COL_DIRTY,
	COL_HUGE, COL_SWAPPED, COL_OTHER, COL_RUNS, COL_LONGEST, COL_PAGES, COL_CELL_PAGES,
	COL_BLOCK, COL_MAPPING,
	NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_START] = { "START", "start", "first byte", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_END] = { "END", "end", "end, exclusive", COLUMN_RIGHT },
	[COL_SIZE] = { "SIZE", "size", "END - START", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_PERMS] = { "PERMS", "perms", "rwx, p private or s shared", COLUMN_DEFAULT },
	[COL_KIND] = { "KIND", "kind", "segment: text, data, heap, library, anon ...",
		       COLUMN_DEFAULT },
	[COL_PRESENT] = { "PRESENT", "present", "bytes that have a frame", COLUMN_RIGHT },
	[COL_SHARED] = { "SHARED", "shared", "of these, mapped more than once", COLUMN_RIGHT },
	[COL_DIRTY] = { "DIRTY", "dirty", "of these, written to", COLUMN_RIGHT },
	[COL_HUGE] = { "HUGE", "huge", "of these, mapped by large entries", COLUMN_RIGHT },
	[COL_SWAPPED] = { "SWAPPED", "swapped", "bytes swapped out", COLUMN_RIGHT },
	[COL_OTHER] = { "OTHER", "other", "bytes closed to the hardware, migrating, markers",
			COLUMN_RIGHT },
	[COL_RUNS] = { "RUNS", "runs", "runs of frames that follow each other", COLUMN_RIGHT },
	[COL_LONGEST] = { "LONGEST", "longest", "bytes of the longest run", COLUMN_RIGHT },
	[COL_PAGES] = { "PAGES", "cells", "the pages in a line; see mmscope-map(1)",
			COLUMN_DEFAULT },
	[COL_CELL_PAGES] = { "CELL_PAGES", "cell_pages", "pages behind a letter in JSON's cells",
			     COLUMN_JSON_ONLY },
	[COL_BLOCK] = { "BLOCK", "block", "number of the box in the drawing", COLUMN_JSON_ONLY },
	[COL_MAPPING] = { "MAPPING", "mapping", "path, or name in brackets",
			  COLUMN_DEFAULT | COLUMN_TAIL },
};

/* Letters of a line of pages in a table. */
#define LINE	32

/* Walks that a page holds: one for each of the first boxes, and those asked for. */
#define WALKS_MAX	256
#define WALKS_ASKED	16

enum { OPT_HTML, OPT_SVG, OPT_WALK };

static const struct cli_option options[] = {
	[OPT_HTML] = { "html", "FILE", "write a page that answers, in one file" },
	[OPT_SVG] = { "svg", "FILE", "write a drawing" },
	[OPT_WALK] = { "walk", "ADDR",
		       "with --html or --json: have the walk of this address, too" },
};

static const char *html_path, *svg_path;
static const char *walk_texts[WALKS_ASKED];
static __u64 walk_addrs[WALKS_ASKED];
static size_t nr_walk_addrs;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	switch (nr) {
	case OPT_HTML:
		html_path = arg;
		cli->no_pager = true;
		break;
	case OPT_SVG:
		svg_path = arg;
		cli->no_pager = true;
		break;
	case OPT_WALK:
		if (nr_walk_addrs == WALKS_ASKED)
			return report_usage(cli, "--walk: more than %d", WALKS_ASKED);
		if (address_wrong(arg))
			return report_usage(cli, "--walk: '%s': %s", arg, address_wrong(arg));
		walk_texts[nr_walk_addrs++] = arg;
		break;
	}
	return EXIT_DONE;
}

/* A cell as a letter: its class, 'h' for huge; upper case when dirty. */
static char cell_letter(const struct map_sum *cell)
{
	char letter = map_cell_class(cell);

	if ((letter == 'p' || letter == 's') && cell->huge * 2 > cell->present)
		letter = 'h';
	if (letter != '.' && cell->dirty * 2 > cell->present)
		letter &= ~0x20;
	return letter;
}

/* The cells of a mapping as letters, squeezed together when there are more than @most. */
static void cells_text(struct strbuf *sb, const struct map *map, const struct map_vma *vma,
		       size_t most)
{
	size_t step = (vma->nr_cells + most - 1) / most, i, k;

	strbuf_reset(sb);
	for (i = 0; i < vma->nr_cells; i += step) {
		struct map_sum sum = { 0 };

		for (k = i; k < i + step && k < vma->nr_cells; k++)
			map_sum_add(&sum, &map->cells[vma->first_cell + k]);
		strbuf_putc(sb, cell_letter(&sum));
	}
}

/* A row in JSON without its names and cells, about; and all rows of a page. */
#define ROW_BYTES	250
#define PAGE_BYTES	(3U << 20)

/* Bytes of a row in a page, at most: what is not plain in a name takes six. */
static size_t row_bytes(const struct map_vma *vma)
{
	const char *at = vma->mapping ? vma->mapping : "";
	size_t bytes = ROW_BYTES + vma->nr_cells;

	for (; *at; at++)
		bytes += *at >= ' ' && *at < 0x7f && !strchr("<>&\"\\", *at) ? 1 : 6;
	return bytes;
}

/* How many mappings a page can list, so that it opens soon. */
static size_t rows_of_page(const struct map *map)
{
	size_t bytes = 0, i;

	for (i = 0; i < map->nr_vmas && bytes < PAGE_BYTES; i++)
		bytes += row_bytes(&map->vmas[i]);
	return i;
}

static void show_vmas(struct render *r, const struct target *target, const struct map *map,
		      size_t nr)
{
	unsigned int page_size = target->info.page_size;
	struct cell cells[NR_COLUMNS];
	struct strbuf line = { 0 };
	size_t i;

	render_list_begin(r, "vmas", columns, NR_COLUMNS, true);
	for (i = 0; i < nr; i++) {
		const struct map_vma *vma = &map->vmas[i];
		bool frames = map->bin_pages;

		cells_text(&line, map, vma, render_is_json(r) ? vma->nr_cells + 1 : LINE);
		cells[COL_START] = cell_hex(vma->start);
		cells[COL_END] = cell_hex(vma->end);
		cells[COL_SIZE] = cell_bytes(vma->end - vma->start);
		cells[COL_PERMS] = cell_text(vma->perms);
		cells[COL_KIND] = cell_text(vma->kind);
		cells[COL_PRESENT] = cell_bytes(vma->sum.present * page_size);
		cells[COL_SHARED] = cell_bytes(vma->sum.shared * page_size);
		cells[COL_DIRTY] = cell_bytes(vma->sum.dirty * page_size);
		cells[COL_HUGE] = cell_bytes(vma->sum.huge * page_size);
		cells[COL_SWAPPED] = cell_bytes(vma->sum.swapped * page_size);
		cells[COL_OTHER] = cell_bytes(vma->sum.other * page_size);
		cells[COL_RUNS] = frames ? cell_count(vma->nr_runs) : cell_secret(MMSCOPE_HIDDEN);
		cells[COL_LONGEST] = frames ? cell_bytes(vma->longest * page_size) :
					      cell_secret(MMSCOPE_HIDDEN);
		cells[COL_PAGES] = cell_text(line.data);
		cells[COL_CELL_PAGES] = cell_count(vma->cell_pages);
		cells[COL_BLOCK] = cell_count(vma->block);
		cells[COL_MAPPING] = cell_text(vma->mapping);
		render_row(r, cells);
	}
	render_list_end(r);
	strbuf_free(&line);
}

static const struct column table_columns[] = {
	{ .key = "level" }, { .key = "start" }, { .key = "used" }, { .key = "entries" },
};

/* A letter and how often it follows itself: "t1.510w1". */
static void entries_text(struct strbuf *sb, const struct map_table *table)
{
	size_t i, from;

	strbuf_reset(sb);
	for (i = 0; i < table->nr_entries; i = from) {
		for (from = i + 1; from < table->nr_entries; from++)
			if (table->entries[from] != table->entries[i])
				break;
		strbuf_printf(sb, "%c%zu", table->entries[i], from - i);
	}
}

static void show_tables(struct render *r, const struct map *map)
{
	struct cell cells[ARRAY_SIZE(table_columns)];
	struct strbuf entries = { 0 };
	size_t i;

	render_list_begin(r, "tables", table_columns, ARRAY_SIZE(table_columns), false);
	for (i = 0; i < map->nr_tables; i++) {
		const struct map_table *table = &map->tables[i];

		entries_text(&entries, table);
		cells[0] = cell_text(mmscope_level_name(table->level));
		cells[1] = cell_hex(table->base);
		cells[2] = cell_count(table->used);
		cells[3] = cell_text(entries.data);
		render_row(r, cells);
	}
	render_list_end(r);
	strbuf_free(&entries);
}

static const struct column level_columns[] = {
	{ .key = "level" }, { .key = "shift" }, { .key = "nr_entries" }, { .key = "tables" },
};

static void show_levels(struct render *r, const struct target *target, const struct map *map)
{
	struct cell cells[ARRAY_SIZE(level_columns)];
	size_t i;

	render_list_begin(r, "levels", level_columns, ARRAY_SIZE(level_columns), false);
	for (i = 0; i < target->info.nr_levels; i++) {
		const struct mmscope_level_info *level = &target->info.levels[i];

		cells[0] = cell_text(mmscope_level_name(level->level));
		cells[1] = cell_count(level->shift);
		cells[2] = cell_count(level->nr_entries);
		cells[3] = cell_count(map->tables_of_level[level->level]);
		render_row(r, cells);
	}
	render_list_end(r);
}

static int show_walks(struct render *r, const struct target *target, const struct map *map,
		      struct mmscope_lock *lock)
{
	struct mmscope_walk_result *results;
	__u64 addrs[WALKS_MAX + WALKS_ASKED];
	size_t nr = 0, i;
	ssize_t got;

	for (i = 0; i < nr_walk_addrs; i++)
		addrs[nr++] = walk_addrs[i];
	for (i = 0; i < map->nr_blocks && i < WALKS_MAX; i++) {
		const struct map_vma *vma = &map->vmas[map->blocks[i].first];

		addrs[nr++] = vma->first_used == ~0ULL ? vma->start : vma->first_used;
	}
	results = zalloc((nr + 1) * sizeof(*results));
	got = nr ? mmscope_walk(target->ms, addrs, nr, results, lock) : 0;
	walk_list_begin(r);
	for (i = 0; got > 0 && i < (size_t)got; i++)
		walk_row(r, target, NULL, NR_WALK_COLUMNS, &results[i]);
	render_list_end(r);
	free(results);
	return got < 0 ? (int)got : 0;
}

/* What a run gathered, and how it went. */
struct result {
	struct map *map;
	struct mmscope_lock lock;
	char *title;
	int ret;
	bool partial;
};

static void show_json(struct render *r, const struct target *target, struct result *result,
		      size_t nr)
{
	const struct map *map = result->map;
	unsigned int page_size = target->info.page_size;
	int ret;

	render_member(r, "title", cell_text(result->title));
	render_member(r, "release", cell_text(target->info.release));
	render_member(r, "page_size", cell_bytes(page_size));
	render_member(r, "hidden", cell_bool(!(target->rights & MMSCOPE_RIGHT_PHYS)));
	render_group_begin(r, "total");
	render_member(r, "mapped", cell_bytes(map->mapped));
	render_member(r, "present", cell_bytes(map->sum.present * page_size));
	render_member(r, "shared", cell_bytes(map->sum.shared * page_size));
	render_member(r, "dirty", cell_bytes(map->sum.dirty * page_size));
	render_member(r, "huge", cell_bytes(map->sum.huge * page_size));
	render_member(r, "swapped", cell_bytes(map->sum.swapped * page_size));
	render_member(r, "other", cell_bytes(map->sum.other * page_size));
	render_member(r, "runs", map->bin_pages ? cell_count(map->nr_runs) :
						  cell_secret(MMSCOPE_HIDDEN));
	render_group_end(r);
	show_vmas(r, target, map, nr);
	if (nr < map->nr_vmas)
		render_member(r, "vmas_left_out", cell_count(map->nr_vmas - nr));
	show_levels(r, target, map);
	show_tables(r, map);
	ret = show_walks(r, target, map, &result->lock);
	if (!result->ret)
		result->ret = ret;
	if (ret || result->lock.flags & MMSCOPE_LOCK_CHANGED)
		result->partial = true;
	render_lock(r, &result->lock);
}

static void put_data(FILE *out, const struct picture *pic, void *arg)
{
	struct render_opts opts = { .json = true, .html = true, .out = out };
	struct result *result = arg;
	const char *bad;
	struct render *r;
	size_t len;

	columns_select(columns, NR_COLUMNS, &opts, &bad, &len);
	r = render_new(&opts, "map", pic->target->pid);
	show_json(r, pic->target, result, rows_of_page(pic->map));
	render_end(r, result->partial);
}

/* When the process was as it is shown; of a recording that is another time than now. */
static time_t time_of(const struct target *target)
{
	struct mmscope_snapshot_about about;

	if (!target->recorded || mmscope_snapshot_about(target->ms, &about))
		return time(NULL);
	return (time_t)(about.time_ns / 1000000000);
}

/* "PID 12: /usr/bin/bash, 2026-11-21 10:30:00, Linux 6.12.1" */
static char *make_title(const struct target *target)
{
	struct mmscope_mm_opts opts = { .size = sizeof(opts) };
	char exe[4096] = "", when[32] = "", *title;
	struct mmscope_mm mm;
	time_t at = time_of(target);
	struct tm tm;

	opts.exe = exe;
	opts.exe_size = sizeof(exe);
	if (mmscope_mm(target->ms, &mm, &opts))
		exe[0] = '\0';
	if (localtime_r(&at, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	if (asprintf(&title, "PID %d%s%s, %s%s, Linux %s", target->pid, *exe ? " " : "", exe,
		     target->recorded ? "recorded " : "", when, target->info.release) < 0)
		no_memory();
	return title;
}

/* As readable as other files: it is made to be shown. */
static void open_up(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	fchmod(fd, 0666 & ~mask);
}

/* Who looks at a picture never sees half of one. */
static int write_file(const char *path, bool html, const struct picture *pic,
		      struct result *result)
{
	struct savefile file;
	FILE *f;
	int err = savefile_begin(&file, path);

	if (err)
		return report_error(STAGE_ANY, err, path);
	if (file.temp)
		open_up(file.fd);
	f = fdopen(dup(file.fd), "w");
	if (!f) {
		err = -errno;
	} else {
		if (html)
			picture_html(f, pic, put_data, result);
		else
			picture_svg(f, pic);
		err = ferror(f) ? -EIO : 0;
		if (fclose(f))
			err = -errno;
	}
	if (err)
		savefile_abort(&file);
	else
		err = savefile_commit(&file);
	return err ? report_error(STAGE_ANY, err, path) : EXIT_DONE;
}

static int find_walks(struct cli *cli, const struct target *target)
{
	struct address_book *book = address_book_new(cli, target);
	int status = EXIT_DONE;
	size_t i;

	for (i = 0; i < nr_walk_addrs && !status; i++)
		status = address_find(book, walk_texts[i], &walk_addrs[i]);
	address_book_free(book);
	return status;
}

static int show(struct cli *cli, const struct target *target, struct result *result)
{
	struct picture pic = {
		.target = target, .map = result->map, .title = result->title,
		.render = &cli->render,
	};
	int status = EXIT_DONE;
	struct render *r;

	if (html_path)
		status = write_file(html_path, true, &pic, result);
	if (svg_path && !status)
		status = write_file(svg_path, false, &pic, result);
	if (html_path || svg_path)
		return status;
	r = render_new(&cli->render, "map", target->pid);
	if (cli->render.json)
		show_json(r, target, result, result->map->nr_vmas);
	else
		show_vmas(r, target, result->map, result->map->nr_vmas);
	render_end(r, result->partial);
	return EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct map map = { 0 };
	struct result result = { .map = &map };
	struct target target;
	int status;

	(void)argc;
	if ((html_path || svg_path) && (cli->render.json || cli->render.columns))
		return report_usage(cli, "--html and --svg exclude --json and --output");
	if (nr_walk_addrs && !html_path && !cli->render.json)
		return report_usage(cli, "--walk is for --html");
	status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	status = find_walks(cli, &target);
	if (status) {
		target_close(&target);
		return status;
	}
	result.title = make_title(&target);
	result.ret = map_gather(&target, &map);
	result.lock = map.lock;
	/* Half a picture is one of a process that ended; not one whose pages are unknown. */
	if (result.ret && result.ret != -ESRCH && result.ret != -EINTR) {
		status = report_target_error(&target, result.ret);
		goto out;
	}
	result.partial = result.ret || map.lock.flags & MMSCOPE_LOCK_CHANGED;
	status = show(cli, &target, &result);
	report_lock(cli, &target, &result.lock);
	if (!status && result.ret)
		status = report_target_error(&target, result.ret);
	else if (!status && result.partial)
		status = report_changed(&target);
out:
	free(result.title);
	map_free(&map);
	target_close(&target);
	return status;
}

const struct command command_map = {
	.name = "map",
	.args = "PID",
	.summary = "Draw the address space, its pages and where they are in memory",
	.example = "map self --html map.html",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.option = option,
	.run = run,
	.walks = true,
};
