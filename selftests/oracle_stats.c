// SPDX-License-Identifier: GPL-2.0-only
/*
 * oracle_stats.c - STATS against smaps and smaps_rollup, TABLES against VmPTE
 *
 * Field by field, for every VMA of every kind.
 */
#include <stddef.h>
#include <kselftest_harness.h>

#include "diffs.h"
#include "proc.h"
#include "scope.h"
#include "size.h"
#include "target.h"

#define ATTEMPTS	5
#define MAX_VMAS	4096

#define FIELD(key, field, shift) { key, offsetof(struct mmscope_stat, field), shift }
#define PSS(key, field) FIELD(key, field, 10 + MMSCOPE_PSS_SHIFT)
#define BYTES(key, field) FIELD(key, field, 10)

/* What smaps calls a field, and how far it is from KiB. */
static const struct row {
	const char *key;
	size_t offset;
	unsigned int shift;
} rows[] = {
	BYTES("Size", vss),
	BYTES("Rss", rss),
	PSS("Pss", pss),
	PSS("Pss_Dirty", pss_dirty),
	PSS("Locked", pss_locked),
	BYTES("Shared_Clean", shared_clean),
	BYTES("Shared_Dirty", shared_dirty),
	BYTES("Private_Clean", private_clean),
	BYTES("Private_Dirty", private_dirty),
	BYTES("Referenced", referenced),
	BYTES("Anonymous", anonymous),
	BYTES("LazyFree", lazyfree),
	BYTES("KSM", ksm),
	BYTES("AnonHugePages", anon_huge),
	BYTES("ShmemPmdMapped", shmem_huge),
	BYTES("FilePmdMapped", file_huge),
	BYTES("Shared_Hugetlb", shared_hugetlb),
	BYTES("Private_Hugetlb", private_hugetlb),
	BYTES("Swap", swap),
};

#define NR_ROWS ARRAY_SIZE(rows)
#define ABSENT (~0ULL)

struct oracle {
	unsigned long start, end;
	char perms[5];
	uint64_t kib[ARRAY_SIZE(rows)];
};

struct list {
	struct oracle v[MAX_VMAS];
	size_t nr;
};

/* Reads smaps, or smaps_rollup, which has one header. */
static int read_smaps(pid_t pid, const char *file, struct list *list)
{
	char *text = proc_read(pid, file, NULL), *line, *save;

	memset(list, 0, sizeof(*list));
	if (!text)
		return -errno;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct oracle *o = list->nr ? &list->v[list->nr - 1] : NULL;
		unsigned long start, end, kib;
		char perms[5], key[64];

		if (!isupper((unsigned char)*line) &&
		    sscanf(line, "%lx-%lx %4s ", &start, &end, perms) == 3 && list->nr < MAX_VMAS) {
			o = &list->v[list->nr++];
			o->start = start;
			o->end = end;
			memcpy(o->perms, perms, sizeof(perms));
			for (size_t i = 0; i < NR_ROWS; i++)
				o->kib[i] = ABSENT;
		} else if (o && sscanf(line, "%63[^:]: %lu kB", key, &kib) == 2) {
			for (size_t i = 0; i < NR_ROWS; i++)
				if (!strcmp(rows[i].key, key))
					o->kib[i] = kib;
		}
	}
	free(text);
	if (list->nr && (uint64_t)list->v[list->nr - 1].start >> 63 && strcmp(file, "smaps_rollup"))
		list->nr--;
	return 0;
}

static int get_stats(int fd, uint32_t flags, size_t batch, struct mmscope_stat *stats, size_t *nr)
{
	struct mmscope_stats a = { };
	int ret;

	*nr = 0;
	do {
		uint64_t before = a.start;

		a.size = sizeof(a);
		a.flags = flags;
		a.end = ~0ULL;
		a.buf = PTR(stats + *nr);
		a.nr = MAX_VMAS - *nr < batch ? MAX_VMAS - *nr : batch;
		a.stat_size = sizeof(*stats);
		a.lock = (struct mmscope_lock){ };
		ret = scope_ioctl(fd, MMSCOPE_IOC_STATS, &a);
		if (ret)
			return ret;
		if (!a.done && a.start <= before)
			return -EPROTO;
		*nr += a.nr;
	} while (!a.done && *nr < MAX_VMAS);
	return 0;
}

