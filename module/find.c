// SPDX-License-Identifier: GPL-2.0
/*
 * find.c - the VMAs around an address
 *
 * Three records under one hold of the lock; no page table is touched.
 */
#include "find.h"

#include <linux/mm.h>

#include <mmscope.h>

#include "compat/compat.h"
#include "vma.h"

/**
 * mmscope_find - the VMAs around an address, and the holes between them
 * @look: locked
 * @chunk: empty, with room for three records
 * @ask: what is asked; @ask->used and @ask->lock are left to the caller
 */
void mmscope_find(struct mmscope_look *look, struct mmscope_vmas_chunk *chunk,
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
	ask->task_size = mm->task_size;
	ask->gap_start = prev ? prev->vm_end : 0;
	ask->gap_end = mm->task_size;
	ask->next_gap_start = vma ? vma->vm_end : 0;
	ask->next_gap_end = next ? next->vm_start : vma ? mm->task_size : 0;
	ask->prev = mmscope_vmas_add(chunk, prev);
	ask->vma = mmscope_vmas_add(chunk, vma);
	if (vma) {
		/* What was told of it: a stack may have grown since (before 6.5). */
		const struct mmscope_vma *told = chunk->buf + ask->vma;

		ask->gap_end = told->start;
		if (told->start <= ask->addr)
			ask->found |= MMSCOPE_FIND_HOLDS;
		if (told->start < (ask->end ?: ask->addr + 1))
			ask->found |= MMSCOPE_FIND_INTERSECTS;
	}
	ask->next = mmscope_vmas_add(chunk, next);
}
