// SPDX-License-Identifier: GPL-2.0-only
/* attach.c - who may look at whom, at how much of it, and for how long */
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <kselftest_harness.h>

#include "proc.h"
#include "scope.h"
#include "size.h"
#include "target.h"
#include "who.h"

/* What the operations say of one page: 0 visible, 1 hidden, or -errno. */
struct sight {
	int mm, vmas, walk, extents, translate, pages, stats, tables, explain, rmap;
};

/* The facts of a page, of which some are hidden only together. */
static int sight_of_page(int fd, unsigned long va)
{
	struct mmscope_page p = { };
	struct mmscope_pages a = {
		.size = sizeof(a), .start = PAGE_OF(va), .end = PAGE_OF(va) + page_size,
		.buf = PTR(&p), .nr = 1, .page_size = sizeof(p),
	};
	int ret = scope_ioctl(fd, MMSCOPE_IOC_PAGES, &a);
	int hidden = 0;

	if (ret)
		return ret;
	hidden += p.value == MMSCOPE_HIDDEN;
	hidden += p.kpf == MMSCOPE_HIDDEN;
	hidden += p.mapcount == MMSCOPE_HIDDEN32;
	hidden += p.refcount == MMSCOPE_HIDDEN32;
	hidden += p.node == MMSCOPE_NO_NODE;
	hidden += p.zone == MMSCOPE_NO_ZONE;
	if (a.nr != 1 || hidden % 6)
		return -EPROTO;
	return hidden / 6;
}

/* Everything about an address; what the entry, page and caches say is hidden together. */
static int sight_of_explanation(int fd, unsigned long va)
{
	static uint64_t buf[MMSCOPE_VMA_RECORD_MAX / 8];
	const struct mmscope_vma *v = (const void *)buf;
	struct mmscope_explain e = {
		.size = sizeof(e), .va = va, .vma = PTR(buf), .vma_size = sizeof(buf),
	};
	int ret = scope_ioctl(fd, MMSCOPE_IOC_EXPLAIN, &e);
	int hidden = 0;

	if (ret)
		return ret;
	hidden += e.walk.pa == MMSCOPE_HIDDEN;
	hidden += e.walk.levels[0].entry == MMSCOPE_HIDDEN;
	hidden += e.page.value == MMSCOPE_HIDDEN;
	hidden += e.page.refcount == MMSCOPE_HIDDEN32;
	hidden += v->page_prot == MMSCOPE_HIDDEN;
	hidden += (e.hidden & MMSCOPE_FACTS_PHYS) != 0;
	if (!e.vma_size || hidden % 6 || e.facts & e.hidden)
		return -EPROTO;
	return hidden / 6;
}

static int sight_of_translation(int fd, unsigned long va)
{
	struct mmscope_translation t = { };
	uint64_t addr = va;
	struct mmscope_translate a = {
		.size = sizeof(a), .addrs = PTR(&addr), .nr = 1, .translations = PTR(&t),
	};
	int ret = scope_ioctl(fd, MMSCOPE_IOC_TRANSLATE, &a);

	return ret ? ret : t.status != MMSCOPE_MAPPED ? -EPROTO : t.pa == MMSCOPE_HIDDEN;
}

/* That a page is mapped somewhere is told by its frame, and of frames to few. */
static int sight_of_frame(int fd, unsigned long va)
{
	const struct mmscope_frames all = { 0, 1ULL << 52 };
	struct mmscope_extent e;
	struct mmscope_rmap a = {
		.size = sizeof(a), .start = PAGE_OF(va), .end = PAGE_OF(va) + page_size,
		.frames = PTR(&all), .nr_frames = 1, .buf = PTR(&e), .nr = 1,
		.extent_size = sizeof(e),
	};
	int ret = scope_ioctl(fd, MMSCOPE_IOC_RMAP, &a);

	return ret ? ret : a.nr != 1 || e.status != MMSCOPE_MAPPED ? -EPROTO : 0;
}

static struct sight look(int fd, unsigned long va)
{
	const struct scope_filter words = { .flags = MMSCOPE_EXTENTS_DENSE_ALL };
	struct mmscope_walk_result r;
	struct mmscope_stat stat;
	struct scope_extents e;
	struct scope_vmas v;
	struct mmscope_mm mm;
	uint64_t addr = va;
	struct sight s;

