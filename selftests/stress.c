// SPDX-License-Identifier: GPL-2.0-only
/*
 * stress.c - every operation against address spaces that eight threads change all the time
 *
 * STRESS_SECONDS says how long (5). No answer is judged but by its errno: what is looked
 * for are complaints of the kernel, which scripts/vm finds, and hangs. How much was done
 * is printed, and must not be nothing.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <time.h>
#include <kselftest_harness.h>

#include "knob.h"
#include "ops.h"
#include "scope.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

#define HUGE		(2UL << 20)
#define AREA		(16 * HUGE)
#define HUGE_AT		"0x10000000000"
#define NR_TARGETS	2
#define NR_READERS	3

/* In the memory of test and targets alike. */
static struct counts {
	unsigned long changes[12];
	unsigned long calls[64];
	unsigned long restarts;
	bool stop;
	pid_t target[NR_TARGETS];
} *counts;

static bool stopped(void)
{
	return __atomic_load_n(&counts->stop, __ATOMIC_RELAXED);
}

static void count(unsigned long *what)
{
	__atomic_fetch_add(what, 1, __ATOMIC_RELAXED);
}

/* What a target's threads share. */
static struct arena {
	char *anon, *file, *huge;
	int memfd, hugefd;
} arena;

/* A piece of an area: whole huge pages half of the time. */
static void piece(unsigned int *seed, size_t *at, size_t *size)
{
	if (rand_r(seed) % 2) {
		*at = rand_r(seed) % (AREA / HUGE) * HUGE;
		*size = HUGE;
	} else {
		*at = rand_r(seed) % (AREA / 4096 - 64) * 4096;
		*size = (rand_r(seed) % 64 + 1) * 4096;
	}
}

static void touch(char *p, size_t size)
{
	/* Not by the CPU: it may be unmapped, or protected, by now. */
	madvise(p, size, MADV_POPULATE_WRITE);
}

static void change_maps(unsigned int *seed, char *p, size_t size)
{
	switch (rand_r(seed) % 3) {
	case 0:
		munmap(p, size);
		break;
	default:
		mmap(p, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
		     -1, 0);
		touch(p, size);
	}
}

static void change_place(unsigned int *seed, char *p, size_t size)
{
	size_t at, ignored;

	piece(seed, &at, &ignored);
	mremap(p, size, size, MREMAP_MAYMOVE | MREMAP_FIXED,
	       arena.anon + (at + size <= AREA ? at : 0));
}

static void change_rights(unsigned int *seed, char *p, size_t size)
{
	static const int prot[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE,
				    PROT_READ | PROT_EXEC };

	mprotect(p, size, prot[rand_r(seed) % 4]);
}

static void change_pages(unsigned int *seed, char *p, size_t size)
{
	static const int advice[] = { MADV_DONTNEED, MADV_COLLAPSE, MADV_PAGEOUT, MADV_HUGEPAGE,
				      MADV_NOHUGEPAGE, MADV_FREE, MADV_POPULATE_WRITE };

	madvise(p, size, advice[rand_r(seed) % 7]);
}

static void change_nodes(unsigned int *seed, char *p, size_t size)
{
	void *pages[64];
	int nodes[64], status[64], nr = size / 4096 < 64 ? size / 4096 : 64;

	for (int i = 0; i < nr; i++) {
		pages[i] = p + i * 4096;
		nodes[i] = rand_r(seed) % 2;
	}
	syscall(__NR_move_pages, 0, nr, pages, nodes, status, 2 /* MPOL_MF_MOVE */);
}

static void change_file(unsigned int *seed, char *p, size_t size)
{
	size_t at = p - arena.anon;

	switch (rand_r(seed) % 5) {
	case 0:
		if (!ftruncate(arena.memfd, at + size))
			ftruncate(arena.memfd, AREA);
		break;
	case 1:
		fallocate(arena.memfd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, size);
		break;
	case 2:
		madvise(arena.file + at, size, MADV_REMOVE);
		break;
	case 3:
		madvise(arena.file + at, size, MADV_COLLAPSE);
		break;
	default:
		touch(arena.file + at, size);
	}
}

