/* SPDX-License-Identifier: GPL-2.0 */
/*
 * belonging.h - what memory that processes share belongs to: a file, or no file
 */
#ifndef MMSCOPE_BELONGING_H
#define MMSCOPE_BELONGING_H

#include "fileset.h"

#include "libmmscope.h"

/**
 * struct belonging - a file, or memory of no file by the name of its mapping
 * @origin: the caller's number of what sort of memory it is
 * @file: the mapped file, zeros for none
 * @name: path, or name in brackets; NULL for none
 * @shared: bytes of it that several processes map
 * @mapped: the same, as often as a process maps them
 * @who: bit per process that does
 */
struct belonging {
	__u32 origin;
	struct file_id file;
	char *name;
	__u64 shared;
	__u64 mapped;
	__u64 *who;
};

/**
 * struct belongings - all of a run; starts as zeros
 */
struct belongings {
	struct belonging *list;
	size_t nr;
	__u32 *slots;
	size_t size;
};

/* Number of what pages of @origin in @vma belong to; @vma NULL: nobody knows. */
__u32 belongings_of(struct belongings *all, __u32 origin, const struct mmscope_vma *vma);

/* Most memory first; numbers that were given out mean nothing any more. */
void belongings_sort(struct belongings *all);
void belongings_free(struct belongings *all);

#endif /* MMSCOPE_BELONGING_H */
