// SPDX-License-Identifier: GPL-2.0
/*
 * vmas.c - iterate over the VMAs of a range, batch by batch
 *
 * Every record is checked before it is handed out: the strings of one are inside
 * it and terminated, and the list moves forward. A malformed reply is -EPROTO.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/**
 * struct mmscope_vma_iter - see libmmscope.h
 * @ms: the handle
 * @next: address to go on at
 * @end: end of the range
 * @pos: offset of the next record in @buf
 * @used: bytes of @buf that are filled
 * @left: records not handed out yet
 * @done: nothing is left to ask for
 * @lock: sum of all replies
 * @buf: records of one reply
 */
struct mmscope_vma_iter {
	struct mmscope *ms;
	__u64 next;
	__u64 end;
	size_t pos;
	size_t used;
	__u32 left;
	int done;
	struct mmscope_lock lock;
	unsigned char buf[MMSCOPE_BUF_SIZE] __attribute__((aligned(8)));
};

MMSCOPE_API int mmscope_vma_iter_new(struct mmscope *ms, const struct mmscope_vma_opts *opts,
				     struct mmscope_vma_iter **ret)
{
	struct mmscope_vma_iter *iter;
	struct mmscope_vma_opts o;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	iter = malloc(sizeof(*iter));
	if (!iter)
		return mmscope_fail(ENOMEM);
	memset(iter, 0, offsetof(struct mmscope_vma_iter, buf));
	iter->ms = ms;
	iter->next = o.start;
	iter->end = o.end ? o.end : ~0ULL;
	iter->lock.generation = o.generation;
	*ret = iter;
	return 0;
}

MMSCOPE_API void mmscope_vma_iter_free(struct mmscope_vma_iter *iter)
{
	free(iter);
}

MMSCOPE_API const struct mmscope_lock *mmscope_vma_iter_lock(const struct mmscope_vma_iter *iter)
{
	return &iter->lock;
}

/* Fills the buffer; a reply may be empty without being the last. */
static int refill(struct mmscope_vma_iter *iter)
{
	struct mmscope_vmas arg = {
		.size = sizeof(arg),
		.start = iter->next,
		.end = iter->end,
		.buf = mmscope_ptr(iter->buf),
		.buf_size = sizeof(iter->buf),
		.lock.generation = iter->lock.generation,
		.lock.budget_ns = iter->ms->budget_ns,
	};
	int err;

	err = mmscope_ioctl(iter->ms, MMSCOPE_IOC_VMAS, &arg);
	if (err)
		return err;
	mmscope_lock_add(&iter->lock, &arg.lock);
	/* A reply that brings no step forward would be repeated for ever. */
	if (arg.used > sizeof(iter->buf) || (!arg.done && arg.start <= iter->next))
		return mmscope_fail(EPROTO);
	iter->pos = 0;
	iter->used = arg.used;
	iter->left = arg.nr;
	iter->next = arg.start;
	iter->done = arg.done != 0;
	return 0;
}

static int string_ok(const struct mmscope_vma *vma, __u16 off)
{
	const char *base = (const char *)vma;

	if (!off)
		return 1;
	return off >= sizeof(*vma) && off < vma->size &&
	       memchr(base + off, '\0', vma->size - off);
}

int mmscope_vma_ok(const struct mmscope_vma *vma, size_t room)
{
	return room >= sizeof(*vma) && vma->size >= sizeof(*vma) && vma->size % 8 == 0 &&
	       vma->size <= room && string_ok(vma, vma->path_off) &&
	       string_ok(vma, vma->name_off) && string_ok(vma, vma->ops_off);
}

MMSCOPE_API int mmscope_vma_iter_next(struct mmscope_vma_iter *iter,
				      const struct mmscope_vma **vma)
{
	const struct mmscope_vma *v;
	int err;

	while (!iter->left) {
		if (iter->done)
			return 0;
		err = refill(iter);
		if (err)
			goto fail;
	}
	err = -EPROTO;
	v = (const struct mmscope_vma *)(iter->buf + iter->pos);
	if (!mmscope_vma_ok(v, iter->used - iter->pos))
		goto fail;
	iter->pos += v->size;
	iter->left--;
	*vma = v;
	return 1;
fail:
	iter->left = 0;
	iter->done = 1;
	return mmscope_fail(-err);
}

static const char *string_at(const struct mmscope_vma *vma, __u16 off)
{
	return off ? (const char *)vma + off : NULL;
}

MMSCOPE_API const char *mmscope_vma_path(const struct mmscope_vma *vma)
{
	return string_at(vma, vma->path_off);
}

MMSCOPE_API const char *mmscope_vma_name(const struct mmscope_vma *vma)
{
	return string_at(vma, vma->name_off);
}

MMSCOPE_API const char *mmscope_vma_ops(const struct mmscope_vma *vma)
{
	return string_at(vma, vma->ops_off);
}
