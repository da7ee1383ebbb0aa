// SPDX-License-Identifier: GPL-2.0-only
/* scope.c - the module as the tests see it: bare ioctls of /dev/mmscope */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "scope.h"
#include "size.h"

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

/* The page that @word tells, by the words of the contract. */
static struct mmscope_extent word_page(uint64_t word, uint64_t va)
{
	static const uint64_t bits[][2] = {
		{ MMSCOPE_DENSE_PRESENT, MMSCOPE_PTE_PRESENT },
		{ MMSCOPE_DENSE_WRITE, MMSCOPE_PTE_WRITE },
		{ MMSCOPE_DENSE_USER, MMSCOPE_PTE_USER },
		{ MMSCOPE_DENSE_EXCLUSIVE, MMSCOPE_PTE_EXCLUSIVE },
		{ MMSCOPE_DENSE_YOUNG, MMSCOPE_PTE_YOUNG },
		{ MMSCOPE_DENSE_DIRTY, MMSCOPE_PTE_DIRTY },
		{ MMSCOPE_DENSE_PROTNONE, MMSCOPE_PTE_PROTNONE },
		{ MMSCOPE_DENSE_GLOBAL, MMSCOPE_PTE_GLOBAL },
		{ MMSCOPE_DENSE_SPECIAL, MMSCOPE_PTE_SPECIAL },
		{ MMSCOPE_DENSE_UFFD_WP, MMSCOPE_PTE_UFFD_WP },
		{ MMSCOPE_DENSE_SOFT_DIRTY, MMSCOPE_PTE_SOFT_DIRTY },
	};
	uint64_t pa = word & MMSCOPE_DENSE_PA, type = word >> MMSCOPE_DENSE_TYPE_SHIFT & 0x3f;
	struct mmscope_extent e = {
		.start = va, .end = va + page_size,
		.level = MMSCOPE_LEVEL_PTE, .page_shift = PAGE_SHIFT,
	};

	for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++)
		if (word & bits[i][0])
			e.flags |= bits[i][1];
	if (word & MMSCOPE_DENSE_PRESENT) {
		e.status = word & MMSCOPE_DENSE_PROTNONE ? MMSCOPE_PROTNONE : MMSCOPE_MAPPED;
		e.pa = pa == MMSCOPE_DENSE_PA ? MMSCOPE_HIDDEN : pa;
		if (!(word & MMSCOPE_DENSE_NOEXEC))
			e.flags |= MMSCOPE_PTE_EXEC;
	} else if (word & MMSCOPE_DENSE_SWAP) {
		e.status = MMSCOPE_SWAP;
		e.pa = pa == MMSCOPE_DENSE_PA ? MMSCOPE_HIDDEN : pa >> MMSCOPE_DENSE_PA_SHIFT;
		e.swap_type = pa == MMSCOPE_DENSE_PA ? MMSCOPE_HIDDEN32 : type;
	} else {
		e.status = word ? MMSCOPE_NR_STATUS : MMSCOPE_NONE;
	}
	return e;
}

static int take(struct scope_extents *extents, const struct mmscope_extent *e)
{
	if ((extents->nr & (extents->nr + 1)) == 0) {
		void *more = realloc(extents->e, (2 * extents->nr + 2) * sizeof(*e));

		if (!more)
			return -ENOMEM;
		extents->e = more;
	}
	extents->e[extents->nr++] = *e;
	return 0;
}

/* What @nr elements of a reply say. */
static int take_reply(struct scope_extents *extents, const struct mmscope_extent *e, size_t nr,
		      const struct scope_filter *filter)
{
	bool none = filter && filter->statuses & MMSCOPE_STATUS_BIT(MMSCOPE_NONE);
	int ret = 0;

	for (size_t i = 0; !ret && i < nr; i++) {
		const uint64_t *words = (const uint64_t *)&e[i + 1];
		size_t pages = (e[i].end - e[i].start) / page_size, left = (nr - i - 1) * 5;

		if (e[i].status != MMSCOPE_DENSE) {
			ret = take(extents, &e[i]);
			continue;
		}
		if (!filter || !filter->flags || !pages || pages > left || e[i].pa ||
		    e[i].flags & ~MMSCOPE_DENSE_ENTRIES || e[i].swap_type ||
		    e[i].level != MMSCOPE_LEVEL_PTE || e[i].page_shift != PAGE_SHIFT)
			return -EPROTO;
		for (size_t w = 0; !ret && w < (pages + 4) / 5 * 5; w++) {
			struct mmscope_extent page = word_page(words[w],
							       e[i].start + w * page_size);

			if (w >= pages) {
				ret = words[w] ? -EPROTO : 0;
			} else if (words[w] || none) {
				ret = take(extents, &page);
				extents->nr_words++;
			}
		}
		i += (pages + 4) / 5;
	}
	return ret;
}

int scope_extents(int fd, uint64_t start, uint64_t end, size_t batch,
		  const struct scope_filter *filter, struct scope_extents *extents)
{
	struct mmscope_extent *buf = calloc(batch, sizeof(*buf));
	struct mmscope_extents arg = { .start = start };
	int ret = buf ? 0 : -ENOMEM;

	memset(extents, 0, sizeof(*extents));
	while (!ret && !arg.done) {
		uint64_t before = arg.start;

		arg.size = sizeof(arg);
		arg.flags = filter ? filter->flags : 0;
		arg.end = end;
		arg.buf = PTR(buf);
		arg.nr = batch;
		arg.extent_size = sizeof(*buf);
		arg.statuses = filter ? filter->statuses : 0;
		arg.ignore_flags = filter ? filter->ignore : 0;
		arg.require_flags = filter ? filter->require : 0;
		arg.lock = (struct mmscope_lock){ };
		ret = scope_ioctl(fd, MMSCOPE_IOC_EXTENTS, &arg);
		if (ret)
			break;
		extents->calls++;
		extents->nr_locks += arg.lock.nr_locks;
		if (arg.nr > batch || (!arg.done && arg.start <= before))
			ret = -EPROTO;
		else
			ret = take_reply(extents, buf, arg.nr, filter);
	}
	free(buf);
	return ret;
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
		return a->pa + size / page_size == b->pa;
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
