// SPDX-License-Identifier: GPL-2.0
/* names.c - KUnit: the tables of names, and the geometry of the page tables */
#include <kunit/test.h>

#include <mmscope.h>

#include "../entry.h"
#include "../names.h"
#include "../walk.h"

static void one_name_a_bit(struct kunit *test)
{
	struct mmscope_name *names = kunit_kcalloc(test, MMSCOPE_NAMES_MAX, sizeof(*names),
						   GFP_KERNEL);
	u32 class;
	int i, nr;

	KUNIT_ASSERT_NOT_NULL(test, names);
	for (class = 0; class < MMSCOPE_NR_NAMES; class++) {
		u64 seen = 0;

		nr = mmscope_names(class, names);
		KUNIT_EXPECT_GT(test, nr, 0);
		for (i = 0; i < nr; i++) {
			KUNIT_EXPECT_LT(test, names[i].bit, 64);
			KUNIT_EXPECT_FALSE(test, seen & BIT_ULL(names[i].bit));
			KUNIT_EXPECT_GT(test, strlen(names[i].name), 0);
			/* Cut short, it would end at the last byte. */
			KUNIT_EXPECT_LT(test, strlen(names[i].name), sizeof(names[i].name) - 1);
			seen |= BIT_ULL(names[i].bit);
		}
	}
	KUNIT_EXPECT_EQ(test, mmscope_names(MMSCOPE_NR_NAMES, names), -EINVAL);
	KUNIT_EXPECT_EQ(test, mmscope_names(~0U, names), -EINVAL);
}

static void levels_span_what_the_next_holds(struct kunit *test)
{
	struct mmscope_level_info levels[MMSCOPE_NR_LEVELS] = { };
	unsigned int nr = mmscope_levels(levels), i;

	KUNIT_ASSERT_GE(test, nr, 2);
	KUNIT_EXPECT_EQ(test, levels[0].level, MMSCOPE_LEVEL_PGD);
	KUNIT_EXPECT_EQ(test, levels[nr - 1].level, MMSCOPE_LEVEL_PTE);
	KUNIT_EXPECT_EQ(test, levels[nr - 1].shift, PAGE_SHIFT);
	for (i = 0; i + 1 < nr; i++)
		KUNIT_EXPECT_EQ(test, 1ULL << levels[i].shift,
				(u64)levels[i + 1].nr_entries << levels[i + 1].shift);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(one_name_a_bit),
	KUNIT_CASE(levels_span_what_the_next_holds),
	{ }
};

static struct kunit_suite suite = {
	.name = "mmscope-names",
	.test_cases = cases,
};

kunit_test_suite(suite);
