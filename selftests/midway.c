// SPDX-License-Identifier: GPL-2.0-only
/*
 * midway.c - what walks a range, and what can come in between
 *
 * The target exits or executes another program while it is looked at, the reader is
 * told to stop, there is no room or no end: each gives an answer or one errno of the
 * contract, for every operation that walks.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "scope.h"
#include "size.h"
#include "target.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif

#define ROOM	1024
#define ROUNDS	6

/* One call for [@start, @end); @nr elements of room. How far it came goes to @at. */
typedef int (*call_t)(int fd, uint64_t start, uint64_t end, uint64_t nr, uint64_t *at,
		      bool *done);

static char room[ROOM * 256] __attribute__((aligned(8)));
/* For calls that fill some of it whatever they are asked. */
static char other[32768] __attribute__((aligned(8)));

#define RANGE_CALL(name, type, ioc, record_size, record)				\
static int name(int fd, uint64_t start, uint64_t end, uint64_t nr, uint64_t *at,	\
		bool *done)								\
{											\
	struct type a = {								\
		.size = sizeof(a), .start = start, .end = end, .buf = PTR(room),	\
		.nr = nr, .record_size = sizeof(struct record),				\
	};										\
	int ret = scope_ioctl(fd, ioc, &a);						\
											\
	*at = a.start;									\
	*done = a.done;									\
	return ret;									\
}

RANGE_CALL(call_extents, mmscope_extents, MMSCOPE_IOC_EXTENTS, extent_size, mmscope_extent)
RANGE_CALL(call_pages, mmscope_pages, MMSCOPE_IOC_PAGES, page_size, mmscope_page)
RANGE_CALL(call_stats, mmscope_stats, MMSCOPE_IOC_STATS, stat_size, mmscope_stat)

static int call_tables(int fd, uint64_t start, uint64_t end, uint64_t nr, uint64_t *at,
		       bool *done)
{
	struct mmscope_tables a = { .size = sizeof(a), .start = start, .end = end };

	(void)nr;
	*at = end;
	*done = true;
	return scope_ioctl(fd, MMSCOPE_IOC_TABLES, &a);
}

/* Addresses all over the range. */
static int call_translate(int fd, uint64_t start, uint64_t end, uint64_t nr, uint64_t *at,
			  bool *done)
{
	static uint64_t addrs[ROOM];
	struct mmscope_translate a = {
		.size = sizeof(a), .addrs = PTR(addrs), .nr = nr, .translations = PTR(room),
	};

	for (size_t i = 0; i < ROOM; i++)
		addrs[i] = start + (end - start) / ROOM * i;
	*at = end;
	*done = true;
	return scope_ioctl(fd, MMSCOPE_IOC_TRANSLATE, &a);
}

/* Records of any size, in a buffer of bytes. */
#define BYTES_CALL(name, type, ioc)							\
static int name(int fd, uint64_t start, uint64_t end, uint64_t nr, uint64_t *at,	\
		bool *done)								\
{											\
	struct type a = {								\
		.size = sizeof(a), .start = start, .end = end, .buf = PTR(room),	\
		.buf_size = nr ? sizeof(room) : 0,					\
	};										\
	int ret = scope_ioctl(fd, ioc, &a);						\
											\
	*at = a.done ? end : a.start;							\
	*done = a.done;									\
	return ret;									\
}

BYTES_CALL(call_vmas, mmscope_vmas, MMSCOPE_IOC_VMAS)
BYTES_CALL(call_vmops, mmscope_vmops, MMSCOPE_IOC_VMOPS)

/* The cursor is a node of the tree, gone through to the end. */
static int call_store(int fd, uint64_t start, uint64_t end, uint64_t nr, uint64_t *at,
		      bool *done)
{
	struct mmscope_store a = {
		.size = sizeof(a), .buf = PTR(other), .buf_size = sizeof(other),
	};
	int ret = 0;

	(void)start;
	(void)nr;
	while (!ret && !a.done)
		ret = scope_ioctl(fd, MMSCOPE_IOC_STORE, &a);
	*at = end;
	*done = true;
	return ret;
}

/* All about one address. */
static int call_explain(int fd, uint64_t start, uint64_t end, uint64_t nr, uint64_t *at,
			bool *done)
{
	struct mmscope_explain a = {
		.size = sizeof(a), .va = start + (end - start) / 2, .vma = PTR(other),
		.vma_size = sizeof(other),
	};

	(void)nr;
	*at = end;
	*done = true;
	return scope_ioctl(fd, MMSCOPE_IOC_EXPLAIN, &a);
}

/* The VMAs around one. */
static int call_find(int fd, uint64_t start, uint64_t end, uint64_t nr, uint64_t *at,
		     bool *done)
{
	struct mmscope_find a = {
		.size = sizeof(a), .addr = start, .end = start + page_size, .buf = PTR(other),
		.buf_size = sizeof(other),
	};

	(void)nr;
	*at = end;
	*done = true;
	return scope_ioctl(fd, MMSCOPE_IOC_FIND, &a);
}

