// SPDX-License-Identifier: GPL-2.0-only
/* size.c - asks the kernel how large pages are */
#include <stdio.h>
#include <unistd.h>

#include "size.h"

unsigned long page_size, huge_size, hugetlb_size;

static __attribute__((constructor)) void ask(void)
{
	FILE *f = fopen("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", "re");

	page_size = sysconf(_SC_PAGESIZE);
	/* Without transparent huge pages: a table full of entries of 8 bytes. */
	if (!f || fscanf(f, "%lu", &huge_size) != 1)
		huge_size = page_size / 8 * page_size;
	if (f)
		fclose(f);
	hugetlb_size = access("/sys/kernel/mm/hugepages/hugepages-2048kB", F_OK) ? huge_size :
										   2UL << 20;
}
