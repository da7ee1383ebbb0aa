// SPDX-License-Identifier: GPL-2.0-only
/*
 * killed.c - SIGKILL ends any operation although the target's mmap lock stays taken
 *
 * A process holds its own mmap lock for writing for as long as mmap() runs, and mmap()
 * of a FUSE file opened FOPEN_DIRECT_IO waits for the file's pages that are being read
 * (fs/fuse/file.c:fuse_file_mmap()): so whoever answers the read, here a thread of the
 * test, has the lock in its hand.
 */
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <time.h>
#include <kselftest_harness.h>

#include "knob.h"
#include "ops.h"
#include "scope.h"

#define FILE_PATH	"/tmp/mmscope-killed"
#define DEBUGFS		"/sys/kernel/debug/mmscope/"

/* Among the callers of a process: of the one that has the lock, of one that waits. */
#define HOLDS		" invalidate_inode_pages2"
#define WAITS		" mmscope_look_lock+"

static struct server {
	int fd;
	uint32_t open_flags;
	uint64_t read_unique;	/* of the read that is kept waiting; 0: none yet */
} server;

static void answer(uint64_t unique, int error, const void *data, size_t size)
{
	char buf[8192];
	struct fuse_out_header out = {
		.len = sizeof(out) + size, .error = error, .unique = unique,
	};

	memcpy(buf, &out, sizeof(out));
	memcpy(buf + sizeof(out), data, size);
	if (write(server.fd, buf, out.len) < 0)
		return; /* whoever asked has gone */
}

static void serve_one(const struct fuse_in_header *in)
{
	const struct fuse_init_out init = { .major = 7, .minor = 31, .max_write = 4096 };
	const struct fuse_attr_out attr = {
		.attr_valid = 1000000,
		.attr = { .ino = 1, .size = 4096, .mode = S_IFREG | 0444, .nlink = 1 },
	};
	struct fuse_open_out open = {
		.open_flags = __atomic_load_n(&server.open_flags, __ATOMIC_SEQ_CST),
	};

	switch (in->opcode) {
	case FUSE_INIT:
		answer(in->unique, 0, &init, sizeof(init));
		break;
	case FUSE_GETATTR:
		answer(in->unique, 0, &attr, sizeof(attr));
		break;
	case FUSE_OPEN:
		answer(in->unique, 0, &open, sizeof(open));
		break;
	case FUSE_READ:
		__atomic_store_n(&server.read_unique, in->unique, __ATOMIC_SEQ_CST);
		break;
	case FUSE_INTERRUPT:
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
		break; /* want no answer */
	case FUSE_FLUSH:
	case FUSE_RELEASE:
		answer(in->unique, 0, NULL, 0);
		break;
	default:
		answer(in->unique, -EOPNOTSUPP, NULL, 0);
	}
}

static void *serve(void *arg)
{
	static char request[FUSE_MIN_READ_BUFFER * 2] __attribute__((aligned(8)));

	(void)arg;
	/* Until it is unmounted. */
	while (read(server.fd, request, sizeof(request)) > 0)
		serve_one((void *)request);
	return NULL;
}

/* Does @pid sleep, with a function of that name among its callers? */
static bool sleeps_in(pid_t pid, const char *symbol)
{
	char path[64], stack[4096];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, stack, sizeof(stack) - 1);
	close(fd);
	stack[n > 0 ? n : 0] = '\0';
	return strstr(stack, symbol);
}

/* Waits till it does; false when it ends before that. */
static bool wait_until_in(pid_t pid, const char *symbol)
{
	siginfo_t info;

	while (!sleeps_in(pid, symbol)) {
		info.si_pid = 0;
		if (waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid)
			return false;
		usleep(1000);
	}
	return true;
}

static int open_file(uint32_t open_flags)
{
	__atomic_store_n(&server.open_flags, open_flags | FOPEN_KEEP_CACHE, __ATOMIC_SEQ_CST);
	return open(FILE_PATH, O_RDONLY | O_CLOEXEC);
}

FIXTURE(killed) {
	pthread_t thread;
	pid_t reader, target;
	int direct, cached, go[2], back[2], fd;
	char name[16];
};

