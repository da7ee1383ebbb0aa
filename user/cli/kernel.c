// SPDX-License-Identifier: GPL-2.0
/*
 * kernel.c - mmscope kernel: the walk of a kernel address, and the kernel's half
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "parse.h"
#include "render/memory.h"
#include "render/size.h"
#include "status.h"
#include "symbol/kallsyms.h"
#include "walk_rows.h"

#define BATCH	64

enum { OPT_LAYOUT };

static const struct cli_option options[] = {
	[OPT_LAYOUT] = { "layout", NULL, "the regions of the kernel's half, high to low" },
};

static bool layout;

static int option(struct cli *cli, size_t nr, const char *arg)
{
	(void)cli;
	(void)nr;
	(void)arg;
	layout = true;
	return EXIT_DONE;
}

/* Keys that the kernel's walks have besides. */
enum {
	KEY_RIGHTS = NR_WALK_KEYS, KEY_REGION, KEY_REGION_START, KEY_REGION_END, KEY_SYMBOL,
	KEY_MODULE, KEY_SYMBOL_OFFSET, NR_KEYS
};

static const struct column own_keys[NR_KEYS - NR_WALK_KEYS] = {
	[KEY_RIGHTS - NR_WALK_KEYS] = { .key = "rights" },
	[KEY_REGION - NR_WALK_KEYS] = { .key = "region" },
	[KEY_REGION_START - NR_WALK_KEYS] = { .key = "region_start" },
	[KEY_REGION_END - NR_WALK_KEYS] = { .key = "region_end" },
	[KEY_SYMBOL - NR_WALK_KEYS] = { .key = "symbol" },
	[KEY_MODULE - NR_WALK_KEYS] = { .key = "module" },
	[KEY_SYMBOL_OFFSET - NR_WALK_KEYS] = { .key = "symbol_offset" },
};

enum { COL_REGION, COL_START, COL_END, COL_SIZE, COL_PURPOSE, NR_REGION_COLUMNS };

static const struct column region_columns[NR_REGION_COLUMNS] = {
	[COL_REGION] = { "REGION", "region", "its name", COLUMN_DEFAULT },
	[COL_START] = { "START", "start", "first byte", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_END] = { "END", "end", "end, exclusive", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_SIZE] = { "SIZE", "size", "END - START", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_PURPOSE] = { "PURPOSE", "purpose", "what for", COLUMN_DEFAULT | COLUMN_TRUNC },
};

static const char *const purposes[MMSCOPE_NR_KERNEL_KINDS] = {
	[MMSCOPE_KERNEL_GUARD] = "never mapped: left to a hypervisor",
	[MMSCOPE_KERNEL_LDT] = "descriptor table of the process that runs",
	[MMSCOPE_KERNEL_DIRECT] = "all memory, in order of physical addresses",
	[MMSCOPE_KERNEL_VMALLOC] = "vmalloc(), ioremap(), vmap(), stacks of tasks",
	[MMSCOPE_KERNEL_VMEMMAP] = "struct page of all memory",
	[MMSCOPE_KERNEL_KASAN] = "shadow of the address sanitizer",
	[MMSCOPE_KERNEL_PKMAP] = "pages of high memory, mapped for a while",
	[MMSCOPE_KERNEL_CPU_ENTRY] = "what a CPU needs to enter the kernel",
	[MMSCOPE_KERNEL_ESPFIX] = "stacks for returns to 16-bit segments",
	[MMSCOPE_KERNEL_EFI] = "services of the firmware",
	[MMSCOPE_KERNEL_IMAGE] = "the kernel's code and data",
	[MMSCOPE_KERNEL_MODULES] = "code and data of modules",
	[MMSCOPE_KERNEL_FIXMAP] = "addresses fixed when the kernel was compiled",
	[MMSCOPE_KERNEL_VSYSCALL] = "the page that user mode may call",
	[MMSCOPE_KERNEL_PCI_IO] = "ports of PCI",
};

/* Of a newer module there may be others. */
static const char *purpose_of(const struct mmscope_kernel_region *region)
{
	return region->kind < MMSCOPE_NR_KERNEL_KINDS ? purposes[region->kind] : "-";
}

/* One run. */
struct view {
	struct cli *cli;
	struct target target;
	struct render *r;
	struct kallsyms names;
	int names_err;		/* why there are none */
	struct mmscope_kernel_region regions[MMSCOPE_KERNEL_REGIONS];
	size_t nr_regions;
};

static int fail(int err)
{
	return report_error(STAGE_KERNEL, err, "kernel");
}

static int load_regions(struct view *v)
{
	ssize_t got = mmscope_kernel_regions(v->target.ms, v->regions, ARRAY_SIZE(v->regions));

	if (got < 0)
		return fail((int)got);
	v->nr_regions = (size_t)got < ARRAY_SIZE(v->regions) ? (size_t)got :
							       ARRAY_SIZE(v->regions);
	return EXIT_DONE;
}

