// SPDX-License-Identifier: GPL-2.0
/*
 * render.c - sends the model to the form that was asked for
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend.h"
#include "escape.h"
#include "memory.h"
#include "progress.h"

struct render {
	const struct render_opts *opts;
	struct json *json;	/* NULL: a table is wanted */
	struct table *table;	/* the table being filled */
	bool counted;		/* rows go to a file, unseen: how many is told */
	__u64 rows;
};

enum { PROP_GROUP, PROP_NAME, PROP_VALUE, PROP_DESCRIPTION };

const struct column prop_columns[NR_PROP_COLUMNS] = {
	[PROP_GROUP] = { "GROUP", "group", "what the value belongs to", 0 },
	[PROP_NAME] = { "NAME", "name", "name of the value, the key in JSON", COLUMN_DEFAULT },
	[PROP_VALUE] = { "VALUE", "value", "the value", COLUMN_DEFAULT },
	[PROP_DESCRIPTION] = { "DESCRIPTION", "description", "what it means", COLUMN_TRUNC },
};

struct render *render_new(const struct render_opts *opts, const char *command, int pid)
{
	struct render *r = zalloc(sizeof(*r));
	struct stat out;

	r->opts = opts;
	r->counted = !fstat(STDOUT_FILENO, &out) && S_ISREG(out.st_mode);
	if (opts->json)
		r->json = json_new(opts, command, pid);
	return r;
}

bool render_is_json(const struct render *r)
{
	return r->json;
}

void render_list_begin(struct render *r, const char *key, const struct column *columns,
		       size_t nr, bool own)
{
	const size_t *selected = own ? r->opts->selected : NULL;

	if (own)
		nr = r->opts->nr_selected;
	if (r->json)
		json_list_begin(r->json, key, columns, selected, nr);
	else
		r->table = table_new(r->opts, columns, selected, nr);
}

void render_row(struct render *r, const struct cell *cells)
{
	if (r->counted)
		progress_count("rows", ++r->rows);
	if (r->json)
		json_row(r->json, cells);
	else
		table_row(r->table, cells);
	stdout_look();
}

static int first_error;

void stdout_look(void)
{
	if (ferror(stdout) && !first_error)
		first_error = errno;
}

void stdout_flush(void)
{
	if (fflush(stdout) && !first_error)
		first_error = errno;
}

int stdout_error(void)
{
	return first_error;
}

void render_flush(struct render *r)
{
	if (r->table)
		table_flush(r->table);
	stdout_flush();
}

void render_list_end(struct render *r)
{
	if (r->counted)
		progress_clear();
	if (r->json) {
		json_list_end(r->json);
	} else {
		table_free(r->table);
		r->table = NULL;
	}
}

void render_object(struct render *r, const char *key, const struct column *columns,
		   const struct cell *cells)
{
	size_t i, n;

	if (!r->json)
		return;
	json_object_begin(r->json, key);
	for (i = 0; i < r->opts->nr_selected; i++) {
		n = r->opts->selected[i];
		json_value(r->json, columns[n].key, &cells[n]);
	}
	json_object_end(r->json);
}

void render_props_begin(struct render *r, const char *key)
{
	if (r->json)
		json_object_begin(r->json, key);
	else
		render_list_begin(r, key, prop_columns, NR_PROP_COLUMNS, true);
}

void render_prop(struct render *r, const char *group, const char *key, struct cell value,
		 const char *help)
{
	struct cell cells[NR_PROP_COLUMNS] = {
		[PROP_GROUP] = cell_text(group),
		[PROP_NAME] = cell_text(key),
		[PROP_VALUE] = value,
		[PROP_DESCRIPTION] = cell_text(help),
	};

	if (r->json)
		json_value(r->json, key, &value);
	else
		table_row(r->table, cells);
}

void render_group_begin(struct render *r, const char *key)
{
	if (r->json)
		json_object_begin(r->json, key);
}

void render_group_end(struct render *r)
{
	if (r->json)
		json_object_end(r->json);
}

void render_prop_rows(struct render *r, const char *group, const char *key,
		      const struct row_set *rows, const char *help)
{
	struct strbuf name = { 0 }, value = { 0 };
	struct cell cell = cell_rows(rows);
	const struct cell *row;
	size_t i, c;

	if (r->json) {
		json_value(r->json, key, &cell);
		return;
	}
	for (i = 0; i < rows->nr_rows; i++) {
		row = rows->cells + i * rows->stride;
		strbuf_reset(&name);
		strbuf_reset(&value);
		cell_to_text(&name, &row[0]);
		for (c = 1; c < rows->nr_columns; c++) {
			strbuf_printf(&value, "%s%s ", c > 1 ? ", " : "", rows->columns[c].key);
			cell_to_text(&value, &row[c]);
		}
		render_prop(r, group, name.data, cell_text(value.data), help);
	}
	strbuf_free(&name);
	strbuf_free(&value);
}

void render_props_end(struct render *r)
{
	if (r->json)
		json_object_end(r->json);
	else
		render_list_end(r);
}

void render_member(struct render *r, const char *key, struct cell value)
{
	if (r->json)
		json_value(r->json, key, &value);
}

void render_lock(struct render *r, const struct mmscope_lock *lock)
{
	if (!r->json)
		return;
	json_object_begin(r->json, "lock");
	render_member(r, "hold_max_ns", cell_count(lock->hold_max_ns));
	render_member(r, "hold_total_ns", cell_count(lock->hold_total_ns));
	render_member(r, "nr_locks", cell_count(lock->nr_locks));
	render_member(r, "changed", cell_bool(lock->flags & MMSCOPE_LOCK_CHANGED));
	json_object_end(r->json);
}

void render_text(struct render *r, const char *fmt, ...)
{
	char *text, *safe;
	va_list ap;

	if (r->json)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		no_memory();
	va_end(ap);
	safe = escape_text(text);
	puts(safe);
	free(safe);
	free(text);
}

void render_end(struct render *r, bool partial)
{
	if (r->json) {
		if (partial)
			render_member(r, "partial", cell_bool(true));
		json_end(r->json);
	}
	free(r);
}
