// SPDX-License-Identifier: GPL-2.0
/*
 * table.c - tables by libsmartcols, in pieces
 *
 * libsmartcols keeps a whole table in memory, some 400 bytes a cell. Here it gets
 * PIECE rows at a time; each piece is at least as wide as the one before, so the
 * columns stay where they are unless a longer value comes.
 */
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "backend.h"
#include "memory.h"
#include "pager.h"

#define PIECE	256

struct table {
	struct libscols_table *tb;
	const size_t *selected;
	size_t nr;
	size_t rows;
	bool color;
	struct strbuf text;
};

/* libsmartcols looks at standard output, which can be a pager's pipe. */
static void set_width(struct libscols_table *tb)
{
	int fd = pager_terminal();
	struct winsize size;

	scols_table_set_termforce(tb, fd < 0 ? SCOLS_TERMFORCE_NEVER : SCOLS_TERMFORCE_ALWAYS);
	if (fd >= 0 && fd != STDOUT_FILENO && !ioctl(fd, TIOCGWINSZ, &size) && size.ws_col)
		scols_table_set_termwidth(tb, size.ws_col);
}

struct table *table_new(const struct render_opts *opts, const struct column *columns,
			const size_t *selected, size_t nr)
{
	struct table *t = zalloc(sizeof(*t));
	size_t i;

	t->tb = scols_new_table();
	if (!t->tb)
		no_memory();
	t->selected = selected;
	t->nr = nr;
	t->color = opts->color;
	scols_table_enable_noheadings(t->tb, opts->no_headings);
	scols_table_enable_colors(t->tb, opts->color);
	/* The cells come escaped; once more would make \x5cx of each \x. */
	scols_table_enable_noencoding(t->tb, 1);
	set_width(t->tb);
	for (i = 0; i < nr; i++) {
		const struct column *col = &columns[selected ? selected[i] : i];
		int flags = 0;

		if (col->flags & COLUMN_RIGHT)
			flags |= SCOLS_FL_RIGHT;
		if (col->flags & COLUMN_TRUNC)
			flags |= SCOLS_FL_TRUNC;
		if (!scols_table_new_column(t->tb, col->name, 0, flags))
			no_memory();
	}
	return t;
}

static void print_piece(struct table *t)
{
	size_t i;

	if (scols_table_print_range(t->tb, scols_table_get_line(t->tb, 0),
				    scols_table_get_line(t->tb, t->rows - 1)))
		no_memory();
	fputc('\n', stdout);
	for (i = 0; i < t->nr; i++) {
		struct libscols_column *cl = scols_table_get_column(t->tb, i);

		scols_column_set_whint(cl, (double)scols_column_get_width(cl));
	}
	scols_table_remove_lines(t->tb);
	scols_table_enable_noheadings(t->tb, 1);
	t->rows = 0;
}

static const char *tone_color(enum cell_tone tone)
{
	switch (tone) {
	case TONE_GOOD:
		return "green";
	case TONE_WARN:
		return "yellow";
	case TONE_DIM:
		return "darkgray";
	default:
		return NULL;
	}
}

void table_row(struct table *t, const struct cell *cells)
{
	struct libscols_line *line = scols_table_new_line(t->tb, NULL);
	size_t i;

	if (!line)
		no_memory();
	for (i = 0; i < t->nr; i++) {
		const struct cell *cell = &cells[t->selected ? t->selected[i] : i];

		strbuf_reset(&t->text);
		cell_to_text(&t->text, cell);
		if (scols_line_set_data(line, i, t->text.data))
			no_memory();
		if (t->color && tone_color(cell->tone))
			scols_cell_set_color(scols_line_get_cell(line, i), tone_color(cell->tone));
	}
	if (++t->rows == PIECE)
		print_piece(t);
}

void table_flush(struct table *t)
{
	if (t->rows)
		print_piece(t);
}

void table_free(struct table *t)
{
	table_flush(t);
	scols_unref_table(t->tb);
	strbuf_free(&t->text);
	free(t);
}
