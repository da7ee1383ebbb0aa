// SPDX-License-Identifier: GPL-2.0
/*
 * find.c - the VMAs around an address
 */
#include "internal.h"

static int record_ok(const struct mmscope_find *find, __u32 offset)
{
	const unsigned char *buf = (const unsigned char *)(uintptr_t)find->buf;

	if (offset == MMSCOPE_NO_RECORD)
		return 1;
	return offset % 8 == 0 && offset <= find->used &&
	       mmscope_vma_ok((const struct mmscope_vma *)(buf + offset), find->used - offset);
}

MMSCOPE_API int mmscope_find(struct mmscope *ms, __u64 addr, __u64 end, void *buf,
			     struct mmscope_find *find)
{
	int err;

	*find = (struct mmscope_find){
		.size = sizeof(*find),
		.addr = addr,
		.end = end,
		.buf = mmscope_ptr(buf),
		.buf_size = MMSCOPE_FIND_BUF,
		.lock.budget_ns = ms->budget_ns,
	};
	err = mmscope_ioctl(ms, MMSCOPE_IOC_FIND, find);
	if (err)
		return err;
	if (find->used > MMSCOPE_FIND_BUF || !record_ok(find, find->prev) ||
	    !record_ok(find, find->vma) || !record_ok(find, find->next) ||
	    (find->found && find->vma == MMSCOPE_NO_RECORD))
		return mmscope_fail(EPROTO);
	return 0;
}

MMSCOPE_API const struct mmscope_vma *mmscope_found(const struct mmscope_find *find, __u32 offset)
{
	if (offset == MMSCOPE_NO_RECORD)
		return NULL;
	return (const struct mmscope_vma *)((const unsigned char *)(uintptr_t)find->buf + offset);
}
