// SPDX-License-Identifier: GPL-2.0-only
/*
 * oracle_pages.c - WALK and EXTENTS of every page against /proc/PID/pagemap
 *
 * Every kind of the zoo, and every process there is. What a kind must look like
 * besides is a table: the oracle alone could not tell that the zoo made it wrong.
 */
#include <fcntl.h>
#include <kselftest_harness.h>

#include "others.h"
#include "pages.h"
#include "scope.h"
#include "target.h"

/**
 * struct expected - what the pages of a kind are
 * @kind: name in the zoo
 * @mapped: pages of the status @status
 * @status: of those pages
 * @other: pages of the status @other_status
 * @other_status: …; all pages besides are NONE
 * @of: what is counted
 */
struct expected {
	const char *kind;
	unsigned long mapped;
	enum mmscope_status status;
	unsigned long other;
	enum mmscope_status other_status;
	enum { SMALL, THP, HUGETLB } of;
};

/* of the pages of a huge one */
#define ATTEMPTS	5
#define ALL_BUT_ONE	~0UL

static const struct expected expectations[] = {
	{ "anon", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "anon-untouched", 0, MMSCOPE_MAPPED, 16, MMSCOPE_NONE, SMALL },
	{ "anon-read", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "anon-alternate", 8, MMSCOPE_MAPPED, 8, MMSCOPE_NONE, SMALL },
	{ "anon-name", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "file-private", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "file-private-cow", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "file-shared", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "deleted", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "hostile-name", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "memfd", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "shm-sysv", 8, MMSCOPE_MAPPED, 8, MMSCOPE_NONE, SMALL },
	{ "shm-posix", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "shm-anon", 8, MMSCOPE_MAPPED, 8, MMSCOPE_NONE, SMALL },
	{ "secretmem", 2, MMSCOPE_MAPPED, 2, MMSCOPE_NONE, SMALL },
	{ "fork-cow", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "fork-cow-written", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "protnone", 8, MMSCOPE_PROTNONE, 8, MMSCOPE_NONE, SMALL },
	{ "mlock", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "lazyfree", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "swap", 4, MMSCOPE_MAPPED, 12, MMSCOPE_SWAP, SMALL },
	{ "ksm", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "soft-dirty", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "uffd-wp", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "uffd-wp-shmem", 4, MMSCOPE_MAPPED, 4, MMSCOPE_MARKER, SMALL },
	{ "guard", 13, MMSCOPE_MAPPED, 3, MMSCOPE_MARKER, SMALL },
	{ "growsdown", 3, MMSCOPE_MAPPED, 16, MMSCOPE_NONE, SMALL },
	{ "pkey", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "mte", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "bti", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
	{ "thp", 2, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, THP },
	{ "thp-protnone", 2, MMSCOPE_PROTNONE, 0, MMSCOPE_NONE, THP },
	{ "thp-partial", ALL_BUT_ONE, MMSCOPE_MAPPED, 1, MMSCOPE_NONE, SMALL },
	{ "thp-shmem", 1, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, THP },
	{ "huge-zero", 1, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, THP },
	{ "hugetlb-2m", 2, MMSCOPE_MAPPED, 1, MMSCOPE_NONE, HUGETLB },
	{ "hugetlb-2m-protnone", 1, MMSCOPE_PROTNONE, 0, MMSCOPE_NONE, HUGETLB },
	{ "hugetlb-1g", 1, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, HUGETLB },
	{ "hugetlb-cont", 2, MMSCOPE_MAPPED, 1, MMSCOPE_NONE, HUGETLB },
	{ "device", 16, MMSCOPE_MAPPED, 0, MMSCOPE_NONE, SMALL },
};

static const struct expected *find_expected(const char *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(expectations); i++)
		if (!strcmp(expectations[i].kind, kind))
			return &expectations[i];
	return NULL;
}

/* What such pages are for a kernel: the deepest level whose entries span no more. */
static const struct mmscope_level_info *level_of(const struct mmscope_info *info,
						 unsigned int shift)
{
	unsigned int i = 0;

	while (i < info->nr_levels - 1 && info->levels[i].shift > shift)
		i++;
	return &info->levels[i];
}

FIXTURE(zoo) {
	struct target target;
	struct pages pages;
	bool open;
};

FIXTURE_VARIANT(zoo) {
	const char *kind;
};

#include "zoo_variants.h"

