// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c - the sink that sums up memory as /proc/PID/smaps does
 *
 * The rules are those of fs/proc/task_mmu.c, so that every figure can be held
 * against the kernel's own; the shape is not: one pass, one descent for all VMAs
 * of a chunk, and no text.
 */
#include "stats.h"

#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pfn.h>
#include <linux/shmem_fs.h>
#include <linux/xarray.h>

#include "arch/arch.h"
#include "compat/page.h"
#include "entry.h"
#include "tablelock.h"
#include "vma.h"
#include "walk.h"

/* Part of smaps_page_accumulate() that depends on how often a page is mapped. */
static __always_inline void stats_share(struct mmscope_stats_sink *sink,
					struct folio *folio, bool dirty,
					u64 size, u64 pss, bool private)
{
	struct mmscope_stat *sum = &sink->sum;

	sum->pss += pss;
	if (folio_test_anon(folio))
		sum->pss_anon += pss;
	else if (folio_test_swapbacked(folio))
		sum->pss_shmem += pss;
	else
		sum->pss_file += pss;
	if (sink->locked)
		sum->pss_locked += pss;

	if (dirty || folio_test_dirty(folio)) {
		sum->pss_dirty += pss;
		if (private)
			sum->private_dirty += size;
		else
			sum->shared_dirty += size;
	} else {
		if (private)
			sum->private_clean += size;
		else
			sum->shared_clean += size;
	}
}

/*
 * smaps_account(): @nr pages from @page on are mapped by one entry. @present: the
 * page's counts say how often it is mapped; not so for one under migration.
 */
static __always_inline void stats_account(struct mmscope_stats_sink *sink,
					  struct page *page, unsigned int nr,
					  bool young, bool dirty, bool present)
{
	struct folio *folio = page_folio(page);
	struct mmscope_stat *sum = &sink->sum;
	u64 size = (u64)nr << PAGE_SHIFT;
	unsigned int i;

	if (folio_test_anon(folio)) {
		sum->anonymous += size;
		if (!folio_test_swapbacked(folio) && !dirty &&
		    !folio_test_dirty(folio))
			sum->lazyfree += size;
	}
	if (folio_test_ksm(folio))
		sum->ksm += size;
	sum->rss += size;
	if (young || mmscope_folio_referenced(folio))
		sum->referenced += size;
	if (nr == 1 && folio_test_large(folio))
		sum->large_folio += size;

	/* One reference and a present entry: nobody else can map it. */
	if (!present || folio_ref_count(folio) == 1) {
		stats_share(sink, folio, dirty, size, size << MMSCOPE_PSS_SHIFT,
			    present || MMSCOPE_MIGRATION_IS_PRIVATE);
		return;
	}

	for (i = 0; i < nr; i++, page++) {
		unsigned int mapcount = mmscope_page_mapcount(page);
		u64 pss = (u64)PAGE_SIZE << MMSCOPE_PSS_SHIFT;

		if (mapcount >= 2)
			do_div(pss, mapcount);
		stats_share(sink, folio, dirty, PAGE_SIZE, pss, mapcount < 2);
	}
}

/* Shared-memory pages of [@addr, @end) that are in swap: shmem_partial_swap_usage(). */
static u64 shmem_swapped(struct vm_area_struct *vma, unsigned long addr,
			 unsigned long end)
{
	XA_STATE(xas, &vma->vm_file->f_mapping->i_pages,
		 linear_page_index(vma, addr));
	pgoff_t last = linear_page_index(vma, end) - 1;
	struct page *page;
	u64 nr = 0;

	rcu_read_lock();
	xas_for_each(&xas, page, last) {
		if (xas_retry(&xas, page))
			continue;
		if (xa_is_value(page))
			nr += mmscope_swap_entry_pages(&xas);
		if (xas.xa_index == last)
			break;
	}
	rcu_read_unlock();
	return nr << PAGE_SHIFT;
}

/* The struct page behind a leaf with a frame, as vm_normal_page() has it. */
static __always_inline struct page *normal_page(u64 flags, unsigned long pfn)
{
	if (flags & (MMSCOPE_PTE_SPECIAL | MMSCOPE_PTE_DEVMAP) ||
	    !pfn_valid(pfn))
		return NULL;
	return pfn_to_page(pfn);
}

