// SPDX-License-Identifier: GPL-2.0-only
/*
 * gaps.c - where a mapping would go, foretold by mmscope gaps and then really mapped
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <kselftest_harness.h>

#include "diffs.h"
#include "outcome.h"
#include "proc.h"
#include "size.h"

#define ROUNDS	40

/**
 * struct mapper - a running mapper
 * @pid: the process
 * @to: requests
 * @from: answers
 */
struct mapper {
	pid_t pid;
	int to;
	int from;
};

static int ask(const struct mapper *m, const char *request, char *answer, size_t size)
{
	ssize_t n;

	if (request && write(m->to, request, strlen(request)) < 0)
		return -1;
	n = read(m->from, answer, size - 1);
	if (n <= 0)
		return -1;
	answer[n] = '\0';
	return 0;
}

static int mapper_start(struct mapper *m, const char *program, const char *seed,
			const char *file, void (*prepare)(void))
{
	char *const argv[] = { (char *)program, (char *)seed, (char *)file, NULL };
	int to[2], from[2];
	char text[64];

	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		return -1;
	m->pid = fork();
	if (!m->pid) {
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		if (prepare)
			prepare();
		execv(program, argv);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	m->to = to[1];
	m->from = from[0];
	return ask(m, NULL, text, sizeof(text));
}

static void mapper_end(struct mapper *m)
{
	close(m->to);
	close(m->from);
	waitpid(m->pid, NULL, 0);
}

/* A number in the JSON of the command; 0 for null. */
static unsigned long json_number(const char *json, const char *key)
{
	const char *at = strstr(json, key);

	if (!at)
		return 0;
	at += strlen(key);
	return strtoul(at + strspn(at, "\":"), NULL, 0);
}

static unsigned long random_length(unsigned int *seed)
{
	unsigned long few = page_size * (1 + rand_r(seed) % 200), huge = 1 + rand_r(seed) % 20;

	switch (rand_r(seed) % 6) {
	case 0:
		return huge << 21;
	case 1:
		return (huge << 21) + few;
	case 2:
		return (huge << 21) - page_size;
	case 3:
		return (1UL << 28) * huge;
	default:
		return few;
	}
}

/* Foretell, map, compare: @what is a request of the mapper, @options of the command. */
static void compare(struct __test_metadata *_metadata, const struct mapper *m, const char *what,
		    const char *options, unsigned long len, struct diffs *d)
{
	char request[64], text[64];
	unsigned long want, got;
	struct outcome o;

	ASSERT_EQ(0, run(&o, NULL, "mmscope gaps --json %d --fit %lu %s", m->pid, len, options));
	want = json_number(o.out, "\"fit_start");
	if (o.status != (want ? 0 : 1))
		diff(d, "%lx: status %d: %s", len, o.status, o.err);
	snprintf(request, sizeof(request), "%s %lu", what, len);
	ASSERT_EQ(0, ask(m, request, text, sizeof(text)));
	got = strtoul(text, NULL, 16);
	if (got != want)
		diff(d, "%s %lx: foretold %lx, mapped at %s", what, len, want, text);
	forget(&o);
}

static void legacy_layout(void)
{
	if (personality(personality(0xffffffff) | ADDR_COMPAT_LAYOUT) < 0)
		_exit(126);
}

static void no_stack_limit(void)
{
	const struct rlimit infinite = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_STACK, &infinite))
		_exit(126);
}

FIXTURE(layout) {
	struct mapper mapper;
};

FIXTURE_VARIANT(layout) {
	const char *program;
	void (*prepare)(void);
	bool up;
};

FIXTURE_VARIANT_ADD(layout, top_down) {
	.program = "./mapper",
};

FIXTURE_VARIANT_ADD(layout, legacy) {
	.program = "./mapper", .prepare = legacy_layout, .up = true,
};

/* Alone x86 leaves room for such a stack; mm/util.c takes it for a wish of the old layout. */
FIXTURE_VARIANT_ADD(layout, no_stack_limit) {
	.program = "./mapper", .prepare = no_stack_limit,
#if defined(__aarch64__) || defined(__riscv)
	.up = true,
#endif
};

FIXTURE_VARIANT_ADD(layout, top_down_32) {
	.program = "./mapper32",
};

FIXTURE_VARIANT_ADD(layout, legacy_32) {
	.program = "./mapper32", .prepare = legacy_layout, .up = true,
};

FIXTURE_SETUP(layout)
{
	if (access(variant->program, X_OK))
		SKIP(return, "no 32-bit compiler");
	ASSERT_EQ(0, mapper_start(&self->mapper, variant->program, "12345", NULL,
				  variant->prepare));
}

FIXTURE_TEARDOWN(layout)
{
	mapper_end(&self->mapper);
}

TEST_F_TIMEOUT(layout, anonymous, 120)
{
	unsigned long limit = variant->program[8] ? ~0U : ~0UL;	/* mapper32's longs */
	struct diffs d = { 0 };
	unsigned int seed = 7;
	struct outcome o;
	char text[16];

	ASSERT_EQ(0, run(&o, NULL, "mmscope gaps --json %d", self->mapper.pid));
	EXPECT_EQ(0, o.status);
	EXPECT_EQ(variant->up, !!strstr(o.out, "\"direction\":\"up\""));
	forget(&o);
	for (int i = 0; i < ROUNDS; i++) {
		unsigned long len = random_length(&seed);

		compare(_metadata, &self->mapper, "anon", "", len > limit ? len / 64 : len, &d);
		ASSERT_EQ(0, ask(&self->mapper, "shuffle", text, sizeof(text)));
	}
	EXPECT_SAME(&d);
}

