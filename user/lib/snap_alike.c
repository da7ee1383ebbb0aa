// SPDX-License-Identifier: GPL-2.0
/*
 * snap_alike.c - where two snapshot files say the same of all pages
 *
 * Chunks are compared as bytes. What a chunk says depends on its bytes, and on how large pages
 * are and where user space ends; so where those are the same, two that are equal say the
 * same. Between neighbours of which both files have no more, there is nothing in either.
 */
#include <stdlib.h>
#include <string.h>

#include "snap.h"

/* 1, 0 or -errno. The checksums were compared with the payloads when the files were opened. */
static int is_equal(const struct snapshot *a, const struct snap_ref *x, const struct snapshot *b,
		    const struct snap_ref *y)
{
	unsigned char *bytes;
	int ret;

	if (x->first != y->first || x->end != y->end || x->nr != y->nr ||
	    x->length != y->length)
		return 0;
	/* Of runs, which take room. */
	if (x->first == x->end)
		return -EBADMSG;
	bytes = malloc(2 * (size_t)x->length + 1);
	if (!bytes)
		return -ENOMEM;
	ret = snap_read_at(a->fd, x->offset + SNAP_CHUNK_SIZE, bytes, x->length);
	if (!ret)
		ret = snap_read_at(b->fd, y->offset + SNAP_CHUNK_SIZE, bytes + x->length,
				   x->length);
	if (!ret)
		ret = !memcmp(bytes, bytes + x->length, x->length);
	free(bytes);
	return ret == -ENODATA ? -EBADMSG : ret;
}

/* The first chunk that begins at @va or above. */
static size_t first_from(const struct snap_index *index, __u64 va)
{
	size_t low = 0, high = index->nr, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (index->refs[mid].first >= va)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

MMSCOPE_API int mmscope_snapshot_alike(struct mmscope *a, struct mmscope *b, __u64 va,
				       __u64 *start, __u64 *end)
{
	const struct snapshot *snaps[2] = { a->snapshot, b->snapshot };
	const struct snap_index *x, *y;
	size_t i, j;
	int ret, found = 0;

	if (!snaps[0] || !snaps[1])
		return mmscope_fail(EINVAL);
	if (snaps[0]->info.page_size != snaps[1]->info.page_size ||
	    snaps[0]->end.user_end != snaps[1]->end.user_end)
		return 0;
	x = &snaps[0]->index[SNAP_EXTENTS];
	y = &snaps[1]->index[SNAP_EXTENTS];
	i = first_from(x, va);
	j = first_from(y, va);
	while (i < x->nr && j < y->nr) {
		ret = is_equal(snaps[0], &x->refs[i], snaps[1], &y->refs[j]);
		if (ret < 0)
			return mmscope_fail(-ret);
		if (ret) {
			if (!found)
				*start = x->refs[i].first;
			*end = x->refs[i].end;
			found = 1;
			i++;
			j++;
		} else if (found) {
			break;
		} else if (x->refs[i].first < y->refs[j].first) {
			i++;
		} else if (x->refs[i].first > y->refs[j].first) {
			j++;
		} else {
			i++;
			j++;
		}
	}
	return found;
}
