// SPDX-License-Identifier: GPL-2.0
/*
 * layout.c - mmscope layout: the classic picture of an address space, high to low
 */
#include <stdio.h>
#include <string.h>

#include "layout_blocks.h"
#include "render/picture.h"
#include "render/size.h"

enum {
	COL_START, COL_END, COL_SIZE, COL_WHAT, COL_PERMS, COL_BYTES, COL_RSS, COL_MAPPINGS,
	COL_FILES, COL_NAME, COL_NOTES,
	NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_START] = { "START", "start", "first byte", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_END] = { "END", "end", "end, exclusive; 0: the end of all addresses",
		      COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_SIZE] = { "SIZE", "size", "END - START", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_WHAT] = { "WHAT", "what", "kernel, gap, stack, library, heap, bss, data, text ...",
		       COLUMN_DEFAULT },
	[COL_PERMS] = { "PERMS", "perms", "of its mappings, * where they differ", COLUMN_DEFAULT },
	[COL_BYTES] = { "BYTES", "bytes", "mapped", COLUMN_RIGHT },
	[COL_RSS] = { "RSS", "rss", "resident", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_MAPPINGS] = { "MAPPINGS", "mappings", "VMAs in this block", COLUMN_RIGHT },
	[COL_FILES] = { "FILES", "files", "different names in it", COLUMN_RIGHT },
	[COL_NAME] = { "NAME", "name", "what is mapped", COLUMN_DEFAULT | COLUMN_TRUNC },
	[COL_NOTES] = { "NOTES", "notes", "bounds and limits", COLUMN_TRUNC },
};

enum { OPT_ALL };

static const struct cli_option options[] = {
	[OPT_ALL] = { "all", NULL, "every mapping, none folded" },
};

static bool all;

#define MAX_LOADS	3

static int option(struct cli *cli, size_t nr, const char *arg)
{
	(void)cli;
	(void)nr;
	(void)arg;
	all = true;
	return EXIT_DONE;
}

static void show_row(struct render *r, const struct block *block)
{
	bool mapped = block_is_mapped(block);
	struct cell cells[NR_COLUMNS];
	struct strbuf names = { 0 };

	cells[COL_START] = cell_hex(block->start);
	cells[COL_END] = cell_hex(block->last + 1);
	cells[COL_SIZE] = cell_bytes(block->last - block->start + 1);
	cells[COL_WHAT] = cell_text(block->what);
	cells[COL_PERMS] = mapped ? cell_text(block->perms) : cell_none();
	cells[COL_BYTES] = mapped ? cell_bytes(block->bytes) : cell_none();
	cells[COL_RSS] = mapped ? cell_bytes(block->rss) : cell_none();
	cells[COL_MAPPINGS] = mapped ? cell_count(block->mappings) : cell_none();
	cells[COL_FILES] = mapped ? cell_count(block->files) : cell_none();
	block_names(&names, block);
	cells[COL_NAME] = cell_text(names.data);
	cells[COL_NOTES] = cell_text(block->notes.len ? block->notes.data : NULL);
	render_row(r, cells);
	strbuf_free(&names);
}

static const char *words_for(const char *what)
{
	if (!strcmp(what, "noncanonical"))
		return "no addresses";
	if (!strcmp(what, "unreachable"))
		return "out of reach of 32 bits";
	if (!strcmp(what, "guard"))
		return "never mapped";
	return what;
}

static void make_label(struct strbuf *label, const struct block *block)
{
	const char *first = block->nr_names ? block->names[0] : "";

	strbuf_puts(label, words_for(block->what));
	/* "[heap]" says no more than "heap". */
	if (block->nr_names > 1 ||
	    (*first && (first[0] != '[' ||
			strncmp(first + 1, block->what, strlen(block->what)) != 0))) {
		strbuf_putc(label, ' ');
		block_names(label, block);
	}
	if (block->mappings > 1)
		strbuf_printf(label, " (%zu)", block->mappings);
}

/* Permissions, size, and the share of it that is resident, in columns. */
static void make_facts(const struct block *block, char *facts, size_t len)
{
	char size[SIZE_TEXT_MAX], share[8] = "";

	if (!block_is_mapped(block)) {
		snprintf(facts, len, "%7s     ", size_text(block->last - block->start + 1, size));
		return;
	}
	if (block->rss)
		snprintf(share, sizeof(share), "%llu%%", block->rss * 100 / block->bytes);
	snprintf(facts, len, "%s %7s %4s", block->perms, size_text(block->bytes, size), share);
}

static void draw(const struct cli *cli, const struct layout *layout)
{
	struct picture *p = picture_begin(&cli->render,
					  layout->blocks[0].last >> 32 ? 16 : 8);
	size_t i;

	for (i = 0; i < layout->nr; i++) {
		const struct block *block = &layout->blocks[i];
		struct strbuf label = { 0 };
		char facts[64];

		make_label(&label, block);
		make_facts(block, facts, sizeof(facts));
		picture_edge(p, block->last + !!i, false);
		picture_box(p, &(struct picture_box){
			.label = label.data, .facts = facts,
			.notes = block->notes.len ? block->notes.data : NULL,
			.empty = !block_is_mapped(block) && strcmp(block->what, "kernel"),
		});
		strbuf_free(&label);
	}
	picture_edge(p, 0, true);
	picture_end(p);
}

static void show_members(struct render *r, const struct layout *layout)
{
	const struct space *space = &layout->space;
	const struct mmscope_mm *mm = &space->mm;

	render_member(r, "task_size", cell_hex(space->task_size));
	render_member(r, "mmap_base", cell_hex(space->base));
	render_member(r, "mmap_legacy", cell_bool(!space->top_down));
	render_member(r, "start_brk", cell_hex(mm->start_brk));
	render_member(r, "brk", cell_hex(mm->brk));
	render_member(r, "start_stack", cell_hex(mm->start_stack));
	render_member(r, "stack_guard", cell_bytes(space_stack_guard(space->page_size)));
	render_member(r, "stack_limit", layout->stack_limit == ~0ULL ? cell_none() :
		      cell_bytes(layout->stack_limit));
	render_member(r, "data_limit", layout->data_limit == ~0ULL ? cell_none() :
		      cell_bytes(layout->data_limit));
}

static int show(struct cli *cli, const struct target *target, const struct layout *layout)
{
	bool changed = layout->lock.flags & MMSCOPE_LOCK_CHANGED;
	struct render *r = target_render(cli, target);
	size_t i;

	if (cli->render.json || cli->render.columns) {
		show_members(r, layout);
		render_list_begin(r, "layout", columns, NR_COLUMNS, true);
		for (i = 0; i < layout->nr; i++)
			show_row(r, &layout->blocks[i]);
		render_list_end(r);
	} else {
		draw(cli, layout);
	}
	render_lock(r, &layout->lock);
	render_end(r, changed);
	report_lock(cli, target, &layout->lock);
	return changed ? report_changed(target) : EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct target target;
	struct layout layout;
	int status, err, tries = 0;

	(void)argc;
	status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	err = layout_blocks_read(&layout, &target, !all);
	while (!err && layout.lock.flags & MMSCOPE_LOCK_CHANGED && ++tries < MAX_LOADS) {
		layout_blocks_free(&layout);
		err = layout_blocks_read(&layout, &target, !all);
	}
	status = err ? report_target_error(&target, err) : show(cli, &target, &layout);
	layout_blocks_free(&layout);
	target_close(&target);
	return status;
}

const struct command command_layout = {
	.name = "layout",
	.args = "PID",
	.summary = "Draw the classic picture of the address space",
	.example = "layout self",
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
