// SPDX-License-Identifier: GPL-2.0-only
/*
 * concurrent.c - looking at an address space that changes, ends, or is the caller's own
 *
 * A hang is the failure that is looked for: the harness's time limit finds it. No
 * test here asserts how long anything takes.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <kselftest_harness.h>

#include "scope.h"
#include "size.h"
#include "target.h"

#define ROUNDS	400
#define AREA	(256 * page_size)

/* What changes, and what the readers' buffers lie in. */
struct arena {
	char *area;		/* mapped, unmapped and protected all the time */
	bool stop;
	unsigned long changes;
};

static void *change_mappings(void *arg)
{
	struct arena *a = arg;
	unsigned int seed = 1;

	while (!__atomic_load_n(&a->stop, __ATOMIC_RELAXED)) {
		size_t size = (rand_r(&seed) % 50 + 1) * page_size;
		size_t at = rand_r(&seed) % 200 * page_size;
		char *p = a->area + at;

		switch (rand_r(&seed) % 5) {
		case 0:
			munmap(p, size);
			break;
		case 1:
			mprotect(p, size, PROT_NONE);
			break;
		case 2:
			mprotect(p, size, PROT_READ);
			break;
		case 3:
			madvise(p, size, MADV_DONTNEED);
			break;
		default:
			/* Not populated: the copy to it faults. */
			mmap(p, size, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
			break;
		}
		__atomic_fetch_add(&a->changes, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void *fork_children(void *arg)
{
	struct arena *a = arg;

	while (!__atomic_load_n(&a->stop, __ATOMIC_RELAXED)) {
		pid_t child = fork();

		if (!child)
			_exit(0);
		if (child > 0)
			waitpid(child, NULL, 0);
	}
	return NULL;
}

static void *grow_elsewhere(void *arg)
{
	struct arena *a = arg;

	while (!__atomic_load_n(&a->stop, __ATOMIC_RELAXED)) {
		char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

		if (p != MAP_FAILED)
			munmap(p, 1 << 20);
	}
	return NULL;
}

FIXTURE(own) {
	struct arena arena;
	pthread_t threads[3];
	int fd;
};

FIXTURE_SETUP(own)
{
	self->fd = scope_attached(0);
	ASSERT_LE(0, self->fd)
		TH_LOG(SCOPE_DEVICE ": %s", strerror(-self->fd));
	self->arena.area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				-1, 0);
	ASSERT_NE(MAP_FAILED, self->arena.area);
	ASSERT_EQ(0, pthread_create(&self->threads[0], NULL, change_mappings, &self->arena));
	ASSERT_EQ(0, pthread_create(&self->threads[1], NULL, fork_children, &self->arena));
	ASSERT_EQ(0, pthread_create(&self->threads[2], NULL, grow_elsewhere, &self->arena));
	/* A test can be over before a thread has begun. */
	while (!__atomic_load_n(&self->arena.changes, __ATOMIC_RELAXED))
		usleep(1000);
}

FIXTURE_TEARDOWN(own)
{
	__atomic_store_n(&self->arena.stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 3; i++)
		pthread_join(self->threads[i], NULL);
	EXPECT_LT(0UL, self->arena.changes);
	close(self->fd);
}

/* The buffer goes away under the copy: the target's lock must not be held then. */
TEST_F_TIMEOUT(own, into_memory_that_goes_away, 120)
{
	unsigned int done = 0, faults = 0;

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t to = PTR(self->arena.area) + i % 150 * page_size;
		struct mmscope_vmas v = {
			.size = sizeof(v), .end = ~0ULL, .buf = to, .buf_size = 65536,
		};
		struct mmscope_extents e = {
			.size = sizeof(e), .end = ~0ULL, .buf = to, .nr = 1000,
			.extent_size = sizeof(struct mmscope_extent), .statuses = ALL_STATUSES,
		};
		/* Addresses too: whatever lies there is an address. */
		struct mmscope_walk w = {
			.size = sizeof(w), .addrs = to, .nr = 200, .results = to + 65536,
			.result_size = sizeof(struct mmscope_walk_result),
		};
		int ret[3] = {
			scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &v),
			scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &e),
			scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &w),
		};

		for (int j = 0; j < 3; j++) {
			ASSERT_TRUE(ret[j] == 0 || ret[j] == -EFAULT)
				TH_LOG("operation %d: %s", j, strerror(-ret[j]));
			if (ret[j])
				faults++;
			else
				done++;
		}
	}
	EXPECT_LT(0U, done);
	EXPECT_LT(0U, faults);
}

