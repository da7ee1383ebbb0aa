/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * mmscope.h - the contract between the module and user space
 *
 * This header is all that user space needs; it includes nothing of the module.
 * Rules that hold for every operation:
 *
 * - One open file of /dev/mmscope is attached, once, to one address space. What
 *   the file may see is decided at that moment and travels with the descriptor.
 * - Every argument struct begins with @size, set by the caller to the sizeof it
 *   was compiled with. A struct longer than the module's is accepted when the
 *   tail is zero (else E2BIG); one shorter than API version 1 is EINVAL.
 * - Reserved fields and unknown flag bits must be zero (EINVAL).
 * - Pointers travel as __u64. Layout is the same for 32- and 64-bit callers.
 * - All ranges are half open, [@start, @end), in bytes of virtual address.
 * - Nothing that was not found is reported as a zero: look at the status, and at
 *   MMSCOPE_HIDDEN for a value that exists and may not be shown.
 *
 * On an error the struct is as it was, and what buffers hold is undefined.
 * Errors that any operation can return:
 *   EFAULT    a pointer of the caller cannot be read or written
 *   EINVAL    malformed: size too short, reserved field or unknown flag set,
 *             range inverted or misaligned, buffer too small for one record
 *   E2BIG     the struct is longer than the module knows and its tail not zero,
 *             or longer than a page
 *   ENOTTY    unknown operation
 *   ENOTCONN  the operation needs an attached file
 *   ESRCH     the address space is gone (its last user exited or called exec)
 *   EINTR     a fatal signal ended the operation
 *   ENOMEM    no memory for the bounded bounce buffer
 */
#ifndef _UAPI_MMSCOPE_H
#define _UAPI_MMSCOPE_H

#include <linux/const.h>
#include <linux/ioctl.h>
#include <linux/types.h>

#define MMSCOPE_API_VERSION	1

/* The value of a physical address, pfn, page count or raw entry that exists but is withheld. */
#define MMSCOPE_HIDDEN		(~0ULL)
/* Likewise of a 32-bit number: a swap type, a count. */
#define MMSCOPE_HIDDEN32	(~0U)

/*
 * Numbers carry no size (_IO), so that a struct may grow without changing its
 * operation's number.
 */
#define MMSCOPE_IOC_TYPE	0xBC
#define MMSCOPE_IOC_INFO	_IO(MMSCOPE_IOC_TYPE, 0x00)
#define MMSCOPE_IOC_NAMES	_IO(MMSCOPE_IOC_TYPE, 0x01)
#define MMSCOPE_IOC_ATTACH	_IO(MMSCOPE_IOC_TYPE, 0x02)
#define MMSCOPE_IOC_MM		_IO(MMSCOPE_IOC_TYPE, 0x03)
#define MMSCOPE_IOC_VMAS	_IO(MMSCOPE_IOC_TYPE, 0x04)
#define MMSCOPE_IOC_WALK	_IO(MMSCOPE_IOC_TYPE, 0x05)
#define MMSCOPE_IOC_EXTENTS	_IO(MMSCOPE_IOC_TYPE, 0x06)
#define MMSCOPE_IOC_TRANSLATE	_IO(MMSCOPE_IOC_TYPE, 0x07)
#define MMSCOPE_IOC_PAGES	_IO(MMSCOPE_IOC_TYPE, 0x08)
#define MMSCOPE_IOC_STATS	_IO(MMSCOPE_IOC_TYPE, 0x09)
#define MMSCOPE_IOC_TABLES	_IO(MMSCOPE_IOC_TYPE, 0x0a)
#define MMSCOPE_IOC_FIND	_IO(MMSCOPE_IOC_TYPE, 0x0b)
#define MMSCOPE_IOC_EXPLAIN	_IO(MMSCOPE_IOC_TYPE, 0x0c)
#define MMSCOPE_IOC_TASKS	_IO(MMSCOPE_IOC_TYPE, 0x0d)
#define MMSCOPE_IOC_STORE	_IO(MMSCOPE_IOC_TYPE, 0x0e)
#define MMSCOPE_IOC_VMOPS	_IO(MMSCOPE_IOC_TYPE, 0x0f)
#define MMSCOPE_IOC_KERNEL	_IO(MMSCOPE_IOC_TYPE, 0x10)
#define MMSCOPE_IOC_RMAP	_IO(MMSCOPE_IOC_TYPE, 0x11)

/**
 * enum mmscope_level - levels of the page tables, from the root
 * @MMSCOPE_LEVEL_PGD: page global directory
 * @MMSCOPE_LEVEL_P4D: fourth-level directory; only with five-level paging
 * @MMSCOPE_LEVEL_PUD: page upper directory (1 GiB leaves on x86-64)
 * @MMSCOPE_LEVEL_PMD: page middle directory (2 MiB leaves on x86-64)
 * @MMSCOPE_LEVEL_PTE: page table proper
 * @MMSCOPE_NR_LEVELS: how many there can be
 *
 * The numbers are the depths of mm/pagewalk.c. A folded level is never reported.
 */
enum mmscope_level {
	MMSCOPE_LEVEL_PGD,
	MMSCOPE_LEVEL_P4D,
	MMSCOPE_LEVEL_PUD,
	MMSCOPE_LEVEL_PMD,
	MMSCOPE_LEVEL_PTE,
	MMSCOPE_NR_LEVELS
};

/**
 * enum mmscope_status - what an address turned out to be
 * @MMSCOPE_NONE: inside a VMA, but nothing is mapped there (yet)
 * @MMSCOPE_MAPPED: a leaf with a page frame that the hardware can use
 * @MMSCOPE_PROTNONE: a leaf with a page frame that the hardware may not use now
 *	(PROT_NONE, a NUMA-balancing hint, a huge page being split); the physical
 *	address is true
 * @MMSCOPE_SWAP: swapped out; the swap type and offset are given
 * @MMSCOPE_MIGRATION: under migration; the frame on its way is in the offset
 * @MMSCOPE_HWPOISON: the page was lost to a memory error
 * @MMSCOPE_DEVICE: device-private or device-exclusive memory
 * @MMSCOPE_MARKER: a PTE marker; its kind is in the flags (MMSCOPE_PTE_UFFD_WP)
 *	or in the offset (raw marker bits)
 * @MMSCOPE_NO_VMA: no VMA holds the address; the page tables were not touched
 * @MMSCOPE_NONCANONICAL: not an address of user space at all
 * @MMSCOPE_RACED: the entry kept changing while it was read; ask again
 * @MMSCOPE_UNKNOWN: non-present, of a kind this version does not know
 * @MMSCOPE_NR_STATUS: how many there are
 */
enum mmscope_status {
	MMSCOPE_NONE,
	MMSCOPE_MAPPED,
	MMSCOPE_PROTNONE,
	MMSCOPE_SWAP,
	MMSCOPE_MIGRATION,
	MMSCOPE_HWPOISON,
	MMSCOPE_DEVICE,
	MMSCOPE_MARKER,
	MMSCOPE_NO_VMA,
	MMSCOPE_NONCANONICAL,
	MMSCOPE_RACED,
	MMSCOPE_UNKNOWN,
	MMSCOPE_NR_STATUS
};

/**
 * DOC: entry flags
 *
 * The decoded flags of a page-table entry, the same bits on every architecture
 * (0 to 31), then bits that only one architecture has (32 to 63). Their names
 * are told by MMSCOPE_IOC_NAMES. On a table entry WRITE, USER and EXEC are what
 * that entry alone permits; the effective right is the AND over all levels.
 */
#define MMSCOPE_PTE_PRESENT	_BITULL(0)	/* pte_present(): has a frame or a table */
#define MMSCOPE_PTE_WRITE	_BITULL(1)
#define MMSCOPE_PTE_USER	_BITULL(2)
#define MMSCOPE_PTE_EXEC	_BITULL(3)	/* no NX/XN/PXN bit forbids it */
#define MMSCOPE_PTE_YOUNG	_BITULL(4)	/* accessed */
#define MMSCOPE_PTE_DIRTY	_BITULL(5)
#define MMSCOPE_PTE_GLOBAL	_BITULL(6)
#define MMSCOPE_PTE_TABLE	_BITULL(7)	/* points to the next table */
#define MMSCOPE_PTE_HUGE	_BITULL(8)	/* leaf above the PTE level */
#define MMSCOPE_PTE_PROTNONE	_BITULL(9)
#define MMSCOPE_PTE_SPECIAL	_BITULL(10)	/* no struct page to look at */
#define MMSCOPE_PTE_DEVMAP	_BITULL(11)
#define MMSCOPE_PTE_SOFT_DIRTY	_BITULL(12)
#define MMSCOPE_PTE_UFFD_WP	_BITULL(13)
#define MMSCOPE_PTE_CONT	_BITULL(14)	/* part of a contiguous block */
#define MMSCOPE_PTE_EXCLUSIVE	_BITULL(15)	/* swap entry: exclusive to this mm */
#define MMSCOPE_PTE_NOREAD	_BITULL(16)	/* for execution only */

#define MMSCOPE_PTE_X86_PWT	_BITULL(32)
#define MMSCOPE_PTE_X86_PCD	_BITULL(33)
#define MMSCOPE_PTE_X86_PAT	_BITULL(34)
/* x86 protection key, 0 to 15 */
#define MMSCOPE_PTE_X86_PKEY_SHIFT	60
#define MMSCOPE_PTE_X86_PKEY_MASK	(0xfULL << MMSCOPE_PTE_X86_PKEY_SHIFT)

#define MMSCOPE_PTE_RISCV_NC	_BITULL(32)	/* memory type: not cached */
#define MMSCOPE_PTE_RISCV_IO	_BITULL(33)	/* memory type: device */

/**
 * struct mmscope_level_info - one level of this machine's page tables
 * @level: enum mmscope_level
 * @shift: log2 of the bytes that one entry spans
 * @nr_entries: entries in a table of this level
 * @leaf: 1 when an entry of this level can map memory in this kernel
 * @reserved: zero
 */
struct mmscope_level_info {
	__u8 level;
	__u8 shift;
	__u16 nr_entries;
	__u8 leaf;
	__u8 reserved[3];
};

