// SPDX-License-Identifier: GPL-2.0
/*
 * text.c - records as text, for debugfs
 *
 * For the eye and for awk: a heading, then one line a record, fields without
 * spaces in them but for a name, which comes last.
 */
#include "text.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include <mmscope.h>

#include "names.h"

static const char * const level_names[MMSCOPE_NR_LEVELS] = {
	[MMSCOPE_LEVEL_PGD] = "PGD",
	[MMSCOPE_LEVEL_P4D] = "P4D",
	[MMSCOPE_LEVEL_PUD] = "PUD",
	[MMSCOPE_LEVEL_PMD] = "PMD",
	[MMSCOPE_LEVEL_PTE] = "PTE",
};

static const char * const status_names[MMSCOPE_NR_STATUS] = {
	[MMSCOPE_NONE] = "none",
	[MMSCOPE_MAPPED] = "mapped",
	[MMSCOPE_PROTNONE] = "protnone",
	[MMSCOPE_SWAP] = "swap",
	[MMSCOPE_MIGRATION] = "migration",
	[MMSCOPE_HWPOISON] = "hwpoison",
	[MMSCOPE_DEVICE] = "device",
	[MMSCOPE_MARKER] = "marker",
	[MMSCOPE_NO_VMA] = "no_vma",
	[MMSCOPE_NONCANONICAL] = "noncanonical",
	[MMSCOPE_RACED] = "raced",
	[MMSCOPE_UNKNOWN] = "unknown",
};

static const char * const kind_names[MMSCOPE_NR_KINDS] = {
	[MMSCOPE_KIND_ANON] = "anon",
	[MMSCOPE_KIND_TEXT] = "text",
	[MMSCOPE_KIND_RODATA] = "rodata",
	[MMSCOPE_KIND_DATA] = "data",
	[MMSCOPE_KIND_BSS] = "bss",
	[MMSCOPE_KIND_HEAP] = "heap",
	[MMSCOPE_KIND_STACK] = "stack",
	[MMSCOPE_KIND_FILE] = "file",
	[MMSCOPE_KIND_SHM] = "shm",
	[MMSCOPE_KIND_DEVICE] = "device",
	[MMSCOPE_KIND_HUGETLB] = "hugetlb",
	[MMSCOPE_KIND_VDSO] = "vdso",
	[MMSCOPE_KIND_VVAR] = "vvar",
	[MMSCOPE_KIND_SPECIAL] = "special",
};

static const char * const page_type_names[MMSCOPE_NR_PAGE_TYPES] = {
	[MMSCOPE_PAGE_NONE] = "none",
	[MMSCOPE_PAGE_ANON] = "anon",
	[MMSCOPE_PAGE_FILE] = "file",
	[MMSCOPE_PAGE_SHMEM] = "shmem",
	[MMSCOPE_PAGE_KSM] = "ksm",
	[MMSCOPE_PAGE_ZERO] = "zero",
	[MMSCOPE_PAGE_HUGE_ZERO] = "huge_zero",
	[MMSCOPE_PAGE_HUGETLB] = "hugetlb",
	[MMSCOPE_PAGE_DEVICE] = "device",
};

static const char * const region_names[MMSCOPE_NR_REGIONS] = {
	[MMSCOPE_REGION_USER] = "user",
	[MMSCOPE_REGION_HOLE] = "hole",
	[MMSCOPE_REGION_KERNEL] = "kernel",
	[MMSCOPE_REGION_VSYSCALL] = "vsyscall",
};

/* A value that may be withheld: never a number that could be taken for one. */
static void show_hex(struct seq_file *m, u64 value)
{
	if (value == MMSCOPE_HIDDEN)
		seq_puts(m, "hidden");
	else
		seq_printf(m, "0x%llx", value);
}

/* What was asked for is no secret, whatever its value. */
static void show_address_row(struct seq_file *m, const char *name, u64 addr)
{
	seq_printf(m, "%-16s0x%llx\n", name, addr);
}

static void show_hex_row(struct seq_file *m, const char *name, u64 value)
{
	seq_printf(m, "%-16s", name);
	show_hex(m, value);
	seq_putc(m, '\n');
}

static void show_row(struct seq_file *m, const char *name, s64 value)
{
	seq_printf(m, "%-16s%lld\n", name, value);
}

/* A count that may be withheld. */
static void show_count_row(struct seq_file *m, const char *name, u32 value,
			   bool hidden)
{
	if (hidden)
		seq_printf(m, "%-16shidden\n", name);
	else
		seq_printf(m, "%-16s%u\n", name, value);
}

/* A limit that may be none. */
static void show_limit_row(struct seq_file *m, const char *name, u64 limit)
{
	if (limit == ~0ULL)
		seq_printf(m, "%-16sunlimited\n", name);
	else
		seq_printf(m, "%-16s%llu\n", name, limit);
}

