/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lab.h - what a lab's program says to its script, and how it waits for it
 *
 * "name value" lines, then a line "--": the program stands still until a line comes
 * on standard input. The script does the looking meanwhile.
 */
#ifndef MMSCOPE_LAB_H
#define MMSCOPE_LAB_H

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PAGE	4096UL

static inline void tell(const char *name, const volatile void *address)
{
	printf("%s 0x%lx\n", name, (unsigned long)address);
}

static inline void tell_number(const char *name, long number)
{
	printf("%s %ld\n", name, number);
}

/* The script looks now. Whoever's script is gone goes, too. */
static inline void look(void)
{
	char byte;

	printf("--\n");
	fflush(stdout);
	do {
		if (read(STDIN_FILENO, &byte, 1) != 1)
			_exit(0);
	} while (byte != '\n');
}

#endif /* MMSCOPE_LAB_H */
