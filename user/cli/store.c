// SPDX-License-Identifier: GPL-2.0
/*
 * store.c - mmscope store: the structure that keeps the VMAs, drawn as the tree it is
 *
 * With an address: the way of a search for it, and its cost.
 */
#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "render/memory.h"
#include "symbol/address.h"

enum {
	COL_TREE, COL_DEPTH, COL_TYPE, COL_COLOR, COL_MIN, COL_MAX, COL_USED, COL_POSSIBLE, COL_GAP,
	COL_NODE, COL_SLOTS, NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_TREE] = { "TREE", "tree", "the node in the tree; with --slots what it holds",
		       COLUMN_DEFAULT | COLUMN_TABLE_ONLY },
	[COL_DEPTH] = { "DEPTH", "depth", "steps from the root", COLUMN_RIGHT },
	[COL_TYPE] = { "TYPE", "type", "arange_64, range_64, leaf_64, dense, or rb", 0 },
	[COL_COLOR] = { "COLOR", "color", "of rb: red or black", 0 },
	[COL_MIN] = { "MIN", "min", "first address of its range", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_MAX] = { "MAX", "max", "last address of its range, inclusive",
		      COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_USED] = { "USED", "used", "slots in use", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_POSSIBLE] = { "SLOTS", "possible", "slots that such a node has",
			   COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_GAP] = { "GAP", "gap", "largest gap below, as the structure notes it; size of a gap",
		      COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_NODE] = { "NODE", "node", "address of the node in the kernel", COLUMN_RIGHT },
	[COL_SLOTS] = { "SLOT_LIST", "slots", NULL, COLUMN_JSON_ONLY },
};

enum { SLOT_MIN, SLOT_LAST, SLOT_KIND, SLOT_GAP, SLOT_START, SLOT_END, NR_SLOT_KEYS };

static const struct column slot_columns[NR_SLOT_KEYS] = {
	[SLOT_MIN] = { .key = "min" }, [SLOT_LAST] = { .key = "last" },
	[SLOT_KIND] = { .key = "kind" }, [SLOT_GAP] = { .key = "gap" },
	[SLOT_START] = { .key = "start" }, [SLOT_END] = { .key = "end" },
};

static const struct cli_option options[] = {
	{ "slots", NULL, "a line for each slot, too: VMAs and gaps" },
};

static bool want_slots;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	(void)cli;
	(void)nr;
	(void)arg;
	want_slots = true;
	return EXIT_DONE;
}

static const char *const node_types[MMSCOPE_NR_NODES] = {
	[MMSCOPE_NODE_DENSE] = "dense", [MMSCOPE_NODE_LEAF_64] = "leaf_64",
	[MMSCOPE_NODE_RANGE_64] = "range_64", [MMSCOPE_NODE_ARANGE_64] = "arange_64",
	[MMSCOPE_NODE_RB] = "rb",
};

static const char *const slot_kinds[MMSCOPE_NR_SLOTS] = {
	[MMSCOPE_SLOT_EMPTY] = "gap", [MMSCOPE_SLOT_NODE] = "node", [MMSCOPE_SLOT_VMA] = "vma",
	[MMSCOPE_SLOT_OTHER] = "other",
};

#define MAX_SLOTS	(MMSCOPE_STORE_RECORD_MAX / sizeof(struct mmscope_store_slot))
#define MAX_DEPTH	128

/**
 * struct drawing - the tree as far as it has been drawn
 * @r: where to
 * @path: only the way to an address is drawn
 * @utf8: lines by box-drawing characters
 * @open: by depth: lines follow at that depth
 * @last_node: by depth: last address of the last node below the node drawn there
 * @slots: by depth: what the node drawn there notes of its slots
 * @nr_slots: by depth: how many
 * @nodes: how many were drawn
 * @used: slots in use in these
 * @possible: slots that these have
 * @levels: the deepest one, plus one
 * @text: of a tree cell
 * @found: what the search found
 * @found_min: begin of that slot
 */
