// SPDX-License-Identifier: GPL-2.0
/*
 * size.c - sizes for people; no floating point, so no rounding surprises
 */
#include <stdio.h>

#include "size.h"

const char *size_text(__u64 bytes, char text[SIZE_TEXT_MAX])
{
	unsigned int unit = 0, tenths;
	__u64 whole = bytes, rest = 0;

	while (unit < 6 && whole >= 1024) {
		unit++;
		whole = bytes >> (10 * unit);
		rest = bytes & ((1ULL << (10 * unit)) - 1);
	}
	/* The upper bits of the rest are enough for one digit, and do not overflow. */
	tenths = unit ? (unsigned int)(((rest >> (10 * (unit - 1))) * 10 + 512) / 1024) : 0;
	if (tenths == 10) {
		whole++;
		tenths = 0;
	}
	if (tenths)
		snprintf(text, SIZE_TEXT_MAX, "%llu.%u%c", whole, tenths, "BKMGTPE"[unit]);
	else
		snprintf(text, SIZE_TEXT_MAX, "%llu%c", whole, "BKMGTPE"[unit]);
	return text;
}
