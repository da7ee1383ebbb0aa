// SPDX-License-Identifier: GPL-2.0-only
/*
 * abi.c - the contract's layout, and what becomes of every malformed argument
 *
 * Sizes and offsets stand here as numbers: a change of the header that moves one
 * has to change this file as well, and so be meant.
 */
#include <fcntl.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <kselftest_harness.h>

#include "scope.h"
#include "size.h"
#include "target.h"

/* A multiple of every page size. */
#define ALIGNED	65536ULL

#define SIZE(type, bytes) \
	_Static_assert(sizeof(struct type) == (bytes), "size of " #type)
#define AT(type, field, offset) \
	_Static_assert(offsetof(struct type, field) == (offset), #type "." #field)

SIZE(mmscope_level_info, 8);
AT(mmscope_level_info, shift, 1);
AT(mmscope_level_info, nr_entries, 2);
AT(mmscope_level_info, leaf, 4);
SIZE(mmscope_info, 168);
AT(mmscope_info, flags, 4);
AT(mmscope_info, api_version, 8);
AT(mmscope_info, page_size, 12);
AT(mmscope_info, nr_levels, 16);
AT(mmscope_info, va_bits, 20);
AT(mmscope_info, levels, 24);
AT(mmscope_info, features, 64);
AT(mmscope_info, names, 72);
AT(mmscope_info, max_batch, 80);
AT(mmscope_info, release, 88);
AT(mmscope_info, arch, 152);
SIZE(mmscope_name, 32);
AT(mmscope_name, name, 4);
SIZE(mmscope_names, 24);
AT(mmscope_names, which, 4);
AT(mmscope_names, names, 8);
AT(mmscope_names, nr, 16);
AT(mmscope_names, reserved, 20);
SIZE(mmscope_attach, 24);
AT(mmscope_attach, flags, 4);
AT(mmscope_attach, pid, 8);
AT(mmscope_attach, pagemap_fd, 12);
AT(mmscope_attach, rights, 16);
AT(mmscope_attach, reserved, 20);
SIZE(mmscope_lock, 40);
AT(mmscope_lock, hold_total_ns, 8);
AT(mmscope_lock, nr_locks, 16);
AT(mmscope_lock, flags, 20);
AT(mmscope_lock, generation, 24);
AT(mmscope_lock, budget_ns, 32);
SIZE(mmscope_mm, 904);
AT(mmscope_mm, flags, 4);
AT(mmscope_mm, exe, 8);
AT(mmscope_mm, exe_size, 16);
AT(mmscope_mm, cpumask_size, 20);
AT(mmscope_mm, cpumask, 24);
AT(mmscope_mm, start_code, 32);
AT(mmscope_mm, start_data, 48);
AT(mmscope_mm, start_brk, 64);
AT(mmscope_mm, start_stack, 80);
AT(mmscope_mm, arg_start, 88);
AT(mmscope_mm, env_start, 104);
AT(mmscope_mm, mmap_base, 120);
AT(mmscope_mm, mmap_legacy_base, 128);
AT(mmscope_mm, task_size, 136);
AT(mmscope_mm, mmap_legacy, 144);
AT(mmscope_mm, owner_pid, 148);
AT(mmscope_mm, pgd_pa, 152);
AT(mmscope_mm, mm_users, 160);
AT(mmscope_mm, map_count, 168);
AT(mmscope_mm, total_vm, 176);
AT(mmscope_mm, rss_anon, 224);
AT(mmscope_mm, swap, 248);
AT(mmscope_mm, hiwater_rss, 256);
AT(mmscope_mm, pgtables_bytes, 272);
AT(mmscope_mm, def_flags, 280);
AT(mmscope_mm, mm_flags, 288);
AT(mmscope_mm, arch_ctx, 296);
AT(mmscope_mm, generation, 312);
AT(mmscope_mm, nr_auxv, 320);
AT(mmscope_mm, nr_cpus, 324);
AT(mmscope_mm, auxv, 328);
SIZE(mmscope_vma, 88);
AT(mmscope_vma, attrs, 4);
AT(mmscope_vma, start, 8);
AT(mmscope_vma, end, 16);
AT(mmscope_vma, vm_flags, 24);
AT(mmscope_vma, page_prot, 32);
AT(mmscope_vma, pgoff, 40);
AT(mmscope_vma, ino, 48);
AT(mmscope_vma, dev_major, 56);
AT(mmscope_vma, dev_minor, 60);
AT(mmscope_vma, page_size, 64);
AT(mmscope_vma, kind, 72);
AT(mmscope_vma, path_off, 74);
AT(mmscope_vma, name_off, 76);
AT(mmscope_vma, ops_off, 78);
AT(mmscope_vma, path_len, 80);
SIZE(mmscope_vmas, 96);
AT(mmscope_vmas, start, 8);
AT(mmscope_vmas, end, 16);
AT(mmscope_vmas, buf, 24);
AT(mmscope_vmas, buf_size, 32);
AT(mmscope_vmas, used, 40);
AT(mmscope_vmas, nr, 48);
AT(mmscope_vmas, done, 52);
AT(mmscope_vmas, lock, 56);
SIZE(mmscope_walk_level, 32);
AT(mmscope_walk_level, index, 2);
AT(mmscope_walk_level, table_pa, 8);
AT(mmscope_walk_level, entry, 16);
AT(mmscope_walk_level, flags, 24);
SIZE(mmscope_walk_result, 208);
AT(mmscope_walk_result, pa, 8);
AT(mmscope_walk_result, page_size, 16);
AT(mmscope_walk_result, flags, 24);
AT(mmscope_walk_result, swap_offset, 32);
AT(mmscope_walk_result, swap_type, 40);
AT(mmscope_walk_result, status, 44);
AT(mmscope_walk_result, level, 46);
AT(mmscope_walk_result, nr_levels, 47);
AT(mmscope_walk_result, levels, 48);
SIZE(mmscope_walk, 80);
AT(mmscope_walk, addrs, 8);
AT(mmscope_walk, nr, 16);
AT(mmscope_walk, result_size, 24);
AT(mmscope_walk, results, 32);
AT(mmscope_walk, lock, 40);
SIZE(mmscope_extent, 40);
AT(mmscope_extent, end, 8);
AT(mmscope_extent, pa, 16);
AT(mmscope_extent, flags, 24);
AT(mmscope_extent, status, 32);
AT(mmscope_extent, level, 34);
AT(mmscope_extent, page_shift, 35);
AT(mmscope_extent, swap_type, 36);
SIZE(mmscope_extents, 112);
AT(mmscope_extents, start, 8);
AT(mmscope_extents, end, 16);
AT(mmscope_extents, buf, 24);
AT(mmscope_extents, nr, 32);
AT(mmscope_extents, extent_size, 40);
AT(mmscope_extents, statuses, 44);
AT(mmscope_extents, ignore_flags, 48);
AT(mmscope_extents, require_flags, 56);
AT(mmscope_extents, done, 64);
AT(mmscope_extents, lock, 72);
SIZE(mmscope_translation, 16);
AT(mmscope_translation, status, 8);
AT(mmscope_translation, level, 10);
AT(mmscope_translation, page_shift, 11);
AT(mmscope_translation, reserved, 12);
SIZE(mmscope_translate, 72);
AT(mmscope_translate, addrs, 8);
AT(mmscope_translate, nr, 16);
AT(mmscope_translate, translations, 24);
AT(mmscope_translate, lock, 32);
SIZE(mmscope_page, 64);
AT(mmscope_page, value, 8);
AT(mmscope_page, flags, 16);
AT(mmscope_page, kpf, 24);
AT(mmscope_page, mapcount, 32);
AT(mmscope_page, refcount, 36);
AT(mmscope_page, swap_type, 40);
AT(mmscope_page, folio_index, 44);
AT(mmscope_page, attrs, 48);
AT(mmscope_page, status, 52);
AT(mmscope_page, level, 54);
AT(mmscope_page, type, 55);
AT(mmscope_page, order, 56);
AT(mmscope_page, zone, 57);
AT(mmscope_page, node, 58);
SIZE(mmscope_pages, 96);
AT(mmscope_pages, buf, 24);
AT(mmscope_pages, nr, 32);
AT(mmscope_pages, page_size, 40);
AT(mmscope_pages, statuses, 44);
AT(mmscope_pages, done, 48);
AT(mmscope_pages, lock, 56);
SIZE(mmscope_stat, 208);
AT(mmscope_stat, vss, 16);
AT(mmscope_stat, rss, 24);
AT(mmscope_stat, pss, 32);
AT(mmscope_stat, pss_locked, 72);
AT(mmscope_stat, shared_clean, 80);
AT(mmscope_stat, private_dirty, 104);
AT(mmscope_stat, referenced, 112);
AT(mmscope_stat, anonymous, 120);
AT(mmscope_stat, lazyfree, 128);
AT(mmscope_stat, ksm, 136);
AT(mmscope_stat, anon_huge, 144);
AT(mmscope_stat, large_folio, 168);
AT(mmscope_stat, shared_hugetlb, 176);
AT(mmscope_stat, swap, 192);
AT(mmscope_stat, nr_vmas, 200);
SIZE(mmscope_stats, 88);
AT(mmscope_stats, buf, 24);
AT(mmscope_stats, nr, 32);
AT(mmscope_stats, stat_size, 40);
AT(mmscope_stats, done, 44);
AT(mmscope_stats, lock, 48);
SIZE(mmscope_table_level, 32);
AT(mmscope_table_level, entries, 8);
AT(mmscope_table_level, sparse, 16);
AT(mmscope_table_level, level, 24);
SIZE(mmscope_tables, 240);
AT(mmscope_tables, end, 16);
AT(mmscope_tables, nr_levels, 24);
AT(mmscope_tables, levels, 32);
AT(mmscope_tables, pgtables_bytes, 192);
AT(mmscope_tables, lock, 200);
SIZE(mmscope_task, 56);
AT(mmscope_task, tgid, 4);
AT(mmscope_task, mm_pid, 8);
AT(mmscope_task, cpu, 12);
AT(mmscope_task, flags, 16);
AT(mmscope_task, mm_use, 20);
AT(mmscope_task, mm_of, 21);
AT(mmscope_task, state, 22);
AT(mmscope_task, comm, 24);
AT(mmscope_task, mm_comm, 40);
SIZE(mmscope_tasks, 88);
AT(mmscope_tasks, tasks, 8);
AT(mmscope_tasks, cpus, 16);
AT(mmscope_tasks, nr_tasks, 24);
AT(mmscope_tasks, task_size, 32);
AT(mmscope_tasks, kthread, 36);
AT(mmscope_tasks, mm_users, 40);
AT(mmscope_tasks, mm_count, 52);
AT(mmscope_tasks, changed, 80);
SIZE(mmscope_find, 144);
AT(mmscope_find, addr, 8);
AT(mmscope_find, end, 16);
AT(mmscope_find, buf, 24);
AT(mmscope_find, buf_size, 32);
AT(mmscope_find, used, 40);
AT(mmscope_find, found, 44);
AT(mmscope_find, vma, 48);
AT(mmscope_find, prev, 52);
AT(mmscope_find, next, 56);
AT(mmscope_find, reserved, 60);
AT(mmscope_find, gap_start, 64);
AT(mmscope_find, next_gap_start, 80);
AT(mmscope_find, task_size, 96);
AT(mmscope_find, lock, 104);
SIZE(mmscope_explain, 464);
AT(mmscope_explain, va, 8);
AT(mmscope_explain, vma, 16);
AT(mmscope_explain, vma_size, 24);
AT(mmscope_explain, tid, 28);
AT(mmscope_explain, facts, 32);
AT(mmscope_explain, hidden, 40);
AT(mmscope_explain, file_index, 48);
AT(mmscope_explain, below_end, 64);
AT(mmscope_explain, stack_limit, 88);
AT(mmscope_explain, total_vm, 104);
AT(mmscope_explain, huge_surplus, 128);
AT(mmscope_explain, pkru, 136);
AT(mmscope_explain, region, 144);
AT(mmscope_explain, reserved, 148);
AT(mmscope_explain, walk, 152);
AT(mmscope_explain, page, 360);
AT(mmscope_explain, lock, 424);
SIZE(mmscope_vmops_record, 40);
AT(mmscope_vmops_record, nr, 4);
AT(mmscope_vmops_record, start, 8);
AT(mmscope_vmops_record, set, 24);
AT(mmscope_vmops_record, ops_off, 32);
SIZE(mmscope_vmops, 112);
AT(mmscope_vmops, buf, 24);
AT(mmscope_vmops, members, 48);
AT(mmscope_vmops, nr, 56);
AT(mmscope_vmops, reserved, 64);
AT(mmscope_vmops, lock, 72);
SIZE(mmscope_store_slot, 40);
AT(mmscope_store_slot, gap, 8);
AT(mmscope_store_slot, start, 16);
AT(mmscope_store_slot, kind, 32);
SIZE(mmscope_store_node, 40);
AT(mmscope_store_node, depth, 4);
AT(mmscope_store_node, type, 8);
AT(mmscope_store_node, nr_slots, 10);
AT(mmscope_store_node, attrs, 14);
AT(mmscope_store_node, min, 16);
AT(mmscope_store_node, node, 32);
SIZE(mmscope_store, 112);
AT(mmscope_store, buf, 8);
AT(mmscope_store, used, 24);
AT(mmscope_store, addr, 32);
AT(mmscope_store, depth, 40);
AT(mmscope_store, kind, 52);
AT(mmscope_store, nr_vmas, 64);
AT(mmscope_store, lock, 72);
SIZE(mmscope_kernel_region, 24);
AT(mmscope_kernel_region, end, 8);
AT(mmscope_kernel_region, kind, 16);
SIZE(mmscope_kernel, 56);
AT(mmscope_kernel, addrs, 8);
AT(mmscope_kernel, nr, 16);
AT(mmscope_kernel, results, 24);
AT(mmscope_kernel, regions, 32);
AT(mmscope_kernel, result_size, 40);
AT(mmscope_kernel, nr_regions, 44);
AT(mmscope_kernel, reserved, 48);
SIZE(mmscope_frames, 16);
AT(mmscope_frames, end, 8);
SIZE(mmscope_rmap, 104);
AT(mmscope_rmap, start, 8);
AT(mmscope_rmap, end, 16);
AT(mmscope_rmap, frames, 24);
AT(mmscope_rmap, buf, 32);
AT(mmscope_rmap, nr, 40);
AT(mmscope_rmap, nr_frames, 48);
AT(mmscope_rmap, extent_size, 52);
AT(mmscope_rmap, done, 56);
AT(mmscope_rmap, lock, 64);

_Static_assert(MMSCOPE_IOC_INFO == 0xbc00 && MMSCOPE_IOC_NAMES == 0xbc01 &&
	       MMSCOPE_IOC_ATTACH == 0xbc02 && MMSCOPE_IOC_MM == 0xbc03 &&
	       MMSCOPE_IOC_VMAS == 0xbc04 && MMSCOPE_IOC_WALK == 0xbc05 &&
	       MMSCOPE_IOC_EXTENTS == 0xbc06 && MMSCOPE_IOC_TRANSLATE == 0xbc07 &&
	       MMSCOPE_IOC_PAGES == 0xbc08 && MMSCOPE_IOC_STATS == 0xbc09 &&
	       MMSCOPE_IOC_TABLES == 0xbc0a && MMSCOPE_IOC_FIND == 0xbc0b &&
	       MMSCOPE_IOC_EXPLAIN == 0xbc0c &&
	       MMSCOPE_IOC_TASKS == 0xbc0d &&
	       MMSCOPE_IOC_STORE == 0xbc0e && MMSCOPE_IOC_VMOPS == 0xbc0f &&
	       MMSCOPE_IOC_KERNEL == 0xbc10 && MMSCOPE_IOC_RMAP == 0xbc11, "operation numbers");

/* Every operation, with a good argument of it and the fields that must be zero. */
struct bench {
	int fd;
	char *pages;		/* two, and behind them nothing is mapped */
	char *page;		/* their last 8 KiB: an argument at the end of it */
	char *buf;		/* what the argument points to */
	char before[2048];
};

FIXTURE(op) {
	struct bench b;
};

FIXTURE_VARIANT(op) {
	unsigned long nr;
	size_t size;
	size_t first_size;	/* in the first version, if it has grown since */
	bool needs_attach;
	bool attaches;
	size_t zeros[4];	/* offsets of fields that must be zero, 0 ends */
};

FIXTURE_VARIANT_ADD(op, info) {
	.nr = MMSCOPE_IOC_INFO, .size = sizeof(struct mmscope_info),
	.zeros = { offsetof(struct mmscope_info, flags) },
};

FIXTURE_VARIANT_ADD(op, names) {
	.nr = MMSCOPE_IOC_NAMES, .size = sizeof(struct mmscope_names),
	.zeros = { offsetof(struct mmscope_names, reserved) },
};

FIXTURE_VARIANT_ADD(op, attach) {
	.nr = MMSCOPE_IOC_ATTACH, .size = sizeof(struct mmscope_attach), .attaches = true,
	.zeros = { offsetof(struct mmscope_attach, reserved) },
};

FIXTURE_VARIANT_ADD(op, mm) {
	.nr = MMSCOPE_IOC_MM, .size = sizeof(struct mmscope_mm), .first_size = 840,
	.needs_attach = true,
	.zeros = { offsetof(struct mmscope_mm, flags) },
};

FIXTURE_VARIANT_ADD(op, vmas) {
	.nr = MMSCOPE_IOC_VMAS, .size = sizeof(struct mmscope_vmas), .needs_attach = true,
	.zeros = { offsetof(struct mmscope_vmas, flags) },
};

FIXTURE_VARIANT_ADD(op, walk) {
	.nr = MMSCOPE_IOC_WALK, .size = sizeof(struct mmscope_walk), .needs_attach = true,
	.zeros = { offsetof(struct mmscope_walk, flags), offsetof(struct mmscope_walk, reserved) },
};

FIXTURE_VARIANT_ADD(op, extents) {
	.nr = MMSCOPE_IOC_EXTENTS, .size = sizeof(struct mmscope_extents), .needs_attach = true,
	.zeros = { offsetof(struct mmscope_extents, reserved) },
};

FIXTURE_VARIANT_ADD(op, translate) {
	.nr = MMSCOPE_IOC_TRANSLATE, .size = sizeof(struct mmscope_translate),
	.needs_attach = true,
	.zeros = { offsetof(struct mmscope_translate, flags) },
};

FIXTURE_VARIANT_ADD(op, pages) {
	.nr = MMSCOPE_IOC_PAGES, .size = sizeof(struct mmscope_pages), .needs_attach = true,
	.zeros = { offsetof(struct mmscope_pages, flags),
		   offsetof(struct mmscope_pages, reserved) },
};

FIXTURE_VARIANT_ADD(op, stats) {
	.nr = MMSCOPE_IOC_STATS, .size = sizeof(struct mmscope_stats), .needs_attach = true,
};

FIXTURE_VARIANT_ADD(op, tables) {
	.nr = MMSCOPE_IOC_TABLES, .size = sizeof(struct mmscope_tables), .needs_attach = true,
	.zeros = { offsetof(struct mmscope_tables, flags),
		   offsetof(struct mmscope_tables, reserved) },
};

FIXTURE_VARIANT_ADD(op, tasks) {
	.nr = MMSCOPE_IOC_TASKS, .size = sizeof(struct mmscope_tasks), .needs_attach = true,
	.zeros = { offsetof(struct mmscope_tasks, flags),
		   offsetof(struct mmscope_tasks, reserved) },
};

FIXTURE_VARIANT_ADD(op, find) {
	.nr = MMSCOPE_IOC_FIND, .size = sizeof(struct mmscope_find), .needs_attach = true,
	.zeros = { offsetof(struct mmscope_find, flags), offsetof(struct mmscope_find, reserved) },
};

FIXTURE_VARIANT_ADD(op, explain) {
	.nr = MMSCOPE_IOC_EXPLAIN, .size = sizeof(struct mmscope_explain), .needs_attach = true,
	.zeros = { offsetof(struct mmscope_explain, flags),
		   offsetof(struct mmscope_explain, reserved) },
};

FIXTURE_VARIANT_ADD(op, vmops) {
	.nr = MMSCOPE_IOC_VMOPS, .size = sizeof(struct mmscope_vmops), .needs_attach = true,
	.zeros = { offsetof(struct mmscope_vmops, flags),
		   offsetof(struct mmscope_vmops, reserved) },
};

FIXTURE_VARIANT_ADD(op, store) {
	.nr = MMSCOPE_IOC_STORE, .size = sizeof(struct mmscope_store), .needs_attach = true,
};

FIXTURE_VARIANT_ADD(op, kernel) {
	.nr = MMSCOPE_IOC_KERNEL, .size = sizeof(struct mmscope_kernel),
	.zeros = { offsetof(struct mmscope_kernel, flags),
		   offsetof(struct mmscope_kernel, reserved),
		   offsetof(struct mmscope_kernel, reserved) + 4 },
};

FIXTURE_VARIANT_ADD(op, rmap) {
	.nr = MMSCOPE_IOC_RMAP, .size = sizeof(struct mmscope_rmap), .needs_attach = true,
	.zeros = { offsetof(struct mmscope_rmap, flags),
		   offsetof(struct mmscope_rmap, reserved) },
};

#define BUF_SIZE	65536

FIXTURE_SETUP(op)
{
	self->b.fd = scope_open();
	ASSERT_LE(0, self->b.fd)
		TH_LOG(SCOPE_DEVICE ": %s", strerror(-self->b.fd));
	if (variant->needs_attach)
		ASSERT_EQ(0, scope_attach(self->b.fd, 0));
	self->b.pages = mmap(NULL, 3 * page_size, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->b.pages);
	ASSERT_EQ(0, mprotect(self->b.pages + 2 * page_size, page_size, PROT_NONE));
	self->b.page = self->b.pages + 2 * page_size - 8192;
	self->b.buf = mmap(NULL, BUF_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);
	ASSERT_NE(MAP_FAILED, self->b.buf);
}

FIXTURE_TEARDOWN(op)
{
	close(self->b.fd);
}

/* A good argument that lies @room bytes before the end of the readable pages. */
static void *good(struct bench *b, unsigned long nr, size_t size, size_t room)
{
	char *arg = b->page + 8192 - room;

	memset(b->page, 0, 8192);
	memset(b->buf, 0x5a, BUF_SIZE);
	*(uint32_t *)arg = size;
	switch (nr) {
	case MMSCOPE_IOC_NAMES: {
		struct mmscope_names *a = (void *)arg;

		a->names = PTR(b->buf);
		a->nr = 128;
		break;
	}
	case MMSCOPE_IOC_VMAS: {
		struct mmscope_vmas *a = (void *)arg;

		a->end = ~0ULL;
		a->buf = PTR(b->buf);
		a->buf_size = BUF_SIZE;
		break;
	}
	case MMSCOPE_IOC_WALK: {
		struct mmscope_walk *a = (void *)arg;

		memset(b->buf, 0, 16);
		a->addrs = PTR(b->buf);
		a->nr = 2;
		a->result_size = sizeof(struct mmscope_walk_result);
		a->results = PTR(b->buf + 4096);
		break;
	}
	case MMSCOPE_IOC_EXTENTS: {
		struct mmscope_extents *a = (void *)arg;

		a->end = ~0ULL;
		a->buf = PTR(b->buf);
		a->nr = 16;
		a->extent_size = sizeof(struct mmscope_extent);
		break;
	}
	case MMSCOPE_IOC_TRANSLATE: {
		struct mmscope_translate *a = (void *)arg;

		memset(b->buf, 0, 16);
		a->addrs = PTR(b->buf);
		a->nr = 2;
		a->translations = PTR(b->buf + 4096);
		break;
	}
	case MMSCOPE_IOC_PAGES: {
		struct mmscope_pages *a = (void *)arg;

		a->end = ~0ULL;
		a->buf = PTR(b->buf + 4096);
		a->nr = 16;
		a->page_size = sizeof(struct mmscope_page);
		break;
	}
	case MMSCOPE_IOC_STATS: {
		struct mmscope_stats *a = (void *)arg;

		a->end = ~0ULL;
		a->buf = PTR(b->buf + 4096);
		a->nr = 16;
		a->stat_size = sizeof(struct mmscope_stat);
		break;
	}
	case MMSCOPE_IOC_TABLES: {
		struct mmscope_tables *a = (void *)arg;

		a->end = ~0ULL;
		break;
	}
	case MMSCOPE_IOC_TASKS: {
		struct mmscope_tasks *a = (void *)arg;

		a->tasks = PTR(b->buf + 4096);
		a->nr_tasks = 16;
		a->task_size = sizeof(struct mmscope_task);
		break;
	}
	case MMSCOPE_IOC_FIND: {
		struct mmscope_find *a = (void *)arg;

		a->addr = PTR(b->buf);
		a->buf = PTR(b->buf + 4096);
		a->buf_size = BUF_SIZE - 4096;
		break;
	}
	case MMSCOPE_IOC_EXPLAIN: {
		struct mmscope_explain *a = (void *)arg;

		a->va = PTR(b->buf);
		a->vma = PTR(b->buf + 4096);
		a->vma_size = MMSCOPE_VMA_RECORD_MAX;
		break;
	}
	case MMSCOPE_IOC_VMOPS: {
		struct mmscope_vmops *a = (void *)arg;

		a->end = ~0ULL;
		a->buf = PTR(b->buf + 4096);
		a->buf_size = BUF_SIZE - 4096;
		break;
	}
	case MMSCOPE_IOC_STORE: {
		struct mmscope_store *a = (void *)arg;

		a->buf = PTR(b->buf + 4096);
		a->buf_size = BUF_SIZE - 4096;
		break;
	}
	case MMSCOPE_IOC_KERNEL: {
		struct mmscope_kernel *a = (void *)arg;

		a->addrs = PTR(b->buf);
		a->nr = 1;
		a->results = PTR(b->buf + 4096);
		a->result_size = sizeof(struct mmscope_walk_result);
		a->regions = PTR(b->buf + 8192);
		a->nr_regions = MMSCOPE_KERNEL_REGIONS;
		break;
	}
	case MMSCOPE_IOC_RMAP: {
		struct mmscope_rmap *a = (void *)arg;

		*(struct mmscope_frames *)b->buf = (struct mmscope_frames){ 0, 1ULL << 40 };
		a->end = ~0ULL;
		a->frames = PTR(b->buf);
		a->nr_frames = 1;
		a->buf = PTR(b->buf + 4096);
		a->nr = 16;
		a->extent_size = sizeof(struct mmscope_extent);
		break;
	}
	}
	return arg;
}

/* The error, and whether nothing of argument and buffer was changed by it. */
static int refused(struct bench *b, unsigned long nr, char *arg)
{
	size_t room = b->page + 8192 - arg;
	bool same;
	int ret;

	if (room > sizeof(b->before))
		room = sizeof(b->before);
	memcpy(b->before, arg, room);
	ret = scope_ioctl(b->fd, nr, arg);
	same = !memcmp(b->before, arg, room);
	for (size_t i = 4096; i < BUF_SIZE; i++)
		same = same && b->buf[i] == 0x5a;
	return ret && !same ? 1 : ret;
}

/* After every refusal the file is what it was: attached or not. */
#define EXPECT_UNCHANGED() do { \
	struct mmscope_mm mm_; \
	EXPECT_EQ(variant->needs_attach ? 0 : -ENOTCONN, scope_mm(self->b.fd, &mm_)); \
} while (0)

TEST_F(op, sizes)
{
	char *arg = good(&self->b, variant->nr, variant->size, 4096);
	size_t least = variant->first_size ? variant->first_size : variant->size;
	uint32_t short_sizes[] = { 0, 1, 4, 8, least - 8, least - 1 };

	for (size_t i = 0; i < ARRAY_SIZE(short_sizes); i++) {
		arg = good(&self->b, variant->nr, variant->size, 4096);
		*(uint32_t *)arg = short_sizes[i];
		EXPECT_EQ(-EINVAL, refused(&self->b, variant->nr, arg))
			TH_LOG("size %u of %zu", short_sizes[i], variant->size);
	}
	EXPECT_UNCHANGED();

	/* Callers of the first version get as much of the answer. */
	if (variant->first_size) {
		arg = good(&self->b, variant->nr, variant->size, variant->size);
		memset(arg + least, 0x5a, variant->size - least);
		*(uint32_t *)arg = least;
		EXPECT_EQ(0, scope_ioctl(self->b.fd, variant->nr, arg));
		EXPECT_NE(0, ((struct mmscope_mm *)arg)->task_size);
		for (size_t at = least; at < variant->size; at++)
			EXPECT_EQ(0x5a, arg[at]);
	}

	/* Tails, told by their last byte, that are not zero. */
	for (size_t extra = 1; extra <= 2048 - variant->size; extra = extra * 2 + 5) {
		arg = good(&self->b, variant->nr, variant->size, 4096);
		*(uint32_t *)arg = variant->size + extra;
		arg[variant->size + extra - 1] = 1;
		EXPECT_EQ(-E2BIG, refused(&self->b, variant->nr, arg))
			TH_LOG("%zu bytes too long", extra);
	}
	EXPECT_UNCHANGED();

	/* A size that reaches out of the caller's memory, or round the whole of it. */
	arg = good(&self->b, variant->nr, variant->size, variant->size);
	*(uint32_t *)arg = variant->size + 8;
	EXPECT_EQ(-EFAULT, refused(&self->b, variant->nr, arg));
	/* Longer than a page, whatever is there. */
	*(uint32_t *)arg = page_size + 1;
	EXPECT_EQ(-E2BIG, refused(&self->b, variant->nr, arg));
	*(uint32_t *)arg = ~0U;
	EXPECT_EQ(-E2BIG, refused(&self->b, variant->nr, arg));
	EXPECT_UNCHANGED();
}

TEST_F(op, exact_and_longer)
{
	/* At the very end of memory: not a byte more may be read or written. */
	char *arg = good(&self->b, variant->nr, variant->size, variant->size);
	char tail[64];

	EXPECT_EQ(0, scope_ioctl(self->b.fd, variant->nr, arg));
	if (variant->attaches) {
		close(self->b.fd);
		self->b.fd = scope_open();
	}
	arg = good(&self->b, variant->nr, variant->size, 4096);
	*(uint32_t *)arg = variant->size + sizeof(tail);
	memset(tail, 0, sizeof(tail));
	EXPECT_EQ(0, scope_ioctl(self->b.fd, variant->nr, arg));
	EXPECT_EQ(0, memcmp(tail, arg + variant->size, sizeof(tail)));
}

TEST_F(op, reserved_fields)
{
	for (int i = 0; i < 4 && variant->zeros[i]; i++) {
		for (int bit = 0; bit < 32; bit++) {
			char *arg = good(&self->b, variant->nr, variant->size, 4096);

			*(uint32_t *)(arg + variant->zeros[i]) = 1U << bit;
			EXPECT_EQ(-EINVAL, refused(&self->b, variant->nr, arg))
				TH_LOG("offset %zu bit %d", variant->zeros[i], bit);
		}
	}
	EXPECT_UNCHANGED();
}

TEST_F(op, bad_argument_pointers)
{
	char *none = self->b.page + 8192, *half;

	EXPECT_EQ(-EFAULT, scope_ioctl(self->b.fd, variant->nr, NULL));
	EXPECT_EQ(-EFAULT, scope_ioctl(self->b.fd, variant->nr, none));
	EXPECT_EQ(-EFAULT, scope_ioctl(self->b.fd, variant->nr, (void *)-4096UL));
	/* Begins well and ends in nothing. */
	half = self->b.page + 8192 - (variant->size - 8);
	memmove(half, good(&self->b, variant->nr, variant->size, 4096), variant->size - 8);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->b.fd, variant->nr, half));
	EXPECT_UNCHANGED();
}