struct drawing {
	struct render *r;
	bool path;
	bool utf8;
	bool open[MAX_DEPTH + 1];
	__u64 last_node[MAX_DEPTH + 1];
	struct { __u64 last, gap; } slots[MAX_DEPTH + 1][MAX_SLOTS];
	size_t nr_slots[MAX_DEPTH + 1];
	__u64 nodes, used, possible;
	unsigned int levels;
	struct strbuf text;
	struct mmscope_store_slot found;
	__u64 found_min;
};

static const char *word(const char *const *words, size_t nr, unsigned int n)
{
	return n < nr ? words[n] : "unknown";
}

/* The stem of a line at @depth, and whether lines follow it at that depth. */
static void draw_stem(struct drawing *d, unsigned int depth, bool more)
{
	unsigned int i;

	strbuf_reset(&d->text);
	for (i = 1; i < depth; i++)
		strbuf_printf(&d->text, "%s",
			      !d->open[i] ? "  " : d->utf8 ? "\xe2\x94\x82 " : "| ");
	if (!depth)
		return;
	d->open[depth] = more;
	if (d->utf8)
		strbuf_printf(&d->text, "%s", more ? "\xe2\x94\x9c\xe2\x94\x80" :
						    "\xe2\x94\x94\xe2\x94\x80");
	else
		strbuf_printf(&d->text, "%s", more ? "|-" : "`-");
}

static __u64 noted_gap(const struct drawing *d, const struct mmscope_store_node *node,
		       const struct mmscope_store_slot *slots, bool *known)
{
	unsigned int up = node->depth - 1;
	__u64 gap = 0;
	size_t i;

	*known = true;
	if (node->type == MMSCOPE_NODE_RB) {
		for (i = 0; i < node->nr_slots; i++)
			gap += slots[i].gap;
		return gap;
	}
	for (i = 0; node->depth && i < d->nr_slots[up]; i++)
		if (d->slots[up][i].last == node->max)
			return d->slots[up][i].gap;
	/* The root: the largest of what it notes itself. */
	*known = !node->depth && node->type == MMSCOPE_NODE_ARANGE_64;
	for (i = 0; i < node->nr_slots; i++)
		if (slots[i].gap > gap)
			gap = slots[i].gap;
	return gap;
}

static void remember(struct drawing *d, const struct mmscope_store_node *node,
		     const struct mmscope_store_slot *slots)
{
	size_t i;

	d->nr_slots[node->depth] = node->nr_slots;
	for (i = 0; i < node->nr_slots; i++) {
		d->slots[node->depth][i].last = slots[i].last;
		d->slots[node->depth][i].gap = slots[i].gap;
		if (slots[i].kind == MMSCOPE_SLOT_NODE)
			d->last_node[node->depth] = slots[i].last;
	}
	d->nodes++;
	d->used += node->nr_slots;
	d->possible += node->nr_possible;
	if (d->levels <= node->depth)
		d->levels = node->depth + 1;
}

/* Slots as an array inside the node. */
static void fill_slots(const struct mmscope_store_node *node,
		       const struct mmscope_store_slot *slots, struct cell (*cells)[NR_SLOT_KEYS])
{
	bool noted = node->type == MMSCOPE_NODE_ARANGE_64 || node->type == MMSCOPE_NODE_RB;
	__u64 min = node->min;
	size_t i;

	for (i = 0; i < node->nr_slots; i++) {
		const struct mmscope_store_slot *slot = &slots[i];
		bool vma = slot->kind == MMSCOPE_SLOT_VMA;

		cells[i][SLOT_MIN] = cell_hex(min);
		cells[i][SLOT_LAST] = cell_hex(slot->last);
		cells[i][SLOT_KIND] = cell_text(word(slot_kinds, MMSCOPE_NR_SLOTS, slot->kind));
		cells[i][SLOT_GAP] = noted ? cell_bytes(slot->gap) : cell_none();
		cells[i][SLOT_START] = vma ? cell_hex(slot->start) : cell_none();
		cells[i][SLOT_END] = vma ? cell_hex(slot->end) : cell_none();
		min = slot->last + 1;
	}
}