FIXTURE_SETUP(zoo)
{
	int ret = target_start(&self->target, variant->kind, NULL);

	if (ret == ZOO_LACKS)
		SKIP(return, "%s", self->target.thing.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s: %s", variant->kind, self->target.thing.why);
	if (zoo_find(variant->kind)->flags & ZOO_NO_MM)
		return;
	ASSERT_EQ(0, target_stop(self->target.thing.pid));
	ret = pages_open(&self->pages, self->target.thing.pid);
	self->open = !ret;
	EXPECT_EQ(0, ret);
}

FIXTURE_TEARDOWN(zoo)
{
	if (self->open) {
		pages_close(&self->pages);
		target_continue(self->target.thing.pid);
	}
	target_end(&self->target);
}

TEST_F_TIMEOUT(zoo, every_page, 120)
{
	const struct expected *e = find_expected(variant->kind);
	const struct zoo_thing *t = &self->target.thing;
	const struct scope_filter all = { .statuses = ALL_STATUSES };
	unsigned long seen[MMSCOPE_NR_STATUS] = { };
	unsigned long mapped, other, cont = 0;
	struct scope_extents extents;
	enum mmscope_level level;
	enum mmscope_status status;
	struct diffs d = { };
	size_t size;
	int ret;

	if (zoo_find(variant->kind)->flags & ZOO_NO_MM) {
		EXPECT_EQ(-ESRCH, scope_attached(t->pid));
		return;
	}
	ASSERT_TRUE(self->open);
	/* Fifty thousand lines of smaps add nothing: the whole of it in oracle_maps. */
	if (!strcmp(variant->kind, "vmas"))
		ret = pages_compare(&self->pages, t->start, t->start + 256 * PAGE_BYTES, &d);
	else
		ret = pages_compare_all(&self->pages, &d);
	ASSERT_EQ(0, ret);
	EXPECT_SAME(&d);
	if (!e)
		return;

	size = e->of == THP ? huge_size : e->of == HUGETLB ? t->page_size : page_size;
	mapped = e->mapped == ALL_BUT_ONE ? HUGE_PAGES - 1 : e->mapped * (size / page_size);
	other = e->other * (size / page_size);
	level = level_of(&self->pages.info, __builtin_ctzl(size))->level;
	status = e->status;
	/* arm64's pte_mkcont() makes such entries valid again, for the kernel alone. */
	if (status == MMSCOPE_PROTNONE && e->of == HUGETLB && level == MMSCOPE_LEVEL_PTE)
		status = MMSCOPE_MAPPED;

	ASSERT_EQ(0, scope_extents(self->pages.fd, t->start, t->end, 64, &all, &extents));
	for (size_t i = 0; i < extents.nr; i++) {
		const struct mmscope_extent *x = &extents.e[i];

		ASSERT_LT(x->status, MMSCOPE_NR_STATUS);
		seen[x->status] += (x->end - x->start) / PAGE_BYTES;
		if (x->status == status)
			EXPECT_EQ(level, x->level);
		if (x->flags & MMSCOPE_PTE_CONT)
			cont += (x->end - x->start) / PAGE_BYTES;
	}
	/* Each page was compared as a word, too, where a word can say it. */
	if (e->of == SMALL && strcmp(variant->kind, "pkey") && strcmp(variant->kind, "device"))
		EXPECT_LE(mapped, self->pages.nr_words + cont);
	EXPECT_EQ(mapped, seen[status])
		TH_LOG("pages %s", scope_status_name(status));
	EXPECT_EQ(other, seen[e->other_status])
		TH_LOG("pages %s", scope_status_name(e->other_status));
	scope_extents_free(&extents);
}

static void compare_part(struct page_view *part, struct page_view *whole, size_t from, size_t n,
			 struct diffs *d)
{
	for (size_t i = 0; i < n; i++) {
		part[i].flags &= ~MMSCOPE_PTE_YOUNG;
		whole[i].flags &= ~MMSCOPE_PTE_YOUNG;
		if (memcmp(&part[i], &whole[i], sizeof(*part)))
			diff(d, "page %zu differs in %zu from %zu", from + i, n, from);
	}
}

static int compare_parts(struct pages *pages, unsigned long start, size_t nr,
			 struct page_view *whole, struct page_view *part, struct diffs *d)
{
	int ret;

	for (size_t from = 0; from < nr; from += nr / 5 + 1) {
		for (size_t n = 1; n <= nr - from; n += nr / 3 + 1) {
			unsigned long va = start + from * PAGE_BYTES;

			/* One at a time: every run has to be resumed after. */
			ret = pages_extents(pages, va, n, 1, 0, part, d);
			if (ret)
				return ret;
			compare_part(part, whole + from, from, n, d);
			/* Words, with as little room as they want. */
			ret = pages_extents(pages, va, n, MMSCOPE_DENSE_NR_MIN,
					    MMSCOPE_EXTENTS_DENSE_ALL, part, d);
			if (ret)
				return ret;
			compare_part(part, whole + from, from, n, d);
		}
	}
	return 0;
}

/* The same process through ranges that begin and end inside of a mapping. */
TEST_F_TIMEOUT(zoo, parts_of_ranges, 120)
{
	const struct zoo_thing *t = &self->target.thing;
	size_t nr = (t->end - t->start) / PAGE_BYTES;
	struct page_view *whole, *part;
	struct diffs d = { };

	if (zoo_find(variant->kind)->flags & ZOO_NO_MM)
		return;
	ASSERT_TRUE(self->open);
	nr = nr > 1024 ? 1024 : nr;
	whole = calloc(nr, sizeof(*whole));
	part = calloc(nr, sizeof(*part));
	ASSERT_NE(NULL, whole);
	ASSERT_NE(NULL, part);
	/* Between two looks the kernel can move a page; what is wrong remains so. */
	for (int i = 0; !i || (d.nr && i < ATTEMPTS); i++) {
		d = (struct diffs){ };
		ASSERT_EQ(0, pages_extents(&self->pages, t->start, nr, 1000, 0, whole, &d));
		ASSERT_EQ(0, compare_parts(&self->pages, t->start, nr, whole, part, &d));
	}
	EXPECT_SAME(&d);
	free(whole);
	free(part);
}

#define PTES_OF_TABLE	8192	/* where pages are largest */

/* Entries by words, of [@va, @end), and by walks; @nr counts those that were promised. */
static int compare_entries(int fd, unsigned long va, unsigned long end, struct diffs *d, size_t *nr)
{
	static struct mmscope_extent e[512];
	static struct mmscope_walk_result walks[PTES_OF_TABLE];
	static uint64_t addrs[PTES_OF_TABLE];
	struct mmscope_extents a = { .start = va };
	int ret = 0;

	while (!ret && !a.done) {
		a = (struct mmscope_extents){
			.size = sizeof(a), .flags = MMSCOPE_EXTENTS_DENSE_ALL, .start = a.start,
			.end = end, .buf = (unsigned long)e, .nr = sizeof(e) / sizeof(*e),
			.extent_size = sizeof(*e),
		};
		ret = scope_ioctl(fd, MMSCOPE_IOC_EXTENTS, &a);
		for (size_t i = 0; !ret && i < a.nr; i++) {
			const uint64_t *words = (const uint64_t *)&e[i + 1];
			size_t pages = (e[i].end - e[i].start) / PAGE_BYTES;

			if (e[i].status != MMSCOPE_DENSE)
				continue;
			if (pages > PTES_OF_TABLE)
				return -EPROTO;
			for (size_t n = 0; n < pages; n++)
				addrs[n] = e[i].start + n * PAGE_BYTES;
			ret = scope_walk(fd, addrs, pages, walks);
			for (size_t n = 0; !ret && n < pages; n++) {
				const struct mmscope_walk_result *w = &walks[n];

				if (!(e[i].flags & MMSCOPE_DENSE_ENTRIES) ||
				    w->status != MMSCOPE_MAPPED)
					continue;
				++*nr;
				if (w->levels[w->nr_levels - 1].entry != words[n])
					diff(d, "0x%llx: entry 0x%llx, word 0x%lx", w->va,
					     w->levels[w->nr_levels - 1].entry, words[n]);
			}
			i += (pages + 4) / 5;
		}
	}
	return ret;
}

/* Words that are promised to be entries are; and on x86-64 those of plain pages are. */
TEST_F_TIMEOUT(zoo, words_as_entries, 120)
{
	const struct zoo_thing *t = &self->target.thing;
	struct diffs d = { };
	size_t nr = 0;

	if (zoo_find(variant->kind)->flags & ZOO_NO_MM)
		return;
	ASSERT_TRUE(self->open);
	/* Accessed bits move by themselves; what is wrong remains so. */
	for (int i = 0; !i || (d.nr && i < ATTEMPTS); i++) {
		d = (struct diffs){ };
		nr = 0;
		ASSERT_EQ(0, compare_entries(self->pages.fd, t->start, t->end, &d, &nr));
	}
	EXPECT_SAME(&d);
#ifdef __x86_64__
	if (!strcmp(variant->kind, "anon"))
		EXPECT_EQ(16, nr);
#endif
}

/* What one kind must show beyond status and level. */
struct sample {
	struct target target;
	struct pages pages;
	struct page_view view[4096];
	struct diffs d;
	size_t nr;
};

FIXTURE(facts) {
	struct sample s;
};

FIXTURE_SETUP(facts)
{
}

FIXTURE_TEARDOWN(facts)
{
	target_end(&self->s.target);
}

/* Makes a kind and looks at its pages; not 0 when the test is over with that. */
static int look(struct __test_metadata *_metadata, struct sample *s, const char *kind)
{
	int ret = target_start(&s->target, kind, NULL);

	if (ret == ZOO_LACKS)
		SKIP(return ret, "%s", s->target.thing.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s: %s", kind, s->target.thing.why);
	ASSERT_EQ(0, pages_open(&s->pages, s->target.thing.pid));
	s->nr = (s->target.thing.end - s->target.thing.start) / PAGE_BYTES;
	if (s->nr <= ARRAY_SIZE(s->view))
		ASSERT_EQ(0, pages_walk(&s->pages, s->target.thing.start, s->nr, s->view, &s->d));
	EXPECT_SAME(&s->d);
	return 0;
}

static unsigned long count_flag(const struct sample *s, uint64_t flag)
{
	unsigned long n = 0;

	for (size_t i = 0; i < s->nr; i++)
		n += !!(s->view[i].flags & flag);
	return n;
}

TEST_F(facts, the_zero_page_is_one)
{
	uint64_t kpageflags;
	int fd;

	if (look(_metadata, &self->s, "anon-read"))
		return;
	for (size_t i = 1; i < self->s.nr; i++)
		EXPECT_EQ(self->s.view[0].pa, self->s.view[i].pa);
	EXPECT_EQ(0UL, count_flag(&self->s, MMSCOPE_PTE_WRITE));
	fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	ASSERT_EQ(8, pread(fd, &kpageflags, 8, self->s.view[0].pa / PAGE_BYTES * 8));
	/* KPF_ZERO_PAGE */
	EXPECT_TRUE(kpageflags & 1 << 24);
	close(fd);
}

/*
 * Does the processor execute what is mapped to be read and written? It does with three
 * levels on 6.1, whatever /proc says (Documentation/proc-quirks.rst).
 */
static bool data_is_executed(void)
{
	pid_t child;
	int status;

	/* Of the machines of 32 bits, those of x86 are in scripts/kernels. */
	if (sizeof(long) != 4)
		return false;
	child = fork();
	if (!child) {
		unsigned char *at = mmap(NULL, page_size, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (at == MAP_FAILED)
			_exit(1);
		*at = 0xc3; /* ret */
		((void (*)(void))at)();
		_exit(0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && !status;
}

TEST_F(facts, written_pages_are_dirty_and_writable)
{
	if (look(_metadata, &self->s, "anon"))
		return;
	EXPECT_EQ(self->s.nr, count_flag(&self->s, MMSCOPE_PTE_DIRTY));
	EXPECT_EQ(self->s.nr, count_flag(&self->s, MMSCOPE_PTE_WRITE));
	EXPECT_EQ(self->s.nr, count_flag(&self->s, MMSCOPE_PTE_USER));
	EXPECT_EQ(data_is_executed() ? self->s.nr : 0,
		  count_flag(&self->s, MMSCOPE_PTE_EXEC));
	EXPECT_EQ(0UL, count_flag(&self->s, MMSCOPE_PTE_HUGE));
}

TEST_F(facts, cow_pages_are_not_writable)
{
	if (look(_metadata, &self->s, "fork-cow"))
		return;
	EXPECT_EQ(0UL, count_flag(&self->s, MMSCOPE_PTE_WRITE));
}

TEST_F(facts, written_cow_pages_are)
{
	if (look(_metadata, &self->s, "fork-cow-written"))
		return;
	EXPECT_EQ(self->s.nr / 2, count_flag(&self->s, MMSCOPE_PTE_WRITE));
}

TEST_F(facts, cow_pages_are_the_childs_too)
{
	struct page_view child[16];
	struct pages pages;
	int pid;

	if (look(_metadata, &self->s, "fork-cow-written"))
		return;
	ASSERT_EQ(1, sscanf(self->s.target.thing.note, "child=%d", &pid));
	ASSERT_EQ(0, pages_open(&pages, pid));
	ASSERT_EQ(0, pages_walk(&pages, self->s.target.thing.start, 16, child, &self->s.d));
	EXPECT_SAME(&self->s.d);
	for (int i = 0; i < 16; i++) {
		EXPECT_EQ(MMSCOPE_MAPPED, child[i].status);
		EXPECT_EQ(i % 2, self->s.view[i].pa == child[i].pa);
	}
	pages_close(&pages);
}

TEST_F(facts, merged_pages_share_a_frame)
{
	if (look(_metadata, &self->s, "ksm"))
		return;
	for (size_t i = 1; i < self->s.nr; i++)
		EXPECT_EQ(self->s.view[0].pa, self->s.view[i].pa);
}

TEST_F(facts, soft_dirty_is_the_one_written)
{
	if (look(_metadata, &self->s, "soft-dirty"))
		return;
	EXPECT_EQ(1UL, count_flag(&self->s, MMSCOPE_PTE_SOFT_DIRTY));
	EXPECT_TRUE(self->s.view[3].flags & MMSCOPE_PTE_SOFT_DIRTY);
}

TEST_F(facts, uffd_wp_is_every_other)
{
	if (look(_metadata, &self->s, "uffd-wp"))
		return;
	for (size_t i = 0; i < self->s.nr; i++)
		EXPECT_EQ(i % 2 == 0, !!(self->s.view[i].flags & MMSCOPE_PTE_UFFD_WP));
}

TEST_F(facts, markers_are_told)
{
	if (look(_metadata, &self->s, "uffd-wp-shmem"))
		return;
	for (size_t i = 0; i < self->s.nr; i++) {
		EXPECT_EQ(i % 2 == 0, !!(self->s.view[i].flags & MMSCOPE_PTE_UFFD_WP));
		EXPECT_EQ(i % 4 == 0 ? MMSCOPE_MAPPED : i % 4 == 2 ? MMSCOPE_MARKER : MMSCOPE_NONE,
			  self->s.view[i].status);
	}
}

TEST_F(facts, protection_key)
{
	unsigned long key;

	if (look(_metadata, &self->s, "pkey"))
		return;
	ASSERT_EQ(1, sscanf(self->s.target.thing.note, "pkey=%lu", &key));
	for (size_t i = 0; i < self->s.nr; i++)
		EXPECT_EQ(key, self->s.view[i].flags >> MMSCOPE_PTE_X86_PKEY_SHIFT);
}

TEST_F(facts, huge_leaves)
{
	if (look(_metadata, &self->s, "thp"))
		return;
	EXPECT_EQ(self->s.nr, count_flag(&self->s, MMSCOPE_PTE_HUGE));
	EXPECT_EQ(HUGE_SHIFT, self->s.view[0].shift);
	EXPECT_EQ(0UL, self->s.view[0].pa % huge_size);
}

TEST_F(facts, a_device_is_where_it_was_mapped)
{
	if (look(_metadata, &self->s, "device"))
		return;
	for (size_t i = 0; i < self->s.nr; i++)
		EXPECT_EQ(ZOO_DEVICE_PA + i * PAGE_BYTES, self->s.view[i].pa);
}

TEST_F(facts, hugetlb_merges_into_one_extent)
{
	struct scope_extents e;

	if (look(_metadata, &self->s, "hugetlb-1g"))
		return;
	ASSERT_EQ(0, scope_extents(self->s.pages.fd, self->s.target.thing.start,
				   self->s.target.thing.end, 4, NULL, &e));
	ASSERT_EQ(1UL, e.nr);
	EXPECT_EQ(level_of(&self->s.pages.info, 30)->shift, e.e[0].page_shift);
	EXPECT_EQ(1UL << 30, e.e[0].end - e.e[0].start);
	EXPECT_EQ(0UL, e.e[0].pa % (1UL << 30));
}

/* 1 TiB costs by its tables: 16 places of a page each, and empty entries between. */
TEST_F_TIMEOUT(facts, sparse_costs_by_its_tables, 60)
{
	const struct scope_filter all = { .statuses = ALL_STATUSES };
	const struct zoo_thing *t = &self->s.target.thing;
	struct scope_extents e;
	uint64_t step;

	if (look(_metadata, &self->s, "sparse"))
		return;
	step = (t->end - t->start) / 16;
	ASSERT_EQ(0, scope_extents(self->s.pages.fd, t->start, t->end, 256, NULL, &e));
	EXPECT_EQ(16UL, e.nr);
	EXPECT_EQ(1UL, e.calls);
	/* Many times fewer than the 524288 PMDs that it spans. */
	EXPECT_GE(1024UL, e.nr_locks);
	for (size_t i = 0; i < e.nr && i < 16; i++) {
		EXPECT_EQ(t->start + i * step + i * 37 * PAGE_BYTES, e.e[i].start);
		EXPECT_EQ(PAGE_BYTES, e.e[i].end - e.e[i].start);
	}
	scope_extents_free(&e);

	/* With the holes: around each page a few runs, one per level at either side. */
	ASSERT_EQ(0, scope_extents(self->s.pages.fd, t->start, t->end, 256, &all, &e));
	scope_extents_join(&e);
	EXPECT_GE(16UL * 8, e.nr);
	scope_extents_free(&e);
}

/* The address that is meant: arm64 has tags in the highest byte of user space's. */
static uint64_t untagged(uint64_t va)
{
#ifdef __aarch64__
	return va & (uint64_t)((int64_t)(va << 8) >> 8);
#else
	return va;
#endif
}

TEST_F(facts, addresses_that_are_none)
{
	const uint64_t addrs[] = {
		0, 0xfff, 1UL << 47, (1UL << 47) - 1, 0x7ffffffff000,
		1UL << 56, 0xffff7fffffffffff, 0xffff800000000000, 0xffffffff81000000,
		~0ULL, 0x123456789abcdef0,
	};
	struct mmscope_walk_result r[ARRAY_SIZE(addrs)];
	struct diffs d = { };
	struct mmscope_mm mm;

	if (look(_metadata, &self->s, "anon"))
		return;
	ASSERT_EQ(0, scope_mm(self->s.pages.fd, &mm));
	ASSERT_EQ(0, scope_walk(self->s.pages.fd, addrs, ARRAY_SIZE(addrs), r));
	for (size_t i = 0; i < ARRAY_SIZE(addrs); i++) {
		/* The last page of the lower half is nobody's. */
		bool user = untagged(addrs[i]) < mm.task_size;

		pages_check_walk(&self->s.pages, &r[i], &d);
		EXPECT_EQ(addrs[i], r[i].va);
		EXPECT_EQ(user ? MMSCOPE_NO_VMA : MMSCOPE_NONCANONICAL, r[i].status)
			TH_LOG("%lx: %s", (unsigned long)addrs[i], scope_status_name(r[i].status));
	}
	EXPECT_SAME(&d);
}

/* They lead where the address without them leads, and are shown as they were given. */
TEST_F(facts, tags_of_addresses)
{
	static const uint64_t tags[] = { 0x01, 0x7f, 0x80, 0xb4, 0xff };

	if (look(_metadata, &self->s, "anon-alternate"))
		return;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(tags); i++) {
		const uint64_t va = self->s.target.thing.start + i * PAGE_BYTES + 5;
		const uint64_t addrs[2] = { va, va | tags[i / 2] << 56 };
		bool same = untagged(addrs[1]) == va;
		struct mmscope_walk_result walks[2];
		struct mmscope_translation to[2];
		struct mmscope_translate translate = {
			.size = sizeof(translate), .addrs = PTR(addrs), .nr = 2,
			.translations = PTR(to),
		};
		char vma[MMSCOPE_VMA_RECORD_MAX] __attribute__((aligned(8)));
		struct mmscope_explain explain = {
			.size = sizeof(explain), .va = addrs[1], .vma = PTR(vma),
			.vma_size = sizeof(vma),
		};

		ASSERT_EQ(0, scope_walk(self->s.pages.fd, addrs, 2, walks));
		ASSERT_EQ(0, scope_ioctl(self->s.pages.fd, MMSCOPE_IOC_TRANSLATE, &translate));
		ASSERT_EQ(0, scope_ioctl(self->s.pages.fd, MMSCOPE_IOC_EXPLAIN, &explain));
		EXPECT_EQ(addrs[1], walks[1].va);
		EXPECT_EQ(addrs[1], explain.va);
		EXPECT_EQ(addrs[1], explain.walk.va);
		EXPECT_EQ(same ? walks[0].status : MMSCOPE_NONCANONICAL, walks[1].status);
		EXPECT_EQ(same ? walks[0].pa : 0, walks[1].pa);
		EXPECT_EQ(walks[1].status, to[1].status);
		EXPECT_EQ(walks[1].pa, to[1].pa);
		EXPECT_EQ(walks[1].status, explain.walk.status);
		EXPECT_EQ(walks[1].pa, explain.walk.pa);
		EXPECT_EQ(same, explain.region == MMSCOPE_REGION_USER);
		EXPECT_EQ(same, explain.vma_size != 0);
		EXPECT_EQ((same ? va : addrs[1]) & -(uint64_t)PAGE_BYTES, explain.page.va);
	}
}

TEST_F(facts, walk_takes_any_order_and_alignment)
{
	uint64_t addrs[64];
	struct mmscope_walk_result r[64];

	if (look(_metadata, &self->s, "anon-alternate"))
		return;
	for (int i = 0; i < 64; i++)
		addrs[i] = self->s.target.thing.start + (i * 37 % 16) * PAGE_BYTES + i * 63;
	ASSERT_EQ(0, scope_walk(self->s.pages.fd, addrs, 64, r));
	for (int i = 0; i < 64; i++) {
		size_t page = (addrs[i] - self->s.target.thing.start) / PAGE_BYTES;

		EXPECT_EQ(addrs[i], r[i].va);
		EXPECT_EQ(self->s.view[page].status, r[i].status);
		if (r[i].status == MMSCOPE_MAPPED)
			EXPECT_EQ(self->s.view[page].pa + addrs[i] % PAGE_BYTES, r[i].pa);
	}
}

static size_t filtered(const struct sample *s, const struct scope_filter *f, unsigned long *pages)
{
	const struct zoo_thing *t = &s->target.thing;
	struct scope_extents e;
	size_t nr;

	*pages = 0;
	if (scope_extents(s->pages.fd, t->start, t->end, f->flags ? 40 : 3, f, &e))
		return ~0UL;
	scope_extents_join(&e);
	for (size_t i = 0; i < e.nr; i++)
		*pages += (e.e[i].end - e.e[i].start) / PAGE_BYTES;
	nr = e.nr;
	scope_extents_free(&e);
	return nr;
}

/* As runs, and as words: what is asked for is the same. */
FIXTURE(filters) {
	struct sample s;
};

FIXTURE_VARIANT(filters) {
	uint32_t flags;
};

FIXTURE_VARIANT_ADD(filters, runs) { };
FIXTURE_VARIANT_ADD(filters, words) { .flags = MMSCOPE_EXTENTS_DENSE_ALL };
FIXTURE_VARIANT_ADD(filters, either) { .flags = MMSCOPE_EXTENTS_DENSE };

FIXTURE_SETUP(filters)
{
}

FIXTURE_TEARDOWN(filters)
{
	target_end(&self->s.target);
}

TEST_F(filters, of_status_and_flags)
{
	struct scope_filter f = { .flags = variant->flags };
	unsigned long pages;

	if (look(_metadata, &self->s, "anon-alternate"))
		return;
	/* By default the holes are left out. */
	EXPECT_EQ(8UL, filtered(&self->s, &f, &pages));
	EXPECT_EQ(8UL, pages);
	f.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_NONE);
	EXPECT_EQ(8UL, filtered(&self->s, &f, &pages));
	EXPECT_EQ(8UL, pages);
	f.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_SWAP) | MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA);
	EXPECT_EQ(0UL, filtered(&self->s, &f, &pages));
	f.statuses = ALL_STATUSES;
	EXPECT_EQ(16UL, filtered(&self->s, &f, &pages));
	EXPECT_EQ(16UL, pages);
	f.require = MMSCOPE_PTE_DIRTY;
	EXPECT_EQ(8UL, filtered(&self->s, &f, &pages));
	EXPECT_EQ(8UL, pages);
	f.statuses = 0;
	EXPECT_EQ(8UL, filtered(&self->s, &f, &pages));
	EXPECT_EQ(8UL, pages);
	f.require = MMSCOPE_PTE_DIRTY | MMSCOPE_PTE_HUGE;
	EXPECT_EQ(0UL, filtered(&self->s, &f, &pages));
}

TEST_F(filters, ignored_flags_are_not_told)
{
	const uint64_t flags[] = { MMSCOPE_PTE_YOUNG | MMSCOPE_PTE_DIRTY, MMSCOPE_PTE_PRESENT,
				   MMSCOPE_PTE_EXEC, MMSCOPE_PTE_WRITE, ALL_FLAGS };
	struct scope_filter f = { .flags = variant->flags };
	struct scope_extents e;
	unsigned long pages;

	if (look(_metadata, &self->s, "anon"))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		f.ignore = flags[i];
		EXPECT_NE(~0UL, filtered(&self->s, &f, &pages));
		EXPECT_EQ(16UL, pages);
		ASSERT_EQ(0, scope_extents(self->s.pages.fd, self->s.target.thing.start,
					   self->s.target.thing.end, 40, &f, &e));
		for (size_t j = 0; j < e.nr; j++)
			EXPECT_EQ(0ULL, e.e[j].flags & f.ignore);
		scope_extents_free(&e);
	}
}

