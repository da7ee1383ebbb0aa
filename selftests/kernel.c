// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel.c - walks of the kernel's own addresses, against what the kernel says itself
 *
 * /proc/kcore tells where regions are, what is behind the direct map and the image, and
 * the bytes at an address: those at the address and those at its physical address in
 * the direct map are the same when the walk is right. /proc/vmallocinfo and
 * /proc/kallsyms tell addresses; secret memory is memory that the direct map has not.
 */
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <kselftest_harness.h>

#include "diffs.h"
#include "scope.h"
#include "size.h"
#include "who.h"

#define KPTR_RESTRICT	"/proc/sys/kernel/kptr_restrict"
#define MAX_SEGMENTS	256

/* What all levels grant. */
static uint64_t rights(const struct mmscope_walk_result *r)
{
	uint64_t flags = ~0ULL;

	for (int i = 0; i < r->nr_levels; i++)
		flags &= r->levels[i].flags;
	return flags & (MMSCOPE_PTE_WRITE | MMSCOPE_PTE_EXEC);
}

static int walk(int fd, const uint64_t *addrs, size_t nr, struct mmscope_walk_result *results)
{
	struct mmscope_kernel ask = {
		.size = sizeof(ask), .addrs = PTR(addrs), .nr = nr, .results = PTR(results),
		.result_size = sizeof(*results),
	};

	return scope_ioctl(fd, MMSCOPE_IOC_KERNEL, &ask);
}

static struct mmscope_walk_result walk_one(int fd, uint64_t addr)
{
	struct mmscope_walk_result result = { .status = ~0 };

	walk(fd, &addr, 1, &result);
	return result;
}

/* A part of /proc/kcore; @pa is NO_PA where it tells none. */
struct segment {
	uint64_t va, pa, size, offset;
};

#define NO_PA	((uint64_t)~0UL)

/* What the tests look at, and what the kernel says of it. */
struct view {
	int fd;
	int kcore;
	char kptr[8];
	struct mmscope_kernel_region regions[MMSCOPE_KERNEL_REGIONS];
	size_t nr_regions;
	struct segment segments[MAX_SEGMENTS];
	size_t nr_segments;
};

FIXTURE(kernel) {
	struct view v;
};

static ssize_t put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t ret = write(fd, text, strlen(text));

	close(fd);
	return ret;
}

FIXTURE_SETUP(kernel)
{
	struct mmscope_kernel ask = {
		.size = sizeof(ask), .regions = PTR(self->v.regions),
		.nr_regions = MMSCOPE_KERNEL_REGIONS,
		.result_size = sizeof(struct mmscope_walk_result),
	};
	ElfW(Phdr) program[MAX_SEGMENTS];
	ElfW(Ehdr) head;
	int fd;

	self->v.fd = scope_open();
	ASSERT_LE(0, self->v.fd);
	ASSERT_EQ(0, scope_ioctl(self->v.fd, MMSCOPE_IOC_KERNEL, &ask));
	self->v.nr_regions = ask.nr_regions;
	ASSERT_GE((uint32_t)MMSCOPE_KERNEL_REGIONS, ask.nr_regions);

	self->v.kcore = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->v.kcore);
	ASSERT_EQ((ssize_t)sizeof(head), pread(self->v.kcore, &head, sizeof(head), 0));
	ASSERT_GE(MAX_SEGMENTS, head.e_phnum);
	ASSERT_EQ((ssize_t)(head.e_phnum * sizeof(program[0])),
		  pread(self->v.kcore, program, head.e_phnum * sizeof(program[0]),
			head.e_phoff));
	for (int i = 0; i < head.e_phnum; i++)
		if (program[i].p_type == PT_LOAD)
			self->v.segments[self->v.nr_segments++] = (struct segment){
				.va = program[i].p_vaddr, .pa = program[i].p_paddr,
				.size = program[i].p_memsz, .offset = program[i].p_offset,
			};

	/* Else pointers are shown as hashes, or not at all. */
	fd = open(KPTR_RESTRICT, O_RDONLY | O_CLOEXEC);
	ASSERT_LT(0, read(fd, self->v.kptr, sizeof(self->v.kptr) - 1));
	close(fd);
	ASSERT_EQ(1, put(KPTR_RESTRICT, "1"));
}

