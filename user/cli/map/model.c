// SPDX-License-Identifier: GPL-2.0
/*
 * model.c - gathers the model: mappings first, then every page that has an entry
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../mapping.h"
#include "../progress.h"
#include "../render/memory.h"
#include "../status.h"
#include "../system.h"
#include "model.h"

/* Cells of all mappings together, and the most and fewest of one. */
#define CELLS_MAX	400000
#define CELLS_MOST	256
#define CELLS_FEWEST	8

#define RUNS_MAX	(1U << 16)
#define NAME_MAX_BYTES	200

void map_sum_add(struct map_sum *to, const struct map_sum *from)
{
	to->present += from->present;
	to->shared += from->shared;
	to->dirty += from->dirty;
	to->huge += from->huge;
	to->swapped += from->swapped;
	to->other += from->other;
}

char map_cell_class(const struct map_sum *cell)
{
	if (cell->present >= cell->swapped && cell->present > cell->other) {
		if (cell->shared * 2 > cell->present)
			return 's';
		return 'p';
	}
	if (cell->swapped && cell->swapped >= cell->other)
		return 'w';
	return cell->other ? 'x' : '.';
}

static void add_vma(struct map *map, const struct mmscope_vma *vma, const struct vm_bits *bits,
		    const struct fileset *libs)
{
	struct strbuf name = { 0 };
	struct map_vma *to;

	map->vmas = more_room(map->vmas, map->nr_vmas, sizeof(*map->vmas));
	to = &map->vmas[map->nr_vmas++];
	*to = (struct map_vma){
		.start = vma->start, .end = vma->end, .kind = mapping_kind(vma, libs),
		.first_used = ~0ULL,
	};
	vm_perms(bits, vma->vm_flags, to->perms);
	mapping_name(&name, vma);
	/* The end of a path tells more than its beginning. */
	if (name.len > NAME_MAX_BYTES) {
		memmove(name.data + 3, name.data + name.len - NAME_MAX_BYTES + 3,
			NAME_MAX_BYTES - 2);
		memcpy(name.data, "...", 3);
	}
	to->mapping = names_keep(&map->names, name.data);
	strbuf_free(&name);
	map->mapped += to->end - to->start;
}

static int read_vmas(const struct target *target, struct map *map)
{
	struct mmscope_vma_iter *iter = NULL;
	const struct mmscope_vma *vma;
	struct fileset libs = { 0 };
	struct vm_bits bits;
	int ret;

	vm_bits_load(target, &bits);
	ret = mapping_find_libraries(target, &bits, &libs);
	if (!ret)
		ret = mmscope_vma_iter_new(target->ms, NULL, &iter);
	if (!ret) {
		while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0)
			add_vma(map, vma, &bits, &libs);
		mmscope_lock_add(&map->lock, mmscope_vma_iter_lock(iter));
		mmscope_vma_iter_free(iter);
	}
	fileset_free(&libs);
	return ret;
}

static void make_cells(struct map *map, __u64 page_size)
{
	size_t most = map->nr_vmas ? CELLS_MAX / map->nr_vmas : 0, i;

	if (most > CELLS_MOST)
		most = CELLS_MOST;
	if (most < CELLS_FEWEST)
		most = CELLS_FEWEST;
	for (i = 0; i < map->nr_vmas; i++) {
		struct map_vma *vma = &map->vmas[i];
		__u64 pages = (vma->end - vma->start) / page_size;

		vma->cell_pages = pages <= most ? 1 : (pages + most - 1) / most;
		vma->nr_cells = (pages + vma->cell_pages - 1) / vma->cell_pages;
		vma->first_cell = map->nr_cells;
		map->nr_cells += vma->nr_cells;
	}
	map->cells = zalloc((map->nr_cells + 1) * sizeof(*map->cells));
}

/**
 * struct gather - where the reading of pages is
 * @map: the model
 * @page_size: bytes of a base page
 * @vma: index of the mapping at hand
 * @offset: pages of its block that come before it
 * @va: address that would continue the run at hand
 * @pfn: frame that would
 * @first_va: where the run began
 * @first_pfn: likewise
 * @slots: hash table of runs: index in map->runs plus one
 */
