// SPDX-License-Identifier: GPL-2.0-only
/* oracle_mm.c - the memory descriptor against status, stat, auxv and exe of /proc/PID */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <kselftest_harness.h>

#include "diffs.h"
#include "others.h"
#include "proc.h"
#include "scope.h"
#include "size.h"
#include "target.h"

#define KIB(pages) ((pages) * (page_size / 1024))

static void same(struct diffs *d, const char *what, uint64_t module, uint64_t proc)
{
	if (module != proc)
		diff(d, "%s: %lu (0x%lx), /proc says %lu (0x%lx)", what, module, module, proc,
		     proc);
}

static uint64_t max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void compare_status(pid_t pid, const struct mmscope_mm *mm, struct diffs *d)
{
	uint64_t rss = mm->rss_anon + mm->rss_file + mm->rss_shmem;
	const struct {
		const char *key;
		uint64_t value;
	} rows[] = {
		{ "VmPeak", KIB(max(mm->hiwater_vm, mm->total_vm)) },
		{ "VmSize", KIB(mm->total_vm) },
		{ "VmLck", KIB(mm->locked_vm) },
		{ "VmPin", KIB(mm->pinned_vm) },
		{ "VmHWM", KIB(max(mm->hiwater_rss, rss)) },
		{ "RssAnon", KIB(mm->rss_anon) },
		{ "RssFile", KIB(mm->rss_file) },
		{ "RssShmem", KIB(mm->rss_shmem) },
		{ "VmData", KIB(mm->data_vm) },
		{ "VmStk", KIB(mm->stack_vm) },
		{ "VmPTE", mm->pgtables_bytes / 1024 },
		{ "VmSwap", KIB(mm->swap) },
		/* CLONE_VM without CLONE_THREAD aside, users are the threads. */
		{ "Threads", mm->mm_users },
		{ "Tgid", mm->owner_pid },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		same(d, rows[i].key, rows[i].value, proc_status(pid, rows[i].key));
	/* The kernel splits exec_vm at the bounds of the code. */
	same(d, "VmExe + VmLib", KIB(mm->exec_vm),
	     proc_status(pid, "VmExe") + proc_status(pid, "VmLib"));
}

static void compare_stat(pid_t pid, const struct mmscope_mm *mm, struct diffs *d)
{
	same(d, "start_code", mm->start_code, proc_stat(pid, 26));
	same(d, "end_code", mm->end_code, proc_stat(pid, 27));
	same(d, "start_stack", mm->start_stack, proc_stat(pid, 28));
	same(d, "start_data", mm->start_data, proc_stat(pid, 45));
	same(d, "end_data", mm->end_data, proc_stat(pid, 46));
	same(d, "start_brk", mm->start_brk, proc_stat(pid, 47));
	same(d, "arg_start", mm->arg_start, proc_stat(pid, 48));
	same(d, "arg_end", mm->arg_end, proc_stat(pid, 49));
	same(d, "env_start", mm->env_start, proc_stat(pid, 50));
	same(d, "env_end", mm->env_end, proc_stat(pid, 51));
}

static int compare_auxv(pid_t pid, const struct mmscope_mm *mm, struct diffs *d)
{
	size_t length;
	char *auxv = proc_read(pid, "auxv", &length);

	if (!auxv)
		return -errno;
	/* A 32-bit process has 32-bit words, which procfs shows as they lie. */
	if (mm->task_size <= 1ULL << 32) {
		for (size_t i = 0; i < length / 4 && i < mm->nr_auxv; i++)
			same(d, "auxv", mm->auxv[i], ((uint32_t *)auxv)[i]);
	} else {
		same(d, "bytes of auxv", mm->nr_auxv * 8ULL, length);
		for (size_t i = 0; i < length / 8 && i < MMSCOPE_AUXV_MAX; i++)
			same(d, "auxv", mm->auxv[i], ((uint64_t *)auxv)[i]);
	}
	if (mm->nr_auxv < 20 || mm->nr_auxv % 2 || mm->auxv[mm->nr_auxv - 2])
		diff(d, "auxv of %u words does not end in AT_NULL", mm->nr_auxv);
	for (size_t i = mm->nr_auxv; i < MMSCOPE_AUXV_MAX; i++)
		same(d, "auxv behind its end", mm->auxv[i], 0);
	free(auxv);
	return 0;
}

static int compare_layout(pid_t pid, const struct mmscope_mm *mm, struct diffs *d)
{
	struct proc_vmas vmas;
	int ret = proc_maps(pid, &vmas);
	/* Programs linked statically may have none until brk() is called. */
	bool heap = mm->brk == mm->start_brk;

	if (ret)
		return ret;
	same(d, "map_count", mm->map_count, vmas.nr);
	for (size_t i = 0; i < vmas.nr; i++) {
		const struct proc_vma *v = &vmas.v[i];

		if (!strcmp(v->name, "[stack]") &&
		    (mm->start_stack < v->start || mm->start_stack >= v->end))
			diff(d, "start_stack %llx outside of [stack]", mm->start_stack);
		if (v->end > mm->task_size)
			diff(d, "%lx is beyond task_size %llx", v->end, mm->task_size);
		if (!strcmp(v->name, "[heap]") && v->end == (PAGE_OF(mm->brk + page_size - 1)))
			heap = true;
	}
	if (!heap)
		diff(d, "no [heap] ends at brk %llx", mm->brk);
	if (!mm->mmap_base || mm->mmap_base > mm->task_size)
		diff(d, "mmap_base %llx", mm->mmap_base);
	proc_vmas_free(&vmas);
	return 0;
}

/* What the root's place is a multiple of: with few entries it is less than a page. */
static uint64_t root_size(int fd)
{
	struct mmscope_info info = { .size = sizeof(info) };
	uint64_t bytes;

	if (scope_ioctl(fd, MMSCOPE_IOC_INFO, &info))
		return page_size;
	bytes = info.levels[0].nr_entries * 8ULL;
	return bytes < page_size ? bytes : page_size;
}

static int compare(int fd, pid_t pid, struct diffs *d)
{
	char exe[4096], link[64], target[4096];
	struct mmscope_mm mm = { .size = sizeof(mm), .exe = PTR(exe), .exe_size = sizeof(exe) };
	int ret = scope_ioctl(fd, MMSCOPE_IOC_MM, &mm);
	ssize_t n;
	char *filter;

	if (ret)
		return ret;
	compare_status(pid, &mm, d);
	compare_stat(pid, &mm, d);
	ret = compare_auxv(pid, &mm, d);
	if (!ret)
		ret = compare_layout(pid, &mm, d);
	snprintf(link, sizeof(link), "/proc/%d/exe", pid);
	n = readlink(link, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (strcmp(exe, target) || mm.exe_size != n + 1)
		diff(d, "exe \"%s\" of %u bytes, /proc says \"%s\"", exe, mm.exe_size, target);
	/* MMF_DUMP_FILTER starts at bit 2. */
	filter = proc_read(pid, "coredump_filter", NULL);
	if (filter)
		same(d, "coredump_filter", mm.mm_flags >> 2 & 0x1ff, strtoul(filter, NULL, 16));
	free(filter);
	/* The processes and this file. */
	if (mm.mm_count < 2)
		diff(d, "mm_count %u", mm.mm_count);
	if (!mm.pgd_pa || mm.pgd_pa % root_size(fd) || mm.pgd_pa == MMSCOPE_HIDDEN)
		diff(d, "pgd_pa %llx", mm.pgd_pa);
	if (!mm.arch_ctx)
		diff(d, "ctx_id 0");
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

TEST_F_TIMEOUT(zoo, every_field, 60)
{
	struct diffs d = { };

	if (zoo_find(variant->kind)->flags & ZOO_NO_MM) {
		EXPECT_EQ(-ESRCH, scope_attached(self->target.thing.pid));
		return;
	}
	ASSERT_EQ(0, compare(self->fd, self->target.thing.pid, &d));
	EXPECT_SAME(&d);
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

TEST_F_TIMEOUT(processes, every_field_of_every_process, 60)
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
			EXPECT_EQ(0, compare(fd, pid, &d));
			EXPECT_EQ(0U, d.nr)
				TH_LOG("pid %d: %u differences\n%s", pid, d.nr, d.text);
			close(fd);
		}
		others_let_go(pid);
	}
	EXPECT_LE(4UL, self->others.nr);
}

/* Attached files count in mm_count and never in mm_users. */
TEST(references)
{
	struct mmscope_mm before, during, after;
	struct target t;
	int fd, more[64];

	ASSERT_EQ(0, target_plain(&t));
	ASSERT_EQ(0, target_stop(t.thing.pid));
	fd = scope_attached(t.thing.pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_mm(fd, &before));
	EXPECT_EQ(1U, before.mm_users);
	for (int i = 0; i < 64; i++) {
		more[i] = scope_attached(t.thing.pid);
		ASSERT_LE(0, more[i]);
	}
	ASSERT_EQ(0, scope_mm(fd, &during));
	EXPECT_EQ(1U, during.mm_users);
	/* A CPU that idles in this address space holds a reference of its own. */
	EXPECT_LE(before.mm_count + 60, during.mm_count);
	for (int i = 0; i < 64; i++)
		close(more[i]);
	ASSERT_EQ(0, scope_mm(fd, &after));
	EXPECT_EQ(1U, after.mm_users);
	EXPECT_GE(before.mm_count + 4, after.mm_count);
	close(fd);
	target_end(&t);
}

static int sleeper(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return 0;
}

/* A user that is no thread: a process that shares the address space. */
TEST(clone_vm)
{
	static char stack[65536];
	struct mmscope_mm mm;
	int fd = scope_attached(0);
	pid_t child;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_mm(fd, &mm));
	EXPECT_EQ(1U, mm.mm_users);
	child = clone(sleeper, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
	ASSERT_LT(0, child);
	ASSERT_EQ(0, scope_mm(fd, &mm));
	EXPECT_EQ(2U, mm.mm_users);
	/* Through the child it is the same address space. */
	close(fd);
	fd = scope_attached(child);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_mm(fd, &mm));
	EXPECT_EQ(2U, mm.mm_users);
	EXPECT_EQ(getpid(), mm.owner_pid);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(fd);
}

