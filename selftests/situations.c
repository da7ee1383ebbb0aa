// SPDX-License-Identifier: GPL-2.0-only
/*
 * situations.c - places where the outcome of an access is known beforehand
 *
 * Each maker runs in a process of its own, and leaves the address in @place->va. What
 * is written next to it in the table is what the kernel is known to do there, for a
 * read, a write and the execution of an instruction.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "jump.h"
#include "proc.h"
#include "scope.h"
#include "situations.h"
#include "size.h"
#include "zoo_internal.h"

#include "../user/lib/libmmscope.h"

#ifndef MADV_COLD
#define MADV_COLD		20
#define MADV_PAGEOUT		21
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL	102
#endif
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE	0x10
#endif
#ifndef MAP_HUGE_2MB
#define MAP_HUGE_2MB		(21 << 26)
#endif
#ifndef MFD_HUGE_2MB
#define MFD_HUGE_2MB		(21 << 26)
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP	4
#endif
#ifndef __NR_memfd_secret
#define __NR_memfd_secret	447
#endif
#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY	1
#endif
/* linux/userfaultfd.h of 6.6 and 6.7 */
#define FEATURE_POISON		(1ULL << 14)
#define FEATURE_WP_UNPOPULATED	(1ULL << 13)
#define FEATURE_WP_ASYNC	(1ULL << 15)
struct poison {
	struct uffdio_range range;
	uint64_t mode;
	int64_t updated;
};

#define IOC_POISON		_IOWR(0xAA, 0x08, struct poison)

#define PAGE	page_size
#define HUGE	huge_size
#define HUGETLB	(2UL << 20)
#define RW	(PROT_READ | PROT_WRITE)
#define RWX	(PROT_READ | PROT_WRITE | PROT_EXEC)

static int failed(struct place *p, const char *what)
{
	snprintf(p->why, sizeof(p->why), "%s: %s", what, strerror(errno));
	return PLACE_FAILED;
}

static int lacks(struct place *p, const char *what)
{
	snprintf(p->why, sizeof(p->why), "%s: %s", what, strerror(errno));
	return PLACE_LACKS;
}

/* The kernel itself says that it has no such thing. */
static int absent(struct place *p, const char *what)
{
	snprintf(p->why, sizeof(p->why), "%s: not in this kernel", what);
	return PLACE_ABSENT;
}

static void put(struct place *p)
{
	*(volatile instruction *)p->va = RETURN;
}

static void get(struct place *p)
{
	(void)*(volatile unsigned char *)p->va;
}

static int advise(struct place *p, size_t size, int advice)
{
	return madvise((void *)p->va, size, advice) ? lacks(p, "madvise") : PLACE_MADE;
}

/* @p->va: the second of three pages; small pages, and no neighbour to merge with. */
static int map(struct place *p, int prot, int flags, int fd, off_t offset)
{
	char *at = mmap(NULL, 3 * PAGE, prot, flags, fd, offset);

	if (at == MAP_FAILED)
		return failed(p, "mmap");
	madvise(at, 3 * PAGE, MADV_NOHUGEPAGE);
	p->va = (unsigned long)at + PAGE;
	return PLACE_MADE;
}

