// SPDX-License-Identifier: GPL-2.0-only
/*
 * oracle_facts.c - TRANSLATE against WALK, and PAGES against pagemap, kpageflags and
 * kpagecount, for every page of every kind
 */
#include <fcntl.h>
#include <linux/kernel-page-flags.h>
#include <kselftest_harness.h>

#include "diffs.h"
#include "proc.h"
#include "scope.h"
#include "size.h"
#include "target.h"

#define WINDOW		512
#define PAGE_BYTES	page_size
#define ATTEMPTS	5
#define PM_EXCLUSIVE	(1ULL << 56)

static uint64_t read_entry(int fd, uint64_t pfn)
{
	uint64_t entry = ~0ULL;

	return pread(fd, &entry, 8, pfn * 8) == 8 ? entry : ~0ULL;
}

/* Reserved pages: the word's bit has a name in the kernel only. */
#define KPF_RESERVED	32

/* What kind of page a word of kpageflags means; @type where it leaves a choice. */
static unsigned int type_of(uint64_t kpf, bool huge, unsigned int type)
{
	if (kpf >> KPF_NOPAGE & 1)
		return MMSCOPE_PAGE_NONE;
	if (kpf >> KPF_ZERO_PAGE & 1)
		return huge ? MMSCOPE_PAGE_HUGE_ZERO : MMSCOPE_PAGE_ZERO;
	if (kpf >> KPF_HUGE & 1)
		return MMSCOPE_PAGE_HUGETLB;
	if (kpf >> KPF_KSM & 1)
		return MMSCOPE_PAGE_KSM;
	if (kpf >> KPF_ANON & 1)
		return MMSCOPE_PAGE_ANON;
	if (kpf >> KPF_RESERVED & 1)
		return MMSCOPE_PAGE_DEVICE;
	/* Before 6.10 a tail page does not tell which of the two its head is. */
	if (kpf >> KPF_COMPOUND_TAIL & 1 && type == MMSCOPE_PAGE_SHMEM)
		return type;
	return kpf >> KPF_SWAPBACKED & 1 ? MMSCOPE_PAGE_SHMEM : MMSCOPE_PAGE_FILE;
}

/**
 * struct oracle - the process, and what to ask about it
 * @all_ksm: kpageflags calls every anonymous page KSM: it takes PAGE_MAPPING_KSM for
 *	a bit, which is two (fs/proc/page.c:stable_page_flags() of 6.12)
 */
struct oracle {
	pid_t pid;
	int scope, kpageflags, kpagecount;
	bool all_ksm;
};

