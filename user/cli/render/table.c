// SPDX-License-Identifier: GPL-2.0
/*
 * table.c - tables by libsmartcols, in pieces
 *
 * libsmartcols keeps a whole table in memory, some 400 bytes a cell. Here it gets
 * PIECE rows at a time; each piece is at least as wide as the one before, so the
 * columns stay where they are unless a longer value comes. Without a terminal and
 * colours plain.c does it, in the same pieces.
 */
#include <langinfo.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "backend.h"
#include "memory.h"
#include "pager.h"
#include "width.h"

#define PIECE	256
/* With less room than this, what is cut is no name any more. */
#define TAIL_MIN	8

struct table {
	struct plain *plain;	/* or the rest */
	struct libscols_table *tb;
	const struct column *columns;
	const size_t *selected;
	size_t nr;
	size_t rows;
	size_t room;	/* columns of the terminal, 0 if there is none */
	bool color;
	bool tail;	/* of the last column, rather the beginning is cut */
	struct strbuf text;
};

/* libsmartcols looks at standard output, which can be a pager's pipe. */
static void set_width(struct table *t)
{
	int fd = pager_terminal();
	struct winsize size;

	scols_table_set_termforce(t->tb, fd < 0 ? SCOLS_TERMFORCE_NEVER : SCOLS_TERMFORCE_ALWAYS);
	if (fd < 0 || ioctl(fd, TIOCGWINSZ, &size))
		return;
	t->room = size.ws_col;
	if (fd != STDOUT_FILENO && t->room)
		scols_table_set_termwidth(t->tb, t->room);
}

struct table *table_new(const struct render_opts *opts, const struct column *columns,
			const size_t *selected, size_t nr)
{
	struct table *t = zalloc(sizeof(*t));
	size_t i;

	if (!opts->color && pager_terminal() < 0) {
		t->plain = plain_new(opts, columns, selected, nr);
		return t;
	}
	t->tb = scols_new_table();
	if (!t->tb)
		no_memory();
	t->columns = columns;
	t->selected = selected;
	t->nr = nr;
	t->color = opts->color;
	scols_table_enable_noheadings(t->tb, opts->no_headings);
	scols_table_enable_colors(t->tb, opts->color);
	/* The cells come escaped; once more would make \x5cx of each \x. */
	scols_table_enable_noencoding(t->tb, 1);
	set_width(t);
	for (i = 0; i < nr; i++) {
		const struct column *col = &columns[selected ? selected[i] : i];
		int flags = 0;

		if (col->flags & COLUMN_RIGHT)
			flags |= SCOLS_FL_RIGHT;
		if (col->flags & (COLUMN_TRUNC | COLUMN_TAIL))
			flags |= SCOLS_FL_TRUNC;
		if (!scols_table_new_column(t->tb, col->name, 0, flags))
			no_memory();
		t->tail = col->flags & COLUMN_TAIL;
	}
	return t;
}

/* How wide a column is when nothing of it is cut. */
static size_t column_width(const struct table *t, size_t nr)
{
	struct libscols_column *cl = scols_table_get_column(t->tb, nr);
	size_t width = (size_t)scols_column_get_whint(cl), i;

	if (width < strlen(scols_column_get_name(cl)))
		width = strlen(scols_column_get_name(cl));
	for (i = 0; i < t->rows; i++) {
		const char *text = scols_line_get_column_data(scols_table_get_line(t->tb, i), cl);
		size_t own = text ? width_of(text, strlen(text)) : 0;

		if (width < own)
			width = own;
	}
	return width;
}

/*
 * libsmartcols cuts at the end, where a path has its name. Here the beginning is cut from
 * what does not fit.
 */
static void cut_tails(struct table *t)
{
	const char *mark = strcmp(nl_langinfo(CODESET), "UTF-8") ? "..." : "\u2026";
	size_t others = 0, mark_width = width_of(mark, strlen(mark)), i;

	for (i = 0; i + 1 < t->nr; i++)
		others += column_width(t, i) + 1;
	if (others + TAIL_MIN > t->room)
		return;
	for (i = 0; i < t->rows; i++) {
		struct libscols_line *line = scols_table_get_line(t->tb, i);
		const char *text = scols_cell_get_data(scols_line_get_cell(line, t->nr - 1));

		if (!text || width_of(text, strlen(text)) <= t->room - others)
			continue;
		strbuf_reset(&t->text);
		strbuf_printf(&t->text, "%s%s", mark,
			      width_tail(text, t->room - others - mark_width));
		if (scols_line_set_data(line, t->nr - 1, t->text.data))
			no_memory();
	}
}

static void print_piece(struct table *t)
{
	size_t i;

	if (t->tail && t->room)
		cut_tails(t);
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

/*
 * libsmartcols takes a width of its own as a hint only, and none below the heading's. Behind
 * the last column nothing follows.
 */
static void pad(struct strbuf *text, const struct column *col, bool last)
{
	size_t width, missing;
	char cell[64];

	if (!col->width || !text->len || text->len >= sizeof(cell) ||
	    (last && !(col->flags & COLUMN_RIGHT)))
		return;
	width = width_of(text->data, text->len);
	if (width >= col->width)
		return;
	missing = col->width - width;
	memcpy(cell, text->data, text->len + 1);
	strbuf_reset(text);
	if (col->flags & COLUMN_RIGHT)
		strbuf_printf(text, "%*s%s", (int)missing, "", cell);
	else
		strbuf_printf(text, "%s%*s", cell, (int)missing, "");
}

void table_row(struct table *t, const struct cell *cells)
{
	struct libscols_line *line;
	size_t i;

	if (t->plain) {
		plain_row(t->plain, cells);
		return;
	}
	line = scols_table_new_line(t->tb, NULL);
	if (!line)
		no_memory();
	for (i = 0; i < t->nr; i++) {
		size_t nr = t->selected ? t->selected[i] : i;
		const struct cell *cell = &cells[nr];

		strbuf_reset(&t->text);
		cell_to_text(&t->text, cell);
		pad(&t->text, &t->columns[nr], i + 1 == t->nr);
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
	if (t->plain)
		plain_flush(t->plain);
	else if (t->rows)
		print_piece(t);
}

void table_free(struct table *t)
{
	table_flush(t);
	if (t->plain)
		plain_free(t->plain);
	else
		scols_unref_table(t->tb);
	strbuf_free(&t->text);
	free(t);
}
