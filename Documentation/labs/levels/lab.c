// SPDX-License-Identifier: GPL-2.0
/* Sixteen pages close together, sixteen far apart; and an address as high as it goes. */
#include <stdint.h>
#include <sys/mman.h>

#include "lab.h"

#define NR	16
#define GB	(1UL << 30)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)
#define RW	(PROT_READ | PROT_WRITE)

int main(void)
{
	char *area = mmap(NULL, (NR + 2) * GB, RW, ANON, -1, 0), *p;
	volatile char *plain = mmap(NULL, PAGE, RW, ANON, -1, 0);
	int i;

	if (plain == MAP_FAILED || area == MAP_FAILED)
		err(1, "mmap");
	p = (char *)(((uintptr_t)area + GB - 1) & ~(GB - 1));
	/* Small pages: this is about tables. */
	madvise(area, (NR + 2) * GB, MADV_NOHUGEPAGE);
	tell("area", p);
	tell("hinted", mmap((void *)(1UL << 55), PAGE, RW, ANON, -1, 0));
	plain[0] = 1;
	tell("plain", plain);
	/* What output needs is in memory now. */
	look();
	for (i = 0; i < NR; i++)
		p[i * PAGE] = 1;
	look();
	for (i = 1; i <= NR; i++)
		p[i * GB] = 1;
	look();
	return 0;
}
