// SPDX-License-Identifier: GPL-2.0
/*
 * space.c - an address space as mmap() sees it: what is taken, and where it searches
 */
#include <stdlib.h>
#include <string.h>

#include "render/memory.h"
#include "space.h"

__u64 space_stack_guard(unsigned int page_size)
{
	struct mmscope_settings settings;

	mmscope_settings(&settings);
	return settings.stack_guard_gap / settings.page_size * page_size;
}

static __u64 lowest_address(void)
{
	struct mmscope_settings settings;

	mmscope_settings(&settings);
	return settings.mmap_min_addr;
}

/*
 * Without a hint, what lies above the default window is not given out; but on riscv, where
 * a search that goes down begins there, and one that goes up ends with all addresses.
 */
static __u64 window_end(const struct mmscope_info *info, __u64 task_size)
{
	__u64 end = task_size;

	if (!strcmp(info->arch, "x86"))
		end = (1ULL << 47) - info->page_size;	/* DEFAULT_MAP_WINDOW */
	else if (!strcmp(info->arch, "arm64"))
		/* VA_BITS_MIN, of a kernel that has more */
		end = 1ULL << (info->page_size == 16384 && task_size > 1ULL << 48 ? 47 : 48);
	return end < task_size ? end : task_size;
}

static __u64 guard_of(const struct mmscope_vma *vma, __u64 growsdown, __u64 shadow_stack,
		      __u64 stack_guard, unsigned int page_size)
{
	if (vma->vm_flags & growsdown)
		return stack_guard;
	return vma->vm_flags & shadow_stack ? page_size : 0;
}

static int load_areas(struct space *space, struct mmscope *ms)
{
	struct mmscope_vma_opts opts = {
		.size = sizeof(opts), .generation = space->mm.generation,
	};
	__u64 guard = space_stack_guard(space->page_size), growsdown, shadow_stack;
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	int ret;

	mmscope_name_bit(ms, MMSCOPE_NAMES_VM_FLAGS, "growsdown", &growsdown);
	mmscope_name_bit(ms, MMSCOPE_NAMES_VM_FLAGS, "shadow_stack", &shadow_stack);
	ret = mmscope_vma_iter_new(ms, &opts, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0) {
		space->areas = more_room(space->areas, space->nr, sizeof(*space->areas));
		space->areas[space->nr++] = (struct area){
			.start = vma->start, .end = vma->end,
			.guard = guard_of(vma, growsdown, shadow_stack, guard, space->page_size),
		};
	}
	space->lock = *mmscope_vma_iter_lock(iter);
	mmscope_vma_iter_free(iter);
	return ret;
}

int space_load(struct space *space, struct mmscope *ms, const struct mmscope_info *info)
{
	struct mmscope_mm *mm = &space->mm;
	int err;

	*space = (struct space){ .page_size = info->page_size };
	err = mmscope_mm(ms, mm, NULL);
	if (err)
		return err;
	space->top_down = !mm->mmap_legacy;
	space->base = mm->mmap_base;
	space->legacy_base = mm->mmap_legacy_base;
	space->task_size = mm->task_size;
	space->end = window_end(info, mm->task_size);
	space->maple_tree = info->features & MMSCOPE_FEATURE_MAPLE_TREE;
	space->compat = info->va_bits > 32 && mm->task_size <= 1ULL << 32;
	space->lowest = lowest_address();
	if (space->lowest < info->page_size)
		space->lowest = info->page_size;
	return load_areas(space, ms);
}

void space_free(struct space *space)
{
	free(space->areas);
	space->areas = NULL;
}

void space_gap(const struct space *space, size_t i, __u64 *start, __u64 *end)
{
	*start = i ? space->areas[i - 1].end : 0;
	*end = i < space->nr ? space->areas[i].start : space->task_size;
	if (*end < *start)
		*end = *start;
}

/* Where the guard of what is above hole @i begins: the end of the hole without one. */
static __u64 guard_start(const struct space *space, size_t i)
{
	if (i == space->nr)
		return space->task_size;
	return space->areas[i].start > space->areas[i].guard ?
		space->areas[i].start - space->areas[i].guard : 0;
}

/* What remains of hole @i between @low and @high. */
static bool clip(const struct space *space, size_t i, __u64 low, __u64 high, __u64 *start,
		 __u64 *end)
{
	space_gap(space, i, start, end);
	if (*start < low)
		*start = low;
	if (*end > high)
		*end = high;
	return *start < *end;
}

/*
 * The search asks for enough to align whatever it finds, also where less would do. A
 * hole that is long enough, but has a guard at its end, lowers the bound: with a maple
 * tree also for lower holes that the guard reaches down to. The older tree has its
 * holes without guards from the beginning.
 */
static bool search_down(const struct space *space, __u64 len, __u64 align, __u64 *addr)
{
	__u64 room = len + align - space->page_size, high = space->base, start, end, guard;
	size_t i;

	for (i = space->nr + 1; i-- > 0;) {
		guard = guard_start(space, i);
		if (!clip(space, i, space->lowest, high, &start, &end) || end - start < room)
			continue;
		if (guard < end) {
			if (space->maple_tree)
				high = guard;
			end = guard;
			if (end < start || end - start < room)
				continue;
		}
		*addr = (end - len) & ~(align - 1);
		return true;
	}
	return false;
}

static bool search_up(const struct space *space, __u64 len, __u64 align, __u64 *addr)
{
	__u64 room = len + align - space->page_size, start, end, guard;
	size_t i;

	for (i = 0; i <= space->nr; i++) {
		guard = guard_start(space, i);
		if (!clip(space, i, space->legacy_base, space->end, &start, &end) ||
		    end - start < room)
			continue;
		*addr = (start + align - 1) & ~(align - 1);
		/* Below a guard it wants all that room above the aligned address. */
		if (guard == end || i == space->nr || !space->areas[i].guard ||
		    (guard > *addr && guard - *addr >= room))
			return true;
	}
	return false;
}

bool space_search(const struct space *space, __u64 len, __u64 align, __u64 *addr)
{
	if (!len || len > space->task_size || align > space->task_size)
		return false;
	return (space->top_down && search_down(space, len, align, addr)) ||
	       search_up(space, len, align, addr);
}

/* The part of hole @i that one search can use. */
static __u64 usable(const struct space *space, size_t i, __u64 low, __u64 high)
{
	__u64 start, end;

	if (guard_start(space, i) < high)
		high = guard_start(space, i);
	return clip(space, i, low, high, &start, &end) ? end - start : 0;
}

__u64 space_usable(const struct space *space, size_t i)
{
	__u64 down = space->top_down ? usable(space, i, space->lowest, space->base) : 0;
	__u64 up = usable(space, i, space->legacy_base, space->end);

	return down > up ? down : up;
}
