// SPDX-License-Identifier: GPL-2.0
/*
 * op_range.c - KUnit: which ranges are accepted, and how many records one hold may fill
 *
 * Compiled in once more, as tests/extents.c does.
 */
#include <kunit/test.h>

#define mmscope_op_extents	mmscope_test_op_extents
#define mmscope_op_pages	mmscope_test_op_pages
#define mmscope_op_rmap		mmscope_test_op_rmap
#define mmscope_op_stats	mmscope_test_op_stats
#define mmscope_op_tables	mmscope_test_op_tables
#include "../op_range.c"

static long check(u64 start, u64 end, u64 buf)
{
	const struct mmscope_target target = { };
	struct range_op range = {
		.target = &target, .start = start, .end = end, .buf = buf,
	};

	return range_check(&range);
}

static void ranges(struct kunit *test)
{
	struct range_op none = { };

	KUNIT_EXPECT_EQ(test, check(0, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, check(0, ~0ULL, 0), 0);
	KUNIT_EXPECT_EQ(test, check(PAGE_SIZE, 2 * PAGE_SIZE, 8), 0);
	/* All but the last page there could be: not the end of all. */
	KUNIT_EXPECT_EQ(test, check(0, ~0ULL - PAGE_SIZE + 1, 0), 0);
	KUNIT_EXPECT_EQ(test, check(2 * PAGE_SIZE, PAGE_SIZE, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, check(1, ~0ULL, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, check(0, PAGE_SIZE - 1, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, check(0, ~0ULL - 1, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, check(0, PAGE_SIZE, 4), -EINVAL);
	KUNIT_EXPECT_EQ(test, range_check(&none), -ENOTCONN);
}

static void room(struct kunit *test)
{
	struct range_op range = { .record = 40, .nr = ~0ULL };

	/* Bounded, whatever is asked for. */
	KUNIT_EXPECT_EQ(test, range_room(&range, 0), MMSCOPE_MAX_BATCH / 40);
	range.nr = 100;
	KUNIT_EXPECT_EQ(test, range_room(&range, 0), 100);
	KUNIT_EXPECT_EQ(test, range_room(&range, 99), 1);
	KUNIT_EXPECT_EQ(test, range_room(&range, 100), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(ranges),
	KUNIT_CASE(room),
	{ }
};

static struct kunit_suite suite = {
	.name = "mmscope-range",
	.test_cases = cases,
};

kunit_test_suite(suite);
