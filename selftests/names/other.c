// SPDX-License-Identifier: GPL-2.0-only
/* other.c - the other file of the program: local symbols of the same names */
#include "names.h"

static int names_twice = 6;
static int names_other_local = 7;

/* Local here, global in names.c. */
static void __attribute__((noinline)) names_in_both(void)
{
	names_twice++;
	names_other_local++;
}

void names_other(void)
{
	names_in_both();
	names_tell("names_other_local", &names_other_local);
}