FIXTURE(walk) {
	pid_t child;
	int fd;
};

FIXTURE_VARIANT(walk) {
	call_t call;
	bool has_room;		/* @nr counts elements of a buffer */
};

FIXTURE_VARIANT_ADD(walk, extents) { .call = call_extents, .has_room = true };
FIXTURE_VARIANT_ADD(walk, pages) { .call = call_pages, .has_room = true };
FIXTURE_VARIANT_ADD(walk, stats) { .call = call_stats, .has_room = true };
FIXTURE_VARIANT_ADD(walk, tables) { .call = call_tables };
FIXTURE_VARIANT_ADD(walk, translate) { .call = call_translate };
FIXTURE_VARIANT_ADD(walk, vmas) { .call = call_vmas, .has_room = true };
FIXTURE_VARIANT_ADD(walk, vmops) { .call = call_vmops, .has_room = true };
FIXTURE_VARIANT_ADD(walk, store) { .call = call_store };
FIXTURE_VARIANT_ADD(walk, explain) { .call = call_explain };
FIXTURE_VARIANT_ADD(walk, find) { .call = call_find };

FIXTURE_SETUP(walk)
{
	self->child = 0;
	self->fd = -1;
}

FIXTURE_TEARDOWN(walk)
{
	if (self->child > 0) {
		kill(self->child, SIGKILL);
		waitpid(self->child, NULL, 0);
	}
	close(self->fd);
}

/* A child with 32 MiB that executes another program, or exits, at a byte from us. */
static pid_t start_child(int go[2], bool exec)
{
	pid_t child;

	if (pipe2(go, O_CLOEXEC))
		return -1;
	child = fork();
	if (!child) {
		char byte, *m = mmap(NULL, 32 << 20, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (m != MAP_FAILED && read(go[0], &byte, 1) == 1 && exec)
			execl("/bin/sleep", "sleep", "1000", NULL);
		_exit(0);
	}
	return child;
}

/* Calls on and on, each where the last one ended; what it was that ended it. */
static int call_on(call_t call, int fd)
{
	uint64_t at = 0, from;
	bool done;
	int ret;

	for (;;) {
		from = at;
		ret = call(fd, from, 1ULL << 47, ROOM, &at, &done);
		if (ret)
			return ret;
		if (!done && at <= from)
			return -EPROTO;
		if (done)
			at = 0;
	}
}

/* What calls on a child come to that ends, or executes, in the midst of them. */
static int ended_by(call_t call, int round, bool exec)
{
	int go[2], fd, ret;
	pid_t child = start_child(go, exec), teller;

	if (child < 0)
		return child;
	fd = scope_attached(child);
	teller = fork();
	if (!teller) {
		usleep(round * 700);
		_exit(write(go[1], "", 1) != 1);
	}
	ret = fd < 0 ? fd : call_on(call, fd);
	waitpid(teller, NULL, 0);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(fd);
	close(go[0]);
	close(go[1]);
	return ret;
}

TEST_F_TIMEOUT(walk, target_exits_midway, 120)
{
	for (int round = 0; round < ROUNDS; round++)
		EXPECT_EQ(-ESRCH, ended_by(variant->call, round, false));
}

TEST_F_TIMEOUT(walk, target_execs_midway, 120)
{
	for (int round = 0; round < ROUNDS; round++)
		EXPECT_EQ(-ESRCH, ended_by(variant->call, round, true));
}

TEST_F_TIMEOUT(walk, reader_is_told_to_stop, 120)
{
	static const int signals[] = { SIGINT, SIGKILL };

	for (int round = 0; round < ROUNDS; round++) {
		int status, nr = signals[round % 2];

		self->child = fork();
		if (!self->child) {
			signal(SIGINT, SIG_DFL);
			_exit(call_on(variant->call, scope_attached(getppid())) ? 1 : 0);
		}
		ASSERT_LT(0, self->child);
		usleep(3000 + round * 700);
		kill(self->child, nr);
		ASSERT_EQ(self->child, waitpid(self->child, &status, 0));
		EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == nr)
			TH_LOG("status %x", status);
		self->child = 0;
	}
}

/* All that user space can have, most of it one mapping. */
TEST_F_TIMEOUT(walk, all_addresses, 120)
{
	struct mmscope_info info;
	uint64_t at = 0, from = 0, end;
	bool done = false;
	size_t size;
	void *m;

	self->fd = scope_attached(0);
	ASSERT_EQ(0, scope_info(self->fd, &info));
	/* Above 47 bits nothing is given out while there is room below. */
	end = sizeof(long) == 4 ? 3ULL << 30 : 1ULL << (info.va_bits < 47 ? info.va_bits : 47);
	size = end / 4;
	m = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ASSERT_NE(MAP_FAILED, m);
	while (!done) {
		ASSERT_EQ(0, variant->call(self->fd, from, end, ROOM, &at, &done));
		ASSERT_TRUE(done || at > from);
		from = at;
	}
	EXPECT_LE(end - page_size, at);
	munmap(m, size);
}