/* Shared by parent and child, so that their PMD tables are too, and then unshared. */
static void change_huge(unsigned int *seed, char *p, size_t size)
{
	(void)p;
	(void)size;
	if (!arena.huge)
		return;
	switch (rand_r(seed) % 4) {
	case 0:
		madvise(arena.huge, HUGE, MADV_DONTNEED);
		break;
	case 1:
		mprotect(arena.huge, HUGE, rand_r(seed) % 2 ? PROT_READ : PROT_READ | PROT_WRITE);
		break;
	case 2:
		fallocate(arena.hugefd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, HUGE);
		break;
	default:
		touch(arena.huge, HUGE);
	}
}

static void change_family(unsigned int *seed, char *p, size_t size)
{
	pid_t child = fork();

	if (!child) {
		touch(p, size);
		if (rand_r(seed) % 4 == 0)
			execl("/bin/true", "true", NULL);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
}

static void (*const changes[])(unsigned int *seed, char *p, size_t size) = {
	change_maps, change_place, change_rights, change_pages, change_nodes, change_file,
	change_huge, change_family,
};

#define NR_CHANGES	(sizeof(changes) / sizeof(changes[0]))

static void *mutate(void *arg)
{
	unsigned int kind = (uintptr_t)arg, seed = kind + getpid();
	size_t at, size;

	while (!stopped()) {
		piece(&seed, &at, &size);
		changes[kind](&seed, arena.anon + at, size);
		count(&counts->changes[kind]);
	}
	return NULL;
}

/* A process whose address space is never still; lives some seconds. */
static void target(unsigned int nr)
{
	pthread_t threads[NR_CHANGES];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	arena.anon = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	arena.memfd = memfd_create("stress", 0);
	ftruncate(arena.memfd, AREA);
	arena.file = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_SHARED, arena.memfd, 0);
	arena.hugefd = memfd_create("stress-huge", MFD_HUGETLB);
	/* A GiB, so that its PMD table can be shared. */
	if (arena.hugefd >= 0 && !ftruncate(arena.hugefd, 1UL << 30)) {
		arena.huge = mmap((void *)strtoul(HUGE_AT, NULL, 0), 1UL << 30,
				  PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE | MAP_FIXED,
				  arena.hugefd, 0);
		if (arena.huge == MAP_FAILED)
			arena.huge = NULL;
	}
	for (uintptr_t i = 0; i < NR_CHANGES; i++)
		pthread_create(&threads[i], NULL, mutate, (void *)i);
	__atomic_store_n(&counts->target[nr], getpid(), __ATOMIC_RELAXED);
	usleep(1500000);
	/* In the middle of everything; or exec with readers at it. */
	if (getpid() % 2)
		_exit(0);
	execl("/bin/true", "true", NULL);
	_exit(1);
}

static void *keep_target(void *arg)
{
	unsigned int nr = (uintptr_t)arg;

	while (!stopped()) {
		pid_t child = fork();

		if (!child)
			target(nr);
		if (child > 0)
			waitpid(child, NULL, 0);
		count(&counts->restarts);
	}
	return NULL;
}

static bool expected(int ret)
{
	return !ret || ret == -ESRCH || ret == -EFAULT || ret == -ENOMEM || ret == -EBUSY;
}

static const char *unexpected;

static void *look(void *arg)
{
	unsigned int i = 0, turn = (uintptr_t)arg;
	struct op_room room;

	if (op_room_init(&room))
		return NULL;
	while (!stopped()) {
		pid_t pid = __atomic_load_n(&counts->target[turn++ % NR_TARGETS], __ATOMIC_RELAXED);
		int fd = pid ? scope_attached(pid) : -ESRCH;

		if (fd < 0) {
			usleep(1000);
			continue;
		}
		room.pid = pid;
		for (bool gone = false; !gone && !stopped(); i++) {
			const struct op *op = &ops[i % nr_ops];
			char arg[OP_MAX_SIZE] __attribute__((aligned(8)));
			int ret;

			op_fill(op, arg, &room);
			ret = scope_ioctl(fd, op->nr, arg);
			count(&counts->calls[i % nr_ops]);
			if (!expected(ret))
				unexpected = op->name;
			gone = ret == -ESRCH;
		}
		close(fd);
	}
	return NULL;
}

