/* SPDX-License-Identifier: GPL-2.0 */
/*
 * page.h - what struct page says, kernel by kernel
 *
 * All of it for a page that is mapped, with the lock of its page table held: so
 * it is neither free nor about to be.
 */
#ifndef MMSCOPE_COMPAT_PAGE_H
#define MMSCOPE_COMPAT_PAGE_H

#include <linux/hugetlb.h>
#include <linux/kernel-page-flags.h>
#include <linux/ksm.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/page_idle.h>
#include <linux/xarray.h>

#include "compat/folio.h"
#include "compat/have.h"

/*
 * Page-table entries that map this page, as fs/proc/page.c:kpagecount_read().
 * @large: folio_test_large(@folio), which the caller has asked already.
 */
static __always_inline unsigned int mmscope_page_mapcount(struct page *page,
							  struct folio *folio,
							  bool large)
{
#if HAVE_PAGE_MAPCOUNT
	if (PageSlab(page) || page_has_type(page))
		return 0;
	return page_mapcount(page);
#else
	int mapcount = atomic_read(&page->_mapcount) + 1;

	if (page_mapcount_is_type(mapcount))
		mapcount = 0;
	if (large)
		mapcount += folio_entire_mapcount(folio);
	return mapcount;
#endif
}

/* Is an anonymous page this address space's alone? Of its struct page, not the folio. */
static inline bool mmscope_anon_exclusive(struct page *page)
{
#if HAVE_ANON_EXCLUSIVE
	return PageAnonExclusive(page);
#else
	return false;
#endif
}

/*
 * Would a write reuse this page of a large anonymous folio? Since 1da190f4d0a6 "mm:
 * Copy-on-Write (COW) reuse support for PTE-mapped THP" (6.15), when one mm has all of
 * its mappings, more than this one, and they, and the swap cache, are all that refers to it
 * (mm/memory.c:__wp_can_reuse_large_anon_folio()). Without the lock of its counts: of
 * one moment.
 */
static inline bool mmscope_large_is_alone(struct folio *folio)
{
#if HAVE_FOLIO_MM_IDS
	int mapcount = folio_large_mapcount(folio);

	return mapcount > 1 &&
	       !test_bit(FOLIO_MM_IDS_SHARED_BITNUM, &folio->_mm_ids) &&
	       folio_ref_count(folio) == mapcount +
		(folio_test_swapcache(folio) ? folio_nr_pages(folio) : 0);
#else
	return false;
#endif
}

#if !HAVE_FOLIO_MAYBE_MAPPED_SHARED
#define folio_maybe_mapped_shared(folio)	folio_likely_mapped_shared(folio)
#endif

/* Is a hugetlb page mapped by others too? fs/proc/task_mmu.c:smaps_hugetlb_range() */
static inline bool mmscope_hugetlb_is_shared(struct page *page)
{
#if HAVE_PAGE_MAPCOUNT
	return page_mapcount(page) >= 2;
#else
	return folio_maybe_mapped_shared(page_folio(page));
#endif
}

/*
 * What smaps makes of a page whose counts do not tell who maps it: until
 * "fs/proc/task_mmu: account non-present entries as maybe shared" (6.11) one's own.
 */
#define MMSCOPE_MIGRATION_IS_PRIVATE	(!HAVE_KPF_BY_FOLIO)

/* A page lost to a memory error counts since it is one of the pfn swap entries. */
#define MMSCOPE_HWPOISON_IS_RSS		(HAVE_SOFTLEAF || HAVE_SWP_OFFSET_PFN)

/* Pages that a swap entry in a shmem mapping stands for. */
static inline unsigned long mmscope_swap_entry_pages(struct xa_state *xas)
{
#if HAVE_XAS_GET_ORDER
	return 1UL << xas_get_order(xas);
#else
	return 1;
#endif
}

/* Elsewhere young and idle are kept beside the page (linux/page_idle.h). */
#if defined(CONFIG_PAGE_IDLE_FLAG) && defined(CONFIG_64BIT)
#define MMSCOPE_IDLE_IS_FLAG	1
#else
#define MMSCOPE_IDLE_IS_FLAG	0
#endif

