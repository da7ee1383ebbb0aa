// SPDX-License-Identifier: GPL-2.0
/*
 * snap_walk.c - WALK, TRANSLATE and TABLES, answered from a snapshot file
 *
 * A walk is put together again from the tables, which are recorded one by one, and
 * the extents, which know their first entry and how one leads to the next.
 */
#include <string.h>

#include "snap.h"

/* The record that holds @va, or NULL; an error is added to @err. */
static const void *find(struct snapshot *snap, enum snap_kind kind, __u64 va, int *err)
{
	const struct snap_item *item;
	struct snap_cursor c;
	int ret;

	ret = snap_seek(&c, snap, kind, va);
	if (ret < 0)
		*err = ret;
	item = c.at;
	return ret > 0 && item->start <= va ? item : NULL;
}

/* The last entry, of an extent or empty; the step for it is the last of @result. */
static void walk_end(const struct snapshot *snap, const struct snap_extent *item, __u64 va,
		     struct mmscope_walk_result *result)
{
	struct mmscope_walk_level *step = &result->levels[result->nr_levels - 1];
	bool phys = snap->process.rights & MMSCOPE_RIGHT_PHYS;
	const struct mmscope_extent *ext;

	if (!item) {
		result->status = MMSCOPE_NONE;
		step->entry = phys ? 0 : MMSCOPE_HIDDEN;
		return;
	}
	ext = &item->ext;
	result->status = ext->status;
	result->flags = ext->flags;
	result->swap_type = ext->swap_type;
	step->flags = ext->flags;
	step->entry = item->entry;
	if (item->entry != MMSCOPE_HIDDEN)
		step->entry += ((va >> ext->page_shift) - (ext->start >> ext->page_shift)) *
			       item->step;
	if (snap_has_frame(ext->status))
		result->pa = ext->pa == MMSCOPE_HIDDEN ? ext->pa : ext->pa + (va - ext->start);
	else if (ext->status == MMSCOPE_SWAP && ext->pa != MMSCOPE_HIDDEN)
		result->swap_offset = ext->pa + snap_distance(ext, va, snap->info.page_size);
	else if (ext->status == MMSCOPE_MARKER)
		result->swap_offset = ext->pa;
	else
		result->swap_offset = MMSCOPE_HIDDEN;	/* of these no record is kept */
}

/* As module/walk.h:mmscope_untagged(), where that is no choice of the process. */
static __u64 untagged(const struct snapshot *snap, __u64 va)
{
	if (va < snap->end.user_end || strcmp(snap->info.arch, "arm64") != 0)
		return va;
	return va & (__u64)((__s64)(va << 8) >> 8);
}

static int walk_one(struct snapshot *snap, __u64 va, struct mmscope_walk_result *result)
{
	const struct snap_extent *ext;
	const struct snap_table *table;
	const struct snap_vma *vma;
	__u64 table_pa = snap->mm.pgd_pa;
	unsigned int i;
	int err = 0;

	*result = (struct mmscope_walk_result){ .va = va };
	va = untagged(snap, va);
	if (va >= snap->end.user_end) {
		result->status = MMSCOPE_NONCANONICAL;
		return 0;
	}
	vma = find(snap, SNAP_VMAS, va, &err);
	if (!vma) {
		result->status = MMSCOPE_NO_VMA;
		return err;
	}
	ext = find(snap, SNAP_EXTENTS, va, &err);
	for (i = 0; i < snap->info.nr_levels && !err; i++) {
		const struct mmscope_level_info *level = &snap->info.levels[i];
		struct mmscope_walk_level *step = &result->levels[result->nr_levels++];

		step->level = level->level;
		step->index = (__u16)((va >> level->shift) & (level->nr_entries - 1U));
		step->table_pa = table_pa;
		result->level = level->level;
		result->page_size = 1ULL << level->shift;
		table = NULL;
		if (i + 1 < snap->info.nr_levels && !(ext && ext->ext.level <= level->level))
			table = find(snap, SNAP_TABLES + level[1].level, va, &err);
		/* An extent below a table that was not there yet: its way is not known. */
		if (!table && !(ext && ext->ext.level > level->level))
			break;
		step->entry = table ? table->entry : MMSCOPE_HIDDEN;
		step->flags = table ? table->flags : MMSCOPE_PTE_PRESENT | MMSCOPE_PTE_TABLE;
		table_pa = table ? table->pa : MMSCOPE_HIDDEN;
	}
	if (!err)
		walk_end(snap, ext, va, result);
	return err;
}

int snap_walk(struct snapshot *snap, struct mmscope_walk *arg)
{
	struct mmscope_walk_result *to = snap_user(arg->results);
	const __u64 *addrs = snap_user(arg->addrs);
	__u64 i;
	int err = 0;

	for (i = 0; i < arg->nr && !err; i++)
		err = walk_one(snap, addrs[i], &to[i]);
	return err;
}

