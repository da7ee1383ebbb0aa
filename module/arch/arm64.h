/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arm64.h - page-table entries and mm context of arm64
 *
 * Levels and the place of a frame's bits can be settled at boot (LPA2, 52-bit
 * addresses): the kernel's functions know, constants do not.
 */
#ifndef MMSCOPE_ARCH_ARM64_H
#define MMSCOPE_ARCH_ARM64_H

#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/pkeys.h>
#include <linux/sched.h>

#include <asm/cpufeature.h>
#include <asm/memory.h>
#include <asm/mmu_context.h>
#include <asm/pgtable-hwdef.h>
#include <asm/sysreg.h>

#include <mmscope.h>

#include "compat/have.h"

/* Newer kernels map device memory like any other. */
#ifndef PTE_DEVMAP
#define PTE_DEVMAP	0ULL
#endif

#define MMSCOPE_ARCH	"arm64"

/* Rights that a table entry takes from all below it (DDI 0487, D8.4). */
#define MMSCOPE_ARM64_TABLE_PXN		BIT_ULL(59)
#define MMSCOPE_ARM64_TABLE_UXN		BIT_ULL(60)
#define MMSCOPE_ARM64_TABLE_NO_USER	BIT_ULL(61)
#define MMSCOPE_ARM64_TABLE_RDONLY	BIT_ULL(62)

static inline pte_t mmscope_arch_pte(u64 raw)
{
	return __pte(raw);
}

static inline u64 mmscope_arch_pte_raw(pte_t pte)
{
	return pte_val(pte);
}

static inline u64 mmscope_arch_table_flags(u64 raw)
{
	u64 flags = 0;

	if (!(raw & MMSCOPE_ARM64_TABLE_RDONLY))
		flags |= MMSCOPE_PTE_WRITE;
	if (!(raw & MMSCOPE_ARM64_TABLE_NO_USER))
		flags |= MMSCOPE_PTE_USER;
	if (!(raw & MMSCOPE_ARM64_TABLE_UXN))
		flags |= MMSCOPE_PTE_EXEC;
	return flags;
}

/* Leaves of all levels have the format of a PTE, but for the bit that says table. */
static inline u64 mmscope_arch_flags(enum mmscope_level level, u64 raw)
{
	const pte_t pte = mmscope_arch_pte(raw);
	u64 flags = 0;

	if (level != MMSCOPE_LEVEL_PTE && (raw & PTE_VALID) && (raw & PTE_TABLE_BIT))
		return mmscope_arch_table_flags(raw);

	/* Not yet dirty pages are read-only to the hardware, and writable all the same. */
	if (raw & PTE_WRITE)
		flags |= MMSCOPE_PTE_WRITE;
	if (raw & PTE_USER)
		flags |= MMSCOPE_PTE_USER;
	if (!(raw & PTE_UXN))
		flags |= MMSCOPE_PTE_EXEC;
	/* PTE_USER is about data: what is for execution only has it not (PAGE_EXECONLY). */
	if (!(raw & (PTE_USER | PTE_UXN)))
		flags |= MMSCOPE_PTE_USER | MMSCOPE_PTE_NOREAD;
	if (raw & PTE_AF)
		flags |= MMSCOPE_PTE_YOUNG;
	if (pte_dirty(pte))
		flags |= MMSCOPE_PTE_DIRTY;
	if (pte_special(pte))
		flags |= MMSCOPE_PTE_SPECIAL;
	if (raw & PTE_DEVMAP)
		flags |= MMSCOPE_PTE_DEVMAP;
	if (raw & PTE_CONT)
		flags |= MMSCOPE_PTE_CONT;
#ifdef CONFIG_HAVE_ARCH_USERFAULTFD_WP
	if (pte_uffd_wp(pte))
		flags |= MMSCOPE_PTE_UFFD_WP;
#endif
	/* One bit has two meanings: not global when valid, else still present. */
	if (!(raw & PTE_VALID))
		flags |= MMSCOPE_PTE_PROTNONE;
	else if (!(raw & PTE_NG))
		flags |= MMSCOPE_PTE_GLOBAL;
	return flags;
}

