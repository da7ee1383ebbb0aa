// SPDX-License-Identifier: GPL-2.0
/*
 * extents.c - the sink that merges entries into runs
 *
 * The common case, a page that continues the run, is one comparison of the raw
 * entry with what is expected; only what breaks a run is decoded. Where runs are
 * short, pages are told as words instead, if that is welcome.
 */
#include "extents.h"

#include <linux/pfn.h>
#include <linux/string.h>

#include "arch/arch.h"
#include "dense.h"
#include "walk.h"

/* Runs that are begun between two looks at who else wants the lock. */
#define LOOK_AFTER	32

/*
 * A run is told for what words for 15 pages cost, in 40 bytes for their 8. So when
 * this many runs one after the other had fewer pages than that on the average, the
 * rest of the table is told by words. Then runs get a chance again, which costs a few
 * short ones, so each time that it was in vain twice as many tables are told by words.
 */
#define SHORT_RUNS	8
#define SHORT_PAGES	12
#define DENSE_TABLES	16	/* at most */

static bool extents_wanted(const struct mmscope_extents_sink *sink,
			   const struct mmscope_extent *run)
{
	return sink->statuses & MMSCOPE_STATUS_BIT(run->status) &&
	       (run->flags & sink->require_flags) == sink->require_flags;
}

