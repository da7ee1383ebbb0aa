/* SPDX-License-Identifier: GPL-2.0 */
/*
 * picture.h - a column of boxes, one upon the other, with an address at each edge
 *
 * As wide as the terminal, 80 columns elsewhere, never less than PICTURE_MIN. Lines by
 * the locale: box drawing where it is UTF-8, ASCII else.
 */
#ifndef MMSCOPE_PICTURE_H
#define MMSCOPE_PICTURE_H

#include "render.h"

#define PICTURE_MIN	40

struct picture;

/**
 * struct picture_box - one box
 * @label: what it is; raw
 * @facts: at the right edge, in a line of its own where the label is too long
 * @notes: further lines, separated by newlines, or NULL; raw but for these
 * @empty: nothing is there: drawn with broken sides
 */
struct picture_box {
	const char *label;
	const char *facts;
	const char *notes;
	bool empty;
};

/* @digits: hexadecimal digits of an address. */
struct picture *picture_begin(const struct render_opts *opts, unsigned int digits);
/* The line between two boxes, above the first and below the last. */
void picture_edge(struct picture *p, __u64 addr, bool last);
void picture_box(struct picture *p, const struct picture_box *box);
void picture_end(struct picture *p);

#endif /* MMSCOPE_PICTURE_H */