/* The innermost one. */
static const struct mmscope_kernel_region *region_at(const struct view *v, __u64 va)
{
	const struct mmscope_kernel_region *best = NULL, *region;

	for (region = v->regions; region < v->regions + v->nr_regions; region++)
		if (va >= region->start && va < region->end &&
		    (!best || region->end - region->start < best->end - best->start))
			best = region;
	return best;
}

/* What all levels let the kernel do, as "rwx"; reading needs no bit. */
static void rights_of(const struct mmscope_walk_result *result, char rights[4])
{
	__u64 flags = ~0ULL;
	size_t i;

	for (i = 0; i < result->nr_levels; i++)
		flags &= result->levels[i].flags;
	rights[0] = 'r';
	rights[1] = flags & MMSCOPE_PTE_WRITE ? 'w' : '-';
	rights[2] = flags & MMSCOPE_PTE_EXEC ? 'x' : '-';
	rights[3] = '\0';
}

static void add_json(struct view *v, const struct mmscope_walk_result *result)
{
	const struct mmscope_kernel_region *region = region_at(v, result->va);
	const struct kernel_symbol *symbol = kallsyms_at(&v->names, result->va);
	bool mapped = result->status == MMSCOPE_MAPPED;
	struct cell cells[NR_KEYS];
	struct walk_cells held = { 0 };
	char rights[4];

	walk_fill(&v->target, v->cli->render.selected, v->cli->render.nr_selected, result, &held,
		  cells);
	rights_of(result, rights);
	cells[KEY_RIGHTS] = mapped ? cell_text(rights) : cell_none();
	cells[KEY_REGION] = region ? cell_text(mmscope_kernel_kind_name(region->kind)) :
				     cell_none();
	cells[KEY_REGION_START] = region ? cell_hex(region->start) : cell_none();
	cells[KEY_REGION_END] = region ? cell_hex(region->end) : cell_none();
	cells[KEY_SYMBOL] = symbol ? cell_text(symbol->name) : cell_none();
	cells[KEY_MODULE] = symbol && *symbol->module ? cell_text(symbol->module) : cell_none();
	cells[KEY_SYMBOL_OFFSET] = symbol ? cell_count(result->va - symbol->addr) : cell_none();
	render_row(v->r, cells);
}

static void add_sentences(struct view *v, const struct mmscope_walk_result *result)
{
	const struct mmscope_kernel_region *region = region_at(v, result->va);
	const struct kernel_symbol *symbol = kallsyms_at(&v->names, result->va);
	struct strbuf text = { 0 };
	char rights[4], size[SIZE_TEXT_MAX];

	if (result->status == MMSCOPE_NONCANONICAL) {
		strbuf_printf(&text, "0x%llx: not an address of the kernel", result->va);
	} else if (result->status == MMSCOPE_NONE) {
		strbuf_printf(&text, "0x%llx: nothing is mapped there: ", result->va);
		strbuf_printf(&text, "the %s entry (%s) is not present",
			      mmscope_level_name(result->level),
			      size_text(result->page_size, size));
	} else {
		result_sentence(&text, result);
	}
	if (result->status == MMSCOPE_MAPPED) {
		rights_of(result, rights);
		strbuf_printf(&text, ", %s", rights);
	}
	render_text(v->r, "%s", text.data);
	strbuf_reset(&text);
	if (region)
		strbuf_printf(&text, "in %s: %s", mmscope_kernel_kind_name(region->kind),
			      purpose_of(region));
	else if (result->status != MMSCOPE_NONCANONICAL)
		strbuf_puts(&text, "in no region");
	if (symbol)
		strbuf_printf(&text, "%s%s+0x%llx%s%s%s", text.len ? "; " : "", symbol->name,
			      result->va - symbol->addr, *symbol->module ? " [" : "",
			      symbol->module, *symbol->module ? "]" : "");
	if (text.len)
		render_text(v->r, "%s", text.data);
	strbuf_free(&text);
}

static void add_table(struct view *v, const struct mmscope_walk_result *result, bool first)
{
	struct walk_steps steps;
	size_t i;

	if (!first)
		render_text(v->r, "%s", "");
	if (result->nr_levels) {
		walk_fill_steps(&v->target, result, &steps);
		render_list_begin(v->r, "levels", walk_columns, NR_WALK_COLUMNS, true);
		for (i = 0; i < result->nr_levels; i++)
			render_row(v->r, steps.rows[i]);
		render_list_end(v->r);
	}
	add_sentences(v, result);
}