	s.mm = scope_mm(fd, &mm);
	if (!s.mm)
		s.mm = mm.pgd_pa == MMSCOPE_HIDDEN;
	s.vmas = scope_vmas(fd, va, va + 1, MMSCOPE_VMA_RECORD_MAX, &v);
	if (!s.vmas)
		s.vmas = v.nr != 1 ? -EPROTO : v.v[0]->page_prot == MMSCOPE_HIDDEN;
	scope_vmas_free(&v);
	s.walk = scope_walk(fd, &addr, 1, &r);
	if (!s.walk && r.status != MMSCOPE_MAPPED)
		s.walk = -EPROTO;
	if (!s.walk)
		s.walk = r.pa == MMSCOPE_HIDDEN;
	/* All of it is hidden or nothing is. */
	for (int i = 0; s.walk >= 0 && i < r.nr_levels; i++) {
		int table = r.levels[i].table_pa == MMSCOPE_HIDDEN;
		int entry = r.levels[i].entry == MMSCOPE_HIDDEN;

		if (table != s.walk || entry != s.walk)
			s.walk = -EPROTO;
	}
	s.extents = scope_extents(fd, PAGE_OF(va), PAGE_OF(va) + page_size, 4, NULL, &e);
	if (!s.extents)
		s.extents = e.nr != 1 ? -EPROTO : e.e[0].pa == MMSCOPE_HIDDEN;
	scope_extents_free(&e);
	/* As a word it is the same. */
	if (s.extents >= 0) {
		int ret = scope_extents(fd, PAGE_OF(va), PAGE_OF(va) + page_size, 32, &words, &e);

		int hidden = !ret && e.nr == 1 && e.e[0].pa == MMSCOPE_HIDDEN;

		if (ret || e.nr != 1 || e.nr_words != 1 || s.extents != hidden)
			s.extents = ret ? ret : -EPROTO;
		scope_extents_free(&e);
	}
	s.translate = sight_of_translation(fd, va);
	s.pages = sight_of_page(fd, va);
	/* Of these two nothing is ever hidden. */
	s.stats = scope_ioctl(fd, MMSCOPE_IOC_STATS, &(struct mmscope_stats){
		.size = sizeof(struct mmscope_stats), .end = ~0ULL, .buf = PTR(&stat), .nr = 1,
		.stat_size = sizeof(stat),
	});
	s.tables = scope_ioctl(fd, MMSCOPE_IOC_TABLES, &(struct mmscope_tables){
		.size = sizeof(struct mmscope_tables), .end = ~0ULL,
	});
	s.explain = sight_of_explanation(fd, va);
	s.rmap = sight_of_frame(fd, va);
	return s;
}

#define EXPECT_SIGHT(fd, va, expected) do { \
	struct sight s_ = look(fd, va); \
	int expected_ = (expected); \
	EXPECT_EQ(expected_, s_.mm); \
	EXPECT_EQ(expected_, s_.vmas); \
	EXPECT_EQ(expected_, s_.walk); \
	EXPECT_EQ(expected_, s_.extents); \
	EXPECT_EQ(expected_, s_.translate); \
	EXPECT_EQ(expected_, s_.pages); \
	EXPECT_EQ(expected_, s_.explain); \
	/* Who may not see frames is told that before anything of the target. */ \
	EXPECT_TRUE(s_.rmap == expected_ || (expected_ && s_.rmap == -EPERM)) \
		TH_LOG("rmap: %d", s_.rmap); \
	EXPECT_EQ(expected_ < 0 ? expected_ : 0, s_.stats); \
	EXPECT_EQ(expected_ < 0 ? expected_ : 0, s_.tables); \
} while (0)

#define VISIBLE	0
#define HIDDEN	1

/* A page of our own, at the same place in every child. */
static char page[65536] __attribute__((aligned(65536))) = { 1 };
#define PAGE ((unsigned long)page)

FIXTURE(other) {
	struct target target;
	int fd;
};