static void compare_page(const struct oracle *o, const struct mmscope_page *p, uint64_t pm,
			 bool pfnmap, struct diffs *d)
{
	uint64_t frame = pm & PM_FRAME, kpf;
	bool huge = p->flags & MMSCOPE_PTE_HUGE;

	if (p->reserved)
		diff(d, "%llx: reserved", p->va);
	if (p->status != MMSCOPE_MAPPED && p->status != MMSCOPE_PROTNONE) {
		if (p->type != MMSCOPE_PAGE_NONE || p->kpf || p->mapcount || p->refcount)
			diff(d, "%llx: %s, yet with facts", p->va, scope_status_name(p->status));
		if (pm & PM_PRESENT)
			diff(d, "%llx: %s, pagemap entry %lx", p->va,
			     scope_status_name(p->status), pm);
		return;
	}
	if (pfnmap) {
		if (p->type != MMSCOPE_PAGE_NONE && p->type != MMSCOPE_PAGE_DEVICE &&
		    p->type != MMSCOPE_PAGE_FILE)
			diff(d, "%llx: type %u of a VM_PFNMAP page", p->va, p->type);
		return;
	}
	if (!(pm & PM_PRESENT) || p->value != frame)
		diff(d, "%llx: pfn %llx, pagemap entry %lx", p->va, p->value, pm);
	/*
	 * Of a hugetlb page pagemap asks the table for a count that only PMD tables have, also
	 * where its entries are above them (1G) or below (contiguous ones).
	 */
	if ((sizeof(long) == 4 || p->level >= MMSCOPE_LEVEL_PMD) &&
	    !(p->flags & MMSCOPE_PTE_CONT) &&
	    !!(p->attrs & MMSCOPE_PAGE_EXCLUSIVE) != !!(pm & PM_EXCLUSIVE))
		diff(d, "%llx: exclusive %d, pagemap entry %lx", p->va,
		     !!(p->attrs & MMSCOPE_PAGE_EXCLUSIVE), pm);
	kpf = read_entry(o->kpageflags, p->value);
	if (o->all_ksm && kpf >> KPF_ANON & 1)
		kpf = (kpf & ~(1ULL << KPF_KSM)) | (p->kpf & 1ULL << KPF_KSM);
	if (p->kpf != kpf)
		diff(d, "%llx: kpageflags %llx, /proc says %lx", p->va, p->kpf, kpf);
	if (p->type != type_of(kpf, huge, p->type) && p->type != MMSCOPE_PAGE_NONE)
		diff(d, "%llx: type %u, kpageflags %lx", p->va, p->type, kpf);
	if (p->type == MMSCOPE_PAGE_NONE)
		return;
	if (p->mapcount != read_entry(o->kpagecount, p->value))
		diff(d, "%llx: mapcount %u, kpagecount says %lu", p->va, p->mapcount,
		     read_entry(o->kpagecount, p->value));
	if (p->node == MMSCOPE_NO_NODE || p->zone == MMSCOPE_NO_ZONE)
		diff(d, "%llx: node %u zone %u", p->va, p->node, p->zone);
	if (p->folio_index >> p->order)
		diff(d, "%llx: page %u of a folio of order %u", p->va, p->folio_index, p->order);
	if (p->order && (p->value - p->folio_index) & ((1ULL << p->order) - 1))
		diff(d, "%llx: page %u of order %u at pfn %llx", p->va, p->folio_index, p->order,
		     p->value);
	if (huge && p->order < 9)
		diff(d, "%llx: a huge leaf of order %u", p->va, p->order);
}

static int get_pages(int fd, uint64_t start, uint64_t end, struct mmscope_page *pages, size_t *nr)
{
	struct mmscope_pages a = { .start = start };
	size_t filled = 0;
	int ret;

	do {
		uint64_t before = a.start;

		a.size = sizeof(a);
		a.end = end;
		a.buf = PTR(pages + filled);
		/* Now and then few, so that the cursor is used. */
		a.nr = WINDOW - filled < 100 ? WINDOW - filled : 100;
		a.page_size = sizeof(*pages);
		a.lock = (struct mmscope_lock){ };
		if (!a.nr)
			break;
		ret = scope_ioctl(fd, MMSCOPE_IOC_PAGES, &a);
		if (ret)
			return ret;
		if (!a.done && a.start <= before)
			return -EPROTO;
		filled += a.nr;
	} while (!a.done);
	*nr = filled;
	return 0;
}

struct window {
	uint64_t before[WINDOW], after[WINDOW], addrs[WINDOW];
	struct mmscope_page pages[WINDOW];
	struct mmscope_translation translations[WINDOW];
	struct mmscope_walk_result walks[WINDOW];
	struct diffs d;
};

static void compare_translation(uint64_t va, const struct mmscope_translation *t,
				const struct mmscope_walk_result *w, struct diffs *d)
{
	bool outside = !w->nr_levels;

	if (t->status != w->status || t->pa != w->pa || t->reserved)
		diff(d, "%lx: translated %s pa %llx, walked %s pa %llx", va,
		     scope_status_name(t->status), t->pa, scope_status_name(w->status), w->pa);
	if (!outside && (t->level != w->level || 1ULL << t->page_shift != w->page_size))
		diff(d, "%lx: translated level %u shift %u, walked level %u size %llx", va,
		     t->level, t->page_shift, w->level, w->page_size);
}

