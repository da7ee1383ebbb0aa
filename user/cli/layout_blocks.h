/* SPDX-License-Identifier: GPL-2.0 */
/*
 * layout_blocks.h - an address space as the blocks of its classic picture
 */
#ifndef MMSCOPE_LAYOUT_BLOCKS_H
#define MMSCOPE_LAYOUT_BLOCKS_H

#include "cli.h"
#include "fileset.h"
#include "names.h"
#include "render/strbuf.h"
#include "space.h"

/* Names that are listed of a folded block. */
#define BLOCK_NAMES	6

/**
 * struct block - one box of the picture
 * @start: first byte
 * @last: last byte: the kernel's ends where addresses do
 * @what: kernel, noncanonical, unreachable, guard, gap; text, data, bss, heap, stack, library,
 *	file, anon, shm, vdso ...
 * @names: of what is mapped, of the first different files; raw
 * @nr_names: how many
 * @perms: of its mappings, * where they differ
 * @bytes: mapped, gaps between folded mappings not included
 * @rss: resident part of these
 * @mappings: how many VMAs
 * @files: how many different files
 * @notes: lines that tell more
 * @file: the file, of the last mapping folded into it
 */
struct block {
	__u64 start;
	__u64 last;
	const char *what;
	const char *names[BLOCK_NAMES];
	size_t nr_names;
	char perms[5];
	__u64 bytes;
	__u64 rss;
	size_t mappings;
	size_t files;
	struct strbuf notes;
	struct file_id file;
};

/**
 * struct layout - all blocks, from the highest address down
 * @blocks: the blocks
 * @nr: how many
 * @names: theirs
 * @space: bounds and limits
 * @limits_known: the next two are
 * @stack_limit: RLIMIT_STACK, ~0 for none
 * @data_limit: RLIMIT_DATA, likewise
 * @lock: report of all looks
 */
struct layout {
	struct block *blocks;
	size_t nr;
	struct names names;
	struct space space;
	bool limits_known;
	__u64 stack_limit;
	__u64 data_limit;
	struct mmscope_lock lock;
};

/**
 * layout_blocks_read() - take the layout of a target
 * @layout: to fill; to be freed in any case
 * @target: attached
 * @fold: join neighbours of one sort
 *
 * Return: 0 or -errno. MMSCOPE_LOCK_CHANGED in @lock: it changed while it was taken.
 */
int layout_blocks_read(struct layout *layout, const struct target *target, bool fold);
void layout_blocks_free(struct layout *layout);

/* Adds the names of @block, joined by commas. */
void block_names(struct strbuf *sb, const struct block *block);

static inline bool block_is_mapped(const struct block *block)
{
	return block->mappings;
}

#endif /* MMSCOPE_LAYOUT_BLOCKS_H */
