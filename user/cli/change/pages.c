// SPDX-License-Identifier: GPL-2.0
/*
 * pages.c - what happened to pages between two looks: both are gone through side by
 * side, run by run
 *
 * What an entry does not tell cannot be told. Documentation/snapshots.rst says which
 * changes look alike.
 */
#include "change.h"

const char *const page_change_names[NR_PAGE_CHANGES] = {
	[CHANGE_PRESENT] = "present", [CHANGE_DROPPED] = "dropped",
	[CHANGE_WRITTEN] = "written", [CHANGE_COPIED] = "copied",
	[CHANGE_MIGRATED] = "migrated", [CHANGE_SHARED] = "shared",
	[CHANGE_UNSHARED] = "unshared", [CHANGE_SWAPPED_OUT] = "swapped_out",
	[CHANGE_SWAPPED_IN] = "swapped_in", [CHANGE_COLLAPSED] = "collapsed",
	[CHANGE_SPLIT] = "split", [CHANGE_POISONED] = "poisoned",
};

#define DID(change)	(1U << CHANGE_##change)

static bool is_resident(const struct page_run *run)
{
	if (!run)
		return false;
	switch (run->ext.status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
	case MMSCOPE_MIGRATION:
	case MMSCOPE_DEVICE:
		return true;
	default:
		return false;
	}
}

static bool has_status(const struct page_run *run, unsigned int status)
{
	return run && run->ext.status == status;
}

static bool has_flag(const struct page_run *run, __u64 flag)
{
	return run->ext.flags & flag;
}

/* Both may be hidden, or not there. */
__u64 run_pa(const struct page_run *run, __u64 va, unsigned int page_size)
{
	const struct mmscope_extent *ext = &run->ext;

	if (ext->pa == MMSCOPE_HIDDEN)
		return MMSCOPE_HIDDEN;
	switch (ext->status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		return ext->pa + (va - ext->start);
	case MMSCOPE_SWAP:
		return ext->pa + (va - ext->start) / page_size;
	default:
		return MMSCOPE_HIDDEN;
	}
}

static bool has_moved(const struct page_run *before, const struct page_run *after, __u64 va,
		      unsigned int page_size)
{
	__u64 from = run_pa(before, va, page_size), to = run_pa(after, va, page_size);

	return from != MMSCOPE_HIDDEN && to != MMSCOPE_HIDDEN && from != to;
}

static bool gained(const struct page_run *before, const struct page_run *after, __u64 flag)
{
	return !has_flag(before, flag) && has_flag(after, flag);
}

/* Can a write to the page lead to a copy, before and after? */
static bool copies_on_write(const struct vma_list *list, const struct vma_item *before,
			    const struct vma_item *after)
{
	return !((before->vm_flags | after->vm_flags) & list->mayshare) &&
	       before->vm_flags & after->vm_flags & list->write;
}

static bool is_plain(const struct page_run *run)
{
	return run->ext.status == MMSCOPE_MAPPED && !has_flag(run, MMSCOPE_PTE_UFFD_WP);
}

static bool is_anon(const struct page_run *run)
{
	return run->facts && (run->type == MMSCOPE_PAGE_ANON || run->type == MMSCOPE_PAGE_KSM);
}

/* Another page than before: a copy of it, itself at another place, or quite another. */
static unsigned int changes_of_moved(const struct page_run *before, const struct page_run *after,
				     bool cow)
{
	if (has_flag(after, MMSCOPE_PTE_SPECIAL) && !has_flag(before, MMSCOPE_PTE_SPECIAL))
		return DID(DROPPED) | DID(PRESENT);
	if (is_anon(before) && after->facts && !is_anon(after))
		return DID(DROPPED) | DID(PRESENT);
	if (before->facts && !is_anon(before) && is_anon(after))
		return DID(COPIED) | DID(WRITTEN);
	/* A copy can be written; what could be written before needed none, but for a fork(). */
	if (cow && has_flag(after, MMSCOPE_PTE_WRITE) && has_flag(after, MMSCOPE_PTE_DIRTY))
		return has_flag(before, MMSCOPE_PTE_WRITE) ? DID(MOVED) :
							     DID(COPIED) | DID(WRITTEN);
	return DID(MIGRATED) | (gained(before, after, MMSCOPE_PTE_SOFT_DIRTY) ? DID(WRITTEN) : 0);
}

/* fork() protects what is now shared; so does, for itself, /proc/PID/clear_refs. */
static bool is_shared_by_fork(const struct page_run *before, const struct page_run *after)
{
	return is_plain(before) && is_plain(after) &&
	       gained(after, before, MMSCOPE_PTE_WRITE) &&
	       !gained(after, before, MMSCOPE_PTE_SOFT_DIRTY);
}

