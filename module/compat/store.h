/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store.h - the formats of the structure that keeps the VMAs
 *
 * A maple tree since 6.1 (include/linux/maple_tree.h, lib/maple_tree.c), a red-black
 * tree and a list before. All with the mmap lock held: writers of either hold it for
 * writing, so nothing moves and RCU is not needed.
 *
 * mmscope_store_root() gives the root, mmscope_store_read() fills a record from a
 * node and tells the children's, by slot.
 */
#ifndef MMSCOPE_COMPAT_STORE_H
#define MMSCOPE_COMPAT_STORE_H

#include <linux/mm.h>

#include "compat/have.h"
#include "store.h"

static inline void mmscope_slot_vma(struct mmscope_store_slot *slot,
				    const struct vm_area_struct *vma)
{
	slot->kind = MMSCOPE_SLOT_VMA;
	slot->start = vma->vm_start;
	slot->end = vma->vm_end;
}

#if HAVE_MM_MT

#include <linux/maple_tree.h>
#include <linux/xarray.h>

#define MMSCOPE_STORE_KIND	MMSCOPE_STORE_MAPLE

static inline bool mmscope_store_root(struct mm_struct *mm,
				      struct mmscope_store_ref *ref)
{
	void *root = rcu_dereference_protected(mm->mm_mt.ma_root,
					       lockdep_is_held(&mm->mmap_lock));

	/* A tree of one entry, at address 0, keeps that in place of a node. */
	*ref = (struct mmscope_store_ref){ .node = root, .max = ULONG_MAX };
	return xa_is_node(root);
}

/* Bits 3 to 6 of a pointer to a node are its type, those below 8 no address. */
static inline unsigned int mmscope_maple_type(const void *enode)
{
	return ((unsigned long)enode >> MAPLE_NODE_TYPE_SHIFT) &
	       MAPLE_NODE_TYPE_MASK;
}

static inline struct maple_node *mmscope_maple_node(const void *enode)
{
	return (struct maple_node *)((unsigned long)enode & ~MAPLE_NODE_MASK);
}

/**
 * struct mmscope_maple_shape - where a node has its parts
 * @pivots: last addresses of the slots' ranges, but for the last slot
 * @slots: entries or nodes
 * @gaps: NULL where none are kept
 * @nr: slots there can be
 * @type: enum mmscope_node_type
 * @leaf: slots hold entries
 */
struct mmscope_maple_shape {
	const unsigned long *pivots;
	void __rcu **slots;
	const unsigned long *gaps;
	unsigned int nr;
	unsigned int type;
	bool leaf;
};

static inline struct mmscope_maple_shape mmscope_maple_shape(const void *enode)
{
	struct maple_node *node = mmscope_maple_node(enode);

	switch (mmscope_maple_type(enode)) {
	case maple_arange_64:
		return (struct mmscope_maple_shape){
			.pivots = node->ma64.pivot, .slots = node->ma64.slot,
			.gaps = node->ma64.gap, .nr = MAPLE_ARANGE64_SLOTS,
			.type = MMSCOPE_NODE_ARANGE_64,
		};
	case maple_range_64:
	case maple_leaf_64:
		return (struct mmscope_maple_shape){
			.pivots = node->mr64.pivot, .slots = node->mr64.slot,
			.nr = MAPLE_RANGE64_SLOTS,
			.type = mmscope_maple_type(enode) == maple_leaf_64 ?
				MMSCOPE_NODE_LEAF_64 : MMSCOPE_NODE_RANGE_64,
			.leaf = mmscope_maple_type(enode) == maple_leaf_64,
		};
	default:
		/* Dense nodes are defined, and not used. */
		return (struct mmscope_maple_shape){
			.type = MMSCOPE_NODE_DENSE, .leaf = true,
		};
	}
}

static inline void mmscope_store_read(struct mm_struct *mm,
				      const struct mmscope_store_ref *ref,
				      struct mmscope_store_full *full,
				      struct mmscope_store_ref *children)
{
	const struct mmscope_maple_shape shape = mmscope_maple_shape(ref->node);
	unsigned long min = ref->min, last;
	unsigned int i;
	void *entry;

	BUILD_BUG_ON(MAPLE_RANGE64_SLOTS > MMSCOPE_STORE_SLOTS);

