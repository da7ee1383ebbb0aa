// SPDX-License-Identifier: GPL-2.0
/*
 * tables.c - the sink that counts the page tables themselves
 *
 * Addresses only rise, so a table or an entry that is met again is the one that
 * was met last: VMAs that share one count it once.
 */
#include "tables.h"

#include <linux/mm.h>

#include "arch/arch.h"
#include "walk.h"

/* The table that was met last at @level is complete. */
static void table_close(struct mmscope_tables_sink *sink,
			enum mmscope_level level, unsigned int nr_entries)
{
	if (sink->at[level] && sink->used[level] <= nr_entries / 8)
		sink->levels[level].sparse++;
	sink->used[level] = 0;
}

/* An entry at the physical address @at. Return: it is another than the last. */
static bool table_meet(struct mmscope_tables_sink *sink,
		       enum mmscope_level level, u64 at)
{
	u64 last = sink->at[level];

	if (at == last)
		return false;
	if ((at ^ last) & ~(u64)(mmscope_table_bytes(level) - 1)) {
		table_close(sink, level, mmscope_level_entries(level));
		sink->levels[level].tables++;
	}
	sink->at[level] = at;
	return true;
}

static void table_use(struct mmscope_tables_sink *sink,
		      enum mmscope_level level, unsigned int nr)
{
	sink->levels[level].entries += nr;
	sink->used[level] += nr;
}

static void tables_table(struct mmscope_walker *walker,
			 enum mmscope_level level, u64 raw, const void *slot)
{
	if (table_meet(walker->sink, level, mmscope_slot_pa(slot)))
		table_use(walker->sink, level, 1);
}

static int tables_entry(struct mmscope_walker *walker,
			const struct mmscope_entry *entry, unsigned long addr,
			unsigned long end, const void *slot)
{
	if (table_meet(walker->sink, entry->level, mmscope_slot_pa(slot)) &&
	    entry->raw)
		table_use(walker->sink, entry->level, 1);
	return MMSCOPE_GO_ON;
}

static int tables_ptes(struct mmscope_walker *walker, pte_t *ptep,
		       unsigned long addr, unsigned long end)
{
	unsigned int used = 0;

	table_meet(walker->sink, MMSCOPE_LEVEL_PTE,
		   mmscope_ptes_pa(walker, ptep));
	for (; addr != end; addr += PAGE_SIZE, ptep++)
		used += !pte_none(mmscope_arch_ptep_get(ptep));
	table_use(walker->sink, MMSCOPE_LEVEL_PTE, used);
	return MMSCOPE_GO_ON;
}

static const struct mmscope_sink_ops tables_ops = {
	.table = tables_table,
	.entry = tables_entry,
	.ptes = tables_ptes,
};

/**
 * mmscope_tables_chunk - count in one hold of the lock
 * @look: locked
 * @sink: struct mmscope_tables_sink, zeroed before the first chunk
 * @addr: in: where to begin; out: where to resume
 * @end: page-aligned, at most TASK_SIZE_MAX
 *
 * Return: true when @end was reached and the counts are complete.
 */
bool mmscope_tables_chunk(struct mmscope_look *look, void *sink,
			  unsigned long *addr, unsigned long end)
{
	struct mmscope_walker walker = {
		.look = look,
		.addr = *addr,
		.sink = sink,
	};
	int ret = mmscope_walk_range(&walker, &tables_ops, end);
	enum mmscope_level level;

	*addr = walker.addr;
	if (ret != MMSCOPE_GO_ON)
		return false;
	for (level = 0; level < MMSCOPE_NR_LEVELS; level++)
		table_close(sink, level, mmscope_level_entries(level));
	return true;
}