static void draw_slots(struct drawing *d, const struct mmscope_store_node *node,
		       const struct mmscope_store_slot *slots)
{
	struct cell cells[NR_COLUMNS];
	__u64 min = node->min;
	size_t i, c;

	for (i = 0; i < node->nr_slots; min = slots[i++].last + 1) {
		/* Nodes have lines of their own; a range of nothing needs none. */
		if (slots[i].kind == MMSCOPE_SLOT_NODE || slots[i].last + 1 == min)
			continue;
		for (c = 0; c < NR_COLUMNS; c++)
			cells[c] = cell_none();
		draw_stem(d, node->depth + 1,
			  i + 1 < node->nr_slots || node->type == MMSCOPE_NODE_RB);
		strbuf_printf(&d->text, "%s", word(slot_kinds, MMSCOPE_NR_SLOTS, slots[i].kind));
		cells[COL_TREE] = cell_text(d->text.data);
		cells[COL_DEPTH] = cell_count(node->depth + 1);
		cells[COL_MIN] = cell_hex(min);
		cells[COL_MAX] = cell_hex(slots[i].last);
		if (slots[i].kind == MMSCOPE_SLOT_EMPTY)
			cells[COL_GAP] = cell_bytes(slots[i].last - min + 1);
		render_row(d->r, cells);
	}
}

static int draw(struct drawing *d, const struct mmscope_store_node *node, bool list_slots)
{
	const struct mmscope_store_slot *slots = mmscope_store_slots(node);
	bool rb = node->type == MMSCOPE_NODE_RB, red = node->attrs & MMSCOPE_NODE_RED;
	const char *type = word(node_types, MMSCOPE_NR_NODES, node->type);
	struct cell slot_cells[MAX_SLOTS][NR_SLOT_KEYS];
	struct row_set rows = {
		.columns = slot_columns, .nr_columns = NR_SLOT_KEYS, .stride = NR_SLOT_KEYS,
		.cells = slot_cells[0], .nr_rows = node->nr_slots,
	};
	struct cell cells[NR_COLUMNS];
	bool known;
	__u64 gap;

	if (node->depth > MAX_DEPTH - 1 || node->nr_slots > MAX_SLOTS)
		return -EPROTO;
	gap = noted_gap(d, node, slots, &known);
	fill_slots(node, slots, slot_cells);
	draw_stem(d, node->depth, !d->path && node->depth &&
		  d->last_node[node->depth - 1] != node->max);
	strbuf_printf(&d->text, "%s%s", type, !rb ? "" : red ? " red" : " black");
	remember(d, node, slots);

	cells[COL_TREE] = cell_text(d->text.data);
	cells[COL_DEPTH] = cell_count(node->depth);
	cells[COL_TYPE] = cell_text(type);
	cells[COL_COLOR] = rb ? cell_text(red ? "red" : "black") : cell_none();
	cells[COL_MIN] = cell_hex(node->min);
	cells[COL_MAX] = cell_hex(node->max);
	cells[COL_USED] = cell_count(node->nr_slots);
	cells[COL_POSSIBLE] = cell_count(node->nr_possible);
	cells[COL_GAP] = known ? cell_bytes(gap) : cell_none();
	cells[COL_NODE] = cell_phys(node->node);
	cells[COL_SLOTS] = cell_rows(&rows);
	render_row(d->r, cells);
	if (list_slots && !render_is_json(d->r))
		draw_slots(d, node, slots);
	return 0;
}

/* The slot of the last node on the way is what the search found. */
static void note_found(struct drawing *d, const struct mmscope_store_node *node, __u64 addr)
{
	const struct mmscope_store_slot *slots = mmscope_store_slots(node);
	__u64 min = node->min;
	size_t i;

	for (i = 0; i < node->nr_slots; min = slots[i++].last + 1) {
		if (addr < min || addr > slots[i].last)
			continue;
		d->found = slots[i];
		d->found_min = min;
	}
}

static const char *plural(__u64 nr)
{
	return nr == 1 ? "" : "s";
}

