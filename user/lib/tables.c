// SPDX-License-Identifier: GPL-2.0
/*
 * tables.c - what the page tables themselves cost
 */
#include <string.h>

#include "internal.h"

MMSCOPE_API int mmscope_tables(struct mmscope *ms, const struct mmscope_table_opts *opts,
			       struct mmscope_tables *tables)
{
	struct mmscope_table_opts o;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	memset(tables, 0, sizeof(*tables));
	tables->size = sizeof(*tables);
	tables->start = o.start;
	tables->end = o.end ? o.end : ~0ULL;
	tables->lock.generation = o.generation;
	tables->lock.budget_ns = ms->budget_ns;
	err = mmscope_ioctl(ms, MMSCOPE_IOC_TABLES, tables);
	if (err)
		return err;
	if (tables->nr_levels > MMSCOPE_NR_LEVELS)
		return mmscope_fail(EPROTO);
	return 0;
}
