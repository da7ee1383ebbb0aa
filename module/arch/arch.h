/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arch.h - the one interface to what architectures do differently
 *
 * An architecture's file gives:
 *
 * MMSCOPE_ARCH		its name
 * mmscope_arch_flags(level, raw)	MMSCOPE_PTE_* of an entry with a frame or
 *					a table, PRESENT, HUGE and TABLE aside
 * mmscope_arch_present(level, raw)	has a frame, in the hugetlb format
 * mmscope_arch_pfn(level, raw)		frame of a leaf
 * mmscope_arch_pte_raw(pte), mmscope_arch_pte(raw)	a PTE as the bits in the table
 * mmscope_arch_ptep_get(ptep)	a PTE as it is read, if not by ptep_get_lockless()
 * mmscope_arch_leaf_get(slot, raw)	the leaf above the PTEs that was read at @slot, as
 *	all entries of its block say together; may be absent
 * mmscope_arch_own_frame(raw, index)	the PTE at @index of its table, with its own frame,
 *	where entries of a block are alike; may be absent
 * mmscope_arch_raw_is_linear()	successive frames have successive entries
 * MMSCOPE_ARCH_FRAME_SHIFT	the lowest bit of a frame's number in an entry, if
 *				not PAGE_SHIFT
 * MMSCOPE_ARCH_ATTR_MASK	the bits of an entry that are no part of the frame
 * mmscope_arch_plain(raw) and what is asked of such an entry: _pfn(pte),
 *	_young(raw), _dirty(raw); all but the frame is told by bits of
 *	MMSCOPE_ARCH_ATTR_MASK; MMSCOPE_ARCH_PLAIN_BASE, such an entry without
 *	any right
 * MMSCOPE_ARCH_FLAGS_BY_PARTS	1: the flags of a plain PTE are those of its bits 0
 *	to 7, 8 to 11 and 56 to 63 together
 * MMSCOPE_ARCH_DENSE_TEST, _WANT, _ATTRS	which entries are their own word in the
 *	dense form of EXTENTS (x86.h tells how); may be absent: then none is
 * MMSCOPE_ARCH_PTE_FLAGS	its own MMSCOPE_PTE_* bits
 * MMSCOPE_ARCH_ENTRY_FLAGS		rows {mask, name} for its own bits
 * mmscope_arch_leaf(level)		can an entry of it map user memory; a level that is
 *	folded is asked for, too
 * mmscope_arch_ctx(), mmscope_arch_gen()	of an mm's context
 * mmscope_arch_has_pkeys()		protection keys are in use
 * mmscope_arch_mm_loaded(mm)	MMSCOPE_TASK_LOADED when this CPU has the tables of
 *				@mm, _UNLOADED when others, 0 when it cannot be told
 * mmscope_arch_vma_pkey(vma)		protection key of a VMA
 * mmscope_arch_pkru(task, pkru)	a thread's rights to them; false: not to be had
 * MMSCOPE_ARCH_TASK_SIZE	where user addresses end, of any process, since boot
 * mmscope_arch_unmapped_base(task_size)	TASK_UNMAPPED_BASE of a process of that size
 * mmscope_arch_region(va)		enum mmscope_region of an address
 * mmscope_arch_fault_facts()	MMSCOPE_FACT_* of how this machine faults
 * mmscope_arch_folded_p4d(pgdp, addr), _pud(p4dp, addr)	where the entry of a folded
 *	level is
 * mmscope_arch_root_shift(), _entries()	of the root table, in the form it has
 *	since boot
 * mmscope_arch_valid(raw)		the kernel's entry is there for the hardware
 * mmscope_arch_table(level, raw)	it leads to a table
 * mmscope_arch_kernel_exec(level, raw)	it lets the kernel execute
 * mmscope_arch_kernel_root()	physical address of the root of the kernel's half
 *
 * and NAME_regions.h the regions of the kernel's half: mmscope_arch_regions(), see
 * regions.h.
 */
#ifndef MMSCOPE_ARCH_H
#define MMSCOPE_ARCH_H

#if defined(CONFIG_X86)
#include "arch/x86.h"
#elif defined(CONFIG_ARM64)
#include "arch/arm64.h"
#elif defined(CONFIG_RISCV) && defined(CONFIG_64BIT)
#include "arch/riscv.h"
#else
#error "mmscope: this architecture has no file in module/arch/ yet"
#endif

#ifndef mmscope_arch_ptep_get
/* Wider than a word: read as the entries above it are. */
#define mmscope_arch_ptep_get(ptep)					\
	(sizeof(pte_t) > sizeof(long) ? mmscope_entry_get(ptep) :	\
					ptep_get_lockless(ptep))
#endif

#ifndef mmscope_arch_leaf_get
static inline u64 mmscope_arch_leaf_get(const void *slot, u64 raw)
{
	return raw;
}
#endif

#ifndef mmscope_arch_own_frame
static inline u64 mmscope_arch_own_frame(u64 raw, unsigned long index)
{
	return raw;
}
#endif

#ifndef MMSCOPE_ARCH_FRAME_SHIFT
#define MMSCOPE_ARCH_FRAME_SHIFT	PAGE_SHIFT
#endif

#ifndef MMSCOPE_ARCH_DENSE_TEST
#define MMSCOPE_ARCH_DENSE_TEST		0ULL
#define MMSCOPE_ARCH_DENSE_WANT		1ULL
#define MMSCOPE_ARCH_DENSE_ATTRS	0ULL
#endif

#endif /* MMSCOPE_ARCH_H */
