// SPDX-License-Identifier: GPL-2.0-only
/* zoo_state.c - pages in an unusual state: swapped, tracked, merged, guarded, keyed */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "zoo_internal.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT		21
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL	102
#endif
#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY	1
#endif

/* arm64's; elsewhere nothing can be mapped so. */
#ifndef PROT_BTI
#define PROT_BTI		0x10
#endif
#ifndef PROT_MTE
#define PROT_MTE		0x20
#endif

#define KSM_DIR "/sys/kernel/mm/ksm/"

static int map_anon(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = zoo_map(t, zoo_size(o, ZOO_SIZE, t->page_size), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (!ret)
		madvise((void *)t->start, t->end - t->start, MADV_NOHUGEPAGE);
	return ret;
}

static void nap(long milliseconds)
{
	struct timespec time = { .tv_nsec = milliseconds * 1000000 };

	nanosleep(&time, NULL);
}

static unsigned long count_pages(const struct zoo_thing *t, uint64_t bits)
{
	unsigned long n = 0;

	for (unsigned long va = t->start; va < t->end; va += t->page_size)
		n += (zoo_pagemap(va) & bits) == bits;
	return n;
}

static bool have_swap(void)
{
	char line[256];
	int lines = 0;
	FILE *f = fopen("/proc/swaps", "re");

	if (!f)
		return false;
	while (fgets(line, sizeof(line), f))
		lines++;
	fclose(f);
	return lines > 1;
}

/*
 * A page that another CPU's LRU batch holds is passed over for as long as it is there:
 * whoever writes to pages and wants them swapped out does both on one CPU.
 */
static void stay_here(cpu_set_t *before)
{
	cpu_set_t here;

	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	if (sched_getaffinity(0, sizeof(*before), before) ||
	    sched_setaffinity(0, sizeof(here), &here))
		CPU_ZERO(before);
}

int zoo_make_swap(const struct zoo_options *o, struct zoo_thing *t)
{
	unsigned long pages, swapped = 0;
	cpu_set_t cpus;
	int ret;

	if (!have_swap())
		return zoo_lacks(t, "no swap (swapon)");
	ret = map_anon(o, t);
	if (ret)
		return ret;
	stay_here(&cpus);
	zoo_write(t, 1);
	pages = (t->end - t->start) / t->page_size;
	/* Somebody may look at a page just now: ask again. */
	for (int i = 0; i < 200 && swapped < pages; i++) {
		if (madvise((void *)t->start, t->end - t->start, MADV_PAGEOUT))
			return zoo_lacks(t, "MADV_PAGEOUT: %s", strerror(errno));
		swapped = count_pages(t, PM_SWAP);
		if (swapped < pages)
			nap(5);
	}
	if (CPU_COUNT(&cpus))
		sched_setaffinity(0, sizeof(cpus), &cpus);
	if (swapped < pages)
		return zoo_lacks(t, "only %lu of %lu pages went to swap", swapped, pages);
	for (unsigned long va = t->start; va < t->end; va += 4 * t->page_size)
		*(volatile char *)va = 1;
	return 0;
}

int zoo_make_lazyfree(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_anon(o, t);

	if (ret)
		return ret;
	zoo_write(t, 1);
	for (unsigned long va = t->start; va < t->end; va += 2 * t->page_size)
		if (madvise((void *)va, t->page_size, MADV_FREE))
			return zoo_lacks(t, "MADV_FREE: %s", strerror(errno));
	return 0;
}

int zoo_make_soft_dirty(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_anon(o, t);

	if (ret)
		return ret;
	zoo_write(t, 1);
	if (zoo_write_file("/proc/self/clear_refs", "4"))
		return zoo_lacks(t, "clear_refs: %s", strerror(errno));
	if (zoo_pagemap(t->start) & PM_SOFT_DIRTY)
		return zoo_lacks(t, "soft-dirty bits do not clear");
	*(volatile char *)(t->start + 3 * t->page_size) = 1;
	if (!(zoo_pagemap(t->start + 3 * t->page_size) & PM_SOFT_DIRTY))
		return zoo_lacks(t, "this kernel keeps no soft-dirty bits (CONFIG_MEM_SOFT_DIRTY)");
	return 0;
}

static int uffd_wp_range(int fd, unsigned long start, size_t size)
{
	struct uffdio_writeprotect wp = {
		.range = { .start = start, .len = size },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	return ioctl(fd, UFFDIO_WRITEPROTECT, &wp);
}

/* Registers @t for write-protection and protects every other page. */
static int uffd_protect(struct zoo_thing *t, uint64_t features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct uffdio_register reg = {
		.range = { .start = t->start, .len = t->end - t->start },
		.mode = UFFDIO_REGISTER_MODE_WP,
	};
	int fd = syscall(__NR_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);

	if (fd < 0 && errno == EINVAL) /* before 5.11 */
		fd = syscall(__NR_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return zoo_lacks(t, "userfaultfd: %s", strerror(errno));
	zoo_keep_fd(t, fd);
	if (ioctl(fd, UFFDIO_API, &api))
		return zoo_lacks(t, "userfaultfd has no such write-protection: %s",
				 strerror(errno));
	if (ioctl(fd, UFFDIO_REGISTER, &reg))
		return zoo_lacks(t, "UFFDIO_REGISTER: %s", strerror(errno));
	for (unsigned long va = t->start; va < t->end; va += 2 * t->page_size)
		if (uffd_wp_range(fd, va, t->page_size))
			return zoo_lacks(t, "UFFDIO_WRITEPROTECT: %s", strerror(errno));
	return 0;
}

int zoo_make_uffd_wp(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_anon(o, t);

	if (ret)
		return ret;
	zoo_write(t, 1);
	return uffd_protect(t, UFFD_FEATURE_PAGEFAULT_FLAG_WP);
}

int zoo_make_uffd_wp_shmem(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = zoo_map(t, zoo_size(o, ZOO_SIZE, t->page_size), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (ret)
		return ret;
	/* A quarter populated: those get the bit, the others a marker. */
	for (unsigned long va = t->start; va < t->end; va += 4 * t->page_size)
		*(volatile char *)va = 1;
	return uffd_protect(t, UFFD_FEATURE_WP_HUGETLBFS_SHMEM);
}

int zoo_make_guard(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_anon(o, t);

	if (ret)
		return ret;
	zoo_write(t, 1);
	if (madvise((void *)(t->start + 2 * t->page_size), 3 * t->page_size, MADV_GUARD_INSTALL))
		return zoo_lacks(t, "MADV_GUARD_INSTALL: %s (Linux 6.13)", strerror(errno));
	return 0;
}

/* The same frame behind the first two pages says that KSM has been here. */
static bool merged(const struct zoo_thing *t)
{
	uint64_t first = zoo_pagemap(t->start) & PM_FRAME;

	return first && first == (zoo_pagemap(t->end - t->page_size) & PM_FRAME);
}

int zoo_make_ksm(const struct zoo_options *o, struct zoo_thing *t)
{
	long run = zoo_file_number(KSM_DIR "run");
	long before = zoo_file_number(KSM_DIR "pages_to_scan");
	bool done = false;
	char text[32];
	int ret;

	if (run < 0)
		return zoo_lacks(t, "this kernel has no KSM");
	if (access(KSM_DIR "run", W_OK))
		return zoo_lacks(t, "KSM cannot be started: %s", strerror(errno));
	ret = map_anon(o, t);
	if (ret)
		return ret;
	/* Equal to each other, and to no page of anybody else. */
	for (unsigned long va = t->start; va < t->end; va += t->page_size)
		memset((void *)va, 'k', t->page_size);
	*(volatile pid_t *)t->start = getpid();
	for (unsigned long va = t->start + t->page_size; va < t->end; va += t->page_size)
		memcpy((void *)va, (void *)t->start, t->page_size);
	if (madvise((void *)t->start, t->end - t->start, MADV_MERGEABLE))
		return zoo_lacks(t, "MADV_MERGEABLE: %s", strerror(errno));
	zoo_write_file(KSM_DIR "pages_to_scan", "1000");
	zoo_write_file(KSM_DIR "run", "1");
	for (int i = 0; i < 1000 && !done; i++) {
		nap(10);
		done = merged(t);
	}
	snprintf(text, sizeof(text), "%ld", before);
	zoo_write_file(KSM_DIR "pages_to_scan", text);
	snprintf(text, sizeof(text), "%ld", run);
	zoo_write_file(KSM_DIR "run", text);
	return done ? 0 : zoo_lacks(t, "KSM did not merge the pages");
}

int zoo_make_pkey(const struct zoo_options *o, struct zoo_thing *t)
{
	long key = syscall(__NR_pkey_alloc, 0, 0);
	int ret;

	if (key < 0)
		return zoo_lacks(t, "no protection keys: %s", strerror(errno));
	ret = map_anon(o, t);
	if (ret)
		return ret;
	zoo_write(t, 1);
	if (syscall(__NR_pkey_mprotect, t->start, t->end - t->start, PROT_READ | PROT_WRITE, key))
		return zoo_failed(t, "pkey_mprotect");
	snprintf(t->note, sizeof(t->note), "pkey=%ld", key);
	return 0;
}

static int make_protected(const struct zoo_options *o, struct zoo_thing *t, int prot)
{
	int ret = map_anon(o, t);

	if (ret)
		return ret;
	zoo_write(t, 1);
	if (!mprotect((void *)t->start, t->end - t->start, prot))
		return 0;
	return errno == EINVAL ? zoo_lacks(t, "mprotect: %s", strerror(errno)) :
				 zoo_failed(t, "mprotect");
}

int zoo_make_mte(const struct zoo_options *o, struct zoo_thing *t)
{
	return make_protected(o, t, PROT_READ | PROT_WRITE | PROT_MTE);
}

int zoo_make_bti(const struct zoo_options *o, struct zoo_thing *t)
{
	return make_protected(o, t, PROT_READ | PROT_EXEC | PROT_BTI);
}
