// SPDX-License-Identifier: GPL-2.0
/*
 * walk.c - mmscope walk: the page tables on the way to an address, explained
 */
#include <errno.h>
#include <stdlib.h>

#include "cli.h"
#include "render/memory.h"
#include "status.h"
#include "symbol/address.h"
#include "walk_rows.h"

#define BATCH	64

static void show_table(struct render *r, const struct target *target,
		       const struct mmscope_walk_result *result, bool first)
{
	struct strbuf sentence = { 0 };
	struct walk_steps cells;
	size_t i;

	if (!first)
		render_text(r, "%s", "");
	if (result->nr_levels) {
		walk_fill_steps(target, result, &cells);
		render_list_begin(r, "levels", walk_columns, NR_WALK_COLUMNS, true);
		for (i = 0; i < result->nr_levels; i++)
			render_row(r, cells.rows[i]);
		render_list_end(r);
	}
	result_sentence(&sentence, result);
	render_text(r, "%s", sentence.data);
	strbuf_free(&sentence);
}

static int walk_all(struct cli *cli, struct target *target, struct address_book *book,
		    const __u64 *addrs, size_t nr)
{
	struct mmscope_walk_result results[BATCH];
	struct render *r = target_render(cli, target);
	struct mmscope_lock lock = { 0 };
	int status = EXIT_DONE, moved;
	size_t done = 0, i;
	ssize_t got = 0;

	if (cli->render.json)
		walk_list_begin(r);
	while (done < nr) {
		got = mmscope_walk(target->ms, addrs + done,
				   nr - done < BATCH ? nr - done : BATCH, results, &lock);
		if (got <= 0)
			break;
		for (i = 0; i < (size_t)got; i++) {
			if (results[i].status != MMSCOPE_MAPPED)
				status = EXIT_NO;
			if (cli->render.json)
				walk_row(r, target, cli->render.selected,
					 cli->render.nr_selected, &results[i]);
			else
				show_table(r, target, &results[i], !done && !i);
		}
		done += got;
	}
	if (cli->render.json)
		render_list_end(r);
	render_lock(r, &lock);
	moved = done < nr ? EXIT_DONE : address_check(book, &lock);
	render_end(r, done < nr || moved);
	report_lock(cli, target, &lock);
	if (done < nr)
		status = report_target_error(target, got < 0 ? (int)got : -ESRCH);
	return moved ? moved : status;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct address_book *book;
	struct target target;
	__u64 *addrs;
	int status, i;

	status = address_usage(cli, argc - 1, argv + 1);
	if (!status)
		status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	addrs = zalloc((argc - 1) * sizeof(*addrs));
	book = address_book_new(cli, &target);
	for (i = 1; i < argc && !status; i++)
		status = address_find(book, argv[i], &addrs[i - 1]);
	if (!status)
		status = walk_all(cli, &target, book, addrs, argc - 1);
	address_book_free(book);
	target_close(&target);
	free(addrs);
	return status;
}

const struct command command_walk = {
	.name = "walk",
	.args = "PID ADDR...",
	.summary = "Explain the page-table walk of addresses",
	.example = "walk 1 main [heap]+16",
	.min_args = 2,
	.max_args = -1,
	.columns = walk_columns,
	.nr_columns = NR_WALK_COLUMNS,
	.run = run,
	.walks = true,
};
