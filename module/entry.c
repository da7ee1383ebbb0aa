// SPDX-License-Identifier: GPL-2.0
/*
 * entry.c - decoding of one leaf or empty entry
 *
 * Knows the kernel's formats of a non-present entry, not the hardware's of a
 * present one: that is in arch/.
 */
#include "entry.h"

#include <linux/cache.h>
#include <linux/init.h>

#include "arch/arch.h"
#include "compat/softleaf.h"

struct mmscope_entry_tables mmscope_entry_tables __ro_after_init;

/**
 * mmscope_entry_init - fill the tables for plain entries
 *
 * What is set by the absence of a bit (the right to execute) would come from
 * every part: it is taken from the highest alone, where that bit is.
 */
void __init mmscope_entry_init(void)
{
	struct mmscope_entry_tables *tables = &mmscope_entry_tables;
	const u64 plain = MMSCOPE_ARCH_PLAIN_BASE;
	unsigned int i;

	for (i = 0; i < 256; i++) {
		tables->low[i] = MMSCOPE_PTE_PRESENT |
			(mmscope_arch_flags(MMSCOPE_LEVEL_PTE, plain | i) &
			 ~MMSCOPE_PTE_EXEC);
		tables->high[i] = mmscope_arch_flags(MMSCOPE_LEVEL_PTE,
						     plain | (u64)i << 56);
	}
	for (i = 0; i < 16; i++)
		tables->mid[i] = mmscope_arch_flags(MMSCOPE_LEVEL_PTE,
						    plain | i << 8) &
				 ~MMSCOPE_PTE_EXEC;
}

/*
 * Whose functions to ask of an entry above the PTEs? Where levels are folded, the
 * root's entries are those of the lowest folded one; the functions of the levels
 * above that say the same of every entry (asm-generic/pgtable-nop?d.h).
 */
static bool entry_is_pmd(const struct mmscope_entry *entry)
{
	return entry->level == MMSCOPE_LEVEL_PMD || mm_pmd_folded(NULL);
}

static bool entry_none(const struct mmscope_entry *entry)
{
	if (entry->level == MMSCOPE_LEVEL_PTE)
		return pte_none(mmscope_arch_pte(entry->raw));
	return entry_is_pmd(entry) ? pmd_none(__pmd(entry->raw)) :
				     pud_none(__pud(entry->raw));
}

static bool entry_present(const struct mmscope_entry *entry)
{
	if (entry->hugetlb)
		return mmscope_arch_present(entry->level, entry->raw);
	if (entry->level == MMSCOPE_LEVEL_PTE)
		return pte_present(mmscope_arch_pte(entry->raw));
	return entry_is_pmd(entry) ? pmd_present(__pmd(entry->raw)) :
				     pud_present(__pud(entry->raw));
}

static void decode_swap_pte(pte_t pte, struct mmscope_leaf *leaf)
{
	mmscope_softleaf(mmscope_soft_from_pte(pte), leaf);
	if (pte_swp_soft_dirty(pte))
		leaf->flags |= MMSCOPE_PTE_SOFT_DIRTY;
	if (leaf->status == MMSCOPE_MARKER)
		return; /* its bits were told above */
	if (pte_swp_uffd_wp(pte))
		leaf->flags |= MMSCOPE_PTE_UFFD_WP;
	if (leaf->status == MMSCOPE_SWAP && pte_swp_exclusive(pte))
		leaf->flags |= MMSCOPE_PTE_EXCLUSIVE;
}

static void decode_swap_pmd(pmd_t pmd, struct mmscope_leaf *leaf)
{
	mmscope_softleaf(mmscope_soft_from_pmd(pmd), leaf);
	if (pmd_swp_soft_dirty(pmd))
		leaf->flags |= MMSCOPE_PTE_SOFT_DIRTY;
	if (pmd_swp_uffd_wp(pmd))
		leaf->flags |= MMSCOPE_PTE_UFFD_WP;
}

/**
 * mmscope_entry_decode - say what a leaf, empty or non-present entry means
 * @entry: the entry as it was read
 * @leaf: filled
 *
 * Not for an entry that points to a table. The rules are those of
 * fs/proc/task_mmu.c:pte_to_pagemap_entry() and pagemap_pmd_range(): present is
 * pte_present(), so that a PROT_NONE page has its frame although the hardware
 * bit is clear; what is neither none nor present is a swap entry of some kind.
 */
void mmscope_entry_decode(const struct mmscope_entry *entry,
			  struct mmscope_leaf *leaf)
{
	*leaf = (struct mmscope_leaf){ .status = MMSCOPE_NONE };

	if (entry_none(entry))
		return;

	if (entry->bad) {
		leaf->status = MMSCOPE_UNKNOWN;
		return;
	}

	if (entry_present(entry)) {
		leaf->flags = MMSCOPE_PTE_PRESENT |
			      mmscope_arch_flags(entry->level, entry->raw);
		if (entry->level != MMSCOPE_LEVEL_PTE)
			leaf->flags |= MMSCOPE_PTE_HUGE;
		leaf->value = mmscope_arch_pfn(entry->level, entry->raw);
		leaf->status = leaf->flags & MMSCOPE_PTE_PROTNONE ?
				MMSCOPE_PROTNONE : MMSCOPE_MAPPED;
		return;
	}

	if (entry->hugetlb || entry->level == MMSCOPE_LEVEL_PTE)
		decode_swap_pte(mmscope_arch_pte(entry->raw), leaf);
	else if (entry_is_pmd(entry))
		decode_swap_pmd(__pmd(entry->raw), leaf);
	else
		leaf->status = MMSCOPE_UNKNOWN;
}
