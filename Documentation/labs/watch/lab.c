// SPDX-License-Identifier: GPL-2.0
/* Eight megabytes, touched two at a time, given back, unmapped. */
#include <string.h>
#include <sys/mman.h>

#include "lab.h"

#define PART	(2UL << 20)
#define PARTS	4

int main(void)
{
	char *p = mmap(NULL, PARTS * PART, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	int i;

	if (p == MAP_FAILED)
		err(1, "mmap");
	/* Page by page: huge pages have a lab of their own. */
	madvise(p, PARTS * PART, MADV_NOHUGEPAGE);
	look();
	for (i = 0; i < PARTS; i++) {
		memset(p + i * PART, 1, PART);
		look();
	}
	madvise(p, PARTS * PART, MADV_DONTNEED);
	look();
	munmap(p, PARTS * PART);
	look();
	return 0;
}
