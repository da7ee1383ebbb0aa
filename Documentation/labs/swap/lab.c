// SPDX-License-Identifier: GPL-2.0
/* Sends pages to swap, and brings one back. */
#include <sys/mman.h>

#include "lab.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif

int main(void)
{
	volatile char *p = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	if (p == MAP_FAILED)
		err(1, "mmap");
	for (i = 0; i < 16; i++)
		p[i * PAGE] = i + 1;
	tell("start", p);
	look();
	if (madvise((void *)p, 16 * PAGE, MADV_PAGEOUT))
		err(1, "madvise");
	look();
	tell_number("value", p[0]);
	look();
	return 0;
}
