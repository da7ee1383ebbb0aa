// SPDX-License-Identifier: GPL-2.0-only
/*
 * harm.c - what being looked at costs the process that is looked at
 *
 * A process maps some pages, touches them and unmaps them, over and over, beside
 * much memory that stands still. Two readers look at it without pause. How long each
 * of its operations took is told for each kind of reader.
 *
 * Two settings. As it comes ("wall"): the process never pauses, and what it waits
 * for is the mmap lock and the processors. First of all ("fifo"): it has real-time
 * priority and sleeps between rounds, so that it wakes anywhere in a reader's work;
 * the processor is then always its own, and what it waits for is the lock.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define NR_READERS	2
#define PAGES_A_ROUND	16
#define NR_ROUNDS	60000
#define NR_SAMPLES	(NR_ROUNDS * PAGES_A_ROUND)
#define NR_VMAS		1000

enum operation { MAP, FAULT, UNMAP, NR_OPERATIONS };

static const char *const operation_names[] = { "map", "fault", "unmap" };

/* Between the measured process, the readers and the one that asks. */
static struct shared {
	volatile unsigned int phase;	/* the measured process works on this one … */
	volatile unsigned int done;	/* … and has finished that one */
	volatile unsigned long start, end;
	volatile uint64_t passes[NR_READERS];
	uint64_t nr[NR_OPERATIONS];
	uint32_t ns[NR_OPERATIONS][NR_SAMPLES];
} *shared;

static bool first_of_all;

/* One large VMA, and many small ones. */
static void stand_still(void)
{
	size_t size = options.size / 4;
	char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *small = mmap(NULL, NR_VMAS * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED || small == MAP_FAILED || madvise(at, size, MADV_NOHUGEPAGE))
		die("mmap");
	memset(at, 1, size);
	for (size_t i = 0; i < NR_VMAS; i += 2)
		mprotect(small + i * PAGE, PAGE, PROT_READ | PROT_WRITE);
	shared->start = (unsigned long)at;
	shared->end = shared->start + size;
}

/* Note how long an operation took that began at @begin; returns when it ended. */
static uint64_t took(enum operation op, uint64_t begin)
{
	uint64_t end = now();

	if (shared->nr[op] < NR_SAMPLES)
		shared->ns[op][shared->nr[op]++] = end - begin;
	return end;
}

static void round_of_work(void)
{
	uint64_t begin = now();
	char *at = mmap(NULL, PAGES_A_ROUND * PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		die("mmap");
	begin = took(MAP, begin);
	for (size_t i = 0; i < PAGES_A_ROUND; i++) {
		*(volatile char *)(at + i * PAGE) = 1;
		begin = took(FAULT, begin);
	}
	munmap(at, PAGES_A_ROUND * PAGE);
	took(UNMAP, begin);
}

static void nap(uint64_t ns)
{
	nanosleep(&(struct timespec){ .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 },
		  NULL);
}

static void __attribute__((noreturn)) be_measured(void)
{
	const struct sched_param priority = { .sched_priority = 50 };
	uint64_t state = 1;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	stand_still();
	if (first_of_all && sched_setscheduler(0, SCHED_FIFO, &priority))
		die("SCHED_FIFO");
	for (unsigned int phase = 0;; phase++) {
		uint64_t end;

		while (shared->phase == phase)
			nap(1000000);
		memset(shared->nr, 0, sizeof(shared->nr));
		for (end = now() + options.seconds * 1000000000ULL; now() < end;) {
			round_of_work();
			if (!first_of_all)
				continue;
			state = state * 6364136223846793005ULL + 1442695040888963407ULL;
			nap(200000 + (state >> 44));
		}
		shared->done = phase + 1;
	}
}

static uint64_t busy(struct area *area)
{
	for (volatile unsigned int i = 0; i < 1000000; i++)
		;
	area->found = 0;
	return 0;
}

static void __attribute__((noreturn)) be_reader(uint64_t (*look)(struct area *area), pid_t pid,
						unsigned int nr)
{
	struct area area = { .pid = pid, .start = shared->start, .end = shared->end };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		look(&area);
		shared->passes[nr]++;
	}
}

static int compare(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void report(const char *readers)
{
	for (int i = 0; i < NR_OPERATIONS; i++) {
		uint32_t *ns = shared->ns[i];
		uint64_t nr = shared->nr[i], sum = 0;

		if (!nr)
			die("not one operation was finished");
		qsort(ns, nr, sizeof(*ns), compare);
		for (uint64_t j = 0; j < nr; j++)
			sum += ns[j];
		printf("harm\t%s\t%s\t%llu\t%u\t%u\t%u\t%llu\n", readers, operation_names[i],
		       (unsigned long long)nr, ns[nr / 2], ns[nr - 1 - nr / 100], ns[nr - 1],
		       (unsigned long long)(sum / nr));
	}
	printf("harmread\t%s\t%llu\n", readers,
	       (unsigned long long)(shared->passes[0] + shared->passes[1]));
	fflush(stdout);
}

static const struct {
	const char *name;
	uint64_t (*look)(struct area *area);
	unsigned int readers;
} phases[] = {
	{ "none", NULL, 0 },
	{ "busy, reading nothing", busy, NR_READERS },
	{ "smaps", proc_smaps, NR_READERS },
	{ "smaps_rollup", proc_rollup, NR_READERS },
	{ "maps", proc_maps, NR_READERS },
	{ "pagemap", proc_pagemap, NR_READERS },
	{ "STATS", our_stats, NR_READERS },
	{ "STATS rollup", our_rollup, NR_READERS },
	{ "VMAS", our_vmas, NR_READERS },
	{ "EXTENTS", our_extents, NR_READERS },
	{ "PAGES", our_pages, NR_READERS },
	/* What of it is the lock, and what that two readers share a processor. */
	{ "smaps, one reader", proc_smaps, 1 },
	{ "STATS, one reader", our_stats, 1 },
	{ "VMAS, one reader", our_vmas, 1 },
	{ "EXTENTS, one reader", our_extents, 1 },
	{ "PAGES, one reader", our_pages, 1 },
};

void run_harm(bool fifo)
{
	pid_t measured;

	first_of_all = fifo;
	printf("meta\tseconds\t%u\n", options.seconds);
	fflush(stdout);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (shared == MAP_FAILED)
		die("mmap");
	measured = fork();
	if (!measured)
		be_measured();

	while (!shared->end)
		nap(10000000);
	for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
		pid_t readers[NR_READERS] = { 0 };

		shared->passes[0] = 0;
		shared->passes[1] = 0;
		for (unsigned int r = 0; r < phases[i].readers; r++) {
			readers[r] = fork();
			if (!readers[r])
				be_reader(phases[i].look, measured, r);
		}
		/* Till they are at work. */
		nap(100000000);
		shared->phase = i + 1;
		while (shared->done != i + 1)
			nap(50000000);
		for (unsigned int r = 0; r < phases[i].readers; r++) {
			kill(readers[r], SIGKILL);
			waitpid(readers[r], NULL, 0);
		}
		report(phases[i].name);
	}
	kill(measured, SIGKILL);
	waitpid(measured, NULL, 0);
}
