// SPDX-License-Identifier: GPL-2.0
/*
 * pages.c - mmscope pages: the facts of each page
 *
 * A table merges neighbours that differ in none of its columns; JSON has each.
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "kpf.h"
#include "parse.h"
#include "status.h"
#include "symbol/address.h"
#include "system.h"

enum {
	COL_VA, COL_PAGES, COL_PFN, COL_STATUS, COL_LEVEL, COL_TYPE, COL_FLAGS, COL_MAPCOUNT,
	COL_REFCOUNT, COL_EXCLUSIVE, COL_ORDER, COL_FOLIO_INDEX, COL_NODE, COL_ZONE, COL_SWAP,
	COL_SWAP_FILE, COL_MARKER, COL_KPF,
	NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_VA] = { "VA", "va", "virtual address", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_PAGES] = { "PAGES", "pages", "pages of the line, from VA on",
			COLUMN_RIGHT | COLUMN_DEFAULT | COLUMN_TABLE_ONLY },
	[COL_PFN] = { "PFN", "pfn", "page frame number, of the first page",
		      COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_STATUS] = { "STATUS", "status", "mapped, or what else is there", COLUMN_DEFAULT },
	[COL_LEVEL] = { "LEVEL", "level", "level of the entry", 0 },
	[COL_TYPE] = { "TYPE", "type", "anon, file, shmem, ksm, zero, huge_zero, hugetlb, device",
		       COLUMN_DEFAULT },
	[COL_FLAGS] = { "FLAGS", "flags", "flags of the entry, by name", COLUMN_DEFAULT },
	[COL_MAPCOUNT] = { "MAPCOUNT", "mapcount", "how often it is mapped",
			   COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_REFCOUNT] = { "REFCOUNT", "refcount", "references to the folio", COLUMN_RIGHT },
	[COL_EXCLUSIVE] = { "EXCLUSIVE", "exclusive", "this entry alone maps it", 0 },
	[COL_ORDER] = { "ORDER", "order", "log2 of the pages of the folio",
			COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_FOLIO_INDEX] = { "FOLIO_INDEX", "folio_index", "which page of the folio it is",
			      COLUMN_RIGHT },
	[COL_NODE] = { "NODE", "node", "NUMA node", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_ZONE] = { "ZONE", "zone", "memory zone", 0 },
	[COL_SWAP] = { "SWAP", "swap", "number of the swap area, and the page in it",
		       COLUMN_DEFAULT },
	[COL_SWAP_FILE] = { "SWAP_FILE", "swap_file", "the swap area, 'unknown' if not certain",
			    COLUMN_TRUNC },
	[COL_MARKER] = { "MARKER", "marker", "what a marker stands for", 0 },
	[COL_KPF] = { "KPF", "kpf", "flags of the page, as in /proc/kpageflags", 0 },
};

/* PTE_MARKER_* of include/linux/swapops.h. */
static const struct mmscope_name marker_bits[] = {
	{ 0, "uffd_wp" }, { 1, "poison" }, { 2, "guard" },
};

static const struct flag_names marker_names = {
	.names = marker_bits, .nr = ARRAY_SIZE(marker_bits),
};

enum { OPT_STATUS, OPT_ONLY, OPT_EACH };

static const struct cli_option options[] = {
	[OPT_STATUS] = { "status", "LIST", "only these: mapped,swap,protnone,... or all" },
	[OPT_ONLY] = { "only", "TYPES", "only pages of these types: anon,file,shmem,..." },
	[OPT_EACH] = { "each", NULL, "a line for each page, nothing merged" },
};

#define ALL_STATUSES	(MMSCOPE_STATUS_BIT(MMSCOPE_NR_STATUS) - 1)
/* Where these are, there is nothing to tell facts of. */
#define NO_PAGE	(MMSCOPE_STATUS_BIT(MMSCOPE_NONE) | MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA))

static __u32 statuses, types;
static bool each;

/**
 * struct view - what the lines are made with
 * @first: the first page of the line under construction
 * @nr: pages of it, 0 when there is none
 */
struct view {
	struct cli *cli;
	struct target *target;
	struct render *r;
	struct zones zones;
	struct swaps swaps;
	struct mmscope_page first;
	__u64 nr;
};

static int option(struct cli *cli, size_t nr, const char *arg)
{
	const char *bad;
	size_t len;

	switch (nr) {
	case OPT_STATUS:
		if (!parse_statuses(arg, &statuses, &bad, &len))
			return report_usage(cli, "--status: '%.*s': not a status", (int)len, bad);
		if (statuses == ALL_STATUSES)
			statuses &= ~NO_PAGE;
		if (statuses & NO_PAGE)
			return report_usage(cli, "--status: '%s': see mmscope extents", arg);
		break;
	case OPT_ONLY:
		if (!parse_page_types(arg, &types, &bad, &len))
			return report_usage(cli, "--only: '%.*s': not a type of page", (int)len,
					    bad);
		break;
	case OPT_EACH:
		each = true;
		break;
	}
	return EXIT_DONE;
}

