// SPDX-License-Identifier: GPL-2.0
/*
 * tree.c - the page tables of a process, from the runs of all that its entries hold
 *
 * A run tells at which level its entries are: so there is a table of that level, and one
 * of each level above, at every address of the run. Tables that hold nothing are not
 * among them; how many there are in all is asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "../render/memory.h"
#include "model.h"

/**
 * struct tree - tables under construction
 * @map: where they go
 * @info: levels of this machine
 * @last: by level: the table met last, NULL when it is not kept
 * @base: by level: the address that it begins at, ~0 before the first
 */
struct tree {
	struct map *map;
	const struct mmscope_info *info;
	struct map_table *last[MMSCOPE_NR_LEVELS];
	__u64 base[MMSCOPE_NR_LEVELS];
};

static char entry_of(unsigned int status)
{
	switch (status) {
	case MMSCOPE_MAPPED:
		return MAP_ENTRY_PAGE;
	case MMSCOPE_SWAP:
		return MAP_ENTRY_SWAP;
	default:
		return MAP_ENTRY_OTHER;
	}
}

static void enter_table(struct tree *t, const struct mmscope_level_info *info, __u64 base)
{
	struct map *map = t->map;
	struct map_table *table = NULL;
	unsigned int level = info->level;

	if (t->base[level] == base)
		return;
	t->base[level] = base;
	if (map->nr_tables < MAX_TABLES) {
		table = &map->tables[map->nr_tables++];
		table->level = level;
		table->base = base;
		table->nr_entries = info->nr_entries;
		table->entries = zalloc(info->nr_entries);
		memset(table->entries, MAP_ENTRY_EMPTY, info->nr_entries);
	}
	t->last[level] = table;
}

static void set_entry(struct tree *t, unsigned int level, size_t index, char kind)
{
	struct map_table *table = t->last[level];

	if (!table)
		return;
	table->used += table->entries[index] == MAP_ENTRY_EMPTY;
	table->entries[index] = kind;
}

/*
 * The tables on the way to @va down to @level, and its entry there. Returns what that spans,
 * or the table if it is not kept.
 */
static __u64 mark(struct tree *t, __u64 va, unsigned int level, char kind)
{
	size_t i;

	for (i = 0; i < t->info->nr_levels; i++) {
		const struct mmscope_level_info *info = &t->info->levels[i];
		__u64 span = (__u64)info->nr_entries << info->shift;
		bool last = info->level == level;

		/* The root may span all that there is. */
		enter_table(t, info, span ? va & ~(span - 1) : 0);
		set_entry(t, info->level, (va >> info->shift) & (info->nr_entries - 1),
			  last ? kind : MAP_ENTRY_TABLE);
		/* What is not kept need not be gone through. */
		if (last)
			return t->last[level] ? 1ULL << info->shift : span;
	}
	return 0;
}

static void add_run(struct tree *t, const struct mmscope_extent *run)
{
	__u64 va = run->start, span;

	do {
		span = mark(t, va, run->level, entry_of(run->status));
		va = (va & ~(span - 1)) + span;
		/* Back at 0: it went to the end of all addresses. */
	} while (span && va < run->end && va > run->start);
}

/* All that this kernel may report: what an entry is does not hang on its flags. */
static __u64 all_flags(const struct flag_names *names)
{
	__u64 mask = 0;
	size_t i;

	for (i = 0; i < names->nr; i++)
		mask |= 1ULL << (names->names[i].bit & 63);
	return mask;
}

static int count_tables(const struct target *target, struct map *map)
{
	struct mmscope_table_opts opts = {
		.size = sizeof(opts), .generation = map->lock.generation,
	};
	struct mmscope_tables tables;
	unsigned int i;
	int err = mmscope_tables(target->ms, &opts, &tables);

	if (err)
		return err;
	for (i = 0; i < tables.nr_levels && i < MMSCOPE_NR_LEVELS; i++)
		if (tables.levels[i].level < MMSCOPE_NR_LEVELS)
			map->tables_of_level[tables.levels[i].level] = tables.levels[i].tables;
	mmscope_lock_add(&map->lock, &tables.lock);
	return 0;
}

int map_read_tables(const struct target *target, struct map *map)
{
	struct mmscope_extent_opts opts = {
		.size = sizeof(opts),
		.statuses = ~(MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA) |
			      MMSCOPE_STATUS_BIT(MMSCOPE_NONE)) &
			    (MMSCOPE_STATUS_BIT(MMSCOPE_NR_STATUS) - 1),
		.ignore_flags = all_flags(&target->entry_flags),
		.generation = map->lock.generation,
	};
	struct tree t = { .map = map, .info = &target->info };
	struct mmscope_extent_iter *iter;
	struct mmscope_extent run;
	int ret;

	ret = mmscope_extent_iter_new(target->ms, &opts, &iter);
	if (ret)
		return ret;
	map->tables = zalloc(MAX_TABLES * sizeof(*map->tables));
	memset(t.base, 0xff, sizeof(t.base));
	while ((ret = mmscope_extent_iter_next(iter, &run)) > 0)
		if (run.level < MMSCOPE_NR_LEVELS)
			add_run(&t, &run);
	mmscope_lock_add(&map->lock, mmscope_extent_iter_lock(iter));
	mmscope_extent_iter_free(iter);
	return ret ? ret : count_tables(target, map);
}
