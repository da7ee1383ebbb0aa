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

#include "compat/compat.h"
#include "walk.h"

/* For @ptes of a sink. Return: NULL when the table is no longer where it was. */
static inline spinlock_t *mmscope_lock_ptes(struct mmscope_walker *walker)
{
	spinlock_t *lock = pte_lockptr(walker->look->mm, &walker->pmd);

	spin_lock(lock);
	if (likely(pmd_same(walker->pmd, mmscope_pmd_get(walker->pmdp))))
		return lock;
	spin_unlock(lock);
	return NULL;
}

static inline u64 mmscope_slot_raw(enum mmscope_level level, const void *slot)
{
	switch (level) {
	case MMSCOPE_LEVEL_PMD:
		return pmd_val(mmscope_pmd_get((pmd_t *)slot));
	case MMSCOPE_LEVEL_PUD:
		return pud_val(READ_ONCE(*(const pud_t *)slot));
	default:
		return p4d_val(READ_ONCE(*(const p4d_t *)slot));
	}
}

/*
 * For @entry of a sink: of a leaf or non-present entry above the PTE level.
 * Return: NULL when it is no longer what was read.
 */
static inline spinlock_t *mmscope_lock_entry(struct mmscope_walker *walker,
					     const struct mmscope_entry *entry,
					     const void *slot)
{
	struct mm_struct *mm = walker->look->mm;
	spinlock_t *lock; /* of the table, or of all upper ones */

	if (walker->huge_size)
		lock = huge_pte_lockptr(hstate_vma(walker->vma), mm,
					(pte_t *)slot);
	else if (entry->level == MMSCOPE_LEVEL_PMD)
		lock = pmd_lockptr(mm, (pmd_t *)slot);
	else
		lock = &mm->page_table_lock;

	spin_lock(lock);
	if (likely(mmscope_slot_raw(entry->level, slot) == entry->raw))
		return lock;
	spin_unlock(lock);
	return NULL;
}

#endif /* MMSCOPE_TABLELOCK_H */
