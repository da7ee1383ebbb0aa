// SPDX-License-Identifier: GPL-2.0
/*
 * share.c - mmscope share: which processes have which memory in common
 *
 * Pages that somebody else maps, too, are kept of each process, by frame; those of one
 * frame are then next to each other. What nobody shares costs no memory here. A frame
 * belongs to what the first process that maps it has mapped there.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "belonging.h"
#include "cli.h"
#include "everyone.h"
#include "parse.h"
#include "progress.h"
#include "render/memory.h"

enum { ORIGIN_ANON, ORIGIN_FILE, ORIGIN_SHMEM, ORIGIN_OTHER, NR_ORIGINS };

enum {
	COL_PID, COL_COMM, COL_WITH, COL_WITH_COMM, COL_ORIGIN, COL_PROCESSES, COL_SHARED,
	COL_MAPPED, COL_ANON, COL_FILE, COL_SHMEM, COL_OTHER, COL_MAPPING,
	NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_PID] = { "PID", "pid", "process", COLUMN_RIGHT },
	[COL_COMM] = { "COMM", "comm", "its name", 0 },
	[COL_WITH] = { "WITH", "with", "another one", COLUMN_RIGHT },
	[COL_WITH_COMM] = { "WITH_COMM", "with_comm", "its name", 0 },
	[COL_ORIGIN] = { "ORIGIN", "origin", "anon, file, shmem or other, as below", 0 },
	[COL_PROCESSES] = { "PROCESSES", "processes", "how many of them map any of it",
			    COLUMN_RIGHT },
	[COL_SHARED] = { "SHARED", "shared", "memory that both, or several, map", COLUMN_RIGHT },
	[COL_MAPPED] = { "MAPPED", "mapped", "the same if each had it of its own", COLUMN_RIGHT },
	[COL_ANON] = { "ANON", "anon", "anonymous part of it: not yet copied after fork()",
		       COLUMN_RIGHT },
	[COL_FILE] = { "FILE", "file", "part of the page cache", COLUMN_RIGHT },
	[COL_SHMEM] = { "SHMEM", "shmem", "shared memory, tmpfs", COLUMN_RIGHT },
	[COL_OTHER] = { "OTHER", "other", "hugetlbfs, KSM", COLUMN_RIGHT },
	[COL_MAPPING] = { "MAPPING", "mapping", "path, or name in brackets", COLUMN_TAIL },
};

static const char *const origin_names[NR_ORIGINS] = {
	[ORIGIN_ANON] = "anon",
	[ORIGIN_FILE] = "file",
	[ORIGIN_SHMEM] = "shmem",
	[ORIGIN_OTHER] = "other",
};

#define BIT(column)	(1ULL << (column))
#define PARTIES		(BIT(COL_PID) | BIT(COL_COMM) | BIT(COL_WITH) | BIT(COL_WITH_COMM))
#define PARTS		(BIT(COL_ANON) | BIT(COL_FILE) | BIT(COL_SHMEM) | BIT(COL_OTHER))
#define BELONGING	(BIT(COL_ORIGIN) | BIT(COL_PROCESSES) | BIT(COL_MAPPED) | \
			 BIT(COL_MAPPING))

enum { BY_PAIR, BY_FILE };

static const struct {
	const char *name;
	__u64 defaults, absent;
} ways[] = {
	[BY_PAIR] = { "pair", PARTIES | PARTS | BIT(COL_SHARED), BELONGING },
	[BY_FILE] = { "file", BELONGING | BIT(COL_SHARED), PARTIES | PARTS },
};

enum { OPT_ALL, OPT_BY, OPT_MATRIX };

static const struct cli_option options[] = {
	[OPT_ALL] = { "all", NULL, "all processes" },
	[OPT_BY] = { "by", "WHAT", "a line for each: pair of processes (pair), or file (file)" },
	[OPT_MATRIX] = { "matrix", NULL, "a row and a column for each process" },
};

static bool everybody, matrix;
static size_t by;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	if (nr == OPT_ALL) {
		everybody = true;
		return EXIT_DONE;
	}
	if (nr == OPT_MATRIX) {
		matrix = true;
		return EXIT_DONE;
	}
	for (by = 0; by < ARRAY_SIZE(ways) && strcmp(ways[by].name, arg); by++)
		;
	if (by == ARRAY_SIZE(ways))
		return report_usage(cli, "--by: '%s': neither pair nor file", arg);
	return EXIT_DONE;
}

/**
 * struct mapped - a page of a process
 * @pfn: its frame
 * @who: index of the process
 * @what: what it belongs to; or ORIGIN_*, where that is not asked
 */