TEST_F(walk, no_room)
{
	uint64_t at;
	bool done;

	self->fd = scope_attached(0);
	memset(room, 0xa5, sizeof(room));
	EXPECT_EQ(variant->has_room ? -EINVAL : 0,
		  variant->call(self->fd, 0, 1ULL << 47, 0, &at, &done));
	for (size_t i = 0; i < sizeof(room); i++)
		ASSERT_EQ((char)0xa5, room[i]);
	/* Of a range without a byte there is nothing to tell. */
	if (variant->has_room) {
		EXPECT_EQ(0, variant->call(self->fd, page_size, page_size, ROOM, &at, &done));
		EXPECT_TRUE(done);
		EXPECT_EQ((char)0xa5, room[0]);
	}
}

#define CHANGING	(64UL << 20)
#define STEP		(2UL << 20)

/* Shared memory with a page in swap, and memory of its own, in turns; both end alike. */
static void __attribute__((noreturn)) change_places(char *at, int ready)
{
	int fd = memfd_create("midway", MFD_CLOEXEC);
	char *m;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (fd < 0 || ftruncate(fd, CHANGING))
		_exit(1);
	m = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (m == MAP_FAILED)
		_exit(1);
	*m = 1;
	madvise(m, page_size, MADV_PAGEOUT);
	munmap(m, page_size);
	for (bool told = false;; told = true) {
		mmap(at, CHANGING, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
		for (size_t i = STEP; i < CHANGING; i += STEP)
			at[i] = 1;
		if (!told && write(ready, "", 1) != 1)
			_exit(1);
		mmap(at, CHANGING, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	}
}

/* What is kept of a mapping from one hold of the lock to the next is of that mapping. */
TEST(another_mapping_comes_midway)
{
	char *at = mmap(NULL, CHANGING, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct mmscope_stat stat[4];
	int ready[2], fd;
	pid_t child;
	char byte;

	ASSERT_NE(MAP_FAILED, at);
	ASSERT_EQ(0, pipe(ready));
	child = fork();
	if (!child)
		change_places(at, ready[1]);
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	fd = scope_attached(child);
	ASSERT_LE(0, fd);
	for (int i = 0; i < 3000; i++) {
		struct mmscope_stats a = {
			.size = sizeof(a), .stat_size = sizeof(stat[0]), .buf = PTR(stat),
			.nr = ARRAY_SIZE(stat), .start = PTR(at) + page_size,
			.end = PTR(at) + CHANGING, .lock.budget_ns = 1,
		};

		ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_STATS, &a));
		ASSERT_LE(1ULL, a.nr);
	}
	close(fd);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

#if __SIZEOF_POINTER__ == 8
#define SPARSE	(1UL << 30)
#define FILLED	(64UL << 20)

/* What a file has behind an empty entry is counted a piece at a time, however much it is. */
TEST(holes_of_shared_memory_end_a_hold)
{
	int fd = memfd_create("midway", MFD_CLOEXEC), scope = scope_attached(0);
	struct mmscope_stat stat;
	struct mmscope_stats a = {
		.size = sizeof(a), .stat_size = sizeof(stat), .buf = PTR(&stat),
		.lock.budget_ns = 1,
	};
	cpu_set_t here;
	char *m;

	/* A page in another CPU's batch would not be swapped out. */
	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(here), &here));
	ASSERT_LE(0, scope);
	ASSERT_EQ(0, ftruncate(fd, SPARSE + page_size));
	m = mmap(NULL, FILLED, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, m);
	memset(m, 1, FILLED);
	ASSERT_EQ(0, madvise(m, page_size, MADV_PAGEOUT));
	munmap(m, FILLED);
	/* Where nothing is near: with pages of 4K one empty entry spans all of it. */
	m = mmap(NULL, 3 * SPARSE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, m);
	m = (char *)((PTR(m) + SPARSE - 1) & ~(SPARSE - 1));
	ASSERT_EQ(m, mmap(m, SPARSE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0));
	/* Less than the file in one; and a part of that, hole by hole. */
	for (int part = 0; part < 2; part++) {
		a.start = PTR(m) + part * page_size;
		a.end = PTR(m) + SPARSE;
		a.nr = 1;
		ASSERT_EQ(0, scope_ioctl(scope, MMSCOPE_IOC_STATS, &a));
		ASSERT_EQ(1ULL, a.nr);
		/* module/stats.c:SHMEM_PIECE */
		EXPECT_LE(FILLED / page_size / 64, a.lock.nr_locks);
		EXPECT_EQ(part ? 0UL : page_size, stat.swap);
	}
	/* All of it: what the file has is known without a look. */
	m = mmap(NULL, SPARSE + page_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, m);
	a.start = PTR(m);
	a.end = PTR(m) + SPARSE + page_size;
	a.nr = 1;
	ASSERT_EQ(0, scope_ioctl(scope, MMSCOPE_IOC_STATS, &a));
	ASSERT_EQ(1ULL, a.nr);
	EXPECT_EQ(page_size, stat.swap);
	close(scope);
}
#endif

TEST_HARNESS_MAIN