/* Into memory that stays: always an answer, in order, of what may be there. */
TEST_F_TIMEOUT(own, into_memory_that_stays, 120)
{
	for (int i = 0; i < ROUNDS / 4; i++) {
		struct scope_extents e;
		struct scope_vmas v;
		struct mmscope_mm mm;
		uint64_t at = 0;

		ASSERT_EQ(0, scope_mm(self->fd, &mm));
		ASSERT_EQ(0, scope_vmas(self->fd, 0, ~0ULL, 16384, &v));
		for (size_t j = 0; j < v.nr; j++) {
			/* Merged with what was told before: then it is said to have changed. */
			if (v.v[j]->start < at)
				ASSERT_TRUE(v.lock_flags & MMSCOPE_LOCK_CHANGED);
			ASSERT_LT(v.v[j]->start, v.v[j]->end);
			ASSERT_LT(at, v.v[j]->end);
			at = v.v[j]->end;
		}
		ASSERT_LT(10UL, v.nr);
		scope_vmas_free(&v);
		at = 0;
		ASSERT_EQ(0, scope_extents(self->fd, 0, ~0ULL, 64, NULL, &e));
		for (size_t j = 0; j < e.nr; j++) {
			ASSERT_LE(at, e.e[j].start);
			ASSERT_LT(e.e[j].start, e.e[j].end);
			ASSERT_GT(MMSCOPE_NR_STATUS, e.e[j].status);
			ASSERT_NE(MMSCOPE_UNKNOWN, e.e[j].status);
			at = e.e[j].end;
		}
		ASSERT_LT(10UL, e.nr);
		scope_extents_free(&e);
	}
}

struct attacher {
	int fd;
	int ret;
	pthread_barrier_t *start;
};

static void *attach_once(void *arg)
{
	struct attacher *a = arg;

	pthread_barrier_wait(a->start);
	a->ret = scope_attach(a->fd, 0);
	return NULL;
}

TEST(one_attach_wins)
{
	for (int round = 0; round < 50; round++) {
		struct attacher a[4];
		pthread_barrier_t start;
		pthread_t threads[4];
		int won = 0, fd = scope_open();

		ASSERT_LE(0, fd);
		pthread_barrier_init(&start, NULL, 4);
		for (int i = 0; i < 4; i++) {
			a[i] = (struct attacher){ .fd = fd, .start = &start };
			ASSERT_EQ(0, pthread_create(&threads[i], NULL, attach_once, &a[i]));
		}
		for (int i = 0; i < 4; i++) {
			pthread_join(threads[i], NULL);
			won += a[i].ret == 0;
			EXPECT_TRUE(a[i].ret == 0 || a[i].ret == -EBUSY)
				TH_LOG("%s", strerror(-a[i].ret));
		}
		EXPECT_EQ(1, won);
		pthread_barrier_destroy(&start);
		close(fd);
	}
}

/* Reads until the target is gone; what came instead of an answer or ESRCH, or 0. */
static int read_to_the_end(int fd)
{
	for (;;) {
		struct scope_extents e;
		struct scope_vmas v;
		struct mmscope_mm mm;
		int ret = scope_extents(fd, 0, ~0ULL, 16, NULL, &e);

		scope_extents_free(&e);
		if (!ret) {
			ret = scope_vmas(fd, 0, ~0ULL, MMSCOPE_VMA_RECORD_MAX, &v);
			scope_vmas_free(&v);
		}
		if (!ret)
			ret = scope_mm(fd, &mm);
		if (ret)
			return ret == -ESRCH ? 0 : ret;
	}
}

struct ender {
	int fd;
	int ret;
};

static void *read_thread(void *arg)
{
	struct ender *e = arg;

	e->ret = read_to_the_end(e->fd);
	return NULL;
}

