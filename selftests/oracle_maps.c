// SPDX-License-Identifier: GPL-2.0-only
/* oracle_maps.c - every field of every VMA against /proc/PID/smaps and maps */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <kselftest_harness.h>

#include "diffs.h"
#include "others.h"
#include "proc.h"
#include "scope.h"
#include "size.h"
#include "target.h"

#ifndef PR_SET_VMA
#define PR_SET_VMA		0x53564d41
#define PR_SET_VMA_ANON_NAME	0
#endif

/* How smaps abbreviates the kernel's VM_* names. */
static const struct code {
	const char *code;
	const char *name;
} codes[] = {
	{ "rd", "read" }, { "wr", "write" }, { "ex", "exec" }, { "sh", "shared" },
	{ "mr", "mayread" }, { "mw", "maywrite" }, { "me", "mayexec" }, { "ms", "mayshare" },
	{ "gd", "growsdown" }, { "pf", "pfnmap" }, { "dw", "denywrite" }, { "lo", "locked" },
	{ "io", "io" },
	{ "sr", "seq_read" }, { "rr", "rand_read" }, { "dc", "dontcopy" },
	{ "de", "dontexpand" }, { "lf", "lockonfault" }, { "ac", "account" },
	{ "nr", "noreserve" }, { "ht", "hugetlb" }, { "sf", "sync" }, { "ar", "arch_1" },
	{ "wf", "wipeonfork" }, { "dd", "dontdump" }, { "sd", "softdirty" },
	{ "mm", "mixedmap" }, { "hg", "hugepage" }, { "nh", "nohugepage" },
	{ "mg", "mergeable" }, { "um", "uffd_missing" }, { "uw", "uffd_wp" },
	{ "ui", "uffd_minor" }, { "ss", "shadow_stack" }, { "dp", "droppable" },
	{ "sl", "sealed" }, { "gu", "maybe_guard" },
	{ "bt", "arm64_bti" }, { "mt", "mte" },
};

/* What has no code: smaps shows the key apart; and that tags may be asked for. */
static const char *const without_code[] = {
	"pkey_bit0", "pkey_bit1", "pkey_bit2", "pkey_bit3", "mte_allowed",
};

struct bits {
	int of[ARRAY_SIZE(codes)];
	uint64_t without_code;
};

static void learn_bits(int fd, struct bits *bits)
{
	memset(bits, 0, sizeof(*bits));
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		bits->of[i] = scope_bit(fd, MMSCOPE_NAMES_VM_FLAGS, codes[i].name);
		/* VM_ARCH_1 goes by its meaning on x86. */
		if (bits->of[i] < 0 && !strcmp(codes[i].code, "ar"))
			bits->of[i] = scope_bit(fd, MMSCOPE_NAMES_VM_FLAGS, "pat");
	}
	for (size_t i = 0; i < ARRAY_SIZE(without_code); i++) {
		int bit = scope_bit(fd, MMSCOPE_NAMES_VM_FLAGS, without_code[i]);

		if (bit >= 0)
			bits->without_code |= 1ULL << bit;
	}
}

static void compare_flags(const struct bits *bits, const struct mmscope_vma *v,
			  const struct proc_vma *p, struct diffs *d)
{
	uint64_t explained = bits->without_code;
	char code[3];

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		bool shown = proc_flag(p, codes[i].code);
		bool set = bits->of[i] >= 0 && v->vm_flags >> bits->of[i] & 1;

		if (bits->of[i] >= 0)
			explained |= 1ULL << bits->of[i];
		/* "??": a bit that this kernel's smaps has no code for. */
		if (shown != set && !(set && proc_flag(p, "??")))
			diff(d, "%lx: VM_* %s %d, smaps' %s %d", p->start, codes[i].name, set,
			     codes[i].code, shown);
	}
	if (v->vm_flags & ~explained && !proc_flag(p, "??"))
		diff(d, "%lx: vm_flags %llx has bits that smaps does not show", p->start,
		     v->vm_flags);
	/* No code may be left that the table above does not know. */
	for (const char *at = p->flags; at[0] && at[1]; at += 3) {
		bool known = !strncmp(at, "??", 2);

		snprintf(code, sizeof(code), "%.2s", at);
		for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
			known = known || !strcmp(code, codes[i].code);
		if (!known)
			diff(d, "%lx: smaps' flag %s is not known to this test", p->start, code);
		if (!at[2])
			break;
	}
}

