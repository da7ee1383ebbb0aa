/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rmap.h - where an address space maps given page frames
 */
#ifndef MMSCOPE_RMAP_H
#define MMSCOPE_RMAP_H

#include "extents.h"

/**
 * struct mmscope_rmap_sink - looks for frames; state between chunks
 * @extents: builds the runs of what was found
 * @frames: what is looked for, rising
 * @nr: how many, at least one
 * @first: the lowest frame of all
 * @span: frames from there to the highest
 * @decoded: entries that took more than a comparison so far
 */
struct mmscope_rmap_sink {
	struct mmscope_extents_sink extents;
	const struct mmscope_frames *frames;
	unsigned int nr;
	u64 first;
	u64 span;
	unsigned int decoded;
};

void mmscope_rmap_init(struct mmscope_rmap_sink *sink,
		       const struct mmscope_frames *frames, unsigned int nr);
bool mmscope_rmap_chunk(struct mmscope_look *look, void *sink,
			unsigned long *addr, unsigned long end);

#endif /* MMSCOPE_RMAP_H */
