// SPDX-License-Identifier: GPL-2.0
/*
 * cell.c - a flag word taken apart; the same names for table and JSON
 */
#include <stdio.h>

#include "cell.h"

void flag_names_apply(__u64 word, const struct flag_names *names, flag_fn *fn, void *arg)
{
	__u64 field = word & names->field_mask;
	char text[48];
	unsigned int bit;
	size_t i;

	word &= ~names->field_mask;
	for (i = 0; i < names->nr; i++)
		if (word & (1ULL << names->names[i].bit)) {
			fn(names->names[i].name, arg);
			word &= ~(1ULL << names->names[i].bit);
		}
	if (field) {
		snprintf(text, sizeof(text), "%s=%llu", names->field_name,
			 field >> names->field_shift);
		fn(text, arg);
	}
	for (bit = 0; word; bit++, word >>= 1)
		if (word & 1) {
			snprintf(text, sizeof(text), "bit%u", bit);
			fn(text, arg);
		}
}
