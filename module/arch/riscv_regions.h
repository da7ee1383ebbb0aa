/* SPDX-License-Identifier: GPL-2.0 */
/*
 * riscv_regions.h - the kernel's half on riscv64
 *
 * Documentation/arch/riscv/vm-layout.rst of the kernel. Modules lie in the 2 GiB that
 * end with the image (MODULES_VADDR, by symbols that are not exported; kernel_map says
 * the same); the upper 128 MiB of them are for programs of BPF.
 */
#ifndef MMSCOPE_ARCH_RISCV_REGIONS_H
#define MMSCOPE_ARCH_RISCV_REGIONS_H

#include <asm/fixmap.h>
#include <asm/kasan.h>
#include <asm/page.h>
#include <asm/pgtable.h>

static inline void mmscope_arch_regions(struct mmscope_regions *list)
{
	unsigned long image = kernel_map.virt_addr;
	unsigned long image_end = PAGE_ALIGN(image + kernel_map.size);

	mmscope_region_add(list, MMSCOPE_KERNEL_FIXMAP, FIXADDR_START, FIXADDR_TOP);
	mmscope_region_add(list, MMSCOPE_KERNEL_PCI_IO, PCI_IO_START, PCI_IO_END);
	mmscope_region_add_vmemmap(list, PAGE_OFFSET);
	mmscope_region_add(list, MMSCOPE_KERNEL_VMALLOC, VMALLOC_START, VMALLOC_END);
	mmscope_region_add(list, MMSCOPE_KERNEL_DIRECT, PAGE_OFFSET,
			   mmscope_direct_end());
#ifdef CONFIG_KASAN
	mmscope_region_add(list, MMSCOPE_KERNEL_KASAN, KASAN_SHADOW_START,
			   KASAN_SHADOW_END);
#endif
	mmscope_region_add(list, MMSCOPE_KERNEL_MODULES, image_end - SZ_2G, image);
	mmscope_region_add(list, MMSCOPE_KERNEL_IMAGE, image, image_end);
}

#endif /* MMSCOPE_ARCH_RISCV_REGIONS_H */
