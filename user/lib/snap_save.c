// SPDX-License-Identifier: GPL-2.0
/*
 * snap_save.c - record an attached address space into a file
 *
 * One pass over the VMAs and their tables, one over the extents, one over the
 * accounting, one over the page facts if they are wanted; then the lists of
 * snap_lists_save.c. What does not fit a chunk is written at once, so memory does not
 * grow with the process.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "snap.h"
#include "snap_format.h"
#include "snap_lists.h"

#define CPUMASK_MAX	1024
#define WALK_BATCH	128
#define EXTENT_BATCH	(WALK_BATCH / 2)

/**
 * struct save - a recording
 * @ms: what is recorded
 * @fd: where to
 * @opts: how
 * @records: read so far
 * @info: of the module
 * @sequence: of the next chunk
 * @tables: one for each level
 * @table_end: end of the last table of each level
 * @table_pa: its address
 * @seen: below this all tables on the way were met: VMAs share them
 * @addrs: addresses to walk
 * @walks: and what was found
 * @end: for the last chunk
 */
struct save {
	struct mmscope *ms;
	int fd;
	struct mmscope_snapshot_opts opts;
	__u64 records;
	struct mmscope_info info;
	__u32 sequence;
	struct snap_writer tables[MMSCOPE_NR_LEVELS];
	__u64 table_end[MMSCOPE_NR_LEVELS];
	__u64 table_pa[MMSCOPE_NR_LEVELS];
	__u64 seen;
	__u64 addrs[WALK_BATCH];
	struct mmscope_walk_result walks[WALK_BATCH];
	struct snap_end end;
};

static int write_all(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	while (len) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		len -= n;
	}
	return 0;
}

static int emit(struct save *save, struct snap_writer *w)
{
	struct snap_chunk chunk = {
		.sequence = save->sequence++, .length = (__u32)w->len,
		.first = w->first, .end = w->end, .nr = w->nr,
	};
	unsigned char bytes[SNAP_CHUNK_SIZE];
	int err;

	snprintf(chunk.name, sizeof(chunk.name), "%s", snap_schemas[w->kind].name);
	snap_chunk_encode(&chunk, w->payload, bytes);
	err = write_all(save->fd, bytes, sizeof(bytes));
	if (!err)
		err = write_all(save->fd, w->payload, w->len);
	snap_writer_begin(w);
	return err;
}

/* Is @w at the beginning of a chunk? What records are relative to starts anew there. */
static bool fresh(const struct snap_writer *w)
{
	return !w->nr;
}

static void count(struct save *save)
{
	save->records++;
	if (save->opts.progress)
		save->opts.progress(save->opts.arg, save->records);
}

/* @among: the columns that can differ from the record before */
static int put_among(struct save *save, struct snap_writer *w, const struct snap_value *values,
		     __u64 among, __u64 start, __u64 end)
{
	int err;

	if (fresh(w))
		w->first = start;
	w->end = end;
	count(save);
	err = snap_writer_put_among(w, values, among);
	return !err && snap_writer_full(w) ? emit(save, w) : err;
}

static int put(struct save *save, struct snap_writer *w, const struct snap_value *values,
	       __u64 start, __u64 end)
{
	return put_among(save, w, values, (1ULL << snap_schemas[w->kind].nr) - 1, start, end);
}

/* A kind that has one record only. */
static int put_one(struct save *save, enum snap_kind kind, const struct snap_value *values)
{
	struct snap_writer w;
	int err;

	err = snap_writer_init(&w, kind);
	if (err)
		return err;
	err = snap_writer_put(&w, values);
	if (!err)
		err = emit(save, &w);
	snap_writer_free(&w);
	return err;
}

static struct snap_value text(const char *s)
{
	return (struct snap_value){ .num = s ? strlen(s) : 0, .text = s };
}