static int anon(struct place *p, int prot)
{
	return map(p, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static int protect(struct place *p, int prot)
{
	return mprotect((void *)p->va, PAGE, prot) ? failed(p, "mprotect") : PLACE_MADE;
}

/* A child that lives on and does @work first; 0 in the parent when that is done. */
static int helper(struct place *p, void (*work)(struct place *p), bool stay)
{
	int done[2];
	pid_t child;
	char byte;

	if (pipe(done))
		return failed(p, "pipe");
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (work)
			work(p);
		close(done[0]);
		close(done[1]);
		while (stay)
			pause();
		_exit(0);
	}
	if (child < 0)
		return failed(p, "fork");
	close(done[1]);
	(void)!read(done[0], &byte, 1);
	close(done[0]);
	if (stay)
		p->helpers[p->nr_helpers++] = child;
	else
		waitpid(child, NULL, 0);
	return PLACE_MADE;
}

#define MAKER(name) static int name(struct place *p, const void *arg __attribute__((unused)))
#define TRY(call) do { int ret_ = (call); if (ret_) return ret_; } while (0)

/* Private anonymous memory. */

MAKER(untouched) { return anon(p, RW); }
MAKER(untouched_all) { return anon(p, RWX); }
MAKER(untouched_read) { return anon(p, PROT_READ); }
MAKER(untouched_write) { return anon(p, PROT_WRITE); }
MAKER(untouched_exec) { return anon(p, PROT_EXEC); }
MAKER(untouched_none) { return anon(p, PROT_NONE); }

MAKER(written)
{
	TRY(anon(p, RW));
	put(p);
	return PLACE_MADE;
}

MAKER(written_all)
{
	TRY(anon(p, RWX));
	put(p);
	return PLACE_MADE;
}

MAKER(zero_page)
{
	TRY(anon(p, RW));
	get(p);
	return PLACE_MADE;
}

MAKER(zero_page_all)
{
	TRY(anon(p, RWX));
	get(p);
	return PLACE_MADE;
}

MAKER(now_read_only)
{
	TRY(written(p, NULL));
	return protect(p, PROT_READ);
}

MAKER(now_writable)
{
	TRY(now_read_only(p, NULL));
	return protect(p, RW);
}

MAKER(now_executable)
{
	TRY(written(p, NULL));
	return protect(p, PROT_READ | PROT_EXEC);
}

MAKER(no_longer_executable)
{
	TRY(written_all(p, NULL));
	return protect(p, RW);
}

MAKER(now_none)
{
	TRY(written(p, NULL));
	return protect(p, PROT_NONE);
}

MAKER(none_and_back)
{
	TRY(now_none(p, NULL));
	return protect(p, RW);
}

MAKER(zero_page_read_only)
{
	TRY(zero_page(p, NULL));
	return protect(p, PROT_READ);
}

MAKER(unmapped)
{
	TRY(written(p, NULL));
	return munmap((void *)p->va, PAGE) ? failed(p, "munmap") : PLACE_MADE;
}

MAKER(null)
{
	p->va = 8;
	return PLACE_MADE;
}

MAKER(kernel_half)
{
	p->va = 0xffff888000001000;
	return PLACE_MADE;
}

MAKER(kernel_end)
{
	p->va = ~0UL - 15;
	return PLACE_MADE;
}

MAKER(hole)
{
	p->va = NO_ADDRESS;
	return PLACE_MADE;
}

MAKER(vsyscall_call)
{
	p->va = 0xffffffffff600400;
	return PLACE_MADE;
}

MAKER(vsyscall_between)
{
	p->va = 0xffffffffff600124;
	return PLACE_MADE;
}

MAKER(given_back)
{
	TRY(written(p, NULL));
	return advise(p, PAGE, MADV_DONTNEED);
}

MAKER(lazily_freed)
{
	TRY(written(p, NULL));
	return advise(p, PAGE, MADV_FREE);
}

MAKER(cold)
{
	TRY(written(p, NULL));
	return advise(p, PAGE, MADV_COLD);
}

MAKER(locked)
{
	TRY(anon(p, RW));
	return mlock((void *)p->va, PAGE) ? failed(p, "mlock") : PLACE_MADE;
}

MAKER(locked_on_fault)
{
	TRY(anon(p, RW));
	return mlock2((void *)p->va, PAGE, MLOCK_ONFAULT) ? failed(p, "mlock2") : PLACE_MADE;
}

MAKER(populated)
{
	return map(p, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
}

static int moved(struct place *p, int flags, bool old)
{
	void *to;

	TRY(written(p, NULL));
	to = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	to = mremap((void *)p->va, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED | flags, to);
	if (to == MAP_FAILED)
		return failed(p, "mremap");
	if (!old)
		p->va = (unsigned long)to;
	return PLACE_MADE;
}

MAKER(moved_here) { return moved(p, 0, false); }
MAKER(moved_away) { return moved(p, 0, true); }
MAKER(moved_and_kept) { return moved(p, MREMAP_DONTUNMAP, true); }

MAKER(dev_zero)
{
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);

	return map(p, RW, MAP_PRIVATE, fd, 0);
}

/* Copy-on-write. */

MAKER(shared_with_child)
{
	TRY(written(p, NULL));
	return helper(p, NULL, true);
}

MAKER(child_has_ended)
{
	TRY(written(p, NULL));
	return helper(p, NULL, false);
}

MAKER(child_has_copied)
{
	TRY(written(p, NULL));
	return helper(p, put, true);
}

MAKER(in_child)
{
	TRY(written(p, NULL));
	p->forked = true;
	return PLACE_MADE;
}

MAKER(zero_page_in_child)
{
	TRY(zero_page(p, NULL));
	p->forked = true;
	return PLACE_MADE;
}

MAKER(wiped_in_child)
{
	TRY(in_child(p, NULL));
	return advise(p, PAGE, MADV_WIPEONFORK);
}

MAKER(absent_in_child)
{
	TRY(in_child(p, NULL));
	return advise(p, PAGE, MADV_DONTFORK);
}

static int soft_dirty_cleared(struct place *p)
{
	/* It was written just now. */
	if (!(zoo_pagemap(p->va) & PM_SOFT_DIRTY))
		return absent(p, "soft-dirty bits");
	return zoo_write_file("/proc/self/clear_refs", "4") ? lacks(p, "clear_refs") : PLACE_MADE;
}

MAKER(soft_dirty)
{
	TRY(written(p, NULL));
	return soft_dirty_cleared(p);
}

/* A kind of the zoo that is one situation as a whole. */
static int from_zoo(struct place *p, const char *kind, size_t offset)
{
	static struct zoo_thing thing;
	int ret = zoo_make(zoo_find(kind), NULL, &thing);

	if (ret) {
		memcpy(p->why, thing.why, sizeof(p->why) - 1);
		return ret == ZOO_LACKS ? PLACE_LACKS : PLACE_FAILED;
	}
	for (int i = 0; i < thing.nr_children; i++)
		p->helpers[p->nr_helpers++] = thing.children[i];
	p->va = thing.start + offset;
	return PLACE_MADE;
}

static void pass_on(int sig)
{
	(void)sig;
}

/* The page is lost to a memory error; its frame is, to the end of this kernel. */
static int poison(struct place *p)
{
	/* Whoever asks for it is told as if the processor had found it. */
	struct sigaction pass = { .sa_handler = pass_on }, before;
	int ret;

	sigaction(SIGBUS, &pass, &before);
	ret = madvise((void *)p->va, PAGE, MADV_HWPOISON);
	sigaction(SIGBUS, &before, NULL);
	return ret ? lacks(p, "MADV_HWPOISON") : PLACE_MADE;
}

MAKER(poisoned)
{
	TRY(written(p, NULL));
	return poison(p);
}

MAKER(poisoned_none)
{
	TRY(poisoned(p, NULL));
	return protect(p, PROT_NONE);
}

MAKER(merged) { return from_zoo(p, "ksm", PAGE); }
MAKER(guarded) { return from_zoo(p, "guard", 3 * PAGE); }
MAKER(beside_guard) { return from_zoo(p, "guard", PAGE); }

/* Protection keys; the register is the thread's own, so it is set here. */
static int keyed(struct place *p, int prot, unsigned int rights, bool write)
{
	long key;

	TRY(anon(p, RWX));
	if (write)
		put(p);
	key = syscall(__NR_pkey_alloc, 0, rights);
	if (key < 0)
		return lacks(p, "pkey_alloc");
	if (syscall(__NR_pkey_mprotect, p->va, PAGE, prot, key))
		return failed(p, "pkey_mprotect");
	return PLACE_MADE;
}

MAKER(key_open) { return keyed(p, RW, 0, true); }
MAKER(key_no_access) { return keyed(p, RW, 1, true); }
MAKER(key_no_access_exec) { return keyed(p, PROT_READ | PROT_EXEC, 1, true); }
MAKER(key_no_access_missing) { return keyed(p, RW, 1, false); }
MAKER(key_no_write) { return keyed(p, RW, 2, true); }
MAKER(key_no_write_missing) { return keyed(p, RW, 2, false); }
MAKER(key_no_write_read_only) { return keyed(p, PROT_READ, 2, true); }

/* Stacks. */

/* A VMA that grows downwards, with @room bytes free below; @p->va: its first page. */
static int growing(struct place *p, size_t room)
{
	char *at = mmap(NULL, room + 4 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return failed(p, "mmap");
	/* The page at the lower end stays: what lies below the room is known. */
	munmap(at + PAGE, room + 2 * PAGE);
	mprotect(at, PAGE, PROT_READ);
	at = mmap(at + room + PAGE, 2 * PAGE, RW,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
	if (at == MAP_FAILED)
		return failed(p, "mmap");
	madvise(at, 2 * PAGE, MADV_NOHUGEPAGE);
	*(volatile char *)at = 1;
	p->va = (unsigned long)at;
	return PLACE_MADE;
}

static int limit(struct place *p, int which, unsigned long bytes)
{
	struct rlimit now;

	if (getrlimit(which, &now))
		return failed(p, "getrlimit");
	now.rlim_cur = bytes;
	return setrlimit(which, &now) ? failed(p, "setrlimit") : PLACE_MADE;
}

static int grows_by(struct place *p, size_t below)
{
	const size_t room = 1000 * PAGE;

	TRY(growing(p, room));
	p->va -= below;
	/* With pages larger than 4K it is more than a stack has by default. */
	return limit(p, RLIMIT_STACK, 2 * room);
}

MAKER(grows_a_page) { return grows_by(p, 8); }
MAKER(grows_far) { return grows_by(p, 300 * PAGE); }
MAKER(grows_to_guard) { return grows_by(p, (1000 - 256) * PAGE); }
MAKER(grows_into_guard) { return grows_by(p, (1000 - 255) * PAGE); }

MAKER(grows_up_to_limit)
{
	TRY(grows_by(p, 30 * PAGE));
	return limit(p, RLIMIT_STACK, 32 * PAGE);
}

MAKER(grows_beyond_limit)
{
	TRY(grows_by(p, 31 * PAGE));
	return limit(p, RLIMIT_STACK, 32 * PAGE);
}

MAKER(grows_beyond_space)
{
	TRY(grows_by(p, 300 * PAGE));
	return limit(p, RLIMIT_AS, (proc_status(getpid(), "VmSize") << 10) + 299 * PAGE);
}

static unsigned long main_stack(void)
{
	struct proc_vmas maps;
	unsigned long start = 0;

	if (proc_maps(getpid(), &maps))
		return 0;
	for (size_t i = 0; i < maps.nr; i++)
		if (!strcmp(maps.v[i].name, "[stack]"))
			start = maps.v[i].start;
	proc_vmas_free(&maps);
	return start;
}

MAKER(below_stack)
{
	p->va = main_stack() - 5 * PAGE;
	return PLACE_MADE;
}

MAKER(far_below_stack)
{
	p->va = main_stack() - (9UL << 20);
	return limit(p, RLIMIT_STACK, 8UL << 20);
}

/* Huge pages. @p->va: in the midst of the second of three aligned ones. */

static int thp_area(struct place *p, size_t size)
{
	char *at = mmap(NULL, 5 * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (access("/sys/kernel/mm/transparent_hugepage", F_OK))
		return absent(p, "huge pages of anonymous memory");
	if (at == MAP_FAILED)
		return failed(p, "mmap");
	at = (char *)(((unsigned long)at + 2 * HUGE - 1) & ~(HUGE - 1));
	if (mprotect(at, size, RW))
		return failed(p, "mprotect");
	if (madvise(at, size, MADV_HUGEPAGE))
		return lacks(p, "MADV_HUGEPAGE");
	p->va = (unsigned long)at + 5 * PAGE;
	return PLACE_MADE;
}

MAKER(thp_untouched) { return thp_area(p, HUGE); }
MAKER(thp_too_small) { return thp_area(p, HUGE / 2); }

MAKER(thp_barred)
{
	TRY(thp_area(p, HUGE));
	return prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) ? failed(p, "prctl") : PLACE_MADE;
}

MAKER(thp_beside_small)
{
	TRY(thp_area(p, HUGE));
	madvise((void *)(p->va - 5 * PAGE), HUGE, MADV_NOHUGEPAGE);
	*(volatile char *)(p->va + PAGE) = 1;
	return advise(p, 1, MADV_NORMAL) || madvise((void *)(p->va - 5 * PAGE), HUGE,
						    MADV_HUGEPAGE) ?
		lacks(p, "madvise") : PLACE_MADE;
}

MAKER(thp_written)
{
	TRY(thp_area(p, HUGE));
	put(p);
	if (zoo_smaps(p->va, "AnonHugePages") != HUGE)
		return lacks(p, "no huge page");
	return PLACE_MADE;
}

MAKER(huge_zero)
{
	TRY(thp_area(p, HUGE));
	get(p);
	return PLACE_MADE;
}

MAKER(thp_none)
{
	TRY(thp_written(p, NULL));
	return mprotect((void *)(p->va - 5 * PAGE), HUGE, PROT_NONE) ?
		failed(p, "mprotect") : PLACE_MADE;
}

MAKER(thp_read_only)
{
	TRY(thp_written(p, NULL));
	return mprotect((void *)(p->va - 5 * PAGE), HUGE, PROT_READ) ?
		failed(p, "mprotect") : PLACE_MADE;
}

MAKER(thp_shared_with_child)
{
	TRY(thp_written(p, NULL));
	return helper(p, NULL, true);
}

MAKER(thp_child_has_ended)
{
	TRY(thp_written(p, NULL));
	return helper(p, NULL, false);
}

MAKER(thp_in_child)
{
	TRY(thp_written(p, NULL));
	p->forked = true;
	return PLACE_MADE;
}

MAKER(thp_split)
{
	TRY(thp_written(p, NULL));
	return madvise((void *)(p->va + PAGE - 5), PAGE, MADV_DONTNEED) &&
	       madvise((void *)((p->va + PAGE) & ~(PAGE - 1)), PAGE, MADV_DONTNEED) ?
		failed(p, "madvise") : PLACE_MADE;
}

MAKER(thp_hole)
{
	TRY(thp_written(p, NULL));
	return advise(p, PAGE, MADV_DONTNEED);
}

MAKER(thp_soft_dirty)
{
	TRY(thp_written(p, NULL));
	return soft_dirty_cleared(p);
}

static int hugetlb(struct place *p, int prot, int flags, int fd, off_t offset)
{
	char *at = mmap(NULL, HUGETLB, prot, flags, fd, offset);

	if (at == MAP_FAILED)
		return failed(p, "hugetlb");
	p->va = (unsigned long)at + 5 * PAGE;
	return PLACE_MADE;
}

#define HUGE_ANON	(MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_2MB)

MAKER(huge_untouched) { return hugetlb(p, RW, MAP_PRIVATE | HUGE_ANON, -1, 0); }
MAKER(huge_shared_untouched) { return hugetlb(p, RW, MAP_SHARED | HUGE_ANON, -1, 0); }
MAKER(huge_none) { return hugetlb(p, PROT_NONE, MAP_PRIVATE | HUGE_ANON, -1, 0); }

MAKER(huge_written)
{
	TRY(huge_untouched(p, NULL));
	put(p);
	return PLACE_MADE;
}

MAKER(huge_read_only)
{
	TRY(huge_written(p, NULL));
	return mprotect((void *)(p->va - 5 * PAGE), HUGETLB, PROT_READ) ?
		failed(p, "mprotect") : PLACE_MADE;
}

MAKER(huge_shared_with_child)
{
	TRY(huge_written(p, NULL));
	return helper(p, NULL, true);
}

MAKER(huge_child_has_ended)
{
	TRY(huge_written(p, NULL));
	return helper(p, NULL, false);
}

MAKER(huge_in_child)
{
	TRY(huge_written(p, NULL));
	p->forked = true;
	return PLACE_MADE;
}

/* All free pages of the pool but @leave. They go when the process ends. */
static int take_pool(struct place *p, long leave)
{
	long nr = zoo_file_number("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages") -
		  leave;
	char *at;

	if (nr <= 0)
		return PLACE_MADE;
	at = mmap(NULL, nr * HUGETLB, RW, MAP_PRIVATE | HUGE_ANON | MAP_POPULATE, -1, 0);
	return at == MAP_FAILED ? failed(p, "pool") : PLACE_MADE;
}

MAKER(huge_pool_empty)
{
	TRY(hugetlb(p, RW, MAP_PRIVATE | MAP_NORESERVE | HUGE_ANON, -1, 0));
	return take_pool(p, 0);
}

MAKER(huge_reserved_of_empty)
{
	TRY(huge_untouched(p, NULL));
	return take_pool(p, 1);
}

MAKER(huge_owner_of_empty)
{
	TRY(huge_shared_with_child(p, NULL));
	return take_pool(p, 0);
}

static int huge_file(struct place *p, off_t pages)
{
	int fd = memfd_create("predict", MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_2MB);

	if (fd < 0 || ftruncate(fd, pages * HUGETLB))
		return failed(p, "memfd_create"), -1;
	return fd;
}

MAKER(huge_cached)
{
	int fd = huge_file(p, 1);

	TRY(hugetlb(p, RW, MAP_SHARED, fd, 0));
	put(p);
	return hugetlb(p, RW, MAP_SHARED, fd, 0);
}

MAKER(huge_cached_private)
{
	int fd = huge_file(p, 1);

	TRY(hugetlb(p, RW, MAP_SHARED, fd, 0));
	put(p);
	return hugetlb(p, RW, MAP_PRIVATE, fd, 0);
}

MAKER(huge_private_read)
{
	TRY(huge_cached_private(p, NULL));
	get(p);
	return PLACE_MADE;
}

MAKER(huge_beyond_end)
{
	int fd = huge_file(p, 1);

	TRY(hugetlb(p, RW, MAP_SHARED | MAP_NORESERVE, fd, 0));
	return ftruncate(fd, 0) ? failed(p, "ftruncate") : PLACE_MADE;
}

/* Swap. */

static bool is_swapped(unsigned long va)
{
	return zoo_pagemap(va) & PM_SWAP;
}

/* A page that another CPU's batch for the LRU lists holds is passed over: ask again. */
static int page_out(struct place *p)
{
	struct timespec nap = { .tv_nsec = 5000000 };

	for (int i = 0; i < 200; i++) {
		if (madvise((void *)p->va, PAGE, MADV_PAGEOUT))
			return lacks(p, "MADV_PAGEOUT");
		if (is_swapped(p->va))
			return PLACE_MADE;
		nanosleep(&nap, NULL);
	}
	return lacks(p, "not swapped out");
}

MAKER(swapped)
{
	TRY(written(p, NULL));
	return page_out(p);
}

MAKER(swapped_all)
{
	TRY(written_all(p, NULL));
	return page_out(p);
}

MAKER(swapped_none)
{
	TRY(swapped(p, NULL));
	return protect(p, PROT_NONE);
}

MAKER(swapped_read_only)
{
	TRY(swapped(p, NULL));
	return protect(p, PROT_READ);
}

MAKER(swapped_shared)
{
	TRY(swapped(p, NULL));
	return helper(p, NULL, true);
}

MAKER(swapped_in_by_child)
{
	TRY(swapped(p, NULL));
	return helper(p, get, true);
}

MAKER(swapped_in_by_child_that_ended)
{
	TRY(swapped(p, NULL));
	return helper(p, get, false);
}

MAKER(swapped_and_back)
{
	TRY(swapped(p, NULL));
	get(p);
	return PLACE_MADE;
}

MAKER(shmem_swapped)
{
	struct timespec nap = { .tv_nsec = 5000000 };
	unsigned char there = 1;

	TRY(map(p, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	put(p);
	for (int i = 0; i < 200 && there; i++) {
		if (madvise((void *)p->va, PAGE, MADV_PAGEOUT))
			return lacks(p, "MADV_PAGEOUT");
		if (mincore((void *)p->va, PAGE, &there))
			return failed(p, "mincore");
		there &= 1;
		if (there)
			nanosleep(&nap, NULL);
	}
	return there ? lacks(p, "not swapped out") : PLACE_MADE;
}

/* Shared memory. */

static int shm(struct place *p, int prot, int flags)
{
	return map(p, prot, MAP_SHARED | MAP_ANONYMOUS | flags, -1, 0);
}

MAKER(shm_untouched) { return shm(p, RW, 0); }

MAKER(shm_written)
{
	TRY(shm(p, RW, 0));
	put(p);
	return PLACE_MADE;
}

MAKER(shm_read)
{
	TRY(shm(p, RW, 0));
	get(p);
	return PLACE_MADE;
}

MAKER(shm_written_by_child)
{
	TRY(shm(p, RW, 0));
	return helper(p, put, false);
}

MAKER(shm_in_child)
{
	TRY(shm_written(p, NULL));
	p->forked = true;
	return PLACE_MADE;
}

MAKER(shm_soft_dirty)
{
	TRY(shm_written(p, NULL));
	return soft_dirty_cleared(p);
}

MAKER(dev_zero_shared)
{
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);

	return map(p, RW, MAP_SHARED, fd, 0);
}

/* @pages of a memfd, those below @written with an instruction at the start of each. */
static int memory_file(struct place *p, int pages, int written)
{
	int fd = memfd_create("predict", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	instruction ret = RETURN;

	if (fd < 0 || ftruncate(fd, pages * PAGE))
		return failed(p, "memfd_create"), -1;
	for (int i = 0; i < written; i++)
		if (pwrite(fd, &ret, sizeof(ret), i * PAGE) != sizeof(ret))
			return failed(p, "write"), -1;
	return fd;
}

MAKER(mem_cached) { return map(p, RW, MAP_SHARED, memory_file(p, 3, 3), 0); }
MAKER(mem_cached_all) { return map(p, RWX, MAP_SHARED, memory_file(p, 3, 3), 0); }
MAKER(mem_cached_read) { return map(p, PROT_READ, MAP_SHARED, memory_file(p, 3, 3), 0); }
MAKER(mem_private) { return map(p, RW, MAP_PRIVATE, memory_file(p, 3, 3), 0); }
MAKER(mem_private_hole) { return map(p, RW, MAP_PRIVATE, memory_file(p, 3, 0), 0); }
MAKER(mem_beyond_end) { return map(p, RWX, MAP_SHARED, memory_file(p, 1, 1), 0); }
MAKER(mem_private_beyond_end) { return map(p, RW, MAP_PRIVATE, memory_file(p, 1, 1), 0); }

MAKER(mem_poisoned)
{
	TRY(mem_cached(p, NULL));
	put(p);
	return poison(p);
}

/* Mapped anew: no entry tells of it any more, but the page cache. */
MAKER(mem_poisoned_before)
{
	int fd = memory_file(p, 3, 3);
	unsigned char cached;

	TRY(map(p, RW, MAP_SHARED, fd, 0));
	put(p);
	TRY(poison(p));
	TRY(map(p, RW, MAP_SHARED, fd, 0));
	/* Before 5.16 a lost page was taken out of the file, as if there were a hole. */
	if (!mincore((void *)p->va, PAGE, &cached) && !(cached & 1))
		return lacks(p, "a page cache that keeps lost pages");
	return PLACE_MADE;
}

MAKER(mem_last_page)
{
	/* The last page of the file, of which one byte is the file's. */
	int fd = memory_file(p, 1, 1);

	if (ftruncate(fd, PAGE + 1))
		return failed(p, "ftruncate");
	TRY(map(p, RW, MAP_SHARED, fd, 0));
	p->va += 100;
	return PLACE_MADE;
}

MAKER(mem_private_read)
{
	TRY(mem_private(p, NULL));
	get(p);
	return PLACE_MADE;
}

MAKER(mem_private_copied)
{
	TRY(mem_private(p, NULL));
	put(p);
	return PLACE_MADE;
}

static int mem_shortened(struct place *p, int flags, bool copied)
{
	int fd = memory_file(p, 3, 3);

	TRY(map(p, RW, flags, fd, 0));
	if (copied)
		put(p);
	else
		get(p);
	return ftruncate(fd, PAGE) ? failed(p, "ftruncate") : PLACE_MADE;
}

MAKER(mem_truncated) { return mem_shortened(p, MAP_SHARED, true); }
MAKER(mem_private_truncated) { return mem_shortened(p, MAP_PRIVATE, true); }

MAKER(mem_punched)
{
	int fd = memory_file(p, 3, 3);

	TRY(map(p, RW, MAP_SHARED, fd, 0));
	get(p);
	return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 3 * PAGE) ?
		failed(p, "fallocate") : PLACE_MADE;
}

static int mem_sealed(struct place *p, int prot, int flags, int seals)
{
	int fd = memory_file(p, 3, 3);

	if (fcntl(fd, F_ADD_SEALS, seals))
		return failed(p, "F_ADD_SEALS");
	return map(p, prot, flags, fd, 0);
}

MAKER(mem_sealed_private) { return mem_sealed(p, RW, MAP_PRIVATE, F_SEAL_WRITE); }
MAKER(mem_sealed_shared) { return mem_sealed(p, PROT_READ, MAP_SHARED, F_SEAL_FUTURE_WRITE); }

MAKER(mem_sealed_after)
{
	int fd = memory_file(p, 3, 3);

	TRY(map(p, RW, MAP_SHARED, fd, 0));
	return fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE) ? failed(p, "seal") : PLACE_MADE;
}

static int secret(struct place *p, off_t pages)
{
	int fd = syscall(__NR_memfd_secret, O_CLOEXEC);

	if (fd < 0)
		return lacks(p, "memfd_secret");
	if (ftruncate(fd, pages * PAGE))
		return failed(p, "ftruncate");
	return map(p, RW, MAP_SHARED, fd, 0);
}

MAKER(secret_untouched) { return secret(p, 3); }
MAKER(secret_beyond_end) { return secret(p, 1); }

MAKER(secret_written)
{
	TRY(secret(p, 3));
	put(p);
	return PLACE_MADE;
}

/* Files of a disk. */

static int disk_file(struct place *p, int written, int pages)
{
	instruction text[PAGE / sizeof(instruction)];
	char path[100];
	int fd;

	for (size_t i = 0; i < PAGE / sizeof(instruction); i++)
		text[i] = RETURN;
	snprintf(path, sizeof(path), DISK_DIR "/%d", getpid());
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	unlink(path);
	for (int i = 0; fd >= 0 && i < written; i++)
		if (pwrite(fd, text, sizeof(text), i * PAGE) != (ssize_t)sizeof(text))
			return failed(p, path), -1;
	if (fd < 0 || ftruncate(fd, pages * PAGE) || fsync(fd))
		return failed(p, path), -1;
	return fd;
}

static int on_disk(struct place *p, int prot, int flags)
{
	return map(p, prot, flags, disk_file(p, 3, 3), 0);
}

MAKER(disk_cached) { return on_disk(p, RW, MAP_SHARED); }
MAKER(disk_cached_all) { return on_disk(p, RWX, MAP_PRIVATE); }
MAKER(disk_private) { return on_disk(p, RW, MAP_PRIVATE); }
MAKER(disk_text) { return on_disk(p, PROT_READ | PROT_EXEC, MAP_PRIVATE); }
MAKER(disk_beyond_end) { return map(p, RWX, MAP_SHARED, disk_file(p, 1, 1), 0); }

/*
 * The page cache has the first two pages, or none: they are thrown away until it does. With
 * pages of 16K no more are read at first.
 */
static int until_cached(struct place *p, int fd, bool cached)
{
	const struct timespec nap = { .tv_nsec = 5000000 };
	unsigned char there[3];

	for (int i = 0; i < 200; i++) {
		if (!cached)
			posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		if (mincore((void *)(p->va - PAGE), sizeof(there) * PAGE, there))
			return failed(p, "mincore");
		if (cached ? there[0] & there[1] & 1 : !((there[0] | there[1] | there[2]) & 1))
			return PLACE_MADE;
		nanosleep(&nap, NULL);
	}
	return failed(p, "page cache");
}

/* The page cache of the file is emptied. */
static int dropped(struct place *p, int prot, int flags, int advice, int written)
{
	int fd = disk_file(p, written, 3);

	if (fd < 0)
		return PLACE_FAILED;
	TRY(map(p, prot, flags, fd, 0));
	madvise((void *)(p->va - PAGE), 3 * PAGE, advice);
	return until_cached(p, fd, false);
}

MAKER(disk_dropped) { return dropped(p, RW, MAP_SHARED, MADV_NORMAL, 3); }
MAKER(disk_dropped_all) { return dropped(p, RWX, MAP_PRIVATE, MADV_NORMAL, 3); }
MAKER(disk_dropped_random) { return dropped(p, RW, MAP_SHARED, MADV_RANDOM, 3); }
MAKER(disk_dropped_hole) { return dropped(p, RW, MAP_SHARED, MADV_NORMAL, 0); }
MAKER(disk_dropped_read_only) { return dropped(p, PROT_READ, MAP_PRIVATE, MADV_NORMAL, 3); }
MAKER(disk_dropped_none) { return dropped(p, PROT_NONE, MAP_PRIVATE, MADV_NORMAL, 3); }

/*
 * One byte of the file is read, and with it the pages behind; the first of those is marked:
 * whoever comes there reads further ahead (mm/readahead.c:page_cache_sync_ra()).
 */
MAKER(disk_ahead)
{
	int fd = disk_file(p, 32, 32);
	char byte;

	if (fd < 0)
		return PLACE_FAILED;
	TRY(map(p, RW, MAP_SHARED, fd, 0));
	TRY(until_cached(p, fd, false));
	if (pread(fd, &byte, 1, 0) != 1)
		return failed(p, "pread");
	return until_cached(p, fd, true);
}

/* Two pages of the disk itself: through its node, which lies on a tmpfs, as a rule. */
static int block_device(struct place *p)
{
	char line[512], node[64] = "";
	FILE *f = fopen("/proc/mounts", "re");
	int fd;

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, " " DISK_DIR " "))
			sscanf(line, "%63s", node);
	if (f)
		fclose(f);
	fd = open(node, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return failed(p, "block device");
	/* Far from what the file system itself has in use. */
	return map(p, PROT_READ, MAP_SHARED, fd, 8 << 20);
}

MAKER(block_cached)
{
	TRY(block_device(p));
	(void)*(volatile char *)p->va;
	madvise((void *)(p->va - PAGE), 3 * PAGE, MADV_DONTNEED);
	return PLACE_MADE;
}

/* Where pages were that are reclaimed the cache keeps their shadows (mm/workingset.c). */
MAKER(block_reclaimed)
{
	unsigned char there = 1;

	TRY(block_device(p));
	for (int i = 0; i < 200 && there & 1; i++) {
		(void)*(volatile char *)p->va;
		madvise((void *)(p->va - PAGE), 3 * PAGE, MADV_PAGEOUT);
		if (mincore((void *)p->va, PAGE, &there))
			return failed(p, "mincore");
	}
	return there & 1 ? failed(p, "page cache") : PLACE_MADE;
}

MAKER(disk_read)
{
	TRY(disk_cached(p, NULL));
	get(p);
	return PLACE_MADE;
}

MAKER(disk_written)
{
	TRY(disk_cached(p, NULL));
	put(p);
	return PLACE_MADE;
}

MAKER(disk_synced)
{
	TRY(disk_written(p, NULL));
	return msync((void *)(p->va - PAGE), 3 * PAGE, MS_SYNC) ? failed(p, "msync") : PLACE_MADE;
}

MAKER(disk_private_read)
{
	TRY(disk_private(p, NULL));
	get(p);
	return PLACE_MADE;
}

MAKER(disk_private_copied)
{
	TRY(disk_private(p, NULL));
	put(p);
	return PLACE_MADE;
}

MAKER(disk_text_read)
{
	TRY(disk_text(p, NULL));
	get(p);
	return PLACE_MADE;
}

/* userfaultfd, over all three pages. */

static int new_uffd(struct uffdio_api *api)
{
	int fd = syscall(__NR_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);

	if (fd < 0 && errno == EINVAL) /* before 5.11 */
		fd = syscall(__NR_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	return fd < 0 || ioctl(fd, UFFDIO_API, api) ? -1 : fd;
}

static int registered(struct place *p, uint64_t mode, uint64_t features)
{
	struct uffdio_api all = { .api = UFFD_API };
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct uffdio_register reg = {
		.range = { .start = p->va - PAGE, .len = 3 * PAGE },
		.mode = mode,
	};

	close(new_uffd(&all));
	if (features & ~all.features)
		return absent(p, "userfaultfd of such memory");
	p->uffd = new_uffd(&api);
	if (p->uffd < 0 || ioctl(p->uffd, UFFDIO_REGISTER, &reg))
		return lacks(p, "userfaultfd");
	p->registered = reg.range.start;
	p->registered_size = reg.range.len;
	return PLACE_MADE;
}

static int wp(struct place *p, bool on)
{
	struct uffdio_writeprotect protect = {
		.range = { .start = p->va, .len = PAGE },
		.mode = on ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};

	return ioctl(p->uffd, UFFDIO_WRITEPROTECT, &protect) ?
		lacks(p, "UFFDIO_WRITEPROTECT") : PLACE_MADE;
}

MAKER(uffd_missing)
{
	TRY(untouched(p, NULL));
	return registered(p, UFFDIO_REGISTER_MODE_MISSING, 0);
}

MAKER(uffd_missing_there)
{
	TRY(written(p, NULL));
	return registered(p, UFFDIO_REGISTER_MODE_MISSING, 0);
}

MAKER(uffd_missing_read_only)
{
	TRY(untouched_read(p, NULL));
	return registered(p, UFFDIO_REGISTER_MODE_MISSING, 0);
}

MAKER(uffd_sigbus)
{
	TRY(untouched(p, NULL));
	return registered(p, UFFDIO_REGISTER_MODE_MISSING, UFFD_FEATURE_SIGBUS);
}

MAKER(uffd_wp)
{
	TRY(written(p, NULL));
	TRY(registered(p, UFFDIO_REGISTER_MODE_WP, UFFD_FEATURE_PAGEFAULT_FLAG_WP));
	return wp(p, true);
}

MAKER(uffd_wp_taken_back)
{
	TRY(uffd_wp(p, NULL));
	return wp(p, false);
}

MAKER(uffd_wp_swapped)
{
	TRY(uffd_wp(p, NULL));
	return page_out(p);
}

MAKER(uffd_wp_not_this)
{
	TRY(written(p, NULL));
	return registered(p, UFFDIO_REGISTER_MODE_WP, UFFD_FEATURE_PAGEFAULT_FLAG_WP);
}

MAKER(uffd_wp_sigbus)
{
	TRY(written(p, NULL));
	TRY(registered(p, UFFDIO_REGISTER_MODE_WP,
		       UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_SIGBUS));
	return wp(p, true);
}

MAKER(uffd_wp_unregistered)
{
	struct uffdio_range range;

	TRY(uffd_wp(p, NULL));
	range = (struct uffdio_range){ .start = p->registered, .len = p->registered_size };
	return ioctl(p->uffd, UFFDIO_UNREGISTER, &range) ? failed(p, "unregister") : PLACE_MADE;
}

MAKER(uffd_wp_async)
{
	TRY(written(p, NULL));
	TRY(registered(p, UFFDIO_REGISTER_MODE_WP, FEATURE_WP_ASYNC));
	return wp(p, true);
}

MAKER(uffd_wp_unpopulated)
{
	TRY(untouched(p, NULL));
	TRY(registered(p, UFFDIO_REGISTER_MODE_WP, FEATURE_WP_UNPOPULATED));
	return wp(p, true);
}

MAKER(uffd_shm_missing)
{
	TRY(shm_untouched(p, NULL));
	return registered(p, UFFDIO_REGISTER_MODE_MISSING, UFFD_FEATURE_MISSING_SHMEM);
}

MAKER(uffd_shm_minor)
{
	TRY(shm_written_by_child(p, NULL));
	return registered(p, UFFDIO_REGISTER_MODE_MINOR, UFFD_FEATURE_MINOR_SHMEM);
}

MAKER(uffd_shm_minor_absent)
{
	TRY(shm_untouched(p, NULL));
	return registered(p, UFFDIO_REGISTER_MODE_MINOR, UFFD_FEATURE_MINOR_SHMEM);
}

MAKER(uffd_shm_wp)
{
	TRY(shm_written(p, NULL));
	TRY(registered(p, UFFDIO_REGISTER_MODE_WP, UFFD_FEATURE_WP_HUGETLBFS_SHMEM));
	return wp(p, true);
}

MAKER(uffd_shm_wp_marker)
{
	TRY(shm_untouched(p, NULL));
	TRY(registered(p, UFFDIO_REGISTER_MODE_WP, UFFD_FEATURE_WP_HUGETLBFS_SHMEM));
	return wp(p, true);
}

MAKER(uffd_poison)
{
	struct poison poison = { .range.len = PAGE };

	TRY(untouched(p, NULL));
	TRY(registered(p, UFFDIO_REGISTER_MODE_MISSING, FEATURE_POISON));
	poison.range.start = p->va;
	return ioctl(p->uffd, IOC_POISON, &poison) ? lacks(p, "UFFDIO_POISON") : PLACE_MADE;
}

/* What a driver or the kernel itself maps. */

MAKER(device)
{
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return lacks(p, "/dev/mem");
	return map(p, PROT_READ, MAP_SHARED, fd, ZOO_DEVICE_PA);
}

static int named(struct place *p, const char *name)
{
	struct proc_vmas maps;

	if (proc_maps(getpid(), &maps))
		return failed(p, "maps");
	for (size_t i = 0; i < maps.nr; i++)
		if (!strcmp(maps.v[i].name, name))
			p->va = maps.v[i].start;
	proc_vmas_free(&maps);
	return p->va ? PLACE_MADE : lacks(p, name);
}

MAKER(vdso) { return named(p, "[vdso]"); }
MAKER(vvar) { return named(p, "[vvar]"); }

/* Short names, for the table. */
#define O(name)		MMSCOPE_OUTCOME_##name
/* To x86 it is a fault of another kind; elsewhere no mapping is found there. */
#ifdef __x86_64__
#define NOADDR		O(SEGV_CPU)
#else
#define NOADDR		O(SEGV_MAPERR)
#endif
#define OK		O(SUCCEEDS)
#define ACC		O(SEGV_ACCERR)
#define MAPERR		O(SEGV_MAPERR)
#define PKU		O(SEGV_PKUERR)
#define EOFBUS		O(BUS_EOF)
#define ZEROS		O(DEMAND_ZERO)
#define ZERO		O(ZERO_PAGE)
#define COPY		O(COW_COPY)
#define REUSE		O(COW_REUSE)
#define CACHE		O(PAGE_CACHE)
#define FRESH		O(NEW_SHARED)
#define NOTIFY		O(WRITE_NOTIFY)
#define SWAPIN		O(SWAP_IN)
#define SWAPC		O(SWAP_CACHE)
#define READIN		O(FILE_READ)
#define USERF		O(USERFAULT)
#define POOL		O(NEW_HUGETLB)
#define POISON		O(BUS_POISON)

#define ROW(what, maker, r, w, x)	{ what, maker, { r, w, x }, false, false }
#define UNSURE(what, maker, r, w, x)	{ what, maker, { r, w, x }, false, true }
#define RARE(what, maker, r, w, x)	{ what, maker, { r, w, x }, true, false }

const struct situation situations[] = {
	ROW("untouched", untouched, ZERO, ZEROS, ACC),
	ROW("untouched, rwx", untouched_all, ZERO, ZEROS, ZERO),
	ROW("untouched, r--", untouched_read, ZERO, ACC, ACC),
	ROW("untouched, -w-", untouched_write, ZERO, ZEROS, ACC),
	ROW("untouched, --x", untouched_exec, ANY, ANY, ANY),
	ROW("untouched, ---", untouched_none, ACC, ACC, ACC),
	ROW("written", written, OK, OK, ACC),
	ROW("written, rwx", written_all, OK, OK, OK),
	ROW("zero page", zero_page, OK, COPY, ACC),
	ROW("zero page, rwx", zero_page_all, OK, COPY, OK),
	ROW("made read-only", now_read_only, OK, ACC, ACC),
	ROW("made read-only and writable again", now_writable, OK, ANY, ACC),
	ROW("made executable", now_executable, OK, ACC, OK),
	ROW("made not executable", no_longer_executable, OK, ANY, ACC),
	ROW("made PROT_NONE", now_none, ACC, ACC, ACC),
	ROW("made PROT_NONE and writable again", none_and_back, OK, ANY, ACC),
	ROW("zero page made read-only", zero_page_read_only, OK, ACC, ACC),
	ROW("unmapped", unmapped, MAPERR, MAPERR, MAPERR),
	ROW("null", null, MAPERR, MAPERR, MAPERR),
	ROW("kernel half", kernel_half, MAPERR, MAPERR, MAPERR),
	ROW("last bytes of all", kernel_end, MAPERR, MAPERR, MAPERR),
	ROW("no address", hole, NOADDR, NOADDR, NOADDR),
	ROW("vsyscall", vsyscall_call, ANY, MAPERR, ANY),
	ROW("vsyscall, between two calls", vsyscall_between, ANY, MAPERR, ANY),
	ROW("given back", given_back, ZERO, ZEROS, ACC),
	ROW("lazily freed", lazily_freed, OK, OK, ACC),
	ROW("cold", cold, OK, OK, ACC),
	ROW("locked", locked, OK, OK, ACC),
	ROW("locked on fault", locked_on_fault, ZERO, ZEROS, ACC),
	ROW("populated", populated, OK, OK, ACC),
	ROW("moved here", moved_here, OK, OK, ACC),
	ROW("moved away", moved_away, MAPERR, MAPERR, MAPERR),
	RARE("moved away, mapping kept", moved_and_kept, ZERO, ZEROS, ACC),
	ROW("/dev/zero, private", dev_zero, ZERO, ZEROS, ACC),

	ROW("shared with a child", shared_with_child, OK, COPY, ACC),
	UNSURE("shared with a child that ended", child_has_ended, OK, REUSE, ACC),
	UNSURE("shared with a child that copied", child_has_copied, OK, REUSE, ACC),
	ROW("in the child", in_child, OK, COPY, ACC),
	/* Without a page of its own a mapping is inherited without its entries. */
	ROW("zero page in the child", zero_page_in_child, ZERO, ZEROS, ACC),
	ROW("wiped in the child", wiped_in_child, ZERO, ZEROS, ACC),
	ROW("not inherited by the child", absent_in_child, MAPERR, MAPERR, MAPERR),
	ROW("soft-dirty bit cleared", soft_dirty, OK, ANY, ACC),
	RARE("merged by KSM", merged, OK, COPY, ACC),
	RARE("lost to a memory error", poisoned, POISON, POISON, POISON),
	RARE("lost to a memory error, made PROT_NONE", poisoned_none, ACC, ACC, ACC),
	RARE("guard", guarded, MAPERR, MAPERR, MAPERR),
	RARE("beside a guard", beside_guard, OK, OK, ACC),

	RARE("open key", key_open, OK, ANY, ACC),
	RARE("key without access", key_no_access, PKU, PKU, ACC),
	RARE("key without access, executable", key_no_access_exec, PKU, PKU, OK),
	RARE("key without access, untouched", key_no_access_missing, PKU, PKU, ACC),
	RARE("key without writing", key_no_write, OK, PKU, ACC),
	RARE("key without writing, untouched", key_no_write_missing, ZERO, PKU, ACC),
	RARE("key without writing, r--", key_no_write_read_only, OK, PKU, ACC),

	ROW("stack grows by a page", grows_a_page, ZERO, ZEROS, ACC),
	ROW("stack grows far", grows_far, ZERO, ZEROS, ACC),
	ROW("stack grows up to the guard gap", grows_to_guard, ZERO, ZEROS, ACC),
	ROW("stack would grow into the guard gap", grows_into_guard, MAPERR, MAPERR, MAPERR),
	ROW("stack grows up to its limit", grows_up_to_limit, ZERO, ZEROS, ACC),
	ROW("stack would grow beyond its limit", grows_beyond_limit, MAPERR, MAPERR, MAPERR),
	ROW("stack would outgrow RLIMIT_AS", grows_beyond_space, MAPERR, MAPERR, MAPERR),
	ROW("below the main stack", below_stack, ZERO, ZEROS, ACC),
	ROW("far below the main stack", far_below_stack, MAPERR, MAPERR, MAPERR),

	UNSURE("THP untouched", thp_untouched, O(HUGE_ZERO), O(THP), ACC),
	ROW("too small for THP", thp_too_small, ZERO, ZEROS, ACC),
	ROW("THP barred by prctl", thp_barred, ZERO, ZEROS, ACC),
	ROW("THP beside a small page", thp_beside_small, ZERO, ZEROS, ACC),
	ROW("THP written", thp_written, OK, OK, ACC),
	ROW("huge zero page", huge_zero, OK, ANY, ACC),
	ROW("THP made PROT_NONE", thp_none, ACC, ACC, ACC),
	ROW("THP made read-only", thp_read_only, OK, ACC, ACC),
	ROW("THP shared with a child", thp_shared_with_child, OK, COPY, ACC),
	UNSURE("THP shared with a child that ended", thp_child_has_ended, OK, REUSE, ACC),
	ROW("THP in the child", thp_in_child, OK, COPY, ACC),
	ROW("THP split", thp_split, OK, OK, ACC),
	ROW("hole in a THP", thp_hole, ZERO, ZEROS, ACC),
	ROW("THP, soft-dirty bit cleared", thp_soft_dirty, OK, REUSE, ACC),

	ROW("hugetlb untouched", huge_untouched, POOL, POOL, ACC),
	ROW("hugetlb shared, untouched", huge_shared_untouched, POOL, POOL, ACC),
	ROW("hugetlb ---", huge_none, ACC, ACC, ACC),
	ROW("hugetlb written", huge_written, OK, OK, ACC),
	ROW("hugetlb made read-only", huge_read_only, OK, ACC, ACC),
	ROW("hugetlb shared with a child", huge_shared_with_child, OK, COPY, ACC),
	ROW("hugetlb shared with a child that ended", huge_child_has_ended, OK, REUSE, ACC),
	ROW("hugetlb in the child", huge_in_child, OK, COPY, ACC),
	ROW("hugetlb, nothing left", huge_pool_empty, O(BUS_POOL), O(BUS_POOL), O(BUS_POOL)),
	ROW("hugetlb, one left that is reserved", huge_reserved_of_empty, POOL, POOL, ACC),
	ROW("hugetlb owner, nothing left", huge_owner_of_empty, OK, REUSE, ACC),
	ROW("hugetlb file cached", huge_cached, CACHE, CACHE, ACC),
	ROW("hugetlb file cached, private", huge_cached_private, CACHE, COPY, ACC),
	ROW("hugetlb file read, private", huge_private_read, OK, COPY, ACC),
	ROW("hugetlb file, beyond its end", huge_beyond_end, EOFBUS, EOFBUS, EOFBUS),

	ROW("swapped", swapped, SWAPIN, SWAPIN, ACC),
	ROW("swapped, rwx", swapped_all, SWAPIN, SWAPIN, SWAPIN),
	ROW("swapped, made PROT_NONE", swapped_none, ACC, ACC, ACC),
	ROW("swapped, made read-only", swapped_read_only, SWAPIN, ACC, ACC),
	ROW("swapped, shared with a child", swapped_shared, SWAPIN, SWAPIN, ACC),
	ROW("swapped in by a child", swapped_in_by_child, SWAPC, SWAPC, ACC),
	UNSURE("swapped in by a child that ended", swapped_in_by_child_that_ended, ANY, ANY, ACC),
	UNSURE("swapped and back", swapped_and_back, OK, ANY, ACC),
	ROW("shared memory swapped", shmem_swapped, SWAPIN, SWAPIN, ACC),

	ROW("shared memory untouched", shm_untouched, FRESH, FRESH, ACC),
	ROW("shared memory written", shm_written, OK, OK, ACC),
	ROW("shared memory read", shm_read, OK, ANY, ACC),
	ROW("shared memory written by a child", shm_written_by_child, CACHE, CACHE, ACC),
	ROW("shared memory in the child", shm_in_child, CACHE, CACHE, ACC),
	ROW("shared memory, soft-dirty bit cleared", shm_soft_dirty, OK, NOTIFY, ACC),
	ROW("/dev/zero, shared", dev_zero_shared, FRESH, FRESH, ACC),
	ROW("memfd cached", mem_cached, CACHE, CACHE, ACC),
	ROW("memfd cached, rwx", mem_cached_all, CACHE, CACHE, CACHE),
	ROW("memfd cached, r--", mem_cached_read, CACHE, ACC, ACC),
	ROW("memfd private", mem_private, CACHE, COPY, ACC),
	ROW("memfd private, hole", mem_private_hole, FRESH, COPY, ACC),
	ROW("memfd private, read", mem_private_read, OK, COPY, ACC),
	ROW("memfd private, copied", mem_private_copied, OK, OK, ACC),
	ROW("memfd beyond its end", mem_beyond_end, EOFBUS, EOFBUS, EOFBUS),
	ROW("memfd private, beyond its end", mem_private_beyond_end, EOFBUS, EOFBUS, EOFBUS),
	RARE("memfd, lost to a memory error", mem_poisoned, POISON, POISON, POISON),
	RARE("memfd, lost to an error, mapped again", mem_poisoned_before, POISON, POISON, POISON),
	ROW("memfd, page of its end", mem_last_page, FRESH, FRESH, ACC),
	ROW("memfd truncated", mem_truncated, EOFBUS, EOFBUS, EOFBUS),
	ROW("memfd truncated, private copy", mem_private_truncated, EOFBUS, EOFBUS, EOFBUS),
	ROW("memfd, hole punched", mem_punched, FRESH, FRESH, ACC),
	ROW("memfd sealed, private", mem_sealed_private, CACHE, COPY, ACC),
	ROW("memfd sealed, shared", mem_sealed_shared, CACHE, ACC, ACC),
	ROW("memfd sealed after it was mapped", mem_sealed_after, CACHE, CACHE, ACC),
	RARE("secret memory untouched", secret_untouched, FRESH, FRESH, ACC),
	RARE("secret memory written", secret_written, OK, OK, ACC),
	RARE("secret memory beyond its end", secret_beyond_end, EOFBUS, EOFBUS, EOFBUS),

	ROW("file cached", disk_cached, CACHE, CACHE, ACC),
	ROW("file cached, private rwx", disk_cached_all, CACHE, COPY, CACHE),
	ROW("file read ahead", disk_ahead, CACHE, CACHE, ACC),
	ROW("block device cached", block_cached, CACHE, ACC, ACC),
	ROW("block device reclaimed", block_reclaimed, READIN, ACC, ACC),
	ROW("file read", disk_read, OK, NOTIFY, ACC),
	ROW("file written", disk_written, OK, OK, ACC),
	ROW("file written and synced", disk_synced, OK, NOTIFY, ACC),
	ROW("file private", disk_private, CACHE, COPY, ACC),
	ROW("file private, read", disk_private_read, OK, COPY, ACC),
	ROW("file private, copied", disk_private_copied, OK, OK, ACC),
	ROW("program text", disk_text, CACHE, ACC, CACHE),
	ROW("program text, read", disk_text_read, OK, ACC, OK),
	ROW("file beyond its end", disk_beyond_end, EOFBUS, EOFBUS, EOFBUS),
	ROW("file not cached", disk_dropped, READIN, READIN, ACC),
	ROW("file not cached, private rwx", disk_dropped_all, READIN, READIN, READIN),
	ROW("file not cached, random", disk_dropped_random, READIN, READIN, ACC),
	ROW("hole of a file, not cached", disk_dropped_hole, READIN, READIN, ACC),
	ROW("file not cached, r--", disk_dropped_read_only, READIN, ACC, ACC),
	ROW("file not cached, ---", disk_dropped_none, ACC, ACC, ACC),

	/* 6.1 does not show whether a SIGBUS is wanted instead. */
	UNSURE("userfaultfd: missing", uffd_missing, USERF, USERF, USERF),
	ROW("userfaultfd: missing, yet there", uffd_missing_there, OK, OK, ACC),
	UNSURE("userfaultfd: missing, r--", uffd_missing_read_only, USERF, ACC, USERF),
	ROW("userfaultfd: SIGBUS", uffd_sigbus, ANY, ANY, ANY),
	UNSURE("userfaultfd: protected", uffd_wp, OK, USERF, ACC),
	ROW("userfaultfd: protection taken back", uffd_wp_taken_back, OK, ANY, ACC),
	UNSURE("userfaultfd: protected and swapped", uffd_wp_swapped, SWAPIN, USERF, ACC),
	ROW("userfaultfd: not this page", uffd_wp_not_this, OK, OK, ACC),
	ROW("userfaultfd: protected, SIGBUS", uffd_wp_sigbus, OK, ANY, ACC),
	ROW("userfaultfd: protected, unregistered", uffd_wp_unregistered, OK, ANY, ACC),
	RARE("userfaultfd: protected, not waiting", uffd_wp_async, OK, REUSE, ACC),
	RARE("userfaultfd: nothing there, protected", uffd_wp_unpopulated, ANY, USERF, ACC),
	UNSURE("userfaultfd: shared memory, missing", uffd_shm_missing, USERF, USERF, USERF),
	UNSURE("userfaultfd: shared memory, minor", uffd_shm_minor, USERF, USERF, USERF),
	ROW("userfaultfd: shared memory, minor but absent", uffd_shm_minor_absent, FRESH, FRESH,
	    ACC),
	UNSURE("userfaultfd: shared memory, protected", uffd_shm_wp, OK, USERF, ACC),
	UNSURE("userfaultfd: shared memory, marker", uffd_shm_wp_marker, FRESH, USERF, ACC),
	RARE("userfaultfd: poisoned", uffd_poison, ANY, ANY, ANY),

	RARE("device memory", device, OK, ACC, ACC),
	RARE("vDSO", vdso, ANY, ACC, ANY),
	RARE("vvar", vvar, ANY, ACC, ANY),
};

const size_t nr_situations = sizeof(situations) / sizeof(situations[0]);
