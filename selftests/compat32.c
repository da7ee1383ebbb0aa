// SPDX-License-Identifier: GPL-2.0-only
/*
 * compat32.c - a 32-bit caller on a 64-bit kernel: the same layout, the same answers
 *
 * Built by the 32-bit compiler, so that the pointers in the argument structs and the
 * structs themselves are what such a caller has. abi.c has the sizes; that it was
 * built from the same header for both is the point.
 */
#include <kselftest_harness.h>

#include "diffs.h"
#include "proc.h"
#include "scope.h"
#include "target.h"

_Static_assert(sizeof(void *) == 4, "this is the test of 32-bit callers");
_Static_assert(sizeof(struct mmscope_info) == 168, "info");
_Static_assert(sizeof(struct mmscope_names) == 24, "names");
_Static_assert(sizeof(struct mmscope_attach) == 24, "attach");
_Static_assert(sizeof(struct mmscope_mm) == 904, "mm");
_Static_assert(sizeof(struct mmscope_vma) == 88, "vma");
_Static_assert(sizeof(struct mmscope_vmas) == 96, "vmas");
_Static_assert(sizeof(struct mmscope_walk_result) == 208, "walk_result");
_Static_assert(sizeof(struct mmscope_walk) == 80, "walk");
_Static_assert(sizeof(struct mmscope_extent) == 40, "extent");
_Static_assert(sizeof(struct mmscope_extents) == 112, "extents");
_Static_assert(sizeof(struct mmscope_find) == 144, "find");
_Static_assert(sizeof(struct mmscope_explain) == 464, "explain");
_Static_assert(sizeof(struct mmscope_store_node) == 40, "store_node");
_Static_assert(sizeof(struct mmscope_store_slot) == 40, "store_slot");
_Static_assert(sizeof(struct mmscope_store) == 112, "store");
_Static_assert(sizeof(struct mmscope_vmops_record) == 40, "vmops_record");
_Static_assert(sizeof(struct mmscope_vmops) == 112, "vmops");
_Static_assert(sizeof(struct mmscope_kernel_region) == 24, "kernel_region");
_Static_assert(sizeof(struct mmscope_kernel) == 56, "kernel");
_Static_assert(sizeof(struct mmscope_frames) == 16, "frames");
_Static_assert(sizeof(struct mmscope_rmap) == 104, "rmap");

static char records[1 << 20] __attribute__((aligned(8)));

static int has_start(const struct scope_vmas *vmas, uint64_t start)
{
	for (size_t i = 0; i < vmas->nr; i++)
		if (vmas->v[i]->start == start)
			return 1;
	return 0;
}

FIXTURE(self) {
	int fd;
	struct zoo_thing thing;
};

FIXTURE_SETUP(self)
{
	self->fd = scope_attached(0);
	ASSERT_LE(0, self->fd)
		TH_LOG(SCOPE_DEVICE ": %s", strerror(-self->fd));
	ASSERT_EQ(0, zoo_make(zoo_find("anon-alternate"), NULL, &self->thing));
}

FIXTURE_TEARDOWN(self)
{
	close(self->fd);
}

TEST_F(self, info_and_names)
{
	struct mmscope_info info;

	ASSERT_EQ(0, scope_info(self->fd, &info));
	EXPECT_EQ(4096U, info.page_size);
	EXPECT_LE(4U, info.nr_levels);
	EXPECT_EQ(0, scope_bit(self->fd, MMSCOPE_NAMES_VM_FLAGS, "read"));
}

TEST_F(self, mm)
{
	char exe[4096], own[4096];
	struct mmscope_mm mm = { .size = sizeof(mm), .exe = PTR(exe), .exe_size = sizeof(exe) };
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);

	ASSERT_LT(0, n);
	own[n] = '\0';
	ASSERT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_MM, &mm));
	EXPECT_STREQ(own, exe);
	EXPECT_EQ(getpid(), mm.owner_pid);
	EXPECT_EQ(proc_stat(getpid(), 28), mm.start_stack);
	EXPECT_GE(1ULL << 32, mm.task_size);
}