FIXTURE_SETUP(other)
{
	page[0]++;
	ASSERT_EQ(0, target_plain(&self->target));
	self->fd = scope_open();
	ASSERT_LE(0, self->fd)
		TH_LOG(SCOPE_DEVICE ": %s", strerror(-self->fd));
}

FIXTURE_TEARDOWN(other)
{
	close(self->fd);
	target_end(&self->target);
}

TEST_F(other, root_sees_all)
{
	uint32_t rights;

	ASSERT_EQ(0, attach_rights(self->fd, self->target.thing.pid, &rights));
	EXPECT_EQ(MMSCOPE_RIGHT_MAPS | MMSCOPE_RIGHT_PHYS, rights);
	EXPECT_SIGHT(self->fd, PAGE, VISIBLE);
}

TEST_F(other, zero_is_the_caller)
{
	struct mmscope_mm mine, named;
	uint32_t rights;
	int fd = scope_open();

	ASSERT_EQ(0, attach_rights(self->fd, 0, &rights));
	EXPECT_EQ(MMSCOPE_RIGHT_MAPS | MMSCOPE_RIGHT_PHYS, rights);
	ASSERT_EQ(0, scope_attach(fd, getpid()));
	ASSERT_EQ(0, scope_mm(self->fd, &mine));
	ASSERT_EQ(0, scope_mm(fd, &named));
	EXPECT_EQ(mine.pgd_pa, named.pgd_pa);
	EXPECT_EQ(getpid(), mine.owner_pid);
	close(fd);
}

TEST_F(other, pids_that_are_none)
{
	pid_t pid_max = 0, gone;
	FILE *f = fopen("/proc/sys/kernel/pid_max", "re");

	ASSERT_NE(NULL, f);
	ASSERT_EQ(1, fscanf(f, "%d", &pid_max));
	fclose(f);
	EXPECT_EQ(-ESRCH, scope_attach(self->fd, pid_max));
	EXPECT_EQ(-ESRCH, scope_attach(self->fd, 0x7fffffff));
	EXPECT_EQ(-EINVAL, scope_attach(self->fd, -1));
	EXPECT_EQ(-EINVAL, scope_attach(self->fd, -0x7fffffff - 1));
	gone = self->target.thing.pid;
	target_end(&self->target);
	EXPECT_EQ(-ESRCH, scope_attach(self->fd, gone));
	/* None of it has spoilt the file. */
	EXPECT_EQ(0, scope_attach(self->fd, 0));
}

TEST_F(other, kernel_threads_have_no_address_space)
{
	unsigned int seen = 0;

	EXPECT_EQ(-ENXIO, scope_attach(self->fd, 2));
	for (pid_t pid = 3; pid < 200; pid++) {
		if (proc_status(pid, "PPid") != 2)
			continue;
		seen++;
		EXPECT_EQ(-ENXIO, scope_attach(self->fd, pid));
	}
	EXPECT_LE(1U, seen);
}

TEST_F(other, zombies_have_none_left)
{
	struct target zombie;

	ASSERT_EQ(0, target_start(&zombie, "zombie", NULL));
	EXPECT_EQ(-ESRCH, scope_attach(self->fd, zombie.thing.pid));
	target_end(&zombie);
}

TEST_F(other, thread_ids_mean_their_process)
{
	struct mmscope_mm by_pid, by_tid;
	struct target threads;
	char path[64];
	int tid = 0, fd;

	ASSERT_EQ(0, target_start(&threads, "threads", NULL));
	for (int i = 1; i < 1000 && !tid; i++) {
		snprintf(path, sizeof(path), "/proc/%d/task/%d", threads.thing.pid,
			 threads.thing.pid + i);
		if (!access(path, F_OK))
			tid = threads.thing.pid + i;
	}
	ASSERT_NE(0, tid);
	ASSERT_EQ(0, scope_attach(self->fd, tid));
	fd = scope_attached(threads.thing.pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_mm(self->fd, &by_tid));
	ASSERT_EQ(0, scope_mm(fd, &by_pid));
	EXPECT_EQ(by_pid.pgd_pa, by_tid.pgd_pa);
	EXPECT_EQ(4U, by_tid.mm_users);
	close(fd);
	target_end(&threads);
}

