// SPDX-License-Identifier: GPL-2.0-only
/*
 * faults.c - every allocation and every copy of each operation made to fail, in turn
 *
 * Through the task's own fail-nth (Documentation/fault-injection in the kernel's
 * source): the Nth place that can fail does, for N from 1 until the operation ends
 * before its Nth. What is looked for: an errno of the contract, an argument left as it
 * was, nothing leaked, and no complaint of the kernel (scripts/vm finds those).
 */
#include <fcntl.h>
#include <kselftest_harness.h>

#include "failing.h"
#include "ops.h"
#include "scope.h"
#include "target.h"

#define ROOT	"/sys/kernel/debug/mmscope/"

static bool allowed(int ret)
{
	return ret == 0 || ret == -ENOMEM || ret == -EFAULT;
}

/* References of the module; mm_count has those of idle CPUs, which come and go. */
static uint32_t descriptors(int fd)
{
	struct mmscope_tasks tasks = { .size = sizeof(tasks) };

	tasks.task_size = sizeof(struct mmscope_task);
	return scope_ioctl(fd, MMSCOPE_IOC_TASKS, &tasks) ? 0 : tasks.count_handles;
}

FIXTURE(faults) {
	struct op_room room;
	struct target target;
	int fd;
};

FIXTURE_SETUP(faults)
{
	int ret = failing_prepare();

	if (ret == -ENOENT)
		SKIP(return, "this kernel cannot make allocations fail (CONFIG_FAULT_INJECTION)");
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, op_room_init(&self->room));
	/* All kinds of memory, so that all ways through the module are gone. */
	ASSERT_EQ(0, target_start(&self->target, "mixed", NULL))
		TH_LOG("%s", self->target.thing.why);
	self->room.pid = self->target.thing.pid;
	self->fd = scope_attached(self->room.pid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(faults)
{
	close(self->fd);
	target_end(&self->target);
}

TEST_F_TIMEOUT(faults, of_operations, 600)
{
	unsigned int total = 0;

	for (unsigned int i = 0; i < nr_ops; i++) {
		const struct op *op = &ops[i];
		char arg[OP_MAX_SIZE] __attribute__((aligned(8))), before[OP_MAX_SIZE];
		uint32_t count = descriptors(self->fd);
		unsigned int nth, failed = 0;
		bool reached = true;

		for (nth = 1; reached && nth < 10000; nth++) {
			int ret, fd = self->fd;

			if (op->detached)
				fd = scope_open();
			ASSERT_LE(0, fd);
			op_fill(op, arg, &self->room);
			memcpy(before, arg, sizeof(arg));
			failing_arm(nth);
			ret = scope_ioctl(fd, op->nr, arg);
			reached = failing_disarm();
			EXPECT_TRUE(allowed(ret))
				TH_LOG("%s, place %u: %s", op->name, nth, strerror(-ret));
			failed += ret != 0;
			if (ret)
				EXPECT_EQ(0, memcmp(before, arg, sizeof(arg)))
					TH_LOG("%s, place %u: changed its argument", op->name, nth);
			/* Without a fault it has to work. */
			if (!reached)
				EXPECT_EQ(0, ret)
					TH_LOG("%s: %s", op->name, strerror(-ret));
			if (op->detached)
				close(fd);
		}
		EXPECT_EQ(1U, count);
		/* The argument in and out, at least. */
		EXPECT_LE(2U, failed);
		EXPECT_EQ(count, descriptors(self->fd))
			TH_LOG("%s leaks a reference", op->name);
		printf("# faults: %s: %u places reached, %u answered by an error\n", op->name,
		       nth - 2, failed);
		total += nth - 2;
	}
	printf("# faults: %u places reached in the operations\n", total);
}

TEST_F_TIMEOUT(faults, of_opening, 600)
{
	unsigned int nth;
	bool reached = true;

	for (nth = 1; reached && nth < 10000; nth++) {
		int fd;

		failing_arm(nth);
		fd = scope_open();
		reached = failing_disarm();
		EXPECT_TRUE(fd >= 0 || allowed(fd))
			TH_LOG("place %u: %s", nth, strerror(-fd));
		if (fd >= 0)
			close(fd);
	}
	printf("# faults: opening: %u places reached\n", nth - 2);
}

/* Opens, writes @text if there is one, reads to the end; 0 or -errno. */
static int use(const char *path, int flags, const char *text)
{
	char buf[4096];
	ssize_t n = 0;
	int ret = 0, fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (text)
		n = write(fd, text, strlen(text));
	if (n >= 0 && flags != O_WRONLY)
		while ((n = read(fd, buf, sizeof(buf))) > 0)
			;
	if (n < 0)
		ret = -errno;
	close(fd);
	return ret;
}

TEST_F_TIMEOUT(faults, of_debugfs, 600)
{
	uint32_t count = descriptors(self->fd);
	unsigned int nth, total = 0;
	char pid[16], path[128];
	bool reached = true;

	snprintf(pid, sizeof(pid), "%d", self->room.pid);
	for (nth = 1; reached && nth < 10000; nth++) {
		int ret;

		failing_arm(nth);
		ret = use(ROOT "attach", O_WRONLY, pid);
		reached = failing_disarm();
		EXPECT_TRUE(allowed(ret))
			TH_LOG("attach, place %u: %s", nth, strerror(-ret));
		if (ret)
			continue;
		/* Attached is attached: with all there is to read. */
		for (unsigned int i = 0; i < nr_op_files; i++) {
			snprintf(path, sizeof(path), ROOT "%s/%s", pid, op_files[i].name);
			EXPECT_EQ(0, access(path, F_OK))
				TH_LOG("attach, place %u: done, but no %s", nth, op_files[i].name);
		}
		ASSERT_EQ(0, use(ROOT "detach", O_WRONLY, pid));
	}
	total += nth - 2;
	ASSERT_EQ(0, use(ROOT "attach", O_WRONLY, pid));
	for (unsigned int i = 0; i < nr_op_files; i++) {
		const struct op_file *file = &op_files[i];

		snprintf(path, sizeof(path), ROOT "%s/%s", pid, file->name);
		for (nth = 1, reached = true; reached && nth < 10000; nth++) {
			int ret;

			failing_arm(nth);
			ret = use(path, file->question ? O_RDWR : O_RDONLY, file->question);
			reached = failing_disarm();
			EXPECT_TRUE(allowed(ret))
				TH_LOG("%s, place %u: %s", file->name, nth, strerror(-ret));
		}
		total += nth - 2;
	}
	/* Detaching takes away even when it cannot have memory; else it can be repeated. */
	for (nth = 1, reached = true; reached && nth < 10000; nth++) {
		int ret;

		failing_arm(nth);
		ret = use(ROOT "detach", O_WRONLY, pid);
		reached = failing_disarm();
		EXPECT_TRUE(allowed(ret))
			TH_LOG("detach, place %u: %s", nth, strerror(-ret));
		if (!ret && reached)
			ASSERT_EQ(0, use(ROOT "attach", O_WRONLY, pid));
	}
	total += nth - 2;
	printf("# faults: %u places reached in debugfs\n", total);
	EXPECT_EQ(count, descriptors(self->fd));
}

TEST_HARNESS_MAIN
