// SPDX-License-Identifier: GPL-2.0
/*
 * translate.c - the sink that keeps only where an address leads
 */
#include "translate.h"

#include <linux/pfn.h>

#include "arch/arch.h"
#include "walk.h"

/* Addresses between two looks at who else wants the lock. */
#define LOOK_AFTER	32

/**
 * struct translate_sink - one address at work
 * @va: the address itself: pages alone do not tell the byte
 * @rights: MMSCOPE_RIGHT_* of whoever asked
 * @to: every field is set by whichever callback meets the address
 */
struct translate_sink {
	u64 va;
	u32 rights;
	struct mmscope_translation *to;
};

static __always_inline void translate_put(const struct translate_sink *sink,
					  u64 pa, u16 status,
					  enum mmscope_level level,
					  unsigned int page_shift)
{
	*sink->to = (struct mmscope_translation){
		.pa = pa,
		.status = status,
		.level = level,
		.page_shift = page_shift,
	};
}

static noinline void translate_decode(const struct translate_sink *sink,
				      const struct mmscope_entry *entry)
{
	unsigned int shift = mmscope_level_shift(entry->level);
	struct mmscope_leaf leaf;
	u64 pa = 0;

	mmscope_entry_decode(entry, &leaf);
	if (mmscope_leaf_has_pa(&leaf))
		pa = sink->rights & MMSCOPE_RIGHT_PHYS ?
			PFN_PHYS(leaf.value) + (sink->va & ((1UL << shift) - 1)) :
			MMSCOPE_HIDDEN;
	translate_put(sink, pa, leaf.status, entry->level, shift);
}

static int translate_entry(struct mmscope_walker *walker,
			   const struct mmscope_entry *entry,
			   unsigned long addr, unsigned long end,
			   const void *slot)
{
	translate_decode(walker->sink, entry);
	return MMSCOPE_GO_ON;
}

static __always_inline int translate_ptes(struct mmscope_walker *walker,
					  pte_t *ptep, unsigned long addr,
					  unsigned long end)
{
	const struct translate_sink *sink = walker->sink;
	pte_t pte = mmscope_arch_ptep_get(ptep);
	const struct mmscope_entry entry = {
		.raw = mmscope_arch_pte_raw(pte),
		.level = MMSCOPE_LEVEL_PTE,
	};

	if (likely(mmscope_arch_plain(entry.raw)))
		translate_put(sink, sink->rights & MMSCOPE_RIGHT_PHYS ?
				PFN_PHYS(mmscope_arch_plain_pfn(pte)) +
					offset_in_page(sink->va) :
				MMSCOPE_HIDDEN,
			      MMSCOPE_MAPPED, MMSCOPE_LEVEL_PTE, PAGE_SHIFT);
	else
		translate_decode(sink, &entry);
	return MMSCOPE_GO_ON;
}

static int translate_gap(struct mmscope_walker *walker, unsigned long addr,
			 unsigned long end)
{
	translate_put(walker->sink, 0, MMSCOPE_NO_VMA, 0, 0);
	return MMSCOPE_GO_ON;
}

static const struct mmscope_sink_ops translate_ops = {
	.entry = translate_entry,
	.ptes = translate_ptes,
	.gap = translate_gap,
};

/**
 * mmscope_translate - translate addresses in one hold of the lock
 * @look: locked
 * @rights: MMSCOPE_RIGHT_* of whoever asked
 * @vas: addresses, of any kind
 * @to: filled
 * @nr: elements of both
 *
 * Return: how many were translated: fewer than @nr when the lock is wanted, but
 * one at least.
 */
unsigned int mmscope_translate(struct mmscope_look *look, u32 rights,
			       const u64 *vas, struct mmscope_translation *to,
			       unsigned int nr)
{
	struct translate_sink sink = { .rights = rights, .to = to };
	struct mmscope_walker walker = { .look = look, .sink = &sink };
	unsigned int i;

	for (i = 0; i < nr; i++, sink.to++) {
		sink.va = mmscope_untagged(look->mm, vas[i]);
		if (sink.va >= MMSCOPE_ARCH_TASK_SIZE) {
			translate_put(&sink, 0, MMSCOPE_NONCANONICAL, 0, 0);
			continue;
		}
		if (i && i % LOOK_AFTER == 0 && mmscope_look_wanted(look))
			break;
		mmscope_walk_page(&walker, &translate_ops, sink.va & PAGE_MASK);
	}
	return i;
}
