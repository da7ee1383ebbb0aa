/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store.h - the shape of the structure that keeps the VMAs
 *
 * A tree of nodes, whatever this kernel has: compat/store.h knows their format,
 * store.c walks them in order.
 */
#ifndef MMSCOPE_STORE_H
#define MMSCOPE_STORE_H

#include <linux/types.h>

#include <mmscope.h>

#include "look.h"

/* Slots of a node at most: range64 has 16, and 32 where a long has 32 bits. */
#define MMSCOPE_STORE_SLOTS	32

/**
 * struct mmscope_store_ref - a node, before it is read
 * @node: its address, in the tree's own encoding; good while the lock is held
 * @min: first address of its range
 * @max: last one, inclusive
 * @depth: steps from the root
 */
struct mmscope_store_ref {
	void *node;
	unsigned long min;
	unsigned long max;
	unsigned int depth;
};

/**
 * struct mmscope_store_full - a record with room for all slots
 * @head: the record
 * @slots: what follows it
 */
struct mmscope_store_full {
	struct mmscope_store_node head;
	struct mmscope_store_slot slots[MMSCOPE_STORE_SLOTS];
};

/**
 * struct mmscope_store_chunk - records of one hold of the lock
 * @buf: to fill
 * @size: its bytes
 * @used: bytes filled
 * @nr: records filled
 * @path: only the nodes on the way to the address
 * @kernel: addresses of nodes may be told
 * @addr: cursor: records of nodes that begin at it, and are
 * @depth: as deep as this or deeper; then those that begin above
 * @full: where a record is made
 */
struct mmscope_store_chunk {
	void *buf;
	size_t size;
	size_t used;
	unsigned int nr;
	bool path;
	bool kernel;
	u64 addr;
	u32 depth;
	struct mmscope_store_full full;
};

bool mmscope_store_chunk(struct mmscope_look *look,
			 struct mmscope_store_chunk *chunk);
void mmscope_store_about(struct mmscope_look *look, struct mmscope_store *about);

#endif /* MMSCOPE_STORE_H */