#define EXPECT_GONE(fd) do { \
	struct mmscope_info info_; \
	int fd_ = (fd); \
	EXPECT_SIGHT(fd_, PAGE, -ESRCH); \
	EXPECT_EQ(0, scope_info(fd_, &info_)); \
	EXPECT_EQ(-EBUSY, scope_attach(fd_, 0)); \
} while (0)

TEST_F(other, exited_after_attach)
{
	ASSERT_EQ(0, scope_attach(self->fd, self->target.thing.pid));
	EXPECT_SIGHT(self->fd, PAGE, VISIBLE);
	target_end(&self->target);
	EXPECT_GONE(self->fd);
}

/* The file keeps the descriptor, and not the memory, of who exited. */
TEST_F(other, an_attached_file_keeps_no_memory)
{
	int id = shmget(IPC_PRIVATE, page_size, IPC_CREAT | 0600);
	struct shmid_ds ds;
	void *p;

	ASSERT_LE(0, id);
	p = shmat(id, NULL, 0);
	ASSERT_NE((void *)-1, p);
	target_end(&self->target);
	/* Inherited: attached twice. */
	ASSERT_EQ(0, target_plain(&self->target));
	ASSERT_EQ(0, scope_attach(self->fd, self->target.thing.pid));
	ASSERT_EQ(0, shmctl(id, IPC_STAT, &ds));
	EXPECT_EQ(2UL, ds.shm_nattch);
	target_end(&self->target);
	ASSERT_EQ(0, shmctl(id, IPC_STAT, &ds));
	EXPECT_EQ(1UL, ds.shm_nattch);
	shmctl(id, IPC_RMID, NULL);
	EXPECT_GONE(self->fd);
}

TEST_F(other, executed_after_attach)
{
	struct mmscope_mm mm;
	int go[2], fd;
	char exe[256];
	pid_t child;

	ASSERT_EQ(0, pipe2(go, O_CLOEXEC));
	child = fork();
	if (!child) {
		char byte;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (read(go[0], &byte, 1) == 1)
			execl("/bin/sleep", "sleep", "1000", NULL);
		_exit(1);
	}
	ASSERT_LT(0, child);
	ASSERT_EQ(0, scope_attach(self->fd, child));
	EXPECT_SIGHT(self->fd, PAGE, VISIBLE);
	ASSERT_EQ(1, write(go[1], "", 1));
	do {
		char link[64];
		ssize_t n;

		snprintf(link, sizeof(link), "/proc/%d/exe", child);
		n = readlink(link, exe, sizeof(exe) - 1);
		exe[n > 0 ? n : 0] = '\0';
	} while (!strstr(exe, "sleep"));
	/* Its old address space goes when the exec is through with it. */
	while (!scope_mm(self->fd, &mm))
		usleep(1000);
	EXPECT_GONE(self->fd);
	/* The process can be attached to anew. */
	fd = scope_attached(child);
	EXPECT_LE(0, fd);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	EXPECT_EQ(-ESRCH, scope_mm(fd, &mm));
	close(fd);
}

TEST_F(other, nobody_sees_its_own_maps_only)
{
	uint32_t rights;
	int fd;

	ASSERT_EQ(0, become_nobody());
	fd = scope_open();
	ASSERT_LE(0, fd)
		TH_LOG("nobody cannot open: %s", strerror(-fd));
	ASSERT_EQ(0, attach_rights(fd, 0, &rights));
	EXPECT_EQ(MMSCOPE_RIGHT_MAPS, rights);
	EXPECT_SIGHT(fd, PAGE, HIDDEN);
	close(fd);
}

/* Extents without addresses: merged without regard to them. */
TEST_F(other, hidden_addresses_do_not_show_in_runs)
{
	char *m = mmap(NULL, 64 * page_size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct scope_extents e;
	int fd;

	ASSERT_NE(MAP_FAILED, m);
	madvise(m, 64 * page_size, MADV_NOHUGEPAGE);
	/* Backwards, so that frames in a row are unlikely. */
	for (int i = 63; i >= 0; i--)
		m[i * page_size] = 1;
	ASSERT_EQ(0, become_nobody());
	fd = scope_attached(0);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_extents(fd, PTR(m), PTR(m) + 64 * page_size, 100, NULL, &e));
	scope_extents_join(&e);
	EXPECT_EQ(1UL, e.nr);
	EXPECT_EQ(MMSCOPE_HIDDEN, e.e[0].pa);
	close(fd);
}

