// SPDX-License-Identifier: GPL-2.0
/*
 * blocks.c - which mappings are drawn alone, and which are folded with their neighbours
 *
 * Up to BLOCKS_ALL mappings each get a box. Of more, the parts of the program and the
 * BLOCKS_LARGEST largest keep theirs; what lies between is folded, into some
 * BLOCKS_FOLDED boxes.
 */
#include <stdlib.h>
#include <string.h>

#include "../render/memory.h"
#include "model.h"

#define BLOCKS_ALL	500
#define BLOCKS_LARGEST	200
#define BLOCKS_FOLDED	200

static bool is_special(const struct map_vma *vma)
{
	return strcmp(vma->kind, "anon") && strcmp(vma->kind, "library") &&
	       strcmp(vma->kind, "file") && strcmp(vma->kind, "shm") &&
	       strcmp(vma->kind, "device") && strcmp(vma->kind, "hugetlb");
}

static int larger_first(const void *pa, const void *pb)
{
	const __u64 *a = pa, *b = pb;

	return *a > *b ? -1 : *a < *b;
}

/* The size from which on a mapping has a box of its own. */
static __u64 smallest_alone(const struct map *map)
{
	__u64 *sizes, limit;
	size_t i;

	if (map->nr_vmas <= BLOCKS_ALL)
		return 0;
	sizes = zalloc(map->nr_vmas * sizeof(*sizes));
	for (i = 0; i < map->nr_vmas; i++)
		sizes[i] = map->vmas[i].end - map->vmas[i].start;
	qsort(sizes, map->nr_vmas, sizeof(*sizes), larger_first);
	/* Many of one size must not all count as the largest. */
	limit = sizes[BLOCKS_LARGEST] + 1;
	free(sizes);
	return limit;
}

/* So many steps as the height of its box has pixels, about. */
static unsigned int slots_of(__u64 bytes)
{
	unsigned int bits = 0;

	for (; bytes > 4096; bytes >>= 1)
		bits++;
	return 16 + 4 * bits;
}

void map_make_blocks(struct map *map)
{
	__u64 limit = smallest_alone(map), last = 0;
	struct map_block *block = NULL;
	bool alone, was_alone = true;
	size_t i;

	map->blocks = zalloc((map->nr_vmas + 1) * sizeof(*map->blocks));
	for (i = 0; i < map->nr_vmas; i++) {
		struct map_vma *vma = &map->vmas[i];
		__u64 size = vma->end - vma->start;

		alone = size >= limit || is_special(vma);
		if (alone || was_alone || block->nr > map->nr_vmas / BLOCKS_FOLDED) {
			block = &map->blocks[map->nr_blocks++];
			*block = (struct map_block){
				.first = i, .start = vma->start, .gap = vma->start - last,
			};
		}
		block->nr++;
		block->end = vma->end;
		block->bytes += size;
		vma->block = map->nr_blocks - 1;
		last = vma->end;
		was_alone = alone;
	}
	for (i = 0; i < map->nr_blocks; i++)
		map->blocks[i].slots = slots_of(map->blocks[i].bytes);
}
