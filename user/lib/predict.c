// SPDX-License-Identifier: GPL-2.0
/*
 * predict.c - what an access leads to, from the facts of EXPLAIN
 *
 * The one place that decides. Follows the page-fault handlers function by function
 * and names the one behind each rule (kernel sources 5.10, 6.1 and 6.12). What machines
 * do differently is told by facts, too. Pure: no call leaves this file.
 */
#include <signal.h>

#include "internal.h"

#ifndef SEGV_PKUERR
#define SEGV_PKUERR	4
#endif

#define BIT(n)		(1U << (n))
#define OUTCOME(name)	BIT(MMSCOPE_OUTCOME_##name)

/* Faults that end with a page in place, by how they are counted. */
#define MINOR	(OUTCOME(ZERO_PAGE) | OUTCOME(DEMAND_ZERO) | OUTCOME(THP) | OUTCOME(HUGE_ZERO) | \
		 OUTCOME(PAGE_CACHE) | OUTCOME(NEW_SHARED) | OUTCOME(NEW_HUGETLB) | \
		 OUTCOME(COW_COPY) | OUTCOME(COW_REUSE) | OUTCOME(WRITE_NOTIFY) | \
		 OUTCOME(SWAP_CACHE) | OUTCOME(NUMA_HINT) | OUTCOME(MIGRATION) | \
		 OUTCOME(YOUNG) | OUTCOME(DRIVER))
#define MAJOR	(OUTCOME(SWAP_IN) | OUTCOME(FILE_READ))

/* PTE_MARKER_* of include/linux/swapops.h. */
#define MARKER_UFFD_WP	1ULL
#define MARKER_POISON	2ULL
#define MARKER_GUARD	4ULL

/* KPF_* of linux/kernel-page-flags.h. */
#define KPF_DIRTY	(1ULL << 4)
#define KPF_ANON	(1ULL << 12)

/**
 * struct scene - a prediction under way
 * @e: the facts
 * @s: settings of the system
 * @access: enum mmscope_access
 * @p: the prediction
 * @before: faults that come before the one that decides, all minor
 * @uncounted: how many faults there are is not certain
 * @ahead: the fault is retried with the lock dropped: it counts as major
 */
struct scene {
	const struct mmscope_explain *e;
	const struct mmscope_settings *s;
	enum mmscope_access access;
	struct mmscope_prediction *p;
	int before;
	int uncounted;
	int ahead;
};

static int has(const struct scene *sc, __u64 fact)
{
	return (sc->e->facts & fact) != 0;
}

static int is_hidden(const struct scene *sc, __u64 fact)
{
	return (sc->e->hidden & fact) != 0;
}

static int writes(const struct scene *sc)
{
	return sc->access == MMSCOPE_ACCESS_WRITE;
}

/* Says what happens, and what could happen besides as a set of OUTCOME(). */
static void decide(struct scene *sc, unsigned int outcome, unsigned int also)
{
	sc->p->outcome = outcome;
	sc->p->also |= also & ~BIT(outcome);
}

/* fs/userfaultfd.c:handle_userfault() */
static void userfault(struct scene *sc)
{
	if (has(sc, MMSCOPE_FACT_UFFD_SIGBUS))
		decide(sc, MMSCOPE_OUTCOME_BUS_ADRERR, 0);
	else
		decide(sc, MMSCOPE_OUTCOME_USERFAULT,
		       has(sc, MMSCOPE_FACT_UFFD_OPAQUE) ? OUTCOME(BUS_ADRERR) : 0);
}

/*
 * An entry that carries the uffd-wp bit is write-protected, so a page that was put
 * in its place faults once more (mm/memory.c:do_wp_page()). Is that for a handler?
 */
static int wp_again(struct scene *sc, int wp)
{
	if (!wp || !writes(sc) || !has(sc, MMSCOPE_FACT_UFFD_WP))
		return 0;
	sc->before++;
	if (has(sc, MMSCOPE_FACT_UFFD_ASYNC))
		return 0;
	userfault(sc);
	return 1;
}

/* mm/huge_memory.c:__thp_vma_allowable_orders() (6.1: hugepage_vma_check()) */
static int thp_allowed(const struct scene *sc)
{
	if (has(sc, MMSCOPE_FACT_THP_BARRED) || !has(sc, MMSCOPE_FACT_THP_FITS))
		return 0;
	if (sc->s->thp == MMSCOPE_THP_ALWAYS)
		return 1;
	return sc->s->thp == MMSCOPE_THP_MADVISE && has(sc, MMSCOPE_FACT_THP_ASKED);
}

