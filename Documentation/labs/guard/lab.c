// SPDX-License-Identifier: GPL-2.0
/* A thread runs out of its stack; a buffer has a wall behind it. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "lab.h"

#define SPARE	(1UL << 16)

static sigjmp_buf back;
static void *volatile fault;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	fault = info->si_addr;
	siglongjmp(back, 1);
}

/* One frame below the other, with no end. */
static int deeper(int n)
{
	volatile char frame[512];

	frame[0] = (char)n;
	return n < 0 ? 0 : deeper(n + 1) + frame[0];
}

static void *work(void *memory)
{
	/* A handler needs a stack, and that of the thread will be used up. */
	stack_t spare = { .ss_sp = memory, .ss_size = SPARE };
	int local = 0;

	sigaltstack(&spare, NULL);
	tell("local", &local);
	look();
	if (!sigsetjmp(back, 1))
		deeper(local);
	tell("fault", fault);
	look();
	return memory;
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	char *buffer = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *object = buffer + 2 * PAGE - 100;
	pthread_t thread;

	if (buffer == MAP_FAILED || mprotect(buffer + 2 * PAGE, PAGE, PROT_NONE))
		err(1, "buffer");
	object[99] = 1;
	tell("last", object + 99);
	tell("behind", object + 100);
	sigaction(SIGSEGV, &sa, NULL);
	if (pthread_create(&thread, NULL, work, malloc(SPARE)))
		errx(1, "cannot create a thread");
	pthread_join(thread, NULL);
	fault = NULL;
	if (!sigsetjmp(back, 1))
		((volatile char *)object)[100] = 1;
	tell("fence", fault);
	look();
	return 0;
}