struct gather {
	struct map *map;
	__u64 page_size;
	size_t vma;
	__u64 offset;
	__u64 va, pfn;
	__u64 first_va, first_pfn;
	unsigned int *slots;
};

static size_t hash_of(const struct map_run *run)
{
	__u64 h = run->block;

	h = h * 0x9e3779b97f4a7c15ULL + run->slot;
	h = h * 0x9e3779b97f4a7c15ULL + run->slot_end;
	h = h * 0x9e3779b97f4a7c15ULL + run->bin;
	h = h * 0x9e3779b97f4a7c15ULL + run->bin_end;
	return (h ^ h >> 29) * 0x9e3779b97f4a7c15ULL >> 32;
}

static void keep_run(struct gather *g, const struct map_run *run)
{
	struct map *map = g->map;
	struct map_run *at;
	size_t slot;

	for (slot = hash_of(run);; slot++) {
		slot &= 2 * RUNS_MAX - 1;
		if (!g->slots[slot])
			break;
		at = &map->runs[g->slots[slot] - 1];
		if (at->block == run->block && at->slot == run->slot &&
		    at->slot_end == run->slot_end && at->bin == run->bin &&
		    at->bin_end == run->bin_end) {
			at->pages += run->pages;
			return;
		}
	}
	if (map->nr_runs_kept == RUNS_MAX) {
		map->missed_runs++;
		return;
	}
	map->runs = more_room(map->runs, map->nr_runs_kept, sizeof(*map->runs));
	map->runs[map->nr_runs_kept++] = *run;
	g->slots[slot] = map->nr_runs_kept;
}

static unsigned int bin_of(const struct map *map, __u64 pfn)
{
	__u64 bin = pfn / map->bin_pages;

	return bin < MAP_BINS ? bin : MAP_BINS - 1;
}

/* The run at hand is complete. */
static void end_run(struct gather *g)
{
	struct map *map = g->map;
	struct map_vma *vma = &map->vmas[g->vma];
	const struct map_block *block = &map->blocks[vma->block];
	__u64 pages = (g->va - g->first_va) / g->page_size, total, first, i;
	struct map_run run = { .block = vma->block };

	if (!pages)
		return;
	vma->nr_runs++;
	if (pages > vma->longest)
		vma->longest = pages;
	total = block->bytes / g->page_size;
	first = g->offset + (g->first_va - vma->start) / g->page_size;
	run.slot = first * block->slots / total;
	run.slot_end = (first + pages - 1) * block->slots / total;
	run.bin = bin_of(map, g->first_pfn);
	run.bin_end = bin_of(map, g->first_pfn + pages - 1);
	run.pages = pages;
	for (i = 0; i < pages; i++)
		map->bins[bin_of(map, g->first_pfn + i)]++;
	keep_run(g, &run);
	g->va = 0;
	g->first_va = 0;
}

static void next_vma(struct gather *g)
{
	struct map *map = g->map;
	const struct map_vma *vma = &map->vmas[g->vma];

	end_run(g);
	g->offset += (vma->end - vma->start) / g->page_size;
	g->vma++;
	if (g->vma < map->nr_vmas && map->vmas[g->vma].block != vma->block)
		g->offset = 0;
}

static void add_page(struct gather *g, const struct mmscope_page *page)
{
	bool frame = status_has_frame(page->status);
	bool closed = page->status == MMSCOPE_PROTNONE;
	struct map *map = g->map;
	struct map_sum one = { 0 };
	struct map_vma *vma;

	while (g->vma < map->nr_vmas && map->vmas[g->vma].end <= page->va)
		next_vma(g);
	/* A mapping that came while the pages were read is not in the list. */
	if (g->vma == map->nr_vmas || page->va < map->vmas[g->vma].start)
		return;
	vma = &map->vmas[g->vma];
	one.present = frame && !closed;
	one.shared = one.present && page->type != MMSCOPE_PAGE_NONE &&
		     !(page->attrs & MMSCOPE_PAGE_EXCLUSIVE);
	one.dirty = one.present && page->flags & MMSCOPE_PTE_DIRTY;
	one.huge = one.present && page->flags & MMSCOPE_PTE_HUGE;
	one.swapped = page->status == MMSCOPE_SWAP;
	one.other = !one.present && !one.swapped;
	map_sum_add(&vma->sum, &one);
	map_sum_add(&map->cells[vma->first_cell + (page->va - vma->start) / g->page_size /
				vma->cell_pages], &one);
	if (vma->first_used == ~0ULL)
		vma->first_used = page->va;
	if (!map->bin_pages || !frame || page->value == MMSCOPE_HIDDEN) {
		end_run(g);
		return;
	}
	if (g->first_va && (page->va != g->va || page->value != g->pfn))
		end_run(g);
	if (!g->first_va) {
		g->first_va = page->va;
		g->first_pfn = page->value;
	}
	g->va = page->va + g->page_size;
	g->pfn = page->value + 1;
}