static int compare_once(const struct oracle *o, uint64_t va, size_t nr, bool pfnmap,
			struct window *w)
{
	struct mmscope_translate t = {
		.size = sizeof(t), .addrs = PTR(w->addrs), .nr = nr,
		.translations = PTR(w->translations),
	};
	size_t found = 0, next = 0;
	int ret = proc_pagemap(o->pid, va, nr, w->before);

	memset(&w->d, 0, sizeof(w->d));
	/* Each at another offset in its page. */
	for (size_t i = 0; i < nr; i++)
		w->addrs[i] = va + i * PAGE_BYTES + i * 7 % PAGE_BYTES;
	if (!ret)
		ret = scope_walk(o->scope, w->addrs, nr, w->walks);
	if (!ret)
		ret = scope_ioctl(o->scope, MMSCOPE_IOC_TRANSLATE, &t);
	if (!ret)
		ret = get_pages(o->scope, va, va + nr * PAGE_BYTES, w->pages, &found);
	for (size_t i = 0; !ret && i < nr; i++) {
		compare_translation(w->addrs[i], &w->translations[i], &w->walks[i], &w->d);
		if (w->walks[i].status == MMSCOPE_NONE)
			continue;
		/* All but the holes, in order. */
		if (next == found || w->pages[next].va != va + i * PAGE_BYTES) {
			diff(&w->d, "%lx: %s is missing from PAGES", w->addrs[i],
			     scope_status_name(w->walks[i].status));
			break;
		}
		compare_page(o, &w->pages[next++], w->before[i], pfnmap, &w->d);
	}
	if (!ret && !w->d.nr && next != found)
		diff(&w->d, "PAGES has %zu, %zu were expected", found, next);
	if (!ret)
		ret = proc_pagemap(o->pid, va, nr, w->after);
	return ret;
}

static int compare_range(const struct oracle *o, const struct proc_vma *vma, struct diffs *d)
{
	size_t nr = (vma->end - vma->start) / PAGE_BYTES;
	/* Of a large one sixteen places are enough. */
	size_t step = nr > 16 * WINDOW ? nr / 16 : WINDOW;
	struct window *w = malloc(sizeof(*w));
	int ret = 0;

	for (size_t i = 0; !ret && i < nr; i += step) {
		uint64_t va = vma->start + i * PAGE_BYTES;
		size_t n = nr - i < WINDOW ? nr - i : WINDOW;

		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			ret = compare_once(o, va, n, proc_flag(vma, "pf"), w);
			if (ret || !w->d.nr)
				break;
		}
		if (w->d.nr)
			diff(d, "%s", w->d.text);
	}
	free(w);
	return ret;
}

/* A page of our own that nobody asked to have merged: Documentation/proc-quirks.rst. */
static bool calls_all_ksm(int kpageflags)
{
	volatile char *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry, flags = 0;

	if (page != MAP_FAILED && pagemap >= 0) {
		*page = 1;
		entry = read_entry(pagemap, (unsigned long)page / PAGE_BYTES);
		if (entry & PM_PRESENT)
			flags = read_entry(kpageflags, entry & PM_FRAME);
		munmap((void *)page, PAGE_BYTES);
	}
	if (pagemap >= 0)
		close(pagemap);
	return flags >> KPF_KSM & 1;
}

FIXTURE(zoo) {
	struct target target;
	struct oracle o;
};

FIXTURE_VARIANT(zoo) {
	const char *kind;
};

#include "zoo_variants.h"

FIXTURE_SETUP(zoo)
{
	const struct zoo_options few = { .count = !strcmp(variant->kind, "vmas") ? 100 : 0 };
	int ret = target_start(&self->target, variant->kind, &few);

	self->o.pid = self->target.thing.pid;
	if (ret == ZOO_LACKS)
		SKIP(return, "%s", self->target.thing.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s: %s", variant->kind, self->target.thing.why);
	if (zoo_find(variant->kind)->flags & ZOO_NO_MM)
		return;
	ASSERT_EQ(0, target_stop(self->o.pid));
	self->o.kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	self->o.kpagecount = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC);
	self->o.all_ksm = calls_all_ksm(self->o.kpageflags);
	self->o.scope = scope_attached(self->o.pid);
	EXPECT_LE(0, self->o.kpageflags);
	EXPECT_LE(0, self->o.kpagecount);
	EXPECT_LE(0, self->o.scope);
}

