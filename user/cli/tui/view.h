/* SPDX-License-Identifier: GPL-2.0 */
/*
 * view.h - what a screen of the tui is made of
 *
 * A view knows what it shows; tui.c knows the terminal. Rows are taken anew at each
 * load and keep their identity by @id, so that the cursor stays on what it was on.
 */
#ifndef MMSCOPE_TUI_VIEW_H
#define MMSCOPE_TUI_VIEW_H

#include "../cli.h"

struct view;

/**
 * struct view_ops - a kind of view
 * @sorts: what rows can be sorted by, NULL at the end
 * @load: reads all anew; returns 0 or -errno
 * @title: one line that says what is shown
 * @head: the heading of the rows
 * @row: the text of a row, without what others chose to name unescaped
 * @id: what makes a row the same after the next load
 * @compare: order of two rows by a sort; larger first where sizes are meant
 * @enter: the view behind a row, or NULL
 * @detail: a line about the row under the cursor, or NULL
 * @free: frees the view
 */
struct view_ops {
	const char *const *sorts;
	int (*load)(struct view *view);
	void (*title)(struct view *view, struct strbuf *sb);
	void (*head)(struct view *view, struct strbuf *sb);
	void (*row)(struct view *view, size_t nr, struct strbuf *sb);
	__u64 (*id)(struct view *view, size_t nr);
	int (*compare)(struct view *view, size_t a, size_t b);
	struct view *(*enter)(struct view *view, size_t nr);
	void (*detail)(struct view *view, size_t nr, size_t column, struct strbuf *sb);
	void (*free)(struct view *view);
};

/**
 * struct view - what all views have; the first member of each
 * @ops: what kind it is
 * @cli: this run
 * @nr: rows there are
 * @order: rows in the order shown
 * @sort: index into @ops->sorts
 * @cursor: place of the cursor in @order
 * @top: first place shown
 * @column: letter under the cursor, in a grid
 * @columns: letters in a row of a grid, 0 in a list
 * @below: the view this one came from
 */
struct view {
	const struct view_ops *ops;
	struct cli *cli;
	size_t nr;
	size_t *order;
	unsigned int sort;
	size_t cursor, top;
	size_t column, columns;
	struct view *below;
};

struct view *view_processes(struct cli *cli);
/* The mappings of a process; -errno in @err when it cannot be looked at. */
struct view *view_mappings(struct cli *cli, pid_t pid, int *err);
/* The pages of a range; @target stays with its owner. */
struct view *view_pages(struct cli *cli, struct target *target, __u64 start, __u64 end,
			const char *name);

#endif /* MMSCOPE_TUI_VIEW_H */
