/* SPDX-License-Identifier: GPL-2.0 */
/*
 * walk.h - the one descent through a live process's page tables
 *
 * mmscope_walk_range() is inlined into each sink with a constant ops table, so a
 * sink pays for nothing that it did not ask for. It reads, and never writes.
 *
 * Why each read is safe, against everything that can happen at the same time:
 *
 * - The caller holds mm_users and the mmap lock for reading (asserted). So VMAs
 *   do not change and exit_mmap() has not begun: it is for the last user to
 *   call, and that may become us. exec of the target only drops its reference to this mm. The oom
 *   reaper and MADV_DONTNEED empty entries under the read lock; they free no
 *   table that covers a VMA, except as below.
 * - munmap() and brk() detach VMAs, downgrade the lock to read, and then free
 *   page tables, not always through RCU (mm/pgtable-generic.c). Only tables
 *   that no remaining VMA needs are freed (mm/memory.c:free_pgtables() with
 *   floor and ceiling), so every table is read only for addresses inside a VMA
 *   found in the tree under this lock. Gaps are never descended into.
 * - PTE tables inside a VMA can go under the read lock or without it: khugepaged
 *   (mm/khugepaged.c:retract_page_tables(), since 6.6) and MADV_DONTNEED's
 *   PT_RECLAIM (since 6.14) free them through RCU. So an RCU read section spans
 *   from the read of the PMD entry to the last read of that table's entries.
 *   The levels above are freed with VMAs only (free_pgtables(), and exec moving
 *   its own stack under the write lock).
 * - Before 6.6 a PTE table of a private file mapping can go at once, when a uprobe is
 *   removed (compat.h:mmscope_tables_go_at_once()), with i_mmap_rwsem of the file held
 *   for writing: held here for reading.
 * - A hugetlb PMD table can be shared with other processes, and another one can
 *   unshare and free it (mm/hugetlb.c:huge_pmd_unshare()), always with
 *   i_mmap_rwsem of the file held for writing: held here for reading.
 * - Faults, khugepaged, reclaim, migration and fork in another thread change
 *   entries while they are read. Each is read once; what it is and where it
 *   points to is decided on that copy. A table pointer in a copy stays valid for
 *   the reasons above even if the entry has changed since.
 * - Nothing here looks at a struct page.
 *
 * Unloading: the module's files hold its reference while a walk runs.
 */
#ifndef MMSCOPE_WALK_H
#define MMSCOPE_WALK_H

#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/hugetlb.h>
#include <linux/io.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>

#include "arch/arch.h"
#include "compat/compat.h"
#include "entry.h"
#include "look.h"

/* PTEs told at once, under one RCU section: the tables of larger pages have more. */
#define MMSCOPE_PIECE_PTES	512

/* Tables, or such pieces of one, read in one hold of the lock: at most 128 Ki entries. */
#define MMSCOPE_CHUNK_TABLES	256

/*
 * What a sink returns, and the walk: go on; stop, with walker->addr the first
 * address not taken; or read that entry again, for it changed before the sink
 * had the lock of its table.
 */
enum mmscope_sink_answer {
	MMSCOPE_GO_ON,
	MMSCOPE_STOP,
	MMSCOPE_AGAIN,
};

struct mmscope_walker;

/**
 * struct mmscope_sink_ops - what a sink wants to be told
 * @table: an entry that points to the next table; @slot is where it was read,
 *	in the kernel's mapping of the table. Told anew for each piece of that table.
 *	May be NULL.
 * @entry: a leaf, empty or non-present entry above the PTE level, spanning
 *	[@addr, @end) as far as the range goes. @slot as above. Empty PMD entries
 *	side by side in one table are told as one, with the @slot of the first.
 * @ptes: the PTEs of [@addr, @end), all in one table, MMSCOPE_PIECE_PTES at most,
 *	first one at @ptep. Each is to be read once, with mmscope_arch_ptep_get(). To
 *	stop early the sink sets walker->addr to the first address that it has not taken.
 * @vma: walker->vma is entered, or resumed, at @addr. May be NULL.
 * @gap: [@addr, @end) has no VMA. May be NULL.
 *
 * @entry and @ptes are called under RCU where the tables need it: no callback
 * may sleep.
 */
