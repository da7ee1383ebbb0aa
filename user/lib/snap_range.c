// SPDX-License-Identifier: GPL-2.0
/*
 * snap_range.c - EXTENTS and PAGES, answered from a snapshot file
 */
#include <string.h>

#include "snap.h"

#define NO_PAGE	(MMSCOPE_STATUS_BIT(MMSCOPE_NONE) | MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA))

static __u64 min_u64(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

/* The part of a run that begins at @start. */
static struct mmscope_extent cut(const struct snapshot *snap, const struct mmscope_extent *run,
				 __u64 start, __u64 end)
{
	struct mmscope_extent piece = *run;

	piece.start = start;
	piece.end = end;
	if (run->pa != MMSCOPE_HIDDEN)
		piece.pa += snap_distance(run, start, snap->info.page_size);
	return piece;
}

/* The piece of [@addr, @end) where nothing was recorded: a hole in a VMA, or no VMA. */
static int hole(struct snapshot *snap, __u64 addr, __u64 end, struct mmscope_extent *piece)
{
	const struct snap_vma *vma;
	struct snap_cursor c;
	int ret;

	ret = snap_seek(&c, snap, SNAP_VMAS, addr);
	if (ret < 0)
		return ret;
	vma = c.at;
	*piece = (struct mmscope_extent){
		.start = addr, .end = end, .status = MMSCOPE_NO_VMA, .level = MMSCOPE_LEVEL_PTE,
		.page_shift = snap->info.levels[snap->info.nr_levels - 1].shift,
	};
	if (vma && vma->start <= addr) {
		piece->status = MMSCOPE_NONE;
		piece->end = min_u64(vma->end, end);
	} else if (vma) {
		piece->end = min_u64(vma->start, end);
	}
	return 0;
}

int snap_extents(struct snapshot *snap, struct mmscope_extents *arg)
{
	__u32 statuses = arg->statuses ? arg->statuses : ~(__u32)NO_PAGE;
	struct mmscope_extent *to = snap_user(arg->buf), piece;
	__u64 end = min_u64(arg->end, snap->end.user_end);
	__u64 addr = min_u64(arg->start, end), nr = 0;
	const struct snap_extent *item;
	struct snap_cursor c;
	int ret;

	ret = snap_seek(&c, snap, SNAP_EXTENTS, addr);
	while (addr < end && nr < arg->nr) {
		if (ret < 0)
			return ret;
		item = c.at;
		if (item && item->ext.start == addr && item->ext.end <= end) {
			piece = item->ext;
			ret = snap_next(&c);
		} else if (item && item->ext.start <= addr) {
			piece = cut(snap, &item->ext, addr, min_u64(item->ext.end, end));
			ret = snap_next(&c);
		} else if (statuses & NO_PAGE) {
			ret = hole(snap, addr, item ? min_u64(item->ext.start, end) : end, &piece);
			if (ret)
				return ret;
		} else {
			addr = item ? min_u64(item->ext.start, end) : end;
			continue;
		}
		addr = piece.end;
		piece.flags &= ~arg->ignore_flags;
		if (statuses & MMSCOPE_STATUS_BIT(piece.status) &&
		    (piece.flags & arg->require_flags) == arg->require_flags)
			to[nr++] = piece;
	}
	arg->done = addr >= end;
	arg->nr = nr;
	if (arg->start < addr)
		arg->start = addr;
	return 0;
}

int snap_pages(struct snapshot *snap, struct mmscope_pages *arg)
{
	__u32 statuses = arg->statuses ? arg->statuses : ~(__u32)NO_PAGE;
	__u64 page_size = snap->info.page_size, nr = 0, i, va;
	struct mmscope_page *to = snap_user(arg->buf);
	const struct snap_pages *run = NULL;
	struct snap_cursor c;
	int ret;

	if (!snap->process.pages)
		return -EOPNOTSUPP;
	for (ret = snap_seek(&c, snap, SNAP_PAGES, arg->start); ret > 0; ret = snap_next(&c)) {
		run = c.at;
		va = run->start > arg->start ? run->start : arg->start;
		if (va >= arg->end || nr == arg->nr)
			break;
		if (!(statuses & MMSCOPE_STATUS_BIT(run->first.status))) {
			arg->start = run->end;
			continue;
		}
		for (; va < min_u64(run->end, arg->end) && nr < arg->nr; va += page_size) {
			i = (va - run->start) / page_size;
			to[nr] = run->first;
			to[nr].va = va;
			if (run->first.value != MMSCOPE_HIDDEN)
				to[nr].value += i * run->step;
			to[nr].folio_index += (__u32)(i * run->folio_step);
			nr++;
		}
		arg->start = va;
		if (va < run->end)
			break;
	}
	if (ret < 0)
		return ret;
	arg->done = !ret || arg->start >= arg->end || run->start >= arg->end;
	arg->nr = nr;
	return 0;
}
