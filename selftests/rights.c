// SPDX-License-Identifier: GPL-2.0-only
/*
 * rights.c - who may look: namespaces, changes of identity, confinement
 *
 * With attach.c, the rows of the table in Documentation/security.rst; each test is named
 * there. Where the kernel has an opinion, /proc/PID/pagemap is asked for it in the same
 * breath: mmscope may be stricter, never more generous.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <kselftest_harness.h>

#include "scope.h"
#include "target.h"
#include "who.h"

#define MAPS		MMSCOPE_RIGHT_MAPS
#define MAPS_AND_PHYS	(MMSCOPE_RIGHT_MAPS | MMSCOPE_RIGHT_PHYS)

/* What a new file attached to @pid may see, or -errno. */
static int rights_to(pid_t pid)
{
	uint32_t rights;
	int fd = scope_open();
	int ret = fd < 0 ? fd : attach_rights(fd, pid, &rights);

	if (fd >= 0)
		close(fd);
	return ret ? ret : (int)rights;
}

static int rights_by_pagemap(pid_t pid, int pagemap)
{
	uint32_t rights;
	int fd = scope_open();
	int ret = fd < 0 ? fd : attach_by_pagemap(fd, pid, pagemap, &rights);

	if (fd >= 0)
		close(fd);
	return ret ? ret : (int)rights;
}

