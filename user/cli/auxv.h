/* SPDX-License-Identifier: GPL-2.0 */
/*
 * auxv.h - what the entries of an auxiliary vector are called
 */
#ifndef MMSCOPE_AUXV_H
#define MMSCOPE_AUXV_H

#include "render/cell.h"

/* Name of an AT_* type, in @text when it has none of its own, and its value as a cell. */
const char *auxv_name(__u64 type, char *text, size_t size);
struct cell auxv_cell(__u64 type, __u64 value);

#endif /* MMSCOPE_AUXV_H */
