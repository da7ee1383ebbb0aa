// SPDX-License-Identifier: GPL-2.0
/*
 * explain.c - KUnit: what is told of a page whose entry changes while it is looked at
 *
 * Compiled in once more, as tests/extents.c does, with a table that is said to have
 * changed as often as a test wants. What is looked at is the memory of process 1.
 */
#include <kunit/test.h>

#include "../tablelock.h"

/* How often the table will have changed, when its lock has been taken. */
static unsigned int changes;

static bool test_ptes_same(struct mmscope_walker *walker)
{
	if (!changes)
		return mmscope_ptes_same(walker);
	changes--;
	return false;
}

#define mmscope_ptes_same	test_ptes_same
#define mmscope_explain_read	mmscope_test_explain_read
#include "../explain.c"

/* A page of the stack, which is mapped by a PTE; the answer to it. */
static void ask(struct kunit *test, u64 budget_ns, struct mmscope_explain *answer,
		struct mmscope_lock *report)
{
	struct mmscope_lock lock = { .budget_ns = budget_ns };
	struct mmscope_vmas_chunk chunk = { .size = MMSCOPE_VMA_RECORD_MAX };
	struct pid *pid = find_get_pid(1);
	struct task_struct *task = get_pid_task(pid, PIDTYPE_PID);
	struct mmscope_target target = {
		.mm = get_task_mm(task),
		.user_ns = &init_user_ns,
		.rights = MMSCOPE_RIGHT_MAPS | MMSCOPE_RIGHT_PHYS,
	};
	const struct file opener = { .f_cred = current_cred() };
	struct mmscope_look look;

	put_task_struct(task);
	put_pid(pid);
	chunk.buf = kunit_kzalloc(test, chunk.size, GFP_KERNEL);
	chunk.namer = mmscope_vma_namer_alloc();
	KUNIT_ASSERT_NOT_NULL(test, target.mm);
	KUNIT_ASSERT_NOT_NULL(test, chunk.buf);
	KUNIT_ASSERT_NOT_NULL(test, chunk.namer);
	*answer = (struct mmscope_explain){ .va = target.mm->start_stack };
	mmscope_look_init(&look, &target, &lock);
	KUNIT_EXPECT_EQ(test, mmscope_test_explain_read(&look, &target, &opener,
							&chunk, answer), 0);
	KUNIT_EXPECT_NE(test, chunk.used, 0);
	*report = look.report;
	mmscope_vma_namer_free(chunk.namer);
	mmput(target.mm);
}

static void changed_in_between(struct kunit *test)
{
	struct mmscope_explain *still, *changed;
	struct mmscope_lock report;

	still = kunit_kzalloc(test, sizeof(*still), GFP_KERNEL);
	changed = kunit_kzalloc(test, sizeof(*changed), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, still);
	KUNIT_ASSERT_NOT_NULL(test, changed);
	ask(test, 0, still, &report);
	KUNIT_EXPECT_EQ(test, still->walk.status, MMSCOPE_MAPPED);
	KUNIT_EXPECT_EQ(test, report.nr_locks, 1);

	/* Nobody wants the lock: read again in the same hold. */
	changes = 3;
	ask(test, 0, changed, &report);
	KUNIT_EXPECT_EQ(test, changes, 0);
	KUNIT_EXPECT_EQ(test, memcmp(&still->walk, &changed->walk, sizeof(still->walk)), 0);

	/* Somebody does, each time: in a hold of its own. */
	changes = 3;
	ask(test, 1, changed, &report);
	KUNIT_EXPECT_EQ(test, changes, 0);
	KUNIT_EXPECT_EQ(test, report.nr_locks, 4);
	KUNIT_EXPECT_EQ(test, memcmp(&still->walk, &changed->walk, sizeof(still->walk)), 0);
	KUNIT_EXPECT_EQ(test, changed->page.status, MMSCOPE_MAPPED);
	KUNIT_EXPECT_EQ(test, changed->facts & MMSCOPE_FACT_GROWS, MMSCOPE_FACT_GROWS);
	KUNIT_EXPECT_EQ(test, changed->below, still->below);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(changed_in_between),
	{ }
};

static struct kunit_suite suite = {
	.name = "mmscope-explain",
	.test_cases = cases,
};

kunit_test_suite(suite);