/* The page that was there before. */
static unsigned int changes_in_place(const struct page_run *before, const struct page_run *after,
				     bool cow)
{
	unsigned int changes = 0;

	if (gained(before, after, MMSCOPE_PTE_DIRTY) ||
	    gained(before, after, MMSCOPE_PTE_SOFT_DIRTY) ||
	    (cow && is_plain(before) && is_plain(after) &&
	     gained(before, after, MMSCOPE_PTE_WRITE)))
		changes |= DID(WRITTEN);
	if (cow && is_shared_by_fork(before, after))
		changes |= DID(SHARED);
	return changes;
}

static unsigned int changes_of_resident(const struct page_run *before,
					const struct page_run *after, bool moved, bool cow)
{
	unsigned int changes;

	if (before->ext.level > after->ext.level)
		return DID(COLLAPSED);
	changes = moved ? changes_of_moved(before, after, cow) :
			  changes_in_place(before, after, cow);
	if (before->ext.level < after->ext.level)
		changes |= DID(SPLIT);
	if (before->facts && after->facts && !(changes & (DID(COPIED) | DID(DROPPED)))) {
		if (before->exclusive && !after->exclusive)
			changes |= DID(SHARED);
		if (!before->exclusive && after->exclusive)
			changes |= DID(UNSHARED);
	}
	return changes;
}

static unsigned int changes_of_new(const struct page_run *after)
{
	if (has_status(after, MMSCOPE_SWAP))
		return DID(SWAPPED_OUT);
	if (!is_resident(after))
		return 0;
	return DID(PRESENT) | (has_flag(after, MMSCOPE_PTE_DIRTY) ? DID(WRITTEN) : 0);
}

/* All that an entry tells is as it was. Most pages are such. */
static bool is_unchanged(const struct page_run *before, const struct page_run *after, bool moved)
{
	if (!before || !after)
		return before == after;
	return !moved && before->ext.flags == after->ext.flags &&
	       before->ext.status == after->ext.status && before->ext.level == after->ext.level &&
	       !before->facts && !after->facts;
}

/* In memory that is the same before and after. */
static unsigned int changes_of(const struct page_run *before, const struct page_run *after,
			       bool moved, bool cow)
{
	bool swapped = has_status(before, MMSCOPE_SWAP);

	if (has_status(before, MMSCOPE_RACED) || has_status(after, MMSCOPE_RACED))
		return 0;
	if (has_status(after, MMSCOPE_HWPOISON))
		return has_status(before, MMSCOPE_HWPOISON) ? 0 : DID(POISONED);
	if (!swapped && !is_resident(before))
		return changes_of_new(after);
	if (has_status(after, MMSCOPE_SWAP)) {
		if (swapped)
			return moved ? DID(SWAPPED_IN) | DID(SWAPPED_OUT) : 0;
		return DID(SWAPPED_OUT);
	}
	if (!is_resident(after))
		return DID(DROPPED);
	if (swapped)
		return DID(SWAPPED_IN) |
		       (has_flag(after, MMSCOPE_PTE_DIRTY) ? DID(WRITTEN) : 0);
	return changes_of_resident(before, after, moved, cow);
}

/**
 * struct side - one of the two, while it is gone through
 * @source: where runs come from
 * @run: the one at hand
 * @ret: 1 while there is one, 0, -errno
 * @vma: the VMA at hand, in the list of that side
 */
struct side {
	struct run_source *source;
	struct page_run run;
	int ret;
	size_t vma;
};

