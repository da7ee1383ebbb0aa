// SPDX-License-Identifier: GPL-2.0-only
/* debugfs.c - /sys/kernel/debug/mmscope: directories come and go, text agrees with ioctls */
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <kselftest_harness.h>

#include "diffs.h"
#include "proc.h"
#include "scope.h"
#include "target.h"

#define ROOT "/sys/kernel/debug/mmscope"

/* Where nothing is mapped; not known to the compiler. */
static void *volatile nowhere = (void *)8;

/* Bytes written, or -errno. */
static ssize_t put(const char *file, const void *text, size_t size)
{
	char path[128];
	ssize_t ret;
	int fd;

	snprintf(path, sizeof(path), ROOT "/%s", file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = write(fd, text, size);
	if (ret < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static int put_pid(const char *file, pid_t pid)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%d\n", pid);
	ssize_t ret = put(file, text, n);

	return ret == n ? 0 : ret < 0 ? ret : -EPROTO;
}

static int open_in(pid_t pid, const char *file, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), ROOT "/%d/%s", pid, file);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* All of a file in reads of @step bytes; NULL with errno. */
static char *get(int fd, size_t step, size_t *length)
{
	size_t size = 1 << 16, used = 0;
	char *text = malloc(size);
	ssize_t n;

	while (text && (n = read(fd, text + used, step)) > 0) {
		used += n;
		if (size - used <= step) {
			size *= 2;
			text = realloc(text, size);
		}
	}
	if (!text || n < 0) {
		int error = errno;

		free(text);
		errno = error;
		return NULL;
	}
	text[used] = '\0';
	*length = used;
	return text;
}

static char *get_in(pid_t pid, const char *file, size_t step, size_t *length)
{
	int fd = open_in(pid, file, O_RDONLY);
	char *text;

	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	text = get(fd, step, length);
	close(fd);
	return text;
}

static bool has_dir(pid_t pid)
{
	char path[128];

	snprintf(path, sizeof(path), ROOT "/%d", pid);
	return !access(path, F_OK);
}

static int count_dirs(void)
{
	DIR *dir = opendir(ROOT);
	struct dirent *entry;
	int nr = 0;

	if (!dir)
		return -1;
	while ((entry = readdir(dir)))
		nr += entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
	closedir(dir);
	return nr;
}

FIXTURE(dir) {
	struct target target;
	pid_t pid;
	int before;
	bool attached;
};

FIXTURE_SETUP(dir)
{
	ASSERT_EQ(0, access(ROOT "/attach", F_OK))
		TH_LOG(ROOT "/attach: %s", strerror(errno));
	self->before = count_dirs();
	ASSERT_EQ(0, target_start(&self->target, "mixed", NULL))
		TH_LOG("%s", self->target.thing.why);
	self->pid = self->target.thing.pid;
	ASSERT_EQ(0, put_pid("attach", self->pid));
	self->attached = true;
}

FIXTURE_TEARDOWN(dir)
{
	if (self->attached)
		put_pid("detach", self->pid);
	EXPECT_EQ(self->before, count_dirs());
	target_end(&self->target);
}

TEST_F(dir, comes_and_goes)
{
	EXPECT_TRUE(has_dir(self->pid));
	EXPECT_EQ(0, put_pid("detach", self->pid));
	EXPECT_FALSE(has_dir(self->pid));
	self->attached = false;
	EXPECT_EQ(-ENOENT, put_pid("detach", self->pid));
}

TEST_F(dir, is_counted)
{
	EXPECT_EQ(0, put_pid("attach", self->pid));
	EXPECT_EQ(self->before + 1, count_dirs());
	EXPECT_EQ(0, put_pid("detach", self->pid));
	/* The other user has it still. */
	EXPECT_TRUE(has_dir(self->pid));
	EXPECT_EQ(0, put_pid("detach", self->pid));
	EXPECT_FALSE(has_dir(self->pid));
	EXPECT_EQ(-ENOENT, put_pid("detach", self->pid));
	self->attached = false;
}

TEST_F(dir, has_its_files_and_modes)
{
	static const struct {
		const char *file;
		mode_t mode;
	} files[] = {
		{ "mm", 0400 }, { "vmas", 0400 }, { "pagetable", 0400 }, { "walk", 0600 },
		{ "tasks", 0400 }, { "store", 0400 }, { "find", 0600 }, { "explain", 0600 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char path[128];
		struct stat st;

		snprintf(path, sizeof(path), ROOT "/%d/%s", self->pid, files[i].file);
		ASSERT_EQ(0, stat(path, &st));
		EXPECT_EQ(files[i].mode, st.st_mode & 07777);
		EXPECT_EQ(0U, st.st_uid);
	}
}

TEST_F(dir, bad_writes_change_nothing)
{
	static char long_text[1 << 20];
	static const struct {
		const char *text;
		int error;
	} attach[] = {
		{ "", EINVAL }, { "\n", EINVAL }, { " ", EINVAL }, { "abc", EINVAL },
		{ "-1", EINVAL },
		{ "0", EINVAL }, { "1x", EINVAL }, { "12 34", EINVAL }, { "0x10", EINVAL },
		{ "1.5", EINVAL }, { "self", EINVAL }, { "99999999999", ERANGE },
		{ "4294967297", ERANGE }, { "-99999999999", ERANGE },
		{ "11111111111111111", EINVAL },
		{ "2147483647", ESRCH }, { "2", ENXIO },
	};

	for (size_t i = 0; i < ARRAY_SIZE(attach); i++) {
		EXPECT_EQ(-attach[i].error, put("attach", attach[i].text, strlen(attach[i].text)))
			TH_LOG("attach \"%s\"", attach[i].text);
		/* To detach is to find: what is no attached pid is not there. */
		EXPECT_EQ(attach[i].error == ESRCH || attach[i].error == ENXIO ? -ENOENT :
			  -attach[i].error, put("detach", attach[i].text, strlen(attach[i].text)))
			TH_LOG("detach \"%s\"", attach[i].text);
		EXPECT_EQ(self->before + 1, count_dirs());
	}
	memset(long_text, '1', sizeof(long_text));
	EXPECT_EQ(-EINVAL, put("attach", long_text, sizeof(long_text)));
	EXPECT_EQ(-EINVAL, put("detach", long_text, sizeof(long_text)));
	EXPECT_EQ(-EFAULT, put("attach", nowhere, 4));
	EXPECT_EQ(-EFAULT, put("detach", nowhere, 4));
	EXPECT_EQ(self->before + 1, count_dirs());
	EXPECT_TRUE(has_dir(self->pid));
}

TEST_F(dir, zombies_and_the_dead)
{
	struct target zombie;
	pid_t dead;

	ASSERT_EQ(0, target_start(&zombie, "zombie", NULL));
	EXPECT_EQ(-ESRCH, put_pid("attach", zombie.thing.pid));
	dead = zombie.thing.pid;
	target_end(&zombie);
	EXPECT_EQ(-ESRCH, put_pid("attach", dead));
	EXPECT_EQ(self->before + 1, count_dirs());
}

TEST_F(dir, reads_of_the_dead)
{
	static const char * const files[] = {
		"walk", "find", "explain", "mm", "vmas", "pagetable", "tasks", "store",
	};
	int fd[ARRAY_SIZE(files)];
	char byte;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		fd[i] = open_in(self->pid, files[i], i < 3 ? O_RDWR : O_RDONLY);
		ASSERT_LE(0, fd[i]);
		if (i < 3)
			ASSERT_EQ(6, write(fd[i], "0x1000", 6));
	}
	target_end(&self->target);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		errno = 0;
		/* A heading may come first, of no process. */
		while (read(fd[i], &byte, 1) == 1)
			;
		EXPECT_EQ(ESRCH, errno)
			TH_LOG("%s", files[i]);
		close(fd[i]);
	}
	/* It can be removed all the same. */
	EXPECT_EQ(0, put_pid("detach", self->pid));
	EXPECT_FALSE(has_dir(self->pid));
	self->attached = false;
}

