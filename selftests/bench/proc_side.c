// SPDX-License-Identifier: GPL-2.0-only
/*
 * proc_side.c - looking at memory through /proc, as fast as one can
 *
 * Files are opened beforehand, buffers are large, text is parsed in place by loops
 * that know the format: what is measured is the interface, not a slow reader of it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench.h"
#include "floor/floor.h"
#include "proc_uapi.h"

int open_proc(pid_t pid, const char *file)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(path);
	return fd;
}

/* One open file of each kind, for the process that was asked for last. */
static int opened(const struct area *area, const char *file)
{
	static struct { pid_t pid; char file[16]; int fd; } files[8];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (files[i].pid && (files[i].pid != area->pid || strcmp(files[i].file, file)))
			continue;
		if (!files[i].pid) {
			files[i].pid = area->pid;
			snprintf(files[i].file, sizeof(files[i].file), "%s", file);
			files[i].fd = open_proc(area->pid, file);
		}
		return files[i].fd;
	}
	die("too many files");
}

static size_t get(int fd, void *to, size_t size, off_t offset)
{
	ssize_t got = pread(fd, to, size, offset);

	if (got < 0)
		die("pread");
	return got;
}

uint64_t floor_ptes(struct area *area)
{
	static int fd;
	struct bench_floor floor = { .start = area->start, .end = area->end };

	if (!fd)
		fd = open("/dev/bench_floor", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, BENCH_FLOOR_READ, &floor))
		absent("floor.ko is not loaded");
	return (area->end - area->start) / PAGE;
}

static uint64_t entries(struct area *area, unsigned long end)
{
	const size_t at_once = 512 << 10;
	const uint64_t *entry = (void *)buffer;
	int fd = opened(area, "pagemap");
	uint64_t present = 0;

	for (unsigned long va = area->start; va < end;) {
		size_t left = (end - va) / PAGE * sizeof(*entry);
		size_t got = get(fd, buffer, left < at_once ? left : at_once,
				 va / PAGE * sizeof(*entry)) / sizeof(*entry);

		if (!got)
			die("pagemap: short");
		for (size_t i = 0; i < got; i++)
			present += entry[i] >> 63;
		va += got * PAGE;
	}
	area->found = present;
	return (end - area->start) / PAGE;
}

uint64_t proc_pagemap(struct area *area)
{
	return entries(area, area->end);
}

/* Of a huge area a part that can be waited for. */
uint64_t proc_pagemap_part(struct area *area)
{
	unsigned long end = area->start + (area->end - area->start) / 64;
	uint64_t pages = entries(area, end);

	area->found = 0;
	return pages / (GIB / PAGE);
}

uint64_t proc_pagemap_single(struct area *area)
{
	int fd = opened(area, "pagemap");
	uint64_t sum = 0;

	for (size_t i = 0; i < area->nr_addrs; i++) {
		uint64_t entry;

		get(fd, &entry, sizeof(entry), area->addrs[i] / PAGE * sizeof(entry));
		sum += entry & PM_FRAME;
	}
	area->found = sum;
	return area->nr_addrs;
}

void read_pfns(struct area *area)
{
	size_t nr = (area->end - area->start) / PAGE;
	uint64_t *entries = malloc(nr * sizeof(*entries));
	int fd = open_proc(area->pid, "pagemap");
	size_t present = 0;

	if (get(fd, entries, nr * sizeof(*entries), area->start / PAGE * sizeof(*entries)) !=
	    nr * sizeof(*entries))
		die("pagemap: short");
	for (size_t i = 0; i < nr; i++) {
		if (entries[i] >> 63)
			entries[present++] = entries[i] & PM_FRAME;
	}
	close(fd);
	if (present && !entries[0])
		die("pagemap shows no frames: not root");
	area->pfns = entries;
	area->nr_pfns = present;
}

/* Regions as fine as ours: one for each run of present pages with the same facts. */
uint64_t proc_scan(struct area *area)
{
	struct page_region *region = (void *)buffer;
	struct pm_scan_arg scan = {
		.size = sizeof(scan),
		.start = area->start,
		.end = area->end,
		.vec = (unsigned long)buffer,
		.vec_len = sizeof(buffer) / sizeof(*region),
		.category_mask = PAGE_IS_PRESENT,
		.return_mask = PAGE_IS_PRESENT | PAGE_IS_FILE | PAGE_IS_HUGE,
	};
	uint64_t bytes = 0, last = 0;

	do {
		int nr = ioctl(opened(area, "pagemap"), PAGEMAP_SCAN, &scan);

		if (nr < 0 && errno == ENOTTY)
			absent("not in this kernel");
		if (nr < 0)
			die("PAGEMAP_SCAN");
		/* walk_end can be less than what was reported (6.12): not twice. */
		for (int i = 0; i < nr; i++) {
			if (region[i].start < last)
				continue;
			bytes += region[i].end - region[i].start;
			last = region[i].end;
		}
		scan.start = scan.walk_end;
	} while (scan.start < scan.end);
	area->found = bytes / PAGE;
	return (area->end - area->start) / PAGE;
}

