// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli.c - the command mmscope against live processes: it verifies, it prints maps byte
 * for byte, refuses what is wrong with one line, and stays small
 */
#include <fcntl.h>
#include <grp.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <kselftest_harness.h>

#include "others.h"
#include "outcome.h"
#include "proc.h"
#include "scope.h"
#include "target.h"

/* /proc/PID/maps without the line of the gate VMA, which no process has. */
static char *without_vsyscall(char *text)
{
	char *line = strstr(text, "[vsyscall]\n");

	if (line) {
		while (line > text && line[-1] != '\n')
			line--;
		*line = '\0';
	}
	return text;
}

static bool maps_agree(pid_t pid, struct outcome *o)
{
	char *maps = proc_read(pid, "maps", NULL);
	bool same = maps && !strcmp(without_vsyscall(maps), without_vsyscall(o->out));

	free(maps);
	return same;
}

FIXTURE(zoo) {
	struct target target;
	bool stopped;
};

FIXTURE_VARIANT(zoo) {
	const char *kind;
};

#include "zoo_variants.h"

FIXTURE_SETUP(zoo)
{
	/* The fifty thousand come below; here they would cost half of the time. */
	const struct zoo_options few = { .count = !strcmp(variant->kind, "vmas") ? 2000 : 0 };
	int ret = target_start(&self->target, variant->kind, &few);

	if (ret == ZOO_LACKS)
		SKIP(return, "%s", self->target.thing.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s: %s", variant->kind, self->target.thing.why);
	if (!(zoo_find(variant->kind)->flags & ZOO_NO_MM))
		self->stopped = !target_stop(self->target.thing.pid);
}

FIXTURE_TEARDOWN(zoo)
{
	if (self->stopped)
		target_continue(self->target.thing.pid);
	target_end(&self->target);
}

TEST_F_TIMEOUT(zoo, verify_and_maps, 120)
{
	pid_t pid = self->target.thing.pid;
	struct outcome o;

	if (zoo_find(variant->kind)->flags & ZOO_NO_MM) {
		ASSERT_EQ(0, run(&o, NULL, "mmscope verify %d", pid));
		EXPECT_EQ(1, o.status);
		EXPECT_NE(NULL, strstr(o.err, "no such process"));
		forget(&o);
		return;
	}
	ASSERT_EQ(0, run(&o, NULL, "mmscope verify %d", pid));
	EXPECT_EQ(0, o.status)
		TH_LOG("%s%s", o.out, o.err);
	EXPECT_STREQ("", o.err);
	forget(&o);
	ASSERT_EQ(0, run(&o, NULL, "mmscope vmas --format=maps %d", pid));
	EXPECT_EQ(0, o.status)
		TH_LOG("%s", o.err);
	EXPECT_TRUE(maps_agree(pid, &o));
	forget(&o);
}

FIXTURE(processes) {
	struct others others;
};

FIXTURE_SETUP(processes)
{
	ASSERT_EQ(0, others_start(&self->others));
}

FIXTURE_TEARDOWN(processes)
{
	others_end(&self->others);
}

TEST_F_TIMEOUT(processes, maps_of_every_process, 120)
{
	for (size_t i = 0; i < self->others.nr; i++) {
		pid_t pid = self->others.pids[i];
		struct outcome o;

		if (others_hold(pid))
			continue;
		ASSERT_EQ(0, run(&o, NULL, "mmscope vmas --format=maps %d", pid));
		EXPECT_EQ(0, o.status)
			TH_LOG("pid %d: %s", pid, o.err);
		EXPECT_TRUE(maps_agree(pid, &o))
			TH_LOG("pid %d", pid);
		forget(&o);
		ASSERT_EQ(0, run(&o, NULL, "mmscope verify --no-stop %d", pid));
		EXPECT_EQ(0, o.status)
			TH_LOG("pid %d: %s%s", pid, o.out, o.err);
		forget(&o);
		others_let_go(pid);
	}
	EXPECT_LE(4UL, self->others.nr);
}

/* Small, however large what it looks at. */
FIXTURE(large) {
	struct target target;
};

FIXTURE_VARIANT(large) {
	const char *kind;
};

FIXTURE_VARIANT_ADD(large, fifty_thousand_vmas) { .kind = "vmas" };
FIXTURE_VARIANT_ADD(large, one_tebibyte) { .kind = "sparse" };

FIXTURE_SETUP(large)
{
	int ret = target_start(&self->target, variant->kind, NULL);

	if (ret == ZOO_LACKS)
		SKIP(return, "%s", self->target.thing.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s", self->target.thing.why);
}

FIXTURE_TEARDOWN(large)
{
	target_end(&self->target);
}

TEST_F_TIMEOUT(large, takes_less_than_32_mib, 120)
{
	static const char * const commands[] = {
		"vmas", "vmas --json", "vmas --format=maps", "extents", "extents --json", "mm",
	};

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		struct outcome o;

		ASSERT_EQ(0, run(&o, NULL, "mmscope %s %d", commands[i], self->target.thing.pid));
		EXPECT_EQ(0, o.status)
			TH_LOG("%s: %s", commands[i], o.err);
		EXPECT_GT(32 * 1024, o.rss_kib)
			TH_LOG("%s: %ld KiB", commands[i], o.rss_kib);
		EXPECT_LT(1000UL, o.out_length);
		if (strstr(commands[i], "maps"))
			EXPECT_TRUE(maps_agree(self->target.thing.pid, &o));
		forget(&o);
	}
}

static void become_nobody(void)
{
	if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
		_exit(126);
}

/*
 * Whatever is wrong: the status of the contract, one line that names the cause (and
 * perhaps a hint), and nothing on standard output.
 */
static void expect_refusal(struct __test_metadata *_metadata, const struct outcome *o,
			   int status, const char *cause, const char *line)
{
	const char *end = strchr(o->err, '\n');

	EXPECT_EQ(status, o->status)
		TH_LOG("%s: %s", line, o->err);
	EXPECT_EQ(0UL, o->out_length)
		TH_LOG("%s: printed \"%s\"", line, o->out);
	EXPECT_EQ(0, strncmp(o->err, "mmscope: ", 9))
		TH_LOG("%s: \"%s\"", line, o->err);
	EXPECT_NE(NULL, strstr(o->err, cause))
		TH_LOG("%s: \"%s\" without \"%s\"", line, o->err, cause);
	if (end && end[1]) {
		EXPECT_EQ(0, strncmp(end + 1, "hint: ", 6))
			TH_LOG("%s: \"%s\"", line, o->err);
		end = strchr(end + 1, '\n');
	}
	EXPECT_TRUE(end && !end[1])
		TH_LOG("%s: \"%s\"", line, o->err);
}

static const struct {
	const char *line;
	int status;
	const char *cause;
} refusals[] = {
	{ "mmscope", 2, "command" },
	{ "mmscope nosuch", 2, "nosuch" },
	{ "mmscope --nosuch", 2, "--nosuch" },
	{ "mmscope mm", 2, "too few" },
	{ "mmscope mm 1 1", 2, "too many" },
	{ "mmscope mm abc", 2, "abc" },
	{ "mmscope mm -1", 2, "-1" },
	{ "mmscope mm 0x", 2, "0x" },
	{ "mmscope mm 1x", 2, "1x" },
	{ "mmscope mm 4294967297", 2, "4294967297" },
	{ "mmscope mm 99999999999999999999", 2, "99999999999999999999" },
	{ "mmscope vmas --format=xml 1", 2, "xml" },
	{ "mmscope vmas -o NOPE 1", 2, "NOPE" },
	{ "mmscope walk 1", 2, "too few" },
	{ "mmscope walk 1 zzz", 1, "no such symbol" },
	{ "mmscope walk 1 -5", 2, "-5" },
	{ "mmscope walk 1 0x10000000000000000", 2, "0x10000000000000000" },
	{ "mmscope translate 1 0x", 2, "0x" },
	{ "mmscope extents 1 0x2000-0x1000", 2, "inverted" },
	{ "mmscope extents 1 0x1000+0xffffffffffffffff", 2, "overflow" },
	{ "mmscope extents 1 0x1000-", 2, "0x1000-" },
	{ "mmscope extents 1 -", 2, "-" },
	{ "mmscope mm 2", 1, "kernel thread" },
	{ "mmscope vmas 2", 1, "kernel thread" },
	{ "mmscope walk 2 0x1000", 1, "kernel thread" },
	{ "mmscope extents 2", 1, "kernel thread" },
	{ "mmscope verify 2", 1, "kernel thread" },
	{ "mmscope mm 2147483647", 1, "no such process" },
	{ "mmscope vmas 2147483647", 1, "no such process" },
	{ "mmscope extents 2147483647", 1, "no such process" },
	{ "mmscope verify 2147483647", 1, "no such process" },
	{ "mmscope --device /nonexistent mm 1", 4, "/nonexistent" },
	{ "mmscope --device /dev/null mm 1", 4, "/dev/null" },
};

TEST(bad_input)
{
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		struct outcome o;

		ASSERT_EQ(0, run(&o, NULL, "%s", refusals[i].line));
		expect_refusal(_metadata, &o, refusals[i].status, refusals[i].cause,
			       refusals[i].line);
		forget(&o);
	}
}

