// SPDX-License-Identifier: GPL-2.0-only
/*
 * aslr.c - mmscope aslr, against what the kernel is told to use
 *
 * The settings are changed, and what is measured has to follow.
 */
#include <fcntl.h>
#include <kselftest_harness.h>
#include <link.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outcome.h"

/* STACK_RND_MASK, which counts pages */
#if defined(__aarch64__) || defined(__riscv)
#define STACK_BITS	(18 - (__builtin_ctzl(sysconf(_SC_PAGESIZE)) - 12))
#else
#define STACK_BITS	(sizeof(long) == 4 ? 11 : 22)
#endif
#define RND_BITS	"/proc/sys/vm/mmap_rnd_bits"
#define RND_COMPAT_BITS	"/proc/sys/vm/mmap_rnd_compat_bits"
#define RND_LEVEL	"/proc/sys/kernel/randomize_va_space"

static int read_setting(const char *path)
{
	int n = -1;
	FILE *f = fopen(path, "re");

	if (f && fscanf(f, "%d", &n) != 1)
		n = -1;
	if (f)
		fclose(f);
	return n;
}

static int write_setting(const char *path, int n)
{
	FILE *f = fopen(path, "we");
	int ret;

	if (!f)
		return -1;
	ret = fprintf(f, "%d\n", n) < 0;
	return fclose(f) || ret ? -1 : 0;
}

/**
 * struct row - a part as the command tells it
 * @bits: measured; -1 without such a row
 * @configured: -1 for none
 * @distinct: places
 * @verdict: first letter
 */
struct row {
	int bits, configured, distinct;
	char verdict;
};

static struct row row(const char *out, const char *segment)
{
	struct row r = { .bits = -1 };
	char name[32], configured[32], verdict[32];

	for (const char *line = out; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "%31s %d %31s %d %31s", name, &r.bits, configured, &r.distinct,
			   verdict) == 5 && !strcmp(name, segment)) {
			r.configured = *configured == '-' ? -1 : atoi(configured);
			r.verdict = *verdict;
			return r;
		}
	}
	return (struct row){ .bits = -1 };
}

/*
 * What a program's text loses of the bits that are set: the kernel puts it at a multiple of
 * the alignment it was linked for, which where pages can be larger is that of the largest.
 */
static int lost_bits(const char *path)
{
	ElfW(Ehdr) header;
	ElfW(Phdr) part;
	unsigned long align = sysconf(_SC_PAGESIZE);
	FILE *f = fopen(path, "re");

	if (!f || fread(&header, sizeof(header), 1, f) != 1 || fseek(f, header.e_phoff, SEEK_SET))
		header.e_phnum = 0;
	for (int i = 0; i < header.e_phnum && fread(&part, sizeof(part), 1, f) == 1; i++)
		if (part.p_type == PT_LOAD && part.p_align > align)
			align = part.p_align;
	if (f)
		fclose(f);
	return __builtin_ctzl(align) - __builtin_ctzl(sysconf(_SC_PAGESIZE));
}

static void without_random(void)
{
	personality(personality(0xffffffff) | ADDR_NO_RANDOMIZE);
}

#define COMMAND "mmscope --no-headings -o segment,bits,configured,distinct,verdict aslr --runs 48 -- "

FIXTURE(settings) {
	int bits, compat_bits, level;
	struct outcome o;
};

FIXTURE_SETUP(settings)
{
	self->bits = read_setting(RND_BITS);
	self->compat_bits = read_setting(RND_COMPAT_BITS);
	self->level = read_setting(RND_LEVEL);
	ASSERT_EQ(2, self->level);
}

FIXTURE_TEARDOWN(settings)
{
	write_setting(RND_BITS, self->bits);
	write_setting(RND_COMPAT_BITS, self->compat_bits);
	write_setting(RND_LEVEL, self->level);
}

/* Of 48 draws the range is known to a small part of a bit. */
#define EXPECT_BITS_BUT(lost, want_bits, segment) do { \
	struct row r_ = row(self->o.out, segment); \
	EXPECT_LE((want_bits) - (lost) - 1, r_.bits) \
		TH_LOG("%s: %s%s", segment, self->o.out, self->o.err); \
	EXPECT_GE((want_bits) - (lost) + 1, r_.bits) \
		TH_LOG("%s: %s%s", segment, self->o.out, self->o.err); \
	EXPECT_EQ(want_bits, r_.configured); \
	EXPECT_EQ((lost) > 1 ? 'w' : 'r', r_.verdict); \
} while (0)
#define EXPECT_BITS(want_bits, segment) EXPECT_BITS_BUT(0, want_bits, segment)

TEST_F_TIMEOUT(settings, followed, 60)
{
	int lost = lost_bits("names"), most = 32;

	/* Each kernel has its own limit. */
	while (most && write_setting(RND_BITS, most))
		most--;
	for (int bits = most - 4; bits <= most; bits += 4) {
		ASSERT_EQ(0, write_setting(RND_BITS, bits));
		ASSERT_EQ(0, run(&self->o, NULL, COMMAND "./names"));
		EXPECT_EQ(lost > 1, self->o.status)
			TH_LOG("%s%s", self->o.out, self->o.err);
		EXPECT_BITS_BUT(lost, bits, "text");
		EXPECT_BITS(bits, "mmap");
		EXPECT_BITS(bits, "interpreter");
		EXPECT_BITS(STACK_BITS, "stack");
		EXPECT_EQ('r', row(self->o.out, "heap").verdict);
		EXPECT_EQ('r', row(self->o.out, "vdso").verdict);
		forget(&self->o);
	}
}

