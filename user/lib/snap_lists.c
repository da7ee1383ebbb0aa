// SPDX-License-Identifier: GPL-2.0
/*
 * snap_lists.c - TASKS, STORE and VMOPS, answered from a snapshot file
 *
 * Nodes and slots are read one after the other, so memory is that of a chunk of each;
 * who goes on where the last answer ended has not to begin anew.
 */
#include <stdlib.h>
#include <string.h>

#include "snap.h"

static void list_end(struct snap_list *list)
{
	free(list->payload);
	memset(list, 0, sizeof(*list));
}

static void list_begin(struct snap_list *list, enum snap_kind kind)
{
	list_end(list);
	list->kind = kind;
}

/* The next record into @list->r.values: 1, 0 at the end, -errno. */
static int list_next(struct snapshot *snap, struct snap_list *list)
{
	const struct snap_index *index = &snap->index[list->kind];
	struct snap_chunk chunk;
	int err;

	while (!list->left) {
		if (list->chunk == index->nr)
			return 0;
		free(list->payload);
		list->payload = NULL;
		err = snap_read_chunk(snap->fd, index->refs[list->chunk].offset, &chunk,
				      &list->payload);
		if (!err)
			err = snap_reader_init(&list->r, list->kind, list->payload, chunk.length);
		if (err)
			return err == -ENODATA ? -EBADMSG : err;
		list->left = chunk.nr;
		list->chunk++;
	}
	list->left--;
	err = snap_reader_next(&list->r);
	return err ? err : 1;
}

/* A name into its array, with zeros behind it. */
static int take_comm(const struct snap_value *v, char *to, size_t size)
{
	if (v->num >= size || memchr(v->num ? v->text : "", 0, v->num))
		return -EBADMSG;
	memset(to, 0, size);
	if (v->num)
		memcpy(to, v->text, v->num);
	return 0;
}

int snap_tasks(struct snapshot *snap, struct mmscope_tasks *arg)
{
	struct snap_list list = { 0 };
	struct mmscope_task task;
	struct mmscope_tasks ask = *arg;
	__u32 nr = 0;
	int ret;

	if (!snap->index[SNAP_TASK_SUMS].nr || ask.kthread)
		return -EOPNOTSUPP;
	*arg = snap->lists.sums;
	arg->size = ask.size;
	arg->tasks = ask.tasks;
	arg->cpus = ask.cpus;
	arg->task_size = ask.task_size;
	/* No CPU was asked. */
	arg->nr_cpus = ask.cpus ? MMSCOPE_HIDDEN32 : 0;
	list_begin(&list, SNAP_TASKS);
	while ((ret = list_next(snap, &list)) > 0) {
		const struct snap_value *v = list.r.values;

		memset(&task, 0, sizeof(task));
		snap_to_struct(SNAP_TASKS, v, &task);
		ret = take_comm(&v[SNAP_TASK_COMM], task.comm, sizeof(task.comm));
		if (!ret)
			ret = take_comm(&v[SNAP_TASK_MM_COMM], task.mm_comm,
					sizeof(task.mm_comm));
		if (ret)
			break;
		if (nr < ask.nr_tasks)
			memcpy((char *)snap_user(ask.tasks) + (size_t)nr * ask.task_size, &task,
			       sizeof(task));
		nr++;
	}
	list_end(&list);
	arg->nr_tasks = nr;
	return ret;
}

static void rewind_store(struct snap_lists *lists)
{
	list_begin(&lists->nodes, SNAP_NODES);
	list_begin(&lists->slots, SNAP_SLOTS);
	lists->have_node = false;
	lists->begun = false;
	lists->node = (struct mmscope_store_node){ 0 };
}

static bool is_before(const struct mmscope_store_node *node, __u64 addr, __u32 depth)
{
	return node->min < addr || (node->min == addr && node->depth < depth);
}

