// SPDX-License-Identifier: GPL-2.0
/*
 * handle.c - open, close, and what every operation shares
 *
 * The only file that calls ioctl(2).
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "internal.h"
#include "snap.h"

int mmscope_fail(int err)
{
	errno = err;
	return -err;
}

int mmscope_ioctl(const struct mmscope *ms, unsigned long request, void *arg)
{
	if (ms->snapshot)
		return snapshot_call(ms->snapshot, request, arg);
	if (ioctl(ms->fd, request, arg) < 0)
		return -errno;
	return 0;
}

int mmscope_copy_opts(void *to, size_t size, const void *from)
{
	const unsigned char *bytes = from;
	size_t given, i;

	memset(to, 0, size);
	if (!from)
		return 0;
	memcpy(&given, from, sizeof(given));
	if (given < sizeof(given))
		return mmscope_fail(EINVAL);
	for (i = size; i < given; i++)
		if (bytes[i])
			return mmscope_fail(E2BIG);
	memcpy(to, from, given < size ? given : size);
	return 0;
}

MMSCOPE_API int mmscope_open_fd(int fd, struct mmscope **ret)
{
	struct mmscope *ms;

	if (fcntl(fd, F_GETFD) < 0)
		return -errno;
	ms = calloc(1, sizeof(*ms));
	if (!ms)
		return mmscope_fail(ENOMEM);
	ms->fd = fd;
	pthread_mutex_init(&ms->lock, NULL);
	*ret = ms;
	return 0;
}

MMSCOPE_API int mmscope_open(const char *path, struct mmscope **ret)
{
	int fd, err;

	fd = open(path ? path : MMSCOPE_DEVICE_PATH, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = mmscope_open_fd(fd, ret);
	if (err)
		close(fd);
	return err;
}

MMSCOPE_API void mmscope_close(struct mmscope *ms)
{
	size_t i;

	if (!ms)
		return;
	close(ms->fd);
	snapshot_free(ms->snapshot);
	for (i = 0; i < ARRAY_SIZE(ms->names); i++)
		free(ms->names[i].names);
	pthread_mutex_destroy(&ms->lock);
	free(ms);
}

MMSCOPE_API int mmscope_fd(const struct mmscope *ms)
{
	return ms->fd;
}

MMSCOPE_API void mmscope_set_budget(struct mmscope *ms, __u64 budget_ns)
{
	ms->budget_ns = budget_ns;
}

MMSCOPE_API void mmscope_lock_add(struct mmscope_lock *sum, const struct mmscope_lock *lock)
{
	if (lock->hold_max_ns > sum->hold_max_ns)
		sum->hold_max_ns = lock->hold_max_ns;
	sum->hold_total_ns += lock->hold_total_ns;
	sum->nr_locks += lock->nr_locks;
	sum->flags |= lock->flags;
	sum->generation = lock->generation;
}