FIXTURE_TEARDOWN(kernel)
{
	put(KPTR_RESTRICT, self->v.kptr);
	close(self->v.kcore);
	close(self->v.fd);
}

static const struct mmscope_kernel_region *region_of(const struct view *v,
						     unsigned int kind)
{
	for (size_t i = 0; i < v->nr_regions; i++)
		if (v->regions[i].kind == kind)
			return &v->regions[i];
	return NULL;
}

/* The innermost one around @addr. */
static const struct mmscope_kernel_region *region_at(const struct view *v,
						     uint64_t addr)
{
	const struct mmscope_kernel_region *best = NULL, *r = v->regions;

	for (; r < v->regions + v->nr_regions; r++)
		if (addr >= r->start && addr < r->end &&
		    (!best || r->end - r->start < best->end - best->start))
			best = r;
	return best;
}

static const struct segment *segment_at(const struct view *v, uint64_t addr)
{
	for (size_t i = 0; i < v->nr_segments; i++)
		if (addr >= v->segments[i].va && addr - v->segments[i].va < v->segments[i].size)
			return &v->segments[i];
	return NULL;
}

/* Bytes at an address, as the kernel reads itself. */
static bool read_kernel(const struct view *v, uint64_t addr, void *buf, size_t size)
{
	const struct segment *s = segment_at(v, addr);

	return s && pread(v->kcore, buf, size, s->offset + (addr - s->va)) == (ssize_t)size;
}

/* Where the direct map has a physical address; 0 where it has not. */
static uint64_t direct(const struct view *v, uint64_t pa)
{
	for (size_t i = 0; i < v->nr_segments; i++) {
		const struct segment *s = &v->segments[i];
		const struct mmscope_kernel_region *r = region_at(v, s->va);

		if (r && r->kind == MMSCOPE_KERNEL_DIRECT &&
		    pa >= s->pa && pa - s->pa < s->size)
			return s->va + (pa - s->pa);
	}
	return 0;
}

/* Is the page at @addr that at its physical address? Memory that is written may differ. */
static bool same_bytes(const struct view *v, uint64_t addr, uint64_t pa)
{
	uint64_t other = direct(v, pa);
	char here[256], there[256];
	size_t nr = sizeof(here);

	/* With 32 bits high memory is not in the direct map. */
	if (!other && sizeof(long) == 4)
		return true;
	/* Below the direct map of riscv64 offsets are negative (kc_vaddr_to_offset()). */
	if (segment_at(v, addr) && (int64_t)segment_at(v, addr)->offset < 0)
		return true;
	/* The next page of a module may be anywhere. */
	if (nr > page_size - addr % page_size)
		nr = page_size - addr % page_size;
	for (int tries = 0; tries < 10; tries++)
		if (read_kernel(v, addr, here, nr) && read_kernel(v, other, there, nr) &&
		    !memcmp(here, there, nr))
			return true;
	return false;
}

/* Address of a symbol; @line begins with the type: "T _text\n", with "\t[module]". */
static uint64_t symbol(const char *line)
{
	char text[512];
	uint64_t addr = 0;
	FILE *f = fopen("/proc/kallsyms", "r");

	while (f && !addr && fgets(text, sizeof(text), f)) {
		const char *rest = strchr(text, ' ');

		if (rest && !strcasecmp(rest + 1, line))
			addr = strtoull(text, NULL, 16);
	}
	if (f)
		fclose(f);
	return addr;
}

