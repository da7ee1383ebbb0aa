// SPDX-License-Identifier: GPL-2.0
/*
 * layout_blocks.c - an address space as the blocks of its classic picture
 *
 * Descriptor, mappings and what is resident come from three looks; their generation
 * tells whether they are one.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout_blocks.h"
#include "mapping.h"
#include "maps.h"
#include "render/memory.h"
#include "render/size.h"
#include "symbol/object.h"

/* Neighbours of one sort are folded over gaps up to this. */
#define FOLD_GAP	(16ULL << 20)
/**
 * struct piece - a VMA on its way into a block
 */
struct piece {
	__u64 start;
	__u64 end;
	const char *what;
	const char *name;
	char perms[5];
	struct file_id file;
	__u64 rss;
};

struct pieces {
	struct piece *p;
	size_t nr;
};

static int read_vmas(struct layout *layout, const struct target *target, struct pieces *pieces)
{
	struct mmscope_vma_opts opts = {
		.size = sizeof(opts), .generation = layout->lock.generation,
	};
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	struct fileset libs = { 0 };
	struct vm_bits bits;
	int ret;

	vm_bits_load(target, &bits);
	ret = mapping_find_libraries(target, &bits, &libs);
	if (!ret)
		ret = mmscope_vma_iter_new(target->ms, &opts, &iter);
	if (ret) {
		fileset_free(&libs);
		return ret;
	}
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0) {
		struct piece *piece;

		pieces->p = more_room(pieces->p, pieces->nr, sizeof(*pieces->p));
		piece = &pieces->p[pieces->nr++];
		*piece = (struct piece){
			.start = vma->start, .end = vma->end,
			.name = names_of(&layout->names, vma),
			.what = mapping_kind(vma, &libs),
			.file = { (__u64)vma->dev_major << 32 | vma->dev_minor, vma->ino },
		};
		vm_perms(&bits, vma->vm_flags, piece->perms);
	}
	mmscope_lock_add(&layout->lock, mmscope_vma_iter_lock(iter));
	mmscope_vma_iter_free(iter);
	fileset_free(&libs);
	return ret;
}

static int read_resident(struct layout *layout, const struct target *target,
			 struct pieces *pieces)
{
	struct mmscope_stat_opts opts = {
		.size = sizeof(opts), .generation = layout->lock.generation,
	};
	struct mmscope_stat_iter *iter;
	const struct mmscope_stat *stat;
	size_t i = 0;
	int ret;

	ret = mmscope_stat_iter_new(target->ms, &opts, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_stat_iter_next(iter, &stat)) > 0) {
		while (i < pieces->nr && pieces->p[i].end <= stat->start)
			i++;
		if (i < pieces->nr && pieces->p[i].start <= stat->start)
			pieces->p[i].rss += stat->rss + stat->shared_hugetlb +
					    stat->private_hugetlb;
	}
	mmscope_lock_add(&layout->lock, mmscope_stat_iter_lock(iter));
	mmscope_stat_iter_free(iter);
	return ret;
}

static struct block *add_block(struct layout *layout, const char *what, __u64 start, __u64 last)
{
	layout->blocks = more_room(layout->blocks, layout->nr, sizeof(*layout->blocks));
	layout->blocks[layout->nr] = (struct block){
		.what = what, .start = start, .last = last, .perms = "----",
	};
	return &layout->blocks[layout->nr++];
}

/* What is above user space, and out of its reach. */
static void add_top(struct layout *layout, const struct target *target)
{
	__u64 task_size = layout->space.task_size, end, kernel;
	struct strbuf gate = { 0 };
	struct block *block;
	char range[64];

	if (target->info.va_bits <= 32) {
		add_block(layout, "kernel", task_size, (1ULL << 32) - 1);
		return;
	}
	end = 1ULL << target->info.va_bits;
	kernel = ~0ULL << target->info.va_bits;
	block = add_block(layout, "kernel", kernel, ~0ULL);
	if (layout->space.compat) {
		strbuf_puts(&block->notes, task_size > 3ULL << 30 ?
			    "a 32-bit process has all of 4G, the kernel is above" :
			    "a 32-bit process that keeps to 3G, the kernel is above 4G");
		add_block(layout, "unreachable", 1ULL << 32, kernel - 1);
		if (task_size < 1ULL << 32)
			add_block(layout, "guard", task_size, (1ULL << 32) - 1);
		return;
	}
	maps_gate_line(&gate, target);
	if (gate.len && sscanf(gate.data, "%63s", range) == 1)
		strbuf_printf(&block->notes, "[vsyscall] %s", range);
	strbuf_free(&gate);
	if (end < kernel)
		add_block(layout, "noncanonical", end, kernel - 1);
	if (task_size < end)
		add_block(layout, "guard", task_size, end - 1);
}

