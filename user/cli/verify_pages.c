// SPDX-License-Identifier: GPL-2.0
/*
 * verify_pages.c - compare every page with /proc/PID/pagemap
 *
 * From an extent follows what pagemap must say of each of its pages: a word that
 * grows by a step from page to page, and a mask of the bits that can be judged.
 * Source of each rule: fs/proc/task_mmu.c, pagemap_read() and what it calls.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"
#include "verify.h"

/* Documentation/admin-guide/mm/pagemap.rst */
#define PM_FRAME	((1ULL << 55) - 1)
#define PM_SOFT_DIRTY	(1ULL << 55)
#define PM_UFFD_WP	(1ULL << 57)
#define PM_SWAP		(1ULL << 62)
#define PM_PRESENT	(1ULL << 63)
#define PM_SWAP_TYPES	5	/* bits of the frame that are the swap type */

#define PM_ALL		(PM_FRAME | PM_SOFT_DIRTY | PM_UFFD_WP | PM_SWAP | PM_PRESENT)

/* 512 KiB of pagemap: 256 MiB of addresses with pages of 4 KiB. */
#define CHUNK_PAGES	65536

static const struct field {
	const char *name;
	__u64 mask;
} fields[] = {
	{ "present", PM_PRESENT },
	{ "swapped", PM_SWAP },
	{ "pfn", PM_FRAME },
	{ "soft_dirty", PM_SOFT_DIRTY },
	{ "uffd_wp", PM_UFFD_WP },
};

/*
 * What pagemap tells otherwise than the page table has it. @force is what it says
 * all the same; @ignore are bits that say nothing.
 */
enum quirk_vma { ANY_VMA, PFNMAP_VMA, HUGETLB_VMA, OTHER_VMA };

const char *const verify_quirk_reasons[VERIFY_NR_QUIRKS] = {
	[VERIFY_QUIRK_PFNMAP] = "VM_PFNMAP: pagemap does not look into the mapping",
	[VERIFY_QUIRK_PROTNONE] = "PROT_NONE: pagemap calls the page present",
	[VERIFY_QUIRK_NON_PRESENT] = "migration, hwpoison, device: pagemap calls the page swapped",
	[VERIFY_QUIRK_MARKER] = "PTE marker: pagemap calls the page swapped",
	[VERIFY_QUIRK_HUGETLB] = "hugetlb, not present: pagemap calls the page empty",
	[VERIFY_QUIRK_UNKNOWN] = "raced or unknown: the module itself does not know",
};

static const struct quirk {
	__u32 statuses;
	enum quirk_vma vma;
	__u64 force;
	__u64 ignore;
} quirks[VERIFY_NR_QUIRKS] = {
	/* walk_page_test(): no pages to look at, all is a hole */
	[VERIFY_QUIRK_PFNMAP] = { ~0U, PFNMAP_VMA, 0, PM_ALL },
	/* pte_present() counts, not the hardware's bit */
	[VERIFY_QUIRK_PROTNONE] = { MMSCOPE_STATUS_BIT(MMSCOPE_PROTNONE), OTHER_VMA,
				    PM_PRESENT, 0 },
	/* is_swap_pte(); the frame has the type in it, which an extent does not */
	[VERIFY_QUIRK_NON_PRESENT] = { MMSCOPE_STATUS_BIT(MMSCOPE_MIGRATION) |
				MMSCOPE_STATUS_BIT(MMSCOPE_HWPOISON) |
				MMSCOPE_STATUS_BIT(MMSCOPE_DEVICE), OTHER_VMA, PM_SWAP, PM_FRAME },
	[VERIFY_QUIRK_MARKER] = { MMSCOPE_STATUS_BIT(MMSCOPE_MARKER), OTHER_VMA,
				  PM_SWAP, PM_FRAME },
	/* pagemap_hugetlb_range() knows present entries only */
	[VERIFY_QUIRK_HUGETLB] = { MMSCOPE_STATUS_BIT(MMSCOPE_MIGRATION) |
			    MMSCOPE_STATUS_BIT(MMSCOPE_HWPOISON) |
			    MMSCOPE_STATUS_BIT(MMSCOPE_MARKER), HUGETLB_VMA, 0, PM_FRAME },
	[VERIFY_QUIRK_UNKNOWN] = { MMSCOPE_STATUS_BIT(MMSCOPE_RACED) |
			    MMSCOPE_STATUS_BIT(MMSCOPE_UNKNOWN), ANY_VMA, 0, PM_ALL },
};

