// SPDX-License-Identifier: GPL-2.0
/*
 * walk.c - mmscope walk: the page tables on the way to an address, explained
 */
#include <errno.h>
#include <stdlib.h>

#include "cli.h"
#include "parse.h"
#include "render/memory.h"
#include "status.h"

enum { COL_LEVEL, COL_INDEX, COL_TABLE, COL_ENTRY, COL_FLAGS, NR_COLUMNS };

static const struct column columns[NR_COLUMNS] = {
	[COL_LEVEL] = { "LEVEL", "level", "level of the page tables", COLUMN_DEFAULT },
	[COL_INDEX] = { "INDEX", "index", "number of the entry in its table",
			COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_TABLE] = { "TABLE", "table_pa", "physical address of the table",
			COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_ENTRY] = { "ENTRY", "entry", "the raw entry", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_FLAGS] = { "FLAGS", "flags", "the entry's flags by name", COLUMN_DEFAULT },
};

/* The keys of a result in JSON. */
enum {
	RES_VA, RES_STATUS, RES_PA, RES_LEAF, RES_PAGE_SIZE, RES_SWAP_TYPE, RES_SWAP_OFFSET,
	RES_FLAGS, RES_LEVELS, NR_RES
};

static const struct column result_columns[NR_RES] = {
	[RES_VA] = { .key = "va" },
	[RES_STATUS] = { .key = "status" },
	[RES_PA] = { .key = "pa" },
	[RES_LEAF] = { .key = "leaf" },
	[RES_PAGE_SIZE] = { .key = "page_size" },
	[RES_SWAP_TYPE] = { .key = "swap_type" },
	[RES_SWAP_OFFSET] = { .key = "swap_offset" },
	[RES_FLAGS] = { .key = "flags" },
	[RES_LEVELS] = { .key = "levels" },
};

#define BATCH	64

/* The steps of one walk. */
struct level_cells {
	struct cell rows[MMSCOPE_NR_LEVELS][NR_COLUMNS];
};

static void fill_levels(const struct target *target, const struct mmscope_walk_result *result,
			struct level_cells *cells)
{
	size_t i;

	for (i = 0; i < result->nr_levels; i++) {
		const struct mmscope_walk_level *level = &result->levels[i];

		cells->rows[i][COL_LEVEL] = cell_text(mmscope_level_name(level->level));
		cells->rows[i][COL_INDEX] = cell_count(level->index);
		cells->rows[i][COL_TABLE] = cell_phys(level->table_pa);
		cells->rows[i][COL_ENTRY] = cell_phys(level->entry);
		cells->rows[i][COL_FLAGS] = cell_flags(level->flags, &target->entry_flags);
	}
}

static void show_table(struct render *r, const struct target *target,
		       const struct mmscope_walk_result *result, bool first)
{
	struct strbuf sentence = { 0 };
	struct level_cells cells;
	size_t i;

	if (!first)
		render_text(r, "%s", "");
	if (result->nr_levels) {
		fill_levels(target, result, &cells);
		render_list_begin(r, "levels", columns, NR_COLUMNS, true);
		for (i = 0; i < result->nr_levels; i++)
			render_row(r, cells.rows[i]);
		render_list_end(r);
	}
	result_sentence(&sentence, result);
	render_text(r, "%s", sentence.data);
	strbuf_free(&sentence);
}

static void show_json(struct render *r, const struct cli *cli, const struct target *target,
		      const struct mmscope_walk_result *result)
{
	struct level_cells levels = { 0 };
	struct row_set rows = {
		.columns = columns,
		.selected = cli->render.selected, .nr_columns = cli->render.nr_selected,
		.stride = NR_COLUMNS, .cells = levels.rows[0], .nr_rows = result->nr_levels,
	};
	bool frame = status_has_frame(result->status), swap = result->status == MMSCOPE_SWAP;
	struct cell cells[NR_RES];

	fill_levels(target, result, &levels);
	cells[RES_VA] = cell_hex(result->va);
	cells[RES_STATUS] = status_cell(result->status);
	cells[RES_PA] = result_pa(result);
	cells[RES_LEAF] = frame ? cell_text(mmscope_level_name(result->level)) : cell_none();
	cells[RES_PAGE_SIZE] = result->nr_levels ? cell_bytes(result->page_size) : cell_none();
	cells[RES_SWAP_TYPE] = swap ? cell_count(result->swap_type) : cell_none();
	cells[RES_SWAP_OFFSET] = swap ? cell_secret(result->swap_offset) : cell_none();
	cells[RES_FLAGS] = cell_flags(result->flags, &target->entry_flags);
	cells[RES_LEVELS] = cell_rows(&rows);
	render_row(r, cells);
}

static int walk_all(struct cli *cli, struct target *target, const __u64 *addrs, size_t nr)
{
	struct mmscope_walk_result results[BATCH];
	struct render *r = target_render(cli, target);
	struct mmscope_lock lock = { 0 };
	int status = EXIT_DONE;
	size_t done = 0, i;
	ssize_t got = 0;

	if (cli->render.json)
		render_list_begin(r, "walk", result_columns, NR_RES, false);
	while (done < nr) {
		got = mmscope_walk(target->ms, addrs + done,
				   nr - done < BATCH ? nr - done : BATCH, results, &lock);
		if (got <= 0)
			break;
		for (i = 0; i < (size_t)got; i++) {
			if (results[i].status != MMSCOPE_MAPPED)
				status = EXIT_NO;
			if (cli->render.json)
				show_json(r, cli, target, &results[i]);
			else
				show_table(r, target, &results[i], !done && !i);
		}
		done += got;
	}
	if (cli->render.json)
		render_list_end(r);
	render_lock(r, &lock);
	render_end(r, done < nr);
	report_lock(cli, target, &lock);
	if (done < nr)
		status = report_target_error(target, got < 0 ? (int)got : -ESRCH);
	return status;
}

static int run(struct cli *cli, int argc, char **argv)
{
	__u64 *addrs = zalloc((argc - 1) * sizeof(*addrs));
	struct target target;
	int status = EXIT_DONE, i;

	for (i = 1; i < argc && !status; i++)
		if (!parse_u64(argv[i], &addrs[i - 1]))
			status = report_usage(cli, "'%s': not an address", argv[i]);
	if (!status)
		status = target_open(cli, argv[0], &target);
	if (!status) {
		status = walk_all(cli, &target, addrs, argc - 1);
		target_close(&target);
	}
	free(addrs);
	return status;
}

const struct command command_walk = {
	.name = "walk",
	.args = "PID ADDR...",
	.summary = "Explain the page-table walk of addresses",
	.example = "walk self 0x400000",
	.min_args = 2,
	.max_args = -1,
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.run = run,
	.walks = true,
};
