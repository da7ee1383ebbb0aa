// SPDX-License-Identifier: GPL-2.0
/*
 * fileset.c - a set of files, and a number for each
 */
#include <stdlib.h>

#include "fileset.h"
#include "render/memory.h"

/* The slot that holds @id, or the empty one where it belongs. */
static struct file_slot *find(const struct fileset *set, struct file_id id)
{
	__u64 hash = (id.ino + id.dev * 0xff51afd7ed558ccdULL) * 0x9e3779b97f4a7c15ULL;
	size_t i = (size_t)(hash >> 32) & (set->size - 1);

	while (set->slots[i].used &&
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
		if (old.slots[i].used)
			*find(set, old.slots[i].id) = old.slots[i];
	free(old.slots);
}

size_t *fileset_number(struct fileset *set, struct file_id id)
{
	struct file_slot *slot;

	if (2 * (set->nr + 1) > set->size)
		grow(set);
	slot = find(set, id);
	if (!slot->used) {
		*slot = (struct file_slot){ .id = id, .used = true };
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
	return set->size && find(set, id)->used;
}

void fileset_free(struct fileset *set)
{
	free(set->slots);
	*set = (struct fileset){ 0 };
}
