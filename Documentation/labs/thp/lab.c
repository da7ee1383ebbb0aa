// SPDX-License-Identifier: GPL-2.0
/* A huge page, asked for, split, and made anew. */
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#include "lab.h"

#define HUGE	(2UL << 20)

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

/* Now, not when khugepaged comes by. A page that somebody holds for a moment: try again. */
static int collapse(void *p)
{
	int tries = 100;

	while (madvise(p, HUGE, MADV_COLLAPSE)) {
		if (errno == EINVAL)
			return 0;
		if ((errno != EAGAIN && errno != EBUSY) || !--tries)
			err(1, "MADV_COLLAPSE");
		usleep(1000);
	}
	return 1;
}

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
	tell_number("collapsed", collapse(huge));
	tell_number("gone", huge[16 * PAGE]);
	look();
	return 0;
}