/* Reads the next node, not its slots: 1, 0, -errno. */
static int next_node(struct snapshot *snap, struct snap_lists *lists)
{
	const bool first = !lists->nodes.chunk;
	struct mmscope_store_node node = { 0 };
	int ret;

	if (lists->have_node)
		return 1;
	ret = list_next(snap, &lists->nodes);
	if (ret <= 0)
		return ret;
	snap_to_struct(SNAP_NODES, lists->nodes.r.values, &node);
	node.size = (__u32)(sizeof(node) + node.nr_slots * sizeof(struct mmscope_store_slot));
	/* The cursor of the contract has to rise. */
	if (node.size > MMSCOPE_STORE_RECORD_MAX || node.depth == ~0U ||
	    (!first && is_before(&node, lists->node.min, lists->node.depth + 1)))
		return -EBADMSG;
	lists->node = node;
	lists->have_node = true;
	return 1;
}

/* Its slots; the record goes to @to if that is not NULL. */
static int read_node(struct snapshot *snap, struct snap_lists *lists, unsigned char *to)
{
	__u64 begin = lists->node.min;
	struct mmscope_store_slot slot;
	unsigned int i;
	int ret;

	if (to)
		memcpy(to, &lists->node, sizeof(lists->node));
	for (i = 0; i < lists->node.nr_slots; i++) {
		const struct snap_value *v = lists->slots.r.values;

		ret = list_next(snap, &lists->slots);
		if (ret <= 0)
			return ret ? ret : -EBADMSG;
		memset(&slot, 0, sizeof(slot));
		snap_to_struct(SNAP_SLOTS, v, &slot);
		slot.last = begin + v[SNAP_SLOT_LENGTH].num;
		if (slot.kind == MMSCOPE_SLOT_VMA) {
			slot.start = begin + v[SNAP_SLOT_BEFORE].num;
			slot.end = slot.last + 1 + v[SNAP_SLOT_AFTER].num;
		}
		begin = slot.last + 1;
		if (to)
			memcpy(to + sizeof(lists->node) + i * sizeof(slot), &slot, sizeof(slot));
	}
	lists->have_node = false;
	return 0;
}

int snap_store(struct snapshot *snap, struct mmscope_store *arg)
{
	bool path = arg->flags & MMSCOPE_STORE_PATH;
	unsigned char *buf = snap_user(arg->buf);
	struct snap_lists *lists = &snap->lists;
	const struct mmscope_store_node *node = &lists->node;
	int ret;

	if (!snap->index[SNAP_STORE].nr)
		return -EOPNOTSUPP;
	arg->kind = lists->store.kind;
	arg->height = lists->store.height;
	arg->attrs = lists->store.attrs;
	arg->nr_vmas = lists->store.nr_vmas;
	arg->used = 0;
	arg->nr = 0;
	arg->done = 0;
	if (path || !lists->begun || arg->addr != lists->addr || arg->depth != lists->depth)
		rewind_store(lists);
	while ((ret = next_node(snap, lists)) > 0) {
		bool wanted = path ? node->min <= arg->addr && node->max >= arg->addr &&
				     node->depth >= arg->depth :
				     !is_before(node, arg->addr, arg->depth);

		if (wanted && arg->buf_size - arg->used < MMSCOPE_STORE_RECORD_MAX)
			break;
		ret = read_node(snap, lists, wanted ? buf + arg->used : NULL);
		if (ret)
			break;
		if (!wanted)
			continue;
		arg->used += node->size;
		arg->nr++;
		arg->depth = node->depth + 1;
		if (!path)
			arg->addr = node->min;
	}
	lists->begun = ret > 0 && !path;
	lists->addr = arg->addr;
	lists->depth = arg->depth;
	arg->done = !ret;
	return ret < 0 ? ret : 0;
}

/* The strings of a table, as the contract has them: 0 or -EBADMSG. */
static int check_table(const struct snap_vmop_table *table)
{
	size_t i, nr = 0;

	for (i = 0; i < table->symbols_len; i++)
		nr += !table->symbols[i];
	if (nr != (size_t)__builtin_popcountll(table->set) ||
	    (table->symbols_len && table->symbols[table->symbols_len - 1]) ||
	    strlen(table->ops) + 1 != table->ops_len ||
	    sizeof(struct mmscope_vmops_record) + nr * sizeof(__u16) + table->ops_len +
	    table->symbols_len + 8 > MMSCOPE_VMOPS_RECORD_MAX)
		return -EBADMSG;
	return 0;
}

/* A copy with a zero behind it. */
static char *copy_text(const struct snap_value *v)
{
	char *copy = malloc(v->num + 1);

	if (!copy)
		return NULL;
	if (v->num)
		memcpy(copy, v->text, v->num);
	copy[v->num] = '\0';
	return copy;
}

