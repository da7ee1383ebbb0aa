// SPDX-License-Identifier: GPL-2.0
/*
 * walk_rows.c - a walk as cells: each step a row, the whole a row of rows
 */
#include "status.h"
#include "walk_rows.h"

enum { COL_LEVEL, COL_INDEX, COL_TABLE, COL_ENTRY, COL_FLAGS };

const struct column walk_columns[NR_WALK_COLUMNS] = {
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

void walk_fill_steps(const struct target *target, const struct mmscope_walk_result *result,
		     struct walk_steps *cells)
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

void walk_list_begin(struct render *r)
{
	render_list_begin(r, "walk", result_columns, NR_RES, false);
}

void walk_row(struct render *r, const struct target *target, const size_t *selected,
	      size_t nr_selected, const struct mmscope_walk_result *result)
{
	struct walk_steps levels = { 0 };
	struct row_set rows = {
		.columns = walk_columns,
		.selected = selected, .nr_columns = nr_selected,
		.stride = NR_WALK_COLUMNS, .cells = levels.rows[0], .nr_rows = result->nr_levels,
	};
	bool frame = status_has_frame(result->status), swap = result->status == MMSCOPE_SWAP;
	struct cell cells[NR_RES];

	walk_fill_steps(target, result, &levels);
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
