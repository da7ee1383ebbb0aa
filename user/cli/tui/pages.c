// SPDX-License-Identifier: GPL-2.0
/*
 * pages.c - the pages of one mapping as a grid, a letter for each
 */
#include <stdlib.h>
#include <string.h>

#include "../render/escape.h"
#include "../render/memory.h"
#include "../render/size.h"
#include "../status.h"
#include "view.h"

/* Pages that are looked at, from the start of the mapping: 1 GiB of small ones. */
#define PAGES_MAX	(1U << 18)
#define LETTERS		64

struct pages {
	struct view view;
	struct target *target;
	__u64 start, end;
	char *name;
	struct mmscope_page *list;
	size_t nr;
	char *letters;
	size_t nr_letters;
};

static struct pages *of(struct view *view)
{
	return (struct pages *)view;
}

static char letter(const struct mmscope_page *page)
{
	bool alone = page->attrs & MMSCOPE_PAGE_EXCLUSIVE || page->type == MMSCOPE_PAGE_NONE;
	char c = alone ? 'p' : 's';

	if (page->status == MMSCOPE_SWAP)
		return 'w';
	if (page->status != MMSCOPE_MAPPED)
		return 'x';
	if (page->flags & MMSCOPE_PTE_HUGE)
		c = 'h';
	return page->flags & MMSCOPE_PTE_DIRTY ? c & ~0x20 : c;
}

static int load(struct view *view)
{
	struct pages *ps = of(view);
	struct mmscope_page_opts opts = {
		.size = sizeof(opts), .start = ps->start,
		.end = ps->start + (__u64)ps->nr_letters * ps->target->info.page_size,
	};
	const struct mmscope_page *page;
	struct mmscope_page_iter *iter;
	int ret;

	ret = mmscope_page_iter_new(ps->target->ms, &opts, &iter);
	if (ret)
		return ret;
	ps->nr = 0;
	memset(ps->letters, '.', ps->nr_letters);
	while ((ret = mmscope_page_iter_next(iter, &page)) > 0) {
		ps->list = more_room(ps->list, ps->nr, sizeof(*ps->list));
		ps->list[ps->nr++] = *page;
		ps->letters[(page->va - ps->start) / ps->target->info.page_size] = letter(page);
	}
	mmscope_page_iter_free(iter);
	view->nr = (ps->nr_letters + LETTERS - 1) / LETTERS;
	return ret;
}

static void title(struct view *view, struct strbuf *sb)
{
	struct pages *ps = of(view);
	char size[SIZE_TEXT_MAX];

	strbuf_printf(sb, "PID %d %#llx %s ", ps->target->pid, ps->start,
		      size_text(ps->end - ps->start, size));
	escape_terminal(sb, ps->name);
	strbuf_printf(sb, ": %zu of %zu pages have an entry", ps->nr, ps->nr_letters);
	if ((ps->end - ps->start) / ps->target->info.page_size > ps->nr_letters)
		strbuf_puts(sb, ", the rest is not shown");
}

static void head(struct view *view, struct strbuf *sb)
{
	(void)view;
	strbuf_puts(sb, "       ADDRESS p private s shared h huge w swapped x other . none;"
			" dirty: P S H");
}

static void row(struct view *view, size_t nr, struct strbuf *sb)
{
	struct pages *ps = of(view);
	size_t first = nr * LETTERS, len = ps->nr_letters - first;

	strbuf_printf(sb, "%#14llx ", ps->start + (__u64)first * ps->target->info.page_size);
	strbuf_add(sb, ps->letters + first, len < LETTERS ? len : LETTERS);
}

static __u64 id(struct view *view, size_t nr)
{
	(void)view;
	return nr;
}

static int by_address(const void *key, const void *elem)
{
	__u64 va = *(const __u64 *)key, at = ((const struct mmscope_page *)elem)->va;

	return va > at ? 1 : va < at ? -1 : 0;
}

static void add_flag(const char *name, void *arg)
{
	strbuf_printf(arg, " %s", name);
}

static void detail(struct view *view, size_t nr, size_t column, struct strbuf *sb)
{
	struct pages *ps = of(view);
	__u64 va = ps->start + (__u64)(nr * LETTERS + column) * ps->target->info.page_size;
	const struct mmscope_page *page;
	struct cell value;

	page = ps->nr ? bsearch(&va, ps->list, ps->nr, sizeof(*ps->list), by_address) : NULL;
	if (va >= ps->end)
		return;
	if (!page) {
		strbuf_printf(sb, "%#llx: nothing yet", va);
		return;
	}
	value = cell_phys(page->value);
	strbuf_printf(sb, "%#llx: %s", va, mmscope_status_name(page->status));
	if (status_has_frame(page->status)) {
		strbuf_printf(sb, " %s pfn ", mmscope_page_type_name(page->type));
		cell_to_text(sb, &value);
	}
	flag_names_apply(page->flags, &ps->target->entry_flags, add_flag, sb);
}

static void done(struct view *view)
{
	struct pages *ps = of(view);

	free(ps->list);
	free(ps->letters);
	free(ps->name);
	free(ps);
}

static const struct view_ops ops = {
	.load = load, .title = title, .head = head, .row = row, .id = id, .detail = detail,
	.free = done,
};

struct view *view_pages(struct cli *cli, struct target *target, __u64 start, __u64 end,
			const char *name)
{
	struct pages *ps = zalloc(sizeof(*ps));
	__u64 nr = (end - start) / target->info.page_size;

	ps->view.ops = &ops;
	ps->view.cli = cli;
	ps->view.columns = LETTERS;
	ps->target = target;
	ps->start = start;
	ps->end = end;
	ps->name = strdup(name);
	if (!ps->name)
		no_memory();
	ps->nr_letters = nr < PAGES_MAX ? nr : PAGES_MAX;
	ps->letters = zalloc(ps->nr_letters);
	return &ps->view;
}
