// SPDX-License-Identifier: GPL-2.0
/*
 * pages.c - the sink that says what is known of each page
 *
 * The only one, with stats.c and explain.c, that looks at struct page, and only with the lock
 * of the page table held and the entry read under it.
 */
#include "pages.h"

#include <linux/cache.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/pfn.h>

#include "arch/arch.h"
#include "compat/page.h"
#include "entry.h"
#include "tablelock.h"
#include "walk.h"

/* Pages between two looks at who else wants the lock: a table is too much work. */
#define LOOK_AFTER	32

static struct mmscope_kpf_tables kpf_tables __ro_after_init;

/* The top byte also holds node and zone, so what is above the flags is cut off. */
void __init mmscope_pages_init(void)
{
	unsigned int byte, i;

	for (byte = 0; byte < 4; byte++)
		for (i = 0; i < 256; i++)
			kpf_tables.bytes[byte][i] =
				mmscope_kpf_copied(((unsigned long)i << byte * 8) &
						   (BIT(__NR_PAGEFLAGS) - 1));
}

static __always_inline enum mmscope_page_type
page_type(struct page *page, struct folio *folio, const bool plain,
	  bool hugetlb, bool huge_zero)
{
	unsigned long mapping = mmscope_folio_mapping(folio);

	if (hugetlb)
		return MMSCOPE_PAGE_HUGETLB;
	if (huge_zero)
		return MMSCOPE_PAGE_HUGE_ZERO;
	if (!plain && is_zero_pfn(page_to_pfn(page)))
		return MMSCOPE_PAGE_ZERO;
	if ((mapping & FOLIO_MAPPING_FLAGS) == FOLIO_MAPPING_KSM)
		return MMSCOPE_PAGE_KSM;
	if (mapping & FOLIO_MAPPING_ANON)
		return MMSCOPE_PAGE_ANON;
	if (!mapping)
		return MMSCOPE_PAGE_DEVICE;
	return folio_test_swapbacked(folio) ? MMSCOPE_PAGE_SHMEM :
					      MMSCOPE_PAGE_FILE;
}

/* The struct page of a leaf with a frame, or NULL when there is none to look at. */
static struct page *leaf_page(const struct mmscope_leaf *leaf,
			      unsigned long pfn)
{
	if (!mmscope_leaf_has_pa(leaf) || leaf->flags & MMSCOPE_PTE_DEVMAP)
		return NULL;
	/* Special: the zero page, or memory that may not be memory at all. */
	if (leaf->flags & MMSCOPE_PTE_SPECIAL || !pfn_valid(pfn))
		return pfn_to_online_page(pfn);
	return pfn_to_page(pfn);
}

static __always_inline void page_facts(struct mmscope_page *record,
				       struct page *page, const bool plain,
				       bool hugetlb, bool huge_zero)
{
	struct folio *folio = page_folio(page);
	unsigned long flags = mmscope_folio_flags(folio);
	bool large = flags & BIT(PG_head);

	record->type = page_type(page, folio, plain, hugetlb, huge_zero);
	record->mapcount = mmscope_page_mapcount(page, folio, large);
	record->kpf = mmscope_page_kpf(&kpf_tables, page, folio, flags, plain,
				       huge_zero, record->mapcount);
	record->refcount = folio_ref_count(folio);
	record->order = 0;
	record->folio_index = 0;
	if (large) {
		record->order = folio_order(folio);
		record->folio_index = folio_page_idx(folio, page);
	}
	record->zone = page_zonenum(page);
	record->node = page_to_nid(page);
	if (record->mapcount == 1)
		record->attrs |= MMSCOPE_PAGE_EXCLUSIVE;
}

static void page_hide(struct mmscope_page *record)
{
	if (record->status != MMSCOPE_MARKER)
		record->value = MMSCOPE_HIDDEN;
	if (record->status == MMSCOPE_SWAP)
		record->swap_type = MMSCOPE_HIDDEN32;
	record->kpf = MMSCOPE_HIDDEN;
	record->mapcount = MMSCOPE_HIDDEN32;
	record->refcount = MMSCOPE_HIDDEN32;
	record->folio_index = 0;
	record->order = 0;
	record->zone = MMSCOPE_NO_ZONE;
	record->node = MMSCOPE_NO_NODE;
}

/* The record of a page that is plainly mapped by a PTE: the hot path. */
static __always_inline void pages_plain(struct mmscope_page *record, u32 rights,
					pte_t pte, unsigned long addr)
{
	unsigned long pfn = mmscope_arch_plain_pfn(pte);
	u64 raw = mmscope_arch_pte_raw(pte);

	record->va = addr;
	record->value = pfn;
	record->flags = mmscope_entry_plain_flags(raw);
	record->swap_type = 0;
	record->attrs = 0;
	record->status = MMSCOPE_MAPPED;
	record->level = MMSCOPE_LEVEL_PTE;
	record->reserved = 0;
	page_facts(record, pfn_to_page(pfn), true, false, false);
	if (!(rights & MMSCOPE_RIGHT_PHYS))
		page_hide(record);
}

/**
 * mmscope_page_record - what is known of one base page
 * @walker: at its entry, with the lock of the table held
 * @entry: the entry that spans it
 * @leaf: what that says
 * @addr: of the page
 * @rights: MMSCOPE_RIGHT_* of whoever asked
 * @record: filled
 *
 * Return: the struct page, or NULL when there is none to look at.
 */
