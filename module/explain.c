// SPDX-License-Identifier: GPL-2.0
/*
 * explain.c - everything a page fault at one address would look at
 *
 * Collects facts and draws no conclusion: what an access leads to is decided in
 * one place, user/lib/predict.c. Takes no reference to a page: one would itself
 * change the outcome (mm/memory.c:wp_can_reuse_anon_folio() counts them).
 */
#include "explain.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "arch/arch.h"
#include "compat/cache.h"
#include "compat/compat.h"
#include "compat/page.h"
#include "entry.h"
#include "pages.h"
#include "tablelock.h"
#include "target.h"
#include "walk.h"

static const struct {
	unsigned long flag;
	u64 fact;
} flag_facts[] = {
	{ VM_READ, MMSCOPE_FACT_READ },
	{ VM_WRITE, MMSCOPE_FACT_WRITE },
	{ VM_EXEC, MMSCOPE_FACT_EXEC },
	{ VM_SHARED, MMSCOPE_FACT_SHARED },
	{ VM_MAYSHARE, MMSCOPE_FACT_MAYSHARE },
	{ VM_GROWSDOWN, MMSCOPE_FACT_GROWS },
	{ VM_HUGETLB, MMSCOPE_FACT_HUGETLB },
	{ VM_UFFD_MISSING, MMSCOPE_FACT_UFFD_MISSING },
	{ VM_UFFD_WP, MMSCOPE_FACT_UFFD_WP },
	{ VM_UFFD_MINOR, MMSCOPE_FACT_UFFD_MINOR },
	{ VM_HUGEPAGE, MMSCOPE_FACT_THP_ASKED },
	{ VM_NOHUGEPAGE, MMSCOPE_FACT_THP_BARRED },
	{ VM_NORESERVE, MMSCOPE_FACT_NORESERVE },
	{ MMSCOPE_VM_SHADOW_STACK, MMSCOPE_FACT_SHADOW_STACK },
};

/* Of the kernel and the machine. */
static u64 system_facts(void)
{
	u64 facts = mmscope_arch_fault_facts();

	if (IS_ENABLED(CONFIG_PER_VMA_LOCK))
		facts |= MMSCOPE_FACT_VMA_LOCK;
	if (mmscope_arch_has_pkeys())
		facts |= MMSCOPE_FACT_PKEYS;
	if (MMSCOPE_POISON_ADRERR)
		facts |= MMSCOPE_FACT_POISON_ADRERR;
	if (MMSCOPE_DIRTY_RETRIES)
		facts |= MMSCOPE_FACT_DIRTY_RETRIES;
	if (MMSCOPE_NO_EXCLUSIVE)
		facts |= MMSCOPE_FACT_NO_EXCLUSIVE;
	return facts;
}

/* mm/memory.c:should_fault_around(), do_fault() and what they call. */
static u64 ops_facts(const struct vm_area_struct *vma)
{
	const struct vm_operations_struct *ops = vma->vm_ops;
	u64 facts = 0;

	if (!ops)
		return MMSCOPE_FACT_ANON;
	if (ops->fault)
		facts |= MMSCOPE_FACT_FAULT;
	if (ops->map_pages)
		facts |= MMSCOPE_FACT_MAP_PAGES;
	if (ops->page_mkwrite || ops->pfn_mkwrite)
		facts |= MMSCOPE_FACT_MKWRITE;
	/* File systems wrap the one function more often than the other. */
	if (ops->fault == filemap_fault || ops->map_pages == filemap_map_pages)
		facts |= MMSCOPE_FACT_FILEMAP;
	return facts;
}

static u64 file_facts(const struct vm_area_struct *vma)
{
	const struct super_block *sb = file_inode(vma->vm_file)->i_sb;
	u64 facts = 0;

	if (mmscope_vma_is_shmem(vma))
		facts |= MMSCOPE_FACT_SHMEM;
	if (sb->s_magic == SECRETMEM_MAGIC)
		facts |= MMSCOPE_FACT_SECRETMEM;
	/* mm/filemap.c:do_async_mmap_readahead() */
	if (vma->vm_flags & VM_RAND_READ || !vma->vm_file->f_ra.ra_pages)
		facts |= MMSCOPE_FACT_NO_AHEAD;
	return facts;
}

/*
 * The part of mm/huge_memory.c:__thp_vma_allowable_orders() and
 * thp_vma_suitable_order() that is not a setting of the system.
 */
static u64 thp_facts(const struct vm_area_struct *vma, unsigned long va)
{
#ifdef CONFIG_TRANSPARENT_HUGEPAGE
	unsigned long start = min(vma->vm_start, va & PAGE_MASK);
	unsigned long huge = ALIGN_DOWN(va, PMD_SIZE);
	u64 facts = 0;

	if (mmscope_thp_barred(vma))
		facts |= MMSCOPE_FACT_THP_BARRED;
	if (huge >= start && vma->vm_end - huge >= PMD_SIZE)
		facts |= MMSCOPE_FACT_THP_FITS;
	return facts;
#else
	return MMSCOPE_FACT_THP_BARRED;
#endif
}