/*
 * mm/huge_memory.c:do_huge_pmd_anonymous_page(), then mm/memory.c:do_anonymous_page().
 * Whether a huge page is free is known only when it is taken: else a small one.
 */
static void anon_missing(struct scene *sc, int wp)
{
	int huge = !sc->p->grows && sc->e->walk.level < MMSCOPE_LEVEL_PTE && thp_allowed(sc);

	if (has(sc, MMSCOPE_FACT_SHARED)) {
		decide(sc, MMSCOPE_OUTCOME_BUS_ADRERR, 0);
	} else if (has(sc, MMSCOPE_FACT_UFFD_MISSING)) {
		userfault(sc);
	} else if (writes(sc)) {
		if (wp_again(sc, wp))
			return;
		decide(sc, huge ? MMSCOPE_OUTCOME_THP : MMSCOPE_OUTCOME_DEMAND_ZERO,
		       huge ? OUTCOME(DEMAND_ZERO) : 0);
	} else if (huge && sc->s->thp_zero) {
		decide(sc, MMSCOPE_OUTCOME_HUGE_ZERO, 0);
	} else if (huge) {
		decide(sc, MMSCOPE_OUTCOME_THP, OUTCOME(ZERO_PAGE));
	} else {
		decide(sc, MMSCOPE_OUTCOME_ZERO_PAGE, 0);
	}
}

/* A page that is there is mapped, or copied (mm/memory.c:do_cow_fault()). */
static unsigned int mapped(const struct scene *sc, unsigned int outcome)
{
	return writes(sc) && !has(sc, MMSCOPE_FACT_SHARED) ? MMSCOPE_OUTCOME_COW_COPY : outcome;
}

static int beyond_file(const struct scene *sc)
{
	return sc->e->file_index >= sc->e->file_pages;
}

/* mm/shmem.c:shmem_get_folio_gfp(); mm/secretmem.c:secretmem_fault() */
static void shmem_missing(struct scene *sc, int wp)
{
	int there = has(sc, MMSCOPE_FACT_CACHED | MMSCOPE_FACT_CACHE_SWAP);

	if (beyond_file(sc)) {
		decide(sc, MMSCOPE_OUTCOME_BUS_EOF, 0);
	} else if (is_hidden(sc, MMSCOPE_FACT_CACHED)) {
		if (has(sc, MMSCOPE_FACT_UFFD_MISSING | MMSCOPE_FACT_UFFD_MINOR))
			sc->p->also |= OUTCOME(USERFAULT);
		decide(sc, mapped(sc, MMSCOPE_OUTCOME_PAGE_CACHE),
		       OUTCOME(NEW_SHARED) | OUTCOME(SWAP_IN) | OUTCOME(SWAP_CACHE));
	} else if (has(sc, there ? MMSCOPE_FACT_UFFD_MINOR : MMSCOPE_FACT_UFFD_MISSING)) {
		userfault(sc);
	} else if (has(sc, MMSCOPE_FACT_CACHE_POISON)) {
		/* Of a slot it means that it cannot be read: -EIO. */
		decide(sc, has(sc, MMSCOPE_FACT_CACHE_SWAP) ? MMSCOPE_OUTCOME_BUS_ADRERR :
							      MMSCOPE_OUTCOME_BUS_POISON, 0);
	} else if (has(sc, MMSCOPE_FACT_CACHE_SWAP)) {
		if (has(sc, MMSCOPE_FACT_CACHE_UNKNOWN))
			decide(sc, MMSCOPE_OUTCOME_SWAP_IN, OUTCOME(SWAP_CACHE));
		else if (has(sc, MMSCOPE_FACT_CACHED))
			decide(sc, MMSCOPE_OUTCOME_SWAP_CACHE, 0);
		else
			decide(sc, MMSCOPE_OUTCOME_SWAP_IN, 0);
	} else if (!wp_again(sc, wp)) {
		decide(sc, mapped(sc, there ? MMSCOPE_OUTCOME_PAGE_CACHE :
					      MMSCOPE_OUTCOME_NEW_SHARED), 0);
	}
}