/* folio_test_young() || folio_test_referenced(), of flags that were read once. */
#if MMSCOPE_IDLE_IS_FLAG
#define MMSCOPE_REFERENCED_FLAGS	(BIT(PG_referenced) | BIT(PG_young))
#else
#define MMSCOPE_REFERENCED_FLAGS	BIT(PG_referenced)
#endif

#define MMSCOPE_KPF(flags, kpf, pg)	((((flags) >> (pg)) & 1ULL) << (kpf))

/* The bits that are copied as they are; slow, see struct mmscope_kpf_tables. */
static inline u64 mmscope_kpf_copied(unsigned long k)
{
	u64 u = 0;

	u |= MMSCOPE_KPF(k, KPF_LOCKED, PG_locked);
#if HAVE_PG_ERROR
	u |= MMSCOPE_KPF(k, KPF_ERROR, PG_error);
#endif
	u |= MMSCOPE_KPF(k, KPF_DIRTY, PG_dirty);
	u |= MMSCOPE_KPF(k, KPF_UPTODATE, PG_uptodate);
	u |= MMSCOPE_KPF(k, KPF_WRITEBACK, PG_writeback);
	u |= MMSCOPE_KPF(k, KPF_LRU, PG_lru);
	u |= MMSCOPE_KPF(k, KPF_REFERENCED, PG_referenced);
	u |= MMSCOPE_KPF(k, KPF_ACTIVE, PG_active);
	u |= MMSCOPE_KPF(k, KPF_RECLAIM, PG_reclaim);
	u |= MMSCOPE_KPF(k, KPF_SWAPBACKED, PG_swapbacked);
	u |= MMSCOPE_KPF(k, KPF_UNEVICTABLE, PG_unevictable);
	u |= MMSCOPE_KPF(k, KPF_MLOCKED, PG_mlocked);
	u |= MMSCOPE_KPF(k, KPF_RESERVED, PG_reserved);
#if HAVE_PG_OWNER_2
	u |= MMSCOPE_KPF(k, KPF_OWNER_2, PG_owner_2);
#else
	u |= MMSCOPE_KPF(k, KPF_MAPPEDTODISK, PG_mappedtodisk);
#endif
	u |= MMSCOPE_KPF(k, KPF_PRIVATE, PG_private);
	u |= MMSCOPE_KPF(k, KPF_PRIVATE_2, PG_private_2);
	u |= MMSCOPE_KPF(k, KPF_OWNER_PRIVATE, PG_owner_priv_1);
	u |= MMSCOPE_KPF(k, KPF_ARCH, PG_arch_1);
#ifdef CONFIG_MEMORY_FAILURE
	u |= MMSCOPE_KPF(k, KPF_HWPOISON, PG_hwpoison);
#endif
#if HAVE_PG_ARCH_2
	u |= MMSCOPE_KPF(k, KPF_ARCH_2, PG_arch_2);
#endif
#if HAVE_PG_ARCH_3
	u |= MMSCOPE_KPF(k, KPF_ARCH_3, PG_arch_3);
#endif
#if HAVE_KPF_BY_FOLIO && MMSCOPE_IDLE_IS_FLAG
	u |= MMSCOPE_KPF(k, KPF_IDLE, PG_idle);
#endif
	return u;
}

/**
 * struct mmscope_kpf_tables - mmscope_kpf_copied() by the bytes of a page's flags
 * @bytes: the lowest byte first
 */
struct mmscope_kpf_tables {
	u64 bytes[4][256];
};

static_assert(__NR_PAGEFLAGS <= 32);

static inline u64 mmscope_kpf_lookup(const struct mmscope_kpf_tables *tables,
				     unsigned long k)
{
	return tables->bytes[0][k & 0xff] | tables->bytes[1][(k >> 8) & 0xff] |
	       tables->bytes[2][(k >> 16) & 0xff] |
	       tables->bytes[3][(k >> 24) & 0xff];
}

/*
 * The word of /proc/kpageflags (fs/proc/page.c:stable_page_flags()) for a mapped
 * page. @plain: mapped by an ordinary entry, so it is neither a slab page nor the
 * zero page, for which entries are special. @k: flags of the folio.
 * @huge_zero: it is of the huge zero page, which no exported symbol names.
 * @mapcount: mmscope_page_mapcount().
 */