static int save_process(struct save *save)
{
	const struct snap_process process = {
		.pid = (__u32)save->opts.pid, .rights = save->opts.rights,
		.pages = !!save->opts.pages,
	};
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };
	struct timespec now;

	/* Of a recording: when that was made. */
	if (save->ms->snapshot) {
		values[SNAP_PROCESS_TIME].num = save->ms->snapshot->time_ns;
	} else {
		clock_gettime(CLOCK_REALTIME, &now);
		values[SNAP_PROCESS_TIME].num = (__u64)now.tv_sec * 1000000000 + now.tv_nsec;
	}
	snap_from_struct(SNAP_PROCESS, &process, values);
	values[SNAP_PROCESS_COMM] = text(save->opts.comm);
	return put_one(save, SNAP_PROCESS, values);
}

static int save_info(struct save *save)
{
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };
	struct snap_writer w;
	unsigned int i;
	int err;

	err = mmscope_info(save->ms, &save->info);
	if (err)
		return err;
	snap_from_struct(SNAP_INFO, &save->info, values);
	values[SNAP_INFO_RELEASE] = text(save->info.release);
	values[SNAP_INFO_ARCH] = text(save->info.arch);
	err = put_one(save, SNAP_INFO, values);
	if (!err)
		err = snap_writer_init(&w, SNAP_LEVELS);
	if (err)
		return err;
	for (i = 0; i < save->info.nr_levels && !err; i++) {
		snap_from_struct(SNAP_LEVELS, &save->info.levels[i], values);
		err = snap_writer_put(&w, values);
	}
	if (!err)
		err = emit(save, &w);
	snap_writer_free(&w);
	return err;
}

static int save_names(struct save *save)
{
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };
	const struct mmscope_name *names;
	struct snap_writer w;
	unsigned int class;
	size_t nr, i;
	int err;

	err = snap_writer_init(&w, SNAP_NAMES);
	for (class = 0; class < MMSCOPE_NR_NAMES && !err; class++) {
		err = mmscope_names(save->ms, class, &names, &nr);
		for (i = 0; !err && i < nr; i++) {
			values[SNAP_NAME_CLASS].num = class;
			values[SNAP_NAME_BIT].num = names[i].bit;
			values[SNAP_NAME_NAME] = text(names[i].name);
			err = snap_writer_put(&w, values);
		}
	}
	if (!err)
		err = emit(save, &w);
	snap_writer_free(&w);
	return err;
}

static int save_mm(struct save *save)
{
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };
	unsigned char cpumask[CPUMASK_MAX];
	char exe[PATH_MAX];
	struct mmscope_mm_opts opts = {
		.size = sizeof(opts), .exe = exe, .exe_size = sizeof(exe),
		.cpumask = cpumask, .cpumask_size = sizeof(cpumask),
	};
	struct mmscope_mm mm;
	struct snap_writer w;
	unsigned int i;
	int err;

	err = mmscope_mm(save->ms, &mm, &opts);
	if (err)
		return err;
	save->end.lock.generation = mm.generation;
	snap_from_struct(SNAP_MM, &mm, values);
	values[SNAP_MM_EXE] = text(mm.exe_size ? exe : NULL);
	values[SNAP_MM_CPUMASK] = (struct snap_value){
		.num = mm.cpumask_size < CPUMASK_MAX ? mm.cpumask_size : CPUMASK_MAX,
		.text = (const char *)cpumask,
	};
	err = put_one(save, SNAP_MM, values);
	if (!err)
		err = snap_writer_init(&w, SNAP_AUXV);
	if (err)
		return err;
	for (i = 0; i < mm.nr_auxv && !err; i++)
		err = snap_writer_put(&w, &(struct snap_value){ .num = mm.auxv[i] });
	if (!err)
		err = emit(save, &w);
	snap_writer_free(&w);
	return err;
}