/* A program that lies deeper than a path can be long: procfs has no name for it either. */
#define DEPTH		25
#define BASE		"/tmp/mmscope-deep"

static const char *step(void)
{
	static char name[201];

	memset(name, 'd', sizeof(name) - 1);
	return name;
}

/* Into the depths, with a copy of sleep(1) there. */
static int descend(void)
{
	int from, to, ret = -1;
	struct stat st;

	if (mkdir(BASE, 0700) || chdir(BASE))
		return -1;
	for (int i = 0; i < DEPTH; i++)
		if (mkdir(step(), 0700) || chdir(step()))
			return -1;
	from = open("/bin/sleep", O_RDONLY | O_CLOEXEC);
	to = open("sleep", O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	if (from >= 0 && to >= 0 && !fstat(from, &st) &&
	    sendfile(to, from, NULL, st.st_size) == st.st_size)
		ret = 0;
	close(from);
	close(to);
	return ret;
}

static void ascend(void)
{
	unlink("sleep");
	for (int i = 0; i < DEPTH; i++)
		if (chdir("..") || rmdir(step()))
			return;
	if (!chdir("/"))
		rmdir(BASE);
}

TEST(program_without_a_path)
{
	char exe[64] = "untouched", link[64], target[4096];
	struct mmscope_mm mm = { .size = sizeof(mm), .exe = PTR(exe), .exe_size = sizeof(exe) };
	char *const argv[] = { "sleep", "1000", NULL };
	const struct mmscope_vma *text;
	struct scope_vmas vmas;
	struct target t;
	pid_t pid;
	int fd;

	ASSERT_EQ(0, descend());
	ASSERT_EQ(0, target_exec(&t, "./sleep", argv));
	pid = t.thing.pid;
	/* It stops once the exec is through: start_code is set last. */
	ASSERT_EQ(0, target_stop(pid));
	snprintf(link, sizeof(link), "/proc/%d/exe", pid);
	EXPECT_EQ(-1, readlink(link, target, sizeof(target)));
	EXPECT_EQ(ENAMETOOLONG, errno);
	fd = scope_attached(pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_MM, &mm));
	EXPECT_EQ(0U, mm.exe_size);
	EXPECT_STREQ("untouched", exe);
	EXPECT_EQ(proc_stat(pid, 26), mm.start_code);
	ASSERT_EQ(0, scope_vmas(fd, mm.start_code, mm.start_code + 1, 1 << 16, &vmas));
	ASSERT_EQ(1UL, vmas.nr);
	text = vmas.v[0];
	EXPECT_TRUE(text->attrs & MMSCOPE_VMA_FILE);
	EXPECT_TRUE(text->attrs & MMSCOPE_VMA_TRUNCATED);
	EXPECT_EQ(0U, text->path_len);
	scope_vmas_free(&vmas);
	close(fd);
	target_end(&t);
	ascend();
	EXPECT_EQ(-1, access(BASE, F_OK));
}