static void compare_perms(const struct bits *bits, const struct mmscope_vma *v,
			  const struct proc_vma *p, struct diffs *d)
{
	/* rd, wr, ex and ms are rows 0, 1, 2 and 7. */
	char perms[5] = {
		v->vm_flags >> bits->of[0] & 1 ? 'r' : '-',
		v->vm_flags >> bits->of[1] & 1 ? 'w' : '-',
		v->vm_flags >> bits->of[2] & 1 ? 'x' : '-',
		v->vm_flags >> bits->of[7] & 1 ? 's' : 'p',
	};

	if (strcmp(perms, p->perms))
		diff(d, "%lx: %s, maps says %s", p->start, perms, p->perms);
}

/* The name as maps prints it: newlines escaped, brackets round what was given. */
static void expected_name(const struct mmscope_vma *v, char *text, size_t size)
{
	const char *path = scope_string(v, v->path_off), *name = scope_string(v, v->name_off);
	size_t n = 0;

	if (v->attrs & MMSCOPE_VMA_ANON_NAME) {
		snprintf(text, size, "[%s:%s]", v->attrs & MMSCOPE_VMA_FILE ? "anon_shmem" : "anon",
			 name);
		return;
	}
	if (!(v->attrs & MMSCOPE_VMA_FILE)) {
		snprintf(text, size, "%s", name);
		return;
	}
	for (; *path && n + 5 < size; path++) {
		if (*path == '\n')
			n += sprintf(text + n, "\\012");
		else
			text[n++] = *path;
	}
	text[n] = '\0';
}

static bool ends_with(const char *text, const char *end)
{
	size_t a = strlen(text), b = strlen(end);

	return a >= b && !strcmp(text + a - b, end);
}

static void compare_file(const struct mmscope_vma *v, const struct proc_vma *p, struct diffs *d)
{
	bool file = v->attrs & MMSCOPE_VMA_FILE;
	uint64_t offset = file ? v->pgoff * page_size : 0;
	const char *path = scope_string(v, v->path_off);
	char name[8192];

	if (offset != p->offset || v->ino != p->ino || v->dev_major != p->dev_major ||
	    v->dev_minor != p->dev_minor)
		diff(d, "%lx: offset %lx inode %llu of %x:%x, maps says %lx %lu of %x:%x", p->start,
		     offset, v->ino, v->dev_major, v->dev_minor, p->offset, p->ino, p->dev_major,
		     p->dev_minor);
	expected_name(v, name, sizeof(name));
	if (strcmp(name, p->name))
		diff(d, "%lx: \"%s\", maps says \"%s\"", p->start, name, p->name);
	if (v->path_len != strlen(path))
		diff(d, "%lx: path of %zu bytes, path_len %u", p->start, strlen(path), v->path_len);
	if (file != !!v->path_off)
		diff(d, "%lx: file %d, path at %u", p->start, file, v->path_off);
	/* d_path() has the last word on what is gone, a name can pretend. */
	if (v->attrs & MMSCOPE_VMA_DELETED && !ends_with(path, " (deleted)"))
		diff(d, "%lx: deleted, path \"%s\"", p->start, path);
	if (v->attrs & MMSCOPE_VMA_TRUNCATED)
		diff(d, "%lx: truncated", p->start);
}

/* Strings lie inside of the record and the padding leaks nothing. */
static void check_record(const struct mmscope_vma *v, struct diffs *d)
{
	const uint16_t offsets[] = { v->path_off, v->name_off, v->ops_off };
	const char *bytes = (const void *)v;
	size_t end = sizeof(*v);

	for (int i = 0; i < 3; i++) {
		size_t length;

		if (!offsets[i])
			continue;
		if (offsets[i] < sizeof(*v) || offsets[i] >= v->size) {
			diff(d, "%llx: string %d at %u of %u", v->start, i, offsets[i], v->size);
			return;
		}
		length = strnlen(bytes + offsets[i], v->size - offsets[i]);
		if (offsets[i] + length >= v->size)
			diff(d, "%llx: string %d has no end", v->start, i);
		if (offsets[i] + length + 1 > end)
			end = offsets[i] + length + 1;
	}
	for (; end < v->size; end++)
		if (bytes[end])
			diff(d, "%llx: byte %zu of %u behind the strings is not zero", v->start,
			     end, v->size);
	for (int i = 0; i < 3; i++)
		if (v->reserved[i])
			diff(d, "%llx: reserved field not zero", v->start);
	if (v->kind >= MMSCOPE_NR_KINDS)
		diff(d, "%llx: kind %u", v->start, v->kind);
	if (v->page_prot == MMSCOPE_HIDDEN)
		diff(d, "%llx: page_prot hidden from root", v->start);
}

