// SPDX-License-Identifier: GPL-2.0-only
/* pages.c - compares WALK, EXTENTS and /proc/PID/pagemap page by page */
#include <errno.h>
#include <fcntl.h>
#include <linux/kernel-page-flags.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "pages.h"
#include "scope.h"

/* Its bit 57 came with 5.14; no file says whether it is there. */
static bool pagemap_knows_uffd_wp(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname name;

	if (uname(&name) || sscanf(name.release, "%u.%u", &major, &minor) != 2)
		return true;
	return major > 5 || (major == 5 && minor >= 14);
}

/* The table that an entry leads to; nothing else is asked of raw entries. */
static uint64_t table_of(const struct mmscope_info *info, uint64_t entry)
{
	uint64_t frame = ((1ULL << 52) - 1) & -(uint64_t)info->page_size;

	if (!strcmp(info->arch, "riscv"))
		return (entry >> 10 & ((1ULL << 44) - 1)) << 12;
	if (strcmp(info->arch, "arm64"))
		return entry & frame;
	/* Addresses of 52 bits have the upper two below the others. */
	if (info->va_bits <= 48)
		return entry & frame & ((1ULL << 48) - 1);
	return (entry & frame & ((1ULL << 50) - 1)) | (entry & 0x300) << 42;
}

/* Accessed bits move by themselves (reclaim ages pages). */
#define UNSTABLE	MMSCOPE_PTE_YOUNG
#define ATTEMPTS	5
/* Above this a range is only sampled: 1 GiB. */
#define WHOLE_PAGES	(1UL << 18)

int pages_open(struct pages *p, pid_t pid)
{
	struct mmscope_mm mm;
	int ret;

	memset(p, 0, sizeof(*p));
	p->pid = pid;
	p->nr_swaps = proc_nr_swaps();
	p->fd = scope_attached(pid);
	if (p->fd < 0)
		return p->fd;
	ret = scope_info(p->fd, &p->info);
	if (!ret)
		ret = scope_mm(p->fd, &mm);
	if (ret)
		pages_close(p);
	else
		p->pgd_pa = mm.pgd_pa;
	return ret;
}

void pages_close(struct pages *p)
{
	close(p->fd);
	p->fd = -1;
}

static bool has_frame(unsigned int status)
{
	return status == MMSCOPE_MAPPED || status == MMSCOPE_PROTNONE;
}

static void check_steps(const struct pages *p, const struct mmscope_walk_result *r,
			struct diffs *d)
{
	uint64_t table = p->pgd_pa;

	for (unsigned int i = 0; i < r->nr_levels; i++) {
		const struct mmscope_walk_level *l = &r->levels[i];
		const struct mmscope_level_info *info = &p->info.levels[i];
		bool last = i + 1 == r->nr_levels;
		unsigned int index = r->va >> info->shift & (info->nr_entries - 1);

		if (l->level != info->level)
			diff(d, "%llx step %u: level %u, machine has %u", r->va, i, l->level,
			     info->level);
		if (l->index != index)
			diff(d, "%llx step %u: index %u, address says %u", r->va, i, l->index,
			     index);
		if (l->table_pa != table)
			diff(d, "%llx step %u: table at %llx, the entry above says %lx", r->va, i,
			     l->table_pa, table);
		if (!!(l->flags & MMSCOPE_PTE_TABLE) == last)
			diff(d, "%llx step %u of %u: flags %llx", r->va, i, r->nr_levels, l->flags);
		if (l->reserved || l->reserved2)
			diff(d, "%llx step %u: reserved fields not zero", r->va, i);
		table = table_of(&p->info, l->entry);
		if (!last)
			continue;
		if (r->level != l->level || r->flags != l->flags ||
		    r->page_size != 1ULL << info->shift)
			diff(d, "%llx: level %u size %llx flags %llx, last step %u, %llx", r->va,
			     r->level, r->page_size, r->flags, l->level, l->flags);
		if (r->status == MMSCOPE_NONE && l->entry)
			diff(d, "%llx: none, entry %llx", r->va, l->entry);
	}
}

