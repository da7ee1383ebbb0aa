/* SPDX-License-Identifier: GPL-2.0 */
/*
 * batch.h - the frame of every iterator: replies taken apart, one after the other
 */
#ifndef LIBMMSCOPE_BATCH_H
#define LIBMMSCOPE_BATCH_H

#include "internal.h"

/**
 * struct batch - what the iterators have in common; their first member
 * @ms: the handle
 * @ask: fetches the next reply and hands it to batch_reply(). Returns 0 or -errno.
 * @lock: sum of all replies
 * @buf: where a reply goes, MMSCOPE_BUF_SIZE bytes
 * @pos: offset of the next element in @buf
 * @used: bytes of @buf that are filled
 * @left: elements that were not handed out yet
 * @done: nothing is left to ask for
 * @err: why the iteration is over, -errno
 */
struct batch {
	struct mmscope *ms;
	int (*ask)(struct batch *batch);
	struct mmscope_lock lock;
	unsigned char *buf;
	size_t pos;
	size_t used;
	__u64 left;
	int done;
	int err;
};

/*
 * A new iterator of @size bytes, zeroed but for its batch, and the buffer behind it:
 * free() frees all. NULL with errno when there is no memory.
 */
void *batch_new(size_t size, struct mmscope *ms, int (*ask)(struct batch *batch),
		__u64 generation);

/*
 * The reply in @batch->buf has @nr elements in @used bytes. One that brings no step
 * forward (not @moved) and is not the last would be repeated for ever: -EPROTO, as
 * for one that does not fit. A reply may be empty without being the last.
 */
int batch_reply(struct batch *batch, const struct mmscope_lock *lock, __u64 nr, __u64 used,
		int done, int moved);

/* Is there an element at @buf + @pos, if need be after asking? 1, 0 at the end, -errno. */
int batch_more(struct batch *batch);

/* The element of @size bytes that is next has been taken. */
void batch_took(struct batch *batch, size_t size);

/* Ends the iteration. Returns @err. */
int batch_end(struct batch *batch, int err);

#endif /* LIBMMSCOPE_BATCH_H */
