/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench.h - measures the module beside /proc on the same memory in the same run
 *
 * A case makes some memory; its subjects are different ways to learn about it. Each
 * way says how much it looked at (the divisor of its time) and what it found, and
 * ways that answer the same question must find the same: a figure for a wrong
 * answer is not printed.
 *
 * What is printed, fields separated by tabs, is for scripts/bench-report.awk:
 *
 *   meta    KEY VALUE
 *   note    CASE KEY VALUE
 *   result  CASE SUBJECT UNIT UNITS NS...
 *   lock    CASE SUBJECT TIMES-TAKEN LONGEST-NS
 *   absent  CASE SUBJECT REASON
 *   harm    READERS OPERATION COUNT P50 P99 MAX MEAN
 *   command CASE COMMAND MAXRSS-KIB FILE-BYTES NS...
 *   watch   CASE LOOKS WATCHER-NS ELAPSED-NS ROUND-NS-ALONE ROUND-NS-WATCHED
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <mmscope.h>

#define PAGE	4096UL
#define HUGE	(2UL << 20)
#define MIB	(1UL << 20)
#define GIB	(1UL << 30)

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/**
 * struct options - from the command line
 * @reps: how often each way is timed, after once untimed
 * @size: bytes of the large areas
 * @vmas: how many VMAs, in the small case and in the large one
 * @processes: that share memory
 * @shared: bytes that they share
 * @seconds: each phase of the harm test
 * @only: name of the only case, or NULL
 */
struct options {
	unsigned int reps;
	size_t size;
	unsigned int vmas[2];
	unsigned int processes;
	size_t shared;
	unsigned int seconds;
	const char *only;
};

extern struct options options;

/**
 * struct area - what a case made, and what the ways to look at it need
 * @name: of the case
 * @pid: process that has it
 * @start: first byte
 * @end: end, exclusive
 * @found: out, of each way: a figure that all ways to the same answer share, or 0
 * @lock: out, of ours: as the last call reported it, over all calls of one pass
 * @pfns: of the present pages, in order of address, for kpageflags
 * @nr_pfns: elements of @pfns
 * @addrs: addresses to look up
 * @sorted: the same by value
 * @nr_addrs: elements of each
 * @pids: processes that share the memory, @nr_pids of them
 * @ours: for each of @pids, an attached file
 * @rollups: likewise its smaps_rollup
 */
struct area {
	const char *name;
	pid_t pid;
	unsigned long start;
	unsigned long end;
	uint64_t found;
	struct mmscope_lock lock;
	uint64_t *pfns;
	size_t nr_pfns;
	uint64_t *addrs;
	uint64_t *sorted;
	size_t nr_addrs;
	pid_t *pids;
	int *ours;
	int *rollups;
	size_t nr_pids;
};

/**
 * struct way - one way to learn something
 * @name: of it
 * @unit: of what @look returns
 * @look: looks at the area, sets area->found; returns how many units it looked at
 * @same: ways with the same letter must have found the same; 0: compare nothing
 */
struct way {
	const char *name;
	const char *unit;
	uint64_t (*look)(struct area *area);
	char same;
};

/* Time each way and print the results. */
void measure(struct area *area, const struct way *ways, size_t nr);
/* For use in look(): this way does not exist here; measure() says so and goes on. */
void absent(const char *reason) __attribute__((noreturn));
void die(const char *what) __attribute__((noreturn));
void remark(const struct area *area, const char *key, uint64_t value);
uint64_t now(void);

/* Half open, of the caller: for the buffers of all ways. */
extern unsigned char buffer[4UL << 20];

/* [start, end) aligned to huge pages, not yet touched. */
void reserve(struct area *area, size_t size, int advice);
void touch(const struct area *area, size_t first, size_t step);
/* All of it, such that no frame continues the one before. */
void touch_fragmented(const struct area *area);
void raise_max_map_count(unsigned int nr);

int open_ours(pid_t pid);

uint64_t our_extents(struct area *area);
uint64_t our_pages(struct area *area);
uint64_t our_rollup(struct area *area);
uint64_t our_rollups(struct area *area);
uint64_t our_stats(struct area *area);
uint64_t our_vmas(struct area *area);
uint64_t our_translate(struct area *area);
uint64_t our_translate_sorted(struct area *area);
uint64_t our_walk(struct area *area);

int open_proc(pid_t pid, const char *file);
/* Fills area->pfns; as root only. */
void read_pfns(struct area *area);

uint64_t floor_ptes(struct area *area);
uint64_t proc_pagemap(struct area *area);
uint64_t proc_pagemap_part(struct area *area);
uint64_t proc_pagemap_single(struct area *area);
uint64_t proc_scan(struct area *area);
uint64_t proc_kpage_single(struct area *area);
uint64_t proc_kpage_bulk(struct area *area);
uint64_t proc_rollup(struct area *area);
uint64_t proc_rollups(struct area *area);
uint64_t proc_smaps(struct area *area);
uint64_t proc_smaps_parsed(struct area *area);
uint64_t proc_maps(struct area *area);
uint64_t proc_maps_read(struct area *area);
uint64_t proc_query(struct area *area);

void run_cases(void);
void list_cases(void);
/* Whole commands of mmscope; @only NULL: all cases. */
void run_commands(void);
/* @fifo: the measured process goes before all others and sleeps between operations */
void run_harm(bool fifo);

#endif /* BENCH_H */