/*
 * mm/filemap.c:filemap_map_pages() maps what is ready, without a lock; the rest is
 * for filemap_fault(). That reads ahead when it meets the mark, drops the lock for
 * it, and the fault is retried. A retry counts as major (mm_account_fault()), but
 * not the one from a VMA's own lock to the mmap lock (do_user_addr_fault()).
 */
static void file_missing(struct scene *sc)
{
	unsigned int outcome = mapped(sc, MMSCOPE_OUTCOME_PAGE_CACHE);

	if (beyond_file(sc)) {
		decide(sc, MMSCOPE_OUTCOME_BUS_EOF, 0);
	} else if (is_hidden(sc, MMSCOPE_FACT_CACHED)) {
		decide(sc, outcome, OUTCOME(FILE_READ) | OUTCOME(BUS_POISON));
	} else if (!has(sc, MMSCOPE_FACT_CACHED)) {
		decide(sc, MMSCOPE_OUTCOME_FILE_READ, 0);
	} else if (has(sc, MMSCOPE_FACT_CACHE_POISON)) {
		/* A clean page is thrown away and read again (__do_fault()). */
		decide(sc, MMSCOPE_OUTCOME_BUS_POISON, OUTCOME(FILE_READ));
	} else if (has(sc, MMSCOPE_FACT_CACHE_LOCKED) ||
		   !has(sc, MMSCOPE_FACT_CACHE_UPTODATE)) {
		decide(sc, outcome, OUTCOME(FILE_READ));
	} else {
		sc->ahead = has(sc, MMSCOPE_FACT_CACHE_AHEAD) &&
			    !has(sc, MMSCOPE_FACT_NO_AHEAD | MMSCOPE_FACT_VMA_LOCK);
		decide(sc, outcome, 0);
	}
}

/*
 * mm/hugetlb.c:alloc_hugetlb_folio(): with a reservation from the pool's promised
 * pages, else from the rest, else one that the pool may grow by. Says @outcome when
 * there is one.
 */
static void hugetlb_alloc(struct scene *sc, int reserved, unsigned int outcome)
{
	const struct mmscope_explain *e = sc->e;

	if (e->huge_free > e->huge_reserved || (reserved && e->huge_free))
		decide(sc, outcome, 0);
	else if (e->huge_surplus)
		decide(sc, outcome, OUTCOME(BUS_POOL));
	else
		decide(sc, MMSCOPE_OUTCOME_BUS_POOL, 0);
}

/* mm/hugetlb.c:hugetlb_no_page() */
static void hugetlb_missing(struct scene *sc, int wp)
{
	int reserved = !has(sc, MMSCOPE_FACT_NORESERVE) &&
		       has(sc, MMSCOPE_FACT_MAYSHARE | MMSCOPE_FACT_HUGE_OWNER);

	if (beyond_file(sc)) {
		decide(sc, MMSCOPE_OUTCOME_BUS_EOF, 0);
	} else if (is_hidden(sc, MMSCOPE_FACT_CACHED)) {
		hugetlb_alloc(sc, reserved, mapped(sc, MMSCOPE_OUTCOME_PAGE_CACHE));
		sc->p->also |= OUTCOME(NEW_HUGETLB) | OUTCOME(PAGE_CACHE);
	} else if (!has(sc, MMSCOPE_FACT_CACHED)) {
		if (has(sc, MMSCOPE_FACT_UFFD_MISSING))
			userfault(sc);
		else if (!wp_again(sc, wp))
			hugetlb_alloc(sc, reserved, MMSCOPE_OUTCOME_NEW_HUGETLB);
	} else if (has(sc, MMSCOPE_FACT_CACHE_POISON)) {
		decide(sc, MMSCOPE_OUTCOME_BUS_POISON, 0);
	} else if (has(sc, MMSCOPE_FACT_UFFD_MINOR)) {
		userfault(sc);
	} else if (!wp_again(sc, wp)) {
		if (mapped(sc, MMSCOPE_OUTCOME_PAGE_CACHE) == MMSCOPE_OUTCOME_COW_COPY)
			hugetlb_alloc(sc, reserved, MMSCOPE_OUTCOME_COW_COPY);
		else
			decide(sc, MMSCOPE_OUTCOME_PAGE_CACHE, 0);
	}
}

