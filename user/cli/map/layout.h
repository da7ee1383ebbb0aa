/* SPDX-License-Identifier: GPL-2.0 */
/*
 * layout.h - where everything is in the drawing, in pixels
 */
#ifndef MMSCOPE_MAP_LAYOUT_H
#define MMSCOPE_MAP_LAYOUT_H

#include "model.h"

#define CELL_COLUMNS	64
#define CELL_WIDTH	4
#define CELL_HEIGHT	13
#define MAX_CELLS	256

/* From left to right: the rail to scale, boxes, ribbons, physical memory. */
#define RAIL_X		16
#define RAIL_WIDTH	22
#define BOX_X		84
#define BOX_WIDTH	808
#define CELLS_X		(BOX_X + 540)
#define FRAMES_X	1086
#define FRAMES_WIDTH	30
#define PAGE_WIDTH	1220
#define TOP		132

/**
 * struct place - where a block is
 * @y: top of its box
 * @height: of its box
 * @rail_y: top of its part of the rail
 * @rail_height: to scale
 * @gap_y: top of the gap before it; @y when there is none
 */
struct place {
	double y, height;
	double rail_y, rail_height;
	double gap_y;
};

/**
 * struct stretch - a part of physical memory in which the process has frames
 * @bin: first bin
 * @bin_end: last bin, inclusive
 * @y: top
 * @height: to one scale for all stretches
 */
struct stretch {
	unsigned int bin, bin_end;
	double y, height;
};

/**
 * struct layout - the drawing's plan
 * @places: by block
 * @bottom: lower end of the columns
 * @stretches: of physical memory
 */
struct layout {
	struct place *places;
	double bottom;
	struct stretch *stretches;
	size_t nr_stretches;
};

void layout_make(struct layout *layout, const struct map *map, __u64 page_size);
void layout_free(struct layout *layout);

/* Vertical place of the upper edge of a bin; of the lower one with @end. */
double layout_bin(const struct layout *layout, unsigned int bin, bool end);

#endif /* MMSCOPE_MAP_LAYOUT_H */
