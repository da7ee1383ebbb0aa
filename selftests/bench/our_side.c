// SPDX-License-Identifier: GPL-2.0-only
/* our_side.c - looking at memory through the module, as a program would */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "bench.h"

/* Of the process that the area is in; one at a time is enough. */
static int ours = -1;
static pid_t ours_pid;

int open_ours(pid_t pid)
{
	struct mmscope_attach attach = { .size = sizeof(attach), .pid = pid };
	int fd = open("/dev/mmscope", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("/dev/mmscope");
	if (ioctl(fd, MMSCOPE_IOC_ATTACH, &attach))
		die("attach");
	return fd;
}

static int attached(const struct area *area)
{
	if (ours_pid != area->pid) {
		ours = open_ours(area->pid);
		ours_pid = area->pid;
	}
	return ours;
}

static void ask(int fd, unsigned long op, void *arg, const char *what)
{
	if (!ioctl(fd, op, arg))
		return;
	if (errno == ENOTTY)
		absent("not in this module");
	die(what);
}

/* One pass in several calls: the sum, and the longest hold. */
static void add_lock(struct area *area, const struct mmscope_lock *lock, bool first)
{
	if (first)
		area->lock.nr_locks = 0;
	area->lock.nr_locks += lock->nr_locks;
	if (lock->hold_max_ns > area->lock.hold_max_ns)
		area->lock.hold_max_ns = lock->hold_max_ns;
}

/* Adds up the pages that are told by words behind @head; returns their elements. */
static size_t dense_pages(const struct mmscope_extent *head, uint64_t *pages)
{
	const uint64_t *word = (const uint64_t *)(head + 1);
	size_t nr = (head->end - head->start) / PAGE;
	uint64_t present = 0;

	for (size_t i = 0; i < nr; i++)
		present += word[i] & MMSCOPE_DENSE_PRESENT;
	*pages += present;
	return (nr + 4) / 5;
}

uint64_t our_extents(struct area *area)
{
	const struct mmscope_extent *run = (void *)buffer;
	struct mmscope_extents extents = {
		.size = sizeof(extents),
		.flags = MMSCOPE_EXTENTS_DENSE,
		.start = area->start,
		.end = area->end,
		.buf = (unsigned long)buffer,
		.extent_size = sizeof(*run),
	};
	uint64_t bytes = 0, pages = 0;
	bool first = true;

	do {
		extents.nr = sizeof(buffer) / sizeof(*run);
		ask(attached(area), MMSCOPE_IOC_EXTENTS, &extents, "EXTENTS");
		for (size_t i = 0; i < extents.nr; i++) {
			if (run[i].status == MMSCOPE_DENSE)
				i += dense_pages(&run[i], &pages);
			else
				bytes += run[i].end - run[i].start;
		}
		add_lock(area, &extents.lock, first);
		first = false;
	} while (!extents.done);
	area->found = pages + bytes / PAGE;
	return (area->end - area->start) / PAGE;
}

uint64_t our_pages(struct area *area)
{
	const struct mmscope_page *page = (void *)buffer;
	struct mmscope_pages pages = {
		.size = sizeof(pages),
		.start = area->start,
		.end = area->end,
		.buf = (unsigned long)buffer,
		.page_size = sizeof(*page),
	};
	uint64_t nr = 0, counts = 0;
	bool first = true;

	do {
		pages.nr = sizeof(buffer) / sizeof(*page);
		ask(attached(area), MMSCOPE_IOC_PAGES, &pages, "PAGES");
		for (size_t i = 0; i < pages.nr; i++)
			counts += page[i].mapcount + (page[i].kpf & 1);
		nr += pages.nr;
		add_lock(area, &pages.lock, first);
		first = false;
	} while (!pages.done);
	area->found = counts;
	return nr;
}

static void rollup(int fd, struct mmscope_stat *stat, struct mmscope_lock *lock)
{
	struct mmscope_stats stats = {
		.size = sizeof(stats),
		.flags = MMSCOPE_STATS_ROLLUP,
		.end = ~0ULL,
		.buf = (unsigned long)stat,
		.nr = 1,
		.stat_size = sizeof(*stat),
	};

	ask(fd, MMSCOPE_IOC_STATS, &stats, "STATS");
	if (!stats.done)
		die("STATS: not done");
	*lock = stats.lock;
}

uint64_t our_rollup(struct area *area)
{
	struct mmscope_lock lock;
	struct mmscope_stat stat;

	rollup(attached(area), &stat, &lock);
	add_lock(area, &lock, true);
	area->found = (stat.rss >> 10) + (stat.pss >> MMSCOPE_PSS_SHIFT >> 10);
	return stat.rss / PAGE;
}

uint64_t our_rollups(struct area *area)
{
	uint64_t pages = 0, found = 0;

	for (size_t i = 0; i < area->nr_pids; i++) {
		struct mmscope_lock lock;
		struct mmscope_stat stat;

		rollup(area->ours[i], &stat, &lock);
		add_lock(area, &lock, !i);
		found += (stat.rss >> 10) + (stat.pss >> MMSCOPE_PSS_SHIFT >> 10);
		pages += stat.rss / PAGE;
	}
	area->found = found;
	return pages;
}

uint64_t our_stats(struct area *area)
{
	const struct mmscope_stat *stat = (void *)buffer;
	struct mmscope_stats stats = {
		.size = sizeof(stats),
		.end = ~0ULL,
		.buf = (unsigned long)buffer,
		.stat_size = sizeof(*stat),
	};
	uint64_t nr = 0, kib = 0;
	bool first = true;

	do {
		stats.nr = sizeof(buffer) / sizeof(*stat);
		ask(attached(area), MMSCOPE_IOC_STATS, &stats, "STATS");
		for (size_t i = 0; i < stats.nr; i++)
			kib += (stat[i].vss >> 10) + (stat[i].rss >> 10) +
			       (stat[i].pss >> MMSCOPE_PSS_SHIFT >> 10);
		nr += stats.nr;
		add_lock(area, &stats.lock, first);
		first = false;
	} while (!stats.done);
	area->found = kib;
	return nr;
}

/* All that a line of maps says, summed up: so it was looked at. */
uint64_t our_vmas(struct area *area)
{
	struct mmscope_vmas vmas = {
		.size = sizeof(vmas),
		.end = ~0ULL,
		.buf = (unsigned long)buffer,
	};
	uint64_t nr = 0, sum = 0;
	bool first = true;

	do {
		vmas.buf_size = sizeof(buffer);
		ask(attached(area), MMSCOPE_IOC_VMAS, &vmas, "VMAS");
		for (size_t at = 0; at < vmas.used;) {
			const struct mmscope_vma *vma = (void *)(buffer + at);
			const char *name = (char *)vma +
					   (vma->path_off ? vma->path_off : vma->name_off);

			sum += (vma->end - vma->start) + vma->ino + vma->dev_major + vma->dev_minor;
			sum += vma->vm_flags & 7;
			if (vma->path_off)
				sum += vma->pgoff * PAGE + (unsigned char)*name;
			at += vma->size;
		}
		nr += vmas.nr;
		add_lock(area, &vmas.lock, first);
		first = false;
	} while (!vmas.done);
	area->found = sum;
	return nr;
}

static uint64_t translate(struct area *area, const uint64_t *addrs)
{
	static struct mmscope_translation found[4096];
	struct mmscope_translate translate = {
		.size = sizeof(translate),
		.addrs = (unsigned long)addrs,
		.nr = area->nr_addrs,
		.translations = (unsigned long)found,
	};
	uint64_t sum = 0;

	ask(attached(area), MMSCOPE_IOC_TRANSLATE, &translate, "TRANSLATE");
	for (size_t i = 0; i < area->nr_addrs; i++)
		sum += found[i].pa / PAGE;
	add_lock(area, &translate.lock, true);
	area->found = sum;
	return area->nr_addrs;
}

uint64_t our_translate(struct area *area)
{
	return translate(area, area->addrs);
}

uint64_t our_translate_sorted(struct area *area)
{
	return translate(area, area->sorted);
}

uint64_t our_walk(struct area *area)
{
	const struct mmscope_walk_result *found = (void *)buffer;
	struct mmscope_walk walk = {
		.size = sizeof(walk),
		.addrs = (unsigned long)area->addrs,
		.nr = area->nr_addrs,
		.result_size = sizeof(*found),
		.results = (unsigned long)buffer,
	};
	uint64_t sum = 0;

	ask(attached(area), MMSCOPE_IOC_WALK, &walk, "WALK");
	for (size_t i = 0; i < area->nr_addrs; i++)
		sum += found[i].pa / PAGE;
	add_lock(area, &walk.lock, true);
	area->found = sum;
	return area->nr_addrs;
}
