/* SPDX-License-Identifier: GPL-2.0 */
/*
 * softleaf.h - what a non-present leaf entry says
 *
 * Kernels before 6.19 call it a swap entry (linux/swapops.h).
 */
#ifndef MMSCOPE_COMPAT_SOFTLEAF_H
#define MMSCOPE_COMPAT_SOFTLEAF_H

#include <linux/swap.h>
#include <linux/swapops.h>

#include "compat/have.h"
#include "entry.h"

/* Fill status, value, swap_type and marker flags of @leaf from @entry. */
static inline void mmscope_softleaf(swp_entry_t entry, struct mmscope_leaf *leaf)
{
	leaf->value = swp_offset(entry);

	if (!non_swap_entry(entry)) {
		leaf->status = MMSCOPE_SWAP;
		leaf->swap_type = swp_type(entry);
	} else if (is_pte_marker_entry(entry)) {
		leaf->status = MMSCOPE_MARKER;
		leaf->value = pte_marker_get(entry);
		if (leaf->value & PTE_MARKER_UFFD_WP)
			leaf->flags |= MMSCOPE_PTE_UFFD_WP;
	} else if (is_pfn_swap_entry(entry)) {
		leaf->value = swp_offset_pfn(entry);
		if (is_migration_entry(entry))
			leaf->status = MMSCOPE_MIGRATION;
		else if (is_hwpoison_entry(entry))
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
