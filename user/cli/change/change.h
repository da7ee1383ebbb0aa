/* SPDX-License-Identifier: GPL-2.0 */
/*
 * change.h - what happened to an address space between two looks at it
 *
 * Knows nothing of where the looks come from (a process, a file, memory) nor of how
 * the answer is shown.
 */
#ifndef MMSCOPE_CHANGE_H
#define MMSCOPE_CHANGE_H

#include "cli.h"
#include "names.h"

/* What can happen to a page; several at once. */
enum page_change {
	CHANGE_PRESENT,
	CHANGE_DROPPED,
	CHANGE_WRITTEN,
	CHANGE_COPIED,
	CHANGE_MIGRATED,
	CHANGE_SHARED,
	CHANGE_UNSHARED,
	CHANGE_SWAPPED_OUT,
	CHANGE_SWAPPED_IN,
	CHANGE_COLLAPSED,
	CHANGE_SPLIT,
	CHANGE_POISONED,
	NR_PAGE_CHANGES,
	/* Not known yet: copied if there was a fork(), or migrated. Never told. */
	CHANGE_MOVED = NR_PAGE_CHANGES,
	NR_PAGE_SUMS
};

/* What can happen to VMAs. */
enum vma_change {
	VMA_SAME,
	VMA_ADDED,
	VMA_REMOVED,
	VMA_GROWN,
	VMA_SHRUNK,
	VMA_SPLIT,
	VMA_MERGED,
	VMA_REDRAWN,
	VMA_FLAGS,
	NR_VMA_CHANGES
};

extern const char *const page_change_names[NR_PAGE_CHANGES];
extern const char *const vma_change_names[NR_VMA_CHANGES];

/**
 * struct change_sum - how much happened
 * @bytes: of pages, by enum page_change
 */
struct change_sum {
	__u64 bytes[NR_PAGE_SUMS];
};

#define NO_GROUP	((size_t)-1)

/**
 * struct vma_item - a VMA, as far as it matters here
 * @start: first byte
 * @end: end, exclusive
 * @origin: address at which offset 0 of what is mapped would be
 * @vm_flags: less those that say nothing of the VMA
 * @dev: device of the file
 * @ino: its number
 * @attrs: MMSCOPE_VMA_*
 * @kind: enum mmscope_kind
 * @group: which of struct change_groups it belongs to
 * @name: path or name in brackets, "" for none
 */
struct vma_item {
	__u64 start, end;
	__u64 origin;
	__u64 vm_flags;
	__u64 dev, ino;
	__u32 attrs;
	__u16 kind;
	size_t group;
	const char *name;
};

/**
 * struct vma_list - the VMAs of one look
 * @items: by address
 * @nr: how many
 * @names: of the items
 * @write: vm_flags bit
 * @mayshare: likewise
 * @lock: report of the look
 */
struct vma_list {
	struct vma_item *items;
	size_t nr;
	struct names names;
	__u64 write, mayshare;
	struct mmscope_lock lock;
};

/* Returns 0 or -errno; free in any case. */
int vma_list_load(struct vma_list *list, const struct target *target);
void vma_list_free(struct vma_list *list);
/*
 * The VMA at @va, or NULL; *@end is lowered to where that changes. @va rises from call to
 * call; @at, 0 at first, is for this function.
 */
const struct vma_item *vma_list_at(const struct vma_list *list, size_t *at, __u64 va, __u64 *end);

/**
 * struct vma_group - VMAs, of both looks, that are the same memory
 * @change: what happened
 * @start: first byte of all
 * @end: end of all, exclusive
 * @nr: how many VMAs before, and after
 * @gained: vm_flags that came
 * @lost: vm_flags that went
 * @name: of the first one
 * @sum: what happened to their pages
 */
struct vma_group {
	enum vma_change change;
	__u64 start, end;
	size_t nr[2];
	__u64 gained, lost;
	const char *name;
	struct change_sum sum;
};

/**
 * struct change_groups - all VMAs of two looks
 * @groups: by address
 * @nr: how many
 */