TEST_F(dir, nothing_for_nobody)
{
	EXPECT_EQ(0, seteuid(65534));
	EXPECT_EQ(-EACCES, open_in(self->pid, "mm", O_RDONLY));
	EXPECT_EQ(-EACCES, put_pid("attach", self->pid));
	EXPECT_EQ(0, seteuid(0));
}

/* Takes an effective capability from this thread, or gives it back. */
static void drop_cap(struct __test_metadata *_metadata, unsigned int cap, bool back)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	ASSERT_EQ(0, syscall(__NR_capget, &header, data));
	if (back)
		data[0].effective |= 1U << cap;
	else
		data[0].effective &= ~(1U << cap);
	ASSERT_EQ(0, syscall(__NR_capset, &header, data));
}

TEST_F(dir, opened_without_the_capability)
{
	drop_cap(_metadata, CAP_SYS_PTRACE, false);
	EXPECT_EQ(-EPERM, open_in(self->pid, "mm", O_RDONLY));
	EXPECT_EQ(-EPERM, put_pid("attach", self->pid));
	drop_cap(_metadata, CAP_SYS_PTRACE, true);
}

TEST_F(dir, addresses_hidden_without_sys_admin)
{
	size_t length;
	char *text;

	drop_cap(_metadata, CAP_SYS_ADMIN, false);
	text = get_in(self->pid, "mm", 4096, &length);
	drop_cap(_metadata, CAP_SYS_ADMIN, true);
	ASSERT_NE(NULL, text);
	EXPECT_NE(NULL, strstr(text, "pgd_pa          hidden"));
	free(text);
}

static void put_walk(struct diffs *d, int fd, unsigned long va)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "0x%lx", va);

	if (write(fd, text, n) != n)
		diff(d, "write %s: %s", text, strerror(errno));
}

static void expect_walk(struct diffs *d, int fd, unsigned long va)
{
	char expected[32], text[2048];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	snprintf(expected, sizeof(expected), " 0x%lx\n", va);
	if (n <= 0 || strncmp(text, "va ", 3) || !strstr(text, expected))
		diff(d, "walk of 0x%lx says \"%.40s\"", va, text);
	if (!strstr(text, "\nstatus "))
		diff(d, "walk of 0x%lx has no status", va);
}

TEST_F(dir, walks_do_not_meet)
{
	unsigned long first = self->target.thing.start, second = first + 4096;
	int a = open_in(self->pid, "walk", O_RDWR), b = open_in(self->pid, "walk", O_RDWR);
	struct diffs d = { };
	char text[256] = "";

	ASSERT_LE(0, a);
	ASSERT_LE(0, b);
	/* Nothing was asked yet. */
	EXPECT_LT(0, read(a, text, sizeof(text) - 1));
	EXPECT_EQ('#', text[0]);
	put_walk(&d, a, first);
	put_walk(&d, b, second);
	for (int i = 0; i < 3; i++) {
		expect_walk(&d, a, first);
		expect_walk(&d, b, second);
	}
	put_walk(&d, a, second + 4096);
	expect_walk(&d, a, second + 4096);
	expect_walk(&d, b, second);
	/* What is refused leaves the question as it was. */
	EXPECT_EQ(-1, write(b, "0xzz", 4));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, write(b, "", 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, write(b, "0x00000000000000000000000000000000000001", 40));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, write(b, "0x10000000000000000", 19));
	EXPECT_EQ(ERANGE, errno);
	EXPECT_EQ(-1, write(b, nowhere, 6));
	EXPECT_EQ(EFAULT, errno);
	expect_walk(&d, b, second);
	EXPECT_SAME(&d);
	close(a);
	close(b);
}

