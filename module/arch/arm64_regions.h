/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arm64_regions.h - the kernel's half on arm64
 *
 * Documentation/arch/arm64/memory.rst of the kernel. Its image lies where vmalloc()
 * takes its memory, and so do modules near it; where exactly is not exported.
 */
#ifndef MMSCOPE_ARCH_ARM64_REGIONS_H
#define MMSCOPE_ARCH_ARM64_REGIONS_H

#include <asm/fixmap.h>
#include <asm/memory.h>
#include <asm/pgtable.h>

static inline void mmscope_arch_regions(struct mmscope_regions *list)
{
	mmscope_region_add(list, MMSCOPE_KERNEL_DIRECT, _PAGE_OFFSET(vabits_actual),
			   mmscope_direct_end());
#if defined(CONFIG_KASAN_GENERIC) || defined(CONFIG_KASAN_SW_TAGS)
	mmscope_region_add(list, MMSCOPE_KERNEL_KASAN, KASAN_SHADOW_START,
			   KASAN_SHADOW_END);
#endif
	mmscope_region_add(list, MMSCOPE_KERNEL_MODULES, MODULES_VADDR, MODULES_END);
	mmscope_region_add(list, MMSCOPE_KERNEL_VMALLOC, VMALLOC_START, VMALLOC_END);
	mmscope_region_add_vmemmap(list, _PAGE_OFFSET(vabits_actual));
	mmscope_region_add(list, MMSCOPE_KERNEL_PCI_IO, PCI_IO_START, PCI_IO_END);
	mmscope_region_add(list, MMSCOPE_KERNEL_FIXMAP, FIXADDR_START, FIXADDR_TOP);
}

#endif /* MMSCOPE_ARCH_ARM64_REGIONS_H */