static int kpage(int *fd, const char *path)
{
	if (!*fd)
		*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		die(path);
	return *fd;
}

static int flags_fd, count_fd;

/* What a program does that has a frame and wants to know of it. */
uint64_t proc_kpage_single(struct area *area)
{
	int flags = kpage(&flags_fd, "/proc/kpageflags");
	int count = kpage(&count_fd, "/proc/kpagecount");
	size_t nr = area->nr_pfns < 16384 ? area->nr_pfns : 16384;

	for (size_t i = 0; i < nr; i++) {
		uint64_t kpf, mapcount;

		get(flags, &kpf, sizeof(kpf), area->pfns[i] * sizeof(kpf));
		get(count, &mapcount, sizeof(mapcount), area->pfns[i] * sizeof(mapcount));
		if (!mapcount)
			die("kpagecount: zero");
	}
	return nr;
}

/* One that collects neighbouring frames: the best that these files can do. */
uint64_t proc_kpage_bulk(struct area *area)
{
	int flags = kpage(&flags_fd, "/proc/kpageflags");
	int count = kpage(&count_fd, "/proc/kpagecount");
	uint64_t *kpf = (void *)buffer, *mapcount = kpf + sizeof(buffer) / sizeof(*kpf) / 2;
	uint64_t found = 0;

	for (size_t i = 0, nr; i < area->nr_pfns; i += nr) {
		off_t at = area->pfns[i] * sizeof(*kpf);

		nr = 1;
		while (i + nr < area->nr_pfns && nr < 65536 &&
		       area->pfns[i + nr] == area->pfns[i] + nr)
			nr++;
		get(flags, kpf, nr * sizeof(*kpf), at);
		get(count, mapcount, nr * sizeof(*kpf), at);
		for (size_t j = 0; j < nr; j++)
			found += mapcount[j] + (kpf[j] & 1);
	}
	area->found = found;
	return area->nr_pfns;
}

static uint64_t field(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtoul(at + strlen(name), NULL, 10) : 0;
}

static uint64_t rollup(int fd, uint64_t *found)
{
	char text[4096];
	size_t got = get(fd, text, sizeof(text) - 1, 0);
	uint64_t rss;

	text[got] = '\0';
	rss = field(text, "\nRss:");
	*found += rss + field(text, "\nPss:");
	return rss * 1024 / PAGE;
}

uint64_t proc_rollup(struct area *area)
{
	area->found = 0;
	return rollup(opened(area, "smaps_rollup"), &area->found);
}

uint64_t proc_rollups(struct area *area)
{
	uint64_t pages = 0;

	area->found = 0;
	for (size_t i = 0; i < area->nr_pids; i++)
		pages += rollup(area->rollups[i], &area->found);
	return pages;
}

/*
 * Text of a file in pieces of whole lines, in the buffer, each ended by a NUL. The
 * rest of a line is moved to the front.
 */
struct lines {
	int fd;
	size_t kept;
};

static char *more_lines(struct lines *lines, char **end)
{
	char *text = (char *)buffer;
	const size_t at_once = 256 << 10;

	for (;;) {
		ssize_t got = read(lines->fd, text + lines->kept, at_once);
		char *last;

		if (got < 0)
			die("read");
		if (!got)
			return NULL;
		last = memrchr(text + lines->kept, '\n', got);
		lines->kept += got;
		if (!last)
			continue;
		*end = last + 1;
		return text;
	}
}

static void keep_rest(struct lines *lines, const char *end)
{
	size_t rest = lines->kept - (end - (char *)buffer);

	memmove(buffer, end, rest);
	lines->kept = rest;
}

static const unsigned char *digits(void)
{
	static unsigned char value[256];

	if (!value['1']) {
		memset(value, 0xff, sizeof(value));
		for (int i = 0; i < 10; i++)
			value['0' + i] = i;
		for (int i = 0; i < 6; i++)
			value['a' + i] = 10 + i;
	}
	return value;
}

static inline uint64_t hex(const char **text, const unsigned char *value)
{
	const unsigned char *at = (const unsigned char *)*text;
	uint64_t number = 0;
	unsigned int digit;

	while ((digit = value[*at]) < 16) {
		number = number << 4 | digit;
		at++;
	}
	*text = (const char *)at + 1;
	return number;
}