/* Does procfs let us read the page map of @pid? */
static bool proc_permits(pid_t pid)
{
	int fd = open_pagemap(pid);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* Runs @fn in a child; 0 when it returned 0, else the number of what went wrong there. */
static int in_child(int (*fn)(void *), void *arg)
{
	int status;
	pid_t child = fork();

	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(fn(arg));
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* In a child: which of the file's expectations failed is its exit status. */
#define CHECK(condition) do { \
	if (!(condition)) \
		return __COUNTER__ + 1; \
} while (0)

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* A user namespace of one's own, with all capabilities in it. */
static bool new_user_namespace(void)
{
	char map[64];
	uid_t uid = geteuid();

	if (unshare(CLONE_NEWUSER))
		return false;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	return write_file("/proc/self/setgroups", "deny") && write_file("/proc/self/uid_map", map);
}

/* sleep(1), exec'd: its address space belongs to the user namespace that it runs in. */
static int start_sleep(struct target *t)
{
	char *const argv[] = { "sleep", "1000", NULL };

	return target_exec(t, "/bin/sleep", argv);
}

FIXTURE(rights) {
	struct target target;
};

FIXTURE_SETUP(rights)
{
	ASSERT_EQ(0, target_plain(&self->target));
	ASSERT_EQ(MAPS_AND_PHYS, rights_to(self->target.thing.pid));
}

FIXTURE_TEARDOWN(rights)
{
	target_end(&self->target);
}

/* User namespaces */

static int root_of_a_namespace(void *arg)
{
	struct target *outside = arg, inside;
	uint32_t rights;
	int early;

	CHECK(!become_nobody());
	early = scope_open();
	CHECK(early >= 0);
	CHECK(new_user_namespace());
	CHECK(!start_sleep(&inside));
	/* All capabilities there give maps there, and no physical address anywhere. */
	CHECK(proc_permits(inside.thing.pid));
	CHECK(rights_to(inside.thing.pid) == MAPS);
	CHECK(rights_to(0) == MAPS);
	/* And nothing of what is outside. */
	CHECK(!proc_permits(outside->thing.pid));
	CHECK(rights_to(outside->thing.pid) == -EPERM);
	CHECK(rights_to(1) == -EPERM);
	/* Opened before, by whoever owns the namespace and so may all in it. */
	CHECK(!attach_rights(early, inside.thing.pid, &rights) && rights == MAPS);
	target_end(&inside);
	return 0;
}

TEST_F(rights, root_of_a_user_namespace)
{
	EXPECT_EQ(0, in_child(root_of_a_namespace, &self->target));
}

static int real_root_that_left(void *arg)
{
	struct target *outside = arg;

	CHECK(new_user_namespace());
	CHECK(!proc_permits(outside->thing.pid));
	CHECK(rights_to(outside->thing.pid) == -EPERM);
	CHECK(rights_to(0) == MAPS);
	return 0;
}

TEST_F(rights, root_in_a_user_namespace_is_not_root)
{
	EXPECT_EQ(0, in_child(real_root_that_left, &self->target));
}

static int wait_in_namespace(void *arg)
{
	int *ready = arg;

	if (become_nobody() || !new_user_namespace())
		return 1;
	if (write(ready[1], "", 1) != 1)
		return 1;
	pause();
	return 0;
}

TEST_F(rights, root_sees_into_user_namespaces)
{
	char byte;
	pid_t child;
	int ready[2];

	ASSERT_EQ(0, pipe(ready));
	child = fork();
	if (!child)
		_exit(wait_in_namespace(ready));
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	EXPECT_EQ(MAPS_AND_PHYS, rights_to(child));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* Who changes, and when */

static int drop_after_attach(void *arg)
{
	struct target *t = arg;
	struct mmscope_mm mm;
	int fd = scope_attached(t->thing.pid);

	CHECK(fd >= 0);
	CHECK(!become_nobody());
	/* As with an open pagemap file: what was opened stays open. */
	CHECK(!scope_mm(fd, &mm) && mm.pgd_pa != MMSCOPE_HIDDEN);
	CHECK(scope_attach(fd, t->thing.pid) == -EBUSY);
	/* Nothing new can be had. */
	CHECK(rights_to(t->thing.pid) == -EPERM);
	return 0;
}

TEST_F(rights, privileges_dropped_after_attach)
{
	EXPECT_EQ(0, in_child(drop_after_attach, &self->target));
}

/* A set-uid program that waits, where nobody can run it. */
#define SETUID_SLEEP	"/tmp/mmscope-setuid-sleep"

static int setuid_exec(void *arg)
{
	const char *path = arg;
	int go[2], fd, pagemap, new_pagemap;
	struct mmscope_mm mm;
	struct stat st;
	char link[64];
	pid_t child;

	CHECK(!become_nobody());
	CHECK(!pipe2(go, O_CLOEXEC));
	child = fork();
	if (!child) {
		char byte;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (read(go[0], &byte, 1) == 1)
			execl(path, path, "1000", NULL);
		_exit(1);
	}
	fd = scope_open();
	pagemap = open_pagemap(child);
	CHECK(pagemap >= 0);
	{
		uint32_t rights;

		CHECK(!attach_by_pagemap(fd, child, pagemap, &rights) && rights == MAPS);
	}
	CHECK(!scope_mm(fd, &mm));
	CHECK(write(go[1], "", 1) == 1);
	snprintf(link, sizeof(link), "/proc/%d/mem", child);
	do {
		usleep(1000);
	} while (stat(link, &st) || st.st_uid != 0);
	/* It is root now, in another address space: neither old file leads there. */
	while (!scope_mm(fd, &mm))
		usleep(1000);
	CHECK(scope_mm(fd, &mm) == -ESRCH);
	CHECK(rights_by_pagemap(child, pagemap) == -EBADF);
	new_pagemap = open_pagemap(child);
	CHECK(new_pagemap < 0);
	CHECK(rights_to(child) == -EPERM);
	/* Exec took the death signal; who ran it is still ours. */
	CHECK(!kill(child, SIGKILL));
	return 0;
}

TEST_F(rights, target_execs_a_set_uid_program)
{
	ASSERT_EQ(0, system("cp /bin/sleep " SETUID_SLEEP " && chmod 4755 " SETUID_SLEEP));
	EXPECT_EQ(0, in_child(setuid_exec, SETUID_SLEEP));
	unlink(SETUID_SLEEP);
}

static int not_dumpable(void *arg __attribute__((unused)))
{
	int go[2], early;
	char byte;
	pid_t child;

	CHECK(!become_nobody());
	CHECK(!pipe(go));
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_DUMPABLE, 0);
		if (write(go[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	early = open_pagemap(getpid());
	CHECK(read(go[0], &byte, 1) == 1);
	/* Of the same user, and closed all the same. */
	CHECK(!proc_permits(child));
	CHECK(rights_to(child) == -EPERM);
	CHECK(rights_by_pagemap(child, early) == -EBADF);
	/* One's own is one's own. */
	CHECK(!prctl(PR_SET_DUMPABLE, 0));
	CHECK(rights_to(0) == MAPS);
	kill(child, SIGKILL);
	return 0;
}

TEST_F(rights, target_not_dumpable)
{
	EXPECT_EQ(0, in_child(not_dumpable, NULL));
}

static int sys_ptrace_alone(void *arg)
{
	struct target *t = arg;
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = 1 << CAP_SYS_PTRACE, .permitted = 1 << CAP_SYS_PTRACE },
	};

	CHECK(!prctl(PR_SET_KEEPCAPS, 1));
	CHECK(!become_nobody());
	CHECK(!syscall(__NR_capset, &header, data));
	/* It may trace, and so read, what it likes; where that lies is another matter. */
	CHECK(rights_to(t->thing.pid) == MAPS);
	CHECK(rights_to(1) == MAPS);
	return 0;
}

TEST_F(rights, nobody_with_sys_ptrace)
{
	EXPECT_EQ(0, in_child(sys_ptrace_alone, &self->target));
}

static int sys_admin_alone(void *arg)
{
	struct target *t = arg;
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = 1 << CAP_SYS_ADMIN, .permitted = 1 << CAP_SYS_ADMIN },
	};

	CHECK(!prctl(PR_SET_KEEPCAPS, 1));
	CHECK(!become_nobody());
	CHECK(!syscall(__NR_capset, &header, data));
	CHECK(rights_to(t->thing.pid) == -EPERM);
	/* The kernel would show the frames in pagemap; ours asks for both. */
	CHECK(rights_to(0) == MAPS);
	return 0;
}