static int walk_all(struct view *v, const __u64 *addrs, size_t nr)
{
	struct mmscope_walk_result results[BATCH];
	struct column keys[NR_KEYS];
	int status = EXIT_DONE;
	size_t done, n, i;
	ssize_t got = 0;

	memcpy(keys, walk_keys, sizeof(walk_keys));
	memcpy(keys + NR_WALK_KEYS, own_keys, sizeof(own_keys));
	v->r = render_new(&v->cli->render, v->cli->command->name, -1);
	if (v->cli->render.json)
		render_list_begin(v->r, "kernel", keys, NR_KEYS, false);
	for (done = 0; done < nr; done += n) {
		n = nr - done < BATCH ? nr - done : BATCH;
		got = mmscope_kernel_walk(v->target.ms, addrs + done, n, results);
		if (got < 0)
			break;
		for (i = 0; i < n; i++) {
			if (results[i].status != MMSCOPE_MAPPED)
				status = EXIT_NO;
			if (v->cli->render.json)
				add_json(v, &results[i]);
			else
				add_table(v, &results[i], !done && !i);
		}
	}
	if (v->cli->render.json)
		render_list_end(v->r);
	render_end(v->r, got < 0);
	return got < 0 ? fail((int)got) : status;
}

static int show_layout(struct view *v)
{
	struct cell cells[NR_REGION_COLUMNS];
	size_t i;

	v->r = render_new(&v->cli->render, v->cli->command->name, -1);
	render_list_begin(v->r, "regions", region_columns, NR_REGION_COLUMNS, false);
	for (i = v->nr_regions; i--;) {
		const struct mmscope_kernel_region *region = &v->regions[i];

		cells[COL_REGION] = cell_text(mmscope_kernel_kind_name(region->kind));
		cells[COL_START] = cell_hex(region->start);
		cells[COL_END] = cell_hex(region->end);
		cells[COL_SIZE] = cell_bytes(region->end - region->start);
		cells[COL_PURPOSE] = cell_text(purpose_of(region));
		render_row(v->r, cells);
	}
	render_list_end(v->r);
	render_end(v->r, false);
	return EXIT_DONE;
}

static bool is_number(const char *text)
{
	__u64 value;

	return parse_u64(text, &value);
}

/* The address that a text means, or an exit status when it has been printed. */
static int find(struct view *v, const char *text, __u64 *addr)
{
	struct strbuf why = { 0 };
	int status = EXIT_NO;
	size_t nr;

	if (parse_u64(text, addr))
		return EXIT_DONE;
	if (v->names_err) {
		report_note("%s: cannot be looked up: %s", text,
			    v->names_err == -EACCES ? "addresses are hidden in " KALLSYMS_PATH :
						      strerror(-v->names_err));
		if (v->names_err == -EACCES)
			report_hint("see /proc/sys/kernel/kptr_restrict; CAP_SYSLOG may be needed");
		return EXIT_NO;
	}
	nr = kallsyms_find(&v->names, text, addr, &why);
	if (nr > 1)
		report_note("%s: ambiguous: %s", text, why.data);
	else if (!nr)
		report_note("%s: no such symbol in the kernel", text);
	else
		status = EXIT_DONE;
	strbuf_free(&why);
	return status;
}

static int check_usage(struct cli *cli, int argc, char **argv)
{
	const char *wrong;
	int i;

	if (layout && argc)
		return report_usage(cli, "--layout takes no address");
	if (layout && cli->render.columns)
		return report_usage(cli, "--layout: -o selects columns of a walk");
	if (!layout && !argc)
		return report_usage(cli, "too few arguments: mmscope kernel %s",
				    cli->command->args);
	for (i = 0; i < argc; i++) {
		wrong = is_number(argv[i]) ? NULL : kallsyms_wrong(argv[i]);
		if (wrong)
			return report_usage(cli, "'%s': %s", argv[i], wrong);
	}
	return EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct view *v;
	__u64 *addrs;
	int status, i;

	status = check_usage(cli, argc, argv);
	if (status)
		return status;
	v = zalloc(sizeof(*v));
	v->cli = cli;
	status = target_open_kernel(cli, &v->target);
	if (status) {
		free(v);
		return status;
	}
	status = load_regions(v);
	if (!status && layout) {
		status = show_layout(v);
	} else if (!status) {
		v->names_err = kallsyms_load(KALLSYMS_PATH, &v->names);
		addrs = zalloc((size_t)argc * sizeof(*addrs));
		for (i = 0; i < argc && !status; i++)
			status = find(v, argv[i], &addrs[i]);
		if (!status)
			status = walk_all(v, addrs, (size_t)argc);
		free(addrs);
		kallsyms_free(&v->names);
	}
	target_close(&v->target);
	free(v);
	return status;
}

const struct command command_kernel = {
	.name = "kernel",
	.args = "ADDR...|--layout",
	.summary = "Explain the walk of addresses of the kernel",
	.example = "kernel vmlinux:schedule",
	.min_args = 0,
	.max_args = -1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = walk_columns,
	.nr_columns = NR_WALK_COLUMNS,
	.option = option,
	.run = run,
};
