// SPDX-License-Identifier: GPL-2.0
/* Built twice, for 32 and for 64 bits. */
#include <sys/mman.h>

#include "lab.h"

int main(void)
{
	int local = 0;
	volatile char *heap = malloc(PAGE);
	volatile char *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	heap[0] = 1;
	map[0] = 1;
	tell_number("pointer", sizeof(void *));
	tell("code", (void *)main);
	tell("heap", heap);
	tell("map", map);
	tell("stack", &local);
	look();
	return 0;
}
