// SPDX-License-Identifier: GPL-2.0-only
/* debugfs.c - /sys/kernel/debug/mmscope: directories come and go, text agrees with ioctls */
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <kselftest_harness.h>

#include "diffs.h"
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
		{ "tasks", 0400 }, { "store", 0400 },
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
	static const char * const files[] = { "mm", "vmas", "pagetable", "walk" };
	int fd[ARRAY_SIZE(files)];
	char byte;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		fd[i] = open_in(self->pid, files[i], i == 3 ? O_RDWR : O_RDONLY);
		ASSERT_LE(0, fd[i]);
	}
	ASSERT_EQ(6, write(fd[3], "0x1000", 6));
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

TEST_F(dir, opened_without_the_capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2], all[2];

	ASSERT_EQ(0, syscall(__NR_capget, &header, all));
	memcpy(data, all, sizeof(all));
	data[0].effective &= ~(1U << CAP_SYS_PTRACE);
	ASSERT_EQ(0, syscall(__NR_capset, &header, data));
	EXPECT_EQ(-EPERM, open_in(self->pid, "mm", O_RDONLY));
	EXPECT_EQ(-EPERM, put_pid("attach", self->pid));
	ASSERT_EQ(0, syscall(__NR_capset, &header, all));
}

TEST_F(dir, addresses_hidden_without_sys_admin)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2], all[2];
	size_t length;
	char *text;

	ASSERT_EQ(0, syscall(__NR_capget, &header, all));
	memcpy(data, all, sizeof(all));
	data[0].effective &= ~(1U << CAP_SYS_ADMIN);
	ASSERT_EQ(0, syscall(__NR_capset, &header, data));
	text = get_in(self->pid, "mm", 4096, &length);
	ASSERT_EQ(0, syscall(__NR_capset, &header, all));
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
