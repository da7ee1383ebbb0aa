// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c - the sink that sums up memory as /proc/PID/smaps does
 *
 * The rules are those of fs/proc/task_mmu.c, so that every figure can be held
 * against the kernel's own; the shape is not: one pass, one descent for all VMAs
 * of a chunk, and no text.
 */
#include "stats.h"

#include <linux/bitops.h>
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

/* Pages between two looks at who else wants the lock: a table is too much work. */
#define LOOK_AFTER	64

/* The same of what a file has: in a sparse one, each can have tree nodes of its own. */
#define SHMEM_PIECE	64

/*
 * What smaps counts of a page follows from a few yes-or-no facts. The loop over a
 * page table only counts how many pages have which facts; the sums are made once
 * for each VMA and chunk. The share of a page (Pss) is added at once when it is
 * not the whole.
 */
enum {
	CLASS_ANON = 1,
	CLASS_SWAPBACKED = 2,
	CLASS_DIRTY = 4,	/* by the entry or by the page */
	CLASS_REFERENCED = 8,	/* likewise */
	CLASS_SHARED = 16,	/* mapped more than once, as far as is known */
	CLASS_LARGE = 32,	/* of a large folio, mapped by a PTE */
};

static_assert(2 * CLASS_LARGE == MMSCOPE_STATS_CLASSES);

#define LIKENESS_FLAGS	(BIT(PG_swapbacked) | BIT(PG_dirty) | BIT(PG_head) | \
			 MMSCOPE_REFERENCED_FLAGS)

static unsigned int classify(struct folio *folio, bool young, bool dirty)
{
	unsigned long flags = mmscope_folio_flags(folio);
	unsigned int class = 0;

	if (folio_test_anon(folio))
		class |= CLASS_ANON;
	if (flags & BIT(PG_swapbacked))
		class |= CLASS_SWAPBACKED;
	if (dirty || flags & BIT(PG_dirty))
		class |= CLASS_DIRTY;
	if (young || flags & MMSCOPE_REFERENCED_FLAGS)
		class |= CLASS_REFERENCED;
	return class;
}

/*
 * All that classify() looks at. Neighbours mostly have the same, and then nothing
 * needs to be looked at: the last page that was looked at tells all of the next one.
 */
struct likeness {
	u64 attrs;		/* of the entry: all but the frame */
	unsigned long flags;
	unsigned long mapping;
};

#define MAPPING_FLAGS	((unsigned long)FOLIO_MAPPING_FLAGS)
#define NO_ATTRS	(~0ULL)	/* those of no entry, for a frame has bits */

static __always_inline void remember(struct likeness *last, struct folio *folio, u64 raw)
{
	last->attrs = raw & MMSCOPE_ARCH_ATTR_MASK;
	last->flags = mmscope_folio_flags(folio) & LIKENESS_FLAGS;
	last->mapping = mmscope_folio_mapping(folio) & MAPPING_FLAGS;
}

static __always_inline bool is_alike(const struct likeness *last, struct folio *folio)
{
	return (mmscope_folio_flags(folio) & LIKENESS_FLAGS) == last->flags &&
	       (mmscope_folio_mapping(folio) & MAPPING_FLAGS) == last->mapping;
}

static void count(struct mmscope_stats_sink *sink, unsigned int class,
		  unsigned int nr)
{
	if (!nr)
		return;
	sink->counts[class] += nr;
	sink->counted |= BIT_ULL(class);
}

/* @pss bytes, shifted, that are a VMA's share of pages of @class. */
static void add_pss(struct mmscope_stats_sink *sink, unsigned int class, u64 pss)
{
	struct mmscope_stat *sum = &sink->sum;

	sum->pss += pss;
	if (class & CLASS_ANON)
		sum->pss_anon += pss;
	else if (class & CLASS_SWAPBACKED)
		sum->pss_shmem += pss;
	else
		sum->pss_file += pss;
	if (class & CLASS_DIRTY)
		sum->pss_dirty += pss;
	if (sink->locked)
		sum->pss_locked += pss;
}

