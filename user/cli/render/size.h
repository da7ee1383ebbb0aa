/* SPDX-License-Identifier: GPL-2.0 */
/*
 * size.h - sizes for people
 */
#ifndef MMSCOPE_SIZE_H
#define MMSCOPE_SIZE_H

#include <linux/types.h>

#define SIZE_TEXT_MAX	32

/* "4K", "1.5G": binary units, one digit after the point where it is not whole. */
const char *size_text(__u64 bytes, char text[SIZE_TEXT_MAX]);

#endif /* MMSCOPE_SIZE_H */