/**
 * struct expectation - what pagemap must say of the pages of an extent
 * @word: of its first page
 * @step: added from page to page
 * @mask: bits that can be judged
 */
struct expectation {
	__u64 word;
	__u64 step;
	__u64 mask;
};

/**
 * struct pages - the comparison of pages
 * @v: all of it
 * @vma: the VMA, copied: the iterator's record does not live long enough
 * @fd: of /proc/PID/pagemap
 * @judge: bits that this kernel and the rights of the caller allow to judge
 * @total: pages mapped, for the progress
 * @quirks: pages of the chunk at hand that a quirk applied to
 * @words: of one chunk
 */
struct pages {
	struct verify *v;
	struct mmscope_vma vma;
	int fd;
	__u64 judge;
	__u64 total;
	__u64 quirks[VERIFY_NR_QUIRKS];
	__u64 words[CHUNK_PAGES];
};

static bool is_hugetlb(const struct pages *p)
{
	return p->vma.vm_flags & p->v->style.bits.hugetlb;
}

static bool is_pfnmap(const struct pages *p)
{
	return p->vma.vm_flags & p->v->style.bits.pfnmap;
}

static void apply_quirks(struct pages *p, const struct mmscope_extent *ext, struct expectation *e)
{
	enum quirk_vma vma = is_hugetlb(p) ? HUGETLB_VMA : is_pfnmap(p) ? PFNMAP_VMA : OTHER_VMA;
	size_t i;

	for (i = 0; i < VERIFY_NR_QUIRKS; i++) {
		if (!(quirks[i].statuses & MMSCOPE_STATUS_BIT(ext->status)) ||
		    (quirks[i].vma != ANY_VMA && quirks[i].vma != vma))
			continue;
		e->word |= quirks[i].force;
		e->mask &= ~quirks[i].ignore;
		p->quirks[i] += (ext->end - ext->start) / p->v->target->info.page_size;
	}
}

static void expect(struct pages *p, const struct mmscope_extent *ext, struct expectation *e)
{
	unsigned int page_size = p->v->target->info.page_size;

	*e = (struct expectation){ .mask = p->judge };
	switch (ext->status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		e->word = PM_PRESENT | (ext->pa / page_size & PM_FRAME);
		e->step = 1;
		break;
	case MMSCOPE_SWAP:
		e->word = PM_SWAP | ext->swap_type | (ext->pa << PM_SWAP_TYPES & PM_FRAME);
		e->step = 1ULL << PM_SWAP_TYPES;
		break;
	}
	if (ext->pa == MMSCOPE_HIDDEN) {
		e->word &= ~PM_FRAME;
		e->mask &= ~PM_FRAME;
	}
	/* Outside of any VMA nothing is dirty. For hugetlb the VMA's bit alone counts. */
	if (ext->status != MMSCOPE_NO_VMA && p->vma.vm_flags & p->v->style.bits.softdirty)
		e->word |= PM_SOFT_DIRTY;
	if (ext->flags & MMSCOPE_PTE_SOFT_DIRTY && !is_hugetlb(p))
		e->word |= PM_SOFT_DIRTY;
	if (ext->flags & MMSCOPE_PTE_UFFD_WP)
		e->word |= PM_UFFD_WP;
	apply_quirks(p, ext, e);
}

/* Which fields differ, as the union of their masks. */
static __u64 differing(__u64 expected, __u64 found, __u64 mask)
{
	__u64 differ = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if ((expected ^ found) & mask & fields[i].mask)
			differ |= fields[i].mask;
	return differ;
}

static void report(struct pages *p, __u64 va, __u64 nr, __u64 differ, __u64 expected, __u64 found)
{
	struct difference diff = {
		.start = p->vma.start, .end = p->vma.end, .va = va, .pages = nr,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		__u64 mask = fields[i].mask;

		if (!(differ & mask))
			continue;
		diff.field = fields[i].name;
		if (mask == PM_FRAME) {
			diff.module = cell_hex(expected & mask);
			diff.proc = cell_hex(found & mask);
		} else {
			diff.module = cell_bool(expected & mask);
			diff.proc = cell_bool(found & mask);
		}
		verify_report(p->v, &diff);
	}
}

