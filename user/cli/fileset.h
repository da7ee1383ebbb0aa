/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fileset.h - a set of files, and a number for each; memory by how many are distinct
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
 * struct file_slot - a place for a file
 * @id: the file
 * @number: the caller's
 * @used: a file is in it
 */
struct file_slot {
	struct file_id id;
	size_t number;
	bool used;
};

/**
 * struct fileset - a hash table with open addressing; starts as zeros
 */
struct fileset {
	struct file_slot *slots;
	size_t size;
	size_t nr;
};

void fileset_add(struct fileset *set, struct file_id id);
/* The caller's number of a file, which is added if need be with 0; valid until the next one. */
size_t *fileset_number(struct fileset *set, struct file_id id);
bool fileset_has(const struct fileset *set, struct file_id id);
void fileset_free(struct fileset *set);

#endif /* MMSCOPE_FILESET_H */
