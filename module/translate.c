// SPDX-License-Identifier: GPL-2.0
/*
 * translate.c - the sink that keeps only where an address leads
 */
#include "translate.h"

#include <linux/pfn.h>

#include "arch/arch.h"
#include "walk.h"

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
	const struct mmscope_entry entry = {
		.raw = mmscope_arch_pte_raw(ptep_get_lockless(ptep)),
		.level = MMSCOPE_LEVEL_PTE,
	};

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
		if (i && mmscope_look_wanted(look))
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
