// SPDX-License-Identifier: GPL-2.0-only
/* lifecycle.c - many handles, unloading while files are open, and the table of operations */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <kselftest_harness.h>

#include "ops.h"
#include "scope.h"
#include "target.h"
#include "who.h"

#define HANDLES	10000
#define REFUSED	1000
/* CPUs that have run the target last keep its descriptor until they run another. */
#define IDLE	64

/* What the tests of all operations go by must know all. */
TEST(every_operation_has_a_row)
{
	int fd = scope_attached(0);

	ASSERT_LE(0, fd);
	for (unsigned int nr = 0; nr < 256; nr++) {
		uint32_t size = 0;
		bool known = false;

		for (unsigned int i = 0; i < nr_ops; i++)
			known |= ops[i].nr == _IO(MMSCOPE_IOC_TYPE, nr);
		EXPECT_EQ(known ? -EINVAL : -ENOTTY,
			  scope_ioctl(fd, _IO(MMSCOPE_IOC_TYPE, nr), &size))
			TH_LOG("operation 0x%x: add it to selftests/ops.c", nr);
	}
	close(fd);
}

static uint32_t handles(int fd)
{
	struct mmscope_tasks tasks = {
		.size = sizeof(tasks), .task_size = sizeof(struct mmscope_task),
	};

	return scope_ioctl(fd, MMSCOPE_IOC_TASKS, &tasks) ? 0 : tasks.count_handles;
}

FIXTURE(many) {
	struct target target;
	int fd;
};

FIXTURE_SETUP(many)
{
	struct rlimit limit = { HANDLES + 64, HANDLES + 64 };

	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	ASSERT_EQ(0, target_plain(&self->target));
	self->fd = scope_attached(self->target.thing.pid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(many)
{
	close(self->fd);
	target_end(&self->target);
}

TEST_F_TIMEOUT(many, ten_thousand_handles, 120)
{
	static int fds[HANDLES];

	for (int i = 0; i < HANDLES; i++) {
		fds[i] = scope_attached(self->target.thing.pid);
		ASSERT_LE(0, fds[i]);
	}
	EXPECT_EQ(HANDLES + 1U, handles(self->fd));
	for (int i = 0; i < HANDLES; i++)
		close(fds[i]);
	EXPECT_EQ(1U, handles(self->fd));
}

/* References to the descriptor, of whoever has them. */
static uint32_t references(int fd)
{
	struct mmscope_mm mm;

	return scope_mm(fd, &mm) ? 0 : mm.mm_count;
}

/* kmemleak does not see these: the page of the page table points to its descriptor. */
TEST_F(many, nothing_keeps_a_reference)
{
	uint32_t before = references(self->fd);
	int status;
	pid_t child;

	ASSERT_LT(0U, before);
	for (int i = 0; i < REFUSED; i++) {
		int fd = scope_attached(self->target.thing.pid);

		ASSERT_LE(0, fd);
		EXPECT_EQ(-EBUSY, scope_attach(fd, self->target.thing.pid));
		close(fd);
	}
	EXPECT_GT(before + IDLE, references(self->fd));
	child = fork();
	if (!child) {
		if (become_nobody())
			_exit(1);
		for (int i = 0; i < REFUSED; i++)
			if (scope_attached(self->target.thing.pid) != -EPERM)
				_exit(2);
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_GT(before + IDLE, references(self->fd));
}

static int unload(void)
{
	return syscall(__NR_delete_module, "mmscope", O_NONBLOCK) ? -errno : 0;
}

TEST_F(many, open_files_keep_the_module)
{
	int fd;

	/* The handle of this test is open. */
	EXPECT_EQ(-EAGAIN, unload());
	close(self->fd);
	fd = open("/sys/kernel/debug/mmscope/version", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EAGAIN, unload());
	close(fd);
	self->fd = scope_attached(self->target.thing.pid);
	EXPECT_LE(0, self->fd);
}

TEST_HARNESS_MAIN
