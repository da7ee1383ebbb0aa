// SPDX-License-Identifier: GPL-2.0-only
/*
 * snapshot.c - every command says of a recorded process, to the byte, what it says of
 * the live one
 */
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <kselftest_harness.h>

#include "outcome.h"
#include "proc.h"
#include "scope.h"
#include "target.h"

#define MANY		100		/* addresses to walk at a time */
#define MAX_WORDS	16		/* of a command below */
#define MANY_PAGES	(64UL << 20)

/* The first few of all kinds of memory; the rest where all is mixed. */
static const char *const commands[] = {
	"vmas", "extents --status all", "pages -o va,pfn,swap,status,flags,type,order,node",
	"stat --by vma -o start,end,rss,anonymous,swap",
	"mm", "vmas --format=maps", "pages --only anon -o va,mapcount",
	"stat -o vss,rss,anonymous,swap,locked", "tables", "tables --by vma",
};

#define NR_ALWAYS	4

/* Cuts out every object with the key that @key begins. */
static void cut(char *text, const char *key)
{
	char *at;

	while ((at = strstr(text, key))) {
		char *end = strchr(at, '}');

		memmove(at, end + 1, strlen(end + 1) + 1);
	}
}

/*
 * What differs by nature: the report of the lock, the names of zones, the gate, and what
 * tasks says of mm_count, as idle CPUs keep a descriptor for as long as they like.
 */
static char *same_part(char *text)
{
	char *at;

	cut(text, "\"lock\":");
	cut(text, "\"mm_count\":{");
	at = strstr(text, "[vsyscall]");
	if (at) {
		while (at > text && at[-1] != '\n')
			at--;
		*at = '\0';
	}
	return text;
}

/* For the log: from the first line of @a that is not that of @b. */
static const char *from_difference(const char *a, const char *b)
{
	const char *line = a;

	for (; *a && *a == *b; a++, b++)
		if (*a == '\n')
			line = a + 1;
	return line;
}

static bool says_the_same(const struct outcome *a, const struct outcome *b)
{
	return a->status == b->status && !strcmp(same_part(a->out), same_part(b->out));
}

FIXTURE(zoo) {
	struct target target;
	bool stopped;
	char file[64];
};

FIXTURE_VARIANT(zoo) {
	const char *kind;
};

#include "zoo_variants.h"