/* All but the share, of @size bytes: smaps_account() and smaps_page_accumulate(). */
static void add_size(struct mmscope_stat *sum, unsigned int class, u64 size)
{
	sum->rss += size;
	if (class & CLASS_REFERENCED)
		sum->referenced += size;
	if (class & CLASS_LARGE)
		sum->large_folio += size;
	if (class & CLASS_ANON) {
		sum->anonymous += size;
		if (!(class & (CLASS_SWAPBACKED | CLASS_DIRTY)))
			sum->lazyfree += size;
	}
	switch (class & (CLASS_SHARED | CLASS_DIRTY)) {
	case 0:
		sum->private_clean += size;
		break;
	case CLASS_DIRTY:
		sum->private_dirty += size;
		break;
	case CLASS_SHARED:
		sum->shared_clean += size;
		break;
	default:
		sum->shared_dirty += size;
		break;
	}
}

/* Make sums of the counts; before the VMA changes, and at the end of a chunk. */
static void stats_fold(struct mmscope_stats_sink *sink)
{
	while (sink->counted) {
		unsigned int class = __ffs64(sink->counted);
		u64 size = (u64)sink->counts[class] << PAGE_SHIFT;

		sink->counted &= sink->counted - 1;
		sink->counts[class] = 0;
		add_size(&sink->sum, class, size);
		if (!(class & CLASS_SHARED))
			add_pss(sink, class, size << MMSCOPE_PSS_SHIFT);
	}
}

/* One page that more than one reference is held to, or that KSM has merged. */
static noinline void stats_share(struct mmscope_stats_sink *sink,
				 struct page *page, struct folio *folio,
				 unsigned int class)
{
	unsigned int mapcount = mmscope_page_mapcount(page, folio,
						      folio_test_large(folio));
	u64 pss = (u64)PAGE_SIZE << MMSCOPE_PSS_SHIFT;

	if (folio_test_ksm(folio))
		sink->sum.ksm += PAGE_SIZE;
	if (mapcount >= 2) {
		do_div(pss, mapcount);
		class |= CLASS_SHARED;
		add_pss(sink, class, pss);
	}
	count(sink, class, 1);
}

/* @nr pages that one entry above the PTEs maps, or one that is on its way. */
static void stats_account(struct mmscope_stats_sink *sink, struct page *page,
			  unsigned int nr, bool young, bool dirty, bool present)
{
	struct folio *folio = page_folio(page);
	unsigned int class = classify(folio, young, dirty);
	unsigned int i;

	if (nr == 1 && folio_test_large(folio))
		class |= CLASS_LARGE;
	/* One reference and a present entry: nobody else can map it. */
	if (present && folio_ref_count(folio) == 1 && !folio_test_ksm(folio)) {
		count(sink, class, nr);
	} else if (present) {
		for (i = 0; i < nr; i++)
			stats_share(sink, page + i, folio, class);
	} else if (MMSCOPE_MIGRATION_IS_PRIVATE) {
		count(sink, class, nr);
	} else {
		count(sink, class | CLASS_SHARED, nr);
		add_pss(sink, class, ((u64)nr << PAGE_SHIFT) << MMSCOPE_PSS_SHIFT);
	}
}

/*
 * Counts the shared-memory pages of [@addr, @end) that are in swap, as
 * shmem_partial_swap_usage() does, but of a few pages of the file at a time: until then
 * the lock is held, and nobody else can run. Returns how far it came.
 */
static unsigned long shmem_swapped(struct mmscope_stats_sink *sink,
				   struct vm_area_struct *vma, unsigned long addr,
				   unsigned long end)
{
	XA_STATE(xas, &vma->vm_file->f_mapping->i_pages,
		 linear_page_index(vma, addr));
	pgoff_t last = linear_page_index(vma, end) - 1;
	unsigned int left = SHMEM_PIECE;
	struct page *page;
	u64 nr = 0;

	rcu_read_lock();
	xas_for_each(&xas, page, last) {
		if (xas_retry(&xas, page))
			continue;
		if (!left--) {
			end = vma->vm_start + ((xas.xa_index - vma->vm_pgoff) << PAGE_SHIFT);
			break;
		}
		if (xa_is_value(page))
			nr += mmscope_swap_entry_pages(&xas);
		if (xas.xa_index == last)
			break;
	}
	rcu_read_unlock();
	sink->sum.swap += nr << PAGE_SHIFT;
	return end;
}

/* All of [@addr, @end), or as far as the hold goes: then walker->addr is where to go on. */
static int stats_hole(struct mmscope_walker *walker, unsigned long addr,
		      unsigned long end)
{
	for (;;) {
		addr = shmem_swapped(walker->sink, walker->vma, addr, end);
		if (addr == end)
			return MMSCOPE_GO_ON;
		if (mmscope_look_wanted(walker->look)) {
			walker->addr = addr;
			return MMSCOPE_STOP;
		}
	}
}

