// SPDX-License-Identifier: GPL-2.0
/*
 * test_change.c - what is made of two looks: one entry before and one after, and lists
 * of VMAs
 */
#include "test.h"

#include <string.h>

#include "change/change.h"

#define PAGE	4096ULL
#define BASE	0x100000ULL
#define WRITE	2U
#define SHARE	0x80U

#define RO	(MMSCOPE_PTE_PRESENT | MMSCOPE_PTE_USER)
#define RO_D	(RO | MMSCOPE_PTE_DIRTY)
#define RW	(RO | MMSCOPE_PTE_WRITE)
#define RW_D	(RW | MMSCOPE_PTE_DIRTY)
#define ZERO	(RO | MMSCOPE_PTE_SPECIAL)
#define SOFT	MMSCOPE_PTE_SOFT_DIRTY

/**
 * struct look - an entry: nothing for a status of 0
 * @facts: type of the page, 0 when it is not known; plus ALONE
 */
struct look {
	unsigned int status;
	__u64 flags, pa;
	unsigned int level;
	unsigned int facts;
};

#define ALONE	0x100U
#define PTE	MMSCOPE_LEVEL_PTE
#define PMD	MMSCOPE_LEVEL_PMD
#define GONE	{ 0 }
#define PAGE_AT(flags, pa)	{ MMSCOPE_MAPPED, flags, pa, PTE, 0 }
#define HUGE_AT(flags, pa)	{ MMSCOPE_MAPPED, flags, pa, PMD, 0 }
#define OUT_AT(pa)		{ MMSCOPE_SWAP, 0, pa, PTE, 0 }

/**
 * struct one_source - a single run
 */
struct one_source {
	struct run_source source;
	struct page_run run;
	int left;
};

static int next_one(struct run_source *source, struct page_run *run)
{
	struct one_source *one = (struct one_source *)source;

	*run = one->run;
	return one->left-- > 0;
}

static struct one_source source_of(const struct look *look, __u64 pages)
{
	struct one_source one = {
		.source = { next_one },
		.run = {
			.ext = {
				.start = BASE, .end = BASE + pages * PAGE, .pa = look->pa,
				.flags = look->flags, .status = look->status,
				.level = look->level, .page_shift = 12,
			},
			.type = look->facts & 0xff, .facts = look->facts,
			.exclusive = look->facts & ALONE,
		},
		.left = look->status != 0,
	};

	return one;
}

static void words_of(const struct change_sum *sum, char *text, size_t size)
{
	size_t len = 0;

	*text = '\0';
	for (int i = 0; i < NR_PAGE_CHANGES; i++)
		if (sum->bytes[i])
			len += snprintf(text + len, size - len, "%s%s:%llu", len ? " " : "",
					page_change_names[i], sum->bytes[i] / PAGE);
}