TEST_F(dir, walk_agrees_with_the_ioctl)
{
	int fd = open_in(self->pid, "walk", O_RDWR), scope = scope_attached(self->pid);
	struct mmscope_walk_result r;
	struct scope_extents e;
	struct diffs d = { };

	ASSERT_LE(0, fd);
	ASSERT_LE(0, scope);
	ASSERT_EQ(0, target_stop(self->pid));
	ASSERT_EQ(0, scope_extents(scope, 0, ~0ULL, 1000, NULL, &e));
	for (size_t i = 0; i < e.nr; i += e.nr / 16 + 1) {
		char text[2048], expected[128];
		uint64_t va = e.e[i].start;
		ssize_t n;

		ASSERT_EQ(0, scope_walk(scope, &va, 1, &r));
		put_walk(&d, fd, va);
		n = read(fd, text, sizeof(text) - 1);
		ASSERT_LT(0, n);
		text[n] = '\0';
		for (int level = 0; level < r.nr_levels; level++) {
			snprintf(expected, sizeof(expected), "[%u] table 0x%llx entry 0x%llx ",
				 r.levels[level].index, r.levels[level].table_pa,
				 r.levels[level].entry);
			if (!strstr(text, expected))
				diff(&d, "\"%s\" not in \"%s\"", expected, text);
		}
		if (r.status == MMSCOPE_MAPPED) {
			snprintf(expected, sizeof(expected), " 0x%llx\n", r.pa);
			if (!strstr(text, expected))
				diff(&d, "\"%s\" not in \"%s\"", expected, text);
		}
	}
	EXPECT_SAME(&d);
	scope_extents_free(&e);
	target_continue(self->pid);
	close(scope);
	close(fd);
}

/* What find and explain should print, put together from the ioctl's answer. */
struct expected {
	int scope;
	char *vmas;	/* the file of that name: its lines are those of a VMA elsewhere */
	char text[16384];
	size_t used;
};

static void __attribute__((format(printf, 2, 3))) expect(struct expected *x, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	x->used += vsnprintf(x->text + x->used, sizeof(x->text) - x->used, fmt, ap);
	va_end(ap);
}

static void expect_names(struct expected *x, const char *row, unsigned int class, uint64_t word)
{
	struct mmscope_name names[64];
	struct mmscope_names a = {
		.size = sizeof(a), .which = class, .names = PTR(names), .nr = 64,
	};
	const char *separator = "";

	expect(x, "%-16s0x%llx ", row, (unsigned long long)word);
	if (!word)
		expect(x, "-");
	if (scope_ioctl(x->scope, MMSCOPE_IOC_NAMES, &a))
		a.nr = 0;
	for (unsigned int i = 0; i < a.nr; i++)
		if (word & 1ULL << names[i].bit) {
			expect(x, "%s%s", separator, names[i].name);
			word &= ~(1ULL << names[i].bit);
			separator = ",";
		}
	if (word)
		expect(x, "%s0x%llx", separator, (unsigned long long)word);
	expect(x, "\n");
}

static void expect_vma(struct expected *x, const char *row, const void *record)
{
	const struct mmscope_vma *vma = record;
	char start[64];
	const char *line;

	expect(x, "%-16s", row);
	if (!vma) {
		expect(x, "-\n");
		return;
	}
	snprintf(start, sizeof(start), "\n0x%llx-0x%llx ", vma->start, vma->end);
	line = strstr(x->vmas, start);
	if (line)
		expect(x, "%.*s\n", (int)strcspn(line + 1, "\n"), line + 1);
}

static void expect_count(struct expected *x, const char *row, unsigned int value, bool hidden)
{
	if (hidden)
		expect(x, "%-16shidden\n", row);
	else
		expect(x, "%-16s%u\n", row, value);
}

static void expect_limit(struct expected *x, const char *row, unsigned long long limit)
{
	if (limit == ~0ULL)
		expect(x, "%-16sunlimited\n", row);
	else
		expect(x, "%-16s%llu\n", row, limit);
}

static int expect_find(struct expected *x, uint64_t addr, uint64_t end)
{
	static char buf[MMSCOPE_FIND_BUF] __attribute__((aligned(8)));
	struct mmscope_find f = {
		.size = sizeof(f), .addr = addr, .end = end, .buf = PTR(buf),
		.buf_size = sizeof(buf),
	};
	int err = scope_ioctl(x->scope, MMSCOPE_IOC_FIND, &f);

	if (err)
		return err;
	expect(x, "addr            0x%llx\n", f.addr);
	if (f.end)
		expect(x, "end             0x%llx\n", f.end);
	expect(x, "found           %s\n",
	       f.found & MMSCOPE_FIND_HOLDS ? "holds,intersects" :
	       f.found & MMSCOPE_FIND_INTERSECTS ? "intersects" : "-");
	expect_vma(x, "prev", f.prev == MMSCOPE_NO_RECORD ? NULL : buf + f.prev);
	expect(x, "gap             0x%llx-0x%llx\n", f.gap_start, f.gap_end);
	expect_vma(x, "vma", f.vma == MMSCOPE_NO_RECORD ? NULL : buf + f.vma);
	expect(x, "next_gap        0x%llx-0x%llx\n", f.next_gap_start, f.next_gap_end);
	expect_vma(x, "next", f.next == MMSCOPE_NO_RECORD ? NULL : buf + f.next);
	expect(x, "task_size       0x%llx\n", f.task_size);
	return 0;
}

