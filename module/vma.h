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

/*
 * Is it a mapping of shared memory or a tmpfs file? mm/shmem.c:shmem_mapping() looks at
 * operations that are not exported; shmem_get_inode() gives them to regular files only.
 * Nodes of devices lie on a tmpfs, too, and what is mapped through them is no shmem.
 */
static inline bool mmscope_vma_is_shmem(const struct vm_area_struct *vma)
{
	const struct inode *inode;

	if (!vma->vm_file)
		return false;
	inode = file_inode(vma->vm_file);
	return S_ISREG(inode->i_mode) && inode->i_sb->s_magic == TMPFS_MAGIC;
}

struct mmscope_vma_namer *mmscope_vma_namer_alloc(void);
void mmscope_vma_namer_free(struct mmscope_vma_namer *namer);
u32 mmscope_vmas_add(struct mmscope_vmas_chunk *chunk,
		     struct vm_area_struct *vma);
bool mmscope_vmas_chunk(struct mmscope_look *look,
			struct mmscope_vmas_chunk *chunk, u64 *start, u64 end);

#endif /* MMSCOPE_VMA_H */