TEST(no_permission)
{
	struct outcome o;

	ASSERT_EQ(0, run(&o, become_nobody, "mmscope mm 1"));
	expect_refusal(_metadata, &o, 1, "not permitted", "mm 1 as nobody");
	forget(&o);
	ASSERT_EQ(0, chmod("/dev/mmscope", 0600));
	ASSERT_EQ(0, run(&o, become_nobody, "mmscope mm self"));
	chmod("/dev/mmscope", 0666);
	expect_refusal(_metadata, &o, 1, "/dev/mmscope", "mm self without the device");
	forget(&o);
	/* With the device, one's own: yes, and the physical address is not told. */
	ASSERT_EQ(0, run(&o, become_nobody, "mmscope mm self"));
	EXPECT_EQ(0, o.status)
		TH_LOG("%s", o.err);
	EXPECT_NE(NULL, strstr(o.out, "hidden"));
	forget(&o);
}

/* No is an answer: told on standard output, with status 1. */
TEST(addresses_that_are_none)
{
	static const struct {
		const char *line, *word;
	} answers[] = {
		{ "mmscope walk 1 0x1000", "no_vma" },
		{ "mmscope walk 1 0xdead000000000000", "canonical" },
		{ "mmscope translate 1 0x1000", "no_vma" },
		{ "mmscope translate 1 0xffff800000000000", "noncanonical" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		struct outcome o;

		ASSERT_EQ(0, run(&o, NULL, "%s", answers[i].line));
		EXPECT_EQ(1, o.status);
		EXPECT_NE(NULL, strstr(o.out, answers[i].word))
			TH_LOG("%s: %s", answers[i].line, o.out);
		EXPECT_STREQ("", o.err);
		forget(&o);
	}
}

static void write_to_full(void)
{
	dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
}

TEST(output_that_cannot_be_written)
{
	struct outcome o;

	ASSERT_EQ(0, run(&o, write_to_full, "mmscope vmas 1"));
	expect_refusal(_metadata, &o, 1, "No space left", "vmas 1 >/dev/full");
	forget(&o);
}

/* Names are data: a table has no control characters in it, JSON no raw bytes. */
TEST(hostile_name)
{
	static const char * const commands[] = { "vmas", "vmas --json" };
	struct target t;

	ASSERT_EQ(0, target_start(&t, "hostile-name", NULL));
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		size_t strange = 0;
		struct outcome o;

		ASSERT_EQ(0, run(&o, NULL, "mmscope %s %d", commands[i], t.thing.pid));
		EXPECT_EQ(0, o.status);
		for (size_t j = 0; j < o.out_length; j++)
			strange += (unsigned char)o.out[j] < ' ' && o.out[j] != '\n';
		EXPECT_EQ(0UL, strange)
			TH_LOG("%s", commands[i]);
		forget(&o);
	}
	target_end(&t);
}

