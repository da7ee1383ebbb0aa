// SPDX-License-Identifier: GPL-2.0
/*
 * stat_rows.c - memory accounting of a process, by what it is summed up
 *
 * The module's figures have no names, its list of VMAs no figures: the two are read
 * side by side and joined by address.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mapping.h"
#include "render/memory.h"
#include "stat_rows.h"

#define NO_MAPPING	"[anon]"

void stat_add(struct mmscope_stat *sum, const struct mmscope_stat *stat)
{
	const size_t first = offsetof(struct mmscope_stat, vss) / sizeof(__u64);
	const __u64 *from = (const __u64 *)stat;
	__u64 *to = (__u64 *)sum;
	size_t i;

	/* From here to the end all are sums. */
	_Static_assert(sizeof(*sum) % sizeof(__u64) == 0, "numbers of 64 bits only");
	for (i = first; i < sizeof(*sum) / sizeof(__u64); i++)
		to[i] += from[i];
}

void stat_rows_add(struct stat_rows *rows, const struct stat_row *row)
{
	struct stat_row *to;

	rows->rows = more_room(rows->rows, rows->nr, sizeof(*rows->rows));
	to = &rows->rows[rows->nr++];
	*to = *row;
	to->comm = names_keep(&rows->names, row->comm);
	to->mapping = names_keep(&rows->names, row->mapping);
}

void stat_rows_free(struct stat_rows *rows)
{
	names_free(&rows->names);
	free(rows->rows);
	free(rows->slots);
	*rows = (struct stat_rows){ 0 };
}

static const char *group_text(enum stat_by by, const struct stat_row *row)
{
	if (by == STAT_BY_FILE)
		return row->mapping;
	return by == STAT_BY_KIND ? row->kind : "";
}

static bool same_group(enum stat_by by, const struct stat_row *a, const struct stat_row *b)
{
	return a->target == b->target && !strcmp(group_text(by, a), group_text(by, b)) &&
	       (by != STAT_BY_FLAGS || a->vm_flags == b->vm_flags);
}

static size_t hash_row(enum stat_by by, const struct stat_row *row)
{
	__u64 hash = row->target ^ (by == STAT_BY_FLAGS ? row->vm_flags << 8 : 0);
	const char *s;

	for (s = group_text(by, row); *s; s++)
		hash = (hash ^ (unsigned char)*s) * 0x100000001b3ULL;
	return (size_t)((hash * 0x9e3779b97f4a7c15ULL) >> 32);
}

/* The slot that holds the group of @row, or the empty one where it belongs. */
static size_t *find_slot(const struct stat_rows *rows, enum stat_by by, const struct stat_row *row)
{
	size_t i = hash_row(by, row) & (rows->nr_slots - 1);

	while (rows->slots[i] && !same_group(by, &rows->rows[rows->slots[i] - 1], row))
		i = (i + 1) & (rows->nr_slots - 1);
	return &rows->slots[i];
}

static void grow_slots(struct stat_rows *rows, enum stat_by by)
{
	size_t i;

	free(rows->slots);
	rows->nr_slots = rows->nr_slots ? rows->nr_slots * 2 : 64;
	rows->slots = zalloc(rows->nr_slots * sizeof(*rows->slots));
	for (i = 0; i < rows->nr; i++)
		*find_slot(rows, by, &rows->rows[i]) = i + 1;
}

void stat_rows_group(struct stat_rows *rows, enum stat_by by, const struct stat_row *row)
{
	size_t *slot;

	if (2 * (rows->nr + 1) > rows->nr_slots)
		grow_slots(rows, by);
	slot = find_slot(rows, by, row);
	if (*slot) {
		stat_add(&rows->rows[*slot - 1].stat, &row->stat);
		return;
	}
	stat_rows_add(rows, row);
	*slot = rows->nr;
}

static int collect_total(const struct target *target, stat_row_fn *fn, void *arg,
			 struct mmscope_lock *lock)
{
	struct mmscope_stat_opts opts = { .size = sizeof(opts), .rollup = 1 };
	struct stat_row row = { .pid = target->pid };
	const struct mmscope_stat *stat;
	struct mmscope_stat_iter *iter;
	char comm[64];
	int ret;