/* On 32 bits smaps loses the share of a huge page: 2M does not fit when it is shifted. */
static bool overflows(const struct oracle *o, const char *key)
{
	bool huge = false;

	for (size_t i = 0; i < NR_ROWS; i++)
		huge |= strstr(rows[i].key, "PmdMapped") || !strcmp(rows[i].key, "AnonHugePages") ?
			o->kib[i] != ABSENT && o->kib[i] : false;
	return sizeof(long) == 4 && huge && !strncmp(key, "Pss", 3);
}

static void compare_stat(const struct mmscope_stat *s, const struct oracle *o, struct diffs *d)
{
	for (size_t i = 0; i < NR_ROWS; i++) {
		uint64_t value = *(const uint64_t *)((const char *)s + rows[i].offset);

		if (o->kib[i] != ABSENT && value >> rows[i].shift != o->kib[i] &&
		    !overflows(o, rows[i].key))
			diff(d, "%lx-%lx %s: %lu, smaps says %lu KiB", o->start, o->end,
			     rows[i].key, value >> rows[i].shift, o->kib[i]);
	}
}

struct work {
	struct list smaps, rollup;
	struct mmscope_stat stats[MAX_VMAS], whole[2];
	struct diffs d;
};

static int compare_once(int fd, pid_t pid, bool old, struct work *w)
{
	size_t nr = 0, one = 0;
	bool hidden = false;
	int ret = read_smaps(pid, "smaps", &w->smaps);

	memset(&w->d, 0, sizeof(w->d));
	if (!ret)
		ret = read_smaps(pid, "smaps_rollup", &w->rollup);
	if (!ret)
		ret = get_stats(fd, 0, 7, w->stats, &nr);
	if (ret)
		return ret;
	if (nr != w->smaps.nr)
		diff(&w->d, "%zu VMAs, smaps has %zu", nr, w->smaps.nr);
	for (size_t i = 0; i < nr && i < w->smaps.nr; i++) {
		const struct oracle *o = &w->smaps.v[i];

		if (w->stats[i].start != o->start || w->stats[i].end != o->end)
			diff(&w->d, "%llx-%llx, smaps says %lx-%lx", w->stats[i].start,
			     w->stats[i].end, o->start, o->end);
		if (w->stats[i].nr_vmas != 1)
			diff(&w->d, "%lx: nr_vmas %llu", o->start, w->stats[i].nr_vmas);
		/* The smaps of 6.1 sees nothing behind PROT_NONE that a PMD maps. */
		if (old && !strncmp(o->perms, "---", 3)) {
			hidden = true;
			continue;
		}
		compare_stat(&w->stats[i], o, &w->d);
	}
	ret = get_stats(fd, MMSCOPE_STATS_ROLLUP, 2, w->whole, &one);
	if (ret)
		return ret;
	if (one != 1 || w->whole[0].nr_vmas != nr)
		diff(&w->d, "rollup: %zu records of %llu VMAs", one, w->whole[0].nr_vmas);
	else if (!hidden && w->rollup.nr == 1)
		compare_stat(&w->whole[0], &w->rollup.v[0], &w->d);
	return 0;
}

