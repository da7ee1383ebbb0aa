// SPDX-License-Identifier: GPL-2.0
/*
 * extents.c - iterate over the runs of a range, batch by batch
 *
 * The module ends a run where its chunk ends, and tells short ones as words, one for
 * each page. Here neighbours that continue each other are joined again, so that what
 * comes out depends on neither.
 */
#include <stdlib.h>
#include <string.h>

#include "batch.h"

#define BATCH	(MMSCOPE_BUF_SIZE / sizeof(struct mmscope_extent))

/**
 * struct mmscope_extent_iter - see libmmscope.h
 * @batch: the replies
 * @opts: what was asked for; @start is the cursor
 * @page_size: bytes of a base page: swap offsets count in them
 * @word: next word behind the element before, NULL while there is none
 * @va: address of the page that it tells
 * @words_end: where the words end
 * @entries: words of mapped pages are their entries
 * @alike: a word, and what it says; most words say the same of another frame
 * @says: as @alike
 * @err: error to report when @run has been handed out
 * @have_run: @run is set
 * @run: the run that is being joined
 * @run_entry: its first entry, or MMSCOPE_HIDDEN
 * @entry: that of the run that was handed out
 * @nr_frames: of an iteration over the places of frames
 * @frames: those
 */
struct mmscope_extent_iter {
	struct batch batch;
	struct mmscope_extent_opts opts;
	__u64 page_size;
	const __u64 *word;
	__u64 va;
	__u64 words_end;
	int entries;
	__u64 alike;
	struct mmscope_extent says;
	int err;
	int have_run;
	struct mmscope_extent run;
	__u64 run_entry;
	__u64 entry;
	__u32 nr_frames;
	struct mmscope_frames frames[];
};

/* Both questions are answered by runs, and told where to go on. */
static int reply(struct mmscope_extent_iter *iter, const struct mmscope_lock *lock, __u64 nr,
		 __u32 done, __u64 start)
{
	int err = batch_reply(&iter->batch, lock, nr, nr * sizeof(struct mmscope_extent),
			      done != 0, start > iter->opts.start);

	if (!err)
		iter->opts.start = start;
	return err;
}

static int ask(struct batch *batch)
{
	struct mmscope_extent_iter *iter = (struct mmscope_extent_iter *)batch;
	struct mmscope_extents arg = {
		.size = sizeof(arg),
		.flags = MMSCOPE_EXTENTS_DENSE,
		.start = iter->opts.start,
		.end = iter->opts.end,
		.buf = mmscope_ptr(batch->buf),
		.nr = BATCH,
		.extent_size = sizeof(struct mmscope_extent),
		.statuses = iter->opts.statuses,
		.ignore_flags = iter->opts.ignore_flags,
		.require_flags = iter->opts.require_flags,
		.lock.generation = batch->lock.generation,
		.lock.budget_ns = batch->ms->budget_ns,
	};
	int err = mmscope_ioctl(batch->ms, MMSCOPE_IOC_EXTENTS, &arg);

	return err ? err : reply(iter, &arg.lock, arg.nr, arg.done, arg.start);
}

static int ask_frames(struct batch *batch)
{
	struct mmscope_extent_iter *iter = (struct mmscope_extent_iter *)batch;
	struct mmscope_rmap arg = {
		.size = sizeof(arg),
		.start = iter->opts.start,
		.end = iter->opts.end,
		.frames = mmscope_ptr(iter->frames),
		.nr_frames = iter->nr_frames,
		.buf = mmscope_ptr(batch->buf),
		.nr = BATCH,
		.extent_size = sizeof(struct mmscope_extent),
		.lock.generation = batch->lock.generation,
		.lock.budget_ns = batch->ms->budget_ns,
	};
	int err = mmscope_ioctl(batch->ms, MMSCOPE_IOC_RMAP, &arg);

	return err ? err : reply(iter, &arg.lock, arg.nr, arg.done, arg.start);
}

MMSCOPE_API int mmscope_extent_iter_new(struct mmscope *ms, const struct mmscope_extent_opts *opts,
					struct mmscope_extent_iter **ret)
{
	struct mmscope_extent_iter *iter;
	struct mmscope_extent_opts o;
	unsigned int page_size;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	err = mmscope_page_size(ms, &page_size);
	if (err)
		return err;
	iter = batch_new(sizeof(*iter), ms, ask, o.generation);
	if (!iter)
		return mmscope_fail(ENOMEM);
	iter->opts = o;
	if (!iter->opts.end)
		iter->opts.end = ~0ULL;
	iter->page_size = page_size;
	*ret = iter;
	return 0;
}

