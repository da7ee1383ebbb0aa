// SPDX-License-Identifier: GPL-2.0
/*
 * walk.c - the sink that keeps every step on the way to one address
 */
#include "walk.h"

#include <linux/io.h>
#include <linux/pfn.h>

#include "arch/arch.h"

static bool level_exists(struct mm_struct *mm, enum mmscope_level level)
{
	switch (level) {
	case MMSCOPE_LEVEL_P4D:
		return !mm_p4d_folded(mm);
	case MMSCOPE_LEVEL_PUD:
		return !mm_pud_folded(mm);
	case MMSCOPE_LEVEL_PMD:
		return !mm_pmd_folded(mm);
	default:
		return true;
	}
}

/* The entries of a folded level are those of the level above that is not. */
static bool level_maps(struct mm_struct *mm, enum mmscope_level level)
{
	do {
		if (mmscope_arch_leaf(level))
			return true;
	} while (++level < MMSCOPE_NR_LEVELS && !level_exists(mm, level));
	return false;
}

/**
 * mmscope_levels - the page-table levels in use, for the caller's address space
 * @levels: filled from the root on
 *
 * Return: how many there are.
 */
unsigned int mmscope_levels(struct mmscope_level_info levels[MMSCOPE_NR_LEVELS])
{
	enum mmscope_level level;
	unsigned int nr = 0;

	for (level = 0; level < MMSCOPE_NR_LEVELS; level++) {
		if (!level_exists(current->mm, level))
			continue;
		levels[nr++] = (struct mmscope_level_info){
			.level = level,
			.shift = mmscope_level_shift(level),
			.nr_entries = mmscope_level_entries(level),
			.leaf = level_maps(current->mm, level),
		};
	}
	return nr;
}

/**
 * mmscope_path_step - one more step of a walk
 * @result: gets it
 * @level: enum mmscope_level
 * @raw: the entry
 * @flags: MMSCOPE_PTE_* of it
 * @at: its physical address
 */
void mmscope_path_step(struct mmscope_walk_result *result,
		       enum mmscope_level level, u64 raw, u64 flags, u64 at)
{
	struct mmscope_walk_level *step = &result->levels[result->nr_levels++];
	u64 mask = mmscope_table_bytes(level) - 1;

	*step = (struct mmscope_walk_level){
		.level = level,
		.index = (unsigned long)(at & mask) / mmscope_entry_bytes(level),
		.table_pa = at & ~mask,
		.entry = raw,
		.flags = flags,
	};
}

/* For @table of a sink that is a struct mmscope_walk_result. */
void mmscope_path_table(struct mmscope_walker *walker, enum mmscope_level level,
			u64 raw, const void *slot)
{
	mmscope_path_step(walker->sink, level, raw,
			  mmscope_arch_flags(level, raw) |
			  MMSCOPE_PTE_PRESENT | MMSCOPE_PTE_TABLE,
			  mmscope_slot_pa(slot));
}

/* For @entry and @ptes of such a sink: the last step, which has become @leaf. */
void mmscope_path_end(struct mmscope_walker *walker,
		      const struct mmscope_entry *entry,
		      const struct mmscope_leaf *leaf, const void *slot)
{
	struct mmscope_walk_result *result = walker->sink;

	mmscope_path_step(result, entry->level, entry->raw, leaf->flags,
			  entry->level == MMSCOPE_LEVEL_PTE ?
				mmscope_ptes_pa(walker, slot) :
				mmscope_slot_pa(slot));
	mmscope_path_leaf(result, entry, leaf);
}

/**
 * mmscope_path_leaf - what a walk has led to
 * @result: gets it; its steps are there
 * @entry: the last entry
 * @leaf: what it means
 */
void mmscope_path_leaf(struct mmscope_walk_result *result,
		       const struct mmscope_entry *entry,
		       const struct mmscope_leaf *leaf)
{
	result->level = entry->level;
	result->page_size = 1ULL << mmscope_level_shift(entry->level);
	result->flags = leaf->flags;
	result->status = leaf->status;
	if (mmscope_leaf_has_pa(leaf)) {
		result->pa = PFN_PHYS(leaf->value) +
			     (result->va & (result->page_size - 1));
	} else {
		result->swap_type = leaf->swap_type;
		result->swap_offset = leaf->value;
	}
}

static int path_entry(struct mmscope_walker *walker,
		      const struct mmscope_entry *entry, unsigned long addr,
		      unsigned long end, const void *slot)
{
	struct mmscope_leaf leaf;

	mmscope_entry_decode(entry, &leaf);
	mmscope_path_end(walker, entry, &leaf, slot);
	return MMSCOPE_GO_ON;
}

static int path_ptes(struct mmscope_walker *walker, pte_t *ptep,
		     unsigned long addr, unsigned long end)
{
	const struct mmscope_entry entry = {
		.raw = mmscope_arch_pte_raw(mmscope_arch_ptep_get(ptep)),
		.level = MMSCOPE_LEVEL_PTE,
	};

	return path_entry(walker, &entry, addr, end, ptep);
}

static int path_gap(struct mmscope_walker *walker, unsigned long addr,
		    unsigned long end)
{
	struct mmscope_walk_result *result = walker->sink;

	result->status = MMSCOPE_NO_VMA;
	return MMSCOPE_GO_ON;
}

static const struct mmscope_sink_ops path_ops = {
	.table = mmscope_path_table,
	.entry = path_entry,
	.ptes = path_ptes,
	.gap = path_gap,
};

/* Put MMSCOPE_HIDDEN where @result has a physical fact. */
void mmscope_path_hide(struct mmscope_walk_result *result)
{
	unsigned int i;

	for (i = 0; i < result->nr_levels; i++) {
		result->levels[i].table_pa = MMSCOPE_HIDDEN;
		result->levels[i].entry = MMSCOPE_HIDDEN;
	}
	switch (result->status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		result->pa = MMSCOPE_HIDDEN;
		break;
	case MMSCOPE_SWAP:
		result->swap_type = MMSCOPE_HIDDEN32;
		fallthrough;
	case MMSCOPE_MIGRATION:
	case MMSCOPE_HWPOISON:
	case MMSCOPE_DEVICE:
	case MMSCOPE_UNKNOWN:
		result->swap_offset = MMSCOPE_HIDDEN;
		break;
	}
}

/**
 * mmscope_walk_one - every step of the walk of one address
 * @look: locked
 * @va: any address, of any alignment, also one that is not user space
 * @rights: MMSCOPE_RIGHT_* of whoever asked
 * @result: filled
 */
void mmscope_walk_one(struct mmscope_look *look, u64 va, u32 rights,
		      struct mmscope_walk_result *result)
{
	struct mmscope_walker walker = {
		.look = look,
		.sink = result,
	};

	*result = (struct mmscope_walk_result){ .va = va };
	va = mmscope_untagged(look->mm, va);
	if (va >= MMSCOPE_ARCH_TASK_SIZE) {
		result->status = MMSCOPE_NONCANONICAL;
		return;
	}

	mmscope_walk_page(&walker, &path_ops, va & PAGE_MASK);
	if (!(rights & MMSCOPE_RIGHT_PHYS))
		mmscope_path_hide(result);
}
