// SPDX-License-Identifier: GPL-2.0
/*
 * extents.c - KUnit: which pages make one run
 *
 * The sink is compiled in once more, under another name, and fed with tables of our own:
 * no lock, no VMA and no process is needed for what it decides.
 */
#include <kunit/test.h>

#define mmscope_extents_chunk	mmscope_test_extents_chunk
#define mmscope_extents_dense	mmscope_test_extents_dense
#define mmscope_extents_finish	mmscope_test_extents_finish
#define mmscope_extents_take	mmscope_test_extents_take
#include "../extents.c"

#define BASE	0x100000UL
#define PFN	0x5000
#define ROOM	16

struct bench {
	struct mmscope_extents_sink sink;
	struct mmscope_extent out[ROOM];
	pte_t ptes[PTRS_PER_PTE];
};

static int extents_test_init(struct kunit *test)
{
	struct bench *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, b);
	b->sink = (struct mmscope_extents_sink){
		.batch = { .buf = b->out, .room = ROOM },
		.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_NR_STATUS) - 1,
		.rights = MMSCOPE_RIGHT_MAPS | MMSCOPE_RIGHT_PHYS,
		.expect = MMSCOPE_NO_ENTRY,
	};
	test->priv = b;
	return 0;
}

static pte_t page(unsigned long pfn)
{
	return pfn_pte(pfn, PAGE_READONLY);
}

/* Scans the first @nr entries in one go; finished runs are counted in the batch. */
static int scan(struct bench *b, unsigned long addr, unsigned int first, unsigned int nr,
		struct mmscope_walker *walker)
{
	*walker = (struct mmscope_walker){
		.sink = &b->sink, .addr = addr + nr * PAGE_SIZE,
	};
	return extents_ops.ptes(walker, b->ptes + first, addr, addr + nr * PAGE_SIZE);
}

static void frames_in_a_row_are_one(struct kunit *test)
{
	struct bench *b = test->priv;
	struct mmscope_walker walker;
	unsigned int i;

	for (i = 0; i < 64; i++)
		b->ptes[i] = page(PFN + i);
	KUNIT_EXPECT_EQ(test, scan(b, BASE, 0, 64, &walker), MMSCOPE_GO_ON);
	extents_flush(&b->sink);
	KUNIT_ASSERT_EQ(test, b->sink.batch.nr, 1);
	KUNIT_EXPECT_EQ(test, b->out[0].start, (u64)BASE);
	KUNIT_EXPECT_EQ(test, b->out[0].end, (u64)BASE + 64 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, b->out[0].pa, PFN_PHYS(PFN));
	KUNIT_EXPECT_EQ(test, b->out[0].status, MMSCOPE_MAPPED);
}

static void a_run_goes_on_in_the_next_table(struct kunit *test)
{
	struct bench *b = test->priv;
	struct mmscope_walker walker;
	unsigned int i;

	for (i = 0; i < 8; i++)
		b->ptes[i] = page(PFN + i);
	scan(b, BASE, 0, 4, &walker);
	scan(b, BASE + 4 * PAGE_SIZE, 4, 4, &walker);
	extents_flush(&b->sink);
	KUNIT_EXPECT_EQ(test, b->sink.batch.nr, 1);
	KUNIT_EXPECT_EQ(test, b->out[0].end, (u64)BASE + 8 * PAGE_SIZE);
}

static void what_breaks_a_run(struct kunit *test)
{
	struct bench *b = test->priv;
	struct mmscope_walker walker;

	b->ptes[0] = page(PFN);
	b->ptes[1] = page(PFN + 2);				/* another frame */
	b->ptes[2] = pfn_pte(PFN + 3, PAGE_SHARED);		/* another right */
	b->ptes[3] = pfn_pte(PFN + 4, PAGE_NONE);		/* another status */
	b->ptes[4] = __pte(0);
	b->ptes[5] = __pte(0);					/* not this */
	b->ptes[6] = page(PFN + 6);
	KUNIT_EXPECT_EQ(test, scan(b, BASE, 0, 7, &walker), MMSCOPE_GO_ON);
	extents_flush(&b->sink);
	KUNIT_ASSERT_EQ(test, b->sink.batch.nr, 6);
	KUNIT_EXPECT_EQ(test, b->out[3].status, MMSCOPE_PROTNONE);
	KUNIT_EXPECT_EQ(test, b->out[3].pa, PFN_PHYS(PFN + 4));
	KUNIT_EXPECT_EQ(test, b->out[4].status, MMSCOPE_NONE);
	KUNIT_EXPECT_EQ(test, b->out[4].end - b->out[4].start, 2 * (u64)PAGE_SIZE);
}

