// SPDX-License-Identifier: GPL-2.0-only
/* zoo_anon.c - private anonymous memory in its plain forms, and stacks */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>
#include <errno.h>

#include "zoo_internal.h"

#ifndef PR_SET_VMA
#define PR_SET_VMA		0x53564d41
#define PR_SET_VMA_ANON_NAME	0
#endif

static int map_anon(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = zoo_map(t, zoo_size(o, ZOO_SIZE, t->page_size), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	/* Where THP is "always" a large one would not be made of small pages. */
	if (!ret)
		madvise((void *)t->start, t->end - t->start, MADV_NOHUGEPAGE);
	return ret;
}

int zoo_make_anon(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_anon(o, t);

	if (!ret)
		zoo_write(t, 1);
	return ret;
}

int zoo_make_anon_untouched(const struct zoo_options *o, struct zoo_thing *t)
{
	return map_anon(o, t);
}

int zoo_make_anon_read(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_anon(o, t);

	if (!ret)
		zoo_read(t, 1);
	return ret;
}

/* The kernel gives addresses beyond those of four levels only when it is asked to. */
int zoo_make_above_47(const struct zoo_options *o, struct zoo_thing *t)
{
	size_t size = zoo_size(o, ZOO_SIZE, t->page_size);
	uint64_t border = 1ULL << 47;
	void *p;

	if ((uint64_t)(uintptr_t)-1 < border)
		return zoo_lacks(t, "addresses have 32 bits");
	p = mmap((void *)(uintptr_t)(border << 1), size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return zoo_failed(t, "mmap");
	t->start = (uintptr_t)p;
	t->end = t->start + size;
	if (t->start < border)
		return zoo_lacks(t, "addresses end at 47 bits");
	zoo_write(t, 2);
	return 0;
}

int zoo_make_anon_alternate(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_anon(o, t);

	if (!ret)
		zoo_write(t, 2);
	return ret;
}

int zoo_make_anon_name(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_anon(o, t);

	if (ret)
		return ret;
	if (prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, t->start, t->end - t->start, "mkmm name"))
		return zoo_lacks(t, "no names for anonymous memory (CONFIG_ANON_VMA_NAME)");
	zoo_write(t, 1);
	return 0;
}

/* A child that shares the caller's pages, and ends with it. */
static int fork_sharer(struct zoo_thing *t)
{
	pid_t parent = getpid();
	pid_t child = fork();

	if (child < 0)
		return zoo_failed(t, "fork");
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(0);
		for (;;)
			pause();
	}
	t->children[t->nr_children++] = child;
	snprintf(t->note, sizeof(t->note), "child=%d", child);
	return 0;
}

int zoo_make_fork_cow(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = zoo_make_anon(o, t);

	return ret ? ret : fork_sharer(t);
}

int zoo_make_fork_cow_written(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = zoo_make_fork_cow(o, t);

	if (!ret)
		zoo_write(t, 2);
	return ret;
}

int zoo_make_protnone(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = zoo_make_anon_alternate(o, t);

	if (!ret && mprotect((void *)t->start, t->end - t->start, PROT_NONE))
		return zoo_failed(t, "mprotect");
	return ret;
}

int zoo_make_mlock(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_anon(o, t);

	if (ret)
		return ret;
	if (mlock((void *)t->start, t->end - t->start))
		return errno == ENOMEM || errno == EPERM ?
			zoo_lacks(t, "locked memory is limited (ulimit -l)") :
			zoo_failed(t, "mlock");
	return 0;
}

/* The bounds of the VMA that holds @va now. */
static int find_bounds(struct zoo_thing *t, unsigned long va)
{
	unsigned long start, end;
	char line[512];
	FILE *f = fopen("/proc/self/maps", "re");

	if (!f)
		return zoo_failed(t, "/proc/self/maps");
	t->end = 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2 && va >= start && va < end) {
			t->start = start;
			t->end = end;
		}
	fclose(f);
	errno = ENOENT;
	return t->end ? 0 : zoo_failed(t, "mapping");
}

int zoo_make_growsdown(const struct zoo_options *o, struct zoo_thing *t)
{
	/* Room to grow, and the guard gap of 256 pages that the kernel keeps free. */
	size_t room = 1024 * t->page_size;
	size_t size = zoo_size(o, ZOO_SIZE, t->page_size);
	unsigned long top;
	char *p;
	int ret;

	ret = zoo_map(t, room + size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ret)
		return ret;
	top = t->end;
	munmap((void *)t->start, room + size);
	p = mmap((void *)(top - size), size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
	if (p == MAP_FAILED)
		return zoo_failed(t, "mmap");
	*(volatile char *)p = 1;
	*(volatile char *)(p - 1) = 1;
	*(volatile char *)(p - 3 * t->page_size) = 1;
	return find_bounds(t, (unsigned long)p);
}

int zoo_make_stack(const struct zoo_options *o, struct zoo_thing *t)
{
	char line[512];
	unsigned long start;
	FILE *f;

	(void)o;
	f = fopen("/proc/self/maps", "re");
	if (!f)
		return zoo_failed(t, "/proc/self/maps");
	while (fgets(line, sizeof(line), f))
		if (strstr(line, "[stack]") && sscanf(line, "%lx-", &start) == 1) {
			fclose(f);
			return find_bounds(t, start);
		}
	fclose(f);
	errno = ENOENT;
	return zoo_failed(t, "[stack]");
}

int zoo_make_vmas(const struct zoo_options *o, struct zoo_thing *t)
{
	unsigned long count = o->count ? o->count : 50000;
	long limit = zoo_file_number("/proc/sys/vm/max_map_count");
	int ret;

	/* The program's own mappings need a few. */
	if (limit > 0 && count + 200 > (unsigned long)limit)
		return zoo_lacks(t, "%lu VMAs are more than vm.max_map_count (%ld) allows",
				 count, limit);
	ret = zoo_map(t, count * t->page_size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (ret)
		return ret;
	for (unsigned long i = 0; i < count; i += 2) {
		unsigned long va = t->start + i * t->page_size;

		if (mprotect((void *)va, t->page_size, PROT_READ))
			return zoo_failed(t, "mprotect");
	}
	/* The neighbours may be anonymous and writable: the ends must not merge. */
	if (!(count & 1) &&
	    mprotect((void *)(t->end - t->page_size), t->page_size, PROT_READ | PROT_EXEC))
		return zoo_failed(t, "mprotect");
	snprintf(t->note, sizeof(t->note), "vmas=%lu", count);
	return 0;
}

int zoo_make_sparse(const struct zoo_options *o, struct zoo_thing *t)
{
#if __SIZEOF_POINTER__ == 4
	(void)o;
	return zoo_lacks(t, "1 TiB does not fit into 32 bits");
#else
	size_t size = zoo_size(o, 1UL << 40, t->page_size);
	size_t step = size / 16;
	int ret;

	ret = zoo_map(t, size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (ret)
		return errno == ENOMEM ?
			zoo_lacks(t, "so much address space is refused (vm.overcommit_memory)") :
			ret;
	madvise((void *)t->start, size, MADV_NOHUGEPAGE);
	/* Not the same entry of every table. */
	for (unsigned long i = 0; i < 16; i++)
		*(volatile char *)(t->start + i * step + i * 37 * t->page_size) = 1;
	snprintf(t->note, sizeof(t->note), "touched=16");
	return 0;
#endif
}
