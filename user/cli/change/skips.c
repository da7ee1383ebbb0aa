// SPDX-License-Identifier: GPL-2.0
/*
 * skips.c - memory of two recordings to whose pages nothing happened
 *
 * That pages are the same is not enough: another mapping can have them now.
 */
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "render/memory.h"

static void add(struct skips *skips, __u64 start, __u64 end)
{
	if (skips->nr && skips->ranges[skips->nr - 1].end == start) {
		skips->ranges[skips->nr - 1].end = end;
		return;
	}
	skips->ranges = more_room(skips->ranges, skips->nr, sizeof(*skips->ranges));
	skips->ranges[skips->nr++] = (struct skip){ start, end };
}

int skips_find(struct skips *skips, const struct target targets[2],
	       const struct vma_list lists[2])
{
	__u64 va = 0, start, end, next;
	size_t at[2] = { 0 };
	int ret;

	memset(skips, 0, sizeof(*skips));
	while ((ret = mmscope_snapshot_alike(targets[0].ms, targets[1].ms, va, &start, &end)) > 0) {
		for (va = start; va < end; va = next) {
			const struct vma_item *before, *after;

			next = end;
			before = vma_list_at(&lists[0], &at[0], va, &next);
			after = vma_list_at(&lists[1], &at[1], va, &next);
			if (!before != !after || (before && before->group != after->group))
				continue;
			/* An end of 0 is that of all addresses to who asks for runs. */
			if (va)
				add(skips, va, next);
		}
	}
	return ret;
}

void skips_free(struct skips *skips)
{
	free(skips->ranges);
}
