// SPDX-License-Identifier: GPL-2.0
/* Changes rights of memory, alone and while a thread runs on another processor. */
#define _GNU_SOURCE
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "lab.h"

#define SIZE	(64UL << 20)
#define HUGE	(2UL << 20)
#define NR	16
#define ROUNDS	4
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)
#define RW	(PROT_READ | PROT_WRITE)

static volatile int spin = 1;

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "sched_setaffinity");
}

static void *busy(void *ready)
{
	stay_on(1);
	*(volatile int *)ready = 1;
	while (spin)
		;
	return NULL;
}

/* Misses of the TLB for data while a byte of each page is read, four times; -1 if
 * this machine does not count them.
 */
static long misses(volatile char *p)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HW_CACHE, .size = sizeof(attr), .exclude_kernel = 1,
		.config = PERF_COUNT_HW_CACHE_DTLB | PERF_COUNT_HW_CACHE_OP_READ << 8 |
			  PERF_COUNT_HW_CACHE_RESULT_MISS << 16,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
	uint64_t before, after;
	size_t i, round;

	if (fd < 0)
		return -1;
	if (read(fd, &before, sizeof(before)) != sizeof(before))
		err(1, "perf");
	for (round = 0; round < 4; round++)
		for (i = 0; i < SIZE; i += PAGE)
			(void)p[i];
	if (read(fd, &after, sizeof(after)) != sizeof(after))
		err(1, "perf");
	close(fd);
	return (long)(after - before);
}

static char *memory(const char *name, int advice)
{
	char *p = mmap(NULL, SIZE + HUGE, RW, ANON, -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	p = (char *)(((uintptr_t)p + HUGE - 1) & ~(HUGE - 1));
	madvise(p, SIZE, advice);
	memset(p, 1, SIZE);
	tell(name, p);
	return p;
}

static void protect(char *p, size_t size, int prot)
{
	if (mprotect(p, size, prot))
		err(1, "mprotect");
}

int main(void)
{
	char *small = memory("small", MADV_NOHUGEPAGE);
	char *huge = memory("huge", MADV_HUGEPAGE);
	volatile int ready = 0;
	char *untouched;
	pthread_t t;
	int round;

	tell_number("small_misses", misses(small));
	tell_number("huge_misses", misses(huge));
	untouched = mmap(NULL, NR * PAGE, RW, ANON, -1, 0);
	if (untouched == MAP_FAILED)
		err(1, "mmap");
	stay_on(0);
	look();
	protect(untouched, NR * PAGE, PROT_READ);
	look();
	protect(small, NR * PAGE, PROT_READ);
	look();
	protect(small, SIZE, PROT_READ);
	look();
	if (pthread_create(&t, NULL, busy, (void *)&ready))
		errx(1, "cannot create a thread");
	while (!ready)
		sched_yield();
	/* It may sleep for a moment, and needs no interrupt then. */
	for (round = 0; round < ROUNDS; round++)
		protect(small, NR * PAGE, round % 2 ? PROT_READ : PROT_NONE);
	spin = 0;
	pthread_join(t, NULL);
	look();
	return 0;
}
