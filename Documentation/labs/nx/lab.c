// SPDX-License-Identifier: GPL-2.0
/* Makes a function, and runs it: from data, from code, from both. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "lab.h"

#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

/* x86: return this number. */
static const unsigned char code[] = { 0xb8, 42, 0, 0, 0, 0xc3 };
static sigjmp_buf back;

static void on_fault(int signal)
{
	siglongjmp(back, signal);
}

/* What the function at p returns, or -1 if the processor does not run it. */
static int run(void *p)
{
	return sigsetjmp(back, 1) ? -1 : ((int (*)(void))p)();
}

int main(void)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, ANON, -1, 0);
	int fd = memfd_create("jit", 0);
	char *in, *out, *both;

	if (page == MAP_FAILED || fd < 0 || ftruncate(fd, PAGE))
		err(1, "preparing");
	signal(SIGSEGV, on_fault);
	memcpy(page, code, sizeof(code));
	tell("page", page);
	look();
	tell_number("as_data", run(page));
	if (mprotect(page, PAGE, PROT_READ | PROT_EXEC))
		err(1, "mprotect");
	tell_number("as_code", run(page));
	look();
	/* One page, two views. */
	in = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	out = mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
	if (in == MAP_FAILED || out == MAP_FAILED)
		err(1, "views");
	memcpy(in, code, sizeof(code));
	tell_number("once", run(out));
	in[1]++;
	tell_number("twice", run(out));
	tell("in", in);
	tell("out", out);
	look();
	both = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, ANON, -1, 0);
	if (both == MAP_FAILED)
		err(1, "mmap");
	tell("both", both);
	look();
	return 0;
}
