// SPDX-License-Identifier: GPL-2.0-only
/*
 * commands.c - what whole commands of mmscope cost: snapshots, differences, watching
 *
 * From the start of the program to its end, output and files included. The memory that
 * is looked at belongs to other processes, which stand still, but for the one that is
 * watched: that one works, and how long its work takes is told beside how long it takes
 * alone.
 */
#define _GNU_SOURCE		/* environ */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

/* Looks of one watch, ten a second; and how often it is paired with none. */
#define NR_LOOKS	50
#define NR_PAIRS	3
/* Of a round of work. */
#define PAGES_WRITTEN	4096
#define PAGES_MAPPED	16

/* Where recordings are made. */
static char dir[32];

static pid_t start(char *const *argv)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	errno = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	if (errno)
		die(argv[0]);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static struct rusage end(pid_t pid, unsigned int allowed)
{
	struct rusage usage;
	int status;

	if (wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) > allowed) {
		fprintf(stderr, "bench: a command ended with status 0x%x\n", status);
		exit(1);
	}
	return usage;
}

/* Times a command; @allowed: the last status that is no failure; @writes: a file or NULL */
static void time_command(const struct area *area, const char *name, unsigned int allowed,
			 const char *writes, char *const *argv)
{
	struct rusage usage = { 0 };
	struct stat st = { 0 };
	uint64_t ns[64];
	unsigned int i;

	for (i = 0; i < options.reps && i < ARRAY_SIZE(ns); i++) {
		uint64_t begin = now();

		usage = end(start(argv), allowed);
		ns[i] = now() - begin;
	}
	if (writes && stat(writes, &st))
		die(writes);
	printf("command\t%s\t%s\t%ld\t%lld", area->name, name, usage.ru_maxrss,
	       (long long)st.st_size);
	for (unsigned int j = 0; j < i; j++)
		printf("\t%llu", (unsigned long long)ns[j]);
	putchar('\n');
	fflush(stdout);
}

/*
 * A process that does what @make says and tells when that is done; then what @then says,
 * or nothing.
 */
static pid_t stand(struct area *area, void (*make)(struct area *area),
		   void (*then)(struct area *area))
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		die("pipe");
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		make(area);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		if (then)
			then(area);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		die("a process to look at has ended");
	close(ready[0]);
	return pid;
}