static void test_pages(void **state)
{
	static const struct {
		struct look before, after;
		__u64 vm_flags;
		const char *want;
	} rows[] = {
		{ GONE, GONE, WRITE, "" },
		{ GONE, PAGE_AT(RW_D, PAGE), WRITE, "present:4 written:4" },
		{ GONE, PAGE_AT(RO, PAGE), WRITE, "present:4" },
		{ GONE, OUT_AT(7), WRITE, "swapped_out:4" },
		{ PAGE_AT(RW_D, PAGE), GONE, WRITE, "dropped:4" },
		{ PAGE_AT(RW_D, PAGE), PAGE_AT(RW_D, PAGE), WRITE, "" },
		{ PAGE_AT(RW, PAGE), PAGE_AT(RW_D, PAGE), WRITE, "written:4" },
		{ PAGE_AT(RW_D, PAGE), PAGE_AT(RW_D | SOFT, PAGE), WRITE, "written:4" },
		{ PAGE_AT(RO_D, PAGE), PAGE_AT(RW_D, PAGE), WRITE, "written:4" },
		{ PAGE_AT(RO_D, PAGE), PAGE_AT(RW_D, PAGE), 0, "" },
		{ PAGE_AT(RW_D, PAGE), PAGE_AT(RO_D, PAGE), WRITE, "shared:4" },
		{ PAGE_AT(RW_D, PAGE), PAGE_AT(RO_D, PAGE), WRITE | SHARE, "" },
		{ PAGE_AT(RW_D, PAGE), PAGE_AT(RO_D, PAGE), 0, "" },
		/* clear_refs and userfaultfd protect, too */
		{ PAGE_AT(RW_D | SOFT, PAGE), PAGE_AT(RO_D, PAGE), WRITE, "" },
		{ PAGE_AT(RW_D, PAGE), PAGE_AT(RO_D | MMSCOPE_PTE_UFFD_WP, PAGE), WRITE, "" },
		{ PAGE_AT(RO_D, PAGE), PAGE_AT(RW_D, 9 * PAGE), WRITE, "written:4 copied:4" },
		{ PAGE_AT(ZERO, PAGE), PAGE_AT(RW_D, 9 * PAGE), WRITE, "written:4 copied:4" },
		{ PAGE_AT(RW_D, PAGE), PAGE_AT(RW_D, 9 * PAGE), WRITE, "migrated:4" },
		{ PAGE_AT(RO_D, PAGE), PAGE_AT(RO_D, 9 * PAGE), WRITE, "migrated:4" },
		{ PAGE_AT(RO_D, PAGE), PAGE_AT(RW_D, 9 * PAGE), WRITE | SHARE, "migrated:4" },
		{ PAGE_AT(RW_D, PAGE), PAGE_AT(ZERO, 9 * PAGE), WRITE, "present:4 dropped:4" },
		{ PAGE_AT(RW, MMSCOPE_HIDDEN), PAGE_AT(RW_D, MMSCOPE_HIDDEN), WRITE, "written:4" },
		{ PAGE_AT(RW_D, PAGE), OUT_AT(7), WRITE, "swapped_out:4" },
		{ OUT_AT(7), OUT_AT(7), WRITE, "" },
		{ OUT_AT(7), OUT_AT(8), WRITE, "swapped_out:4 swapped_in:4" },
		{ OUT_AT(7), PAGE_AT(RW, PAGE), WRITE, "swapped_in:4" },
		{ OUT_AT(7), PAGE_AT(RW_D, PAGE), WRITE, "written:4 swapped_in:4" },
		{ OUT_AT(7), GONE, WRITE, "dropped:4" },
		{ PAGE_AT(RW_D, PAGE), HUGE_AT(RW_D, 9 * PAGE), WRITE, "collapsed:4" },
		{ HUGE_AT(RW_D, PAGE), PAGE_AT(RW_D, PAGE), WRITE, "split:4" },
		{ HUGE_AT(RW_D, PAGE), PAGE_AT(RW_D, 9 * PAGE), WRITE, "migrated:4 split:4" },
		{ PAGE_AT(RW_D, PAGE), { MMSCOPE_HWPOISON, 0, 0, PTE, 0 }, WRITE, "poisoned:4" },
		{ PAGE_AT(RW_D, PAGE), { MMSCOPE_MIGRATION, 0, 0, PTE, 0 }, WRITE, "" },
		{ PAGE_AT(RW_D, PAGE), { MMSCOPE_RACED, 0, 0, PTE, 0 }, WRITE, "" },
		{ PAGE_AT(RW_D, PAGE), { MMSCOPE_MARKER, 0, 1, PTE, 0 }, WRITE, "dropped:4" },
		{ { MMSCOPE_MAPPED, RO, PAGE, PTE, MMSCOPE_PAGE_FILE },
		  { MMSCOPE_MAPPED, RO_D, 9 * PAGE, PTE, MMSCOPE_PAGE_ANON | ALONE }, WRITE,
		  "written:4 copied:4" },
		{ { MMSCOPE_MAPPED, RO_D, PAGE, PTE, MMSCOPE_PAGE_ANON | ALONE },
		  { MMSCOPE_MAPPED, RO, 9 * PAGE, PTE, MMSCOPE_PAGE_FILE }, WRITE,
		  "present:4 dropped:4" },
		{ { MMSCOPE_MAPPED, RO, PAGE, PTE, MMSCOPE_PAGE_FILE | ALONE },
		  { MMSCOPE_MAPPED, RO, PAGE, PTE, MMSCOPE_PAGE_FILE }, 0, "shared:4" },
		{ { MMSCOPE_MAPPED, RO, PAGE, PTE, MMSCOPE_PAGE_FILE },
		  { MMSCOPE_MAPPED, RO, PAGE, PTE, MMSCOPE_PAGE_FILE | ALONE }, 0, "unshared:4" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vma_item items[2] = {
			{ .start = BASE, .end = BASE + 4 * PAGE, .vm_flags = rows[i].vm_flags },
			{ .start = BASE, .end = BASE + 4 * PAGE, .vm_flags = rows[i].vm_flags },
		};
		struct vma_list lists[2] = {
			{ .items = &items[0], .nr = 1, .write = WRITE, .mayshare = SHARE },
			{ .items = &items[1], .nr = 1, .write = WRITE, .mayshare = SHARE },
		};
		struct one_source before = source_of(&rows[i].before, 4);
		struct one_source after = source_of(&rows[i].after, 4);
		struct change_groups groups;
		struct change_sweep sweep = {
			.lists = { &lists[0], &lists[1] }, .groups = &groups,
			.sources = { &before.source, &after.source }, .page_size = PAGE,
		};
		char got[256], of_group[256];

		change_groups_make(&groups, &lists[0], &lists[1]);
		assert_int_equal(change_sweep(&sweep), 0);
		words_of(&sweep.sum, got, sizeof(got));
		words_of(&groups.groups[0].sum, of_group, sizeof(of_group));
		if (strcmp(got, rows[i].want) || strcmp(got, of_group))
			fail_msg("row %zu: want '%s', got '%s', of group '%s'", i, rows[i].want,
				 got, of_group);
		change_groups_free(&groups);
	}
}

/*
 * VMAs as words "START-END[*][fN]" in pages: * can be written, fN is of file N, from
 * its page 0 on at address 0.
 */
static void read_list(struct vma_list *list, struct vma_item *items, const char *text)
{
	unsigned int start, end;
	int used;

	*list = (struct vma_list){ .items = items, .write = WRITE, .mayshare = SHARE };
	while (sscanf(text, " %u-%u%n", &start, &end, &used) == 2) {
		struct vma_item *item = &items[list->nr++];

		*item = (struct vma_item){
			.start = start * PAGE, .end = end * PAGE, .name = (char *)"",
		};
		text += used;
		if (*text == '*') {
			item->vm_flags = WRITE;
			text++;
		}
		if (*text == 'f') {
			item->attrs = MMSCOPE_VMA_FILE;
			item->ino = text[1] - '0';
			text += 2;
		}
	}
	assert_string_equal(text, "");
}

static void test_vmas(void **state)
{
	static const struct { const char *before, *after, *want; } rows[] = {
		{ "0-4", "0-4", "same 0-4;" },
		{ "0-4", "", "removed 0-4;" },
		{ "", "0-4", "added 0-4;" },
		{ "0-4", "0-6", "grown 0-6;" },
		{ "2-4", "0-4", "grown 0-4;" },
		{ "0-4", "1-4", "shrunk 0-4;" },
		{ "0-4", "1-5", "redrawn 0-5;" },
		{ "0-4*", "0-4", "flags 0-4 -;" },
		{ "0-4", "0-4*", "flags 0-4 +;" },
		{ "0-4*", "0-2* 3-4*", "split 0-4;" },
		{ "0-4*", "0-2* 2-3 3-4*", "split 0-4 -;" },
		{ "0-2* 2-3 3-4*", "0-4*", "merged 0-4 +;" },
		{ "0-2 3-4", "0-4", "merged 0-4;" },
		{ "0-2* 2-4", "0-3* 3-4", "redrawn 0-4 + -;" },
		{ "0-4", "4-8", "removed 0-4;added 4-8;" },
		{ "0-4f1", "0-4f2", "removed 0-4;added 0-4;" },
		{ "0-4f1", "0-4", "removed 0-4;added 0-4;" },
		/* a hole is filled by another: it belongs to neither side */
		{ "0-9f1", "0-3f1 3-6f2 6-9f1", "split 0-9;added 3-6;" },
		{ "0-2 4-6 8-9", "0-2 4-7 8-9*", "same 0-2;grown 4-7;flags 8-9 +;" },
	};
	size_t i, n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vma_item items[2][8];
		struct vma_list lists[2];
		struct change_groups groups;
		char got[256] = "";
		size_t len = 0;

		read_list(&lists[0], items[0], rows[i].before);
		read_list(&lists[1], items[1], rows[i].after);
		change_groups_make(&groups, &lists[0], &lists[1]);
		for (n = 0; n < groups.nr; n++) {
			const struct vma_group *group = &groups.groups[n];

			len += snprintf(got + len, sizeof(got) - len, "%s %llu-%llu%s%s;",
					vma_change_names[group->change], group->start / PAGE,
					group->end / PAGE, group->gained == WRITE ? " +" : "",
					group->lost == WRITE ? " -" : "");
		}
		if (strcmp(got, rows[i].want))
			fail_msg("%s to %s: want '%s', got '%s'", rows[i].before, rows[i].after,
				 rows[i].want, got);
		change_groups_free(&groups);
	}
}

