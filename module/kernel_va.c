// SPDX-License-Identifier: GPL-2.0
/*
 * kernel_va.c - the walk of a kernel address, and the regions of the kernel's half
 *
 * A descent of its own, for nothing that walk.h rests on holds here: no VMA, no lock
 * and no RCU keep the kernel's tables from being freed. They seldom are: when a huge
 * mapping takes the place of small ones (mm/vmalloc.c:vmap_try_huge_pmd()), when
 * memory is taken away, when small entries of the direct map are joined again. So
 * nothing is dereferenced:
 *
 * - Interrupts are off for the few reads. Where the kernel flushes by interrupts
 *   (x86), who wants to free a table waits for us (pmd_free_pte_page()).
 * - Where it does not, a table can be freed under us. Its entries are read as bytes
 *   of memory that copy_from_kernel_nofault() may fail to read, through the direct
 *   map, of frames that have a struct page: never memory of a device. What a page
 *   holds that is no table any more is wrong, but does no harm.
 * - So all entries are read a second time, from the root on: a table that was freed
 *   has lost its place in the one above. Only what was the same twice is told.
 */
#include "kernel_va.h"

#include <linux/irqflags.h>
#include <linux/pfn.h>
#include <linux/sort.h>
#include <linux/uaccess.h>

#include "walk.h"

/* Bits of a leaf's neighbours come and go; a table that keeps changing is odd. */
#define TRIES	8

static bool read_entry(enum mmscope_level level, phys_addr_t at, u64 *raw)
{
	unsigned long pfn = PHYS_PFN(at);

	if (!pfn_valid(pfn) || PageHighMem(pfn_to_page(pfn)))
		return false;
	*raw = 0;
	if (copy_from_kernel_nofault(raw, phys_to_virt(at),
				     mmscope_entry_bytes(level)))
		return false;
	if (level == MMSCOPE_LEVEL_PTE)
		*raw = mmscope_arch_own_frame(*raw, offset_in_page(at) / sizeof(pte_t));
	return true;
}

static u64 entry_flags(enum mmscope_level level, u64 raw)
{
	u64 flags = mmscope_arch_flags(level, raw) & ~MMSCOPE_PTE_EXEC;

	if (mmscope_arch_kernel_exec(level, raw))
		flags |= MMSCOPE_PTE_EXEC;
	return flags;
}

static void end_here(struct mmscope_walk_result *result,
		     const struct mmscope_entry *entry, phys_addr_t at)
{
	u64 frames = 1ULL << (mmscope_level_shift(entry->level) - PAGE_SHIFT);
	struct mmscope_leaf leaf = { .status = MMSCOPE_NONE };

	/* Not present is not swapped out, nor PROT_NONE: those are the user's. */
	if (mmscope_arch_valid(entry->raw))
		mmscope_entry_decode(entry, &leaf);
	if (mmscope_leaf_has_pa(&leaf)) {
		leaf.flags &= ~MMSCOPE_PTE_EXEC;
		leaf.flags |= entry_flags(entry->level, entry->raw);
		/* Bits of a huge entry that a PTE would have in its frame. */
		leaf.value &= ~(frames - 1);
	}
	mmscope_path_step(result, entry->level, entry->raw, leaf.flags, at);
	mmscope_path_leaf(result, entry, &leaf);
}

/* Interrupts are off. Returns false when memory was no table after all. */
static bool descend(struct mmscope_walk_result *result,
		    const struct mmscope_level_info *levels)
{
	u64 table = mmscope_arch_kernel_root();

	for (;; levels++) {
		struct mmscope_entry entry = { .level = levels->level };
		unsigned int index = (result->va >> levels->shift) &
				     (levels->nr_entries - 1);
		phys_addr_t at = table + index * mmscope_entry_bytes(entry.level);

		if (!read_entry(entry.level, at, &entry.raw))
			return false;
		if (!mmscope_arch_table(entry.level, entry.raw)) {
			/* Above the PUDs there are no leaves. */
			entry.bad = mmscope_arch_valid(entry.raw) &&
				    levels->shift > PUD_SHIFT;
			end_here(result, &entry, at);
			return true;
		}
		mmscope_path_step(result, entry.level, entry.raw,
				  entry_flags(entry.level, entry.raw) |
				  MMSCOPE_PTE_PRESENT | MMSCOPE_PTE_TABLE, at);
		table = PFN_PHYS(pte_pfn(mmscope_arch_pte(entry.raw)));
	}
}

/* Interrupts are off since they were read the first time. */
static bool same_again(const struct mmscope_walk_result *result)
{
	unsigned int i;
	u64 raw;

	for (i = 0; i < result->nr_levels; i++) {
		const struct mmscope_walk_level *step = &result->levels[i];

		if (!read_entry(step->level, step->table_pa + step->index *
				mmscope_entry_bytes(step->level), &raw) ||
		    raw != step->entry)
			return false;
	}
	return true;
}

/**
 * mmscope_kernel_walk - every step of the walk of an address of the kernel
 * @va: any address, of any alignment, also one that is not the kernel's
 * @result: filled
 *
 * For callers that may see the kernel's addresses. Best effort: see above.
 *
 * Context: a process with an address space, interrupts on.
 */
void mmscope_kernel_walk(u64 va, struct mmscope_walk_result *result)
{
	struct mmscope_level_info levels[MMSCOPE_NR_LEVELS];
	enum mmscope_region region = mmscope_arch_region(va);
	unsigned int tries;
	bool sure = false;

	*result = (struct mmscope_walk_result){ .va = va };
	if (region != MMSCOPE_REGION_KERNEL && region != MMSCOPE_REGION_VSYSCALL) {
		result->status = MMSCOPE_NONCANONICAL;
		return;
	}

	mmscope_levels(levels);
	for (tries = 0; tries < TRIES && !sure; tries++) {
		*result = (struct mmscope_walk_result){ .va = va };
		local_irq_disable();
		sure = descend(result, levels) && same_again(result);
		local_irq_enable();
	}
	if (!sure)
		*result = (struct mmscope_walk_result){
			.va = va, .status = MMSCOPE_RACED,
		};
}

static int by_start(const void *a, const void *b)
{
	const struct mmscope_kernel_region *left = a, *right = b;

	if (left->start != right->start)
		return left->start < right->start ? -1 : 1;
	return 0;
}

/**
 * mmscope_kernel_regions - what the kernel's half is divided into
 * @list: filled, by start
 */
void mmscope_kernel_regions(struct mmscope_regions *list)
{
	list->nr = 0;
	mmscope_arch_regions(list);
	sort(list->region, list->nr, sizeof(list->region[0]), by_start, NULL);
}