/* Records the tables on the way to an address, as far as they are not yet. */
static int save_tables_of(struct save *save, const struct mmscope_walk_result *walk)
{
	unsigned int i;

	for (i = 1; i < walk->nr_levels; i++) {
		const struct mmscope_level_info *level = &save->info.levels[i];
		__u64 span = (__u64)level->nr_entries << level->shift;
		__u64 base = walk->va & ~(span - 1), pa = walk->levels[i].table_pa;
		__u64 entry = walk->levels[i - 1].entry;
		struct snap_writer *w = &save->tables[level->level];
		struct snap_value values[SNAP_MAX_COLUMNS];
		int err;

		if (walk->levels[i].level != level->level)
			return -EPROTO;
		if (base < save->table_end[level->level])
			continue;
		if (fresh(w))
			save->table_pa[level->level] = 0;
		values[SNAP_TABLE_GAP].num = base - (fresh(w) ? 0 : save->table_end[level->level]);
		values[SNAP_TABLE_JUMP].num = pa - save->table_pa[level->level];
		values[SNAP_TABLE_ENTRY].num = entry == MMSCOPE_HIDDEN ? entry : entry - pa;
		values[SNAP_TABLE_FLAGS].num = walk->levels[i - 1].flags;
		save->table_end[level->level] = base + span;
		save->table_pa[level->level] = pa;
		err = put(save, w, values, base, base + span);
		if (err)
			return err;
	}
	return 0;
}

/* The first address behind what the last entry of a walk, or its table, spans. */
static __u64 next_unseen(const struct save *save, const struct mmscope_walk_result *walk)
{
	const struct mmscope_level_info *pte = &save->info.levels[save->info.nr_levels - 1];
	__u64 span = walk->page_size;

	if (walk->level == pte->level)
		span = (__u64)pte->nr_entries << pte->shift;
	return span ? (walk->va & ~(span - 1)) + span : walk->va + save->info.page_size;
}

/*
 * The tables of a VMA. Asks for several addresses at a time, as far apart as the
 * last step was; what such a step has passed over already is dropped.
 */
static int save_tables(struct save *save, __u64 start, __u64 end)
{
	__u64 next = start > save->seen ? start : save->seen, stride = save->info.page_size;
	ssize_t nr, i;
	int err;

	while (next < end) {
		for (nr = 0; nr < WALK_BATCH && next + nr * stride < end; nr++)
			save->addrs[nr] = next + nr * stride;
		/* The first time one step tells how long they are. */
		if (stride == save->info.page_size)
			nr = 1;
		nr = mmscope_walk(save->ms, save->addrs, nr, save->walks, &save->end.lock);
		if (nr <= 0)
			return nr ? (int)nr : -ESRCH;
		for (i = 0; i < nr; i++) {
			if (save->walks[i].va < next)
				continue;
			if (save->walks[i].va > next)
				break;
			err = save_tables_of(save, &save->walks[i]);
			if (err)
				return err;
			next = next_unseen(save, &save->walks[i]);
			save->seen = next;
			stride = next - (save->walks[i].va & ~(save->info.page_size - 1ULL));
			if (next < save->walks[i].va)	/* the end of all addresses */
				return 0;
		}
	}
	return 0;
}

static int save_vmas(struct save *save)
{
	struct mmscope_vma_opts opts = {
		.size = sizeof(opts), .generation = save->end.lock.generation,
	};
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	struct mmscope_vma head;
	struct snap_writer w;
	__u64 last = 0;
	int ret;

	ret = snap_writer_init(&w, SNAP_VMAS);
	if (ret)
		return ret;
	ret = mmscope_vma_iter_new(save->ms, &opts, &iter);
	if (ret)
		goto out_free;
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0) {
		/* One that has grown since it was told comes again: what is new of it. */
		head = *vma;
		if (head.start < last) {
			head.start = last;
			head.pgoff += (last - vma->start) / save->info.page_size;
		}
		if (head.start >= head.end)
			continue;
		snap_from_struct(SNAP_VMAS, &head, values);
		values[SNAP_VMA_GAP].num = head.start - (fresh(&w) ? 0 : last);
		values[SNAP_VMA_LENGTH].num = head.end - head.start;
		values[SNAP_VMA_PATH] = text(mmscope_vma_path(vma));
		values[SNAP_VMA_NAME] = text(mmscope_vma_name(vma));
		values[SNAP_VMA_OPS] = text(mmscope_vma_ops(vma));
		last = head.end;
		ret = put(save, &w, values, head.start, head.end);
		if (!ret)
			ret = save_tables(save, head.start, head.end);
		if (ret)
			break;
	}
	if (!ret && !fresh(&w))
		ret = emit(save, &w);
	mmscope_lock_add(&save->end.lock, mmscope_vma_iter_lock(iter));
	mmscope_vma_iter_free(iter);
	save->end.user_end = last;
