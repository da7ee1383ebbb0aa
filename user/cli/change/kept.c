// SPDX-License-Identifier: GPL-2.0
/*
 * kept.c - a look that is kept in memory, to compare the next one with
 */
#include "kept.h"

#include <stdlib.h>
#include <string.h>

#include "render/memory.h"

static int load_runs(struct kept *kept, const struct target *target)
{
	struct live_source live;
	struct page_run run;
	int ret;

	ret = live_source_begin(&live, target, false, kept->vmas.lock.generation, NULL);
	if (ret)
		return ret;
	while ((ret = live.source.next(&live.source, &run)) > 0) {
		kept->runs = more_room(kept->runs, kept->nr, sizeof(*kept->runs));
		kept->runs[kept->nr++] = run;
	}
	live_source_end(&live, &kept->lock);
	return ret;
}

int kept_load(struct kept *kept, const struct target *target)
{
	int err;

	vma_list_free(&kept->vmas);
	kept->nr = 0;
	err = vma_list_load(&kept->vmas, target);
	kept->lock = kept->vmas.lock;
	return err ? err : load_runs(kept, target);
}

void kept_free(struct kept *kept)
{
	vma_list_free(&kept->vmas);
	free(kept->runs);
	memset(kept, 0, sizeof(*kept));
}

/**
 * struct kept_source - its runs, one after the other
 */
struct kept_source {
	struct run_source source;
	const struct kept *kept;
	size_t at;
};

static int next_kept(struct run_source *source, struct page_run *run)
{
	struct kept_source *from = (struct kept_source *)source;

	if (from->at == from->kept->nr)
		return 0;
	*run = from->kept->runs[from->at++];
	return 1;
}

void kept_compare(struct kept *before, struct kept *after, unsigned int page_size,
		  struct change_groups *groups, struct change_sum *sum)
{
	struct kept_source a = { { next_kept }, before, 0 }, b = { { next_kept }, after, 0 };
	struct change_sweep sweep = {
		.lists = { &before->vmas, &after->vmas }, .groups = groups,
		.sources = { &a.source, &b.source }, .page_size = page_size,
	};

	change_groups_make(groups, &before->vmas, &after->vmas);
	change_sweep(&sweep);
	*sum = sweep.sum;
}