/* Is @value a page frame number? */
static bool has_pfn(const struct mmscope_page *page)
{
	return status_has_frame(page->status) || page->status == MMSCOPE_MIGRATION ||
	       page->status == MMSCOPE_HWPOISON || page->status == MMSCOPE_DEVICE;
}

static struct cell hidden(void)
{
	return cell_phys(MMSCOPE_HIDDEN);
}

/* The facts of the page itself, if there is one. */
static void page_cells(const struct view *v, const struct mmscope_page *page, struct cell *cells,
		       char zone[ZONE_NAME_MAX])
{
	static const int facts[] = {
		COL_MAPCOUNT, COL_REFCOUNT, COL_ORDER, COL_FOLIO_INDEX, COL_NODE, COL_ZONE, COL_KPF,
	};
	size_t i;

	cells[COL_EXCLUSIVE] = page->type == MMSCOPE_PAGE_NONE ? cell_none() :
			       cell_bool(page->attrs & MMSCOPE_PAGE_EXCLUSIVE);
	if (page->type == MMSCOPE_PAGE_NONE || page->kpf == MMSCOPE_HIDDEN) {
		for (i = 0; i < ARRAY_SIZE(facts); i++)
			cells[facts[i]] = page->type == MMSCOPE_PAGE_NONE ? cell_none() : hidden();
		return;
	}
	cells[COL_MAPCOUNT] = cell_count(page->mapcount);
	cells[COL_REFCOUNT] = cell_count(page->refcount);
	cells[COL_ORDER] = cell_count(page->order);
	cells[COL_FOLIO_INDEX] = cell_count(page->folio_index);
	cells[COL_NODE] = page->node == MMSCOPE_NO_NODE ? cell_none() : cell_count(page->node);
	cells[COL_ZONE] = page->zone == MMSCOPE_NO_ZONE ? cell_none() :
			  cell_text(zone_name(&v->zones, page->zone, zone));
	cells[COL_KPF] = cell_flags(kpf_expand(page->kpf, &v->target->kpf), &v->target->kpf);
}

static void swap_cells(const struct view *v, const struct mmscope_page *page, struct cell *cells,
		       char text[48])
{
	const char *file;

	cells[COL_SWAP] = cell_none();
	cells[COL_SWAP_FILE] = cell_none();
	if (page->status != MMSCOPE_SWAP)
		return;
	if (page->value == MMSCOPE_HIDDEN) {
		cells[COL_SWAP] = hidden();
		cells[COL_SWAP_FILE] = hidden();
		return;
	}
	snprintf(text, 48, "%u:%llu", page->swap_type, page->value);
	cells[COL_SWAP] = cell_text(text);
	file = swap_file(&v->swaps, page->swap_type);
	cells[COL_SWAP_FILE] = cell_text(file ? file : "unknown");
}

/* The line that is under construction. */
static void show(struct view *v)
{
	const struct mmscope_page *page = &v->first;
	char zone[ZONE_NAME_MAX], swap[48];
	struct cell cells[NR_COLUMNS];

	if (!v->nr)
		return;
	cells[COL_VA] = cell_hex(page->va);
	cells[COL_PAGES] = cell_count(v->nr);
	cells[COL_PFN] = has_pfn(page) ? cell_phys(page->value) : cell_none();
	cells[COL_STATUS] = status_cell(page->status);
	cells[COL_LEVEL] = cell_text(mmscope_level_name(page->level));
	cells[COL_TYPE] = page->type == MMSCOPE_PAGE_NONE ? cell_none() :
			  cell_text(mmscope_page_type_name(page->type));
	cells[COL_FLAGS] = cell_flags(page->flags, &v->target->entry_flags);
	cells[COL_MARKER] = page->status == MMSCOPE_MARKER ?
			    cell_flags(page->value, &marker_names) : cell_none();
	page_cells(v, page, cells, zone);
	swap_cells(v, page, cells, swap);
	render_row(v->r, cells);
	v->nr = 0;
}

/* Is @next what comes @nr after @first? A hidden one is, when both are. */
static bool counts_on(__u64 first, __u64 nr, __u64 next)
{
	return first == MMSCOPE_HIDDEN || next == MMSCOPE_HIDDEN ? first == next :
								    first + nr == next;
}

