// SPDX-License-Identifier: GPL-2.0
/*
 * live.c - runs as a handle tells them: of entries, or page by page with their facts
 */
#include <string.h>

#include "../progress.h"
#include "change.h"

static void count(const struct live_source *live)
{
	if (live->count)
		progress_count("runs", ++*live->count);
}

/* Runs from @start on, up to what is to be skipped next. */
static int begin_extents(struct live_source *live, __u64 start, __u64 generation)
{
	struct mmscope_extent_opts opts = {
		.size = sizeof(opts), .start = start, .end = ~0ULL,
		.ignore_flags = MMSCOPE_PTE_YOUNG, .generation = generation,
	};

	if (live->skips && live->at < live->skips->nr)
		opts.end = live->skips->ranges[live->at].start;
	return mmscope_extent_iter_new(live->ms, &opts, &live->extents);
}

static void end_extents(struct live_source *live)
{
	if (live->extents)
		mmscope_lock_add(&live->lock, mmscope_extent_iter_lock(live->extents));
	mmscope_extent_iter_free(live->extents);
	live->extents = NULL;
}

static int next_extent(struct run_source *source, struct page_run *run)
{
	struct live_source *live = (struct live_source *)source;
	int ret;

	count(live);
	*run = (struct page_run){ .type = MMSCOPE_PAGE_NONE };
	for (;;) {
		ret = mmscope_extent_iter_next(live->extents, &run->ext);
		if (ret || !live->skips || live->at == live->skips->nr)
			return ret;
		end_extents(live);
		ret = begin_extents(live, live->skips->ranges[live->at++].end,
				    live->lock.generation);
		if (ret)
			return ret;
	}
}

static __u64 value_of(const struct mmscope_page *page, unsigned int page_shift)
{
	if (page->value == MMSCOPE_HIDDEN || page->status == MMSCOPE_SWAP)
		return page->value;
	return page->value << page_shift;
}

static int next_page(struct run_source *source, struct page_run *run)
{
	struct live_source *live = (struct live_source *)source;
	const struct mmscope_page *page;
	int ret;

	count(live);
	ret = mmscope_page_iter_next(live->pages, &page);
	if (ret <= 0)
		return ret;
	*run = (struct page_run){
		.ext = {
			.start = page->va, .end = page->va + (1ULL << live->page_shift),
			.pa = value_of(page, live->page_shift), .flags = page->flags,
			.status = page->status, .level = page->level,
			.page_shift = live->page_shift, .swap_type = page->swap_type,
		},
		.type = page->type, .exclusive = page->attrs & MMSCOPE_PAGE_EXCLUSIVE,
		.facts = true,
	};
	return 1;
}

int live_source_begin(struct live_source *live, const struct target *target, bool facts,
		      __u64 generation, const struct skips *skips)
{
	struct mmscope_page_opts opts = {
		.size = sizeof(opts), .end = ~0ULL, .generation = generation,
	};

	memset(live, 0, sizeof(*live));
	live->ms = target->ms;
	live->page_shift = (unsigned int)__builtin_ctz(target->info.page_size);
	live->source.next = facts ? next_page : next_extent;
	if (facts)
		return mmscope_page_iter_new(target->ms, &opts, &live->pages);
	live->skips = skips;
	return begin_extents(live, 0, generation);
}

void live_source_end(struct live_source *live, struct mmscope_lock *lock)
{
	if (live->pages)
		mmscope_lock_add(&live->lock, mmscope_page_iter_lock(live->pages));
	mmscope_page_iter_free(live->pages);
	end_extents(live);
	mmscope_lock_add(lock, &live->lock);
	memset(live, 0, sizeof(*live));
}
