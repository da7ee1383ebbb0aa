/* SPDX-License-Identifier: GPL-2.0-only */
/* target.h - processes for the tests to look at */
#ifndef TARGET_H
#define TARGET_H

#include "zoo.h"

/**
 * struct target - a child that holds one kind of the zoo
 * @keeper: the child; @thing.pid is whose memory it is
 * @thing: what it made, or why not
 */
struct target {
	pid_t keeper;
	struct zoo_thing thing;
};

/* 0, ZOO_LACKS or ZOO_FAILED: then thing.why says why and nothing has to be ended. */
int target_start(struct target *t, const char *kind, const struct zoo_options *o);
/* A child that execs @path with @argv and lets it run; 0 or -1. */
int target_exec(struct target *t, const char *path, char *const argv[]);
/* A child that waits, with nothing special. */
int target_plain(struct target *t);
void target_end(struct target *t);

/* SIGSTOP, and back when every thread has stopped; SIGCONT. */
int target_stop(pid_t pid);
void target_continue(pid_t pid);

#endif /* TARGET_H */