static void show_range_row(struct seq_file *m, const char *name, u64 start,
			   u64 end)
{
	seq_printf(m, "%-16s0x%llx-0x%llx\n", name, start, end);
}

static void show_names_row(struct seq_file *m, const char *name, u32 class,
			   u64 word)
{
	seq_printf(m, "%-16s0x%llx ", name, word);
	mmscope_names_show(m, class, word);
	seq_putc(m, '\n');
}

/**
 * mmscope_text_mm - a memory descriptor, one field a line
 * @m: where to
 * @mm: the record; counts of memory are in pages, as in the kernel
 */
void mmscope_text_mm(struct seq_file *m, const struct mmscope_mm *mm)
{
	unsigned int i;

	show_hex_row(m, "start_code", mm->start_code);
	show_hex_row(m, "end_code", mm->end_code);
	show_hex_row(m, "start_data", mm->start_data);
	show_hex_row(m, "end_data", mm->end_data);
	show_hex_row(m, "start_brk", mm->start_brk);
	show_hex_row(m, "brk", mm->brk);
	show_hex_row(m, "start_stack", mm->start_stack);
	show_hex_row(m, "arg_start", mm->arg_start);
	show_hex_row(m, "arg_end", mm->arg_end);
	show_hex_row(m, "env_start", mm->env_start);
	show_hex_row(m, "env_end", mm->env_end);
	show_hex_row(m, "mmap_base", mm->mmap_base);
	show_hex_row(m, "task_size", mm->task_size);
	show_row(m, "mmap_legacy", mm->mmap_legacy);
	show_hex_row(m, "pgd_pa", mm->pgd_pa);
	show_row(m, "owner_pid", mm->owner_pid);
	show_row(m, "mm_users", mm->mm_users);
	show_row(m, "mm_count", mm->mm_count);
	show_row(m, "map_count", mm->map_count);
	show_row(m, "total_vm", mm->total_vm);
	show_row(m, "locked_vm", mm->locked_vm);
	show_row(m, "pinned_vm", mm->pinned_vm);
	show_row(m, "data_vm", mm->data_vm);
	show_row(m, "exec_vm", mm->exec_vm);
	show_row(m, "stack_vm", mm->stack_vm);
	show_row(m, "rss_anon", mm->rss_anon);
	show_row(m, "rss_file", mm->rss_file);
	show_row(m, "rss_shmem", mm->rss_shmem);
	show_row(m, "swap", mm->swap);
	show_row(m, "hiwater_rss", mm->hiwater_rss);
	show_row(m, "hiwater_vm", mm->hiwater_vm);
	show_row(m, "pgtables_bytes", mm->pgtables_bytes);
	show_names_row(m, "def_flags", MMSCOPE_NAMES_VM_FLAGS, mm->def_flags);
	show_names_row(m, "flags", MMSCOPE_NAMES_MMF, mm->mm_flags);
	show_row(m, "ctx", mm->arch_ctx);
	show_row(m, "tlb_gen", mm->arch_gen);
	for (i = 0; i + 1 < mm->nr_auxv; i += 2)
		seq_printf(m, "auxv            %llu 0x%llx\n", mm->auxv[i],
			   mm->auxv[i + 1]);
}

void mmscope_text_vma_heading(struct seq_file *m)
{
	seq_puts(m, "# start-end perms kind page_size pgoff dev ino vm_flags ops name\n");
}

/* The letters of /proc/PID/maps: s is VM_MAYSHARE. */
static void show_perms(struct seq_file *m, u64 vm_flags)
{
	seq_putc(m, vm_flags & VM_READ ? 'r' : '-');
	seq_putc(m, vm_flags & VM_WRITE ? 'w' : '-');
	seq_putc(m, vm_flags & VM_EXEC ? 'x' : '-');
	seq_putc(m, vm_flags & VM_MAYSHARE ? 's' : 'p');
}

/**
 * mmscope_text_vma - one VMA on one line
 * @m: where to
 * @vma: the record
 */
void mmscope_text_vma(struct seq_file *m, const struct mmscope_vma *vma)
{
	const char *base = (const char *)vma;
	const char *name = NULL;

	if (vma->path_off)
		name = base + vma->path_off;
	else if (vma->name_off)
		name = base + vma->name_off;

	seq_printf(m, "0x%llx-0x%llx ", vma->start, vma->end);
	show_perms(m, vma->vm_flags);
	seq_printf(m, " %s %llu 0x%llx %02x:%02x %llu ", kind_names[vma->kind],
		   vma->page_size, vma->pgoff, vma->dev_major, vma->dev_minor,
		   vma->ino);
	mmscope_names_show(m, MMSCOPE_NAMES_VM_FLAGS, vma->vm_flags);
	seq_printf(m, " %s ", vma->ops_off ? base + vma->ops_off : "-");
	if (name) /* what a file is called is not ours: escape it */
		seq_printf(m, "%*pE", (int)strlen(name), name);
	seq_putc(m, '\n');
}

