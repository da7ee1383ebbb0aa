// SPDX-License-Identifier: GPL-2.0-only
/*
 * audit.c - each finding is provoked, and a process without fault is found clean
 *
 * The two that no program can provoke, entries that permit more than their VMA, are in
 * user/tests/test_cli.c.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/personality.h>
#include <kselftest_harness.h>

#include "outcome.h"
#include "proc.h"
#include "size.h"
#include "target.h"

/* What a child does to its address space before it waits; false: it could not. */
typedef bool provoke_fn(void);

static void *map(void *at, size_t len, int prot, int flags)
{
	void *got = mmap(at, len, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	return got == MAP_FAILED ? NULL : got;
}

static bool nothing(void)
{
	return true;
}

static bool map_wx(void)
{
	return map(NULL, 2 * page_size, PROT_READ | PROT_WRITE | PROT_EXEC, 0);
}

static bool touch_wx(void)
{
	char *at = map(NULL, 2 * page_size, PROT_READ | PROT_WRITE | PROT_EXEC, 0);

	if (at)
		at[0] = 1;
	return at;
}

static bool write_code_elsewhere(void)
{
	int fd = memfd_create("code", MFD_CLOEXEC);

	return !ftruncate(fd, page_size) &&
	       mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) != MAP_FAILED &&
	       mmap(NULL, page_size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0) != MAP_FAILED;
}

static bool exec_stack(void)
{
	char here;
	unsigned long page = PAGE_OF((unsigned long)&here);

	return !mprotect((void *)page, page_size, PROT_READ | PROT_WRITE | PROT_EXEC);
}

static bool exec_heap(void)
{
	char *at = sbrk(0);

	at = (char *)PAGE_OF((unsigned long)at + page_size - 1);
	return !brk(at + 2 * page_size) && !mprotect(at, page_size, PROT_READ | PROT_EXEC);
}

/* 16 pages below a mapping that grows downwards: well in its guard. */
static bool crowd_stack(void)
{
	char *room = map(NULL, 4 << 20, PROT_NONE, MAP_NORESERVE);

	munmap(room, 4 << 20);
	return map(room + (2 << 20), 16 * page_size, PROT_READ | PROT_WRITE,
		   MAP_FIXED | MAP_GROWSDOWN) &&
	       map(room + (2 << 20) - 32 * page_size, 16 * page_size, PROT_READ, MAP_FIXED);
}

/* What is low is a setting, which need not be a whole page. */
static bool map_low(void)
{
	FILE *f = fopen("/proc/sys/vm/mmap_min_addr", "re");
	unsigned long lowest = 0;
	bool read = f && fscanf(f, "%lu", &lowest) == 1 && lowest;

	if (f)
		fclose(f);
	return read && mmap((void *)PAGE_OF(lowest - 1), page_size, PROT_READ,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
}

#ifdef __aarch64__
static const unsigned int ret_instruction = 0xd65f03c0;
#elif defined(__riscv)
static const unsigned int ret_instruction = 0x00008067;
#else
static const unsigned int ret_instruction = 0xc3;
#endif

/* May a page be executed that no VMA permits it for? The processor is asked. */
static bool all_is_executable(void)
{
	unsigned int *code = map(NULL, page_size, PROT_READ | PROT_WRITE, 0);
	pid_t child;
	int status;

	*code = ret_instruction;
	__builtin___clear_cache((char *)code, (char *)(code + 1));
	child = fork();
	if (!child) {
		((void (*)(void))code)();
		_exit(0);
	}
	waitpid(child, &status, 0);
	munmap(code, page_size);
	return WIFEXITED(status);
}

#define SKIP_IF_ALL_IS_EXECUTABLE() do { \
	if (all_is_executable()) \
		SKIP(return, "all that is mapped can be executed here"); \
} while (0)

FIXTURE(finding) {
	pid_t pid;
};

FIXTURE_VARIANT(finding) {
	provoke_fn *provoke;
	const char *name;
	const char *not_name;
};

FIXTURE_VARIANT_ADD(finding, clean) {
	.provoke = nothing,
};

FIXTURE_VARIANT_ADD(finding, wx_mapping) {
	.provoke = map_wx, .name = "wx-mapping", .not_name = "pte-wx",
};

FIXTURE_VARIANT_ADD(finding, pte_wx) {
	.provoke = touch_wx, .name = "pte-wx",
};

FIXTURE_VARIANT_ADD(finding, writable_code) {
	.provoke = write_code_elsewhere, .name = "writable-code", .not_name = "wx-mapping",
};

FIXTURE_VARIANT_ADD(finding, exec_stack) {
	.provoke = exec_stack, .name = "exec-stack",
};

FIXTURE_VARIANT_ADD(finding, exec_heap) {
	.provoke = exec_heap, .name = "exec-heap", .not_name = "wx-mapping",
};

FIXTURE_VARIANT_ADD(finding, no_stack_guard) {
	.provoke = crowd_stack, .name = "no-stack-guard",
};

FIXTURE_VARIANT_ADD(finding, low_mapping) {
	.provoke = map_low, .name = "low-mapping",
};

