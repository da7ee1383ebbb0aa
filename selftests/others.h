/* SPDX-License-Identifier: GPL-2.0-only */
/* others.h - every process of the machine, with some company for a bare guest */
#ifndef OTHERS_H
#define OTHERS_H

#include "target.h"

struct others {
	struct target company[3];
	pid_t *pids;
	size_t nr;
};

int others_start(struct others *o);
void others_end(struct others *o);

/*
 * Stop a process while it is looked at. Not those that wait for the caller: if it
 * died meanwhile they would wait for ever; they stand still by themselves.
 */
int others_hold(pid_t pid);
void others_let_go(pid_t pid);

#endif /* OTHERS_H */