static void expect_page(struct expected *x, const struct mmscope_page *page)
{
	static const char * const types[MMSCOPE_NR_PAGE_TYPES] = {
		"none", "anon", "file", "shmem", "ksm", "zero", "huge_zero", "hugetlb", "device",
	};
	bool hidden = page->kpf == MMSCOPE_HIDDEN;

	expect(x, "page            %s%s\n", types[page->type],
	       page->attrs & MMSCOPE_PAGE_EXCLUSIVE ? ",exclusive" : "");
	if (page->type == MMSCOPE_PAGE_NONE)
		return;
	if (hidden)
		expect(x, "kpf             hidden\n");
	else
		expect_names(x, "kpf", MMSCOPE_NAMES_KPF, page->kpf);
	expect_count(x, "mapcount", page->mapcount, hidden);
	expect_count(x, "refcount", page->refcount, hidden);
	expect_count(x, "order", page->order, hidden);
	expect_count(x, "folio_index", page->folio_index, hidden);
	expect_count(x, "node", page->node, hidden);
	expect_count(x, "zone", page->zone, hidden);
}

/* Behind the walk, which is the text of the file of that name. */
static int expect_explain(struct expected *x, const char *walk, struct mmscope_explain *e)
{
	static const char * const regions[] = { "user", "hole", "kernel", "vsyscall" };
	static char buf[MMSCOPE_VMA_RECORD_MAX] __attribute__((aligned(8)));
	const struct mmscope_vma *vma = (const void *)buf;
	uint64_t va = e->va;
	int err;

	*e = (struct mmscope_explain){
		.size = sizeof(*e), .va = va, .vma = PTR(buf), .vma_size = sizeof(buf),
	};
	err = scope_ioctl(x->scope, MMSCOPE_IOC_EXPLAIN, e);
	if (err)
		return err;
	expect(x, "%sregion          %s\n", walk, regions[e->region]);
	expect_vma(x, "vma", e->vma_size ? vma : NULL);
	expect_page(x, &e->page);
	expect_names(x, "facts", MMSCOPE_NAMES_FACTS, e->facts);
	expect_names(x, "hidden", MMSCOPE_NAMES_FACTS, e->hidden);
	if (e->vma_size && vma->attrs & MMSCOPE_VMA_FILE)
		expect(x, "file_index      %llu\nfile_pages      %llu\n", e->file_index,
		       e->file_pages);
	expect(x, "below_end       0x%llx\nbelow           %s\n", e->below_end,
	       e->below & MMSCOPE_BELOW_GUARDED ? "guarded" : "-");
	if (e->above_start == ~0ULL)
		expect(x, "above           -\n");
	else
		expect(x, "above           0x%llx-0x%llx\n", e->above_start, e->above_end);
	expect_limit(x, "stack_limit", e->stack_limit);
	expect_limit(x, "as_limit", e->as_limit);
	expect(x, "total_vm        %llu\n", e->total_vm);
	if (e->facts & MMSCOPE_FACT_HUGETLB)
		expect(x, "huge_free       %llu\nhuge_reserved   %llu\nhuge_surplus    %llu\n",
		       e->huge_free, e->huge_reserved, e->huge_surplus);
	if (e->facts & MMSCOPE_FACT_PKEYS)
		expect(x, "pkey            %u\n", e->pkey);
	if (e->facts & MMSCOPE_FACT_PKRU)
		expect(x, "pkru            0x%x\n", e->pkru);
	return 0;
}

/* Asks an open file; the answer in @text. */
static int ask(int fd, const char *question, char *text, size_t size)
{
	size_t used = 0;
	ssize_t n;

	if (write(fd, question, strlen(question)) < 0)
		return -errno;
	while ((n = read(fd, text + used, size - 1 - used)) > 0)
		used += n;
	text[used] = '\0';
	return n < 0 ? -errno : 0;
}

static void compare_find(struct diffs *d, struct expected *x, int fd, unsigned long long addr,
			 unsigned long long end)
{
	char question[64], text[16384];
	int err;

	/* As a shell writes it, and as a person might. */
	if (end)
		snprintf(question, sizeof(question), " 0x%llx  0x%llx\n", addr, end);
	else
		snprintf(question, sizeof(question), "%llu\n", addr);
	x->used = 0;
	err = expect_find(x, addr, end) ?: ask(fd, question, text, sizeof(text));
	if (err || strcmp(x->text, text))
		diff(d, "find \"%s\": %d, expected\n%s, got\n%s", question, err, x->text, text);
}

static void compare_explain(struct diffs *d, struct expected *x, int fd, int walk_fd,
			    unsigned long long va)
{
	char question[32], head[64], walk[2048] = "", text[16384] = "";
	struct mmscope_explain before, e = { .va = va };
	int err, tries = 20;

	snprintf(question, sizeof(question), "0x%llx\n", va);
	snprintf(head, sizeof(head), "va              %s", question);
	/* Pages have references from elsewhere, and go to the lists of reclaim in time. */
	do {
		x->used = 0;
		err = ask(walk_fd, question, walk, sizeof(walk)) ?: expect_explain(x, walk, &e);
		before = e;
		err = err ?: ask(fd, question, text, sizeof(text));
		x->used = 0;
		err = err ?: expect_explain(x, walk, &e);
		before.lock = e.lock;
	} while (!err && memcmp(&before, &e, sizeof(e)) && --tries);
	if (err || !tries || strcmp(x->text, text) || strncmp(text, head, strlen(head)))
		diff(d, "explain \"%s\": %d, expected\n%s, got\n%s", question, err, x->text, text);
}

