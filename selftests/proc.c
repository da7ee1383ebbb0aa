// SPDX-License-Identifier: GPL-2.0-only
/* proc.c - the oracle: reads what /proc says about a process */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proc.h"

char *proc_read(pid_t pid, const char *file, size_t *length)
{
	size_t size = 65536, used = 0;
	char path[64], *text;
	ssize_t n;
	int fd, error;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	text = malloc(size);
	while (text && (n = read(fd, text + used, size - used - 1)) > 0) {
		used += n;
		if (size - used < 8192) {
			size *= 2;
			text = realloc(text, size);
		}
	}
	error = errno;
	close(fd);
	if (!text || n < 0) {
		free(text);
		errno = error;
		return NULL;
	}
	text[used] = '\0';
	if (length)
		*length = used;
	return text;
}

static bool parse_header(char *line, struct proc_vma *v)
{
	int name = 0;

	memset(v, 0, sizeof(*v));
	if (sscanf(line, "%lx-%lx %4s %" SCNx64 " %x:%x %" SCNu64 " %n", &v->start, &v->end,
		   v->perms, &v->offset, &v->dev_major, &v->dev_minor, &v->ino, &name) < 7)
		return false;
	v->name = line + name;
	return true;
}

static void parse_detail(const char *line, struct proc_vma *v)
{
	char key[64];
	uint64_t kib;

	if (!strncmp(line, "VmFlags: ", 9)) {
		snprintf(v->flags, sizeof(v->flags), "%s", line + 9);
		return;
	}
	if (sscanf(line, "%63[^:]: %" SCNu64 " kB", key, &kib) != 2)
		return;
	if (!strcmp(key, "KernelPageSize"))
		v->kernel_page_size = kib * 1024;
	else if (!strcmp(key, "AnonHugePages") || !strcmp(key, "ShmemPmdMapped") ||
		 !strcmp(key, "FilePmdMapped"))
		v->pmd_mapped += kib * 1024;
}

static int parse(pid_t pid, const char *file, bool details, struct proc_vmas *vmas)
{
	size_t room = 0;
	char *line, *next;

	memset(vmas, 0, sizeof(*vmas));
	vmas->text = proc_read(pid, file, &vmas->length);
	if (!vmas->text)
		return -errno;
	for (line = vmas->text; *line; line = next) {
		struct proc_vma v;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		else
			next = line + strlen(line);
		/* A header has a lower-case hexadecimal digit first, a detail a capital. */
		if (!isupper((unsigned char)*line) && parse_header(line, &v)) {
			if (vmas->nr == room) {
				room = room ? 2 * room : 64;
				vmas->v = realloc(vmas->v, room * sizeof(*vmas->v));
				if (!vmas->v)
					return -ENOMEM;
			}
			vmas->v[vmas->nr++] = v;
		} else if (details && vmas->nr) {
			parse_detail(line, &vmas->v[vmas->nr - 1]);
		}
	}
	if (vmas->nr && !strcmp(vmas->v[vmas->nr - 1].name, "[vsyscall]"))
		vmas->nr--;
	return 0;
}

int proc_maps(pid_t pid, struct proc_vmas *vmas)
{
	return parse(pid, "maps", false, vmas);
}

int proc_smaps(pid_t pid, struct proc_vmas *vmas)
{
	return parse(pid, "smaps", true, vmas);
}

void proc_vmas_free(struct proc_vmas *vmas)
{
	free(vmas->v);
	free(vmas->text);
	memset(vmas, 0, sizeof(*vmas));
}

const struct proc_vma *proc_vma_at(const struct proc_vmas *vmas, unsigned long va)
{
	size_t low = 0, high = vmas->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct proc_vma *v = &vmas->v[middle];

		if (va < v->start)
			high = middle;
		else if (va >= v->end)
			low = middle + 1;
		else
			return v;
	}
	return NULL;
}

bool proc_flag(const struct proc_vma *vma, const char *code)
{
	char word[8];

	snprintf(word, sizeof(word), "%s ", code);
	return !!strstr(vma->flags, word);
}

int proc_pagemap(pid_t pid, unsigned long va, size_t nr, uint64_t *entries)
{
	off_t at = (off_t)(va / sysconf(_SC_PAGESIZE)) * 8;
	char *to = (char *)entries;
	size_t left = nr * 8;
	char path[64];
	ssize_t n = 0;
	int fd, ret = 0;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (left && (n = pread(fd, to, left, at)) > 0) {
		to += n;
		at += n;
		left -= n;
	}
	if (left)
		ret = n < 0 ? -errno : -ESRCH;
	close(fd);
	return ret;
}

long proc_status(pid_t pid, const char *key)
{
	char *text = proc_read(pid, "status", NULL);
	size_t length = strlen(key);
	char *line, *save;
	long value = -1;

	if (!text)
		return -1;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, key, length) && line[length] == ':')
			value = strtol(line + length + 1, NULL, 10);
	free(text);
	return value;
}

uint64_t proc_stat(pid_t pid, int n)
{
	char *text = proc_read(pid, "stat", NULL);
	uint64_t value = 0;
	char *at;

	if (!text)
		return 0;
	/* The name may hold spaces and parentheses; its end is the last one. */
	at = strrchr(text, ')');
	for (int field = 2; at && field < n; field++)
		at = strchr(at + 1, ' ');
	if (at)
		value = strtoull(at + 1, NULL, 10);
	free(text);
	return value;
}

char proc_state(pid_t pid)
{
	char path[300], state = 0;
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		char text[512], *at;
		FILE *f;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%s/stat", pid, entry->d_name);
		f = fopen(path, "re");
		if (!f)
			continue;
		at = fgets(text, sizeof(text), f) ? strrchr(text, ')') : NULL;
		fclose(f);
		if (!at)
			continue;
		if (state && state != at[2])
			state = '?';
		else
			state = at[2];
	}
	closedir(dir);
	return state;
}

unsigned int proc_nr_swaps(void)
{
	unsigned int lines = 0;
	char line[256];
	FILE *f = fopen("/proc/swaps", "re");

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		lines++;
	fclose(f);
	return lines ? lines - 1 : 0;
}

size_t proc_list(pid_t **pids)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	size_t nr = 0, room = 0;

	*pids = NULL;
	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);

		/* No VmSize: a kernel thread or a zombie. */
		if (pid <= 0 || pid == getpid() || proc_status(pid, "VmSize") < 0)
			continue;
		if (nr == room) {
			room = room ? 2 * room : 64;
			*pids = realloc(*pids, room * sizeof(**pids));
			if (!*pids)
				abort();
		}
		(*pids)[nr++] = pid;
	}
	closedir(dir);
	return nr;
}
