// SPDX-License-Identifier: GPL-2.0-only
/*
 * workload.c - does known things, each under a name of its own as its command
 *
 * For the test of scripts/bpftrace. All is done once before under the name "warm", so that
 * the program's own first touches are over. On one processor, so that none is asked for a
 * flush. Prints what can be different on each kernel: how many pages were swapped out, and
 * whether there was a huge page.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096UL
#define HUGE	(2UL << 20)

static const char *warm;

static void begin(const char *name)
{
	prctl(PR_SET_NAME, warm ? warm : name);
}

static void end(void)
{
	prctl(PR_SET_NAME, "over");
}

static void wrong(const char *what)
{
	perror(what);
	exit(1);
}

static char *map(size_t pages, int flags)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		wrong("mmap");
	madvise(p, pages * PAGE, MADV_NOHUGEPAGE);
	return p;
}

static void touch(volatile char *p, size_t pages, size_t step)
{
	for (size_t i = 0; i < pages; i++)
		p[i * step * PAGE] = 1;
}

static void refs(void)
{
	begin("refs");
	for (int i = 0; i < 5; i++) {
		pid_t child = fork();

		if (!child)
			_exit(0);
		waitpid(child, NULL, 0);
	}
	end();
}

/* Of shared memory: nothing else there to be merged with. */
static void do_life(void)
{
	char *p;

	begin("life");
	p = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mprotect(p + 6 * PAGE, 4 * PAGE, PROT_READ) ||
	    mprotect(p + 6 * PAGE, 4 * PAGE, PROT_READ | PROT_WRITE) ||
	    munmap(p, 16 * PAGE))
		wrong("life");
	end();
	p = map(4, MAP_SHARED);
	begin("life-brk");
	for (int i = 0; i < 3; i++)
		syscall(SYS_brk, 0);
	end();
	begin("life-move");
	p = mremap(p, 4 * PAGE, 2 * PAGE, 0);
	end();
	munmap(p, 2 * PAGE);
}

static size_t swapped(const char *p, size_t pages)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	size_t nr = 0;

	for (size_t i = 0; i < pages; i++) {
		uint64_t entry = 0;

		if (pread(fd, &entry, sizeof(entry), ((uintptr_t)p / PAGE + i) * 8) == 8)
			nr += entry >> 62 & 1;
	}
	close(fd);
	return nr;
}

static int has_huge(const char *p)
{
	unsigned long start = 0, to, kb = 0;
	char line[256];
	FILE *f = fopen("/proc/self/smaps", "r");

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &start, &to) == 2 && start > (uintptr_t)p)
			break;
		if (start <= (uintptr_t)p && sscanf(line, "AnonHugePages: %lu", &kb) == 1 &&
		    to > (uintptr_t)p)
			break;
		kb = 0;
	}
	if (f)
		fclose(f);
	return kb >= HUGE / 1024;
}

static void faults(void)
{
	char *p = map(16, MAP_PRIVATE), *q, *huge;
	int fd = memfd_create("sparse", 0);
	volatile char sum = 0;
	size_t nr;

	/* Far apart: a fault brings what is around it and there. */
	for (int i = 0; i < 3; i++)
		if (pwrite(fd, "x", 1, i * 64 * PAGE) != 1)
			wrong("memfd");
	q = mmap(NULL, 192 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	begin("fault");
	touch(p, 16, 1);
	for (int i = 0; i < 3; i++)
		sum += q[i * 64 * PAGE];
	end();
	if (madvise(p, 4 * PAGE, 21 /* MADV_PAGEOUT */))
		perror("MADV_PAGEOUT");
	nr = swapped(p, 16);
	begin("fault-swap");
	touch(p, 16, 1);
	end();
	if (!warm)
		printf("swap %zu\n", nr);
	munmap(p, 16 * PAGE);
	munmap(q, 192 * PAGE);
	close(fd);

	p = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	huge = (char *)(((uintptr_t)p + HUGE - 1) & ~(HUGE - 1));
	madvise(p, 2 * HUGE, MADV_HUGEPAGE);
	begin("fault-huge");
	touch(huge, 1, 1);
	end();
	if (!warm)
		printf("huge %d\n", has_huge(huge));
	munmap(p, 2 * HUGE);
}

static void do_cow(void)
{
	char *p = map(8, MAP_PRIVATE);
	pid_t child;

	touch(p, 8, 1);
	child = fork();
	if (!child) {
		begin("cow-child");
		touch(p, 8, 1);
		end();
		_exit(0);
	}
	waitpid(child, NULL, 0);
	begin("cow-parent");
	touch(p, 8, 1);
	end();
	munmap(p, 8 * PAGE);
}

static void flush(void)
{
	char *p = map(8, MAP_PRIVATE);

	touch(p, 8, 1);
	begin("flush");
	if (mprotect(p, 8 * PAGE, PROT_READ))
		wrong("mprotect");
	end();
	munmap(p, 8 * PAGE);
}

static void lock(void)
{
	char *p = map(1, MAP_SHARED);

	begin("lock");
	for (int i = 0; i < 10; i++)
		if (mprotect(p, PAGE, i % 2 ? PROT_READ | PROT_WRITE : PROT_READ))
			wrong("mprotect");
	end();
	munmap(p, PAGE);
}

static void find(void)
{
	char *p = map(1, MAP_SHARED);

	begin("find");
	for (int i = 0; i < 12; i++)
		if (madvise(p, PAGE, MADV_NORMAL))
			wrong("madvise");
	end();
	munmap(p, PAGE);
}

static void all(void)
{
	refs();
	do_life();
	faults();
	do_cow();
	flush();
	lock();
	find();
}

int main(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	warm = "warm";
	all();
	warm = NULL;
	all();
	printf("pid %d\n", getpid());
	return 0;
}