struct change_groups {
	struct vma_group *groups;
	size_t nr;
};

/* Names in the groups are those of the lists. */
void change_groups_make(struct change_groups *groups, struct vma_list *before,
			struct vma_list *after);
void change_groups_free(struct change_groups *groups);

/**
 * struct page_run - pages that follow each other
 * @ext: where they are, and what is behind
 * @type: enum mmscope_page_type, MMSCOPE_PAGE_NONE when not known
 * @exclusive: nobody else maps them
 * @facts: @type and @exclusive are known
 */
struct page_run {
	struct mmscope_extent ext;
	unsigned int type;
	bool exclusive;
	bool facts;
};

/**
 * struct run_source - where runs come from, by address
 * @next: the next one: 1, 0 at the end, -errno
 */
struct run_source {
	int (*next)(struct run_source *source, struct page_run *run);
};

/**
 * struct page_delta - pages to which the same happened
 * @start: first byte
 * @end: end, exclusive
 * @changes: 1 << enum page_change
 * @before: what was there from @start on, NULL for nothing
 * @after: what is there
 * @group: whose they are, NO_GROUP for nobody's
 */
struct page_delta {
	__u64 start, end;
	unsigned int changes;
	const struct page_run *before, *after;
	size_t group;
};

/* The physical address (or swap offset) at @va of a run that holds it; or MMSCOPE_HIDDEN. */
__u64 run_pa(const struct page_run *run, __u64 va, unsigned int page_size);

/* Was there a fork() between the looks? It shows in other pages than those it matters for. */
enum forked { FORKED_UNKNOWN, FORKED_NO, FORKED_YES };

/**
 * struct change_sweep - a comparison of pages
 * @lists: VMAs before, and after, in @groups
 * @groups: they
 * @sources: runs before, and after
 * @page_size: bytes of a base page
 * @forked: out: whether there was a fork(); in: that, from a sweep before this one
 * @sum: what happened, in all
 * @failed: which source an error is of
 * @tell: called for each difference, by address; or NULL. With @forked unknown it is
 *	not told which pages were copied.
 * @arg: for the caller
 */
struct change_sweep {
	const struct vma_list *lists[2];
	struct change_groups *groups;
	struct run_source *sources[2];
	unsigned int page_size;
	enum forked forked;
	struct change_sum sum;
	unsigned int failed;
	void (*tell)(const struct change_sweep *sweep, const struct page_delta *delta);
	void *arg;
};

/* Returns 0 or -errno of a source. */
int change_sweep(struct change_sweep *sweep);

/**
 * struct skips - memory that need not be gone through: nothing happened to its pages
 * @ranges: first byte and end, exclusive, by address
 * @nr: how many
 */
struct skips {
	struct skip { __u64 start, end; } *ranges;
	size_t nr;
};

/*
 * Where two recordings say the same of all pages, and VMAs are the same memory; @lists as
 * change_groups_make() has left them. Returns 0 or -errno.
 */
int skips_find(struct skips *skips, const struct target targets[2],
	       const struct vma_list lists[2]);
void skips_free(struct skips *skips);

/**
 * struct live_source - runs as a handle tells them
 * @count: of the runs so far, to be shown as they are read; or NULL
 * @skips: what of it is left out, or NULL
 * @at: the next of those
 */
struct live_source {
	struct run_source source;
	struct mmscope_extent_iter *extents;
	struct mmscope_page_iter *pages;
	struct mmscope *ms;
	struct mmscope_lock lock;
	unsigned int page_shift;
	__u64 *count;
	const struct skips *skips;
	size_t at;
};

/*
 * @facts: page by page, with what is known of each, and nothing skipped. Returns 0 or
 * -errno.
 */
int live_source_begin(struct live_source *live, const struct target *target, bool facts,
		      __u64 generation, const struct skips *skips);
/* Adds what looking did to @lock. */
void live_source_end(struct live_source *live, struct mmscope_lock *lock);

#endif /* MMSCOPE_CHANGE_H */
