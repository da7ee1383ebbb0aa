// SPDX-License-Identifier: GPL-2.0-only
/* ops.c - every operation of the module and the meaning of each field: the one table */
#include <string.h>
#include <sys/mman.h>

#include "ops.h"
#include "scope.h"

#define FIELD(type, member, kind, value) { \
	#member, offsetof(struct type, member), sizeof_field(struct type, member), kind, value }
#define sizeof_field(type, member)	sizeof(((type *)0)->member)
#define STATUSES	((1U << MMSCOPE_NR_STATUS) - 1)
#define NO_PAGE		(1U << MMSCOPE_NONE | 1U << MMSCOPE_NO_VMA)

const struct op ops[] = {
	{ "info", MMSCOPE_IOC_INFO, sizeof(struct mmscope_info), true, {
		FIELD(mmscope_info, size, OP_SIZE, 0),
		FIELD(mmscope_info, flags, OP_FLAGS, 0),
	} },
	{ "names", MMSCOPE_IOC_NAMES, sizeof(struct mmscope_names), true, {
		FIELD(mmscope_names, size, OP_SIZE, 0),
		FIELD(mmscope_names, which, OP_ENUM, MMSCOPE_NR_NAMES),
		FIELD(mmscope_names, names, OP_BUF, 0),
		FIELD(mmscope_names, nr, OP_NR, sizeof(struct mmscope_name)),
		FIELD(mmscope_names, reserved, OP_ZERO, 0),
	} },
	{ "attach", MMSCOPE_IOC_ATTACH, sizeof(struct mmscope_attach), true, {
		FIELD(mmscope_attach, size, OP_SIZE, 0),
		FIELD(mmscope_attach, flags, OP_FLAGS, MMSCOPE_ATTACH_PAGEMAP_FD),
		FIELD(mmscope_attach, pid, OP_PID, 0),
		FIELD(mmscope_attach, pagemap_fd, OP_FD, 0),
		FIELD(mmscope_attach, reserved, OP_ZERO, 0),
	} },
	{ "mm", MMSCOPE_IOC_MM, sizeof(struct mmscope_mm), false, {
		FIELD(mmscope_mm, size, OP_SIZE, 0),
		FIELD(mmscope_mm, flags, OP_FLAGS, 0),
		FIELD(mmscope_mm, exe, OP_BUF, 0),
		FIELD(mmscope_mm, exe_size, OP_BUF_SIZE, 0),
		FIELD(mmscope_mm, cpumask_size, OP_BUF_SIZE, 0),
		FIELD(mmscope_mm, cpumask, OP_BUF, 0),
	} },
	{ "vmas", MMSCOPE_IOC_VMAS, sizeof(struct mmscope_vmas), false, {
		FIELD(mmscope_vmas, size, OP_SIZE, 0),
		FIELD(mmscope_vmas, flags, OP_FLAGS, 0),
		FIELD(mmscope_vmas, start, OP_START, 0),
		FIELD(mmscope_vmas, end, OP_END, 0),
		FIELD(mmscope_vmas, buf, OP_BUF, 0),
		FIELD(mmscope_vmas, buf_size, OP_BUF_SIZE, 0),
		FIELD(mmscope_vmas, lock.budget_ns, OP_BUDGET, 0),
		FIELD(mmscope_vmas, lock.generation, OP_GENERATION, 0),
	} },
	{ "walk", MMSCOPE_IOC_WALK, sizeof(struct mmscope_walk), false, {
		FIELD(mmscope_walk, size, OP_SIZE, 0),
		FIELD(mmscope_walk, flags, OP_FLAGS, 0),
		FIELD(mmscope_walk, addrs, OP_ADDRS, 0),
		FIELD(mmscope_walk, nr, OP_NR, sizeof(struct mmscope_walk_result)),
		FIELD(mmscope_walk, result_size, OP_RECORD, sizeof(struct mmscope_walk_result)),
		FIELD(mmscope_walk, reserved, OP_ZERO, 0),
		FIELD(mmscope_walk, results, OP_BUF, 0),
		FIELD(mmscope_walk, lock.budget_ns, OP_BUDGET, 0),
		FIELD(mmscope_walk, lock.generation, OP_GENERATION, 0),
	} },
	{ "extents", MMSCOPE_IOC_EXTENTS, sizeof(struct mmscope_extents), false, {
		FIELD(mmscope_extents, size, OP_SIZE, 0),
		FIELD(mmscope_extents, flags, OP_FLAGS,
		      MMSCOPE_EXTENTS_DENSE | MMSCOPE_EXTENTS_DENSE_ALL),
		FIELD(mmscope_extents, start, OP_START, 0),
		FIELD(mmscope_extents, end, OP_END, 0),
		FIELD(mmscope_extents, buf, OP_BUF, 0),
		FIELD(mmscope_extents, nr, OP_NR, sizeof(struct mmscope_extent)),
		FIELD(mmscope_extents, extent_size, OP_RECORD, sizeof(struct mmscope_extent)),
		FIELD(mmscope_extents, statuses, OP_FLAGS, STATUSES),
		FIELD(mmscope_extents, ignore_flags, OP_FLAGS, ALL_FLAGS),
		FIELD(mmscope_extents, require_flags, OP_FLAGS, ALL_FLAGS),
		FIELD(mmscope_extents, reserved, OP_ZERO, 0),
		FIELD(mmscope_extents, lock.budget_ns, OP_BUDGET, 0),
		FIELD(mmscope_extents, lock.generation, OP_GENERATION, 0),
	} },
	{ "translate", MMSCOPE_IOC_TRANSLATE, sizeof(struct mmscope_translate), false, {
		FIELD(mmscope_translate, size, OP_SIZE, 0),
		FIELD(mmscope_translate, flags, OP_FLAGS, 0),
		FIELD(mmscope_translate, addrs, OP_ADDRS, 0),
		FIELD(mmscope_translate, nr, OP_NR, sizeof(struct mmscope_translation)),
		FIELD(mmscope_translate, translations, OP_BUF, 0),
		FIELD(mmscope_translate, lock.budget_ns, OP_BUDGET, 0),
		FIELD(mmscope_translate, lock.generation, OP_GENERATION, 0),
	} },
	{ "pages", MMSCOPE_IOC_PAGES, sizeof(struct mmscope_pages), false, {
		FIELD(mmscope_pages, size, OP_SIZE, 0),
		FIELD(mmscope_pages, flags, OP_FLAGS, 0),
		FIELD(mmscope_pages, start, OP_START, 0),
		FIELD(mmscope_pages, end, OP_END, 0),
		FIELD(mmscope_pages, buf, OP_BUF, 0),
		FIELD(mmscope_pages, nr, OP_NR, sizeof(struct mmscope_page)),
		FIELD(mmscope_pages, page_size, OP_RECORD, sizeof(struct mmscope_page)),
		FIELD(mmscope_pages, statuses, OP_FLAGS, STATUSES & ~NO_PAGE),
		FIELD(mmscope_pages, reserved, OP_ZERO, 0),
		FIELD(mmscope_pages, lock.budget_ns, OP_BUDGET, 0),
		FIELD(mmscope_pages, lock.generation, OP_GENERATION, 0),
	} },
	{ "stats", MMSCOPE_IOC_STATS, sizeof(struct mmscope_stats), false, {
		FIELD(mmscope_stats, size, OP_SIZE, 0),
		FIELD(mmscope_stats, flags, OP_FLAGS, MMSCOPE_STATS_ROLLUP),
		FIELD(mmscope_stats, start, OP_START, 0),
		FIELD(mmscope_stats, end, OP_END, 0),
		FIELD(mmscope_stats, buf, OP_BUF, 0),
		FIELD(mmscope_stats, nr, OP_NR, sizeof(struct mmscope_stat)),
		FIELD(mmscope_stats, stat_size, OP_RECORD, sizeof(struct mmscope_stat)),
		FIELD(mmscope_stats, lock.budget_ns, OP_BUDGET, 0),
		FIELD(mmscope_stats, lock.generation, OP_GENERATION, 0),
	} },
	{ "tables", MMSCOPE_IOC_TABLES, sizeof(struct mmscope_tables), false, {
		FIELD(mmscope_tables, size, OP_SIZE, 0),
		FIELD(mmscope_tables, flags, OP_FLAGS, 0),
		FIELD(mmscope_tables, start, OP_START, 0),
		FIELD(mmscope_tables, end, OP_END, 0),
		FIELD(mmscope_tables, reserved, OP_ZERO, 0),
		FIELD(mmscope_tables, lock.budget_ns, OP_BUDGET, 0),
		FIELD(mmscope_tables, lock.generation, OP_GENERATION, 0),
	} },
	{ "find", MMSCOPE_IOC_FIND, sizeof(struct mmscope_find), false, {
		FIELD(mmscope_find, size, OP_SIZE, 0),
		FIELD(mmscope_find, flags, OP_FLAGS, 0),
		FIELD(mmscope_find, addr, OP_ADDRESS, 0),
		FIELD(mmscope_find, end, OP_END, 0),
		FIELD(mmscope_find, buf, OP_BUF, 0),
		FIELD(mmscope_find, buf_size, OP_BUF_SIZE, 0),
		FIELD(mmscope_find, reserved, OP_ZERO, 0),
		FIELD(mmscope_find, lock.budget_ns, OP_BUDGET, 0),
		FIELD(mmscope_find, lock.generation, OP_GENERATION, 0),
	} },
	{ "explain", MMSCOPE_IOC_EXPLAIN, sizeof(struct mmscope_explain), false, {
		FIELD(mmscope_explain, size, OP_SIZE, 0),
		FIELD(mmscope_explain, flags, OP_ZERO, 0),
		FIELD(mmscope_explain, va, OP_ADDRESS, 0),
		FIELD(mmscope_explain, vma, OP_BUF, 0),
		FIELD(mmscope_explain, vma_size, OP_BUF_SIZE, 0),
		FIELD(mmscope_explain, reserved, OP_ZERO, 0),
		FIELD(mmscope_explain, lock.budget_ns, OP_BUDGET, 0),
		FIELD(mmscope_explain, lock.generation, OP_GENERATION, 0),
	} },
	{ "store", MMSCOPE_IOC_STORE, sizeof(struct mmscope_store), false, {
		FIELD(mmscope_store, size, OP_SIZE, 0),
		FIELD(mmscope_store, flags, OP_FLAGS, MMSCOPE_STORE_PATH),
		FIELD(mmscope_store, buf, OP_BUF, 0),
		FIELD(mmscope_store, buf_size, OP_BUF_SIZE, 0),
		FIELD(mmscope_store, lock.budget_ns, OP_BUDGET, 0),
		FIELD(mmscope_store, lock.generation, OP_GENERATION, 0),
	} },
	{ "tasks", MMSCOPE_IOC_TASKS, sizeof(struct mmscope_tasks), false, {
		FIELD(mmscope_tasks, size, OP_SIZE, 0),
		FIELD(mmscope_tasks, flags, OP_ZERO, 0),
		FIELD(mmscope_tasks, tasks, OP_BUF, 0),
		FIELD(mmscope_tasks, cpus, OP_BUF, 0),
		FIELD(mmscope_tasks, nr_tasks, OP_NR, sizeof(struct mmscope_task)),
		FIELD(mmscope_tasks, nr_cpus, OP_NR, sizeof(struct mmscope_task)),
		FIELD(mmscope_tasks, task_size, OP_RECORD, sizeof(struct mmscope_task)),
		FIELD(mmscope_tasks, kthread, OP_PID_KTHREAD, 0),
		FIELD(mmscope_tasks, reserved, OP_ZERO, 0),
	} },
	{ "vmops", MMSCOPE_IOC_VMOPS, sizeof(struct mmscope_vmops), false, {
		FIELD(mmscope_vmops, size, OP_SIZE, 0),
		FIELD(mmscope_vmops, flags, OP_ZERO, 0),
		FIELD(mmscope_vmops, start, OP_START, 0),
		FIELD(mmscope_vmops, end, OP_END, 0),
		FIELD(mmscope_vmops, buf, OP_BUF, 0),
		FIELD(mmscope_vmops, buf_size, OP_BUF_SIZE, 0),
		FIELD(mmscope_vmops, reserved, OP_ZERO, 0),
		FIELD(mmscope_vmops, lock.budget_ns, OP_BUDGET, 0),
		FIELD(mmscope_vmops, lock.generation, OP_GENERATION, 0),
	} },
	{ "kernel", MMSCOPE_IOC_KERNEL, sizeof(struct mmscope_kernel), true, {
		FIELD(mmscope_kernel, size, OP_SIZE, 0),
		FIELD(mmscope_kernel, flags, OP_ZERO, 0),
		FIELD(mmscope_kernel, addrs, OP_KERNEL_ADDRS, 0),
		FIELD(mmscope_kernel, nr, OP_NR, sizeof(struct mmscope_walk_result)),
		FIELD(mmscope_kernel, results, OP_BUF, 0),
		FIELD(mmscope_kernel, regions, OP_BUF, 0),
		FIELD(mmscope_kernel, result_size, OP_RECORD, sizeof(struct mmscope_walk_result)),
		FIELD(mmscope_kernel, nr_regions, OP_NR, sizeof(struct mmscope_kernel_region)),
		FIELD(mmscope_kernel, reserved, OP_ZERO, 0),
	} },
	{ "rmap", MMSCOPE_IOC_RMAP, sizeof(struct mmscope_rmap), false, {
		FIELD(mmscope_rmap, size, OP_SIZE, 0),
		FIELD(mmscope_rmap, flags, OP_ZERO, 0),
		FIELD(mmscope_rmap, start, OP_START, 0),
		FIELD(mmscope_rmap, end, OP_END, 0),
		FIELD(mmscope_rmap, frames, OP_FRAMES, 0),
		FIELD(mmscope_rmap, buf, OP_BUF, 0),
		FIELD(mmscope_rmap, nr, OP_NR, sizeof(struct mmscope_extent)),
		FIELD(mmscope_rmap, nr_frames, OP_NR, sizeof(struct mmscope_frames)),
		FIELD(mmscope_rmap, extent_size, OP_RECORD, sizeof(struct mmscope_extent)),
		FIELD(mmscope_rmap, reserved, OP_ZERO, 0),
		FIELD(mmscope_rmap, lock.budget_ns, OP_BUDGET, 0),
		FIELD(mmscope_rmap, lock.generation, OP_GENERATION, 0),
	} },
};

