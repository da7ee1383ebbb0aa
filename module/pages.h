/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pages.h - what is known of each page
 */
#ifndef MMSCOPE_PAGES_H
#define MMSCOPE_PAGES_H

#include "batch.h"
#include "entry.h"
#include "look.h"

struct mmscope_walker;

/**
 * struct mmscope_pages_sink - fills records of pages
 * @batch: of struct mmscope_page
 * @statuses: MMSCOPE_STATUS_BIT() of what to report
 * @rights: MMSCOPE_RIGHT_* of whoever asked
 */
struct mmscope_pages_sink {
	struct mmscope_batch batch;
	u32 statuses;
	u32 rights;
};

void mmscope_pages_init(void);
struct page *mmscope_page_record(struct mmscope_walker *walker,
				 const struct mmscope_entry *entry,
				 const struct mmscope_leaf *leaf,
				 unsigned long addr, u32 rights,
				 struct mmscope_page *record);
bool mmscope_pages_chunk(struct mmscope_look *look, void *sink,
			 unsigned long *addr, unsigned long end);

#endif /* MMSCOPE_PAGES_H */