int snap_translate(struct snapshot *snap, struct mmscope_translate *arg)
{
	struct mmscope_translation *to = snap_user(arg->translations);
	const __u64 *addrs = snap_user(arg->addrs);
	struct mmscope_walk_result result;
	__u64 i;
	int err = 0;

	for (i = 0; i < arg->nr && !err; i++) {
		err = walk_one(snap, addrs[i], &result);
		to[i] = (struct mmscope_translation){
			.pa = result.pa, .status = result.status, .level = result.level,
			.page_shift = result.page_size ?
				      (__u8)__builtin_ctzll(result.page_size) : 0,
		};
	}
	return err;
}

/**
 * struct counting - the tables of one level, in order of address
 * @snap: the file
 * @start: of the range
 * @end: of the range
 * @level: the level
 * @exts: the next extent
 * @children: the next table of the level below
 */
struct counting {
	struct snapshot *snap;
	__u64 start, end;
	const struct mmscope_level_info *level;
	struct snap_cursor exts, children;
};

/* Is an address of a VMA in [@start, @end)? Tables are met through such only. */
static int is_met(struct snapshot *snap, __u64 start, __u64 end)
{
	const struct snap_item *vma;
	struct snap_cursor c;
	int ret;

	if (start >= end)
		return 0;
	ret = snap_seek(&c, snap, SNAP_VMAS, start);
	vma = c.at;
	return ret > 0 ? vma->start < end : ret;
}

static __u64 max_u64(__u64 a, __u64 b)
{
	return a > b ? a : b;
}

static __u64 min_u64(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

/* Entries in use of the table that spans [@base, @top), as far as the range goes. */
static int count_entries(struct counting *c, __u64 base, __u64 top, __u64 *used)
{
	__u64 start = max_u64(base, c->start), end = min_u64(top, c->end), from, to;
	const struct snap_extent *ext;
	const struct snap_item *child;
	int ret;

	*used = 0;
	for (child = c->children.at; child && child->start < end; child = c->children.at) {
		ret = is_met(c->snap, max_u64(child->start, start), min_u64(child->end, end));
		if (ret < 0)
			return ret;
		*used += ret;
		if (child->end > end)
			break;
		ret = snap_next(&c->children);
		if (ret < 0)
			return ret;
	}
	for (ext = c->exts.at; ext && ext->ext.start < end; ext = c->exts.at) {
		from = max_u64(ext->ext.start, start);
		to = min_u64(ext->ext.end, end);
		if (ext->ext.level == c->level->level && from < to)
			*used += ((to - 1) >> c->level->shift) - (from >> c->level->shift) + 1;
		if (ext->ext.end > end)
			break;
		ret = snap_next(&c->exts);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static int count_table(struct counting *c, __u64 start, __u64 end,
		       struct mmscope_table_level *count)
{
	__u64 used;
	int ret;

	ret = is_met(c->snap, max_u64(start, c->start), min_u64(end, c->end));
	if (ret <= 0)
		return ret;
	ret = count_entries(c, start, end, &used);
	if (ret)
		return ret;
	count->tables++;
	count->entries += used;
	count->sparse += used <= c->level->nr_entries / 8U;
	return 0;
}

static int count_level(struct counting *c, unsigned int i, struct mmscope_table_level *count)
{
	const struct snap_item *table;
	struct snap_cursor tables;
	int ret;

	c->level = &c->snap->info.levels[i];
	ret = snap_seek(&c->exts, c->snap, SNAP_EXTENTS, c->start);
	if (ret < 0)
		return ret;
	c->children = (struct snap_cursor){ 0 };
	if (i + 1 < c->snap->info.nr_levels)
		ret = snap_seek(&c->children, c->snap, SNAP_TABLES + c->level[1].level, c->start);
	if (ret < 0)
		return ret;
	if (!i)
		return count_table(c, 0, ~0ULL, count);
	ret = snap_seek(&tables, c->snap, SNAP_TABLES + c->level->level, c->start);
	while (ret > 0) {
		table = tables.at;
		if (table->start >= c->end)
			break;
		ret = count_table(c, table->start, table->end, count);
		if (!ret)
			ret = snap_next(&tables);
	}
	return ret < 0 ? ret : 0;
}

int snap_tables(struct snapshot *snap, struct mmscope_tables *arg)
{
	struct counting c = {
		.snap = snap, .start = arg->start, .end = min_u64(arg->end, snap->end.user_end),
	};
	unsigned int i;
	int err = 0;

	memset(arg->levels, 0, sizeof(arg->levels));
	arg->nr_levels = snap->info.nr_levels;
	for (i = 0; i < snap->info.nr_levels && !err; i++) {
		arg->levels[i].level = snap->info.levels[i].level;
		err = count_level(&c, i, &arg->levels[i]);
	}
	arg->pgtables_bytes = snap->mm.pgtables_bytes;
	return err;
}