/* Features of this kernel, in mmscope_info.features; what is absent is never reported. */
#define MMSCOPE_FEATURE_EXACT_CHANGE	_BITULL(0)	/* MMSCOPE_LOCK_CHANGED misses no VMA */
#define MMSCOPE_FEATURE_SOFT_DIRTY	_BITULL(1)
#define MMSCOPE_FEATURE_UFFD_WP		_BITULL(2)
#define MMSCOPE_FEATURE_PTE_MARKER	_BITULL(3)
#define MMSCOPE_FEATURE_ANON_VMA_NAME	_BITULL(4)
#define MMSCOPE_FEATURE_MAPLE_TREE	_BITULL(5)
#define MMSCOPE_FEATURE_HUGETLB		_BITULL(6)
#define MMSCOPE_FEATURE_THP		_BITULL(7)
#define MMSCOPE_FEATURE_PKEYS		_BITULL(8)
#define MMSCOPE_FEATURE_MM_OWNER	_BITULL(9)

/**
 * struct mmscope_info - MMSCOPE_IOC_INFO: what module and kernel this is
 * @size: in: sizeof this struct
 * @flags: in: zero
 * @api_version: MMSCOPE_API_VERSION of the module
 * @page_size: bytes of a base page
 * @nr_levels: page-table levels in use (2 to 5)
 * @va_bits: bits of a virtual address of user space
 * @levels: the levels in use, root first
 * @features: MMSCOPE_FEATURE_*
 * @names: bit per MMSCOPE_NAMES_* class that this module knows
 * @max_batch: most bytes that the module buffers at a time; a larger caller's
 *	buffer is filled in several chunks, a smaller one is no error
 * @release: uname -r of the kernel, NUL-terminated
 * @arch: "x86", "arm64", "riscv", NUL-terminated
 *
 * Needs no attached file. Errors: the common ones.
 */
struct mmscope_info {
	__u32 size;
	__u32 flags;
	__u32 api_version;
	__u32 page_size;
	__u32 nr_levels;
	__u32 va_bits;
	struct mmscope_level_info levels[MMSCOPE_NR_LEVELS];
	__u64 features;
	__u64 names;
	__u64 max_batch;
	char release[64];
	char arch[16];
};

/* Classes of names for MMSCOPE_IOC_NAMES. */
#define MMSCOPE_NAMES_VM_FLAGS	0	/* vm_flags, by the kernel's VM_* names less the prefix */
#define MMSCOPE_NAMES_MMF	1	/* mm->flags, by MMF_* names less the prefix */
#define MMSCOPE_NAMES_ENTRY	2	/* MMSCOPE_PTE_* */
#define MMSCOPE_NAMES_KPF	3	/* mmscope_page.kpf, by KPF_* names less the prefix */
#define MMSCOPE_NAMES_FACTS	4	/* MMSCOPE_FACT_* */
#define MMSCOPE_NR_NAMES	5

/*
 * Bits of no word that have a name in MMSCOPE_NAMES_KPF where the kernel has the
 * flag: what another bit means on some pages. The numbers are those of the kernel's
 * tools/mm/page-types.c (expand_overloaded_flags()).
 */
#define MMSCOPE_KPF_ANON_EXCLUSIVE	47	/* KPF_ANON, and bit 34 */
#define MMSCOPE_KPF_READAHEAD		48	/* KPF_RECLAIM without KPF_WRITEBACK */

/**
 * struct mmscope_name - the name of one bit
 * @bit: number of the bit, 0 to 63
 * @name: in the kernel's spelling, lower case, NUL-terminated
 */
struct mmscope_name {
	__u32 bit;
	char name[28];
};

/**
 * struct mmscope_names - MMSCOPE_IOC_NAMES: what the bits of a word are called
 * @size: in: sizeof this struct
 * @which: in: MMSCOPE_NAMES_*, the class
 * @names: in: array of struct mmscope_name to fill, or 0 to ask for the count
 * @nr: in: elements of @names; out: how many this kernel has
 * @reserved: zero
 *
 * Only the kernel that was compiled knows which bits it has and what they mean.
 * Needs no attached file. Errors: EINVAL for an unknown class.
 */
struct mmscope_names {
	__u32 size;
	__u32 which;
	__u64 names;
	__u32 nr;
	__u32 reserved;
};

/* In mmscope_attach.flags. */
#define MMSCOPE_ATTACH_PAGEMAP_FD	_BITUL(0)	/* @pagemap_fd is the warrant */

/* In mmscope_attach.rights: what the attached file may see. */
#define MMSCOPE_RIGHT_MAPS	_BITUL(0)	/* VMAs, shape of the walk, accounting */
#define MMSCOPE_RIGHT_PHYS	_BITUL(1)	/* physical addresses, raw entries */

/**
 * struct mmscope_attach - MMSCOPE_IOC_ATTACH: bind this file to an address space
 * @size: in: sizeof this struct
 * @flags: in: MMSCOPE_ATTACH_*
 * @pid: in: process or thread id in the caller's pid namespace; 0: the caller
 * @pagemap_fd: in: with MMSCOPE_ATTACH_PAGEMAP_FD an open file of the target's
 *	/proc/PID/pagemap, opened by the caller itself: procfs has then decided
 *	that the caller may look; without that flag 0
 * @rights: out: MMSCOPE_RIGHT_*
 * @reserved: zero
 *
 * The right to look comes from one of: the target's address space is the
 * caller's own; both the opener of the file and the caller have CAP_SYS_PTRACE
 * in the user namespace that owns it; a pagemap file descriptor. Physical
 * facts need CAP_SYS_ADMIN in the initial user namespace of both besides, and
 * one of the last two also when the address space is one's own.
 * The file holds a reference that keeps the descriptor (mm_count), not the
 * address space (mm_users): the process can exit at any time.
 *
 * Errors: ESRCH no such process, or it has exited (zombie); ENXIO a kernel
 * thread, which has no user address space; EINVAL a negative @pid; EPERM not
 * allowed; EBUSY this file is attached already; EBADF @pagemap_fd is no pagemap file
 * of that process; EMFILE the user has attached as many files as one may (the module's
 * parameter max_handles; without end for those with CAP_SYS_RESOURCE).
 */
struct mmscope_attach {
	__u32 size;
	__u32 flags;
	__s32 pid;
	__s32 pagemap_fd;
	__u32 rights;
	__u32 reserved;
};

/**
 * struct mmscope_lock - what a walking operation did to the target
 * @hold_max_ns: longest time the target's mmap lock was held for reading, in ns
 * @hold_total_ns: sum of those times
 * @nr_locks: how many times it was taken
 * @flags: MMSCOPE_LOCK_*
 * @generation: in: zero, or the value of an earlier reply, to learn whether the
 *	address space has changed since; out: its state at the end of this one
 * @budget_ns: in: end a hold once it has lasted this long, in ns, as soon as the
 *	page table at hand (or a few VMAs, or a part of a table where pages are dear)
 *	is done; 0: by the module's own bound alone; out: unchanged
 */
struct mmscope_lock {
	__u64 hold_max_ns;
	__u64 hold_total_ns;
	__u32 nr_locks;
	__u32 flags;
	__u64 generation;
	__u64 budget_ns;
};

/* In mmscope_lock.flags. */
#define MMSCOPE_LOCK_CHANGED	_BITUL(0)	/* VMAs may differ from generation's */

#define MMSCOPE_AUXV_MAX	72	/* words; riscv has room for 66 */

/**
 * struct mmscope_mm - MMSCOPE_IOC_MM: the memory descriptor (struct mm_struct)
 * @size: in: sizeof this struct
 * @flags: in: zero
 * @exe: in: buffer for the path of the executable, or 0
 * @exe_size: in: bytes of that buffer; out: length of the path with its NUL, 0
 *	when there is none (or it is longer than PATH_MAX); longer than the
 *	buffer: cut short; unchanged without a buffer
 * @cpumask_size: in: bytes of that buffer; out: bytes of the kernel's mask
 * @cpumask: in: buffer for the CPUs that may hold this mm's translations
 *	(mm_cpumask(); bit N of byte N / 8 is CPU N; arm64 sets none), or 0
 * @start_code: first byte of the executable's code; likewise the bounds below,
 *	all byte addresses
 * @end_code: end of the code
 * @start_data: first byte of initialised data
 * @end_data: its end
 * @start_brk: start of the heap
 * @brk: end of the heap
 * @start_stack: initial stack pointer
 * @arg_start: argument strings
 * @arg_end: their end
 * @env_start: environment strings
 * @env_end: their end
 * @mmap_base: where the mmap area begins
 * @mmap_legacy_base: where a search upwards begins: the first one when
 *	@mmap_legacy, else the one after a search downwards found nothing
 * @task_size: end of user space
 * @mmap_legacy: 1 when the mmap area is searched upwards
 * @pgd_pa: physical address of the top page table, bytes
 * @mm_users: users of the address space; threads, and each one looking
 *	(the reference this operation itself holds is taken off)
 * @mm_count: references to the descriptor; all users together count as one
 *	(the one this file holds is included)
 * @map_count: number of VMAs
 * @total_vm: pages mapped; the next ones are parts of it, in pages too
 * @locked_vm: mlocked
 * @pinned_vm: pinned for a device, permanently
 * @data_vm: private, writable, not stack
 * @exec_vm: executable, not writable
 * @stack_vm: stack
 * @rss_anon: resident anonymous pages
 * @rss_file: resident file pages
 * @rss_shmem: resident shared-memory pages
 * @swap: swapped-out anonymous pages (entries)
 * @hiwater_rss: peak of the resident set, pages
 * @hiwater_vm: peak of @total_vm, pages
 * @pgtables_bytes: bytes of PUD, PMD and PTE tables (the kernel keeps the sum)
 * @def_flags: VM_* given to each new VMA
 * @mm_flags: MMF_* word
 * @owner_pid: owner in the caller's pid namespace (mm->owner), 0 when it has
 *	none there, -1 when this kernel keeps no owner
 * @nr_auxv: longs in @auxv, type and value in turn, AT_NULL included
 * @auxv: saved auxiliary vector
 * @arch_ctx: x86: mm->context.ctx_id
 * @arch_gen: x86: mm->context.tlb_gen
 * @generation: out: for struct mmscope_lock of calls to come
 * @nr_cpus: CPUs the kernel numbers (bits of the mask that can be set)
 *
 * Takes the mmap lock for reading once. @pgd_pa is MMSCOPE_HIDDEN without
 * MMSCOPE_RIGHT_PHYS.
 */
