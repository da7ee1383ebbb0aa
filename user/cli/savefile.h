/* SPDX-License-Identifier: GPL-2.0 */
/*
 * savefile.h - a file that is there whole, or not at all
 */
#ifndef MMSCOPE_SAVEFILE_H
#define MMSCOPE_SAVEFILE_H

/**
 * struct savefile - a file that is being written
 * @path: its name in the end; NULL for what cannot be replaced: a device, a pipe
 * @temp: its name until then, beside it; or NULL
 * @fd: where to write
 */
struct savefile {
	char *path;
	char *temp;
	int fd;
};

/*
 * Readable by its owner only: it can hold what only root may see. What is no file is
 * written to as it comes. All return 0 or -errno.
 */
int savefile_begin(struct savefile *file, const char *path);
/* Writes it to the disk, gives it its name, in place of an older one; ends @file. */
int savefile_commit(struct savefile *file);
/* Takes it away. */
void savefile_abort(struct savefile *file);

#endif /* MMSCOPE_SAVEFILE_H */