static const struct {
	const char *name;
	enum mmscope_kind kind;
} kinds_by_name[] = {
	{ "[heap]", MMSCOPE_KIND_HEAP },
	{ "[stack]", MMSCOPE_KIND_STACK },
	{ "[vdso]", MMSCOPE_KIND_VDSO },
	{ "[vvar]", MMSCOPE_KIND_VVAR },
	{ "[vvar_vclock]", MMSCOPE_KIND_VVAR },
};

static void compare_kind(pid_t pid, const struct mmscope_vma *v, const struct proc_vma *p,
			 struct diffs *d)
{
	char link[64], exe[4096];
	ssize_t n;

	for (size_t i = 0; i < ARRAY_SIZE(kinds_by_name); i++)
		if (!strcmp(p->name, kinds_by_name[i].name) && v->kind != kinds_by_name[i].kind &&
		    /* A bss that brk() starts in is called [heap] as well. */
		    !(v->kind == MMSCOPE_KIND_BSS && !strcmp(p->name, "[heap]")))
			diff(d, "%lx: kind %u of %s", p->start, v->kind, p->name);
	if (!(v->attrs & MMSCOPE_VMA_FILE))
		return;
	snprintf(link, sizeof(link), "/proc/%d/exe", pid);
	n = readlink(link, exe, sizeof(exe) - 1);
	if (n <= 0)
		return;
	exe[n] = '\0';
	if (strcmp(exe, scope_string(v, v->path_off)))
		return;
	if (p->perms[2] == 'x' ? v->kind != MMSCOPE_KIND_TEXT :
	    p->perms[1] == 'w' ? v->kind != MMSCOPE_KIND_DATA :
	    v->kind != MMSCOPE_KIND_RODATA && v->kind != MMSCOPE_KIND_DATA)
		diff(d, "%lx: kind %u of the program's %s", p->start, v->kind, p->perms);
}

/* The whole list with a buffer of @buf_size against smaps, or, without @details, maps. */
static int compare(int fd, pid_t pid, size_t buf_size, bool details, struct diffs *d)
{
	struct proc_vmas proc;
	struct scope_vmas vmas;
	struct bits bits;
	int ret;

	learn_bits(fd, &bits);
	ret = details ? proc_smaps(pid, &proc) : proc_maps(pid, &proc);
	if (ret)
		return ret;
	ret = scope_vmas(fd, 0, ~0ULL, buf_size, &vmas);
	if (!ret && vmas.nr != proc.nr)
		diff(d, "%zu VMAs, maps has %zu", vmas.nr, proc.nr);
	for (size_t i = 0; !ret && i < vmas.nr && i < proc.nr; i++) {
		const struct mmscope_vma *v = vmas.v[i];
		const struct proc_vma *p = &proc.v[i];

		if (v->start != p->start || v->end != p->end) {
			diff(d, "VMA %zu: %llx-%llx, maps says %lx-%lx", i, v->start, v->end,
			     p->start, p->end);
			continue;
		}
		check_record(v, d);
		compare_perms(&bits, v, p, d);
		compare_file(v, p, d);
		if (!details)
			continue;
		compare_flags(&bits, v, p, d);
		compare_kind(pid, v, p, d);
		if (v->page_size != p->kernel_page_size)
			diff(d, "%lx: pages of %llx, smaps says %lx", p->start, v->page_size,
			     p->kernel_page_size);
	}
	if (!ret && vmas.lock_flags & MMSCOPE_LOCK_CHANGED)
		diff(d, "changed, though it stood still");
	scope_vmas_free(&vmas);
	proc_vmas_free(&proc);
	return ret;
}

FIXTURE(zoo) {
	struct target target;
	int fd;
};

FIXTURE_VARIANT(zoo) {
	const char *kind;
};

#include "zoo_variants.h"

