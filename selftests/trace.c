// SPDX-License-Identifier: GPL-2.0-only
/* trace.c - the tracepoints of the module, as ftrace shows them */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <kselftest_harness.h>

#include "knob.h"
#include "proc.h"
#include "scope.h"
#include "size.h"
#include "target.h"
#include "who.h"

#define TRACEFS		"/sys/kernel/tracing"
#define INSTANCE	TRACEFS "/instances/mmscope-selftest"
#define EVENTS		TRACEFS "/events/mmscope"
#define PAGES		37
#define PAGE		page_size

/* An event of this process: its name and what follows. */
struct event {
	char name[32];
	char fields[160];
};

#define MAX_EVENTS	64

/* What was told since the last time; "mmscope_" is taken off the names. */
static size_t take(struct event *events)
{
	FILE *f = fopen(INSTANCE "/trace", "re");
	size_t nr = 0;
	char line[512], *at;

	while (f && nr < MAX_EVENTS && fgets(line, sizeof(line), f)) {
		at = strstr(line, ": mmscope_");
		if (*line != '#' && at &&
		    sscanf(at, ": mmscope_%31[^:]: %159[^\n]", events[nr].name,
			   events[nr].fields) == 2)
			nr++;
	}
	if (f)
		fclose(f);
	knob_set(INSTANCE "/trace", "");
	return nr;
}

static bool is(const struct event *event, const char *name)
{
	return !strcmp(event->name, name);
}

static long long field(const struct event *event, const char *name)
{
	char key[32];
	const char *at;

	snprintf(key, sizeof(key), "%s=", name);
	at = strstr(event->fields, key);
	return at ? strtoll(at + strlen(key), NULL, 0) : -9999;
}

FIXTURE(trace) {
	struct event events[MAX_EVENTS];
	void *mem;
	pid_t child;
	int fd;
};

FIXTURE_SETUP(trace)
{
	char number[16];
	cpu_set_t here;

	/* Events of two CPUs are in order only as far as their clocks agree. */
	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(here), &here));
	self->child = 0;
	self->fd = -1;
	if (access(TRACEFS "/events", F_OK))
		mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	if (access(TRACEFS "/events", F_OK))
		SKIP(return, "no tracefs");
	ASSERT_EQ(0, access(EVENTS, F_OK));
	rmdir(INSTANCE);
	ASSERT_EQ(0, mkdir(INSTANCE, 0700));
	snprintf(number, sizeof(number), "%d", getpid());
	ASSERT_EQ(0, knob_set(INSTANCE "/set_event_pid", number));
	ASSERT_EQ(0, knob_set(INSTANCE "/events/mmscope/enable", "1"));

	self->mem = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->mem);
	self->child = fork();
	if (!self->child)
		for (;;)
			pause();
	ASSERT_LT(0, self->child);
}

FIXTURE_TEARDOWN(trace)
{
	if (self->child > 0) {
		kill(self->child, SIGKILL);
		waitpid(self->child, NULL, 0);
	}
	if (self->fd >= 0)
		close(self->fd);
	if (!access(INSTANCE, F_OK)) {
		EXPECT_EQ(0, knob_set(INSTANCE "/events/mmscope/enable", "0"));
		EXPECT_EQ(0, rmdir(INSTANCE));
	}
}

/* All of a look: its begin, its pages, the time that the reply speaks of, its end. */
TEST_F(trace, a_look_is_told_from_attach_to_detach)
{
	struct mmscope_extent buf[PAGES + 1] __attribute__((aligned(8)));
	struct mmscope_extents ask = {
		.size = sizeof(ask), .start = PTR(self->mem), .end = PTR(self->mem) + PAGES * PAGE,
		.buf = PTR(buf), .nr = PAGES + 1, .extent_size = sizeof(*buf),
	};
	uint64_t pages = 0, hold = 0, begun = 0, ended = 0;
	size_t nr;

	self->fd = scope_attached(self->child);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &ask));
	ASSERT_EQ(0, close(self->fd));
	self->fd = -1;

	nr = take(self->events);
	ASSERT_LE(4, nr);
	EXPECT_TRUE(is(&self->events[0], "attach"));
	EXPECT_EQ(MMSCOPE_RIGHT_MAPS | MMSCOPE_RIGHT_PHYS, field(&self->events[0], "rights"));
	for (size_t i = 1; i < nr - 1; i++) {
		const struct event *e = &self->events[i];

		/* They take turns. */
		EXPECT_TRUE(is(e, i % 2 ? "walk_begin" : "walk_end"));
		if (i % 2) {
			begun++;
			continue;
		}
		ended++;
		pages += field(e, "pages");
		hold += field(e, "hold_ns");
		EXPECT_EQ(0, field(e, "error"));
	}
	EXPECT_EQ(PAGES, pages);
	EXPECT_EQ(ask.lock.nr_locks, begun);
	EXPECT_EQ(ask.lock.nr_locks, ended);
	EXPECT_EQ(ask.lock.hold_total_ns, hold);
	EXPECT_TRUE(is(&self->events[nr - 1], "detach"));
	for (size_t i = 0; i < nr; i++)
		EXPECT_EQ(self->child, field(&self->events[i], "target"));
}