/* "t1.510w1": a letter and how often. Returns their sum, @used that without the empty ones. */
static unsigned long count_entries(const char *text, unsigned long *used)
{
	unsigned long nr, sum = 0;

	for (*used = 0; *text != '"'; sum += nr) {
		bool empty = *text == '.';

		nr = strtoul(text + 1, (char **)&text, 10);
		*used += empty ? 0 : nr;
	}
	return sum;
}

/* Every entry of every page table is in the picture, however many a table has. */
TEST(map_has_all_entries)
{
	struct mmscope_tables tables = { .size = sizeof(tables), .end = ~0ULL };
	unsigned long in_ptes = 0, used, claimed, nr;
	unsigned int levels = 0;
	struct mmscope_info info;
	struct outcome o;
	struct target t;
	char name[8];
	int fd, skip;

	ASSERT_EQ(0, target_start(&t, "mixed", NULL));
	ASSERT_EQ(0, target_stop(t.thing.pid));
	fd = scope_attached(t.thing.pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_info(fd, &info));
	ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_TABLES, &tables));
	ASSERT_EQ(0, run(&o, NULL, "mmscope --json map %d", t.thing.pid));
	for (const char *at = o.out; (at = strstr(at, "{\"level\":\"")); at++) {
		bool root;

		/* With those that hold nothing. */
		if (levels < tables.nr_levels &&
		    sscanf(at, "{\"level\":\"%7[a-z0-9]\",\"shift\":%*u,\"nr_entries\":%*u,"
			   "\"tables\":%lu}", name, &nr) == 2) {
			EXPECT_EQ(tables.levels[levels].tables, nr);
			levels++;
		}
		skip = 0;
		sscanf(at, "{\"level\":\"%7[a-z]\",\"start\":\"%*[^\"]\","
		       "\"used\":%lu,\"entries\":\"%n", name, &claimed, &skip);
		if (!skip)
			continue; /* of another list */
		root = !strcmp(name, "pgd");
		EXPECT_EQ(info.levels[root ? 0 : info.nr_levels - 1].nr_entries,
			  count_entries(at + skip, &used));
		EXPECT_EQ(used, claimed);
		if (!strcmp(name, "pte"))
			in_ptes += used;
	}
	EXPECT_EQ(tables.levels[tables.nr_levels - 1].entries, in_ptes);
	EXPECT_EQ(tables.nr_levels, levels);
	forget(&o);
	close(fd);
	target_continue(t.thing.pid);
	target_end(&t);
}

TEST_HARNESS_MAIN
