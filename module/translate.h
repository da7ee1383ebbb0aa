/* SPDX-License-Identifier: GPL-2.0 */
/*
 * translate.h - many addresses to physical ones
 */
#ifndef MMSCOPE_TRANSLATE_H
#define MMSCOPE_TRANSLATE_H

#include "look.h"

unsigned int mmscope_translate(struct mmscope_look *look, u32 rights,
			       const u64 *vas, struct mmscope_translation *to,
			       unsigned int nr);

#endif /* MMSCOPE_TRANSLATE_H */