/* Page tables by level, and what the kernel accounts for them. */
static int compare_tables(int fd, pid_t pid, const struct mmscope_info *info, struct diffs *d)
{
	const struct scope_filter frames = { .ignore = MMSCOPE_PTE_YOUNG | MMSCOPE_PTE_DIRTY };
	struct mmscope_tables t = { .size = sizeof(t), .end = ~0ULL };
	uint64_t bytes = 0, deposited = 0, spare = 0;
	struct scope_extents e;
	struct proc_vmas vmas;
	int ret = scope_ioctl(fd, MMSCOPE_IOC_TABLES, &t);

	if (!ret)
		ret = proc_smaps(pid, &vmas);
	if (ret)
		return ret;
	if (t.levels[0].tables != 1 || t.levels[0].level != MMSCOPE_LEVEL_PGD)
		diff(d, "%llu tables of level %u", t.levels[0].tables, t.levels[0].level);
	for (unsigned int i = 1; i < t.nr_levels; i++) {
		const struct mmscope_table_level *l = &t.levels[i];

		/* The kernel accounts for PUD, PMD and PTE tables: mm_inc_nr_puds() and so on. */
		if (l->level != MMSCOPE_LEVEL_P4D)
			bytes += l->tables * page_size;
		if (l->entries > l->tables * info->levels[i].nr_entries || l->sparse > l->tables)
			diff(d, "level %u: %llu tables, %llu entries, %llu sparse", l->level,
			     l->tables, l->entries, l->sparse);
		/*
		 * With PAE all PMD tables are there from the start, those of the
		 * user's copy of the root, too (arch/x86/mm/pgtable.c:pgd_alloc()).
		 */
		if (sizeof(long) == 4 && t.nr_levels == 3 && l->level == MMSCOPE_LEVEL_PMD)
			spare = (7 - l->tables) * page_size;
		/* Each table but the root hangs on an entry above. */
		if (t.levels[i - 1].entries < l->tables)
			diff(d, "level %u: %llu tables on %llu entries", l->level, l->tables,
			     t.levels[i - 1].entries);
	}
	/* Each anonymous huge page keeps a table in reserve, for when it is split. */
	ret = scope_extents(fd, 0, ~0ULL, 1000, &frames, &e);
	for (size_t i = 0; !ret && i < e.nr; i++) {
		const struct proc_vma *v = proc_vma_at(&vmas, e.e[i].start);

		if (e.e[i].level != MMSCOPE_LEVEL_PTE && v && !v->ino && !proc_flag(v, "ht"))
			deposited += (e.e[i].end - e.e[i].start) / huge_size * page_size;
	}
	if (t.pgtables_bytes < bytes + deposited ||
	    t.pgtables_bytes > bytes + deposited + spare ||
	    t.pgtables_bytes / 1024 != (uint64_t)proc_status(pid, "VmPTE"))
		diff(d, "%llu bytes of tables, %llu deposited, kernel has %llu, VmPTE %ld KiB",
		     (__u64)bytes, (__u64)deposited, t.pgtables_bytes,
		     proc_status(pid, "VmPTE"));
	scope_extents_free(&e);
	proc_vmas_free(&vmas);
	return ret;
}

FIXTURE(zoo) {
	struct target target;
	struct mmscope_info info;
	pid_t pid;
	int fd;
};

FIXTURE_VARIANT(zoo) {
	const char *kind;
};

#include "zoo_variants.h"

FIXTURE_SETUP(zoo)
{
	const struct zoo_options few = { .count = !strcmp(variant->kind, "vmas") ? 1000 : 0 };
	int ret = target_start(&self->target, variant->kind, &few);

	self->pid = self->target.thing.pid;
	if (ret == ZOO_LACKS)
		SKIP(return, "%s", self->target.thing.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s: %s", variant->kind, self->target.thing.why);
	if (zoo_find(variant->kind)->flags & ZOO_NO_MM)
		return;
	ASSERT_EQ(0, target_stop(self->pid));
	self->fd = scope_attached(self->pid);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, scope_info(self->fd, &self->info));
}

FIXTURE_TEARDOWN(zoo)
{
	target_continue(self->pid);
	target_end(&self->target);
}

TEST_F_TIMEOUT(zoo, stats, 60)
{
	bool old = !strncmp(self->info.release, "6.1.", 4);
	struct work *w = calloc(1, sizeof(*w));

	if (zoo_find(variant->kind)->flags & ZOO_NO_MM)
		return;
	for (int i = 0; i < ATTEMPTS; i++) {
		ASSERT_EQ(0, compare_once(self->fd, self->pid, old, w));
		if (!w->d.nr)
			break;
	}
	EXPECT_SAME(&w->d);
}

TEST_F_TIMEOUT(zoo, tables, 60)
{
	struct diffs d = { };

	if (zoo_find(variant->kind)->flags & ZOO_NO_MM)
		return;
	/* khugepaged does not stop with the process. */
	for (int i = 0; i < ATTEMPTS && (!i || d.nr); i++) {
		d = (struct diffs){ };
		ASSERT_EQ(0, compare_tables(self->fd, self->pid, &self->info, &d));
	}
	EXPECT_SAME(&d);
}

TEST_HARNESS_MAIN
