// SPDX-License-Identifier: GPL-2.0
/*
 * extents.c - the sink that merges entries into runs
 *
 * The common case, a page that continues the run, is one comparison of the raw
 * entry with what is expected; only what breaks a run is decoded.
 */
#include "extents.h"

#include <linux/pfn.h>

#include "arch/arch.h"
#include "walk.h"

/* Take the finished run over to the buffer, if it is to be reported. */
static void extents_flush(struct mmscope_extents_sink *sink)
{
	struct mmscope_extent *run = &sink->run;

	if (run->start != run->end &&
	    sink->statuses & MMSCOPE_STATUS_BIT(run->status) &&
	    (run->flags & sink->require_flags) == sink->require_flags)
		*(struct mmscope_extent *)mmscope_batch_add(&sink->batch,
							    sizeof(*run)) = *run;
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
	if (mmscope_batch_full(&sink->batch))
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

	if (likely(entry->level == MMSCOPE_LEVEL_PTE &&
		   mmscope_arch_plain(entry->raw))) {
		u64 pfn = mmscope_arch_plain_pfn(mmscope_arch_pte(entry->raw));

		*extent = (struct mmscope_extent){
			.start = addr,
			.end = end,
			.pa = sink->rights & MMSCOPE_RIGHT_PHYS ?
				PFN_PHYS(pfn) : MMSCOPE_HIDDEN,
			.flags = mmscope_entry_plain_flags(entry->raw) &
				 ~sink->ignore_flags,
			.status = MMSCOPE_MAPPED,
			.level = MMSCOPE_LEVEL_PTE,
			.page_shift = PAGE_SHIFT,
		};
		return;
	}

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
	case MMSCOPE_MARKER:
		extent->pa = leaf.value;
		return;
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
		if (leaf.status == MMSCOPE_SWAP)
			extent->swap_type = MMSCOPE_HIDDEN32;
	}
}

/*
 * Say what raw value would continue the run that @entry is in. Only two
 * successions are the same everywhere: plain present entries grow by what they
 * span, and nothing follows nothing. (Those of PROT_NONE and swap can be stored
 * inverted.)
 */
static void extents_expect(struct mmscope_extents_sink *sink,
			   const struct mmscope_entry *entry,
			   const struct mmscope_extent *extent)
{
	sink->expect_level = entry->level;
	sink->expect = MMSCOPE_NO_ENTRY;
	sink->step = 0;
	sink->mask = ~0ULL;

	if (extent->status == MMSCOPE_NONE) {
		sink->expect = entry->raw;
	} else if (extent->status != MMSCOPE_MAPPED) {
		return;
	} else if (!(sink->rights & MMSCOPE_RIGHT_PHYS)) {
		sink->mask = MMSCOPE_ARCH_ATTR_MASK;
		sink->expect = entry->raw & sink->mask;
	} else if (mmscope_arch_raw_is_linear()) {
		sink->step = 1ULL << extent->page_shift;
		sink->expect = entry->raw + sink->step;
	}
}

/* An entry that is not what was expected. */
static noinline int extents_decode(struct mmscope_extents_sink *sink,
				   const struct mmscope_entry *entry,
				   unsigned long addr, unsigned long end)
{
	struct mmscope_extent extent;

	extents_describe(sink, entry, addr, end, &extent);
	if (extents_add(sink, &extent)) {
		sink->expect = MMSCOPE_NO_ENTRY; /* the run is closed */
		return MMSCOPE_STOP;
	}

	extents_expect(sink, entry, &extent);
	return MMSCOPE_GO_ON;
}

static int extents_entry(struct mmscope_walker *walker,
			 const struct mmscope_entry *entry, unsigned long addr,
			 unsigned long end, const void *slot)
{
	struct mmscope_extents_sink *sink = walker->sink;

	if ((entry->raw & sink->mask) == sink->expect &&
	    entry->level == sink->expect_level && addr == sink->run.end) {
		sink->expect += sink->step;
		sink->run.end = end;
		return MMSCOPE_GO_ON;
	}
	if (extents_decode(sink, entry, addr, end)) {
		walker->addr = addr;
		return MMSCOPE_STOP;
	}
	return MMSCOPE_GO_ON;
}

static int extents_gap(struct mmscope_walker *walker, unsigned long addr,
		       unsigned long end)
{
	struct mmscope_extents_sink *sink = walker->sink;
	const struct mmscope_extent extent = {
		.start = addr,
		.end = end,
		.status = MMSCOPE_NO_VMA,
		.level = MMSCOPE_LEVEL_PTE,
		.page_shift = PAGE_SHIFT,
	};

	sink->expect = MMSCOPE_NO_ENTRY;
	return extents_add(sink, &extent);
}

/* @masked is constant: who may see frames does not pay for masking them. */
static __always_inline int
extents_scan(struct mmscope_walker *walker, pte_t *ptep, unsigned long addr,
	     unsigned long end, const bool masked)
{
	struct mmscope_extents_sink *sink = walker->sink;
	const pte_t *first = ptep, *last = ptep + ((end - addr) >> PAGE_SHIFT);
	u64 expect = MMSCOPE_NO_ENTRY, step = 0, mask = ~0ULL;

	if (sink->expect_level == MMSCOPE_LEVEL_PTE && sink->run.end == addr) {
		expect = sink->expect;
		step = sink->step;
		mask = sink->mask;
	}

	for (; ptep != last; ptep++) {
		struct mmscope_entry entry = { .level = MMSCOPE_LEVEL_PTE };
		u64 raw = mmscope_arch_pte_raw(ptep_get_lockless(ptep));
		unsigned long at;

		if (likely((masked ? raw & mask : raw) == expect)) {
			expect += step;
			continue;
		}

		at = addr + (ptep - first) * PAGE_SIZE;
		if (expect != MMSCOPE_NO_ENTRY)
			sink->run.end = at;
		entry.raw = raw;
		if (extents_decode(sink, &entry, at, at + PAGE_SIZE)) {
			walker->addr = at;
			return MMSCOPE_STOP;
		}
		expect = sink->expect;
		step = sink->step;
		mask = sink->mask;
	}
	sink->expect = expect;
	sink->run.end = end;
	return MMSCOPE_GO_ON;
}

static int extents_ptes(struct mmscope_walker *walker, pte_t *ptep,
			unsigned long addr, unsigned long end)
{
	const struct mmscope_extents_sink *sink = walker->sink;

	if (sink->rights & MMSCOPE_RIGHT_PHYS)
		return extents_scan(walker, ptep, addr, end, false);
	return extents_scan(walker, ptep, addr, end, true);
}

static const struct mmscope_sink_ops extents_ops = {
	.entry = extents_entry,
	.ptes = extents_ptes,
	.gap = extents_gap,
};

/**
 * mmscope_extents_chunk - runs of one hold of the lock
 * @look: locked
 * @sink: struct mmscope_extents_sink, with room for one run at least; keeps an
 *	unfinished run for the next chunk
 * @addr: in: where to begin; out: where to resume
 * @end: page-aligned, at most TASK_SIZE_MAX
 *
 * Return: true when @end was reached, all runs being in the buffer then.
 */
bool mmscope_extents_chunk(struct mmscope_look *look, void *sink,
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