struct mmscope_sink_ops {
	void (*table)(struct mmscope_walker *walker, enum mmscope_level level,
		      u64 raw, const void *slot);
	int (*entry)(struct mmscope_walker *walker,
		     const struct mmscope_entry *entry, unsigned long addr,
		     unsigned long end, const void *slot);
	int (*ptes)(struct mmscope_walker *walker, pte_t *ptep, unsigned long addr,
		    unsigned long end);
	int (*vma)(struct mmscope_walker *walker, unsigned long addr);
	int (*gap)(struct mmscope_walker *walker, unsigned long addr,
		   unsigned long end);
};

/**
 * struct mmscope_walker - where a walk is
 * @look: the locked target
 * @addr: everything below has been told to the sink; where to resume
 * @sink: the sink's own
 * @vma: the VMA at hand; good while the lock is held
 * @pmdp: for @ptes: the entry that leads to the table
 * @pmd: as it was read
 * @huge_size: bytes of a hugetlb page of the VMA at hand, 0 for any other VMA
 * @tables: PTE, PMD and PUD tables read in this chunk, PTE tables by pieces
 */
struct mmscope_walker {
	struct mmscope_look *look;
	unsigned long addr;
	void *sink;
	struct vm_area_struct *vma;
	pmd_t *pmdp;
	pmd_t pmd;
	unsigned long huge_size;
	unsigned int tables;
};

/*
 * The walk names the levels that exist. A folded level has no table of its own:
 * its "entry" is the one of the level above, so that one's name and slot count.
 */
static __always_inline enum mmscope_level
mmscope_level_p4d(struct mm_struct *mm)
{
	return mm_p4d_folded(mm) ? MMSCOPE_LEVEL_PGD : MMSCOPE_LEVEL_P4D;
}

static __always_inline enum mmscope_level
mmscope_level_pud(struct mm_struct *mm)
{
	return mm_pud_folded(mm) ? mmscope_level_p4d(mm) : MMSCOPE_LEVEL_PUD;
}

static __always_inline enum mmscope_level
mmscope_level_pmd(struct mm_struct *mm)
{
	return mm_pmd_folded(mm) ? mmscope_level_pud(mm) : MMSCOPE_LEVEL_PMD;
}

/* The entries of a page table, which can lie in memory that is not always mapped. */
static __always_inline pte_t *mmscope_ptes_map(pmd_t pmd, unsigned long addr)
{
	if (!IS_ENABLED(CONFIG_HIGHPTE))
		return pte_offset_kernel(&pmd, addr);
	return (pte_t *)kmap_local_page(pmd_page(pmd)) + pte_index(addr);
}

static __always_inline void mmscope_ptes_unmap(pte_t *ptep)
{
	if (IS_ENABLED(CONFIG_HIGHPTE))
		kunmap_local(ptep);
}

/*
 * The address that a program means by @va: of user space the processor may ignore the
 * highest bits, where tags are kept (arm64 always does, x86 and riscv64 when they are
 * told to). The mmap lock is held.
 */
static inline u64 mmscope_untagged(struct mm_struct *mm, u64 va)
{
	if (likely(mmscope_arch_region(va) != MMSCOPE_REGION_HOLE))
		return va;
	return untagged_addr_remote(mm, va);
}

/* Where an entry stands in physical memory: above the PTEs, and a PTE. */
static inline u64 mmscope_slot_pa(const void *slot)
{
	return virt_to_phys((void *)slot);
}

static inline u64 mmscope_ptes_pa(const struct mmscope_walker *walker,
				  const pte_t *ptep)
{
	return PFN_PHYS(page_to_pfn(pmd_page(walker->pmd))) +
	       offset_in_page(ptep);
}

/* Where the piece ends that begins with the PTE of @addr; @end is in the same table. */
static __always_inline unsigned long
mmscope_piece_end(unsigned long addr, unsigned long end)
{
	const unsigned long piece = MMSCOPE_PIECE_PTES * PAGE_SIZE;

	if (PTRS_PER_PTE <= MMSCOPE_PIECE_PTES)
		return end;
	return min(end, (addr | (piece - 1)) + 1);
}

/* Asked after every entry that leads to tables: is this chunk long enough? */
static __always_inline bool mmscope_walk_enough(struct mmscope_walker *walker)
{
	return walker->tables >= MMSCOPE_CHUNK_TABLES ||
	       mmscope_look_wanted(walker->look);
}