TEST_F(kernel, regions_are_in_order)
{
	uint64_t end = 0;

	ASSERT_LT(3UL, self->v.nr_regions);
	for (size_t i = 0; i < self->v.nr_regions; i++) {
		const struct mmscope_kernel_region *r = &self->v.regions[i];

		EXPECT_LT(r->start, r->end);
		EXPECT_GT((uint32_t)MMSCOPE_NR_KERNEL_KINDS, r->kind);
		EXPECT_EQ(0U, r->reserved);
		EXPECT_EQ(0ULL, (r->start | r->end) & (page_size - 1));
		/* Beside the one before, or in it. */
		EXPECT_TRUE(r->start >= end || r->end <= end)
			TH_LOG("%llx-%llx of kind %u", r->start, r->end, r->kind);
		if (r->end > end)
			end = r->end;
		EXPECT_EQ(r, region_of(&self->v, r->kind));
	}
	EXPECT_NE(NULL, region_of(&self->v, MMSCOPE_KERNEL_DIRECT));
	EXPECT_NE(NULL, region_of(&self->v, MMSCOPE_KERNEL_VMALLOC));
	EXPECT_NE(NULL, region_of(&self->v, MMSCOPE_KERNEL_FIXMAP));
}

TEST_F(kernel, is_as_kcore_says)
{
	size_t mapped = 0, walked = 0, linear = 0, images = 0, starts = 0;
	struct diffs d = { };

	for (size_t i = 0; i < self->v.nr_segments; i++) {
		const struct segment *s = &self->v.segments[i];
		const struct mmscope_kernel_region *r = region_at(&self->v, s->va);
		uint64_t step = s->size / 1000 & -(uint64_t)page_size;

		if (!r) {
			diff(&d, "%llx is in no region", (unsigned long long)s->va);
			continue;
		}
		switch (r->kind) {
		case MMSCOPE_KERNEL_VMALLOC:
		case MMSCOPE_KERNEL_MODULES:
			if (s->pa != NO_PA)
				goto image;
			starts++;
			if (r->start != s->va || r->end - s->va - s->size > page_size)
				diff(&d, "kind %u is %llx-%llx, kcore has %llx+%llx", r->kind,
				     r->start, r->end, (unsigned long long)s->va,
				     (unsigned long long)s->size);
			break;
		case MMSCOPE_KERNEL_VMEMMAP:
			if (s->va + s->size > r->end)
				diff(&d, "vmemmap ends at %llx, kcore has %llx", r->end,
				     (unsigned long long)(s->va + s->size));
			break;
		case MMSCOPE_KERNEL_DIRECT:
		case MMSCOPE_KERNEL_IMAGE:
image:
			linear += r->kind == MMSCOPE_KERNEL_DIRECT;
			images += r->kind != MMSCOPE_KERNEL_DIRECT;
			for (uint64_t at = 0; at < s->size; at += step ? step : page_size) {
				struct mmscope_walk_result w = walk_one(self->v.fd, s->va + at);

				walked++;
				mapped += w.status == MMSCOPE_MAPPED;
				/* Parts are closed: kfence's, secret memory, the end of init. */
				if (w.status == MMSCOPE_MAPPED ? w.pa != s->pa + at :
								 w.status != MMSCOPE_NONE)
					diff(&d, "%llx: status %u pa %llx, kcore has %llx", w.va,
					     w.status, w.pa,
					     (unsigned long long)(s->pa + at));
			}
			break;
		}
	}
	EXPECT_SAME(&d);
	EXPECT_LT(0UL, starts);
	EXPECT_LT(0UL, linear);
	if (region_of(&self->v, MMSCOPE_KERNEL_IMAGE))
		EXPECT_LT(0UL, images);
	/* arm64 closes more of the image's place in the direct map. */
	EXPECT_LT(walked - walked / 4, mapped);
}

