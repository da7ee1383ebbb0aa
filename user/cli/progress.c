// SPDX-License-Identifier: GPL-2.0
/*
 * progress.c - a sign of life for long work
 */
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define FIRST_MS	1000
#define EVERY_MS	200

static bool shown;

static __u64 now_ms(void)
{
	struct timespec ts;

	/* Asked for every page and every run: a clock that is read from memory. */
	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (__u64)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static bool due(void)
{
	static int terminal = -1;
	static __u64 next;
	__u64 now;

	if (terminal < 0)
		terminal = isatty(STDERR_FILENO);
	if (!terminal)
		return false;
	now = now_ms();
	if (!next)
		next = now + FIRST_MS;
	if (now < next)
		return false;
	next = now + EVERY_MS;
	shown = true;
	return true;
}

void progress_show(const char *what, __u64 done, __u64 total)
{
	/* The whole can grow while it is counted. */
	if (total && due())
		fprintf(stderr, "\r%s: %3u%%", what,
			(unsigned int)(done < total ? done / (total / 100 + 1) : 100));
}

void progress_count(const char *what, __u64 done)
{
	if (due())
		fprintf(stderr, "\r%s: %llu", what, done);
}

void progress_clear(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
	shown = false;
}