/* Has @b, @nr pages after @a, the same in a column? */
static bool same_in(const struct mmscope_page *a, const struct mmscope_page *b, __u64 nr,
		    size_t column)
{
	switch (column) {
	case COL_PFN:
		return has_pfn(a) == has_pfn(b) && (!has_pfn(a) ||
						    counts_on(a->value, nr, b->value));
	case COL_STATUS:
		return a->status == b->status;
	case COL_LEVEL:
		return a->level == b->level;
	case COL_TYPE:
		return a->type == b->type;
	case COL_FLAGS:
		return a->flags == b->flags;
	case COL_MAPCOUNT:
		return a->mapcount == b->mapcount;
	case COL_REFCOUNT:
		return a->refcount == b->refcount;
	case COL_EXCLUSIVE:
		return a->attrs == b->attrs && (a->type == MMSCOPE_PAGE_NONE) ==
					       (b->type == MMSCOPE_PAGE_NONE);
	case COL_ORDER:
		return a->order == b->order && (a->type == MMSCOPE_PAGE_NONE) ==
					       (b->type == MMSCOPE_PAGE_NONE);
	case COL_FOLIO_INDEX:
		return a->kpf == MMSCOPE_HIDDEN || a->type == MMSCOPE_PAGE_NONE ?
		       a->folio_index == b->folio_index :
		       counts_on(a->folio_index, nr, b->folio_index);
	case COL_NODE:
		return a->node == b->node;
	case COL_ZONE:
		return a->zone == b->zone;
	case COL_SWAP:
		return (a->status == MMSCOPE_SWAP) == (b->status == MMSCOPE_SWAP) &&
		       (a->status != MMSCOPE_SWAP || (a->swap_type == b->swap_type &&
						      counts_on(a->value, nr, b->value)));
	case COL_SWAP_FILE:
		return (a->status == MMSCOPE_SWAP) == (b->status == MMSCOPE_SWAP) &&
		       a->swap_type == b->swap_type;
	case COL_MARKER:
		return (a->status == MMSCOPE_MARKER) == (b->status == MMSCOPE_MARKER) &&
		       (a->status != MMSCOPE_MARKER || a->value == b->value);
	case COL_KPF:
		return a->kpf == b->kpf && (a->type == MMSCOPE_PAGE_NONE) ==
					   (b->type == MMSCOPE_PAGE_NONE);
	default:
		return true;
	}
}

static bool continues(const struct view *v, const struct mmscope_page *page)
{
	const struct render_opts *opts = &v->cli->render;
	size_t i;

	if (!v->nr || each || opts->json ||
	    page->va != v->first.va + v->nr * v->target->info.page_size)
		return false;
	for (i = 0; i < opts->nr_selected; i++)
		if (!same_in(&v->first, page, v->nr, opts->selected[i]))
			return false;
	return true;
}

static void take(struct view *v, const struct mmscope_page *page)
{
	if (types && !(page->type < 32 && types & 1U << page->type))
		return;
	if (!continues(v, page)) {
		show(v);
		v->first = *page;
	}
	v->nr++;
}

static int show_all(struct view *v, struct address_book *book,
		    const struct mmscope_page_opts *opts)
{
	const struct mmscope_page *page;
	struct mmscope_page_iter *iter;
	struct mmscope_lock lock;
	int ret, moved;

	ret = mmscope_page_iter_new(v->target->ms, opts, &iter);
	if (ret)
		return report_target_error(v->target, ret);
	/* Those of this system are not those of a recorded one. */
	if (!v->target->recorded) {
		zones_load(&v->zones);
		swaps_load(&v->swaps);
	}
	v->r = target_render(v->cli, v->target);
	render_list_begin(v->r, "pages", columns, NR_COLUMNS, true);
	while ((ret = mmscope_page_iter_next(iter, &page)) > 0)
		take(v, page);
	show(v);
	lock = *mmscope_page_iter_lock(iter);
	mmscope_page_iter_free(iter);
	swaps_free(&v->swaps);
	render_list_end(v->r);
	render_lock(v->r, &lock);
	moved = ret < 0 ? EXIT_DONE : address_check(book, &lock);
	if (!ret && !moved && lock.flags & MMSCOPE_LOCK_CHANGED)
		moved = report_changed(v->target);
	render_end(v->r, ret < 0 || moved);
	report_lock(v->cli, v->target, &lock);
	return ret < 0 ? report_target_error(v->target, ret) : moved;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct mmscope_page_opts opts = {
		.size = sizeof(opts), .statuses = statuses, .end = ~0ULL,
	};
	struct view v = { .cli = cli };
	struct address_book *book;
	struct target target;
	const char *wrong;
	int status;

	if (argc > 1) {
		wrong = address_range_wrong(argv[1]);
		if (wrong)
			return report_usage(cli, "'%s': %s", argv[1], wrong);
	}
	status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	book = address_book_new(cli, &target);
	if (argc > 1)
		status = address_find_range(book, argv[1], &opts.start, &opts.end);
	range_widen(&opts.start, &opts.end, target.info.page_size);
	v.target = &target;
	if (!status)
		status = show_all(&v, book, &opts);
	address_book_free(book);
	target_close(&target);
	return status;
}

const struct command command_pages = {
	.name = "pages",
	.args = "PID [RANGE]",
	.summary = "Show the facts of each page: frame, type, counts, folio, node",
	.example = "pages self --only anon -o +KPF",
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
