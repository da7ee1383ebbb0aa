// SPDX-License-Identifier: GPL-2.0
/*
 * layout.c - where everything is in the drawing
 *
 * A box grows with each doubling of its size, so that a page can be seen beside a
 * gigabyte; the rail beside the boxes is to scale. Gaps are folded in both.
 */
#include <stdlib.h>

#include "../render/memory.h"
#include "layout.h"

#define GAP_HEIGHT	19.0
#define ROW_ALONE	24.0
#define STRETCH_GAP	22.0
/* Empty bins between two stretches, at least. */
#define STRETCH_FOLD	(MAP_BINS / 64)

static double box_height(__u64 pages)
{
	__u64 rows = (pages + CELL_COLUMNS - 1) / CELL_COLUMNS;
	double height = ROW_ALONE;

	if (rows > MAX_CELLS / CELL_COLUMNS)
		rows = MAX_CELLS / CELL_COLUMNS;
	height += (double)(rows - 1) * CELL_HEIGHT;
	for (; pages > MAX_CELLS; pages /= 2)
		height += 2;
	return height;
}

static void place_blocks(struct layout *layout, const struct map *map, __u64 page_size)
{
	double y = TOP, scale, rail = TOP;
	size_t i;

	for (i = 0; i < map->nr_blocks; i++) {
		struct place *place = &layout->places[i];

		place->gap_y = y;
		if (map->blocks[i].gap)
			y += GAP_HEIGHT;
		place->y = y;
		place->height = box_height(map->blocks[i].bytes / page_size);
		y += place->height;
	}
	layout->bottom = y > TOP + 360 ? y : TOP + 360;
	scale = map->mapped ? (layout->bottom - TOP) / (double)map->mapped : 0;
	for (i = 0; i < map->nr_blocks; i++) {
		layout->places[i].rail_y = rail;
		layout->places[i].rail_height = scale * (double)map->blocks[i].bytes;
		rail += layout->places[i].rail_height;
	}
}

static void place_frames(struct layout *layout, const struct map *map)
{
	struct stretch *at = NULL;
	unsigned int bin, total = 0;
	double y = TOP, scale;
	size_t i;

	layout->stretches = zalloc((MAP_BINS / STRETCH_FOLD + 2) * sizeof(*layout->stretches));
	for (bin = 0; bin < MAP_BINS; bin++) {
		if (!map->bins[bin])
			continue;
		if (!at || bin - at->bin_end > STRETCH_FOLD) {
			at = &layout->stretches[layout->nr_stretches++];
			at->bin = bin;
		}
		at->bin_end = bin;
	}
	if (!layout->nr_stretches)
		return;
	for (i = 0; i < layout->nr_stretches; i++)
		total += layout->stretches[i].bin_end - layout->stretches[i].bin + 1;
	scale = (layout->bottom - TOP - STRETCH_GAP * (double)(layout->nr_stretches - 1)) / total;
	for (i = 0; i < layout->nr_stretches; i++) {
		at = &layout->stretches[i];
		at->y = y;
		at->height = scale * (at->bin_end - at->bin + 1);
		y += at->height + STRETCH_GAP;
	}
}

void layout_make(struct layout *layout, const struct map *map, __u64 page_size)
{
	*layout = (struct layout){ 0 };
	layout->places = zalloc((map->nr_blocks + 1) * sizeof(*layout->places));
	place_blocks(layout, map, page_size);
	place_frames(layout, map);
}

double layout_bin(const struct layout *layout, unsigned int bin, bool end)
{
	const struct stretch *at = layout->stretches;
	size_t i;

	for (i = 1; i < layout->nr_stretches && layout->stretches[i].bin <= bin; i++)
		at = &layout->stretches[i];
	return at->y + at->height * (bin - at->bin + end) / (at->bin_end - at->bin + 1);
}

void layout_free(struct layout *layout)
{
	free(layout->places);
	free(layout->stretches);
}