void mmscope_text_extent_heading(struct seq_file *m)
{
	seq_puts(m, "# start-end kbytes level page_size status pa flags\n");
}

/**
 * mmscope_text_extent - one run on one line
 * @m: where to
 * @run: the record; the column pa is TYPE:OFFSET for swap, and a marker's bits
 */
void mmscope_text_extent(struct seq_file *m, const struct mmscope_extent *run)
{
	seq_printf(m, "0x%llx-0x%llx %llu %s %llu %s ", run->start, run->end,
		   (run->end - run->start) >> 10, level_names[run->level],
		   1ULL << run->page_shift, status_names[run->status]);
	if (run->status == MMSCOPE_SWAP && run->pa != MMSCOPE_HIDDEN)
		seq_printf(m, "%u:%llu", run->swap_type, run->pa);
	else if (run->status == MMSCOPE_MAPPED ||
		 run->status == MMSCOPE_PROTNONE ||
		 run->status == MMSCOPE_MARKER || run->pa == MMSCOPE_HIDDEN)
		show_hex(m, run->pa);
	else
		seq_putc(m, '-');
	seq_putc(m, ' ');
	mmscope_names_show(m, MMSCOPE_NAMES_ENTRY, run->flags);
	seq_putc(m, '\n');
}

/**
 * mmscope_text_walk - the walk of one address, one level a line
 * @m: where to
 * @result: the record
 */
void mmscope_text_walk(struct seq_file *m,
		       const struct mmscope_walk_result *result)
{
	unsigned int i;

	show_address_row(m, "va", result->va);
	for (i = 0; i < result->nr_levels; i++) {
		const struct mmscope_walk_level *step = &result->levels[i];

		seq_printf(m, "%s[%u] table ", level_names[step->level],
			   step->index);
		show_hex(m, step->table_pa);
		seq_puts(m, " entry ");
		show_hex(m, step->entry);
		seq_putc(m, ' ');
		mmscope_names_show(m, MMSCOPE_NAMES_ENTRY, step->flags);
		seq_putc(m, '\n');
	}
	seq_printf(m, "%-16s%s\n", "status", status_names[result->status]);
	switch (result->status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		show_row(m, "page_size", result->page_size);
		show_hex_row(m, "pa", result->pa);
		break;
	case MMSCOPE_SWAP:
		show_row(m, "swap_type", result->swap_type);
		show_hex_row(m, "swap_offset", result->swap_offset);
		break;
	}
}

/* What is left of a line behind a name: a VMA, or nothing. */
static void show_vma_row(struct seq_file *m, const char *name,
			 const struct mmscope_vma *vma)
{
	seq_printf(m, "%-16s", name);
	if (vma)
		mmscope_text_vma(m, vma);
	else
		seq_puts(m, "-\n");
}

/**
 * mmscope_text_find - the VMAs around an address and the gaps between, by address
 * @m: where to
 * @find: the answer
 * @records: the buffer that its offsets are of
 */
void mmscope_text_find(struct seq_file *m, const struct mmscope_find *find,
		       const void *records)
{
	const struct {
		const char *name;
		u32 off;
	} rows[] = {
		{ "prev", find->prev }, { "vma", find->vma },
		{ "next", find->next },
	};
	unsigned int i;

	show_address_row(m, "addr", find->addr);
	if (find->end)
		show_address_row(m, "end", find->end);
	seq_printf(m, "%-16s%s\n", "found",
		   find->found & MMSCOPE_FIND_HOLDS ? "holds,intersects" :
		   find->found & MMSCOPE_FIND_INTERSECTS ? "intersects" : "-");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		show_vma_row(m, rows[i].name, rows[i].off == MMSCOPE_NO_RECORD ?
			     NULL : records + rows[i].off);
		if (i == 0)
			show_range_row(m, "gap", find->gap_start, find->gap_end);
		else if (i == 1)
			show_range_row(m, "next_gap", find->next_gap_start,
				       find->next_gap_end);
	}
	show_hex_row(m, "task_size", find->task_size);
}

static void show_page(struct seq_file *m, const struct mmscope_page *page)
{
	bool hidden = page->kpf == MMSCOPE_HIDDEN;

	seq_printf(m, "%-16s%s%s\n", "page", page_type_names[page->type],
		   page->attrs & MMSCOPE_PAGE_EXCLUSIVE ? ",exclusive" : "");
	if (page->type == MMSCOPE_PAGE_NONE)
		return;
	if (hidden)
		show_hex_row(m, "kpf", page->kpf);
	else
		show_names_row(m, "kpf", MMSCOPE_NAMES_KPF, page->kpf);
	show_count_row(m, "mapcount", page->mapcount, hidden);
	show_count_row(m, "refcount", page->refcount, hidden);
	show_count_row(m, "order", page->order, hidden);
	show_count_row(m, "folio_index", page->folio_index, hidden);
	show_count_row(m, "node", page->node, page->node == MMSCOPE_NO_NODE);
	show_count_row(m, "zone", page->zone, page->zone == MMSCOPE_NO_ZONE);
}