TEST_F(op, read_only_argument)
{
	char *arg = good(&self->b, variant->nr, variant->size, 4096);

	ASSERT_EQ(0, mprotect(self->b.pages, 2 * page_size, PROT_READ));
	EXPECT_EQ(-EFAULT, scope_ioctl(self->b.fd, variant->nr, arg));
}

TEST_F(op, not_attached)
{
	char *arg = good(&self->b, variant->nr, variant->size, 4096);

	if (!variant->needs_attach)
		return;
	close(self->b.fd);
	self->b.fd = scope_open();
	ASSERT_LE(0, self->b.fd);
	EXPECT_EQ(-ENOTCONN, refused(&self->b, variant->nr, arg));
}

FIXTURE(self) {
	int fd;
	char *memory;		/* three pages, the last PROT_NONE */
};

FIXTURE_SETUP(self)
{
	self->fd = scope_attached(0);
	ASSERT_LE(0, self->fd)
		TH_LOG(SCOPE_DEVICE ": %s", strerror(-self->fd));
	self->memory = mmap(NULL, 3 * 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	ASSERT_NE(MAP_FAILED, self->memory);
	ASSERT_EQ(0, mprotect(self->memory + 2 * 16384, 16384, PROT_NONE));
}

FIXTURE_TEARDOWN(self)
{
	close(self->fd);
}

TEST_F(self, unknown_operations)
{
	char arg[4096] = { };

	for (unsigned int nr = 0x0b; nr < 256; nr++) {
		if (nr == _IOC_NR(MMSCOPE_IOC_FIND) || nr == _IOC_NR(MMSCOPE_IOC_EXPLAIN) ||
		    nr == _IOC_NR(MMSCOPE_IOC_TASKS) || nr == _IOC_NR(MMSCOPE_IOC_STORE) ||
		    nr == _IOC_NR(MMSCOPE_IOC_VMOPS) || nr == _IOC_NR(MMSCOPE_IOC_KERNEL) ||
		    nr == _IOC_NR(MMSCOPE_IOC_RMAP))
			continue;
		EXPECT_EQ(-ENOTTY, scope_ioctl(self->fd, _IO(MMSCOPE_IOC_TYPE, nr), arg));
	}
	/* The number of another type, and ours with a size in it. */
	EXPECT_EQ(-ENOTTY, scope_ioctl(self->fd, _IO(0xbb, 0), arg));
	EXPECT_EQ(-ENOTTY, scope_ioctl(self->fd, _IOWR(MMSCOPE_IOC_TYPE, 0, struct mmscope_info),
				       arg));
	EXPECT_EQ(-ENOTTY, scope_ioctl(self->fd, 0, arg));
	EXPECT_EQ(-ENOTTY, scope_ioctl(self->fd, ~0U, arg));
}

#define REFUSED	200

TEST_F(self, second_attach)
{
	struct mmscope_attach a = { .size = sizeof(a) };
	struct mmscope_mm before, after;

	ASSERT_EQ(0, scope_mm(self->fd, &before));
	for (int i = 0; i < REFUSED; i++)
		EXPECT_EQ(-EBUSY, scope_attach(self->fd, 0));
	EXPECT_EQ(-EBUSY, scope_attach(self->fd, getppid()));
	ASSERT_EQ(0, scope_mm(self->fd, &after));
	EXPECT_EQ(before.start_stack, after.start_stack);
	/* No reference is left of any; CPUs take and drop theirs. */
	EXPECT_GT(before.mm_count + REFUSED / 2, after.mm_count);
	a.flags = ~1U;
	EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_ATTACH, &a));
}

