// SPDX-License-Identifier: GPL-2.0
/*
 * words.c - words for the enums of the contract; part of the command's interface
 */
#include "internal.h"

static const char *const status_names[MMSCOPE_NR_STATUS] = {
	[MMSCOPE_NONE] = "none",
	[MMSCOPE_MAPPED] = "mapped",
	[MMSCOPE_PROTNONE] = "protnone",
	[MMSCOPE_SWAP] = "swap",
	[MMSCOPE_MIGRATION] = "migration",
	[MMSCOPE_HWPOISON] = "hwpoison",
	[MMSCOPE_DEVICE] = "device",
	[MMSCOPE_MARKER] = "marker",
	[MMSCOPE_NO_VMA] = "no_vma",
	[MMSCOPE_NONCANONICAL] = "noncanonical",
	[MMSCOPE_RACED] = "raced",
	[MMSCOPE_UNKNOWN] = "unknown",
};

static const char *const kind_names[MMSCOPE_NR_KINDS] = {
	[MMSCOPE_KIND_ANON] = "anon",
	[MMSCOPE_KIND_TEXT] = "text",
	[MMSCOPE_KIND_RODATA] = "rodata",
	[MMSCOPE_KIND_DATA] = "data",
	[MMSCOPE_KIND_BSS] = "bss",
	[MMSCOPE_KIND_HEAP] = "heap",
	[MMSCOPE_KIND_STACK] = "stack",
	[MMSCOPE_KIND_FILE] = "file",
	[MMSCOPE_KIND_SHM] = "shm",
	[MMSCOPE_KIND_DEVICE] = "device",
	[MMSCOPE_KIND_HUGETLB] = "hugetlb",
	[MMSCOPE_KIND_VDSO] = "vdso",
	[MMSCOPE_KIND_VVAR] = "vvar",
	[MMSCOPE_KIND_SPECIAL] = "special",
};

static const char *const kernel_kind_names[MMSCOPE_NR_KERNEL_KINDS] = {
	[MMSCOPE_KERNEL_GUARD] = "guard",
	[MMSCOPE_KERNEL_LDT] = "ldt",
	[MMSCOPE_KERNEL_DIRECT] = "direct_map",
	[MMSCOPE_KERNEL_VMALLOC] = "vmalloc",
	[MMSCOPE_KERNEL_VMEMMAP] = "vmemmap",
	[MMSCOPE_KERNEL_KASAN] = "kasan_shadow",
	[MMSCOPE_KERNEL_PKMAP] = "pkmap",
	[MMSCOPE_KERNEL_CPU_ENTRY] = "cpu_entry_area",
	[MMSCOPE_KERNEL_ESPFIX] = "espfix",
	[MMSCOPE_KERNEL_EFI] = "efi",
	[MMSCOPE_KERNEL_IMAGE] = "kernel_image",
	[MMSCOPE_KERNEL_MODULES] = "modules",
	[MMSCOPE_KERNEL_FIXMAP] = "fixmap",
	[MMSCOPE_KERNEL_VSYSCALL] = "vsyscall",
	[MMSCOPE_KERNEL_PCI_IO] = "pci_io",
};

static const char *const level_names[MMSCOPE_NR_LEVELS] = {
	[MMSCOPE_LEVEL_PGD] = "pgd",
	[MMSCOPE_LEVEL_P4D] = "p4d",
	[MMSCOPE_LEVEL_PUD] = "pud",
	[MMSCOPE_LEVEL_PMD] = "pmd",
	[MMSCOPE_LEVEL_PTE] = "pte",
};

static const char *const page_type_names[MMSCOPE_NR_PAGE_TYPES] = {
	[MMSCOPE_PAGE_NONE] = "none",
	[MMSCOPE_PAGE_ANON] = "anon",
	[MMSCOPE_PAGE_FILE] = "file",
	[MMSCOPE_PAGE_SHMEM] = "shmem",
	[MMSCOPE_PAGE_KSM] = "ksm",
	[MMSCOPE_PAGE_ZERO] = "zero",
	[MMSCOPE_PAGE_HUGE_ZERO] = "huge_zero",
	[MMSCOPE_PAGE_HUGETLB] = "hugetlb",
	[MMSCOPE_PAGE_DEVICE] = "device",
};