static int take_table(struct snap_lists *lists, const struct snap_value *values)
{
	struct snap_vmop_table *more, *table;

	/* They are kept whole, and a few bytes of a file can stand for thousands. */
	if (lists->nr_tables == SNAP_VMOP_TABLES_MAX)
		return -EBADMSG;
	more = realloc(lists->tables, (lists->nr_tables + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	lists->tables = more;
	table = &more[lists->nr_tables++];
	*table = (struct snap_vmop_table){
		.set = values[SNAP_VMOP_TABLE_SET].num,
		.has_ops = values[SNAP_VMOP_TABLE_HAS].num,
		.ops = copy_text(&values[SNAP_VMOP_TABLE_OPS]),
		.ops_len = values[SNAP_VMOP_TABLE_OPS].num + 1,
		.symbols = copy_text(&values[SNAP_VMOP_TABLE_SYMBOLS]),
		.symbols_len = values[SNAP_VMOP_TABLE_SYMBOLS].num,
	};
	return table->ops && table->symbols ? check_table(table) : -ENOMEM;
}

int snap_lists_take(struct snap_lists *lists, enum snap_kind kind,
		    const struct snap_value *values)
{
	switch (kind) {
	case SNAP_TASK_SUMS:
		snap_to_struct(kind, values, &lists->sums);
		return 0;
	case SNAP_STORE:
		snap_to_struct(kind, values, &lists->store);
		return lists->store.kind < MMSCOPE_NR_STORES ? 0 : -EBADMSG;
	default:
		return take_table(lists, values);
	}
}

void snap_lists_free(struct snap_lists *lists)
{
	size_t i;

	list_end(&lists->nodes);
	list_end(&lists->slots);
	for (i = 0; i < lists->nr_tables; i++) {
		free(lists->tables[i].ops);
		free(lists->tables[i].symbols);
	}
	free(lists->tables);
}

static size_t put_vmops(unsigned char *to, const struct snap_item *item,
			const struct snap_vmop_table *table)
{
	struct mmscope_vmops_record record = {
		.nr = (__u32)__builtin_popcountll(table->set),
		.start = item->start, .end = item->end, .set = table->set,
	};
	size_t used = sizeof(record) + record.nr * sizeof(__u16), i, next;
	__u16 *offsets = (__u16 *)(to + sizeof(record));
	unsigned int nr;

	for (nr = 0, i = 0; nr < record.nr; i = next) {
		next = i + strlen(table->symbols + i) + 1;
		offsets[nr++] = (__u16)(used + i);
	}
	memcpy(to + used, table->symbols, table->symbols_len);
	used += table->symbols_len;
	if (table->has_ops) {
		record.ops_off = (__u16)used;
		memcpy(to + used, table->ops, table->ops_len);
		used += table->ops_len;
	}
	while (used % 8)
		to[used++] = '\0';
	record.size = (__u32)used;
	memcpy(to, &record, sizeof(record));
	return used;
}

int snap_vmops(struct snapshot *snap, struct mmscope_vmops *arg)
{
	const struct snap_lists *lists = &snap->lists;
	unsigned char *buf = snap_user(arg->buf);
	const struct snap_vmops *item;
	struct snap_cursor c;
	int ret;

	if (!snap->index[SNAP_VMOP_TABLES].nr)
		return -EOPNOTSUPP;
	arg->used = 0;
	arg->nr = 0;
	arg->done = 0;
	for (ret = snap_seek(&c, snap, SNAP_VMOPS, arg->start); ret > 0; ret = snap_next(&c)) {
		item = c.at;
		if (item->start >= arg->end)
			break;
		if (item->table >= lists->nr_tables)
			return -EBADMSG;
		if (arg->buf_size - arg->used < MMSCOPE_VMOPS_RECORD_MAX)
			return 0;
		arg->used += put_vmops(buf + arg->used, c.at, &lists->tables[item->table]);
		arg->nr++;
		arg->start = item->end;
		/* Which members that kernel's tables have: those that are used. */
		arg->members |= lists->tables[item->table].set;
	}
	arg->done = ret >= 0;
	return ret < 0 ? ret : 0;
}