FIXTURE_SETUP(zoo)
{
	int ret = target_start(&self->target, variant->kind, NULL);

	self->fd = -1;
	if (ret == ZOO_LACKS)
		SKIP(return, "%s", self->target.thing.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s: %s", variant->kind, self->target.thing.why);
	if (zoo_find(variant->kind)->flags & ZOO_NO_MM)
		return;
	ASSERT_EQ(0, target_stop(self->target.thing.pid));
	self->fd = scope_attached(self->target.thing.pid);
	EXPECT_LE(0, self->fd)
		TH_LOG("attach: %s", strerror(-self->fd));
}

FIXTURE_TEARDOWN(zoo)
{
	if (self->fd >= 0)
		close(self->fd);
	target_continue(self->target.thing.pid);
	target_end(&self->target);
}

TEST_F_TIMEOUT(zoo, every_vma, 120)
{
	struct diffs d = { };
	bool many = !strcmp(variant->kind, "vmas");

	if (zoo_find(variant->kind)->flags & ZOO_NO_MM) {
		EXPECT_EQ(-ESRCH, scope_attached(self->target.thing.pid));
		return;
	}
	ASSERT_EQ(0, compare(self->fd, self->target.thing.pid, 1 << 18, !many, &d));
	EXPECT_SAME(&d);
}

/* What is known of the one VMA of a kind without asking /proc. */
enum {
	ANON = 1U << MMSCOPE_KIND_ANON,
	STACK = 1U << MMSCOPE_KIND_STACK,
	FILES = 1U << MMSCOPE_KIND_FILE,
	SHM = 1U << MMSCOPE_KIND_SHM,
	DEVICE = 1U << MMSCOPE_KIND_DEVICE,
	HUGETLB = 1U << MMSCOPE_KIND_HUGETLB,
};

static const struct fact {
	const char *kind;
	uint32_t segments;	/* bits of enum mmscope_kind that are right */
	int anon_vma;		/* 1 has, 0 has not, -1 either */
	const char *ops;	/* part of the name of its operations */
} facts[] = {
	/* A file may lie on tmpfs, which is shared memory. */
	{ "anon", ANON, 1, NULL },
	{ "anon-untouched", ANON, 0, NULL },
	{ "anon-read", ANON, 0, NULL },
	{ "file-private", FILES | SHM, 0, NULL },
	{ "file-private-cow", FILES | SHM, 1, NULL },
	{ "file-shared", FILES | SHM, 0, NULL },
	{ "deleted", FILES | SHM, 0, NULL },
	{ "memfd", SHM, 0, "shmem" },
	{ "shm-sysv", SHM, 0, "shm" },
	{ "shm-posix", SHM, 0, "shmem" },
	{ "shm-anon", SHM, 0, "shmem" },
	{ "secretmem", ~0U, 0, "secretmem" },
	{ "hugetlb-2m", HUGETLB, 1, "hugetlb" },
	{ "hugetlb-1g", HUGETLB, 1, "hugetlb" },
	{ "device", DEVICE, 0, "mem" },
	{ "block", DEVICE, 0, NULL },
	{ "stack", STACK, 1, NULL },
	{ "thp", ANON, 1, NULL },
	{ "mlock", ANON, 1, NULL },
	{ "lazyfree", ANON, 1, NULL },
	{ "sparse", ANON, 1, NULL },
};

/* Names of data are kept with CONFIG_KALLSYMS_ALL only. */
static bool kernel_names_data(const char *part)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	char line[512], type, name[256];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "%*x %c %255s", &type, name) == 2 &&
			strchr("bBdDrR", type) && strstr(name, part);
	if (f)
		fclose(f);
	return found;
}