static void summarise(const struct drawing *d, const struct mmscope_store *about)
{
	bool maple = about->kind == MMSCOPE_STORE_MAPLE;
	const char *kind = maple ? "maple_tree" : "rb_tree";

	render_member(d->r, "kind", cell_text(kind));
	render_member(d->r, "height", about->height ? cell_count(about->height) : cell_none());
	render_member(d->r, "nr_vmas", cell_count(about->nr_vmas));
	render_member(d->r, "gaps_kept", cell_bool(about->attrs & MMSCOPE_STORE_GAPS));
	render_member(d->r, "rcu", cell_bool(about->attrs & MMSCOPE_STORE_RCU));
	if (d->path)
		return;
	render_member(d->r, "nr_nodes", cell_count(d->nodes));
	render_member(d->r, "used", cell_count(d->used));
	render_member(d->r, "possible", cell_count(d->possible));
	render_text(d->r, "%s: %llu VMA%s in %llu node%s on %u level%s%s",
		    maple ? "maple tree" : "red-black tree", about->nr_vmas,
		    plural(about->nr_vmas), d->nodes, plural(d->nodes), d->levels,
		    plural(d->levels), about->attrs & MMSCOPE_STORE_RCU ? ", in RCU mode" : "");
	if (maple)
		render_text(d->r, "%llu of %llu slots used", d->used, d->possible);
}

static void tell_search(const struct drawing *d, __u64 addr)
{
	bool vma = d->found.kind == MMSCOPE_SLOT_VMA;

	render_member(d->r, "addr", cell_hex(addr));
	render_member(d->r, "nodes_visited", cell_count(d->nodes));
	render_member(d->r, "found", cell_bool(vma));
	render_member(d->r, "start", vma ? cell_hex(d->found.start) : cell_none());
	render_member(d->r, "end", vma ? cell_hex(d->found.end) : cell_none());
	if (vma)
		render_text(d->r, "0x%llx: VMA 0x%llx-0x%llx after %llu node%s", addr,
			    d->found.start, d->found.end, d->nodes, plural(d->nodes));
	else
		render_text(d->r, "0x%llx: no VMA, after %llu node%s", addr, d->nodes,
			    plural(d->nodes));
}

static int show(struct cli *cli, struct target *target, struct address_book *book,
		const struct mmscope_store_opts *opts)
{
	struct drawing *d = zalloc(sizeof(*d));
	const struct mmscope_store_node *node;
	struct mmscope_store_iter *iter;
	struct mmscope_store about;
	struct mmscope_lock lock = { 0 };
	int status = EXIT_DONE, ret;

	ret = mmscope_store_iter_new(target->ms, opts, &iter);
	if (ret) {
		free(d);
		return report_target_error(target, ret);
	}
	d->r = target_render(cli, target);
	d->path = opts->path;
	d->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	render_list_begin(d->r, "nodes", columns, NR_COLUMNS, true);
	while ((ret = mmscope_store_iter_next(iter, &node)) > 0) {
		if (opts->path)
			note_found(d, node, opts->addr);
		ret = draw(d, node, want_slots);
		if (ret)
			break;
	}
	render_list_end(d->r);
	about = *mmscope_store_iter_about(iter);
	lock = *mmscope_store_iter_lock(iter);
	mmscope_store_iter_free(iter);

	summarise(d, &about);
	if (opts->path) {
		tell_search(d, opts->addr);
		if (d->found.kind != MMSCOPE_SLOT_VMA)
			status = EXIT_NO;
	}
	render_lock(d->r, &lock);
	if (ret)
		status = report_target_error(target, ret);
	else if (opts->path && address_check(book, &lock))
		status = EXIT_PARTIAL;
	else if (lock.flags & MMSCOPE_LOCK_CHANGED)
		status = report_changed(target);
	render_end(d->r, status == EXIT_PARTIAL);
	report_lock(cli, target, &lock);
	strbuf_free(&d->text);
	free(d);
	return status;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct mmscope_store_opts opts = { .size = sizeof(opts), .path = argc > 1 };
	struct address_book *book;
	struct target target;
	int status;

	status = address_usage(cli, argc - 1, argv + 1);
	if (!status)
		status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	book = address_book_new(cli, &target);
	if (opts.path)
		status = address_find(book, argv[1], &opts.addr);
	if (!status)
		status = show(cli, &target, book, &opts);
	address_book_free(book);
	target_close(&target);
	return status;
}

const struct command command_store = {
	.name = "store",
	.args = "PID [ADDR]",
	.summary = "Show the structure that keeps the mappings",
	.example = "store 1 [heap]",
	.min_args = 1,
	.max_args = 2,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.option = option,
	.run = run,
	.walks = true,
};
