// SPDX-License-Identifier: GPL-2.0
/*
 * snap_lists_save.c - record tasks, the structure that holds the VMAs, their operations
 *
 * The symbols of a table of operations stand once in a file, however many VMAs have it.
 */
#include <stdlib.h>
#include <string.h>

#include "snap_lists.h"

static struct snap_value text(const char *s)
{
	return (struct snap_value){ .num = s ? strlen(s) : 0, .text = s };
}

static int put(const struct snap_sink *sink, struct snap_writer *w,
	       const struct snap_value *values)
{
	int err = snap_writer_put(w, values);

	return !err && snap_writer_full(w) ? sink->emit(sink->arg, w) : err;
}

/* The last chunk, if there is something in it. */
static int finish(const struct snap_sink *sink, struct snap_writer *w)
{
	return w->nr ? sink->emit(sink->arg, w) : 0;
}

/* What this module does not tell is left out. */
static int optional(int err)
{
	return err == -EOPNOTSUPP || err == -ENOTTY ? 0 : err;
}

static int put_sums(const struct snap_sink *sink, const struct mmscope_tasks *sums)
{
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };
	struct snap_writer w;
	int err;

	err = snap_writer_init(&w, SNAP_TASK_SUMS);
	if (err)
		return err;
	snap_from_struct(SNAP_TASK_SUMS, sums, values);
	err = put(sink, &w, values);
	if (!err)
		err = finish(sink, &w);
	snap_writer_free(&w);
	return err;
}

static int save_tasks(const struct snap_sink *sink)
{
	struct mmscope_task_opts opts = { .size = sizeof(opts) };
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };
	struct mmscope_task_list *list;
	struct snap_writer w;
	size_t i;
	int err;

	err = mmscope_task_list_new(sink->ms, &opts, &list);
	if (err)
		return optional(err);
	err = put_sums(sink, &list->sums);
	if (!err)
		err = snap_writer_init(&w, SNAP_TASKS);
	if (err)
		goto out_list;
	for (i = 0; i < list->nr_tasks && !err; i++) {
		snap_from_struct(SNAP_TASKS, &list->tasks[i], values);
		values[SNAP_TASK_COMM] = text(list->tasks[i].comm);
		values[SNAP_TASK_MM_COMM] = text(list->tasks[i].mm_comm);
		err = put(sink, &w, values);
	}
	if (!err)
		err = finish(sink, &w);
	snap_writer_free(&w);
out_list:
	mmscope_task_list_free(list);
	return err;
}

static int put_slots(const struct snap_sink *sink, struct snap_writer *w,
		     const struct mmscope_store_node *node)
{
	const struct mmscope_store_slot *slot = mmscope_store_slots(node);
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };
	__u64 begin = node->min;
	unsigned int i;
	int err = 0;

	for (i = 0; i < node->nr_slots && !err; i++, slot++) {
		bool vma = slot->kind == MMSCOPE_SLOT_VMA;

		snap_from_struct(SNAP_SLOTS, slot, values);
		values[SNAP_SLOT_LENGTH].num = slot->last - begin;
		values[SNAP_SLOT_BEFORE].num = vma ? slot->start - begin : 0;
		values[SNAP_SLOT_AFTER].num = vma ? slot->end - slot->last - 1 : 0;
		begin = slot->last + 1;
		err = put(sink, w, values);
	}
	return err;
}

static int put_store(const struct snap_sink *sink, const struct mmscope_store *store)
{
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };
	struct snap_writer w;
	int err;

	err = snap_writer_init(&w, SNAP_STORE);
	if (err)
		return err;
	snap_from_struct(SNAP_STORE, store, values);
	err = put(sink, &w, values);
	if (!err)
		err = finish(sink, &w);
	snap_writer_free(&w);
	return err;
}

static int save_nodes(const struct snap_sink *sink, struct mmscope_store_iter *iter)
{
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };
	const struct mmscope_store_node *node;
	struct snap_writer nodes, slots;
	int ret;

	ret = snap_writer_init(&nodes, SNAP_NODES);
	if (ret)
		return ret;
	ret = snap_writer_init(&slots, SNAP_SLOTS);
	if (ret)
		goto out_nodes;
	while ((ret = mmscope_store_iter_next(iter, &node)) > 0) {
		snap_from_struct(SNAP_NODES, node, values);
		ret = put(sink, &nodes, values);
		if (!ret)
			ret = put_slots(sink, &slots, node);
		if (ret)
			break;
	}
	if (!ret)
		ret = finish(sink, &nodes);
	if (!ret)
		ret = finish(sink, &slots);
	snap_writer_free(&slots);
out_nodes:
	snap_writer_free(&nodes);
	return ret;
}

static int save_store(const struct snap_sink *sink)
{
	struct mmscope_store_opts opts = { .size = sizeof(opts), .generation = sink->generation };
	struct mmscope_store_iter *iter;
	int err;

	err = mmscope_store_iter_new(sink->ms, &opts, &iter);
	if (err)
		return optional(err);
	err = put_store(sink, mmscope_store_iter_about(iter));
	if (!err)
		err = save_nodes(sink, iter);
	mmscope_lock_add(sink->lock, mmscope_store_iter_lock(iter));
	mmscope_store_iter_free(iter);
	return err;
}