TEST(def_flags_follow_mlockall)
{
	struct mmscope_mm mm;
	int fd = scope_attached(0);
	int locked;

	ASSERT_LE(0, fd);
	locked = scope_bit(fd, MMSCOPE_NAMES_VM_FLAGS, "locked");
	ASSERT_LE(0, locked);
	ASSERT_EQ(0, scope_mm(fd, &mm));
	EXPECT_EQ(0ULL, mm.def_flags & 1ULL << locked);
	ASSERT_EQ(0, mlockall(MCL_FUTURE));
	ASSERT_EQ(0, scope_mm(fd, &mm));
	EXPECT_NE(0ULL, mm.def_flags & 1ULL << locked);
	close(fd);
}

TEST(generation)
{
	struct mmscope_info info;
	struct mmscope_mm mm;
	uint64_t first;
	int fd = scope_attached(0);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_info(fd, &info));
	ASSERT_EQ(0, scope_mm(fd, &mm));
	first = mm.generation;
	ASSERT_EQ(0, scope_mm(fd, &mm));
	EXPECT_EQ(first, mm.generation);
	ASSERT_NE(MAP_FAILED, mmap(NULL, 2 * page_size, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	ASSERT_EQ(0, scope_mm(fd, &mm));
	EXPECT_NE(first, mm.generation);
	close(fd);
}

TEST_HARNESS_MAIN
