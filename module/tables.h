/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tables.h - what the page tables themselves cost
 */
#ifndef MMSCOPE_TABLES_H
#define MMSCOPE_TABLES_H

#include "batch.h"
#include "look.h"

/**
 * struct mmscope_tables_sink - counts tables; state between chunks
 * @batch: without records: the counts are the answer
 * @levels: the counts, by enum mmscope_level
 * @at: the last table met at each level, and the last entry met in it
 * @used: entries of that table in use
 */
struct mmscope_tables_sink {
	struct mmscope_batch batch;
	struct mmscope_table_level levels[MMSCOPE_NR_LEVELS];
	u64 at[MMSCOPE_NR_LEVELS];
	unsigned int used[MMSCOPE_NR_LEVELS];
};

bool mmscope_tables_chunk(struct mmscope_look *look, void *sink,
			  unsigned long *addr, unsigned long end);

#endif /* MMSCOPE_TABLES_H */
