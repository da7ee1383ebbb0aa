// SPDX-License-Identifier: GPL-2.0
/*
 * mappings.c - the mappings of one process, and what they have in memory
 */
#include <stdlib.h>
#include <string.h>

#include "../mapping.h"
#include "../render/escape.h"
#include "../names.h"
#include "../render/memory.h"
#include "../render/size.h"
#include "view.h"

struct row {
	__u64 start, end;
	char perms[5];
	const char *kind;
	const char *name;
	__u64 rss, pss, swap;
};

struct mappings {
	struct view view;
	struct target target;
	struct vm_bits bits;
	struct row *rows;
	struct names names;
};

enum { BY_START, BY_SIZE, BY_RSS, BY_PSS, BY_SWAP };
static const char *const sorts[] = { "START", "SIZE", "RSS", "PSS", "SWAP", NULL };

static struct mappings *of(struct view *view)
{
	return (struct mappings *)view;
}

static void forget(struct mappings *m)
{
	m->view.nr = 0;
	names_free(&m->names);
}

static void add(struct mappings *m, const struct mmscope_vma *vma, const struct fileset *libs)
{
	struct row *row;

	m->rows = more_room(m->rows, m->view.nr, sizeof(*m->rows));
	row = &m->rows[m->view.nr++];
	*row = (struct row){
		.start = vma->start, .end = vma->end, .kind = mapping_kind(vma, libs),
		.name = names_of(&m->names, vma),
	};
	vm_perms(&m->bits, vma->vm_flags, row->perms);
}

static int read_vmas(struct mappings *m)
{
	struct mmscope_vma_iter *iter = NULL;
	const struct mmscope_vma *vma;
	struct fileset libs = { 0 };
	int ret;

	ret = mapping_find_libraries(&m->target, &m->bits, &libs);
	if (!ret)
		ret = mmscope_vma_iter_new(m->target.ms, NULL, &iter);
	while (!ret && (ret = mmscope_vma_iter_next(iter, &vma)) > 0) {
		add(m, vma, &libs);
		ret = 0;
	}
	mmscope_vma_iter_free(iter);
	fileset_free(&libs);
	return ret;
}

/* Both lists are by address; a mapping that came between has no row yet. */
static int read_stats(struct mappings *m)
{
	const struct mmscope_stat *stat;
	struct mmscope_stat_iter *iter;
	size_t i = 0;
	int ret;

	ret = mmscope_stat_iter_new(m->target.ms, NULL, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_stat_iter_next(iter, &stat)) > 0) {
		while (i < m->view.nr && m->rows[i].end <= stat->start)
			i++;
		if (i == m->view.nr || m->rows[i].start != stat->start)
			continue;
		m->rows[i].rss = stat->rss + stat->shared_hugetlb + stat->private_hugetlb;
		m->rows[i].pss = stat->pss >> MMSCOPE_PSS_SHIFT;
		m->rows[i].swap = stat->swap;
	}
	mmscope_stat_iter_free(iter);
	return ret;
}

static int load(struct view *view)
{
	struct mappings *m = of(view);
	int ret;

	forget(m);
	ret = read_vmas(m);
	return ret ? ret : read_stats(m);
}

static void title(struct view *view, struct strbuf *sb)
{
	strbuf_printf(sb, "PID %d: %zu mappings", of(view)->target.pid, view->nr);
}

static void head(struct view *view, struct strbuf *sb)
{
	(void)view;
	strbuf_printf(sb, "%14s %6s %-4s %-7s %6s %6s %6s  %s", "START", "SIZE", "PERM", "KIND",
		      "RSS", "PSS", "SWAP", "MAPPING");
}

/* A path by its file, then the directory: what is cut off is what is told apart least. */
static void put_name(struct strbuf *sb, const char *name)
{
	const char *slash = *name == '/' ? strrchr(name, '/') : NULL;
	struct strbuf directory = { 0 };

	escape_terminal(sb, slash ? slash + 1 : name);
	if (!slash)
		return;
	strbuf_add(&directory, name, slash == name ? 1 : slash - name);
	strbuf_putc(sb, ' ');
	escape_terminal(sb, directory.data);
	strbuf_free(&directory);
}

static void row(struct view *view, size_t nr, struct strbuf *sb)
{
	const struct row *r = &of(view)->rows[nr];
	char a[SIZE_TEXT_MAX], b[SIZE_TEXT_MAX], c[SIZE_TEXT_MAX], d[SIZE_TEXT_MAX];

	strbuf_printf(sb, "%#14llx %6s %-4s %-7s %6s %6s %6s  ", r->start,
		      size_text(r->end - r->start, a), r->perms, r->kind, size_text(r->rss, b),
		      size_text(r->pss, c), size_text(r->swap, d));
	if (r->name)
		put_name(sb, r->name);
}

static __u64 id(struct view *view, size_t nr)
{
	return of(view)->rows[nr].start;
}

static __u64 key(const struct row *r, unsigned int sort)
{
	switch (sort) {
	case BY_SIZE:
		return r->end - r->start;
	case BY_RSS:
		return r->rss;
	case BY_PSS:
		return r->pss;
	case BY_SWAP:
		return r->swap;
	default:
		return ~r->start;
	}
}

static int compare(struct view *view, size_t a, size_t b)
{
	__u64 ka = key(&of(view)->rows[a], view->sort), kb = key(&of(view)->rows[b], view->sort);

	return ka > kb ? -1 : ka < kb;
}

static struct view *enter(struct view *view, size_t nr)
{
	struct mappings *m = of(view);
	const struct row *r = &m->rows[nr];

	return view_pages(view->cli, &m->target, r->start, r->end, r->name ? r->name : r->kind);
}

static void done(struct view *view)
{
	struct mappings *m = of(view);

	forget(m);
	free(m->rows);
	target_close(&m->target);
	free(m);
}

static const struct view_ops ops = {
	.sorts = sorts, .load = load, .title = title, .head = head, .row = row, .id = id,
	.compare = compare, .enter = enter, .free = done,
};

struct view *view_mappings(struct cli *cli, pid_t pid, int *err)
{
	struct mappings *m = zalloc(sizeof(*m));

	m->view.ops = &ops;
	m->view.cli = cli;
	*err = target_attach(cli, pid, &m->target);
	if (*err) {
		free(m);
		return NULL;
	}
	vm_bits_load(&m->target, &m->bits);
	return &m->view;
}