/* Take the finished run over to the buffer, if it is to be reported. */
static void extents_flush(struct mmscope_extents_sink *sink)
{
	struct mmscope_extent *run = &sink->run;

	if (run->start != run->end && extents_wanted(sink, run))
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
	sink->begun++;
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
		sink->step = 1ULL << (extent->page_shift - PAGE_SHIFT +
				      MMSCOPE_ARCH_FRAME_SHIFT);
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

/* May words begin here? There has to be room for the open run as well. */
static bool extents_dense_room(const struct mmscope_extents_sink *sink)
{
	return sink->batch.room - sink->batch.nr >= MMSCOPE_DENSE_NR_MIN;
}

static bool extents_runs_are_short(const struct mmscope_extents_sink *sink,
				   unsigned int runs, unsigned long bytes)
{
	return sink->dense && extents_dense_room(sink) &&
	       (sink->dense_all || (runs >= SHORT_RUNS &&
				    bytes >> PAGE_SHIFT < runs * SHORT_PAGES));
}

/**
 * mmscope_extents_dense - words are welcome
 * @sink: all that was asked for is set
 * @all: wherever a word can say it
 *
 * Some answers are left to runs: flags by which a reader of words tells the status,
 * and one that a word has the reverse of, cannot be taken off; and a word of zero
 * cannot be both a hole that is reported and a page that is not.
 */
void mmscope_extents_dense(struct mmscope_extents_sink *sink, bool all)
{
	if (sink->ignore_flags & (MMSCOPE_PTE_PRESENT | MMSCOPE_PTE_PROTNONE |
				  MMSCOPE_PTE_EXEC) ||
	    (sink->require_flags &&
	     sink->statuses & MMSCOPE_STATUS_BIT(MMSCOPE_NONE)))
		return;
	sink->dense = true;
	sink->dense_all = all;
	sink->dense_left = all ? DENSE_TABLES : 0;
	sink->dense_next = 1;
	sink->dense_test = MMSCOPE_ARCH_DENSE_TEST;
	sink->dense_want = MMSCOPE_ARCH_DENSE_WANT;
	sink->dense_keep = MMSCOPE_ARCH_DENSE_ATTRS &
			   ~mmscope_dense_bits(sink->ignore_flags);
	if (sink->rights & MMSCOPE_RIGHT_PHYS)
		sink->dense_keep |= ~MMSCOPE_ARCH_ATTR_MASK;
	else
		sink->dense_add = MMSCOPE_DENSE_PA;
	/* Then each entry is looked at. */
	if (sink->require_flags || !mmscope_arch_raw_is_linear() ||
	    !(sink->statuses & MMSCOPE_STATUS_BIT(MMSCOPE_MAPPED))) {
		sink->dense_test = 0;
		sink->dense_want = 1;
	}
	/* Nothing is lost of what is tested or kept: the word is the entry. */
	sink->dense_entries = !sink->dense_add &&
			      !~(sink->dense_test | sink->dense_keep);
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

/* The same of a PTE; its struct is not in the way of the loop. */
static noinline int extents_break(struct mmscope_extents_sink *sink, u64 raw,
				  unsigned long addr)
{
	const struct mmscope_entry entry = {
		.raw = raw, .level = MMSCOPE_LEVEL_PTE,
	};

	return extents_decode(sink, &entry, addr, addr + PAGE_SIZE);
}

/*
 * PTEs of [*@addr, @end) as runs; *@addr moves on. Returns early, with GO_ON, when
 * it has decided for words. @masked is constant: who may see frames does not pay
 * for masking them.
 */
static __always_inline int
extents_scan(struct mmscope_walker *walker, pte_t *ptep, unsigned long *addr,
	     unsigned long end, const bool masked)
{
	struct mmscope_extents_sink *sink = walker->sink;
	const pte_t *first = ptep, *last = ptep + ((end - *addr) >> PAGE_SHIFT);
	u64 expect = MMSCOPE_NO_ENTRY, step = 0, mask = ~0ULL;
	unsigned int begun = sink->begun;

	if (sink->expect_level == MMSCOPE_LEVEL_PTE && sink->run.end == *addr) {
		expect = sink->expect;
		step = sink->step;
		mask = sink->mask;
	}

	for (; ptep != last; ptep++) {
		u64 raw = mmscope_arch_pte_raw(mmscope_arch_ptep_get(ptep));
		unsigned long at;

		if (likely((masked ? raw & mask : raw) == expect)) {
			expect += step;
			continue;
		}

		at = *addr + (ptep - first) * PAGE_SIZE;
		if (expect != MMSCOPE_NO_ENTRY)
			sink->run.end = at;
		if (extents_break(sink, raw, at)) {
			walker->addr = at;
			return MMSCOPE_STOP;
		}
		expect = sink->expect;
		step = sink->step;
		mask = sink->mask;

		at += PAGE_SIZE;
		if (extents_runs_are_short(sink, sink->begun - begun, at - *addr)) {
			sink->dense_left = sink->dense_next;
			sink->dense_next = min_t(unsigned int, 2 * sink->dense_next, DENSE_TABLES);
			*addr = at;
			return MMSCOPE_GO_ON;
		}
		if (sink->begun - begun < LOOK_AFTER)
			continue;
		if (mmscope_look_wanted(walker->look)) {
			walker->addr = at;
			return MMSCOPE_STOP;
		}
		begun = sink->begun;
	}
	sink->expect = expect;
	sink->run.end = end;
	sink->dense_next = 1;
	*addr = end;
	return MMSCOPE_GO_ON;
}

/* Is [@addr, @addr + PAGE_SIZE) to be reported, and can a word say it? */
static noinline bool extents_word(const struct mmscope_extents_sink *sink,
				  u64 raw, unsigned long addr, u64 *word)
{
	const struct mmscope_entry entry = {
		.raw = raw, .level = MMSCOPE_LEVEL_PTE,
	};
	struct mmscope_extent page;

	extents_describe(sink, &entry, addr, addr + PAGE_SIZE, &page);
	if (extents_wanted(sink, &page))
		return mmscope_dense_word(&page, word);
	*word = 0;
	return !(sink->statuses & MMSCOPE_STATUS_BIT(MMSCOPE_NONE));
}

/* The @nr words behind @head are for the pages from @addr on. */
static void extents_put_words(struct mmscope_extents_sink *sink,
			      struct mmscope_extent *head, unsigned long addr,
			      unsigned int nr, bool entries)
{
	u64 *words = (u64 *)(head + 1);

	if (!nr || (!memchr_inv(words, 0, nr * sizeof(*words)) &&
		    !(sink->statuses & MMSCOPE_STATUS_BIT(MMSCOPE_NONE))))
		return;
	*head = (struct mmscope_extent){
		.start = addr,
		.end = addr + nr * PAGE_SIZE,
		.flags = entries ? MMSCOPE_DENSE_ENTRIES : 0,
		.status = MMSCOPE_DENSE,
		.level = MMSCOPE_LEVEL_PTE,
		.page_shift = PAGE_SHIFT,
	};
	while (nr % MMSCOPE_DENSE_WORDS)
		words[nr++] = 0;
	sink->batch.nr += 1 + nr / MMSCOPE_DENSE_WORDS;
}

/*
 * PTEs of [*@addr, @end) as words; *@addr moves on. Returns early, with GO_ON,
 * where there is a page that no word can say.
 */
static int extents_fill(struct mmscope_walker *walker, pte_t *ptep,
			unsigned long *addr, unsigned long end)
{
	struct mmscope_extents_sink *sink = walker->sink;
	const u64 test = sink->dense_test, want = sink->dense_want;
	const u64 keep = sink->dense_keep, add = sink->dense_add;
	unsigned int nr, slow = 0, pages = (end - *addr) >> PAGE_SHIFT;
	struct mmscope_extent *head;
	bool entries = sink->dense_entries;
	u64 *words, *word, *last;
	int ret = MMSCOPE_GO_ON;

	extents_flush(sink);
	sink->run.status = MMSCOPE_DENSE; /* nothing continues that */
	sink->expect = MMSCOPE_NO_ENTRY;

	nr = (sink->batch.room - sink->batch.nr - 1) * MMSCOPE_DENSE_WORDS;
	if (nr < pages)
		ret = MMSCOPE_STOP;
	head = (struct mmscope_extent *)sink->batch.buf + sink->batch.nr;
	words = (u64 *)(head + 1);
	last = words + min(nr, pages);
	for (word = words; word != last; word++, ptep++) {
		u64 raw = mmscope_arch_pte_raw(mmscope_arch_ptep_get(ptep));

		if (likely((raw & test) == want)) {
			*word = (raw & keep) | add;
		} else if (!raw) {
			*word = 0;
		} else if (++slow % LOOK_AFTER == 0 &&
			   mmscope_look_wanted(walker->look)) {
			ret = MMSCOPE_STOP;
			break;
		} else if (!extents_word(sink, raw,
					 *addr + (word - words) * PAGE_SIZE, word)) {
			sink->dense_left = 0;
			ret = MMSCOPE_GO_ON;
			break;
		} else if (*word != raw && mmscope_dense_is_mapped(*word)) {
			entries = false;
		}
	}

	nr = word - words;
	extents_put_words(sink, head, *addr, nr, entries);
	*addr += nr * PAGE_SIZE;
	if (ret == MMSCOPE_STOP)
		walker->addr = *addr;
	return ret;
}

static int extents_ptes(struct mmscope_walker *walker, pte_t *ptep,
			unsigned long addr, unsigned long end)
{
	struct mmscope_extents_sink *sink = walker->sink;
	const unsigned long start = addr;
	int ret = MMSCOPE_GO_ON;

	while (addr != end && ret == MMSCOPE_GO_ON) {
		pte_t *at = ptep + ((addr - start) >> PAGE_SHIFT);

		if (sink->dense_left && extents_dense_room(sink)) {
			sink->dense_left -= !sink->dense_all;
			ret = extents_fill(walker, at, &addr, end);
		} else if (sink->rights & MMSCOPE_RIGHT_PHYS) {
			ret = extents_scan(walker, at, &addr, end, false);
		} else {
			ret = extents_scan(walker, at, &addr, end, true);
		}
	}
	return ret;
}

static const struct mmscope_sink_ops extents_ops = {
	.entry = extents_entry,
	.ptes = extents_ptes,
	.gap = extents_gap,
};

/**
 * mmscope_extents_take - one piece of a run, for a sink that has chosen it
 * @sink: with room for one run at least when the chunk began
 * @entry: a leaf, or a part of one, that spans …
 * @addr: … from here
 * @end: … to here; rising from one call to the next
 *
 * Return: MMSCOPE_STOP when the buffer is full; the piece is not taken then.
 */
int mmscope_extents_take(struct mmscope_extents_sink *sink,
			 const struct mmscope_entry *entry, unsigned long addr,
			 unsigned long end)
{
	struct mmscope_extent extent;

	extents_describe(sink, entry, addr, end, &extent);
	return extents_add(sink, &extent);
}

/**
 * mmscope_extents_finish - no piece will come after the one before
 * @sink: the run that is being built goes to the buffer, where room was kept for it
 */
void mmscope_extents_finish(struct mmscope_extents_sink *sink)
{
	extents_flush(sink);
}

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