static inline bool mmscope_arch_present(enum mmscope_level level, u64 raw)
{
	return pte_present(mmscope_arch_pte(raw));
}

/*
 * With addresses of 52 bits the upper ones are apart from the others; there a step
 * would carry into bits that are none of the frame. That is at 1 PiB, where what
 * follows has not the frame number zero.
 */
static inline bool mmscope_arch_raw_is_linear(void)
{
	return true;
}

/* The upper bits of a frame count as attributes: what has others is no neighbour. */
#define MMSCOPE_ARCH_ATTR_MASK	((u64)~PTE_ADDR_LOW)

static inline u64 mmscope_arch_pfn(enum mmscope_level level, u64 raw)
{
	switch (level) {
	case MMSCOPE_LEVEL_PUD:
		return pud_pfn(__pud(raw));
	case MMSCOPE_LEVEL_PMD:
		return pmd_pfn(__pmd(raw));
	default:
		return pte_pfn(mmscope_arch_pte(raw));
	}
}

#define MMSCOPE_ARCH_PTE_FLAGS	0ULL
#define MMSCOPE_ARCH_ENTRY_FLAGS

/* Bits that say what a flag is do not lie apart from each other here. */
#define MMSCOPE_ARCH_FLAGS_BY_PARTS	0

static inline bool mmscope_arch_plain(u64 raw)
{
	return (raw & (PTE_VALID | PTE_SPECIAL | PTE_DEVMAP)) == PTE_VALID;
}

#define MMSCOPE_ARCH_PLAIN_BASE	PTE_TYPE_PAGE

static inline unsigned long mmscope_arch_plain_pfn(pte_t pte)
{
	return pte_pfn(pte);
}

static inline bool mmscope_arch_plain_young(u64 raw)
{
	return raw & PTE_AF;
}

static inline bool mmscope_arch_plain_dirty(u64 raw)
{
	return pte_dirty(mmscope_arch_pte(raw));
}

/* Address-space identifier with its generation; flushes are not counted. */
static inline u64 mmscope_arch_ctx(struct mm_struct *mm)
{
	return atomic64_read(&mm->context.id);
}

static inline u64 mmscope_arch_gen(struct mm_struct *mm)
{
	return 0;
}

/* Blocks of 1 GiB there are with pages of 4 KiB only (pud_sect_supported()). */
static inline bool mmscope_arch_leaf(enum mmscope_level level)
{
	switch (level) {
	case MMSCOPE_LEVEL_PTE:
		return true;
	case MMSCOPE_LEVEL_PMD:
		return IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) ||
		       IS_ENABLED(CONFIG_HUGETLB_PAGE);
	case MMSCOPE_LEVEL_PUD:
		return IS_ENABLED(CONFIG_ARM64_4K_PAGES) &&
		       IS_ENABLED(CONFIG_HUGETLB_PAGE);
	case MMSCOPE_LEVEL_PGD:	/* with three levels: it is the PUD's place */
		return IS_ENABLED(CONFIG_ARM64_4K_PAGES) &&
		       IS_ENABLED(CONFIG_HUGETLB_PAGE) && mm_pud_folded(NULL);
	default:
		return false;
	}
}

/* Where the kernel puts the user's tables aside for itself they cannot be told. */
static inline u32 mmscope_arch_mm_loaded(const struct mm_struct *mm)
{
	u64 ttbr;

	if (system_uses_ttbr0_pan())
		return 0;
	ttbr = read_sysreg(ttbr0_el1) & ~(GENMASK_ULL(63, 48) | BIT_ULL(0));
	/* A kernel thread's can be init_mm, whose root is in the kernel's image. */
	return ttbr == phys_to_ttbr(__virt_to_phys_nodebug((unsigned long)mm->pgd)) ?
	       MMSCOPE_TASK_LOADED : MMSCOPE_TASK_UNLOADED;
}

static inline bool mmscope_arch_has_pkeys(void)
{
#ifdef CONFIG_ARM64_POE
	return system_supports_poe();
#else
	return false;
#endif
}

