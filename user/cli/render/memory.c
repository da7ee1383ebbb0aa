// SPDX-License-Identifier: GPL-2.0
/*
 * memory.c - the end of a program that cannot have a few more bytes
 */
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

void no_memory(void)
{
	fputs("mmscope: out of memory\n", stderr);
	exit(1);
}

void *zalloc(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		no_memory();
	return p;
}
