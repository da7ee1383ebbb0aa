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

static void translate_decode(struct mmscope_walker *walker,
			     const struct mmscope_entry *entry,
			     unsigned long addr)
{
	struct mmscope_translation *to = walker->sink;
	struct mmscope_leaf leaf;

	mmscope_entry_decode(entry, &leaf);
	to->status = leaf.status;
	to->level = entry->level;
	to->page_shift = mmscope_level_shift(entry->level);
	if (mmscope_leaf_has_pa(&leaf))
		to->pa = PFN_PHYS(leaf.value) +
			 (addr & ((1UL << to->page_shift) - 1));
}

static int translate_entry(struct mmscope_walker *walker,
			   const struct mmscope_entry *entry,
			   unsigned long addr, unsigned long end,
			   const void *slot)
{
	translate_decode(walker, entry, addr);
	return MMSCOPE_GO_ON;
}

static int translate_ptes(struct mmscope_walker *walker, pte_t *ptep,
			  unsigned long addr, unsigned long end)
{
	pte_t pte = ptep_get_lockless(ptep);
	const struct mmscope_entry entry = {
		.raw = mmscope_arch_pte_raw(pte),
		.level = MMSCOPE_LEVEL_PTE,
	};

	if (likely(mmscope_arch_plain(entry.raw)))
		*(struct mmscope_translation *)walker->sink =
			(struct mmscope_translation){
				.pa = PFN_PHYS(mmscope_arch_plain_pfn(pte)),
				.status = MMSCOPE_MAPPED,
				.level = MMSCOPE_LEVEL_PTE,
				.page_shift = PAGE_SHIFT,
			};
	else
		translate_decode(walker, &entry, addr);
	return MMSCOPE_GO_ON;
}

static int translate_gap(struct mmscope_walker *walker, unsigned long addr,
			 unsigned long end)
{
	struct mmscope_translation *to = walker->sink;

	to->status = MMSCOPE_NO_VMA;
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
	struct mmscope_walker walker = { .look = look };
	unsigned int i;

	for (i = 0; i < nr; i++, to++) {
		*to = (struct mmscope_translation){ 0 };
		if (vas[i] >= TASK_SIZE_MAX) {
			to->status = MMSCOPE_NONCANONICAL;
			continue;
		}
		if (i && i % LOOK_AFTER == 0 && mmscope_look_wanted(look))
			break;

		walker.sink = to;
		mmscope_walk_page(&walker, &translate_ops, vas[i] & PAGE_MASK);
		if (to->status != MMSCOPE_MAPPED &&
		    to->status != MMSCOPE_PROTNONE)
			continue;
		to->pa = rights & MMSCOPE_RIGHT_PHYS ?
				to->pa + offset_in_page(vas[i]) :
				MMSCOPE_HIDDEN;
	}
	return i;
}