struct mapped {
	__u64 pfn;
	__u32 who;
	__u32 what;
};

/**
 * struct sharing - what is known of all
 * @pids: the processes that were looked at
 * @comms: their names
 * @nr: how many
 * @pages: their pages that others map, too
 * @nr_pages: how many
 * @seen: of those that were looked at
 * @common: bytes by origin, of each pair, by @nr * one + other; of one with itself
 *	what it shares with anybody here
 * @belongings: what the pages belong to
 * @hidden: physical addresses may not be seen
 * @lock: what looking did, in all
 */
struct sharing {
	pid_t *pids;
	char (*comms)[64];
	size_t nr;
	struct mapped *pages;
	size_t nr_pages;
	__u64 seen;
	__u64 (*common)[NR_ORIGINS];
	struct belongings belongings;
	bool hidden;
	unsigned int page_size;
	struct mmscope_lock lock;
};

/* What is no memory of anybody (the zero page, a device's) is not shared either. */
static bool origin_of(const struct mmscope_page *page, __u32 *origin)
{
	switch (page->type) {
	case MMSCOPE_PAGE_ANON:
		*origin = ORIGIN_ANON;
		return true;
	case MMSCOPE_PAGE_FILE:
		*origin = ORIGIN_FILE;
		return true;
	case MMSCOPE_PAGE_SHMEM:
		*origin = ORIGIN_SHMEM;
		return true;
	case MMSCOPE_PAGE_KSM:
	case MMSCOPE_PAGE_HUGETLB:
		*origin = ORIGIN_OTHER;
		return true;
	default:
		return false;
	}
}

/**
 * struct vmas - the VMAs of a process, gone through with its pages
 * @iter: NULL: nobody wants to know
 * @vma: the one at hand; NULL at the end
 * @what: by origin: what pages of it belong to, and one; 0: not known yet
 */
struct vmas {
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	__u32 what[NR_ORIGINS];
};

static int next_vma(struct vmas *vmas)
{
	int ret = mmscope_vma_iter_next(vmas->iter, &vmas->vma);

	if (ret <= 0)
		vmas->vma = NULL;
	memset(vmas->what, 0, sizeof(vmas->what));
	return ret < 0 ? ret : 0;
}

/* What the page at @va belongs to. The VMA can have gone since, or come. */
static int belongs_to(struct sharing *s, struct vmas *vmas, __u64 va, __u32 origin, __u32 *what)
{
	bool here;
	int ret;

	while (vmas->vma && vmas->vma->end <= va) {
		ret = next_vma(vmas);
		if (ret)
			return ret;
	}
	here = vmas->vma && vmas->vma->start <= va;
	if (here && vmas->what[origin]) {
		*what = vmas->what[origin] - 1;
		return 0;
	}
	*what = belongings_of(&s->belongings, origin, here ? vmas->vma : NULL);
	if (here)
		vmas->what[origin] = *what + 1;
	return 0;
}

static int add_page(struct sharing *s, struct vmas *vmas, const struct mmscope_page *page)
{
	__u32 what;
	int ret;

	/* Processes that share a page table count once in a hugetlb page's mapcount. */
	if ((page->attrs & MMSCOPE_PAGE_EXCLUSIVE && page->type != MMSCOPE_PAGE_HUGETLB) ||
	    !origin_of(page, &what))
		return 0;
	if (by == BY_FILE) {
		ret = belongs_to(s, vmas, page->va, what, &what);
		if (ret)
			return ret;
	}
	s->pages = more_room(s->pages, s->nr_pages, sizeof(*s->pages));
	s->pages[s->nr_pages++] = (struct mapped){ page->value, (__u32)s->nr, what };
	return 0;
}

static int add_pages(struct sharing *s, const struct target *target, struct vmas *vmas)
{
	struct mmscope_page_opts opts = {
		.size = sizeof(opts), .end = ~0ULL,
		.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_MAPPED) |
			    MMSCOPE_STATUS_BIT(MMSCOPE_PROTNONE),
	};
	const struct mmscope_page *page;
	struct mmscope_page_iter *iter;
	int ret;

	ret = mmscope_page_iter_new(target->ms, &opts, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_page_iter_next(iter, &page)) > 0) {
		progress_count("pages", ++s->seen);
		ret = add_page(s, vmas, page);
		if (ret)
			break;
	}
	mmscope_lock_add(&s->lock, mmscope_page_iter_lock(iter));
	mmscope_page_iter_free(iter);
	return ret;
}

