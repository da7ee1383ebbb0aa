// SPDX-License-Identifier: GPL-2.0
/*
 * vmas.c - iterate over the VMAs of a range, batch by batch
 *
 * Every record is checked before it is handed out: the strings of one are inside
 * it and terminated, and the list moves forward. A malformed reply is -EPROTO.
 */
#include <stdlib.h>
#include <string.h>

#include "batch.h"

/**
 * struct mmscope_vma_iter - see libmmscope.h
 * @batch: the replies
 * @next: address to go on at
 * @end: end of the range
 */
struct mmscope_vma_iter {
	struct batch batch;
	__u64 next;
	__u64 end;
};

static int ask(struct batch *batch)
{
	struct mmscope_vma_iter *iter = (struct mmscope_vma_iter *)batch;
	struct mmscope_vmas arg = {
		.size = sizeof(arg),
		.start = iter->next,
		.end = iter->end,
		.buf = mmscope_ptr(batch->buf),
		.buf_size = MMSCOPE_BUF_SIZE,
		.lock.generation = batch->lock.generation,
		.lock.budget_ns = batch->ms->budget_ns,
	};
	int err;

	err = mmscope_ioctl(batch->ms, MMSCOPE_IOC_VMAS, &arg);
	if (!err)
		err = batch_reply(batch, &arg.lock, arg.nr, arg.used,
				  arg.done != 0, arg.start > iter->next);
	if (!err)
		iter->next = arg.start;
	return err;
}

MMSCOPE_API int mmscope_vma_iter_new(struct mmscope *ms, const struct mmscope_vma_opts *opts,
				     struct mmscope_vma_iter **ret)
{
	struct mmscope_vma_iter *iter;
	struct mmscope_vma_opts o;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	iter = batch_new(sizeof(*iter), ms, ask, o.generation);
	if (!iter)
		return mmscope_fail(ENOMEM);
	iter->next = o.start;
	iter->end = o.end ? o.end : ~0ULL;
	*ret = iter;
	return 0;
}

MMSCOPE_API void mmscope_vma_iter_free(struct mmscope_vma_iter *iter)
{
	free(iter);
}

MMSCOPE_API const struct mmscope_lock *mmscope_vma_iter_lock(const struct mmscope_vma_iter *iter)
{
	return &iter->batch.lock;
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
	int ret = batch_more(&iter->batch);

	if (ret <= 0)
		return ret;
	v = (const struct mmscope_vma *)(iter->batch.buf + iter->batch.pos);
	if (!mmscope_vma_ok(v, iter->batch.used - iter->batch.pos))
		return batch_end(&iter->batch, -EPROTO);
	batch_took(&iter->batch, v->size);
	*vma = v;
	return 1;
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