static __u64 min_u64(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

/* The run at @va, or NULL; *@end is lowered to where that changes. */
static const struct page_run *run_at(const struct side *side, __u64 va, __u64 *end)
{
	if (side->ret <= 0)
		return NULL;
	if (side->run.ext.start > va) {
		*end = min_u64(*end, side->run.ext.start);
		return NULL;
	}
	*end = min_u64(*end, side->run.ext.end);
	return &side->run;
}

/* What a page that moved did, now that it can be told. */
static unsigned int resolved(enum forked forked, unsigned int changes)
{
	if (!(changes & DID(MOVED)))
		return changes;
	changes &= ~DID(MOVED);
	return changes | (forked == FORKED_YES ? DID(COPIED) | DID(WRITTEN) : DID(MIGRATED));
}

static void resolve_sum(enum forked forked, struct change_sum *sum)
{
	__u64 moved = sum->bytes[CHANGE_MOVED];

	sum->bytes[CHANGE_MOVED] = 0;
	if (forked == FORKED_YES) {
		sum->bytes[CHANGE_COPIED] += moved;
		sum->bytes[CHANGE_WRITTEN] += moved;
	} else {
		sum->bytes[CHANGE_MIGRATED] += moved;
	}
}

/* After the last page all is known. */
static void finish(struct change_sweep *sweep, bool forked)
{
	size_t i;

	sweep->forked = forked ? FORKED_YES : FORKED_NO;
	resolve_sum(sweep->forked, &sweep->sum);
	for (i = 0; i < sweep->groups->nr; i++)
		resolve_sum(sweep->forked, &sweep->groups->groups[i].sum);
}

static void account(struct change_sweep *sweep, const struct page_delta *delta)
{
	__u64 bytes = delta->end - delta->start;
	unsigned int i;

	if (!delta->changes)
		return;
	for (i = 0; i < NR_PAGE_SUMS; i++) {
		if (!(delta->changes & 1U << i))
			continue;
		sweep->sum.bytes[i] += bytes;
		if (delta->group != NO_GROUP)
			sweep->groups->groups[delta->group].sum.bytes[i] += bytes;
	}
	if (sweep->tell)
		sweep->tell(sweep, delta);
}

/*
 * Pages from @va on, up to where anything changes; returns that. *@calm gets the end of
 * the memory from there on that is the same on both sides, or 0.
 */
static __u64 compare_at(struct change_sweep *sweep, struct side sides[2], __u64 va, __u64 *calm,
			bool *forked)
{
	struct page_delta delta = { .start = va, .end = ~0ULL, .group = NO_GROUP };
	const struct vma_item *before, *after;
	__u64 vma_end = ~0ULL;

	delta.before = run_at(&sides[0], va, &delta.end);
	delta.after = run_at(&sides[1], va, &delta.end);
	before = vma_list_at(sweep->lists[0], &sides[0].vma, va, &vma_end);
	after = vma_list_at(sweep->lists[1], &sides[1].vma, va, &vma_end);
	delta.end = min_u64(delta.end, vma_end);
	*calm = 0;
	if (before && after && before->group == after->group) {
		bool moved = delta.before && delta.after &&
			     has_moved(delta.before, delta.after, va, sweep->page_size);
		bool cow;

		*calm = vma_end;
		if (is_unchanged(delta.before, delta.after, moved))
			return delta.end;
		cow = copies_on_write(sweep->lists[0], before, after);
		delta.group = before->group;
		delta.changes = changes_of(delta.before, delta.after, moved, cow);
		*forked |= cow && delta.before && delta.after && !moved &&
			   is_shared_by_fork(delta.before, delta.after);
		if (sweep->forked != FORKED_UNKNOWN)
			delta.changes = resolved(sweep->forked, delta.changes);
		account(sweep, &delta);
		return delta.end;
	}
	/* Another mapping, or none: what was there is gone, what is there is new. */
	if (is_resident(delta.before) || has_status(delta.before, MMSCOPE_SWAP)) {
		struct page_delta old = delta;

		old.after = NULL;
		old.group = before ? before->group : NO_GROUP;
		old.changes = DID(DROPPED);
		account(sweep, &old);
	}
	delta.before = NULL;
	delta.group = after ? after->group : NO_GROUP;
	delta.changes = delta.after ? changes_of_new(delta.after) : 0;
	account(sweep, &delta);
	return delta.end;
}

/* Do both sides have the same run? So it is mostly. */
static bool is_same_run(const struct page_run *a, const struct page_run *b)
{
	const struct mmscope_extent *x = &a->ext, *y = &b->ext;

	return x->start == y->start && x->end == y->end && x->pa == y->pa &&
	       x->flags == y->flags && x->status == y->status && x->level == y->level &&
	       !a->facts && !b->facts;
}

static void advance(struct side *side, __u64 va)
{
	while (side->ret > 0 && side->run.ext.end <= va)
		side->ret = side->source->next(side->source, &side->run);
}

int change_sweep(struct change_sweep *sweep)
{
	bool forked = sweep->forked == FORKED_YES;
	struct side sides[2];
	__u64 va = 0, calm = 0, next;
	unsigned int i;

	for (i = 0; i < 2; i++)
		sides[i] = (struct side){ .source = sweep->sources[i], .ret = 1 };
	for (;;) {
		next = ~0ULL;
		for (i = 0; i < 2; i++) {
			advance(&sides[i], va);
			sweep->failed = i;
			if (sides[i].ret < 0)
				return sides[i].ret;
			if (sides[i].ret)
				next = min_u64(next, sides[i].run.ext.start);
		}
		if (next == ~0ULL)
			break;
		/* Nothing happened, in memory that was compared already. */
		if (sides[0].ret && sides[1].ret && sides[0].run.ext.end <= calm &&
		    is_same_run(&sides[0].run, &sides[1].run))
			va = sides[0].run.ext.end;
		else
			va = compare_at(sweep, sides, next > va ? next : va, &calm, &forked);
	}
	finish(sweep, forked);
	return 0;
}