	ret = mmscope_stat_iter_new(target->ms, &opts, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_stat_iter_next(iter, &stat)) > 0)
		stat_add(&row.stat, stat);
	mmscope_lock_add(lock, mmscope_stat_iter_lock(iter));
	mmscope_stat_iter_free(iter);
	if (ret)
		return ret;
	row.comm = target_comm(target, comm, sizeof(comm));
	fn(arg, &row);
	return 0;
}

/**
 * struct join - figures and names side by side
 * @vma: the VMA that was read last, NULL at the end of the list
 * @changed: a figure had no VMA
 */
struct join {
	const struct target *target;
	struct vm_bits bits;
	struct fileset libs;
	struct mmscope_vma_iter *vmas;
	const struct mmscope_vma *vma;
	struct mmscope_stat_iter *stats;
	bool changed;
};

/* Moves on to the VMA that @stat is about, if it is there. Returns 0 or -errno. */
static int join_vma(struct join *j, const struct mmscope_stat *stat)
{
	int ret;

	while (j->vma && j->vma->end <= stat->start) {
		ret = mmscope_vma_iter_next(j->vmas, &j->vma);
		if (ret < 0)
			return ret;
		if (!ret)
			j->vma = NULL;
	}
	if (!j->vma || j->vma->start != stat->start || j->vma->end != stat->end)
		j->changed = true;
	return 0;
}

static void join_row(struct join *j, const struct mmscope_stat *stat, stat_row_fn *fn, void *arg)
{
	const struct mmscope_vma *vma = j->vma && j->vma->start <= stat->start ? j->vma : NULL;
	struct stat_row row = { .pid = j->target->pid, .kind = "unknown", .stat = *stat };
	struct strbuf name = { 0 };

	if (vma) {
		mapping_name(&name, vma);
		row.kind = mapping_kind(vma, &j->libs);
		row.vm_flags = vma->vm_flags;
		vm_perms(&j->bits, vma->vm_flags, row.perms);
	}
	if (!name.len)
		strbuf_puts(&name, NO_MAPPING);
	row.mapping = name.data;
	fn(arg, &row);
	strbuf_free(&name);
}

static int join_all(struct join *j, stat_row_fn *fn, void *arg)
{
	const struct mmscope_stat *stat;
	int ret;

	ret = mmscope_vma_iter_next(j->vmas, &j->vma);
	if (ret < 0)
		return ret;
	while ((ret = mmscope_stat_iter_next(j->stats, &stat)) > 0) {
		ret = join_vma(j, stat);
		if (ret)
			return ret;
		join_row(j, stat, fn, arg);
	}
	return ret;
}

static int collect_vmas(const struct target *target, bool kinds, stat_row_fn *fn, void *arg,
			struct mmscope_lock *lock)
{
	struct join j = { .target = target };
	int ret = 0;

	vm_bits_load(target, &j.bits);
	if (kinds)
		ret = mapping_find_libraries(target, &j.bits, &j.libs);
	if (!ret)
		ret = mmscope_vma_iter_new(target->ms, NULL, &j.vmas);
	if (!ret)
		ret = mmscope_stat_iter_new(target->ms, NULL, &j.stats);
	if (!ret) {
		ret = join_all(&j, fn, arg);
		mmscope_lock_add(lock, mmscope_vma_iter_lock(j.vmas));
		mmscope_lock_add(lock, mmscope_stat_iter_lock(j.stats));
		if (j.changed)
			lock->flags |= MMSCOPE_LOCK_CHANGED;
	}
	mmscope_stat_iter_free(j.stats);
	mmscope_vma_iter_free(j.vmas);
	fileset_free(&j.libs);
	return ret;
}

int stat_collect(const struct target *target, enum stat_by by, bool kinds, stat_row_fn *fn,
		 void *arg, struct mmscope_lock *lock)
{
	if (by == STAT_BY_TOTAL)
		return collect_total(target, fn, arg, lock);
	return collect_vmas(target, kinds, fn, arg, lock);
}
