/* SPDX-License-Identifier: GPL-2.0 */
/*
 * riscv.h - page-table entries and mm context of riscv64
 *
 * Three, four or five levels (Sv39, Sv48, Sv57) are settled at boot. Entries of all
 * levels have one format: with one of the bits R, W and X it is a leaf, without it
 * leads to a table, and then has no rights of its own.
 */
#ifndef MMSCOPE_ARCH_RISCV_H
#define MMSCOPE_ARCH_RISCV_H

#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/pkeys.h>
#include <linux/sched.h>

#include <asm/csr.h>
#include <asm/mmu_context.h>

#include <mmscope.h>

#include "compat/have.h"

/* Newer kernels map device memory like any other. */
#ifndef _PAGE_DEVMAP
#define _PAGE_DEVMAP	0UL
#endif

#define MMSCOPE_ARCH	"riscv"

/* p4d_offset() and pud_offset() are functions here, which are not exported. */
static inline p4d_t *mmscope_riscv_p4d_offset(pgd_t *pgdp, pgd_t pgd, unsigned long addr)
{
	return pgd_pgtable(pgd) + p4d_index(addr);
}

static inline pud_t *mmscope_riscv_pud_offset(p4d_t *p4dp, p4d_t p4d, unsigned long addr)
{
	return p4d_pgtable(p4d) + pud_index(addr);
}

#undef p4d_offset_lockless
#define p4d_offset_lockless	mmscope_riscv_p4d_offset
#undef pud_offset_lockless
#define pud_offset_lockless	mmscope_riscv_pud_offset

static inline pte_t mmscope_arch_pte(u64 raw)
{
	return __pte(raw);
}

static inline u64 mmscope_arch_pte_raw(pte_t pte)
{
	return pte_val(pte);
}

static inline bool mmscope_riscv_napot(u64 raw)
{
	return raw >> _PAGE_NAPOT_SHIFT && has_svnapot() && pte_present(__pte(raw));
}

/*
 * The entries of a contiguous block (Svnapot) are all alike: the frame of the first
 * page, and in its lowest bits the size. Here each gets the frame of its own page.
 */
static inline u64 mmscope_arch_own_frame(u64 raw, unsigned long index)
{
	u64 mask;

	if (likely(!mmscope_riscv_napot(raw)))
		return raw;
	mask = BIT_ULL(napot_cont_order(__pte(raw))) - 1;
	return (raw & ~(mask << _PAGE_PFN_SHIFT)) | (index & mask) << _PAGE_PFN_SHIFT;
}

#define mmscope_arch_own_frame	mmscope_arch_own_frame

/*
 * The hardware may mark any one of them as accessed and dirty, which holds for all
 * (arch/riscv/mm/hugetlbpage.c:huge_ptep_get()).
 */
static noinline __maybe_unused pte_t mmscope_riscv_napot_get(pte_t *ptep, pte_t pte)
{
	unsigned long index = offset_in_page(ptep) / sizeof(*ptep), i, nr;
	u64 raw = pte_val(pte), marks = 0;

	nr = BIT(napot_cont_order(pte));
	ptep -= index & (nr - 1);
	for (i = 0; i < nr; i++)
		marks |= pte_val(ptep_get_lockless(ptep + i));
	raw |= marks & (_PAGE_ACCESSED | _PAGE_DIRTY);
	return __pte(mmscope_arch_own_frame(raw, index));
}

static inline pte_t mmscope_riscv_ptep_get(pte_t *ptep)
{
	pte_t pte = ptep_get_lockless(ptep);

	if (unlikely(mmscope_riscv_napot(pte_val(pte))))
		return mmscope_riscv_napot_get(ptep, pte);
	return pte;
}

#define mmscope_arch_ptep_get	mmscope_riscv_ptep_get