TEST_F(kernel, image_and_modules)
{
	const struct {
		const char *name;
		uint64_t rights;
	} rows[] = {
		{ "T _stext\n", MMSCOPE_PTE_EXEC },
		{ "T schedule\n", MMSCOPE_PTE_EXEC },
		{ "R linux_banner\n", 0 },
		{ "D linux_banner\n", 0 },
		{ "D init_task\n", MMSCOPE_PTE_WRITE },
		{ "t mmscope_kernel_walk\t[mmscope]\n", MMSCOPE_PTE_EXEC },
		{ "d mmscope_device\t[mmscope]\n", MMSCOPE_PTE_WRITE },
		{ "r ops\t[mmscope]\n", 0 },
	};
	size_t found = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t addr = symbol(rows[i].name);
		struct mmscope_walk_result w;

		if (!addr)
			continue;
		found++;
		w = walk_one(self->v.fd, addr);
		EXPECT_EQ(MMSCOPE_MAPPED, w.status)
			TH_LOG("%llx %s", w.va, rows[i].name);
		EXPECT_EQ(rows[i].rights, rights(&w))
			TH_LOG("%llx %s", w.va, rows[i].name);
		EXPECT_EQ(0ULL, w.flags & (MMSCOPE_PTE_USER | MMSCOPE_PTE_PROTNONE));
		EXPECT_TRUE(same_bytes(&self->v, addr, w.pa))
			TH_LOG("%llx %s", w.va, rows[i].name);
#ifdef __x86_64__
		/* arm64 has them near the image, too. */
		if (strstr(rows[i].name, "[mmscope]"))
			EXPECT_EQ(MMSCOPE_KERNEL_MODULES, region_at(&self->v, addr)->kind);
		if (strstr(rows[i].name, "_stext"))
			EXPECT_EQ(MMSCOPE_LEVEL_PMD, w.level);
#endif
	}
	/* Debian's kernels for 32 bits name code alone. */
	EXPECT_LE(sizeof(long) == 8 ? 6UL : 3UL, found);
}

struct area {
	uint64_t start, end, pages, phys;
};

/* Lines of vmallocinfo; NULL at the end. */
static struct area *areas_read(size_t *nr)
{
	FILE *f = fopen("/proc/vmallocinfo", "r");
	struct area *areas = NULL;
	char line[1024];

	for (*nr = 0; f && fgets(line, sizeof(line), f); (*nr)++) {
		const char *pages = strstr(line, " pages="), *phys = strstr(line, " phys=");
		struct area a = { };
		unsigned long long start, end;

		if (sscanf(line, "0x%llx-0x%llx ", &start, &end) != 2)
			break;
		a.start = start;
		a.end = end;
		if (pages && strstr(line, " vmalloc"))
			a.pages = strtoull(pages + 7, NULL, 10);
		if (phys && strstr(line, " ioremap"))
			a.phys = strtoull(phys + 6, NULL, 16);
		areas = realloc(areas, (*nr + 1) * sizeof(*areas));
		areas[*nr] = a;
	}
	if (f)
		fclose(f);
	return areas;
}

static bool has_area(const struct area *areas, size_t nr, const struct area *a)
{
	for (size_t i = 0; i < nr; i++)
		if (!memcmp(&areas[i], a, sizeof(*a)))
			return true;
	return false;
}

/* Is anything of @a not as its line says? With @bytes, of what its first page holds, too. */
static bool area_wrong(const struct view *v, const struct area *a, bool bytes,
		       struct diffs *diffs)
{
	uint64_t size = a->end - a->start;
	struct mmscope_walk_result first = walk_one(v->fd, a->start);
	bool wrong = false;

	for (uint64_t at = 0; at < size; at += page_size) {
		/* The last page of an area is its guard. */
		bool guard = at + page_size == size &&
			     (a->phys || size / page_size == a->pages + 1);
		struct mmscope_walk_result w = walk_one(v->fd, a->start + at);

		if (w.status == (guard ? MMSCOPE_NONE : MMSCOPE_MAPPED) &&
		    (guard || !a->phys || w.pa == a->phys + at))
			continue;
		diff(diffs, "area %llx-%llx: %llx: status %u pa %llx",
		     (unsigned long long)a->start, (unsigned long long)a->end, w.va, w.status,
		     w.pa);
		wrong = true;
	}
	if (!wrong && bytes && !same_bytes(v, a->start, first.pa)) {
		diff(diffs, "area %llx: other bytes at %llx", (unsigned long long)a->start,
		     first.pa);
		wrong = true;
	}
	return wrong;
}

