// SPDX-License-Identifier: GPL-2.0-only
/* cases.c - the kinds of memory, and by which ways each is looked at */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

void reserve(struct area *area, size_t size, int advice)
{
	char *at = mmap(NULL, size + HUGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		die("mmap");
	area->start = ((unsigned long)at + HUGE - 1) & ~(HUGE - 1);
	area->end = area->start + size;
	if (madvise((void *)area->start, size, advice))
		die("madvise");
}

void touch(const struct area *area, size_t first, size_t step)
{
	for (unsigned long va = area->start + first; va < area->end; va += step)
		*(volatile char *)va = 1;
}

/* How long runs are decides what merging them saves, so it is told. */
static void note_runs(struct area *area)
{
	size_t runs = 0;

	read_pfns(area);
	for (size_t i = 0; i < area->nr_pfns; i++)
		runs += !i || area->pfns[i] != area->pfns[i - 1] + 1;
	remark(area, "pages", (area->end - area->start) / PAGE);
	remark(area, "present", area->nr_pfns);
	remark(area, "frame_runs", runs);
}

static const struct way page_ways[] = {
	{ "floor", "page", floor_ptes, 0 },
	{ "EXTENTS", "page", our_extents, 'p' },
	{ "pagemap", "page", proc_pagemap, 'p' },
	{ "PAGEMAP_SCAN", "page", proc_scan, 'p' },
	{ "PAGES", "page", our_pages, 'c' },
	{ "kpageflags+kpagecount", "page", proc_kpage_single, 0 },
	{ "kpageflags+kpagecount, bulk", "page", proc_kpage_bulk, 'c' },
	{ "STATS rollup", "page", our_rollup, 'r' },
	{ "smaps_rollup", "page", proc_rollup, 'r' },
};

static void measure_pages(struct area *area)
{
	note_runs(area);
	measure(area, page_ways, ARRAY_SIZE(page_ways));
}

static void case_small_pages(struct area *area)
{
	reserve(area, options.size, MADV_NOHUGEPAGE);
	touch(area, 0, PAGE);
	measure_pages(area);
}

static void case_huge_pages(struct area *area)
{
	reserve(area, options.size, MADV_HUGEPAGE);
	touch(area, 0, PAGE);
	measure_pages(area);
}

static void case_alternating(struct area *area)
{
	reserve(area, options.size, MADV_NOHUGEPAGE);
	touch(area, 0, 2 * PAGE);
	measure_pages(area);
}

/*
 * Pages are touched from the last to the first in each of two rounds, even ones, then
 * odd ones.
 */
void touch_fragmented(const struct area *area)
{
	for (int odd = 0; odd < 2; odd++) {
		for (unsigned long va = area->end; va > area->start; va -= 2 * PAGE)
			*(volatile char *)(va - PAGE - odd * PAGE) = 1;
	}
}

static void case_fragmented(struct area *area)
{
	reserve(area, options.size, MADV_NOHUGEPAGE);
	touch_fragmented(area);
	measure_pages(area);
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void case_scattered(struct area *area)
{
	static const struct way ways[] = {
		{ "TRANSLATE", "address", our_translate, 'f' },
		{ "TRANSLATE, sorted", "address", our_translate_sorted, 'f' },
		{ "WALK", "address", our_walk, 'f' },
		{ "pagemap, one pread each", "address", proc_pagemap_single, 'f' },
	};
	uint64_t state = 1;

	reserve(area, options.size, MADV_NOHUGEPAGE);
	touch(area, 0, PAGE);
	area->nr_addrs = 1000;
	area->addrs = calloc(area->nr_addrs, sizeof(*area->addrs));
	area->sorted = calloc(area->nr_addrs, sizeof(*area->sorted));
	for (size_t i = 0; i < area->nr_addrs; i++) {
		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		area->addrs[i] = area->start + (state >> 20) % options.size;
	}
	memcpy(area->sorted, area->addrs, area->nr_addrs * sizeof(*area->addrs));
	qsort(area->sorted, area->nr_addrs, sizeof(*area->sorted), compare);
	measure(area, ways, ARRAY_SIZE(ways));
}

static uint64_t sparse_extents(struct area *area)
{
	return our_extents(area) / (GIB / PAGE);
}

static uint64_t sparse_scan(struct area *area)
{
	return proc_scan(area) / (GIB / PAGE);
}

static uint64_t sparse_rollup(struct area *area)
{
	our_rollup(area);
	return (area->end - area->start) / GIB;
}

static uint64_t sparse_proc_rollup(struct area *area)
{
	proc_rollup(area);
	return (area->end - area->start) / GIB;
}

/* One page in each GiB. */
static void case_sparse(struct area *area)
{
	static const struct way ways[] = {
		{ "EXTENTS", "GiB", sparse_extents, 'p' },
		{ "PAGEMAP_SCAN", "GiB", sparse_scan, 'p' },
		{ "pagemap, 1/64 of it", "GiB", proc_pagemap_part, 0 },
		{ "STATS rollup", "GiB", sparse_rollup, 'r' },
		{ "smaps_rollup", "GiB", sparse_proc_rollup, 'r' },
	};

	reserve(area, 1024 * GIB, MADV_NOHUGEPAGE);
	touch(area, 4711 * PAGE, GIB);
	measure(area, ways, ARRAY_SIZE(ways));
}

static const struct way vma_ways[] = {
	{ "VMAS", "VMA", our_vmas, 'v' },
	{ "maps, read and parsed", "VMA", proc_maps, 'v' },
	{ "maps, read", "VMA", proc_maps_read, 0 },
	{ "PROCMAP_QUERY", "VMA", proc_query, 'v' },
	{ "STATS", "VMA", our_stats, 's' },
	{ "smaps, read", "VMA", proc_smaps, 0 },
	{ "smaps, read and parsed", "VMA", proc_smaps_parsed, 's' },
};

void raise_max_map_count(unsigned int nr)
{
	const char *path = "/proc/sys/vm/max_map_count";
	unsigned int have = 0;
	FILE *f = fopen(path, "r+");

	if (!f || fscanf(f, "%u", &have) != 1)
		die(path);
	if (have < nr + 1000) {
		rewind(f);
		fprintf(f, "%u\n", nr + 1000);
	}
	fclose(f);
}

/*
 * @nr VMAs of one page, side by side, kept apart by what they permit. With @files
 * they are of that many files, four in a row of each, like a library's.
 */
static void measure_vmas(struct area *area, unsigned int nr, unsigned int files)
{
	char dir[] = "/tmp/mmscope-bench-XXXXXX", path[64];
	int *fds = calloc(files + 1, sizeof(*fds));

	if (!nr)
		return;
	raise_max_map_count(nr);
	if (!mkdtemp(dir))
		die(dir);
	for (unsigned int i = 0; i < files; i++) {
		snprintf(path, sizeof(path), "%s/libnumber-%04u.so.6", dir, i);
		fds[i] = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fds[i] < 0 || ftruncate(fds[i], 4 * PAGE))
			die(path);
	}
	reserve(area, (nr + 1) * PAGE, MADV_NOHUGEPAGE);
	for (unsigned int i = 0; i < nr; i++) {
		int prot = i & 1 ? PROT_READ : PROT_READ | PROT_WRITE;
		int flags = MAP_FIXED | MAP_PRIVATE | (files ? 0 : MAP_ANONYMOUS);
		int fd = files ? fds[i / 4 % files] : -1;

		if (mmap((char *)area->start + i * PAGE, PAGE, prot, flags, fd,
			 files ? i % 4 * PAGE : 0) == MAP_FAILED)
			die("mmap");
	}
	measure(area, vma_ways, ARRAY_SIZE(vma_ways));
	for (unsigned int i = 0; i < files; i++) {
		snprintf(path, sizeof(path), "%s/libnumber-%04u.so.6", dir, i);
		unlink(path);
	}
	rmdir(dir);
}

static void case_anon_vmas(struct area *area)
{
	measure_vmas(area, options.vmas[0], 0);
}

static void case_file_vmas(struct area *area)
{
	measure_vmas(area, options.vmas[0], 1);
}

static void case_files_vmas(struct area *area)
{
	measure_vmas(area, options.vmas[0], 64);
}

static void case_many_anon_vmas(struct area *area)
{
	measure_vmas(area, options.vmas[1], 0);
}

static void case_many_file_vmas(struct area *area)
{
	measure_vmas(area, options.vmas[1], 1);
}

/* Forked after the memory was touched: all of them map the same pages. */
static void case_shared(struct area *area)
{
	static const struct way ways[] = {
		{ "STATS rollup", "page", our_rollups, 'r' },
		{ "smaps_rollup", "page", proc_rollups, 'r' },
	};
	const size_t nr = options.processes;

	reserve(area, options.shared, MADV_NOHUGEPAGE);
	touch(area, 0, PAGE);
	area->pids = calloc(nr, sizeof(*area->pids));
	area->ours = calloc(nr, sizeof(*area->ours));
	area->rollups = calloc(nr, sizeof(*area->rollups));
	fflush(stdout);
	for (size_t i = 0; i < nr; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
		area->pids[i] = pid;
		area->ours[i] = open_ours(pid);
		area->rollups[i] = open_proc(pid, "smaps_rollup");
	}
	area->nr_pids = nr;
	/* Each has to reach pause(), and its last own page. */
	usleep(300000);
	remark(area, "processes", nr);
	measure(area, ways, ARRAY_SIZE(ways));
	for (size_t i = 0; i < nr; i++)
		kill(area->pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
}

static const struct {
	const char *name;
	const char *help;
	void (*run)(struct area *area);
} cases[] = {
	{ "4K pages", "anonymous memory of 4 KiB pages, touched in order", case_small_pages },
	{ "2M pages", "the same of transparent huge pages", case_huge_pages },
	{ "alternating", "every other page absent", case_alternating },
	{ "fragmented", "no frame continues the one before", case_fragmented },
	{ "addresses", "1,000 scattered addresses", case_scattered },
	{ "sparse", "1 TiB with one page in each GiB", case_sparse },
	{ "anonymous VMAs", "10,000 VMAs of one page", case_anon_vmas },
	{ "file VMAs", "the same, of one file", case_file_vmas },
	{ "files VMAs", "the same, of 64 files, four VMAs in a row of each", case_files_vmas },
	{ "many anonymous VMAs", "50,000", case_many_anon_vmas },
	{ "many file VMAs", "50,000", case_many_file_vmas },
	{ "shared", "256 processes that share 64 MiB", case_shared },
};

void list_cases(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		printf("%-20s %s\n", cases[i].name, cases[i].help);
}

/* Each in a process of its own, which has nothing else. */
void run_cases(void)
{
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct area area = { .name = cases[i].name };
		int status;
		pid_t pid;

		if (options.only && strcmp(options.only, cases[i].name))
			continue;
		any = true;
		fflush(stdout);
		pid = fork();
		if (pid < 0)
			die("fork");
		if (!pid) {
			area.pid = getpid();
			cases[i].run(&area);
			fflush(stdout);
			_exit(0);
		}
		if (waitpid(pid, &status, 0) != pid || status) {
			fprintf(stderr, "bench: case '%s' failed\n", cases[i].name);
			exit(1);
		}
	}
	if (!any)
		die("no such case");
}
