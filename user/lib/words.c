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

/*
 * By number of the bit of KPF_*. From 32 on the numbers are the kernel's own
 * (include/linux/kernel-page-flags.h), from 47 on those of tools/mm/page-types.c.
 */
static const char *const kpf_names[] = {
	[0] = "locked", "error", "referenced", "uptodate", "dirty", "lru", "active", "slab",
	[8] = "writeback", "reclaim", "buddy", "mmap", "anonymous", "swapcache", "swapbacked",
	[15] = "compound_head", "compound_tail", "huge", "unevictable", "hwpoison", "nopage",
	[21] = "ksm", "thp", "offline", "zero_page", "idle_page", "pgtable",
	[32] = "reserved", "mlocked", "owner_2", "private", "private_2", "owner_private", "arch",
	[39] = "uncached", "softdirty", "arch_2", "arch_3",
	[47] = "anon_exclusive", "readahead",
};

/* By number of the bit of MMSCOPE_FEATURE_*. */
static const char *const feature_names[] = {
	"exact_change", "soft_dirty", "uffd_wp", "pte_marker", "anon_vma_name",
	"maple_tree", "hugetlb", "thp", "pkeys", "mm_owner",
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

MMSCOPE_API const char *mmscope_level_name(unsigned int level)
{
	return word(level_names, ARRAY_SIZE(level_names), level);
}

MMSCOPE_API const char *mmscope_page_type_name(unsigned int type)
{
	return word(page_type_names, ARRAY_SIZE(page_type_names), type);
}

MMSCOPE_API const char *mmscope_kpf_name(unsigned int bit)
{
	return bit < ARRAY_SIZE(kpf_names) ? kpf_names[bit] : NULL;
}

MMSCOPE_API const char *mmscope_feature_name(unsigned int bit)
{
	return bit < ARRAY_SIZE(feature_names) ? feature_names[bit] : NULL;
}
