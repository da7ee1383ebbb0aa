// SPDX-License-Identifier: GPL-2.0-only
/*
 * find.c - FIND at and around every boundary of the zoo, against /proc/PID/maps
 */
#include <fcntl.h>
#include <kselftest_harness.h>

#include "diffs.h"
#include "outcome.h"
#include "proc.h"
#include "scope.h"
#include "size.h"
#include "target.h"

static char buf[MMSCOPE_FIND_BUF] __attribute__((aligned(8)));

static const struct mmscope_vma *record(uint32_t offset)
{
	return offset == MMSCOPE_NO_RECORD ? NULL : (void *)(buf + offset);
}

static void same_vma(struct diffs *d, const char *what, uint64_t addr, uint32_t offset,
		     const struct proc_vma *want)
{
	const struct mmscope_vma *got = record(offset);

	if (!got != !want)
		diff(d, "0x%lx: %s: %s, maps says otherwise", addr, what, got ? "there" : "none");
	else if (got && (got->start != want->start || got->end != want->end))
		diff(d, "0x%lx: %s: %llx-%llx, maps: %lx-%lx", addr, what, got->start, got->end,
		     want->start, want->end);
}

static void same_number(struct diffs *d, const char *what, uint64_t addr, uint64_t got,
			uint64_t want)
{
	if (got != want)
		diff(d, "0x%lx: %s: 0x%lx, by maps 0x%lx", addr, what, got, want);
}

/* The first of them that ends above @addr. By halves: of 50,000 there are many to find. */
static size_t above(const struct proc_vmas *maps, uint64_t addr)
{
	size_t low = 0, high = maps->nr;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (maps->v[mid].end > addr)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

static void check(int fd, const struct proc_vmas *maps, uint64_t task_size, uint64_t addr,
		  uint64_t end, struct diffs *d)
{
	struct mmscope_find find = {
		.size = sizeof(find), .addr = addr, .end = end, .buf = PTR(buf),
		.buf_size = sizeof(buf),
	};
	const struct proc_vma *vma = NULL, *prev = NULL, *next = NULL;
	uint64_t last = end ? end - 1 : addr;
	size_t i = above(maps, addr);
	uint32_t found = 0;
	int ret;

	if (i)
		prev = &maps->v[i - 1];
	if (i < maps->nr)
		vma = &maps->v[i];
	if (i + 1 < maps->nr)
		next = &maps->v[i + 1];
	if (vma && vma->start <= addr)
		found |= MMSCOPE_FIND_HOLDS;
	if (vma && vma->start <= last)
		found |= MMSCOPE_FIND_INTERSECTS;

	ret = scope_ioctl(fd, MMSCOPE_IOC_FIND, &find);
	if (ret) {
		diff(d, "0x%llx: %s", (unsigned long long)addr, strerror(-ret));
		return;
	}
	same_vma(d, "prev", addr, find.prev, prev);
	same_vma(d, "vma", addr, find.vma, vma);
	same_vma(d, "next", addr, find.next, next);
	same_number(d, "found", addr, find.found, found);
	same_number(d, "task_size", addr, find.task_size, task_size);
	same_number(d, "gap_start", addr, find.gap_start, prev ? prev->end : 0);
	same_number(d, "gap_end", addr, find.gap_end, vma ? vma->start : task_size);
	same_number(d, "next_gap_start", addr, find.next_gap_start, vma ? vma->end : 0);
	same_number(d, "next_gap_end", addr, find.next_gap_end,
		    next ? next->start : vma ? task_size : 0);
}

/* At @at, one byte and one page to both sides, alone and as ranges of three lengths. */
static size_t check_around(int fd, const struct proc_vmas *maps, uint64_t task_size, uint64_t at,
			   struct diffs *d)
{
	const int64_t offsets[] = { -(int64_t)page_size, -1, 0, 1, page_size };
	const uint64_t lengths[] = { 0, 1, page_size, 1 << 24 };
	size_t nr = 0;

	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++)
		for (size_t j = 0; j < ARRAY_SIZE(lengths); j++) {
			uint64_t addr = at + offsets[i];

			if (lengths[j] && addr + lengths[j] <= addr)
				continue;
			check(fd, maps, task_size, addr, lengths[j] ? addr + lengths[j] : 0, d);
			nr++;
		}
	return nr;
}