/**
 * struct tables - tables of operations met so far
 * @v: what identifies each: the columns of its record
 * @nr: how many
 * @symbols: of the one at hand, each terminated
 * @w: where new ones are written
 */
struct tables {
	struct table {
		__u64 set;
		char *ops;	/* or NULL */
		char *symbols;
		size_t len;
	} *v;
	size_t nr;
	char symbols[MMSCOPE_VMOPS_RECORD_MAX];
	struct snap_writer w;
};

static size_t join_symbols(struct tables *t, const struct mmscope_vmops_record *record)
{
	const char *symbol;
	size_t len = 0;
	__u64 left;

	for (left = record->set; left; left &= left - 1) {
		symbol = mmscope_vmops_symbol(record, (unsigned int)__builtin_ctzll(left));
		/* They are all in one record, which is no longer. */
		memcpy(t->symbols + len, symbol, strlen(symbol) + 1);
		len += strlen(symbol) + 1;
	}
	return len;
}

static int add_table(const struct snap_sink *sink, struct tables *t, __u64 set, const char *ops,
		     size_t len)
{
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };
	struct table *more, *new;

	if (t->nr == SNAP_VMOP_TABLES_MAX)
		return -EOVERFLOW;
	more = realloc(t->v, (t->nr + 1) * sizeof(*t->v));
	if (!more)
		return -ENOMEM;
	t->v = more;
	new = &t->v[t->nr];
	*new = (struct table){ .set = set, .len = len, .symbols = malloc(len ? len : 1) };
	if (ops)
		new->ops = strdup(ops);
	t->nr++;
	if (!new->symbols || (ops && !new->ops))
		return -ENOMEM;
	memcpy(new->symbols, t->symbols, len);
	values[SNAP_VMOP_TABLE_OPS] = text(ops);
	values[SNAP_VMOP_TABLE_SYMBOLS] = (struct snap_value){ .num = len, .text = new->symbols };
	values[SNAP_VMOP_TABLE_HAS].num = !!ops;
	values[SNAP_VMOP_TABLE_SET].num = set;
	return put(sink, &t->w, values);
}

/* The number of a record's table, in @nr; a new one is written. */
static int find_table(const struct snap_sink *sink, struct tables *t,
		      const struct mmscope_vmops_record *record, __u64 *nr)
{
	const char *ops = mmscope_vmops_table(record);
	size_t len = join_symbols(t, record);

	for (*nr = 0; *nr < t->nr; ++*nr) {
		const struct table *v = &t->v[*nr];

		if (v->set == record->set && v->len == len && !v->ops == !ops &&
		    (!ops || !strcmp(v->ops, ops)) && !memcmp(v->symbols, t->symbols, len))
			return 0;
	}
	return add_table(sink, t, record->set, ops, len);
}

static int save_vmops_of(const struct snap_sink *sink, struct tables *t,
			 struct mmscope_vmops_iter *iter, struct snap_writer *w)
{
	struct snap_value values[SNAP_MAX_COLUMNS] = { 0 };
	const struct mmscope_vmops_record *record;
	__u64 last = 0, start;
	int ret;

	while ((ret = mmscope_vmops_iter_next(iter, &record)) > 0) {
		/* As of the mappings: one that has grown comes again. */
		start = record->start > last ? record->start : last;
		if (start >= record->end)
			continue;
		ret = find_table(sink, t, record, &values[SNAP_VMOPS_TABLE].num);
		if (ret)
			break;
		if (!w->nr)
			w->first = start;
		values[SNAP_VMOPS_GAP].num = start - (w->nr ? last : 0);
		values[SNAP_VMOPS_LENGTH].num = record->end - start;
		last = record->end;
		w->end = last;
		ret = put(sink, w, values);
		if (ret)
			break;
	}
	if (!ret)
		ret = finish(sink, w);
	return ret ? ret : finish(sink, &t->w);
}

static int save_vmops(const struct snap_sink *sink)
{
	struct mmscope_vma_opts opts = { .size = sizeof(opts), .generation = sink->generation };
	struct mmscope_vmops_iter *iter;
	struct snap_writer w = { 0 };
	struct tables *t;
	size_t i;
	int err;

	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	err = snap_writer_init(&t->w, SNAP_VMOP_TABLES);
	if (!err)
		err = snap_writer_init(&w, SNAP_VMOPS);
	if (!err)
		err = mmscope_vmops_iter_new(sink->ms, &opts, &iter);
	if (!err) {
		err = optional(save_vmops_of(sink, t, iter, &w));
		mmscope_lock_add(sink->lock, mmscope_vmops_iter_lock(iter));
		mmscope_vmops_iter_free(iter);
	}
	for (i = 0; i < t->nr; i++) {
		free(t->v[i].ops);
		free(t->v[i].symbols);
	}
	free(t->v);
	snap_writer_free(&w);
	snap_writer_free(&t->w);
	free(t);
	return err;
}

int snap_lists_save(const struct snap_sink *sink)
{
	int err = save_tasks(sink);

	if (!err)
		err = save_store(sink);
	return err ? err : save_vmops(sink);
}