struct mmscope_mm {
	__u32 size;
	__u32 flags;
	__u64 exe;
	__u32 exe_size;
	__u32 cpumask_size;
	__u64 cpumask;
	__u64 start_code, end_code;
	__u64 start_data, end_data;
	__u64 start_brk, brk;
	__u64 start_stack;
	__u64 arg_start, arg_end;
	__u64 env_start, env_end;
	__u64 mmap_base;
	__u64 mmap_legacy_base;
	__u64 task_size;
	__u32 mmap_legacy;
	__s32 owner_pid;
	__u64 pgd_pa;
	__u32 mm_users;
	__u32 mm_count;
	__u64 map_count;
	__u64 total_vm, locked_vm, pinned_vm, data_vm, exec_vm, stack_vm;
	__u64 rss_anon, rss_file, rss_shmem, swap;
	__u64 hiwater_rss, hiwater_vm;
	__u64 pgtables_bytes;
	__u64 def_flags;
	__u64 mm_flags;
	__u64 arch_ctx, arch_gen;
	__u64 generation;
	__u32 nr_auxv;
	__u32 nr_cpus;
	__u64 auxv[MMSCOPE_AUXV_MAX];
};

/**
 * enum mmscope_kind - the segment a VMA belongs to
 * @MMSCOPE_KIND_ANON: anonymous, of no special part
 * @MMSCOPE_KIND_TEXT: executable part of the program's own file
 * @MMSCOPE_KIND_RODATA: read-only part of the program's own file
 * @MMSCOPE_KIND_DATA: writable part of it, or made read-only after relocation
 * @MMSCOPE_KIND_BSS: the anonymous part that follows the program's data
 * @MMSCOPE_KIND_HEAP: grown by brk()
 * @MMSCOPE_KIND_STACK: the main thread's stack
 * @MMSCOPE_KIND_FILE: a mapped file
 * @MMSCOPE_KIND_SHM: shared memory: shared anonymous, memfd, tmpfs, SysV
 * @MMSCOPE_KIND_DEVICE: a device's memory or a device file
 * @MMSCOPE_KIND_HUGETLB: hugetlbfs pages
 * @MMSCOPE_KIND_VDSO: code given by the kernel
 * @MMSCOPE_KIND_VVAR: data of the vdso
 * @MMSCOPE_KIND_SPECIAL: another mapping made by the kernel itself
 * @MMSCOPE_NR_KINDS: how many there are
 *
 * Whether a mapped file is a shared library shows only in the whole list, which
 * user space has.
 */
enum mmscope_kind {
	MMSCOPE_KIND_ANON,
	MMSCOPE_KIND_TEXT,
	MMSCOPE_KIND_RODATA,
	MMSCOPE_KIND_DATA,
	MMSCOPE_KIND_BSS,
	MMSCOPE_KIND_HEAP,
	MMSCOPE_KIND_STACK,
	MMSCOPE_KIND_FILE,
	MMSCOPE_KIND_SHM,
	MMSCOPE_KIND_DEVICE,
	MMSCOPE_KIND_HUGETLB,
	MMSCOPE_KIND_VDSO,
	MMSCOPE_KIND_VVAR,
	MMSCOPE_KIND_SPECIAL,
	MMSCOPE_NR_KINDS
};

/* In mmscope_vma.attrs. */
#define MMSCOPE_VMA_FILE	_BITUL(0)	/* has a file: dev, ino and path are set */
#define MMSCOPE_VMA_ANON_VMA	_BITUL(1)	/* has an anon_vma: private pages were made */
#define MMSCOPE_VMA_DELETED	_BITUL(2)	/* the file has no name any more */
#define MMSCOPE_VMA_TRUNCATED	_BITUL(3)	/* the path did not fit the kernel's page */
#define MMSCOPE_VMA_ANON_NAME	_BITUL(4)	/* @name was given by PR_SET_VMA_ANON_NAME */

/**
 * struct mmscope_vma - record of one VMA (struct vm_area_struct)
 * @size: bytes from this record to the next, strings included, a multiple of 8
 * @attrs: MMSCOPE_VMA_*
 * @start: vm_start
 * @end: vm_end, exclusive
 * @vm_flags: raw vm_flags word of this kernel; names by MMSCOPE_NAMES_VM_FLAGS
 * @page_prot: vm_page_prot, the architecture's raw protection bits;
 *	MMSCOPE_HIDDEN without MMSCOPE_RIGHT_PHYS
 * @pgoff: vm_pgoff, in pages: offset in the file, for private anonymous
 *	memory the page number it was mapped at
 * @ino: inode number, 0 without a file
 * @dev_major: device of the inode's superblock
 * @dev_minor: likewise
 * @page_size: bytes of the pages the mapping is made of (hugetlb, else base)
 * @kind: enum mmscope_kind
 * @path_off: offset of the path from the start of the record, 0 when there is
 *	none; NUL-terminated, seen from the caller's root directory, raw
 *	(control characters are not escaped), with " (deleted)" as d_path adds it
 * @name_off: likewise of the name of a VMA without file: "[heap]", "[stack]",
 *	"[vdso]", an anonymous name without the brackets …
 * @ops_off: likewise of the symbol of vm_ops
 * @path_len: length of the path without its NUL
 * @reserved: zero
 */
struct mmscope_vma {
	__u32 size;
	__u32 attrs;
	__u64 start;
	__u64 end;
	__u64 vm_flags;
	__u64 page_prot;
	__u64 pgoff;
	__u64 ino;
	__u32 dev_major;
	__u32 dev_minor;
	__u64 page_size;
	__u16 kind;
	__u16 path_off;
	__u16 name_off;
	__u16 ops_off;
	__u16 path_len;
	__u16 reserved[3];
};

/**
 * struct mmscope_vmas - MMSCOPE_IOC_VMAS: the VMAs of a range
 * @size: in: sizeof this struct
 * @flags: in: zero
 * @start: in: list VMAs whose end is above this; out: where to go on
 * @end: in: … and whose start is below this; ~0 for all
 * @buf: in: buffer for struct mmscope_vma records, 8-byte aligned
 * @buf_size: in: bytes of @buf, at least MMSCOPE_VMA_RECORD_MAX
 * @used: out: bytes filled
 * @nr: out: records filled
 * @done: out: 1 when the range is finished
 * @lock: what it did to the target
 *
 * Sorted by address. A list taken in several calls is consistent when no reply
 * carries MMSCOPE_LOCK_CHANGED.
 */
struct mmscope_vmas {
	__u32 size;
	__u32 flags;
	__u64 start;
	__u64 end;
	__u64 buf;
	__u64 buf_size;
	__u64 used;
	__u32 nr;
	__u32 done;
	struct mmscope_lock lock;
};

/* No record of a VMA is longer: the struct, a path of a page, a name, a symbol. */
#define MMSCOPE_VMA_RECORD_MAX	8192

/* Offset of a record that does not exist. */
#define MMSCOPE_NO_RECORD	(~0U)

/* In mmscope_find.found. */
#define MMSCOPE_FIND_HOLDS	_BITUL(0)	/* @vma holds @addr */
#define MMSCOPE_FIND_INTERSECTS	_BITUL(1)	/* @vma intersects [@addr, @end) */

/**
 * struct mmscope_find - MMSCOPE_IOC_FIND: the VMAs around an address
 * @size: in: sizeof this struct
 * @flags: in: zero
 * @addr: in: any address
 * @end: in: end of a range that begins at @addr, exclusive; 0: @addr alone
 * @buf: in: buffer for up to three struct mmscope_vma records, 8-byte aligned
 * @buf_size: in: bytes of @buf, at least MMSCOPE_FIND_BUF
 * @used: out: bytes filled
 * @found: out: MMSCOPE_FIND_*
 * @vma: out: offset in @buf of the first VMA that ends above @addr: find_vma()
 * @prev: out: of the last VMA that ends at or below @addr: what
 *	find_vma_prev() gives besides
 * @next: out: of the VMA after @vma
 * @reserved: zero
 * @gap_start: out: the hole below @vma (above @prev), perhaps empty; @addr lies in
 *	it unless MMSCOPE_FIND_HOLDS, or it is beyond @task_size
 * @gap_end: out: its end, exclusive
 * @next_gap_start: out: the hole above @vma, perhaps empty; both zero without @vma
 * @next_gap_end: out: its end, exclusive
 * @task_size: out: end of user space, which bounds the last hole
 * @lock: what it did to the target
 *
 * An offset is MMSCOPE_NO_RECORD where there is no such VMA. @vma with
 * MMSCOPE_FIND_INTERSECTS is what find_vma_intersection() gives. All is read under
 * one hold of the lock. Errors: EINVAL also when @end is not 0 and not above @addr.
 */
struct mmscope_find {
	__u32 size;
	__u32 flags;
	__u64 addr;
	__u64 end;
	__u64 buf;
	__u64 buf_size;
	__u32 used;
	__u32 found;
	__u32 vma;
	__u32 prev;
	__u32 next;
	__u32 reserved;
	__u64 gap_start, gap_end;
	__u64 next_gap_start, next_gap_end;
	__u64 task_size;
	struct mmscope_lock lock;
};

#define MMSCOPE_FIND_BUF	(3 * MMSCOPE_VMA_RECORD_MAX)

/**
 * struct mmscope_walk_level - one step of a walk
 * @level: enum mmscope_level
 * @reserved: zero
 * @index: which entry of the table, from 0
 * @reserved2: zero
 * @table_pa: physical address of the table
 * @entry: the raw entry as read
 * @flags: decoded, MMSCOPE_PTE_*
 *
 * @table_pa and @entry are MMSCOPE_HIDDEN without MMSCOPE_RIGHT_PHYS.
 */
struct mmscope_walk_level {
	__u8 level;
	__u8 reserved;
	__u16 index;
	__u32 reserved2;
	__u64 table_pa;
	__u64 entry;
	__u64 flags;
};

/**
 * struct mmscope_walk_result - the walk of one address
 * @va: the address that was asked for
 * @pa: physical address of that byte for MAPPED and PROTNONE, else
 *	MMSCOPE_HIDDEN without the right, and 0 where there is none
 * @page_size: bytes that the last entry spans (the leaf, or the empty entry)
 * @flags: MMSCOPE_PTE_* of the last entry
 * @swap_type: number of the swap area, for MMSCOPE_SWAP (MMSCOPE_HIDDEN32
 *	without the right)
 * @status: enum mmscope_status
 * @level: enum mmscope_level of the last entry
 * @nr_levels: elements of @levels that are filled
 * @swap_offset: in the swap area, in pages; the frame under migration; marker
 *	bits; MMSCOPE_HIDDEN for a frame without the right
 * @levels: the steps, root first
 */
struct mmscope_walk_result {
	__u64 va;
	__u64 pa;
	__u64 page_size;
	__u64 flags;
	__u64 swap_offset;
	__u32 swap_type;
	__u16 status;
	__u8 level;
	__u8 nr_levels;
	struct mmscope_walk_level levels[MMSCOPE_NR_LEVELS];
};

