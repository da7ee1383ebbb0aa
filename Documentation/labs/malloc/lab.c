// SPDX-License-Identifier: GPL-2.0
/* Finds by trying from which size on malloc() calls mmap(). */
#include <stdint.h>

#include "lab.h"

int main(void)
{
	char *heap = malloc(16), *end, *small = NULL, *large = NULL;
	size_t size;

	for (size = 1024; size < 1 << 20; size += 1024) {
		char *p = malloc(size);

		if (!p)
			err(1, "malloc");
		end = sbrk(0);
		if (p > heap && p < end) {
			small = p;
			continue;
		}
		large = p;
		break;
	}
	*small = 1;
	*large = 1;
	tell_number("threshold", size);
	tell("small", small);
	tell("large", large);
	look();
	free(large);
	look();
	return 0;
}
