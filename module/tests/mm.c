// SPDX-License-Identifier: GPL-2.0
/* mm.c - KUnit: what is told of an address space, whoever asks */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "../arch/arch.h"

/* Where a process of 32 bits begins to look is of its size, not of the caller's. */
static void base_by_size(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mmscope_arch_unmapped_base(MMSCOPE_ARCH_TASK_SIZE),
			(u64)TASK_UNMAPPED_BASE);
	KUNIT_EXPECT_LT(test, mmscope_arch_unmapped_base(SZ_2G), (u64)SZ_2G);
	KUNIT_EXPECT_GT(test, mmscope_arch_unmapped_base(SZ_2G), (u64)SZ_256M);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(base_by_size),
	{ }
};

static struct kunit_suite suite = {
	.name = "mmscope-mm",
	.test_cases = cases,
};

kunit_test_suite(suite);
