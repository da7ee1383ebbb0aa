// SPDX-License-Identifier: GPL-2.0
/*
 * translate.c - mmscope translate: addresses in, physical addresses out
 *
 * With "-" addresses come from standard input, blanks or newlines between them.
 * Each is answered as soon as it has been read, in the order of the input, so a
 * program can use this as its other half.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "render/memory.h"
#include "status.h"
#include "symbol/address.h"

enum { COL_VA, COL_PA, COL_STATUS, COL_LEVEL, COL_PAGE_SIZE, NR_COLUMNS };

static const struct column columns[NR_COLUMNS] = {
	[COL_VA] = { "VA", "va", "virtual address", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_PA] = { "PA", "pa", "physical address", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_STATUS] = { "STATUS", "status", "mapped, or why there is no physical address",
			 COLUMN_DEFAULT },
	[COL_LEVEL] = { "LEVEL", "level", "level of the last entry", 0 },
	[COL_PAGE_SIZE] = { "PAGE_SIZE", "page_size", "size that the last entry spans",
			    COLUMN_RIGHT },
};

#define BATCH		1024
#define INPUT_SIZE	16384
#define WORD_MAX	4096

/**
 * struct translation - one run
 * @nr: addresses that wait in @addrs
 * @status: exit status so far
 */
struct translation {
	struct cli *cli;
	struct target target;
	struct address_book *book;
	struct render *r;
	struct mmscope_lock lock;
	size_t nr;
	int status;
	__u64 addrs[BATCH];
	struct mmscope_translation results[BATCH];
};

static void show_result(struct translation *t, __u64 va, const struct mmscope_translation *result)
{
	bool entry = result->page_shift;	/* else no table was looked at */
	struct cell cells[NR_COLUMNS];

	cells[COL_VA] = cell_hex(va);
	cells[COL_PA] = status_has_frame(result->status) ? cell_phys(result->pa) : cell_none();
	cells[COL_STATUS] = status_cell(result->status);
	cells[COL_LEVEL] = entry ? cell_text(mmscope_level_name(result->level)) : cell_none();
	cells[COL_PAGE_SIZE] = entry ? cell_bytes(1ULL << (result->page_shift & 63)) : cell_none();
	render_row(t->r, cells);
	if (result->status != MMSCOPE_MAPPED)
		t->status = EXIT_NO;
}

/* Answers the addresses that wait. Returns 0 or -errno. */
static int answer(struct translation *t)
{
	size_t done = 0, i;
	ssize_t got;

	while (done < t->nr) {
		got = mmscope_translate(t->target.ms, t->addrs + done, t->nr - done,
					t->results, &t->lock);
		if (got <= 0)
			return got < 0 ? (int)got : -ESRCH;
		for (i = 0; i < (size_t)got; i++)
			show_result(t, t->addrs[done + i], &t->results[i]);
		done += got;
	}
	t->nr = 0;
	render_flush(t->r);
	return 0;
}

static int add(struct translation *t, __u64 addr)
{
	t->addrs[t->nr++] = addr;
	return t->nr == BATCH ? answer(t) : 0;
}

/*
 * Takes the complete words of @text; @rest is set to where an incomplete one
 * begins. Returns 0, 1 when a word is no address (told already, and @status set), or
 * -errno.
 */
static int take_words(struct translation *t, char *text, size_t len, bool last, size_t *rest)
{
	size_t i = 0, start;
	__u64 addr;
	int err, status;

	for (;;) {
		while (i < len && strchr(" \t\r\n", text[i]) && text[i])
			i++;
		start = i;
		while (i < len && !(strchr(" \t\r\n", text[i]) && text[i]))
			i++;
		*rest = start;
		if (i == len && (!last || start == len) && len - start < WORD_MAX)
			return 0;
		/* text[len] is there: the buffer has room for the terminator */
		text[i] = '\0';
		if (strlen(text + start) != i - start)
			status = report_usage(t->cli, "'%s': not an address", text + start);
		else
			status = address_find(t->book, text + start, &addr);
		if (status) {
			answer(t);
			t->status = status;
			return 1;
		}
		err = add(t, addr);
		if (err)
			return err;
		if (i < len)
			i++;
	}
}

static int from_stdin(struct translation *t)
{
	char buf[INPUT_SIZE + 1];
	size_t len = 0, rest;
	ssize_t got;
	int ret;

	do {
		do
			got = read(STDIN_FILENO, buf + len, INPUT_SIZE - len);
		while (got < 0 && errno == EINTR);
		if (got < 0) {
			t->status = report_error(STAGE_ANY, errno, "standard input");
			return 0;
		}
		len += got;
		ret = take_words(t, buf, len, !got, &rest);
		if (ret == 1)
			return 0;
		if (!ret)
			ret = answer(t);
		if (ret)
			return ret;
		len -= rest;
		memmove(buf, buf + rest, len);
	} while (got);
	return 0;
}

static int from_args(struct translation *t, int argc, char **argv)
{
	__u64 addr;
	int i, err, status;

	for (i = 0; i < argc; i++) {
		status = address_find(t->book, argv[i], &addr);
		if (status) {
			answer(t);
			t->status = status;
			return 0;
		}
		err = add(t, addr);
		if (err)
			return err;
	}
	return answer(t);
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct translation *t;
	bool use_stdin = argc == 2 && !strcmp(argv[1], "-");
	int status = EXIT_DONE, err, moved;

	if (!use_stdin)
		status = address_usage(cli, argc - 1, argv + 1);
	if (status)
		return status;
	t = zalloc(sizeof(*t));
	t->cli = cli;
	status = target_open(cli, argv[0], &t->target);
	if (status) {
		free(t);
		return status;
	}
	t->book = address_book_new(cli, &t->target);
	t->r = target_render(cli, &t->target);
	render_list_begin(t->r, "translate", columns, NR_COLUMNS, true);
	err = use_stdin ? from_stdin(t) : from_args(t, argc - 1, argv + 1);
	render_list_end(t->r);
	render_lock(t->r, &t->lock);
	moved = err || !t->lock.nr_locks ? EXIT_DONE : address_check(t->book, &t->lock);
	render_end(t->r, err < 0 || moved);
	report_lock(cli, &t->target, &t->lock);
	status = err ? report_target_error(&t->target, err) : moved ? moved : t->status;
	address_book_free(t->book);
	target_close(&t->target);
	free(t);
	return status;
}

const struct command command_translate = {
	.name = "translate",
	.args = "PID ADDR...|-",
	.summary = "Translate addresses to physical addresses",
	.example = "translate 1 - < addresses",
	.min_args = 2,
	.max_args = -1,
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.run = run,
	.walks = true,
};
