// SPDX-License-Identifier: GPL-2.0
/* Provokes faults of each kind, after the script has predicted them. */
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "lab.h"

static sigjmp_buf back;
static volatile int code;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)context;
	code = signal == SIGBUS ? -1 : info->si_code;
	siglongjmp(back, 1);
}

/* 0: went well; 1: SEGV_MAPERR; 2: SEGV_ACCERR; -1: SIGBUS. */
static void try(const char *name, void (*what)(volatile char *), volatile char *p)
{
	code = 0;
	if (!sigsetjmp(back, 1))
		what(p);
	tell_number(name, code);
}

static void read_it(volatile char *p) { (void)*p; }
static void write_it(volatile char *p) { *p = 1; }
static void run_it(volatile char *p) { ((void (*)(void))p)(); }

int main(void)
{
	struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	int anon = MAP_PRIVATE | MAP_ANONYMOUS;
	char *gap = mmap(NULL, 3 * PAGE, PROT_NONE, anon, -1, 0);
	char *readonly = mmap(NULL, PAGE, PROT_READ, anon, -1, 0);
	char *data = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, anon, -1, 0);
	FILE *f = tmpfile();
	char *past;

	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	if (!f)
		err(1, "tmpfile");
	past = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fileno(f), 0);
	data[0] = (char)0xc3;
	/* Last, or one of the others would be put there. */
	if (munmap(gap + PAGE, PAGE))
		err(1, "munmap");
	tell("null", NULL);
	tell("unmapped", gap + PAGE);
	tell("closed", gap);
	tell("readonly", readonly);
	tell("data", data);
	tell("past", past);
	look();
	try("at_null", read_it, NULL);
	try("at_unmapped", read_it, gap + PAGE);
	try("at_closed", read_it, gap);
	try("at_readonly", write_it, readonly);
	try("at_data", run_it, data);
	try("at_past", read_it, past);
	try("at_good", write_it, data);
	look();
	return 0;
}
