/* SPDX-License-Identifier: GPL-2.0 */
/*
 * softleaf.h - what a non-present leaf entry says
 *
 * Kernels before 6.19 call it a swap entry (linux/swapops.h). Each is asked by its
 * own names, which mmscope_soft_*() hide.
 */
#ifndef MMSCOPE_COMPAT_SOFTLEAF_H
#define MMSCOPE_COMPAT_SOFTLEAF_H

#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/swap.h>
#include <linux/swapops.h>

#include "compat/have.h"
#include "entry.h"

#if HAVE_SOFTLEAF
#include <linux/leafops.h>

typedef softleaf_t mmscope_soft_t;

#define mmscope_soft_from_pte(pte)		softleaf_from_pte(pte)
#define mmscope_soft_from_pmd(pmd)		softleaf_from_pmd(pmd)
#define mmscope_soft_is_swap(entry)		softleaf_is_swap(entry)
#define mmscope_soft_is_marker(entry)		softleaf_is_marker(entry)
#define mmscope_soft_to_marker(entry)		softleaf_to_marker(entry)
#define mmscope_soft_is_migration(entry)	softleaf_is_migration(entry)
#define mmscope_soft_is_hwpoison(entry)		softleaf_is_hwpoison(entry)
#define mmscope_soft_has_pfn(entry)		softleaf_has_pfn(entry)
#define mmscope_soft_to_pfn(entry)		softleaf_to_pfn(entry)
#else
typedef swp_entry_t mmscope_soft_t;

#define mmscope_soft_from_pte(pte)		pte_to_swp_entry(pte)
#define mmscope_soft_from_pmd(pmd)		pmd_to_swp_entry(pmd)
#define mmscope_soft_is_swap(entry)		(!non_swap_entry(entry))
#define mmscope_soft_is_migration(entry)	is_migration_entry(entry)
#define mmscope_soft_is_hwpoison(entry)		is_hwpoison_entry(entry)

#if HAVE_PTE_MARKER
#define mmscope_soft_is_marker(entry)		is_pte_marker_entry(entry)
#define mmscope_soft_to_marker(entry)		pte_marker_get(entry)
#else
#define PTE_MARKER_UFFD_WP			0
#define mmscope_soft_is_marker(entry)		false
#define mmscope_soft_to_marker(entry)		0
#endif

#if HAVE_SWP_OFFSET_PFN
/*
 * With DEBUG_VM it stops at hardware poison, until 07a57a338adb "mm,swapops: update check
 * in is_pfn_swap_entry for hwpoison entries" (6.9).
 */
#define mmscope_soft_to_pfn(entry)		\
	(is_hwpoison_entry(entry) ? swp_offset(entry) & SWP_PFN_MASK : swp_offset_pfn(entry))
#else
#define mmscope_soft_to_pfn(entry)		swp_offset(entry)
#endif

/* Hardware poison is one of them since swp_offset_pfn(). */
#if HAVE_PFN_SWAP_ENTRY
#define mmscope_soft_has_pfn(entry)		\
	(is_pfn_swap_entry(entry) || is_hwpoison_entry(entry))
#else
#define mmscope_soft_has_pfn(entry)		\
	(is_migration_entry(entry) || is_hwpoison_entry(entry) ||	\
	 is_device_private_entry(entry))
#endif
#endif /* HAVE_SOFTLEAF */

#if !HAVE_PTE_SWP_EXCLUSIVE
#define pte_swp_exclusive(pte)		false
#endif

/* Fill status, value, swap_type and marker flags of @leaf from @entry. */
static inline void mmscope_softleaf(mmscope_soft_t entry, struct mmscope_leaf *leaf)
{
	leaf->value = swp_offset(entry);

	if (mmscope_soft_is_swap(entry)) {
		leaf->status = MMSCOPE_SWAP;
		leaf->swap_type = swp_type(entry);
	} else if (mmscope_soft_is_marker(entry)) {
		leaf->status = MMSCOPE_MARKER;
		leaf->value = mmscope_soft_to_marker(entry);
		if (leaf->value & PTE_MARKER_UFFD_WP)
			leaf->flags |= MMSCOPE_PTE_UFFD_WP;
	} else if (mmscope_soft_has_pfn(entry)) {
		leaf->value = mmscope_soft_to_pfn(entry);
		if (mmscope_soft_is_migration(entry))
			leaf->status = MMSCOPE_MIGRATION;
		else if (mmscope_soft_is_hwpoison(entry))
			leaf->status = MMSCOPE_HWPOISON;
		else
			leaf->status = MMSCOPE_DEVICE;
#if HAVE_SWAPIN_ERROR
	} else if (is_swapin_error_entry(entry)) {
		leaf->status = MMSCOPE_MARKER;
		leaf->value = BIT(1); /* what is PTE_MARKER_POISONED since */
#endif
	} else {
		leaf->status = MMSCOPE_UNKNOWN;
	}
}

#endif /* MMSCOPE_COMPAT_SOFTLEAF_H */