/* Nothing is mapped yet: mm/memory.c:handle_pte_fault(), do_fault(). */
static void missing(struct scene *sc, int wp)
{
	if (has(sc, MMSCOPE_FACT_HUGETLB))
		hugetlb_missing(sc, wp);
	else if (has(sc, MMSCOPE_FACT_ANON))
		anon_missing(sc, wp);
	else if (!has(sc, MMSCOPE_FACT_FAULT))
		decide(sc, MMSCOPE_OUTCOME_BUS_ADRERR, 0);
	else if (has(sc, MMSCOPE_FACT_SHMEM | MMSCOPE_FACT_SECRETMEM))
		shmem_missing(sc, wp);
	else if (has(sc, MMSCOPE_FACT_FILEMAP))
		file_missing(sc);
	else
		decide(sc, MMSCOPE_OUTCOME_DRIVER, OUTCOME(BUS_ADRERR));
}

/* mm/memory.c:do_swap_page(). A write is finished in the same fault. */
static void swapped(struct scene *sc)
{
	if (writes(sc) && has(sc, MMSCOPE_FACT_UFFD_WP) && !has(sc, MMSCOPE_FACT_UFFD_ASYNC) &&
	    sc->e->walk.flags & MMSCOPE_PTE_UFFD_WP)
		userfault(sc);
	else if (is_hidden(sc, MMSCOPE_FACT_CACHED) || has(sc, MMSCOPE_FACT_CACHE_UNKNOWN))
		decide(sc, MMSCOPE_OUTCOME_SWAP_IN, OUTCOME(SWAP_CACHE));
	else if (!has(sc, MMSCOPE_FACT_CACHED))
		decide(sc, MMSCOPE_OUTCOME_SWAP_IN, 0);
	else if (has(sc, MMSCOPE_FACT_CACHE_POISON))
		decide(sc, MMSCOPE_OUTCOME_BUS_POISON, 0);
	else
		/* Who must wait for the page retries, and is counted as major. */
		decide(sc, MMSCOPE_OUTCOME_SWAP_CACHE,
		       has(sc, MMSCOPE_FACT_CACHE_LOCKED) ? OUTCOME(SWAP_IN) : 0);
}

/* mm/memory.c:handle_pte_marker(), mm/hugetlb.c:hugetlb_fault() */
static void marker(struct scene *sc)
{
	__u64 bits = sc->e->walk.swap_offset;

	if (bits & MARKER_POISON) {
		decide(sc, has(sc, MMSCOPE_FACT_POISON_ADRERR) ? MMSCOPE_OUTCOME_BUS_ADRERR :
								 MMSCOPE_OUTCOME_BUS_POISON, 0);
	} else if (bits & MARKER_GUARD) {
		decide(sc, MMSCOPE_OUTCOME_SEGV_MAPERR, 0);
	} else if (bits & MARKER_UFFD_WP) {
		/* Left over from a VMA that is registered no more: taken away first. */
		if (!has(sc, MMSCOPE_FACT_UFFD_WP | MMSCOPE_FACT_HUGETLB))
			sc->before++;
		missing(sc, 1);
	} else {
		decide(sc, MMSCOPE_OUTCOME_BUS_ADRERR, 0);
	}
}

/*
 * mm/memory.c:do_wp_page(), wp_can_reuse_anon_folio(): an anonymous page is reused
 * when this mapping is its only user. Other references are those of the swap cache
 * and, as long as the page is on its way to the lists of reclaim, one of that; the
 * handler tries to shed both.
 */