static inline u32 mmscope_arch_vma_pkey(struct vm_area_struct *vma)
{
	return vma_pkey(vma);
}

/* POR_EL0 has another format than x86's register. */
static inline bool mmscope_arch_pkru(struct task_struct *task, u32 *pkru)
{
	return false;
}

/* TASK_SIZE_MAX is what the kernel was built for. */
#define MMSCOPE_ARCH_TASK_SIZE	TASK_SIZE_64

static inline enum mmscope_region mmscope_arch_region(u64 va)
{
	if (va < MMSCOPE_ARCH_TASK_SIZE)
		return MMSCOPE_REGION_USER;
	return va < _PAGE_OFFSET(vabits_actual) ? MMSCOPE_REGION_HOLE :
						  MMSCOPE_REGION_KERNEL;
}

/* arch/arm64/mm/fault.c:do_page_fault(); only with EPAN memory is for execution alone. */
static inline u64 mmscope_arch_fault_facts(void)
{
	u64 facts = 0;

#ifdef ARM64_HAS_EPAN
	if (!cpus_have_cap(ARM64_HAS_EPAN))
#endif
		facts |= MMSCOPE_FACT_EXEC_READS;
	if (cpu_has_hw_af())
		facts |= MMSCOPE_FACT_HW_YOUNG;
	if (cpus_have_cap(ARM64_HW_DBM))
		facts |= MMSCOPE_FACT_HW_DIRTY;
	return facts;
}

/* Of the kernel's own entries. */
static inline bool mmscope_arch_valid(u64 raw)
{
	return raw & PTE_VALID;
}

static inline bool mmscope_arch_table(enum mmscope_level level, u64 raw)
{
	return level != MMSCOPE_LEVEL_PTE &&
	       (raw & (PTE_VALID | PTE_TABLE_BIT)) == (PTE_VALID | PTE_TABLE_BIT);
}

static inline bool mmscope_arch_kernel_exec(enum mmscope_level level, u64 raw)
{
	return !(raw & (mmscope_arch_table(level, raw) ? MMSCOPE_ARM64_TABLE_PXN : PTE_PXN));
}

/*
 * The kernel's half has a root of its own, swapper_pg_dir, which is not exported. The
 * register leads to the entry of the lowest address that the processor has, so the
 * offset that asm/assembler.h:offset_ttbr1 adds need not be undone.
 */
static inline u64 mmscope_arch_kernel_root(void)
{
	u64 ttbr = read_sysreg(ttbr1_el1), pa = ttbr & GENMASK_ULL(47, 6);

	if (IS_ENABLED(CONFIG_ARM64_PA_BITS_52))
		pa |= (ttbr & GENMASK_ULL(5, 2)) << 46;
	return pa;
}

/*
 * A level that turns out at boot not to be used is folded into the root: that has
 * the entries of the highest level in use.
 */
static inline p4d_t *mmscope_arch_folded_p4d(pgd_t *pgdp, unsigned long addr)
{
#if CONFIG_PGTABLE_LEVELS > 4
	return pgd_to_folded_p4d(pgdp, addr);
#else
	return (p4d_t *)pgdp;
#endif
}

static inline pud_t *mmscope_arch_folded_pud(p4d_t *p4dp, unsigned long addr)
{
#if CONFIG_PGTABLE_LEVELS > 3 && defined(CONFIG_ARM64_LPA2)
	return p4d_to_folded_pud(p4dp, addr);
#else
	return (pud_t *)p4dp;
#endif
}

static inline unsigned int mmscope_arch_root_shift(void)
{
	if (CONFIG_PGTABLE_LEVELS > 4 && mm_p4d_folded(NULL))
		return P4D_SHIFT;
	if (CONFIG_PGTABLE_LEVELS > 3 && mm_pud_folded(NULL))
		return PUD_SHIFT;
	return PGDIR_SHIFT;
}

static inline unsigned int mmscope_arch_root_entries(void)
{
	return 1U << (vabits_actual - mmscope_arch_root_shift());
}

#endif /* MMSCOPE_ARCH_ARM64_H */