out_free:
	snap_writer_free(&w);
	return ret;
}

static int save_table_chunks(struct save *save)
{
	unsigned int level;
	int err = 0;

	for (level = 0; level < MMSCOPE_NR_LEVELS && !err; level++)
		if (!fresh(&save->tables[level]))
			err = emit(save, &save->tables[level]);
	return err;
}

/* Where user space ends: the gap behind the last VMA, if there is one, says it. */
static int find_user_end(struct save *save)
{
	struct mmscope_extent_opts opts = {
		.size = sizeof(opts), .start = save->end.user_end,
		.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA),
	};
	struct mmscope_extent_iter *iter;
	struct mmscope_extent gap;
	int ret;

	ret = mmscope_extent_iter_new(save->ms, &opts, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_extent_iter_next(iter, &gap)) > 0)
		save->end.user_end = gap.end;
	mmscope_lock_add(&save->end.lock, mmscope_extent_iter_lock(iter));
	mmscope_extent_iter_free(iter);
	return ret;
}

/* The entry as the walk read it, if it is the one that the extent tells of. */
static __u64 walked_entry(const struct mmscope_walk_result *walk,
			  const struct mmscope_extent *ext, __u64 pa)
{
	if (!walk->nr_levels || walk->status != ext->status || walk->level != ext->level ||
	    walk->flags != ext->flags || (snap_has_frame(ext->status) && walk->pa != pa) ||
	    (ext->status == MMSCOPE_SWAP && walk->swap_offset != pa))
		return MMSCOPE_HIDDEN;
	return walk->levels[walk->nr_levels - 1].entry;
}

/**
 * struct run - an extent, and how its entries begin and go on
 * @ext: it
 * @entry: its first entry, or MMSCOPE_HIDDEN
 * @step: to the next one
 */
struct run {
	struct mmscope_extent ext;
	__u64 entry, step;
};

static __u64 run_step(const struct mmscope_extent *ext)
{
	return snap_has_frame(ext->status) ? 1ULL << ext->page_shift : 0;
}

/* What the walks to the first two entries of a run, @walk, tell of them all. */
static void take_walks(const struct save *save, struct run *run,
		       const struct mmscope_walk_result *walk)
{
	const struct mmscope_extent *ext = &run->ext;
	__u64 size = 1ULL << ext->page_shift, second;

	run->entry = walked_entry(&walk[0], ext, ext->pa);
	if (run->entry == MMSCOPE_HIDDEN || ext->end - ext->start <= size)
		return;
	second = walked_entry(&walk[1], ext, ext->pa + snap_distance(ext, ext->start + size,
								     save->info.page_size));
	run->step = second - run->entry;
	if (second == MMSCOPE_HIDDEN)
		run->entry = second;
}

/* Walks to the entries of those runs that came without. */
static int walk_runs(struct save *save, struct run *runs, size_t nr)
{
	struct run *unknown[EXTENT_BATCH];
	size_t i, n = 0;
	ssize_t ret;

	for (i = 0; i < nr; i++) {
		const struct mmscope_extent *ext = &runs[i].ext;
		__u64 second = ext->start + (1ULL << ext->page_shift);

		if (runs[i].entry != MMSCOPE_HIDDEN)
			continue;
		save->addrs[2 * n] = ext->start;
		save->addrs[2 * n + 1] = second < ext->end ? second : ext->start;
		unknown[n++] = &runs[i];
	}
	if (!n)
		return 0;
	ret = mmscope_walk(save->ms, save->addrs, 2 * n, save->walks, &save->end.lock);
	if (ret < 0)
		return (int)ret;
	if ((size_t)ret != 2 * n)
		return -ESRCH;
	for (i = 0; i < n; i++)
		take_walks(save, unknown[i], &save->walks[2 * i]);
	return 0;
}