TEST_F(settings, switched_off)
{
	ASSERT_EQ(0, write_setting(RND_LEVEL, 0));
	ASSERT_EQ(0, run(&self->o, NULL, COMMAND "./names"));
	EXPECT_EQ(1, self->o.status);
	EXPECT_EQ(0, row(self->o.out, "mmap").bits);
	EXPECT_EQ(0, row(self->o.out, "mmap").configured);
	EXPECT_EQ(1, row(self->o.out, "mmap").distinct);
	EXPECT_EQ('f', row(self->o.out, "stack").verdict);
	EXPECT_EQ('f', row(self->o.out, "text").verdict);
	forget(&self->o);
}

/* Without the heap alone: brk follows the program. */
TEST_F(settings, without_heap)
{
	ASSERT_EQ(0, write_setting(RND_LEVEL, 1));
	ASSERT_EQ(0, run(&self->o, NULL, COMMAND "./names-exec"));
	EXPECT_EQ(1, self->o.status);
	EXPECT_EQ('f', row(self->o.out, "heap").verdict);
	EXPECT_EQ(0, row(self->o.out, "heap").configured);
	EXPECT_EQ('f', row(self->o.out, "text").verdict);
	EXPECT_EQ('r', row(self->o.out, "stack").verdict);
	forget(&self->o);
}

TEST_F(settings, inherited)
{
	ASSERT_EQ(0, run(&self->o, without_random, COMMAND "./names"));
	EXPECT_EQ(1, self->o.status);
	EXPECT_EQ('f', row(self->o.out, "text").verdict);
	/* The setting stands; the process has been told otherwise. */
	EXPECT_EQ(self->bits, row(self->o.out, "text").configured);
	forget(&self->o);
}

TEST_F(settings, of_32_bits)
{
	if (access("names32", X_OK))
		SKIP(return, "no 32-bit programs");
	ASSERT_EQ(0, write_setting(RND_COMPAT_BITS, 16));
	ASSERT_EQ(0, run(&self->o, NULL, COMMAND "./names32"));
	/* It is not position-independent, and static. */
	EXPECT_EQ(1, self->o.status);
	EXPECT_EQ('f', row(self->o.out, "text").verdict);
	EXPECT_EQ(-1, row(self->o.out, "interpreter").bits);
	EXPECT_BITS(16, "mmap");
	EXPECT_EQ(11, row(self->o.out, "stack").configured);
	EXPECT_EQ('r', row(self->o.out, "stack").verdict);
	forget(&self->o);
}

/* The program is never run, not even once. */
TEST_F(settings, not_run)
{
	ASSERT_EQ(0, run(&self->o, NULL, "mmscope aslr --runs 16 -- /bin/touch /tmp/aslr-ran"));
	EXPECT_EQ(lost_bits("/bin/touch") > 1, self->o.status)
		TH_LOG("%s%s", self->o.out, self->o.err);
	EXPECT_NE(0, access("/tmp/aslr-ran", F_OK));
	EXPECT_NE(NULL, strstr(self->o.out, sizeof(long) == 4 ?
			       "16 runs of a program of 32 bits" :
			       "16 runs of a program of 64 bits"));
	forget(&self->o);
	ASSERT_EQ(0, run(&self->o, NULL, "mmscope --json aslr --runs 16 -- true"));
	EXPECT_NE(NULL, strstr(self->o.out, "\"segment\":\"stack\""))
		TH_LOG("%s", self->o.out);
	EXPECT_NE(NULL, strstr(self->o.out, "\"runs\":16"));
	forget(&self->o);
}

TEST_F(settings, wrong_use)
{
	static const struct { const char *line; int status; const char *says; } rows[] = {
		{ "mmscope aslr", 2, "too few arguments" },
		{ "mmscope aslr --runs 15 -- true", 2, "not a number from" },
		{ "mmscope aslr --runs 1x -- true", 2, "not a number from" },
		{ "mmscope aslr -- /nonexistent", 1, "/nonexistent" },
		{ "mmscope aslr -- /etc/passwd", 1, "/etc/passwd" },
		{ "mmscope --device /dev/nothing aslr -- true", 4, "/dev/nothing" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ASSERT_EQ(0, run(&self->o, NULL, "%s", rows[i].line));
		EXPECT_EQ(rows[i].status, self->o.status)
			TH_LOG("%s: %s", rows[i].line, self->o.err);
		EXPECT_NE(NULL, strstr(self->o.err, rows[i].says))
			TH_LOG("%s: %s", rows[i].line, self->o.err);
		EXPECT_EQ('\0', self->o.out[0]);
		forget(&self->o);
	}
}

TEST_HARNESS_MAIN