/* Shared, writable, and yet its pages are not mapped so: mm/mmap.c:vma_wants_writenotify() */
static bool wants_notice(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_SHARED | VM_WRITE)) ==
	       (VM_SHARED | VM_WRITE) &&
	       !pte_write(pfn_pte(0, vma->vm_page_prot));
}

static u64 vma_facts(const struct vm_area_struct *vma, unsigned long va)
{
	u64 facts = ops_facts(vma) | thp_facts(vma, va) | mmscope_uffd_facts(vma);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flag_facts); i++)
		if (vma->vm_flags & flag_facts[i].flag)
			facts |= flag_facts[i].fact;
	if (vma->vm_file)
		facts |= file_facts(vma);
	if (wants_notice(vma))
		facts |= MMSCOPE_FACT_NOTIFY;
	/* vma_soft_dirty_enabled() */
	if (IS_ENABLED(CONFIG_MEM_SOFT_DIRTY) && !(vma->vm_flags & VM_SOFTDIRTY))
		facts |= MMSCOPE_FACT_SOFT_DIRTY;
	return facts;
}

/* Of the page that @entry maps; the lock of its table is held. */
static u64 page_facts(const struct mmscope_leaf *leaf, struct page *page)
{
	struct folio *folio = page_folio(page);
	u64 facts = 0;

	/* A huge page's is kept where its entry points to, not for each part. */
	if (folio_test_anon(folio) &&
	    mmscope_anon_exclusive(leaf->flags & MMSCOPE_PTE_HUGE ?
				   pfn_to_page(leaf->value) : page))
		facts |= MMSCOPE_FACT_EXCLUSIVE;
	if (folio_test_lru(folio))
		facts |= MMSCOPE_FACT_LRU;
	if (folio_test_large(folio)) {
		facts |= MMSCOPE_FACT_LARGE;
		if (folio_test_anon(folio) && !(leaf->flags & MMSCOPE_PTE_HUGE) &&
		    mmscope_large_is_alone(folio))
			facts |= MMSCOPE_FACT_LARGE_ALONE;
	}
	if (folio_test_swapcache(folio))
		facts |= MMSCOPE_FACT_SWAPCACHE;
	return facts;
}

/**
 * struct explain_sink - the walk to the page, and what is found there
 * @path: first, for it is the sink of mmscope_path_table()
 * @explain: where the rest goes
 * @rights: MMSCOPE_RIGHT_* of whoever asked
 */
struct explain_sink {
	struct mmscope_walk_result path;
	struct mmscope_explain *explain;
	u32 rights;
};

/* The lock of the table is held, and the entry is what it was. */
static void explain_leaf(struct mmscope_walker *walker,
			 const struct mmscope_entry *entry, unsigned long addr,
			 const void *slot)
{
	struct explain_sink *sink = container_of(walker->sink,
						 struct explain_sink, path);
	struct mmscope_explain *explain = sink->explain;
	struct mmscope_leaf leaf;
	struct page *page;

	mmscope_entry_decode(entry, &leaf);
	mmscope_path_end(walker, entry, &leaf, slot);
	page = mmscope_page_record(walker, entry, &leaf, addr, sink->rights,
				   &explain->page);
	if (page)
		explain->facts |= page_facts(&leaf, page);
	if (leaf.status == MMSCOPE_SWAP)
		explain->facts |= mmscope_swap_cache_facts(leaf.swap_type,
							   leaf.value);
}

static int explain_entry(struct mmscope_walker *walker,
			 const struct mmscope_entry *entry, unsigned long addr,
			 unsigned long end, const void *slot)
{
	spinlock_t *lock; /* of the table that holds the entry */
	int ret = MMSCOPE_GO_ON;

	if (!entry->raw) {
		explain_leaf(walker, entry, addr, slot);
		return MMSCOPE_GO_ON;
	}
	lock = mmscope_entry_lock(walker, entry, slot);
	spin_lock(lock);
	if (mmscope_entry_same(entry, slot))
		explain_leaf(walker, entry, addr, slot);
	else
		ret = MMSCOPE_AGAIN;
	spin_unlock(lock);
	return ret;
}

