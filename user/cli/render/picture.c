// SPDX-License-Identifier: GPL-2.0
/*
 * picture.c - a column of boxes, one upon the other, with an address at each edge
 */
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "escape.h"
#include "memory.h"
#include "pager.h"
#include "picture.h"
#include "width.h"

/* The pieces of the lines: corners and sides. */
struct strokes {
	const char *top_left, *top_right, *left, *right, *bottom_left, *bottom_right;
	const char *across, *side, *broken, *cut;
};

static const struct strokes ascii = {
	"+", "+", "+", "+", "+", "+", "-", "|", ":", "~",
}, drawn = {
	"\u250c", "\u2510", "\u251c", "\u2524", "\u2514", "\u2518", "\u2500", "\u2502", "\u2506",
	"\u2026",
};

/**
 * struct picture - one being drawn
 * @strokes: what lines are made of
 * @color: empty boxes are dim
 * @digits: of an address
 * @inner: columns between the sides, without the blanks beside them
 * @begun: an edge was drawn
 */
struct picture {
	const struct strokes *strokes;
	bool color;
	unsigned int digits;
	size_t inner;
	bool begun;
};

static unsigned int terminal_width(void)
{
	const char *env = getenv("COLUMNS");
	unsigned int width = env ? (unsigned int)strtoul(env, NULL, 10) : 0;
	int fd = pager_terminal();
	struct winsize size;

	if (!width && fd >= 0 && !ioctl(fd, TIOCGWINSZ, &size))
		width = size.ws_col;
	if (!width || width > 10000)
		width = 80;
	return width < PICTURE_MIN ? PICTURE_MIN : width;
}

struct picture *picture_begin(const struct render_opts *opts, unsigned int digits)
{
	struct picture *p = zalloc(sizeof(*p));

	p->strokes = strcmp(nl_langinfo(CODESET), "UTF-8") ? &ascii : &drawn;
	p->color = opts->color;
	p->digits = digits;
	p->inner = terminal_width() - digits - 1 - 4;
	return p;
}

void picture_end(struct picture *p)
{
	free(p);
}

void picture_edge(struct picture *p, __u64 addr, bool last)
{
	const struct strokes *s = p->strokes;
	struct strbuf line = { 0 };
	size_t i;

	strbuf_printf(&line, "%*llx %s", (int)p->digits, addr,
		      !p->begun ? s->top_left : last ? s->bottom_left : s->left);
	for (i = 0; i < p->inner + 2; i++)
		strbuf_puts(&line, s->across);
	strbuf_puts(&line, !p->begun ? s->top_right : last ? s->bottom_right : s->right);
	p->begun = true;
	puts(line.data);
	strbuf_free(&line);
}

static void print_line(const struct picture *p, bool empty, const char *left, size_t len,
		       const char *right)
{
	const char *side = empty ? p->strokes->broken : p->strokes->side;
	size_t used = width_of(left, len) + strlen(right), i;
	struct strbuf line = { 0 };

	strbuf_printf(&line, "%*s %s ", (int)p->digits, "", side);
	if (p->color && empty)
		strbuf_puts(&line, "\033[90m");
	strbuf_add(&line, left, len);
	for (i = used; i < p->inner; i++)
		strbuf_putc(&line, ' ');
	strbuf_puts(&line, right);
	if (p->color && empty)
		strbuf_puts(&line, "\033[0m");
	strbuf_printf(&line, " %s", side);
	puts(line.data);
	strbuf_free(&line);
}

/* A label that is too long is cut, and says so. */
static void print_label(const struct picture *p, const struct picture_box *box, const char *label)
{
	size_t len = strlen(label), facts = strlen(box->facts), room = p->inner;
	struct strbuf cut = { 0 };

	if (width_of(label, len) + 1 + facts <= room) {
		print_line(p, box->empty, label, len, box->facts);
		return;
	}
	/* Beside the facts, if that leaves enough to read; else above them. */
	if (room > facts + 20)
		room -= facts + 1;
	if (width_of(label, len) > room) {
		strbuf_add(&cut, label, width_head(label, len, room - 1));
		strbuf_puts(&cut, p->strokes->cut);
		label = cut.data;
		len = cut.len;
	}
	if (room < p->inner || !facts) {
		print_line(p, box->empty, label, len, box->facts);
	} else {
		print_line(p, box->empty, label, len, "");
		print_line(p, box->empty, "", 0, box->facts);
	}
	strbuf_free(&cut);
}

/* Breaks a note at blanks, and inside a word that is longer than a line. */
static void print_note(const struct picture *p, bool empty, const char *note, size_t len)
{
	struct strbuf line = { 0 };
	size_t n, room = p->inner - 2;

	while (len) {
		n = width_head(note, len, room);
		if (n < len) {
			while (n && note[n] != ' ')
				n--;
			if (!n)
				n = width_head(note, len, room);
		}
		strbuf_reset(&line);
		strbuf_puts(&line, "  ");
		strbuf_add(&line, note, n);
		print_line(p, empty, line.data, line.len, "");
		while (n < len && note[n] == ' ')
			n++;
		note += n;
		len -= n;
	}
	strbuf_free(&line);
}

void picture_box(struct picture *p, const struct picture_box *box)
{
	const char *note = box->notes ? box->notes : "", *end;
	char *label = escape_text(box->label);
	struct strbuf raw = { 0 };
	char *safe;

	print_label(p, box, label);
	for (; *note; note = *end ? end + 1 : end) {
		end = strchrnul(note, '\n');
		strbuf_reset(&raw);
		strbuf_add(&raw, note, (size_t)(end - note));
		safe = escape_text(raw.len ? raw.data : "");
		print_note(p, box->empty, safe, strlen(safe));
		free(safe);
	}
	strbuf_free(&raw);
	free(label);
}