/* The struct page behind a leaf with a frame, as vm_normal_page() has it. */
static __always_inline struct page *normal_page(u64 flags, unsigned long pfn)
{
	if (flags & (MMSCOPE_PTE_SPECIAL | MMSCOPE_PTE_DEVMAP) ||
	    !pfn_valid(pfn))
		return NULL;
	return pfn_to_page(pfn);
}

/* The PTE of a page that is not plainly mapped: no access, on its way, in swap. */
static noinline void stats_other(struct mmscope_stats_sink *sink,
				 const struct mmscope_entry *entry)
{
	struct mmscope_leaf leaf;
	struct page *page;

	mmscope_entry_decode(entry, &leaf);
	switch (leaf.status) {
	case MMSCOPE_SWAP:
		sink->sum.swap += PAGE_SIZE;
		return;
	case MMSCOPE_HWPOISON:
		/* Memory is taken offline with its poisoned pages (mm/page_isolation.c). */
		page = MMSCOPE_HWPOISON_IS_RSS ? pfn_to_online_page(leaf.value) : NULL;
		if (page)
			stats_account(sink, page, 1, false, false, false);
		return;
	case MMSCOPE_MIGRATION:
		if (pfn_valid(leaf.value))
			stats_account(sink, pfn_to_page(leaf.value), 1, false,
				      false, false);
		return;
	case MMSCOPE_DEVICE:
		if (pfn_valid(leaf.value))
			stats_account(sink, pfn_to_page(leaf.value), 1, false,
				      false, true);
		return;
	case MMSCOPE_PROTNONE:
		page = normal_page(leaf.flags, leaf.value);
		if (page)
			stats_account(sink, page, 1,
				      leaf.flags & MMSCOPE_PTE_YOUNG,
				      leaf.flags & MMSCOPE_PTE_DIRTY, true);
		return;
	}
}

static void stats_hugetlb(struct mmscope_walker *walker,
			  struct mmscope_stats_sink *sink,
			  const struct mmscope_entry *entry,
			  const struct mmscope_leaf *leaf, const void *slot)
{
	/* Less than a page when that is a block of contiguous entries. */
	unsigned long size = min(walker->huge_size,
				 1UL << mmscope_level_shift(entry->level));
	struct page *page;
	bool present = mmscope_leaf_has_pa(leaf);

	if (!present && leaf->status != MMSCOPE_MIGRATION &&
	    !(leaf->status == MMSCOPE_HWPOISON && MMSCOPE_HWPOISON_IS_RSS))
		return;
	/* A poisoned one may be offline by now. */
	page = pfn_to_online_page(leaf->value);
	if (!page)
		return;
	if ((!present && !MMSCOPE_MIGRATION_IS_PRIVATE) ||
	    mmscope_hugetlb_is_shared(page) ||
	    hugetlb_pmd_shared((pte_t *)slot))
		sink->sum.shared_hugetlb += size;
	else
		sink->sum.private_hugetlb += size;
}

/* Of a hugetlb page smaller than what a PMD entry spans: arm64 has some. */
static void stats_hugetlb_ptes(struct mmscope_walker *walker, pte_t *ptep,
			       unsigned long addr, unsigned long end)
{
	struct mmscope_stats_sink *sink = walker->sink;

	for (; addr != end; addr += PAGE_SIZE, ptep++) {
		const struct mmscope_entry entry = {
			.raw = mmscope_arch_pte_raw(mmscope_arch_ptep_get(ptep)),
			.level = MMSCOPE_LEVEL_PTE,
			.hugetlb = true,
		};
		struct mmscope_leaf leaf;

		mmscope_entry_decode(&entry, &leaf);
		stats_hugetlb(walker, sink, &entry, &leaf, ptep);
	}
}

/* The PTE of a page that is not like the one before; true if the page is to be counted. */
static noinline bool stats_unlike(struct mmscope_walker *walker, pte_t pte, unsigned long addr,
				  struct likeness *last, unsigned int *class)
{
	struct mmscope_stats_sink *sink = walker->sink;
	const struct mmscope_entry entry = {
		.raw = mmscope_arch_pte_raw(pte),
		.level = MMSCOPE_LEVEL_PTE,
	};
	struct folio *folio;
	struct page *page;