static int explain_ptes(struct mmscope_walker *walker, pte_t *ptep,
			unsigned long addr, unsigned long end)
{
	struct explain_sink *sink = container_of(walker->sink,
						 struct explain_sink, path);
	struct mmscope_entry entry = { .level = MMSCOPE_LEVEL_PTE };
	spinlock_t *lock = mmscope_ptes_lock(walker, ptep);
	int ret = MMSCOPE_GO_ON;

	spin_lock(lock);
	if (mmscope_ptes_same(walker)) {
		entry.raw = mmscope_arch_pte_raw(mmscope_arch_ptep_get(ptep));
		explain_leaf(walker, &entry, addr, ptep);
	} else {
		/* The step to this table was told already: take it back. */
		sink->path.nr_levels--;
		ret = MMSCOPE_AGAIN;
	}
	spin_unlock(lock);
	return ret;
}

static int explain_gap(struct mmscope_walker *walker, unsigned long addr,
		       unsigned long end)
{
	struct explain_sink *sink = container_of(walker->sink,
						 struct explain_sink, path);

	sink->path.status = MMSCOPE_NO_VMA;
	sink->explain->page.status = MMSCOPE_NO_VMA;
	return MMSCOPE_GO_ON;
}

static const struct mmscope_sink_ops explain_ops = {
	.table = mmscope_path_table,
	.entry = explain_entry,
	.ptes = explain_ptes,
	.gap = explain_gap,
};

/* False when the entry has changed and the lock is wanted: to be asked in the next hold. */
static bool explain_walk(struct mmscope_look *look, u32 rights,
			 struct mmscope_explain *explain)
{
	struct explain_sink sink = {
		.path.va = explain->va,
		.explain = explain,
		.rights = rights,
	};
	struct mmscope_walker walker = {
		.look = look,
		.sink = &sink.path,
	};

	if (mmscope_walk_page(&walker, &explain_ops, explain->va & PAGE_MASK))
		return false;
	if (!(rights & MMSCOPE_RIGHT_PHYS))
		mmscope_path_hide(&sink.path);
	explain->walk = sink.path;
	return true;
}

/* The file behind the address, and what its page cache has there. */
static void explain_file(struct vm_area_struct *vma,
			 struct mmscope_explain *explain)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	pgoff_t index = vma->vm_pgoff +
			((explain->va - vma->vm_start) >> PAGE_SHIFT);

	explain->file_index = index;
	explain->file_pages = DIV_ROUND_UP_ULL(i_size_read(mapping->host),
					       PAGE_SIZE);
	if (explain->facts & (MMSCOPE_FACT_FILEMAP | MMSCOPE_FACT_SHMEM |
			      MMSCOPE_FACT_SECRETMEM | MMSCOPE_FACT_HUGETLB) &&
	    explain->walk.status != MMSCOPE_SWAP)
		explain->facts |= mmscope_page_cache_facts(vma, mapping, index);
}

static void explain_pool(struct vm_area_struct *vma,
			 struct mmscope_explain *explain)
{
	const struct hstate *h = hstate_vma(vma);

	explain->huge_free = h->free_huge_pages;
	explain->huge_reserved = h->resv_huge_pages;
	if (!hstate_is_gigantic((struct hstate *)h) &&
	    h->nr_overcommit_huge_pages > h->surplus_huge_pages)
		explain->huge_surplus = h->nr_overcommit_huge_pages -
					h->surplus_huge_pages;
	/* A child that inherits the mapping has none (hugetlb_dup_vma_private()). */
	if (!(vma->vm_flags & VM_MAYSHARE) && vma->vm_private_data)
		explain->facts |= MMSCOPE_FACT_HUGE_OWNER;
}

/* The VMAs around the address: mm/mmap.c:expand_downwards() looks at them. */
static struct vm_area_struct *explain_around(struct mm_struct *mm,
					     struct mmscope_explain *explain)
{
	struct vm_area_struct *vma = find_vma(mm, explain->va), *near;

	explain->below = 0;
	near = mmscope_vma_before(mm, explain->va);
	if (near) {
		explain->below_end = near->vm_end;
		if (!(near->vm_flags & VM_GROWSDOWN) && vma_is_accessible(near))
			explain->below |= MMSCOPE_BELOW_GUARDED;
	}
	near = vma;
	if (vma && vma->vm_start <= explain->va)
		near = find_vma(mm, vma->vm_end);
	if (near) {
		explain->above_start = near->vm_start;
		explain->above_end = near->vm_end;
	}
	return vma;
}

/* All that is to be known about explain->va; locked. False as explain_walk(). */
static bool explain_address(struct mmscope_look *look, u32 rights,
			    struct mmscope_vmas_chunk *chunk,
			    struct mmscope_explain *explain)
{
	struct vm_area_struct *vma;
	bool holds, held;

	explain->facts |= system_facts();
	explain->region = mmscope_arch_region(explain->va);
	explain->total_vm = look->mm->total_vm;
	explain->above_start = ~0ULL;
	explain->page.va = explain->va & ~(u64)(PAGE_SIZE - 1);
	if (explain->va >= MMSCOPE_ARCH_TASK_SIZE) {
		explain->walk.va = explain->va;
		explain->walk.status = MMSCOPE_NONCANONICAL;
		explain->page.status = MMSCOPE_NONCANONICAL;
		return true;
	}

