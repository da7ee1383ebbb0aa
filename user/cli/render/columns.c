// SPDX-License-Identifier: GPL-2.0
/*
 * columns.c - which columns to show: the defaults, or what -o says
 */
#include <string.h>
#include <strings.h>

#include "render.h"

static bool add_column(struct render_opts *opts, size_t nr)
{
	size_t i;

	/* A column twice says nothing twice. */
	for (i = 0; i < opts->nr_selected; i++)
		if (opts->selected[i] == nr)
			return true;
	if (opts->nr_selected == MAX_COLUMNS)
		return false;
	opts->selected[opts->nr_selected++] = nr;
	return true;
}

static bool add_word(const struct column *columns, size_t nr, struct render_opts *opts,
		     const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (strlen(columns[i].name) == len && !strncasecmp(columns[i].name, word, len))
			return add_column(opts, i);
	return false;
}

bool column_is_default(const struct render_opts *opts, const struct column *columns, size_t column)
{
	unsigned int flags = columns[column].flags;
	__u64 bit = 1ULL << column;

	if (opts->json)
		return !(flags & COLUMN_TABLE_ONLY || opts->absent & bit);
	return opts->defaults ? opts->defaults & bit : flags & COLUMN_DEFAULT;
}

static void add_defaults(const struct column *columns, size_t nr, struct render_opts *opts)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (column_is_default(opts, columns, i))
			add_column(opts, i);
}

bool column_is_selected(const struct render_opts *opts, size_t column)
{
	size_t i;

	for (i = 0; i < opts->nr_selected; i++)
		if (opts->selected[i] == column)
			return true;
	return false;
}

bool columns_select(const struct column *columns, size_t nr, struct render_opts *opts,
		    const char **bad, size_t *bad_len)
{
	const char *s = opts->columns;
	size_t len;

	opts->nr_selected = 0;
	if (!s || *s == '+')
		add_defaults(columns, nr, opts);
	if (!s)
		return true;
	for (s += *s == '+';; s += len + 1) {
		len = strcspn(s, ",");
		if (!add_word(columns, nr, opts, s, len)) {
			*bad = s;
			*bad_len = len;
			return false;
		}
		if (!s[len])
			return true;
	}
}