/**
 * struct mmscope_walk - MMSCOPE_IOC_WALK: walk an array of addresses
 * @size: in: sizeof this struct
 * @flags: in: zero
 * @addrs: in: array of __u64 virtual addresses, any order, any alignment
 * @nr: in: how many
 * @result_size: in: bytes of one element of @results, from that of the module's
 *	struct up to a page; a longer one is filled with zeros
 * @reserved: zero
 * @results: in: array of @nr struct mmscope_walk_result
 * @lock: what it did to the target
 *
 * Where the processor ignores the highest bits of an address in user space (on arm64
 * always, on other machines for a process that asked for it), the walk is that of the
 * address without them. TRANSLATE and EXPLAIN do the same.
 */
struct mmscope_walk {
	__u32 size;
	__u32 flags;
	__u64 addrs;
	__u64 nr;
	__u32 result_size;
	__u32 reserved;
	__u64 results;
	struct mmscope_lock lock;
};

/**
 * struct mmscope_extent - a run of pages that continue each other
 * @start: first byte
 * @end: end, exclusive
 * @pa: physical address of @start for MAPPED and PROTNONE; swap offset, in
 *	pages, for SWAP (both MMSCOPE_HIDDEN without the right); bits of a MARKER;
 *	else 0
 * @flags: MMSCOPE_PTE_* of every page in the run
 * @status: enum mmscope_status
 * @level: enum mmscope_level of the entries
 * @page_shift: log2 of the bytes of one entry
 * @swap_type: number of the swap area, for MMSCOPE_SWAP (MMSCOPE_HIDDEN32
 *	without the right)
 *
 * Pages are in one run when status, level and flags are the same and physical
 * addresses (or swap offsets) follow each other. Without the right to see
 * physical addresses runs are merged without regard to them.
 */
struct mmscope_extent {
	__u64 start;
	__u64 end;
	__u64 pa;
	__u64 flags;
	__u16 status;
	__u8 level;
	__u8 page_shift;
	__u32 swap_type;
};

/**
 * DOC: dense pages
 *
 * Where runs are short, a record is dearer than the pages in it. With
 * MMSCOPE_EXTENTS_DENSE the module may tell the pages of a page table, or of a part
 * of it, as words: an extent with @status MMSCOPE_DENSE, and in the elements behind
 * it one word of 64 bits for each page of [@start, @end), @page_shift each; five
 * words in an element, zeros after the last. @level is that of each page; @flags can
 * have MMSCOPE_DENSE_ENTRIES; the other fields are zero. It does so where runs were
 * short lately and goes back to records where they are long, or everywhere with
 * MMSCOPE_EXTENTS_DENSE_ALL; a page that has anything else to be told of it is told by
 * a record.
 *
 * A word of zero: nothing is to be reported of that page (or, if NONE was asked
 * for, it is NONE). PRESENT: it is PROTNONE with that bit, else MAPPED, and
 * MMSCOPE_DENSE_PA has its physical address. SWAP: MMSCOPE_DENSE_PA, shifted
 * down by MMSCOPE_DENSE_PA_SHIFT, is the offset, and there is a type. What is
 * withheld is all ones: MMSCOPE_DENSE_PA, and the type with it. The other bits
 * are the MMSCOPE_PTE_* of the same name, but for NOEXEC: without it, EXEC.
 * With MMSCOPE_DENSE_ENTRIES the words of MAPPED pages are besides the entries
 * themselves, bit for bit, as WALK tells them.
 */
#define MMSCOPE_DENSE			0xffff		/* in place of a status */

#define MMSCOPE_DENSE_ENTRIES		_BITULL(0)	/* in @flags of the extent before them */

#define MMSCOPE_DENSE_PRESENT		_BITULL(0)
#define MMSCOPE_DENSE_WRITE		_BITULL(1)
#define MMSCOPE_DENSE_USER		_BITULL(2)
#define MMSCOPE_DENSE_SWAP		_BITULL(3)
#define MMSCOPE_DENSE_EXCLUSIVE		_BITULL(4)
#define MMSCOPE_DENSE_YOUNG		_BITULL(5)
#define MMSCOPE_DENSE_DIRTY		_BITULL(6)
#define MMSCOPE_DENSE_PROTNONE		_BITULL(7)
#define MMSCOPE_DENSE_GLOBAL		_BITULL(8)
#define MMSCOPE_DENSE_SPECIAL		_BITULL(9)
#define MMSCOPE_DENSE_UFFD_WP		_BITULL(10)
#define MMSCOPE_DENSE_SOFT_DIRTY	_BITULL(11)
#define MMSCOPE_DENSE_PA_SHIFT		12
#define MMSCOPE_DENSE_PA		(0xffffffffffULL << MMSCOPE_DENSE_PA_SHIFT)
#define MMSCOPE_DENSE_TYPE_SHIFT	52
#define MMSCOPE_DENSE_TYPE		(0x3fULL << MMSCOPE_DENSE_TYPE_SHIFT)
#define MMSCOPE_DENSE_NOEXEC		_BITULL(63)

/* Elements that there must be room for before dense pages begin. */
#define MMSCOPE_DENSE_NR_MIN		16

/* In mmscope_extents.flags. */
#define MMSCOPE_EXTENTS_DENSE		_BITUL(0)	/* words are welcome for short runs */
#define MMSCOPE_EXTENTS_DENSE_ALL	_BITUL(1)	/* and for long ones */

/* Bit of a status in mmscope_extents.statuses. */
#define MMSCOPE_STATUS_BIT(status)	_BITUL(status)

/**
 * struct mmscope_extents - MMSCOPE_IOC_EXTENTS: a range as merged runs
 * @size: in: sizeof this struct
 * @flags: in: MMSCOPE_EXTENTS_*
 * @start: in: first byte, page-aligned; out: where to go on
 * @end: in: end, exclusive, page-aligned; ~0 for the end of user space
 * @buf: in: array of struct mmscope_extent, 8-byte aligned
 * @nr: in: elements of @buf, at least 1; out: how many were filled
 * @extent_size: in: sizeof one element; EINVAL when it is not the module's
 * @statuses: in: MMSCOPE_STATUS_BIT() of what to report; 0: all but NONE and
 *	NO_VMA
 * @ignore_flags: in: MMSCOPE_PTE_* that shall neither split runs nor be
 *	reported (YOUNG and DIRTY, say)
 * @require_flags: in: report only entries that have all of these; none of
 *	@ignore_flags may be among them
 * @done: out: 1 when the range is finished
 * @reserved: zero
 * @lock: what it did to the target
 *
 * A run can end where the caller's buffer did: who wants maximal runs joins
 * neighbours that continue each other. A run can be longer than what is looked at
 * in one hold of the target's lock. NONE and NO_VMA are told with the level and
 * shift of a PTE, whatever they span. A buffer of fewer than
 * MMSCOPE_DENSE_NR_MIN elements gets no dense pages.
 */
struct mmscope_extents {
	__u32 size;
	__u32 flags;
	__u64 start;
	__u64 end;
	__u64 buf;
	__u64 nr;
	__u32 extent_size;
	__u32 statuses;
	__u64 ignore_flags;
	__u64 require_flags;
	__u32 done;
	__u32 reserved;
	struct mmscope_lock lock;
};

/**
 * struct mmscope_translation - where one address leads
 * @pa: physical address of that byte for MAPPED and PROTNONE (MMSCOPE_HIDDEN
 *	without the right), else 0
 * @status: enum mmscope_status
 * @level: enum mmscope_level of the last entry
 * @page_shift: log2 of the bytes that it spans
 * @reserved: zero
 */
struct mmscope_translation {
	__u64 pa;
	__u16 status;
	__u8 level;
	__u8 page_shift;
	__u32 reserved;
};

/**
 * struct mmscope_translate - MMSCOPE_IOC_TRANSLATE: many addresses to physical
 * @size: in: sizeof this struct
 * @flags: in: zero
 * @addrs: in: array of __u64 virtual addresses; sorted ones cost less
 * @nr: in: how many
 * @translations: in: array of @nr struct mmscope_translation
 * @lock: what it did to the target
 *
 * What MMSCOPE_IOC_WALK says, without the way there.
 */
struct mmscope_translate {
	__u32 size;
	__u32 flags;
	__u64 addrs;
	__u64 nr;
	__u64 translations;
	struct mmscope_lock lock;
};

/**
 * enum mmscope_page_type - what a page is
 * @MMSCOPE_PAGE_NONE: no struct page is behind the entry (device memory), or the
 *	entry is not present
 * @MMSCOPE_PAGE_ANON: anonymous
 * @MMSCOPE_PAGE_FILE: of the page cache
 * @MMSCOPE_PAGE_SHMEM: of shared memory or tmpfs
 * @MMSCOPE_PAGE_KSM: anonymous, merged with equal ones
 * @MMSCOPE_PAGE_ZERO: the zero page
 * @MMSCOPE_PAGE_HUGE_ZERO: the huge zero page
 * @MMSCOPE_PAGE_HUGETLB: of hugetlbfs
 * @MMSCOPE_PAGE_DEVICE: has a struct page, but belongs to a driver
 * @MMSCOPE_NR_PAGE_TYPES: how many there are
 */
enum mmscope_page_type {
	MMSCOPE_PAGE_NONE,
	MMSCOPE_PAGE_ANON,
	MMSCOPE_PAGE_FILE,
	MMSCOPE_PAGE_SHMEM,
	MMSCOPE_PAGE_KSM,
	MMSCOPE_PAGE_ZERO,
	MMSCOPE_PAGE_HUGE_ZERO,
	MMSCOPE_PAGE_HUGETLB,
	MMSCOPE_PAGE_DEVICE,
	MMSCOPE_NR_PAGE_TYPES
};

/* In mmscope_page.attrs. */
#define MMSCOPE_PAGE_EXCLUSIVE	_BITUL(0)	/* this entry alone maps it */

/* Values of mmscope_page.node and .zone when there is none, or it is hidden. */
#define MMSCOPE_NO_NODE		0xffff
#define MMSCOPE_NO_ZONE		0xff

/**
 * struct mmscope_page - one base page of the address space
 * @va: virtual address
 * @value: page frame number for MAPPED and PROTNONE, MIGRATION, HWPOISON and
 *	DEVICE; offset in the swap area for SWAP; bits for MARKER; else 0
 * @flags: MMSCOPE_PTE_* of the entry
 * @kpf: the word of /proc/kpageflags (KPF_* of linux/kernel-page-flags.h)
 * @mapcount: as /proc/kpagecount
 * @refcount: of the folio
 * @swap_type: swap area, for SWAP
 * @folio_index: which page of its folio it is, from 0
 * @attrs: MMSCOPE_PAGE_*
 * @status: enum mmscope_status
 * @level: enum mmscope_level of the entry
 * @type: enum mmscope_page_type
 * @order: log2 of the pages in the folio
 * @zone: number of the memory zone (enum zone_type of that kernel)
 * @node: NUMA node
 * @reserved: zero
 *
 * Without MMSCOPE_RIGHT_PHYS @value of a frame or a swap offset, @swap_type,
 * @kpf, @mapcount and @refcount are hidden, and @node, @zone, @order and
 * @folio_index absent; @type and MMSCOPE_PAGE_EXCLUSIVE remain, as in pagemap.
 */
