// SPDX-License-Identifier: GPL-2.0-only
/* limits.c - what one user, and one cgroup, can make the module keep */
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <kselftest_harness.h>

#include "knob.h"
#include "scope.h"
#include "who.h"

#define MAX_HANDLES	"/sys/module/mmscope/parameters/max_handles"
#define CGROUP		"/sys/fs/cgroup"
#define FEW		8
#define MANY		4000

/* Of itself: anybody may. */
static int attach_oneself(void)
{
	return scope_attached(0);
}

/* Gives a user namespace that nobody made a second user, whom nothing else is known of. */
static int add_user(pid_t child)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/uid_map", child);
	return knob_set(path, "0 65534 1\n1 200000 1\n");
}

/* In a child, as nobody, or as another user of a namespace of nobody's own: the answer. */
static int answer_of(bool in_namespace)
{
	int made[2], mapped[2], status, ret = 0;
	char byte;
	pid_t child;

	if (pipe2(made, O_CLOEXEC) || pipe2(mapped, O_CLOEXEC))
		return -1;
	child = fork();
	if (!child) {
		int fd;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (become_nobody())
			_exit(255);
		if (in_namespace && (unshare(CLONE_NEWUSER) || write(made[1], "", 1) != 1 ||
				     read(mapped[0], &byte, 1) != 1 || setresuid(1, 1, 1)))
			_exit(254);
		fd = attach_oneself();
		_exit(fd < 0 ? -fd : 0);
	}
	close(made[1]);
	if (child > 0 && in_namespace && (read(made[0], &byte, 1) != 1 || add_user(child) ||
					  write(mapped[1], "", 1) != 1)) {
		kill(child, SIGKILL);
		ret = -1;
	}
	close(made[0]);
	close(mapped[0]);
	close(mapped[1]);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return ret ? ret : WEXITSTATUS(status);
}

FIXTURE(user) {
	char before[16];
};

FIXTURE_SETUP(user)
{
	int fd = open(MAX_HANDLES, O_RDONLY | O_CLOEXEC);

	ASSERT_LT(0, read(fd, self->before, sizeof(self->before) - 1));
	close(fd);
	ASSERT_EQ(0, knob_set(MAX_HANDLES, "8"));
}

FIXTURE_TEARDOWN(user)
{
	EXPECT_EQ(0, knob_set(MAX_HANDLES, self->before));
}

/* In a child, as nobody, who has nothing else: exits with the line that is wrong, or 0. */
static void fill_up(int asked, int answered)
{
	int fds[FEW];
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (become_nobody())
		_exit(__LINE__ % 256);
	for (int i = 0; i < FEW; i++) {
		fds[i] = attach_oneself();
		if (fds[i] < 0)
			_exit(__LINE__ % 256);
	}
	if (attach_oneself() != -EMFILE)
		_exit(__LINE__ % 256);
	/* One back is one more; the refused file itself can be used then. */
	fds[0] = (close(fds[0]), scope_open());
	if (scope_attach(fds[0], 0) || attach_oneself() != -EMFILE)
		_exit(__LINE__ % 256);
	if (write(answered, "", 1) != 1 || read(asked, &byte, 1) != 1)
		_exit(__LINE__ % 256);
	_exit(0);
}

TEST_F(user, has_so_many_handles_and_no_more)
{
	int asked[2], answered[2], status, fd;
	char byte;
	pid_t child;

	ASSERT_EQ(0, answer_of(false));
	ASSERT_EQ(0, pipe2(asked, O_CLOEXEC) | pipe2(answered, O_CLOEXEC));
	child = fork();
	if (!child)
		fill_up(asked[0], answered[1]);
	close(answered[1]);
	if (read(answered[0], &byte, 1) == 1) {
		/* Neither another process has more, nor users that it made for itself. */
		EXPECT_EQ(EMFILE, answer_of(false));
		EXPECT_EQ(EMFILE, answer_of(true));
		/* Others have theirs, and who may exceed limits any number. */
		for (int i = 0; i < 2 * FEW; i++) {
			fd = attach_oneself();
			EXPECT_LE(0, fd);
		}
		EXPECT_EQ(1, write(asked[1], "", 1));
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status) && !WEXITSTATUS(status))
		TH_LOG("in the child, line %d", WEXITSTATUS(status));
	/* All given back. */
	EXPECT_EQ(0, answer_of(false));
	EXPECT_EQ(0, answer_of(true));
}

/* Bytes of kernel memory that the cgroup is charged for. */
static long kernel_bytes(void)
{
	char line[128];
	long bytes = -1;
	FILE *f = fopen(CGROUP "/mmscope/memory.stat", "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "slab_unreclaimable %ld", &bytes) == 1)
			break;
	if (f)
		fclose(f);
	return bytes;
}

/*
 * The sum when it rests: files that were closed are freed after a while, through RCU, and the
 * kernel adds up small changes every two seconds (mm/memcontrol.c:flush_memcg_stats_dwork()).
 */
static long settled_bytes(void)
{
	long bytes = kernel_bytes(), last;
	int same = 0;

	for (int i = 0; i < 400 && same < 45; i++) {
		last = bytes;
		usleep(50000);
		bytes = kernel_bytes();
		same = bytes == last ? same + 1 : 0;
	}
	return bytes;
}

static int files[MANY];

static bool open_all(int (*how)(void))
{
	for (int i = 0; i < MANY; i++) {
		files[i] = how();
		if (files[i] < 0)
			return false;
	}
	return true;
}

static void close_all(void)
{
	for (int i = 0; i < MANY; i++)
		close(files[i]);
}

/* What @MANY open files cost, each @how. */
static long cost_of(int (*how)(void))
{
	long before = settled_bytes(), after;

	if (!open_all(how))
		return -1;
	after = settled_bytes();
	close_all();
	return before < 0 || after < 0 ? -1 : after - before;
}

static int open_null(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* For its time limit alone. */
FIXTURE(cgroup) {
};

FIXTURE_SETUP(cgroup)
{
	(void)self;
}

FIXTURE_TEARDOWN(cgroup)
{
	(void)self;
}

/* Sums are settled late where interrupts are threads, and so is RCU (PREEMPT_RT). */
TEST_F_TIMEOUT(cgroup, is_charged_for_handles, 180)
{
	struct rlimit limit = { MANY + 64, MANY + 64 };
	long plain, ours;
	cpu_set_t cpu0;

	/* What each CPU keeps back of the sum is once the same. */
	CPU_ZERO(&cpu0);
	CPU_SET(0, &cpu0);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(cpu0), &cpu0));
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	ASSERT_EQ(0, knob_set(CGROUP "/cgroup.subtree_control", "+memory"));
	ASSERT_EQ(0, mkdir(CGROUP "/mmscope", 0755));
	ASSERT_EQ(0, knob_set(CGROUP "/mmscope/cgroup.procs", "0"));
	/* Of slabs that were never used the first pages cost more. */
	ASSERT_TRUE(open_all(open_null));
	close_all();
	/* What any open file costs, its struct file, is no merit of ours. */
	plain = cost_of(open_null);
	ours = cost_of(attach_oneself);
	ASSERT_LE(0, plain);
	printf("# limits: an attached handle costs %ld bytes, /dev/null %ld\n", ours / MANY,
	       plain / MANY);
	EXPECT_LT(plain + MANY * 32, ours);
	knob_set(CGROUP "/cgroup.procs", "0");
	EXPECT_EQ(0, rmdir(CGROUP "/mmscope"));
}

TEST_HARNESS_MAIN
