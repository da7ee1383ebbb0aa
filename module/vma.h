/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vma.h - records of VMAs
 */
#ifndef MMSCOPE_VMA_H
#define MMSCOPE_VMA_H

#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mm.h>

#include "look.h"

struct mmscope_vma_namer;

/**
 * struct mmscope_vmas_chunk - a buffer to fill with records
 * @buf: 8-byte aligned
 * @size: bytes of it, at least MMSCOPE_VMA_RECORD_MAX
 * @used: bytes filled
 * @nr: records filled
 * @rights: MMSCOPE_RIGHT_* of whoever asked
 * @namer: by mmscope_vma_namer_alloc()
 */
struct mmscope_vmas_chunk {
	void *buf;
	size_t size;
	size_t used;
	u32 nr;
	u32 rights;
	struct mmscope_vma_namer *namer;
};

/* Is it a mapping of shared memory or a tmpfs file? */
static inline bool mmscope_vma_is_shmem(const struct vm_area_struct *vma)
{
	return vma->vm_file &&
	       file_inode(vma->vm_file)->i_sb->s_magic == TMPFS_MAGIC;
}

struct mmscope_vma_namer *mmscope_vma_namer_alloc(void);
void mmscope_vma_namer_free(struct mmscope_vma_namer *namer);
u32 mmscope_vmas_add(struct mmscope_vmas_chunk *chunk,
		     struct vm_area_struct *vma);
bool mmscope_vmas_chunk(struct mmscope_look *look,
			struct mmscope_vmas_chunk *chunk, u64 *start, u64 end);

#endif /* MMSCOPE_VMA_H */
