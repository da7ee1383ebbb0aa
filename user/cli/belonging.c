// SPDX-License-Identifier: GPL-2.0
/*
 * belonging.c - what memory that processes share belongs to
 *
 * A file is told by its numbers and its path: one path can be many files, in other mount
 * namespaces. A slot holds a number and one, an empty one 0.
 */
#include <stdlib.h>
#include <string.h>

#include "belonging.h"
#include "mapping.h"
#include "render/memory.h"

static __u64 hash_of(const struct belonging *one)
{
	__u64 hash = one->origin ^ (one->file.ino + one->file.dev * 0xff51afd7ed558ccdULL);
	const char *c;

	for (c = one->name; c && *c; c++)
		hash = (hash ^ (unsigned char)*c) * 0x9e3779b97f4a7c15ULL;
	return (hash * 0x9e3779b97f4a7c15ULL) >> 32;
}

static bool same(const struct belonging *a, const struct belonging *b)
{
	return a->origin == b->origin && a->file.dev == b->file.dev &&
	       a->file.ino == b->file.ino && !a->name == !b->name &&
	       (!a->name || !strcmp(a->name, b->name));
}

/* The slot that has @one, or the empty one where it belongs. */
static __u32 *find(const struct belongings *all, const struct belonging *one)
{
	size_t i = hash_of(one) & (all->size - 1);

	while (all->slots[i] && !same(&all->list[all->slots[i] - 1], one))
		i = (i + 1) & (all->size - 1);
	return &all->slots[i];
}

static void grow(struct belongings *all)
{
	size_t i;

	free(all->slots);
	all->size = all->size ? all->size * 2 : 256;
	all->slots = zalloc(all->size * sizeof(*all->slots));
	for (i = 0; i < all->nr; i++)
		*find(all, &all->list[i]) = (__u32)i + 1;
}

__u32 belongings_of(struct belongings *all, __u32 origin, const struct mmscope_vma *vma)
{
	struct belonging one = { .origin = origin };
	struct strbuf name = { 0 };
	__u32 *slot;

	if (vma) {
		one.file.dev = (__u64)vma->dev_major << 32 | vma->dev_minor;
		one.file.ino = vma->ino;
		mapping_name(&name, vma);
	}
	one.name = name.len ? name.data : NULL;
	if (2 * (all->nr + 1) > all->size)
		grow(all);
	slot = find(all, &one);
	if (*slot) {
		strbuf_free(&name);
		return *slot - 1;
	}
	all->list = more_room(all->list, all->nr, sizeof(*all->list));
	all->list[all->nr++] = one;
	*slot = (__u32)all->nr;
	return *slot - 1;
}

static int compare(const void *a, const void *b)
{
	const struct belonging *x = a, *y = b;

	if (x->shared != y->shared)
		return x->shared < y->shared ? 1 : -1;
	if (x->origin != y->origin)
		return x->origin < y->origin ? -1 : 1;
	return strcmp(x->name ? x->name : "", y->name ? y->name : "");
}

void belongings_sort(struct belongings *all)
{
	if (all->nr)
		qsort(all->list, all->nr, sizeof(*all->list), compare);
}

void belongings_free(struct belongings *all)
{
	size_t i;

	for (i = 0; i < all->nr; i++) {
		free(all->list[i].name);
		free(all->list[i].who);
	}
	free(all->list);
	free(all->slots);
	*all = (struct belongings){ 0 };
}
