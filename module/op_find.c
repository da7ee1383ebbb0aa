// SPDX-License-Identifier: GPL-2.0
/*
 * op_find.c - FIND: the VMAs around an address
 *
 * Three records under one hold of the lock; no page table is touched.
 */
#include "ops.h"

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "compat/compat.h"
#include "vma.h"

/* The three, and the holes between them; mmap lock held. */
static void find(struct mmscope_look *look, struct mmscope_vmas_chunk *chunk,
		 struct mmscope_find *ask)
{
	struct vm_area_struct *vma = NULL, *prev, *next = NULL;
	struct mm_struct *mm = look->mm;
	struct vma_iterator vmi;
	/* Beyond what a long can say there is nothing; below it, all that is. */
	unsigned long addr = min_t(u64, ask->addr, ULONG_MAX);

	mmscope_for_each_vma(vmi, mm, next, addr) {
		if (vma)
			break;
		vma = next;
	}
	prev = mmscope_vma_before(mm, addr);

	ask->found = 0;
	if (vma && vma->vm_start <= ask->addr)
		ask->found |= MMSCOPE_FIND_HOLDS;
	if (vma && vma->vm_start < (ask->end ?: ask->addr + 1))
		ask->found |= MMSCOPE_FIND_INTERSECTS;
	ask->task_size = mm->task_size;
	ask->gap_start = prev ? prev->vm_end : 0;
	ask->gap_end = vma ? vma->vm_start : mm->task_size;
	ask->next_gap_start = vma ? vma->vm_end : 0;
	ask->next_gap_end = next ? next->vm_start : vma ? mm->task_size : 0;
	ask->prev = mmscope_vmas_add(chunk, prev);
	ask->vma = mmscope_vmas_add(chunk, vma);
	ask->next = mmscope_vmas_add(chunk, next);
	ask->used = chunk->used;
}

long mmscope_op_find(struct file *file, void *arg)
{
	const struct mmscope_target *target = mmscope_file_target(file->private_data);
	struct mmscope_find *ask = arg;
	struct mmscope_vmas_chunk chunk;
	struct mmscope_look look;
	long ret;

	if (!target)
		return -ENOTCONN;
	if (ask->flags || ask->reserved || ask->buf & 7 ||
	    ask->buf_size < MMSCOPE_FIND_BUF ||
	    (ask->end && ask->end <= ask->addr))
		return -EINVAL;

	chunk = (struct mmscope_vmas_chunk){
		.size = MMSCOPE_FIND_BUF,
		.rights = target->rights,
		.namer = mmscope_vma_namer_alloc(),
	};
	chunk.buf = kvmalloc(chunk.size, GFP_KERNEL_ACCOUNT);
	ret = -ENOMEM;
	if (!chunk.buf || !chunk.namer)
		goto out_free;

	mmscope_look_init(&look, target, &ask->lock);
	ret = mmscope_look_lock(&look);
	if (ret)
		goto out_free;
	find(&look, &chunk, ask);
	mmscope_look_unlock(&look);

	ret = -EFAULT;
	if (copy_to_user(u64_to_user_ptr(ask->buf), chunk.buf, chunk.used))
		goto out_free;
	ask->lock = look.report;
	ret = 0;
out_free:
	kvfree(chunk.buf);
	mmscope_vma_namer_free(chunk.namer);
	return ret;
}