TEST_F(kernel, vmalloc_areas)
{
	size_t nr, nr_after, whole = 0, devices = 0, compared = 0;
	struct area *areas = areas_read(&nr), *after;
	struct diffs d = { };

	ASSERT_LT(10UL, nr);
	for (size_t i = 0; i < nr; i++) {
		const struct area *a = &areas[i];
		struct diffs mine = { };
		bool bytes = a->pages && compared < 200;

		if (!a->pages && !a->phys)
			continue;
		compared += bytes;
		/* Gone or another one meanwhile? Then that was no fault. */
		if (area_wrong(&self->v, a, bytes, &mine)) {
			after = areas_read(&nr_after);
			/* It is listed before its pages are mapped. */
			if (has_area(after, nr_after, a) &&
			    area_wrong(&self->v, a, bytes, &mine))
				diff(&d, "%.300s", mine.text);
			free(after);
			continue;
		}
		whole += !!a->pages;
		devices += !!a->phys;
	}
	EXPECT_SAME(&d);
	EXPECT_LT(10UL, whole);
	EXPECT_LT(0UL, devices);
	printf("# kernel: %zu areas of memory and %zu of devices\n", whole, devices);
	free(areas);
}

/* The direct map has it until it is a secret. */
TEST_F(kernel, secret_memory_is_not_mapped)
{
#ifdef SYS_memfd_secret
	struct mmscope_walk_result user, before, after;
	int fd = syscall(SYS_memfd_secret, 0), mine;
	uint64_t addr;
	char *page;
	struct mmscope_walk ask = {
		.size = sizeof(ask), .addrs = PTR(&addr), .nr = 1, .results = PTR(&user),
		.result_size = sizeof(user),
	};

	if (fd < 0)
		SKIP(return, "memfd_secret: %s", strerror(errno));
	ASSERT_EQ(0, ftruncate(fd, page_size));
	page = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, page);
	mine = scope_attached(0);
	ASSERT_LE(0, mine);
	addr = PTR(page);
	*page = 1;
	ASSERT_EQ(0, scope_ioctl(mine, MMSCOPE_IOC_WALK, &ask));
	ASSERT_EQ(MMSCOPE_MAPPED, user.status);
	if (sizeof(long) == 4 && !direct(&self->v, user.pa))
		SKIP(return, "a page of high memory");
	after = walk_one(self->v.fd, direct(&self->v, user.pa));
	EXPECT_EQ(MMSCOPE_NONE, after.status);
	EXPECT_EQ(MMSCOPE_LEVEL_PTE, after.level);
	/* What it was is in the entry all the same, so none is no zero. */
	EXPECT_EQ(0ULL, after.pa);
	before = walk_one(self->v.fd, direct(&self->v, user.pa) ^ page_size);
	printf("# kernel: the page beside the secret one has status %u\n", before.status);
	munmap(page, page_size);
	close(fd);
	/* And has it again: whoever gets the page next. */
	after = walk_one(self->v.fd, direct(&self->v, user.pa));
	EXPECT_EQ(MMSCOPE_MAPPED, after.status);
	EXPECT_EQ(user.pa, after.pa);
	close(mine);
#else
	SKIP(return, "memfd_secret is unknown to these headers");
#endif
}

TEST_F(kernel, what_is_not_there)
{
	const struct mmscope_kernel_region *guard = region_of(&self->v, MMSCOPE_KERNEL_GUARD);
	const struct mmscope_kernel_region *vmemmap = region_of(&self->v, MMSCOPE_KERNEL_VMEMMAP);
	const uint64_t users[] = { 0, page_size, PTR(&guard), PTR(walk_one) };
	struct mmscope_walk_result w;

	for (size_t i = 0; i < ARRAY_SIZE(users); i++) {
		w = walk_one(self->v.fd, users[i]);
		EXPECT_EQ(MMSCOPE_NONCANONICAL, w.status);
		EXPECT_EQ(0, w.nr_levels);
		EXPECT_EQ(users[i], w.va);
	}
	if (sizeof(long) == 8) {
		w = walk_one(self->v.fd, 1ULL << 62);
		EXPECT_EQ(MMSCOPE_NONCANONICAL, w.status);
	}
	if (guard) {
		w = walk_one(self->v.fd, guard->start);
		EXPECT_EQ(MMSCOPE_NONE, w.status);
		EXPECT_EQ(MMSCOPE_LEVEL_PGD, w.level);
	}
	/* The last byte there is, if addresses have as many bits. */
	w = walk_one(self->v.fd, ~0ULL);
	EXPECT_TRUE(sizeof(long) == 4 ? w.status == MMSCOPE_NONCANONICAL :
		    w.status == MMSCOPE_NONE || w.status == MMSCOPE_MAPPED);
	if (vmemmap) {
		w = walk_one(self->v.fd, vmemmap->start);
		EXPECT_TRUE(w.status == MMSCOPE_MAPPED || w.status == MMSCOPE_NONE);
		EXPECT_FALSE(rights(&w) & MMSCOPE_PTE_EXEC && w.status == MMSCOPE_MAPPED);
	}
}

