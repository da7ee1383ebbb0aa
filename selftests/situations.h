/* SPDX-License-Identifier: GPL-2.0-only */
/* situations.h - places where the outcome of an access is known beforehand */
#ifndef SITUATIONS_H
#define SITUATIONS_H

#include <stddef.h>

#include "actor.h"

/* Not told here: it depends on the machine. Prediction and reality must agree all the same. */
#define ANY	(~0U)

/**
 * struct situation - a place, and what using it leads to
 * @name: in words
 * @make: makes it, in the process that will use it
 * @outcomes: enum mmscope_outcome, or ANY, by enum mmscope_access
 * @may_lack: a kernel or a machine may not have it
 * @unsure: what happens is known only as one of several things
 */
struct situation {
	const char *name;
	int (*make)(struct place *place, const void *arg);
	unsigned int outcomes[3];
	bool may_lack;
	bool unsure;
};

extern const struct situation situations[];
extern const size_t nr_situations;

/* A directory on a file system with a disk below it, for what has to be read from there. */
#define DISK_DIR	"/tmp/predict-disk"

#endif /* SITUATIONS_H */
