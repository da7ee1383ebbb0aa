// SPDX-License-Identifier: GPL-2.0
/* One mapping, cut in three, and healed. */
#include <sys/mman.h>

#include "lab.h"

static void protect(volatile char *p, int prot)
{
	if (mprotect((void *)p, PAGE, prot))
		err(1, "mprotect");
}

int main(void)
{
	/* Between walls, so that no neighbour merges with it. */
	volatile char *p = mmap(NULL, 9 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect((void *)(p + PAGE), 7 * PAGE, PROT_READ | PROT_WRITE))
		err(1, "mmap");
	p += PAGE;
	tell("start", p);
	tell("middle", p + 3 * PAGE);
	look();
	protect(p + 3 * PAGE, PROT_READ);
	look();
	protect(p + 3 * PAGE, PROT_READ | PROT_WRITE);
	look();
	if (munmap((void *)(p + 3 * PAGE), PAGE))
		err(1, "munmap");
	look();
	return 0;
}
