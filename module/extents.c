// SPDX-License-Identifier: GPL-2.0
/*
 * extents.c - the sink that merges entries into runs
 *
 * The common case, a page that continues the run, is one comparison of the raw
 * entry with what is expected; only what breaks a run is decoded.
 */
#include "extents.h"

#include <linux/pfn.h>

#include "walk.h"

/* All ones: has reserved bits set, so no entry of any architecture. */
#define NO_ENTRY	(~0ULL)

/* Take the finished run over to the buffer, if it is to be reported. */
static void extents_flush(struct mmscope_extents_sink *sink)
{
	struct mmscope_extent *run = &sink->run;

	if (run->start != run->end &&
	    sink->statuses & MMSCOPE_STATUS_BIT(run->status) &&
	    (run->flags & sink->require_flags) == sink->require_flags)
		sink->buf[sink->nr++] = *run;
	run->start = run->end;
}

/* How much run->pa would have grown at @addr, in its own unit. */
static u64 run_distance(const struct mmscope_extent *run, unsigned long addr)
{
	u64 bytes = addr - run->start;

	switch (run->status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		return bytes;
	case MMSCOPE_SWAP:
		return bytes >> PAGE_SHIFT;
	default:
		return 0;
	}
}

static bool run_continues(const struct mmscope_extent *run,
			  const struct mmscope_extent *next)
{
	if (run->end != next->start || run->status != next->status ||
	    run->flags != next->flags || run->level != next->level ||
	    run->swap_type != next->swap_type)
		return false;
	return next->pa == MMSCOPE_HIDDEN ? run->pa == MMSCOPE_HIDDEN :
		next->pa == run->pa + run_distance(run, next->start);
}

/*
 * Continue the run with @next or begin a new one. Return: MMSCOPE_STOP when the
 * buffer is full, with @next not taken.
 */
static int extents_add(struct mmscope_extents_sink *sink,
		       const struct mmscope_extent *next)
{
	if (run_continues(&sink->run, next)) {
		sink->run.end = next->end;
		return MMSCOPE_GO_ON;
	}
	extents_flush(sink);
	if (sink->nr == sink->room)
		return MMSCOPE_STOP;
	sink->run = *next;
	return MMSCOPE_GO_ON;
}

/* [@addr, @end) as one piece of a run. */
static void extents_describe(const struct mmscope_extents_sink *sink,
			     const struct mmscope_entry *entry,
			     unsigned long addr, unsigned long end,
			     struct mmscope_extent *extent)
{
	unsigned int shift = mmscope_level_shift(entry->level);
	struct mmscope_leaf leaf;

	mmscope_entry_decode(entry, &leaf);
	*extent = (struct mmscope_extent){
		.start = addr,
		.end = end,
		.flags = leaf.flags & ~sink->ignore_flags,
		.status = leaf.status,
		.level = entry->level,
		.page_shift = shift,
	};

	switch (leaf.status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		extent->pa = PFN_PHYS(leaf.value) + (addr & ((1UL << shift) - 1));
		break;
	case MMSCOPE_SWAP:
		extent->pa = leaf.value;
		extent->swap_type = leaf.swap_type;
		break;
	case MMSCOPE_NONE:
		/* Holes at different levels are one hole. */
		extent->level = MMSCOPE_LEVEL_PTE;
		extent->page_shift = PAGE_SHIFT;
		return;
	default:
		return;
	}
	if (!(sink->rights & MMSCOPE_RIGHT_PHYS)) {
		extent->pa = MMSCOPE_HIDDEN;
		extent->swap_type = 0;
	}
}

static int extents_entry(struct mmscope_walker *walker,
			 const struct mmscope_entry *entry, unsigned long addr,
			 unsigned long end, const void *slot)
{
	struct mmscope_extents_sink *sink = walker->sink;
	struct mmscope_extent extent;

	extents_describe(sink, entry, addr, end, &extent);
	return extents_add(sink, &extent);
}

static int extents_gap(struct mmscope_walker *walker, unsigned long addr,
		       unsigned long end)
{
	const struct mmscope_extent extent = {
		.start = addr,
		.end = end,
		.status = MMSCOPE_NO_VMA,
		.level = MMSCOPE_LEVEL_PTE,
		.page_shift = PAGE_SHIFT,
	};

	return extents_add(walker->sink, &extent);
}

/* A PTE that is not what was expected: decode it, and expect its successor. */
static noinline int extents_pte(struct mmscope_extents_sink *sink, u64 raw,
				unsigned long addr)
{
	const struct mmscope_entry entry = {
		.raw = raw, .level = MMSCOPE_LEVEL_PTE,
	};
	struct mmscope_extent extent;

	extents_describe(sink, &entry, addr, addr + PAGE_SIZE, &extent);
	if (extents_add(sink, &extent))
		return MMSCOPE_STOP;

	/*
	 * Of the raw values only two successions are the same everywhere: plain
	 * present entries grow by a page, and nothing follows nothing. (Those of
	 * PROT_NONE and swap can be stored inverted.)
	 */
	switch (extent.status) {
	case MMSCOPE_MAPPED:
		sink->step = PAGE_SIZE;
		sink->expect = raw + PAGE_SIZE;
		break;
	case MMSCOPE_NONE:
		sink->step = 0;
		sink->expect = raw;
		break;
	default:
		sink->step = 0;
		sink->expect = NO_ENTRY;
		break;
	}
	return MMSCOPE_GO_ON;
}

static int extents_ptes(struct mmscope_walker *walker, pte_t *ptep,
			unsigned long addr, unsigned long end)
{
	struct mmscope_extents_sink *sink = walker->sink;

	/* The first one is decoded: it decides whether the last run goes on. */
	if (extents_pte(sink, pte_val(ptep_get_lockless(ptep)), addr)) {
		walker->addr = addr;
		return MMSCOPE_STOP;
	}

	while ((addr += PAGE_SIZE) != end) {
		u64 raw = pte_val(ptep_get_lockless(++ptep));

		if (likely(raw == sink->expect)) {
			sink->expect += sink->step;
			continue;
		}
		sink->run.end = addr;
		if (extents_pte(sink, raw, addr)) {
			walker->addr = addr;
			return MMSCOPE_STOP;
		}
	}
	sink->run.end = end;
	return MMSCOPE_GO_ON;
}

static const struct mmscope_sink_ops extents_ops = {
	.entry = extents_entry,
	.ptes = extents_ptes,
	.gap = extents_gap,
};

/**
 * mmscope_extents_chunk - runs of one hold of the lock
 * @look: locked
 * @sink: its buffer has room for one run at least; keeps an unfinished run for
 *	the next chunk
 * @addr: in: where to begin; out: where to resume
 * @end: page-aligned, at most TASK_SIZE_MAX
 *
 * Return: true when @end was reached, all runs being in the buffer then.
 */
bool mmscope_extents_chunk(struct mmscope_look *look,
			   struct mmscope_extents_sink *sink,
			   unsigned long *addr, unsigned long end)
{
	struct mmscope_walker walker = {
		.look = look,
		.addr = *addr,
		.sink = sink,
	};
	int ret = mmscope_walk_range(&walker, &extents_ops, end);

	*addr = walker.addr;
	if (ret != MMSCOPE_GO_ON)
		return false;
	/* There is room: a run is begun only when there is (extents_add()). */
	extents_flush(sink);
	return true;
}