/* Addresses count each, a gap does not; a list of VMAs goes through no pages. */
TEST_F(trace, pages_are_those_gone_through)
{
	const uint64_t addrs[] = { PTR(self->mem), PTR(self->mem) + PAGE, 0x1000 };
	struct mmscope_walk_result results[3];
	struct scope_vmas vmas;
	uint64_t pages = 0;
	size_t nr;

	self->fd = scope_attached(self->child);
	ASSERT_LE(0, self->fd);
	take(self->events);
	ASSERT_EQ(0, scope_walk(self->fd, addrs, 3, results));
	nr = take(self->events);
	for (size_t i = 0; i < nr; i++)
		pages += is(&self->events[i], "walk_end") ? field(&self->events[i], "pages") : 0;
	EXPECT_EQ(2, pages);

	ASSERT_EQ(0, scope_vmas(self->fd, 0, ~0ULL, 1 << 16, &vmas));
	scope_vmas_free(&vmas);
	nr = take(self->events);
	ASSERT_LE(2, nr);
	for (size_t i = 1; i < nr; i += 2)
		EXPECT_EQ(0, field(&self->events[i], "pages"));
}

TEST_F(trace, what_has_gone_ends_with_an_error)
{
	struct mmscope_mm mm;

	self->fd = scope_attached(self->child);
	ASSERT_LE(0, self->fd);
	take(self->events);
	kill(self->child, SIGKILL);
	ASSERT_EQ(self->child, waitpid(self->child, NULL, 0));
	ASSERT_EQ(-ESRCH, scope_mm(self->fd, &mm));
	ASSERT_EQ(2, take(self->events));
	EXPECT_TRUE(is(&self->events[0], "walk_begin"));
	EXPECT_TRUE(is(&self->events[1], "walk_end"));
	EXPECT_EQ(-ESRCH, field(&self->events[1], "error"));
	EXPECT_EQ(self->child, field(&self->events[1], "target"));
	self->child = 0;
}

TEST_F(trace, who_is_denied_is_told)
{
	uint32_t rights;
	int file = open("/dev/null", O_RDONLY | O_CLOEXEC);

	self->fd = scope_open();
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(-EBADF, attach_by_pagemap(self->fd, self->child, file, &rights));
	close(file);
	/* Of this thread alone: the harness itself goes on as root. */
	ASSERT_EQ(0, set_capability(19 /* CAP_SYS_PTRACE */, false));
	ASSERT_EQ(-EPERM, scope_attach(self->fd, self->child));
	ASSERT_EQ(0, set_capability(19, true));

	ASSERT_EQ(2, take(self->events));
	for (int i = 0; i < 2; i++) {
		EXPECT_TRUE(is(&self->events[i], "denied"));
		EXPECT_EQ(self->child, field(&self->events[i], "target"));
		EXPECT_EQ(i ? -EPERM : -EBADF, field(&self->events[i], "error"));
	}
}

/* What programs rely on: names, types and order; new ones go to the end. */
static const struct {
	const char *event;
	const char *fields;
} formats[] = {
	{ "attach", "const void * mm;pid_t target;u32 rights;" },
	{ "detach", "const void * mm;pid_t target;" },
	{ "denied", "pid_t target;int error;" },
	{ "walk_begin", "const void * mm;pid_t target;" },
	{ "walk_end", "const void * mm;u64 pages;u64 hold_ns;pid_t target;int error;" },
};

TEST_F(trace, formats_are_those_documented)
{
	char path[128], line[256], name[64], fields[256];
	FILE *f;

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		snprintf(path, sizeof(path), EVENTS "/mmscope_%s/format", formats[i].event);
		f = fopen(path, "re");
		ASSERT_NE(NULL, f);
		*fields = '\0';
		while (fgets(line, sizeof(line), f))
			if (sscanf(line, " field:%63[^;]", name) == 1 &&
			    !strstr(name, "common_"))
				snprintf(fields + strlen(fields), sizeof(fields) - strlen(fields),
					 "%s;", name);
		fclose(f);
		EXPECT_STREQ(formats[i].fields, fields);
	}
}

TEST_HARNESS_MAIN
