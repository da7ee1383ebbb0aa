/* SPDX-License-Identifier: GPL-2.0 */
/*
 * names.h - the flags that some kernels lack
 *
 * What is missing becomes a flag of no bits, which is never shown. Then the
 * tables that follow list all that any supported kernel has.
 */
#ifndef MMSCOPE_COMPAT_NAMES_H
#define MMSCOPE_COMPAT_NAMES_H

#include <linux/kernel-page-flags.h>
#include <linux/mm.h>
#include <linux/sched/coredump.h>

#include "compat/compat.h"
#include "compat/have.h"
#include "names.h"

#ifndef VM_MAYBE_GUARD
#define VM_MAYBE_GUARD		VM_NONE
#endif
#ifndef VM_DENYWRITE
#define VM_DENYWRITE		VM_NONE
#endif
#ifndef VM_SHADOW_STACK
#define VM_SHADOW_STACK		VM_NONE
#endif
#ifndef VM_ALLOW_ANY_UNCACHED
#define VM_ALLOW_ANY_UNCACHED	VM_NONE
#endif
#ifndef VM_DROPPABLE
#define VM_DROPPABLE		VM_NONE
#endif
#ifndef VM_SEALED
#define VM_SEALED		VM_NONE
#endif
#ifndef VM_PAT
#define VM_PAT			VM_NONE
#endif
#ifndef VM_ARM64_BTI
#define VM_ARM64_BTI		VM_NONE
#endif
#ifndef VM_MTE
#define VM_MTE			VM_NONE
#define VM_MTE_ALLOWED		VM_NONE
#endif
#ifndef VM_PKEY_BIT0
#define VM_PKEY_BIT0		VM_NONE
#define VM_PKEY_BIT1		VM_NONE
#define VM_PKEY_BIT2		VM_NONE
#define VM_PKEY_BIT3		VM_NONE
#endif

static const struct mmscope_flag_name mmscope_vm_flags[] = {
	{ VM_READ, "read" },
	{ VM_WRITE, "write" },
	{ VM_EXEC, "exec" },
	{ VM_SHARED, "shared" },
	{ VM_MAYREAD, "mayread" },
	{ VM_MAYWRITE, "maywrite" },
	{ VM_MAYEXEC, "mayexec" },
	{ VM_MAYSHARE, "mayshare" },
	{ VM_GROWSDOWN, "growsdown" },
	{ VM_UFFD_MISSING, "uffd_missing" },
	{ VM_PFNMAP, "pfnmap" },
	{ VM_DENYWRITE, "denywrite" },
	{ VM_UFFD_WP, "uffd_wp" },
	{ VM_LOCKED, "locked" },
	{ VM_IO, "io" },
	{ VM_SEQ_READ, "seq_read" },
	{ VM_RAND_READ, "rand_read" },
	{ VM_DONTCOPY, "dontcopy" },
	{ VM_DONTEXPAND, "dontexpand" },
	{ VM_LOCKONFAULT, "lockonfault" },
	{ VM_ACCOUNT, "account" },
	{ VM_NORESERVE, "noreserve" },
	{ VM_HUGETLB, "hugetlb" },
	{ VM_SYNC, "sync" },
	{ VM_PAT, "pat" },
	{ VM_GROWSUP, "growsup" },
	{ VM_ARM64_BTI, "arm64_bti" },
	{ VM_WIPEONFORK, "wipeonfork" },
	{ VM_DONTDUMP, "dontdump" },
	{ VM_SOFTDIRTY, "softdirty" },
	{ VM_MIXEDMAP, "mixedmap" },
	{ VM_HUGEPAGE, "hugepage" },
	{ VM_NOHUGEPAGE, "nohugepage" },
	{ VM_MERGEABLE, "mergeable" },
	{ VM_PKEY_BIT0, "pkey_bit0" },
	{ VM_PKEY_BIT1, "pkey_bit1" },
	{ VM_PKEY_BIT2, "pkey_bit2" },
	{ VM_PKEY_BIT3, "pkey_bit3" },
	{ VM_MTE, "mte" },
	{ VM_MTE_ALLOWED, "mte_allowed" },
	{ VM_SHADOW_STACK, "shadow_stack" },
	{ VM_UFFD_MINOR, "uffd_minor" },
	{ VM_ALLOW_ANY_UNCACHED, "allow_any_uncached" },
	{ VM_DROPPABLE, "droppable" },
	{ VM_SEALED, "sealed" },
	{ VM_MAYBE_GUARD, "maybe_guard" },
};

