// SPDX-License-Identifier: GPL-2.0
/*
 * store.c - the nodes of the structure that keeps the VMAs, in order
 *
 * In order means: a node before those below it, the ones below by address. A node is
 * then told by the first address of its range and its depth, and so is the place to
 * go on at: no node need be kept between two holds of the lock.
 */
#include "store.h"

#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/string.h>

#include "compat/store.h"

/* Nodes between two looks at who else wants the lock. */
#define LOOK_AFTER	16

/* No tree of VMAs is deeper: a red-black tree of all that memory could hold. */
#define MAX_DEPTH	128

/*
 * Finds the first node at or after the cursor and reads it. Always from the root: a
 * few nodes more, and nothing to remember.
 */
static bool seek(struct mm_struct *mm, struct mmscope_store_chunk *chunk,
		 struct mmscope_store_ref *found)
{
	struct mmscope_store_ref children[MMSCOPE_STORE_SLOTS];
	struct mmscope_store_full *full = &chunk->full;
	struct mmscope_store_ref at, after = { };
	unsigned int i, depth;

	if (!mmscope_store_root(mm, &at))
		return false;
	for (depth = 0; depth < MAX_DEPTH; depth++) {
		full->head = (struct mmscope_store_node){ };
		mmscope_store_read(mm, &at, full, children);
		if (at.min > chunk->addr ||
		    (at.min == chunk->addr && at.depth >= chunk->depth)) {
			*found = at;
			return true;
		}
		/* Down where the address is; what comes next is the one after. */
		for (i = 0; i < full->head.nr_slots; i++)
			if (full->slots[i].kind == MMSCOPE_SLOT_NODE &&
			    full->slots[i].last >= chunk->addr)
				break;
		if (i == full->head.nr_slots)
			break;
		at = children[i];
		for (i++; i < full->head.nr_slots; i++) {
			if (full->slots[i].kind == MMSCOPE_SLOT_NODE) {
				after = children[i];
				break;
			}
		}
	}
	if (!after.node)
		return false;
	full->head = (struct mmscope_store_node){ };
	mmscope_store_read(mm, &after, full, children);
	*found = after;
	return true;
}

/* The next node on the way to the address: as deep as the cursor says. */
static bool seek_path(struct mm_struct *mm, struct mmscope_store_chunk *chunk,
		      struct mmscope_store_ref *found)
{
	struct mmscope_store_ref children[MMSCOPE_STORE_SLOTS];
	struct mmscope_store_full *full = &chunk->full;
	struct mmscope_store_ref at;
	unsigned int i;
	u64 min;

	if (!mmscope_store_root(mm, &at))
		return false;
	for (;;) {
		full->head = (struct mmscope_store_node){ };
		mmscope_store_read(mm, &at, full, children);
		if (at.depth == chunk->depth || at.depth == MAX_DEPTH) {
			*found = at;
			return at.depth == chunk->depth;
		}
		/* The range before a VMA at address 0 is empty, and ends at the last one. */
		min = at.min;
		for (i = 0; i < full->head.nr_slots; min = full->slots[i++].last + 1)
			if (min <= chunk->addr && full->slots[i].last >= chunk->addr &&
			    full->slots[i].last + 1 != min)
				break;
		if (i == full->head.nr_slots ||
		    full->slots[i].kind != MMSCOPE_SLOT_NODE)
			return false;
		at = children[i];
	}
}

static void add_record(struct mmscope_store_chunk *chunk,
		       const struct mmscope_store_ref *ref)
{
	struct mmscope_store_node *head = &chunk->full.head;

	head->size = sizeof(*head) +
		     head->nr_slots * sizeof(struct mmscope_store_slot);
	head->min = ref->min;
	head->max = ref->max;
	head->depth = ref->depth;
	if (!chunk->kernel)
		head->node = MMSCOPE_HIDDEN;
	memcpy(chunk->buf + chunk->used, &chunk->full, head->size);
	chunk->used += head->size;
	chunk->nr++;
}

/* Behind a node come those below it, then what begins after its range. */
static void step(struct mmscope_store_chunk *chunk,
		 const struct mmscope_store_ref *ref)
{
	chunk->depth = ref->depth + 1;
	if (!chunk->path)
		chunk->addr = ref->min;
}

/**
 * mmscope_store_chunk - records of one hold of the lock
 * @look: locked
 * @chunk: to fill further; the cursor moves
 *
 * Return: true when there are no more.
 */
bool mmscope_store_chunk(struct mmscope_look *look,
			 struct mmscope_store_chunk *chunk)
{
	struct mmscope_store_ref ref;

	mmap_assert_locked(look->mm);
	BUILD_BUG_ON(sizeof(struct mmscope_store_full) >
		     MMSCOPE_STORE_RECORD_MAX);

	while (chunk->size - chunk->used >= MMSCOPE_STORE_RECORD_MAX) {
		if (!(chunk->path ? seek_path(look->mm, chunk, &ref) :
				    seek(look->mm, chunk, &ref)))
			return true;
		add_record(chunk, &ref);
		step(chunk, &ref);
		if (chunk->nr % LOOK_AFTER == 0 && mmscope_look_wanted(look))
			break;
	}
	return false;
}

/**
 * mmscope_store_about - what the structure notes of itself
 * @look: locked
 * @about: @kind, @height, @attrs and @nr_vmas are set
 */
void mmscope_store_about(struct mmscope_look *look, struct mmscope_store *about)
{
	about->kind = MMSCOPE_STORE_KIND;
	about->height = 0;
	about->attrs = 0;
	about->nr_vmas = look->mm->map_count;
	mmscope_store_notes(look->mm, about);
}
