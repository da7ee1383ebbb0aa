// SPDX-License-Identifier: GPL-2.0-only
/*
 * leaks.c - nothing that the module allocates is forgotten
 *
 * Attached and detached a thousand times by both doors, each operation answered and
 * refused, the module taken away and loaded again: then kmemleak looks for memory that
 * nothing points to any more. Whatever ran before in the same guest is judged as well,
 * so this comes last.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <kselftest_harness.h>

#include "knob.h"
#include "ops.h"
#include "scope.h"
#include "target.h"
#include "who.h"

#define DEBUGFS		"/sys/kernel/debug/"
#define KMEMLEAK	DEBUGFS "kmemleak"
#define ROOT		DEBUGFS "mmscope/"
#define CYCLES		1000
#define NR_SCANS	6
/* It believes in no leak that is younger (mm/kmemleak.c:MSECS_MIN_AGE), in seconds. */
#define MIN_AGE		5

/* Prints what is lost; how many. */
static int lost(void)
{
	FILE *f = fopen(KMEMLEAK, "re");
	char line[256];
	int nr = 0;

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		nr += !strncmp(line, "unreferenced object", 19);
		printf("# %s", line);
	}
	fclose(f);
	return nr;
}

/*
 * Something that moves while it looks can seem lost once; what is lost remains so.
 * Silent about all but the last look.
 */
static int lost_for_good(void)
{
	struct stat st;
	char byte;
	int fd, n = 1;

	if (stat(KMEMLEAK, &st))
		return -errno;
	sleep(MIN_AGE + 1);
	for (int i = 0; n && i < NR_SCANS; i++) {
		int ret = knob_set(KMEMLEAK, "scan");

		if (ret)
			return ret;
		/* The first look only learns what changes. */
		if (!i)
			continue;
		fd = open(KMEMLEAK, O_RDONLY | O_CLOEXEC);
		n = read(fd, &byte, 1);
		close(fd);
	}
	return n ? lost() : 0;
}

static int attach_and_detach(pid_t pid)
{
	char text[16];
	int fd;

	snprintf(text, sizeof(text), "%d", pid);
	for (int i = 0; i < CYCLES; i++) {
		fd = scope_attached(pid);
		if (fd < 0 || close(fd))
			return -1;
		if (i % 10 == 0 && (knob_set(ROOT "attach", text) || knob_set(ROOT "detach", text)))
			return -1;
	}
	return 0;
}

/* Each in full, and each with a buffer that is not there. */
static int call_all(pid_t pid)
{
	struct op_room room;

	if (op_room_init(&room))
		return -1;
	room.pid = pid;
	for (unsigned int i = 0; i < nr_ops; i++)
		for (int broken = 0; broken < 2; broken++) {
			int fd = ops[i].detached ? scope_open() : scope_attached(pid);
			char arg[OP_MAX_SIZE] __attribute__((aligned(8)));
			int ret;

			op_fill(&ops[i], arg, &room);
			for (const struct op_field *f = ops[i].field; broken && f->name; f++)
				if (f->kind == OP_BUF || f->kind == OP_ADDRS ||
				    f->kind == OP_KERNEL_ADDRS || f->kind == OP_FRAMES)
					op_set(f, arg, 8);
			ret = scope_ioctl(fd, ops[i].nr, arg);
			close(fd);
			if (ret && !broken)
				return ret;
		}
	return 0;
}

static int read_all(pid_t pid)
{
	char text[4096], path[128];
	int ret;

	snprintf(text, sizeof(text), "%d", pid);
	ret = knob_set(ROOT "attach", text);
	for (unsigned int i = 0; !ret && i < nr_op_files; i++) {
		const char *question = op_files[i].question;
		int fd;

		snprintf(path, sizeof(path), ROOT "%d/%s", pid, op_files[i].name);
		fd = open(path, (question ? O_RDWR : O_RDONLY) | O_CLOEXEC);
		if (fd < 0 || (question && write(fd, question, strlen(question)) < 0))
			ret = -errno;
		while (fd >= 0 && read(fd, text, sizeof(text)) > 0)
			;
		close(fd);
	}
	/* The directory stays, for unloading to take away. */
	return ret;
}

static int refused(void *arg)
{
	pid_t pid = *(pid_t *)arg;

	if (become_nobody())
		return 1;
	for (int i = 0; i < CYCLES / 10; i++) {
		int fd = scope_attached(pid);

		if (fd != -EPERM)
			return 2;
		close(scope_attached(0));
	}
	return 0;
}

/* The place it was loaded from; NULL when nobody said. */
static const char *module(void)
{
	return getenv("MMSCOPE_MODULE");
}

static int reload(void)
{
	int fd = open(module(), O_RDONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0 || syscall(__NR_delete_module, "mmscope", O_NONBLOCK) ||
	    syscall(__NR_finit_module, fd, "", 0))
		ret = -errno;
	close(fd);
	return ret;
}

FIXTURE(leaks) { };
FIXTURE_SETUP(leaks) { }
FIXTURE_TEARDOWN(leaks) { }

TEST_F_TIMEOUT(leaks, nothing_is_forgotten, 1800)
{
	struct target target;
	int status;
	pid_t child;

	if (knob_set(KMEMLEAK, "scan=off"))
		SKIP(return, "kmemleak is not there, or off (kmemleak=on)");
	ASSERT_NE(NULL, module());
	ASSERT_EQ(0, target_start(&target, "mixed", NULL))
		TH_LOG("%s", target.thing.why);
	ASSERT_EQ(0, attach_and_detach(target.thing.pid));
	ASSERT_EQ(0, call_all(target.thing.pid));
	ASSERT_EQ(0, read_all(target.thing.pid));
	child = fork();
	if (!child)
		_exit(refused(&target.thing.pid));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	target_end(&target);
	/* While the module's functions still have names. */
	EXPECT_EQ(0, lost_for_good());
	ASSERT_EQ(0, reload());
	EXPECT_EQ(0, lost_for_good());
	printf("# leaks: %d attachments, %u operations, a reload\n", CYCLES, nr_ops);
}

TEST_HARNESS_MAIN