struct page *mmscope_page_record(struct mmscope_walker *walker,
				 const struct mmscope_entry *entry,
				 const struct mmscope_leaf *leaf,
				 unsigned long addr, u32 rights,
				 struct mmscope_page *record)
{
	unsigned long base = addr &
		~((1UL << mmscope_level_shift(entry->level)) - 1);
	unsigned long pfn = leaf->value + PHYS_PFN(addr - base);
	struct page *page = leaf_page(leaf, pfn);

	*record = (struct mmscope_page){
		.va = addr,
		.value = mmscope_leaf_has_pa(leaf) ? pfn : leaf->value,
		.flags = leaf->flags,
		.swap_type = leaf->swap_type,
		.status = leaf->status,
		.level = entry->level,
		.zone = MMSCOPE_NO_ZONE,
		.node = MMSCOPE_NO_NODE,
	};
	if (page) {
		/* No symbol names it; nothing else looks like it. */
		bool huge_zero = entry->level != MMSCOPE_LEVEL_PTE &&
				 !walker->huge_size &&
				 vma_is_anonymous(walker->vma) &&
				 !folio_test_anon(page_folio(page));

		page_facts(record, page, false, walker->huge_size, huge_zero);
	}
	if (!(rights & MMSCOPE_RIGHT_PHYS))
		page_hide(record);
	return page;
}

/*
 * Records of the base pages [@addr, @end) that one entry spans. Return the first
 * address for which there was no room, or @end. The lock of the table is held.
 */
static unsigned long pages_add(struct mmscope_walker *walker,
			       const struct mmscope_entry *entry,
			       unsigned long addr, unsigned long end)
{
	struct mmscope_pages_sink *sink = walker->sink;
	struct mmscope_leaf leaf;

	mmscope_entry_decode(entry, &leaf);
	if (!(sink->statuses & MMSCOPE_STATUS_BIT(leaf.status)))
		return end;

	for (; addr != end && !mmscope_batch_full(&sink->batch); addr += PAGE_SIZE)
		mmscope_page_record(walker, entry, &leaf, addr, sink->rights,
				    mmscope_batch_add(&sink->batch,
						      sizeof(struct mmscope_page)));
	return addr;
}

static int pages_entry(struct mmscope_walker *walker,
		       const struct mmscope_entry *entry, unsigned long addr,
		       unsigned long end, const void *slot)
{
	spinlock_t *lock; /* of the table that holds the entry */
	int ret = MMSCOPE_AGAIN;

	if (!entry->raw)
		return MMSCOPE_GO_ON;
	lock = mmscope_entry_lock(walker, entry, slot);
	spin_lock(lock);
	if (mmscope_entry_same(entry, slot)) {
		walker->addr = pages_add(walker, entry, addr, end);
		ret = walker->addr == end ? MMSCOPE_GO_ON : MMSCOPE_STOP;
	}
	spin_unlock(lock);
	return ret;
}

static int pages_ptes(struct mmscope_walker *walker, pte_t *ptep,
		      unsigned long addr, unsigned long end)
{
	struct mmscope_pages_sink *sink = walker->sink;
	struct mmscope_page *records = sink->batch.buf;
	unsigned int nr = sink->batch.nr, room = 0;
	unsigned long look_at = addr + LOOK_AFTER * PAGE_SIZE;
	spinlock_t *lock = mmscope_ptes_lock(walker, ptep);
	const u32 rights = sink->rights;
	int ret = MMSCOPE_GO_ON;

	/* For plain pages, if they are to be reported at all. */
	if (sink->statuses & MMSCOPE_STATUS_BIT(MMSCOPE_MAPPED) && !walker->huge_size)
		room = sink->batch.room;

	spin_lock(lock);
	if (!mmscope_ptes_same(walker)) {
		spin_unlock(lock);
		return MMSCOPE_AGAIN;
	}

	for (; addr != end; addr += PAGE_SIZE, ptep++) {
		struct mmscope_entry entry;
		pte_t pte = mmscope_arch_ptep_get(ptep);
		u64 raw = mmscope_arch_pte_raw(pte);

		if (addr == look_at) {
			if (mmscope_look_wanted(walker->look)) {
				walker->addr = addr;
				ret = MMSCOPE_STOP;
				break;
			}
			look_at += LOOK_AFTER * PAGE_SIZE;
		}
		if (!raw)
			continue;
		if (likely(mmscope_arch_plain(raw) && nr < room)) {
			pages_plain(&records[nr++], rights, pte, addr);
			continue;
		}

		entry = (struct mmscope_entry){
			.raw = raw, .level = MMSCOPE_LEVEL_PTE,
		};
		sink->batch.nr = nr;
		if (pages_add(walker, &entry, addr, addr + PAGE_SIZE) == addr) {
			walker->addr = addr;
			ret = MMSCOPE_STOP;
			break;
		}
		nr = sink->batch.nr;
	}
	sink->batch.nr = nr;
	spin_unlock(lock);
	return ret;
}

static const struct mmscope_sink_ops pages_ops = {
	.entry = pages_entry,
	.ptes = pages_ptes,
};

/**
 * mmscope_pages_chunk - records of one hold of the lock
 * @look: locked
 * @sink: struct mmscope_pages_sink, with room for one record at least
 * @addr: in: where to begin; out: where to resume
 * @end: page-aligned, at most TASK_SIZE_MAX
 *
 * Return: true when @end was reached.
 */
bool mmscope_pages_chunk(struct mmscope_look *look, void *sink,
			 unsigned long *addr, unsigned long end)
{
	struct mmscope_walker walker = {
		.look = look,
		.addr = *addr,
		.sink = sink,
	};
	int ret = mmscope_walk_range(&walker, &pages_ops, end);

	*addr = walker.addr;
	return ret == MMSCOPE_GO_ON;
}
