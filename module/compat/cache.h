/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cache.h - is a page in the page cache, or in the swap cache?
 *
 * Without a reference and without a lock, under RCU: the answer is that of one
 * moment, and nothing is changed by having asked.
 */
#ifndef MMSCOPE_COMPAT_CACHE_H
#define MMSCOPE_COMPAT_CACHE_H

#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/xarray.h>

#include <mmscope.h>

#include "compat/folio.h"
#include "compat/have.h"
#include "compat/softleaf.h"
#include "vma.h"

/*
 * What is told of a page of a cache, as mm/filemap.c:next_uptodate_folio() asks. Of its
 * flags only: without a reference it can be freed by now, and a size read from it would
 * lead anywhere (mm/filemap.c:filemap_cachestat()). So of a large one the first part
 * speaks for all; memory_failure() splits those that it can.
 */
static inline u64 mmscope_cached_facts(struct folio *folio)
{
	u64 facts = MMSCOPE_FACT_CACHED;

	if (folio_test_uptodate(folio))
		facts |= MMSCOPE_FACT_CACHE_UPTODATE;
	if (folio_test_locked(folio))
		facts |= MMSCOPE_FACT_CACHE_LOCKED;
	/* One bit with PG_reclaim, which is meant while it is written back. */
	if (folio_test_readahead(folio) && !folio_test_writeback(folio))
		facts |= MMSCOPE_FACT_CACHE_AHEAD;
	if (folio_test_dirty(folio))
		facts |= MMSCOPE_FACT_CACHE_DIRTY;
	if (PageHWPoison(&folio->page))
		facts |= MMSCOPE_FACT_CACHE_POISON;
	return facts;
}

/* The entry at @index: a page, a value (a slot of swap) or NULL; RCU is held. */
static inline void *mmscope_cache_entry(struct address_space *mapping,
					pgoff_t index)
{
	XA_STATE(xas, &mapping->i_pages, index);
	void *entry;

	for (;;) {
		entry = xas_load(&xas);
		if (xas_retry(&xas, entry))
			continue;
		/* A page can be freed, and be another's, until it is found again. */
		if (!entry || xa_is_value(entry) || entry == xas_reload(&xas))
			return entry;
		xas_reset(&xas);
	}
}

/*
 * MMSCOPE_FACT_CACHE* of a page of swap. To be called under RCU, with the slot in
 * use: by an entry of a page table whose lock is held, or of a page cache just
 * looked at. So its area cannot be taken out of use before RCU is let go: swapoff
 * wants the entry first (mm/swapfile.c:try_to_unuse()), then waits for RCU.
 */
#if HAVE_SWAPPER_SPACES || HAVE_PAGE_MAPPING
static inline u64 mmscope_swap_cache_facts(unsigned int type, pgoff_t offset)
{
	/*
	 * The array of caches has no exported name. folio_mapping() of a folio in
	 * the swap cache returns the one for its slot, and looks at nothing else.
	 */
#if HAVE_SWAPPER_SPACES
	struct folio probe = {
		.flags = BIT(PG_swapbacked) | BIT(PG_swapcache),
		.private = (void *)swp_entry(type, offset).val,
	};
	struct address_space *cache = folio_mapping(&probe);
#else
	struct page probe = {
		.flags = BIT(PG_swapbacked) | BIT(PG_swapcache),
		.private = swp_entry(type, offset).val,
	};
	struct address_space *cache = page_mapping(&probe);
#endif
	struct folio *folio;
	u64 facts = 0;

	folio = mmscope_cache_entry(cache, offset);
	/*
	 * Since 6.11 the index is cut to what one cache holds (mm/swap.h:
	 * swap_cache_index()); where it is not, that index is in another cache.
	 */
	if (!folio || xa_is_value(folio))
		folio = mmscope_cache_entry(cache, offset & (BIT(14) - 1));
	if (folio && !xa_is_value(folio))
		facts = mmscope_cached_facts(folio) & ~MMSCOPE_FACT_CACHE_AHEAD;
	return facts;
}
#else
static inline u64 mmscope_swap_cache_facts(unsigned int type, pgoff_t offset)
{
	return MMSCOPE_FACT_CACHE_UNKNOWN;
}
#endif

/* What @vma's file has for the base page @index: MMSCOPE_FACT_CACHE*. */
static inline u64 mmscope_page_cache_facts(struct vm_area_struct *vma,
					   struct address_space *mapping,
					   pgoff_t index)
{
	void *entry;
	u64 facts = 0;

	if (is_vm_hugetlb_page(vma)) {
		unsigned int order = huge_page_order(hstate_vma(vma));

		index = HAVE_FILEMAP_LOCK_HUGETLB_FOLIO ?
			round_down(index, 1UL << order) : index >> order;
	}

	rcu_read_lock();
	entry = mmscope_cache_entry(mapping, index);
	if (xa_is_value(entry)) {
		/* Of other files it is the shadow of a page that was evicted. */
		if (mmscope_vma_is_shmem(vma)) {
			swp_entry_t slot = radix_to_swp_entry(entry);

			facts = MMSCOPE_FACT_CACHE_SWAP;
			/* Else it says that it could not be read back. */
			facts |= mmscope_soft_is_swap(slot) ?
				 mmscope_swap_cache_facts(swp_type(slot),
							  swp_offset(slot)) :
				 MMSCOPE_FACT_CACHE_POISON;
		}
	} else if (entry) {
		facts = mmscope_cached_facts(entry);
	}
	rcu_read_unlock();
	return facts;
}

#endif /* MMSCOPE_COMPAT_CACHE_H */
