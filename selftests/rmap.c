// SPDX-License-Identifier: GPL-2.0-only
/*
 * rmap.c - RMAP: where frames are mapped, for every page of every kind of the zoo, by
 * the answer of EXTENTS. Each page is looked for once, and once it is not.
 */
#include <sys/mman.h>
#include <kselftest_harness.h>

#include "diffs.h"
#include "scope.h"
#include "size.h"
#include "target.h"

#define PAGE		page_size
#define ATTEMPTS	5
/* More pages than that are looked for by several in one range. */
#define RANGES		2048

/**
 * struct places - pages, and where their frames are mapped
 * @page: extents of one page each
 * @nr: how many
 * @room: how many fit
 */
struct places {
	struct mmscope_extent *page;
	size_t nr, room;
};

static void add_pages(struct places *p, const struct mmscope_extent *e)
{
	for (uint64_t va = e->start; va < e->end; va += PAGE) {
		if (p->nr == p->room) {
			p->room = p->room ? 2 * p->room : 4096;
			p->page = realloc(p->page, p->room * sizeof(*p->page));
		}
		p->page[p->nr] = *e;
		p->page[p->nr].start = va;
		p->page[p->nr].end = va + PAGE;
		p->page[p->nr++].pa = e->pa + (va - e->start);
	}
}

static int by_extents(int fd, struct places *p)
{
	const struct scope_filter mapped = {
		.statuses = 1U << MMSCOPE_MAPPED | 1U << MMSCOPE_PROTNONE,
	};
	struct scope_extents e;
	int ret = scope_extents(fd, 0, ~0ULL, 1000, &mapped, &e);

	p->nr = 0;
	for (size_t i = 0; !ret && i < e.nr; i++)
		add_pages(p, &e.e[i]);
	scope_extents_free(&e);
	return ret;
}

/* In replies of few elements, so that the cursor is used; @budget ends holds early. */
static int by_rmap(int fd, const struct mmscope_frames *frames, size_t nr, uint64_t budget,
		   struct places *p)
{
	struct mmscope_extent e[7];
	struct mmscope_rmap a = { .start = 0 };
	uint64_t last = 0;

	p->nr = 0;
	do {
		uint64_t before = a.start;
		int ret;

		a.size = sizeof(a);
		a.end = ~0ULL;
		a.frames = PTR(frames);
		a.nr_frames = nr;
		a.buf = PTR(e);
		a.nr = ARRAY_SIZE(e);
		a.extent_size = sizeof(e[0]);
		a.lock = (struct mmscope_lock){ .budget_ns = budget };
		ret = scope_ioctl(fd, MMSCOPE_IOC_RMAP, &a);
		if (ret)
			return ret;
		if (a.nr > ARRAY_SIZE(e) || (!a.done && a.start <= before))
			return -EPROTO;
		for (size_t i = 0; i < a.nr; i++) {
			if (e[i].start < last || e[i].end <= e[i].start)
				return -EPROTO;
			last = e[i].end;
			add_pages(p, &e[i]);
		}
	} while (!a.done);
	return 0;
}

