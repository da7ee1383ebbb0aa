/* SPDX-License-Identifier: GPL-2.0 */
/*
 * model.h - all that a picture of an address space shows, gathered once
 *
 * Bounded whatever the process: pages are summed up in cells, frames in bins,
 * tables beyond MAX_TABLES are counted only. What was left out is told.
 */
#ifndef MMSCOPE_MAP_MODEL_H
#define MMSCOPE_MAP_MODEL_H

#include "../cli.h"
#include "../names.h"

/**
 * struct map_sum - pages by what they are; a page can be in several
 * @present: has a frame
 * @shared: of these, others may map it too
 * @dirty: of these, written to
 * @huge: of these, mapped by an entry above the PTE level
 * @swapped: swapped out
 * @other: closed to the hardware, migrating, a marker, poisoned
 */
struct map_sum {
	__u64 present, shared, dirty, huge, swapped, other;
};

/**
 * struct map_vma - one mapping
 * @start: first byte
 * @end: end, exclusive
 * @kind: its kind by its word
 * @perms: "rwxp"
 * @mapping: path or name, raw, shortened; NULL when it has none
 * @sum: its pages
 * @nr_runs: runs of frames that follow each other as the pages do
 * @longest: pages of the longest such run
 * @first_used: address of the first page that has an entry, ~0 when there is none
 * @first_cell: index in struct map.cells
 * @nr_cells: how many cells it has
 * @cell_pages: pages that a cell stands for (the last may have fewer)
 * @block: index of the block that it is drawn in
 */
struct map_vma {
	__u64 start, end;
	const char *kind;
	char perms[5];
	const char *mapping;
	struct map_sum sum;
	__u64 nr_runs, longest;
	__u64 first_used;
	size_t first_cell, nr_cells;
	__u64 cell_pages;
	size_t block;
};

/**
 * struct map_block - what is drawn as one box: a mapping, or neighbours folded into one
 * @first: index of the first mapping
 * @nr: how many
 * @start: first byte
 * @end: end, exclusive
 * @bytes: sum of the sizes
 * @sum: sum of the pages
 * @gap: bytes that no mapping holds before it
 * @slots: how finely ribbons leave it, by its height in the drawing
 */
struct map_block {
	size_t first, nr;
	__u64 start, end;
	__u64 bytes;
	struct map_sum sum;
	__u64 gap;
	unsigned int slots;
};

/**
 * struct map_run - pages of a block in frames that follow each other, to the
 *	precision of the drawing
 * @block: index of the block
 * @slot: where in the block it begins, of map_block.slots
 * @slot_end: where it ends, inclusive
 * @bin: where in physical memory, of MAP_BINS
 * @bin_end: inclusive
 * @pages: how many, all runs together that look the same
 */
struct map_run {
	unsigned int block, slot, slot_end, bin, bin_end;
	__u64 pages;
};

#define MAP_BINS	8192

/**
 * struct map_table - one page table
 * @level: enum mmscope_level
 * @base: first address that it translates
 * @nr_entries: of which each is one character of @entries
 * @used: entries that are not empty
 * @entries: what each entry is: MAP_ENTRY_*
 */
struct map_table {
	unsigned int level;
	__u64 base;
	unsigned int nr_entries;
	unsigned int used;
	char *entries;
};

#define MAP_ENTRY_EMPTY	'.'
#define MAP_ENTRY_TABLE	't'
#define MAP_ENTRY_PAGE	'p'
#define MAP_ENTRY_SWAP	'w'
#define MAP_ENTRY_OTHER	'x'

#define MAX_TABLES	2048

/**
 * struct map - the model
 * @vmas: all mappings, by address
 * @names: theirs
 * @blocks: what is drawn
 * @cells: of all mappings
 * @runs: what ribbons show
 * @missed_runs: runs that found no room in @runs
 * @bins: pages in each bin of physical memory
 * @bin_pages: frames in a bin; 0 when frames are hidden
 * @top_pfn: end of physical memory, in frames
 * @tables: those with entries, root first in each path, so sorted by level within an address
 * @tables_of_level: how many there are, kept or not, with entries or without
 * @sum: of all pages
 * @nr_runs: of all mappings
 * @longest: pages of the longest run
 * @mapped: bytes of all mappings
 * @lock: what looking did
 */
struct map {
	struct map_vma *vmas;
	size_t nr_vmas;
	struct names names;
	struct map_block *blocks;
	size_t nr_blocks;
	struct map_sum *cells;
	size_t nr_cells;
	struct map_run *runs;
	size_t nr_runs_kept;
	__u64 missed_runs;
	__u64 bins[MAP_BINS];
	__u64 bin_pages, top_pfn;
	struct map_table *tables;
	size_t nr_tables;
	__u64 tables_of_level[MMSCOPE_NR_LEVELS];
	struct map_sum sum;
	__u64 nr_runs, longest;
	__u64 mapped;
	struct mmscope_lock lock;
};

/**
 * map_gather() - look at a process
 * @target: the process
 * @map: zeros; to be freed with map_free(), also after an error
 *
 * Return: 0 or -errno.
 */
int map_gather(const struct target *target, struct map *map);
void map_free(struct map *map);

void map_sum_add(struct map_sum *to, const struct map_sum *from);

/* What a cell is drawn as: one of "pPsSwx." (private, shared, swapped, other, empty). */
char map_cell_class(const struct map_sum *cell);

/* Divides the mappings into blocks; see blocks.c. */
void map_make_blocks(struct map *map);

/* Adds the page tables; see tree.c. Return: 0 or -errno. */
int map_read_tables(const struct target *target, struct map *map);

#endif /* MMSCOPE_MAP_MODEL_H */