FIXTURE_TEARDOWN(zoo)
{
	target_continue(self->o.pid);
	target_end(&self->target);
}

TEST_F_TIMEOUT(zoo, every_page, 60)
{
	struct proc_vmas vmas;
	struct diffs d = { };

	if (zoo_find(variant->kind)->flags & ZOO_NO_MM)
		return;
	ASSERT_EQ(0, proc_smaps(self->o.pid, &vmas));
	for (size_t i = 0; i < vmas.nr; i++)
		ASSERT_EQ(0, compare_range(&self->o, &vmas.v[i], &d));
	EXPECT_SAME(&d);
	proc_vmas_free(&vmas);
}

/* What a kind is made of, told by no other oracle. */
static const struct {
	const char *kind;
	unsigned int type;
} types[] = {
	{ "anon", MMSCOPE_PAGE_ANON },
	{ "anon-read", MMSCOPE_PAGE_ZERO },
	{ "file-private-cow", MMSCOPE_PAGE_ANON },
	{ "memfd", MMSCOPE_PAGE_SHMEM },
	{ "shm-sysv", MMSCOPE_PAGE_SHMEM },
	{ "protnone", MMSCOPE_PAGE_ANON },
	{ "ksm", MMSCOPE_PAGE_KSM },
	{ "thp", MMSCOPE_PAGE_ANON },
	{ "thp-shmem", MMSCOPE_PAGE_SHMEM },
	{ "huge-zero", MMSCOPE_PAGE_HUGE_ZERO },
	{ "hugetlb-2m", MMSCOPE_PAGE_HUGETLB },
	{ "hugetlb-1g", MMSCOPE_PAGE_HUGETLB },
	{ "device", MMSCOPE_PAGE_DEVICE },
};

TEST_F(zoo, known_type)
{
	const struct zoo_thing *t = &self->target.thing;
	struct mmscope_page pages[WINDOW];
	unsigned int want;
	uint64_t flags;
	size_t nr;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (strcmp(types[i].kind, variant->kind))
			continue;
		/* The first page of every kind here is there. */
		ASSERT_EQ(0, get_pages(self->o.scope, t->start, t->start + page_size, pages, &nr));
		ASSERT_EQ(1UL, nr);
		want = types[i].type;
		/*
		 * Not of every machine: where x86 has its BIOS others have flash, or nothing,
		 * of which newer kernels say nothing either (proc-quirks.rst).
		 */
		flags = read_entry(self->o.kpageflags, pages[0].value);
		if (want == MMSCOPE_PAGE_DEVICE && (!flags || flags >> KPF_NOPAGE & 1))
			want = MMSCOPE_PAGE_NONE;
		EXPECT_EQ(want, pages[0].type);
	}
}

TEST(addresses_that_are_none)
{
	const uint64_t addrs[] = { 0, 1UL << 47, 0xffff800000000000, ~0ULL, 1UL << 56 };
	struct mmscope_translation t[ARRAY_SIZE(addrs)];
	struct mmscope_walk_result w[ARRAY_SIZE(addrs)];
	struct mmscope_translate a = {
		.size = sizeof(a), .addrs = PTR(addrs), .nr = ARRAY_SIZE(addrs),
		.translations = PTR(t),
	};
	struct diffs d = { };
	int fd = scope_attached(0);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_TRANSLATE, &a));
	ASSERT_EQ(0, scope_walk(fd, addrs, ARRAY_SIZE(addrs), w));
	for (size_t i = 0; i < ARRAY_SIZE(addrs); i++)
		compare_translation(addrs[i], &t[i], &w[i], &d);
	EXPECT_SAME(&d);
	close(fd);
}

TEST_HARNESS_MAIN
