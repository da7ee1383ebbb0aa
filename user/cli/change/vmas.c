// SPDX-License-Identifier: GPL-2.0
/*
 * vmas.c - which VMAs of two looks are the same memory, and what became of them
 *
 * The kernel gives a VMA no name: two are taken for the same memory when they overlap
 * and map the same thing at the same place.
 */
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "mapping.h"
#include "render/memory.h"
#include "vmbits.h"

const char *const vma_change_names[NR_VMA_CHANGES] = {
	[VMA_SAME] = "same", [VMA_ADDED] = "added", [VMA_REMOVED] = "removed",
	[VMA_GROWN] = "grown", [VMA_SHRUNK] = "shrunk", [VMA_SPLIT] = "split",
	[VMA_MERGED] = "merged", [VMA_REDRAWN] = "redrawn", [VMA_FLAGS] = "flags",
};

static void add_item(struct vma_list *list, const struct mmscope_vma *vma, __u64 ignore,
		     unsigned int page_size)
{
	const char *name = names_of(&list->names, vma);

	list->items = more_room(list->items, list->nr, sizeof(*list->items));
	list->items[list->nr++] = (struct vma_item){
		.start = vma->start, .end = vma->end, .attrs = vma->attrs, .kind = vma->kind,
		.origin = vma->start - vma->pgoff * page_size,
		.vm_flags = vma->vm_flags & ~ignore,
		.dev = (__u64)vma->dev_major << 32 | vma->dev_minor, .ino = vma->ino,
		.group = NO_GROUP, .name = name ? name : "",
	};
}

int vma_list_load(struct vma_list *list, const struct target *target)
{
	const struct mmscope_vma *vma;
	struct mmscope_vma_iter *iter;
	struct vm_bits bits;
	int ret;

	memset(list, 0, sizeof(*list));
	vm_bits_load(target, &bits);
	list->write = bits.write;
	list->mayshare = bits.mayshare;
	ret = mmscope_vma_iter_new(target->ms, NULL, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0)
		add_item(list, vma, bits.softdirty, target->info.page_size);
	list->lock = *mmscope_vma_iter_lock(iter);
	mmscope_vma_iter_free(iter);
	return ret;
}

void vma_list_free(struct vma_list *list)
{
	names_free(&list->names);
	free(list->items);
	memset(list, 0, sizeof(*list));
}

const struct vma_item *vma_list_at(const struct vma_list *list, size_t *at, __u64 va, __u64 *end)
{
	const struct vma_item *item;

	while (*at < list->nr && list->items[*at].end <= va)
		++*at;
	if (*at == list->nr)
		return NULL;
	item = &list->items[*at];
	if (item->start > va) {
		if (*end > item->start)
			*end = item->start;
		return NULL;
	}
	if (*end > item->end)
		*end = item->end;
	return item;
}

static bool is_special(const struct vma_item *item)
{
	return item->kind == MMSCOPE_KIND_VDSO || item->kind == MMSCOPE_KIND_VVAR ||
	       item->kind == MMSCOPE_KIND_SPECIAL;
}

/* Of two that overlap. Kinds do not count: a piece of the stack is none any more. */
static bool is_same_memory(const struct vma_item *a, const struct vma_item *b, __u64 mayshare)
{
	if ((a->attrs ^ b->attrs) & MMSCOPE_VMA_FILE || (a->vm_flags ^ b->vm_flags) & mayshare ||
	    a->origin != b->origin)
		return false;
	if (a->attrs & MMSCOPE_VMA_FILE)
		return a->dev == b->dev && a->ino == b->ino;
	return is_special(a) || is_special(b) ? a->kind == b->kind : true;
}

/**
 * struct joiner - which VMAs belong together: a forest over those of both lists
 * @parent: of each, itself for a root; the second list's come behind the first's
 * @lists: they
 */
struct joiner {
	size_t *parent;
	struct vma_list *lists[2];
};

static size_t root_of(const struct joiner *j, size_t i)
{
	while (j->parent[i] != i) {
		j->parent[i] = j->parent[j->parent[i]];
		i = j->parent[i];
	}
	return i;
}