TEST_F_TIMEOUT(layout, aligned, 120)
{
	struct diffs d = { 0 };
	unsigned int seed = 8;
	char text[16], what[16], request[32], align[32];
	struct outcome o;

	snprintf(what, sizeof(what), "huge%d", __builtin_ctzl(hugetlb_size));
	snprintf(request, sizeof(request), "%s %lu", what, hugetlb_size);
	snprintf(align, sizeof(align), "--align %lu", hugetlb_size);
	ASSERT_EQ(0, run(&o, NULL, "mmscope gaps --fit 4K --align 64K %d", self->mapper.pid));
	EXPECT_NE(NULL, strstr(o.out, ", aligned to 64K\n"));
	forget(&o);
	ASSERT_EQ(0, ask(&self->mapper, request, text, sizeof(text)));
	ASSERT_NE('n', text[0]);
	for (int i = 0; i < 10; i++) {
		compare(_metadata, &self->mapper, what, align,
			(1UL + rand_r(&seed) % 20) * hugetlb_size, &d);
		ASSERT_EQ(0, ask(&self->mapper, "shuffle", text, sizeof(text)));
	}
	EXPECT_SAME(&d);
}

/* A length for which there is no room anywhere. */
TEST_F(layout, nowhere)
{
	bool small = variant->program[8] || sizeof(long) == 4;
	struct diffs d = { 0 };

	compare(_metadata, &self->mapper, "anon", "", small ? 3UL << 30 : 1UL << 46, &d);
	/* A whole address space of 32 bits is no number of 32 bits. */
	compare(_metadata, &self->mapper, "anon", "", small ? 0xfffff000 : 1UL << 47, &d);
	if (sizeof(long) == 8)
		compare(_metadata, &self->mapper, "anon", "", small ? 1UL << 32 : 1UL << 48, &d);
	EXPECT_SAME(&d);
}

static int shell(const char *line)
{
	struct outcome o;
	int status = run(&o, NULL, "%s", line) ? -1 : o.status;

	if (status)
		fprintf(stderr, "%s: %s", line, o.err);
	forget(&o);
	return status;
}

/* ext4 aligns to huge pages, tmpfs does not: each file system has its own rule. */
FIXTURE(files) {
	struct mapper mapper;
};

FIXTURE_VARIANT(files) {
	const char *path;
};

FIXTURE_VARIANT_ADD(files, ext4) {
	.path = "/mnt/file",
};

FIXTURE_VARIANT_ADD(files, root) {
	.path = "/tmp/mapper-file",
};

FIXTURE_SETUP(files)
{
	int fd;

	close(open("/tmp/ext4-image", O_RDWR | O_CREAT | O_TRUNC, 0600));
	ASSERT_EQ(0, truncate("/tmp/ext4-image", 16 << 20));
	ASSERT_EQ(0, shell("mkfs.ext4 -q /tmp/ext4-image"));
	ASSERT_EQ(0, shell("modprobe loop"));
	ASSERT_EQ(0, shell("mount -o loop /tmp/ext4-image /mnt"));
	fd = open(variant->path, O_RDWR | O_CREAT, 0700);
	ASSERT_LE(0, fd);
	close(fd);
	ASSERT_EQ(0, mapper_start(&self->mapper, "./mapper", "99", variant->path, NULL));
}

FIXTURE_TEARDOWN(files)
{
	mapper_end(&self->mapper);
	umount("/mnt");
	unlink("/tmp/ext4-image");
	unlink("/tmp/mapper-file");
}

TEST_F_TIMEOUT(files, mapped, 120)
{
	struct diffs d = { 0 };
	char text[16], options[64];
	unsigned int seed = 9;

	snprintf(options, sizeof(options), "--file %s", variant->path);
	for (int i = 0; i < 15; i++) {
		compare(_metadata, &self->mapper, "file", options, random_length(&seed), &d);
		ASSERT_EQ(0, ask(&self->mapper, "shuffle", text, sizeof(text)));
	}
	EXPECT_SAME(&d);
}

/* The holes are what /proc/PID/maps leaves free. */
TEST(holes)
{
	unsigned long start, end, last = 0;
	struct proc_vmas maps;
	struct outcome o;
	struct mapper m;
	size_t v = 0;
	char *line, *save;

	ASSERT_EQ(0, mapper_start(&m, "./mapper", "1", NULL, NULL));
	ASSERT_EQ(0, proc_maps(m.pid, &maps));
	ASSERT_EQ(0, run(&o, NULL, "mmscope gaps --no-headings -o start,end %d", m.pid));
	EXPECT_EQ(0, o.status);
	for (line = strtok_r(o.out, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%lx %lx", &start, &end) != 2)
			break;
		while (v < maps.nr && maps.v[v].start == last)
			last = maps.v[v++].end;
		EXPECT_EQ(last, start);
		if (v < maps.nr)
			EXPECT_EQ(maps.v[v].start, end);
		last = end;
	}
	while (v < maps.nr && maps.v[v].start == last)
		last = maps.v[v++].end;
	EXPECT_EQ(maps.nr, v);
	forget(&o);
	proc_vmas_free(&maps);
	mapper_end(&m);
}

TEST_HARNESS_MAIN
