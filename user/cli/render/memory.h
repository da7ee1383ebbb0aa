/* SPDX-License-Identifier: GPL-2.0 */
/*
 * memory.h - the end of a program that cannot have a few more bytes
 */
#ifndef MMSCOPE_MEMORY_H
#define MMSCOPE_MEMORY_H

#include <stddef.h>

/* Says so and ends the program, with the status of a failure. */
void no_memory(void) __attribute__((noreturn));

/* calloc() that does not fail. */
void *zalloc(size_t size) __attribute__((malloc, returns_nonnull));

/*
 * @array of @nr elements of @size bytes, with room for one more: where @nr is a power of two
 * it doubles, so this is called before each. Starts as NULL; does not fail.
 */
void *more_room(void *array, size_t nr, size_t size) __attribute__((returns_nonnull));

#endif /* MMSCOPE_MEMORY_H */
