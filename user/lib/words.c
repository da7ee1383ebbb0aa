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

MMSCOPE_API const char *mmscope_feature_name(unsigned int bit)
{
	return bit < ARRAY_SIZE(feature_names) ? feature_names[bit] : NULL;
}