void pages_check_walk(const struct pages *p, const struct mmscope_walk_result *r,
		      struct diffs *d)
{
	static const struct mmscope_walk_level zero[MMSCOPE_NR_LEVELS];
	unsigned int n = r->nr_levels;
	bool protnone;

	if (r->status >= MMSCOPE_NR_STATUS || n > p->info.nr_levels) {
		diff(d, "%llx: status %u, %u levels", r->va, r->status, n);
		return;
	}
	if (r->status == MMSCOPE_NO_VMA || r->status == MMSCOPE_NONCANONICAL) {
		if (n || r->pa || r->flags || r->swap_offset || r->swap_type)
			diff(d, "%llx: %s, yet with facts", r->va, scope_status_name(r->status));
	} else if (!n) {
		diff(d, "%llx: %s without a step", r->va, scope_status_name(r->status));
	}
	if (memcmp(&r->levels[n], zero, (MMSCOPE_NR_LEVELS - n) * sizeof(zero[0])))
		diff(d, "%llx: steps beyond the last are not zero", r->va);
	check_steps(p, r, d);
	if (has_frame(r->status) != !!(r->flags & MMSCOPE_PTE_PRESENT))
		diff(d, "%llx: %s with flags %llx", r->va, scope_status_name(r->status), r->flags);
	protnone = r->status == MMSCOPE_PROTNONE;
	if (protnone != !!(r->flags & MMSCOPE_PTE_PROTNONE))
		diff(d, "%llx: %s with flags %llx", r->va, scope_status_name(r->status), r->flags);
	if (has_frame(r->status) && (r->pa ^ r->va) & (PAGE_BYTES - 1))
		diff(d, "%llx: pa %llx has another offset in the page", r->va, r->pa);
	if (!has_frame(r->status) && r->pa)
		diff(d, "%llx: %s with pa %llx", r->va, scope_status_name(r->status), r->pa);
}

static void view_of_walk(const struct mmscope_walk_result *r, struct page_view *view)
{
	memset(view, 0, sizeof(*view));
	view->status = r->status;
	if (!r->nr_levels)
		return;
	view->flags = r->flags;
	/* EXTENTS joins holes of all levels into one, told as being of the lowest. */
	if (r->status == MMSCOPE_NONE) {
		view->level = MMSCOPE_LEVEL_PTE;
		view->shift = PAGE_SHIFT;
		return;
	}
	view->level = r->level;
	view->shift = __builtin_ctzll(r->page_size);
	if (has_frame(r->status))
		view->pa = r->pa;
	if (r->status == MMSCOPE_SWAP || r->status == MMSCOPE_MARKER)
		view->pa = r->swap_offset;
	view->swap_type = r->swap_type;
}

int pages_walk(struct pages *p, unsigned long va, size_t nr, struct page_view *view,
	       struct diffs *d)
{
	struct mmscope_walk_result *results = malloc(nr * sizeof(*results));
	uint64_t *addrs = calloc(nr, sizeof(*addrs));
	int ret = -ENOMEM;

	if (results && addrs) {
		for (size_t i = 0; i < nr; i++)
			addrs[i] = va + i * PAGE_BYTES;
		memset(results, 0xaa, nr * sizeof(*results));
		ret = scope_walk(p->fd, addrs, nr, results);
	}
	for (size_t i = 0; !ret && i < nr; i++) {
		if (results[i].va != addrs[i])
			diff(d, "%lx: result is of %llx", (unsigned long)addrs[i], results[i].va);
		pages_check_walk(p, &results[i], d);
		view_of_walk(&results[i], &view[i]);
	}
	free(results);
	free(addrs);
	return ret;
}

static void expand(const struct mmscope_extent *e, unsigned long va, struct page_view *view,
		   struct diffs *d)
{
	struct page_view page = {
		.status = e->status,
		.level = e->level,
		.shift = e->page_shift,
		.swap_type = e->swap_type,
		.pa = e->pa,
		.flags = e->flags,
	};

