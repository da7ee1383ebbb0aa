// SPDX-License-Identifier: GPL-2.0-only
/* lib.c - a library whose symbols have versions */
#include "names.h"

int lib_data = 1;
static int lib_local = 2;

/* What programs linked against the first version get, and what new ones get. */
__attribute__((symver("lib_versioned@NAMES_1"))) int versioned_1(void);
__attribute__((symver("lib_versioned@@NAMES_2"))) int versioned_2(void);

int versioned_1(void)
{
	return 1;
}

int versioned_2(void)
{
	return lib_local;
}

void lib_tell(names_tell_fn fn);

void lib_tell(names_tell_fn tell)
{
	tell("lib_data", &lib_data);
	tell("libnames.so:lib_data", &lib_data);
	tell("libnames.so:lib_data+3", (char *)&lib_data + 3);
	tell("lib_versioned", versioned_2);
	tell("lib_versioned@NAMES_1", versioned_1);
	tell("lib_versioned@@NAMES_2", versioned_2);
	tell("libnames.so:lib_versioned@NAMES_2", versioned_2);
}