/* Around each mapping's ends, in a page of each run, and where nothing can be. */
static void compare_views(struct __test_metadata *_metadata, pid_t pid, struct diffs *d)
{
	static const uint64_t odd[] = {
		0, 1, 0x1000, 0x7fffffffefffULL, 0x7ffffffff000ULL, 0x800000000000ULL,
		0xffff888000000000ULL, 0xffffffffff600000ULL, ~0ULL,
	};
	static struct expected x;
	struct scope_extents runs;
	struct scope_vmas vmas;
	int find, explain, walk;
	size_t length;

	find = open_in(pid, "find", O_RDWR);
	explain = open_in(pid, "explain", O_RDWR);
	walk = open_in(pid, "walk", O_RDWR);
	x.scope = scope_attached(pid);
	ASSERT_LE(0, find);
	ASSERT_LE(0, explain);
	ASSERT_LE(0, walk);
	ASSERT_LE(0, x.scope);
	x.vmas = get_in(pid, "vmas", 4096, &length);
	ASSERT_NE(NULL, x.vmas);
	ASSERT_EQ(0, scope_vmas(x.scope, 0, ~0ULL, 1 << 20, &vmas));
	for (size_t i = 0; i < vmas.nr; i += vmas.nr / 32 + 1) {
		const struct mmscope_vma *v = vmas.v[i];

		compare_find(d, &x, find, v->start, 0);
		compare_find(d, &x, find, v->end - 1, v->end);
		compare_find(d, &x, find, v->end, v->end + 0x100000);
		compare_find(d, &x, find, v->start - 1, v->end);
		compare_explain(d, &x, explain, walk, v->start - 1);
	}
	ASSERT_EQ(0, scope_extents(x.scope, 0, ~0ULL, 1000, NULL, &runs));
	for (size_t i = 0; i < runs.nr; i += runs.nr / 64 + 1)
		compare_explain(d, &x, explain, walk, runs.e[i].start + 0x123);
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		compare_find(d, &x, find, odd[i], 0);
		compare_explain(d, &x, explain, walk, odd[i]);
	}
	scope_extents_free(&runs);
	scope_vmas_free(&vmas);
	free(x.vmas);
	close(x.scope);
	close(walk);
	close(explain);
	close(find);
}

TEST_F(dir, find_and_explain_agree_with_the_ioctls)
{
	struct diffs d = { };

	ASSERT_EQ(0, target_stop(self->pid));
	compare_views(_metadata, self->pid, &d);
	drop_cap(_metadata, CAP_SYS_ADMIN, false);
	compare_views(_metadata, self->pid, &d);
	drop_cap(_metadata, CAP_SYS_ADMIN, true);
	EXPECT_SAME(&d);
	target_continue(self->pid);
}

TEST_F(dir, bad_questions)
{
	static const struct {
		const char *file, *text;
		int error;
	} questions[] = {
		{ "find", "", EINVAL }, { "find", "\n", EINVAL }, { "find", "x", EINVAL },
		{ "find", "1 x", EINVAL }, { "find", "1 2 3", EINVAL }, { "find", "2 1", EINVAL },
		{ "find", "1 1", EINVAL }, { "find", "-1", EINVAL }, { "find", "1-2", EINVAL },
		{ "find", "0x10000000000000000", ERANGE },
		{ "find", "0x1 0x10000000000000000", ERANGE },
		{ "explain", "", EINVAL }, { "explain", "1 2", EINVAL }, { "explain", "x", EINVAL },
		{ "explain", "0x10000000000000000", ERANGE }, { "walk", "1 2", EINVAL },
	};
	char many[100], text[16384], again[16384];

	memset(many, '1', sizeof(many));
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
		int fd = open_in(self->pid, questions[i].file, O_RDWR);

		ASSERT_LE(0, fd);
		EXPECT_LT(0, read(fd, text, sizeof(text) - 1));
		EXPECT_EQ('#', text[0]);
		ASSERT_EQ(0, target_stop(self->pid));
		ASSERT_EQ(0, ask(fd, "0x1000", text, sizeof(text)));
		EXPECT_EQ(-1, write(fd, questions[i].text, strlen(questions[i].text)));
		EXPECT_EQ(questions[i].error, errno)
			TH_LOG("%s \"%s\"", questions[i].file, questions[i].text);
		EXPECT_EQ(-1, write(fd, many, sizeof(many)));
		EXPECT_EQ(EINVAL, errno);
		EXPECT_EQ(-1, write(fd, nowhere, 6));
		EXPECT_EQ(EFAULT, errno);
		/* What is refused leaves the question as it was. */
		ASSERT_LT(0, pread(fd, again, sizeof(again) - 1, 0));
		EXPECT_EQ(0, strncmp(text, again, strlen(text)));
		target_continue(self->pid);
		close(fd);
	}
}

static const char * const level_names[] = { "PGD", "P4D", "PUD", "PMD", "PTE" };

static void parse_pagetable(char *text, struct scope_extents *e, struct diffs *d)
{
	char *line, *save;

	memset(e, 0, sizeof(*e));
	e->e = calloc(100000, sizeof(*e->e));
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct mmscope_extent x = { .level = MMSCOPE_NR_LEVELS };
		unsigned long long kib, page_size;
		char level[8], status[16], pa[32];

		if (*line == '#')
			continue;
		if (sscanf(line, "0x%llx-0x%llx %llu %7s %llu %15s %31s ", &x.start, &x.end, &kib,
			   level, &page_size, status, pa) != 7) {
			diff(d, "line \"%s\"", line);
			continue;
		}
		for (int i = 0; i < MMSCOPE_NR_LEVELS; i++)
			if (!strcmp(level, level_names[i]))
				x.level = i;
		for (int i = 0; i < MMSCOPE_NR_STATUS; i++)
			if (!strcmp(status, scope_status_name(i)))
				x.status = i;
		x.page_shift = page_size ? __builtin_ctzll(page_size) : 0;
		if (x.status == MMSCOPE_SWAP)
			sscanf(pa, "%u:%llu", &x.swap_type, &x.pa);
		else
			x.pa = strtoull(pa, NULL, 16);
		if (kib * 1024 != x.end - x.start)
			diff(d, "line \"%s\": size", line);
		if (e->nr < 100000)
			e->e[e->nr++] = x;
	}
}

