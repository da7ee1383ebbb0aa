// SPDX-License-Identifier: GPL-2.0-only
/* zoo_file.c - mappings of files, of shared memory and of devices */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "zoo_internal.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef __NR_memfd_secret
#define __NR_memfd_secret 447
#endif

/* A file of the zoo's own, mapped; the mapping alone keeps it then. */
static int map_file(const struct zoo_options *o, struct zoo_thing *t, const char *name, int flags)
{
	size_t size = zoo_size(o, ZOO_SIZE, t->page_size);
	int fd = zoo_temp_file(t, name, size / t->page_size);
	int ret;

	if (fd < 0)
		return ZOO_FAILED;
	ret = zoo_map(t, size, PROT_READ | PROT_WRITE, flags, fd, 0);
	close(fd);
	return ret;
}

int zoo_make_file_private(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_file(o, t, "private", MAP_PRIVATE);

	if (!ret)
		zoo_read(t, 1);
	return ret;
}

int zoo_make_file_private_cow(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_file(o, t, "cow", MAP_PRIVATE);

	if (!ret) {
		zoo_read(t, 1);
		zoo_write(t, 2);
	}
	return ret;
}

int zoo_make_file_shared(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_file(o, t, "shared", MAP_SHARED);

	if (!ret)
		zoo_write(t, 1);
	return ret;
}