TEST_F(self, no_read_write_or_map)
{
	char byte = 0;

	EXPECT_EQ(-1, read(self->fd, &byte, 1));
	EXPECT_EQ(-1, write(self->fd, &byte, 1));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, page_size, PROT_READ, MAP_SHARED, self->fd, 0));
}

TEST(attach_flags)
{
	for (int bit = 1; bit < 32; bit++) {
		struct mmscope_attach a = { .size = sizeof(a), .flags = 1U << bit };
		int fd = scope_open();

		ASSERT_LE(0, fd);
		EXPECT_EQ(-EINVAL, scope_ioctl(fd, MMSCOPE_IOC_ATTACH, &a));
		/* And it can be attached still. */
		EXPECT_EQ(0, scope_attach(fd, 0));
		close(fd);
	}
}

/* Entries of a full table: of 4 bytes on x86 with two levels, of 8 everywhere else. */
static unsigned int table_entries(const struct mmscope_info *info)
{
	return info->page_size / (info->nr_levels == 2 && info->page_size == 4096 ? 4 : 8);
}

/*
 * Leaves of a level are pages that the kernel has: they are in the list of hugetlb's. On
 * the root, too, where levels are folded into it; not on PAE's, for it is of 1 GiB each.
 */
static bool maps_memory(const struct mmscope_info *info, const struct mmscope_level_info *l)
{
	char path[80];

	if (l->level == MMSCOPE_LEVEL_PTE)
		return 1ULL << l->shift == info->page_size;
	snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/hugepages-%llukB",
		 1ULL << (l->shift - 10));
	return !access(path, F_OK);
}

