// SPDX-License-Identifier: GPL-2.0-only
/* scope.c - the module as the tests see it: bare ioctls of /dev/mmscope */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "scope.h"

int scope_open(void)
{
	int fd = open(SCOPE_DEVICE, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int scope_ioctl(int fd, unsigned long op, void *arg)
{
	return ioctl(fd, op, arg) < 0 ? -errno : 0;
}

int scope_attach(int fd, pid_t pid)
{
	struct mmscope_attach a = { .size = sizeof(a), .pid = pid };

	return scope_ioctl(fd, MMSCOPE_IOC_ATTACH, &a);
}

int scope_attached(pid_t pid)
{
	int fd = scope_open();
	int ret;

	if (fd < 0)
		return fd;
	ret = scope_attach(fd, pid);
	if (ret) {
		close(fd);
		return ret;
	}
	return fd;
}

int scope_info(int fd, struct mmscope_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	return scope_ioctl(fd, MMSCOPE_IOC_INFO, info);
}

int scope_mm(int fd, struct mmscope_mm *mm)
{
	memset(mm, 0, sizeof(*mm));
	mm->size = sizeof(*mm);
	return scope_ioctl(fd, MMSCOPE_IOC_MM, mm);
}

const char *scope_string(const struct mmscope_vma *v, uint16_t offset)
{
	return offset ? (const char *)v + offset : "";
}

/* Finds the records in @used bytes; -EPROTO when they do not add up. */
static int index_records(struct scope_vmas *vmas, size_t used, size_t expected)
{
	size_t at = 0, room = 0;

	while (at < used) {
		const struct mmscope_vma *v = (const void *)(vmas->bytes + at);

		if (used - at < sizeof(*v) || v->size < sizeof(*v) || v->size % 8 ||
		    v->size > used - at || v->size > MMSCOPE_VMA_RECORD_MAX)
			return -EPROTO;
		if (vmas->nr == room) {
			room = room ? 2 * room : 64;
			vmas->v = realloc(vmas->v, room * sizeof(*vmas->v));
			if (!vmas->v)
				return -ENOMEM;
		}
		vmas->v[vmas->nr++] = v;
		at += v->size;
	}
	return vmas->nr == expected ? 0 : -EPROTO;
}

int scope_vmas(int fd, uint64_t start, uint64_t end, size_t buf_size, struct scope_vmas *vmas)
{
	struct mmscope_vmas arg = { .start = start };
	size_t used = 0, nr = 0, room = 0;
	int ret;

	memset(vmas, 0, sizeof(*vmas));
	do {
		uint64_t before = arg.start;

		if (room - used < buf_size) {
			room = 2 * room + buf_size;
			vmas->bytes = realloc(vmas->bytes, room);
			if (!vmas->bytes)
				return -ENOMEM;
		}
		arg.size = sizeof(arg);
		arg.end = end;
		arg.buf = PTR(vmas->bytes + used);
		arg.buf_size = buf_size;
		arg.lock = (struct mmscope_lock){ .generation = arg.lock.generation };
		ret = scope_ioctl(fd, MMSCOPE_IOC_VMAS, &arg);
		if (ret)
			return ret;
		vmas->calls++;
		vmas->lock_flags |= arg.lock.flags;
		vmas->nr_locks += arg.lock.nr_locks;
		/* It has to get on, or the loop would not end. */
		if (arg.used > buf_size || (!arg.done && (!arg.nr || arg.start <= before)))
			return -EPROTO;
		used += arg.used;
		nr += arg.nr;
	} while (!arg.done);
	return index_records(vmas, used, nr);
}

void scope_vmas_free(struct scope_vmas *vmas)
{
	free(vmas->v);
	free(vmas->bytes);
	memset(vmas, 0, sizeof(*vmas));
}

int scope_walk(int fd, const uint64_t *addrs, size_t nr, struct mmscope_walk_result *results)
{
	struct mmscope_walk arg = {
		.size = sizeof(arg),
		.addrs = PTR(addrs),
		.nr = nr,
		.result_size = sizeof(*results),
		.results = PTR(results),
	};
	int ret = scope_ioctl(fd, MMSCOPE_IOC_WALK, &arg);

	if (ret)
		return ret;
	return arg.nr == nr ? 0 : -EPROTO;
}

int scope_extents(int fd, uint64_t start, uint64_t end, size_t batch,
		  const struct scope_filter *filter, struct scope_extents *extents)
{
	struct mmscope_extents arg = { .start = start };
	size_t room = 0;
	int ret;

	memset(extents, 0, sizeof(*extents));
	do {
		uint64_t before = arg.start;

		if (room - extents->nr < batch) {
			room = 2 * room + batch;
			extents->e = realloc(extents->e, room * sizeof(*extents->e));
			if (!extents->e)
				return -ENOMEM;
		}
		arg.size = sizeof(arg);
		arg.end = end;
		arg.buf = PTR(extents->e + extents->nr);
		arg.nr = batch;
		arg.extent_size = sizeof(*extents->e);
		arg.statuses = filter ? filter->statuses : 0;
		arg.ignore_flags = filter ? filter->ignore : 0;
		arg.require_flags = filter ? filter->require : 0;
		arg.lock = (struct mmscope_lock){ };
		ret = scope_ioctl(fd, MMSCOPE_IOC_EXTENTS, &arg);
		if (ret)
			return ret;
		extents->calls++;
		extents->nr_locks += arg.lock.nr_locks;
		if (arg.nr > batch || (!arg.done && arg.start <= before))
			return -EPROTO;
		extents->nr += arg.nr;
	} while (!arg.done);
	return 0;
}

void scope_extents_free(struct scope_extents *extents)
{
	free(extents->e);
	memset(extents, 0, sizeof(*extents));
}

static int continues(const struct mmscope_extent *a, const struct mmscope_extent *b)
{
	uint64_t size = a->end - a->start;

	if (a->end != b->start || a->status != b->status || a->level != b->level ||
	    a->flags != b->flags || a->page_shift != b->page_shift ||
	    a->swap_type != b->swap_type)
		return 0;
	switch (a->status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		if (a->pa == MMSCOPE_HIDDEN)
			return b->pa == MMSCOPE_HIDDEN;
		return a->pa + size == b->pa;
	case MMSCOPE_SWAP:
		if (a->pa == MMSCOPE_HIDDEN)
			return b->pa == MMSCOPE_HIDDEN;
		return a->pa + size / 4096 == b->pa;
	default:
		return a->pa == b->pa;
	}
}

void scope_extents_join(struct scope_extents *extents)
{
	size_t to = 0;

	for (size_t i = 1; i < extents->nr; i++) {
		if (continues(&extents->e[to], &extents->e[i]))
			extents->e[to].end = extents->e[i].end;
		else
			extents->e[++to] = extents->e[i];
	}
	if (extents->nr)
		extents->nr = to + 1;
}

int scope_bit(int fd, uint32_t class, const char *name)
{
	struct mmscope_name names[128];
	struct mmscope_names arg = {
		.size = sizeof(arg),
		.which = class,
		.names = PTR(names),
		.nr = 128,
	};

	if (scope_ioctl(fd, MMSCOPE_IOC_NAMES, &arg))
		return -1;
	for (uint32_t i = 0; i < arg.nr && i < 128; i++)
		if (!strncmp(names[i].name, name, sizeof(names[i].name)))
			return names[i].bit;
	return -1;
}

const char *scope_status_name(unsigned int status)
{
	static const char *const names[MMSCOPE_NR_STATUS] = {
		[MMSCOPE_NONE] = "none",
		[MMSCOPE_MAPPED] = "mapped",
		[MMSCOPE_PROTNONE] = "protnone",
		[MMSCOPE_SWAP] = "swap",
		[MMSCOPE_MIGRATION] = "migration",
		[MMSCOPE_HWPOISON] = "hwpoison",
		[MMSCOPE_DEVICE] = "device",
		[MMSCOPE_MARKER] = "marker",
		[MMSCOPE_NO_VMA] = "no VMA",
		[MMSCOPE_NONCANONICAL] = "non-canonical",
		[MMSCOPE_RACED] = "raced",
		[MMSCOPE_UNKNOWN] = "unknown",
	};

	return status < MMSCOPE_NR_STATUS && names[status] ? names[status] : "?";
}