/**
 * mmscope_text_explain - what is known about an address: the walk, the VMA, the page,
 *	and what else a fault would look at
 * @m: where to
 * @explain: the answer
 * @vma: that holds the address, or NULL
 */
void mmscope_text_explain(struct seq_file *m,
			  const struct mmscope_explain *explain,
			  const struct mmscope_vma *vma)
{
	mmscope_text_walk(m, &explain->walk);
	seq_printf(m, "%-16s%s\n", "region", region_names[explain->region]);
	show_vma_row(m, "vma", vma);
	show_page(m, &explain->page);
	show_names_row(m, "facts", MMSCOPE_NAMES_FACTS, explain->facts);
	show_names_row(m, "hidden", MMSCOPE_NAMES_FACTS, explain->hidden);
	if (vma && vma->attrs & MMSCOPE_VMA_FILE) {
		show_row(m, "file_index", explain->file_index);
		show_row(m, "file_pages", explain->file_pages);
	}
	show_hex_row(m, "below_end", explain->below_end);
	seq_printf(m, "%-16s%s\n", "below",
		   explain->below & MMSCOPE_BELOW_GUARDED ? "guarded" : "-");
	if (explain->above_end)
		show_range_row(m, "above", explain->above_start,
			       explain->above_end);
	else
		seq_printf(m, "%-16s-\n", "above");
	show_limit_row(m, "stack_limit", explain->stack_limit);
	show_limit_row(m, "as_limit", explain->as_limit);
	show_row(m, "total_vm", explain->total_vm);
	if (explain->facts & MMSCOPE_FACT_HUGETLB) {
		show_row(m, "huge_free", explain->huge_free);
		show_row(m, "huge_reserved", explain->huge_reserved);
		show_row(m, "huge_surplus", explain->huge_surplus);
	}
	if (explain->facts & MMSCOPE_FACT_PKEYS)
		show_row(m, "pkey", explain->pkey);
	if (explain->facts & MMSCOPE_FACT_PKRU)
		show_hex_row(m, "pkru", explain->pkru);
}

void mmscope_text_task_heading(struct seq_file *m,
			       const struct mmscope_tasks *sums)
{
	seq_printf(m, "# mm_users %u mm_count %u\n# tid tgid kind state cpu comm\n",
		   sums->mm_users, sums->mm_count);
}

static const char *task_kind(u32 flags)
{
	if (flags & MMSCOPE_TASK_KTHREAD)
		return "kthread";
	if (flags & MMSCOPE_TASK_IO_WORKER)
		return "io_worker";
	if (flags & MMSCOPE_TASK_USER_WORKER)
		return "user_worker";
	return "thread";
}

/**
 * mmscope_text_task - one thread on one line
 * @m: where to
 * @task: the record
 */
void mmscope_text_task(struct seq_file *m, const struct mmscope_task *task)
{
	if (task->flags & MMSCOPE_TASK_HIDDEN) {
		seq_printf(m, "hidden hidden %s - - hidden\n",
			   task_kind(task->flags));
		return;
	}
	/* A thread's name is its own choice: escape it. */
	seq_printf(m, "%d %d %s %c %u %*pE\n", task->pid, task->tgid,
		   task_kind(task->flags), task->state, task->cpu,
		   (int)strlen(task->comm), task->comm);
}

void mmscope_text_store_heading(struct seq_file *m)
{
	seq_puts(m, "# depth type first-last used slots\n");
}

/**
 * mmscope_text_store - one node of the structure that keeps the VMAs on one line
 * @m: where to
 * @node: the record; its last address is inclusive
 */
void mmscope_text_store(struct seq_file *m,
			const struct mmscope_store_node *node)
{
	static const char * const types[MMSCOPE_NR_NODES] = {
		[MMSCOPE_NODE_DENSE] = "dense",
		[MMSCOPE_NODE_LEAF_64] = "leaf_64",
		[MMSCOPE_NODE_RANGE_64] = "range_64",
		[MMSCOPE_NODE_ARANGE_64] = "arange_64",
		[MMSCOPE_NODE_RB] = "rb",
	};

	seq_printf(m, "%u %s%s 0x%llx-0x%llx %u %u\n", node->depth,
		   types[node->type],
		   node->attrs & MMSCOPE_NODE_RED ? "_red" : "", node->min,
		   node->max, node->nr_slots, node->nr_possible);
}