	last->attrs = NO_ATTRS;
	if (pte_none(pte)) {
		if (sink->holes)
			shmem_swapped(sink, walker->vma, addr, addr + PAGE_SIZE);
		return false;
	}
	if (!mmscope_arch_plain(entry.raw)) {
		stats_other(sink, &entry);
		return false;
	}
	page = pfn_to_page(mmscope_arch_plain_pfn(pte));
	folio = page_folio(page);
	remember(last, folio, entry.raw);
	*class = classify(folio, mmscope_arch_plain_young(entry.raw),
			  mmscope_arch_plain_dirty(entry.raw));
	if (folio_test_large(folio))
		*class |= CLASS_LARGE;
	/* Flags change without the lock of the table: then this page tells of no other. */
	if (folio_test_ksm(folio) || !is_alike(last, folio))
		last->attrs = NO_ATTRS;
	if (folio_ref_count(folio) == 1 && !folio_test_ksm(folio))
		return true;
	stats_share(sink, page, folio, *class);
	return false;
}

/* PTEs of [@addr, @end), which is little enough to be done at once. */
static void stats_some(struct mmscope_walker *walker, pte_t *ptep, unsigned long addr,
		       unsigned long end)
{
	struct mmscope_stats_sink *sink = walker->sink;
	const pte_t *stop = ptep + ((end - addr) >> PAGE_SHIFT);
	struct likeness last = { .attrs = NO_ATTRS };
	unsigned int class = 0, run = 0;

	for (; ptep != stop; ptep++, addr += PAGE_SIZE) {
		pte_t pte = mmscope_arch_ptep_get(ptep);

		/* What is alike is plain, too: that is a matter of attributes. */
		if (likely((mmscope_arch_pte_raw(pte) & MMSCOPE_ARCH_ATTR_MASK) == last.attrs)) {
			struct page *page = pfn_to_page(mmscope_arch_plain_pfn(pte));
			struct folio *folio = page_folio(page);

			if (likely(is_alike(&last, folio))) {
				if (likely(folio_ref_count(folio) == 1))
					run++;
				else
					stats_share(sink, page, folio, class);
				continue;
			}
		}
		count(sink, class, run);
		run = stats_unlike(walker, pte, addr, &last, &class);
	}
	count(sink, class, run);
}