static void fall(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void make_small_pages(struct area *area)
{
	reserve(area, options.size, MADV_NOHUGEPAGE);
	touch(area, 0, PAGE);
}

static void make_huge_pages(struct area *area)
{
	reserve(area, options.size, MADV_HUGEPAGE);
	touch(area, 0, PAGE);
}

static void make_fragmented(struct area *area)
{
	reserve(area, options.size, MADV_NOHUGEPAGE);
	touch_fragmented(area);
}

/* Each beside a gap. */
static void make_vmas(struct area *area)
{
	raise_max_map_count(options.vmas[0]);
	reserve(area, 2 * options.vmas[0] * PAGE, MADV_NOHUGEPAGE);
	for (unsigned long va = area->start; va < area->end; va += 2 * PAGE)
		munmap((void *)va, PAGE);
}

static void make_nothing(struct area *area)
{
	(void)area;
}

/* Records it twice, and compares. */
static void record(struct area *area, void (*make)(struct area *area))
{
	char a[64], b[64], number[16];
	char *const snapshot[] = { "mmscope", "snapshot", number, "-o", a, NULL };
	char *const again[] = { "mmscope", "snapshot", number, "-o", b, NULL };
	char *const diff[] = { "mmscope", "diff", a, b, NULL };
	pid_t pid = stand(area, make, NULL);

	snprintf(a, sizeof(a), "%s/a", dir);
	snprintf(b, sizeof(b), "%s/b", dir);
	snprintf(number, sizeof(number), "%d", pid);
	time_command(area, "snapshot", 0, a, snapshot);
	end(start(again), 0);
	time_command(area, "diff", 1, NULL, diff);
	unlink(a);
	unlink(b);
	fall(pid);
}

static void of_small_pages(struct area *area)
{
	record(area, make_small_pages);
}

static void of_fragmented(struct area *area)
{
	record(area, make_fragmented);
}

static void of_vmas(struct area *area)
{
	record(area, make_vmas);
}

/* Forked from one that has some memory, as a server's workers are. */
static void of_processes(struct area *area)
{
	char *const pairs[] = { "mmscope", "share", "--all", NULL };
	char *const files[] = { "mmscope", "share", "--all", "--by", "file", NULL };
	pid_t *pids = calloc(options.processes, sizeof(*pids));

	reserve(area, MIB, MADV_NOHUGEPAGE);
	touch(area, 0, PAGE);
	for (unsigned int i = 0; i < options.processes; i++)
		pids[i] = stand(area, make_nothing, NULL);
	time_command(area, "share --all", 0, NULL, pairs);
	time_command(area, "share --all --by file", 0, NULL, files);
	for (unsigned int i = 0; i < options.processes; i++)
		fall(pids[i]);
	free(pids);
}

/* Between the process that is watched and this one. */
static struct shared {
	volatile bool run, rests;
	volatile uint64_t rounds, ns;
} *shared;

static void nap(uint64_t ns)
{
	nanosleep(&(struct timespec){ .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 },
		  NULL);
}

/* Writes to memory that is there, maps some more, writes to that, and unmaps it. */
static uint64_t round_of_work(const struct area *area, unsigned long *at)
{
	uint64_t begin = now();
	char *more = mmap(NULL, PAGES_MAPPED * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (more == MAP_FAILED)
		die("mmap");
	for (unsigned int i = 0; i < PAGES_WRITTEN; i++) {
		*(volatile char *)*at += 1;
		*at = *at + PAGE < area->end ? *at + PAGE : area->start;
	}
	for (unsigned int i = 0; i < PAGES_MAPPED; i++)
		*(volatile char *)(more + i * PAGE) = 1;
	munmap(more, PAGES_MAPPED * PAGE);
	return now() - begin;
}

/*
 * Goes before all others, so that what a round waits for is the lock and not the processor,
 * and sleeps between rounds, so that it wakes anywhere in a look.
 */
static void work(struct area *area)
{
	const struct sched_param priority = { .sched_priority = 50 };
	unsigned long at = area->start;
	uint64_t state = 1;

	if (sched_setscheduler(0, SCHED_FIFO, &priority))
		die("SCHED_FIFO");
	for (;;) {
		shared->rests = true;
		while (!shared->run)
			nap(1000000);
		shared->rests = false;
		while (shared->run) {
			shared->ns += round_of_work(area, &at);
			shared->rounds++;
			state = state * 6364136223846793005ULL + 1442695040888963407ULL;
			nap(200000 + (state >> 44));
		}
	}
}

/* Mean of a round while @watcher, or nobody, looks; @usage: what that one used */
static double phase(char *const *watcher, struct rusage *usage, uint64_t *elapsed)
{
	uint64_t begin = now();

	shared->rounds = 0;
	shared->ns = 0;
	shared->run = true;
	if (watcher)
		*usage = end(start(watcher), 0);
	else
		nap(NR_LOOKS * 100000000ULL);
	*elapsed = now() - begin;
	shared->run = false;
	while (!shared->rests)
		nap(1000000);
	return (double)shared->ns / shared->rounds;
}

static uint64_t used(const struct rusage *usage)
{
	return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000000ULL +
	       (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1000ULL;
}

static void watch_it(struct area *area, void (*make)(struct area *area))
{
	char number[16], looks[16];
	char *const watcher[] = { "mmscope", "watch", number, "--interval", "0.1", "--count",
				  looks, NULL };
	struct rusage usage;
	uint64_t elapsed;
	pid_t pid;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED)
		die("mmap");
	/* The child's copy of @area says where its memory is. */
	pid = stand(area, make, work);
	snprintf(number, sizeof(number), "%d", pid);
	snprintf(looks, sizeof(looks), "%d", NR_LOOKS);
	for (unsigned int i = 0; i < NR_PAIRS; i++) {
		double alone = phase(NULL, NULL, &elapsed);
		double watched = phase(watcher, &usage, &elapsed);

		printf("watch\t%s\t%d\t%llu\t%llu\t%.0f\t%.0f\n", area->name, NR_LOOKS,
		       (unsigned long long)used(&usage), (unsigned long long)elapsed, alone,
		       watched);
	}
	fall(pid);
}

static void watch_small_pages(struct area *area)
{
	watch_it(area, make_small_pages);
}

static void watch_huge_pages(struct area *area)
{
	watch_it(area, make_huge_pages);
}

static void watch_fragmented(struct area *area)
{
	watch_it(area, make_fragmented);
}

static const struct command_case {
	const char *name;
	void (*run)(struct area *area);
} cases[] = {
	{ "4K pages", of_small_pages },
	{ "fragmented", of_fragmented },
	{ "VMAs", of_vmas },
	{ "processes", of_processes },
	{ "watch 4K pages", watch_small_pages },
	{ "watch 2M pages", watch_huge_pages },
	{ "watch fragmented", watch_fragmented },
};

void run_commands(void)
{
	snprintf(dir, sizeof(dir), "/tmp/mmscope-bench-XXXXXX");
	if (!mkdtemp(dir))
		die(dir);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct area area = { .name = cases[i].name };

		if (!options.only || !strcmp(options.only, cases[i].name))
			cases[i].run(&area);
		fflush(stdout);
	}
	rmdir(dir);
}