/* By debugfs: directories come and go, their files are read meanwhile. */
static void *look_at_text(void *arg)
{
	char path[128], text[65536];

	(void)arg;
	for (unsigned int i = 0; !stopped(); i++) {
		const struct op_file *file = &op_files[i % nr_op_files];
		pid_t pid = __atomic_load_n(&counts->target[i % NR_TARGETS], __ATOMIC_RELAXED);
		int fd = open("/sys/kernel/debug/mmscope/attach", O_WRONLY | O_CLOEXEC);
		int n = snprintf(text, sizeof(text), "%d", pid);

		if (pid <= 0 || fd < 0 || write(fd, text, n) != n) {
			close(fd);
			usleep(1000);
			continue;
		}
		close(fd);
		snprintf(path, sizeof(path), "/sys/kernel/debug/mmscope/%d/%s", pid, file->name);
		fd = open(path, (file->question ? O_RDWR : O_RDONLY) | O_CLOEXEC);
		if (fd >= 0 && file->question && write(fd, HUGE_AT, strlen(HUGE_AT)) < 0)
			unexpected = file->name;
		while (fd >= 0 && !stopped() && read(fd, text, sizeof(text)) > 0)
			;
		close(fd);
		fd = open("/sys/kernel/debug/mmscope/detach", O_WRONLY | O_CLOEXEC);
		n = snprintf(text, sizeof(text), "%d", pid);
		if (write(fd, text, n) == n)
			count(&counts->calls[nr_ops]);
		close(fd);
	}
	return NULL;
}

/* It collapses what targets have, while readers are at it. */
static const struct {
	const char *name, *awake;
} khugepaged[] = {
	{ "max_ptes_none", "511" },
	{ "scan_sleep_millisecs", "10" },
};

#define KHUGEPAGED	"/sys/kernel/mm/transparent_hugepage/khugepaged"
#define NR_SETTINGS	(sizeof(khugepaged) / sizeof(khugepaged[0]))

FIXTURE(stress) {
	char before[NR_SETTINGS][16];
};

FIXTURE_SETUP(stress)
{
	char path[128];

	for (size_t i = 0; i < NR_SETTINGS; i++) {
		FILE *f;

		snprintf(path, sizeof(path), KHUGEPAGED "/%s", khugepaged[i].name);
		f = fopen(path, "re");
		ASSERT_NE(NULL, f);
		ASSERT_EQ(1, fscanf(f, "%15s", self->before[i]));
		fclose(f);
		ASSERT_EQ(0, knob_set(path, khugepaged[i].awake));
	}
}

/* Those who come after want it as it was. */
FIXTURE_TEARDOWN(stress)
{
	for (size_t i = 0; i < NR_SETTINGS; i++)
		EXPECT_EQ(0, knob_set_in(KHUGEPAGED, khugepaged[i].name, self->before[i]));
}

TEST_F_TIMEOUT(stress, all, 1200)
{
	const char *seconds = getenv("STRESS_SECONDS");
	unsigned long changed = 0, called = 0;
	pthread_t keepers[NR_TARGETS], readers[NR_READERS], text;

	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, counts);
	for (uintptr_t i = 0; i < NR_TARGETS; i++)
		ASSERT_EQ(0, pthread_create(&keepers[i], NULL, keep_target, (void *)i));
	for (uintptr_t i = 0; i < NR_READERS; i++)
		ASSERT_EQ(0, pthread_create(&readers[i], NULL, look, (void *)i));
	ASSERT_EQ(0, pthread_create(&text, NULL, look_at_text, NULL));
	sleep(seconds ? atoi(seconds) : 5);
	__atomic_store_n(&counts->stop, true, __ATOMIC_RELAXED);
	for (int i = 0; i < NR_READERS; i++)
		pthread_join(readers[i], NULL);
	pthread_join(text, NULL);
	for (int i = 0; i < NR_TARGETS; i++)
		pthread_join(keepers[i], NULL);
	for (unsigned int i = 0; i < NR_CHANGES; i++)
		changed += counts->changes[i];
	for (unsigned int i = 0; i < nr_ops; i++)
		called += counts->calls[i];
	printf("# stress: %s s, %lu changes, %lu calls, %lu readings of debugfs, %lu targets\n",
	       seconds ? seconds : "5", changed, called, counts->calls[nr_ops], counts->restarts);
	EXPECT_LT(0UL, changed);
	EXPECT_LT((unsigned long)nr_ops, called);
	EXPECT_EQ(NULL, unexpected)
		TH_LOG("an unexpected error from %s", unexpected);
}

TEST_HARNESS_MAIN