TEST_F(zoo, known_facts)
{
	const struct zoo_thing *t = &self->target.thing;
	const struct fact *fact = NULL;
	const struct mmscope_vma *v;
	struct scope_vmas vmas;

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		if (!strcmp(facts[i].kind, variant->kind))
			fact = &facts[i];
	if (!fact)
		return;
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, scope_vmas(self->fd, t->start, t->start + 1, MMSCOPE_VMA_RECORD_MAX, &vmas));
	ASSERT_EQ(1UL, vmas.nr);
	v = vmas.v[0];
	EXPECT_LE(v->start, t->start);
	EXPECT_GE(v->end, t->end);
	EXPECT_TRUE(fact->segments & 1U << v->kind)
		TH_LOG("kind %u", v->kind);
	if (fact->anon_vma >= 0)
		EXPECT_EQ(fact->anon_vma, !!(v->attrs & MMSCOPE_VMA_ANON_VMA));
	if (fact->ops && !kernel_names_data(fact->ops)) {
		EXPECT_STREQ("", scope_string(v, v->ops_off));
	} else if (fact->ops) {
		EXPECT_NE(NULL, strstr(scope_string(v, v->ops_off), fact->ops))
			TH_LOG("ops \"%s\"", scope_string(v, v->ops_off));
	}
	if (fact->segments == ANON) {
		EXPECT_EQ(0, v->attrs & MMSCOPE_VMA_FILE);
		EXPECT_EQ(0, v->ops_off);
		EXPECT_EQ(v->start / page_size, v->pgoff);
	}
	EXPECT_EQ(!strcmp(fact->kind, "deleted"), !!(v->attrs & MMSCOPE_VMA_DELETED) &&
		  !(fact->segments == SHM));
	scope_vmas_free(&vmas);
}

/* Where a kernel has names for it: of memory that is a file's all the same. */
TEST(name_of_shared_memory)
{
	const struct mmscope_vma *v;
	const struct proc_vma *p;
	struct proc_vmas maps;
	struct scope_vmas vmas;
	int fd = scope_attached(0);
	char *m = mmap(NULL, 4 * page_size, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ASSERT_LE(0, fd);
	ASSERT_NE(MAP_FAILED, m);
	if (prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, m, 4 * page_size, "shared"))
		SKIP(return, "PR_SET_VMA_ANON_NAME: %s", strerror(errno));
	ASSERT_EQ(0, proc_maps(getpid(), &maps));
	p = proc_vma_at(&maps, PTR(m));
	ASSERT_NE(NULL, p);
	EXPECT_STREQ("[anon_shmem:shared]", p->name);
	ASSERT_EQ(0, scope_vmas(fd, PTR(m), PTR(m) + 1, MMSCOPE_VMA_RECORD_MAX, &vmas));
	ASSERT_EQ(1UL, vmas.nr);
	v = vmas.v[0];
	EXPECT_TRUE(v->attrs & MMSCOPE_VMA_ANON_NAME);
	EXPECT_TRUE(v->attrs & MMSCOPE_VMA_FILE);
	EXPECT_STREQ("shared", scope_string(v, v->name_off));
	scope_vmas_free(&vmas);
	proc_vmas_free(&maps);
	close(fd);
}

/* A name that says " (deleted)" and lies. */
TEST(pretended_deletion)
{
	const struct mmscope_vma *v;
	struct scope_vmas vmas;
	struct target t;
	int fd;

	ASSERT_EQ(0, target_start(&t, "hostile-name", NULL));
	fd = scope_attached(t.thing.pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_vmas(fd, t.thing.start, t.thing.end, MMSCOPE_VMA_RECORD_MAX, &vmas));
	ASSERT_EQ(1UL, vmas.nr);
	v = vmas.v[0];
	EXPECT_EQ(0, v->attrs & MMSCOPE_VMA_DELETED);
	/* Raw, to the byte. */
	EXPECT_STREQ(t.thing.path, scope_string(v, v->path_off));
	scope_vmas_free(&vmas);
	close(fd);
	target_end(&t);
}

FIXTURE(list) {
	struct target target;
	int fd;
	struct scope_vmas whole;
};

FIXTURE_SETUP(list)
{
	ASSERT_EQ(0, target_start(&self->target, "vmas", NULL))
		TH_LOG("%s", self->target.thing.why);
	self->fd = scope_attached(self->target.thing.pid);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, scope_vmas(self->fd, 0, ~0ULL, 16 << 20, &self->whole));
	ASSERT_LE(50000UL, self->whole.nr);
}

FIXTURE_TEARDOWN(list)
{
	scope_vmas_free(&self->whole);
	close(self->fd);
	target_end(&self->target);
}

static void compare_lists(const struct scope_vmas *a, const struct scope_vmas *b, struct diffs *d)
{
	if (a->nr != b->nr)
		diff(d, "%zu VMAs and %zu", a->nr, b->nr);
	for (size_t i = 0; i < a->nr && i < b->nr; i++)
		if (a->v[i]->size != b->v[i]->size || memcmp(a->v[i], b->v[i], a->v[i]->size))
			diff(d, "record %zu: %llx and %llx differ", i, a->v[i]->start,
			     b->v[i]->start);
}

