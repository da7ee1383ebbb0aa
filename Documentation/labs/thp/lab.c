// SPDX-License-Identifier: GPL-2.0
/* A huge page, asked for and split. */
#include <stdint.h>
#include <sys/mman.h>

#include "lab.h"

#define HUGE	(2UL << 20)

int main(void)
{
	char *p = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *huge = (char *)(((uintptr_t)p + HUGE - 1) & ~(HUGE - 1));

	if (p == MAP_FAILED || madvise(huge, HUGE, MADV_HUGEPAGE))
		err(1, "preparing");
	huge[0] = 1;
	tell("huge", huge);
	look();
	if (madvise(huge + 16 * PAGE, PAGE, MADV_DONTNEED))
		err(1, "madvise");
	look();
	return 0;
}
