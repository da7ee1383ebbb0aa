// SPDX-License-Identifier: GPL-2.0
/* Many mappings, made in no order of address. */
#include <sys/mman.h>

#include "lab.h"

#define NR	64

int main(void)
{
	int anon = MAP_PRIVATE | MAP_ANONYMOUS, i;
	char *area = mmap(NULL, (2 * NR + 1) * PAGE, PROT_NONE, anon, -1, 0);

	if (area == MAP_FAILED)
		err(1, "mmap");
	for (i = 0; i < NR; i++) {
		/* 37 and 64 have no common divisor: each place once. */
		char *p = area + (2 * ((i * 37 + 20) % NR) + 1) * PAGE;

		if (mmap(p, PAGE, PROT_READ, anon | MAP_FIXED, -1, 0) != p)
			err(1, "mmap");
		if (i == 0)
			tell("made_first", p);
		if (i == 1)
			tell("made_second", p);
		if (i == 2)
			tell("made_third", p);
	}
	look();
	return 0;
}