struct mmscope_page {
	__u64 va;
	__u64 value;
	__u64 flags;
	__u64 kpf;
	__u32 mapcount;
	__u32 refcount;
	__u32 swap_type;
	__u32 folio_index;
	__u32 attrs;
	__u16 status;
	__u8 level;
	__u8 type;
	__u8 order;
	__u8 zone;
	__u16 node;
	__u32 reserved;
};

/**
 * struct mmscope_pages - MMSCOPE_IOC_PAGES: facts of each page of a range
 * @size: in: sizeof this struct
 * @flags: in: zero
 * @start: in: first byte, page-aligned; out: where to go on
 * @end: in: end, exclusive, page-aligned; ~0 for the end of user space
 * @buf: in: array of struct mmscope_page, 8-byte aligned
 * @nr: in: elements of @buf, at least 1; out: how many were filled
 * @page_size: in: sizeof one element; EINVAL when it is not the module's
 * @statuses: in: MMSCOPE_STATUS_BIT() of what to report; 0: all but NONE and
 *	NO_VMA, which here cannot be asked for
 * @done: out: 1 when the range is finished
 * @reserved: zero
 * @lock: what it did to the target
 *
 * The facts of a page and its entry are taken together, with the page table's
 * lock held, so they describe the same page.
 */
struct mmscope_pages {
	__u32 size;
	__u32 flags;
	__u64 start;
	__u64 end;
	__u64 buf;
	__u64 nr;
	__u32 page_size;
	__u32 statuses;
	__u32 done;
	__u32 reserved;
	struct mmscope_lock lock;
};

/**
 * struct mmscope_stat - what memory a VMA, or a range, has
 * @start: first byte
 * @end: end, exclusive
 * @vss: bytes of mappings; all others are bytes too, with the meaning that
 *	fs/proc/task_mmu.c gives the field of smaps with that name
 * @rss: Rss
 * @pss: Pss, in bytes << MMSCOPE_PSS_SHIFT, as the parts of it below
 * @pss_dirty: Pss_Dirty
 * @pss_anon: Pss_Anon
 * @pss_file: Pss_File
 * @pss_shmem: Pss_Shmem
 * @pss_locked: Locked
 * @shared_clean: Shared_Clean
 * @shared_dirty: Shared_Dirty
 * @private_clean: Private_Clean
 * @private_dirty: Private_Dirty
 * @referenced: Referenced
 * @anonymous: Anonymous
 * @lazyfree: LazyFree
 * @ksm: KSM
 * @anon_huge: AnonHugePages (mapped by a PMD)
 * @shmem_huge: ShmemPmdMapped
 * @file_huge: FilePmdMapped
 * @large_folio: resident pages of large folios that are mapped by PTEs
 * @shared_hugetlb: Shared_Hugetlb
 * @private_hugetlb: Private_Hugetlb
 * @swap: Swap
 * @nr_vmas: VMAs summed up
 */
struct mmscope_stat {
	__u64 start;
	__u64 end;
	__u64 vss;
	__u64 rss;
	__u64 pss, pss_dirty, pss_anon, pss_file, pss_shmem, pss_locked;
	__u64 shared_clean, shared_dirty, private_clean, private_dirty;
	__u64 referenced;
	__u64 anonymous;
	__u64 lazyfree;
	__u64 ksm;
	__u64 anon_huge, shmem_huge, file_huge;
	__u64 large_folio;
	__u64 shared_hugetlb, private_hugetlb;
	__u64 swap;
	__u64 nr_vmas;
};

/* Fraction bits of mmscope_stat.pss and its parts (fs/proc/task_mmu.c). */
#define MMSCOPE_PSS_SHIFT	12

/* In mmscope_stats.flags. */
#define MMSCOPE_STATS_ROLLUP	_BITUL(0)	/* one record for the whole range */

/**
 * struct mmscope_stats - MMSCOPE_IOC_STATS: memory accounting of a range
 * @size: in: sizeof this struct
 * @flags: in: MMSCOPE_STATS_*
 * @start: in: first byte, page-aligned; out: where to go on
 * @end: in: end, exclusive, page-aligned; ~0 for the end of user space
 * @buf: in: array of struct mmscope_stat, 8-byte aligned
 * @nr: in: elements of @buf, at least 1; out: how many were filled
 * @stat_size: in: sizeof one element; EINVAL when it is not the module's
 * @done: out: 1 when the range is finished
 * @lock: what it did to the target
 *
 * One record for each VMA, in order of address, or one for all. A VMA larger
 * than a chunk is summed up over several. Swap slots shared with other processes
 * cannot be told from one's own (swp_swapcount() is not exported), so there is
 * no SwapPss.
 */
struct mmscope_stats {
	__u32 size;
	__u32 flags;
	__u64 start;
	__u64 end;
	__u64 buf;
	__u64 nr;
	__u32 stat_size;
	__u32 done;
	struct mmscope_lock lock;
};

/**
 * struct mmscope_table_level - the page tables of one level
 * @tables: how many tables
 * @entries: entries in use: they lead to a table, a page or a swap entry
 * @sparse: tables with at most an eighth of their entries in use
 * @level: enum mmscope_level
 * @reserved: zero
 */
struct mmscope_table_level {
	__u64 tables;
	__u64 entries;
	__u64 sparse;
	__u32 level;
	__u32 reserved;
};

/**
 * struct mmscope_tables - MMSCOPE_IOC_TABLES: what the page tables themselves cost
 * @size: in: sizeof this struct
 * @flags: in: zero
 * @start: in: first byte, page-aligned
 * @end: in: end, exclusive, page-aligned; ~0 for the end of user space
 * @nr_levels: out: elements of @levels in use
 * @reserved: zero
 * @levels: out: root first
 * @pgtables_bytes: out: what the kernel accounts to the whole address space
 *	(mm_pgtables_bytes(): PUD, PMD and PTE tables)
 * @lock: what it did to the target
 *
 * Counts the tables through which the addresses of VMAs in the range are
 * reached. A table that serves several VMAs counts once.
 */
struct mmscope_tables {
	__u32 size;
	__u32 flags;
	__u64 start;
	__u64 end;
	__u32 nr_levels;
	__u32 reserved;
	struct mmscope_table_level levels[MMSCOPE_NR_LEVELS];
	__u64 pgtables_bytes;
	struct mmscope_lock lock;
};

/* In mmscope_task.flags. */
#define MMSCOPE_TASK_KTHREAD		_BITUL(0)	/* a kernel thread */
#define MMSCOPE_TASK_IDLE		_BITUL(1)	/* the idle task of its CPU */
#define MMSCOPE_TASK_IO_WORKER		_BITUL(2)	/* a worker of io_uring */
#define MMSCOPE_TASK_USER_WORKER	_BITUL(3)	/* another of the kernel's, in a process */
#define MMSCOPE_TASK_ON_CPU		_BITUL(4)	/* it ran at that moment */
#define MMSCOPE_TASK_EXITING		_BITUL(5)
#define MMSCOPE_TASK_VFORK		_BITUL(6)	/* its parent waits for it */
#define MMSCOPE_TASK_HIDDEN		_BITUL(7)	/* numbers, names are withheld */
#define MMSCOPE_TASK_LOADED		_BITUL(8)	/* its CPU has the page tables of that mm */
#define MMSCOPE_TASK_UNLOADED		_BITUL(9)	/* it has others; neither bit: not known */

/* In place of a pid that has no number in the caller's pid namespace, or is withheld. */
#define MMSCOPE_NO_PID		(-1)

/**
 * enum mmscope_mm_use - how a task came by an mm
 * @MMSCOPE_USE_NONE: it has none: a kernel thread that does not run
 * @MMSCOPE_USE_OWN: task->mm, one of mm_users
 * @MMSCOPE_USE_ADOPTED: task->mm of a kernel thread, by kthread_use_mm(); one of
 *	mm_count
 * @MMSCOPE_USE_BORROWED: task->mm is NULL; task->active_mm is that of whoever ran
 *	before on the CPU (lazy TLB), one of mm_count
 * @MMSCOPE_NR_USES: how many there are
 */
enum mmscope_mm_use {
	MMSCOPE_USE_NONE,
	MMSCOPE_USE_OWN,
	MMSCOPE_USE_ADOPTED,
	MMSCOPE_USE_BORROWED,
	MMSCOPE_NR_USES
};

/**
 * enum mmscope_mm_of - whose an mm is
 * @MMSCOPE_OF_NONE: there is no mm
 * @MMSCOPE_OF_TARGET: the attached process's
 * @MMSCOPE_OF_PROCESS: another process's; it is named as far as the kernel keeps
 *	an owner
 * @MMSCOPE_OF_KERNEL: the kernel's own (init_mm)
 * @MMSCOPE_OF_EXITED: of a process that has ended
 * @MMSCOPE_NR_OF: how many there are
 */
enum mmscope_mm_of {
	MMSCOPE_OF_NONE,
	MMSCOPE_OF_TARGET,
	MMSCOPE_OF_PROCESS,
	MMSCOPE_OF_KERNEL,
	MMSCOPE_OF_EXITED,
	MMSCOPE_NR_OF
};

/**
 * struct mmscope_task - a thread, and the mm it uses
 * @pid: the thread, in the caller's pid namespace, or MMSCOPE_NO_PID; 0 for an
 *	idle task
 * @tgid: its thread group (process), likewise
 * @mm_pid: for OF_PROCESS the process that owns the mm, likewise
 * @cpu: CPU that it runs on, or ran on last
 * @flags: MMSCOPE_TASK_*
 * @mm_use: enum mmscope_mm_use
 * @mm_of: enum mmscope_mm_of
 * @state: letter of the state, as in /proc/PID/stat; 0 when it is withheld
 * @reserved: zero
 * @comm: name of the thread: bytes that it has chosen, NUL-terminated; empty when
 *	it is withheld
 * @mm_comm: for OF_PROCESS the name of that process
 */
struct mmscope_task {
	__s32 pid;
	__s32 tgid;
	__s32 mm_pid;
	__u32 cpu;
	__u32 flags;
	__u8 mm_use;
	__u8 mm_of;
	__u8 state;
	__u8 reserved;
	char comm[16];
	char mm_comm[16];
};