/* Are the fields that no column of its own is for the same? */
static bool same_fields(const struct mmscope_extent *a, const struct mmscope_extent *b)
{
	return a->flags == b->flags && a->status == b->status && a->level == b->level &&
	       a->page_shift == b->page_shift && a->swap_type == b->swap_type;
}

/**
 * struct extents - the extents that are being written
 * @w: where to
 * @last: the one before
 * @values: it, as columns
 */
struct extents {
	struct snap_writer w;
	struct mmscope_extent last;
	struct snap_value values[SNAP_MAX_COLUMNS];
};

static int put_run_of(struct save *save, struct extents *to, const struct run *run)
{
	const struct mmscope_extent *ext = &run->ext;
	struct mmscope_extent *last = &to->last;
	struct snap_value *values = to->values;
	__u64 entry = run->entry, among = SNAP_EXTENT_RELATIVE, expected;
	int err;

	if (to->w.nr >= SNAP_EXTENTS_FEW &&
	    (last->start ^ ext->start) >> SNAP_EXTENTS_BLOCK_SHIFT) {
		err = emit(save, &to->w);
		if (err)
			return err;
	}
	if (fresh(&to->w) || !same_fields(ext, last)) {
		snap_from_struct(SNAP_EXTENTS, ext, values);
		among = (1ULL << snap_schemas[SNAP_EXTENTS].nr) - 1;
	}
	if (fresh(&to->w))
		memset(last, 0, sizeof(*last));
	expected = last->pa == MMSCOPE_HIDDEN ? last->pa :
		   last->pa + snap_distance(last, last->end, save->info.page_size);
	if (entry != MMSCOPE_HIDDEN && snap_has_frame(ext->status))
		entry -= ext->pa;
	values[SNAP_EXTENT_GAP].num = ext->start - last->end;
	values[SNAP_EXTENT_LENGTH].num = ext->end - ext->start;
	values[SNAP_EXTENT_JUMP].num = ext->pa - expected;
	values[SNAP_EXTENT_ENTRY].num = entry;
	values[SNAP_EXTENT_STEP].num = run->step;
	*last = *ext;
	return put_among(save, &to->w, values, among, ext->start, ext->end);
}

static int put_runs(struct save *save, struct extents *to, struct run *runs, size_t nr)
{
	size_t i;
	int err = 0;

	if (save->opts.rights & MMSCOPE_RIGHT_PHYS)
		err = walk_runs(save, runs, nr);
	for (i = 0; i < nr && !err; i++)
		err = put_run_of(save, to, &runs[i]);
	return err;
}

static int save_extents(struct save *save)
{
	struct mmscope_extent_opts opts = {
		.size = sizeof(opts), .generation = save->end.lock.generation,
	};
	struct extents to = { 0 };
	struct mmscope_extent_iter *iter;
	struct run runs[EXTENT_BATCH];
	size_t nr;
	int ret, err;

	err = snap_writer_init(&to.w, SNAP_EXTENTS);
	if (err)
		return err;
	err = mmscope_extent_iter_new(save->ms, &opts, &iter);
	if (err)
		goto out_free;
	do {
		ret = 0;
		for (nr = 0; nr < EXTENT_BATCH; nr++) {
			ret = mmscope_extent_iter_next(iter, &runs[nr].ext);
			if (ret <= 0)
				break;
			runs[nr].entry = extent_iter_entry(iter);
			runs[nr].step = run_step(&runs[nr].ext);
		}
		err = ret < 0 ? ret : 0;
		if (!err && nr)
			err = put_runs(save, &to, runs, nr);
	} while (!err && nr == EXTENT_BATCH);
	if (!err && !fresh(&to.w))
		err = emit(save, &to.w);
	mmscope_lock_add(&save->end.lock, mmscope_extent_iter_lock(iter));
	mmscope_extent_iter_free(iter);
out_free:
	snap_writer_free(&to.w);
	return err;
}