/* By number of the bit of MMSCOPE_FEATURE_*. */
static const char *const feature_names[] = {
	"exact_change", "soft_dirty", "uffd_wp", "pte_marker", "anon_vma_name",
	"maple_tree", "hugetlb", "thp", "pkeys", "mm_owner",
};

struct phrase {
	const char *name;
	const char *text;
};

static const struct phrase outcomes[MMSCOPE_NR_OUTCOMES] = {
	[MMSCOPE_OUTCOME_SUCCEEDS] = { "succeeds", "succeeds, without a fault" },
	[MMSCOPE_OUTCOME_VSYSCALL] = { "vsyscall", "succeeds: the kernel plays the call" },
	[MMSCOPE_OUTCOME_ZERO_PAGE] = { "zero_page", "minor fault: the zero page is mapped" },
	[MMSCOPE_OUTCOME_DEMAND_ZERO] = {
		"demand_zero", "minor fault: a new page of zeros is mapped" },
	[MMSCOPE_OUTCOME_THP] = { "thp", "minor fault: a new huge page of zeros is mapped" },
	[MMSCOPE_OUTCOME_HUGE_ZERO] = {
		"huge_zero", "minor fault: the huge zero page is mapped" },
	[MMSCOPE_OUTCOME_PAGE_CACHE] = {
		"page_cache", "minor fault: the page is in the page cache" },
	[MMSCOPE_OUTCOME_NEW_SHARED] = {
		"new_shared", "minor fault: the hole in the shared memory gets a page" },
	[MMSCOPE_OUTCOME_NEW_HUGETLB] = {
		"new_hugetlb", "minor fault: a page is taken from the hugetlb pool" },
	[MMSCOPE_OUTCOME_COW_COPY] = {
		"cow_copy", "minor fault: a private copy of the page is made" },
	[MMSCOPE_OUTCOME_COW_REUSE] = {
		"cow_reuse", "minor fault: the page is one's own, it becomes writable" },
	[MMSCOPE_OUTCOME_WRITE_NOTIFY] = {
		"write_notify", "minor fault: the write is noted, the page becomes writable" },
	[MMSCOPE_OUTCOME_SWAP_CACHE] = {
		"swap_cache", "minor fault: the page is still in the swap cache" },
	[MMSCOPE_OUTCOME_NUMA_HINT] = {
		"numa_hint", "minor fault: NUMA balancing learns of it" },
	[MMSCOPE_OUTCOME_MIGRATION] = { "migration", "waits until the page has moved" },
	[MMSCOPE_OUTCOME_YOUNG] = {
		"young", "minor fault: the page is marked as accessed or written to" },
	[MMSCOPE_OUTCOME_DRIVER] = { "driver", "the driver of the mapping decides" },
	[MMSCOPE_OUTCOME_SWAP_IN] = { "swap_in", "major fault: the page is read from swap" },
	[MMSCOPE_OUTCOME_FILE_READ] = {
		"file_read", "major fault: the page is read from the file" },
	[MMSCOPE_OUTCOME_USERFAULT] = {
		"userfault", "waits for the process that handles the userfaultfd" },
	[MMSCOPE_OUTCOME_SEGV_MAPERR] = {
		"segv_maperr", "SIGSEGV (SEGV_MAPERR): nothing is mapped there" },
	[MMSCOPE_OUTCOME_SEGV_ACCERR] = {
		"segv_accerr", "SIGSEGV (SEGV_ACCERR): the mapping does not permit it" },
	[MMSCOPE_OUTCOME_SEGV_PKUERR] = {
		"segv_pkuerr", "SIGSEGV (SEGV_PKUERR): the protection key does not permit it" },
	[MMSCOPE_OUTCOME_SEGV_CPU] = {
		"segv_cpu", "SIGSEGV (SI_KERNEL): the processor does not take it for an address" },
	[MMSCOPE_OUTCOME_BUS_EOF] = {
		"bus_eof", "SIGBUS (BUS_ADRERR): beyond the end of the file" },
	[MMSCOPE_OUTCOME_BUS_POISON] = {
		"bus_poison", "SIGBUS (BUS_MCEERR_AR): the page was lost to a memory error" },
	[MMSCOPE_OUTCOME_BUS_POOL] = {
		"bus_pool", "SIGBUS (BUS_ADRERR): the hugetlb pool is exhausted" },
	[MMSCOPE_OUTCOME_BUS_ADRERR] = {
		"bus_adrerr", "SIGBUS (BUS_ADRERR): the mapping has no page to give" },
	[MMSCOPE_OUTCOME_UNKNOWN] = { "unknown", "not known: ask again" },
};

