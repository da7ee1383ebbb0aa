/* SPDX-License-Identifier: GPL-2.0 */
/*
 * elf_file.h - what an ELF file says of itself: segments and symbols, by libelf
 *
 * 32- and 64-bit files of any machine. Nothing in a file is trusted: what does not
 * fit is left out.
 */
#ifndef MMSCOPE_ELF_FILE_H
#define MMSCOPE_ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct elf_file;

/**
 * struct elf_segment - a program header of type PT_LOAD
 * @vaddr: address it is linked at
 * @offset: in the file
 * @file_size: bytes of the file that it maps
 * @memory_size: bytes of memory; what exceeds @file_size is zeroed (bss)
 * @flags: PF_R, PF_W, PF_X
 */
struct elf_segment {
	__u64 vaddr;
	__u64 offset;
	__u64 file_size;
	__u64 memory_size;
	unsigned int flags;
};

/**
 * struct elf_symbol - a definition
 * @value: address it is linked at
 * @size: bytes, 0 when the file does not tell
 * @global: not local to the file (weak ones are global)
 * @fixed: @value does not move with the file (SHN_ABS)
 * @tls: thread-local: @value is an offset in each thread's block
 * @ifunc: @value is the function that chooses the implementation
 * @old_version: only programs linked against an older version get it (sym@VER)
 */
struct elf_symbol {
	__u64 value;
	__u64 size;
	bool global;
	bool fixed;
	bool tls;
	bool ifunc;
	bool old_version;
};

typedef void elf_symbol_fn(const struct elf_symbol *symbol, void *arg);

/**
 * elf_file_open() - read a file's headers
 * @fd: open for reading; belongs to the result
 * @ret: where it is put
 *
 * Return: 0 or -ENOEXEC when it is no ELF file, or none that can be read; @fd is
 * closed then.
 */
int elf_file_open(int fd, struct elf_file **ret);
void elf_file_close(struct elf_file *file);

/* Segments in the order of the headers, which is that of their addresses. */
const struct elf_segment *elf_file_segments(const struct elf_file *file, size_t *nr);

/* ET_DYN: can be loaded anywhere. */
bool elf_file_is_movable(const struct elf_file *file);

/* Longest build-id that is taken for one; SHA-1 has 20 bytes. */
#define ELF_BUILD_ID_MAX	64

/**
 * elf_file_build_id() - what its linker says it is
 * @file: the file
 * @id: ELF_BUILD_ID_MAX bytes, filled
 *
 * Return: bytes of it; 0 when there is none.
 */
size_t elf_file_build_id(const struct elf_file *file, unsigned char *id);

/**
 * elf_file_debuglink() - the file its symbols went to when it was stripped
 * @file: the file
 * @crc: of that file, filled; see crc32_of()
 *
 * Return: its name, without directories, for as long as @file is there; or NULL.
 */
const char *elf_file_debuglink(const struct elf_file *file, __u32 *crc);

/* Has it lost its full symbol table, so that only the dynamic one is left? */
bool elf_file_is_stripped(const struct elf_file *file);

/**
 * elf_file_lookup() - find the definitions of a name
 * @file: the file
 * @name: NAME, or NAME@VERSION (NAME@@VERSION means the same)
 * @fn: called for each definition; one symbol can stand in both tables
 * @arg: passed to @fn
 */
void elf_file_lookup(const struct elf_file *file, const char *name, elf_symbol_fn *fn, void *arg);

#endif /* MMSCOPE_ELF_FILE_H */
