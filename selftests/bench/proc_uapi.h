/* SPDX-License-Identifier: GPL-2.0-only */
/* proc_uapi.h - of linux/fs.h what the C library's headers may be too old to have */
#ifndef BENCH_PROC_UAPI_H
#define BENCH_PROC_UAPI_H

#include <stdint.h>
#include <sys/ioctl.h>

/* pagemap: bit 63 is present, the low 55 are the frame. */
#define PM_FRAME	((1ULL << 55) - 1)

#ifndef PAGEMAP_SCAN
#define PAGE_IS_FILE		(1 << 2)
#define PAGE_IS_PRESENT		(1 << 3)
#define PAGE_IS_HUGE		(1 << 6)

struct page_region {
	uint64_t start, end, categories;
};

struct pm_scan_arg {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};

#define PAGEMAP_SCAN	_IOWR('f', 16, struct pm_scan_arg)
#endif

#ifndef PROCMAP_QUERY
#define PROCMAP_QUERY_COVERING_OR_NEXT_VMA	0x10

struct procmap_query {
	uint64_t size, query_flags, query_addr;
	uint64_t vma_start, vma_end, vma_flags, vma_page_size, vma_offset, inode;
	uint32_t dev_major, dev_minor, vma_name_size, build_id_size;
	uint64_t vma_name_addr, build_id_addr;
};

#define PROCMAP_QUERY	_IOWR('f', 17, struct procmap_query)
#endif

#endif /* BENCH_PROC_UAPI_H */
