// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch.c - mmscope watch sees what happens between two looks once, and ends with the
 * process
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <kselftest_harness.h>

#include "outcome.h"
#include "size.h"

#define PAGE	page_size

static void act_when_told(const int tell[2], const int done[2])
{
	char c;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(tell[0], &c, 1) == 1) {
		char *at = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		madvise(at, 64 * PAGE, MADV_NOHUGEPAGE);
		for (int i = 0; i < 64; i++)
			at[i * PAGE] = 1;
		if (write(done[1], "", 1) != 1)
			_exit(1);
	}
	for (;;)
		pause();
}

/* Sums of a line "PRESENT WRITTEN"; what the first line has not is 0. */
static bool add_line(FILE *f, unsigned long sums[2])
{
	char line[256], words[2][32];

	if (!fgets(line, sizeof(line), f) || sscanf(line, "%31s %31s", words[0], words[1]) != 2)
		return false;
	for (int i = 0; i < 2; i++) {
		char *unit;
		unsigned long n = strtoul(words[i], &unit, 10);

		sums[i] += *unit == 'K' ? n << 10 : *unit == 'M' ? n << 20 : n;
	}
	return true;
}

TEST(once)
{
	unsigned long before[2] = { 0 }, sums[2] = { 0 };
	int tell[2], done[2], status;
	char line[128], c;
	pid_t pid;
	FILE *f;

	ASSERT_EQ(0, pipe(tell));
	ASSERT_EQ(0, pipe(done));
	pid = fork();
	if (!pid)
		act_when_told(tell, done);
	snprintf(line, sizeof(line),
		 "exec mmscope --no-headings watch %d --interval 0.1 -o PRESENT,WRITTEN", pid);
	f = popen(line, "r");
	ASSERT_NE(NULL, f);
	ASSERT_TRUE(add_line(f, before));
	EXPECT_EQ(0UL, before[0] + before[1]);
	ASSERT_EQ(1, write(tell[1], "", 1));
	ASSERT_EQ(1, read(done[0], &c, 1));
	/* A look that began before that may end after it; the next ones are later. */
	for (int i = 0; i < 4; i++)
		ASSERT_TRUE(add_line(f, sums));
	/* The child's own stack and pages of files besides. */
	EXPECT_LE(64 * PAGE, sums[0]);
	EXPECT_GE(96 * PAGE, sums[0]);
	EXPECT_LE(64 * PAGE, sums[1]);
	EXPECT_GE(96 * PAGE, sums[1]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	while (add_line(f, sums))
		;
	status = pclose(f);
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
}

TEST(program)
{
	struct outcome o;

	ASSERT_EQ(0, run(&o, NULL, "mmscope --json watch --interval 0.05 --exec -- sleep 0.5"));
	EXPECT_EQ(0, o.status)
		TH_LOG("%s", o.err);
	EXPECT_NE(NULL, strstr(o.out, "\"time_ms\""));
	forget(&o);
	ASSERT_EQ(0, run(&o, NULL, "mmscope watch --exec -- /nowhere/program"));
	EXPECT_EQ(1, o.status);
	forget(&o);
	/* Before its first instruction a program has few pages of its own. */
	ASSERT_EQ(0, run(&o, NULL, "mmscope --no-headings watch --count 1 --pss --exec -o "
			 "VMAS,PSS -- sleep 0.1"));
	EXPECT_EQ(0, o.status);
	EXPECT_TRUE(atoi(o.out) > 3 && atoi(o.out) < 20)
		TH_LOG("%s", o.out);
	forget(&o);
}

/* A program that calls exec is not at its end: its new memory is looked at as well. */
TEST(program_that_calls_exec)
{
	struct outcome o;
	unsigned int looks = 0;

	/* env(1) is soon another program; its looks alone would be fewer. */
	ASSERT_EQ(0, run(&o, NULL, "mmscope --no-headings watch --count 30 --interval 0.1 "
			 "-o MS --exec -- env sleep 60"));
	EXPECT_EQ(0, o.status)
		TH_LOG("%s", o.err);
	for (const char *at = o.out; (at = strchr(at, '\n')); at++)
		looks++;
	EXPECT_EQ(30U, looks);
	forget(&o);
}

/* Of a curve: U+2581 to U+2588. */
static int signs(const char *text)
{
	int nr = 0;

	while ((text = strstr(text, "\xe2\x96"))) {
		text++;
		nr++;
	}
	return nr;
}

/* A sign for each look so far: of PSS only where it is asked for. */
TEST(curves)
{
	static const char * const columns[] = {
		"CURVE", "SWAP_CURVE", "TABLES_CURVE", "PSS_CURVE"
	};
	struct outcome o;

	for (size_t i = 0; i < 4; i++) {
		ASSERT_EQ(0, run(&o, NULL, "env LC_ALL=C.UTF-8 mmscope --no-headings watch "
				 "--count 3 "
				 "--interval 0.05 --pss %d -o MS,%s", getpid(), columns[i]));
		EXPECT_EQ(0, o.status)
			TH_LOG("%s", o.err);
		/* The first line has one, the last three. */
		EXPECT_EQ(1 + 2 + 3, signs(o.out))
			TH_LOG("%s: %s", columns[i], o.out);
		forget(&o);
	}
	ASSERT_EQ(0, run(&o, NULL, "env LC_ALL=C.UTF-8 mmscope --no-headings watch "
			 "--count 2 --interval 0.05 %d -o PSS_CURVE,VMAS", getpid()));
	EXPECT_EQ(NULL, strchr(o.out, '\xe2'))
		TH_LOG("%s", o.out);
	forget(&o);
}

TEST_HARNESS_MAIN
