/* SPDX-License-Identifier: GPL-2.0 */
/*
 * progress.h - a sign of life for long work
 */
#ifndef MMSCOPE_PROGRESS_H
#define MMSCOPE_PROGRESS_H

#include <linux/types.h>

/*
 * Shows on a terminal at stderr, after the first second and not too often, how
 * much of @total is done. Nothing is shown anywhere else.
 */
void progress_show(const char *what, __u64 done, __u64 total);

/* The same of what has no known end: how many of @what there are so far. */
void progress_count(const char *what, __u64 done);

/* Takes the line away, if there is one. */
void progress_clear(void);

#endif /* MMSCOPE_PROGRESS_H */
