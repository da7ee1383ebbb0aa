// SPDX-License-Identifier: GPL-2.0-only
/* zoo_huge.c - transparent huge pages and hugetlb */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "zoo_internal.h"

#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT	26
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

#define THP_DIR "/sys/kernel/mm/transparent_hugepage/"

static bool thp_is_off(struct zoo_thing *t)
{
	char word[64] = "";
	FILE *f = fopen(THP_DIR "enabled", "re");

	if (f) {
		if (!fgets(word, sizeof(word), f))
			word[0] = '\0';
		fclose(f);
	}
	if (!word[0])
		zoo_lacks(t, "this kernel has no transparent huge pages");
	else if (strstr(word, "[never]"))
		zoo_lacks(t, "transparent huge pages are off (" THP_DIR "enabled)");
	else
		return false;
	return true;
}

/* Aligned anonymous memory that asks for huge pages, with air around it. */
static int map_thp(const struct zoo_options *o, struct zoo_thing *t, size_t fallback)
{
	size_t size = zoo_size(o, fallback, huge_size);
	unsigned long base;
	int ret;

	if (thp_is_off(t))
		return ZOO_LACKS;
	ret = zoo_map(t, size + 2 * huge_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ret)
		return ret;
	base = t->start;
	t->start = (base + huge_size) & ~(huge_size - 1);
	munmap((void *)base, t->start - base);
	munmap((void *)(t->start + size), t->end - t->start - size);
	t->end = t->start + size;
	if (mprotect((void *)t->start, size, PROT_READ | PROT_WRITE))
		return zoo_failed(t, "mprotect");
	if (madvise((void *)t->start, size, MADV_HUGEPAGE))
		return zoo_lacks(t, "MADV_HUGEPAGE: %s", strerror(errno));
	return 0;
}

int zoo_make_thp(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_thp(o, t, 2 * huge_size);

	if (ret)
		return ret;
	zoo_write(t, HUGE_PAGES);
	if (zoo_smaps(t->start, "AnonHugePages") != t->end - t->start)
		return zoo_lacks(t, "no free huge page for a transparent huge page");
	return 0;
}

int zoo_make_thp_protnone(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = zoo_make_thp(o, t);

	if (!ret && mprotect((void *)t->start, t->end - t->start, PROT_NONE))
		return zoo_failed(t, "mprotect");
	return ret;
}

int zoo_make_thp_partial(const struct zoo_options *o, struct zoo_thing *t)
{
	struct zoo_options one = { .size = o->size ? o->size : huge_size };
	int ret = zoo_make_thp(&one, t);

	if (ret)
		return ret;
	/* One page away, and the PMD has to become a table. */
	if (madvise((void *)(t->start + 7 * t->page_size), t->page_size, MADV_DONTNEED))
		return zoo_failed(t, "MADV_DONTNEED");
	if (zoo_smaps(t->start, "AnonHugePages") == t->end - t->start)
		return zoo_lacks(t, "the huge page did not split");
	return 0;
}

