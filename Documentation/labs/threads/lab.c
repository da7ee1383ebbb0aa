// SPDX-License-Identifier: GPL-2.0
/* A thread, a process that shares all memory, and a process of its own. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "lab.h"

static volatile long number;
static int done[2];

/* Change the number, say so, and stay. */
static int change(void *to)
{
	char byte = 0;

	number = (long)to;
	if (write(done[1], &byte, 1) == 1)
		for (;;)
			pause();
	return 1;
}

static int change_and_die_with_parent(void *to)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return change(to);
}

static void *thread(void *to)
{
	change(to);
	return NULL;
}

static void wait_for_change(void)
{
	char byte;

	if (read(done[0], &byte, 1) != 1)
		err(1, "read");
}

int main(void)
{
	char *stack = malloc(1 << 16);
	pthread_t t;
	pid_t pid;

	number = 1;
	if (!stack || pipe(done))
		err(1, "preparing");
	look();
	if (pthread_create(&t, NULL, thread, (void *)2))
		errx(1, "cannot create a thread");
	wait_for_change();
	tell_number("after_thread", number);
	look();
	pid = clone(change_and_die_with_parent, stack + (1 << 16), CLONE_VM | SIGCHLD, (void *)3);
	if (pid < 0)
		err(1, "clone");
	wait_for_change();
	tell_number("sharer", pid);
	tell_number("after_sharer", number);
	look();
	pid = fork();
	if (!pid)
		return change_and_die_with_parent((void *)4);
	wait_for_change();
	tell_number("child", pid);
	tell_number("after_child", number);
	tell("where", &number);
	look();
	return 0;
}