static const struct phrase reasons[MMSCOPE_NR_REASONS] = {
	[MMSCOPE_REASON_ABSENT] = { "absent", "no page is there yet" },
	[MMSCOPE_REASON_SWAPPED] = { "swapped", "the page is swapped out" },
	[MMSCOPE_REASON_MOVING] = { "moving", "the page is on its way to another frame" },
	[MMSCOPE_REASON_LOST] = { "lost", "a marker or a memory error stands in its place" },
	[MMSCOPE_REASON_NUMA] = { "numa", "NUMA balancing took it away, for a hint" },
	[MMSCOPE_REASON_COW_SHARED] = {
		"cow_shared", "copy-on-write: another process may have the page, too" },
	[MMSCOPE_REASON_COW_FILE] = { "cow_file", "copy-on-write: the page is the file's" },
	[MMSCOPE_REASON_COW_ZERO] = { "cow_zero", "copy-on-write: it is the zero page" },
	[MMSCOPE_REASON_COW_KSM] = { "cow_ksm", "copy-on-write: KSM merged it with equal ones" },
	[MMSCOPE_REASON_COW] = { "cow", "copy-on-write" },
	[MMSCOPE_REASON_OWN] = { "own", "the page is one's own, the next write makes it writable" },
	[MMSCOPE_REASON_SOFT_DIRTY] = {
		"soft_dirty", "soft-dirty tracking waits for the next write" },
	[MMSCOPE_REASON_MKWRITE] = {
		"mkwrite", "the file system wants to know of the first write (page_mkwrite)" },
	[MMSCOPE_REASON_DIRTY] = { "dirty", "dirty tracking waits for the first write" },
	[MMSCOPE_REASON_UFFD_WP] = { "uffd_wp", "write-protected by userfaultfd" },
	[MMSCOPE_REASON_PKEY] = { "pkey", "the protection key takes it away" },
	[MMSCOPE_REASON_TABLE] = { "table", "an entry above the leaf does not permit it" },
	[MMSCOPE_REASON_ENTRY] = { "entry", "the leaf does not permit it" },
	[MMSCOPE_REASON_CPU] = {
		"cpu", "the mapping does not, but the processor cannot refuse it" },
};

static const char *word(const char *const *table, size_t nr, unsigned int n)
{
	return n < nr && table[n] ? table[n] : "unknown";
}

MMSCOPE_API const char *mmscope_status_name(unsigned int status)
{
	return word(status_names, ARRAY_SIZE(status_names), status);
}

MMSCOPE_API const char *mmscope_kind_name(unsigned int kind)
{
	return word(kind_names, ARRAY_SIZE(kind_names), kind);
}

MMSCOPE_API const char *mmscope_kernel_kind_name(unsigned int kind)
{
	return word(kernel_kind_names, ARRAY_SIZE(kernel_kind_names), kind);
}

MMSCOPE_API const char *mmscope_level_name(unsigned int level)
{
	return word(level_names, ARRAY_SIZE(level_names), level);
}

MMSCOPE_API const char *mmscope_page_type_name(unsigned int type)
{
	return word(page_type_names, ARRAY_SIZE(page_type_names), type);
}

MMSCOPE_API const char *mmscope_feature_name(unsigned int bit)
{
	return bit < ARRAY_SIZE(feature_names) ? feature_names[bit] : NULL;
}

static const struct phrase *phrase(const struct phrase *table, size_t nr, unsigned int n)
{
	static const struct phrase unknown = { "unknown", "unknown" };

	return n < nr ? &table[n] : &unknown;
}

MMSCOPE_API const char *mmscope_outcome_name(unsigned int outcome)
{
	return phrase(outcomes, ARRAY_SIZE(outcomes), outcome)->name;
}

MMSCOPE_API const char *mmscope_outcome_text(unsigned int outcome)
{
	return phrase(outcomes, ARRAY_SIZE(outcomes), outcome)->text;
}

MMSCOPE_API const char *mmscope_reason_name(unsigned int reason)
{
	return phrase(reasons, ARRAY_SIZE(reasons), reason)->name;
}

MMSCOPE_API const char *mmscope_reason_text(unsigned int reason)
{
	return phrase(reasons, ARRAY_SIZE(reasons), reason)->text;
}