/* The root may be shorter: four entries with PAE, or what is left of the address. */
static bool root_is_right(const struct mmscope_info *info, unsigned int bits)
{
	unsigned int nr = info->levels[0].nr_entries;

	if (!strcmp(info->arch, "arm64"))
		return bits == info->va_bits && nr <= table_entries(info);
	if (bits == 32)
		return nr == (info->nr_levels == 3 ? 4 : 1024) && info->va_bits == 32;
	/* Half of what the tables span is the kernel's. */
	return nr == 512 && info->va_bits == bits - 1;
}

TEST(info)
{
	struct mmscope_info info;
	struct utsname name;
	unsigned int bits;
	int fd = scope_open();

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, scope_info(fd, &info));
	ASSERT_EQ(0, uname(&name));
	EXPECT_STREQ(name.release, info.release);
	EXPECT_STREQ(SCOPE_ARCH, info.arch);
	EXPECT_EQ(MMSCOPE_API_VERSION, info.api_version);
	EXPECT_EQ((uint32_t)sysconf(_SC_PAGESIZE), info.page_size);
	ASSERT_GE(MMSCOPE_NR_LEVELS, info.nr_levels);
	ASSERT_LE(2U, info.nr_levels);
	/* From the leaves up: each level spans the whole table of the next. */
	bits = __builtin_ctz(info.page_size);
	for (int i = info.nr_levels - 1; i >= 0; i--) {
		const struct mmscope_level_info *l = &info.levels[i];

		EXPECT_EQ(bits, l->shift);
		if (i)
			EXPECT_EQ(table_entries(&info), l->nr_entries);
		bits += __builtin_ctz(l->nr_entries);
		if (i)
			EXPECT_LT(info.levels[i - 1].level, l->level);
		EXPECT_EQ(maps_memory(&info, l), l->leaf)
			TH_LOG("level %u, entries of %u bits", l->level, l->shift);
	}
	EXPECT_EQ(MMSCOPE_LEVEL_PGD, info.levels[0].level);
	EXPECT_EQ(MMSCOPE_LEVEL_PTE, info.levels[info.nr_levels - 1].level);
	for (unsigned int i = info.nr_levels; i < MMSCOPE_NR_LEVELS; i++)
		EXPECT_EQ(0, info.levels[i].shift);
	EXPECT_TRUE(root_is_right(&info, bits))
		TH_LOG("%u entries, tables for %u bits, addresses of %u", info.levels[0].nr_entries,
		       bits, info.va_bits);
	EXPECT_LE(1U, info.max_batch / 4096);
	EXPECT_EQ((1ULL << MMSCOPE_NR_NAMES) - 1, info.names);
	close(fd);
}

