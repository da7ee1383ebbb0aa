/* SPDX-License-Identifier: GPL-2.0-only */
/* size.h - how large pages are, on whatever kernel the tests run */
#ifndef SIZE_H
#define SIZE_H

/*
 * Bytes of a page, of what an entry above the PTEs spans, and of a hugetlb page of the
 * smaller kind: 2M, or where a machine has none, as large as a huge one. Set before main().
 */
extern unsigned long page_size, huge_size, hugetlb_size;

/* log2 of them */
#define PAGE_SHIFT	((unsigned int)__builtin_ctzl(page_size))
#define HUGE_SHIFT	((unsigned int)__builtin_ctzl(huge_size))
/* Pages of a huge one. */
#define HUGE_PAGES	(huge_size / page_size)
/* The start of the page that holds @va. */
#define PAGE_OF(va)	((va) & -page_size)

#endif /* SIZE_H */
