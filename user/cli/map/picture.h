/* SPDX-License-Identifier: GPL-2.0 */
/*
 * picture.h - the model as a drawing, and the drawing in a page
 */
#ifndef MMSCOPE_MAP_PICTURE_H
#define MMSCOPE_MAP_PICTURE_H

#include <stdio.h>

#include "model.h"

/**
 * struct picture - what a picture is made of
 * @target: the process
 * @map: the model
 * @title: whose address space it is, raw
 * @render: options of the run
 */
struct picture {
	const struct target *target;
	const struct map *map;
	const char *title;
	const struct render_opts *render;
};

/* Raw text as text of SVG or HTML. */
void picture_text(FILE *out, const char *text);

/* Draws the address space; a whole SVG document. */
void picture_svg(FILE *out, const struct picture *pic);

/* Called by picture_html() where the data belong. */
typedef void picture_data_fn(FILE *out, const struct picture *pic, void *arg);

/* A page with the same drawing, the data and what makes it answer. */
void picture_html(FILE *out, const struct picture *pic, picture_data_fn *data, void *arg);

#endif /* MMSCOPE_MAP_PICTURE_H */