static int read_words(struct pages *p, __u64 start, size_t nr)
{
	unsigned int page_size = p->v->target->info.page_size;
	size_t done = 0;
	ssize_t got;

	while (done < nr) {
		got = pread(p->fd, p->words + done, (nr - done) * sizeof(p->words[0]),
			    (off_t)((start / page_size + done) * sizeof(p->words[0])));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		/* Inside user space the file ends only with the address space. */
		if (!got)
			return -ESRCH;
		done += got / sizeof(p->words[0]);
	}
	return 0;
}

static int open_extents(struct pages *p, __u64 start, __u64 end, struct mmscope_extent_iter **iter)
{
	struct mmscope_extent_opts opts = {
		.size = sizeof(opts), .start = start, .end = end,
		.statuses = (1U << MMSCOPE_NR_STATUS) - 1,
	};

	return mmscope_extent_iter_new(p->v->target->ms, &opts, iter);
}

/* Is the mapping at @va another one than the list had? Returns 1, 0 or -errno. */
static int is_another(const struct pages *p, __u64 va)
{
	struct mmscope_vma_opts opts = {
		.size = sizeof(opts), .start = va, .end = va + p->v->target->info.page_size,
	};
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	int ret = mmscope_vma_iter_new(p->v->target->ms, &opts, &iter);

	if (ret)
		return ret;
	ret = mmscope_vma_iter_next(iter, &vma);
	if (ret > 0)
		ret = vma->start != p->vma.start || vma->end != p->vma.end ||
		      vma->vm_flags != p->vma.vm_flags || vma->pgoff != p->vma.pgoff;
	else if (!ret)
		ret = 1;
	mmscope_vma_iter_free(iter);
	return ret;
}

/*
 * Does a single page agree when both sides are asked again? What is in the place
 * of a mapping that is gone cannot be judged and passes. Returns 1, 0 or -errno.
 */
static int agrees_now(struct pages *p, __u64 va)
{
	unsigned int page_size = p->v->target->info.page_size;
	struct mmscope_extent_iter *iter;
	struct mmscope_extent ext;
	struct expectation e;
	__u64 word = 0;
	int tries, ret;

	for (tries = 0; tries < VERIFY_RETRIES; tries++) {
		ret = open_extents(p, va, va + page_size, &iter);
		if (ret)
			return ret;
		ret = mmscope_extent_iter_next(iter, &ext);
		mmscope_extent_iter_free(iter);
		if (ret < 0)
			return ret;
		if (pread(p->fd, &word, sizeof(word),
			  (off_t)(va / page_size * sizeof(word))) != sizeof(word))
			return -ESRCH;
		if (ret) {
			expect(p, &ext, &e);
			if (!((word ^ e.word) & e.mask))
				return 1;
		}
		verify_pause();
	}
	return is_another(p, va);
}

/*
 * Compares the pages of one extent. Pages that follow each other and differ in
 * the same way are one difference. Returns how many pages differ, or -errno.
 */
static long compare_extent(struct pages *p, const struct mmscope_extent *ext, const __u64 *words,
			   bool tell)
{
	unsigned int page_size = p->v->target->info.page_size;
	size_t nr = (ext->end - ext->start) / page_size, i, first = 0;
	__u64 differ, run = 0, expected;
	struct expectation e;
	long found = 0;
	int ret;

	expect(p, ext, &e);
	for (i = 0; i < nr; i++) {
		differ = 0;
		expected = e.word + i * e.step;
		if ((words[i] ^ expected) & e.mask) {
			differ = differing(expected, words[i], e.mask);
			ret = tell && !p->v->still ? agrees_now(p, ext->start + i * page_size) : 0;
			if (ret < 0)
				return ret;
			if (ret) {
				p->v->raced++;
				differ = 0;
			}
			found += !ret;
		}
		if (tell && run && differ != run) {
			report(p, ext->start + first * page_size, i - first, run,
			       e.word + first * e.step, words[first]);
			run = 0;
		}
		if (differ && !run) {
			run = differ;
			first = i;
		}
	}
	if (tell && run)
		report(p, ext->start + first * page_size, nr - first, run,
		       e.word + first * e.step, words[first]);
	return found;
}

