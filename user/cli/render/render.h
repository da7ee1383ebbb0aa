/* SPDX-License-Identifier: GPL-2.0 */
/*
 * render.h - the one way from the model to the reader: a table or JSON
 *
 * A command fills cells and calls these; it prints nothing itself. Lists are
 * streamed: memory does not grow with the number of rows. What cannot be
 * rendered for want of memory ends the program.
 */
#ifndef MMSCOPE_RENDER_H
#define MMSCOPE_RENDER_H

#include <stdio.h>

#include "cell.h"
#include "strbuf.h"

#define COLUMN_RIGHT		(1U << 0)	/* numbers */
#define COLUMN_TRUNC		(1U << 1)	/* may be cut on a terminal, never in a pipe */
#define COLUMN_DEFAULT		(1U << 2)	/* in the table without -o */
#define COLUMN_TABLE_ONLY	(1U << 3)
#define COLUMN_JSON_ONLY	(1U << 4)
#define COLUMN_TAIL		(1U << 5)	/* likewise, but its beginning: a path */

#define MAX_COLUMNS	40

/**
 * struct column - one column: the same row makes headings, help and JSON keys
 * @name: heading, and its name for -o
 * @key: key in JSON
 * @help: one line
 * @flags: COLUMN_*
 * @width: of a table that comes line by line: room for what may come later
 */
struct column {
	const char *name;
	const char *key;
	const char *help;
	unsigned int flags;
	unsigned int width;
};

/**
 * struct render_opts - how to render
 * @json: JSON instead of a table
 * @no_headings: table without headings
 * @html: JSON that may stand inside a <script> of HTML
 * @color: colours
 * @lock: say on stderr what looking did to the target
 * @out: where JSON goes, NULL: standard output
 * @columns: argument of -o, or NULL
 * @defaults: bit per column: the defaults of a table, in place of COLUMN_DEFAULT
 * @absent: bit per column: without -o, JSON has not these either
 * @selected: which columns of the command's table, in order
 * @nr_selected: how many
 */
struct render_opts {
	bool json;
	bool html;
	bool no_headings;
	bool color;
	bool lock;
	FILE *out;
	const char *columns;
	__u64 defaults;
	__u64 absent;
	size_t selected[MAX_COLUMNS];
	size_t nr_selected;
};

/**
 * struct row_set - rows of a table inside a cell
 * @columns: the columns
 * @selected: which of them, in order, or NULL for all
 * @nr_columns: how many are selected
 * @stride: cells in a row
 * @cells: all rows, one after the other
 * @nr_rows: how many
 */
struct row_set {
	const struct column *columns;
	const size_t *selected;
	size_t nr_columns;
	size_t stride;
	const struct cell *cells;
	size_t nr_rows;
};

struct render;

/**
 * columns_select() - work out which columns to show
 * @columns: all that there are
 * @nr: how many
 * @opts: @columns and @json in, @selected and @nr_selected out
 * @bad: gets a word that is no column
 * @bad_len: gets its length
 *
 * Without -o a table has the default columns and JSON has all.
 *
 * Return: false when a word is no column.
 */
bool columns_select(const struct column *columns, size_t nr, struct render_opts *opts,
		    const char **bad, size_t *bad_len);

/**
 * render_new() - begin a run's output
 * @opts: must outlive the renderer
 * @command: name of the command
 * @pid: the process, or -1
 */
struct render *render_new(const struct render_opts *opts, const char *command, int pid);

bool render_is_json(const struct render *r);

/* A list of rows; @own: the columns are the command's, and -o selects among them. */
void render_list_begin(struct render *r, const char *key, const struct column *columns,
		       size_t nr, bool own);
void render_row(struct render *r, const struct cell *cells);
/*
 * Writes out what there is so far; at once after a write: has it failed? And why that first
 * did, or 0: the C library forgets.
 */
void stdout_flush(void);
void stdout_look(void);
int stdout_error(void);

/* Shows the rows so far, for a reader who waits for them. */
void render_flush(struct render *r);
void render_list_end(struct render *r);
/* One row as an object, with the columns that a list of the command has; JSON only. */
void render_object(struct render *r, const char *key, const struct column *columns,
		   const struct cell *cells);

/* Is it in a table, or in JSON, without -o? */
bool column_is_default(const struct render_opts *opts, const struct column *columns,
		       size_t column);

/* Was this column of the command asked for, or shown by default? */
bool column_is_selected(const struct render_opts *opts, size_t column);

/* Named values: a NAME VALUE table, or an object. */
extern const struct column prop_columns[];
#define NR_PROP_COLUMNS	4

void render_props_begin(struct render *r, const char *key);
void render_prop(struct render *r, const char *group, const char *key, struct cell value,
		 const char *help);
/* The props up to the end are one object inside the object; rows all the same in a table. */
void render_group_begin(struct render *r, const char *key);
void render_group_end(struct render *r);
/* An array of objects; in a table each is one row, named by its first cell. */
void render_prop_rows(struct render *r, const char *group, const char *key,
		      const struct row_set *rows, const char *help);
void render_props_end(struct render *r);

/* One more member of the outermost object; JSON only. */
void render_member(struct render *r, const char *key, struct cell value);
/* What looking did to the target; JSON only. */
void render_lock(struct render *r, const struct mmscope_lock *lock);

/* A sentence; table only. Raw names in it are made harmless. */
void render_text(struct render *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Ends the output and frees the renderer. @partial: not all that was asked for is there. */
void render_end(struct render *r, bool partial);

/* Text of a cell as a table shows it, hostile bytes escaped. */
void cell_to_text(struct strbuf *sb, const struct cell *cell);

#endif /* MMSCOPE_RENDER_H */