TEST(names)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	int fd = scope_open();

	ASSERT_LE(0, fd);
	for (uint32_t class = 0; class < MMSCOPE_NR_NAMES; class++) {
		struct mmscope_name names[130], few[130];
		struct mmscope_names a = { .size = sizeof(a), .which = class };
		uint64_t bits = 0;
		uint32_t count;

		ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_NAMES, &a));
		count = a.nr;
		ASSERT_LT(0U, count);
		ASSERT_GE(64U, count);

		memset(names, 0x5a, sizeof(names));
		a = (struct mmscope_names){ .size = sizeof(a), .which = class,
					    .names = PTR(names), .nr = 130 };
		ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_NAMES, &a));
		EXPECT_EQ(count, a.nr);
		for (uint32_t i = 0; i < count; i++) {
			size_t length = strnlen(names[i].name, sizeof(names[i].name));

			ASSERT_GT(64U, names[i].bit);
			EXPECT_LT(length, sizeof(names[i].name));
			EXPECT_LT(0U, length);
			EXPECT_EQ(length, strspn(names[i].name, alphabet))
				TH_LOG("%.28s", names[i].name);
			/* No bit twice, save the four of a protection key. */
			EXPECT_EQ(0ULL, bits & 1ULL << names[i].bit)
				TH_LOG("bit %u %.28s", names[i].bit, names[i].name);
			bits |= 1ULL << names[i].bit;
			/* No memory of the kernel behind the string. */
			for (size_t j = length; j < sizeof(names[i].name); j++)
				EXPECT_EQ(0, names[i].name[j]);
		}
		EXPECT_EQ(0x5a, *(unsigned char *)&names[count]);

		/* A short array: filled as far as it goes, and the count all the same. */
		memset(few, 0x5a, sizeof(few));
		a = (struct mmscope_names){ .size = sizeof(a), .which = class,
					    .names = PTR(few), .nr = 1 };
		ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_NAMES, &a));
		EXPECT_EQ(count, a.nr);
		EXPECT_EQ(0, memcmp(few, names, sizeof(few[0])));
		EXPECT_EQ(0x5a, *(unsigned char *)&few[1]);

		a = (struct mmscope_names){ .size = sizeof(a), .which = class,
					    .names = 4096, .nr = 1 };
		EXPECT_EQ(-EFAULT, scope_ioctl(fd, MMSCOPE_IOC_NAMES, &a));
	}
	for (uint32_t class = MMSCOPE_NR_NAMES; class; class <<= 1) {
		struct mmscope_names a = { .size = sizeof(a), .which = class };

		EXPECT_EQ(-EINVAL, scope_ioctl(fd, MMSCOPE_IOC_NAMES, &a));
	}
	close(fd);
}

/* Page flags have the names of the running kernel's own header. */
TEST(names_of_page_flags)
{
	static const struct { unsigned int bit; const char *name; } always[] = {
		{ 0, "locked" }, { 5, "lru" }, { 12, "anon" }, { 16, "compound_tail" },
		{ 19, "hwpoison" }, { 26, "pgtable" }, { 32, "reserved" }, { 38, "arch" },
		{ MMSCOPE_KPF_READAHEAD, "readahead" },
	};
	const char *got[64] = { 0 };
	struct mmscope_name names[64];
	struct mmscope_names a = { .size = sizeof(a), .which = MMSCOPE_NAMES_KPF,
				   .names = PTR(names), .nr = 64 };
	unsigned int major, minor, version;
	struct utsname uts;
	int fd = scope_open();

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, uname(&uts));
	ASSERT_EQ(2, sscanf(uts.release, "%u.%u", &major, &minor));
	version = major * 100 + minor;
	ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_NAMES, &a));
	for (uint32_t i = 0; i < a.nr; i++)
		got[names[i].bit] = names[i].name;
	for (size_t i = 0; i < ARRAY_SIZE(always); i++) {
		ASSERT_NE(NULL, got[always[i].bit]);
		EXPECT_STREQ(always[i].name, got[always[i].bit]);
	}
	ASSERT_NE(NULL, got[34]);
	EXPECT_STREQ(version < 612 ? "mappedtodisk" : "owner_2", got[34]);
	if (version < 519) {
		EXPECT_EQ(NULL, got[MMSCOPE_KPF_ANON_EXCLUSIVE]);
	} else {
		ASSERT_NE(NULL, got[MMSCOPE_KPF_ANON_EXCLUSIVE]);
		EXPECT_STREQ("anon_exclusive", got[MMSCOPE_KPF_ANON_EXCLUSIVE]);
	}
	close(fd);
}

