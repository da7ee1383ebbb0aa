/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pages.h - what is known of each page
 */
#ifndef MMSCOPE_PAGES_H
#define MMSCOPE_PAGES_H

#include "batch.h"
#include "look.h"

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
bool mmscope_pages_chunk(struct mmscope_look *look, void *sink,
			 unsigned long *addr, unsigned long end);

#endif /* MMSCOPE_PAGES_H */
