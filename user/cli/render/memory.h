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

#endif /* MMSCOPE_MEMORY_H */