FIXTURE_SETUP(killed)
{
	char options[128], byte;

	system("modprobe -q fuse");
	server.fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (server.fd < 0)
		SKIP(return, "no FUSE");
	close(open(FILE_PATH, O_CREAT | O_RDWR | O_CLOEXEC, 0644));
	snprintf(options, sizeof(options), "fd=%d,rootmode=100444,user_id=0,group_id=0", server.fd);
	ASSERT_EQ(0, mount("mmscope", FILE_PATH, "fuse", 0, options));
	ASSERT_EQ(0, pthread_create(&self->thread, NULL, serve, NULL));
	ASSERT_EQ(0, pipe2(self->go, O_CLOEXEC) | pipe2(self->back, O_CLOEXEC));

	self->direct = open_file(FOPEN_DIRECT_IO);
	self->cached = open_file(0);
	ASSERT_LE(0, self->direct);
	ASSERT_LE(0, self->cached);
	self->target = fork();
	if (!self->target) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (read(self->go[0], &byte, 1) != 1)
			_exit(1);
		mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, self->direct, 0);
		if (write(self->back[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	self->fd = scope_attached(self->target);
	ASSERT_LE(0, self->fd);
	snprintf(self->name, sizeof(self->name), "%d", self->target);

	self->reader = fork();
	if (!self->reader) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(read(self->cached, &byte, 1) != 1);
	}
	while (!__atomic_load_n(&server.read_unique, __ATOMIC_SEQ_CST))
		usleep(1000);
}

FIXTURE_TEARDOWN(killed)
{
	if (server.fd < 0)
		return;
	umount2(FILE_PATH, MNT_FORCE | MNT_DETACH);
	kill(self->target, SIGKILL);
	waitpid(self->target, NULL, 0);
	waitpid(self->reader, NULL, 0);
	close(self->direct);
	close(self->cached);
	close(self->fd);
	pthread_join(self->thread, NULL);
	unlink(FILE_PATH);
}

/* Has mmap() of the target returned? */
static bool lock_is_free(int back)
{
	struct pollfd p = { .fd = back, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

/* From SIGKILL to the end, at most. Told, not judged: the machine may have more to do. */
static unsigned long long longest_us;

static unsigned long long now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000ULL + ts.tv_nsec / 1000;
}

/* Kills a child that waits for the lock. */
static bool kill_it(pid_t child)
{
	unsigned long long took = now_us();
	int status;
	bool ended;

	kill(child, SIGKILL);
	ended = waitpid(child, &status, 0) == child && WIFSIGNALED(status);
	took = now_us() - took;
	if (took > longest_us)
		longest_us = took;
	return ended;
}

static bool locks(const struct op *op)
{
	if (op->nr == MMSCOPE_IOC_MM)
		return true;
	for (const struct op_field *f = op->field; f->name; f++)
		if (f->kind == OP_GENERATION)
			return true;
	return false;
}

TEST_F(killed, in_every_operation)
{
	static const char page[4096];
	struct op_room room;
	unsigned int nr = 0;
	char byte;

	ASSERT_EQ(0, op_room_init(&room));
	ASSERT_EQ(1, write(self->go[1], "", 1));
	ASSERT_TRUE(wait_until_in(self->target, HOLDS));
	for (unsigned int i = 0; i < nr_ops; i++) {
		const struct op *op = &ops[i];
		char arg[OP_MAX_SIZE] __attribute__((aligned(8)));
		pid_t child;

		if (!locks(op))
			continue;
		op_fill(op, arg, &room);
		child = fork();
		if (!child) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			_exit(scope_ioctl(self->fd, op->nr, arg) ? 1 : 0);
		}
		EXPECT_TRUE(wait_until_in(child, WAITS))
			TH_LOG("%s did not wait for the lock", op->name);
		EXPECT_TRUE(kill_it(child))
			TH_LOG("%s was not killed", op->name);
		ASSERT_FALSE(lock_is_free(self->back[0]));
		nr++;
	}
	EXPECT_LT(10U, nr);

	/* And with the read answered all goes on. */
	answer(server.read_unique, 0, page, sizeof(page));
	ASSERT_EQ(1, read(self->back[0], &byte, 1));
	for (unsigned int i = 0; i < nr_ops; i++) {
		char arg[OP_MAX_SIZE] __attribute__((aligned(8)));

		op_fill(&ops[i], arg, &room);
		if (locks(&ops[i]))
			EXPECT_EQ(0, scope_ioctl(self->fd, ops[i].nr, arg));
	}
	printf("# killed: %u operations while the lock was held for writing, in %llu us at most\n",
	       nr, longest_us);
}

TEST_F(killed, in_every_file_of_debugfs)
{
	static const char page[4096];

	ASSERT_EQ(0, knob_set(DEBUGFS "attach", self->name));
	ASSERT_EQ(1, write(self->go[1], "", 1));
	ASSERT_TRUE(wait_until_in(self->target, HOLDS));
	for (unsigned int i = 0; i < nr_op_files; i++) {
		const struct op_file *file = &op_files[i];
		char path[128], text[4096];
		pid_t child;

		if (file->lockless)
			continue;
		snprintf(path, sizeof(path), DEBUGFS "%s/%s", self->name, file->name);
		child = fork();
		if (!child) {
			int fd = open(path, file->question ? O_RDWR : O_RDONLY);

			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (file->question && write(fd, file->question, strlen(file->question)) < 0)
				_exit(2);
			while (read(fd, text, sizeof(text)) > 0)
				;
			_exit(0);
		}
		EXPECT_TRUE(wait_until_in(child, WAITS))
			TH_LOG("%s did not wait for the lock", file->name);
		EXPECT_TRUE(kill_it(child))
			TH_LOG("%s was not killed", file->name);
		ASSERT_FALSE(lock_is_free(self->back[0]));
	}
	/* Nor does anything keep the directory. */
	EXPECT_EQ(0, knob_set(DEBUGFS "detach", self->name));
	EXPECT_FALSE(lock_is_free(self->back[0]));
	answer(server.read_unique, 0, page, sizeof(page));
	printf("# killed: files of debugfs likewise, in %llu us at most\n", longest_us);
}

TEST_HARNESS_MAIN