static struct mmscope_vmas vmas_arg(void *buf, uint64_t size)
{
	return (struct mmscope_vmas){ .size = sizeof(struct mmscope_vmas), .end = ~0ULL,
				      .buf = PTR(buf), .buf_size = size };
}

TEST_F(self, vmas_arguments)
{
	struct mmscope_vmas a;
	char *m = self->memory;

	/* Exactly one record's worth, at the end of what is mapped: goes on by cursor. */
	a = vmas_arg(m + 32768 - MMSCOPE_VMA_RECORD_MAX, MMSCOPE_VMA_RECORD_MAX);
	EXPECT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &a));
	EXPECT_LT(0U, a.nr);

	a = vmas_arg(m, MMSCOPE_VMA_RECORD_MAX - 8);
	EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &a));
	a = vmas_arg(m, 0);
	EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &a));
	for (int i = 1; i < 8; i++) {
		a = vmas_arg(m + i, 16384);
		EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &a));
	}
	a = vmas_arg(NULL, 16384);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &a));
	a = vmas_arg(m + 32768, 16384);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &a));
	/* Mapped for 64 bytes only: no record fits. */
	a = vmas_arg(m + 32768 - 64, 16384);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &a));
	a = vmas_arg((void *)-8192UL, 8192);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &a));
	/* A size that would go round. */
	a = vmas_arg(m, ~7ULL);
	EXPECT_GE(0, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &a));

	a = vmas_arg(m, 16384);
	a.start = 2 * ALIGNED;
	a.end = ALIGNED;
	EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &a));
	/* An empty range, and one behind everything, are no error. */
	a = vmas_arg(m, 16384);
	a.start = ALIGNED;
	a.end = ALIGNED;
	EXPECT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &a));
	EXPECT_EQ(0U, a.nr);
	EXPECT_EQ(1U, a.done);
	a = vmas_arg(m, 16384);
	a.start = ~0ULL;
	EXPECT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_VMAS, &a));
	EXPECT_EQ(0U, a.nr);
	EXPECT_EQ(0ULL, a.used);
	EXPECT_EQ(1U, a.done);
}

static struct mmscope_walk walk_arg(void *addrs, uint64_t nr, void *results)
{
	return (struct mmscope_walk){
		.size = sizeof(struct mmscope_walk), .addrs = PTR(addrs), .nr = nr,
		.result_size = sizeof(struct mmscope_walk_result), .results = PTR(results),
	};
}

