/* SPDX-License-Identifier: GPL-2.0 */
/*
 * batch.h - a bounded buffer of records that a sink fills
 */
#ifndef MMSCOPE_BATCH_H
#define MMSCOPE_BATCH_H

#include <linux/types.h>

/**
 * struct mmscope_batch - records of one size
 * @buf: of @room records
 * @room: how many there is place for; at least one when a chunk begins
 * @nr: how many are filled
 */
struct mmscope_batch {
	void *buf;
	unsigned int room;
	unsigned int nr;
};

static inline bool mmscope_batch_full(const struct mmscope_batch *batch)
{
	return batch->nr == batch->room;
}

/* The next record, of @size bytes; not when the batch is full. */
static inline void *mmscope_batch_add(struct mmscope_batch *batch, size_t size)
{
	return batch->buf + size * batch->nr++;
}

#endif /* MMSCOPE_BATCH_H */