/* Where in the swap area a page is would tell as much as where in memory. */
TEST_F(other, hidden_swap)
{
	const struct scope_filter words = { .flags = MMSCOPE_EXTENTS_DENSE_ALL };
	struct mmscope_walk_result r;
	struct scope_extents e;
	struct zoo_thing swap;
	uint64_t addr;
	int fd, ret;

	ret = zoo_make(zoo_find("swap"), NULL, &swap);
	if (ret == ZOO_LACKS)
		SKIP(return, "%s", swap.why);
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, become_nobody());
	fd = scope_attached(0);
	ASSERT_LE(0, fd);
	addr = swap.start + page_size;
	ASSERT_EQ(0, scope_walk(fd, &addr, 1, &r));
	EXPECT_EQ(MMSCOPE_SWAP, r.status);
	EXPECT_EQ(MMSCOPE_HIDDEN, r.swap_offset);
	EXPECT_EQ(MMSCOPE_HIDDEN32, r.swap_type);
	ASSERT_EQ(0, scope_extents(fd, addr, addr + page_size, 4, NULL, &e));
	ASSERT_EQ(1UL, e.nr);
	EXPECT_EQ(MMSCOPE_SWAP, e.e[0].status);
	EXPECT_EQ(MMSCOPE_HIDDEN, e.e[0].pa);
	EXPECT_EQ(MMSCOPE_HIDDEN32, e.e[0].swap_type);
	scope_extents_free(&e);
	/* Nor by a word. */
	ASSERT_EQ(0, scope_extents(fd, addr, addr + page_size, MMSCOPE_DENSE_NR_MIN, &words, &e));
	ASSERT_EQ(1UL, e.nr);
	EXPECT_EQ(1UL, e.nr_words);
	EXPECT_EQ(MMSCOPE_SWAP, e.e[0].status);
	EXPECT_EQ(MMSCOPE_HIDDEN, e.e[0].pa);
	EXPECT_EQ(MMSCOPE_HIDDEN32, e.e[0].swap_type);
	scope_extents_free(&e);
	close(fd);
}

TEST_F(other, nobody_may_not_look_at_others)
{
	pid_t own;
	int fd;

	ASSERT_EQ(0, become_nobody());
	fd = scope_open();
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EPERM, scope_attach(fd, self->target.thing.pid));
	EXPECT_EQ(-EPERM, scope_attach(fd, 1));
	EXPECT_EQ(-ENXIO, scope_attach(fd, 2));
	/* Of the same user, and yet: only procfs can tell whether it may. */
	own = fork();
	if (!own)
		for (;;)
			pause();
	EXPECT_EQ(-EPERM, scope_attach(fd, own));
	EXPECT_EQ(0, scope_attach(fd, 0));
	kill(own, SIGKILL);
	waitpid(own, NULL, 0);
	close(fd);
}

TEST_F(other, nobody_with_a_pagemap_of_its_child)
{
	int fd, own_pagemap, pagemap, maps, null;
	uint32_t rights;
	char path[64];
	pid_t own;

	ASSERT_EQ(0, become_nobody());
	own = fork();
	if (!own)
		for (;;)
			pause();
	fd = scope_open();
	ASSERT_LE(0, fd);
	pagemap = open_pagemap(own);
	own_pagemap = open_pagemap(getpid());
	null = open("/dev/null", O_RDONLY);
	snprintf(path, sizeof(path), "/proc/%d/maps", own);
	maps = open(path, O_RDONLY);
	ASSERT_LE(0, pagemap);
	ASSERT_LE(0, own_pagemap);
	ASSERT_LE(0, maps);

	EXPECT_EQ(-EBADF, attach_by_pagemap(fd, own, own_pagemap, &rights));
	EXPECT_EQ(-EBADF, attach_by_pagemap(fd, own, null, &rights));
	EXPECT_EQ(-EBADF, attach_by_pagemap(fd, own, maps, &rights));
	EXPECT_EQ(-EBADF, attach_by_pagemap(fd, own, fd, &rights));
	EXPECT_EQ(-EBADF, attach_by_pagemap(fd, own, -1, &rights));
	EXPECT_EQ(-EBADF, attach_by_pagemap(fd, own, 1000, &rights));
	EXPECT_EQ(-EBADF, attach_by_pagemap(fd, self->target.thing.pid, pagemap, &rights));
	EXPECT_EQ(0, attach_by_pagemap(fd, own, pagemap, &rights));
	EXPECT_EQ(MMSCOPE_RIGHT_MAPS, rights);
	/* It has done its duty. */
	close(pagemap);
	EXPECT_SIGHT(fd, PAGE, HIDDEN);
	kill(own, SIGKILL);
	waitpid(own, NULL, 0);
	close(fd);
}

