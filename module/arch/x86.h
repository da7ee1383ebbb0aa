/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86.h - page-table entries and mm context of x86, 64 and 32 bits
 */
#ifndef MMSCOPE_ARCH_X86_H
#define MMSCOPE_ARCH_X86_H

#include <linux/mm.h>
#include <linux/pkeys.h>
#include <linux/sched.h>

#include <asm/fpu/xstate.h>
#include <asm/special_insns.h>
#include <asm/vsyscall.h>
#include <uapi/asm/vsyscall.h>

#include <asm/processor.h>

#include <mmscope.h>

#include "compat/have.h"

#define MMSCOPE_ARCH	"x86"

/* The dirty bit moves to a software bit on write-protected shadow-stack kernels. */
#ifndef _PAGE_SAVED_DIRTY
#define _PAGE_SAVED_DIRTY	_AT(pteval_t, 0)
#endif
#ifndef _PAGE_DEVMAP
#define _PAGE_DEVMAP		_AT(pteval_t, 0)
#endif

static inline u64 mmscope_arch_flags(enum mmscope_level level, u64 raw)
{
	bool table = level != MMSCOPE_LEVEL_PTE && !(raw & _PAGE_PSE);
	u64 flags = 0;

	/* With three levels the root's four entries have no rights (SDM 3A, 4.4.1). */
	if (IS_ENABLED(CONFIG_X86_PAE) && level == MMSCOPE_LEVEL_PGD)
		raw |= _PAGE_RW | _PAGE_USER;

	if (raw & _PAGE_RW)
		flags |= MMSCOPE_PTE_WRITE;
	if (raw & _PAGE_USER)
		flags |= MMSCOPE_PTE_USER;
	if (raw & _PAGE_ACCESSED)
		flags |= MMSCOPE_PTE_YOUNG;
	if (raw & _PAGE_PWT)
		flags |= MMSCOPE_PTE_X86_PWT;
	if (raw & _PAGE_PCD)
		flags |= MMSCOPE_PTE_X86_PCD;

	/*
	 * With page-table isolation the kernel's copy of the user half carries
	 * NX in its top entries only, so that a return to user mode on the wrong
	 * table faults; the user's copy does not (arch/x86/mm/pti.c:
	 * __pti_set_user_pgtbl()).
	 */
	if (!(raw & _PAGE_NX) ||
	    (level == MMSCOPE_LEVEL_PGD && boot_cpu_has(X86_FEATURE_PTI)))
		flags |= MMSCOPE_PTE_EXEC;

	if (table)
		return flags;

	if (raw & (_PAGE_DIRTY | _PAGE_SAVED_DIRTY))
		flags |= MMSCOPE_PTE_DIRTY;
	if (raw & _PAGE_SPECIAL)
		flags |= MMSCOPE_PTE_SPECIAL;
	if (raw & _PAGE_DEVMAP)
		flags |= MMSCOPE_PTE_DEVMAP;
	if (raw & _PAGE_SOFT_DIRTY)
		flags |= MMSCOPE_PTE_SOFT_DIRTY;
	if (raw & _PAGE_UFFD_WP)
		flags |= MMSCOPE_PTE_UFFD_WP;
	if (raw & (level == MMSCOPE_LEVEL_PTE ? _PAGE_PAT : _PAGE_PAT_LARGE))
		flags |= MMSCOPE_PTE_X86_PAT;
	/*
	 * A frame that the hardware may not use: PROT_NONE, or a huge page that
	 * is being split (pmd_present() counts _PAGE_PSE for that). One bit has
	 * two meanings: global when present, else PROT_NONE.
	 */
	if (!(raw & _PAGE_PRESENT))
		flags |= MMSCOPE_PTE_PROTNONE;
	else if (raw & _PAGE_GLOBAL)
		flags |= MMSCOPE_PTE_GLOBAL;
	flags |= (raw & _PAGE_PKEY_MASK) >> _PAGE_BIT_PKEY_BIT0
		 << MMSCOPE_PTE_X86_PKEY_SHIFT;
	return flags;
}