	if (e->status == MMSCOPE_NO_VMA || e->status == MMSCOPE_NONCANONICAL)
		page = (struct page_view){ .status = e->status };
	if (!has_frame(e->status) && e->status != MMSCOPE_SWAP &&
	    e->status != MMSCOPE_MARKER && e->pa)
		diff(d, "extent %llx: %s with pa %llx", e->start, scope_status_name(e->status),
		     e->pa);
	for (uint64_t at = e->start; at < e->end; at += PAGE_BYTES) {
		view[(at - va) / PAGE_BYTES] = page;
		if (has_frame(e->status))
			page.pa += PAGE_BYTES;
		else if (e->status == MMSCOPE_SWAP)
			page.pa++;
	}
}

int pages_extents(struct pages *p, unsigned long va, size_t nr, size_t batch, uint32_t flags,
		  struct page_view *view, struct diffs *d)
{
	const struct scope_filter all = { .statuses = ALL_STATUSES, .flags = flags };
	unsigned long end = va + nr * PAGE_BYTES, at = va;
	struct scope_extents extents;
	int ret = scope_extents(p->fd, va, end, batch, &all, &extents);

	for (size_t i = 0; !ret && i < extents.nr; i++) {
		const struct mmscope_extent *e = &extents.e[i];

		/* With every status asked for nothing may be left out. */
		if (e->start != at || e->end <= e->start || e->end > end ||
		    (e->start | e->end) & (PAGE_BYTES - 1)) {
			diff(d, "extent %llx-%llx where %lx was next (range %lx-%lx)", e->start,
			     e->end, at, va, end);
			break;
		}
		at = e->end;
		expand(e, va, view, d);
	}
	if (!ret && at != end)
		diff(d, "extents end at %lx, range at %lx", at, end);
	p->nr_words += extents.nr_words;
	scope_extents_free(&extents);
	return ret;
}

static void compare_views(unsigned long va, const struct page_view *w, const struct page_view *e,
			  struct diffs *d)
{
	if (w->status == e->status && w->level == e->level && w->shift == e->shift &&
	    w->swap_type == e->swap_type && w->pa == e->pa &&
	    !((w->flags ^ e->flags) & ~UNSTABLE))
		return;
	diff(d, "%lx: walk %s level %u shift %u pa %lx flags %lx swap %u,", va,
	     scope_status_name(w->status), w->level, w->shift, w->pa, w->flags, w->swap_type);
	diff(d, "  extent %s level %u shift %u pa %lx flags %lx swap %u",
	     scope_status_name(e->status), e->level, e->shift, e->pa, e->flags, e->swap_type);
}

