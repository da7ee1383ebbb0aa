/* SPDX-License-Identifier: GPL-2.0 */
/*
 * walk_rows.h - a walk as cells; walk, map and kernel share it
 */
#ifndef MMSCOPE_WALK_ROWS_H
#define MMSCOPE_WALK_ROWS_H

#include "cli.h"

#define NR_WALK_COLUMNS	5

extern const struct column walk_columns[NR_WALK_COLUMNS];

/* The steps of one walk, a row each. */
struct walk_steps {
	struct cell rows[MMSCOPE_NR_LEVELS][NR_WALK_COLUMNS];
};

void walk_fill_steps(const struct target *target, const struct mmscope_walk_result *result,
		     struct walk_steps *steps);

#define NR_WALK_KEYS	9

/* The keys of a walk in JSON. */
extern const struct column walk_keys[NR_WALK_KEYS];

/* What a walk's cells point to, while they are rendered. */
struct walk_cells {
	struct walk_steps steps;
	struct row_set rows;
};

/* The cells of one walk, by walk_keys; @selected as below. */
void walk_fill(const struct target *target, const size_t *selected, size_t nr_selected,
	       const struct mmscope_walk_result *result, struct walk_cells *held,
	       struct cell *cells);

/* A list of walks; JSON only. */
void walk_list_begin(struct render *r);
/* One of them; @selected: which columns of its steps, or NULL for all. */
void walk_row(struct render *r, const struct target *target, const size_t *selected,
	      size_t nr_selected, const struct mmscope_walk_result *result);

#endif /* MMSCOPE_WALK_ROWS_H */