TEST_F(rights, nobody_with_sys_admin)
{
	EXPECT_EQ(0, in_child(sys_admin_alone, &self->target));
}

/* Confinement */

static int landlocked(void *arg)
{
	struct landlock_ruleset_attr ruleset = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_BLOCK,
	};
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];
	struct target *outside = arg, inside;
	int fd = syscall(__NR_landlock_create_ruleset, &ruleset, sizeof(ruleset), 0);

	if (fd < 0)
		return 255;
	CHECK(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	CHECK(!syscall(__NR_landlock_restrict_self, fd, 0));
	/*
	 * Root with all capabilities, and yet it may not trace what is outside. Reading
	 * alone CAP_PERFMON or CAP_SYS_ADMIN permit since 6.15 (kernel/fork.c:may_access_mm()).
	 */
	CHECK(rights_to(outside->thing.pid) ==
	      (proc_permits(outside->thing.pid) ? (int)MAPS_AND_PHYS : -EPERM));
	CHECK(!target_plain(&inside));
	CHECK(proc_permits(inside.thing.pid));
	CHECK(rights_to(inside.thing.pid) == MAPS_AND_PHYS);
	CHECK(!syscall(__NR_capget, &header, caps));
	caps[0].effective &= ~(1U << CAP_SYS_ADMIN);
	caps[1].effective &= ~(1U << (CAP_PERFMON - 32));
	CHECK(!syscall(__NR_capset, &header, caps));
	CHECK(!proc_permits(outside->thing.pid));
	CHECK(rights_to(outside->thing.pid) == -EPERM);
	CHECK(proc_permits(inside.thing.pid));
	CHECK(rights_to(inside.thing.pid) == MAPS);
	target_end(&inside);
	return 0;
}

TEST_F(rights, confined_by_landlock)
{
	int ret = in_child(landlocked, &self->target);

	if (ret == 255)
		SKIP(return, "this kernel has no Landlock, or does not use it");
	EXPECT_EQ(0, ret);
}

/* procfs: hidden, of others, absent */

