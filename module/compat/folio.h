/* SPDX-License-Identifier: GPL-2.0 */
/*
 * folio.h - what is asked of a folio, also where there are none yet
 *
 * Before 5.16 the head page of a compound page is what a folio is since.
 */
#ifndef MMSCOPE_COMPAT_FOLIO_H
#define MMSCOPE_COMPAT_FOLIO_H

#include <linux/hugetlb.h>
#include <linux/ksm.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/page_idle.h>
#include <linux/pagemap.h>

#include "compat/have.h"

#if !HAVE_FOLIO
struct folio {
	struct page page;
};

#define page_folio(p)	((struct folio *)compound_head(p))

static inline bool folio_test_large(struct folio *folio)
{
	return PageHead(&folio->page);
}

static inline bool folio_test_anon(struct folio *folio)
{
	return PageAnon(&folio->page);
}

static inline bool folio_test_ksm(struct folio *folio)
{
	return PageKsm(&folio->page);
}

static inline bool folio_test_swapbacked(struct folio *folio)
{
	return PageSwapBacked(&folio->page);
}

static inline bool folio_test_idle(struct folio *folio)
{
	return page_is_idle(&folio->page);
}

static inline bool folio_test_hugetlb(struct folio *folio)
{
	return PageHuge(&folio->page);
}

static inline bool folio_test_lru(struct folio *folio)
{
	return PageLRU(&folio->page);
}

static inline bool folio_test_locked(struct folio *folio)
{
	return PageLocked(&folio->page);
}

static inline bool folio_test_uptodate(struct folio *folio)
{
	return PageUptodate(&folio->page);
}

static inline bool folio_test_dirty(struct folio *folio)
{
	return PageDirty(&folio->page);
}

static inline bool folio_test_writeback(struct folio *folio)
{
	return PageWriteback(&folio->page);
}

static inline bool folio_test_readahead(struct folio *folio)
{
	return PageReadahead(&folio->page);
}

static inline bool folio_test_swapcache(struct folio *folio)
{
	return PageSwapCache(&folio->page);
}

static inline bool folio_is_zone_device(struct folio *folio)
{
	return is_zone_device_page(&folio->page);
}

static inline int folio_ref_count(struct folio *folio)
{
	return page_ref_count(&folio->page);
}

static inline unsigned int folio_order(struct folio *folio)
{
	return compound_order(&folio->page);
}

static inline unsigned long folio_page_idx(struct folio *folio, struct page *page)
{
	return page - &folio->page;
}
#endif

/* folio->mapping with its two lowest bits, which say what kind it is. */
static inline unsigned long mmscope_folio_mapping(const struct folio *folio)
{
#if HAVE_FOLIO
	return (unsigned long)READ_ONCE(folio->mapping);
#else
	return (unsigned long)READ_ONCE(folio->page.mapping);
#endif
}

#if !HAVE_FOLIO_MAPPING_FLAGS
#define FOLIO_MAPPING_ANON	PAGE_MAPPING_ANON
#define FOLIO_MAPPING_KSM	PAGE_MAPPING_KSM
#define FOLIO_MAPPING_FLAGS	PAGE_MAPPING_FLAGS
#endif

/* PG_* of a page, and of a folio, with the bits of zone and node above them. */
static inline unsigned long mmscope_page_flags(const struct page *page)
{
#if HAVE_FOLIO_FLAGS_STRUCT
	return READ_ONCE(page->flags.f);
#else
	return READ_ONCE(page->flags);
#endif
}

static inline unsigned long mmscope_folio_flags(const struct folio *folio)
{
	return mmscope_page_flags(&folio->page);
}

#endif /* MMSCOPE_COMPAT_FOLIO_H */