/* A range for which the module, asked for everything, said nothing. */
static void report_gap(struct pages *p, __u64 start, __u64 end)
{
	struct difference diff = {
		.start = p->vma.start, .end = p->vma.end, .va = start,
		.pages = (end - start) / p->v->target->info.page_size,
		.field = "extent", .module = cell_none(), .proc = cell_hex(end),
	};

	verify_report(p->v, &diff);
}

/* Returns how many pages differ, or -errno. */
static long compare_chunk(struct pages *p, __u64 start, __u64 end, bool tell)
{
	unsigned int page_size = p->v->target->info.page_size;
	struct mmscope_extent_iter *iter;
	struct mmscope_extent ext;
	__u64 next = start;
	long found = 0, ret;

	memset(p->quirks, 0, sizeof(p->quirks));
	ret = open_extents(p, start, end, &iter);
	if (ret)
		return ret;
	ret = read_words(p, start, (end - start) / page_size);
	while (!ret && (ret = mmscope_extent_iter_next(iter, &ext)) > 0) {
		if (ext.start < next || ext.end > end) {
			ret = -EPROTO;
			break;
		}
		if (ext.start > next) {
			found++;
			if (tell)
				report_gap(p, next, ext.start);
		}
		next = ext.end;
		ret = compare_extent(p, &ext, p->words + (ext.start - start) / page_size, tell);
		if (ret > 0) {
			found += ret;
			ret = 0;
		}
	}
	if (!ret && next < end) {
		found++;
		if (tell)
			report_gap(p, next, end);
	}
	mmscope_extent_iter_free(iter);
	return ret ? ret : found;
}

/* What differs is looked at again before it is told: pages live. */
static int settle_chunk(struct pages *p, __u64 start, __u64 end)
{
	long ret;
	int tries;

	for (tries = 0; tries < VERIFY_RETRIES; tries++) {
		ret = compare_chunk(p, start, end, false);
		if (ret <= 0)
			return (int)ret;
		verify_pause();
	}
	ret = compare_chunk(p, start, end, true);
	return ret < 0 ? (int)ret : 0;
}

static int verify_chunk(struct pages *p, __u64 start, __u64 end)
{
	int ret = settle_chunk(p, start, end);
	size_t i;

	p->v->pages += (end - start) / p->v->target->info.page_size;
	for (i = 0; i < VERIFY_NR_QUIRKS; i++)
		p->v->quirks[i] += p->quirks[i];
	progress_show("verify", p->v->pages, p->total);
	return ret;
}

static int verify_vma(struct pages *p)
{
	unsigned int page_size = p->v->target->info.page_size;
	__u64 chunk = (__u64)CHUNK_PAGES * page_size, start, end;
	int ret;

	for (start = p->vma.start; start < p->vma.end; start = end) {
		end = p->vma.end - start > chunk ? start + chunk : p->vma.end;
		ret = verify_chunk(p, start, end);
		if (ret)
			return ret;
	}
	return 0;
}

static int open_pagemap(const struct verify *v)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", v->target->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	return fd;
}

static __u64 judged_bits(const struct target *target)
{
	__u64 judge = PM_PRESENT | PM_SWAP;

	if (target->rights & MMSCOPE_RIGHT_PHYS)
		judge |= PM_FRAME;
	if (target->info.features & MMSCOPE_FEATURE_SOFT_DIRTY)
		judge |= PM_SOFT_DIRTY;
	/* pagemap has that bit since 5.14; kernels with markers (5.19) surely do. */
	if (target->info.features & MMSCOPE_FEATURE_PTE_MARKER)
		judge |= PM_UFFD_WP;
	return judge;
}

int verify_pages(struct verify *v)
{
	static struct pages p;
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	struct mmscope_mm mm;
	int ret;

	p.v = v;
	p.judge = judged_bits(v->target);
	p.fd = open_pagemap(v);
	if (p.fd < 0)
		return p.fd;
	ret = mmscope_mm(v->target->ms, &mm, NULL);
	p.total = mm.total_vm;
	if (!ret)
		ret = mmscope_vma_iter_new(v->target->ms, NULL, &iter);
	if (ret)
		goto out_close;
	while (!ret && (ret = mmscope_vma_iter_next(iter, &vma)) > 0) {
		p.vma = *vma;
		ret = verify_vma(&p);
	}
	mmscope_vma_iter_free(iter);
out_close:
	progress_clear();
	close(p.fd);
	return ret;
}
