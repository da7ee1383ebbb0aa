/* SPDX-License-Identifier: GPL-2.0 */
/*
 * everyone.h - all processes, one after the other
 */
#ifndef MMSCOPE_EVERYONE_H
#define MMSCOPE_EVERYONE_H

#include "cli.h"

/* The numbers of all processes there are now, rising; to be freed. */
pid_t *everyone_list(size_t *nr);

/**
 * struct everyone - a look at many processes
 * @cli: the run
 * @look: called with each that could be attached to; 0, or -errno of the look
 * @arg: for the caller
 * @counts: @look shows itself how far it is
 * @looked: how many were looked at
 * @refused: how many one may not look at
 *
 * A process that ends meanwhile has nothing any more, and is no error; nor are kernel
 * threads.
 */
struct everyone {
	struct cli *cli;
	int (*look)(struct everyone *all, const struct target *target);
	void *arg;
	bool counts;
	size_t looked;
	size_t refused;
};

/* Returns 0, or -errno of anything else; @failed gets the number of that process. */
int everyone_look(struct everyone *all, const pid_t *pids, size_t nr, pid_t *failed);

#endif /* MMSCOPE_EVERYONE_H */