static void anon_write(struct scene *sc)
{
	const struct mmscope_page *page = &sc->e->page;
	unsigned int swapcache = has(sc, MMSCOPE_FACT_SWAPCACHE);
	unsigned int own = 1 + swapcache * (page->level == MMSCOPE_LEVEL_PTE ? 1 :
								1U << page->order);
	/* 5.10: mm/memory.c:do_wp_page(), mm/huge_memory.c:do_huge_pmd_wp_page() */
	unsigned int users = page->level == MMSCOPE_LEVEL_PTE ? page->refcount : page->mapcount;

	if (is_hidden(sc, MMSCOPE_FACT_EXCLUSIVE))
		decide(sc, page->attrs & MMSCOPE_PAGE_EXCLUSIVE ? MMSCOPE_OUTCOME_COW_REUSE :
								  MMSCOPE_OUTCOME_COW_COPY,
		       OUTCOME(COW_REUSE) | OUTCOME(COW_COPY));
	else if (has(sc, MMSCOPE_FACT_NO_EXCLUSIVE))
		/* On its way to those lists it can arrive there any moment. */
		decide(sc, page->type == MMSCOPE_PAGE_KSM || users > 1 ?
			   MMSCOPE_OUTCOME_COW_COPY : MMSCOPE_OUTCOME_COW_REUSE,
		       users == 2 && !has(sc, MMSCOPE_FACT_LRU) ? OUTCOME(COW_REUSE) : 0);
	else if (has(sc, MMSCOPE_FACT_EXCLUSIVE))
		decide(sc, MMSCOPE_OUTCOME_COW_REUSE, 0);
	else if (has(sc, MMSCOPE_FACT_LARGE_ALONE))
		decide(sc, MMSCOPE_OUTCOME_COW_REUSE, swapcache ? OUTCOME(COW_COPY) : 0);
	else if (page->type == MMSCOPE_PAGE_KSM || page->refcount > own + 1)
		decide(sc, MMSCOPE_OUTCOME_COW_COPY, 0);
	else if (page->refcount > own && has(sc, MMSCOPE_FACT_LRU))
		decide(sc, MMSCOPE_OUTCOME_COW_COPY, 0);
	else if (page->level == MMSCOPE_LEVEL_PTE && has(sc, MMSCOPE_FACT_LARGE))
		/* 6.1 reuses the last part of a folio, 6.12 does not. */
		decide(sc, MMSCOPE_OUTCOME_COW_COPY, OUTCOME(COW_REUSE));
	else
		decide(sc, MMSCOPE_OUTCOME_COW_REUSE,
		       page->refcount > own || swapcache ? OUTCOME(COW_COPY) : 0);
}

/* mm/hugetlb.c:hugetlb_wp() */
static void hugetlb_write(struct scene *sc)
{
	const struct mmscope_page *page = &sc->e->page;
	int anon = (page->kpf & KPF_ANON) != 0;

	if (has(sc, MMSCOPE_FACT_MAYSHARE))
		decide(sc, MMSCOPE_OUTCOME_WRITE_NOTIFY, 0);
	else if (page->kpf == MMSCOPE_HIDDEN)
		decide(sc, MMSCOPE_OUTCOME_COW_COPY, OUTCOME(COW_REUSE) | OUTCOME(BUS_POOL));
	else if (anon && page->mapcount == 1)
		decide(sc, MMSCOPE_OUTCOME_COW_REUSE, 0);
	else if (anon && has(sc, MMSCOPE_FACT_HUGE_OWNER) &&
		 sc->e->huge_free <= sc->e->huge_reserved)
		/* The owner keeps its page and takes it from its children. */
		decide(sc, MMSCOPE_OUTCOME_COW_REUSE,
		       sc->e->huge_surplus ? OUTCOME(COW_COPY) : 0);
	else
		hugetlb_alloc(sc, has(sc, MMSCOPE_FACT_HUGE_OWNER) && !anon,
			      MMSCOPE_OUTCOME_COW_COPY);
}

/* A page is there and its entry forbids the write that the VMA permits. */
static void write_protected(struct scene *sc)
{
	if (sc->e->walk.flags & MMSCOPE_PTE_UFFD_WP && has(sc, MMSCOPE_FACT_UFFD_WP) &&
	    !has(sc, MMSCOPE_FACT_UFFD_ASYNC)) {
		userfault(sc);
		return;
	}
	if (has(sc, MMSCOPE_FACT_HUGETLB)) {
		hugetlb_write(sc);
		return;
	}
	if (has(sc, MMSCOPE_FACT_SHARED)) {
		decide(sc, MMSCOPE_OUTCOME_WRITE_NOTIFY, 0);
		return;
	}
	switch (sc->e->page.type) {
	case MMSCOPE_PAGE_ANON:
	case MMSCOPE_PAGE_KSM:
		anon_write(sc);
		break;
	default:
		decide(sc, MMSCOPE_OUTCOME_COW_COPY, 0);
	}
}

/* What all levels permit together; the leaf is the last. */
static __u64 walk_rights(const struct mmscope_explain *e)
{
	__u64 rights = MMSCOPE_PTE_WRITE | MMSCOPE_PTE_USER | MMSCOPE_PTE_EXEC;
	unsigned int i;

	for (i = 0; i < e->walk.nr_levels; i++)
		rights &= e->walk.levels[i].flags;
	return rights;
}

