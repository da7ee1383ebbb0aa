/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * actor.h - a process that uses an address when it is told to, and tells what came of it
 *
 * The teller measures itself: its faults are those of the access alone, and a signal
 * is survived.
 */
#ifndef ACTOR_H
#define ACTOR_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * struct place - what a process made, of which one address is looked at
 * @va: the address
 * @size: bytes from there on that belong to it, where it is more than one page
 * @registered: start of what is registered with userfaultfd
 * @registered_size: bytes of it
 * @uffd: the userfaultfd, -1 for none; set, it is watched
 * @forked: its child shall be asked, not the maker
 * @nr_helpers: processes to end with it
 * @helpers: these
 * @why: why it cannot be had here
 */
struct place {
	unsigned long va;
	unsigned long size;
	unsigned long registered;
	unsigned long registered_size;
	int uffd;
	bool forked;
	int nr_helpers;
	pid_t helpers[2];
	char why[200];
};

/**
 * struct deed - what came of an access
 * @signal: that ended it, 0 for none
 * @code: si_code
 * @addr: si_addr
 * @minor: minor faults of the thread, as getrusage() counts them
 * @major: major faults
 * @userfault: it waited for the userfaultfd; the counts are those up to there
 * @calm: it could be measured at all: nothing else faulted in between
 */
struct deed {
	int signal;
	int code;
	unsigned long addr;
	long minor;
	long major;
	bool userfault;
	bool calm;
};

/**
 * struct actor - a process under command
 * @pid: whose address space is in question now
 * @keeper: the first process, which made the place
 * @to: commands
 * @from: answers
 * @place: what it made
 */
struct actor {
	pid_t pid;
	pid_t keeper;
	int to;
	int from;
	struct place place;
};

/* What a maker returns: ABSENT when the kernel itself says that it has no such thing. */
enum { PLACE_MADE, PLACE_FAILED, PLACE_LACKS, PLACE_ABSENT };

/* Starts a process that runs @make; returns what that returned. */
int actor_start(struct actor *a, int (*make)(struct place *place, const void *arg),
		const void *arg);
void actor_end(struct actor *a);

/* From here on, until actor_join(), a fresh child of it acts. 0 or -1. */
int actor_fork(struct actor *a);
void actor_join(struct actor *a);

/* Uses @va; @access as enum mmscope_access. 0 or -1 when the process is gone. */
int actor_use(struct actor *a, unsigned long va, unsigned int access, struct deed *deed);

#endif /* ACTOR_H */
