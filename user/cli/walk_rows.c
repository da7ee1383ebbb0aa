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

enum {
	KEY_VA, KEY_STATUS, KEY_PA, KEY_LEAF, KEY_PAGE_SIZE, KEY_SWAP_TYPE, KEY_SWAP_OFFSET,
	KEY_FLAGS, KEY_LEVELS
};

const struct column walk_keys[NR_WALK_KEYS] = {
	[KEY_VA] = { .key = "va" },
	[KEY_STATUS] = { .key = "status" },
	[KEY_PA] = { .key = "pa" },
	[KEY_LEAF] = { .key = "leaf" },
	[KEY_PAGE_SIZE] = { .key = "page_size" },
	[KEY_SWAP_TYPE] = { .key = "swap_type" },
	[KEY_SWAP_OFFSET] = { .key = "swap_offset" },
	[KEY_FLAGS] = { .key = "flags" },
	[KEY_LEVELS] = { .key = "levels" },
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

void walk_fill(const struct target *target, const size_t *selected, size_t nr_selected,
	       const struct mmscope_walk_result *result, struct walk_cells *held,
	       struct cell *cells)
{
	bool frame = status_has_frame(result->status), swap = result->status == MMSCOPE_SWAP;

	*held = (struct walk_cells){ .rows = {
		.columns = walk_columns,
		.selected = selected, .nr_columns = nr_selected,
		.stride = NR_WALK_COLUMNS, .cells = held->steps.rows[0],
		.nr_rows = result->nr_levels,
	} };
	walk_fill_steps(target, result, &held->steps);
	cells[KEY_VA] = cell_hex(result->va);
	cells[KEY_STATUS] = status_cell(result->status);
	cells[KEY_PA] = result_pa(result);
	cells[KEY_LEAF] = frame ? cell_text(mmscope_level_name(result->level)) : cell_none();
	cells[KEY_PAGE_SIZE] = result->nr_levels ? cell_bytes(result->page_size) : cell_none();
	cells[KEY_SWAP_TYPE] = swap ? cell_secret32(result->swap_type) : cell_none();
	cells[KEY_SWAP_OFFSET] = swap ? cell_secret(result->swap_offset) : cell_none();
	cells[KEY_FLAGS] = cell_flags(result->flags, &target->entry_flags);
	cells[KEY_LEVELS] = cell_rows(&held->rows);
}

void walk_list_begin(struct render *r)
{
	render_list_begin(r, "walk", walk_keys, NR_WALK_KEYS, false);
}

void walk_row(struct render *r, const struct target *target, const size_t *selected,
	      size_t nr_selected, const struct mmscope_walk_result *result)
{
	struct cell cells[NR_WALK_KEYS];
	struct walk_cells held = { 0 };

	walk_fill(target, selected, nr_selected, result, &held, cells);
	render_row(r, cells);
}