#if HAVE_KPF_BY_FOLIO
static __always_inline u64
mmscope_page_kpf(const struct mmscope_kpf_tables *tables, struct page *page,
		 struct folio *folio, unsigned long k, const bool plain,
		 bool huge_zero, unsigned int mapcount)
{
	unsigned long mapping = mmscope_folio_mapping(folio);
	u64 u = mmscope_kpf_lookup(tables, k);

	if (k & BIT(PG_head) ? folio_mapped(folio) : mapcount)
		u |= BIT_ULL(KPF_MMAP);
	if (mapping & FOLIO_MAPPING_ANON)
		u |= BIT_ULL(KPF_ANON);
	if ((mapping & FOLIO_MAPPING_FLAGS) == FOLIO_MAPPING_KSM)
		u |= BIT_ULL(KPF_KSM);

	if (k & BIT(PG_head)) {
		u |= BIT_ULL(page == &folio->page ? KPF_COMPOUND_HEAD :
						    KPF_COMPOUND_TAIL);
		if (folio_test_hugetlb(folio)) {
			u |= BIT_ULL(KPF_HUGE);
		} else {
			if (folio_test_large_rmappable(folio))
				u |= BIT_ULL(KPF_THP);
			else if (huge_zero)
				u |= BIT_ULL(KPF_THP) | BIT_ULL(KPF_ZERO_PAGE);
#ifdef CONFIG_MEMORY_FAILURE
			u &= ~BIT_ULL(KPF_HWPOISON); /* a page's own */
			u |= MMSCOPE_KPF(mmscope_page_flags(page), KPF_HWPOISON, PG_hwpoison);
#endif
		}
	} else if (!plain && is_zero_pfn(folio_pfn(folio))) {
		u |= BIT_ULL(KPF_ZERO_PAGE);
	}

	if (!plain && folio_test_slab(folio))
		u |= BIT_ULL(KPF_SLAB);
	if (!MMSCOPE_IDLE_IS_FLAG && folio_test_idle(folio))
		u |= BIT_ULL(KPF_IDLE);
	if (unlikely(k & BIT(PG_swapcache)) && (k & BIT(PG_swapbacked)))
		u |= BIT_ULL(KPF_SWAPCACHE);
	return u;
}
#else
static __always_inline u64
mmscope_page_kpf(const struct mmscope_kpf_tables *tables, struct page *page,
		 struct folio *folio, unsigned long folio_flags,
		 const bool plain, bool huge_zero, unsigned int mapcount)
{
	struct page *head = &folio->page;
	unsigned long k = mmscope_page_flags(page);
	u64 u = mmscope_kpf_lookup(tables, k);

	if (PageCompound(page) ? !PageSlab(page) && page_mapped(page) : mapcount)
		u |= BIT_ULL(KPF_MMAP);
	if (PageAnon(page))
		u |= BIT_ULL(KPF_ANON);
	if (PageKsm(page))
		u |= BIT_ULL(KPF_KSM);

	if (PageCompound(page)) {
		u |= BIT_ULL(PageHead(page) ? KPF_COMPOUND_HEAD :
					      KPF_COMPOUND_TAIL);
		if (folio_test_hugetlb(folio))
			u |= BIT_ULL(KPF_HUGE);
		else if (PageLRU(head) || PageAnon(head))
			u |= BIT_ULL(KPF_THP);
		else if (huge_zero)
			u |= BIT_ULL(KPF_THP) | BIT_ULL(KPF_ZERO_PAGE);
	} else if (!plain && is_zero_pfn(page_to_pfn(page))) {
		u |= BIT_ULL(KPF_ZERO_PAGE);
	}

	if (!plain && (PageTail(page) ? PageSlab(head) : PageSlab(page)))
		u |= BIT_ULL(KPF_SLAB);
	if (page_is_idle(page))
		u |= BIT_ULL(KPF_IDLE);
	if (PageSwapCache(page))
		u |= BIT_ULL(KPF_SWAPCACHE);
	return u;
}
#endif

#undef MMSCOPE_KPF

#endif /* MMSCOPE_COMPAT_PAGE_H */
