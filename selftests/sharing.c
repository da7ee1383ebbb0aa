// SPDX-License-Identifier: GPL-2.0-only
/*
 * sharing.c - who maps a page, and which memory two processes have in common: what
 * mmscope rmap and mmscope share say, against what the test has made and pagemap says
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <kselftest_harness.h>

#include "outcome.h"
#include "proc.h"
#include "scope.h"
#include "size.h"
#include "target.h"

#define PAGE	page_size
#define MANY	255

static uint64_t pa_of(void *at)
{
	struct mmscope_walk_result result;
	uint64_t va = (uint64_t)(uintptr_t)at;
	int fd = scope_attached(getpid()), err;

	err = fd < 0 ? fd : scope_walk(fd, &va, 1, &result);
	close(fd);
	return err || result.status != MMSCOPE_MAPPED ? 0 : result.pa;
}

/* The first @nr pages of a file in memory, mapped and touched. */
static char *shared_pages(int fd, size_t nr)
{
	char *at = mmap(NULL, nr * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	for (size_t i = 0; at != MAP_FAILED && i < nr; i++)
		at[i * PAGE] = 1;
	return at;
}

static pid_t fork_waiting(const int ready[2], char *touch)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	*touch = 1;
	if (write(ready[1], "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static bool wait_ready(const int ready[2], int nr)
{
	char c;

	while (nr-- > 0)
		if (read(ready[0], &c, 1) != 1)
			return false;
	return true;
}

/* Each of them, each address, and nobody else. */
TEST(page_of_256)
{
	char *at[2], line[64], *want, *text;
	pid_t pids[MANY];
	int fd = memfd_create("shared", MFD_CLOEXEC), ready[2];
	struct outcome o;
	uint64_t pa;

	ASSERT_EQ(0, pipe(ready));
	ASSERT_EQ(0, ftruncate(fd, 3 * PAGE));
	at[0] = shared_pages(fd, 3);
	ASSERT_NE(MAP_FAILED, at[0]);
	pa = pa_of(at[0] + PAGE);
	ASSERT_NE(0UL, pa);
	for (int i = 0; i < MANY; i++)
		pids[i] = fork_waiting(ready, at[0] + PAGE);
	ASSERT_TRUE(wait_ready(ready, MANY));
	ASSERT_EQ(0, run(&o, NULL, "mmscope --no-headings rmap 0x%llx -o PID,VA",
			 (unsigned long long)pa + 9));
	EXPECT_EQ(0, o.status)
		TH_LOG("%s", o.err);
	EXPECT_STREQ("", o.err);
	text = o.out;
	for (int i = -1; i < MANY; i++) {
		unsigned long long va;
		int pid;

		ASSERT_EQ(2, sscanf(text, "%d %llx", &pid, &va))
			TH_LOG("line %d: %s", i, text);
		EXPECT_EQ(i < 0 ? getpid() : pids[i], pid);
		EXPECT_EQ((unsigned long long)(uintptr_t)at[0] + PAGE + 9, va);
		text = strchr(text, '\n') + 1;
	}
	want = strstr(text, "256 addresses in 256 of ");
	EXPECT_EQ(text, want)
		TH_LOG("%s", text);
	forget(&o);
	/* Twice in one process, by the number of the frame. */
	at[1] = shared_pages(fd, 2);
	ASSERT_EQ(0, run(&o, NULL, "mmscope --no-headings --json rmap --pfn %llu -o VA",
			 (unsigned long long)pa / PAGE));
	snprintf(line, sizeof(line), "\"0x%lx\"", (unsigned long)(at[1] + PAGE));
	EXPECT_NE(NULL, strstr(o.out, line));
	forget(&o);
	for (int i = 0; i < MANY; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	close(fd);
}

TEST(page_of_nobody)
{
	struct outcome o;

	/* There is no such frame. */
	ASSERT_EQ(0, run(&o, NULL, "mmscope --no-headings rmap 0xffffffffff000"));
	EXPECT_EQ(1, o.status);
	EXPECT_EQ(o.out, strstr(o.out, "0 addresses in 0 of "));
	forget(&o);
}

static void become_nobody(void)
{
	if (setgid(65534) || setuid(65534))
		_exit(126);
}

TEST(without_rights)
{
	struct outcome o;

	ASSERT_EQ(0, run(&o, become_nobody, "mmscope rmap 0x1000"));
	EXPECT_EQ(1, o.status);
	EXPECT_STREQ("mmscope: physical addresses are hidden: CAP_SYS_ADMIN is needed\n", o.err);
	forget(&o);
	ASSERT_EQ(0, run(&o, become_nobody, "mmscope share --all"));
	EXPECT_EQ(1, o.status);
	forget(&o);
}

/**
 * struct frames - what a process has mapped by pagemap, less what is not its memory
 */
struct frames {
	uint64_t *entries;
	size_t nr;
};

static int compare_frames(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a & PM_FRAME, y = *(const uint64_t *)b & PM_FRAME;

	return (x > y) - (x < y);
}

/* Those of mappings that are called @name only, if there is one. */
static int load_frames(pid_t pid, const char *name, struct frames *f)
{
	struct proc_vmas vmas;
	int err = proc_maps(pid, &vmas);
	size_t nr;

	*f = (struct frames){ 0 };
	for (size_t i = 0; !err && i < vmas.nr; i++) {
		const struct proc_vma *v = &vmas.v[i];

		if (!strncmp(v->name, "[v", 2) || (name && strcmp(v->name, name)))
			continue;
		nr = (v->end - v->start) / PAGE;
		f->entries = realloc(f->entries, (f->nr + nr) * sizeof(*f->entries));
		err = proc_pagemap(pid, v->start, nr, f->entries + f->nr);
		for (size_t n = f->nr, end = n + nr; n < end; n++)
			if (f->entries[n] & PM_PRESENT)
				f->entries[f->nr++] = f->entries[n];
	}
	if (!err)
		proc_vmas_free(&vmas);
	qsort(f->entries, f->nr, sizeof(*f->entries), compare_frames);
	return err;
}

static unsigned long common(const struct frames *a, const struct frames *b, uint64_t file)
{
	unsigned long bytes = 0;
	size_t i = 0, j = 0;

	while (i < a->nr && j < b->nr) {
		int order = compare_frames(&a->entries[i], &b->entries[j]);

		if (!order && (a->entries[i] & PM_FILE) == file &&
		    (!i || compare_frames(&a->entries[i - 1], &a->entries[i])))
			bytes += PAGE;
		i += order <= 0;
		j += order >= 0;
	}
	return bytes;
}

/**
 * struct file_line - a line of share --by file
 */
struct file_line {
	char origin[8], name[256];
	unsigned long long shared, mapped;
	unsigned int processes;
};

/* The next line at *@text, which has no blanks but in names. */
static bool next_line(char **text, struct file_line *line)
{
	char *at = strstr(*text, "{\"origin\":"), *end;

	if (!at || sscanf(at, "{\"origin\":\"%7[a-z]\",\"processes\":%u,\"shared\":%llu,"
			  "\"mapped\":%llu", line->origin, &line->processes, &line->shared,
			  &line->mapped) != 4)
		return false;
	end = strchr(at, '}');
	*line->name = '\0';
	at = strstr(at, "\"mapping\":\"");
	if (at && at < end)
		sscanf(at, "\"mapping\":\"%255[^\"]", line->name);
	*text = end;
	return true;
}

static void squeeze(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (*text != ' ' && *text != '\n')
			*to++ = *text;
	*to = '\0';
}

/* A process and its child: anonymous memory not yet copied, files, and shared memory. */
TEST(what_two_share)
{
	char *anon = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);
	static const char *const origins[] = { "anon", "file", "shmem", "other" };
	unsigned long long shared, by[4], sums[4] = { }, before = ~0ULL;
	int fd = memfd_create("shared", MFD_CLOEXEC), ready[2];
	struct frames a, b, of_name;
	struct file_line line;
	bool memory = false;
	struct outcome o;
	char *at;
	pid_t pid, other;

	ASSERT_EQ(0, pipe(ready));
	ASSERT_EQ(0, ftruncate(fd, 16 * PAGE));
	at = shared_pages(fd, 16);
	memset(anon, 1, 64 * PAGE);
	/* Two children of this process, which itself cannot stand still. */
	pid = fork_waiting(ready, at);
	other = fork_waiting(ready, at);
	ASSERT_TRUE(wait_ready(ready, 2));
	ASSERT_EQ(0, target_stop(pid));
	ASSERT_EQ(0, target_stop(other));
	ASSERT_EQ(0, run(&o, NULL, "mmscope --json share %d %d", pid, other));
	EXPECT_EQ(0, o.status)
		TH_LOG("%s", o.err);
	ASSERT_NE(NULL, strstr(o.out, "\"shared\""));
	ASSERT_EQ(0, load_frames(pid, NULL, &a));
	ASSERT_EQ(0, load_frames(other, NULL, &b));
	squeeze(o.out);
	at = strstr(o.out, "\"shared\"");
	ASSERT_EQ(5, sscanf(at, "\"shared\":%llu,\"anon\":%llu,\"file\":%llu,\"shmem\":%llu,"
			    "\"other\":%llu", &shared, &by[0], &by[1], &by[2], &by[3]))
		TH_LOG("%s", o.out);
	EXPECT_EQ(shared, by[0] + by[1] + by[2] + by[3]);
	EXPECT_LE(64 * PAGE, by[0]);
	EXPECT_EQ(common(&a, &b, 0), by[0]);
	EXPECT_EQ(common(&a, &b, PM_FILE), by[1] + by[2]);
	EXPECT_EQ(0ULL, by[3]);
	forget(&o);
	/* What it belongs to: together the same, and each as its mappings say. */
	ASSERT_EQ(0, run(&o, NULL, "mmscope --json share %d %d --by file", pid, other));
	EXPECT_EQ(0, o.status)
		TH_LOG("%s", o.err);
	squeeze(o.out);
	at = o.out;
	while (next_line(&at, &line)) {
		bool anon = !strcmp(line.origin, "anon");

		for (int i = 0; i < 4; i++)
			if (!strcmp(line.origin, origins[i]))
				sums[i] += line.shared;
		EXPECT_EQ(2U, line.processes);
		EXPECT_EQ(2 * line.shared, line.mapped);
		EXPECT_GE(before, line.shared);
		before = line.shared;
		if (!strcmp(line.name, "/memfd:shared(deleted)")) {
			memory = true;
			EXPECT_STREQ("shmem", line.origin);
			/* The one that both have touched. */
			EXPECT_EQ(PAGE, line.shared);
			continue;
		}
		ASSERT_EQ(0, load_frames(pid, line.name, &of_name));
		EXPECT_EQ(common(&of_name, &b, anon ? 0 : PM_FILE), line.shared)
			TH_LOG("%s, %s", line.name, line.origin);
		free(of_name.entries);
	}
	EXPECT_TRUE(memory);
	for (int i = 0; i < 4; i++) {
		EXPECT_EQ(by[i], sums[i])
			TH_LOG("%s: %s", origins[i], o.out);
	}
	forget(&o);
	/* The same numbers for both, whichever way they are asked for. */
	ASSERT_EQ(0, run(&o, NULL, "mmscope --no-headings share %d %d --matrix", pid, other));
	EXPECT_EQ(0, o.status);
	forget(&o);
	ASSERT_EQ(0, run(&o, NULL, "mmscope share --all"));
	EXPECT_EQ(0, o.status)
		TH_LOG("%s", o.err);
	forget(&o);
	ASSERT_EQ(0, run(&o, NULL, "mmscope share --all --by file"));
	EXPECT_EQ(0, o.status)
		TH_LOG("%s", o.err);
	forget(&o);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
}

TEST_HARNESS_MAIN
