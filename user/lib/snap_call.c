// SPDX-License-Identifier: GPL-2.0
/*
 * snap_call.c - the operations of the contract, answered from a snapshot file
 *
 * The arguments come from this library, which has checked them; the answers go
 * through its checks like those of the module.
 */
#include <string.h>

#include "snap.h"

void snap_report(const struct snapshot *snap, struct mmscope_lock *lock)
{
	lock->hold_max_ns = 0;
	lock->hold_total_ns = 0;
	lock->nr_locks = 0;
	lock->flags = snap->end.lock.flags & MMSCOPE_LOCK_CHANGED;
}

static int names(const struct snapshot *snap, struct mmscope_names *arg)
{
	__u32 nr = snap->nr_names[arg->which];

	if (arg->names)
		memcpy(snap_user(arg->names), snap->names[arg->which],
		       (arg->nr < nr ? arg->nr : nr) * sizeof(struct mmscope_name));
	arg->nr = nr;
	return 0;
}

static int mm(const struct snapshot *snap, struct mmscope_mm *arg)
{
	struct mmscope_mm ask = *arg;
	size_t len;

	*arg = snap->mm;
	arg->size = ask.size;
	arg->exe = ask.exe;
	arg->cpumask = ask.cpumask;
	if (ask.exe && arg->exe_size) {
		len = ask.exe_size < arg->exe_size ? ask.exe_size : arg->exe_size;
		memcpy(snap_user(ask.exe), snap->exe, len);
	}
	arg->cpumask_size = (__u32)snap->cpumask_size;
	if (ask.cpumask) {
		len = ask.cpumask_size < snap->cpumask_size ? ask.cpumask_size :
							      snap->cpumask_size;
		memcpy(snap_user(ask.cpumask), snap->cpumask, len);
	}
	return 0;
}

/* Puts a text behind the record; returns its offset, 0 when there is none. */
static __u16 put_text(unsigned char *record, size_t *used, const struct snap_value *v)
{
	size_t at = *used;

	if (!v->num)
		return 0;
	memcpy(record + at, v->text, v->num);
	record[at + v->num] = '\0';
	*used += v->num + 1;
	return (__u16)at;
}

static size_t put_vma(unsigned char *to, const struct snap_vma *item)
{
	struct mmscope_vma vma = item->vma;
	size_t used = sizeof(vma);

	vma.path_off = put_text(to, &used, &item->path);
	vma.path_len = (__u16)item->path.num;
	vma.name_off = put_text(to, &used, &item->name);
	vma.ops_off = put_text(to, &used, &item->ops);
	while (used % 8)
		to[used++] = '\0';
	vma.size = (__u32)used;
	memcpy(to, &vma, sizeof(vma));
	return used;
}

static int vmas(struct snapshot *snap, struct mmscope_vmas *arg)
{
	unsigned char *buf = snap_user(arg->buf);
	const struct snap_vma *item;
	struct snap_cursor c;
	int ret;

	arg->used = 0;
	arg->nr = 0;
	arg->done = 0;
	for (ret = snap_seek(&c, snap, SNAP_VMAS, arg->start); ret > 0; ret = snap_next(&c)) {
		item = c.at;
		if (item->start >= arg->end)
			break;
		if (arg->buf_size - arg->used < MMSCOPE_VMA_RECORD_MAX)
			return 0;
		arg->used += put_vma(buf + arg->used, item);
		arg->nr++;
		arg->start = item->end;
	}
	arg->done = ret >= 0;
	return ret < 0 ? ret : 0;
}

/* Puts the record at @c; returns its offset. */
static __u32 put_found(struct mmscope_find *arg, const struct snap_cursor *c)
{
	__u32 at = arg->used;

	if (!c->at)
		return MMSCOPE_NO_RECORD;
	arg->used += (__u32)put_vma((unsigned char *)snap_user(arg->buf) + at, c->at);
	return at;
}

static int find(struct snapshot *snap, struct mmscope_find *arg)
{
	__u64 low = 0, high = snap->mm.task_size, end = arg->end ? arg->end : arg->addr;
	const struct snap_item *vma;
	struct snap_cursor c, prev;
	int ret;

	if (arg->end && arg->end <= arg->addr)
		return -EINVAL;
	arg->used = 0;
	arg->found = 0;
	arg->task_size = high;
	ret = snap_seek(&c, snap, SNAP_VMAS, arg->addr);
	prev = c;
	if (ret >= 0)
		ret = snap_prev(&prev);
	if (ret < 0)
		return ret;
	arg->prev = put_found(arg, &prev);
	if (prev.at)
		low = ((const struct snap_item *)prev.at)->end;
	/* The one before may have taken the place of the chunk. */
	ret = snap_seek(&c, snap, SNAP_VMAS, arg->addr);
	if (ret < 0)
		return ret;
	arg->vma = put_found(arg, &c);
	arg->next = MMSCOPE_NO_RECORD;
	arg->gap_start = low;
	arg->gap_end = high;
	arg->next_gap_start = 0;
	arg->next_gap_end = 0;
	vma = c.at;
	if (!vma)
		return 0;
	if (vma->start <= arg->addr)
		arg->found |= MMSCOPE_FIND_HOLDS;
	if (vma->start <= arg->addr || vma->start < end)
		arg->found |= MMSCOPE_FIND_INTERSECTS;
	arg->gap_end = vma->start;
	arg->next_gap_start = vma->end;
	ret = snap_next(&c);
	if (ret < 0)
		return ret;
	arg->next = put_found(arg, &c);
	vma = c.at;
	arg->next_gap_end = vma ? vma->start : high;
	return 0;
}