TEST(target_killed_under_two_readers)
{
	for (int round = 0; round < 20; round++) {
		struct ender readers[2];
		pthread_t threads[2];
		struct target t;

		ASSERT_EQ(0, target_plain(&t));
		for (int i = 0; i < 2; i++) {
			readers[i].fd = scope_attached(t.thing.pid);
			ASSERT_LE(0, readers[i].fd);
			ASSERT_EQ(0, pthread_create(&threads[i], NULL, read_thread, &readers[i]));
		}
		usleep(round * 500);
		kill(t.thing.pid, SIGKILL);
		target_end(&t);
		for (int i = 0; i < 2; i++) {
			pthread_join(threads[i], NULL);
			EXPECT_EQ(0, readers[i].ret);
			close(readers[i].fd);
		}
	}
}

TEST(target_execs_under_its_reader)
{
	for (int round = 0; round < 20; round++) {
		struct ender reader;
		pthread_t thread;
		pid_t child;
		int go[2];

		ASSERT_EQ(0, pipe2(go, O_CLOEXEC));
		child = fork();
		if (!child) {
			char byte;

			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (read(go[0], &byte, 1) == 1)
				execl("/bin/sleep", "sleep", "1000", NULL);
			_exit(1);
		}
		ASSERT_LT(0, child);
		reader.fd = scope_attached(child);
		ASSERT_LE(0, reader.fd);
		ASSERT_EQ(0, pthread_create(&thread, NULL, read_thread, &reader));
		ASSERT_EQ(1, write(go[1], "", 1));
		pthread_join(thread, NULL);
		EXPECT_EQ(0, reader.ret);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		close(reader.fd);
		close(go[0]);
		close(go[1]);
	}
}

/*
 * A long operation, and SIGKILL in the middle of it. Two million results go to one
 * small file that is mapped again and again, with the last of them apart: that one
 * stays empty when the operation was cut short.
 */
#define LONG_NR		(1UL << 21)
#define FILE_SIZE	(208UL * 65536)

TEST(sigkill_ends_a_long_operation)
{
	size_t total = LONG_NR * sizeof(struct mmscope_walk_result);
	int file = memfd_create("results", MFD_CLOEXEC), last = memfd_create("last", MFD_CLOEXEC);
	volatile uint64_t *first_result, *last_page;
	char *results, *addrs;
	int status, fd;
	pid_t child;

	ASSERT_EQ(0, ftruncate(file, FILE_SIZE));
	ASSERT_EQ(0, ftruncate(last, page_size));
	results = mmap(NULL, total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ASSERT_NE(MAP_FAILED, results);
	for (size_t at = 0; at < total; at += FILE_SIZE) {
		size_t size = total - at < FILE_SIZE ? total - at : FILE_SIZE;

		ASSERT_NE(MAP_FAILED, mmap(results + at, size, PROT_READ | PROT_WRITE,
					   MAP_SHARED | MAP_FIXED, file, 0));
	}
	ASSERT_NE(MAP_FAILED, mmap(results + total - page_size, page_size, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_FIXED, last, 0));
	/* All of them the address zero, of the zero page. */
	addrs = mmap(NULL, LONG_NR * 8, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		     -1, 0);
	ASSERT_NE(MAP_FAILED, addrs);
	first_result = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	last_page = (volatile uint64_t *)(results + total - page_size);
	memset((void *)first_result, 0xff, page_size);
	memset((void *)last_page, 0xff, page_size);

	fd = scope_attached(0);
	ASSERT_LE(0, fd);
	child = fork();
	if (!child) {
		struct mmscope_walk w = {
			.size = sizeof(w), .addrs = PTR(addrs), .nr = LONG_NR,
			.results = PTR(results),
			.result_size = sizeof(struct mmscope_walk_result),
		};

		_exit(scope_ioctl(fd, MMSCOPE_IOC_WALK, &w) ? 1 : 0);
	}
	ASSERT_LT(0, child);
	while (*first_result == ~0ULL)
		;
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(~0ULL, last_page[511]);
	close(fd);
}

TEST_HARNESS_MAIN