TEST_F(other, a_descriptor_without_its_flag)
{
	struct mmscope_attach a = { .size = sizeof(a), .pagemap_fd = 3 };

	EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_ATTACH, &a));
}

TEST_F(other, root_with_a_pagemap)
{
	int pagemap = open_pagemap(self->target.thing.pid);
	uint32_t rights;

	ASSERT_LE(0, pagemap);
	ASSERT_EQ(0, attach_by_pagemap(self->fd, self->target.thing.pid, pagemap, &rights));
	EXPECT_EQ(MMSCOPE_RIGHT_MAPS | MMSCOPE_RIGHT_PHYS, rights);
	EXPECT_SIGHT(self->fd, PAGE, VISIBLE);
	close(pagemap);
}

/* The warrant is for whoever opened it. */
TEST_F(other, nobody_with_a_pagemap_that_root_opened)
{
	int pagemap = open_pagemap(self->target.thing.pid), fd;
	uint32_t rights;

	ASSERT_LE(0, pagemap);
	ASSERT_EQ(0, become_nobody());
	EXPECT_EQ(-EBADF, attach_by_pagemap(self->fd, self->target.thing.pid, pagemap, &rights));
	fd = scope_open();
	EXPECT_EQ(-EBADF, attach_by_pagemap(fd, self->target.thing.pid, pagemap, &rights));
	close(fd);
	close(pagemap);
}

TEST_F(other, without_sys_admin_addresses_are_hidden)
{
	uint32_t rights;

	ASSERT_EQ(0, set_capability(CAP_SYS_ADMIN, false));
	/* Opened with it, attached without. */
	ASSERT_EQ(0, attach_rights(self->fd, self->target.thing.pid, &rights));
	EXPECT_EQ(MMSCOPE_RIGHT_MAPS, rights);
	EXPECT_SIGHT(self->fd, PAGE, HIDDEN);
}

TEST_F(other, without_sys_ptrace_others_are_closed)
{
	uint32_t rights;
	int fd;

	ASSERT_EQ(0, set_capability(CAP_SYS_PTRACE, false));
	EXPECT_EQ(-EPERM, attach_rights(self->fd, self->target.thing.pid, &rights));
	fd = scope_open();
	EXPECT_EQ(-EPERM, attach_rights(fd, self->target.thing.pid, &rights));
	ASSERT_EQ(0, attach_rights(fd, 0, &rights));
	EXPECT_TRUE(rights & MMSCOPE_RIGHT_MAPS);
	close(fd);
}

/* Of opener and caller the one who may less decides, either way round. */
TEST_F(other, opened_by_root_attached_by_nobody)
{
	uint32_t rights;

	ASSERT_EQ(0, become_nobody());
	EXPECT_EQ(-EPERM, attach_rights(self->fd, self->target.thing.pid, &rights));
	ASSERT_EQ(0, attach_rights(self->fd, 0, &rights));
	EXPECT_EQ(MMSCOPE_RIGHT_MAPS, rights);
	EXPECT_SIGHT(self->fd, PAGE, HIDDEN);
}

TEST_F(other, opened_by_nobody_attached_by_root)
{
	uint32_t rights;
	int fd;

	ASSERT_EQ(0, seteuid(NOBODY));
	fd = scope_open();
	ASSERT_EQ(0, seteuid(0));
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EPERM, attach_rights(fd, self->target.thing.pid, &rights));
	ASSERT_EQ(0, attach_rights(fd, 0, &rights));
	EXPECT_EQ(MMSCOPE_RIGHT_MAPS, rights);
	EXPECT_SIGHT(fd, PAGE, HIDDEN);
	close(fd);
}