/* The MMF_* are bit numbers; 64 is the bit that no kernel has. */
#define MMF_ABSENT		64
/* Since 7.2 the task has them (struct task_exec_state). */
#define MMF_DUMPABLE		(HAVE_TASK_EXEC_STATE ? MMF_ABSENT : 0)
#define MMF_DUMPABLE_ROOT	(HAVE_TASK_EXEC_STATE ? MMF_ABSENT : 1)
#ifndef MMF_HAS_PINNED
#define MMF_HAS_PINNED		MMF_ABSENT
#endif
#ifdef MMF_HUGE_ZERO_FOLIO
#define MMF_HUGE_ZERO_PAGE	MMF_HUGE_ZERO_FOLIO
#endif
#if HAVE_MMF_DISABLE_THP_BITS
#define MMF_DISABLE_THP		MMF_DISABLE_THP_COMPLETELY
#else
#define MMF_DISABLE_THP_EXCEPT_ADVISED	MMF_ABSENT
#endif
#ifndef MMF_HAS_MDWE
#define MMF_HAS_MDWE		MMF_ABSENT
#endif
#ifndef MMF_HAS_MDWE_NO_INHERIT
#define MMF_HAS_MDWE_NO_INHERIT	MMF_ABSENT
#endif
#ifndef MMF_VM_MERGE_ANY
#define MMF_VM_MERGE_ANY	MMF_ABSENT
#endif
#ifndef MMF_TOPDOWN
#define MMF_TOPDOWN		MMF_ABSENT
#endif

#define MMF(bit, name)	{ (bit) < 64 ? BIT_ULL((bit) & 63) : 0, name }

/* The lowest two are a number: 0 not dumpable, 1 by the owner, 2 by root only. */
static const struct mmscope_flag_name mmscope_mmf[] = {
	MMF(MMF_DUMPABLE, "dumpable"),
	MMF(MMF_DUMPABLE_ROOT, "dumpable_root"),
	MMF(MMF_DUMP_ANON_PRIVATE, "dump_anon_private"),
	MMF(MMF_DUMP_ANON_SHARED, "dump_anon_shared"),
	MMF(MMF_DUMP_MAPPED_PRIVATE, "dump_mapped_private"),
	MMF(MMF_DUMP_MAPPED_SHARED, "dump_mapped_shared"),
	MMF(MMF_DUMP_ELF_HEADERS, "dump_elf_headers"),
	MMF(MMF_DUMP_HUGETLB_PRIVATE, "dump_hugetlb_private"),
	MMF(MMF_DUMP_HUGETLB_SHARED, "dump_hugetlb_shared"),
	MMF(MMF_DUMP_DAX_PRIVATE, "dump_dax_private"),
	MMF(MMF_DUMP_DAX_SHARED, "dump_dax_shared"),
	MMF(MMF_VM_MERGEABLE, "vm_mergeable"),
	MMF(MMF_VM_HUGEPAGE, "vm_hugepage"),
	MMF(MMF_HAS_UPROBES, "has_uprobes"),
	MMF(MMF_RECALC_UPROBES, "recalc_uprobes"),
	MMF(MMF_OOM_SKIP, "oom_skip"),
	MMF(MMF_UNSTABLE, "unstable"),
	MMF(MMF_HUGE_ZERO_PAGE, "huge_zero_page"),
	MMF(MMF_DISABLE_THP, "disable_thp"),
	MMF(MMF_DISABLE_THP_EXCEPT_ADVISED, "disable_thp_except_advised"),
	MMF(MMF_OOM_REAP_QUEUED, "oom_reap_queued"),
	MMF(MMF_MULTIPROCESS, "multiprocess"),
	MMF(MMF_HAS_PINNED, "has_pinned"),
	MMF(MMF_HAS_MDWE, "has_mdwe"),
	MMF(MMF_HAS_MDWE_NO_INHERIT, "has_mdwe_no_inherit"),
	MMF(MMF_VM_MERGE_ANY, "vm_merge_any"),
	MMF(MMF_TOPDOWN, "topdown"),
};