static inline u64 mmscope_arch_flags(enum mmscope_level level, u64 raw)
{
	const pte_t pte = mmscope_arch_pte(raw);
	u64 type = raw & _PAGE_MTMASK;
	u64 flags = 0;

	if (level != MMSCOPE_LEVEL_PTE && !(raw & _PAGE_LEAF))
		return MMSCOPE_PTE_WRITE | MMSCOPE_PTE_USER | MMSCOPE_PTE_EXEC;

	if (!(raw & _PAGE_READ))
		flags |= MMSCOPE_PTE_NOREAD;
	if (raw & _PAGE_WRITE)
		flags |= MMSCOPE_PTE_WRITE;
	if (raw & _PAGE_USER)
		flags |= MMSCOPE_PTE_USER;
	if (raw & _PAGE_EXEC)
		flags |= MMSCOPE_PTE_EXEC;
	if (raw & _PAGE_ACCESSED)
		flags |= MMSCOPE_PTE_YOUNG;
	if (raw & _PAGE_DIRTY)
		flags |= MMSCOPE_PTE_DIRTY;
	if (raw & _PAGE_SPECIAL)
		flags |= MMSCOPE_PTE_SPECIAL;
	if (raw & _PAGE_DEVMAP)
		flags |= MMSCOPE_PTE_DEVMAP;
	if (pte_soft_dirty(pte))
		flags |= MMSCOPE_PTE_SOFT_DIRTY;
	if (pte_uffd_wp(pte))
		flags |= MMSCOPE_PTE_UFFD_WP;
	if (mmscope_riscv_napot(raw))
		flags |= MMSCOPE_PTE_CONT;
	/* Where there are memory types (Svpbmt, or T-Head's own) the kernel knows their bits. */
	if (type && type == _PAGE_NOCACHE)
		flags |= MMSCOPE_PTE_RISCV_NC;
	else if (type && type == _PAGE_IO)
		flags |= MMSCOPE_PTE_RISCV_IO;
	/*
	 * A frame that the hardware may not use: PROT_NONE, or a huge page that is
	 * being split. One bit has two meanings: global when valid, else PROT_NONE.
	 */
	if (!(raw & _PAGE_PRESENT))
		flags |= MMSCOPE_PTE_PROTNONE;
	else if (raw & _PAGE_GLOBAL)
		flags |= MMSCOPE_PTE_GLOBAL;
	return flags;
}

static inline bool mmscope_arch_present(enum mmscope_level level, u64 raw)
{
	return pte_present(mmscope_arch_pte(raw));
}

static inline bool mmscope_arch_raw_is_linear(void)
{
	return true;
}

#define MMSCOPE_ARCH_FRAME_SHIFT	_PAGE_PFN_SHIFT

#define MMSCOPE_ARCH_ATTR_MASK	((u64)~_PAGE_PFN_MASK)

/* Not pte_pfn(), which would look for a size in a frame that is already its page's own. */
static inline u64 mmscope_arch_pfn(enum mmscope_level level, u64 raw)
{
	return __page_val_to_pfn(raw);
}

#define MMSCOPE_ARCH_PTE_FLAGS						\
	(MMSCOPE_PTE_RISCV_NC | MMSCOPE_PTE_RISCV_IO)

#define MMSCOPE_ARCH_ENTRY_FLAGS					\
	{ MMSCOPE_PTE_RISCV_NC, "nc" },					\
	{ MMSCOPE_PTE_RISCV_IO, "io" },

/* The right to execute is a bit that is set, and none of the highest. */
#define MMSCOPE_ARCH_FLAGS_BY_PARTS	0

static inline bool mmscope_arch_plain(u64 raw)
{
	return (raw & (_PAGE_PRESENT | _PAGE_SPECIAL | _PAGE_DEVMAP | _PAGE_NAPOT)) ==
	       _PAGE_PRESENT;
}

#define MMSCOPE_ARCH_PLAIN_BASE	(_PAGE_PRESENT | _PAGE_READ)

static inline unsigned long mmscope_arch_plain_pfn(pte_t pte)
{
	return __page_val_to_pfn(pte_val(pte));
}

static inline bool mmscope_arch_plain_young(u64 raw)
{
	return raw & _PAGE_ACCESSED;
}

static inline bool mmscope_arch_plain_dirty(u64 raw)
{
	return raw & _PAGE_DIRTY;
}