/* Stored inverted, they go down while addresses go up: still one run. */
static void prot_none_frames_in_a_row(struct kunit *test)
{
	struct bench *b = test->priv;
	struct mmscope_walker walker;
	unsigned int i;

	for (i = 0; i < 10; i++)
		b->ptes[i] = pfn_pte(PFN + i, PAGE_NONE);
	scan(b, BASE, 0, 10, &walker);
	extents_flush(&b->sink);
	KUNIT_ASSERT_EQ(test, b->sink.batch.nr, 1);
	KUNIT_EXPECT_EQ(test, b->out[0].pa, PFN_PHYS(PFN));
}

/* One word for each, holes too: in elements of five behind their head. */
static void pages_as_words(struct kunit *test)
{
	struct bench *b = test->priv;
	const u64 *words = (const u64 *)&b->out[1];
	struct mmscope_walker walker;
	unsigned int i;

	b->sink.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_MAPPED);
	mmscope_extents_dense(&b->sink, true);
	for (i = 0; i < 20; i += 2)
		b->ptes[i] = page(PFN - i);
	b->ptes[18] = pte_mkspecial(page(PFN - 18));
	KUNIT_EXPECT_EQ(test, scan(b, BASE, 0, 20, &walker), MMSCOPE_GO_ON);
	KUNIT_ASSERT_EQ(test, b->sink.batch.nr, 5);
	KUNIT_EXPECT_EQ(test, b->out[0].status, MMSCOPE_DENSE);
	KUNIT_EXPECT_EQ(test, b->out[0].start, BASE);
	KUNIT_EXPECT_EQ(test, b->out[0].end, BASE + 20 * PAGE_SIZE);
	for (i = 0; i < 20; i += 2) {
		KUNIT_EXPECT_EQ(test, words[i] & MMSCOPE_DENSE_PA, PFN_PHYS(PFN - i));
		KUNIT_EXPECT_TRUE(test, words[i] & MMSCOPE_DENSE_PRESENT);
		KUNIT_EXPECT_FALSE(test, words[i] & MMSCOPE_DENSE_WRITE);
		KUNIT_EXPECT_EQ(test, words[i + 1], 0);
	}
	KUNIT_EXPECT_TRUE(test, words[18] & MMSCOPE_DENSE_SPECIAL);
}

/* Of pages that are mapped; what is not was never promised. */
static void words_that_are_entries(struct kunit *test)
{
	struct bench *b = test->priv;
	struct mmscope_walker walker;
	bool promised;

	b->sink.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_MAPPED) |
			   MMSCOPE_STATUS_BIT(MMSCOPE_PROTNONE);
	mmscope_extents_dense(&b->sink, true);
	promised = b->sink.dense_entries;
	b->ptes[0] = page(PFN);
	b->ptes[1] = pfn_pte(PFN + 7, PAGE_NONE);
	KUNIT_EXPECT_EQ(test, scan(b, BASE, 0, 2, &walker), MMSCOPE_GO_ON);
	KUNIT_ASSERT_EQ(test, b->out[0].status, MMSCOPE_DENSE);
	KUNIT_EXPECT_EQ(test, b->out[0].flags, promised ? MMSCOPE_DENSE_ENTRIES : 0);
	if (promised)
		KUNIT_EXPECT_EQ(test, *(const u64 *)&b->out[1],
				mmscope_arch_pte_raw(b->ptes[0]));
}