static __always_inline int
mmscope_walk_leaf(struct mmscope_walker *walker, const struct mmscope_sink_ops *ops,
		  enum mmscope_level level, u64 raw, bool bad,
		  unsigned long addr, unsigned long next, const void *slot)
{
	const struct mmscope_entry entry = {
		.raw = mmscope_arch_leaf_get(slot, raw), .level = level,
		.hugetlb = walker->huge_size, .bad = bad,
	};

	int ret;

	walker->addr = next;
	ret = ops->entry(walker, &entry, addr, next, slot);
	if (ret == MMSCOPE_AGAIN)
		walker->addr = addr;
	return ret;
}

/*
 * Where the empty entries end that begin with the one at @pmdp. No table is
 * followed, so RCU has no part in it.
 */
static __always_inline unsigned long
mmscope_walk_hole(pmd_t *pmdp, unsigned long addr, unsigned long end)
{
	do {
		addr = pmd_addr_end(addr, end);
	} while (addr != end && pmd_none(mmscope_entry_get(++pmdp)));
	return addr;
}

static __always_inline int
mmscope_walk_pmds(struct mmscope_walker *walker, const struct mmscope_sink_ops *ops,
		  pud_t *pudp, pud_t pud, unsigned long addr,
		  unsigned long end)
{
	struct mm_struct *mm = walker->look->mm;
	enum mmscope_level level = mmscope_level_pmd(mm);
	/* Of a folded level the kernel's function gives the copy that it is told. */
	pmd_t *pmdp = mm_pmd_folded(mm) ? (pmd_t *)pudp :
					  pmd_offset_lockless(pudp, pud, addr);
	unsigned long next;
	int ret;

	for (; addr != end; addr = next) {
		pte_t *ptep;
		bool leaf;
		pmd_t pmd;

		/* From here to the last PTE the table cannot be freed. */
		rcu_read_lock();
		pmd = mmscope_entry_get(pmdp);
		if (pmd_none(pmd))
			next = mmscope_walk_hole(pmdp, addr, end);
		else
			next = pmd_addr_end(addr, end);
		leaf = walker->huge_size == PMD_SIZE || pmd_none(pmd) ||
		       !pmd_present(pmd) || pmd_leaf(pmd);
		if (leaf || pmd_bad(pmd)) {
			ret = mmscope_walk_leaf(walker, ops, level, pmd_val(pmd),
						!leaf, addr, next, pmdp);
		} else {
			if (ops->table)
				ops->table(walker, level, pmd_val(pmd), pmdp);
			next = mmscope_piece_end(addr, next);
			walker->tables++;
			walker->pmdp = pmdp;
			walker->pmd = pmd;
			walker->addr = next;
			ptep = mmscope_ptes_map(pmd, addr);
			ret = ops->ptes(walker, ptep, addr, next);
			mmscope_ptes_unmap(ptep);
		}
		rcu_read_unlock();

		if (ret == MMSCOPE_AGAIN) {
			next = addr;
			walker->addr = addr;
		} else if (ret) {
			return ret;
		}
		if (next != end && mmscope_walk_enough(walker))
			return MMSCOPE_STOP;
		pmdp += (next >> PMD_SHIFT) - (addr >> PMD_SHIFT);
	}
	return MMSCOPE_GO_ON;
}

static __always_inline int
mmscope_walk_puds(struct mmscope_walker *walker, const struct mmscope_sink_ops *ops,
		  p4d_t *p4dp, p4d_t p4d, unsigned long addr,
		  unsigned long end)
{
	struct mm_struct *mm = walker->look->mm;
	enum mmscope_level level = mmscope_level_pud(mm);
	pud_t *pudp = mm_pud_folded(mm) ? mmscope_arch_folded_pud(p4dp, addr) :
					  pud_offset_lockless(p4dp, p4d, addr);
	unsigned long next;
	int ret;

	for (; addr != end; pudp++, addr = next) {
		pud_t pud = mmscope_entry_get(pudp);
		bool leaf = walker->huge_size == PUD_SIZE || pud_none(pud) ||
			    !pud_present(pud) || pud_leaf(pud);

		next = pud_addr_end(addr, end);
		if (leaf || pud_bad(pud)) {
			ret = mmscope_walk_leaf(walker, ops, level, pud_val(pud),
						!leaf, addr, next, pudp);
		} else {
			if (ops->table && !mm_pmd_folded(mm))
				ops->table(walker, level, pud_val(pud), pudp);
			walker->tables += !mm_pmd_folded(mm);
			ret = mmscope_walk_pmds(walker, ops, pudp, pud, addr, next);
		}
		if (ret == MMSCOPE_AGAIN) {
			next = addr;
			pudp--;
		} else if (ret) {
			return ret;
		}
		if (next != end && mmscope_walk_enough(walker))
			return MMSCOPE_STOP;
	}
	return MMSCOPE_GO_ON;
}

