// SPDX-License-Identifier: GPL-2.0-only
/*
 * retract.c - page tables that are freed under the reader, without any lock it holds
 *
 * Whoever collapses a file's pages to a huge one frees the PTE tables of all who map
 * them, through RCU alone (mm/khugepaged.c:retract_page_tables()). The negative control
 * (control/no_rcu.h) is caught here.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <kselftest_harness.h>

#include "ops.h"
#include "scope.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

#define HUGE	(2UL << 20)
#define AT	((void *)(1UL << 40))
#define ROUNDS	20

static bool stop;

static void *look(void *arg)
{
	int fd = *(int *)arg;
	struct op_room room;

	if (op_room_init(&room))
		return NULL;
	for (unsigned int i = 0; !__atomic_load_n(&stop, __ATOMIC_RELAXED); i++) {
		const struct op *op = &ops[i % nr_ops];
		char arg[OP_MAX_SIZE] __attribute__((aligned(8)));

		if (op->detached)
			continue;
		op_fill(op, arg, &room);
		for (const struct op_field *f = op->field; f->name; f++) {
			if (f->kind == OP_START || f->kind == OP_ADDRESS)
				op_set(f, arg, PTR(AT));
			if (f->kind == OP_END)
				op_set(f, arg, PTR(AT) + HUGE);
		}
		scope_ioctl(fd, op->nr, arg);
	}
	return NULL;
}

static void touch_pages(char *p)
{
	for (size_t at = 0; at < HUGE; at += 4096)
		((volatile char *)p)[at] = 1;
}

FIXTURE(retract) { };
FIXTURE_SETUP(retract) { }
FIXTURE_TEARDOWN(retract) { }

TEST_F_TIMEOUT(retract, under_readers, 600)
{
	int memfd = memfd_create("retract", 0), go[2], done[2], fd, collapsed = 0;
	pthread_t reader;
	pid_t child;
	char byte, *p;

	ASSERT_EQ(0, ftruncate(memfd, HUGE));
	ASSERT_EQ(0, pipe(go) | pipe(done));
	p = mmap(AT, HUGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memfd, 0);
	ASSERT_EQ(AT, p);
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (read(go[0], &byte, 1) == 1) {
			touch_pages(p);
			if (write(done[1], "", 1) != 1)
				break;
		}
		_exit(0);
	}
	fd = scope_attached(child);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, pthread_create(&reader, NULL, look, &fd));
	for (int i = 0; i < ROUNDS; i++) {
		/* Small pages again, and a table of the child's for them. */
		ASSERT_EQ(0, fallocate(memfd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, HUGE));
		touch_pages(p);
		ASSERT_EQ(1, write(go[1], "", 1));
		ASSERT_EQ(1, read(done[0], &byte, 1));
		usleep(10000);
		collapsed += !madvise(p, HUGE, MADV_COLLAPSE);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	pthread_join(reader, NULL);
	printf("# retract: %d tables freed under readers\n", collapsed);
	EXPECT_LT(0, collapsed);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

TEST_HARNESS_MAIN
