// SPDX-License-Identifier: GPL-2.0
/* entry.c - KUnit: what entries mean, of each kind the kernel can make */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>

#include <mmscope.h>

#include "../arch/arch.h"
#include "../compat/compat.h"
#include "../entry.h"

#define PFN	0x12345

static struct mmscope_leaf decode(enum mmscope_level level, u64 raw, bool hugetlb)
{
	const struct mmscope_entry entry = {
		.raw = raw, .level = level, .hugetlb = hugetlb,
	};
	struct mmscope_leaf leaf;

	mmscope_entry_decode(&entry, &leaf);
	return leaf;
}

static u64 raw_pte(pgprot_t prot)
{
	return mmscope_arch_pte_raw(pfn_pte(PFN, prot));
}

static void none_at_every_level(struct kunit *test)
{
	enum mmscope_level level;

	for (level = MMSCOPE_LEVEL_PGD; level < MMSCOPE_NR_LEVELS; level++) {
		struct mmscope_leaf leaf = decode(level, 0, false);

		KUNIT_EXPECT_EQ(test, leaf.status, MMSCOPE_NONE);
		KUNIT_EXPECT_EQ(test, leaf.flags, 0ULL);
		KUNIT_EXPECT_EQ(test, leaf.value, 0ULL);
	}
}

