// SPDX-License-Identifier: GPL-2.0-only
/*
 * layout.c - the picture of an address space: every byte in one block, each where
 * /proc/PID/maps has it, and as wide as was asked for
 */
#include <sys/stat.h>
#include <kselftest_harness.h>

#include "diffs.h"
#include "outcome.h"
#include "proc.h"
#include "target.h"

/**
 * struct row - a block as --no-headings -o start,end,what,mappings,bytes prints it
 */
struct row {
	unsigned long long start;
	unsigned long long end;
	char what[32];
	unsigned long mappings;
};

static size_t read_rows(const char *text, struct row *rows, size_t max)
{
	size_t nr = 0;
	int used;

	while (nr < max && *text) {
		rows[nr].mappings = 0;
		if (sscanf(text, "%llx %llx %31s %n", &rows[nr].start, &rows[nr].end, rows[nr].what,
			   &used) != 3)
			break;
		rows[nr++].mappings = strtoul(text + used, NULL, 10);
		text = strchr(text, '\n') + 1;
	}
	return nr;
}

static bool is_mapped(const struct row *row)
{
	return row->mappings;
}

/* From the top down: each block begins where the one above it ends. */
static void check_tiles(const struct row *rows, size_t nr, struct diffs *d)
{
	for (size_t i = 1; i < nr; i++)
		if (rows[i].end != rows[i - 1].start)
			diff(d, "%llx-%llx is below a block at %llx", rows[i].start, rows[i].end,
			     rows[i - 1].start);
	/* The end of 64 bits is no number of 64 bits. */
	if (!nr || rows[nr - 1].start || rows[0].end != (sizeof(long) == 4 ? 1ULL << 32 : 0))
		diff(d, "%zu blocks do not reach from end to end", nr);
}

/* With --all a block is a VMA; without, blocks hold them all, and gaps hold none. */
static void check_maps(const struct row *rows, size_t nr, const struct proc_vmas *maps, bool all,
		       struct diffs *d)
{
	size_t mapped = 0, counted = 0;

	for (size_t i = 0; i < nr; i++) {
		size_t inside = 0;

		mapped += is_mapped(&rows[i]);
		counted += rows[i].mappings;
		for (size_t v = 0; v < maps->nr; v++)
			inside += maps->v[v].start < rows[i].end - 1 &&
				  maps->v[v].end > rows[i].start;
		if (inside != rows[i].mappings)
			diff(d, "%s at %llx: %lu mappings, maps has %zu", rows[i].what,
			     rows[i].start, rows[i].mappings, inside);
	}
	if (counted != maps->nr || (all && mapped != maps->nr))
		diff(d, "%zu mappings in %zu blocks, maps has %zu", counted, mapped, maps->nr);
}

static const struct row *row_of(const struct row *rows, size_t nr, const char *what)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(rows[i].what, what))
			return &rows[i];
	return NULL;
}

/* Where brk() begins in the last page of the bss, the two are one mapping, which is a bss. */
static bool is_heap_in_bss(const char *what, const struct row *rows, size_t nr,
			   const struct proc_vmas *maps)
{
	const struct row *bss = row_of(rows, nr, "bss");

	for (size_t i = 0; bss && !strcmp(what, "heap") && i < maps->nr; i++)
		if (!strcmp(maps->v[i].name, "[heap]"))
			return bss->start <= maps->v[i].start && maps->v[i].end <= bss->end;
	return false;
}

static void check_process(struct __test_metadata *_metadata, pid_t pid, const char *options,
			  const char *const *parts)
{
	static struct row rows[4096];
	struct diffs d = { 0 };
	struct proc_vmas maps;
	struct outcome o;
	size_t nr;

	ASSERT_EQ(0, proc_maps(pid, &maps));
	ASSERT_EQ(0, run(&o, NULL, "mmscope layout --no-headings -o start,end,what,mappings %d %s",
			 pid, options));
	EXPECT_EQ(0, o.status)
		TH_LOG("%s", o.err);
	nr = read_rows(o.out, rows, ARRAY_SIZE(rows));
	check_tiles(rows, nr, &d);
	check_maps(rows, nr, &maps, *options, &d);
	for (; *parts; parts++)
		if (!row_of(rows, nr, *parts) && !is_heap_in_bss(*parts, rows, nr, &maps))
			diff(&d, "no %s", *parts);
	EXPECT_SAME(&d);
	forget(&o);
	proc_vmas_free(&maps);
}

/* Of a process as wide as the kernel. */
static const char *const parts_own[] = {
#ifdef __x86_64__
	"guard",
#endif
#if __SIZEOF_LONG__ == 8
	"noncanonical",
#endif
	"kernel", "stack", "vdso", "library", "heap", "data", "text", "rodata", NULL,
};