/* What must be true of a page, given its pagemap entry and its VMA. */
static void compare_pagemap(const struct pages *p, unsigned long va, uint64_t pm,
			    const struct proc_vma *vma, const struct page_view *v, struct diffs *d)
{
	uint64_t frame = pm & PM_FRAME;
	unsigned int expected;

	if (!vma) {
		if (v->status != MMSCOPE_NO_VMA)
			diff(d, "%lx: %s outside of any VMA", va, scope_status_name(v->status));
		return;
	}
	if (v->status == MMSCOPE_NO_VMA || v->status == MMSCOPE_NONCANONICAL) {
		diff(d, "%lx: %s inside a VMA", va, scope_status_name(v->status));
		return;
	}
	/* pagemap shows nothing of VM_PFNMAP. */
	if (proc_flag(vma, "pf"))
		return;

	if (pm & PM_PRESENT) {
		expected = !strncmp(vma->perms, "---", 3) ? MMSCOPE_PROTNONE : MMSCOPE_MAPPED;
		/* arm64's pte_mkcont() makes it valid again, for the kernel alone. */
		if (proc_flag(vma, "ht") && v->flags & MMSCOPE_PTE_CONT &&
		    !(v->flags & MMSCOPE_PTE_USER) && v->status == MMSCOPE_MAPPED)
			expected = MMSCOPE_MAPPED;
		if (v->pa != frame * PAGE_BYTES)
			diff(d, "%lx: pa %lx, pagemap says pfn %lx", va, v->pa, frame);
	} else if (pm & PM_SWAP && (frame & 31) < p->nr_swaps) {
		expected = MMSCOPE_SWAP;
		if (v->swap_type != (frame & 31) || v->pa != frame >> 5)
			diff(d, "%lx: swap %u offset %lx, pagemap says %lu offset %lx", va,
			     v->swap_type, v->pa, frame & 31, frame >> 5);
	} else if (pm & PM_SWAP) {
		/* Not a swap area: a marker or a migrating page; pagemap does not say which. */
		expected = v->status == MMSCOPE_MIGRATION ? MMSCOPE_MIGRATION : MMSCOPE_MARKER;
	} else if (proc_flag(vma, "ht") && pm & PM_UFFD_WP) {
		expected = MMSCOPE_MARKER;
	} else {
		expected = MMSCOPE_NONE;
	}
	if (v->status != expected)
		diff(d, "%lx: %s, pagemap entry %lx means %s (%s)", va,
		     scope_status_name(v->status), pm, scope_status_name(expected), vma->perms);

	/* pagemap adds the VMA's own bit, and knows none of a hugetlb entry. */
	if (!proc_flag(vma, "sd") && !proc_flag(vma, "ht") &&
	    !!(v->flags & MMSCOPE_PTE_SOFT_DIRTY) != !!(pm & PM_SOFT_DIRTY))
		diff(d, "%lx: soft-dirty %d, pagemap says %d", va,
		     !!(v->flags & MMSCOPE_PTE_SOFT_DIRTY), !!(pm & PM_SOFT_DIRTY));
	if (pagemap_knows_uffd_wp() &&
	    !!(v->flags & MMSCOPE_PTE_UFFD_WP) != !!(pm & PM_UFFD_WP))
		diff(d, "%lx: uffd-wp %d, pagemap says %d", va,
		     !!(v->flags & MMSCOPE_PTE_UFFD_WP), !!(pm & PM_UFFD_WP));
	/* A page can be made of several entries, each of which then says so. */
	if (vma->kernel_page_size > PAGE_BYTES && v->status != MMSCOPE_NONE &&
	    1UL << v->shift != vma->kernel_page_size &&
	    !(v->flags & MMSCOPE_PTE_CONT && 1UL << v->shift < vma->kernel_page_size))
		diff(d, "%lx: page of %lx bytes in a VMA of pages of %lx", va, 1UL << v->shift,
		     vma->kernel_page_size);
}

struct window {
	uint64_t before[PAGES_WINDOW];
	uint64_t after[PAGES_WINDOW];
	struct page_view walk[PAGES_WINDOW];
	struct page_view extents[PAGES_WINDOW];
	struct page_view words[PAGES_WINDOW];
	struct diffs diffs;
};

static int compare_once(struct pages *p, unsigned long va, size_t nr, const struct proc_vmas *vmas,
			struct window *w)
{
	const struct proc_vma *vma = NULL;
	int ret = proc_pagemap(p->pid, va, nr, w->before);

	memset(&w->diffs, 0, sizeof(w->diffs));
	if (!ret)
		ret = pages_walk(p, va, nr, w->walk, &w->diffs);
	if (!ret)
		ret = pages_extents(p, va, nr, 64, 0, w->extents, &w->diffs);
	if (!ret)
		ret = pages_extents(p, va, nr, 64, MMSCOPE_EXTENTS_DENSE_ALL, w->words,
				    &w->diffs);
	if (!ret)
		ret = proc_pagemap(p->pid, va, nr, w->after);
	for (size_t i = 0; !ret && i < nr; i++) {
		unsigned long at = va + i * PAGE_BYTES;

		if (!vma || at >= vma->end)
			vma = proc_vma_at(vmas, at);
		compare_views(at, &w->walk[i], &w->extents[i], &w->diffs);
		compare_views(at, &w->walk[i], &w->words[i], &w->diffs);
		compare_pagemap(p, at, w->before[i], vma, &w->walk[i], &w->diffs);
	}
	return ret;
}

