/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pages.h - a range page by page, as WALK and as EXTENTS tell it, and the rules
 * by which both must agree with each other and with /proc/PID/pagemap
 */
#ifndef PAGES_H
#define PAGES_H

#include <stdint.h>
#include <sys/types.h>

#include "diffs.h"
#include "mmscope.h"
#include "proc.h"
#include "size.h"

#define PAGE_BYTES	page_size
#define PAGES_WINDOW	4096	/* pages that are compared at a time */

struct page_view {
	uint16_t status;
	uint8_t level;
	uint8_t shift;
	uint32_t swap_type;
	uint64_t pa;		/* or offset in the swap area, or marker */
	uint64_t flags;
};

/**
 * struct pages - who is looked at, and what is needed to judge
 * @fd: attached
 * @pid: whose /proc to ask
 * @info: INFO
 * @pgd_pa: of MM
 * @nr_swaps: areas; a swap type above is another kind of entry
 * @nr_words: pages that EXTENTS has told as words so far
 */
struct pages {
	int fd;
	pid_t pid;
	struct mmscope_info info;
	uint64_t pgd_pa;
	unsigned int nr_swaps;
	size_t nr_words;
};

int pages_open(struct pages *p, pid_t pid);
void pages_close(struct pages *p);

/* Fill @view with @nr pages from @va on; what breaks the contract goes to @d. */
int pages_walk(struct pages *p, unsigned long va, size_t nr, struct page_view *view,
	       struct diffs *d);
int pages_extents(struct pages *p, unsigned long va, size_t nr, size_t batch, uint32_t flags,
		  struct page_view *view, struct diffs *d);

/* Every page of a range (or, in a huge one, of samples) by all of these; 0 or -errno. */
int pages_compare(struct pages *p, unsigned long start, unsigned long end, struct diffs *d);
/* Every VMA of the process, and the gaps between them. */
int pages_compare_all(struct pages *p, struct diffs *d);

/* Does one result of WALK hold together? */
void pages_check_walk(const struct pages *p, const struct mmscope_walk_result *r,
		      struct diffs *d);

#endif /* PAGES_H */
