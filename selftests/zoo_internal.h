/* SPDX-License-Identifier: GPL-2.0-only */
/* zoo_internal.h - what the makers of kinds share among themselves */
#ifndef ZOO_INTERNAL_H
#define ZOO_INTERNAL_H

#include <stdint.h>
#include <sys/mman.h>

#include "proc.h"
#include "size.h"
#include "zoo.h"

#include "zoo_makers.h"

#define ZOO_SIZE	(16 * page_size)	/* of a small kind */
#define SIZE_1G		(1UL << 30)

int zoo_lacks(struct zoo_thing *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int zoo_failed(struct zoo_thing *t, const char *what);
void zoo_keep_fd(struct zoo_thing *t, int fd);

/* mmap() that fills @t->start and @t->end; MAP_FAILED becomes ZOO_FAILED. */
int zoo_map(struct zoo_thing *t, size_t size, int prot, int flags, int fd, off_t offset);
size_t zoo_size(const struct zoo_options *o, size_t fallback, size_t unit);

/* Write, or read, a byte of every @step-th page. */
void zoo_write(const struct zoo_thing *t, size_t step);
void zoo_read(const struct zoo_thing *t, size_t step);

/* The pagemap entry of an address of the caller; 0 when it cannot be read. Bits: proc.h */
uint64_t zoo_pagemap(unsigned long va);

/* A field of smaps in bytes, for the VMA that holds @va of the caller. */
unsigned long zoo_smaps(unsigned long va, const char *field);
/* First number in a file of /proc or /sys, -1 when there is none. */
long zoo_file_number(const char *path);
int zoo_write_file(const char *path, const char *text);
/* Makes a file with @pages pages of known text; @name is put after the prefix. */
int zoo_temp_file(struct zoo_thing *t, const char *name, size_t pages);

#endif /* ZOO_INTERNAL_H */
