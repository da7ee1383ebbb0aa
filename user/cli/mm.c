// SPDX-License-Identifier: GPL-2.0
/*
 * mm.c - mmscope mm: the memory descriptor
 */
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "auxv.h"
#include "cli.h"

#define CPUMASK_MAX	1024	/* bytes: 8192 CPUs, the most x86 can be built for */

enum { ADDR, PAGES, BYTES, COUNT };

#define FIELD(group, name, how, help) \
	{ group, #name, offsetof(struct mmscope_mm, name), how, help }

/* The fields that need no more than a type, in the order they are shown. */
static const struct field {
	const char *group;
	const char *name;
	size_t offset;
	int how;
	const char *help;
} layout[] = {
	FIELD("layout", start_code, ADDR, "first byte of the executable's code"),
	FIELD("layout", end_code, ADDR, "end of the code"),
	FIELD("layout", start_data, ADDR, "first byte of initialised data"),
	FIELD("layout", end_data, ADDR, "end of initialised data"),
	FIELD("layout", start_brk, ADDR, "start of the heap"),
	FIELD("layout", brk, ADDR, "end of the heap"),
	FIELD("layout", mmap_base, ADDR, "where the mmap area begins"),
	FIELD("layout", mmap_legacy_base, ADDR, "where a search upwards begins"),
	FIELD("layout", start_stack, ADDR, "initial stack pointer"),
	FIELD("layout", arg_start, ADDR, "argument strings"),
	FIELD("layout", arg_end, ADDR, "end of the argument strings"),
	FIELD("layout", env_start, ADDR, "environment strings"),
	FIELD("layout", env_end, ADDR, "end of the environment strings"),
	FIELD("layout", task_size, ADDR, "end of user space"),
}, sizes[] = {
	FIELD("size", map_count, COUNT, "number of VMAs"),
	FIELD("size", total_vm, PAGES, "mapped in all"),
	FIELD("size", data_vm, PAGES, "private, writable, not stack"),
	FIELD("size", exec_vm, PAGES, "executable, not writable"),
	FIELD("size", stack_vm, PAGES, "stack"),
	FIELD("size", locked_vm, PAGES, "locked by mlock()"),
	FIELD("size", pinned_vm, PAGES, "pinned for a device"),
	FIELD("size", hiwater_vm, PAGES, "peak of total_vm"),
	FIELD("resident", rss_anon, PAGES, "resident anonymous memory"),
	FIELD("resident", rss_file, PAGES, "resident file memory"),
	FIELD("resident", rss_shmem, PAGES, "resident shared memory"),
	FIELD("resident", swap, PAGES, "swapped-out anonymous memory"),
	FIELD("resident", hiwater_rss, PAGES, "peak of the resident set"),
	FIELD("resident", pgtables_bytes, BYTES, "page tables of all levels"),
};

static void show_fields(struct render *r, const struct mmscope_mm *mm, unsigned int page_size,
			const struct field *fields, size_t nr)
{
	struct cell cell;
	__u64 value;
	size_t i;

	for (i = 0; i < nr; i++) {
		memcpy(&value, (const char *)mm + fields[i].offset, sizeof(value));
		switch (fields[i].how) {
		case ADDR:
			cell = cell_hex(value);
			break;
		case PAGES:
			cell = cell_pages(value, page_size);
			break;
		case BYTES:
			cell = cell_bytes(value);
			break;
		default:
			cell = cell_count(value);
		}
		render_prop(r, fields[i].group, fields[i].name, cell, fields[i].help);
	}
}

/* "0-3,8": the form the kernel itself uses for CPU lists. */
static void cpu_list(struct strbuf *sb, const unsigned char *mask, size_t bytes)
{
	size_t bit, first, nr = bytes * 8;

	strbuf_reset(sb);
	for (bit = 0; bit < nr; bit++) {
		if (!(mask[bit / 8] & 1U << bit % 8))
			continue;
		first = bit;
		while (bit + 1 < nr && mask[(bit + 1) / 8] & 1U << (bit + 1) % 8)
			bit++;
		strbuf_printf(sb, "%s%zu", sb->len ? "," : "", first);
		if (bit > first)
			strbuf_printf(sb, "-%zu", bit);
	}
}

static void show_flags(struct render *r, const struct target *target, const struct mmscope_mm *mm)
{
	render_prop(r, "flags", "def_flags", cell_hex(mm->def_flags), "vm_flags of each new VMA");
	render_prop(r, "flags", "def_flags_names", cell_flags(mm->def_flags, &target->vm_flags),
		    "the same by name");
	render_prop(r, "flags", "mm_flags", cell_hex(mm->mm_flags), "MMF_* word (mm->flags)");
	render_prop(r, "flags", "mm_flags_names", cell_flags(mm->mm_flags, &target->mm_flags),
		    "the same by name");
}

static void show_arch(struct render *r, const struct mmscope_mm *mm, const unsigned char *cpumask)
{
	size_t bytes = mm->cpumask_size < CPUMASK_MAX ? mm->cpumask_size : CPUMASK_MAX;
	struct strbuf cpus = { 0 };

	cpu_list(&cpus, cpumask, bytes);
	render_prop(r, "arch", "cpumask", cell_text(cpus.data),
		    "CPUs that may hold translations of this address space");
	strbuf_free(&cpus);
	render_prop(r, "arch", "arch_ctx", cell_count(mm->arch_ctx),
		    "x86: context.ctx_id, unique number of the descriptor");
	render_prop(r, "arch", "arch_gen", cell_count(mm->arch_gen),
		    "x86: context.tlb_gen, number of TLB flushes asked for");
	render_prop(r, "arch", "pgd_pa", cell_phys(mm->pgd_pa),
		    "physical address of the top table");
}

static void show_auxv(struct render *r, const struct mmscope_mm *mm)
{
	char name[32];
	size_t i;

	render_group_begin(r, "auxv");
	for (i = 0; i + 1 < mm->nr_auxv && mm->auxv[i]; i += 2)
		render_prop(r, "auxv", auxv_name(mm->auxv[i], name, sizeof(name)),
			    auxv_cell(mm->auxv[i], mm->auxv[i + 1]), "auxiliary vector");
	render_group_end(r);
}

static void show(struct render *r, const struct target *target, const struct mmscope_mm *mm,
		 const char *exe, const unsigned char *cpumask)
{
	unsigned int page_size = target->info.page_size;

	render_props_begin(r, "mm");
	render_prop(r, "process", "exe", cell_text(mm->exe_size ? exe : NULL),
		    "path of the executable");
	render_prop(r, "process", "owner_pid",
		    mm->owner_pid < 0 ? cell_none() : cell_count(mm->owner_pid),
		    "owner, 0 when outside this pid namespace");
	render_prop(r, "process", "mm_users", cell_count(mm->mm_users),
		    "users: threads and onlookers");
	render_prop(r, "process", "mm_count", cell_count(mm->mm_count),
		    "references to the descriptor; all users together are one");
	show_fields(r, mm, page_size, layout, ARRAY_SIZE(layout));
	render_prop(r, "layout", "mmap_legacy", cell_bool(mm->mmap_legacy),
		    "the mmap area is searched upwards");
	show_fields(r, mm, page_size, sizes, ARRAY_SIZE(sizes));
	show_flags(r, target, mm);
	show_arch(r, mm, cpumask);
	show_auxv(r, mm);
	render_props_end(r);
}

static int run(struct cli *cli, int argc, char **argv)
{
	unsigned char cpumask[CPUMASK_MAX];
	char exe[PATH_MAX];
	struct mmscope_mm_opts opts = {
		.size = sizeof(opts),
		.exe = exe, .exe_size = sizeof(exe),
		.cpumask = cpumask, .cpumask_size = sizeof(cpumask),
	};
	struct target target;
	struct mmscope_mm mm;
	struct render *r;
	int status, err;

	(void)argc;
	status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	err = mmscope_mm(target.ms, &mm, &opts);
	if (err) {
		status = report_target_error(&target, err);
	} else {
		r = target_render(cli, &target);
		show(r, &target, &mm, exe, cpumask);
		render_end(r, false);
	}
	target_close(&target);
	return status;
}

const struct command command_mm = {
	.name = "mm",
	.args = "PID",
	.summary = "Show the memory descriptor of a process",
	.example = "mm self -o +DESCRIPTION",
	.min_args = 1,
	.max_args = 1,
	.columns = prop_columns,
	.nr_columns = NR_PROP_COLUMNS,
	.run = run,
};