static int compare_numbers(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The frames of @p, each once, rising. */
static uint64_t *distinct(const struct places *p, size_t *nr)
{
	uint64_t *pas = calloc(p->nr + 1, sizeof(*pas));
	size_t kept = 0;

	for (size_t i = 0; i < p->nr; i++)
		pas[i] = p->page[i].pa;
	qsort(pas, p->nr, sizeof(*pas), compare_numbers);
	for (size_t i = 0; i < p->nr; i++)
		if (!kept || pas[kept - 1] != pas[i])
			pas[kept++] = pas[i];
	*nr = kept;
	return pas;
}

static bool is_in(const struct mmscope_frames *frames, size_t nr, uint64_t pa)
{
	size_t low = 0;

	while (nr > 1) {
		size_t half = nr / 2;

		if (frames[low + half].start <= pa)
			low += half;
		nr -= half;
	}
	return frames[low].start <= pa && pa < frames[low].end;
}

static void compare(const struct places *all, const struct mmscope_frames *frames, size_t nr,
		    const struct places *found, struct diffs *d)
{
	size_t next = 0;

	for (size_t i = 0; i < all->nr; i++) {
		const struct mmscope_extent *want = &all->page[i], *got = &found->page[next];

		if (!is_in(frames, nr, want->pa))
			continue;
		if (next == found->nr || memcmp(want, got, sizeof(*want))) {
			diff(d, "frame %llx at %llx: found %llx at %llx", want->pa, want->start,
			     next < found->nr ? got->pa : 0, next < found->nr ? got->start : 0);
			return;
		}
		next++;
	}
	if (next != found->nr)
		diff(d, "%zu found, %zu were expected", found->nr, next);
}

FIXTURE(zoo) {
	struct target target;
	int fd;
};

FIXTURE_VARIANT(zoo) {
	const char *kind;
};

#include "zoo_variants.h"

FIXTURE_SETUP(zoo)
{
	const struct zoo_options few = { .count = !strcmp(variant->kind, "vmas") ? 100 : 0 };
	int ret = target_start(&self->target, variant->kind, &few);

	if (ret == ZOO_LACKS)
		SKIP(return, "%s", self->target.thing.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s: %s", variant->kind, self->target.thing.why);
	if (zoo_find(variant->kind)->flags & ZOO_NO_MM)
		return;
	ASSERT_EQ(0, target_stop(self->target.thing.pid));
	self->fd = scope_attached(self->target.thing.pid);
	EXPECT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(zoo)
{
	target_continue(self->target.thing.pid);
	target_end(&self->target);
}

/* One set of frames, again if something changed meanwhile: pages are moved, or aged. */
static int look_for(int fd, const struct mmscope_frames *frames, size_t nr, struct places *all,
		    struct places *found, struct diffs *d)
{
	struct diffs now;
	int ret = 0;

	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		memset(&now, 0, sizeof(now));
		if (attempt)
			ret = by_extents(fd, all);
		if (!ret)
			ret = by_rmap(fd, frames, nr, nr % 2, found);
		if (ret)
			return ret;
		compare(all, frames, nr, found, &now);
		if (!now.nr)
			return 0;
	}
	diff(d, "%s", now.text);
	return 0;
}

TEST_F_TIMEOUT(zoo, every_page, 60)
{
	struct mmscope_frames frames[2][MMSCOPE_FRAMES_MAX], gaps[MMSCOPE_FRAMES_MAX];
	struct places all = { }, found = { };
	size_t pages, i, next, group = 0, fill[2] = { }, nr_gaps = 0;
	struct diffs d = { };
	uint64_t *pas;

	if (zoo_find(variant->kind)->flags & ZOO_NO_MM)
		return;
	ASSERT_EQ(0, by_extents(self->fd, &all));
	ASSERT_NE(0UL, all.nr);
	pas = distinct(&all, &pages);
	for (i = 0; i < pages; i = next, group++) {
		struct mmscope_frames *set = frames[group % 2];
		size_t *nr = &fill[group % 2];

		for (next = i + 1; next < pages && next - i <= pages / RANGES &&
		     pas[next] == pas[next - 1] + PAGE;)
			next++;
		if (next < pages && pas[next] > pas[next - 1] + PAGE &&
		    nr_gaps < MMSCOPE_FRAMES_MAX)
			gaps[nr_gaps++] = (struct mmscope_frames){
				pas[next - 1] + PAGE, pas[next] };
		set[(*nr)++] = (struct mmscope_frames){ pas[i], pas[next - 1] + PAGE };
		if (*nr == MMSCOPE_FRAMES_MAX) {
			ASSERT_EQ(0, look_for(self->fd, set, *nr, &all, &found, &d));
			*nr = 0;
		}
	}
	for (i = 0; i < 2; i++)
		if (fill[i])
			ASSERT_EQ(0, look_for(self->fd, frames[i], fill[i], &all, &found, &d));
	/* What lies between is not there. */
	if (nr_gaps)
		ASSERT_EQ(0, look_for(self->fd, gaps, nr_gaps, &all, &found, &d));
	/* And all of memory is all there is. */
	frames[0][0] = (struct mmscope_frames){ 0, 1ULL << 52 };
	ASSERT_EQ(0, look_for(self->fd, frames[0], 1, &all, &found, &d));
	EXPECT_EQ(all.nr, found.nr);
	EXPECT_SAME(&d);
	free(pas);
	free(all.page);
	free(found.page);
}

/* One frame at several addresses, and a part of what an entry spans. */
TEST(places_that_are_known)
{
	const size_t size = 2 * huge_size;
	struct mmscope_frames frame;
	struct mmscope_walk_result w;
	struct places found = { };
	int fd = scope_attached(0), memfd;
	uint64_t va, base;
	char *m, *at[3];

	ASSERT_LE(0, fd);
	memfd = memfd_create("rmap", MFD_CLOEXEC);
	ASSERT_EQ(0, ftruncate(memfd, 3 * PAGE));
	for (int i = 0; i < 3; i++) {
		at[i] = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
		ASSERT_NE(MAP_FAILED, at[i]);
		at[i][PAGE] = 1;
	}
	va = PTR(at[0]) + PAGE;
	/* Compaction can move it between the two questions. */
	for (int i = 0; i < ATTEMPTS && found.nr != 3; i++) {
		ASSERT_EQ(0, scope_walk(fd, &va, 1, &w));
		frame = (struct mmscope_frames){ w.pa, w.pa + PAGE };
		ASSERT_EQ(0, by_rmap(fd, &frame, 1, 0, &found));
	}
	ASSERT_EQ(3UL, found.nr);
	/* Rising, whatever the order in which they were made. */
	for (int i = 0, below; i < 3; i++) {
		below = 0;
		for (int j = 0; j < 3; j++)
			below += at[j] < at[i];
		EXPECT_EQ(PTR(at[i]) + PAGE, found.page[below].start);
		EXPECT_EQ(w.pa, found.page[below].pa);
	}

	m = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, m);
	base = (PTR(m) + huge_size - 1) & -huge_size;
	madvise((void *)base, huge_size, MADV_HUGEPAGE);
	*(char *)base = 1;
	found.nr = 0;
	for (int i = 0; i < ATTEMPTS && found.nr != 2; i++) {
		ASSERT_EQ(0, scope_walk(fd, &base, 1, &w));
		frame = (struct mmscope_frames){ w.pa + 3 * PAGE, w.pa + 5 * PAGE };
		ASSERT_EQ(0, by_rmap(fd, &frame, 1, 0, &found));
	}
	if (w.page_size == huge_size) {
		ASSERT_EQ(2UL, found.nr);
		EXPECT_EQ(base + 3 * PAGE, found.page[0].start);
		EXPECT_EQ(w.pa + 4 * PAGE, found.page[1].pa);
		EXPECT_EQ(HUGE_SHIFT, found.page[0].page_shift);
		EXPECT_EQ(w.level, found.page[0].level);
	}
	free(found.page);
	close(memfd);
	close(fd);
}

TEST_HARNESS_MAIN
