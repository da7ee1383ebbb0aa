// SPDX-License-Identifier: GPL-2.0
/* Mappings at an address of one's own choice, and one that grows downwards. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "lab.h"

#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)
#define RW	(PROT_READ | PROT_WRITE)
#define AREA	(4UL << 20)

static sigjmp_buf back;

static void on_fault(int signal)
{
	siglongjmp(back, signal);
}

int main(void)
{
	char *p = mmap(NULL, 3 * PAGE, RW, ANON, -1, 0), *area;
	volatile char *stack;
	int caught;

	if (p == MAP_FAILED)
		err(1, "mmap");
	memset(p, 'a', 3 * PAGE);
	tell("low", p);
	tell("middle", p + PAGE);
	look();

	tell("hinted", mmap(p + PAGE, PAGE, RW, ANON, -1, 0));
	tell_number("refused", mmap(p + PAGE, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0) ==
		    MAP_FAILED && errno == EEXIST);
	tell_number("kept", p[PAGE]);
	if (mmap(p + PAGE, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0) != p + PAGE)
		err(1, "MAP_FIXED");
	tell_number("replaced", p[PAGE]);
	look();

	/* One page at either end of an area; all between is free. */
	area = mmap(NULL, AREA, RW, ANON, -1, 0);
	if (area == MAP_FAILED || munmap(area + PAGE, AREA - PAGE))
		err(1, "area");
	stack = mmap(area + AREA - PAGE, PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
	if (stack == MAP_FAILED)
		err(1, "MAP_GROWSDOWN");
	tell("stack", stack);
	tell("below", stack - 3 * PAGE);
	tell("near", area + 16 * PAGE);
	look();
	stack[-3 * (long)PAGE] = 1;
	look();
	signal(SIGSEGV, on_fault);
	caught = sigsetjmp(back, 1);
	if (!caught)
		area[16 * PAGE] = 1;
	tell_number("caught", caught == SIGSEGV);
	look();
	return 0;
}
