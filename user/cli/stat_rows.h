/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stat_rows.h - memory accounting of a process, by what it is summed up
 */
#ifndef MMSCOPE_STAT_ROWS_H
#define MMSCOPE_STAT_ROWS_H

#include "cli.h"
#include "names.h"

enum stat_by { STAT_BY_TOTAL, STAT_BY_VMA, STAT_BY_FILE, STAT_BY_KIND, STAT_BY_FLAGS };

/**
 * struct stat_row - one sum
 * @target: which of the processes asked for, 0 for several together: two recordings can
 *	have one pid
 * @pid: the process, 0 for several
 * @comm: its name, or NULL
 * @mapping: path or name of the mapping, or NULL
 * @kind: the kind by its word, or NULL
 * @vm_flags: flag word, of one VMA or of all in the group
 * @perms: "rwxp", or empty
 * @stat: the figures
 */
struct stat_row {
	size_t target;
	pid_t pid;
	const char *comm;
	const char *mapping;
	const char *kind;
	__u64 vm_flags;
	char perms[5];
	struct mmscope_stat stat;
};

/**
 * struct stat_rows - a list of rows; starts as zeros
 * @rows: the rows
 * @nr: how many
 * @names: their strings
 * @slots: indexes into @rows plus one, by a hash of what rows are grouped by
 * @nr_slots: a power of two
 */
struct stat_rows {
	struct stat_row *rows;
	size_t nr;
	struct names names;
	size_t *slots;
	size_t nr_slots;
};

void stat_rows_free(struct stat_rows *rows);

/* Adds a copy of a row to the end. */
void stat_rows_add(struct stat_rows *rows, const struct stat_row *row);

/* Adds a row to the one of its group: same target, and the same by @by. */
void stat_rows_group(struct stat_rows *rows, enum stat_by by, const struct stat_row *row);

/* Adds the figures of @stat. */
void stat_add(struct mmscope_stat *sum, const struct mmscope_stat *stat);

/* Called with each row, which is valid until it returns. */
typedef void stat_row_fn(void *arg, const struct stat_row *row);

/**
 * stat_collect() - the accounting of one process
 * @target: the process
 * @by: STAT_BY_TOTAL calls @fn once, all others for each VMA
 * @kinds: the kind of each VMA is wanted, which costs a look at all of them
 * @fn: called with each row
 * @arg: passed to @fn
 * @lock: a sum of lock reports to add to; tells that VMAs changed, too
 *
 * Return: 0 or -errno.
 */
int stat_collect(const struct target *target, enum stat_by by, bool kinds, stat_row_fn *fn,
		 void *arg, struct mmscope_lock *lock);

#endif /* MMSCOPE_STAT_ROWS_H */
