// SPDX-License-Identifier: GPL-2.0
/*
 * fileset.c - a set of files
 *
 * An empty slot is all zeros: no mapped file has inode 0 on device 0:0.
 */
#include <stdlib.h>

#include "fileset.h"
#include "render/memory.h"

static bool is_empty(const struct file_slot *slot)
{
	return !slot->id.dev && !slot->id.ino;
}

/* The slot that holds @id, or the empty one where it belongs. */
static struct file_slot *find(const struct fileset *set, struct file_id id)
{
	__u64 hash = (id.ino ^ id.dev << 32) * 0x9e3779b97f4a7c15ULL;
	size_t i = (size_t)(hash >> 32) & (set->size - 1);

	while (!is_empty(&set->slots[i]) &&
	       (set->slots[i].id.dev != id.dev || set->slots[i].id.ino != id.ino))
		i = (i + 1) & (set->size - 1);
	return &set->slots[i];
}

static void grow(struct fileset *set)
{
	struct fileset old = *set;
	size_t i;

	set->size = old.size ? old.size * 2 : 64;
	set->slots = zalloc(set->size * sizeof(*set->slots));
	for (i = 0; i < old.size; i++)
		if (!is_empty(&old.slots[i]))
			*find(set, old.slots[i].id) = old.slots[i];
	free(old.slots);
}

size_t *fileset_number(struct fileset *set, struct file_id id)
{
	struct file_slot *slot;

	if (2 * (set->nr + 1) > set->size)
		grow(set);
	slot = find(set, id);
	if (is_empty(slot)) {
		*slot = (struct file_slot){ .id = id };
		set->nr++;
	}
	return &slot->number;
}

void fileset_add(struct fileset *set, struct file_id id)
{
	fileset_number(set, id);
}

bool fileset_has(const struct fileset *set, struct file_id id)
{
	return set->size && !is_empty(find(set, id));
}

void fileset_free(struct fileset *set)
{
	free(set->slots);
	*set = (struct fileset){ 0 };
}
