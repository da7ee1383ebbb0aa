/* SPDX-License-Identifier: GPL-2.0 */
/*
 * debug_file.h - the file to which the symbols of a stripped one were moved
 */
#ifndef MMSCOPE_DEBUG_FILE_H
#define MMSCOPE_DEBUG_FILE_H

#include <stddef.h>

#include <linux/types.h>

#include "../render/strbuf.h"
#include "elf_file.h"

/**
 * debug_file_open() - find the separate debug file of a stripped one
 * @root: descriptor of the directory that is the root of those who run the file
 * @path: of the file there
 * @file: the file
 * @ret: where what was found is put; NULL when nothing was
 * @sought: gets where it was looked for, and why what is there was not taken
 *
 * By build-id, then by .gnu_debuglink. What is there is taken only if it is of the same
 * build: by its own build-id, or by the checksum of the link.
 */
void debug_file_open(int root, const char *path, const struct elf_file *file,
		     struct elf_file **ret, struct strbuf *sought);

/* The checksum of .gnu_debuglink: CRC-32 as in zlib. Begins with 0. */
__u32 crc32_of(__u32 crc, const unsigned char *bytes, size_t len);

#endif /* MMSCOPE_DEBUG_FILE_H */