static __always_inline int
mmscope_walk_p4ds(struct mmscope_walker *walker, const struct mmscope_sink_ops *ops,
		  pgd_t *pgdp, pgd_t pgd, unsigned long addr, unsigned long end)
{
	struct mm_struct *mm = walker->look->mm;
	enum mmscope_level level = mmscope_level_p4d(mm);
	p4d_t *p4dp = mm_p4d_folded(mm) ? mmscope_arch_folded_p4d(pgdp, addr) :
					  p4d_offset_lockless(pgdp, pgd, addr);
	unsigned long next;
	int ret;

	for (; addr != end; p4dp++, addr = next) {
		p4d_t p4d = mmscope_entry_get(p4dp);

		next = p4d_addr_end(addr, end);
		if (p4d_none(p4d) || p4d_bad(p4d)) {
			ret = mmscope_walk_leaf(walker, ops, level, p4d_val(p4d),
						!p4d_none(p4d), addr, next, p4dp);
		} else {
			if (ops->table && !mm_pud_folded(mm))
				ops->table(walker, level, p4d_val(p4d), p4dp);
			walker->tables += !mm_pud_folded(mm);
			ret = mmscope_walk_puds(walker, ops, p4dp, p4d, addr, next);
		}
		if (ret)
			return ret;
	}
	return MMSCOPE_GO_ON;
}

/* [@addr, @end) lies inside one VMA. */
static __always_inline int
mmscope_walk_tables(struct mmscope_walker *walker,
		    const struct mmscope_sink_ops *ops,
		    unsigned long addr, unsigned long end)
{
	struct mm_struct *mm = walker->look->mm;
	pgd_t *pgdp = pgd_offset(mm, addr);
	unsigned long next;
	int ret;

	for (; addr != end; pgdp++, addr = next) {
		pgd_t pgd = mmscope_entry_get(pgdp);

		next = pgd_addr_end(addr, end);
		if (pgd_none(pgd) || pgd_bad(pgd)) {
			ret = mmscope_walk_leaf(walker, ops, MMSCOPE_LEVEL_PGD,
						pgd_val(pgd), !pgd_none(pgd),
						addr, next, pgdp);
		} else {
			if (ops->table && !mm_p4d_folded(mm))
				ops->table(walker, MMSCOPE_LEVEL_PGD, pgd_val(pgd),
					   pgdp);
			ret = mmscope_walk_p4ds(walker, ops, pgdp, pgd, addr, next);
		}
		if (ret)
			return ret;
		/* With two levels this is the only loop that goes on. */
		if (next != end && mmscope_walk_enough(walker))
			return MMSCOPE_STOP;
	}
	return MMSCOPE_GO_ON;
}

static __always_inline int
mmscope_walk_vma(struct mmscope_walker *walker, const struct mmscope_sink_ops *ops,
		 struct vm_area_struct *vma, unsigned long addr,
		 unsigned long end)
{
	int ret;

	walker->vma = vma;
	if (ops->vma && ops->vma(walker, addr))
		return MMSCOPE_STOP;

	if (!is_vm_hugetlb_page(vma) && !mmscope_tables_go_at_once(vma)) {
		walker->huge_size = 0;
		ret = mmscope_walk_tables(walker, ops, addr, end);
	} else {
		walker->huge_size = is_vm_hugetlb_page(vma) ? huge_page_size(hstate_vma(vma)) : 0;
		mmscope_look_may_sleep(walker->look);
		i_mmap_lock_read(vma->vm_file->f_mapping);
		mmscope_look_no_sleep(walker->look);
		ret = mmscope_walk_tables(walker, ops, addr, end);
		i_mmap_unlock_read(vma->vm_file->f_mapping);
	}
	walker->look->pages += (walker->addr - addr) >> PAGE_SHIFT;
	return ret;
}