MMSCOPE_API int mmscope_rmap_iter_new(struct mmscope *ms, const struct mmscope_rmap_opts *opts,
				      struct mmscope_extent_iter **ret)
{
	struct mmscope_extent_iter *iter;
	struct mmscope_rmap_opts o;
	unsigned int page_size;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	if (!o.nr_frames || o.nr_frames > MMSCOPE_FRAMES_MAX)
		return mmscope_fail(EINVAL);
	err = mmscope_page_size(ms, &page_size);
	if (err)
		return err;
	iter = batch_new(sizeof(*iter) + o.nr_frames * sizeof(*o.frames), ms, ask_frames,
			 o.generation);
	if (!iter)
		return mmscope_fail(ENOMEM);
	memcpy(iter->frames, o.frames, o.nr_frames * sizeof(*o.frames));
	iter->nr_frames = (__u32)o.nr_frames;
	iter->opts.start = o.start;
	iter->opts.end = o.end ? o.end : ~0ULL;
	iter->page_size = page_size;
	*ret = iter;
	return 0;
}

MMSCOPE_API void mmscope_extent_iter_free(struct mmscope_extent_iter *iter)
{
	free(iter);
}

MMSCOPE_API const struct mmscope_lock *
mmscope_extent_iter_lock(const struct mmscope_extent_iter *iter)
{
	return &iter->batch.lock;
}

/* Does @next continue @run? The rule is that of struct mmscope_extent. */
static int continues(const struct mmscope_extent_iter *iter, const struct mmscope_extent *run,
		     const struct mmscope_extent *next)
{
	__u64 len = run->end - run->start;

	if (run->end != next->start || run->status != next->status || run->level != next->level ||
	    run->flags != next->flags || run->page_shift != next->page_shift ||
	    run->swap_type != next->swap_type)
		return 0;
	if (run->pa == MMSCOPE_HIDDEN || next->pa == MMSCOPE_HIDDEN)
		return run->pa == next->pa;
	switch (run->status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		return run->pa + len == next->pa;
	case MMSCOPE_SWAP:
		return run->pa + len / iter->page_size == next->pa;
	default:
		return run->pa == next->pa;
	}
}

/* The flags of a page that are told by a bit of their own. */
static const struct {
	__u64 bit;
	__u64 flag;
} word_flags[] = {
	{ MMSCOPE_DENSE_PRESENT, MMSCOPE_PTE_PRESENT },
	{ MMSCOPE_DENSE_WRITE, MMSCOPE_PTE_WRITE },
	{ MMSCOPE_DENSE_USER, MMSCOPE_PTE_USER },
	{ MMSCOPE_DENSE_EXCLUSIVE, MMSCOPE_PTE_EXCLUSIVE },
	{ MMSCOPE_DENSE_YOUNG, MMSCOPE_PTE_YOUNG },
	{ MMSCOPE_DENSE_DIRTY, MMSCOPE_PTE_DIRTY },
	{ MMSCOPE_DENSE_PROTNONE, MMSCOPE_PTE_PROTNONE },
	{ MMSCOPE_DENSE_GLOBAL, MMSCOPE_PTE_GLOBAL },
	{ MMSCOPE_DENSE_SPECIAL, MMSCOPE_PTE_SPECIAL },
	{ MMSCOPE_DENSE_UFFD_WP, MMSCOPE_PTE_UFFD_WP },
	{ MMSCOPE_DENSE_SOFT_DIRTY, MMSCOPE_PTE_SOFT_DIRTY },
};

/* Says what @word says; all but @start, @end, @level and @page_shift. */
static int word_says(__u64 word, struct mmscope_extent *page)
{
	int hidden = (word & MMSCOPE_DENSE_PA) == MMSCOPE_DENSE_PA;

	for (size_t i = 0; i < ARRAY_SIZE(word_flags); i++)
		if (word & word_flags[i].bit)
			page->flags |= word_flags[i].flag;
	if (word & MMSCOPE_DENSE_PRESENT) {
		page->status = word & MMSCOPE_DENSE_PROTNONE ? MMSCOPE_PROTNONE : MMSCOPE_MAPPED;
		page->pa = word & MMSCOPE_DENSE_PA;
		if (!(word & MMSCOPE_DENSE_NOEXEC))
			page->flags |= MMSCOPE_PTE_EXEC;
	} else if (word & MMSCOPE_DENSE_SWAP) {
		page->status = MMSCOPE_SWAP;
		page->pa = (word & MMSCOPE_DENSE_PA) >> MMSCOPE_DENSE_PA_SHIFT;
		page->swap_type = (word & MMSCOPE_DENSE_TYPE) >> MMSCOPE_DENSE_TYPE_SHIFT;
		if (hidden)
			page->swap_type = MMSCOPE_HIDDEN32;
	} else {
		page->status = MMSCOPE_NONE;
		return word ? -EPROTO : 1;
	}
	if (hidden)
		page->pa = MMSCOPE_HIDDEN;
	return 1;
}