/**
 * struct mmscope_tasks - MMSCOPE_IOC_TASKS: who uses an address space
 * @size: in: sizeof this struct
 * @flags: in: zero; likewise all that is out
 * @tasks: in: array of struct mmscope_task to fill, or 0
 * @cpus: in: likewise for one record of each CPU: what runs there, and whose mm it
 *	has; 0: no CPU is asked
 * @nr_tasks: in: elements of @tasks; out: how many there are, perhaps more
 * @nr_cpus: in: elements of @cpus; out: CPUs that answered, perhaps more;
 *	MMSCOPE_HIDDEN32 when the caller may not ask, and 0 when it did not
 * @task_size: in: sizeof one element; EINVAL when it is not the module's
 * @kthread: in: 0: the attached address space is asked about; else a kernel thread,
 *	whose record alone is the answer
 * @mm_users: out: users of the address space
 * @users_threads: out: of these, threads of processes
 * @users_workers: out: of these, workers of io_uring and other threads that the
 *	kernel made in the process; they are in @tasks as well
 * @mm_count: out: references to the descriptor
 * @count_users: out: of these, 1 for all of @mm_users together
 * @count_adopted: out: of these, kernel threads that use it by kthread_use_mm()
 * @count_lazy: out: of these, CPUs whose task borrows it; MMSCOPE_HIDDEN32 when
 *	no CPU was asked
 * @count_handles: out: of these, this module's: attached files and directories of
 *	debugfs, this file included
 * @count_khugepaged: out: of these, 1 when khugepaged has it on its list
 * @count_ksm: out: of these, 1 when KSM has
 * @changed: out: 1 when @mm_users or @mm_count differed at the end: parts and sum
 *	need not agree
 * @reserved: zero
 *
 * Takes neither a reference nor the mmap lock: task->mm is compared with the
 * address of the pinned mm and never followed. What is left of @mm_users and
 * @mm_count after their parts is held by others that no list tells (a reader of
 * /proc, a driver, a transient reference): it has no name here.
 *
 * Threads come in the order of their numbers. The walk is not atomic: a thread that
 * comes or goes meanwhile may be missing.
 *
 * Numbers, name, state and CPU of a thread are told to a caller that shares the
 * address space; to one with CAP_SYS_PTRACE over its user namespace, as is the
 * opener; and to others for the threads that run as themselves (user and group ids
 * as fs/proc asks with hidepid). Else the record says MMSCOPE_TASK_HIDDEN and
 * counts. To ask CPUs sends each an interrupt, and tells of others' processes: it
 * needs CAP_SYS_ADMIN in the initial user namespace of opener and caller. So does
 * @kthread, which needs no attached file.
 *
 * Errors: EPERM @kthread without the capability; ESRCH no such thread; EINVAL it is
 * no kernel thread.
 */
struct mmscope_tasks {
	__u32 size;
	__u32 flags;
	__u64 tasks;
	__u64 cpus;
	__u32 nr_tasks;
	__u32 nr_cpus;
	__u32 task_size;
	__s32 kthread;
	__u32 mm_users;
	__u32 users_threads;
	__u32 users_workers;
	__u32 mm_count;
	__u32 count_users;
	__u32 count_adopted;
	__u32 count_lazy;
	__u32 count_handles;
	__u32 count_khugepaged;
	__u32 count_ksm;
	__u32 changed;
	__u32 reserved;
};

/**
 * enum mmscope_region - what an address is to the processor
 * @MMSCOPE_REGION_USER: the half that mappings can be in
 * @MMSCOPE_REGION_HOLE: no address at all: its upper bits are not all alike
 * @MMSCOPE_REGION_KERNEL: not for user mode
 * @MMSCOPE_REGION_VSYSCALL: the page above the kernel that user mode may call
 * @MMSCOPE_NR_REGIONS: how many there are
 */
enum mmscope_region {
	MMSCOPE_REGION_USER,
	MMSCOPE_REGION_HOLE,
	MMSCOPE_REGION_KERNEL,
	MMSCOPE_REGION_VSYSCALL,
	MMSCOPE_NR_REGIONS
};

/**
 * DOC: facts
 *
 * What a page fault would look at, bit by bit: of the VMA (the one that holds the
 * address or, when none does, the one above it that grows downwards), of the page
 * or swap slot behind the entry, of the page cache at that offset of the file, and
 * of this kernel. VM_* bits are here under numbers of their own, the same on every
 * kernel.
 */
#define MMSCOPE_FACT_READ	_BITULL(0)	/* VM_READ */
#define MMSCOPE_FACT_WRITE	_BITULL(1)	/* VM_WRITE */
#define MMSCOPE_FACT_EXEC	_BITULL(2)	/* VM_EXEC */
#define MMSCOPE_FACT_SHARED	_BITULL(3)	/* VM_SHARED */
#define MMSCOPE_FACT_MAYSHARE	_BITULL(4)	/* VM_MAYSHARE */
#define MMSCOPE_FACT_GROWS	_BITULL(5)	/* VM_GROWSDOWN */
#define MMSCOPE_FACT_HUGETLB	_BITULL(6)	/* VM_HUGETLB */
#define MMSCOPE_FACT_ANON	_BITULL(7)	/* vma_is_anonymous(): no vm_ops */
#define MMSCOPE_FACT_FAULT	_BITULL(8)	/* vm_ops->fault is there */
#define MMSCOPE_FACT_MAP_PAGES	_BITULL(9)	/* vm_ops->map_pages: faults around */
#define MMSCOPE_FACT_FILEMAP	_BITULL(10)	/* faults are answered from the page cache */
#define MMSCOPE_FACT_SHMEM	_BITULL(11)	/* shared memory or tmpfs */
#define MMSCOPE_FACT_SECRETMEM	_BITULL(12)	/* memfd_secret() */
#define MMSCOPE_FACT_NOTIFY	_BITULL(13)	/* first writes to clean pages are noted */
#define MMSCOPE_FACT_MKWRITE	_BITULL(14)	/* … by the file system: page_mkwrite */
#define MMSCOPE_FACT_UFFD_MISSING _BITULL(15)	/* VM_UFFD_MISSING */
#define MMSCOPE_FACT_UFFD_WP	_BITULL(16)	/* VM_UFFD_WP */
#define MMSCOPE_FACT_UFFD_MINOR	_BITULL(17)	/* VM_UFFD_MINOR */
#define MMSCOPE_FACT_UFFD_SIGBUS _BITULL(18)	/* UFFD_FEATURE_SIGBUS */
#define MMSCOPE_FACT_UFFD_ASYNC	_BITULL(19)	/* UFFD_FEATURE_WP_ASYNC */
#define MMSCOPE_FACT_UFFD_OPAQUE _BITULL(20)	/* this kernel shows no UFFD_FEATURE_* */
#define MMSCOPE_FACT_SOFT_DIRTY	_BITULL(21)	/* soft-dirty bits are tracked */
#define MMSCOPE_FACT_THP_ASKED	_BITULL(22)	/* VM_HUGEPAGE */
#define MMSCOPE_FACT_THP_BARRED	_BITULL(23)	/* VM_NOHUGEPAGE, prctl(), or such a VMA */
#define MMSCOPE_FACT_THP_FITS	_BITULL(24)	/* an aligned huge page fits in */
#define MMSCOPE_FACT_NORESERVE	_BITULL(25)	/* VM_NORESERVE */
#define MMSCOPE_FACT_HUGE_OWNER	_BITULL(26)	/* hugetlb pages are reserved for this VMA */
#define MMSCOPE_FACT_NO_AHEAD	_BITULL(27)	/* nothing is read ahead */
#define MMSCOPE_FACT_SHADOW_STACK _BITULL(28)	/* VM_SHADOW_STACK */
/* The page behind the entry, or behind the swap slot. */
#define MMSCOPE_FACT_EXCLUSIVE	_BITULL(32)	/* anonymous, no other process has it */
#define MMSCOPE_FACT_LRU	_BITULL(33)	/* on the lists of reclaim, not on its way there */
#define MMSCOPE_FACT_LARGE	_BITULL(34)	/* of a folio of more than one page */
#define MMSCOPE_FACT_SWAPCACHE	_BITULL(35)	/* in the swap cache, too */
#define MMSCOPE_FACT_LARGE_ALONE _BITULL(36)	/* … in parts, for this process alone: reused */
/* The page cache where the file's offset is, or the swap cache at the slot. */
#define MMSCOPE_FACT_CACHED	_BITULL(40)	/* there is a page */
#define MMSCOPE_FACT_CACHE_SWAP	_BITULL(41)	/* a slot of swap; the rest is of its page */
#define MMSCOPE_FACT_CACHE_UPTODATE _BITULL(42)	/* the page has its contents */
#define MMSCOPE_FACT_CACHE_LOCKED _BITULL(43)	/* somebody works at it */
#define MMSCOPE_FACT_CACHE_AHEAD _BITULL(44)	/* meeting it starts reading ahead */
#define MMSCOPE_FACT_CACHE_POISON _BITULL(45)	/* lost to a memory error */
#define MMSCOPE_FACT_CACHE_UNKNOWN _BITULL(46)	/* this kernel does not let it be looked at */
#define MMSCOPE_FACT_CACHE_DIRTY _BITULL(47)	/* changed since it was read or written back */
/* The kernel and the machine. */
#define MMSCOPE_FACT_EXEC_READS	_BITULL(48)	/* VM_EXEC lets a read pass */
#define MMSCOPE_FACT_EXEC_LATE	_BITULL(49)	/* VM_EXEC counts once a page is there */
#define MMSCOPE_FACT_HOLE_TRAPS	_BITULL(50)	/* no page fault where no address is */
#define MMSCOPE_FACT_HW_DIRTY	_BITULL(51)	/* the hardware marks pages as written to */
#define MMSCOPE_FACT_HW_UNKNOWN	_BITULL(52)	/* whether it does is not known */
#define MMSCOPE_FACT_VMA_LOCK	_BITULL(56)	/* faults begin under the VMA's own lock */
#define MMSCOPE_FACT_HW_YOUNG	_BITULL(57)	/* the hardware marks pages as accessed */
#define MMSCOPE_FACT_PKRU	_BITULL(58)	/* @pkru is the thread's */
#define MMSCOPE_FACT_PKEYS	_BITULL(59)	/* protection keys are in use */
#define MMSCOPE_FACT_POISON_ADRERR _BITULL(60)	/* a poisoned marker is a plain SIGBUS */
#define MMSCOPE_FACT_DIRTY_RETRIES _BITULL(61)	/* making a shared page dirty: a major fault */
#define MMSCOPE_FACT_NO_EXCLUSIVE _BITULL(62)	/* no page is marked so: references decide */

