// SPDX-License-Identifier: GPL-2.0
/*
 * rmap.c - the sink that looks for page frames
 *
 * The common case, a page outside of all that is looked for, is one comparison of its
 * frame. What is found goes to the builder of runs that EXTENTS has, so both say the
 * same of it. No struct page is looked at: only entries tell who maps a frame.
 */
#include "rmap.h"

#include <linux/kernel.h>
#include <linux/pfn.h>

#include "arch/arch.h"
#include "walk.h"

/* Entries that are decoded between two looks at who else wants the lock. */
#define LOOK_AFTER	32

/**
 * mmscope_rmap_init - prepare to look
 * @sink: to fill
 * @frames: page-aligned, rising, none overlapping another; stays while @sink is used
 * @nr: how many, at least one
 *
 * For who has MMSCOPE_RIGHT_PHYS only: where a frame is not found is told by what is
 * found, and by how long it takes.
 */
void mmscope_rmap_init(struct mmscope_rmap_sink *sink,
		       const struct mmscope_frames *frames, unsigned int nr)
{
	*sink = (struct mmscope_rmap_sink){
		.extents = {
			.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_MAPPED) |
				    MMSCOPE_STATUS_BIT(MMSCOPE_PROTNONE),
			.rights = MMSCOPE_RIGHT_MAPS | MMSCOPE_RIGHT_PHYS,
			.expect = MMSCOPE_NO_ENTRY,
		},
		.frames = frames,
		.nr = nr,
		.first = frames[0].start >> PAGE_SHIFT,
		.span = (frames[nr - 1].end - frames[0].start) >> PAGE_SHIFT,
	};
}

/* The first of the frames that ends above @pa; the number of all when there is none. */
static unsigned int rmap_above(const struct mmscope_rmap_sink *sink, u64 pa)
{
	unsigned int low = 0, high = sink->nr;

	while (low < high) {
		unsigned int mid = (low + high) / 2;

		if (sink->frames[mid].end > pa)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/* The parts of [@addr, @end) whose frames are looked for. */
static int rmap_entry(struct mmscope_walker *walker,
		      const struct mmscope_entry *entry, unsigned long addr,
		      unsigned long end, const void *slot)
{
	struct mmscope_rmap_sink *sink = walker->sink;
	unsigned int shift = mmscope_level_shift(entry->level), i;
	struct mmscope_leaf leaf;
	u64 pa, last;

	mmscope_entry_decode(entry, &leaf);
	if (!mmscope_leaf_has_pa(&leaf))
		return MMSCOPE_GO_ON;
	pa = PFN_PHYS(leaf.value) + (addr & ((1UL << shift) - 1));
	last = pa + (end - addr);

	for (i = rmap_above(sink, pa); i < sink->nr; i++) {
		u64 from = max(sink->frames[i].start, pa);
		u64 to = min(sink->frames[i].end, last);

		if (from >= to)
			break;
		if (mmscope_extents_take(&sink->extents, entry,
					 addr + (from - pa), addr + (to - pa))) {
			walker->addr = addr + (from - pa);
			return MMSCOPE_STOP;
		}
	}
	return MMSCOPE_GO_ON;
}

/* A PTE that may have one of them; its struct is not in the way of the loop. */
static noinline int rmap_pte(struct mmscope_walker *walker, u64 raw,
			     unsigned long addr)
{
	const struct mmscope_entry entry = {
		.raw = raw, .level = MMSCOPE_LEVEL_PTE,
	};
	struct mmscope_rmap_sink *sink = walker->sink;

	if (rmap_entry(walker, &entry, addr, addr + PAGE_SIZE, NULL))
		return MMSCOPE_STOP;
	if (++sink->decoded % LOOK_AFTER || !mmscope_look_wanted(walker->look))
		return MMSCOPE_GO_ON;
	walker->addr = addr + PAGE_SIZE;
	return MMSCOPE_STOP;
}

static int rmap_ptes(struct mmscope_walker *walker, pte_t *ptep,
		     unsigned long addr, unsigned long end)
{
	const struct mmscope_rmap_sink *sink = walker->sink;
	const u64 first = sink->first, span = sink->span;

	for (; addr != end; addr += PAGE_SIZE, ptep++) {
		pte_t pte = mmscope_arch_ptep_get(ptep);
		u64 raw = mmscope_arch_pte_raw(pte);

		/* Below the first is far above all, as a number without a sign. */
		if (likely(mmscope_arch_plain(raw) ?
			   mmscope_arch_plain_pfn(pte) - first >= span : !raw))
			continue;
		if (rmap_pte(walker, raw, addr))
			return MMSCOPE_STOP;
	}
	return MMSCOPE_GO_ON;
}

static const struct mmscope_sink_ops rmap_ops = {
	.entry = rmap_entry,
	.ptes = rmap_ptes,
};

/**
 * mmscope_rmap_chunk - look for frames in one hold of the lock
 * @look: locked
 * @sink: struct mmscope_rmap_sink, with room for one run at least
 * @addr: in: where to begin; out: where to resume
 * @end: page-aligned, at most TASK_SIZE_MAX
 *
 * Return: true when @end was reached, all runs being in the buffer then.
 */
bool mmscope_rmap_chunk(struct mmscope_look *look, void *sink,
			unsigned long *addr, unsigned long end)
{
	struct mmscope_rmap_sink *rmap = sink;
	struct mmscope_walker walker = {
		.look = look,
		.addr = *addr,
		.sink = sink,
	};
	int ret = mmscope_walk_range(&walker, &rmap_ops, end);

	*addr = walker.addr;
	if (ret != MMSCOPE_GO_ON)
		return false;
	mmscope_extents_finish(&rmap->extents);
	return true;
}
