// SPDX-License-Identifier: GPL-2.0
/*
 * dense.c - a page as one word, the dense form of EXTENTS
 *
 * For pages that an entry is not the word of already; see arch/arch.h.
 */
#include "dense.h"

#include <linux/kernel.h>

static const struct {
	u64 flag;
	u64 bit;
} same[] = {
	{ MMSCOPE_PTE_PRESENT, MMSCOPE_DENSE_PRESENT },
	{ MMSCOPE_PTE_WRITE, MMSCOPE_DENSE_WRITE },
	{ MMSCOPE_PTE_USER, MMSCOPE_DENSE_USER },
	{ MMSCOPE_PTE_EXCLUSIVE, MMSCOPE_DENSE_EXCLUSIVE },
	{ MMSCOPE_PTE_YOUNG, MMSCOPE_DENSE_YOUNG },
	{ MMSCOPE_PTE_DIRTY, MMSCOPE_DENSE_DIRTY },
	{ MMSCOPE_PTE_PROTNONE, MMSCOPE_DENSE_PROTNONE },
	{ MMSCOPE_PTE_GLOBAL, MMSCOPE_DENSE_GLOBAL },
	{ MMSCOPE_PTE_SPECIAL, MMSCOPE_DENSE_SPECIAL },
	{ MMSCOPE_PTE_UFFD_WP, MMSCOPE_DENSE_UFFD_WP },
	{ MMSCOPE_PTE_SOFT_DIRTY, MMSCOPE_DENSE_SOFT_DIRTY },
};

/**
 * mmscope_dense_bits - MMSCOPE_PTE_* as MMSCOPE_DENSE_*
 * @flags: the former; those without a bit of their own are left out
 *
 * Return: the latter, without NOEXEC.
 */
u64 mmscope_dense_bits(u64 flags)
{
	unsigned int i;
	u64 bits = 0;

	for (i = 0; i < ARRAY_SIZE(same); i++)
		if (flags & same[i].flag)
			bits |= same[i].bit;
	return bits;
}

/* Is there nothing in @flags but what a word can say? */
static bool sayable(u64 flags, u64 besides)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(same); i++)
		flags &= ~same[i].flag;
	return !(flags & ~besides);
}

static bool present_word(const struct mmscope_extent *page, u64 *word)
{
	const bool mapped = page->status == MMSCOPE_MAPPED;
	u64 bits = mmscope_dense_bits(page->flags);

	/* By these the reader tells the status. */
	if (!(bits & MMSCOPE_DENSE_PRESENT) ||
	    !!(bits & MMSCOPE_DENSE_PROTNONE) == mapped ||
	    !sayable(page->flags, MMSCOPE_PTE_EXEC))
		return false;
	if (!(page->flags & MMSCOPE_PTE_EXEC))
		bits |= MMSCOPE_DENSE_NOEXEC;
	*word = bits;
	if (page->pa == MMSCOPE_HIDDEN) {
		*word |= MMSCOPE_DENSE_PA;
		return true;
	}
	*word |= page->pa;
	return !(page->pa & ~MMSCOPE_DENSE_PA) && page->pa != MMSCOPE_DENSE_PA;
}

static bool swap_word(const struct mmscope_extent *page, u64 *word)
{
	const u64 most = MMSCOPE_DENSE_PA >> MMSCOPE_DENSE_PA_SHIFT;
	u64 bits = mmscope_dense_bits(page->flags) | MMSCOPE_DENSE_SWAP;

	if (!sayable(page->flags, 0) || bits & MMSCOPE_DENSE_PRESENT)
		return false;
	if (page->pa == MMSCOPE_HIDDEN) {
		*word = bits | MMSCOPE_DENSE_PA | MMSCOPE_DENSE_TYPE;
		return true;
	}
	*word = bits | page->pa << MMSCOPE_DENSE_PA_SHIFT |
		(u64)page->swap_type << MMSCOPE_DENSE_TYPE_SHIFT;
	return page->pa < most &&
	       page->swap_type <= MMSCOPE_DENSE_TYPE >> MMSCOPE_DENSE_TYPE_SHIFT;
}

/**
 * mmscope_dense_word - say a page in one word
 * @page: an extent of one page that is to be reported
 * @word: filled
 *
 * Return: false when a word cannot say it.
 */
bool mmscope_dense_word(const struct mmscope_extent *page, u64 *word)
{
	switch (page->status) {
	case MMSCOPE_NONE:
		*word = 0;
		return true;
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		return present_word(page, word);
	case MMSCOPE_SWAP:
		return swap_word(page, word);
	default:
		return false;
	}
}