#undef MMF

/* By linux/kernel-page-flags.h of this kernel: bit 34 is not the same in all. */
static const struct mmscope_flag_name mmscope_kpf[] = {
	{ BIT_ULL(KPF_LOCKED), "locked" },
	{ HAVE_PG_ERROR ? BIT_ULL(KPF_ERROR) : 0, "error" },
	{ BIT_ULL(KPF_REFERENCED), "referenced" },
	{ BIT_ULL(KPF_UPTODATE), "uptodate" },
	{ BIT_ULL(KPF_DIRTY), "dirty" },
	{ BIT_ULL(KPF_LRU), "lru" },
	{ BIT_ULL(KPF_ACTIVE), "active" },
	{ BIT_ULL(KPF_SLAB), "slab" },
	{ BIT_ULL(KPF_WRITEBACK), "writeback" },
	{ BIT_ULL(KPF_RECLAIM), "reclaim" },
	{ BIT_ULL(KPF_BUDDY), "buddy" },
	{ BIT_ULL(KPF_MMAP), "mmap" },
	{ BIT_ULL(KPF_ANON), "anon" },
	{ BIT_ULL(KPF_SWAPCACHE), "swapcache" },
	{ BIT_ULL(KPF_SWAPBACKED), "swapbacked" },
	{ BIT_ULL(KPF_COMPOUND_HEAD), "compound_head" },
	{ BIT_ULL(KPF_COMPOUND_TAIL), "compound_tail" },
	{ BIT_ULL(KPF_HUGE), "huge" },
	{ BIT_ULL(KPF_UNEVICTABLE), "unevictable" },
	{ BIT_ULL(KPF_HWPOISON), "hwpoison" },
	{ BIT_ULL(KPF_NOPAGE), "nopage" },
	{ BIT_ULL(KPF_KSM), "ksm" },
	{ BIT_ULL(KPF_THP), "thp" },
	{ BIT_ULL(KPF_OFFLINE), "offline" },
	{ BIT_ULL(KPF_ZERO_PAGE), "zero_page" },
	{ BIT_ULL(KPF_IDLE), "idle" },
	{ BIT_ULL(KPF_PGTABLE), "pgtable" },
	{ BIT_ULL(KPF_RESERVED), "reserved" },
	{ BIT_ULL(KPF_MLOCKED), "mlocked" },
#ifdef KPF_MAPPEDTODISK
	{ BIT_ULL(KPF_MAPPEDTODISK), "mappedtodisk" },
#endif
#ifdef KPF_OWNER_2
	{ BIT_ULL(KPF_OWNER_2), "owner_2" },
#endif
	{ BIT_ULL(KPF_PRIVATE), "private" },
	{ BIT_ULL(KPF_PRIVATE_2), "private_2" },
	{ BIT_ULL(KPF_OWNER_PRIVATE), "owner_private" },
	{ BIT_ULL(KPF_ARCH), "arch" },
#ifdef KPF_UNCACHED
	{ BIT_ULL(KPF_UNCACHED), "uncached" },
#endif
	{ BIT_ULL(KPF_SOFTDIRTY), "softdirty" },
	{ BIT_ULL(KPF_ARCH_2), "arch_2" },
#ifdef KPF_ARCH_3
	{ BIT_ULL(KPF_ARCH_3), "arch_3" },
#endif
	{ HAVE_ANON_EXCLUSIVE ? BIT_ULL(MMSCOPE_KPF_ANON_EXCLUSIVE) : 0, "anon_exclusive" },
	{ BIT_ULL(MMSCOPE_KPF_READAHEAD), "readahead" },
};

#endif /* MMSCOPE_COMPAT_NAMES_H */