static void rights_of_a_page(struct kunit *test)
{
	const struct {
		pgprot_t prot;
		u64 flags;
	} cases[] = {
		{ PAGE_READONLY, 0 },
		{ PAGE_READONLY_EXEC, MMSCOPE_PTE_EXEC },
		{ PAGE_SHARED, MMSCOPE_PTE_WRITE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mmscope_leaf leaf = decode(MMSCOPE_LEVEL_PTE,
						  raw_pte(cases[i].prot), false);

		KUNIT_EXPECT_EQ(test, leaf.status, MMSCOPE_MAPPED);
		KUNIT_EXPECT_EQ(test, leaf.value, (u64)PFN);
		KUNIT_EXPECT_EQ(test, leaf.flags & (MMSCOPE_PTE_WRITE | MMSCOPE_PTE_EXEC),
				cases[i].flags);
		KUNIT_EXPECT_TRUE(test, leaf.flags & MMSCOPE_PTE_USER);
		KUNIT_EXPECT_TRUE(test, leaf.flags & MMSCOPE_PTE_PRESENT);
		KUNIT_EXPECT_FALSE(test, leaf.flags & MMSCOPE_PTE_HUGE);
	}
}

/* x86 stores the frame inverted; a mask of one's own would get it wrong. */
static void frame_behind_prot_none(struct kunit *test)
{
	struct mmscope_leaf leaf = decode(MMSCOPE_LEVEL_PTE, raw_pte(PAGE_NONE), false);

	KUNIT_EXPECT_EQ(test, leaf.status, MMSCOPE_PROTNONE);
	KUNIT_EXPECT_EQ(test, leaf.value, (u64)PFN);
	KUNIT_EXPECT_TRUE(test, leaf.flags & MMSCOPE_PTE_PRESENT);
	KUNIT_EXPECT_FALSE(test, leaf.flags & MMSCOPE_PTE_GLOBAL);
}

static void young_and_dirty(struct kunit *test)
{
	pte_t pte = pte_mkold(pte_mkclean(pfn_pte(PFN, PAGE_SHARED)));
	struct mmscope_leaf leaf;

	leaf = decode(MMSCOPE_LEVEL_PTE, mmscope_arch_pte_raw(pte), false);
	KUNIT_EXPECT_FALSE(test, leaf.flags & (MMSCOPE_PTE_YOUNG | MMSCOPE_PTE_DIRTY));
	leaf = decode(MMSCOPE_LEVEL_PTE, mmscope_arch_pte_raw(pte_mkyoung(pte)), false);
	KUNIT_EXPECT_TRUE(test, leaf.flags & MMSCOPE_PTE_YOUNG);
	/* Dirty and write-protected: another bit with shadow stacks. */
	pte = pte_wrprotect(pte_mkdirty(pte));
	leaf = decode(MMSCOPE_LEVEL_PTE, mmscope_arch_pte_raw(pte), false);
	KUNIT_EXPECT_TRUE(test, leaf.flags & MMSCOPE_PTE_DIRTY);
	KUNIT_EXPECT_FALSE(test, leaf.flags & MMSCOPE_PTE_WRITE);
}

#ifdef CONT_PMDS
/* A huge page of several entries: marks of one of them are those of all. */
static void marks_of_a_block(struct kunit *test)
{
	const u64 marks = MMSCOPE_PTE_YOUNG | MMSCOPE_PTE_DIRTY;
	pmd_t pmd = pmd_mkcont(pmd_mkhuge(pfn_pmd(PFN, PAGE_SHARED)));
	pmd_t *block = kunit_kzalloc(test, 3 * CONT_PMDS * sizeof(*block), GFP_KERNEL);
	unsigned int marked, i;

	KUNIT_ASSERT_NOT_NULL(test, block);
	block = (pmd_t *)ALIGN((unsigned long)block, CONT_PMDS * sizeof(*block));
	pmd = pmd_mkold(pmd_mkclean(pmd));
	/* The one behind it is another. */
	block[CONT_PMDS] = pmd_mkyoung(pmd_mkdirty(pmd));
	for (marked = 0; marked <= CONT_PMDS; marked++) {
		for (i = 0; i < CONT_PMDS; i++)
			block[i] = pmd;
		if (marked < CONT_PMDS)
			block[marked] = pmd_mkyoung(pmd_mkdirty(pmd));
		for (i = 0; i < CONT_PMDS; i++) {
			u64 raw = mmscope_arch_leaf_get(block + i, pmd_val(block[i]));

			KUNIT_EXPECT_EQ(test, marked < CONT_PMDS ? marks : 0,
					decode(MMSCOPE_LEVEL_PMD, raw, true).flags & marks);
		}
	}
}
#endif

static void special_page(struct kunit *test)
{
	pte_t pte = pte_mkspecial(pfn_pte(PFN, PAGE_READONLY));
	struct mmscope_leaf leaf;

	leaf = decode(MMSCOPE_LEVEL_PTE, mmscope_arch_pte_raw(pte), false);
	KUNIT_EXPECT_EQ(test, leaf.status, MMSCOPE_MAPPED);
	KUNIT_EXPECT_TRUE(test, leaf.flags & MMSCOPE_PTE_SPECIAL);
}

/* The tables for plain entries say what the decoder says, for every low and high bit. */
static void tables_agree_with_decoder(struct kunit *test)
{
	unsigned int low, high, nr = 0;

	for (low = 0; low < 1 << 12; low++)
		for (high = 0; high < 256; high++) {
			u64 raw = low | (u64)PFN << PAGE_SHIFT | (u64)high << 56;

			if (!mmscope_arch_plain(raw))
				continue;
			nr++;
			if (mmscope_entry_plain_flags(raw) ==
			    decode(MMSCOPE_LEVEL_PTE, raw, false).flags)
				continue;
			KUNIT_FAIL(test, "entry %llx: %llx, not %llx", raw,
				   mmscope_entry_plain_flags(raw),
				   decode(MMSCOPE_LEVEL_PTE, raw, false).flags);
			return;
		}
	KUNIT_EXPECT_GT(test, nr, 0);
}

static void swapped_out(struct kunit *test)
{
	pte_t pte = swp_entry_to_pte(swp_entry(3, 0x5678));
	struct mmscope_leaf leaf;

	leaf = decode(MMSCOPE_LEVEL_PTE, mmscope_arch_pte_raw(pte), false);
	KUNIT_EXPECT_EQ(test, leaf.status, MMSCOPE_SWAP);
	KUNIT_EXPECT_EQ(test, leaf.swap_type, 3);
	KUNIT_EXPECT_EQ(test, leaf.value, 0x5678ULL);
	KUNIT_EXPECT_EQ(test, leaf.flags, 0ULL);
	pte = pte_swp_mkexclusive(pte);
	leaf = decode(MMSCOPE_LEVEL_PTE, mmscope_arch_pte_raw(pte), false);
	KUNIT_EXPECT_EQ(test, leaf.status, MMSCOPE_SWAP);
	KUNIT_EXPECT_EQ(test, leaf.flags, MMSCOPE_PTE_EXCLUSIVE);
	pte = pte_swp_mksoft_dirty(pte_swp_clear_exclusive(pte));
	leaf = decode(MMSCOPE_LEVEL_PTE, mmscope_arch_pte_raw(pte), false);
	KUNIT_EXPECT_EQ(test, leaf.flags,
			IS_ENABLED(CONFIG_MEM_SOFT_DIRTY) ? MMSCOPE_PTE_SOFT_DIRTY : 0);
	pte = pte_swp_mkuffd_wp(pte_swp_clear_soft_dirty(pte));
	leaf = decode(MMSCOPE_LEVEL_PTE, mmscope_arch_pte_raw(pte), false);
	KUNIT_EXPECT_EQ(test, leaf.flags, MMSCOPE_PTE_UFFD_WP);
}

/* By the PTE's encoding in a PTE and, for hugetlb, above; by the PMD's in THP. */
static void under_migration(struct kunit *test)
{
	swp_entry_t entry = make_readable_migration_entry(PFN);
	u64 raw = mmscope_arch_pte_raw(swp_entry_to_pte(entry));
	struct mmscope_leaf leaf[] = {
		decode(MMSCOPE_LEVEL_PTE, raw, false),
		decode(MMSCOPE_LEVEL_PMD, raw, true),
		decode(MMSCOPE_LEVEL_PUD, raw, true),
		decode(MMSCOPE_LEVEL_PMD, pmd_val(swp_entry_to_pmd(entry)), false),
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(leaf); i++) {
		KUNIT_EXPECT_EQ(test, leaf[i].status, MMSCOPE_MIGRATION);
		KUNIT_EXPECT_EQ(test, leaf[i].value, (u64)PFN);
	}
}

static void poisoned(struct kunit *test)
{
	pte_t pte = swp_entry_to_pte(swp_entry(SWP_HWPOISON, PFN));
	struct mmscope_leaf leaf;

	leaf = decode(MMSCOPE_LEVEL_PTE, mmscope_arch_pte_raw(pte), false);
	KUNIT_EXPECT_EQ(test, leaf.status, MMSCOPE_HWPOISON);
	KUNIT_EXPECT_EQ(test, leaf.value, (u64)PFN);
}

static void markers(struct kunit *test)
{
	pte_t pte = make_pte_marker(PTE_MARKER_UFFD_WP);
	struct mmscope_leaf leaf;

	leaf = decode(MMSCOPE_LEVEL_PTE, mmscope_arch_pte_raw(pte), false);
	KUNIT_EXPECT_EQ(test, leaf.status, MMSCOPE_MARKER);
	KUNIT_EXPECT_EQ(test, leaf.flags, MMSCOPE_PTE_UFFD_WP);
	KUNIT_EXPECT_EQ(test, leaf.value, (u64)PTE_MARKER_UFFD_WP);
	pte = make_pte_marker(PTE_MARKER_POISONED);
	leaf = decode(MMSCOPE_LEVEL_PTE, mmscope_arch_pte_raw(pte), false);
	KUNIT_EXPECT_EQ(test, leaf.status, MMSCOPE_MARKER);
	KUNIT_EXPECT_EQ(test, leaf.flags, 0ULL);
}

static void huge_pages(struct kunit *test)
{
	pmd_t pmd = pmd_mkhuge(pfn_pmd(PFN & ~0x1ffUL, PAGE_SHARED));
	struct mmscope_leaf leaf = decode(MMSCOPE_LEVEL_PMD, pmd_val(pmd), false);

	KUNIT_EXPECT_EQ(test, leaf.status, MMSCOPE_MAPPED);
	KUNIT_EXPECT_EQ(test, leaf.value, (u64)(PFN & ~0x1ffUL));
	KUNIT_EXPECT_TRUE(test, leaf.flags & MMSCOPE_PTE_HUGE);
	KUNIT_EXPECT_FALSE(test, leaf.flags & MMSCOPE_PTE_TABLE);
	/* While it is split it is present to the kernel and not to the hardware. */
	leaf = decode(MMSCOPE_LEVEL_PMD, pmd_val(pmd_mkinvalid(pmd)), false);
	KUNIT_EXPECT_EQ(test, leaf.status, MMSCOPE_PROTNONE);
	KUNIT_EXPECT_EQ(test, leaf.value, (u64)(PFN & ~0x1ffUL));
}

static void nonsense(struct kunit *test)
{
	const struct mmscope_entry entry = {
		.raw = ~0ULL, .level = MMSCOPE_LEVEL_PUD, .bad = true,
	};
	struct mmscope_leaf leaf;

	mmscope_entry_decode(&entry, &leaf);
	KUNIT_EXPECT_EQ(test, leaf.status, MMSCOPE_UNKNOWN);
	KUNIT_EXPECT_EQ(test, leaf.flags, 0ULL);
}

/* As it stands in memory, and without end neither for one that looks half written. */
static void wider_than_a_word(struct kunit *test)
{
	const u64 entries[] = {
		0, 0x12345067, 0x8000000212345067ULL, 0xf800000000000000ULL, ~0ULL,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(entries); i++)
		KUNIT_EXPECT_EQ(test, entries[i], mmscope_read_wide(&entries[i]));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(none_at_every_level),
	KUNIT_CASE(rights_of_a_page),
	KUNIT_CASE(frame_behind_prot_none),
	KUNIT_CASE(young_and_dirty),
#ifdef CONT_PMDS
	KUNIT_CASE(marks_of_a_block),
#endif
	KUNIT_CASE(special_page),
	KUNIT_CASE(tables_agree_with_decoder),
	KUNIT_CASE(swapped_out),
	KUNIT_CASE(under_migration),
	KUNIT_CASE(poisoned),
	KUNIT_CASE(markers),
	KUNIT_CASE(huge_pages),
	KUNIT_CASE(nonsense),
	KUNIT_CASE(wider_than_a_word),
	{ }
};

static struct kunit_suite suite = {
	.name = "mmscope-entry",
	.test_cases = cases,
};

kunit_test_suite(suite);
