// SPDX-License-Identifier: GPL-2.0-only
/*
 * states.c - pages that are lost, on their way to another frame, or short of memory
 *
 * What reclaim and compaction do cannot be stopped while it is looked at. So what is
 * asserted holds at every moment of it: no page is told twice or not at all, and none
 * of them as something that it never was.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "knob.h"
#include "scope.h"
#include "size.h"
#include "target.h"

#define PAGE		page_size
#define PM_FRAME	((1ULL << 55) - 1)
#define PM_SWAP		(1ULL << 62)
#define PM_PRESENT	(1ULL << 63)
#define KPF_HWPOISON	19

#define MAX_PAGES	4096UL

static struct mmscope_page records[MAX_PAGES];

/* All pages of @nr from @start on, in as many calls as it takes; < 0 is an errno. */
static ssize_t read_pages(int fd, uint64_t start, size_t nr)
{
	struct mmscope_pages a = {
		.size = sizeof(a), .start = start, .page_size = sizeof(records[0]),
	};
	uint64_t end = start + nr * PAGE;
	size_t got = 0;
	int ret;

	while (got < nr) {
		a.end = end;
		a.buf = PTR(records + got);
		a.nr = nr - got;
		ret = scope_ioctl(fd, MMSCOPE_IOC_PAGES, &a);
		if (ret)
			return ret;
		got += a.nr;
		if (a.done)
			break;
	}
	return got;
}

static ssize_t read_at(const char *path, void *buf, size_t size, uint64_t offset)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = pread(fd, buf, size, offset);

	close(fd);
	return n;
}

/* Rss of the mapping that begins at @start, in KiB; -1 when there is none. */
static long smaps_rss(uint64_t start)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	unsigned long from;
	bool here = false;
	char line[512];
	long rss = -1;

	while (f && rss < 0 && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-", &from) == 1 && strchr(line, '-') < strchr(line, ' '))
			here = from == start;
		else if (here)
			sscanf(line, "Rss: %ld", &rss);
	}
	if (f)
		fclose(f);
	return rss;
}

/* For their time limits alone. */
FIXTURE(states) {
};

FIXTURE_SETUP(states)
{
	(void)self;
}

FIXTURE_TEARDOWN(states)
{
	(void)self;
}

static void pass_on(int signal)
{
	(void)signal;
}

/* The middle one of three pages is lost to a memory error. */
TEST_F(states, a_poisoned_page)
{
	char *around = mmap(NULL, 5 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *m = around + PAGE;
	uint64_t start = PTR(m), lost = start + PAGE, frames[3], entry, kpf;
	struct mmscope_stat stat;
	struct mmscope_stats stats = {
		.size = sizeof(stats), .start = start, .end = start + 3 * PAGE,
		.buf = PTR(&stat), .nr = 1, .stat_size = sizeof(stat),
	};
	struct mmscope_translation translation;
	struct mmscope_translate translate = {
		.size = sizeof(translate), .addrs = PTR(&lost), .nr = 1,
		.translations = PTR(&translation),
	};
	struct mmscope_walk_result walked;
	struct scope_extents runs;
	int fd = scope_attached(0), status;
	pid_t child;

	ASSERT_NE(MAP_FAILED, around);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, mprotect(m, 3 * PAGE, PROT_READ | PROT_WRITE));
	madvise(around, 5 * PAGE, MADV_NOHUGEPAGE);
	memset(m, 1, 3 * PAGE);
	ASSERT_EQ(3, read_pages(fd, start, 3));
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(MMSCOPE_MAPPED, records[i].status);
		frames[i] = records[i].value;
	}
	/* Whoever asks for it is told as if the processor had found it. */
	signal(SIGBUS, pass_on);
	if (madvise(m + PAGE, PAGE, MADV_HWPOISON)) {
		close(fd);
		SKIP(return, "MADV_HWPOISON: %s (CONFIG_MEMORY_FAILURE)", strerror(errno));
	}

	/* The kernel agrees that it is gone, and where it was. */
	ASSERT_EQ(8, read_at("/proc/self/pagemap", &entry, 8, lost / PAGE * 8));
	EXPECT_EQ(PM_SWAP, entry & (PM_SWAP | PM_PRESENT));
	ASSERT_EQ(8, read_at("/proc/kpageflags", &kpf, 8, frames[1] * 8));
	EXPECT_TRUE(kpf >> KPF_HWPOISON & 1);

	ASSERT_EQ(3, read_pages(fd, start, 3));
	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(start + i * PAGE, records[i].va);
		EXPECT_EQ(i == 1 ? MMSCOPE_HWPOISON : MMSCOPE_MAPPED, records[i].status);
		EXPECT_EQ(i == 1 ? MMSCOPE_PAGE_NONE : MMSCOPE_PAGE_ANON, records[i].type);
		EXPECT_EQ(frames[i], records[i].value);
	}
	EXPECT_EQ(0ULL, records[1].kpf);

	ASSERT_EQ(0, scope_walk(fd, &lost, 1, &walked));
	EXPECT_EQ(MMSCOPE_HWPOISON, walked.status);
	ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_TRANSLATE, &translate));
	EXPECT_EQ(MMSCOPE_HWPOISON, translation.status);
	ASSERT_EQ(0, scope_extents(fd, start, start + 3 * PAGE, 16, NULL, &runs));
	scope_extents_join(&runs);
	for (size_t i = 0; i < runs.nr; i++)
		EXPECT_EQ(runs.e[i].start == lost ? MMSCOPE_HWPOISON : MMSCOPE_MAPPED,
			  runs.e[i].status);
	EXPECT_EQ(3ULL, runs.nr);
	scope_extents_free(&runs);

	ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_STATS, &stats));
	EXPECT_EQ(smaps_rss(start), (long)(stat.rss >> 10));

	/* What was said is so: nobody can read it any more. */
	child = fork();
	if (!child) {
		signal(SIGBUS, SIG_DFL);
		_exit(*(volatile char *)(m + PAGE));
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS)
		TH_LOG("status %x", status);
	munmap(around, 5 * PAGE);
	close(fd);
}