/* Every step leads to the next: the table of one is the frame in the entry above. */
TEST_F(kernel, steps)
{
	struct mmscope_info info = { };
	struct mmscope_walk_result w;

	ASSERT_EQ(0, scope_info(self->v.fd, &info));
	for (size_t n = 0; n < self->v.nr_regions; n++) {
		w = walk_one(self->v.fd, self->v.regions[n].start);
		ASSERT_LT(0, w.nr_levels);
		for (int i = 0; i < w.nr_levels; i++) {
			const struct mmscope_level_info *level = &info.levels[i];
			const struct mmscope_walk_level *step = &w.levels[i];

			EXPECT_EQ(level->level, step->level);
			EXPECT_EQ((w.va >> level->shift) % level->nr_entries, step->index);
			EXPECT_EQ(i + 1 < w.nr_levels, !!(step->flags & MMSCOPE_PTE_TABLE));
#if defined(__x86_64__)
			if (i)
				EXPECT_EQ(w.levels[i - 1].entry & 0xffffffffff000, step->table_pa);
#endif
		}
		EXPECT_EQ(w.level, w.levels[w.nr_levels - 1].level);
		EXPECT_EQ(1ULL << info.levels[w.nr_levels - 1].shift, w.page_size);
	}
}

/* Stacks come and go, and with them entries, while they are read. */
TEST_F(kernel, while_it_changes)
{
	size_t nr, raced = 0, walks = 0;
	struct area *areas = areas_read(&nr);
	pid_t child = fork();
	int status;

	if (!child) {
		for (int i = 0; i < 300; i++) {
			pid_t pid = fork();

			if (!pid)
				_exit(0);
			waitpid(pid, NULL, 0);
		}
		_exit(0);
	}
	while (waitpid(child, &status, WNOHANG) != child) {
		for (size_t i = 0; i < nr; i++) {
			struct mmscope_walk_result w = walk_one(self->v.fd, areas[i].start);

			ASSERT_TRUE(w.status == MMSCOPE_MAPPED || w.status == MMSCOPE_NONE ||
				    w.status == MMSCOPE_RACED)
				TH_LOG("%llx: status %u", w.va, w.status);
			raced += w.status == MMSCOPE_RACED;
			walks++;
		}
	}
	EXPECT_EQ(0, status);
	EXPECT_LT(nr, walks);
	EXPECT_GE(walks / 100, raced);
	printf("# kernel: %zu of %zu walks raced\n", raced, walks);
	free(areas);
}

