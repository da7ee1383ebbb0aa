/* SPDX-License-Identifier: GPL-2.0 */
/*
 * entry.h - one page-table entry, decoded
 *
 * Pure: takes a value that was read once, never a pointer into a table.
 */
#ifndef MMSCOPE_ENTRY_H
#define MMSCOPE_ENTRY_H

#include <linux/mm.h>

#include <mmscope.h>

#include "arch/arch.h"

/**
 * struct mmscope_entry - a page-table entry as it was read
 * @raw: its value
 * @level: where it stood
 * @hugetlb: in a hugetlb VMA, where every level uses the format of a PTE
 * @bad: present, above the PTE level, and neither a leaf nor a sound table
 */
struct mmscope_entry {
	u64 raw;
	enum mmscope_level level;
	bool hugetlb;
	bool bad;
};

/**
 * struct mmscope_leaf - what a leaf or empty entry means
 * @flags: MMSCOPE_PTE_*
 * @value: page frame number for MAPPED and PROTNONE, MIGRATION, HWPOISON and
 *	DEVICE; offset in the swap area for SWAP; bits for MARKER
 * @swap_type: swap area, for SWAP
 * @status: enum mmscope_status
 */
struct mmscope_leaf {
	u64 flags;
	u64 value;
	u32 swap_type;
	u16 status;
};

/**
 * struct mmscope_entry_tables - decoded flags of plain PTEs, by parts of them
 * @low: by bits 0 to 7
 * @mid: by bits 8 to 11
 * @high: by bits 56 to 63
 *
 * Filled once from mmscope_arch_flags(), which remains the one place that knows.
 */
struct mmscope_entry_tables {
	u64 low[256];
	u64 mid[16];
	u64 high[256];
};

extern struct mmscope_entry_tables mmscope_entry_tables;

void mmscope_entry_init(void);

/* MMSCOPE_PTE_* of a PTE for which mmscope_arch_plain() holds. */
static inline u64 mmscope_entry_plain_flags(u64 raw)
{
	const struct mmscope_entry_tables *tables = &mmscope_entry_tables;

	if (!MMSCOPE_ARCH_FLAGS_BY_PARTS)
		return MMSCOPE_PTE_PRESENT | mmscope_arch_flags(MMSCOPE_LEVEL_PTE, raw);
	return tables->low[raw & 0xff] | tables->mid[(raw >> 8) & 0xf] |
	       tables->high[raw >> 56];
}

void mmscope_entry_decode(const struct mmscope_entry *entry,
			  struct mmscope_leaf *leaf);

/* Has @leaf a page frame whose address mmscope reports as the physical one? */
static inline bool mmscope_leaf_has_pa(const struct mmscope_leaf *leaf)
{
	return leaf->status == MMSCOPE_MAPPED ||
	       leaf->status == MMSCOPE_PROTNONE;
}

/* log2 of the bytes that one entry of @level spans, folded levels included. */
static inline unsigned int mmscope_level_shift(enum mmscope_level level)
{
	switch (level) {
	case MMSCOPE_LEVEL_PGD:
		return mmscope_arch_root_shift();
	case MMSCOPE_LEVEL_P4D:
		return P4D_SHIFT;
	case MMSCOPE_LEVEL_PUD:
		return PUD_SHIFT;
	case MMSCOPE_LEVEL_PMD:
		return PMD_SHIFT;
	default:
		return PAGE_SHIFT;
	}
}

/* Entries in a table of @level. */
static inline unsigned int mmscope_level_entries(enum mmscope_level level)
{
	switch (level) {
	case MMSCOPE_LEVEL_PGD:
		return mmscope_arch_root_entries();
	case MMSCOPE_LEVEL_P4D:
		return PTRS_PER_P4D;
	case MMSCOPE_LEVEL_PUD:
		return PTRS_PER_PUD;
	case MMSCOPE_LEVEL_PMD:
		return PTRS_PER_PMD;
	default:
		return PTRS_PER_PTE;
	}
}

/* Bytes of an entry, and of a table, which need not fill a page. */
static inline unsigned int mmscope_entry_bytes(enum mmscope_level level)
{
	return level == MMSCOPE_LEVEL_PTE ? sizeof(pte_t) : sizeof(pgd_t);
}

static inline unsigned int mmscope_table_bytes(enum mmscope_level level)
{
	return mmscope_level_entries(level) * mmscope_entry_bytes(level);
}

#endif /* MMSCOPE_ENTRY_H */
