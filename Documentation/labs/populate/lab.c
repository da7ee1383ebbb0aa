// SPDX-License-Identifier: GPL-2.0
/* The same eight pages, mapped in different manners. */
#include <sys/mman.h>

#include "lab.h"

#define SIZE	(8 * PAGE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

static volatile char *map(const char *name, int prot, int flags, int fd)
{
	char *p = mmap(NULL, SIZE, prot, flags, fd, 0);

	if (p == MAP_FAILED)
		err(1, "%s", name);
	tell(name, p);
	return p;
}

int main(void)
{
	FILE *f = tmpfile();
	volatile char *shared, *private;
	unsigned long i;

	for (i = 0; f && i < SIZE; i++)
		fputc('a', f);
	if (!f || fflush(f))
		err(1, "tmpfile");
	map("lazy", PROT_READ | PROT_WRITE, ANON, -1);
	/* A wall between, or the two would be one mapping. */
	mmap(NULL, PAGE, PROT_NONE, ANON, -1, 0);
	map("populated", PROT_READ | PROT_WRITE, ANON | MAP_POPULATE, -1);
	map("locked", PROT_READ | PROT_WRITE, ANON | MAP_LOCKED, -1);
	shared = map("shared", PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fileno(f));
	private = map("private", PROT_READ | PROT_WRITE, MAP_PRIVATE, fileno(f));
	for (i = 0; i < SIZE; i += PAGE)
		(void)private[i];
	look();
	private[0] = 'b';
	shared[PAGE] = 'c';
	tell_number("seen", private[PAGE]);
	look();
	return 0;
}
