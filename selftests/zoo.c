// SPDX-License-Identifier: GPL-2.0-only
/* zoo.c - the table of kinds and what all makers of them use */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "zoo_internal.h"

const struct zoo_kind zoo_kinds[] = {
#include "zoo_table.h"
};

const unsigned int zoo_nr_kinds = sizeof(zoo_kinds) / sizeof(zoo_kinds[0]);

const struct zoo_kind *zoo_find(const char *name)
{
	for (unsigned int i = 0; i < zoo_nr_kinds; i++)
		if (!strcmp(zoo_kinds[i].name, name))
			return &zoo_kinds[i];
	return NULL;
}

int zoo_make(const struct zoo_kind *kind, const struct zoo_options *o, struct zoo_thing *t)
{
	static const struct zoo_options defaults;
	int ret;

	memset(t, 0, sizeof(*t));
	t->pid = getpid();
	t->page_size = sysconf(_SC_PAGESIZE);
	ret = kind->make(o ? o : &defaults, t);
	if (ret)
		zoo_release(t);
	return ret;
}

void zoo_release(struct zoo_thing *t)
{
	for (int i = 0; i < t->nr_children; i++) {
		/* SIGTERM, for mkmm32 has files of its own; even a stopped one has to hear it. */
		kill(t->children[i], SIGTERM);
		kill(t->children[i], SIGCONT);
		waitpid(t->children[i], NULL, 0);
	}
	for (int i = 0; i < t->nr_fds; i++)
		close(t->fds[i]);
	if (t->path[0])
		unlink(t->path);
	t->nr_children = 0;
	t->nr_fds = 0;
	t->path[0] = '\0';
}

int zoo_lacks(struct zoo_thing *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->why, sizeof(t->why), format, args);
	va_end(args);
	return ZOO_LACKS;
}

int zoo_failed(struct zoo_thing *t, const char *what)
{
	snprintf(t->why, sizeof(t->why), "%s: %s", what, strerror(errno));
	return ZOO_FAILED;
}

void zoo_keep_fd(struct zoo_thing *t, int fd)
{
	if (t->nr_fds == ZOO_MAX_FDS)
		abort();
	t->fds[t->nr_fds++] = fd;
}

int zoo_map(struct zoo_thing *t, size_t size, int prot, int flags, int fd, off_t offset)
{
	char *p = mmap(NULL, size, prot, flags, fd, offset);

	if (p == MAP_FAILED)
		return zoo_failed(t, "mmap");
	t->start = (unsigned long)p;
	t->end = t->start + size;
	return 0;
}

size_t zoo_size(const struct zoo_options *o, size_t fallback, size_t unit)
{
	size_t size = o->size ? o->size : fallback;

	return (size + unit - 1) / unit * unit;
}

void zoo_write(const struct zoo_thing *t, size_t step)
{
	for (unsigned long va = t->start; va < t->end; va += step * t->page_size)
		*(volatile unsigned long *)va = va + 1;
}

void zoo_read(const struct zoo_thing *t, size_t step)
{
	for (unsigned long va = t->start; va < t->end; va += step * t->page_size)
		(void)*(volatile char *)va;
}

uint64_t zoo_pagemap(unsigned long va)
{
	uint64_t entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (pread(fd, &entry, sizeof(entry), va / sysconf(_SC_PAGESIZE) * 8) != sizeof(entry))
		entry = 0;
	close(fd);
	return entry;
}

unsigned long zoo_smaps(unsigned long va, const char *field)
{
	unsigned long start, end, value = 0;
	bool inside = false;
	char line[512], name[64];
	FILE *f = fopen("/proc/self/smaps", "re");

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		/* A field first: "Anonymous" could start a hexadecimal number. */
		if (sscanf(line, "%63[A-Za-z_]: %lu", name, &value) == 2) {
			if (inside && !strcmp(name, field))
				break;
		} else if (sscanf(line, "%lx-%lx ", &start, &end) == 2) {
			if (inside)
				break;
			inside = va >= start && va < end;
		}
		value = 0;
	}
	fclose(f);
	return value * 1024;
}

long zoo_file_number(const char *path)
{
	long value = -1;
	FILE *f = fopen(path, "re");

	if (!f)
		return -1;
	if (fscanf(f, "%ld", &value) != 1)
		value = -1;
	fclose(f);
	return value;
}

int zoo_write_file(const char *path, const char *text)
{
	ssize_t length = strlen(text);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t done;

	if (fd < 0)
		return -1;
	done = write(fd, text, length);
	close(fd);
	return done == length ? 0 : -1;
}

int zoo_temp_file(struct zoo_thing *t, const char *name, size_t pages)
{
	const char *dir = getenv("TMPDIR");
	int fd;

	snprintf(t->path, sizeof(t->path), "%s/mkmm-%d-%s", dir ? dir : "/tmp", getpid(), name);
	fd = open(t->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		zoo_failed(t, t->path);
		t->path[0] = '\0';
		return -1;
	}
	for (size_t i = 0; i < pages; i++) {
		char page[page_size];

		memset(page, 'a' + i % 26, page_size);
		if (write(fd, page, page_size) != (ssize_t)page_size) {
			zoo_failed(t, t->path);
			close(fd);
			return -1;
		}
	}
	return fd;
}