/* Runs that overlap in parts, and one that no VMA holds: each byte is counted once. */
static void test_overlaps(void **state)
{
	struct look page = PAGE_AT(RW_D, PAGE);
	struct one_source before = source_of(&page, 6), after = source_of(&page, 6);
	struct vma_item items[2] = {
		{ .start = BASE, .end = BASE + 5 * PAGE, .vm_flags = WRITE },
		{ .start = BASE, .end = BASE + 5 * PAGE, .vm_flags = WRITE },
	};
	struct vma_list lists[2] = {
		{ .items = &items[0], .nr = 1, .write = WRITE, .mayshare = SHARE },
		{ .items = &items[1], .nr = 1, .write = WRITE, .mayshare = SHARE },
	};
	struct change_groups groups;
	struct change_sweep sweep = {
		.lists = { &lists[0], &lists[1] }, .groups = &groups,
		.sources = { &before.source, &after.source }, .page_size = PAGE,
	};
	char got[256], of_group[256];

	(void)state;
	before.run.ext.end = BASE + 4 * PAGE;
	after.run.ext.start = BASE + 2 * PAGE;
	after.run.ext.pa = 3 * PAGE;
	change_groups_make(&groups, &lists[0], &lists[1]);
	assert_int_equal(change_sweep(&sweep), 0);
	words_of(&sweep.sum, got, sizeof(got));
	words_of(&groups.groups[0].sum, of_group, sizeof(of_group));
	assert_string_equal(got, "present:2 dropped:2 written:2");
	assert_string_equal(of_group, "present:1 dropped:2 written:1");
	change_groups_free(&groups);
}