/* An entry that is not present: a page on its way, or swap. */
static noinline void stats_nonpresent(struct mmscope_stats_sink *sink,
				      const struct mmscope_entry *entry,
				      u64 size)
{
	struct mmscope_leaf leaf;

	mmscope_entry_decode(entry, &leaf);
	switch (leaf.status) {
	case MMSCOPE_SWAP:
		sink->sum.swap += size;
		break;
	case MMSCOPE_MIGRATION:
	case MMSCOPE_HWPOISON:
	case MMSCOPE_DEVICE:
		if (pfn_valid(leaf.value))
			stats_account(sink, pfn_to_page(leaf.value),
				      size >> PAGE_SHIFT, false, false,
				      leaf.status == MMSCOPE_DEVICE);
		break;
	}
}

static int stats_ptes(struct mmscope_walker *walker, pte_t *ptep,
		      unsigned long addr, unsigned long end)
{
	struct mmscope_stats_sink *sink = walker->sink;
	spinlock_t *lock = mmscope_ptes_lock(walker);

	spin_lock(lock);
	if (!mmscope_ptes_same(walker)) {
		spin_unlock(lock);
		return MMSCOPE_AGAIN;
	}

	for (; addr != end; addr += PAGE_SIZE, ptep++) {
		pte_t pte = ptep_get_lockless(ptep);
		struct page *page;

		if (likely(pte_present(pte))) {
			if (pte_special(pte) || pte_devmap(pte) ||
			    !pfn_valid(pte_pfn(pte)))
				continue;
			page = pfn_to_page(pte_pfn(pte));
			stats_account(sink, page, 1, pte_young(pte),
				      pte_dirty(pte), true);
		} else if (pte_none(pte)) {
			if (sink->holes)
				sink->sum.swap +=
					shmem_swapped(walker->vma, addr,
						      addr + PAGE_SIZE);
		} else {
			const struct mmscope_entry entry = {
				.raw = mmscope_arch_pte_raw(pte),
				.level = MMSCOPE_LEVEL_PTE,
			};

			stats_nonpresent(sink, &entry, PAGE_SIZE);
		}
	}
	spin_unlock(lock);
	return MMSCOPE_GO_ON;
}

static void stats_hugetlb(struct mmscope_walker *walker,
			  struct mmscope_stats_sink *sink,
			  const struct mmscope_leaf *leaf, const void *slot)
{
	struct page *page;
	bool present = mmscope_leaf_has_pa(leaf);

	if (!present && leaf->status != MMSCOPE_MIGRATION &&
	    leaf->status != MMSCOPE_HWPOISON)
		return;
	if (!pfn_valid(leaf->value))
		return;

	page = pfn_to_page(leaf->value);
	if ((!present && !MMSCOPE_MIGRATION_IS_PRIVATE) ||
	    mmscope_hugetlb_is_shared(page) ||
	    hugetlb_pmd_shared((pte_t *)slot))
		sink->sum.shared_hugetlb += walker->huge_size;
	else
		sink->sum.private_hugetlb += walker->huge_size;
}

/* smaps_pmd_entry(), and what it leaves out: a leaf of the levels above is DAX. */
static void stats_huge(struct mmscope_walker *walker,
		       struct mmscope_stats_sink *sink,
		       const struct mmscope_entry *entry,
		       const struct mmscope_leaf *leaf, unsigned long addr,
		       unsigned long end)
{
	u64 size = end - addr;
	struct folio *folio;
	struct page *page;

	if (entry->level != MMSCOPE_LEVEL_PMD)
		return;
	if (leaf->status == MMSCOPE_MIGRATION)
		leaf = &(struct mmscope_leaf){ .value = leaf->value,
					       .status = MMSCOPE_MIGRATION };
	else if (!mmscope_leaf_has_pa(leaf))
		return;

	page = normal_page(leaf->flags, leaf->value +
			   PHYS_PFN(addr & ~PMD_MASK));
	if (!page)
		return;
	folio = page_folio(page);
	if (vma_is_anonymous(walker->vma) && !folio_test_anon(folio))
		return; /* the huge zero page */

	if (folio_test_anon(folio))
		sink->sum.anon_huge += size;
	else if (folio_test_swapbacked(folio))
		sink->sum.shmem_huge += size;
	else if (!folio_is_zone_device(folio))
		sink->sum.file_huge += size;
	stats_account(sink, page, size >> PAGE_SHIFT,
		      leaf->flags & MMSCOPE_PTE_YOUNG,
		      leaf->flags & MMSCOPE_PTE_DIRTY,
		      mmscope_leaf_has_pa(leaf));
}