/* The sort of a mapping, as far as folding goes. */
static const char *sort_of(const struct pieces *pieces, size_t i)
{
	const struct piece *p = &pieces->p[i];

	/* Anonymous memory that follows a library is its bss. */
	if (!strcmp(p->what, "anon") && !p->name && i && p[-1].end == p->start &&
	    !strcmp(p[-1].what, "library"))
		return "library";
	if (!strcmp(p->what, "vvar"))
		return "vdso";
	return p->what;
}

static void take_name(struct block *block, const struct piece *piece, bool fold)
{
	const char *name = piece->name;

	if (!name || (block->files && block->file.ino == piece->file.ino &&
		      block->file.dev == piece->file.dev && piece->file.ino))
		return;
	block->file = piece->file;
	block->files++;
	if (block->files <= BLOCK_NAMES)
		block->names[block->nr_names++] = fold ? object_basename(name) : name;
}

void block_names(struct strbuf *sb, const struct block *block)
{
	size_t i;

	for (i = 0; i < block->nr_names; i++) {
		strbuf_puts(sb, i ? ", " : "");
		strbuf_puts(sb, block->names[i]);
	}
}

static void take_piece(struct block *block, const struct piece *piece, bool fold)
{
	size_t i;

	block->start = piece->start;
	block->bytes += piece->end - piece->start;
	block->rss += piece->rss;
	block->mappings++;
	for (i = 0; i < 4; i++)
		if (block->mappings == 1)
			block->perms[i] = piece->perms[i];
		else if (block->perms[i] != piece->perms[i])
			block->perms[i] = '*';
	take_name(block, piece, fold);
}

static void add_pieces(struct layout *layout, const struct pieces *pieces, bool fold)
{
	__u64 above = layout->space.task_size;
	struct block *block = NULL;
	const char *sort;
	size_t i;

	for (i = pieces->nr; i-- > 0; above = pieces->p[i].start) {
		const struct piece *piece = &pieces->p[i];

		sort = fold ? sort_of(pieces, i) : piece->what;
		if (fold && block && !strcmp(block->what, sort) &&
		    above - piece->end <= FOLD_GAP) {
			take_piece(block, piece, fold);
			continue;
		}
		if (piece->end < above)
			add_block(layout, "gap", piece->end, above - 1);
		block = add_block(layout, sort, piece->start, piece->end - 1);
		take_piece(block, piece, fold);
	}
	if (above)
		add_block(layout, "gap", 0, above - 1);
}

static struct block *block_at(struct layout *layout, __u64 addr)
{
	size_t i;

	for (i = 0; i < layout->nr; i++)
		if (layout->blocks[i].start <= addr && addr <= layout->blocks[i].last)
			return &layout->blocks[i];
	return NULL;
}

static void __attribute__((format(printf, 3, 4)))
note(struct layout *layout, __u64 addr, const char *fmt, ...)
{
	struct block *block = block_at(layout, addr);
	va_list ap;
	char *text;

	if (!block)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		no_memory();
	va_end(ap);
	if (block->notes.len)
		strbuf_putc(&block->notes, '\n');
	strbuf_puts(&block->notes, text);
	free(text);
}

static void note_strings(struct layout *layout, const char *what, __u64 start, __u64 end)
{
	char size[SIZE_TEXT_MAX];

	if (start < end)
		note(layout, start, "%s 0x%llx-0x%llx, %s", what, start, end,
		     size_text(end - start, size));
}

static void note_stack(struct layout *layout)
{
	const struct mmscope_mm *mm = &layout->space.mm;
	struct block *block = block_at(layout, mm->start_stack);
	char size[SIZE_TEXT_MAX], guard[SIZE_TEXT_MAX];

	note_strings(layout, "environment", mm->env_start, mm->env_end);
	note_strings(layout, "arguments", mm->arg_start, mm->arg_end);
	if (!block || strcmp(block->what, "stack"))
		return;
	note(layout, mm->start_stack, "stack pointer began at 0x%llx", mm->start_stack);
	if (layout->limits_known && layout->stack_limit == ~0ULL)
		note(layout, mm->start_stack, "grows downwards without a limit");
	else if (layout->limits_known)
		note(layout, mm->start_stack, "grows downwards, up to %s",
		     size_text(layout->stack_limit, size));
	if (block->start)
		note(layout, block->start - 1, "the upper %s: guard of the stack",
		     size_text(space_stack_guard(layout->space.page_size), guard));
}