	full->head.type = shape.type;
	full->head.nr_possible = shape.nr;
	full->head.node = (unsigned long)mmscope_maple_node(ref->node);
	for (i = 0; i < shape.nr; i++) {
		struct mmscope_store_slot *slot = &full->slots[i];

		/*
		 * The last slot in use ends where the node does. Its pivot says so,
		 * or is zero, or there is none: the place of the last slot's can
		 * hold the node's own notes.
		 */
		last = i < shape.nr - 1 ? shape.pivots[i] : ref->max;
		if (!last && i)
			last = ref->max;

		*slot = (struct mmscope_store_slot){ .last = last };
		if (shape.gaps)
			slot->gap = shape.gaps[i];
		entry = rcu_dereference_protected(shape.slots[i],
						  lockdep_is_held(&mm->mmap_lock));
		if (!entry) {
			slot->kind = MMSCOPE_SLOT_EMPTY;
		} else if (!shape.leaf) {
			slot->kind = MMSCOPE_SLOT_NODE;
			children[i] = (struct mmscope_store_ref){
				.node = entry, .min = min, .max = last,
				.depth = ref->depth + 1,
			};
		} else if (xa_is_internal(entry) || xa_is_value(entry)) {
			/* A fork that fails marks what it did not get to. */
			slot->kind = MMSCOPE_SLOT_OTHER;
		} else {
			mmscope_slot_vma(slot, entry);
		}
		full->head.nr_slots = i + 1;
		if (last >= ref->max)
			break;
		min = last + 1;
	}
}

static inline void mmscope_store_notes(struct mm_struct *mm,
				       struct mmscope_store *about)
{
	unsigned int flags = mm->mm_mt.ma_flags;

	about->height = (flags & MT_FLAGS_HEIGHT_MASK) >>
			MT_FLAGS_HEIGHT_OFFSET;
	if (flags & MT_FLAGS_ALLOC_RANGE)
		about->attrs |= MMSCOPE_STORE_GAPS;
	if (flags & MT_FLAGS_USE_RCU)
		about->attrs |= MMSCOPE_STORE_RCU;
}

#else

#include <linux/rbtree_augmented.h>

#define MMSCOPE_STORE_KIND	MMSCOPE_STORE_RBTREE

static inline bool mmscope_store_root(struct mm_struct *mm,
				      struct mmscope_store_ref *ref)
{
	*ref = (struct mmscope_store_ref){
		.node = mm->mm_rb.rb_node, .max = ULONG_MAX,
	};
	return ref->node;
}

static inline void mmscope_rb_child(struct mmscope_store_slot *slot,
				    struct rb_node *node, unsigned long min,
				    unsigned long max, unsigned int depth,
				    struct mmscope_store_ref *child)
{
	*slot = (struct mmscope_store_slot){
		.last = max,
		.kind = node ? MMSCOPE_SLOT_NODE : MMSCOPE_SLOT_EMPTY,
	};
	*child = (struct mmscope_store_ref){
		.node = node, .min = min, .max = max, .depth = depth,
	};
}

/* A node is a VMA: told as three slots, what lies below, itself, what lies above. */
static inline void mmscope_store_read(struct mm_struct *mm,
				      const struct mmscope_store_ref *ref,
				      struct mmscope_store_full *full,
				      struct mmscope_store_ref *children)
{
	struct rb_node *node = ref->node;
	const struct vm_area_struct *vma =
		rb_entry(node, struct vm_area_struct, vm_rb);
	/* 5.10 grows stacks with the lock held for reading: once. */
	unsigned long start = READ_ONCE(vma->vm_start);

	full->head.type = MMSCOPE_NODE_RB;
	full->head.nr_possible = 3;
	full->head.nr_slots = 3;
	full->head.node = (unsigned long)vma;
	if (rb_is_red(node))
		full->head.attrs |= MMSCOPE_NODE_RED;

	mmscope_rb_child(&full->slots[0], node->rb_left, ref->min, start - 1,
			 ref->depth + 1, &children[0]);
	full->slots[1] = (struct mmscope_store_slot){
		.last = vma->vm_end - 1,
		.gap = vma->rb_subtree_gap,
		.kind = MMSCOPE_SLOT_VMA,
		.start = start,
		.end = vma->vm_end,
	};
	mmscope_rb_child(&full->slots[2], node->rb_right, vma->vm_end, ref->max,
			 ref->depth + 1, &children[2]);
}

static inline void mmscope_store_notes(struct mm_struct *mm,
				       struct mmscope_store *about)
{
	about->attrs |= MMSCOPE_STORE_GAPS;
}

#endif /* HAVE_MM_MT */

#endif /* MMSCOPE_COMPAT_STORE_H */