static int save_stats(struct save *save)
{
	struct mmscope_stat_opts opts = {
		.size = sizeof(opts), .generation = save->end.lock.generation,
	};
	const size_t sums = offsetof(struct mmscope_stat, vss);
	const __u64 all = (1ULL << snap_schemas[SNAP_STATS].nr) - 1;
	struct snap_value values[SNAP_MAX_COLUMNS];
	struct mmscope_stat last = { 0 };
	const struct mmscope_stat *stat;
	struct mmscope_stat_iter *iter;
	struct snap_writer w;
	bool same;
	int ret;

	ret = snap_writer_init(&w, SNAP_STATS);
	if (ret)
		return ret;
	ret = mmscope_stat_iter_new(save->ms, &opts, &iter);
	if (ret)
		goto out_free;
	while ((ret = mmscope_stat_iter_next(iter, &stat)) > 0) {
		/* Of many small VMAs the sums are often those of the one before. */
		same = !fresh(&w) && !memcmp(&stat->vss, &last.vss, sizeof(*stat) - sums);
		if (!same)
			snap_from_struct(SNAP_STATS, stat, values);
		values[SNAP_STAT_START].num = stat->start;
		values[SNAP_STAT_END].num = stat->end;
		last = *stat;
		ret = put_among(save, &w, values, same ? SNAP_STAT_PLACE : all, stat->start,
				stat->end);
		if (ret)
			break;
	}
	if (!ret && !fresh(&w))
		ret = emit(save, &w);
	mmscope_lock_add(&save->end.lock, mmscope_stat_iter_lock(iter));
	mmscope_stat_iter_free(iter);
out_free:
	snap_writer_free(&w);
	return ret;
}

/**
 * struct page_run - pages that differ only as their numbers rise
 * @first: the first of them
 * @nr: how many, 0 for none yet
 * @step: by how much the value rises, 0 or 1
 * @folio_step: likewise the index in the folio
 * @end: end of the run before
 * @value: the last value of the run before
 */
struct page_run {
	struct mmscope_page first;
	__u64 nr, step, folio_step;
	__u64 end, value;
};

static bool run_goes_on(struct page_run *run, const struct mmscope_page *page, __u64 page_size)
{
	const struct mmscope_page *first = &run->first;

	if (page->va != first->va + run->nr * page_size || page->flags != first->flags ||
	    page->kpf != first->kpf || page->mapcount != first->mapcount ||
	    page->refcount != first->refcount || page->swap_type != first->swap_type ||
	    page->attrs != first->attrs || page->status != first->status ||
	    page->level != first->level || page->type != first->type ||
	    page->order != first->order || page->zone != first->zone || page->node != first->node)
		return false;
	if (run->nr == 1) {
		run->step = page->value != first->value;
		run->folio_step = page->folio_index != first->folio_index;
	}
	return page->value == first->value + run->nr * run->step &&
	       page->folio_index == (__u32)(first->folio_index + run->nr * run->folio_step);
}

static int put_run(struct save *save, struct snap_writer *w, struct page_run *run)
{
	__u64 end = run->first.va + run->nr * save->info.page_size;
	struct snap_value values[SNAP_MAX_COLUMNS];

	if (!run->nr)
		return 0;
	if (fresh(w)) {
		run->end = 0;
		run->value = 0;
	}
	snap_from_struct(SNAP_PAGES, &run->first, values);
	values[SNAP_PAGE_GAP].num = run->first.va - run->end;
	values[SNAP_PAGE_COUNT].num = run->nr;
	values[SNAP_PAGE_JUMP].num = run->first.value - run->value;
	values[SNAP_PAGE_STEP].num = run->step;
	values[SNAP_PAGE_FOLIO].num = run->first.folio_index;
	values[SNAP_PAGE_FOLIO_STEP].num = run->folio_step;
	run->end = end;
	run->value = run->first.value + (run->nr - 1) * run->step;
	run->nr = 0;
	return put(save, w, values, run->first.va, end);
}

