/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86_regions.h - the kernel's half on x86, 64 and 32 bits
 *
 * Documentation/arch/x86/x86_64/mm.rst and asm/pgtable_32_areas.h of the kernel.
 */
#ifndef MMSCOPE_ARCH_X86_REGIONS_H
#define MMSCOPE_ARCH_X86_REGIONS_H

#include <linux/kasan.h>

#include <asm/cpu_entry_area.h>
#include <asm/fixmap.h>
#include <asm/highmem.h>
#include <asm/page.h>
#include <asm/pgtable.h>
#include <asm/vsyscall.h>
#include <uapi/asm/vsyscall.h>

#ifdef CONFIG_X86_64
static inline void mmscope_arch_regions(struct mmscope_regions *list)
{
	mmscope_region_add(list, MMSCOPE_KERNEL_GUARD, GUARD_HOLE_BASE_ADDR,
			   GUARD_HOLE_END_ADDR);
	mmscope_region_add(list, MMSCOPE_KERNEL_LDT, LDT_BASE_ADDR, LDT_END_ADDR);
	mmscope_region_add(list, MMSCOPE_KERNEL_DIRECT, PAGE_OFFSET,
			   mmscope_direct_end());
	/* Here, and on this architecture alone, the last byte and not the end. */
	mmscope_region_add(list, MMSCOPE_KERNEL_VMALLOC, VMALLOC_START,
			   VMALLOC_END + 1);
	mmscope_region_add_vmemmap(list, PAGE_OFFSET);
#ifdef CONFIG_KASAN
	mmscope_region_add(list, MMSCOPE_KERNEL_KASAN, KASAN_SHADOW_START,
			   KASAN_SHADOW_END);
#endif
	mmscope_region_add(list, MMSCOPE_KERNEL_CPU_ENTRY, CPU_ENTRY_AREA_BASE,
			   CPU_ENTRY_AREA_BASE + CPU_ENTRY_AREA_MAP_SIZE);
	mmscope_region_add(list, MMSCOPE_KERNEL_ESPFIX, ESPFIX_BASE_ADDR,
			   ESPFIX_BASE_ADDR + P4D_SIZE);
	/* Filled from the top: what is called the start is the upper end. */
	mmscope_region_add(list, MMSCOPE_KERNEL_EFI, EFI_VA_END, EFI_VA_START);
	mmscope_region_add(list, MMSCOPE_KERNEL_IMAGE, __START_KERNEL_map,
			   MODULES_VADDR);
	mmscope_region_add(list, MMSCOPE_KERNEL_MODULES, MODULES_VADDR, MODULES_END);
	mmscope_region_add(list, MMSCOPE_KERNEL_FIXMAP, FIXADDR_START,
			   FIXADDR_TOP + PAGE_SIZE);
	mmscope_region_add(list, MMSCOPE_KERNEL_VSYSCALL, VSYSCALL_ADDR,
			   VSYSCALL_ADDR + PAGE_SIZE);
}
#else
/* The image lies in the direct map, and modules where vmalloc() takes its memory. */
static inline void mmscope_arch_regions(struct mmscope_regions *list)
{
	mmscope_region_add(list, MMSCOPE_KERNEL_DIRECT, PAGE_OFFSET,
			   mmscope_direct_end());
	mmscope_region_add(list, MMSCOPE_KERNEL_VMALLOC, VMALLOC_START,
			   PAGE_ALIGN(VMALLOC_END));
#ifdef CONFIG_HIGHMEM
	mmscope_region_add(list, MMSCOPE_KERNEL_PKMAP, PKMAP_BASE,
			   PKMAP_BASE + LAST_PKMAP * PAGE_SIZE);
#endif
	mmscope_region_add(list, MMSCOPE_KERNEL_LDT, LDT_BASE_ADDR, LDT_END_ADDR);
	mmscope_region_add(list, MMSCOPE_KERNEL_CPU_ENTRY, CPU_ENTRY_AREA_BASE,
			   CPU_ENTRY_AREA_BASE + CPU_ENTRY_AREA_MAP_SIZE);
	mmscope_region_add(list, MMSCOPE_KERNEL_FIXMAP, FIXADDR_START, FIXADDR_TOP);
}
#endif

#endif /* MMSCOPE_ARCH_X86_REGIONS_H */
