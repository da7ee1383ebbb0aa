// SPDX-License-Identifier: GPL-2.0
/*
 * test_space.c - the search for a place, in address spaces drawn by hand
 *
 *	0x10000  0x20000        0x30000  0x40000    0x50000       0x60000
 *	|########|..............|########|..........|###stack####|......... end 0x100000
 *	                                        ^ guard of 0x8000
 */
#include "test.h"

#include "placement.h"

static struct area areas[] = {
	{ 0x10000, 0x20000, 0 }, { 0x30000, 0x40000, 0 }, { 0x50000, 0x60000, 0x8000 },
};

static struct space drawn(bool top_down)
{
	return (struct space){
		.areas = areas, .nr = ARRAY_SIZE(areas), .top_down = top_down, .base = 0x50000,
		.legacy_base = 0x20000, .end = 0x100000, .lowest = 0x10000, .task_size = 0x100000,
		.maple_tree = true, .page_size = 0x1000,
	};
}

static void test_search(void **state)
{
	static const struct { bool down; __u64 len, align, want; } rows[] = {
		/* downwards: below the guard, then lower, then upwards from the legacy base */
		{ true, 0x1000, 0x1000, 0x47000 },
		{ true, 0x8000, 0x1000, 0x40000 },
		{ true, 0x9000, 0x1000, 0x27000 },
		{ true, 0x10000, 0x1000, 0x20000 },
		{ true, 0x11000, 0x1000, 0x60000 },
		{ true, 0xa0000, 0x1000, 0x60000 },
		{ true, 0xa1000, 0x1000, 0 },
		/* room for the worst alignment is wanted, even if less would do */
		{ true, 0x4000, 0x4000, 0x44000 },
		{ true, 0x8000, 0x4000, 0x28000 },
		/* upwards */
		{ false, 0x1000, 0x1000, 0x20000 },
		{ false, 0x10000, 0x1000, 0x20000 },
		{ false, 0x11000, 0x1000, 0x60000 },
		{ false, 0xa1000, 0x1000, 0 },
		{ false, 0, 0x1000, 0 },
	};
	struct space space;
	__u64 addr;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		space = drawn(rows[i].down);
		if (!space_search(&space, rows[i].len, rows[i].align, &addr))
			addr = 0;
		if (addr != rows[i].want)
			fail_msg("%d %llx %llx: %llx, not %llx", rows[i].down, rows[i].len,
				 rows[i].align, addr, rows[i].want);
	}
}

/* A guard that reaches below its own hole: lower ones suffer with a maple tree only. */
static void test_long_guard(void **state)
{
	struct space space = drawn(true);
	__u64 addr;

	(void)state;
	areas[2].guard = 0x28000;
	assert_true(space_search(&space, 0x4000, 0x1000, &addr));
	assert_true(addr == 0x24000);
	space.maple_tree = false;
	assert_true(space_search(&space, 0x4000, 0x1000, &addr));
	assert_true(addr == 0x2c000);
	areas[2].guard = 0x8000;
}

static void test_huge(void **state)
{
	struct placement_rule rule = { .huge = 0x4000, .up = true };
	struct space space = drawn(true);
	__u64 addr;

	(void)state;
	/* 0x4000 and 0x4000 more fit at 0x40000, which is aligned: moved up */
	assert_true(placement_find(&space, &rule, 0x4000, 0, &addr) && addr == 0x44000);
	rule.up = false;
	assert_true(placement_find(&space, &rule, 0x4000, 0, &addr) && addr == 0x40000);
	/* shorter than a huge page, or not a multiple where that is asked for */
	assert_true(placement_find(&space, &rule, 0x3000, 0, &addr) && addr == 0x45000);
	assert_true(placement_find(&space, &rule, 0x5000, 0, &addr) && addr == 0x28000);
	rule.multiples = true;
	assert_true(placement_find(&space, &rule, 0x5000, 0, &addr) && addr == 0x43000);
	/* no room for alignment: without */
	assert_true(placement_find(&space, &rule, 0x10000, 0, &addr) && addr == 0x60000);
	space.compat = true;
	assert_true(placement_find(&space, &rule, 0x4000, 0, &addr) && addr == 0x44000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_search), cmocka_unit_test(test_long_guard),
		cmocka_unit_test(test_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
