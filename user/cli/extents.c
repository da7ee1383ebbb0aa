// SPDX-License-Identifier: GPL-2.0
/*
 * extents.c - mmscope extents: what is behind a range, as merged runs
 */
#include <string.h>

#include "cli.h"
#include "parse.h"
#include "status.h"
#include "symbol/address.h"

enum {
	COL_START, COL_END, COL_SIZE, COL_PAGES, COL_PA, COL_LEVEL, COL_PAGE_SIZE, COL_STATUS,
	COL_FLAGS, COL_SWAP_TYPE, COL_SWAP_OFFSET,
	NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_START] = { "START", "start", "first byte", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_END] = { "END", "end", "end, exclusive", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_SIZE] = { "SIZE", "size", "END - START", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_PAGES] = { "PAGES", "pages", "the same in base pages", COLUMN_RIGHT },
	[COL_PA] = { "PA", "pa", "physical address of the first byte",
		     COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_LEVEL] = { "LEVEL", "level", "level of the entries", COLUMN_DEFAULT },
	[COL_PAGE_SIZE] = { "PAGE_SIZE", "page_size", "size that one entry spans",
			    COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_STATUS] = { "STATUS", "status", "mapped, or what else is there", COLUMN_DEFAULT },
	[COL_FLAGS] = { "FLAGS", "flags", "flags of every entry, by name", COLUMN_DEFAULT },
	[COL_SWAP_TYPE] = { "SWAP_TYPE", "swap_type", "number of the swap area", COLUMN_RIGHT },
	[COL_SWAP_OFFSET] = { "SWAP_OFFSET", "swap_offset", "page in the swap area", COLUMN_RIGHT },
};

enum { OPT_STATUS, OPT_IGNORE, OPT_ONLY };

static const struct cli_option options[] = {
	[OPT_STATUS] = { "status", "LIST", "only these: mapped,swap,none,... or all" },
	[OPT_IGNORE] = { "ignore", "FLAGS", "neither split at these flags nor show them" },
	[OPT_ONLY] = { "only", "FLAGS", "only entries that have all these flags" },
};

/* Flags have names only when a module answers; so they are kept as text. */
static const char *ignore_list, *only_list;
static __u32 statuses;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	const char *bad;
	size_t len;

	switch (nr) {
	case OPT_STATUS:
		if (!parse_statuses(arg, &statuses, &bad, &len))
			return report_usage(cli, "--status: '%.*s': not a status", (int)len, bad);
		break;
	case OPT_IGNORE:
		ignore_list = arg;
		break;
	case OPT_ONLY:
		only_list = arg;
		break;
	}
	return EXIT_DONE;
}

static int take_flags(struct cli *cli, const struct target *target, const char *name,
		      const char *list, __u64 *mask)
{
	const char *bad;
	size_t len;

	if (!list || parse_flags(list, &target->entry_flags, mask, &bad, &len))
		return EXIT_DONE;
	return report_usage(cli, "--%s: '%.*s': not a flag of a page-table entry", name,
			    (int)len, bad);
}

static void show_extent(struct render *r, const struct target *target,
			const struct mmscope_extent *ext)
{
	bool swap = ext->status == MMSCOPE_SWAP;
	struct cell cells[NR_COLUMNS];

	cells[COL_START] = cell_hex(ext->start);
	cells[COL_END] = cell_hex(ext->end);
	cells[COL_SIZE] = cell_bytes(ext->end - ext->start);
	cells[COL_PAGES] = cell_count((ext->end - ext->start) / target->info.page_size);
	cells[COL_PA] = status_has_frame(ext->status) ? cell_phys(ext->pa) : cell_none();
	cells[COL_LEVEL] = cell_text(mmscope_level_name(ext->level));
	cells[COL_PAGE_SIZE] = cell_bytes(1ULL << (ext->page_shift & 63));
	cells[COL_STATUS] = status_cell(ext->status);
	cells[COL_FLAGS] = cell_flags(ext->flags, &target->entry_flags);
	cells[COL_SWAP_TYPE] = swap ? cell_secret32(ext->swap_type) : cell_none();
	cells[COL_SWAP_OFFSET] = swap ? cell_secret(ext->pa) : cell_none();
	if (ext->status == MMSCOPE_NO_VMA) {
		cells[COL_LEVEL] = cell_none();
		cells[COL_PAGE_SIZE] = cell_none();
	}
	render_row(r, cells);
}

static int show_all(struct cli *cli, struct target *target, struct address_book *book,
		    const struct mmscope_extent_opts *opts)
{
	struct mmscope_extent_iter *iter;
	struct mmscope_extent ext;
	struct mmscope_lock lock;
	struct render *r;
	int ret, moved;

	ret = mmscope_extent_iter_new(target->ms, opts, &iter);
	if (ret)
		return report_target_error(target, ret);
	r = target_render(cli, target);
	render_list_begin(r, "extents", columns, NR_COLUMNS, true);
	while ((ret = mmscope_extent_iter_next(iter, &ext)) > 0)
		show_extent(r, target, &ext);
	lock = *mmscope_extent_iter_lock(iter);
	mmscope_extent_iter_free(iter);
	render_list_end(r);
	render_lock(r, &lock);
	moved = ret < 0 ? EXIT_DONE : address_check(book, &lock);
	if (!ret && !moved && lock.flags & MMSCOPE_LOCK_CHANGED)
		moved = report_changed(target);
	render_end(r, ret < 0 || moved);
	report_lock(cli, target, &lock);
	return ret < 0 ? report_target_error(target, ret) : moved;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct mmscope_extent_opts opts = {
		.size = sizeof(opts), .statuses = statuses, .end = ~0ULL,
	};
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
	if (!status)
		status = take_flags(cli, &target, "ignore", ignore_list, &opts.ignore_flags);
	if (!status)
		status = take_flags(cli, &target, "only", only_list, &opts.require_flags);
	if (!status)
		status = show_all(cli, &target, book, &opts);
	address_book_free(book);
	target_close(&target);
	return status;
}

const struct command command_extents = {
	.name = "extents",
	.args = "PID [RANGE]",
	.summary = "Show what is mapped behind addresses, as merged runs",
	.example = "extents self --ignore young,dirty",
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