/*
 * The page may be used so; but where the processor does not mark it as accessed, or as
 * written to, that takes a fault (the end of mm/memory.c:handle_pte_fault()).
 */
static void permitted(struct scene *sc)
{
	__u64 flags = sc->e->walk.flags;
	int young = has(sc, MMSCOPE_FACT_HW_YOUNG) || flags & MMSCOPE_PTE_YOUNG;
	int dirty = has(sc, MMSCOPE_FACT_HW_DIRTY) || flags & MMSCOPE_PTE_DIRTY || !writes(sc);

	if (young && dirty)
		decide(sc, MMSCOPE_OUTCOME_SUCCEEDS, 0);
	else if (has(sc, MMSCOPE_FACT_HW_UNKNOWN))
		decide(sc, MMSCOPE_OUTCOME_SUCCEEDS, OUTCOME(YOUNG));
	else
		decide(sc, MMSCOPE_OUTCOME_YOUNG, 0);
}

/* Returns whether there is a fault at all, that the VMA's rights do not forbid. */
static int present(struct scene *sc)
{
	__u64 rights = walk_rights(sc->e);
	int allowed = (rights & MMSCOPE_PTE_USER) != 0;

	if (writes(sc))
		/* arm64 has it writable, for the processor's own pushes (_PAGE_GCS). */
		allowed = allowed && rights & MMSCOPE_PTE_WRITE &&
			  !has(sc, MMSCOPE_FACT_SHADOW_STACK);
	else if (sc->access == MMSCOPE_ACCESS_EXEC)
		allowed = allowed && rights & MMSCOPE_PTE_EXEC;
	else
		allowed = allowed && !(sc->e->walk.flags & MMSCOPE_PTE_NOREAD);
	if (allowed) {
		permitted(sc);
		return 0;
	}
	/* A page that is there and may not be read or executed: access_error(). */
	if (!writes(sc)) {
		decide(sc, MMSCOPE_OUTCOME_SEGV_ACCERR, 0);
		return 0;
	}
	return 1;
}

/*
 * arch/x86/mm/fault.c:access_error(): without a page, fetching counts as reading.
 * arch/riscv/mm/fault.c:access_error(), arch/arm64/mm/fault.c:do_page_fault(): it does not.
 */
static int vma_permits(const struct scene *sc)
{
	__u64 readable = MMSCOPE_FACT_READ | MMSCOPE_FACT_WRITE;

	if (writes(sc))
		return has(sc, MMSCOPE_FACT_WRITE) && !has(sc, MMSCOPE_FACT_SHADOW_STACK);
	if (sc->access == MMSCOPE_ACCESS_EXEC && !has(sc, MMSCOPE_FACT_EXEC_LATE))
		return has(sc, MMSCOPE_FACT_EXEC);
	if (has(sc, MMSCOPE_FACT_EXEC_READS))
		readable |= MMSCOPE_FACT_EXEC;
	return has(sc, readable);
}

/*
 * arch/x86/include/asm/pkru.h: two bits for each key, access and write disabled. They
 * never count for instructions (arch_vma_access_permitted()).
 */
static int key_forbids(struct scene *sc)
{
	unsigned int bits = writes(sc) ? 3 : 1;

	if (sc->access == MMSCOPE_ACCESS_EXEC || !has(sc, MMSCOPE_FACT_PKEYS))
		return 0;
	if (has(sc, MMSCOPE_FACT_PKRU))
		return (sc->e->pkru >> 2 * sc->e->pkey & bits) != 0;
	/* Not known; the key that all memory has from the start is seldom closed. */
	if (sc->e->pkey)
		sc->p->also |= OUTCOME(SEGV_PKUERR);
	return 0;
}

/* mm/mmap.c:expand_downwards(), acct_stack_growth() */
static int stack_grows(const struct scene *sc)
{
	const struct mmscope_explain *e = sc->e;
	__u64 page = e->page.va;
	__u64 pages = (e->above_start - page) / sc->s->page_size;

	if (!has(sc, MMSCOPE_FACT_GROWS) || page < sc->s->mmap_min_addr)
		return 0;
	if (e->below & MMSCOPE_BELOW_GUARDED && page - e->below_end < sc->s->stack_guard_gap)
		return 0;
	return e->above_end - page <= e->stack_limit &&
	       e->total_vm + pages <= e->as_limit / sc->s->page_size;
}

