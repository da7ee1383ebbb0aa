// SPDX-License-Identifier: GPL-2.0
/*
 * ops.c - mmscope ops: which functions of the kernel answer for each mapping
 */
#include <errno.h>

#include "cli.h"
#include "symbol/address.h"

enum { COL_START, COL_END, COL_OPS, COL_MEMBER, COL_SYMBOL, COL_PURPOSE, NR_COLUMNS };

static const struct column columns[NR_COLUMNS] = {
	[COL_START] = { "START", "start", "first byte of the mapping",
			COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_END] = { "END", "end", "end, exclusive", COLUMN_RIGHT },
	[COL_OPS] = { "OPS", "ops", "its table of operations; - for private anonymous memory",
		      COLUMN_DEFAULT },
	[COL_MEMBER] = { "MEMBER", "member", "member of the table", COLUMN_DEFAULT },
	[COL_SYMBOL] = { "SYMBOL", "symbol", "the function, and its module", COLUMN_DEFAULT },
	[COL_PURPOSE] = { "PURPOSE", "purpose", "what it is called for", COLUMN_TRUNC },
};

enum { KEY_START, KEY_END, KEY_OPS, KEY_MEMBERS, NR_KEYS };

static const struct column keys[NR_KEYS] = {
	[KEY_START] = { .key = "start" }, [KEY_END] = { .key = "end" },
	[KEY_OPS] = { .key = "ops" }, [KEY_MEMBERS] = { .key = "members" },
};

static const struct {
	const char *name;
	const char *purpose;
} vmops[MMSCOPE_NR_VMOPS] = {
	[MMSCOPE_VMOP_OPEN] = { "open", "the mapping was copied by fork() or split" },
	[MMSCOPE_VMOP_CLOSE] = { "close", "the mapping goes away" },
	[MMSCOPE_VMOP_MAPPED] = { "mapped", "the mapping was made" },
	[MMSCOPE_VMOP_MAY_SPLIT] = { "may_split", "may it be split there?" },
	[MMSCOPE_VMOP_MREMAP] = { "mremap", "it was moved by mremap()" },
	[MMSCOPE_VMOP_MPROTECT] = { "mprotect", "may its rights change?" },
	[MMSCOPE_VMOP_FAULT] = { "fault", "no page is there: give one" },
	[MMSCOPE_VMOP_HUGE_FAULT] = { "huge_fault", "no huge page is there: give one" },
	[MMSCOPE_VMOP_MAP_PAGES] = { "map_pages", "map what the page cache has around" },
	[MMSCOPE_VMOP_PAGESIZE] = { "pagesize", "size of its pages" },
	[MMSCOPE_VMOP_PAGE_MKWRITE] = { "page_mkwrite", "a page is about to become writable" },
	[MMSCOPE_VMOP_PFN_MKWRITE] = { "pfn_mkwrite", "likewise one without struct page" },
	[MMSCOPE_VMOP_ACCESS] = { "access", "read or write for a debugger" },
	[MMSCOPE_VMOP_NAME] = { "name", "its name in /proc/PID/maps" },
	[MMSCOPE_VMOP_SET_POLICY] = { "set_policy", "set a NUMA policy" },
	[MMSCOPE_VMOP_GET_POLICY] = { "get_policy", "get the NUMA policy" },
	[MMSCOPE_VMOP_FIND_PAGE] = { "find_page", "struct page of a special entry" },
};

static struct cell symbol_cell(const char *symbol)
{
	return symbol && *symbol ? cell_text(symbol) : cell_none();
}

/* A line for each member; one for a mapping that has none. */
static void show_rows(struct render *r, const struct mmscope_vmops_record *record)
{
	struct cell cells[NR_COLUMNS] = {
		[COL_START] = cell_hex(record->start),
		[COL_END] = cell_hex(record->end),
		[COL_OPS] = symbol_cell(mmscope_vmops_table(record)),
		[COL_MEMBER] = cell_none(),
		[COL_SYMBOL] = cell_none(),
		[COL_PURPOSE] = cell_none(),
	};
	unsigned int i;

	if (!record->set)
		render_row(r, cells);
	for (i = 0; i < MMSCOPE_NR_VMOPS; i++) {
		if (!(record->set & 1ULL << i))
			continue;
		cells[COL_MEMBER] = cell_text(vmops[i].name);
		cells[COL_SYMBOL] = symbol_cell(mmscope_vmops_symbol(record, i));
		cells[COL_PURPOSE] = cell_text(vmops[i].purpose);
		render_row(r, cells);
	}
}

