// SPDX-License-Identifier: GPL-2.0
/* One byte somewhere, to find by hand. */
#include <sys/mman.h>

#include "lab.h"

int main(void)
{
	volatile char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	p[0x123] = 42;
	tell("byte", p + 0x123);
	look();
	return 0;
}