static int hidepid(void *arg)
{
	struct target *t = arg;
	int own;

	CHECK(!unshare(CLONE_NEWNS));
	CHECK(!mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	CHECK(!mount("proc", "/proc", "proc", 0, "hidepid=2"));
	/* Root is not meant. */
	CHECK(rights_to(t->thing.pid) == MAPS_AND_PHYS);
	CHECK(!become_nobody());
	CHECK(!proc_permits(t->thing.pid));
	CHECK(rights_to(t->thing.pid) == -EPERM);
	own = fork();
	if (!own) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	/* A file of this mount is as good as of any other. */
	CHECK(rights_by_pagemap(own, open_pagemap(own)) == MAPS);
	kill(own, SIGKILL);
	return 0;
}

TEST_F(rights, procfs_with_hidepid)
{
	EXPECT_EQ(0, in_child(hidepid, &self->target));
}

static int no_procfs(void *arg)
{
	struct target *t = arg;

	CHECK(!unshare(CLONE_NEWNS));
	CHECK(!mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	CHECK(!mount("none", "/proc", "tmpfs", 0, NULL));
	/* What the caller sees of procfs does not matter to who has the capabilities. */
	CHECK(rights_to(t->thing.pid) == MAPS_AND_PHYS);
	return 0;
}

TEST_F(rights, procfs_out_of_sight)
{
	EXPECT_EQ(0, in_child(no_procfs, &self->target));
}

/* A file that only looks like one: on another file system, by the name of the real one. */
static int false_pagemap(void *arg)
{
	struct target *t = arg;
	char path[64];
	int fd;

	CHECK(!unshare(CLONE_NEWNS));
	CHECK(!mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	CHECK(!mount("none", "/proc", "tmpfs", 0, NULL));
	snprintf(path, sizeof(path), "/proc/%d", t->thing.pid);
	CHECK(!mkdir(path, 0755));
	strcat(path, "/pagemap");
	fd = open(path, O_RDWR | O_CREAT, 0444);
	CHECK(fd >= 0);
	CHECK(rights_by_pagemap(t->thing.pid, fd) == -EBADF);
	CHECK(!become_nobody());
	CHECK(rights_to(t->thing.pid) == -EPERM);
	CHECK(rights_by_pagemap(t->thing.pid, open_pagemap(t->thing.pid)) == -EBADF);
	return 0;
}

TEST_F(rights, a_false_procfs)
{
	EXPECT_EQ(0, in_child(false_pagemap, &self->target));
}

/* Pid namespaces */

static int in_pid_namespace(void *arg)
{
	struct target *outside = arg, inside;

	/* Without a procfs of its own: numbers are of this namespace nevertheless. */
	CHECK(getpid() == 1);
	CHECK(!target_plain(&inside));
	CHECK(rights_to(inside.thing.pid) == MAPS_AND_PHYS);
	CHECK(rights_to(outside->thing.pid) == -ESRCH);
	target_end(&inside);
	return 0;
}

TEST_F(rights, root_of_a_pid_namespace)
{
	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	EXPECT_EQ(0, in_child(in_pid_namespace, &self->target));
}

/* Shared address spaces */

static int shares_mm(void *arg __attribute__((unused)))
{
	uint32_t rights;
	int fd = scope_open();

	/* Not as a thread, but the same memory: it is its own. */
	return fd < 0 || attach_rights(fd, getppid(), &rights) || rights != MAPS;
}

static char stack[65536] __attribute__((aligned(16)));

static int share(void *arg __attribute__((unused)))
{
	int status;
	pid_t child;

	CHECK(!become_nobody());
	child = clone(shares_mm, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
	CHECK(child > 0);
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
	return 0;
}

TEST_F(rights, shared_by_clone_vm)
{
	EXPECT_EQ(0, in_child(share, NULL));
}

/* debugfs: root's, whatever the mode of the files may become */

static int debugfs_as_nobody(void *arg)
{
	struct target *t = arg;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/debug/mmscope/%d/vmas", t->thing.pid);
	/* All of the path opened up by a careless administrator. */
	CHECK(!chmod("/sys/kernel/debug", 0755) && !chmod("/sys/kernel/debug/mmscope", 0755));
	CHECK(!chmod(path, 0444));
	fd = open(path, O_RDONLY);
	CHECK(fd >= 0);
	CHECK(!become_nobody());
	CHECK(open(path, O_RDONLY) < 0 && errno == EPERM);
	return 0;
}

TEST_F(rights, debugfs_with_open_modes)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", self->target.thing.pid);
	ASSERT_TRUE(write_file("/sys/kernel/debug/mmscope/attach", pid));
	EXPECT_EQ(0, in_child(debugfs_as_nobody, &self->target));
	chmod("/sys/kernel/debug", 0700);
	ASSERT_TRUE(write_file("/sys/kernel/debug/mmscope/detach", pid));
}

TEST_HARNESS_MAIN