static void compare_extents(const struct scope_extents *runs, const struct scope_extents *words,
			    struct diffs *d)
{
	if (runs->nr != words->nr)
		diff(d, "%zu runs, %zu by words", runs->nr, words->nr);
	for (size_t i = 0; i < runs->nr && i < words->nr; i++) {
		const struct mmscope_extent *r = &runs->e[i], *w = &words->e[i];

		if (memcmp(r, w, sizeof(*r)))
			diff(d, "%llx-%llx pa %llx flags %llx, words %llx-%llx pa %llx flags %llx",
			     r->start, r->end, r->pa, r->flags, w->start, w->end, w->pa, w->flags);
	}
}

/* The form is chosen by the length of the runs, there and back again. */
TEST(words_where_runs_are_short)
{
	const struct scope_filter either = { .flags = MMSCOPE_EXTENTS_DENSE };
	const struct scope_filter runs = { };
	const size_t part = 16UL << 20;
	char *m = mmap(NULL, 3 * part, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t nr_words[3] = { 0 };
	struct scope_extents e, r;
	struct diffs d = { };
	int fd = scope_open(), ret;

	ASSERT_NE(MAP_FAILED, m);
	madvise(m, 3 * part, MADV_NOHUGEPAGE);
	for (size_t at = 0; at < part; at += 2 * PAGE_BYTES) {
		m[at] = 1;
		m[2 * part + at] = 1;
	}
	ASSERT_EQ(0, scope_attach(fd, 0));
	for (int i = 0; i < 3; i++) {
		ret = scope_extents(fd, PTR(m) + i * part, PTR(m) + (i + 1) * part, 1000, &either,
				    &e);
		ASSERT_EQ(0, ret);
		nr_words[i] = e.nr_words;
		scope_extents_free(&e);
	}
	EXPECT_LE(part / PAGE_BYTES / 2 * 9 / 10, nr_words[0]);
	EXPECT_EQ(0UL, nr_words[1]);
	EXPECT_LE(part / PAGE_BYTES / 2 * 9 / 10, nr_words[2]);

	/* Between two looks the kernel can move a page, or take it for unused. */
	for (int i = 0; !i || (d.nr && i < ATTEMPTS); i++) {
		d = (struct diffs){ };
		ASSERT_EQ(0, scope_extents(fd, PTR(m), PTR(m) + 3 * part, 1000, &either, &e));
		ASSERT_EQ(0, scope_extents(fd, PTR(m), PTR(m) + 3 * part, 1000, &runs, &r));
		EXPECT_EQ(0UL, r.nr_words);
		scope_extents_join(&e);
		scope_extents_join(&r);
		compare_extents(&r, &e, &d);
		scope_extents_free(&e);
		scope_extents_free(&r);
	}
	EXPECT_SAME(&d);
	close(fd);
	munmap(m, 3 * part);
}

TEST_F(facts, ignored_flags_do_not_split)
{
	struct scope_filter f = { };
	unsigned long pages;
	struct scope_extents e;

	/* Frames in a row, so that only flags could split them. */
	if (look(_metadata, &self->s, "thp-partial"))
		return;
	f.ignore = ALL_FLAGS;
	EXPECT_EQ(2UL, filtered(&self->s, &f, &pages));
	EXPECT_EQ(HUGE_PAGES - 1, pages);
	f.ignore = MMSCOPE_PTE_DIRTY | MMSCOPE_PTE_YOUNG;
	ASSERT_EQ(0, scope_extents(self->s.pages.fd, self->s.target.thing.start,
				   self->s.target.thing.end, 1000, &f, &e));
	for (size_t i = 0; i < e.nr; i++)
		EXPECT_EQ(0ULL, e.e[i].flags & f.ignore);
	scope_extents_free(&e);
}

TEST_F(facts, gaps_are_told_on_request)
{
	const struct scope_filter gaps = { .statuses = MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA) };
	const struct scope_filter all = { .statuses = ALL_STATUSES };
	struct scope_extents e, whole;
	uint64_t at = 0;

	if (look(_metadata, &self->s, "anon"))
		return;
	/* To the end of user space, by default and by name. */
	ASSERT_EQ(0, scope_extents(self->s.pages.fd, 0, ~0ULL, 16, &gaps, &e));
	ASSERT_LT(0UL, e.nr);
	for (size_t i = 0; i < e.nr; i++)
		EXPECT_EQ(MMSCOPE_NO_VMA, e.e[i].status);
	EXPECT_EQ(0ULL, e.e[0].start);
	scope_extents_free(&e);
	ASSERT_EQ(0, scope_extents(self->s.pages.fd, 0, ~0ULL, 1000, &all, &whole));
	for (size_t i = 0; i < whole.nr; i++) {
		EXPECT_EQ(at, whole.e[i].start);
		at = whole.e[i].end;
	}
	EXPECT_EQ(0UL, at % PAGE_BYTES);
	/* 3 GiB with 32 bits; else all bits but for a guard page. */
	EXPECT_LE(sizeof(long) == 4 ? 0xc0000000ULL :
		  (1ULL << self->s.pages.info.va_bits) - PAGE_BYTES, at);
	scope_extents_free(&whole);
}