static int stats_ptes(struct mmscope_walker *walker, pte_t *ptep,
		      unsigned long addr, unsigned long end)
{
	spinlock_t *lock = mmscope_ptes_lock(walker, ptep);
	int ret = MMSCOPE_GO_ON;
	unsigned long stop;

	spin_lock(lock);
	if (!mmscope_ptes_same(walker)) {
		spin_unlock(lock);
		return MMSCOPE_AGAIN;
	}
	if (walker->huge_size) {
		stats_hugetlb_ptes(walker, ptep, addr, end);
		spin_unlock(lock);
		return MMSCOPE_GO_ON;
	}

	for (;;) {
		stop = min(end, addr + LOOK_AFTER * PAGE_SIZE);
		stats_some(walker, ptep, addr, stop);
		if (stop == end)
			break;
		ptep += LOOK_AFTER;
		addr = stop;
		if (mmscope_look_wanted(walker->look)) {
			walker->addr = addr;
			ret = MMSCOPE_STOP;
			break;
		}
	}
	spin_unlock(lock);
	return ret;
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

	if (entry->level != mmscope_level_pmd(walker->look->mm))
		return;
	/* One that is on its way has none of the flags below. */
	if (leaf->status != MMSCOPE_MIGRATION && !mmscope_leaf_has_pa(leaf))
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

/* As mmscope_entry_decode(), as far as stats_huge() looks at it. */
static void plain_leaf(const struct mmscope_entry *entry, struct mmscope_leaf *leaf)
{
	leaf->status = entry->bad ? MMSCOPE_UNKNOWN : MMSCOPE_MAPPED;
	leaf->value = mmscope_arch_pfn(entry->level, entry->raw);
	leaf->flags = 0;
	if (mmscope_arch_plain_young(entry->raw))
		leaf->flags |= MMSCOPE_PTE_YOUNG;
	if (mmscope_arch_plain_dirty(entry->raw))
		leaf->flags |= MMSCOPE_PTE_DIRTY;
}

static int stats_entry(struct mmscope_walker *walker,
		       const struct mmscope_entry *entry, unsigned long addr,
		       unsigned long end, const void *slot)
{
	struct mmscope_stats_sink *sink = walker->sink;
	struct mmscope_leaf leaf;
	spinlock_t *lock; /* of the table that holds the entry */

	if (!entry->raw)
		return sink->holes ? stats_hole(walker, addr, end) : MMSCOPE_GO_ON;

	lock = mmscope_entry_lock(walker, entry, slot);
	spin_lock(lock);
	if (!mmscope_entry_same(entry, slot)) {
		spin_unlock(lock);
		return MMSCOPE_AGAIN;
	}
	if (likely(!walker->huge_size && mmscope_arch_plain(entry->raw)))
		plain_leaf(entry, &leaf);
	else
		mmscope_entry_decode(entry, &leaf);
	if (walker->huge_size)
		stats_hugetlb(walker, sink, entry, &leaf, slot);
	else
		stats_huge(walker, sink, entry, &leaf, addr, end);
	spin_unlock(lock);
	return MMSCOPE_GO_ON;
}

static void stats_flush(struct mmscope_stats_sink *sink)
{
	if (!sink->sum.nr_vmas)
		return;
	stats_fold(sink);
	*(struct mmscope_stat *)mmscope_batch_add(&sink->batch,
						  sizeof(sink->sum)) = sink->sum;
	sink->sum.nr_vmas = 0;
}

/*
 * smap_gather_stats(): where the swapped pages of a shmem mapping are counted. With the
 * whole of it what its file has in swap is enough to know; or the part of it that is
 * mapped, from sink->scan on, which stats_scan() looks through.
 */
static void stats_shmem(struct mmscope_walker *walker, unsigned long addr)
{
	struct mmscope_stats_sink *sink = walker->sink;
	struct vm_area_struct *vma = walker->vma;
	struct inode *inode = file_inode(vma->vm_file);
	/* Written plainly by shmem_recalc_inode(): shmem_swap_usage() reads it like this. */
	unsigned long swapped = data_race(READ_ONCE(SHMEM_I(inode)->swapped));
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
	if (!vma->vm_pgoff && vma->vm_end - vma->vm_start >= i_size_read(inode))
		sink->sum.swap += (u64)swapped << PAGE_SHIFT;
	else
		sink->scanning = true;
}

/* As stats_hole(), but @addr is where to begin: the entries come after it. */
static noinline int stats_scan(struct mmscope_walker *walker, unsigned long addr)
{
	struct mmscope_stats_sink *sink = walker->sink;

	for (;;) {
		sink->scan = shmem_swapped(sink, walker->vma, sink->scan,
					   walker->vma->vm_end);
		if (sink->scan == walker->vma->vm_end)
			break;
		if (mmscope_look_wanted(walker->look)) {
			sink->stopped = addr;
			walker->addr = addr;
			return MMSCOPE_STOP;
		}
	}
	sink->scanning = false;
	sink->stopped = 0;
	return MMSCOPE_GO_ON;
}

static int stats_vma(struct mmscope_walker *walker, unsigned long addr)
{
	struct mmscope_stats_sink *sink = walker->sink;
	struct vm_area_struct *vma = walker->vma;
	unsigned long end = min(vma->vm_end, sink->end);

	stats_fold(sink);
	sink->locked = vma->vm_flags & VM_LOCKED;

	/*
	 * Resumed after a chunk: the same VMA as far as can be seen. Where the address has
	 * not moved it is gone on with in any case: who splits and joins it is not to keep
	 * us here.
	 */
	if (sink->sum.nr_vmas && addr < sink->vma_end &&
	    (sink->vma_end == vma->vm_end || addr == sink->stopped)) {
		/* Another one can lie there now that ends where it did. */
		if (!mmscope_vma_is_shmem(vma)) {
			sink->holes = false;
			sink->scanning = false;
		}
		sink->scan = clamp(sink->scan, vma->vm_start, vma->vm_end);
		sink->vma_end = vma->vm_end;
		return sink->scanning ? stats_scan(walker, addr) : MMSCOPE_GO_ON;
	}

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
	sink->scanning = false;
	if (!mmscope_vma_is_shmem(vma))
		return MMSCOPE_GO_ON;
	sink->scan = vma->vm_start;
	stats_shmem(walker, addr);
	return sink->scanning ? stats_scan(walker, addr) : MMSCOPE_GO_ON;
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
