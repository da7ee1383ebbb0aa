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

void *more_room(void *array, size_t nr, size_t size)
{
	if (nr & (nr - 1))
		return array;
	array = reallocarray(array, nr ? 2 * nr : 1, size);
	if (!array)
		no_memory();
	return array;
}

void *zalloc(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		no_memory();
	return p;
}