static int save_pages(struct save *save)
{
	struct mmscope_page_opts opts = {
		.size = sizeof(opts), .generation = save->end.lock.generation,
	};
	const struct mmscope_page *page;
	struct mmscope_page_iter *iter;
	struct page_run run = { 0 };
	struct snap_writer w;
	int ret;

	ret = snap_writer_init(&w, SNAP_PAGES);
	if (ret)
		return ret;
	ret = mmscope_page_iter_new(save->ms, &opts, &iter);
	if (ret)
		goto out_free;
	while ((ret = mmscope_page_iter_next(iter, &page)) > 0) {
		if (run.nr && run_goes_on(&run, page, save->info.page_size)) {
			run.nr++;
			count(save);
			continue;
		}
		ret = put_run(save, &w, &run);
		if (ret)
			break;
		run.first = *page;
		run.nr = 1;
		/* Of a single page nothing rises: what costs no byte. */
		run.step = 1;
		run.folio_step = 0;
	}
	if (!ret)
		ret = put_run(save, &w, &run);
	if (!ret && !fresh(&w))
		ret = emit(save, &w);
	mmscope_lock_add(&save->end.lock, mmscope_page_iter_lock(iter));
	mmscope_page_iter_free(iter);
out_free:
	snap_writer_free(&w);
	return ret;
}

static int emit_list(void *save, struct snap_writer *w)
{
	return emit(save, w);
}

static int save_lists(struct save *save)
{
	const struct snap_sink sink = {
		.emit = emit_list, .arg = save, .ms = save->ms,
		.generation = save->end.lock.generation, .lock = &save->end.lock,
	};

	return snap_lists_save(&sink);
}

static int save_end(struct save *save)
{
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };

	snap_from_struct(SNAP_END, &save->end, values);
	return put_one(save, SNAP_END, values);
}

static int save_all(struct save *save)
{
	unsigned char head[SNAP_HEAD_SIZE];
	int err;

	snap_head_encode(head);
	err = write_all(save->fd, head, sizeof(head));
	if (!err)
		err = save_process(save);
	if (!err)
		err = save_info(save);
	if (!err)
		err = save_names(save);
	if (!err)
		err = save_mm(save);
	if (!err)
		err = save_vmas(save);
	if (!err)
		err = save_table_chunks(save);
	if (!err)
		err = find_user_end(save);
	if (!err)
		err = save_extents(save);
	if (!err)
		err = save_stats(save);
	if (!err && save->opts.pages)
		err = save_pages(save);
	if (!err)
		err = save_lists(save);
	return err ? err : save_end(save);
}

MMSCOPE_API int mmscope_snapshot_save(struct mmscope *ms, int fd,
				      const struct mmscope_snapshot_opts *opts,
				      struct mmscope_lock *lock)
{
	struct mmscope_snapshot_opts o;
	struct save *save;
	unsigned int level;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	save = calloc(1, sizeof(*save));
	if (!save)
		return mmscope_fail(ENOMEM);
	save->ms = ms;
	save->fd = fd;
	save->opts = o;
	for (level = 0; level < MMSCOPE_NR_LEVELS && !err; level++)
		err = snap_writer_init(&save->tables[level], SNAP_TABLES + level);
	if (!err)
		err = save_all(save);
	if (!err && lock)
		*lock = save->end.lock;
	for (level = 0; level < MMSCOPE_NR_LEVELS; level++)
		snap_writer_free(&save->tables[level]);
	free(save);
	return err ? mmscope_fail(-err) : 0;
}