static int read_pages(const struct target *target, struct map *map)
{
	struct gather g = { .map = map, .page_size = target->info.page_size };
	struct mmscope_page_opts opts = {
		.size = sizeof(opts), .generation = map->lock.generation,
	};
	struct mmscope_page_iter *iter;
	const struct mmscope_page *page;
	__u64 nr = 0, bytes = 0;
	size_t at = 0;
	int ret;

	ret = mmscope_page_iter_new(target->ms, &opts, &iter);
	if (ret)
		return ret;
	g.slots = zalloc(2 * RUNS_MAX * sizeof(*g.slots));
	while ((ret = mmscope_page_iter_next(iter, &page)) > 0) {
		add_page(&g, page);
		for (; at < g.vma; at++)
			bytes += map->vmas[at].end - map->vmas[at].start;
		if (!(++nr % 4096))
			progress_show("map", bytes, map->mapped);
	}
	while (g.vma < map->nr_vmas)
		next_vma(&g);
	progress_clear();
	mmscope_lock_add(&map->lock, mmscope_page_iter_lock(iter));
	mmscope_page_iter_free(iter);
	free(g.slots);
	return ret;
}

static void sum_up(struct map *map)
{
	size_t i;

	for (i = 0; i < map->nr_vmas; i++) {
		const struct map_vma *vma = &map->vmas[i];

		map_sum_add(&map->sum, &vma->sum);
		map_sum_add(&map->blocks[vma->block].sum, &vma->sum);
		map->nr_runs += vma->nr_runs;
		if (vma->longest > map->longest)
			map->longest = vma->longest;
	}
}

/* Of a machine that may be another one only what the process has is known. */
static __u64 recorded_top(const struct target *target)
{
	struct mmscope_extent_opts opts = {
		.size = sizeof(opts), .statuses = MMSCOPE_STATUS_BIT(MMSCOPE_MAPPED),
	};
	struct mmscope_extent_iter *iter;
	struct mmscope_extent run;
	__u64 top = 0;

	if (mmscope_extent_iter_new(target->ms, &opts, &iter))
		return 0;
	while (mmscope_extent_iter_next(iter, &run) > 0)
		if (run.pa != MMSCOPE_HIDDEN && run.pa + (run.end - run.start) > top)
			top = run.pa + (run.end - run.start);
	mmscope_extent_iter_free(iter);
	return top / target->info.page_size;
}

int map_gather(const struct target *target, struct map *map)
{
	int ret;

	ret = read_vmas(target, map);
	if (ret)
		return ret;
	make_cells(map, target->info.page_size);
	map_make_blocks(map);
	if (target->rights & MMSCOPE_RIGHT_PHYS) {
		map->top_pfn = target->recorded ? recorded_top(target) : zones_top();
		map->bin_pages = (map->top_pfn + MAP_BINS - 1) / MAP_BINS;
	}
	ret = read_pages(target, map);
	if (!ret)
		ret = map_read_tables(target, map);
	sum_up(map);
	return ret;
}

void map_free(struct map *map)
{
	size_t i;

	names_free(&map->names);
	free(map->vmas);
	free(map->blocks);
	free(map->cells);
	free(map->runs);
	for (i = 0; i < map->nr_tables; i++)
		free(map->tables[i].entries);
	free(map->tables);
}