/* A page that can be written and is another one now: it tells whether there was a fork(). */
static void test_forked(void **state)
{
	struct look page = PAGE_AT(RW_D, PAGE), same = PAGE_AT(RO_D, PAGE);
	struct look moved = PAGE_AT(RW_D, 9 * PAGE);
	static const char *const want[] = {
		"migrated:2", "shared:2", "migrated:2", "written:2 copied:2",
	};
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct one_source before = source_of(&page, 2);
		struct one_source after = source_of(i == 1 ? &same : &moved, 2);
		struct vma_item items[2] = {
			{ .start = BASE, .end = BASE + 2 * PAGE, .vm_flags = WRITE },
			{ .start = BASE, .end = BASE + 2 * PAGE, .vm_flags = WRITE },
		};
		struct vma_list lists[2] = {
			{ .items = &items[0], .nr = 1, .write = WRITE, .mayshare = SHARE },
			{ .items = &items[1], .nr = 1, .write = WRITE, .mayshare = SHARE },
		};
		struct change_groups groups;
		struct change_sweep sweep = {
			.lists = { &lists[0], &lists[1] }, .groups = &groups,
			.sources = { &before.source, &after.source }, .page_size = PAGE,
			.forked = i < 2 ? FORKED_UNKNOWN : i == 2 ? FORKED_NO : FORKED_YES,
		};
		char got[256];

		change_groups_make(&groups, &lists[0], &lists[1]);
		assert_int_equal(change_sweep(&sweep), 0);
		assert_int_equal(sweep.forked, i % 2 ? FORKED_YES : FORKED_NO);
		words_of(&sweep.sum, got, sizeof(got));
		assert_string_equal(got, want[i]);
		words_of(&groups.groups[0].sum, got, sizeof(got));
		assert_string_equal(got, want[i]);
		change_groups_free(&groups);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages), cmocka_unit_test(test_vmas),
		cmocka_unit_test(test_overlaps), cmocka_unit_test(test_forked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