FIXTURE_SETUP(finding)
{
	int fds[2];
	char ok = 0;

	ASSERT_EQ(0, pipe2(fds, O_CLOEXEC));
	self->pid = fork();
	if (!self->pid) {
		ok = variant->provoke();
		if (write(fds[1], &ok, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	ASSERT_EQ(1, read(fds[0], &ok, 1));
	ASSERT_EQ(1, ok);
	close(fds[0]);
	close(fds[1]);
}

FIXTURE_TEARDOWN(finding)
{
	kill(self->pid, SIGKILL);
	waitpid(self->pid, NULL, 0);
}

static bool has(const char *out, const char *name)
{
	size_t len = name ? strlen(name) : 0;

	for (; name && (out = strstr(out, name)); out += len)
		if (out[-1] == ' ' && out[len] == ' ')
			return true;
	return false;
}

TEST_F(finding, provoked)
{
	struct outcome o;

	if (!variant->name || (variant->not_name && !strcmp(variant->not_name, "pte-wx")))
		SKIP_IF_ALL_IS_EXECUTABLE();
	ASSERT_EQ(0, run(&o, NULL, "mmscope audit %d", self->pid));
	EXPECT_STREQ("", o.err);
	EXPECT_EQ(variant->name ? 1 : 0, o.status)
		TH_LOG("%s", o.out);
	EXPECT_EQ(!!variant->name, has(o.out, variant->name))
		TH_LOG("%s", o.out);
	EXPECT_EQ(!variant->name, !!strstr(o.out, "nothing found\n"));
	EXPECT_FALSE(has(o.out, variant->not_name))
		TH_LOG("%s", o.out);
	forget(&o);
	ASSERT_EQ(0, run(&o, NULL, "mmscope audit --json %d", self->pid));
	EXPECT_EQ(variant->name ? 1 : 0, o.status);
	EXPECT_EQ(!!variant->name, !!strstr(o.out, "\"finding\":"));
	forget(&o);
}

static void no_randomisation(void)
{
	personality(personality(0xffffffff) | ADDR_NO_RANDOMIZE);
}

/* @program, run with @prepare, is found to be @name. */
static void check_program(struct __test_metadata *_metadata, const char *program,
			  void (*prepare)(void), const char *name)
{
	char *const argv[] = { (char *)program, NULL };
	struct outcome o;
	char told[4096];
	int fds[2];
	pid_t pid;

	ASSERT_EQ(0, pipe2(fds, O_CLOEXEC));
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		if (prepare)
			prepare();
		execv(program, argv);
		_exit(127);
	}
	/* It tells its names at once, when it runs. */
	ASSERT_LT(0, read(fds[0], told, sizeof(told)));
	ASSERT_EQ(0, run(&o, NULL, "mmscope audit %d", pid));
	EXPECT_EQ(name ? 1 : 0, o.status)
		TH_LOG("%s%s", o.out, o.err);
	EXPECT_EQ(!!name, has(o.out, name))
		TH_LOG("%s", o.out);
	forget(&o);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fds[0]);
	close(fds[1]);
}

/* What the processor does is what is told. */
TEST(pages_are_as_executable_as_they_are)
{
	struct target t;
	struct outcome o;

	ASSERT_EQ(0, target_plain(&t));
	ASSERT_EQ(0, run(&o, NULL, "mmscope audit %d", t.thing.pid));
	EXPECT_EQ(all_is_executable(), has(o.out, "pte-exec"));
	EXPECT_EQ(all_is_executable(), has(o.out, "pte-wx"));
	forget(&o);
	target_end(&t);
}

TEST(randomisation)
{
	SKIP_IF_ALL_IS_EXECUTABLE();
	check_program(_metadata, "./names", NULL, NULL);
	check_program(_metadata, "./names", no_randomisation, "aslr-off");
	check_program(_metadata, "./names-exec", NULL, "no-pie");
}

static void set_sysctl(const char *value)
{
	int fd = open("/proc/sys/kernel/randomize_va_space", O_WRONLY);

	if (write(fd, value, strlen(value)) < 0)
		perror("randomize_va_space");
	close(fd);
}

TEST(of_the_system)
{
	struct target t;
	struct outcome o;

	ASSERT_EQ(0, target_plain(&t));
	set_sysctl("1");
	ASSERT_EQ(0, run(&o, NULL, "mmscope audit %d", t.thing.pid));
	set_sysctl("2");
	EXPECT_EQ(1, o.status);
	EXPECT_TRUE(has(o.out, "aslr-system"));
	forget(&o);
	target_end(&t);
}

TEST(every_process)
{
	struct target t;
	struct outcome o;
	char text[32];

	SKIP_IF_ALL_IS_EXECUTABLE();
	ASSERT_EQ(0, target_plain(&t));
	ASSERT_EQ(0, run(&o, NULL, "mmscope audit --all"));
	EXPECT_EQ(0, o.status)
		TH_LOG("%s%s", o.out, o.err);
	forget(&o);
	map_wx();
	snprintf(text, sizeof(text), "%d wx-mapping", getpid());
	ASSERT_EQ(0, run(&o, NULL, "mmscope audit --all"));
	EXPECT_EQ(1, o.status);
	EXPECT_NE(NULL, strstr(o.out, text))
		TH_LOG("%s", o.out);
	forget(&o);
	ASSERT_EQ(0, run(&o, NULL, "mmscope audit"));
	EXPECT_EQ(2, o.status);
	forget(&o);
	ASSERT_EQ(0, run(&o, NULL, "mmscope audit --all 1"));
	EXPECT_EQ(2, o.status);
	forget(&o);
	target_end(&t);
}

TEST_HARNESS_MAIN