static void show_json(struct render *r, const struct mmscope_vmops_record *record)
{
	static const size_t selected[] = { COL_MEMBER, COL_SYMBOL, COL_PURPOSE };
	struct cell members[MMSCOPE_NR_VMOPS][NR_COLUMNS];
	struct row_set rows = {
		.columns = columns, .selected = selected, .nr_columns = ARRAY_SIZE(selected),
		.stride = NR_COLUMNS, .cells = members[0],
	};
	struct cell cells[NR_KEYS];
	unsigned int i;

	for (i = 0; i < MMSCOPE_NR_VMOPS; i++) {
		if (!(record->set & 1ULL << i))
			continue;
		members[rows.nr_rows][COL_MEMBER] = cell_text(vmops[i].name);
		members[rows.nr_rows][COL_SYMBOL] = symbol_cell(mmscope_vmops_symbol(record, i));
		members[rows.nr_rows++][COL_PURPOSE] = cell_text(vmops[i].purpose);
	}
	cells[KEY_START] = cell_hex(record->start);
	cells[KEY_END] = cell_hex(record->end);
	cells[KEY_OPS] = symbol_cell(mmscope_vmops_table(record));
	cells[KEY_MEMBERS] = cell_rows(&rows);
	render_row(r, cells);
}

static int show(struct cli *cli, struct target *target, struct address_book *book,
		const struct mmscope_vma_opts *opts)
{
	struct render *r = target_render(cli, target);
	const struct mmscope_vmops_record *record;
	struct mmscope_vmops_iter *iter = NULL;
	struct mmscope_lock lock = { 0 };
	int status = EXIT_DONE, ret;
	bool none = false;
	size_t nr = 0;

	ret = mmscope_vmops_iter_new(target->ms, opts, &iter);
	if (cli->render.json)
		render_list_begin(r, "ops", keys, NR_KEYS, false);
	else
		render_list_begin(r, "ops", columns, NR_COLUMNS, true);
	while (!ret && (ret = mmscope_vmops_iter_next(iter, &record)) > 0) {
		if (cli->render.json)
			show_json(r, record);
		else
			show_rows(r, record);
		none = !mmscope_vmops_table(record);
		nr++;
		ret = 0;
	}
	render_list_end(r);
	if (iter) {
		lock = *mmscope_vmops_iter_lock(iter);
		mmscope_vmops_iter_free(iter);
	}
	if (ret)
		status = report_target_error(target, ret);
	else if (address_check(book, &lock))
		status = EXIT_PARTIAL;
	else if (lock.flags & MMSCOPE_LOCK_CHANGED)
		status = report_changed(target);
	else if (!nr && opts->end)
		status = EXIT_NO;
	if (!nr && !ret)
		render_text(r, "0x%llx: no VMA", opts->start);
	/* A table of nothing would look like a failure. */
	if (nr && !ret && opts->end && none)
		render_text(r, "private anonymous memory: mm/memory.c itself answers for it");
	render_lock(r, &lock);
	render_end(r, status == EXIT_PARTIAL);
	report_lock(cli, target, &lock);
	return status;
}

static void defaults(struct cli *cli, int argc)
{
	/* Of one mapping there is room to say what for. */
	if (argc > 1)
		cli->render.defaults = 1U << COL_OPS | 1U << COL_MEMBER | 1U << COL_SYMBOL |
				       1U << COL_PURPOSE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct mmscope_vma_opts opts = { .size = sizeof(opts) };
	struct address_book *book;
	struct target target;
	int status;

	if (cli->render.json && cli->render.columns)
		return report_usage(cli, "--json: -o selects columns of the table");
	status = address_usage(cli, argc - 1, argv + 1);
	if (!status)
		status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	book = address_book_new(cli, &target);
	if (argc > 1) {
		status = address_find(book, argv[1], &opts.start);
		opts.end = opts.start + 1 ? opts.start + 1 : opts.start;
	}
	if (!status)
		status = show(cli, &target, book, &opts);
	address_book_free(book);
	target_close(&target);
	return status;
}

const struct command command_ops = {
	.name = "ops",
	.args = "PID [ADDR]",
	.summary = "Show which functions of the kernel answer for mappings",
	.example = "ops 1 [vdso]",
	.min_args = 1,
	.max_args = 2,
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.defaults = defaults,
	.run = run,
	.walks = true,
};