/* As pte_present() at any level: a hugetlb entry of the upper levels is a pte_t too. */
static inline bool mmscope_arch_present(enum mmscope_level level, u64 raw)
{
	return raw & (_PAGE_PRESENT | _PAGE_PROTNONE);
}

/*
 * The bits as they stand in the table. pte_val() is a call that paravirtual
 * kernels patch; it belongs to decoding, not to a loop that only compares.
 */
static inline u64 mmscope_arch_pte_raw(pte_t pte)
{
	return pte.pte;
}

/*
 * Does the next frame make an entry larger by what it spans? Not on Xen PV, where
 * tables hold machine frames. (What MMSCOPE_IOC_WALK shows as a raw PTE is the
 * machine's there.)
 */
static inline bool mmscope_arch_raw_is_linear(void)
{
	return !cpu_feature_enabled(X86_FEATURE_XENPV);
}

/* The bits of an entry that are no part of the frame. */
#define MMSCOPE_ARCH_ATTR_MASK	((u64)~PTE_PFN_MASK)

static inline pte_t mmscope_arch_pte(u64 raw)
{
	return (pte_t){ .pte = raw };
}

/* The kernel's own accessors: they undo the L1TF inversion and the encryption bit. */
static inline u64 mmscope_arch_pfn(enum mmscope_level level, u64 raw)
{
	switch (level) {
	case MMSCOPE_LEVEL_PUD:
		return pud_pfn(__pud(raw));
	case MMSCOPE_LEVEL_PGD: /* a leaf with two levels alone, where it is the PMD */
	case MMSCOPE_LEVEL_PMD:
		return pmd_pfn(__pmd(raw));
	default:
		return pte_pfn(mmscope_arch_pte(raw));
	}
}

#define MMSCOPE_ARCH_PTE_FLAGS						\
	(MMSCOPE_PTE_X86_PWT | MMSCOPE_PTE_X86_PCD | MMSCOPE_PTE_X86_PAT | \
	 MMSCOPE_PTE_X86_PKEY_MASK)

/*
 * The common case of a page-table entry, for loops that count: present to the
 * hardware, and its page has a struct page. Such an entry is never stored
 * inverted, so the kernel's mask alone gives the frame.
 */
static inline bool mmscope_arch_plain(u64 raw)
{
	return (raw & (_PAGE_PRESENT | _PAGE_SPECIAL | _PAGE_DEVMAP)) ==
	       _PAGE_PRESENT;
}

#define MMSCOPE_ARCH_PLAIN_BASE	_PAGE_PRESENT

static inline unsigned long mmscope_arch_plain_pfn(pte_t pte)
{
	u64 raw = mmscope_arch_raw_is_linear() ? mmscope_arch_pte_raw(pte) : pte_val(pte);

	return (raw & PTE_PFN_MASK) >> PAGE_SHIFT;
}

#define MMSCOPE_ARCH_FLAGS_BY_PARTS	1

static inline bool mmscope_arch_plain_young(u64 raw)
{
	return raw & _PAGE_ACCESSED;
}

static inline bool mmscope_arch_plain_dirty(u64 raw)
{
	return raw & (_PAGE_DIRTY | _PAGE_SAVED_DIRTY);
}

/*
 * The dense form of EXTENTS is laid out as an entry of this architecture: of one
 * that has what is wanted of the tested bits, the kept ones are its word. Any other
 * has a bit that the form keeps elsewhere, or not at all, so all are tested. But the
 * encryption bit, which is in neither; and machine frames of Xen PV are not the ones
 * that are reported.
 */
#define MMSCOPE_ARCH_DENSE_TEST						\
	(_PAGE_PRESENT | ~(MMSCOPE_ARCH_DENSE_ATTRS | GENMASK_ULL(51, PAGE_SHIFT)))
#define MMSCOPE_ARCH_DENSE_WANT		_PAGE_PRESENT
#define MMSCOPE_ARCH_DENSE_ATTRS					\
	(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY | \
	 _PAGE_GLOBAL | _PAGE_SPECIAL | _PAGE_UFFD_WP | _PAGE_SOFT_DIRTY | _PAGE_NX)

