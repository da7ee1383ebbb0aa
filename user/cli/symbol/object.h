/* SPDX-License-Identifier: GPL-2.0 */
/*
 * object.h - what is mapped in a target, by name: files, and parts in brackets
 *
 * The list is of one look; the files are opened as the target sees them, when they
 * are asked for.
 */
#ifndef MMSCOPE_OBJECT_H
#define MMSCOPE_OBJECT_H

#include "../cli.h"
#include "../fileset.h"
#include "../names.h"
#include "../render/strbuf.h"
#include "elf_file.h"

/**
 * struct span - where a part of a file is mapped
 * @start: first byte
 * @end: end, exclusive
 * @offset: in the file, of @start, in bytes
 * @vm_flags: of the VMA
 */
struct span {
	__u64 start;
	__u64 end;
	__u64 offset;
	__u64 vm_flags;
};

/**
 * struct object - a mapped file
 * @id: the file
 * @path: seen from the root of this program, without " (deleted)"; raw
 * @deleted: it has no name any more
 * @program: it is the program itself
 * @code: a part of it is executable
 * @spans: its mappings, by address
 * @nr_spans: how many
 * @error: -errno of the attempt to read it as ELF: -EACCES not allowed, -ENOENT no
 *	name leads to it, -ESTALE the name leads to another file, -ENOEXEC no ELF file,
 *	-EOPNOTSUPP it was not recorded
 * @elf: NULL until object_elf(), and when that failed
 * @biases: what to add to addresses of the file, one for each time it is loaded
 * @nr_biases: how many
 * @tried: object_elf() was there
 * @memory: it is the vDSO, which is in the memory of the target only
 * @debug: the file with the symbols that it was stripped of; NULL until
 *	object_debug(), and when there is none
 * @sought: where that was looked for
 * @sought_debug: object_debug() was there
 */
struct object {
	struct file_id id;
	const char *path;
	bool deleted;
	bool program;
	bool code;
	struct span *spans;
	size_t nr_spans;
	int error;
	struct elf_file *elf;
	__u64 *biases;
	size_t nr_biases;
	bool tried;
	bool memory;
	struct elf_file *debug;
	struct strbuf sought;
	bool sought_debug;
};

/**
 * struct part - mappings with a name in brackets
 * @name: with its brackets; raw
 * @start: of the first
 * @end: of the last, as far as one follows the other
 * @more: there is another of this name, apart from it
 */
struct part {
	const char *name;
	__u64 start;
	__u64 end;
	bool more;
};

/**
 * struct object_list - everything that has a name
 * @target: whose
 * @objects: files
 * @nr: how many
 * @files: number of each in @objects, plus one
 * @parts: the rest
 * @nr_parts: how many
 * @names: of both
 * @lock: what listing did to the target
 */
struct object_list {
	const struct target *target;
	struct object *objects;
	size_t nr;
	struct fileset files;
	struct part *parts;
	size_t nr_parts;
	struct names names;
	struct mmscope_lock lock;
};

/* Fills @list. Returns 0 or -errno; to be freed in any case. */
int object_list_load(struct object_list *list, const struct target *target);
void object_list_free(struct object_list *list);

/* The file's symbols and segments, read once; 0, or @error. */
int object_elf(const struct object_list *list, struct object *object);

/* The separate debug file of one that is stripped and was read, sought once; or NULL. */
struct elf_file *object_debug(const struct object_list *list, struct object *object);

/* The last component of a path. */
const char *object_basename(const char *path);

#endif /* MMSCOPE_OBJECT_H */