/* Ourselves: nothing of the reading may disturb the read. */
TEST(own_address_space)
{
	struct pages p;
	struct diffs d = { };
	char *memory = mmap(NULL, 64 * PAGE_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, memory);
	for (int i = 0; i < 64; i += 3)
		memory[i * PAGE_BYTES] = 1;
	ASSERT_EQ(0, pages_open(&p, 0));
	p.pid = getpid();
	ASSERT_EQ(0, pages_compare(&p, PTR(memory), PTR(memory) + 64 * PAGE_BYTES, &d));
	EXPECT_SAME(&d);
	pages_close(&p);
}

FIXTURE(processes) {
	struct others others;
};

FIXTURE_SETUP(processes)
{
	ASSERT_EQ(0, others_start(&self->others));
}

FIXTURE_TEARDOWN(processes)
{
	others_end(&self->others);
}

TEST_F_TIMEOUT(processes, every_page_of_every_process, 120)
{
	unsigned int looked_at = 0;

	for (size_t i = 0; i < self->others.nr; i++) {
		pid_t pid = self->others.pids[i];
		struct diffs d = { };
		struct pages p;
		int ret;

		if (others_hold(pid))
			continue;
		ret = pages_open(&p, pid);
		EXPECT_EQ(0, ret);
		if (!ret) {
			EXPECT_EQ(0, pages_compare_all(&p, &d));
			EXPECT_EQ(0U, d.nr)
				TH_LOG("pid %d: %u differences\n%s", pid, d.nr, d.text);
			pages_close(&p);
			looked_at++;
		}
		others_let_go(pid);
	}
	EXPECT_LE(4U, looked_at);
}

TEST_HARNESS_MAIN