static_assert(!((MMSCOPE_DENSE_PRESENT ^ _PAGE_PRESENT) |
		(MMSCOPE_DENSE_WRITE ^ _PAGE_RW) | (MMSCOPE_DENSE_USER ^ _PAGE_USER) |
		(MMSCOPE_DENSE_YOUNG ^ _PAGE_ACCESSED) |
		(MMSCOPE_DENSE_DIRTY ^ _PAGE_DIRTY) |
		(MMSCOPE_DENSE_GLOBAL ^ _PAGE_GLOBAL) |
		(MMSCOPE_DENSE_SPECIAL ^ _PAGE_SPECIAL)));
/* These are zero where the kernel, or the machine, has no such bit. */
static_assert(!(_PAGE_UFFD_WP & ~MMSCOPE_DENSE_UFFD_WP) &&
	      !(_PAGE_SOFT_DIRTY & ~MMSCOPE_DENSE_SOFT_DIRTY) &&
	      !(_PAGE_NX & ~MMSCOPE_DENSE_NOEXEC));

/* Rows for the table of entry flags. */
#define MMSCOPE_ARCH_ENTRY_FLAGS					\
	{ MMSCOPE_PTE_X86_PWT, "pwt" },					\
	{ MMSCOPE_PTE_X86_PCD, "pcd" },					\
	{ MMSCOPE_PTE_X86_PAT, "pat" },					\
	{ BIT_ULL(MMSCOPE_PTE_X86_PKEY_SHIFT), "pkey_bit0" },		\
	{ BIT_ULL(MMSCOPE_PTE_X86_PKEY_SHIFT + 1), "pkey_bit1" },	\
	{ BIT_ULL(MMSCOPE_PTE_X86_PKEY_SHIFT + 2), "pkey_bit2" },	\
	{ BIT_ULL(MMSCOPE_PTE_X86_PKEY_SHIFT + 3), "pkey_bit3" },

/* Number of this address space among all since boot; how often it was flushed. */
static inline u64 mmscope_arch_ctx(struct mm_struct *mm)
{
	return mm->context.ctx_id;
}

static inline u64 mmscope_arch_gen(struct mm_struct *mm)
{
	return atomic64_read(&mm->context.tlb_gen);
}

/* Can an entry of @level map memory in user space? */
static inline bool mmscope_arch_leaf(enum mmscope_level level)
{
	switch (level) {
	case MMSCOPE_LEVEL_PTE:
		return true;
	case MMSCOPE_LEVEL_PMD:
		return IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) ||
		       IS_ENABLED(CONFIG_HUGETLB_PAGE);
	case MMSCOPE_LEVEL_PUD:
		return IS_ENABLED(CONFIG_X86_64) && boot_cpu_has(X86_FEATURE_GBPAGES);
	default:
		return false;
	}
}

/*
 * Are this CPU's page tables those of @mm? Interrupts are off. A CPU in a deep idle
 * state has the kernel's own (arch/x86/mm/tlb.c:leave_mm()), whatever its idle task
 * has borrowed.
 */
static inline u32 mmscope_arch_mm_loaded(const struct mm_struct *mm)
{
	return read_cr3_pa() == __pa(mm->pgd) ? MMSCOPE_TASK_LOADED :
						MMSCOPE_TASK_UNLOADED;
}

static inline bool mmscope_arch_has_pkeys(void)
{
	return boot_cpu_has(X86_FEATURE_OSPKE);
}

static inline u32 mmscope_arch_vma_pkey(struct vm_area_struct *vma)
{
	return vma_pkey(vma);
}

