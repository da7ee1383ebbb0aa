// SPDX-License-Identifier: GPL-2.0
/* One page for each advice. */
#include <string.h>
#include <sys/mman.h>

#include "lab.h"

static const struct { const char *name; int advice; } advices[] = {
	{ "plain", MADV_NORMAL }, { "sequential", MADV_SEQUENTIAL }, { "random", MADV_RANDOM },
	{ "dontfork", MADV_DONTFORK }, { "dontdump", MADV_DONTDUMP },
	{ "wipeonfork", MADV_WIPEONFORK }, { "hugepage", MADV_HUGEPAGE },
	{ "nohugepage", MADV_NOHUGEPAGE }, { "mergeable", MADV_MERGEABLE },
	{ "dontneed", MADV_DONTNEED },
};

#define DONTNEED	(sizeof(advices) / sizeof(advices[0]) - 1)

int main(void)
{
	int anon = MAP_PRIVATE | MAP_ANONYMOUS;
	char *p[sizeof(advices) / sizeof(advices[0])];
	size_t i;

	for (i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		mmap(NULL, PAGE, PROT_NONE, anon, -1, 0);
		p[i] = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, anon, -1, 0);
		if (p[i] == MAP_FAILED)
			err(1, "mmap");
		memset(p[i], 7, PAGE);
		tell(advices[i].name, p[i]);
	}
	look();
	for (i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (madvise(p[i], PAGE, advices[i].advice))
			err(1, "%s", advices[i].name);
	look();
	tell_number("value", p[DONTNEED][0]);
	look();
	return 0;
}
