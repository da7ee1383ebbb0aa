/* SPDX-License-Identifier: GPL-2.0 */
/*
 * regions.h - what the kernel's half of the addresses is divided into
 *
 * An architecture's file gives mmscope_arch_regions(list), which tells all its regions
 * by mmscope_region_add(), in any order. Bounds are the kernel's own macros, and the
 * variables behind them those that are exported.
 */
#ifndef MMSCOPE_ARCH_REGIONS_H
#define MMSCOPE_ARCH_REGIONS_H

#include <linux/bug.h>
#include <linux/mm.h>
#include <linux/pfn.h>

#include <mmscope.h>

/**
 * struct mmscope_regions - a list that is being made
 * @region: its elements
 * @nr: how many
 */
struct mmscope_regions {
	struct mmscope_kernel_region region[MMSCOPE_KERNEL_REGIONS];
	unsigned int nr;
};

/* [@start, @end); an empty one is none. */
static inline void mmscope_region_add(struct mmscope_regions *list,
				      enum mmscope_kernel_kind kind,
				      unsigned long start, unsigned long end)
{
	if (start >= end || WARN_ON_ONCE(list->nr == MMSCOPE_KERNEL_REGIONS))
		return;
	list->region[list->nr++] = (struct mmscope_kernel_region){
		.start = start, .end = end, .kind = kind,
	};
}

/* Pages of memory that the direct map has, by its end; hotplug moves it. */
static inline unsigned long mmscope_direct_end(void)
{
	return PAGE_ALIGN((unsigned long)READ_ONCE(high_memory));
}

/*
 * struct page of all of them, whose direct map begins at @direct. That need not be an
 * address of memory: where arm64 moves its memory about in the direct map, the physical
 * address that would be there can be negative. Its end is one always.
 */
static inline void mmscope_region_add_vmemmap(struct mmscope_regions *list,
					      unsigned long direct)
{
#ifdef CONFIG_SPARSEMEM_VMEMMAP
	unsigned long direct_end = mmscope_direct_end();
	struct page *end = pfn_to_page(PHYS_PFN(__pa(direct_end - 1)) + 1);
	struct page *start = end - PFN_DOWN(direct_end - direct);

	mmscope_region_add(list, MMSCOPE_KERNEL_VMEMMAP,
			   (unsigned long)start & PAGE_MASK,
			   PAGE_ALIGN((unsigned long)end));
#endif
}

#if defined(CONFIG_X86)
#include "arch/x86_regions.h"
#elif defined(CONFIG_ARM64)
#include "arch/arm64_regions.h"
#elif defined(CONFIG_RISCV)
#include "arch/riscv_regions.h"
#endif

#endif /* MMSCOPE_ARCH_REGIONS_H */