TEST_F(self, vmas)
{
	struct proc_vmas proc;
	struct scope_vmas vmas;
	struct diffs d = { };
	struct target t;
	int fd;

	ASSERT_EQ(0, target_start(&t, "mixed", NULL));
	ASSERT_EQ(0, target_stop(t.thing.pid));
	fd = scope_attached(t.thing.pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, proc_maps(t.thing.pid, &proc));
	ASSERT_EQ(0, scope_vmas(fd, 0, ~0ULL, MMSCOPE_VMA_RECORD_MAX, &vmas));
	EXPECT_EQ(proc.nr, vmas.nr);
	for (size_t i = 0; i < vmas.nr && i < proc.nr; i++) {
		const struct mmscope_vma *v = vmas.v[i];
		const struct proc_vma *p = &proc.v[i];

		if (v->start != p->start || v->end != p->end || v->ino != p->ino)
			diff(&d, "%llx-%llx inode %llu, maps says %lx-%lx inode %llu", v->start,
			     v->end, v->ino, p->start, p->end, (unsigned long long)p->ino);
	}
	EXPECT_LT(20UL, vmas.nr);
	EXPECT_SAME(&d);
	scope_vmas_free(&vmas);
	proc_vmas_free(&proc);
	close(fd);
	target_end(&t);
}

TEST_F(self, tasks)
{
	struct mmscope_task task;
	struct mmscope_tasks t = {
		.size = sizeof(t), .tasks = PTR(&task), .nr_tasks = 1, .task_size = sizeof(task),
	};

	ASSERT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_TASKS, &t));
	EXPECT_EQ(1U, t.nr_tasks);
	EXPECT_EQ(getpid(), task.pid);
	EXPECT_EQ(1U, t.users_threads);
}

TEST_F(self, walk_and_extents)
{
	struct mmscope_walk_result r[16];
	uint64_t addrs[16], pagemap[16];
	struct scope_extents e;

	for (int i = 0; i < 16; i++)
		addrs[i] = self->thing.start + i * 4096;
	ASSERT_EQ(0, scope_walk(self->fd, addrs, 16, r));
	ASSERT_EQ(0, proc_pagemap(getpid(), self->thing.start, 16, pagemap));
	for (int i = 0; i < 16; i++) {
		EXPECT_EQ(i % 2 ? MMSCOPE_NONE : MMSCOPE_MAPPED, r[i].status);
		EXPECT_EQ(pagemap[i] & PM_PRESENT ? (pagemap[i] & PM_FRAME) * 4096 : 0, r[i].pa);
		/* An address that a 32-bit walk would fold. */
		addrs[i] |= 1ULL << 40;
	}
	ASSERT_EQ(0, scope_walk(self->fd, addrs, 16, r));
	for (int i = 0; i < 16; i++)
		EXPECT_EQ(MMSCOPE_NO_VMA, r[i].status);
	ASSERT_EQ(0, scope_extents(self->fd, self->thing.start, self->thing.end, 3, NULL, &e));
	EXPECT_EQ(8UL, e.nr);
	for (size_t i = 0; i < e.nr; i++)
		EXPECT_EQ(self->thing.start + 2 * i * 4096, e.e[i].start);
	scope_extents_free(&e);
}

/* The upper half of a pointer that a 32-bit caller cannot have must not be cut off. */
TEST_F(self, pointers_are_64_bits)
{
	struct mmscope_vmas v = {
		.size = sizeof(v), .end = ~0ULL, .buf = PTR(self->thing.start) | 1ULL << 60,
		.buf_size = 16384,
	};
	struct mmscope_names n = {
		.size = sizeof(n), .names = PTR(self->thing.start) | 1ULL << 60, .nr = 1,
	};

	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &v));
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_NAMES, &n));
}

