// SPDX-License-Identifier: GPL-2.0
/* Says where a few things are. */
#include <sys/mman.h>

#include "lab.h"

int main(void)
{
	int local = 0;

	tell("text", (void *)main);
	tell("heap", sbrk(0));
	tell("map", mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	tell("stack", &local);
	look();
	return 0;
}