static size_t check_process(pid_t pid, struct diffs *d)
{
	static const uint64_t beyond[] = {
		0, 1ULL << 32, 1ULL << 47, 1ULL << 56, 1ULL << 63, 0xffffffffff600000, ~0ULL,
	};
	struct mmscope_mm mm;
	struct proc_vmas maps;
	int fd = scope_attached(pid);
	size_t nr = 0, step;

	if (fd < 0 || scope_mm(fd, &mm) || proc_maps(pid, &maps)) {
		diff(d, "cannot look at %d", pid);
		return 0;
	}
	/* Of thousands of equal ones a part. */
	step = maps.nr > 1000 ? maps.nr / 500 : 1;
	for (size_t i = 0; i < maps.nr; i += step) {
		nr += check_around(fd, &maps, mm.task_size, maps.v[i].start, d);
		nr += check_around(fd, &maps, mm.task_size, maps.v[i].end, d);
		nr += check_around(fd, &maps, mm.task_size,
				   maps.v[i].start / 2 + maps.v[i].end / 2, d);
	}
	for (size_t i = 0; i < ARRAY_SIZE(beyond); i++)
		nr += check_around(fd, &maps, mm.task_size, beyond[i], d);
	nr += check_around(fd, &maps, mm.task_size, mm.task_size, d);
	proc_vmas_free(&maps);
	close(fd);
	return nr;
}

FIXTURE(zoo) {
	struct target target;
};

FIXTURE_VARIANT(zoo) {
	const char *kind;
};

#include "zoo_variants.h"

FIXTURE_SETUP(zoo)
{
	int ret = target_start(&self->target, variant->kind, NULL);

	if (ret == ZOO_LACKS)
		SKIP(return, "%s", self->target.thing.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s: %s", variant->kind, self->target.thing.why);
}

FIXTURE_TEARDOWN(zoo)
{
	target_end(&self->target);
}

TEST_F_TIMEOUT(zoo, every_boundary, 120)
{
	struct diffs d = { 0 };
	size_t nr;

	if (zoo_find(variant->kind)->flags & ZOO_NO_MM)
		return;
	ASSERT_EQ(0, target_stop(self->target.thing.pid));
	nr = check_process(self->target.thing.pid, &d);
	target_continue(self->target.thing.pid);
	EXPECT_LT(200UL, nr);
	EXPECT_SAME(&d);
}

TEST(malformed)
{
	int fd = scope_attached(0);
	struct mmscope_find find = {
		.size = sizeof(find), .buf = PTR(buf), .buf_size = sizeof(buf), .addr = page_size,
	}, bad;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_FIND, &find));
	EXPECT_EQ(1U, find.lock.nr_locks);
	bad = find;
	bad.end = page_size;
	EXPECT_EQ(-EINVAL, scope_ioctl(fd, MMSCOPE_IOC_FIND, &bad));
	bad = find;
	bad.buf += 4;
	EXPECT_EQ(-EINVAL, scope_ioctl(fd, MMSCOPE_IOC_FIND, &bad));
	bad = find;
	bad.buf_size = MMSCOPE_FIND_BUF - 1;
	EXPECT_EQ(-EINVAL, scope_ioctl(fd, MMSCOPE_IOC_FIND, &bad));
	bad = find;
	bad.buf = 8;
	EXPECT_EQ(-EFAULT, scope_ioctl(fd, MMSCOPE_IOC_FIND, &bad));
	close(fd);
}

/* The command, on an address that is held, on one that is not, and on ranges. */
TEST(command)
{
	struct target t;
	struct outcome o;

	ASSERT_EQ(0, target_plain(&t));
	ASSERT_EQ(0, run(&o, NULL, "mmscope find %d [stack]+0x10", t.thing.pid));
	EXPECT_EQ(0, o.status);
	EXPECT_NE(NULL, strstr(o.out, "in a VMA, 0x10 bytes above its start"))
		TH_LOG("%s%s", o.out, o.err);
	forget(&o);
	ASSERT_EQ(0, run(&o, NULL, "mmscope find %d 0x1000", t.thing.pid));
	EXPECT_EQ(1, o.status);
	forget(&o);
	ASSERT_EQ(0, run(&o, NULL, "mmscope find --json %d 0x1000 [stack]", t.thing.pid));
	EXPECT_EQ(0, o.status);
	EXPECT_NE(NULL, strstr(o.out, "\"intersects\":true"));
	forget(&o);
	target_end(&t);
}

TEST_HARNESS_MAIN
