// SPDX-License-Identifier: GPL-2.0
/*
 * translate.c - physical addresses of an array of addresses
 */
#include <string.h>

#include "internal.h"

#define BATCH	(MMSCOPE_BUF_SIZE / sizeof(struct mmscope_translation))

static int translate_batch(struct mmscope *ms, const __u64 *addrs, size_t nr,
			   struct mmscope_translation *translations, struct mmscope_lock *sum)
{
	struct mmscope_translate arg = {
		.size = sizeof(arg),
		.addrs = mmscope_ptr(addrs),
		.nr = nr,
		.translations = mmscope_ptr(translations),
		.lock.generation = sum->generation,
		.lock.budget_ns = ms->budget_ns,
	};
	int err;

	err = mmscope_ioctl(ms, MMSCOPE_IOC_TRANSLATE, &arg);
	if (!err)
		mmscope_lock_add(sum, &arg.lock);
	return err;
}

MMSCOPE_API ssize_t mmscope_translate(struct mmscope *ms, const __u64 *addrs, size_t nr,
				      struct mmscope_translation *translations,
				      struct mmscope_lock *lock)
{
	struct mmscope_lock sum = { 0 };
	size_t done, batch;
	int err;

	if (lock)
		sum = *lock;
	for (done = 0; done < nr; done += batch) {
		batch = nr - done < BATCH ? nr - done : BATCH;
		err = translate_batch(ms, addrs + done, batch, translations + done, &sum);
		if (err && !done)
			return err;
		if (err)
			break;
	}
	if (lock)
		*lock = sum;
	return done;
}