static void note_heap(struct layout *layout)
{
	const struct mmscope_mm *mm = &layout->space.mm;
	__u64 page = layout->space.page_size, top = (mm->brk + page - 1) & ~(page - 1);
	struct block *above = block_at(layout, top);
	char size[SIZE_TEXT_MAX], limit[SIZE_TEXT_MAX];

	if (!mm->start_brk)
		return;
	if (mm->brk > mm->start_brk)
		note(layout, mm->start_brk, "heap from 0x%llx to 0x%llx (brk)", mm->start_brk,
		     mm->brk);
	else
		note(layout, mm->start_brk, "the heap would begin at 0x%llx", mm->start_brk);
	if (!above || block_is_mapped(above))
		return;
	size_text(above->last + 1 - top, size);
	if (layout->data_limit == ~0ULL)
		note(layout, mm->start_brk, "room for %s more", size);
	else
		note(layout, mm->start_brk, "room for %s more, data limited to %s", size,
		     size_text(layout->data_limit, limit));
}

static void note_bounds(struct layout *layout)
{
	const struct space *space = &layout->space;

	if (space->top_down)
		note(layout, space->base - 1, "mmap() searches downwards from 0x%llx", space->base);
	else
		note(layout, space->legacy_base, "mmap() searches upwards from 0x%llx",
		     space->legacy_base);
	note(layout, 0, "nothing is mapped below 0x%llx (mmap_min_addr)", space->lowest);
}

/* To the byte, where the headers of the program put the bounds. */
static void note_segment(struct layout *layout, const struct elf_segment *seg, __u64 bias)
{
	__u64 start = seg->vaddr + bias, file_end = start + seg->file_size;
	__u64 end = start + seg->memory_size;
	const char *what = "rodata";

	if (seg->flags & 1)	/* PF_X */
		what = "text";
	else if (seg->flags & 2)	/* PF_W */
		what = "data";
	if (file_end > start)
		note(layout, start, "%s 0x%llx-0x%llx", what, start, file_end);
	if (end > file_end)
		note(layout, end - 1, "bss 0x%llx-0x%llx", file_end, end);
}

static int note_program(struct layout *layout, const struct target *target)
{
	const struct elf_segment *seg;
	struct object_list list;
	struct object *object;
	size_t i, j, nr;
	int err;

	err = object_list_load(&list, target);
	for (i = 0; !err && i < list.nr; i++) {
		object = &list.objects[i];
		if (!object->program || object_elf(&list, object) || !object->nr_biases)
			continue;
		seg = elf_file_segments(object->elf, &nr);
		for (j = nr; j-- > 0;)
			note_segment(layout, &seg[j], object->biases[0]);
	}
	object_list_free(&list);
	return err;
}

static void take_limit(const char *line, const char *name, __u64 *value)
{
	unsigned long long limit;

	if (!strncmp(line, name, strlen(name)) && sscanf(line + strlen(name), " %llu", &limit) == 1)
		*value = limit;
}

/* The soft limits of /proc/PID/limits, where it may be read; they are not recorded. */
static void read_limits(struct layout *layout, const struct target *target)
{
	char path[64], line[256];
	FILE *f;

	layout->stack_limit = ~0ULL;
	layout->data_limit = ~0ULL;
	if (target->recorded)
		return;
	snprintf(path, sizeof(path), "/proc/%d/limits", target->pid);
	f = fopen(path, "re");
	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		take_limit(line, "Max stack size", &layout->stack_limit);
		take_limit(line, "Max data size", &layout->data_limit);
	}
	fclose(f);
	layout->limits_known = true;
}

int layout_blocks_read(struct layout *layout, const struct target *target, bool fold)
{
	struct pieces pieces = { 0 };
	int err;

	*layout = (struct layout){ 0 };
	err = space_load(&layout->space, target->ms, &target->info);
	layout->lock = layout->space.lock;
	if (!err)
		err = read_vmas(layout, target, &pieces);
	if (!err)
		err = read_resident(layout, target, &pieces);
	if (!err) {
		read_limits(layout, target);
		add_top(layout, target);
		add_pieces(layout, &pieces, fold);
		note_bounds(layout);
		note_stack(layout);
		note_heap(layout);
		err = note_program(layout, target);
	}
	free(pieces.p);
	return err;
}

void layout_blocks_free(struct layout *layout)
{
	size_t i;

	for (i = 0; i < layout->nr; i++)
		strbuf_free(&layout->blocks[i].notes);
	names_free(&layout->names);
	free(layout->blocks);
	space_free(&layout->space);
	*layout = (struct layout){ 0 };
}