/**
 * mmscope_walk_range - tell a sink all entries of [@walker->addr, @end)
 * @walker: where to begin; @walker->addr moves on
 * @ops: a constant table
 * @end: page-aligned end, at most TASK_SIZE_MAX
 *
 * Ends early (MMSCOPE_STOP) when the sink wants it, the chunk's bound of
 * page tables is reached, or the lock, the CPU or the task's life is wanted; the
 * caller then unlocks and resumes at @walker->addr, where the VMA is looked up
 * anew.
 *
 * Context: mm_users and mmap lock held, see look.h. Takes RCU, and i_mmap_rwsem
 * of hugetlb files for reading, before 6.6 of privately mapped ones, too.
 * Return: MMSCOPE_GO_ON when @end was reached, else MMSCOPE_STOP.
 */
static __always_inline int
mmscope_walk_range(struct mmscope_walker *walker, const struct mmscope_sink_ops *ops,
		   unsigned long end)
{
	struct mm_struct *mm = walker->look->mm;
	struct vm_area_struct *vma;
	struct vma_iterator vmi;
	unsigned long start, stop;

	lockdep_assert_held(&mm->mmap_lock);
	walker->tables = 0;

	mmscope_for_each_vma(vmi, mm, vma, walker->addr) {
		/* Once: a stack may grow beside us (before 6.5, mm/mmap.c:expand_downwards()). */
		start = READ_ONCE(vma->vm_start);
		if (walker->addr < start) {
			stop = min(start, end);
			if (ops->gap && ops->gap(walker, walker->addr, stop))
				return MMSCOPE_STOP;
			walker->addr = stop;
		}
		if (walker->addr >= end)
			return MMSCOPE_GO_ON;
		if (mmscope_walk_vma(walker, ops, vma, walker->addr,
				     min(vma->vm_end, end)))
			return MMSCOPE_STOP;
		if (walker->addr >= end)
			return MMSCOPE_GO_ON;
		if (mmscope_walk_enough(walker))
			return MMSCOPE_STOP;
	}

	if (ops->gap && walker->addr < end && ops->gap(walker, walker->addr, end))
		return MMSCOPE_STOP;
	walker->addr = end;
	return MMSCOPE_GO_ON;
}

/**
 * mmscope_walk_page - tell a sink the entries that lead to one page
 * @walker: @walker->vma is where the search begins, NULL at the start of a chunk
 * @ops: a constant table
 * @addr: page-aligned, below TASK_SIZE_MAX
 *
 * Context: as mmscope_walk_range().
 * Return: MMSCOPE_GO_ON; MMSCOPE_STOP when the lock, the CPU or the task's life is
 * wanted and the sink has answered MMSCOPE_AGAIN: it knows nothing of the page then.
 */
static __always_inline int
mmscope_walk_page(struct mmscope_walker *walker, const struct mmscope_sink_ops *ops,
		  unsigned long addr)
{
	struct vm_area_struct *vma = walker->vma;

	lockdep_assert_held(&walker->look->mm->mmap_lock);
	if (!vma || addr < vma->vm_start || addr >= vma->vm_end)
		vma = find_vma(walker->look->mm, addr);
	if (!vma || addr < vma->vm_start)
		return ops->gap(walker, addr, addr + PAGE_SIZE);
	return mmscope_walk_vma(walker, ops, vma, addr, addr + PAGE_SIZE);
}

unsigned int mmscope_levels(struct mmscope_level_info levels[MMSCOPE_NR_LEVELS]);
void mmscope_walk_one(struct mmscope_look *look, u64 va, u32 rights,
		      struct mmscope_walk_result *result);

void mmscope_path_step(struct mmscope_walk_result *result,
		       enum mmscope_level level, u64 raw, u64 flags, u64 at);
void mmscope_path_leaf(struct mmscope_walk_result *result,
		       const struct mmscope_entry *entry,
		       const struct mmscope_leaf *leaf);
void mmscope_path_table(struct mmscope_walker *walker, enum mmscope_level level,
			u64 raw, const void *slot);
void mmscope_path_end(struct mmscope_walker *walker,
		      const struct mmscope_entry *entry,
		      const struct mmscope_leaf *leaf, const void *slot);
void mmscope_path_hide(struct mmscope_walk_result *result);
int mmscope_give_results(u64 to, u32 stride, const void *results,
			 unsigned int nr);

#endif /* MMSCOPE_WALK_H */
