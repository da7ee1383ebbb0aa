/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tablelock.h - the lock of one page table, for sinks that look at struct page
 *
 * Without it an entry that was read may describe a page that has been reused
 * since. With it, and the entry checked again, the page is mapped here and stays
 * so. Taken under RCU, with interrupts on: a TLB flush waits for its holders.
 */
#ifndef MMSCOPE_TABLELOCK_H
#define MMSCOPE_TABLELOCK_H

#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include "arch/arch.h"
#include "compat/compat.h"
#include "walk.h"

/*
 * For @ptes of a sink: the lock of that table. Until 6.11 hugetlb pages of several PTEs
 * (arm64, riscv64) go by another one.
 */
static inline spinlock_t *mmscope_ptes_lock(struct mmscope_walker *walker, pte_t *ptep)
{
	struct mm_struct *mm = walker->look->mm;

	if (unlikely(walker->huge_size))
		return huge_pte_lockptr(hstate_vma(walker->vma), mm, ptep);
	return pte_lockptr(mm, &walker->pmd);
}

/* With it held: is the table still where it was? */
static inline bool mmscope_ptes_same(struct mmscope_walker *walker)
{
	return likely(pmd_same(walker->pmd, mmscope_entry_get(walker->pmdp)));
}

/* For @entry of a sink: the lock of the table that holds a leaf above the PTEs. */
static inline spinlock_t *mmscope_entry_lock(struct mmscope_walker *walker,
					     const struct mmscope_entry *entry,
					     const void *slot)
{
	struct mm_struct *mm = walker->look->mm;

	if (walker->huge_size)
		return huge_pte_lockptr(hstate_vma(walker->vma), mm,
					(pte_t *)slot);
	if (entry->level == mmscope_level_pmd(mm))
		return pmd_lockptr(mm, (pmd_t *)slot);
	return &mm->page_table_lock;
}

/* With it held: is the entry still what was read? */
static inline bool mmscope_entry_same(const struct mmscope_entry *entry,
				      const void *slot)
{
	/*
	 * Leaves of all levels are of one kind to the machine. Not pgd_val(): with three
	 * levels it leaves out what the root may not have (native_pgd_val()).
	 */
	u64 raw = mmscope_arch_pte_raw(mmscope_entry_get((pte_t *)slot));

	return mmscope_arch_leaf_get(slot, raw) == entry->raw;
}

#endif /* MMSCOPE_TABLELOCK_H */