/* Address-space identifier with its generation; flushes are not counted. */
static inline u64 mmscope_arch_ctx(struct mm_struct *mm)
{
	return atomic_long_read(&mm->context.id);
}

static inline u64 mmscope_arch_gen(struct mm_struct *mm)
{
	return 0;
}

static inline bool mmscope_arch_leaf(enum mmscope_level level)
{
	switch (level) {
	case MMSCOPE_LEVEL_PTE:
		return true;
	case MMSCOPE_LEVEL_PMD:
		return IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) ||
		       IS_ENABLED(CONFIG_HUGETLB_PAGE);
	case MMSCOPE_LEVEL_PUD:
		return IS_ENABLED(CONFIG_HUGETLB_PAGE);
	default:
		return false;
	}
}

/* Interrupts are off. */
static inline u32 mmscope_arch_mm_loaded(const struct mm_struct *mm)
{
	return (csr_read(CSR_SATP) & SATP_PPN) == PHYS_PFN(__pa(mm->pgd)) ?
	       MMSCOPE_TASK_LOADED : MMSCOPE_TASK_UNLOADED;
}

static inline bool mmscope_arch_has_pkeys(void)
{
	return false;
}

static inline u32 mmscope_arch_vma_pkey(struct vm_area_struct *vma)
{
	return vma_pkey(vma);
}

static inline bool mmscope_arch_pkru(struct task_struct *task, u32 *pkru)
{
	return false;
}

#define MMSCOPE_ARCH_TASK_SIZE	TASK_SIZE_64

/* TASK_UNMAPPED_BASE is that of the caller, who may have another size. */
static inline u64 mmscope_arch_unmapped_base(u64 task_size)
{
#ifdef MMAP_MIN_VA_BITS_64
	return PAGE_ALIGN(BIT_ULL(task_size <= SZ_4G ? VA_BITS_SV32 : MMAP_MIN_VA_BITS_64) / 3);
#else
	return PAGE_ALIGN(task_size / 3);
#endif
}

/* The highest bit in use is repeated in all above it; the upper half is the kernel's. */
static inline enum mmscope_region mmscope_arch_region(u64 va)
{
	if (va < MMSCOPE_ARCH_TASK_SIZE)
		return MMSCOPE_REGION_USER;
	return va < -(u64)MMSCOPE_ARCH_TASK_SIZE ? MMSCOPE_REGION_HOLE :
						   MMSCOPE_REGION_KERNEL;
}

/*
 * arch/riscv/mm/fault.c:access_error(), mm_fault_error(). Whether the processor marks
 * pages or leaves that to the kernel is known where its extension is (Svadu or Svade);
 * a kernel that knows neither word is prepared for both.
 */
static inline u64 mmscope_arch_fault_facts(void)
{
	u64 facts = MMSCOPE_FACT_POISON_ADRERR;

	if (arch_has_hw_pte_young())
		return facts | MMSCOPE_FACT_HW_YOUNG | MMSCOPE_FACT_HW_DIRTY;
#ifdef RISCV_ISA_EXT_SVADE
	if (riscv_has_extension_unlikely(RISCV_ISA_EXT_SVADE))
		return facts;
#endif
	return facts | MMSCOPE_FACT_HW_UNKNOWN;
}

/* Of the kernel's own entries. */
static inline bool mmscope_arch_valid(u64 raw)
{
	return raw & _PAGE_PRESENT;
}

static inline bool mmscope_arch_table(enum mmscope_level level, u64 raw)
{
	return level != MMSCOPE_LEVEL_PTE &&
	       (raw & (_PAGE_PRESENT | _PAGE_LEAF)) == _PAGE_PRESENT;
}

static inline bool mmscope_arch_kernel_exec(enum mmscope_level level, u64 raw)
{
	return mmscope_arch_table(level, raw) || raw & _PAGE_EXEC;
}

/* swapper_pg_dir is not exported; every other root has the kernel's entries, too. */
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

#endif /* MMSCOPE_ARCH_RISCV_H */