/* Pages that the kernel has moved since boot. */
static unsigned long moved(void)
{
	FILE *f = fopen("/proc/vmstat", "re");
	unsigned long nr = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "pgmigrate_success %lu", &nr) == 1)
			break;
	if (f)
		fclose(f);
	return nr;
}

/* A child that has memory compacted without pause. */
static pid_t start_compacting(void)
{
	pid_t child = fork();

	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;) {
			int fd = open("/proc/sys/vm/compact_memory", O_WRONLY | O_CLOEXEC);

			if (write(fd, "1", 1) != 1)
				_exit(1);
			close(fd);
		}
	}
	return child;
}

static void end_child(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/*
 * Every other page of an area that is filled anew for each pass. pagemap is read in one
 * go before and after: what it has in the same frame both times was there, or on its
 * way from there.
 */
TEST_F_TIMEOUT(states, pages_on_their_way, 120)
{
	static uint64_t before[MAX_PAGES], after[MAX_PAGES];
	const size_t nr = 2048;
	char *m = mmap(NULL, nr * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t start = PTR(m), offset = start / PAGE * 8;
	unsigned long begun = moved(), compared = 0;
	int fd = scope_attached(0);
	pid_t compacting;

	ASSERT_NE(MAP_FAILED, m);
	ASSERT_LE(0, fd);
	madvise(m, nr * PAGE, MADV_NOHUGEPAGE);
	if (access("/proc/sys/vm/compact_memory", W_OK))
		SKIP(return, "no compaction (CONFIG_COMPACTION)");
	compacting = start_compacting();
	ASSERT_LT(0, compacting);
	for (int pass = 0; pass < 10 || (moved() == begun && pass < 200); pass++) {
		ASSERT_EQ(0, madvise(m, nr * PAGE, MADV_DONTNEED));
		for (size_t i = 0; i < nr; i += 2)
			m[i * PAGE] = 1;
		ASSERT_EQ((ssize_t)(nr * 8), read_at("/proc/self/pagemap", before, nr * 8, offset));
		ASSERT_EQ((ssize_t)(nr / 2), read_pages(fd, start, nr / 2 * 2));
		ASSERT_EQ((ssize_t)(nr * 8), read_at("/proc/self/pagemap", after, nr * 8, offset));
		for (size_t i = 0; i < nr; i += 2) {
			const struct mmscope_page *p = &records[i / 2];
			uint64_t frame = before[i] & PM_FRAME;

			ASSERT_EQ(start + i * PAGE, p->va);
			ASSERT_TRUE(p->status == MMSCOPE_MAPPED || p->status == MMSCOPE_MIGRATION ||
				    p->status == MMSCOPE_SWAP) TH_LOG("status %u", p->status);
			if (p->status == MMSCOPE_MAPPED) {
				ASSERT_EQ(MMSCOPE_PAGE_ANON, p->type);
				ASSERT_EQ(1U, p->mapcount);
			}
			if (!(before[i] & PM_PRESENT) || !(after[i] & PM_PRESENT) ||
			    frame != (after[i] & PM_FRAME))
				continue;
			compared++;
			ASSERT_NE(MMSCOPE_SWAP, p->status);
			ASSERT_EQ(frame, p->value);
		}
	}
	ASSERT_LT(0UL, compared);
	end_child(compacting);
	munmap(m, nr * PAGE);
	close(fd);
	/* Where free memory lies as it should be. */
	if (moved() == begun)
		SKIP(return, "compaction found nothing to move");
}

#define TIGHT_PAGES	4096UL

/* Has twice the memory that its group may, and reads all of it on and on. */
static void __attribute__((noreturn)) live_tightly(const char *group, char *m, int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (knob_set_in(group, "cgroup.procs", "0"))
		_exit(1);
	for (unsigned int pass = 0;; pass++) {
		for (unsigned int i = 0; i < TIGHT_PAGES; i++) {
			unsigned int *page = (unsigned int *)(m + i * PAGE);

			if (pass && *page != i)
				_exit(2);
			*page = i;
		}
		if (!pass && write(ready, "", 1) != 1)
			_exit(3);
	}
}

/* Looks at that from within the group. Returns 0, or a number that says what is wrong. */
static int look_tightly(const char *group, pid_t target, uint64_t start)
{
	struct mmscope_stat stat;
	int fd = scope_attached(target), ret;
	unsigned int done = 0;
	ssize_t nr;

	if (fd < 0 || knob_set_in(group, "cgroup.procs", "0"))
		return 1;
	for (int pass = 0; pass < 200 && done < 20; pass++) {
		struct mmscope_stats a = {
			.size = sizeof(a), .start = start, .end = start + TIGHT_PAGES * PAGE,
			.buf = PTR(&stat), .nr = 1, .stat_size = sizeof(stat),
			.flags = MMSCOPE_STATS_ROLLUP,
		};

		nr = read_pages(fd, start, TIGHT_PAGES);
		ret = nr < 0 ? nr : scope_ioctl(fd, MMSCOPE_IOC_STATS, &a);
		if (ret == -ENOMEM)
			continue;
		if (ret || nr != TIGHT_PAGES)
			return 2;
		for (size_t i = 0; i < TIGHT_PAGES; i++)
			if (records[i].va != start + i * PAGE ||
			    (records[i].status != MMSCOPE_MAPPED &&
			     records[i].status != MMSCOPE_SWAP))
				return 3;
		/* Each page is counted once, wherever it is at that moment. */
		if (stat.rss + stat.swap != TIGHT_PAGES * PAGE)
			return 4;
		done++;
	}
	return done == 20 ? 0 : 5;
}

TEST_F_TIMEOUT(states, short_of_memory, 120)
{
	char dir[] = "/tmp/mmscope-cgroup-XXXXXX", group[64], byte;
	char *m = mmap(NULL, TIGHT_PAGES * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ready[2], status;
	pid_t target, reader;

	ASSERT_NE(MAP_FAILED, m);
	madvise(m, TIGHT_PAGES * PAGE, MADV_NOHUGEPAGE);
	ASSERT_EQ(0, pipe2(ready, O_CLOEXEC));
	ASSERT_NE(NULL, mkdtemp(dir));
	ASSERT_EQ(0, mount("none", dir, "cgroup2", 0, NULL));
	ASSERT_EQ(0, knob_set_in(dir, "cgroup.subtree_control", "+memory"));
	snprintf(group, sizeof(group), "%s/tight", dir);
	ASSERT_EQ(0, mkdir(group, 0755));
	ASSERT_EQ(0, knob_set_in(group, "memory.max", "8388608"));

	target = fork();
	if (!target)
		live_tightly(group, m, ready[1]);
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	reader = fork();
	if (!reader)
		_exit(look_tightly(group, target, PTR(m)));
	ASSERT_EQ(reader, waitpid(reader, &status, 0));
	EXPECT_EQ(0, status) TH_LOG("status %x", status);

	/* It has not met another's memory in its own. */
	EXPECT_EQ(0, waitpid(target, &status, WNOHANG)) TH_LOG("status %x", status);
	end_child(target);
	EXPECT_EQ(0, rmdir(group));
	EXPECT_EQ(0, umount(dir));
	rmdir(dir);
	munmap(m, TIGHT_PAGES * PAGE);
}

TEST_HARNESS_MAIN
