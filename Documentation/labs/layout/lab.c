// SPDX-License-Identifier: GPL-2.0
/* One thing in each segment. */
#include <sys/mman.h>

#include "lab.h"

static const char rodata[] = "constant";
static int data = 1;
static int bss[PAGE];

int main(int argc, char **argv)
{
	int local = argc;

	bss[0] = data;
	tell("text", (void *)main);
	tell("rodata", rodata);
	tell("data", &data);
	tell("bss", &bss[PAGE / 2]);
	tell("heap", malloc(100));
	tell("map", mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	tell("library", (void *)printf);
	tell("stack", &local);
	tell("args", argv[0]);
	look();
	return 0;
}