/* In pieces, by the cursor, it is the list that one call gives. */
TEST_F_TIMEOUT(list, resumes_with_any_buffer, 120)
{
	const size_t sizes[] = { MMSCOPE_VMA_RECORD_MAX, 12296, 100000, 1 << 20 };
	size_t calls = ~0UL;

	EXPECT_EQ(1UL, self->whole.calls);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct scope_vmas vmas;
		struct diffs d = { };

		ASSERT_EQ(0, scope_vmas(self->fd, 0, ~0ULL, sizes[i], &vmas));
		compare_lists(&self->whole, &vmas, &d);
		EXPECT_SAME(&d);
		EXPECT_EQ(0U, vmas.lock_flags);
		/* The larger the buffer the fewer the calls, and none for nothing. */
		EXPECT_LT(vmas.calls, calls);
		EXPECT_LT(1UL, vmas.calls);
		calls = vmas.calls;
		scope_vmas_free(&vmas);
	}
}

TEST_F_TIMEOUT(list, parts_of_it, 60)
{
	const size_t nr = self->whole.nr;
	const size_t picks[] = { 0, 1, nr / 3, nr / 2, nr - 2, nr - 1 };

	for (size_t i = 0; i < ARRAY_SIZE(picks); i++) {
		const struct mmscope_vma *v = self->whole.v[picks[i]];
		const struct {
			uint64_t start, end;
		} ranges[] = {
			{ v->start, v->end },			/* itself */
			{ v->start + 1, v->start + 2 },		/* a byte in it */
			{ v->end - 1, v->end },			/* its last byte */
		};

		for (size_t j = 0; j < ARRAY_SIZE(ranges); j++) {
			struct scope_vmas vmas;

			ASSERT_EQ(0, scope_vmas(self->fd, ranges[j].start, ranges[j].end, 65536,
						&vmas));
			ASSERT_EQ(1UL, vmas.nr);
			EXPECT_EQ(v->start, vmas.v[0]->start);
			scope_vmas_free(&vmas);
		}
	}
}

/* The lock is let go between chunks: a list this long is no single hold. */
TEST_F_TIMEOUT(list, is_read_in_chunks, 120)
{
	EXPECT_LT(1U, self->whole.nr_locks);
}

TEST(a_change_between_calls_is_told)
{
	char buf[MMSCOPE_VMA_RECORD_MAX] __attribute__((aligned(8)));
	struct mmscope_vmas a = {
		.size = sizeof(a), .end = ~0ULL, .buf = PTR(buf), .buf_size = sizeof(buf),
	};
	struct mmscope_info info;
	int fd = scope_attached(0);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_info(fd, &info));
	ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_VMAS, &a));
	EXPECT_EQ(0U, a.lock.flags & MMSCOPE_LOCK_CHANGED);
	ASSERT_NE(0ULL, a.lock.generation);
	/* Still the same. */
	a.start = 0;
	ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_VMAS, &a));
	EXPECT_EQ(0U, a.lock.flags & MMSCOPE_LOCK_CHANGED);
	ASSERT_NE(MAP_FAILED, mmap(NULL, 2 * page_size, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	a.start = 0;
	ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_VMAS, &a));
	EXPECT_TRUE(a.lock.flags & MMSCOPE_LOCK_CHANGED);
	close(fd);
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

TEST_F_TIMEOUT(processes, every_vma_of_every_process, 120)
{
	for (size_t i = 0; i < self->others.nr; i++) {
		struct diffs d = { };
		pid_t pid = self->others.pids[i];
		int fd;

		if (others_hold(pid))
			continue;
		fd = scope_attached(pid);
		EXPECT_LE(0, fd);
		if (fd >= 0) {
			EXPECT_EQ(0, compare(fd, pid, MMSCOPE_VMA_RECORD_MAX, true, &d));
			EXPECT_EQ(0U, d.nr)
				TH_LOG("pid %d: %u differences\n%s", pid, d.nr, d.text);
			close(fd);
		}
		others_let_go(pid);
	}
	EXPECT_LE(4UL, self->others.nr);
}

TEST_HARNESS_MAIN