static int add_process(struct sharing *s, const struct target *target)
{
	struct vmas vmas = { 0 };
	int ret;

	if (by != BY_FILE)
		return add_pages(s, target, &vmas);
	ret = mmscope_vma_iter_new(target->ms, NULL, &vmas.iter);
	if (ret)
		return ret;
	ret = next_vma(&vmas);
	if (!ret)
		ret = add_pages(s, target, &vmas);
	mmscope_lock_add(&s->lock, mmscope_vma_iter_lock(vmas.iter));
	mmscope_vma_iter_free(vmas.iter);
	return ret;
}

static int look(struct everyone *all, const struct target *target)
{
	struct sharing *s = all->arg;
	size_t before = s->nr_pages;
	int ret;

	if (!(target->rights & MMSCOPE_RIGHT_PHYS)) {
		s->hidden = true;
		return -EPERM;
	}
	ret = add_process(s, target);
	if (ret) {
		s->nr_pages = before;
		return ret;
	}
	s->page_size = target->info.page_size;
	s->pids[s->nr] = target->pid;
	if (!target_comm(target, s->comms[s->nr], sizeof(s->comms[0])))
		*s->comms[s->nr] = '\0';
	s->nr++;
	return 0;
}

#define DIGIT_BITS	11
#define NR_DIGITS	(1U << DIGIT_BITS)

/*
 * By frame, digit by digit from the lowest one; pages of one frame stay in the order of
 * their processes, in which they came.
 */
static void sort_pages(struct sharing *s)
{
	struct mapped *from = s->pages, *to = zalloc((s->nr_pages + 1) * sizeof(*to));
	size_t *at = zalloc(NR_DIGITS * sizeof(*at)), i, sum, nr;
	unsigned int shift;
	__u64 all = 0;

	for (i = 0; i < s->nr_pages; i++)
		all |= from[i].pfn;
	for (shift = 0; shift < 64 && all >> shift; shift += DIGIT_BITS) {
		struct mapped *sorted = to;

		memset(at, 0, NR_DIGITS * sizeof(*at));
		for (i = 0; i < s->nr_pages; i++)
			at[from[i].pfn >> shift & (NR_DIGITS - 1)]++;
		for (i = 0, sum = 0; i < NR_DIGITS; i++) {
			nr = at[i];
			at[i] = sum;
			sum += nr;
		}
		for (i = 0; i < s->nr_pages; i++)
			to[at[from[i].pfn >> shift & (NR_DIGITS - 1)]++] = from[i];
		to = from;
		from = sorted;
	}
	s->pages = from;
	free(to);
	free(at);
}

/**
 * struct frame - one frame that processes of this run map
 * @set: a hash of who they are, and of what it belongs to
 * @at: its first page among those of all
 * @nr: how many
 */
struct frame {
	__u64 set;
	size_t at, nr;
};

/* By rising processes, each once; of what it is in one process the first stays. */
static size_t drop_repeats(struct mapped *pages, size_t nr)
{
	size_t i, kept = 1;

	for (i = 1; i < nr; i++) {
		if (pages[i].who != pages[kept - 1].who)
			pages[kept++] = pages[i];
		else if (pages[i].what < pages[kept - 1].what)
			pages[kept - 1].what = pages[i].what;
	}
	return kept;
}

static __u64 hash_of(const struct mapped *pages, size_t nr)
{
	__u64 hash = pages[0].what + 1;
	size_t i;

	for (i = 0; i < nr; i++)
		hash = (hash ^ pages[i].who) * 0x9e3779b97f4a7c15ULL;
	return hash;
}