TEST_F(dir, pagetable_agrees_with_extents)
{
	struct scope_extents text, ioctl;
	struct diffs d = { };
	size_t length;
	char *bytes;
	int scope;

	ASSERT_EQ(0, target_stop(self->pid));
	scope = scope_attached(self->pid);
	ASSERT_LE(0, scope);
	bytes = get_in(self->pid, "pagetable", 4096, &length);
	ASSERT_NE(NULL, bytes);
	ASSERT_EQ(0, scope_extents(scope, 0, ~0ULL, 1000, NULL, &ioctl));
	parse_pagetable(bytes, &text, &d);
	/* Flags are words in the text: they count in both or in none. */
	for (size_t i = 0; i < ioctl.nr; i++)
		ioctl.e[i].flags = 0;
	scope_extents_join(&text);
	scope_extents_join(&ioctl);
	EXPECT_EQ(ioctl.nr, text.nr);
	EXPECT_LT(20UL, text.nr);
	for (size_t i = 0; i < ioctl.nr && i < text.nr; i++)
		if (memcmp(&ioctl.e[i], &text.e[i], sizeof(ioctl.e[i])))
			diff(&d, "run %zu: %llx-%llx %u at %llx, text %llx-%llx %u at %llx", i,
			     ioctl.e[i].start, ioctl.e[i].end, ioctl.e[i].status, ioctl.e[i].pa,
			     text.e[i].start, text.e[i].end, text.e[i].status, text.e[i].pa);
	EXPECT_SAME(&d);
	free(bytes);
	scope_extents_free(&text);
	scope_extents_free(&ioctl);
	close(scope);
	target_continue(self->pid);
}

/* A name cannot break the lines, nor reach the terminal. */
TEST_F(dir, vmas_agree_with_the_ioctl)
{
	struct scope_vmas vmas;
	struct diffs d = { };
	size_t length, nr = 0;
	char *bytes, *line, *save;
	int scope;

	ASSERT_EQ(0, target_stop(self->pid));
	scope = scope_attached(self->pid);
	ASSERT_LE(0, scope);
	bytes = get_in(self->pid, "vmas", 4096, &length);
	ASSERT_NE(NULL, bytes);
	ASSERT_EQ(0, scope_vmas(scope, 0, ~0ULL, 1 << 20, &vmas));
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\n')
			diff(&d, "byte %zu is 0x%x", i, bytes[i]);
	for (line = strtok_r(bytes, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		unsigned long long start, end;

		if (*line == '#')
			continue;
		if (sscanf(line, "0x%llx-0x%llx ", &start, &end) != 2 || nr >= vmas.nr ||
		    start != vmas.v[nr]->start || end != vmas.v[nr]->end)
			diff(&d, "line \"%s\"", line);
		nr++;
	}
	EXPECT_EQ(vmas.nr, nr);
	EXPECT_SAME(&d);
	free(bytes);
	scope_vmas_free(&vmas);
	close(scope);
	target_continue(self->pid);
}

TEST_F(dir, store_has_every_node)
{
	struct zoo_options o = { .count = 5000 };
	uint64_t slots = 0, nr_vmas;
	unsigned int depth, used, possible;
	unsigned long long min, max;
	struct target target;
	char *text, *line;
	struct mmscope_mm mm;
	size_t length;
	bool rb;
	int fd;

	ASSERT_EQ(0, target_start(&target, "vmas", &o));
	ASSERT_EQ(0, put_pid("attach", target.thing.pid));
	fd = open_in(target.thing.pid, "store", O_RDONLY);
	ASSERT_LE(0, fd);
	text = get(fd, 512, &length);
	ASSERT_NE(NULL, text);
	close(fd);
	rb = strstr(text, " rb");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (line[0] == '#')
			continue;
		ASSERT_EQ(5, sscanf(line, "%u %*s 0x%llx-0x%llx %u %u", &depth, &min, &max, &used,
				    &possible));
		EXPECT_LE(min, max);
		EXPECT_LE(used, possible);
		/* Entries and gaps in leaves; nodes of a red-black tree are VMAs. */
		if (rb)
			slots++;
		else if (strstr(line, "leaf_64"))
			slots += used;
	}
	fd = scope_attached(target.thing.pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_mm(fd, &mm));
	nr_vmas = mm.map_count;
	EXPECT_LE(nr_vmas, slots);
	EXPECT_GE(2 * nr_vmas + 1, slots);
	close(fd);
	free(text);
	EXPECT_EQ(0, put_pid("detach", target.thing.pid));
	target_end(&target);
}

TEST_F(dir, tasks_lists_the_threads)
{
	struct zoo_options o = { .count = 700 };
	size_t length, nr = 0;
	struct target target;
	int before = 0, pid, tgid;
	char *text, *line, kind[16];

	ASSERT_EQ(0, target_start(&target, "threads", &o));
	ASSERT_EQ(0, put_pid("attach", target.thing.pid));
	text = get_in(target.thing.pid, "tasks", 4096, &length);
	ASSERT_NE(NULL, text);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (line[0] == '#')
			continue;
		ASSERT_EQ(3, sscanf(line, "%d %d %15s", &pid, &tgid, kind));
		EXPECT_LT(before, pid);
		EXPECT_EQ(target.thing.pid, tgid);
		EXPECT_STREQ("thread", kind);
		before = pid;
		nr++;
	}
	EXPECT_EQ(700UL, nr);
	free(text);
	EXPECT_EQ(0, put_pid("detach", target.thing.pid));
	target_end(&target);
}