FIXTURE_SETUP(zoo)
{
	const struct zoo_options few = { .count = !strcmp(variant->kind, "vmas") ? 3000 : 0 };
	int ret;

	ret = target_start(&self->target, variant->kind, &few);
	if (ret == ZOO_LACKS)
		SKIP(return, "%s", self->target.thing.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s: %s", variant->kind, self->target.thing.why);
	if (!(zoo_find(variant->kind)->flags & ZOO_NO_MM))
		self->stopped = !target_stop(self->target.thing.pid);
	snprintf(self->file, sizeof(self->file), "/tmp/snapshot.%d", self->target.thing.pid);
}

FIXTURE_TEARDOWN(zoo)
{
	unlink(self->file);
	if (self->stopped)
		target_continue(self->target.thing.pid);
	target_end(&self->target);
}

/* Addresses of all kinds: where runs begin, and a little further. */
static size_t choose_addresses(pid_t pid, char **words)
{
	const struct scope_filter all = { .statuses = ALL_STATUSES };
	struct scope_extents extents;
	int fd = scope_attached(pid);
	size_t nr = 0;

	if (fd < 0 || scope_extents(fd, 0, ~0ULL, 1000, &all, &extents))
		return 0;
	for (size_t i = 0; i < extents.nr && nr + 2 <= MANY; i += 1 + extents.nr / (MANY / 2)) {
		const struct mmscope_extent *e = &extents.e[i];

		if (asprintf(&words[nr++], "0x%llx", e->start) < 0 ||
		    asprintf(&words[nr++], "0x%llx", e->start + (e->end - e->start) / 2 + 9) < 0)
			return 0;
	}
	scope_extents_free(&extents);
	close(fd);
	return nr;
}

/*
 * The command line @argv of the process, which stands at @at, and of its recording. Where
 * they differ, once more of a new one: reclaim works on a stopped process, too.
 */
static void check_same(struct __test_metadata *_metadata, char **argv, size_t at, char *pid,
		       char *file)
{
	struct outcome live, recorded, again;

	argv[at] = pid;
	ASSERT_EQ(0, run_args(&live, NULL, argv));
	argv[at] = file;
	ASSERT_EQ(0, run_args(&recorded, NULL, argv));
	if (!says_the_same(&live, &recorded)) {
		ASSERT_EQ(0, run(&again, NULL, "mmscope snapshot %s --pages -o %s", pid, file));
		forget(&again);
		forget(&recorded);
		ASSERT_EQ(0, run_args(&recorded, NULL, argv));
	}
	EXPECT_TRUE(says_the_same(&live, &recorded))
		TH_LOG("%s %s: status %d, %d: live %.1200s recorded %.1200s%s", argv[1], argv[2],
		       live.status, recorded.status, from_difference(live.out, recorded.out),
		       from_difference(recorded.out, live.out), recorded.err);
	forget(&live);
	forget(&recorded);
}

static void check_command(struct __test_metadata *_metadata, const char *command, char *pid,
			  char *file, char *range)
{
	char *argv[MAX_WORDS] = { "mmscope" }, *words = strdup(command), *save;
	size_t nr = 1, at;

	if (!strstr(command, "maps"))
		argv[nr++] = "--json";
	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[nr++] = word;
	at = nr++;
	if (*range && !strcmp(argv[2], "pages"))
		argv[nr] = range;
	check_same(_metadata, argv, at, pid, file);
	free(words);
}

static void check_walks(struct __test_metadata *_metadata, const char *command, char *pid,
			char *file)
{
	char *argv[MANY + 8] = { "mmscope", "--json", (char *)command };
	size_t nr = choose_addresses(atoi(pid), argv + 4);

	ASSERT_LE(4UL, nr);
	check_same(_metadata, argv, 3, pid, file);
	for (size_t i = 0; i < nr; i++)
		free(argv[4 + i]);
}

TEST_F_TIMEOUT(zoo, recorded_as_live, 180)
{
	const struct zoo_thing *t = &self->target.thing;
	char some[48] = "", pid[16];
	size_t nr = NR_ALWAYS;
	struct outcome o;

	/* A line for each page of a gibibyte says no more than one for some of them. */
	if (t->page_size > MANY_PAGES)
		snprintf(some, sizeof(some), "0x%lx-0x%lx", t->start, t->start + MANY_PAGES);

	snprintf(pid, sizeof(pid), "%d", t->pid);
	ASSERT_EQ(0, run(&o, NULL, "mmscope snapshot %s --pages -o %s", pid, self->file));
	if (zoo_find(variant->kind)->flags & ZOO_NO_MM) {
		EXPECT_EQ(1, o.status);
		EXPECT_NE(0, access(self->file, F_OK));
		forget(&o);
		return;
	}
	ASSERT_EQ(0, o.status)
		TH_LOG("%s", o.err);
	EXPECT_STREQ("", o.err);
	forget(&o);
	if (!strcmp(variant->kind, "mixed") || !strcmp(variant->kind, "exec32"))
		nr = sizeof(commands) / sizeof(commands[0]);
	for (size_t i = 0; i < nr; i++)
		check_command(_metadata, commands[i], pid, self->file, some);
	check_walks(_metadata, "walk", pid, self->file);
	if (nr != NR_ALWAYS)
		check_walks(_metadata, "translate", pid, self->file);
}

/* Objects of the kernel: threads, nodes by the hundred, operations of all sorts. */
TEST(objects)
{
	static const char *const asks[] = {
		"tasks -o tid,tgid,kind,state,mm_use,mm_of,comm %s", "store --slots %s", "ops %s",
		"store %s 0x%lx", "ops %s 0x%lx",
	};
	static const struct { const char *kind; unsigned int count; } things[] = {
		{ "threads", 300 }, { "vmas", 3000 }, { "mixed", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(things); i++) {
		const struct zoo_options o = { .count = things[i].count };
		char file[64], number[16], line[128];
		struct outcome live, recorded;
		struct target target;

		ASSERT_EQ(0, target_start(&target, things[i].kind, &o));
		ASSERT_EQ(0, target_stop(target.thing.pid));
		snprintf(number, sizeof(number), "%d", target.thing.pid);
		snprintf(file, sizeof(file), "/tmp/snapshot.%s", number);
		ASSERT_EQ(0, run(&live, NULL, "mmscope snapshot %s -o %s", number, file));
		ASSERT_EQ(0, live.status);
		forget(&live);
		for (size_t j = 0; j < ARRAY_SIZE(asks); j++) {
			snprintf(line, sizeof(line), asks[j], number, target.thing.start);
			ASSERT_EQ(0, run(&live, NULL, "mmscope --json %s", line));
			snprintf(line, sizeof(line), asks[j], file, target.thing.start);
			ASSERT_EQ(0, run(&recorded, NULL, "mmscope --json %s", line));
			EXPECT_EQ(0, live.status);
			EXPECT_TRUE(says_the_same(&live, &recorded))
				TH_LOG("%s: live %.2000s recorded %.2000s%s", line, live.out,
				       recorded.out, recorded.err);
			forget(&live);
			forget(&recorded);
		}
		unlink(file);
		target_end(&target);
	}
}

/* A process that ends while it is recorded leaves no file. */
TEST(gone)
{
	struct target target;
	struct outcome o;

	ASSERT_EQ(0, target_plain(&target));
	kill(target.thing.pid, SIGKILL);
	ASSERT_EQ(0, run(&o, NULL, "mmscope snapshot %d -o /tmp/gone.mms", target.thing.pid));
	EXPECT_NE(0, o.status);
	EXPECT_NE(0, access("/tmp/gone.mms", F_OK));
	forget(&o);
	target_end(&target);
}

/* Recorded without rights: hidden is hidden in the file, too. */
static void become_nobody(void)
{
	if (setgid(65534) || setuid(65534))
		_exit(126);
}

TEST(without_rights)
{
	struct outcome o;
	int status;

	/* Its own address space changes as it works. */
	ASSERT_EQ(0, run(&o, become_nobody, "mmscope snapshot self --pages -o /tmp/nobody.mms"));
	status = o.status;
	ASSERT_TRUE(status == 0 || status == 3)
		TH_LOG("%s", o.err);
	forget(&o);
	ASSERT_EQ(0, run(&o, NULL, "mmscope --json extents /tmp/nobody.mms -o pa"));
	EXPECT_EQ(status, o.status);
	EXPECT_NE(NULL, strstr(o.out, "hidden"));
	EXPECT_EQ(NULL, strstr(o.out, "\"0x"));
	forget(&o);
	unlink("/tmp/nobody.mms");
}

static char state_of(pid_t pid)
{
	char *status = proc_read(pid, "status", NULL), *at, state;

	at = status ? strstr(status, "\nState:\t") : NULL;
	state = at ? at[8] : '?';
	free(status);
	return state;
}

/* Whatever ends it: the process goes on, and no half of a file is left. */
TEST(interrupted_with_a_process_held_still)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct zoo_options o = { .count = 20000 };
	struct target t;

	ASSERT_EQ(0, target_start(&t, "vmas", &o));
	ASSERT_EQ(0, mkdir("/tmp/held", 0700));
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		char pid[16];
		int status, tries;
		pid_t child;

		snprintf(pid, sizeof(pid), "%d", t.thing.pid);
		child = fork();
		if (!child) {
			signal(signals[i], SIG_DFL);
			execlp("mmscope", "mmscope", "snapshot", "--stop", pid, "--pages",
			       "-o", "/tmp/held/x", NULL);
			_exit(127);
		}
		for (tries = 0; tries < 10000 && state_of(t.thing.pid) != 'T'; tries++)
			usleep(1000);
		EXPECT_EQ('T', state_of(t.thing.pid));
		/* Into the recording. */
		usleep(2000);
		kill(child, signals[i]);
		ASSERT_EQ(child, waitpid(child, &status, 0));
		EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signals[i])
			TH_LOG("status %x", status);
		for (tries = 0; tries < 10000 && state_of(t.thing.pid) == 'T'; tries++)
			usleep(1000);
		EXPECT_NE('T', state_of(t.thing.pid));
	}
	EXPECT_EQ(0, rmdir("/tmp/held"));
	target_end(&t);
}

TEST_HARNESS_MAIN