static void stat_sum(struct mmscope_stat *sum, const struct mmscope_stat *stat)
{
	const __u64 *from = (const __u64 *)stat;
	__u64 *to = (__u64 *)sum;
	size_t i;

	/* All but the addresses, the first two. */
	_Static_assert(offsetof(struct mmscope_stat, vss) == 2 * sizeof(__u64), "start, end");
	for (i = 2; i < sizeof(*stat) / sizeof(__u64); i++)
		to[i] += from[i];
}

static int stats(struct snapshot *snap, struct mmscope_stats *arg)
{
	bool rollup = arg->flags & MMSCOPE_STATS_ROLLUP;
	struct mmscope_stat *to = snap_user(arg->buf);
	const struct mmscope_stat *stat = NULL;
	struct snap_cursor c;
	__u64 nr = 0;
	int ret;

	for (ret = snap_seek(&c, snap, SNAP_STATS, arg->start); ret > 0; ret = snap_next(&c)) {
		stat = c.at;
		if (stat->start >= arg->end)
			break;
		/* Of a part of a VMA nothing was recorded. */
		if (stat->start < arg->start || stat->end > arg->end)
			return -EOPNOTSUPP;
		if (nr == arg->nr && !rollup)
			break;
		if (!rollup || !nr) {
			to[nr++] = *stat;
		} else {
			stat_sum(to, stat);
			to->end = stat->end;
		}
		arg->start = stat->end;
	}
	if (ret < 0)
		return ret;
	arg->done = !ret || stat->start >= arg->end;
	arg->nr = nr;
	return 0;
}

static int call(struct snapshot *snap, unsigned long request, void *arg)
{
	struct mmscope_info *info = arg;
	__u32 size;

	switch (request) {
	case MMSCOPE_IOC_INFO:
		size = info->size;
		*info = snap->info;
		info->size = size;
		return 0;
	case MMSCOPE_IOC_NAMES:
		return names(snap, arg);
	case MMSCOPE_IOC_ATTACH:
		return -EBUSY;
	case MMSCOPE_IOC_MM:
		return mm(snap, arg);
	case MMSCOPE_IOC_VMAS:
		snap_report(snap, &((struct mmscope_vmas *)arg)->lock);
		return vmas(snap, arg);
	case MMSCOPE_IOC_FIND:
		snap_report(snap, &((struct mmscope_find *)arg)->lock);
		return find(snap, arg);
	case MMSCOPE_IOC_WALK:
		snap_report(snap, &((struct mmscope_walk *)arg)->lock);
		return snap_walk(snap, arg);
	case MMSCOPE_IOC_EXTENTS:
		snap_report(snap, &((struct mmscope_extents *)arg)->lock);
		return snap_extents(snap, arg);
	case MMSCOPE_IOC_TRANSLATE:
		snap_report(snap, &((struct mmscope_translate *)arg)->lock);
		return snap_translate(snap, arg);
	case MMSCOPE_IOC_PAGES:
		snap_report(snap, &((struct mmscope_pages *)arg)->lock);
		return snap_pages(snap, arg);
	case MMSCOPE_IOC_STATS:
		snap_report(snap, &((struct mmscope_stats *)arg)->lock);
		return stats(snap, arg);
	case MMSCOPE_IOC_TABLES:
		snap_report(snap, &((struct mmscope_tables *)arg)->lock);
		return snap_tables(snap, arg);
	case MMSCOPE_IOC_TASKS:
		return snap_tasks(snap, arg);
	case MMSCOPE_IOC_STORE:
		snap_report(snap, &((struct mmscope_store *)arg)->lock);
		return snap_store(snap, arg);
	case MMSCOPE_IOC_VMOPS:
		snap_report(snap, &((struct mmscope_vmops *)arg)->lock);
		return snap_vmops(snap, arg);
	default:
		return -EOPNOTSUPP;
	}
}

int snapshot_call(struct snapshot *snap, unsigned long request, void *arg)
{
	int err;

	pthread_mutex_lock(&snap->lock);
	err = call(snap, request, arg);
	pthread_mutex_unlock(&snap->lock);
	return err ? mmscope_fail(-err) : 0;
}