static void join_overlaps(struct joiner *j)
{
	const struct vma_list *before = j->lists[0], *after = j->lists[1];
	size_t a = 0, b = 0;

	while (a < before->nr && b < after->nr) {
		const struct vma_item *x = &before->items[a], *y = &after->items[b];

		if (x->start < y->end && y->start < x->end &&
		    is_same_memory(x, y, before->mayshare))
			j->parent[root_of(j, before->nr + b)] = root_of(j, a);
		if (x->end <= y->end)
			a++;
		if (y->end <= x->end)
			b++;
	}
}

/**
 * struct spans - what the VMAs of a group have, before and after
 * @bytes: in all
 * @any: flags that one of them has
 * @all: flags that each of them has
 */
struct spans {
	__u64 bytes[2];
	__u64 any[2];
	__u64 all[2];
};

static void add_to_group(struct vma_group *group, struct spans *spans,
			 const struct vma_item *item, int side)
{
	if (!group->nr[0] && !group->nr[1]) {
		group->start = item->start;
		group->name = item->name;
	}
	if (item->end > group->end)
		group->end = item->end;
	if (!group->nr[side]++)
		spans->all[side] = ~0ULL;
	spans->any[side] |= item->vm_flags;
	spans->all[side] &= item->vm_flags;
	spans->bytes[side] += item->end - item->start;
}

static struct vma_item *item_of(const struct joiner *j, size_t i)
{
	size_t nr = j->lists[0]->nr;

	return i < nr ? &j->lists[0]->items[i] : &j->lists[1]->items[i - nr];
}

static enum vma_change what_happened(const struct vma_group *group, const struct spans *spans)
{
	if (!group->nr[0])
		return VMA_ADDED;
	if (!group->nr[1])
		return VMA_REMOVED;
	if (group->nr[0] == 1 && group->nr[1] > 1)
		return VMA_SPLIT;
	if (group->nr[0] > 1 && group->nr[1] == 1)
		return VMA_MERGED;
	if (group->nr[0] > 1)
		return VMA_REDRAWN;
	if (spans->bytes[0] != spans->bytes[1])
		return spans->bytes[0] < spans->bytes[1] ? VMA_GROWN : VMA_SHRUNK;
	/* The same length, and the same origin: only an end can have moved with a start. */
	if (group->end - group->start != spans->bytes[0])
		return VMA_REDRAWN;
	return spans->any[0] != spans->any[1] ? VMA_FLAGS : VMA_SAME;
}

/* The next VMA by address, of either list. */
static size_t next_item(const struct joiner *j, size_t at[2])
{
	const struct vma_list *before = j->lists[0], *after = j->lists[1];

	if (at[1] == after->nr || (at[0] < before->nr &&
				   before->items[at[0]].start <= after->items[at[1]].start))
		return at[0]++;
	return before->nr + at[1]++;
}

void change_groups_make(struct change_groups *groups, struct vma_list *before,
			struct vma_list *after)
{
	size_t nr = before->nr + after->nr, at[2] = { 0 }, i, n, root;
	struct joiner j = { .lists = { before, after } };
	struct spans *spans = zalloc((nr + 1) * sizeof(*spans));
	struct vma_group *group;

	j.parent = zalloc((nr + 1) * sizeof(*j.parent));
	groups->groups = zalloc((nr + 1) * sizeof(*groups->groups));
	groups->nr = 0;
	for (i = 0; i < nr; i++) {
		j.parent[i] = i;
		item_of(&j, i)->group = NO_GROUP;
	}
	join_overlaps(&j);
	for (n = 0; n < nr; n++) {
		struct vma_item *item, *first;
		int side;

		i = next_item(&j, at);
		item = item_of(&j, i);
		root = root_of(&j, i);
		first = item_of(&j, root);
		side = i >= before->nr;
		if (first->group == NO_GROUP)
			first->group = groups->nr++;
		item->group = first->group;
		group = &groups->groups[item->group];
		add_to_group(group, &spans[item->group], item, side);
	}
	for (n = 0; n < groups->nr; n++) {
		group = &groups->groups[n];
		group->change = what_happened(group, &spans[n]);
		if (group->nr[0] && group->nr[1]) {
			group->gained = spans[n].any[1] & ~spans[n].all[0];
			group->lost = spans[n].any[0] & ~spans[n].all[1];
		}
	}
	free(j.parent);
	free(spans);
}

void change_groups_free(struct change_groups *groups)
{
	free(groups->groups);
	groups->groups = NULL;
}