	/* First: nothing has been added up yet when it has to be done again. */
	if (!explain_walk(look, rights, explain))
		return false;
	vma = explain_around(look->mm, explain);
	holds = vma && READ_ONCE(vma->vm_start) <= explain->va;
	/* A stack grew in between (before 6.5, mm/mmap.c:expand_downwards()). */
	held = explain->walk.status != MMSCOPE_NO_VMA;
	if (holds != held)
		return false;
	if (holds || (vma && vma->vm_flags & VM_GROWSDOWN)) {
		explain->facts |= vma_facts(vma, explain->va);
		explain->pkey = mmscope_arch_vma_pkey(vma);
	}
	if (holds) {
		if (vma->vm_file)
			explain_file(vma, explain);
		if (is_vm_hugetlb_page(vma))
			explain_pool(vma, explain);
		mmscope_vmas_add(chunk, vma);
	}

	if (!(rights & MMSCOPE_RIGHT_PHYS)) {
		explain->facts &= ~MMSCOPE_FACTS_PHYS;
		explain->hidden |= MMSCOPE_FACTS_PHYS;
	}
	return true;
}

static u64 thread_limit(struct task_struct *task, unsigned int limit)
{
	unsigned long value = task_rlimit(task, limit);

	return value == RLIM_INFINITY ? ~0ULL : value;
}

/* What counts of the thread that would use the address; @task: NULL when there is none. */
static void explain_thread(struct task_struct *task, bool registers,
			   struct mmscope_explain *explain)
{
	explain->stack_limit = ~0ULL;
	explain->as_limit = ~0ULL;
	if (task) {
		explain->stack_limit = thread_limit(task, RLIMIT_STACK);
		explain->as_limit = thread_limit(task, RLIMIT_AS);
	}
	if (!mmscope_arch_has_pkeys())
		return;
	if (task && registers && mmscope_arch_pkru(task, &explain->pkru))
		explain->facts |= MMSCOPE_FACT_PKRU;
	else
		explain->hidden |= MMSCOPE_FACT_PKRU;
}

/*
 * The thread in question, with a reference; NULL when nobody is known to own the
 * address space; ERR_PTR(-ESRCH) when @tid does not belong to it.
 */
static struct task_struct *thread_of(struct mm_struct *mm, s32 tid)
{
	struct task_struct *task;
	struct pid *pid;
	bool same;

	if (!tid)
		return mmscope_mm_owner(mm);

	pid = find_get_pid(tid);
	task = get_pid_task(pid, PIDTYPE_PID);
	put_pid(pid);
	if (!task)
		return ERR_PTR(-ESRCH);
	task_lock(task);
	same = task->mm == mm;
	task_unlock(task);
	if (same)
		return task;
	put_task_struct(task);
	return ERR_PTR(-ESRCH);
}

/* Registers need what ptrace would ask for: kernel/ptrace.c:__ptrace_may_access() */
static bool may_see_registers(const struct mmscope_target *target,
			      struct task_struct *task, const struct file *file)
{
	return same_thread_group(task, current) ||
	       mmscope_is_ptracer(target->user_ns, file);
}

/**
 * mmscope_explain_read - all that is to be known about explain->va
 * @look: begun, not locked
 * @target: what is looked at
 * @opener: the open file; its rights decide about registers
 * @chunk: empty, with room for one record; gets that of the VMA
 * @explain: zeroed but for its "in" fields; filled but for @vma_size and @lock
 *
 * Return: 0; -ESRCH when the address space is gone or @explain->tid is no thread of it;
 * -EINTR.
 */
int mmscope_explain_read(struct mmscope_look *look,
			 const struct mmscope_target *target,
			 const struct file *opener,
			 struct mmscope_vmas_chunk *chunk,
			 struct mmscope_explain *explain)
{
	struct task_struct *task = thread_of(target->mm, explain->tid);
	const u64 generation = look->report.generation, asked = explain->va;
	bool done;
	int err;

	if (IS_ERR(task))
		return PTR_ERR(task);
	explain_thread(task, task && may_see_registers(target, task, opener),
		       explain);
	if (task)
		put_task_struct(task);
	do {
		/* All that is told is of the last hold: what changed before it is no matter. */
		look->report.generation = generation;
		look->report.flags &= ~MMSCOPE_LOCK_CHANGED;
		err = mmscope_look_lock(look);
		if (err)
			return err;
		explain->va = mmscope_untagged(look->mm, asked);
		done = explain_address(look, target->rights, chunk, explain);
		explain->va = asked;
		explain->walk.va = asked;
		mmscope_look_unlock(look);
		cond_resched();
	} while (!done);
	return 0;
}
