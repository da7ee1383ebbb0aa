// SPDX-License-Identifier: GPL-2.0
/*
 * vmops.c - iterate over the operations of VMAs
 *
 * Every record is checked before it is handed out: its offsets and strings are inside
 * it. A malformed reply is -EPROTO.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/**
 * struct mmscope_vmops_iter - see libmmscope.h
 * @ms: the handle
 * @arg: the last reply; its cursor is where to go on
 * @pos: offset of the next record in @buf
 * @left: records not handed out yet
 * @lock: sum of all replies
 * @buf: records of one reply
 */
struct mmscope_vmops_iter {
	struct mmscope *ms;
	struct mmscope_vmops arg;
	size_t pos;
	__u32 left;
	struct mmscope_lock lock;
	unsigned char buf[MMSCOPE_BUF_SIZE] __attribute__((aligned(8)));
};

MMSCOPE_API int mmscope_vmops_iter_new(struct mmscope *ms, const struct mmscope_vma_opts *opts,
				       struct mmscope_vmops_iter **ret)
{
	struct mmscope_vmops_iter *iter;
	struct mmscope_vma_opts o;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	iter = malloc(sizeof(*iter));
	if (!iter)
		return mmscope_fail(ENOMEM);
	memset(iter, 0, offsetof(struct mmscope_vmops_iter, buf));
	iter->ms = ms;
	iter->arg.start = o.start;
	iter->arg.end = o.end ? o.end : ~0ULL;
	iter->lock.generation = o.generation;
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
	return &iter->lock;
}

static int refill(struct mmscope_vmops_iter *iter)
{
	struct mmscope_vmops arg = {
		.size = sizeof(arg),
		.start = iter->arg.start,
		.end = iter->arg.end,
		.buf = mmscope_ptr(iter->buf),
		.buf_size = sizeof(iter->buf),
		.lock.generation = iter->lock.generation,
		.lock.budget_ns = iter->ms->budget_ns,
	};
	int err;

	err = mmscope_ioctl(iter->ms, MMSCOPE_IOC_VMOPS, &arg);
	if (err)
		return err;
	mmscope_lock_add(&iter->lock, &arg.lock);
	/* A reply that brings no step forward would be repeated for ever. */
	if (arg.used > sizeof(iter->buf) || (!arg.done && arg.start <= iter->arg.start))
		return mmscope_fail(EPROTO);
	iter->arg = arg;
	iter->pos = 0;
	iter->left = arg.nr;
	return 0;
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
	int err;

	while (!iter->left) {
		if (iter->arg.done)
			return 0;
		err = refill(iter);
		if (err)
			goto fail;
	}
	err = -EPROTO;
	r = (const struct mmscope_vmops_record *)(iter->buf + iter->pos);
	if (!record_ok(r, iter->arg.used - iter->pos))
		goto fail;
	iter->pos += r->size;
	iter->left--;
	*record = r;
	return 1;
fail:
	iter->left = 0;
	iter->arg.done = 1;
	return mmscope_fail(-err);
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