struct line {
	uint64_t start, end, offset, ino, major, minor;
	unsigned int prot;
	const char *name;
};

/* "start-end rwxp offset major:minor inode   name"; returns behind it. */
static inline const char *parse_line(const char *text, struct line *line,
				     const unsigned char *value)
{
	line->start = hex(&text, value);
	line->end = hex(&text, value);
	line->prot = (text[0] == 'r') | (text[1] == 'w') << 1 | (text[2] == 'x') << 2;
	text += 5;
	line->offset = hex(&text, value);
	line->major = hex(&text, value);
	line->minor = hex(&text, value);
	for (line->ino = 0; *text >= '0'; text++)
		line->ino = line->ino * 10 + *text - '0';
	while (*text == ' ')
		text++;
	line->name = text;
	return (const char *)rawmemchr(text, '\n') + 1;
}

static inline uint64_t line_sum(const struct line *line)
{
	uint64_t sum = (line->end - line->start) + line->ino + line->major + line->minor +
		       line->prot;

	if (line->ino)
		sum += line->offset + (unsigned char)*line->name;
	return sum;
}

/* The gate VMA belongs to no process: [vsyscall]. */
#define is_gate(line)	((line)->start >> 63)

uint64_t proc_maps(struct area *area)
{
	const unsigned char *value = digits();
	struct lines lines = { .fd = opened(area, "maps") };
	uint64_t nr = 0, sum = 0;
	char *text, *end;

	lseek(lines.fd, 0, SEEK_SET);
	while ((text = more_lines(&lines, &end))) {
		for (const char *at = text; at != end;) {
			struct line line;

			at = parse_line(at, &line, value);
			if (is_gate(&line))
				continue;
			sum += line_sum(&line);
			nr++;
		}
		keep_rest(&lines, end);
	}
	area->found = sum;
	return nr;
}

static uint64_t just_read(int fd)
{
	uint64_t bytes = 0;
	ssize_t got;

	lseek(fd, 0, SEEK_SET);
	while ((got = read(fd, buffer, sizeof(buffer))) > 0)
		bytes += got;
	if (got < 0)
		die("read");
	return bytes;
}

/* How many VMAs a way that does not count them has read. */
static uint64_t count_vmas(struct area *area)
{
	static pid_t pid;
	static uint64_t nr;

	if (pid != area->pid) {
		nr = proc_maps(area);
		pid = area->pid;
	}
	area->found = 0;
	return nr;
}

uint64_t proc_maps_read(struct area *area)
{
	just_read(opened(area, "maps"));
	return count_vmas(area);
}

uint64_t proc_smaps(struct area *area)
{
	just_read(opened(area, "smaps"));
	return count_vmas(area);
}

/* Three of the fields only, found by where they stand. */
uint64_t proc_smaps_parsed(struct area *area)
{
	const unsigned char *value = digits();
	struct lines lines = { .fd = opened(area, "smaps") };
	uint64_t nr = 0, sum = 0;
	bool gate = false;
	char *text, *end;

	lseek(lines.fd, 0, SEEK_SET);
	while ((text = more_lines(&lines, &end))) {
		for (const char *at = text; at != end; at = (const char *)rawmemchr(at, '\n') + 1) {
			struct line line;

			if (value[(unsigned char)*at] < 16) {
				parse_line(at, &line, value);
				gate = is_gate(&line);
				nr += !gate;
			} else if (!gate && (!memcmp(at, "Size:", 5) || !memcmp(at, "Rss:", 4) ||
				   !memcmp(at, "Pss:", 4))) {
				sum += strtoul(at + 5, NULL, 10);
			}
		}
		keep_rest(&lines, end);
	}
	area->found = sum;
	return nr;
}

uint64_t proc_query(struct area *area)
{
	char name[4096];
	struct procmap_query query = {
		.size = sizeof(query),
		.query_flags = PROCMAP_QUERY_COVERING_OR_NEXT_VMA,
		.vma_name_addr = (unsigned long)name,
	};
	uint64_t nr = 0, sum = 0;
	int fd = opened(area, "maps");

	for (;;) {
		struct line line;

		query.vma_name_size = sizeof(name);
		if (ioctl(fd, PROCMAP_QUERY, &query)) {
			if (errno == ENOENT)
				break;
			if (errno == ENOTTY)
				absent("not in this kernel");
			die("PROCMAP_QUERY");
		}
		line = (struct line){
			.start = query.vma_start, .end = query.vma_end, .ino = query.inode,
			.major = query.dev_major, .minor = query.dev_minor,
			.prot = query.vma_flags & 7, .offset = query.vma_offset, .name = name,
		};
		sum += line_sum(&line);
		nr++;
		query.query_addr = query.vma_end;
	}
	area->found = sum;
	return nr;
}