static void a_full_buffer_stops_and_resumes(struct kunit *test)
{
	struct bench *b = test->priv;
	struct mmscope_walker walker;
	unsigned int i;

	/* Backwards: each its own run. */
	for (i = 0; i < ROOM + 4; i++)
		b->ptes[i] = page(PFN - i);
	KUNIT_EXPECT_EQ(test, scan(b, BASE, 0, ROOM + 4, &walker), MMSCOPE_STOP);
	KUNIT_EXPECT_EQ(test, b->sink.batch.nr, ROOM);
	/* The one after those given out was not taken. */
	KUNIT_EXPECT_EQ(test, walker.addr, BASE + ROOM * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, b->out[ROOM - 1].end, (u64)walker.addr);

	b->sink.batch.nr = 0;
	KUNIT_EXPECT_EQ(test, scan(b, walker.addr, ROOM, 4, &walker), MMSCOPE_GO_ON);
	extents_flush(&b->sink);
	KUNIT_ASSERT_EQ(test, b->sink.batch.nr, 4);
	KUNIT_EXPECT_EQ(test, b->out[0].pa, PFN_PHYS(PFN - ROOM));
}

static void hidden_frames_do_not_break_runs(struct kunit *test)
{
	struct bench *b = test->priv;
	struct mmscope_walker walker;
	unsigned int i;

	b->sink.rights = MMSCOPE_RIGHT_MAPS;
	for (i = 0; i < 20; i++)
		b->ptes[i] = page(PFN + i * 37 % 20);
	scan(b, BASE, 0, 20, &walker);
	extents_flush(&b->sink);
	KUNIT_ASSERT_EQ(test, b->sink.batch.nr, 1);
	KUNIT_EXPECT_EQ(test, b->out[0].pa, MMSCOPE_HIDDEN);
}

static void only_what_was_asked_for(struct kunit *test)
{
	struct bench *b = test->priv;
	struct mmscope_walker walker;

	b->sink.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_MAPPED);
	b->sink.require_flags = MMSCOPE_PTE_WRITE;
	b->ptes[0] = page(PFN);
	b->ptes[1] = pfn_pte(PFN + 1, PAGE_SHARED);
	b->ptes[2] = __pte(0);
	scan(b, BASE, 0, 3, &walker);
	extents_flush(&b->sink);
	KUNIT_ASSERT_EQ(test, b->sink.batch.nr, 1);
	KUNIT_EXPECT_EQ(test, b->out[0].start, (u64)BASE + PAGE_SIZE);
}

static void ignored_flags_do_not_split(struct kunit *test)
{
	struct bench *b = test->priv;
	struct mmscope_walker walker;

	b->sink.ignore_flags = MMSCOPE_PTE_YOUNG | MMSCOPE_PTE_DIRTY;
	b->ptes[0] = pte_mkold(page(PFN));
	b->ptes[1] = pte_mkyoung(page(PFN + 1));
	scan(b, BASE, 0, 2, &walker);
	extents_flush(&b->sink);
	KUNIT_ASSERT_EQ(test, b->sink.batch.nr, 1);
	KUNIT_EXPECT_FALSE(test, b->out[0].flags & MMSCOPE_PTE_YOUNG);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(frames_in_a_row_are_one),
	KUNIT_CASE(a_run_goes_on_in_the_next_table),
	KUNIT_CASE(what_breaks_a_run),
	KUNIT_CASE(prot_none_frames_in_a_row),
	KUNIT_CASE(pages_as_words),
	KUNIT_CASE(words_that_are_entries),
	KUNIT_CASE(a_full_buffer_stops_and_resumes),
	KUNIT_CASE(hidden_frames_do_not_break_runs),
	KUNIT_CASE(only_what_was_asked_for),
	KUNIT_CASE(ignored_flags_do_not_split),
	{ }
};

static struct kunit_suite suite = {
	.name = "mmscope-extents",
	.init = extents_test_init,
	.test_cases = cases,
};

kunit_test_suite(suite);