const unsigned int nr_ops = sizeof(ops) / sizeof(ops[0]);

const struct op_file op_files[] = {
	{ .name = "mm" },
	{ .name = "vmas" },
	{ .name = "pagetable" },
	{ .name = "tasks", .lockless = true },
	{ .name = "store" },
	{ .name = "walk", .question = "0x1000" },
	{ .name = "find", .question = "0x1000" },
	{ .name = "explain", .question = "0x1000" },
};

const unsigned int nr_op_files = sizeof(op_files) / sizeof(op_files[0]);

void op_set(const struct op_field *f, void *arg, uint64_t value)
{
	/* Little-endian, or the low bytes would be the last. */
	memcpy((char *)arg + f->at, &value, f->size);
}

uint64_t op_get(const struct op_field *f, const void *arg)
{
	uint64_t value = 0;

	memcpy(&value, (const char *)arg + f->at, f->size);
	return value;
}

int op_room_init(struct op_room *room)
{
	*room = (struct op_room){ .size = 16 * 4096, .nr_addrs = 64 };
	room->buf = mmap(NULL, room->size + 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (room->buf == MAP_FAILED)
		return -1;
	room->addrs = (void *)((char *)room->buf + room->size);
	room->frames = (void *)(room->addrs + 2 * room->nr_addrs);
	for (size_t i = 0; i < room->nr_addrs; i++) {
		/* The buffer, the program, the stack, gaps. */
		const uint64_t base[] = { PTR(room->buf), PTR(&ops), PTR(&room), 0, 1ULL << 63 };
		/* Where x86 has its image, vmalloc, struct page, modules; arm64 the direct map. */
		const uint64_t kernel[] = {
			0xffffffff81000000, 0xffffc90000000000, 0xffffea0000000000,
			0xffffffffc0000000, 0xffff000000000000,
		};

		room->addrs[i] = base[i % 5] + i / 5 * 4096;
		room->addrs[room->nr_addrs + i] = kernel[i % 5] + i / 5 * 4096;
		/* Every other piece of memory. */
		room->frames[i].start = (uint64_t)i << 27;
		room->frames[i].end = room->frames[i].start + (1 << 26);
	}
	return 0;
}

static uint64_t fill_value(const struct op *op, const struct op_field *f,
			   const struct op_room *room)
{
	size_t fit;

	switch (f->kind) {
	case OP_SIZE:
		return op->size;
	case OP_END:
		return ~0ULL;
	case OP_ADDRESS:
		return room->addrs[0];
	case OP_BUF:
		return PTR(room->buf);
	case OP_BUF_SIZE:
		return room->size;
	case OP_NR:
		fit = room->size / f->value;
		return fit < room->nr_addrs ? fit : room->nr_addrs;
	case OP_RECORD:
		return f->value;
	case OP_ADDRS:
		return PTR(room->addrs);
	case OP_KERNEL_ADDRS:
		return PTR(room->addrs + room->nr_addrs);
	case OP_FRAMES:
		return PTR(room->frames);
	case OP_PID:
		return room->pid;
	default:
		return 0;
	}
}

void op_fill(const struct op *op, void *arg, const struct op_room *room)
{
	memset(arg, 0, OP_MAX_SIZE);
	for (const struct op_field *f = op->field; f->name; f++)
		op_set(f, arg, fill_value(op, f, room));
}
