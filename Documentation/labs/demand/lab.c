// SPDX-License-Identifier: GPL-2.0
/* Memory that is promised, then read, then written. */
#include <sys/mman.h>

#include "lab.h"

int main(void)
{
	volatile char *p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i, sum = 0;

	if (p == MAP_FAILED)
		err(1, "mmap");
	tell("start", p);
	look();
	for (i = 0; i < 4; i++)
		sum += p[i * PAGE];
	tell_number("sum", sum);
	look();
	for (i = 0; i < 2; i++)
		p[i * PAGE] = 1;
	look();
	return 0;
}