TEST_F(self, errors_are_the_same)
{
	struct mmscope_extents e = { .size = sizeof(e), .end = 4097 };
	char longer[512] = { };

	EXPECT_EQ(-ENOTTY, scope_ioctl(self->fd, _IO(MMSCOPE_IOC_TYPE, 0x20), &e));
	EXPECT_EQ(-EBUSY, scope_attach(self->fd, 0));
	EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &e));
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_INFO, (void *)8));
	*(uint32_t *)longer = sizeof(struct mmscope_info) + 16;
	EXPECT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_INFO, longer));
	memset(longer, 0, sizeof(longer));
	*(uint32_t *)longer = sizeof(struct mmscope_info) + 16;
	longer[sizeof(struct mmscope_info) + 15] = 1;
	EXPECT_EQ(-E2BIG, scope_ioctl(self->fd, MMSCOPE_IOC_INFO, longer));
}

/* VMAs of init, whose addresses have 64 bits: as entries of the nodes, and by their operations. */
TEST_F(self, store_and_operations)
{
	struct mmscope_store store = { .size = sizeof(store), .buf_size = sizeof(records) };
	struct mmscope_vmops ops = {
		.size = sizeof(ops), .end = ~0ULL, .buf = PTR(records),
		.buf_size = sizeof(records),
	};
	const struct mmscope_store_node *node;
	const struct mmscope_vmops_record *record;
	size_t entries = 0, at = 0;
	struct scope_vmas vmas;
	int fd = scope_attached(1);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_vmas(fd, 0, ~0ULL, 65536, &vmas));

	ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_VMOPS, &ops));
	EXPECT_EQ(1U, ops.done);
	ASSERT_EQ(vmas.nr, ops.nr);
	for (size_t i = 0; i < ops.nr; i++) {
		record = (const void *)(records + at);
		EXPECT_EQ(vmas.v[i]->start, record->start);
		EXPECT_EQ(vmas.v[i]->end, record->end);
		EXPECT_EQ(!*scope_string(vmas.v[i], vmas.v[i]->ops_off), !record->ops_off);
		at += record->size;
	}
	EXPECT_EQ(ops.used, at);

	store.buf = PTR(records);
	ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_STORE, &store));
	EXPECT_EQ(1U, store.done);
	EXPECT_EQ(vmas.nr, store.nr_vmas);
	for (at = 0; at < store.used; at += node->size) {
		const struct mmscope_store_slot *slots;

		node = (const void *)(records + at);
		slots = (const void *)(node + 1);
		for (size_t i = 0; i < node->nr_slots; i++) {
			if (slots[i].kind != MMSCOPE_SLOT_VMA)
				continue;
			EXPECT_GT(vmas.nr, entries);
			EXPECT_EQ(1, has_start(&vmas, slots[i].start));
			entries++;
		}
	}
	EXPECT_EQ(vmas.nr, entries);
	scope_vmas_free(&vmas);
	close(fd);
}

/* All of the kernel's half is above what the caller can address. */
TEST_F(self, addresses_of_the_kernel)
{
	struct mmscope_kernel_region regions[MMSCOPE_KERNEL_REGIONS];
	struct mmscope_walk_result result;
	struct mmscope_kernel ask = {
		.size = sizeof(ask), .regions = PTR(regions), .nr_regions = ARRAY_SIZE(regions),
		.results = PTR(&result), .result_size = sizeof(result),
	};
	uint64_t addr = 0;

	ASSERT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_KERNEL, &ask));
	for (size_t i = 0; i < ask.nr_regions; i++)
		if (regions[i].kind == MMSCOPE_KERNEL_DIRECT)
			addr = regions[i].start + 0x10000;
	ask.addrs = PTR(&addr);
	ask.nr = 1;
	ASSERT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_KERNEL, &ask));
	EXPECT_LT(1ULL << 63, addr);
	EXPECT_EQ(addr, result.va);
	EXPECT_EQ(MMSCOPE_MAPPED, result.status);
	EXPECT_EQ(0x10000ULL, result.pa);
}

/* Above what the caller itself can address lies most of another process. */
TEST_F(self, a_64_bit_target)
{
	struct scope_vmas vmas;
	int fd = scope_attached(1);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_vmas(fd, 1ULL << 32, ~0ULL, 65536, &vmas));
	EXPECT_LT(5UL, vmas.nr);
	scope_vmas_free(&vmas);
	close(fd);
}

TEST_HARNESS_MAIN
