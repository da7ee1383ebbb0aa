// SPDX-License-Identifier: GPL-2.0
/*
 * vmops.c - iterate over the operations of VMAs
 *
 * Every record is checked before it is handed out: its offsets and strings are inside
 * it. A malformed reply is -EPROTO.
 */
#include <stdlib.h>
#include <string.h>

#include "batch.h"

/**
 * struct mmscope_vmops_iter - see libmmscope.h
 * @batch: the replies
 * @next: address to go on at
 * @end: end of the range
 */
struct mmscope_vmops_iter {
	struct batch batch;
	__u64 next;
	__u64 end;
};

static int ask(struct batch *batch)
{
	struct mmscope_vmops_iter *iter = (struct mmscope_vmops_iter *)batch;
	struct mmscope_vmops arg = {
		.size = sizeof(arg),
		.start = iter->next,
		.end = iter->end,
		.buf = mmscope_ptr(batch->buf),
		.buf_size = MMSCOPE_BUF_SIZE,
		.lock.generation = batch->lock.generation,
		.lock.budget_ns = batch->ms->budget_ns,
	};
	int err;

	err = mmscope_ioctl(batch->ms, MMSCOPE_IOC_VMOPS, &arg);
	if (!err)
		err = batch_reply(batch, &arg.lock, arg.nr, arg.used,
				  arg.done != 0, arg.start > iter->next);
	if (!err)
		iter->next = arg.start;
	return err;
}

MMSCOPE_API int mmscope_vmops_iter_new(struct mmscope *ms, const struct mmscope_vma_opts *opts,
				       struct mmscope_vmops_iter **ret)
{
	struct mmscope_vmops_iter *iter;
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

MMSCOPE_API void mmscope_vmops_iter_free(struct mmscope_vmops_iter *iter)
{
	free(iter);
}

MMSCOPE_API const struct mmscope_lock *
mmscope_vmops_iter_lock(const struct mmscope_vmops_iter *iter)
{
	return &iter->batch.lock;
}

static int string_ok(const struct mmscope_vmops_record *record, __u16 off)
{
	return off >= sizeof(*record) && off < record->size &&
	       memchr((const char *)record + off, '\0', record->size - off);
}

static const __u16 *offsets_of(const struct mmscope_vmops_record *record)
{
	return (const __u16 *)(record + 1);
}

static int record_ok(const struct mmscope_vmops_record *record, size_t room)
{
	__u32 i;

	if (room < sizeof(*record) || record->size > room || record->size % 8 ||
	    record->nr > 64 || record->size < sizeof(*record) + record->nr * sizeof(__u16) ||
	    record->nr != (__u32)__builtin_popcountll(record->set))
		return 0;
	for (i = 0; i < record->nr; i++)
		if (!string_ok(record, offsets_of(record)[i]))
			return 0;
	return !record->ops_off || string_ok(record, record->ops_off);
}

MMSCOPE_API int mmscope_vmops_iter_next(struct mmscope_vmops_iter *iter,
					const struct mmscope_vmops_record **record)
{
	const struct mmscope_vmops_record *r;
	int ret = batch_more(&iter->batch);

	if (ret <= 0)
		return ret;
	r = (const struct mmscope_vmops_record *)(iter->batch.buf + iter->batch.pos);
	if (!record_ok(r, iter->batch.used - iter->batch.pos))
		return batch_end(&iter->batch, -EPROTO);
	batch_took(&iter->batch, r->size);
	*record = r;
	return 1;
}

MMSCOPE_API const char *mmscope_vmops_table(const struct mmscope_vmops_record *record)
{
	return record->ops_off ? (const char *)record + record->ops_off : NULL;
}

MMSCOPE_API const char *mmscope_vmops_symbol(const struct mmscope_vmops_record *record,
					     unsigned int vmop)
{
	unsigned int place;

	if (vmop >= 64 || !(record->set & 1ULL << vmop))
		return NULL;
	place = __builtin_popcountll(record->set & ((1ULL << vmop) - 1));
	return (const char *)record + offsets_of(record)[place];
}
