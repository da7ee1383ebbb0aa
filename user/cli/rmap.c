// SPDX-License-Identifier: GPL-2.0
/*
 * rmap.c - mmscope rmap: who maps a physical page, and where
 *
 * The kernel's own way from a page to its mappings is closed to modules, so all page
 * tables are gone through: in the kernel, one process after the other, each in the
 * bounded pieces of MMSCOPE_IOC_RMAP. What comes back is what was looked for.
 */
#include <errno.h>
#include <stdlib.h>

#include "cli.h"
#include "everyone.h"
#include "mapping.h"
#include "parse.h"

enum {
	COL_PID, COL_COMM, COL_VA, COL_PAGE_SIZE, COL_STATUS, COL_PERMS, COL_MAPPING,
	NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_PID] = { "PID", "pid", "process", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_COMM] = { "COMM", "comm", "its name", COLUMN_DEFAULT },
	[COL_VA] = { "VA", "va", "virtual address of the byte", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_PAGE_SIZE] = { "PAGE_SIZE", "page_size", "size that the entry spans",
			    COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_STATUS] = { "STATUS", "status", "mapped or protnone", 0 },
	[COL_PERMS] = { "PERMS", "perms", "what the mapping permits", COLUMN_DEFAULT },
	[COL_MAPPING] = { "MAPPING", "mapping", "path, or name in brackets",
			  COLUMN_TAIL | COLUMN_DEFAULT },
};

enum { OPT_PFN };

static const struct cli_option options[] = {
	[OPT_PFN] = { "pfn", NULL, "the number is that of a page frame, not an address" },
};

static bool is_pfn;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	(void)cli;
	(void)nr;
	(void)arg;
	is_pfn = true;
	return EXIT_DONE;
}

/**
 * struct search - for the mappings of one physical address
 * @pa: it
 * @frame: the page that holds it
 * @render: where lines go
 * @name: of a mapping
 * @addresses: how many were found
 * @processes: in how many processes
 * @hidden: physical addresses may not be seen
 * @lock: what looking did, in all
 */
struct search {
	__u64 pa;
	struct mmscope_frames frame;
	struct render *render;
	struct strbuf name;
	__u64 addresses, processes;
	bool hidden;
	struct mmscope_lock lock;
};

static int show(struct search *s, const struct target *target, const struct mmscope_extent *ext)
{
	__u64 va = ext->start + (s->pa - ext->pa);
	struct mmscope_vma_opts opts = { .size = sizeof(opts), .start = va, .end = va + 1 };
	struct cell cells[NR_COLUMNS];
	const struct mmscope_vma *vma;
	struct mmscope_vma_iter *iter;
	char comm[64], perms[5] = "";
	struct vm_bits bits;
	int ret;

	ret = mmscope_vma_iter_new(target->ms, &opts, &iter);
	if (ret)
		return ret;
	strbuf_reset(&s->name);
	ret = mmscope_vma_iter_next(iter, &vma);
	if (ret > 0) {
		vm_bits_load(target, &bits);
		vm_perms(&bits, vma->vm_flags, perms);
		mapping_name(&s->name, vma);
	}
	mmscope_vma_iter_free(iter);
	cells[COL_PID] = cell_count(target->pid);
	cells[COL_COMM] = cell_text(target_comm(target, comm, sizeof(comm)));
	cells[COL_VA] = cell_hex(va);
	cells[COL_PAGE_SIZE] = cell_bytes(1ULL << (ext->page_shift & 63));
	cells[COL_STATUS] = cell_text(mmscope_status_name(ext->status));
	cells[COL_PERMS] = cell_text(*perms ? perms : NULL);
	cells[COL_MAPPING] = cell_text(s->name.len ? s->name.data : NULL);
	render_row(s->render, cells);
	s->addresses++;
	return ret < 0 ? ret : 0;
}

static int look(struct everyone *all, const struct target *target)
{
	struct search *s = all->arg;
	struct mmscope_rmap_opts opts = {
		.size = sizeof(opts), .frames = &s->frame, .nr_frames = 1,
	};
	struct mmscope_extent_iter *iter;
	__u64 before = s->addresses;
	struct mmscope_extent ext;
	int ret;

	if (!(target->rights & MMSCOPE_RIGHT_PHYS)) {
		s->hidden = true;
		return -EPERM;
	}
	ret = mmscope_rmap_iter_new(target->ms, &opts, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_extent_iter_next(iter, &ext)) > 0) {
		ret = show(s, target, &ext);
		if (ret)
			break;
	}
	mmscope_lock_add(&s->lock, mmscope_extent_iter_lock(iter));
	mmscope_extent_iter_free(iter);
	s->processes += s->addresses != before;
	return ret;
}

static int conclude(const struct search *s, const struct everyone *all)
{
	if (s->hidden) {
		report_note("physical addresses are hidden: CAP_SYS_ADMIN is needed");
		return EXIT_NO;
	}
	if (all->refused) {
		report_note("%zu process%s may not be looked at", all->refused,
			    all->refused == 1 ? "" : "es");
		return EXIT_PARTIAL;
	}
	return s->addresses ? EXIT_DONE : EXIT_NO;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct search s = { 0 };
	struct everyone all = { .cli = cli, .look = look, .arg = &s };
	struct mmscope_info info;
	struct mmscope *ms;
	size_t nr;
	pid_t *pids, failed;
	int status, err;

	(void)argc;
	if (!parse_u64(argv[0], &s.pa))
		return report_usage(cli, "'%s': not a physical address", argv[0]);
	status = device_open(cli, &ms, &info);
	if (status)
		return status;
	mmscope_close(ms);
	if (is_pfn && __builtin_mul_overflow(s.pa, (__u64)info.page_size, &s.pa))
		return report_usage(cli, "'%s': not a page frame", argv[0]);
	s.frame.start = s.pa & ~((__u64)info.page_size - 1);
	if (__builtin_add_overflow(s.frame.start, (__u64)info.page_size, &s.frame.end))
		return report_usage(cli, "'%s': not a physical address", argv[0]);
	pids = everyone_list(&nr);
	s.render = render_new(&cli->render, cli->command->name, -1);
	render_member(s.render, "pa", cell_hex(s.pa));
	render_list_begin(s.render, "mappings", columns, NR_COLUMNS, true);
	err = everyone_look(&all, pids, nr, &failed);
	render_list_end(s.render);
	render_member(s.render, "processes", cell_count(s.processes));
	render_member(s.render, "looked_at", cell_count(all.looked));
	render_lock(s.render, &s.lock);
	if (!err && !s.hidden)
		render_text(s.render, "%llu address%s in %llu of %zu processes", s.addresses,
			    s.addresses == 1 ? "" : "es", s.processes, all.looked);
	render_end(s.render, err || all.refused);
	status = err ? report_error(STAGE_READ, err, "rmap") : conclude(&s, &all);
	strbuf_free(&s.name);
	free(pids);
	return status;
}

const struct command command_rmap = {
	.name = "rmap",
	.args = "PA",
	.summary = "Show which processes map a physical page, and where",
	.example = "rmap 0x3e35000",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.option = option,
	.run = run,
};