int zoo_make_hole_file(const struct zoo_options *o, struct zoo_thing *t)
{
	size_t size = zoo_size(o, ZOO_SIZE, t->page_size);
	int fd = zoo_temp_file(t, "hole", 1);
	int ret;

	if (fd < 0)
		return ZOO_FAILED;
	/* One page of data, a hole, an end in the middle of a page. */
	if (ftruncate(fd, size / 2 + 100)) {
		close(fd);
		return zoo_failed(t, "ftruncate");
	}
	ret = zoo_map(t, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (ret)
		return ret;
	(void)*(volatile char *)t->start;
	(void)*(volatile char *)(t->start + 2 * t->page_size);
	*(volatile char *)(t->start + size / 2) = 1;
	return 0;
}

int zoo_make_deleted(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_file(o, t, "deleted", MAP_SHARED);

	if (!ret) {
		zoo_read(t, 1);
		unlink(t->path);
		t->path[0] = '\0';
	}
	return ret;
}

int zoo_make_hostile_name(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = map_file(o, t, "new\nline \033[31mred\t\\012 \xff\xfe (deleted)", MAP_PRIVATE);

	if (!ret)
		zoo_read(t, 1);
	return ret;
}

int zoo_make_memfd(const struct zoo_options *o, struct zoo_thing *t)
{
	size_t size = zoo_size(o, ZOO_SIZE, t->page_size);
	int fd = memfd_create("mkmm memfd", MFD_CLOEXEC);
	int ret;

	if (fd < 0)
		return zoo_failed(t, "memfd_create");
	if (ftruncate(fd, size)) {
		close(fd);
		return zoo_failed(t, "ftruncate");
	}
	ret = zoo_map(t, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (!ret)
		zoo_write(t, 1);
	return ret;
}

int zoo_make_shm_sysv(const struct zoo_options *o, struct zoo_thing *t)
{
	size_t size = zoo_size(o, ZOO_SIZE, t->page_size);
	int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
	char *p;

	if (id < 0)
		return zoo_failed(t, "shmget");
	p = shmat(id, NULL, 0);
	/* It lives on while attached, and leaves nothing behind. */
	shmctl(id, IPC_RMID, NULL);
	if (p == (void *)-1)
		return zoo_failed(t, "shmat");
	t->start = (unsigned long)p;
	t->end = t->start + size;
	zoo_write(t, 2);
	return 0;
}

int zoo_make_shm_posix(const struct zoo_options *o, struct zoo_thing *t)
{
	size_t size = zoo_size(o, ZOO_SIZE, t->page_size);
	char name[64];
	int fd, ret;

	snprintf(name, sizeof(name), "/mkmm-%d", getpid());
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return zoo_failed(t, "shm_open");
	snprintf(t->path, sizeof(t->path), "/dev/shm%s", name);
	if (ftruncate(fd, size)) {
		close(fd);
		return zoo_failed(t, "ftruncate");
	}
	ret = zoo_map(t, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (!ret)
		zoo_write(t, 1);
	return ret;
}

int zoo_make_shm_anon(const struct zoo_options *o, struct zoo_thing *t)
{
	int ret = zoo_map(t, zoo_size(o, ZOO_SIZE, t->page_size), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (!ret)
		zoo_write(t, 2);
	return ret;
}

int zoo_make_secretmem(const struct zoo_options *o, struct zoo_thing *t)
{
	/* Locked by nature, and the usual limit of locked memory is small. */
	size_t size = zoo_size(o, 4 * t->page_size, t->page_size);
	int fd = syscall(__NR_memfd_secret, O_CLOEXEC);
	int ret;

	if (fd < 0)
		return zoo_lacks(t, "memfd_secret(): %s (secretmem.enable)", strerror(errno));
	if (ftruncate(fd, size)) {
		close(fd);
		return zoo_failed(t, "ftruncate");
	}
	ret = zoo_map(t, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (!ret)
		zoo_write(t, 2);
	return ret;
}

int zoo_make_device(const struct zoo_options *o, struct zoo_thing *t)
{
	size_t size = zoo_size(o, ZOO_SIZE, t->page_size);
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return zoo_lacks(t, "/dev/mem: %s", strerror(errno));
	ret = zoo_map(t, size, PROT_READ, MAP_SHARED, fd, ZOO_DEVICE_PA);
	close(fd);
	if (ret)
		return zoo_lacks(t, "/dev/mem at 0x%lx: %s", ZOO_DEVICE_PA, strerror(errno));
	snprintf(t->note, sizeof(t->note), "pa=0x%lx", ZOO_DEVICE_PA);
	return 0;
}

/* A disk that lies in @backing, and goes when nobody has it any more; -1. */
static int loop_disk(int backing)
{
	const struct loop_info64 info = { .lo_flags = LO_FLAGS_AUTOCLEAR };
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC), disk = -1;
	char path[32];

	/* Somebody else may take the free one first. */
	for (int tries = 0; control >= 0 && disk < 0 && tries < 10; tries++) {
		snprintf(path, sizeof(path), "/dev/loop%d", ioctl(control, LOOP_CTL_GET_FREE));
		disk = open(path, O_RDWR | O_CLOEXEC);
		if (disk >= 0 && ioctl(disk, LOOP_SET_FD, backing)) {
			close(disk);
			disk = -1;
		}
	}
	if (control >= 0)
		close(control);
	if (disk >= 0)
		ioctl(disk, LOOP_SET_STATUS64, &info);
	return disk;
}

int zoo_make_block(const struct zoo_options *o, struct zoo_thing *t)
{
	size_t size = zoo_size(o, ZOO_SIZE, t->page_size);
	int backing = zoo_temp_file(t, "disk", size / t->page_size), disk, ret;

	if (backing < 0)
		return ZOO_FAILED;
	unlink(t->path);
	t->path[0] = '\0';
	if (access("/dev/loop-control", F_OK) && system("modprobe -q loop"))
		return zoo_lacks(t, "the driver loop");
	disk = loop_disk(backing);
	close(backing);
	if (disk < 0)
		return zoo_failed(t, "loop");
	ret = zoo_map(t, size, PROT_READ | PROT_WRITE, MAP_SHARED, disk, 0);
	close(disk);
	if (ret)
		return ret;
	zoo_read(t, 1);
	zoo_write(t, 2);
	/* Clean, they can be reclaimed, and nobody writes them back later. */
	if (msync((void *)t->start, size, MS_SYNC))
		return zoo_failed(t, "msync");
	madvise((void *)(t->start + size / 2), size / 2, MADV_PAGEOUT);
	return 0;
}
