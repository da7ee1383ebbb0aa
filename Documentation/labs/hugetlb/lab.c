// SPDX-License-Identifier: GPL-2.0
/* Huge pages from the reserved pool, and what happens when it is empty. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "lab.h"

#define HUGE	(2UL << 20)
#define POOL	(MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB)
#define RW	(PROT_READ | PROT_WRITE)

static sigjmp_buf back;

static void on_fault(int signal)
{
	siglongjmp(back, signal);
}

int main(void)
{
	volatile char *p = mmap(NULL, 2 * HUGE, RW, POOL, -1, 0), *more;
	int caught;

	if (p == MAP_FAILED)
		err(1, "MAP_HUGETLB");
	tell("first", p);
	look();
	p[0] = 1;
	tell_number("cut", munmap((void *)(p + PAGE), PAGE) ? errno : 0);
	look();
	tell_number("too_many", mmap(NULL, 64 * HUGE, RW, POOL, -1, 0) == MAP_FAILED ? errno : 0);
	more = mmap(NULL, 64 * HUGE, RW, POOL | MAP_NORESERVE, -1, 0);
	if (more == MAP_FAILED)
		err(1, "MAP_NORESERVE");
	/* The pool has four: one is used, one promised. */
	more[0] = 1;
	more[HUGE] = 1;
	tell("third", more + 2 * HUGE);
	look();
	signal(SIGBUS, on_fault);
	caught = sigsetjmp(back, 1);
	if (!caught)
		more[2 * HUGE] = 1;
	tell_number("caught", caught == SIGBUS);
	look();
	return 0;
}