/* What was saved of a thread's register when it was last switched away from. */
#if HAVE_THREAD_PKRU
/* arch/x86/kernel/process_64.c:x86_pkru_load() */
static inline bool mmscope_saved_pkru(struct task_struct *task, u32 *pkru)
{
	*pkru = READ_ONCE(task->thread.pkru);
	return true;
}
#elif HAVE_GET_XSAVE_ADDR
/* switch_fpu_finish(): without one, it gets what all begin with, which is not exported. */
static inline bool mmscope_saved_pkru(struct task_struct *task, u32 *pkru)
{
	const struct pkru_state *saved =
		get_xsave_addr(&task->thread.fpu.state.xsave, XFEATURE_PKRU);

	if (saved)
		*pkru = READ_ONCE(saved->pkru);
	return saved;
}
#endif

static inline bool mmscope_arch_pkru(struct task_struct *task, u32 *pkru)
{
#if HAVE_THREAD_PKRU || HAVE_GET_XSAVE_ADDR
	if (task == current) {
		*pkru = rdpkru();
		return true;
	}
#ifdef CONFIG_SMP
	if (READ_ONCE(task->on_cpu))
		return false;
#endif
	return mmscope_saved_pkru(task, pkru);
#else
	return false;
#endif
}

#define MMSCOPE_ARCH_TASK_SIZE	TASK_SIZE_MAX

/* arch/x86/mm/mmap.c keeps a base of its own; this is what it begins with. */
static inline u64 mmscope_arch_unmapped_base(u64 task_size)
{
	return __TASK_UNMAPPED_BASE((unsigned long)min_t(u64, task_size, DEFAULT_MAP_WINDOW));
}

/* arch/x86/mm/fault.c:fault_in_kernel_space() and, before it, the processor. */
static inline enum mmscope_region mmscope_arch_region(u64 va)
{
	unsigned int unused = 63 - __VIRTUAL_MASK_SHIFT;

	if (va < MMSCOPE_ARCH_TASK_SIZE)
		return MMSCOPE_REGION_USER;
	if (IS_ENABLED(CONFIG_X86_32) ? va >> 32 :
					(u64)((s64)(va << unused) >> unused) != va)
		return MMSCOPE_REGION_HOLE;
	if (IS_ENABLED(CONFIG_X86_64) && (va & PAGE_MASK) == VSYSCALL_ADDR)
		return MMSCOPE_REGION_VSYSCALL;
	return MMSCOPE_REGION_KERNEL;
}

/* arch/x86/mm/fault.c:access_error(), arch/x86/kernel/traps.c:exc_general_protection() */
static inline u64 mmscope_arch_fault_facts(void)
{
	return MMSCOPE_FACT_EXEC_READS | MMSCOPE_FACT_EXEC_LATE | MMSCOPE_FACT_HOLE_TRAPS |
	       MMSCOPE_FACT_HW_YOUNG | MMSCOPE_FACT_HW_DIRTY;
}

/* Of the kernel's own entries. */
static inline bool mmscope_arch_valid(u64 raw)
{
	return raw & _PAGE_PRESENT;
}

static inline bool mmscope_arch_table(enum mmscope_level level, u64 raw)
{
	return level != MMSCOPE_LEVEL_PTE &&
	       (raw & (_PAGE_PRESENT | _PAGE_PSE)) == _PAGE_PRESENT;
}

static inline bool mmscope_arch_kernel_exec(enum mmscope_level level, u64 raw)
{
	return !(raw & _PAGE_NX);
}

/* init_mm is not exported; every other root has the kernel's entries, too. */
static inline u64 mmscope_arch_kernel_root(void)
{
	return __pa(current->mm->pgd);
}

/* Folded tables have one entry, which is the one of the level above. */
static inline p4d_t *mmscope_arch_folded_p4d(pgd_t *pgdp, unsigned long addr)
{
	return (p4d_t *)pgdp;
}

static inline pud_t *mmscope_arch_folded_pud(p4d_t *p4dp, unsigned long addr)
{
	return (pud_t *)p4dp;
}

static inline unsigned int mmscope_arch_root_shift(void)
{
	return PGDIR_SHIFT;
}

static inline unsigned int mmscope_arch_root_entries(void)
{
	return PTRS_PER_PGD;
}

#endif /* MMSCOPE_ARCH_X86_H */
