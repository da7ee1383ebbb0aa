/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dense.h - a page as one word, the dense form of EXTENTS
 */
#ifndef MMSCOPE_DENSE_H
#define MMSCOPE_DENSE_H

#include <mmscope.h>

/* Words in one element of the caller's buffer. */
#define MMSCOPE_DENSE_WORDS	(sizeof(struct mmscope_extent) / sizeof(u64))

/* Is it the word of a page that is MAPPED? */
static inline bool mmscope_dense_is_mapped(u64 word)
{
	return (word & (MMSCOPE_DENSE_PRESENT | MMSCOPE_DENSE_PROTNONE)) ==
	       MMSCOPE_DENSE_PRESENT;
}

u64 mmscope_dense_bits(u64 flags);
bool mmscope_dense_word(const struct mmscope_extent *page, u64 *word);

#endif /* MMSCOPE_DENSE_H */