TEST_F(dir, mm_agrees_with_the_ioctl)
{
	struct mmscope_mm mm;
	char expected[64], *bytes;
	struct diffs d = { };
	size_t length;
	int scope = scope_attached(self->pid);

	ASSERT_LE(0, scope);
	ASSERT_EQ(0, target_stop(self->pid));
	ASSERT_EQ(0, scope_mm(scope, &mm));
	bytes = get_in(self->pid, "mm", 4096, &length);
	ASSERT_NE(NULL, bytes);
	const struct {
		const char *name, *format;
		uint64_t value;
	} fields[] = {
		{ "start_code", "0x%lx", mm.start_code }, { "brk", "0x%lx", mm.brk },
		{ "start_stack", "0x%lx", mm.start_stack }, { "pgd_pa", "0x%lx", mm.pgd_pa },
		{ "map_count", "%lu", mm.map_count }, { "total_vm", "%lu", mm.total_vm },
		{ "mm_users", "%lu", mm.mm_users }, { "pgtables_bytes", "%lu", mm.pgtables_bytes },
	};
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		int n = snprintf(expected, sizeof(expected), "\n%-16s", fields[i].name);

		n += snprintf(expected + n, sizeof(expected) - n, fields[i].format,
			      fields[i].value);
		snprintf(expected + n, sizeof(expected) - n, "\n");
		if (!strstr(bytes, expected))
			diff(&d, "not in it: %s", expected);
	}
	EXPECT_SAME(&d);
	free(bytes);
	close(scope);
	target_continue(self->pid);
}

/* However small the reads, the text is the same. */
TEST_F_TIMEOUT(dir, small_reads, 60)
{
	static const char * const files[] = { "vmas", "pagetable" };

	ASSERT_EQ(0, target_stop(self->pid));
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		size_t length, small_length;
		char *text = get_in(self->pid, files[i], 1 << 16, &length);
		char *small = get_in(self->pid, files[i], 61, &small_length);

		ASSERT_NE(NULL, text);
		ASSERT_NE(NULL, small);
		EXPECT_EQ(length, small_length);
		EXPECT_STREQ(text, small);
		free(text);
		free(small);
	}
	target_continue(self->pid);
}

struct reader {
	pid_t pid;
	const char *file;
	bool *stop;
	unsigned long reads, bad;
	int error;
};

static void *read_on(void *arg)
{
	struct reader *r = arg;
	char buf[4096];

	while (!__atomic_load_n(r->stop, __ATOMIC_RELAXED)) {
		int fd = open_in(r->pid, r->file, O_RDONLY);
		ssize_t n;

		if (fd < 0) {
			if (fd != -ENOENT) {
				r->bad++;
				r->error = -fd;
			}
			continue;
		}
		while ((n = read(fd, buf, sizeof(buf))) > 0)
			r->reads++;
		/* Removed while we read. */
		if (n < 0 && errno != EIO) {
			r->bad++;
			r->error = errno;
		}
		close(fd);
	}
	return NULL;
}

TEST_F_TIMEOUT(dir, removed_under_its_readers, 60)
{
	bool stop = false;
	struct reader readers[] = {
		{ .pid = self->pid, .file = "pagetable", .stop = &stop },
		{ .pid = self->pid, .file = "vmas", .stop = &stop },
		{ .pid = self->pid, .file = "mm", .stop = &stop },
	};
	pthread_t threads[ARRAY_SIZE(readers)];

	for (size_t i = 0; i < ARRAY_SIZE(readers); i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, read_on, &readers[i]));
	for (int i = 0; i < 100; i++) {
		EXPECT_EQ(0, put_pid("detach", self->pid));
		EXPECT_EQ(0, put_pid("attach", self->pid));
		usleep(2000);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		pthread_join(threads[i], NULL);
		EXPECT_EQ(0UL, readers[i].bad)
			TH_LOG("%s: %s", readers[i].file, strerror(readers[i].error));
		EXPECT_LT(0UL, readers[i].reads);
	}
}

struct thread {
	pid_t tid;
	int ready, end;
};

/* A process that calls exec when told; @sharer: another has its memory, too. */
struct executor {
	pid_t pid, sharer;
	int go;		/* closed when it shall */
};

static int only_wait(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return 0;
}

static int executor_start(struct executor *x, bool shared)
{
	static char stack[65536];
	int go[2], ready[2];
	char byte;

	if (pipe2(go, O_CLOEXEC) || pipe2(ready, O_CLOEXEC))
		return -errno;
	x->pid = fork();
	if (!x->pid) {
		pid_t sharer = 0;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(go[1]);
		/* A child of the test: only that can wait for it. */
		if (shared)
			sharer = clone(only_wait, stack + sizeof(stack),
				       CLONE_VM | CLONE_PARENT | SIGCHLD, NULL);
		if (write(ready[1], &sharer, sizeof(sharer)) != sizeof(sharer) ||
		    read(go[0], &byte, 1))
			_exit(1);
		execl("/bin/sleep", "sleep", "1000", NULL);
		_exit(1);
	}
	close(go[0]);
	close(ready[1]);
	x->go = go[1];
	if (read(ready[0], &x->sharer, sizeof(x->sharer)) != sizeof(x->sharer))
		return -EPIPE;
	close(ready[0]);
	return 0;
}