static int stats_entry(struct mmscope_walker *walker,
		       const struct mmscope_entry *entry, unsigned long addr,
		       unsigned long end, const void *slot)
{
	struct mmscope_stats_sink *sink = walker->sink;
	struct mmscope_leaf leaf;
	spinlock_t *lock; /* of the table that holds the entry */

	if (!entry->raw) {
		if (sink->holes)
			sink->sum.swap += shmem_swapped(walker->vma, addr, end);
		return MMSCOPE_GO_ON;
	}

	lock = mmscope_entry_lock(walker, entry, slot);
	spin_lock(lock);
	if (!mmscope_entry_same(entry, slot)) {
		spin_unlock(lock);
		return MMSCOPE_AGAIN;
	}
	mmscope_entry_decode(entry, &leaf);
	if (walker->huge_size)
		stats_hugetlb(walker, sink, &leaf, slot);
	else
		stats_huge(walker, sink, entry, &leaf, addr, end);
	spin_unlock(lock);
	return MMSCOPE_GO_ON;
}

static void stats_flush(struct mmscope_stats_sink *sink)
{
	if (!sink->sum.nr_vmas)
		return;
	*(struct mmscope_stat *)mmscope_batch_add(&sink->batch,
						  sizeof(sink->sum)) = sink->sum;
	sink->sum.nr_vmas = 0;
}

/* smap_gather_stats(): where the swapped pages of a shmem mapping are counted. */
static void stats_shmem(struct mmscope_stats_sink *sink,
			struct vm_area_struct *vma, unsigned long addr)
{
	struct inode *inode = file_inode(vma->vm_file);
	unsigned long swapped = READ_ONCE(SHMEM_I(inode)->swapped);
	bool whole = addr == vma->vm_start && sink->end >= vma->vm_end;

	sink->holes = false;
	if (!swapped)
		return;
	if (!whole || ((vma->vm_flags & VM_WRITE) &&
		       !(vma->vm_flags & VM_SHARED))) {
		/* Private copies hide what the file has: entry by entry. */
		sink->holes = true;
		return;
	}
	if (!vma->vm_pgoff && vma->vm_end - vma->vm_start >= inode->i_size)
		sink->sum.swap += (u64)swapped << PAGE_SHIFT;
	else
		sink->sum.swap += shmem_swapped(vma, vma->vm_start, vma->vm_end);
}

static int stats_vma(struct mmscope_walker *walker, unsigned long addr)
{
	struct mmscope_stats_sink *sink = walker->sink;
	struct vm_area_struct *vma = walker->vma;
	unsigned long end = min(vma->vm_end, sink->end);

	sink->locked = vma->vm_flags & VM_LOCKED;

	/* Resumed after a chunk: the same VMA as far as can be seen. */
	if (sink->sum.nr_vmas && addr < sink->vma_end &&
	    sink->vma_end == vma->vm_end)
		return MMSCOPE_GO_ON;

	if (!sink->rollup) {
		stats_flush(sink);
		if (mmscope_batch_full(&sink->batch))
			return MMSCOPE_STOP;
	}
	if (!sink->sum.nr_vmas)
		sink->sum = (struct mmscope_stat){ .start = addr };
	sink->sum.end = end;
	sink->sum.vss += end - addr;
	sink->sum.nr_vmas++;
	sink->vma_end = vma->vm_end;
	sink->holes = false;
	if (mmscope_vma_is_shmem(vma))
		stats_shmem(sink, vma, addr);
	return MMSCOPE_GO_ON;
}

static const struct mmscope_sink_ops stats_ops = {
	.vma = stats_vma,
	.entry = stats_entry,
	.ptes = stats_ptes,
};

/**
 * mmscope_stats_chunk - sum up in one hold of the lock
 * @look: locked
 * @sink: struct mmscope_stats_sink, with room for one record at least; keeps an
 *	unfinished record for the next chunk
 * @addr: in: where to begin; out: where to resume
 * @end: page-aligned, at most TASK_SIZE_MAX; the same for every chunk
 *
 * Return: true when @end was reached, all records being in the buffer then.
 */
bool mmscope_stats_chunk(struct mmscope_look *look, void *sink,
			 unsigned long *addr, unsigned long end)
{
	struct mmscope_stats_sink *stats = sink;
	struct mmscope_walker walker = {
		.look = look,
		.addr = *addr,
		.sink = sink,
	};
	int ret;

	stats->end = end;
	ret = mmscope_walk_range(&walker, &stats_ops, end);
	*addr = walker.addr;
	if (ret != MMSCOPE_GO_ON)
		return false;
	/* There is room: a record is begun only when there is (stats_vma()). */
	stats_flush(stats);
	return true;
}
