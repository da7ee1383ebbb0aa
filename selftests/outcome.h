/* SPDX-License-Identifier: GPL-2.0-only */
/* outcome.h - runs a command and keeps all that came of it */
#ifndef OUTCOME_H
#define OUTCOME_H

#include <stddef.h>

/**
 * struct outcome - what a run of the command did
 * @status: exit status, or 128 and the signal
 * @out: standard output, @out_length bytes
 * @err: standard error
 * @rss_kib: peak of its resident set
 */
struct outcome {
	int status;
	char *out;
	size_t out_length;
	char *err;
	long rss_kib;
};

/* Runs the words up to NULL; @prepare is called in the child before. 0 or -1. */
int run_args(struct outcome *o, void (*prepare)(void), char *const argv[]);

/* The command line as one string of words. */
int run(struct outcome *o, void (*prepare)(void), const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void forget(struct outcome *o);

#endif /* OUTCOME_H */