/* The same, of one that may be like the one before: then only the frame is another. */
static int page_says(struct mmscope_extent_iter *iter, __u64 word, struct mmscope_extent *page)
{
	int ret;

	if (word & MMSCOPE_DENSE_PRESENT && !((word ^ iter->alike) & ~MMSCOPE_DENSE_PA) &&
	    (word & MMSCOPE_DENSE_PA) != MMSCOPE_DENSE_PA) {
		page->flags = iter->says.flags;
		page->status = iter->says.status;
		page->pa = word & MMSCOPE_DENSE_PA;
		return 1;
	}
	ret = word_says(word, page);
	iter->alike = word;
	iter->says = *page;
	return ret;
}

/* The next word that reports something: 1, 0 when there is none left, -errno. */
static int next_word(struct mmscope_extent_iter *iter, struct mmscope_extent *page, __u64 *entry)
{
	__u64 word;

	while (iter->va != iter->words_end) {
		*page = (struct mmscope_extent){
			.start = iter->va,
			.end = iter->va + iter->page_size,
			.level = MMSCOPE_LEVEL_PTE,
			.page_shift = (__u8)__builtin_ctzll(iter->page_size),
		};
		iter->va = page->end;
		word = *iter->word++;
		if (word || iter->opts.statuses & MMSCOPE_STATUS_BIT(MMSCOPE_NONE)) {
			int ret = page_says(iter, word, page);

			if (iter->entries && page->status == MMSCOPE_MAPPED)
				*entry = word;
			return ret;
		}
	}
	return 0;
}

/* The words behind @head come next, if the reply has as many as it says. */
static int begin_words(struct mmscope_extent_iter *iter, const struct mmscope_extent *head)
{
	const size_t in_one = sizeof(*head) / sizeof(*iter->word);
	__u64 nr = (head->end - head->start) / iter->page_size;

	if (head->end <= head->start || (head->start | head->end) % iter->page_size ||
	    head->level != MMSCOPE_LEVEL_PTE ||
	    1ULL << (head->page_shift & 63) != iter->page_size ||
	    nr > iter->batch.left * in_one)
		return -EPROTO;
	iter->word = (const __u64 *)(iter->batch.buf + iter->batch.pos);
	iter->va = head->start;
	iter->words_end = head->end;
	iter->entries = head->flags & MMSCOPE_DENSE_ENTRIES ? 1 : 0;
	nr = (nr + in_one - 1) / in_one;
	iter->batch.pos += nr * sizeof(*head);
	iter->batch.left -= nr;
	return 0;
}

/*
 * The next piece of a run, in either form, and its entry if that is told: 1, 0 at the
 * end, -errno.
 */
static int next_piece(struct mmscope_extent_iter *iter, struct mmscope_extent *piece,
		      __u64 *entry)
{
	int ret;

	*entry = MMSCOPE_HIDDEN;
	for (;;) {
		ret = next_word(iter, piece, entry);
		if (ret)
			return ret;
		ret = batch_more(&iter->batch);
		if (ret <= 0)
			return ret;
		memcpy(piece, iter->batch.buf + iter->batch.pos, sizeof(*piece));
		batch_took(&iter->batch, sizeof(*piece));
		if (piece->status != MMSCOPE_DENSE)
			return 1;
		ret = begin_words(iter, piece);
		if (ret)
			return ret;
	}
}

MMSCOPE_API int mmscope_extent_iter_next(struct mmscope_extent_iter *iter,
					 struct mmscope_extent *extent)
{
	struct mmscope_extent next;
	__u64 entry;
	int ret;

	while (!iter->err) {
		ret = next_piece(iter, &next, &entry);
		if (!ret)
			break;
		if (ret > 0 && (next.end <= next.start ||
				(iter->have_run && next.start < iter->run.end)))
			ret = -EPROTO;
		if (ret < 0) {
			iter->err = ret;
			break;
		}
		if (!iter->have_run) {
			iter->run = next;
			iter->run_entry = entry;
			iter->have_run = 1;
		} else if (continues(iter, &iter->run, &next)) {
			iter->run.end = next.end;
		} else {
			*extent = iter->run;
			iter->entry = iter->run_entry;
			iter->run = next;
			iter->run_entry = entry;
			return 1;
		}
	}
	if (iter->have_run) {
		*extent = iter->run;
		iter->entry = iter->run_entry;
		iter->have_run = 0;
		return 1;
	}
	return iter->err ? mmscope_fail(-iter->err) : 0;
}

__u64 extent_iter_entry(const struct mmscope_extent_iter *iter)
{
	return iter->entry;
}