TEST_F(other, opened_without_sys_admin)
{
	int fd, other, pagemap;
	uint32_t rights;

	ASSERT_EQ(0, set_capability(CAP_SYS_ADMIN, false));
	fd = scope_open();
	other = scope_open();
	ASSERT_EQ(0, set_capability(CAP_SYS_ADMIN, true));
	pagemap = open_pagemap(self->target.thing.pid);
	ASSERT_LE(0, pagemap);
	ASSERT_LE(0, fd);
	ASSERT_LE(0, other);
	ASSERT_EQ(0, attach_rights(fd, self->target.thing.pid, &rights));
	EXPECT_EQ(MMSCOPE_RIGHT_MAPS, rights);
	EXPECT_SIGHT(fd, PAGE, HIDDEN);
	/* The other warrant opens no more. */
	ASSERT_EQ(0, attach_by_pagemap(other, self->target.thing.pid, pagemap, &rights));
	EXPECT_EQ(MMSCOPE_RIGHT_MAPS, rights);
	EXPECT_SIGHT(other, PAGE, HIDDEN);
	close(other);
	close(fd);
	close(pagemap);
}

/* What was decided at ATTACH travels with the descriptor, up and down. */
TEST_F(other, passed_on)
{
	int sockets[2], status;
	pid_t child;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	child = fork();
	if (!child) {
		struct sight s;
		int fd;

		if (become_nobody())
			_exit(1);
		fd = receive_fd(sockets[1]);
		s = look(fd, PAGE);
		if (s.mm || s.vmas || s.walk || s.extents || s.translate || s.pages)
			_exit(2);
		/* And one of its own back. */
		fd = scope_attached(0);
		if (fd < 0 || send_fd(sockets[1], fd))
			_exit(3);
		pause();
	}
	ASSERT_LT(0, child);
	ASSERT_EQ(0, scope_attach(self->fd, self->target.thing.pid));
	ASSERT_EQ(0, send_fd(sockets[0], self->fd));
	close(sockets[1]);
	close(self->fd);
	self->fd = receive_fd(sockets[0]);
	if (self->fd < 0)
		waitpid(child, &status, 0);
	ASSERT_LE(0, self->fd)
		TH_LOG("status %x", status);
	EXPECT_SIGHT(self->fd, PAGE, HIDDEN);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	EXPECT_GONE(self->fd);
}

TEST_F(other, inherited_by_fork_it_means_the_same)
{
	struct mmscope_mm mm;
	int status;
	pid_t child;

	ASSERT_EQ(0, scope_attach(self->fd, 0));
	child = fork();
	if (!child) {
		/* The parent's address space still, not the child's. */
		if (scope_mm(self->fd, &mm) || mm.owner_pid != getppid())
			_exit(1);
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(other, a_thousand_times)
{
	struct mmscope_mm before, after;
	int fd = scope_attached(self->target.thing.pid);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, target_stop(self->target.thing.pid));
	ASSERT_EQ(0, scope_mm(fd, &before));
	for (int i = 0; i < 1000; i++) {
		int one = scope_attached(self->target.thing.pid);

		ASSERT_LE(0, one);
		close(one);
	}
	ASSERT_EQ(0, scope_mm(fd, &after));
	EXPECT_EQ(before.mm_users, after.mm_users);
	/* A reference kept once in a while would be hundreds by now. */
	EXPECT_GE(before.mm_count + 4, after.mm_count);
	close(fd);
}

/* Process ids are the caller's, in its pid namespace. */
TEST_F(other, pid_namespace)
{
	int status;
	pid_t child;

	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	child = fork();
	if (!child) {
		struct mmscope_mm mm;
		int fd = scope_attached(1);

		if (getpid() != 1 || fd < 0 || scope_mm(fd, &mm) || mm.owner_pid != 1)
			_exit(1);
		if (scope_attached(self->target.thing.pid) != -ESRCH)
			_exit(2);
		_exit(0);
	}
	ASSERT_LT(0, child);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