/* Returns when it runs the other program. */
static int executor_go(struct executor *x)
{
	char comm[16];

	close(x->go);
	for (int i = 0; i < 1000; i++) {
		char *text = proc_read(x->pid, "comm", NULL);

		snprintf(comm, sizeof(comm), "%s", text ? text : "");
		free(text);
		if (!strcmp(comm, "sleep\n"))
			return 0;
		usleep(10000);
	}
	return -ETIMEDOUT;
}

static void executor_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static bool runs_sleep(pid_t pid)
{
	size_t length;
	char *text = get_in(pid, "mm", 4096, &length);
	bool is = text && !strncmp(text, "exe             /", 17) && strstr(text, "/sleep\n");

	free(text);
	return is;
}

/* Whoever attached it before exec detaches it by the same number. */
TEST(exec_makes_way_for_the_new_memory)
{
	struct executor x = { };

	ASSERT_EQ(0, executor_start(&x, false));
	ASSERT_EQ(0, put_pid("attach", x.pid));
	ASSERT_EQ(0, put_pid("attach", x.pid));
	EXPECT_FALSE(runs_sleep(x.pid));
	ASSERT_EQ(0, executor_go(&x));
	ASSERT_EQ(0, put_pid("attach", x.pid));
	EXPECT_TRUE(runs_sleep(x.pid));
	for (int users = 3; users; users--) {
		EXPECT_TRUE(has_dir(x.pid));
		EXPECT_EQ(0, put_pid("detach", x.pid));
	}
	EXPECT_FALSE(has_dir(x.pid));
	EXPECT_EQ(-ENOENT, put_pid("detach", x.pid));
	executor_end(x.pid);
}

static void *wait_for(void *gate)
{
	char byte;

	((struct thread *)gate)->tid = gettid();
	if (write(((struct thread *)gate)->ready, "", 1) != 1)
		return NULL;
	return read(((struct thread *)gate)->end, &byte, 1) ? NULL : gate;
}

/* Attached by the number of a thread it is the process, and stays so without it. */
TEST(a_thread_means_its_process)
{
	int ready[2], end[2];
	struct thread thread;
	pthread_t id;
	char byte;

	ASSERT_EQ(0, pipe(ready));
	ASSERT_EQ(0, pipe(end));
	thread.ready = ready[1];
	thread.end = end[0];
	ASSERT_EQ(0, pthread_create(&id, NULL, wait_for, &thread));
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	ASSERT_EQ(0, put_pid("attach", thread.tid));
	EXPECT_FALSE(has_dir(thread.tid));
	EXPECT_TRUE(has_dir(getpid()));
	ASSERT_EQ(0, put_pid("attach", getpid()));
	ASSERT_EQ(0, put_pid("detach", thread.tid));
	close(end[1]);
	ASSERT_EQ(0, pthread_join(id, NULL));
	EXPECT_LE(0, open_in(getpid(), "mm", O_RDONLY));
	EXPECT_EQ(0, put_pid("detach", getpid()));
	EXPECT_FALSE(has_dir(getpid()));
}

TEST(memory_that_others_use_keeps_its_name)
{
	struct executor x = { };

	ASSERT_EQ(0, executor_start(&x, true));
	ASSERT_LT(0, x.sharer);
	ASSERT_EQ(0, put_pid("attach", x.pid));
	ASSERT_EQ(0, executor_go(&x));
	EXPECT_EQ(-EBUSY, put_pid("attach", x.pid));
	EXPECT_FALSE(runs_sleep(x.pid));
	/* When the last of them has gone the name is free. */
	executor_end(x.sharer);
	EXPECT_EQ(0, put_pid("attach", x.pid));
	EXPECT_TRUE(runs_sleep(x.pid));
	EXPECT_EQ(0, put_pid("detach", x.pid));
	EXPECT_EQ(0, put_pid("detach", x.pid));
	EXPECT_FALSE(has_dir(x.pid));
	executor_end(x.pid);
}

struct user {
	pid_t pid;
	int wrong;
};

static void *come_and_go(void *arg)
{
	struct user *u = arg;

	for (int i = 0; i < 300 && !u->wrong; i++) {
		u->wrong = put_pid("attach", u->pid);
		if (!u->wrong)
			u->wrong = put_pid("detach", u->pid);
	}
	return NULL;
}

/* One's last detaching takes away what the other is just about to attach. */
TEST_F_TIMEOUT(dir, users_do_not_meet, 60)
{
	struct user users[3];
	pthread_t threads[ARRAY_SIZE(users)];

	ASSERT_EQ(0, put_pid("detach", self->pid));
	self->attached = false;
	for (size_t i = 0; i < ARRAY_SIZE(users); i++) {
		users[i] = (struct user){ .pid = self->pid };
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, come_and_go, &users[i]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(users); i++) {
		pthread_join(threads[i], NULL);
		EXPECT_EQ(0, users[i].wrong)
			TH_LOG("%s", strerror(-users[i].wrong));
	}
	EXPECT_FALSE(has_dir(self->pid));
}

TEST(version)
{
	struct mmscope_info info;
	char text[256] = "", expected[128];
	int scope = scope_open();
	int fd = open(ROOT "/version", O_RDONLY | O_CLOEXEC);

	ASSERT_LE(0, scope);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_info(scope, &info));
	ASSERT_LT(0, read(fd, text, sizeof(text) - 1));
	snprintf(expected, sizeof(expected), " api %u kernel %s\n", info.api_version, info.release);
	EXPECT_NE(NULL, strstr(text, expected))
		TH_LOG("%s", text);
	close(fd);
	close(scope);
}

TEST_HARNESS_MAIN