/* What remains hidden without MMSCOPE_RIGHT_PHYS. */
#define MMSCOPE_FACTS_PHYS	(_BITULL(48) - _BITULL(32))

/**
 * struct mmscope_explain - MMSCOPE_IOC_EXPLAIN: everything about one address
 * @size: in: sizeof this struct
 * @flags: in: zero
 * @va: in: any address, of any alignment, also one that is not user space
 * @vma: in: buffer for one struct mmscope_vma record, 8-byte aligned
 * @vma_size: in: bytes of it, at least MMSCOPE_VMA_RECORD_MAX; out: bytes filled,
 *	0 when no VMA holds the address
 * @tid: in: thread that would use the address, in the caller's pid namespace; its
 *	protection keys and limits count. 0: whoever owns the address space
 * @facts: out: MMSCOPE_FACT_*
 * @hidden: out: those of @facts that were withheld; or not to be had, as the
 *	protection keys of a thread that runs
 * @file_index: out: page of the file that belongs to the address, in base pages
 * @file_pages: out: pages of the file, the last perhaps in part; likewise
 * @below_end: out: end of the VMA below the address, 0 when there is none
 * @above_start: out: start of the next VMA above it, ~0 when there is none
 * @above_end: out: its end
 * @stack_limit: out: RLIMIT_STACK of the thread, in bytes; ~0 for none, or when
 *	there is no thread to ask
 * @as_limit: out: RLIMIT_AS, likewise
 * @total_vm: out: pages mapped
 * @huge_free: out: free pages in the pool of that size (hugetlb)
 * @huge_reserved: out: of them, promised to somebody
 * @huge_surplus: out: pages that the pool may still grow by
 * @pkru: out: access rights to protection keys, x86's register
 * @pkey: out: protection key of the VMA
 * @region: out: enum mmscope_region
 * @below: out: MMSCOPE_BELOW_*
 * @reserved: in and out: zero
 * @walk: out: every step to the page, as by MMSCOPE_IOC_WALK
 * @page: out: the page, as by MMSCOPE_IOC_PAGES; @page.va is that of the page
 * @lock: what it did to the target
 *
 * All of it is from one hold of the target's lock; entry, page and swap cache from
 * one hold of the lock of the page table. What an access would lead to is for user
 * space to derive; libmmscope does.
 *
 * @pkru is told to who has CAP_SYS_PTRACE over the target, as for the registers
 * of a thread, or about a thread of the caller's own process. Facts of the page and
 * the caches need MMSCOPE_RIGHT_PHYS (mincore() shows nothing of other people's
 * files either).
 *
 * Errors: ESRCH also when @tid is no thread of this address space.
 */
struct mmscope_explain {
	__u32 size;
	__u32 flags;
	__u64 va;
	__u64 vma;
	__u32 vma_size;
	__s32 tid;
	__u64 facts;
	__u64 hidden;
	__u64 file_index;
	__u64 file_pages;
	__u64 below_end;
	__u64 above_start;
	__u64 above_end;
	__u64 stack_limit;
	__u64 as_limit;
	__u64 total_vm;
	__u64 huge_free;
	__u64 huge_reserved;
	__u64 huge_surplus;
	__u32 pkru;
	__u32 pkey;
	__u16 region;
	__u16 below;
	__u32 reserved;
	struct mmscope_walk_result walk;
	struct mmscope_page page;
	struct mmscope_lock lock;
};

/* In mmscope_explain.below: the VMA below the address */
#define MMSCOPE_BELOW_GUARDED	_BITUL(0)	/* keeps a distance to a growing stack */

/**
 * enum mmscope_vmop - members of struct vm_operations_struct
 * @MMSCOPE_VMOP_OPEN: a mapping was copied: by fork(), or because one was split
 * @MMSCOPE_VMOP_CLOSE: one goes away
 * @MMSCOPE_VMOP_MAPPED: one was made
 * @MMSCOPE_VMOP_MAY_SPLIT: may it be split at that address? (5.10: split)
 * @MMSCOPE_VMOP_MREMAP: it was moved by mremap()
 * @MMSCOPE_VMOP_MPROTECT: may its rights change?
 * @MMSCOPE_VMOP_FAULT: no page is there: give one
 * @MMSCOPE_VMOP_HUGE_FAULT: likewise a huge one
 * @MMSCOPE_VMOP_MAP_PAGES: map the pages around that are in the page cache
 * @MMSCOPE_VMOP_PAGESIZE: bytes of its pages
 * @MMSCOPE_VMOP_PAGE_MKWRITE: a read-only page is about to become writable
 * @MMSCOPE_VMOP_PFN_MKWRITE: likewise one without struct page
 * @MMSCOPE_VMOP_ACCESS: read or write for ptrace() where there is no struct page
 * @MMSCOPE_VMOP_NAME: what /proc/PID/maps calls it
 * @MMSCOPE_VMOP_SET_POLICY: set a NUMA policy of what is mapped
 * @MMSCOPE_VMOP_GET_POLICY: get it
 * @MMSCOPE_VMOP_FIND_PAGE: struct page of a special entry (find_special_page, or
 *	find_normal_page)
 * @MMSCOPE_NR_VMOPS: how many there are
 */
enum mmscope_vmop {
	MMSCOPE_VMOP_OPEN,
	MMSCOPE_VMOP_CLOSE,
	MMSCOPE_VMOP_MAPPED,
	MMSCOPE_VMOP_MAY_SPLIT,
	MMSCOPE_VMOP_MREMAP,
	MMSCOPE_VMOP_MPROTECT,
	MMSCOPE_VMOP_FAULT,
	MMSCOPE_VMOP_HUGE_FAULT,
	MMSCOPE_VMOP_MAP_PAGES,
	MMSCOPE_VMOP_PAGESIZE,
	MMSCOPE_VMOP_PAGE_MKWRITE,
	MMSCOPE_VMOP_PFN_MKWRITE,
	MMSCOPE_VMOP_ACCESS,
	MMSCOPE_VMOP_NAME,
	MMSCOPE_VMOP_SET_POLICY,
	MMSCOPE_VMOP_GET_POLICY,
	MMSCOPE_VMOP_FIND_PAGE,
	MMSCOPE_NR_VMOPS
};

/**
 * struct mmscope_vmops_record - the operations of one VMA
 * @size: bytes from this record to the next, strings included, a multiple of 8
 * @nr: __u16 that follow: for each bit of @set, from the lowest on, the offset of its
 *	symbol from the start of the record
 * @start: vm_start
 * @end: vm_end, exclusive
 * @set: bit per enum mmscope_vmop that the VMA has
 * @ops_off: offset of the symbol of vm_ops, 0 when the VMA has none: private
 *	anonymous memory
 * @reserved: zero
 *
 * A symbol is "NAME" or "NAME [MODULE]", NUL-terminated; empty when the kernel has none
 * for it. An address is never told.
 */
struct mmscope_vmops_record {
	__u32 size;
	__u32 nr;
	__u64 start;
	__u64 end;
	__u64 set;
	__u16 ops_off;
	__u16 reserved[3];
};

/* No record of operations is longer. */
#define MMSCOPE_VMOPS_RECORD_MAX	16384

/**
 * struct mmscope_vmops - MMSCOPE_IOC_VMOPS: the operations of the VMAs of a range
 * @size: in: sizeof this struct
 * @flags: in: zero
 * @start: in: VMAs whose end is above this; out: where to go on
 * @end: in: … and whose start is below this; ~0 for all
 * @buf: in: buffer for struct mmscope_vmops_record, 8-byte aligned
 * @buf_size: in: bytes of @buf, at least MMSCOPE_VMOPS_RECORD_MAX
 * @used: out: bytes filled
 * @members: out: bit per enum mmscope_vmop that this kernel has
 * @nr: out: records filled
 * @done: out: 1 when the range is finished
 * @reserved: zero
 * @lock: what it did to the target
 */
struct mmscope_vmops {
	__u32 size;
	__u32 flags;
	__u64 start;
	__u64 end;
	__u64 buf;
	__u64 buf_size;
	__u64 used;
	__u64 members;
	__u32 nr;
	__u32 done;
	__u64 reserved;
	struct mmscope_lock lock;
};

/**
 * enum mmscope_store_kind - what keeps the VMAs of this kernel
 * @MMSCOPE_STORE_MAPLE: a maple tree (since 6.1)
 * @MMSCOPE_STORE_RBTREE: a red-black tree, with a sorted list through it
 * @MMSCOPE_NR_STORES: how many there are
 */
enum mmscope_store_kind {
	MMSCOPE_STORE_MAPLE,
	MMSCOPE_STORE_RBTREE,
	MMSCOPE_NR_STORES
};

/**
 * enum mmscope_node_type - the form of a node
 * @MMSCOPE_NODE_DENSE: maple: defined, and not used for VMAs
 * @MMSCOPE_NODE_LEAF_64: maple: slots of entries with their ranges
 * @MMSCOPE_NODE_RANGE_64: maple: slots of nodes with their ranges
 * @MMSCOPE_NODE_ARANGE_64: maple: likewise, with the largest gap below each
 * @MMSCOPE_NODE_RB: one VMA, with a node on either side
 * @MMSCOPE_NR_NODES: how many there are
 */
enum mmscope_node_type {
	MMSCOPE_NODE_DENSE,
	MMSCOPE_NODE_LEAF_64,
	MMSCOPE_NODE_RANGE_64,
	MMSCOPE_NODE_ARANGE_64,
	MMSCOPE_NODE_RB,
	MMSCOPE_NR_NODES
};

/**
 * enum mmscope_slot_kind - what a slot holds
 * @MMSCOPE_SLOT_EMPTY: nothing: no VMA is in its range
 * @MMSCOPE_SLOT_NODE: a node below
 * @MMSCOPE_SLOT_VMA: a VMA
 * @MMSCOPE_SLOT_OTHER: a mark of the tree's own
 * @MMSCOPE_NR_SLOTS: how many there are
 */
enum mmscope_slot_kind {
	MMSCOPE_SLOT_EMPTY,
	MMSCOPE_SLOT_NODE,
	MMSCOPE_SLOT_VMA,
	MMSCOPE_SLOT_OTHER,
	MMSCOPE_NR_SLOTS
};

