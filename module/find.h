/* SPDX-License-Identifier: GPL-2.0 */
/*
 * find.h - the VMAs around an address
 */
#ifndef MMSCOPE_FIND_H
#define MMSCOPE_FIND_H

#include "look.h"

struct mmscope_find;
struct mmscope_vmas_chunk;

void mmscope_find(struct mmscope_look *look, struct mmscope_vmas_chunk *chunk,
		  struct mmscope_find *ask);

#endif /* MMSCOPE_FIND_H */
