// SPDX-License-Identifier: GPL-2.0
/*
 * text.c - a cell as a table shows it
 */
#include "escape.h"
#include "render.h"
#include "size.h"

static void add_flag(const char *name, void *arg)
{
	struct strbuf *sb = arg;

	if (sb->len)
		strbuf_putc(sb, ',');
	escape_terminal(sb, name);
}

void cell_to_text(struct strbuf *sb, const struct cell *cell)
{
	struct strbuf flags = { 0 };
	char size[SIZE_TEXT_MAX];

	switch (cell->type) {
	case CELL_NONE:
	case CELL_ROWS:
		/* Not empty: awk counts words. */
		strbuf_putc(sb, '-');
		break;
	case CELL_HIDDEN:
		strbuf_puts(sb, "hidden");
		break;
	case CELL_TEXT:
		if (*cell->text)
			escape_terminal(sb, cell->text);
		else
			strbuf_putc(sb, '-');
		break;
	case CELL_HEX:
		strbuf_puts(sb, "0x");
		strbuf_number(sb, cell->num, 16);
		break;
	case CELL_COUNT:
		strbuf_number(sb, cell->num, 10);
		break;
	case CELL_BYTES:
		strbuf_puts(sb, size_text(cell->num, size));
		break;
	case CELL_PAGES:
		strbuf_printf(sb, "%s (%llu pages)", size_text(cell->num * cell->page_size, size),
			      cell->num);
		break;
	case CELL_BOOL:
		strbuf_puts(sb, cell->num ? "yes" : "no");
		break;
	case CELL_FLAGS:
		strbuf_reset(&flags);
		flag_names_apply(cell->num, cell->names, add_flag, &flags);
		strbuf_puts(sb, flags.len ? flags.data : "-");
		strbuf_free(&flags);
		break;
	}
}
