// SPDX-License-Identifier: GPL-2.0
/*
 * plain.c - tables for pipes and files, in pieces
 *
 * There nothing is cut and nothing coloured, so a table is little work; libsmartcols would
 * ask the C library for the width of each character, more than once. Looks the same.
 */
#include <stdlib.h>

#include "backend.h"
#include "memory.h"
#include "width.h"

#define PIECE	256

/**
 * struct plain - a table
 * @nr: columns
 * @columns: what they are
 * @selected: which of @columns, or NULL
 * @widths: of each: at least that of the piece before
 * @rows: in this piece, headings among them
 * @headings: rows of those: 1 in the first piece, or 0
 * @texts: of the piece, one after the other
 * @cells: where each begins there, how long and how wide it is
 * @out: lines that are being made
 */
struct plain {
	size_t nr;
	const struct column *columns;
	const size_t *selected;
	size_t *widths;
	size_t rows, headings;
	struct strbuf texts;
	struct plain_cell {
		size_t at, len, width;
	} *cells;
	struct strbuf out;
};

static const struct column *column_of(const struct plain *p, size_t i)
{
	return &p->columns[p->selected ? p->selected[i] : i];
}

/* Ends the text that was begun at @at and is the next cell of the row. */
static void add_cell(struct plain *p, size_t column, size_t at)
{
	size_t len = p->texts.len - at, width = width_of(p->texts.data + at, len);

	p->cells[p->rows * p->nr + column] = (struct plain_cell){ at, len, width };
	if (p->widths[column] < width)
		p->widths[column] = width;
}

struct plain *plain_new(const struct render_opts *opts, const struct column *columns,
			const size_t *selected, size_t nr)
{
	struct plain *p = zalloc(sizeof(*p));
	size_t i, at;

	p->nr = nr;
	p->columns = columns;
	p->selected = selected;
	p->widths = zalloc((nr + 1) * sizeof(*p->widths));
	p->cells = zalloc(((PIECE + 1) * nr + 1) * sizeof(*p->cells));
	for (i = 0; i < nr; i++) {
		at = p->texts.len;
		strbuf_puts(&p->texts, column_of(p, i)->name);
		/* Columns are as wide without headings as with them. */
		add_cell(p, i, at);
	}
	p->headings = !opts->no_headings;
	p->rows = p->headings;
	return p;
}

static void put_line(struct plain *p, const struct plain_cell *cells)
{
	size_t i;

	for (i = 0; i < p->nr; i++) {
		bool right = column_of(p, i)->flags & COLUMN_RIGHT;
		size_t space = p->widths[i] - cells[i].width;

		if (i)
			strbuf_putc(&p->out, ' ');
		if (right)
			strbuf_fill(&p->out, ' ', space);
		strbuf_add(&p->out, p->texts.data + cells[i].at, cells[i].len);
		if (!right && i + 1 < p->nr)
			strbuf_fill(&p->out, ' ', space);
	}
	strbuf_putc(&p->out, '\n');
}

/* A table without rows has no headings either. */
void plain_flush(struct plain *p)
{
	size_t i;

	if (p->rows == p->headings)
		return;
	strbuf_reset(&p->out);
	for (i = 0; i < p->rows; i++)
		put_line(p, p->cells + i * p->nr);
	fwrite(p->out.data, 1, p->out.len, stdout);
	strbuf_reset(&p->texts);
	p->rows = 0;
	p->headings = 0;
}

void plain_row(struct plain *p, const struct cell *cells)
{
	size_t i, at;

	for (i = 0; i < p->nr; i++) {
		at = p->texts.len;
		cell_to_text(&p->texts, &cells[p->selected ? p->selected[i] : i]);
		add_cell(p, i, at);
		/* Where there is anything it is as wide as the column is to be. */
		if (p->texts.len != at && p->widths[i] < column_of(p, i)->width)
			p->widths[i] = column_of(p, i)->width;
	}
	if (++p->rows - p->headings == PIECE)
		plain_flush(p);
}

void plain_free(struct plain *p)
{
	strbuf_free(&p->texts);
	strbuf_free(&p->out);
	free(p->widths);
	free(p->cells);
	free(p);
}