TEST_F(kernel, needs_the_capability)
{
	uint64_t addr = self->v.regions[0].start;
	struct mmscope_walk_result w;
	int status;
	pid_t child;

	EXPECT_EQ(0, walk(self->v.fd, &addr, 1, &w));
	/* The file of a privileged opener, in other hands; and a file of their own. */
	child = fork();
	if (!child) {
		int fd;

		if (become_nobody())
			_exit(1);
		if (walk(self->v.fd, &addr, 1, &w) != -EPERM)
			_exit(2);
		fd = scope_open();
		_exit(walk(fd, &addr, 1, &w) != -EPERM ? 3 :
		      walk(fd, &addr, 0, &w) != -EPERM ? 4 : 0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(kernel, arguments)
{
	static struct mmscope_walk_result room[130];
	uint64_t addrs[130];
	struct mmscope_kernel good = {
		.size = sizeof(good), .addrs = PTR(addrs), .nr = 130, .results = PTR(room),
		.result_size = sizeof(room[0]),
	}, ask;

	/* More than are buffered at a time. */
	for (size_t i = 0; i < ARRAY_SIZE(addrs); i++)
		addrs[i] = region_of(&self->v, MMSCOPE_KERNEL_DIRECT)->start + i * page_size;
	ask = good;
	ASSERT_EQ(0, scope_ioctl(self->v.fd, MMSCOPE_IOC_KERNEL, &ask));
	EXPECT_EQ(self->v.nr_regions, ask.nr_regions);
	for (size_t i = 0; i < ARRAY_SIZE(addrs); i++)
		EXPECT_EQ(addrs[i], room[i].va);
	ask = good;
	ask.result_size = sizeof(room[0]) - 1;
	EXPECT_EQ(-EINVAL, scope_ioctl(self->v.fd, MMSCOPE_IOC_KERNEL, &ask));
	ask = good;
	ask.addrs = 8;
	EXPECT_EQ(-EFAULT, scope_ioctl(self->v.fd, MMSCOPE_IOC_KERNEL, &ask));
	ask = good;
	ask.results = 8;
	EXPECT_EQ(-EFAULT, scope_ioctl(self->v.fd, MMSCOPE_IOC_KERNEL, &ask));
	ask = good;
	ask.regions = 8;
	ask.nr_regions = 1;
	EXPECT_EQ(-EFAULT, scope_ioctl(self->v.fd, MMSCOPE_IOC_KERNEL, &ask));
}

#if defined(__x86_64__) || defined(__aarch64__)
/* The level named in a line that the kernel prints of its own tables; -1 for none. */
static int level_of(const char *line)
{
	static const char *const levels[] = { " pgd", " p4d", " pud", " pmd", " pte" };

	for (int i = 0; i < (int)ARRAY_SIZE(levels); i++)
		if (strcasestr(line, levels[i]))
			return i;
	return -1;
}

TEST_F(kernel, is_as_the_kernel_prints_it)
{
	FILE *f = fopen("/sys/kernel/debug/page_tables/kernel", "r");
	size_t lines = 0, mapped = 0;
	struct diffs d = { };
	char line[256];

	if (!f)	/* all but x86 */
		f = fopen("/sys/kernel/debug/kernel_page_tables", "r");
	if (!f)
		SKIP(return, "CONFIG_PTDUMP_DEBUGFS is off");
	while (fgets(line, sizeof(line), f)) {
		unsigned long long start, end;
		struct mmscope_walk_result w;
		int level = level_of(line);
		uint64_t want = 0;
		bool is_mapped;

		if (sscanf(line, "0x%llx-0x%llx ", &start, &end) != 2 || level < 0 ||
		    start < 1ULL << 63)
			continue;
		/* F: arm64 keeps the bits of an entry that is not valid. */
		is_mapped = (strstr(line, " RW ") || strstr(line, " ro ")) && !strstr(line, " F ");
		if (strstr(line, " RW "))
			want |= MMSCOPE_PTE_WRITE;
		if (is_mapped && !strstr(line, " NX "))
			want |= MMSCOPE_PTE_EXEC;
		w = walk_one(self->v.fd, lines++ % 2 ? start : end - 1);
		mapped += is_mapped;
		if (w.status != (is_mapped ? MMSCOPE_MAPPED : MMSCOPE_NONE) ||
		    (is_mapped && ((int)w.level != level || rights(&w) != want)))
			diff(&d, "%llx: status %u level %u rights %llx, the kernel has %s", w.va,
			     w.status, w.level, (unsigned long long)rights(&w), line);
	}
	fclose(f);
	/* Small mappings come and go, while the file is read. */
	EXPECT_GE(mapped / 50, d.nr);
	if (d.nr > mapped / 50)
		EXPECT_SAME(&d);
	EXPECT_LT(50UL, mapped);
}
#endif

TEST_HARNESS_MAIN
