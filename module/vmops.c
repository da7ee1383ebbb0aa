// SPDX-License-Identifier: GPL-2.0
/*
 * vmops.c - the operations of VMAs, by symbol
 *
 * Reads vm_ops under the mmap lock: the VMA's file, or the kernel itself, keeps the
 * table there. Names are told, addresses never.
 */
#include "vmops.h"

#include <linux/kallsyms.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "arch/arch.h"
#include "compat/compat.h"
#include "compat/vmops.h"

/* VMAs between two looks at who else wants the lock. */
#define LOOK_AFTER	16

/**
 * mmscope_vmops_members - the operations that this kernel's VMAs can have
 *
 * Return: a bit for each enum mmscope_vmop.
 */
u64 mmscope_vmops_members(void)
{
	u64 members = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mmscope_vmops); i++)
		members |= BIT_ULL(mmscope_vmops[i].op);
	return members;
}

/* Append the symbol of @addr; an empty one in place of an address without any. */
static u16 add_symbol(struct mmscope_vmops_record *record, const void *addr)
{
	u16 off = record->size;
	char *symbol = (char *)record + off;

	sprint_symbol_no_offset(symbol, (unsigned long)addr);
	if (strstarts(symbol, "0x"))
		symbol[0] = '\0';
	record->size += strlen(symbol) + 1;
	return off;
}

static void record_ops(struct mmscope_vmops_record *record,
		       const struct vm_operations_struct *ops)
{
	u16 *symbols = (u16 *)(record + 1);
	const void *member;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mmscope_vmops); i++) {
		member = *(void * const *)((const char *)ops +
					   mmscope_vmops[i].offset);
		if (member)
			record->set |= BIT_ULL(mmscope_vmops[i].op);
	}
	record->nr = hweight64(record->set);
	record->size += record->nr * sizeof(*symbols);
	record->ops_off = add_symbol(record, ops);
	for (i = 0; i < ARRAY_SIZE(mmscope_vmops); i++) {
		if (!(record->set & BIT_ULL(mmscope_vmops[i].op)))
			continue;
		member = *(void * const *)((const char *)ops +
					   mmscope_vmops[i].offset);
		*symbols++ = add_symbol(record, member);
	}
}

/**
 * mmscope_vmops_chunk - records of one hold of the lock
 * @look: locked
 * @chunk: to fill further
 * @start: in: VMAs that end above it; out: where to resume
 * @end: VMAs that start below it
 *
 * Return: true when there are no more.
 */
bool mmscope_vmops_chunk(struct mmscope_look *look,
			 struct mmscope_vmops_chunk *chunk, u64 *start, u64 end)
{
	const struct mmscope_vmops_record *before = NULL;
	const void *ops_before = NULL;
	struct vm_area_struct *vma;
	struct vma_iterator vmi;

	/* All members and the table, each with the longest symbol there is. */
	BUILD_BUG_ON(sizeof(struct mmscope_vmops_record) + 8 +
		     (ARRAY_SIZE(mmscope_vmops) + 1) *
		     (KSYM_SYMBOL_LEN + sizeof(u16)) >
		     MMSCOPE_VMOPS_RECORD_MAX);

	if (*start >= MMSCOPE_ARCH_TASK_SIZE)
		return true;

	mmscope_for_each_vma(vmi, look->mm, vma, *start) {
		struct mmscope_vmops_record *record = chunk->buf + chunk->used;

		if (vma->vm_start >= end)
			return true;
		if (chunk->size - chunk->used < MMSCOPE_VMOPS_RECORD_MAX ||
		    (chunk->nr % LOOK_AFTER == LOOK_AFTER - 1 &&
		     mmscope_look_wanted(look)))
			return false;

		/* Symbols are dear, and neighbours are mostly of one kind. */
		if (before && ops_before == vma->vm_ops) {
			memcpy(record, before, before->size);
		} else {
			*record = (struct mmscope_vmops_record){
				.size = sizeof(*record),
			};
			if (vma->vm_ops)
				record_ops(record, vma->vm_ops);
			memset((char *)record + record->size, 0,
			       -record->size & 7);
			record->size = ALIGN(record->size, 8);
		}
		record->start = READ_ONCE(vma->vm_start);
		record->end = vma->vm_end;
		before = record;
		ops_before = vma->vm_ops;
		chunk->used += record->size;
		chunk->nr++;
		*start = record->end;
	}
	return true;
}
