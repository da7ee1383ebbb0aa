// SPDX-License-Identifier: GPL-2.0
/*
 * info.c - what module and kernel this is, and what they call their bits
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

MMSCOPE_API int mmscope_info(struct mmscope *ms, struct mmscope_info *info)
{
	int err;

	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	err = mmscope_ioctl(ms, MMSCOPE_IOC_INFO, info);
	if (err)
		return err;
	/* What follows trusts these: tables are indexed, sizes divided by them. */
	info->release[sizeof(info->release) - 1] = '\0';
	info->arch[sizeof(info->arch) - 1] = '\0';
	if (info->nr_levels > MMSCOPE_NR_LEVELS || !info->page_size ||
	    (info->page_size & (info->page_size - 1)))
		return mmscope_fail(EPROTO);
	return 0;
}

int mmscope_page_size(struct mmscope *ms, unsigned int *page_size)
{
	struct mmscope_info info;
	int err = 0;

	pthread_mutex_lock(&ms->lock);
	if (!ms->page_size) {
		err = mmscope_info(ms, &info);
		ms->page_size = err ? 0 : info.page_size;
	}
	*page_size = ms->page_size;
	pthread_mutex_unlock(&ms->lock);
	return err;
}

/* The kernel's table does not change, but ask for the count and check it again. */
static int read_names(struct mmscope *ms, unsigned int names_class,
		      struct mmscope_name_table *table)
{
	struct mmscope_names arg = { .size = sizeof(arg), .which = names_class };
	struct mmscope_name *names;
	size_t nr, i;
	int err;

	err = mmscope_ioctl(ms, MMSCOPE_IOC_NAMES, &arg);
	/* A module older than this library does not know the class, so has no names in it. */
	if (err == -EINVAL)
		arg.nr = 0;
	else if (err)
		return err;
	nr = arg.nr;
	if (nr > 64)
		return mmscope_fail(EPROTO);
	names = calloc(nr ? nr : 1, sizeof(*names));
	if (!names)
		return mmscope_fail(ENOMEM);
	arg = (struct mmscope_names){ .size = sizeof(arg), .which = names_class,
				      .names = mmscope_ptr(names), .nr = nr };
	err = nr ? mmscope_ioctl(ms, MMSCOPE_IOC_NAMES, &arg) : 0;
	if (!err && nr && arg.nr != nr)
		err = mmscope_fail(EPROTO);
	for (i = 0; !err && i < nr; i++) {
		names[i].name[sizeof(names[i].name) - 1] = '\0';
		if (names[i].bit > 63)
			err = mmscope_fail(EPROTO);
	}
	if (err) {
		free(names);
		return err;
	}
	table->names = names;
	table->nr = nr;
	return 0;
}

MMSCOPE_API int mmscope_names(struct mmscope *ms, unsigned int names_class,
			      const struct mmscope_name **names, size_t *nr)
{
	struct mmscope_name_table *table;
	int err = 0;

	if (names_class >= ARRAY_SIZE(ms->names))
		return mmscope_fail(EINVAL);
	table = &ms->names[names_class];
	pthread_mutex_lock(&ms->lock);
	if (!table->names)
		err = read_names(ms, names_class, table);
	pthread_mutex_unlock(&ms->lock);
	if (err)
		return err;
	*names = table->names;
	*nr = table->nr;
	return 0;
}

MMSCOPE_API int mmscope_name_bit(struct mmscope *ms, unsigned int names_class,
				 const char *name, __u64 *mask)
{
	const struct mmscope_name *names;
	size_t nr, i;
	int err;

	*mask = 0;
	err = mmscope_names(ms, names_class, &names, &nr);
	if (err)
		return err;
	for (i = 0; i < nr; i++)
		if (!strcmp(names[i].name, name)) {
			*mask = 1ULL << names[i].bit;
			return 0;
		}
	return mmscope_fail(ENOENT);
}