int zoo_make_thp_shmem(const struct zoo_options *o, struct zoo_thing *t)
{
	size_t size = zoo_size(o, huge_size, huge_size);
	unsigned long base;
	char *p;
	int fd, ret;

	if (thp_is_off(t))
		return ZOO_LACKS;
	ret = zoo_map(t, size + huge_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ret)
		return ret;
	base = (t->start + huge_size - 1) & ~(huge_size - 1);
	munmap((void *)t->start, t->end - t->start);
	fd = memfd_create("mkmm thp", MFD_CLOEXEC);
	if (fd < 0)
		return zoo_failed(t, "memfd_create");
	if (ftruncate(fd, size)) {
		close(fd);
		return zoo_failed(t, "ftruncate");
	}
	p = mmap((void *)base, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return zoo_failed(t, "mmap");
	t->start = base;
	t->end = base + size;
	/* shmem_enabled is "never" on most systems. */
	if (!zoo_write_file(THP_DIR "shmem_enabled", "advise"))
		madvise(p, size, MADV_HUGEPAGE);
	zoo_write(t, 1);
	zoo_write_file(THP_DIR "shmem_enabled", "never");
	/* Collapsed by request, where that can be done (6.1). */
	if (madvise(p, size, MADV_COLLAPSE) &&
	    !zoo_smaps(t->start, "ShmemPmdMapped"))
		return zoo_lacks(t, "MADV_COLLAPSE of shared memory: %s", strerror(errno));
	zoo_read(t, 1);
	return 0;
}

int zoo_make_huge_zero(const struct zoo_options *o, struct zoo_thing *t)
{
	uint64_t first, last;
	int ret = map_thp(o, t, huge_size);

	if (ret)
		return ret;
	if (zoo_file_number(THP_DIR "use_zero_page") == 0)
		return zoo_lacks(t, "the huge zero page is off (" THP_DIR "use_zero_page)");
	zoo_read(t, HUGE_PAGES);
	first = zoo_pagemap(t->start);
	last = zoo_pagemap(t->start + huge_size - t->page_size);
	/* Without privilege the frames read as zero, and presence must do. */
	if (!(first & last & PM_PRESENT) ||
	    ((first & PM_FRAME) && (last & PM_FRAME) - (first & PM_FRAME) != HUGE_PAGES - 1))
		return zoo_lacks(t, "no free huge page for the huge zero page");
	return 0;
}

static int map_hugetlb(struct zoo_thing *t, size_t size, size_t page)
{
	int log2 = __builtin_ctzl(page);
	/* All but the last page are touched, so there must be as many. */
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB |
		       log2 << MAP_HUGE_SHIFT, -1, 0);

	if (p == MAP_FAILED)
		return zoo_lacks(t, "%zuM hugetlb pages: %s (nr_hugepages)", page >> 20,
				 strerror(errno));
	t->start = (unsigned long)p;
	t->end = t->start + size;
	t->page_size = page;
	return 0;
}

int zoo_make_hugetlb_2m(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_hugetlb(t, zoo_size(o, 3 * hugetlb_size, hugetlb_size), hugetlb_size);

	if (!ret)
		zoo_write(t, 2);
	return ret;
}

int zoo_make_hugetlb_2m_protnone(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_hugetlb(t, zoo_size(o, hugetlb_size, hugetlb_size), hugetlb_size);

	if (ret)
		return ret;
	zoo_write(t, 1);
	if (mprotect((void *)t->start, t->end - t->start, PROT_NONE))
		return zoo_failed(t, "mprotect");
	return 0;
}

/* The largest below a huge one: smaller entries side by side, that are one page. */
int zoo_make_hugetlb_cont(const struct zoo_options *o, struct zoo_thing *t)
{
	size_t page = huge_size;
	char path[80];
	int ret;

	do {
		page /= 2;
		if (page == page_size)
			return zoo_lacks(t, "no hugetlb pages of several entries");
		snprintf(path, sizeof(path),
			 "/sys/kernel/mm/hugepages/hugepages-%zukB/nr_hugepages", page >> 10);
	} while (access(path, W_OK));
	if (zoo_file_number(path) < 4)
		zoo_write_file(path, "4");
	ret = map_hugetlb(t, zoo_size(o, 3 * page, page), page);
	if (!ret)
		zoo_write(t, 2);
	return ret;
}

int zoo_make_hugetlb_1g(const struct zoo_options *o, struct zoo_thing *t)
{
#if __SIZEOF_POINTER__ == 4
	(void)o;
	return zoo_lacks(t, "no 1G pages in 32 bits");
#else
	int ret = map_hugetlb(t, zoo_size(o, SIZE_1G, SIZE_1G), SIZE_1G);

	if (!ret)
		zoo_write(t, 1);
	return ret;
#endif
}
