// SPDX-License-Identifier: GPL-2.0
/* Three mappings with gaps between them, and new ones that the kernel places. */
#include <sys/mman.h>

#include "lab.h"

#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

static void map(const char *name, size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, ANON, -1, 0);

	if (p == MAP_FAILED)
		err(1, "%s", name);
	tell(name, p);
	look();
}

int main(void)
{
	/* Between walls of two pages: two pages mapped, two free, and so on. */
	char *p = mmap(NULL, 14 * PAGE, PROT_NONE, ANON, -1, 0);
	int i;

	if (p == MAP_FAILED)
		err(1, "mmap");
	p += 2 * PAGE;
	for (i = 0; i < 12; i += 4)
		if (mprotect(p + i * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE))
			err(1, "mprotect");
	if (munmap(p + 2 * PAGE, 2 * PAGE) || munmap(p + 6 * PAGE, 2 * PAGE))
		err(1, "munmap");
	tell("low", p);
	tell("gap", p + 2 * PAGE);
	tell("middle", p + 4 * PAGE);
	tell("high", p + 8 * PAGE);
	look();
	map("small", 2 * PAGE);
	map("large", 64 << 20);
	return 0;
}