static int compare_frames(const void *a, const void *b)
{
	const struct frame *x = a, *y = b;

	if (x->set != y->set)
		return x->set < y->set ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static bool same_set(const struct sharing *s, const struct frame *a, const struct frame *b)
{
	const struct mapped *x = s->pages + a->at, *y = s->pages + b->at;
	size_t i;

	if (a->set != b->set || a->nr != b->nr || x->what != y->what)
		return false;
	for (i = 0; i < a->nr; i++)
		if (x[i].who != y[i].who)
			return false;
	return true;
}

/* @count frames that the same processes map. */
static void add_frames(struct sharing *s, const struct frame *frame, size_t count)
{
	const struct mapped *pages = s->pages + frame->at;
	__u64 bytes = (__u64)count * s->page_size;
	struct belonging *one;
	size_t i, j;

	if (by == BY_FILE) {
		one = &s->belongings.list[pages->what];
		if (!one->who)
			one->who = zalloc((s->nr / 64 + 1) * sizeof(*one->who));
		one->shared += bytes;
		one->mapped += bytes * frame->nr;
		for (i = 0; i < frame->nr; i++)
			one->who[pages[i].who / 64] |= 1ULL << pages[i].who % 64;
		return;
	}
	/* All by the origin that the first of them says. */
	for (i = 0; i < frame->nr; i++)
		for (j = i; j < frame->nr; j++)
			s->common[s->nr * pages[i].who + pages[j].who][pages->what] += bytes;
}

/* Those that more than one maps. */
static size_t find_frames(struct sharing *s, struct frame *frames)
{
	size_t i, next, kept, nr = 0;

	for (i = 0; i < s->nr_pages; i = next) {
		for (next = i + 1; next < s->nr_pages && s->pages[next].pfn == s->pages[i].pfn;)
			next++;
		kept = drop_repeats(s->pages + i, next - i);
		if (kept > 1)
			frames[nr++] = (struct frame){ hash_of(s->pages + i, kept), i, kept };
	}
	return nr;
}

/* Whoever maps one frame of a library mostly maps many: pairs are made once for each set. */
static void sum_up(struct sharing *s)
{
	struct frame *frames = zalloc((s->nr_pages + 1) * sizeof(*frames));
	size_t i, next, nr;

	if (by == BY_PAIR)
		s->common = zalloc((s->nr * s->nr + 1) * sizeof(*s->common));
	sort_pages(s);
	nr = find_frames(s, frames);
	qsort(frames, nr, sizeof(*frames), compare_frames);
	for (i = 0; i < nr; i = next) {
		for (next = i + 1; next < nr && same_set(s, &frames[i], &frames[next]);)
			next++;
		add_frames(s, &frames[i], next - i);
	}
	free(frames);
}

static const __u64 *common_of(const struct sharing *s, size_t a, size_t b)
{
	return a < b ? s->common[s->nr * a + b] : s->common[s->nr * b + a];
}

static __u64 total(const __u64 *common)
{
	__u64 sum = 0;
	size_t i;

	for (i = 0; i < NR_ORIGINS; i++)
		sum += common[i];
	return sum;
}

static void show_pairs(struct render *r, const struct sharing *s)
{
	struct cell cells[NR_COLUMNS] = { 0 };
	size_t a, b, i;

	render_list_begin(r, "pairs", columns, NR_COLUMNS, true);
	for (a = 0; a < s->nr; a++) {
		for (b = a + 1; b < s->nr; b++) {
			const __u64 *common = common_of(s, a, b);

			if (!total(common))
				continue;
			cells[COL_PID] = cell_count(s->pids[a]);
			cells[COL_COMM] = cell_text(s->comms[a]);
			cells[COL_WITH] = cell_count(s->pids[b]);
			cells[COL_WITH_COMM] = cell_text(s->comms[b]);
			cells[COL_SHARED] = cell_bytes(total(common));
			for (i = 0; i < NR_ORIGINS; i++)
				cells[COL_ANON + i] = cell_bytes(common[i]);
			render_row(r, cells);
		}
	}
	render_list_end(r);
}

static void show_files(struct render *r, struct sharing *s)
{
	struct cell cells[NR_COLUMNS] = { 0 };
	size_t i, word, processes;

	belongings_sort(&s->belongings);
	render_list_begin(r, "files", columns, NR_COLUMNS, true);
	for (i = 0; i < s->belongings.nr; i++) {
		const struct belonging *one = &s->belongings.list[i];

		if (!one->shared)
			break;
		for (word = 0, processes = 0; word < s->nr / 64 + 1; word++)
			processes += __builtin_popcountll(one->who[word]);
		cells[COL_ORIGIN] = cell_text(origin_names[one->origin]);
		cells[COL_PROCESSES] = cell_count(processes);
		cells[COL_SHARED] = cell_bytes(one->shared);
		cells[COL_MAPPED] = cell_bytes(one->mapped);
		cells[COL_MAPPING] = cell_text(one->name);
		render_row(r, cells);
	}
	render_list_end(r);
}

/* What one shares with another, and where both are the same, with anybody. */
static void show_matrix(struct render *r, const struct sharing *s)
{
	struct column *heads = zalloc((s->nr + 1) * sizeof(*heads));
	struct cell *cells = zalloc((s->nr + 1) * sizeof(*cells));
	char (*names)[16] = zalloc((s->nr + 1) * sizeof(*names));
	size_t a, b;

	heads[0] = (struct column){ "PID", "pid", "process", COLUMN_RIGHT | COLUMN_DEFAULT };
	for (a = 0; a < s->nr; a++) {
		snprintf(names[a], sizeof(names[a]), "%d", s->pids[a]);
		heads[a + 1] = (struct column){ names[a], names[a], names[a],
						COLUMN_RIGHT | COLUMN_DEFAULT };
	}
	render_list_begin(r, "matrix", heads, s->nr + 1, false);
	for (a = 0; a < s->nr; a++) {
		cells[0] = cell_count(s->pids[a]);
		for (b = 0; b < s->nr; b++)
			cells[b + 1] = cell_bytes(total(common_of(s, a, b)));
		render_row(r, cells);
	}
	render_list_end(r);
	free(heads);
	free(cells);
	free(names);
}

static int show(struct cli *cli, struct sharing *s, bool partial)
{
	struct render *r;

	if (matrix && s->nr >= MAX_COLUMNS)
		return report_usage(cli, "--matrix: %zu processes are too many", s->nr);
	r = render_new(&cli->render, cli->command->name, -1);
	if (matrix)
		show_matrix(r, s);
	else if (by == BY_FILE)
		show_files(r, s);
	else
		show_pairs(r, s);
	render_lock(r, &s->lock);
	render_end(r, partial);
	return EXIT_DONE;
}

static int take_pids(struct cli *cli, int argc, char **argv, pid_t **pids, size_t *nr)
{
	if (matrix && by == BY_FILE)
		return report_usage(cli, "--matrix: of pairs only");
	if (matrix && cli->render.columns)
		return report_usage(cli, "--matrix: -o selects columns of pairs");
	if (everybody) {
		if (argc)
			return report_usage(cli, "--all: and processes besides");
		*pids = everyone_list(nr);
		return EXIT_DONE;
	}
	*pids = zalloc((argc + 1) * sizeof(**pids));
	for (int i = 0; i < argc; i++) {
		pid_t pid;
		size_t n = 0;

		if (!parse_pid(argv[i], &pid))
			return report_usage(cli, "'%s': not a process id", argv[i]);
		while (n < *nr && (*pids)[n] != pid)
			n++;
		if (n == *nr)
			(*pids)[(*nr)++] = pid;
	}
	if (*nr < 2)
		return report_usage(cli, "two processes at least, or --all");
	return EXIT_DONE;
}

static int conclude(const struct sharing *s, const struct everyone *all, size_t nr)
{
	if (s->hidden) {
		report_note("physical addresses are hidden: CAP_SYS_ADMIN is needed");
		return EXIT_NO;
	}
	if (all->refused || (!everybody && all->looked < nr)) {
		report_note("not all of these processes could be looked at");
		return EXIT_PARTIAL;
	}
	return EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct sharing s = { 0 };
	struct everyone all = { .cli = cli, .look = look, .arg = &s, .counts = true };
	struct mmscope_info info;
	pid_t *pids = NULL, failed = 0;
	struct mmscope *ms;
	size_t nr = 0;
	int status, err;

	status = take_pids(cli, argc, argv, &pids, &nr);
	if (!status)
		status = device_open(cli, &ms, &info);
	if (!status) {
		mmscope_close(ms);
		s.pids = zalloc((nr + 1) * sizeof(*s.pids));
		s.comms = zalloc((nr + 1) * sizeof(*s.comms));
		err = everyone_look(&all, pids, nr, &failed);
		if (err)
			status = report_error(STAGE_READ, err, "share");
		else
			status = conclude(&s, &all, nr);
		if (!err && !s.hidden) {
			sum_up(&s);
			err = show(cli, &s, status == EXIT_PARTIAL);
			status = err ? err : status;
		}
	}
	free(s.pids);
	free(s.comms);
	free(s.pages);
	free(s.common);
	belongings_free(&s.belongings);
	free(pids);
	return status;
}

static void defaults(struct cli *cli, int argc)
{
	(void)argc;
	cli->render.defaults = ways[by].defaults;
	cli->render.absent = ways[by].absent;
}

const struct command command_share = {
	.name = "share",
	.args = "[--all] [PID...]",
	.summary = "Show which processes have which memory in common",
	.example = "share 811 812 813 --matrix",
	.min_args = 0,
	.max_args = -1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.defaults = defaults,
	.option = option,
	.run = run,
};