/**
 * struct mmscope_store_slot - one slot of a node
 * @last: last address of its range (inclusive): the pivot, or the node's own last
 *	one. The range begins after that of the slot before, or with the node's. In a
 *	red-black tree the range beside a neighbour that touches is empty: @last is
 *	then below its begin.
 * @gap: ARANGE_64: the largest gap below the slot, in bytes; RB, in the slot of the
 *	VMA: rb_subtree_gap; else 0
 * @start: of a VMA: vm_start, as the VMA itself says
 * @end: of a VMA: vm_end, exclusive
 * @kind: enum mmscope_slot_kind
 * @reserved: zero
 */
struct mmscope_store_slot {
	__u64 last;
	__u64 gap;
	__u64 start;
	__u64 end;
	__u32 kind;
	__u32 reserved;
};

/* In mmscope_store_node.attrs. */
#define MMSCOPE_NODE_RED	_BITUL(0)	/* RB: else black */

/**
 * struct mmscope_store_node - a node; @nr_slots struct mmscope_store_slot follow
 * @size: bytes from this record to the next
 * @depth: steps from the root, whose depth is 0
 * @type: enum mmscope_node_type
 * @nr_slots: slots in use
 * @nr_possible: slots that a node of this type has
 * @attrs: MMSCOPE_NODE_*
 * @min: first address of its range
 * @max: last one, inclusive
 * @node: its address in the kernel; MMSCOPE_HIDDEN to callers that may not see
 *	those (CAP_SYS_ADMIN and CAP_SYS_RAWIO in the initial user namespace of opener
 *	and caller, and no lockdown of kernel memory)
 *
 * A node is told by @min and @depth: the one below a slot has the begin of the
 * slot's range, and is one deeper.
 */
struct mmscope_store_node {
	__u32 size;
	__u32 depth;
	__u16 type;
	__u16 nr_slots;
	__u16 nr_possible;
	__u16 attrs;
	__u64 min;
	__u64 max;
	__u64 node;
};

/* No record of a node is longer. */
#define MMSCOPE_STORE_RECORD_MAX	2048

/* In mmscope_store.flags. */
#define MMSCOPE_STORE_PATH	_BITUL(0)	/* only the nodes on the way to @addr */

/* In mmscope_store.attrs. */
#define MMSCOPE_STORE_GAPS	_BITUL(0)	/* nodes keep the gaps below them */
#define MMSCOPE_STORE_RCU	_BITUL(1)	/* readers without the lock are reckoned with */

/**
 * struct mmscope_store - MMSCOPE_IOC_STORE: the structure that keeps the VMAs
 * @size: in: sizeof this struct
 * @flags: in: MMSCOPE_STORE_PATH
 * @buf: in: buffer for records, 8-byte aligned
 * @buf_size: in: bytes of @buf, at least MMSCOPE_STORE_RECORD_MAX
 * @used: out: bytes filled
 * @addr: in: 0 to begin; out: where to go on. With MMSCOPE_STORE_PATH the address
 *	that is searched; unchanged
 * @depth: in: 0 to begin; out: where to go on, with @addr
 * @nr: out: records filled
 * @done: out: 1 when there are no more
 * @kind: out: enum mmscope_store_kind
 * @height: out: levels of nodes, as the structure notes it; 0 when it does not
 * @attrs: out: MMSCOPE_STORE_*
 * @nr_vmas: out: VMAs in it (map_count)
 * @lock: what it did to the target
 *
 * A node comes before those below it, those by address. Under the mmap lock the
 * structure stands still; a list taken in several calls is consistent when no reply
 * carries MMSCOPE_LOCK_CHANGED. The nodes that a search for an address visits are
 * those of MMSCOPE_STORE_PATH: their number is what it costs.
 */
struct mmscope_store {
	__u32 size;
	__u32 flags;
	__u64 buf;
	__u64 buf_size;
	__u64 used;
	__u64 addr;
	__u32 depth;
	__u32 nr;
	__u32 done;
	__u32 kind;
	__u32 height;
	__u32 attrs;
	__u64 nr_vmas;
	struct mmscope_lock lock;
};

/**
 * enum mmscope_kernel_kind - what a region of the kernel's half is for
 * @MMSCOPE_KERNEL_GUARD: never mapped: between the halves, left to a hypervisor
 * @MMSCOPE_KERNEL_LDT: the caller's own descriptor table (x86)
 * @MMSCOPE_KERNEL_DIRECT: all memory, in order of physical addresses
 * @MMSCOPE_KERNEL_VMALLOC: vmalloc(), ioremap(), vmap(), stacks of tasks
 * @MMSCOPE_KERNEL_VMEMMAP: the array of struct page
 * @MMSCOPE_KERNEL_KASAN: shadow of the address sanitizer
 * @MMSCOPE_KERNEL_PKMAP: pages of high memory, mapped for a while (32 bits)
 * @MMSCOPE_KERNEL_CPU_ENTRY: what a CPU needs to enter the kernel (x86)
 * @MMSCOPE_KERNEL_ESPFIX: stacks for returns to 16-bit segments (x86)
 * @MMSCOPE_KERNEL_EFI: services of the firmware (x86)
 * @MMSCOPE_KERNEL_IMAGE: the kernel's code and data
 * @MMSCOPE_KERNEL_MODULES: code and data of modules
 * @MMSCOPE_KERNEL_FIXMAP: addresses fixed when the kernel was compiled
 * @MMSCOPE_KERNEL_VSYSCALL: the page that user mode may call (x86)
 * @MMSCOPE_KERNEL_PCI_IO: ports of PCI (arm64, riscv)
 * @MMSCOPE_NR_KERNEL_KINDS: how many there are
 */
enum mmscope_kernel_kind {
	MMSCOPE_KERNEL_GUARD,
	MMSCOPE_KERNEL_LDT,
	MMSCOPE_KERNEL_DIRECT,
	MMSCOPE_KERNEL_VMALLOC,
	MMSCOPE_KERNEL_VMEMMAP,
	MMSCOPE_KERNEL_KASAN,
	MMSCOPE_KERNEL_PKMAP,
	MMSCOPE_KERNEL_CPU_ENTRY,
	MMSCOPE_KERNEL_ESPFIX,
	MMSCOPE_KERNEL_EFI,
	MMSCOPE_KERNEL_IMAGE,
	MMSCOPE_KERNEL_MODULES,
	MMSCOPE_KERNEL_FIXMAP,
	MMSCOPE_KERNEL_VSYSCALL,
	MMSCOPE_KERNEL_PCI_IO,
	MMSCOPE_NR_KERNEL_KINDS
};

/**
 * struct mmscope_kernel_region - a region of the kernel's half
 * @start: first byte
 * @end: end, exclusive
 * @kind: enum mmscope_kernel_kind
 * @reserved: zero
 *
 * Where things may be, not what is mapped. One can lie inside another (vsyscall in
 * the fixmap); between them is nothing.
 */
struct mmscope_kernel_region {
	__u64 start;
	__u64 end;
	__u32 kind;
	__u32 reserved;
};

/* More regions than any architecture has. */
#define MMSCOPE_KERNEL_REGIONS	16

/**
 * struct mmscope_kernel - MMSCOPE_IOC_KERNEL: the kernel's own page tables
 * @size: in: sizeof this struct
 * @flags: in: zero
 * @addrs: in: array of __u64 virtual addresses, any order, any alignment
 * @nr: in: how many; may be 0
 * @results: in: array of @nr struct mmscope_walk_result
 * @regions: in: array of struct mmscope_kernel_region, or 0 to ask for the count;
 *	filled by start
 * @result_size: in: bytes of one element of @results, as in struct mmscope_walk
 * @nr_regions: in: elements of @regions; out: how many there are
 * @reserved: zero
 *
 * Needs no attached file. No lock keeps these tables still: each walk reads all its
 * entries twice, and is MMSCOPE_RACED when they kept changing. An address that is
 * not the kernel's is MMSCOPE_NONCANONICAL. An entry that is not present is
 * MMSCOPE_NONE, whatever its other bits are: the kernel swaps nothing of its own.
 * MMSCOPE_PTE_EXEC is the kernel's own right. The caller's LDT is as it sees it.
 *
 * Errors: EPERM without CAP_SYS_ADMIN and CAP_SYS_RAWIO in the initial user namespace,
 * of opener and caller, or when kernel memory is locked down: the shape alone would
 * tell where the kernel is.
 */
struct mmscope_kernel {
	__u32 size;
	__u32 flags;
	__u64 addrs;
	__u64 nr;
	__u64 results;
	__u64 regions;
	__u32 result_size;
	__u32 nr_regions;
	__u64 reserved;
};

/**
 * struct mmscope_frames - page frames that follow each other
 * @start: physical address of the first byte, page-aligned
 * @end: end, exclusive, page-aligned, above @start
 */
struct mmscope_frames {
	__u64 start;
	__u64 end;
};

/* No more of them are taken at once. */
#define MMSCOPE_FRAMES_MAX	512

/**
 * struct mmscope_rmap - MMSCOPE_IOC_RMAP: where an address space maps some page frames
 * @size: in: sizeof this struct
 * @flags: in: zero
 * @start: in: first byte to look at, page-aligned; out: where to go on
 * @end: in: end, exclusive, page-aligned; ~0 for the end of user space
 * @frames: in: array of struct mmscope_frames, rising, none overlapping another
 * @buf: in: array of struct mmscope_extent, 8-byte aligned
 * @nr: in: elements of @buf, at least 1; out: how many were filled
 * @nr_frames: in: elements of @frames, 1 to MMSCOPE_FRAMES_MAX
 * @extent_size: in: sizeof one element of @buf; EINVAL when it is not the module's
 * @done: out: 1 when the range is finished
 * @reserved: zero
 * @lock: what it did to the target
 *
 * All of them in one pass, by rising virtual address: what MMSCOPE_IOC_EXTENTS would
 * report as MAPPED or PROTNONE, cut to @frames. A frame that is mapped at several
 * addresses is told at each. Of a huge entry the part that was asked for is told,
 * with the level and page_shift of the entry; runs are merged as there.
 *
 * A frame is mapped where an entry has it, be it a page of memory, the zero page or a
 * device's. A page that is swapped out, or under migration at this moment, is not
 * mapped; one that the target maps while it is looked at may be missed.
 *
 * Errors: EPERM without MMSCOPE_RIGHT_PHYS, whichever frames are asked for: also an
 * answer that is empty tells about frames.
 */
struct mmscope_rmap {
	__u32 size;
	__u32 flags;
	__u64 start;
	__u64 end;
	__u64 frames;
	__u64 buf;
	__u64 nr;
	__u32 nr_frames;
	__u32 extent_size;
	__u32 done;
	__u32 reserved;
	struct mmscope_lock lock;
};

#endif /* _UAPI_MMSCOPE_H */
