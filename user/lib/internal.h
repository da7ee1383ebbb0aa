/* SPDX-License-Identifier: GPL-2.0 */
/*
 * internal.h - what the files of libmmscope share; never installed
 */
#ifndef LIBMMSCOPE_INTERNAL_H
#define LIBMMSCOPE_INTERNAL_H

#include <errno.h>
#include <pthread.h>
#include <stdint.h>

#include "libmmscope.h"

#define MMSCOPE_API	__attribute__((visibility("default")))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/**
 * struct mmscope_name_table - the cached names of one class
 * @names: the table, NULL until it was asked for
 * @nr: its elements
 */
struct mmscope_name_table {
	struct mmscope_name *names;
	size_t nr;
};

/**
 * struct mmscope - see libmmscope.h
 * @fd: the open file
 * @budget_ns: for each hold of the target's lock, 0 for none
 * @lock: protects what follows while it is read; it never changes after
 * @names: cache
 * @page_size: cache, 0 until it was asked for
 * @snapshot: the file that answers in place of the device, or NULL
 */
struct mmscope {
	int fd;
	__u64 budget_ns;
	struct snapshot *snapshot;
	pthread_mutex_t lock;
	struct mmscope_name_table names[MMSCOPE_NR_NAMES];
	unsigned int page_size;
};

/* Bytes of a base page, asked for once. Returns 0 or -errno. */
int mmscope_page_size(struct mmscope *ms, unsigned int *page_size);

/* Sets errno, so that callers used to errno find it, and returns -err. */
int mmscope_fail(int err);

/* The one call of ioctl(2), or of a snapshot in its place. Returns 0 or -errno. */
int mmscope_ioctl(const struct mmscope *ms, unsigned long request, void *arg);

/*
 * Copies the caller's opts struct of @from[0] bytes into @to of @size bytes:
 * a shorter one leaves zeros, a longer one must be zero beyond.
 */
int mmscope_copy_opts(void *to, size_t size, const void *from);

/* Is there a whole record at @vma, with @room bytes to the end of the buffer? */
int mmscope_vma_ok(const struct mmscope_vma *vma, size_t room);

/*
 * The first entry of the run that @iter has handed out last, as a walk would tell it, and
 * those behind it rise with the frame; MMSCOPE_HIDDEN when the module did not tell it.
 */
__u64 extent_iter_entry(const struct mmscope_extent_iter *iter);

static inline __u64 mmscope_ptr(const void *p)
{
	return (__u64)(uintptr_t)p;
}

#endif /* LIBMMSCOPE_INTERNAL_H */
