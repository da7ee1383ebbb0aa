// SPDX-License-Identifier: GPL-2.0-only
/*
 * diff.c - what mmscope diff says of one known change, whole: all lines of an arena of
 * addresses in which a child does one thing
 */
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <kselftest_harness.h>

#include "outcome.h"
#include "proc.h"
#include "size.h"
#include "target.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

#define PAGE		page_size
#define HUGE		huge_size
#define ARENA		(8 * HUGE)
#define THP_ENABLED	"/sys/kernel/mm/transparent_hugepage/enabled"

/* What a child does; false: this kernel cannot. Addresses are from @arena on. */
typedef bool step_fn(char *arena);

static bool map_at(char *at, size_t pages)
{
	return mmap(at, pages * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == at;
}

static bool touch(char *at, size_t pages)
{
	for (size_t i = 0; i < pages; i++)
		((volatile char *)at)[i * PAGE] = 1;
	return true;
}

static pid_t holder;

/* A child of the child, that holds what is there now. */
static bool do_fork(char *arena)
{
	(void)arena;
	holder = fork();
	while (!holder)
		pause();
	return holder > 0;
}

static bool end_holder(char *arena)
{
	(void)arena;
	kill(holder, SIGKILL);
	return waitpid(holder, NULL, 0) == holder;
}

static bool nothing(char *arena)
{
	return arena;
}

static bool map4(char *arena)
{
	return map_at(arena, 4);
}

static bool touched4(char *arena)
{
	return map4(arena) && touch(arena, 4);
}

static bool forked4(char *arena)
{
	return touched4(arena) && do_fork(arena);
}

static bool read4(char *arena)
{
	if (!map4(arena))
		return false;
	for (size_t i = 0; i < 4; i++)
		(void)((volatile char *)arena)[i * PAGE];
	return true;
}

static bool write_third(char *arena)
{
	return touch(arena + 2 * PAGE, 1);
}

static bool forked_and_third(char *arena)
{
	return do_fork(arena) && write_third(arena);
}

static bool read_third(char *arena)
{
	(void)((volatile char *)arena)[2 * PAGE];
	return true;
}

static bool unmap4(char *arena)
{
	return !munmap(arena, 4 * PAGE);
}

static bool unmap_third(char *arena)
{
	return !munmap(arena + 2 * PAGE, PAGE);
}

static bool unmap_last(char *arena)
{
	return !munmap(arena + 3 * PAGE, PAGE);
}

static bool grow(char *arena)
{
	return mremap(arena, 4 * PAGE, 8 * PAGE, 0) == arena;
}

static bool protect4(char *arena)
{
	return !mprotect(arena, 4 * PAGE, PROT_READ);
}

static bool protect_third(char *arena)
{
	return !mprotect(arena + 2 * PAGE, PAGE, PROT_READ);
}

static bool protected_third(char *arena)
{
	return touched4(arena) && protect_third(arena);
}

static bool unprotect_third(char *arena)
{
	return !mprotect(arena + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE);
}

static bool protected_half(char *arena)
{
	return touched4(arena) && !mprotect(arena + 2 * PAGE, 2 * PAGE, PROT_READ);
}

static bool dont_fork(char *arena)
{
	return !madvise(arena, 4 * PAGE, MADV_DONTFORK);
}

static bool replace4(char *arena)
{
	int fd = memfd_create("other", MFD_CLOEXEC);

	return !ftruncate(fd, 4 * PAGE) &&
	       mmap(arena, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) ==
		       arena;
}

static bool discard2(char *arena)
{
	return !madvise(arena + PAGE, 2 * PAGE, MADV_DONTNEED);
}

/* A page that its CPU's batch still holds is passed over: ask again, on that CPU. */
static bool swap_out(char *arena)
{
	uint64_t entries[4];
	size_t swapped = 0;

	for (int i = 0; i < 400 && swapped < 4; i++) {
		if (madvise(arena, 4 * PAGE, MADV_PAGEOUT) ||
		    proc_pagemap(getpid(), (unsigned long)arena, 4, entries))
			return false;
		swapped = 0;
		for (size_t n = 0; n < 4; n++)
			swapped += !!(entries[n] & PM_SWAP);
		usleep(swapped < 4 ? 5000 : 0);
	}
	return swapped == 4;
}

static bool swapped4(char *arena)
{
	return touched4(arena) && swap_out(arena);
}

static bool small_pages(char *arena)
{
	return map_at(arena, HUGE / PAGE) && touch(arena, HUGE / PAGE);
}

static bool collapse(char *arena)
{
	for (int i = 0; i < 100; i++) {
		if (!madvise(arena, HUGE, MADV_COLLAPSE))
			return true;
		if (errno != EAGAIN && errno != EBUSY)
			return false;
		usleep(10000);
	}
	return false;
}

static bool huge_page(char *arena)
{
	return small_pages(arena) && collapse(arena);
}

FIXTURE(diff) {
	pid_t pid;
	char *arena;
	int to, from;
	char thp[16];
	char file[64], after[64];
	bool lacks;
};

FIXTURE_VARIANT(diff) {
	step_fn *before, *act;
	const char *vmas, *pages;
	bool facts, lacks;
};

/* VMAs: change start-end number-before number-after gained lost; pages: change start-end. */
FIXTURE_VARIANT_ADD(diff, nothing)
{
	.before = touched4, .act = nothing, .vmas = "",
	.pages = "",
};

FIXTURE_VARIANT_ADD(diff, mmap)
{
	.before = nothing, .act = map4, .vmas = "added 0-4 0 1 - -\n",
	.pages = "",
};

FIXTURE_VARIANT_ADD(diff, mmap_and_touch)
{
	.before = nothing, .act = touched4, .vmas = "added 0-4 0 1 - -\n",
	.pages = "present,written 0-4 none mapped\n",
};

FIXTURE_VARIANT_ADD(diff, munmap)
{
	.before = touched4, .act = unmap4, .vmas = "removed 0-4 1 0 - -\n",
	.pages = "dropped 0-4 mapped none\n",
};

FIXTURE_VARIANT_ADD(diff, grow)
{
	.before = map4, .act = grow, .vmas = "grown 0-8 1 1 - -\n",
	.pages = "",
};

FIXTURE_VARIANT_ADD(diff, shrink)
{
	.before = touched4, .act = unmap_last, .vmas = "shrunk 0-4 1 1 - -\n",
	.pages = "dropped 3-4 mapped none\n",
};

FIXTURE_VARIANT_ADD(diff, split)
{
	.before = touched4, .act = unmap_third, .vmas = "split 0-4 1 2 - -\n",
	.pages = "dropped 2-3 mapped none\n",
};

FIXTURE_VARIANT_ADD(diff, split_by_mprotect)
{
	.before = touched4, .act = protect_third, .vmas = "split 0-4 1 3 - write\n",
	.pages = "",
};

FIXTURE_VARIANT_ADD(diff, merge)
{
	.before = protected_third, .act = unprotect_third, .vmas = "merged 0-4 3 1 write -\n",
	.pages = "",
};

FIXTURE_VARIANT_ADD(diff, border)
{
	.before = protected_half, .act = unprotect_third, .vmas = "redrawn 0-4 2 2 write write\n",
	.pages = "",
};

FIXTURE_VARIANT_ADD(diff, mprotect)
{
	.before = touched4, .act = protect4, .vmas = "flags 0-4 1 1 - write\n",
	.pages = "",
};

FIXTURE_VARIANT_ADD(diff, flag)
{
	.before = map4, .act = dont_fork, .vmas = "flags 0-4 1 1 dontcopy -\n",
	.pages = "",
};

FIXTURE_VARIANT_ADD(diff, replace)
{
	.before = touched4, .act = replace4, .vmas = "removed 0-4 1 0 - -\nadded 0-4 0 1 - -\n",
	.pages = "dropped 0-4 mapped none\n",
};

FIXTURE_VARIANT_ADD(diff, first_write)
{
	.before = map4, .act = write_third, .vmas = "same 0-4 1 1 - -\n",
	.pages = "present,written 2-3 none mapped\n",
};

FIXTURE_VARIANT_ADD(diff, first_read)
{
	.before = map4, .act = read_third, .vmas = "same 0-4 1 1 - -\n",
	.pages = "present 2-3 none mapped\n",
};

FIXTURE_VARIANT_ADD(diff, write_after_read)
{
	.before = read4, .act = write_third, .vmas = "same 0-4 1 1 - -\n",
	.pages = "written,copied 2-3 mapped mapped\n",
};

FIXTURE_VARIANT_ADD(diff, fork)
{
	.before = touched4, .act = do_fork, .vmas = "same 0-4 1 1 - -\n",
	.pages = "shared 0-4 mapped mapped\n",
};

FIXTURE_VARIANT_ADD(diff, copy_on_write)
{
	.before = forked4, .act = write_third, .vmas = "same 0-4 1 1 - -\n",
	.pages = "written,copied 2-3 mapped mapped\n",
};

FIXTURE_VARIANT_ADD(diff, fork_and_write)
{
	.before = touched4, .act = forked_and_third, .vmas = "same 0-4 1 1 - -\n",
	.pages = "shared 0-2 mapped mapped\nwritten,copied 2-3 mapped mapped\n"
	"shared 3-4 mapped mapped\n",
};

FIXTURE_VARIANT_ADD(diff, facts_fork)
{
	.before = touched4, .act = do_fork, .vmas = "same 0-4 1 1 - -\n",
	.pages = "shared 0-4 mapped mapped\n",
	.facts = true,
};

FIXTURE_VARIANT_ADD(diff, facts_alone)
{
	.before = forked4, .act = end_holder, .vmas = "same 0-4 1 1 - -\n",
	.pages = "unshared 0-4 mapped mapped\n",
	.facts = true,
};

FIXTURE_VARIANT_ADD(diff, discard)
{
	.before = touched4, .act = discard2, .vmas = "same 0-4 1 1 - -\n",
	.pages = "dropped 1-3 mapped none\n",
};

FIXTURE_VARIANT_ADD(diff, swap_out)
{
	.before = touched4, .act = swap_out, .vmas = "same 0-4 1 1 - -\n",
	.pages = "swapped_out 0-4 mapped swap\n",
};

FIXTURE_VARIANT_ADD(diff, swap_in)
{
	.before = swapped4, .act = read_third, .vmas = "same 0-4 1 1 - -\n",
	.pages = "swapped_in 2-3 swap mapped\n",
};

FIXTURE_VARIANT_ADD(diff, swap_in_write)
{
	.before = swapped4, .act = write_third, .vmas = "same 0-4 1 1 - -\n",
	.pages = "written,swapped_in 2-3 swap mapped\n",
};

FIXTURE_VARIANT_ADD(diff, swap_gone)
{
	.before = swapped4, .act = discard2, .vmas = "same 0-4 1 1 - -\n",
	.pages = "dropped 1-3 swap none\n",
};

FIXTURE_VARIANT_ADD(diff, collapse)
{
	.before = small_pages, .act = collapse, .vmas = "same 0-huge 1 1 - -\n",
	.pages = "collapsed 0-huge mapped mapped\n",
	.lacks = true,
};

FIXTURE_VARIANT_ADD(diff, huge_split)
{
	.before = huge_page, .act = protect_third, .vmas = "split 0-huge 1 3 - write\n",
	.pages = "split 0-huge mapped mapped\n", .lacks = true,
};

static void tell(int fd, bool good)
{
	if (write(fd, good ? "y" : "n", 1) != 1)
		_exit(1);
}

static bool told(int fd)
{
	char c = 'n';

	return read(fd, &c, 1) == 1 && c == 'y';
}

/* The arena is free, and nothing comes near it. */
static char *choose_arena(void)
{
	char *at = mmap(NULL, 3 * ARENA, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return NULL;
	munmap(at, 3 * ARENA);
	return (char *)(((unsigned long)at + ARENA) & ~(HUGE - 1));
}

static void live(step_fn *before, step_fn *act, char *arena, int from, int to)
{
	cpu_set_t one;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Pages wait for the lists of reclaim at the CPU that brought them. */
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		_exit(1);
	tell(to, before(arena));
	if (told(from))
		tell(to, act(arena));
	pause();
	_exit(0);
}

/* The word in brackets is what is chosen. */
static void choose_thp(const char *want, char old[16])
{
	FILE *f = fopen(THP_ENABLED, "r+");
	char line[64] = "";

	*old = '\0';
	if (!f)
		return;
	if (fgets(line, sizeof(line), f) && strchr(line, '['))
		sscanf(strchr(line, '[') + 1, "%15[a-z]", old);
	rewind(f);
	fprintf(f, "%s", want);
	fclose(f);
}

FIXTURE_SETUP(diff)
{
	int down[2], up[2];

	/* Nothing is huge but what the child makes so. */
	choose_thp("never", self->thp);
	self->arena = choose_arena();
	ASSERT_NE(NULL, self->arena);
	ASSERT_EQ(0, pipe(down));
	ASSERT_EQ(0, pipe(up));
	self->pid = fork();
	if (!self->pid)
		live(variant->before, variant->act, self->arena, down[0], up[1]);
	self->to = down[1];
	self->from = up[0];
	close(down[0]);
	close(up[1]);
	snprintf(self->file, sizeof(self->file), "/tmp/diff.%d", self->pid);
	snprintf(self->after, sizeof(self->after), "/tmp/diff.%d.after", self->pid);
	self->lacks = !told(self->from);
}

FIXTURE_TEARDOWN(diff)
{
	char path[64], thp[16];
	pid_t child;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", self->pid, self->pid);
	f = fopen(path, "r");
	while (f && fscanf(f, "%d", &child) == 1)
		kill(child, SIGKILL);
	if (f)
		fclose(f);
	kill(self->pid, SIGKILL);
	waitpid(self->pid, NULL, 0);
	choose_thp(self->thp, thp);
	unlink(self->file);
	unlink(self->after);
	close(self->to);
	close(self->from);
}

/* A line of the text; as many pages as a huge one has are called so. */
static size_t arena_line(char *text, size_t size, const char *change, unsigned long from,
			 unsigned long to, const char *rest)
{
	if (to == HUGE_PAGES)
		return snprintf(text, size, "%s %lu-huge %s\n", change, from, rest);
	return snprintf(text, size, "%s %lu-%lu %s\n", change, from, to, rest);
}

/*
 * The lines of the arena, with addresses in pages from its beginning; lines of pages
 * that differ only in the frames behind are joined.
 */
static void arena_lines(const char *out, unsigned long arena, char *text, size_t size)
{
	char change[64], rest[128], last_change[64] = "", last_rest[128] = "";
	unsigned long start, end, from = 0, to = 0;
	size_t len = 0;
	int used;

	*text = '\0';
	for (; *out; out = strchr(out, '\n') + 1) {
		if (sscanf(out, "%63s %lx %lx %127[^\n]%n", change, &start, &end, rest, &used) != 4)
			break;
		if (start < arena || start >= arena + ARENA)
			continue;
		for (char *c = rest, *d = rest;; c++) {
			if (*c != ' ' || (c[1] != ' ' && c[1]))
				*d++ = *c;
			if (!*c)
				break;
		}
		start = (start - arena) / PAGE;
		end = (end - arena) / PAGE;
		if (!strcmp(change, last_change) && !strcmp(rest, last_rest) && start == to) {
			to = end;
			continue;
		}
		if (*last_change)
			len += arena_line(text + len, size - len, last_change, from, to,
					  last_rest);
		memcpy(last_change, change, sizeof(change));
		memcpy(last_rest, rest, sizeof(rest));
		from = start;
		to = end;
	}
	if (*last_change)
		arena_line(text + len, size - len, last_change, from, to, last_rest);
}

static void check(struct __test_metadata *_metadata, const char *line, const char *want,
		  unsigned long arena)
{
	struct outcome o;
	char got[4096];

	ASSERT_EQ(0, run(&o, NULL, "%s", line));
	EXPECT_TRUE(o.status == 1 || (o.status == 0 && !*want))
		TH_LOG("%s: status %d: %s", line, o.status, o.err);
	arena_lines(o.out, arena, got, sizeof(got));
	EXPECT_STREQ(want, got)
		TH_LOG("%s:\n%s", line, o.out);
	forget(&o);
}

TEST_F(diff, one_change)
{
	unsigned long arena = (unsigned long)self->arena;
	const char *facts = variant->facts ? "--facts" : "", *pages = facts[0] ? "--pages" : "";
	char line[256];
	struct outcome o;

	if (self->lacks && variant->lacks)
		SKIP(return, "this kernel cannot");
	ASSERT_FALSE(self->lacks);
	ASSERT_EQ(0, run(&o, NULL, "mmscope snapshot %d %s -o %s", self->pid, pages, self->file));
	ASSERT_EQ(0, o.status);
	forget(&o);
	tell(self->to, true);
	if (!told(self->from)) {
		ASSERT_TRUE(variant->lacks);
		SKIP(return, "this kernel cannot");
	}
	ASSERT_EQ(0, run(&o, NULL, "mmscope snapshot %d %s -o %s", self->pid, pages, self->after));
	ASSERT_EQ(0, o.status);
	forget(&o);
	snprintf(line, sizeof(line), "mmscope --no-headings diff %s %d %s --by vma -o "
		 "CHANGE,START,END,FROM,TO,GAINED,LOST", self->file, self->pid, facts);
	check(_metadata, line, variant->vmas, arena);
	snprintf(line, sizeof(line), "mmscope --no-headings diff %s %d %s --by page -o "
		 "CHANGE,START,END,FROM,TO", self->file, self->pid, facts);
	check(_metadata, line, variant->pages, arena);
	/* And after recorded, too. */
	snprintf(line, sizeof(line), "mmscope --no-headings diff %s %s %s --by page -o "
		 "CHANGE,START,END,FROM,TO", self->file, self->after, facts);
	check(_metadata, line, variant->pages, arena);
}

/* Of a process that does nothing there is nothing to say, in any form. */
TEST(with_itself)
{
	static const char *const ways[] = { "total", "vma", "page" };
	const char *file = "/tmp/diff.same";
	struct target target;
	struct outcome o;
	pid_t pid;

	ASSERT_EQ(0, target_plain(&target));
	pid = target.thing.pid;
	ASSERT_EQ(0, target_stop(pid));
	ASSERT_EQ(0, run(&o, NULL, "mmscope snapshot %d -o %s", pid, file));
	forget(&o);
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, run(&o, NULL, "mmscope --no-headings diff %s %d --by %s", file, pid,
				 ways[i]));
		EXPECT_EQ(0, o.status);
		EXPECT_STREQ("", o.out);
		EXPECT_STREQ("", o.err);
		forget(&o);
	}
	/* Without the facts of each page they cannot be compared. */
	ASSERT_EQ(0, run(&o, NULL, "mmscope diff %s %d --facts", file, pid));
	EXPECT_EQ(4, o.status);
	forget(&o);
	unlink(file);
	target_continue(pid);
	target_end(&target);
}

TEST_HARNESS_MAIN