static void in_vma(struct scene *sc)
{
	if (key_forbids(sc)) {
		decide(sc, MMSCOPE_OUTCOME_SEGV_PKUERR, 0);
		return;
	}
	if (sc->e->walk.status == MMSCOPE_MAPPED && !present(sc))
		return;
	if (!vma_permits(sc)) {
		decide(sc, MMSCOPE_OUTCOME_SEGV_ACCERR, 0);
		return;
	}
	switch (sc->e->walk.status) {
	case MMSCOPE_MAPPED:
		write_protected(sc);
		break;
	case MMSCOPE_NONE:
	case MMSCOPE_NO_VMA:
		missing(sc, 0);
		break;
	case MMSCOPE_PROTNONE:
		/* mm/memory.c:do_numa_page(); a write can fault once more after it. */
		sc->uncounted = writes(sc);
		decide(sc, MMSCOPE_OUTCOME_NUMA_HINT, 0);
		break;
	case MMSCOPE_SWAP:
		swapped(sc);
		break;
	case MMSCOPE_MIGRATION:
		sc->uncounted = 1;
		decide(sc, MMSCOPE_OUTCOME_MIGRATION, 0);
		break;
	case MMSCOPE_HWPOISON:
		decide(sc, MMSCOPE_OUTCOME_BUS_POISON, 0);
		break;
	case MMSCOPE_DEVICE:
		decide(sc, MMSCOPE_OUTCOME_DRIVER, OUTCOME(BUS_ADRERR));
		break;
	case MMSCOPE_MARKER:
		marker(sc);
		break;
	default:
		decide(sc, MMSCOPE_OUTCOME_UNKNOWN, 0);
	}
}

/*
 * MMSCOPE_FACT_EXEC_LATE: an instruction in a mapping without the right to execute is
 * refused only when its page is there; so it is first brought in, as if to be read.
 */
static void exec_in_vma(struct scene *sc)
{
	unsigned int pages = MINOR | MAJOR;

	in_vma(sc);
	if (has(sc, MMSCOPE_FACT_EXEC) || sc->p->outcome == MMSCOPE_OUTCOME_UNKNOWN)
		return;
	if (BIT(sc->p->outcome) & MAJOR || sc->ahead)
		sc->p->major = 1;
	else if (BIT(sc->p->outcome) & MINOR)
		sc->before++;
	/* Which of the two it was is not told by what it ends in. */
	if (sc->p->also & (BIT(sc->p->outcome) & MAJOR ? MINOR : MAJOR))
		sc->uncounted = 1;
	if (BIT(sc->p->outcome) & pages)
		sc->p->outcome = MMSCOPE_OUTCOME_SEGV_ACCERR;
	sc->p->also &= ~pages;
}

/* arch/x86/entry/vsyscall/vsyscall_64.c:emulate_vsyscall(), addr_to_vsyscall_nr() */
static void vsyscall(struct scene *sc)
{
	__u64 offset = sc->e->va & (sc->s->page_size - 1);

	if (sc->access == MMSCOPE_ACCESS_READ && sc->s->vsyscall == MMSCOPE_VSYSCALL_READ)
		decide(sc, MMSCOPE_OUTCOME_SUCCEEDS, 0);
	else if (sc->access != MMSCOPE_ACCESS_EXEC || sc->s->vsyscall == MMSCOPE_VSYSCALL_NONE)
		decide(sc, MMSCOPE_OUTCOME_SEGV_MAPERR, 0);
	else if (offset == 0 || offset == 0x400 || offset == 0x800)
		decide(sc, MMSCOPE_OUTCOME_VSYSCALL, 0);
	else
		decide(sc, MMSCOPE_OUTCOME_SEGV_CPU, 0);
}

/*
 * mm/memory.c:fault_dirty_shared_page() before 6.0: whoever makes a page dirty may have
 * to wait for others to be written back. The lock is dropped for that, whether or not
 * there is a wait, and the fault is retried.
 */
