/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fileset.h - a set of files; memory by the number of distinct ones
 */
#ifndef MMSCOPE_FILESET_H
#define MMSCOPE_FILESET_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/**
 * struct file_id - a file: device number of its superblock, inode number
 */
struct file_id {
	__u64 dev;
	__u64 ino;
};

/**
 * struct fileset - a hash table with open addressing; starts as zeros
 */
struct fileset {
	struct file_id *slots;
	size_t size;
	size_t nr;
};

void fileset_add(struct fileset *set, struct file_id id);
bool fileset_has(const struct fileset *set, struct file_id id);
void fileset_free(struct fileset *set);

#endif /* MMSCOPE_FILESET_H */
