/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vmops.h - the operations of VMAs, by symbol
 */
#ifndef MMSCOPE_VMOPS_H
#define MMSCOPE_VMOPS_H

#include <linux/types.h>

#include <mmscope.h>

#include "look.h"

/**
 * struct mmscope_vmops_chunk - records of one hold of the lock
 * @buf: to fill
 * @size: its bytes
 * @used: bytes filled
 * @nr: records filled
 */
struct mmscope_vmops_chunk {
	void *buf;
	size_t size;
	size_t used;
	unsigned int nr;
};

u64 mmscope_vmops_members(void);
bool mmscope_vmops_chunk(struct mmscope_look *look,
			 struct mmscope_vmops_chunk *chunk, u64 *start, u64 end);

#endif /* MMSCOPE_VMOPS_H */