static const char *const parts_32[] = {
	"kernel", "unreachable", "guard", "stack", "vdso", "heap", "bss", "data", "text", NULL,
};

TEST(program_as_wide_as_the_kernel)
{
	struct target t;

	ASSERT_EQ(0, target_plain(&t));
	check_process(_metadata, t.thing.pid, "", parts_own);
	check_process(_metadata, t.thing.pid, "--all", parts_own);
	target_end(&t);
}

TEST(program_of_32_bits)
{
	struct target t;
	int ret = target_start(&t, "exec32", NULL);

	if (ret == ZOO_LACKS)
		SKIP(return, "%s", t.thing.why);
	ASSERT_EQ(0, ret);
	check_process(_metadata, t.thing.pid, "", parts_32);
	check_process(_metadata, t.thing.pid, "--all", parts_32);
	target_end(&t);
}

TEST(many_mappings_are_folded)
{
	const struct zoo_options many = { .count = 5000 };
	struct target t;
	struct outcome o;

	ASSERT_EQ(0, target_start(&t, "vmas", &many));
	ASSERT_EQ(0, run(&o, NULL, "mmscope layout %d", t.thing.pid));
	EXPECT_EQ(0, o.status);
	EXPECT_GT(10000UL, o.out_length);
	forget(&o);
	ASSERT_EQ(0, run(&o, NULL, "mmscope layout --json %d", t.thing.pid));
	EXPECT_EQ(0, o.status);
	EXPECT_NE(NULL, strstr(o.out, "\"layout\":["));
	forget(&o);
	target_end(&t);
}

/* Columns of a line; every character here takes one. */
static size_t columns_of(const char *line, size_t len)
{
	size_t columns = 0;

	for (size_t i = 0; i < len; i++)
		columns += (line[i] & 0xc0) != 0x80;
	return columns;
}

static void check_width(struct __test_metadata *_metadata, pid_t pid, const char *locale,
			unsigned int width, bool drawn)
{
	char *line, *save, env[32];
	struct outcome o;

	snprintf(env, sizeof(env), "%u", width);
	setenv("COLUMNS", env, 1);
	setenv("LC_ALL", locale, 1);
	ASSERT_EQ(0, run(&o, NULL, "mmscope layout %d", pid));
	EXPECT_EQ(0, o.status);
	EXPECT_EQ(drawn, !!strstr(o.out, "\u250c"));
	EXPECT_EQ(!drawn, !!strchr(o.out, '+'));
	for (line = strtok_r(o.out, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		EXPECT_EQ(width < 40 ? 40 : width, columns_of(line, strlen(line)))
			TH_LOG("%s", line);
	forget(&o);
	unsetenv("COLUMNS");
	unsetenv("LC_ALL");
}

TEST(width_and_locale)
{
	struct target t;

	ASSERT_EQ(0, target_plain(&t));
	check_width(_metadata, t.thing.pid, "C.UTF-8", 80, true);
	check_width(_metadata, t.thing.pid, "C", 80, false);
	check_width(_metadata, t.thing.pid, "C.UTF-8", 40, true);
	check_width(_metadata, t.thing.pid, "C", 20, false);
	check_width(_metadata, t.thing.pid, "C.UTF-8", 200, true);
	target_end(&t);
}

/* The numbers beside the blocks are those of /proc/PID/stat, and of maps for the end of brk. */
TEST(bounds_are_those_of_the_descriptor)
{
	const struct proc_vma *heap;
	struct proc_vmas maps;
	char want[3][100];
	struct target t;
	struct outcome o;

	ASSERT_EQ(0, target_plain(&t));
	ASSERT_EQ(0, proc_maps(t.thing.pid, &maps));
	heap = proc_vma_at(&maps, proc_stat(t.thing.pid, 47));
	ASSERT_NE(NULL, heap);
	snprintf(want[0], sizeof(want[0]), "heap from 0x%lx to 0x%lx (brk)",
		 (unsigned long)proc_stat(t.thing.pid, 47), (unsigned long)heap->end);
	snprintf(want[1], sizeof(want[1]), "stack pointer began at 0x%lx",
		 (unsigned long)proc_stat(t.thing.pid, 28));
	snprintf(want[2], sizeof(want[2]), "arguments 0x%lx-0x%lx",
		 (unsigned long)proc_stat(t.thing.pid, 48),
		 (unsigned long)proc_stat(t.thing.pid, 49));
	setenv("COLUMNS", "200", 1);
	ASSERT_EQ(0, run(&o, NULL, "mmscope layout %d", t.thing.pid));
	unsetenv("COLUMNS");
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		EXPECT_NE(NULL, strstr(o.out, want[i]))
			TH_LOG("no %s in\n%s", want[i], o.out);
	}
	forget(&o);
	proc_vmas_free(&maps);
	target_end(&t);
}

TEST_HARNESS_MAIN