/* Differences count when the oracle itself stood still. */
static int compare_window(struct pages *p, unsigned long va, size_t nr,
			  const struct proc_vmas *vmas, struct diffs *d)
{
	struct window *w = malloc(sizeof(*w));
	int ret = w ? 0 : -ENOMEM;

	for (int i = 0; !ret && i < ATTEMPTS; i++) {
		ret = compare_once(p, va, nr, vmas, w);
		if (!ret && !w->diffs.nr)
			break;
		if (!memcmp(w->before, w->after, nr * sizeof(w->before[0])) || i + 1 == ATTEMPTS) {
			unsigned int rest = w->diffs.nr ? w->diffs.nr - 1 : 0;

			if (!ret && w->diffs.nr)
				diff(d, "%s", w->diffs.text);
			d->nr += rest;
			break;
		}
	}
	free(w);
	return ret;
}

static int compare_range(struct pages *p, unsigned long start, unsigned long end,
			 const struct proc_vmas *vmas, struct diffs *d)
{
	size_t nr = (end - start) / PAGE_BYTES;
	/* Samples of a huge range: 64 places, its end among them. */
	size_t step = nr > WHOLE_PAGES ? nr / 64 : PAGES_WINDOW;
	size_t width = nr > WHOLE_PAGES ? 64 : PAGES_WINDOW;
	int ret = 0;

	for (size_t i = 0; !ret && i < nr; i += step)
		ret = compare_window(p, start + i * PAGE_BYTES, nr - i < width ? nr - i : width,
				     vmas, d);
	if (!ret && nr > WHOLE_PAGES)
		ret = compare_window(p, end - width * PAGE_BYTES, width, vmas, d);
	return ret;
}

int pages_compare(struct pages *p, unsigned long start, unsigned long end, struct diffs *d)
{
	struct proc_vmas vmas;
	int ret = proc_smaps(p->pid, &vmas);

	if (!ret)
		ret = compare_range(p, start, end, &vmas, d);
	proc_vmas_free(&vmas);
	return ret;
}

static bool is_zero_page(uint64_t pa)
{
	uint64_t flags = 0;
	int fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (pread(fd, &flags, sizeof(flags), pa / PAGE_BYTES * 8) != sizeof(flags))
		flags = 0;
	close(fd);
	return flags >> KPF_ZERO_PAGE & 1;
}

/*
 * Bytes mapped by leaves above the PTEs against smaps, which leaves out hugetlb and the huge
 * zero page, and in 6.1 what is behind PROT_NONE.
 */
static int compare_leaves(struct pages *p, const struct proc_vma *vma, struct diffs *d)
{
	const struct scope_filter frames = {
		.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_MAPPED) |
			    MMSCOPE_STATUS_BIT(MMSCOPE_PROTNONE),
		.ignore = UNSTABLE,
	};
	struct scope_extents extents;
	uint64_t bytes = 0;
	int ret;

	if (proc_flag(vma, "ht") || proc_flag(vma, "pf") || !strncmp(vma->perms, "---", 3))
		return 0;
	ret = scope_extents(p->fd, vma->start, vma->end, 256, &frames, &extents);
	for (size_t i = 0; !ret && i < extents.nr; i++)
		if (extents.e[i].level != MMSCOPE_LEVEL_PTE && !is_zero_page(extents.e[i].pa))
			bytes += extents.e[i].end - extents.e[i].start;
	scope_extents_free(&extents);
	if (!ret && bytes != vma->pmd_mapped)
		diff(d, "%lx-%lx: %llu bytes by huge leaves, smaps says %llu", vma->start, vma->end,
		     (__u64)bytes, (__u64)vma->pmd_mapped);
	return ret;
}

int pages_compare_all(struct pages *p, struct diffs *d)
{
	struct proc_vmas vmas;
	unsigned long end = 0;
	int ret = proc_smaps(p->pid, &vmas);

	for (size_t i = 0; !ret && i < vmas.nr; i++) {
		const struct proc_vma *vma = &vmas.v[i];
		unsigned long gap = vma->start - end;

		/* A little of the gap before it, then the VMA. */
		if (gap) {
			unsigned long some = gap < 4 * PAGE_BYTES ? gap : 4 * PAGE_BYTES;

			ret = compare_range(p, vma->start - some, vma->start, &vmas, d);
		}
		if (!ret)
			ret = compare_range(p, vma->start, vma->end, &vmas, d);
		if (!ret)
			ret = compare_leaves(p, vma, d);
		end = vma->end;
	}
	proc_vmas_free(&vmas);
	return ret;
}
