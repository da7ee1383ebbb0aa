// SPDX-License-Identifier: GPL-2.0
/*
 * processes.c - the processes, by what memory they have
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../render/escape.h"
#include "../render/memory.h"
#include "../render/size.h"
#include "view.h"

struct process {
	pid_t pid;
	char comm[64];
	__u64 pss, uss, rss, swap, tables;
};

struct processes {
	struct view view;
	struct process *list;
	size_t refused;
};

enum { BY_PSS, BY_USS, BY_RSS, BY_SWAP, BY_TABLES, BY_PID };
static const char *const sorts[] = { "PSS", "USS", "RSS", "SWAP", "TABLES", "PID", NULL };

static struct processes *of(struct view *view)
{
	return (struct processes *)view;
}

static int read_process(struct cli *cli, struct process *p)
{
	struct mmscope_stat_opts opts = { .size = sizeof(opts), .rollup = 1 };
	const struct mmscope_stat *stat;
	struct mmscope_stat_iter *iter;
	struct target target;
	struct mmscope_mm mm;
	int ret;

	ret = target_attach(cli, p->pid, &target);
	if (ret)
		return ret;
	ret = mmscope_mm(target.ms, &mm, NULL);
	if (!ret)
		ret = mmscope_stat_iter_new(target.ms, &opts, &iter);
	if (!ret) {
		ret = mmscope_stat_iter_next(iter, &stat);
		if (ret > 0) {
			p->pss = stat->pss >> MMSCOPE_PSS_SHIFT;
			p->uss = stat->private_clean + stat->private_dirty;
			p->rss = stat->rss;
			p->swap = stat->swap;
		}
		mmscope_stat_iter_free(iter);
		p->tables = mm.pgtables_bytes;
	}
	target_close(&target);
	return ret < 0 ? ret : 0;
}

static int load(struct view *view)
{
	struct processes *ps = of(view);
	struct dirent *entry;
	DIR *dir = opendir("/proc");

	if (!dir)
		return -errno;
	view->nr = 0;
	ps->refused = 0;
	while ((entry = readdir(dir))) {
		struct process p = { .pid = atoi(entry->d_name) };
		int ret;

		if (p.pid <= 0)
			continue;
		ret = read_process(view->cli, &p);
		if (ret == -EPERM || ret == -EACCES)
			ps->refused++;
		if (ret)
			continue;
		process_comm(p.pid, p.comm, sizeof(p.comm));
		ps->list = more_room(ps->list, view->nr, sizeof(*ps->list));
		ps->list[view->nr++] = p;
	}
	closedir(dir);
	return 0;
}

static void title(struct view *view, struct strbuf *sb)
{
	struct processes *ps = of(view);
	char size[SIZE_TEXT_MAX];
	__u64 pss = 0;
	size_t i;

	for (i = 0; i < view->nr; i++)
		pss += ps->list[i].pss;
	strbuf_printf(sb, "mmscope: %zu processes, %s in all (PSS)", view->nr,
		      size_text(pss, size));
	if (ps->refused)
		strbuf_printf(sb, ", %zu not yours to see", ps->refused);
}

static void head(struct view *view, struct strbuf *sb)
{
	(void)view;
	strbuf_printf(sb, "%7s %8s %8s %8s %8s %8s  %s", "PID", "PSS", "USS", "RSS", "SWAP",
		      "TABLES", "COMMAND");
}

static void row(struct view *view, size_t nr, struct strbuf *sb)
{
	const struct process *p = &of(view)->list[nr];
	char a[SIZE_TEXT_MAX], b[SIZE_TEXT_MAX], c[SIZE_TEXT_MAX], d[SIZE_TEXT_MAX];
	char e[SIZE_TEXT_MAX];

	strbuf_printf(sb, "%7d %8s %8s %8s %8s %8s  ", p->pid, size_text(p->pss, a),
		      size_text(p->uss, b), size_text(p->rss, c), size_text(p->swap, d),
		      size_text(p->tables, e));
	escape_terminal(sb, p->comm);
}

static __u64 id(struct view *view, size_t nr)
{
	return of(view)->list[nr].pid;
}

static __u64 key(const struct process *p, unsigned int sort)
{
	switch (sort) {
	case BY_PSS:
		return p->pss;
	case BY_USS:
		return p->uss;
	case BY_RSS:
		return p->rss;
	case BY_SWAP:
		return p->swap;
	case BY_TABLES:
		return p->tables;
	default:
		return ~0ULL - p->pid;
	}
}

static int compare(struct view *view, size_t a, size_t b)
{
	__u64 ka = key(&of(view)->list[a], view->sort), kb = key(&of(view)->list[b], view->sort);

	return ka > kb ? -1 : ka < kb;
}

static struct view *enter(struct view *view, size_t nr)
{
	int err;

	return view_mappings(view->cli, of(view)->list[nr].pid, &err);
}

static void done(struct view *view)
{
	free(of(view)->list);
	free(view);
}

static const struct view_ops ops = {
	.sorts = sorts, .load = load, .title = title, .head = head, .row = row, .id = id,
	.compare = compare, .enter = enter, .free = done,
};

struct view *view_processes(struct cli *cli)
{
	struct processes *ps = zalloc(sizeof(*ps));

	ps->view.ops = &ops;
	ps->view.cli = cli;
	return &ps->view;
}
