/* SPDX-License-Identifier: GPL-2.0 */
/*
 * width.h - how wide text is on a terminal
 */
#ifndef MMSCOPE_WIDTH_H
#define MMSCOPE_WIDTH_H

#include <stddef.h>

/* Columns of the terminal that the first @len bytes take. */
size_t width_of(const char *text, size_t len);
/* Bytes of @text that fit into @columns, a character whole or not at all. */
size_t width_head(const char *text, size_t len, size_t columns);
/* The same from its end: where that begins. */
const char *width_tail(const char *text, size_t columns);

#endif /* MMSCOPE_WIDTH_H */