TEST_F(self, walk_arguments)
{
	struct mmscope_walk_result expected[4];
	uint64_t *addrs = (uint64_t *)self->memory;
	char *out = self->memory + 16384;
	struct mmscope_walk a;
	char *edge = self->memory + 32768;

	for (int i = 0; i < 4; i++)
		addrs[i] = PTR(self->memory) + i * 8;
	ASSERT_EQ(0, scope_walk(self->fd, addrs, 4, expected));

	/* Nothing asked, nothing done; pointers do not matter then. */
	a = walk_arg(NULL, 0, NULL);
	EXPECT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	EXPECT_EQ(0ULL, a.nr);

	/* A longer element is filled with zeros to its end. */
	memset(out, 0x5a, 4096);
	a = walk_arg(addrs, 4, out);
	a.result_size = sizeof(expected[0]) + 24;
	EXPECT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	for (int i = 0; i < 4; i++) {
		char *at = out + i * a.result_size;

		EXPECT_EQ(0, memcmp(at, &expected[i],
				    offsetof(struct mmscope_walk_result, levels)));
		for (int j = 0; j < 24; j++)
			EXPECT_EQ(0, at[sizeof(expected[0]) + j]);
	}
	EXPECT_EQ(0x5a, out[4 * a.result_size]);

	for (uint32_t size = 0; size < sizeof(expected[0]); size += 8) {
		a = walk_arg(addrs, 1, out);
		a.result_size = size;
		EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	}
	a = walk_arg(NULL, 1, out);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	a = walk_arg(addrs, 1, NULL);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	a = walk_arg(edge, 1, out);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	a = walk_arg(addrs, 1, edge);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	a = walk_arg(addrs, 1, (void *)-4096UL);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	/* Half of the addresses, then half of the results, are beyond the edge. */
	a = walk_arg(edge - 16, 4, out);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	a = walk_arg(addrs, 4, edge - 2 * sizeof(expected[0]));
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	/* To the edge and not beyond. */
	a = walk_arg(addrs, 4, edge - 4 * sizeof(expected[0]));
	EXPECT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	EXPECT_EQ(4ULL, a.nr);
	/* Products that overflow, and no more memory than a chunk's taken. */
	a = walk_arg(addrs, ~0ULL, out);
	EXPECT_GT(0, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	a = walk_arg(addrs, 1ULL << 61, out);
	EXPECT_GT(0, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
	a = walk_arg(addrs, 1, out);
	a.result_size = ~0U;
	EXPECT_GT(0, scope_ioctl(self->fd, MMSCOPE_IOC_WALK, &a));
}

static struct mmscope_extents extents_arg(void *buf, uint64_t nr)
{
	return (struct mmscope_extents){
		.size = sizeof(struct mmscope_extents), .end = ~0ULL, .buf = PTR(buf), .nr = nr,
		.extent_size = sizeof(struct mmscope_extent),
	};
}

static int extents_range(int fd, uint64_t start, uint64_t end)
{
	struct mmscope_extent e[16];
	struct mmscope_extents a = extents_arg(e, 16);

	a.start = start;
	a.end = end;
	return scope_ioctl(fd, MMSCOPE_IOC_EXTENTS, &a);
}

TEST_F(self, extents_ranges)
{
	EXPECT_EQ(0, extents_range(self->fd, 0, ~0ULL));
	EXPECT_EQ(0, extents_range(self->fd, ALIGNED, ALIGNED));
	EXPECT_EQ(0, extents_range(self->fd, 0, 0));
	EXPECT_EQ(-EINVAL, extents_range(self->fd, 2 * ALIGNED, ALIGNED));
	EXPECT_EQ(-EINVAL, extents_range(self->fd, 1, ALIGNED));
	EXPECT_EQ(-EINVAL, extents_range(self->fd, 2048, ALIGNED));
	EXPECT_EQ(-EINVAL, extents_range(self->fd, 0, ALIGNED + 1));
	EXPECT_EQ(-EINVAL, extents_range(self->fd, 0, ~0ULL - 1));
	EXPECT_EQ(-EINVAL, extents_range(self->fd, ~0ULL, 0));
	EXPECT_EQ(-EINVAL, extents_range(self->fd, -ALIGNED, ALIGNED));
	/* Page-aligned to the last page: it ends with user space. */
	EXPECT_EQ(0, extents_range(self->fd, 0, -ALIGNED));
	EXPECT_EQ(0, extents_range(self->fd, 0xffff800000000000, 0xffff800000010000));
}

TEST_F(self, extents_arguments)
{
	char *m = self->memory, *edge = m + 32768;
	struct mmscope_extents a;

	a = extents_arg(m, 0);
	EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	for (int i = 1; i < 8; i++) {
		a = extents_arg(m + i, 4);
		EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	}
	for (uint32_t size = 0; size < sizeof(struct mmscope_extent); size += 8) {
		a = extents_arg(m, 4);
		a.extent_size = size;
		EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	}
	for (unsigned int bit = MMSCOPE_NR_STATUS; bit < 32; bit++) {
		a = extents_arg(m, 4);
		a.statuses = 1U << bit;
		EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	}
	for (unsigned int bit = 0; bit < 64; bit++) {
		uint64_t flag = 1ULL << bit;

		a = extents_arg(m, 4);
		a.ignore_flags = flag;
		EXPECT_EQ(ALL_FLAGS & flag ? 0 : -EINVAL,
			  scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
		a = extents_arg(m, 4);
		a.require_flags = flag;
		EXPECT_EQ(ALL_FLAGS & flag ? 0 : -EINVAL,
			  scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
		/* What is not to be reported cannot be asked for. */
		a = extents_arg(m, 4);
		a.ignore_flags = flag;
		a.require_flags = flag;
		EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	}
	a = extents_arg(NULL, 4);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	a = extents_arg(edge, 4);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	a = extents_arg(edge - 40, 4);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	a = extents_arg((void *)-4096UL, 4);
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	a = extents_arg(edge - 40, 1);
	EXPECT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	EXPECT_EQ(1ULL, a.nr);
	EXPECT_EQ(0U, a.done);
	a = extents_arg(m, ~0ULL);
	EXPECT_GE(0, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	a = extents_arg(m, 1ULL << 62);
	EXPECT_GE(0, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
}

/* Words stay within the elements that there are, and come when there are enough. */
TEST_F(self, extents_words)
{
	const size_t pages = 1024, most = 256;
	struct mmscope_extent *e = calloc(most, sizeof(*e));
	char *m = mmap(NULL, pages * page_size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	struct mmscope_extents a;

	ASSERT_NE(NULL, e);
	ASSERT_NE(MAP_FAILED, m);
	for (unsigned int bit = 0; bit < 32; bit++) {
		a = extents_arg(e, most);
		a.flags = 1U << bit;
		EXPECT_EQ(bit < 2 ? 0 : -EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	}
	for (size_t nr = 1; nr < most; nr++) {
		bool any = false;

		memset(e, 0xa5, most * sizeof(*e));
		a = extents_arg(e, nr);
		a.flags = MMSCOPE_EXTENTS_DENSE_ALL;
		a.start = PTR(m);
		a.end = PTR(m) + pages * page_size;
		ASSERT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
		ASSERT_GE(nr, a.nr);
		ASSERT_LT(PTR(m), a.start);
		for (size_t i = 0; i < a.nr; i++) {
			if (e[i].status != MMSCOPE_DENSE)
				continue;
			any = true;
			i += ((e[i].end - e[i].start) / page_size + 4) / 5;
			ASSERT_GT(a.nr, i);
		}
		/* Huge pages have no words. */
		if (nr < MMSCOPE_DENSE_NR_MIN)
			EXPECT_FALSE(any);
		for (char *byte = (char *)&e[a.nr]; byte < (char *)&e[most]; byte++)
			ASSERT_EQ((char)0xa5, *byte);
	}
	munmap(m, pages * page_size);
	free(e);
}

TEST_F(self, rmap_arguments)
{
	char *m = self->memory, *edge = m + 32768;
	const struct mmscope_frames all = { 0, 1ULL << 52 };
	const struct {
		struct mmscope_frames f[2];
		int ret;
	} rows[] = {
		{ { { 0, ALIGNED }, { ALIGNED, 2 * ALIGNED } }, 0 },
		{ { { 0, ALIGNED }, { 1ULL << 63, -ALIGNED } }, 0 },
		{ { { 0, 2 * ALIGNED }, { ALIGNED, 3 * ALIGNED } }, -EINVAL },
		{ { { ALIGNED, 2 * ALIGNED }, { 0, ALIGNED } }, -EINVAL },
		{ { { 0, ALIGNED }, { 0, ALIGNED } }, -EINVAL },
		{ { { 0, 0 }, { ALIGNED, 2 * ALIGNED } }, -EINVAL },
		{ { { 2 * ALIGNED, ALIGNED }, { 2 * ALIGNED, 3 * ALIGNED } }, -EINVAL },
		{ { { 0, ALIGNED }, { ALIGNED + 1, 2 * ALIGNED } }, -EINVAL },
		{ { { 0, ALIGNED - 1 }, { ALIGNED, 2 * ALIGNED } }, -EINVAL },
		{ { { 0, ALIGNED }, { ALIGNED, ~0ULL } }, -EINVAL },
	};
	const struct mmscope_rmap good = {
		.size = sizeof(good), .end = ~0ULL, .frames = PTR(&all), .nr_frames = 1,
		.buf = PTR(m), .nr = 4, .extent_size = sizeof(struct mmscope_extent),
	};
	struct mmscope_rmap a;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		a = good;
		a.frames = PTR(rows[i].f);
		a.nr_frames = 2;
		EXPECT_EQ(rows[i].ret, scope_ioctl(self->fd, MMSCOPE_IOC_RMAP, &a))
			TH_LOG("row %zu", i);
	}
#define EXPECT_RMAP(expected, field, value) do { \
	a = good; \
	a.field = (value); \
	EXPECT_EQ(expected, scope_ioctl(self->fd, MMSCOPE_IOC_RMAP, &a)); \
} while (0)
	EXPECT_RMAP(0, nr, 1);
	EXPECT_EQ(1ULL, a.nr);
	EXPECT_EQ(0U, a.done);
	EXPECT_RMAP(-EINVAL, nr, 0);
	EXPECT_RMAP(-EINVAL, nr_frames, 0);
	EXPECT_RMAP(-EINVAL, nr_frames, MMSCOPE_FRAMES_MAX + 1);
	EXPECT_RMAP(-EINVAL, nr_frames, ~0U);
	EXPECT_RMAP(-EINVAL, extent_size, sizeof(struct mmscope_extent) - 8);
	EXPECT_RMAP(-EINVAL, extent_size, sizeof(struct mmscope_extent) + 8);
	EXPECT_RMAP(-EINVAL, start, 1);
	EXPECT_RMAP(-EINVAL, end, 1);
	EXPECT_RMAP(-EINVAL, start, ~0ULL);
	EXPECT_RMAP(-EINVAL, buf, PTR(m) + 1);
	EXPECT_RMAP(-EFAULT, buf, PTR(edge));
	EXPECT_RMAP(-EFAULT, frames, PTR(edge));
	EXPECT_RMAP(-EFAULT, frames, PTR(edge) - 8);
	EXPECT_RMAP(-EFAULT, frames, 0);
	/* As many as can be: the last page of them is not there. */
	a = good;
	a.frames = PTR(edge) - 4096;
	a.nr_frames = MMSCOPE_FRAMES_MAX;
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_RMAP, &a));
	/* An empty range is none. */
	EXPECT_RMAP(0, end, 0);
	EXPECT_EQ(0ULL, a.nr);
	EXPECT_EQ(1U, a.done);
}

TEST_F(self, translate_arguments)
{
	uint64_t *addrs = (uint64_t *)self->memory;
	char *out = self->memory + 16384, *edge = self->memory + 32768;
	const struct {
		void *addrs, *to;
		uint64_t nr;
		int ret;
	} rows[] = {
		{ NULL, NULL, 0, 0 },
		{ addrs, out, 100, 0 },
		{ addrs, edge - 16, 1, 0 },
		{ NULL, out, 1, -EFAULT },
		{ addrs, NULL, 1, -EFAULT },
		{ edge, out, 1, -EFAULT },
		{ addrs, edge, 1, -EFAULT },
		{ edge - 16, out, 4, -EFAULT },
		{ addrs, edge - 16, 2, -EFAULT },
		{ addrs, out, ~0ULL, -EFAULT },
		{ addrs, out, 1ULL << 60, -EFAULT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mmscope_translate a = {
			.size = sizeof(a), .addrs = PTR(rows[i].addrs), .nr = rows[i].nr,
			.translations = PTR(rows[i].to),
		};

		EXPECT_EQ(rows[i].ret, scope_ioctl(self->fd, MMSCOPE_IOC_TRANSLATE, &a))
			TH_LOG("row %zu", i);
	}
}

/* PAGES and STATS take ranges and arrays by the rules of EXTENTS. */
static const struct {
	uint64_t start, end;
	size_t skew;
	uint64_t nr;
	int size;	/* more, or less, than the element's */
	int ret;
} arrays[] = {
	{ 0, ~0ULL, 0, 4, 0, 0 },
	{ ALIGNED, ALIGNED, 0, 4, 0, 0 },
	{ 2 * ALIGNED, ALIGNED, 0, 4, 0, -EINVAL },
	{ 1, ALIGNED, 0, 4, 0, -EINVAL },
	{ 0, ALIGNED + 1, 0, 4, 0, -EINVAL },
	{ 0, ~0ULL - 1, 0, 4, 0, -EINVAL },
	{ 0, ~0ULL, 1, 4, 0, -EINVAL },
	{ 0, ~0ULL, 4, 4, 0, -EINVAL },
	{ 0, ~0ULL, 0, 0, 0, -EINVAL },
	{ 0, ~0ULL, 0, 4, -8, -EINVAL },
	{ 0, ~0ULL, 32768, 4, 0, -EFAULT },
};

TEST_F(self, pages_arguments)
{
	struct mmscope_pages a;

	for (size_t i = 0; i < ARRAY_SIZE(arrays); i++) {
		a = (struct mmscope_pages){
			.size = sizeof(a), .start = arrays[i].start, .end = arrays[i].end,
			.buf = PTR(self->memory) + arrays[i].skew, .nr = arrays[i].nr,
			.page_size = sizeof(struct mmscope_page) + arrays[i].size,
		};
		EXPECT_EQ(arrays[i].ret, scope_ioctl(self->fd, MMSCOPE_IOC_PAGES, &a))
			TH_LOG("row %zu", i);
	}
	for (unsigned int bit = 0; bit < 32; bit++) {
		bool known = bit < MMSCOPE_NR_STATUS && bit != MMSCOPE_NONE &&
			     bit != MMSCOPE_NO_VMA;

		a = (struct mmscope_pages){
			.size = sizeof(a), .end = ~0ULL, .buf = PTR(self->memory), .nr = 4,
			.page_size = sizeof(struct mmscope_page), .statuses = 1U << bit,
		};
		EXPECT_EQ(known ? 0 : -EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_PAGES, &a))
			TH_LOG("status %u", bit);
	}
}

TEST_F(self, stats_arguments)
{
	struct mmscope_stats a;

	for (size_t i = 0; i < ARRAY_SIZE(arrays); i++) {
		a = (struct mmscope_stats){
			.size = sizeof(a), .start = arrays[i].start, .end = arrays[i].end,
			.buf = PTR(self->memory) + arrays[i].skew, .nr = arrays[i].nr,
			.stat_size = sizeof(struct mmscope_stat) + arrays[i].size,
		};
		EXPECT_EQ(arrays[i].ret, scope_ioctl(self->fd, MMSCOPE_IOC_STATS, &a))
			TH_LOG("row %zu", i);
	}
	for (unsigned int bit = 0; bit < 32; bit++) {
		a = (struct mmscope_stats){
			.size = sizeof(a), .flags = 1U << bit, .end = ~0ULL,
			.buf = PTR(self->memory), .nr = 4, .stat_size = sizeof(struct mmscope_stat),
		};
		EXPECT_EQ(1U << bit == MMSCOPE_STATS_ROLLUP ? 0 : -EINVAL,
			  scope_ioctl(self->fd, MMSCOPE_IOC_STATS, &a));
	}
}

TEST_F(self, tables_ranges)
{
	for (size_t i = 0; i < 6; i++) {
		struct mmscope_tables a = {
			.size = sizeof(a), .start = arrays[i].start, .end = arrays[i].end,
		};

		EXPECT_EQ(arrays[i].ret, scope_ioctl(self->fd, MMSCOPE_IOC_TABLES, &a))
			TH_LOG("row %zu", i);
	}
}

TEST_F(self, explain_arguments)
{
	const struct {
		uint64_t skew;
		uint32_t size;
		int32_t tid;
		int ret;
	} rows[] = {
		{ 0, MMSCOPE_VMA_RECORD_MAX, 0, 0 },
		{ 0, 65536, 0, 0 },
		{ 0, MMSCOPE_VMA_RECORD_MAX - 1, 0, -EINVAL },
		{ 0, 0, 0, -EINVAL },
		{ 4, MMSCOPE_VMA_RECORD_MAX, 0, -EINVAL },
		{ 0, MMSCOPE_VMA_RECORD_MAX, -1, -EINVAL },
		{ 0, MMSCOPE_VMA_RECORD_MAX, 1, -ESRCH },	/* another address space */
		{ 0, MMSCOPE_VMA_RECORD_MAX, 1 << 30, -ESRCH },
		{ 0, MMSCOPE_VMA_RECORD_MAX, getpid(), 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mmscope_explain a = {
			.size = sizeof(a), .va = PTR(self->memory),
			.vma = PTR(self->memory) + rows[i].skew, .vma_size = rows[i].size,
			.tid = rows[i].tid,
		};
		const struct mmscope_vma *v = (const void *)self->memory;

		EXPECT_EQ(rows[i].ret, scope_ioctl(self->fd, MMSCOPE_IOC_EXPLAIN, &a))
			TH_LOG("row %zu", i);
		if (rows[i].ret)
			continue;
		EXPECT_EQ(v->size, a.vma_size);
		EXPECT_TRUE(v->start <= a.va && a.va < v->end);
		EXPECT_EQ(1U, a.lock.nr_locks);
	}
}

/* A budget shorter than any hold ends each one after a page table; the answer is the same. */
TEST_F(self, a_budget_shortens_holds)
{
	const size_t table = huge_size, tables = 16, size = tables * table;
	struct mmscope_extent e[4], within[4];
	struct mmscope_extents a = extents_arg(e, 4);
	char *m = mmap(NULL, size + table, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t start;

	ASSERT_NE(MAP_FAILED, m);
	madvise(m, size + table, MADV_NOHUGEPAGE);
	start = (PTR(m) + table - 1) & ~(table - 1);
	/* A page in each table: the zero page, read only. */
	for (size_t i = 0; i < tables; i++)
		(void)*(volatile char *)(uintptr_t)(start + i * table);

	a.start = start;
	a.end = start + size;
	a.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_NONE);
	a.nr = 1;
	ASSERT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	/* One, or some more when the processor was wanted meanwhile; never one for each table. */
	EXPECT_LE(1U, a.lock.nr_locks);
	EXPECT_GT(tables / 2, a.lock.nr_locks);

	a = extents_arg(e, 4);
	a.start = start;
	a.end = start + size;
	a.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_MARKER);
	a.lock.budget_ns = 1;
	ASSERT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
	EXPECT_EQ(1U, a.done);
	EXPECT_EQ(0ULL, a.nr);
	EXPECT_LE(tables, a.lock.nr_locks);
	EXPECT_EQ(1ULL, a.lock.budget_ns);

	/* The same runs, whatever the budget. */
	for (int budget = 0; budget < 2; budget++) {
		a = extents_arg(budget ? within : e, 4);
		a.start = start;
		a.end = start + 2 * table;
		a.lock.budget_ns = budget;
		ASSERT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_EXTENTS, &a));
		ASSERT_EQ(2ULL, a.nr);
	}
	EXPECT_EQ(0, memcmp(e, within, 2 * sizeof(e[0])));
	munmap(m, size + table);
}

TEST_F(self, mm_buffers)
{
	char *edge = self->memory + 32768, text[4096], own[4096];
	struct mmscope_mm mm = { .size = sizeof(mm), .exe = PTR(text), .exe_size = sizeof(text) };
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);
	uint32_t length;

	ASSERT_LT(0, n);
	own[n] = '\0';
	ASSERT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_MM, &mm));
	EXPECT_STREQ(own, text);
	length = mm.exe_size;
	EXPECT_EQ(n + 1, length);

	/* Too short: cut, the full length told, nothing written behind. */
	memset(text, 0x5a, sizeof(text));
	mm = (struct mmscope_mm){ .size = sizeof(mm), .exe = PTR(text), .exe_size = 5 };
	ASSERT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_MM, &mm));
	EXPECT_EQ(length, mm.exe_size);
	EXPECT_EQ(0, memcmp(text, own, 4));
	EXPECT_EQ(0x5a, text[5]);

	mm = (struct mmscope_mm){ .size = sizeof(mm), .exe = PTR(edge), .exe_size = 100 };
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_MM, &mm));
	mm = (struct mmscope_mm){ .size = sizeof(mm), .exe = PTR(edge - 2), .exe_size = 100 };
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_MM, &mm));
	mm = (struct mmscope_mm){ .size = sizeof(mm), .cpumask = PTR(edge), .cpumask_size = 100 };
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_MM, &mm));
}

TEST_F(self, mm_cpumask)
{
	unsigned char mask[2048];
	struct mmscope_mm mm = {
		.size = sizeof(mm), .cpumask = PTR(mask), .cpumask_size = sizeof(mask),
	};
	unsigned int set = 0;

	memset(mask, 0xff, sizeof(mask));
	ASSERT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_MM, &mm));
	ASSERT_LE(mm.cpumask_size, sizeof(mask));
	EXPECT_LE((mm.nr_cpus + 7) / 8, mm.cpumask_size);
	for (uint32_t i = 0; i < mm.cpumask_size * 8; i++)
		if (mask[i / 8] & 1 << i % 8) {
			set++;
			EXPECT_GT(mm.nr_cpus, i);
		}
	/* The caller runs, and no more CPUs than there are can know its tables. */
#ifdef __aarch64__
	/* It flushes by ASID, everywhere, and keeps no mask (arch/arm64/mm/context.c). */
	EXPECT_EQ(0U, set);
#else
	EXPECT_LE(1U, set);
#endif
	EXPECT_GE((unsigned int)sysconf(_SC_NPROCESSORS_CONF), set);
	EXPECT_EQ(0xff, mask[mm.cpumask_size]);
}

TEST_HARNESS_MAIN