static void dirtied(struct scene *sc)
{
	if (!has(sc, MMSCOPE_FACT_DIRTY_RETRIES) || has(sc, MMSCOPE_FACT_HUGETLB) ||
	    !has(sc, MMSCOPE_FACT_SHARED) || has(sc, MMSCOPE_FACT_ANON))
		return;
	if (has(sc, MMSCOPE_FACT_MKWRITE)) {
		sc->ahead = 1;
		return;
	}
	switch (sc->p->outcome) {
	case MMSCOPE_OUTCOME_NEW_SHARED:
		sc->ahead = 1;
		break;
	case MMSCOPE_OUTCOME_PAGE_CACHE:
		sc->uncounted = is_hidden(sc, MMSCOPE_FACT_CACHED);
		sc->ahead = !has(sc, MMSCOPE_FACT_CACHE_DIRTY);
		break;
	case MMSCOPE_OUTCOME_WRITE_NOTIFY:
		sc->uncounted = sc->e->page.kpf == MMSCOPE_HIDDEN;
		sc->ahead = !(sc->e->page.kpf & KPF_DIRTY);
		break;
	}
}

static void user_half(struct scene *sc)
{
	if (sc->e->walk.status == MMSCOPE_NO_VMA) {
		if (!stack_grows(sc)) {
			decide(sc, MMSCOPE_OUTCOME_SEGV_MAPERR, 0);
			return;
		}
		sc->p->grows = 1;
	}
	if (sc->access == MMSCOPE_ACCESS_EXEC && has(sc, MMSCOPE_FACT_EXEC_LATE))
		exec_in_vma(sc);
	else
		in_vma(sc);
	if (writes(sc))
		dirtied(sc);
}

static void signal_of(struct mmscope_prediction *p)
{
	static const struct { unsigned int outcome; int signal, code; } signals[] = {
		{ MMSCOPE_OUTCOME_SEGV_MAPERR, SIGSEGV, SEGV_MAPERR },
		{ MMSCOPE_OUTCOME_SEGV_ACCERR, SIGSEGV, SEGV_ACCERR },
		{ MMSCOPE_OUTCOME_SEGV_PKUERR, SIGSEGV, SEGV_PKUERR },
		{ MMSCOPE_OUTCOME_SEGV_CPU, SIGSEGV, SI_KERNEL },
		{ MMSCOPE_OUTCOME_BUS_EOF, SIGBUS, BUS_ADRERR },
		{ MMSCOPE_OUTCOME_BUS_POISON, SIGBUS, BUS_MCEERR_AR },
		{ MMSCOPE_OUTCOME_BUS_POOL, SIGBUS, BUS_ADRERR },
		{ MMSCOPE_OUTCOME_BUS_ADRERR, SIGBUS, BUS_ADRERR },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		if (signals[i].outcome != p->outcome)
			continue;
		p->signal = signals[i].signal;
		p->code = signals[i].code;
	}
}

static void count(struct scene *sc)
{
	struct mmscope_prediction *p = sc->p;
	unsigned int all = BIT(p->outcome) | p->also;

	p->minor += sc->before;
	if (BIT(p->outcome) & MAJOR || (sc->ahead && BIT(p->outcome) & MINOR))
		p->major++;
	else if (BIT(p->outcome) & MINOR)
		p->minor++;
	/* The other outcomes count alike, or it is not certain. */
	if (sc->uncounted || p->outcome == MMSCOPE_OUTCOME_UNKNOWN ||
	    ((all & MINOR) != all && (all & MAJOR) != all && p->also)) {
		p->minor = -1;
		p->major = -1;
	}
}

MMSCOPE_API void mmscope_predict(const struct mmscope_explain *explain,
				 const struct mmscope_settings *settings,
				 enum mmscope_access access,
				 struct mmscope_prediction *prediction)
{
	struct scene sc = { .e = explain, .s = settings, .access = access, .p = prediction };

	*prediction = (struct mmscope_prediction){ 0 };
	switch (explain->region) {
	case MMSCOPE_REGION_USER:
		user_half(&sc);
		break;
	case MMSCOPE_REGION_HOLE:
		/* Where it is a page fault like any other, no VMA is found. */
		decide(&sc, has(&sc, MMSCOPE_FACT_HOLE_TRAPS) ? MMSCOPE_OUTCOME_SEGV_CPU :
								MMSCOPE_OUTCOME_SEGV_MAPERR, 0);
		break;
	case MMSCOPE_REGION_VSYSCALL:
		vsyscall(&sc);
		break;
	default:
		/* arch/x86/mm/fault.c:do_kern_addr_fault(); elsewhere no VMA is found. */
		decide(&sc, MMSCOPE_OUTCOME_SEGV_MAPERR, 0);
	}
	signal_of(prediction);
	count(&sc);
}
