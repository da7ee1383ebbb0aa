// SPDX-License-Identifier: GPL-2.0-only
/*
 * mapper.c - a process that maps on request, in an address space full of holes
 *
 * Arguments: a seed for the holes, and perhaps a file to map. Then a line on standard
 * input is a request and one on standard output the answer:
 *
 *	shuffle		change the layout at random		ok
 *	anon LEN	mmap(NULL, LEN, ...), private		address, or "no"
 *	file LEN	likewise of the file
 *	hugeN LEN	likewise of hugetlb pages of 1 << N bytes
 *
 * Between a request and its mmap() nothing else changes the address space: no stdio.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_MAPS	400

static struct {
	char *at;
	size_t len;
} maps[MAX_MAPS];
static unsigned int nr_maps;
static size_t page_size;
static uint64_t state;
static int file = -1;

static unsigned int any(unsigned int below)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned int)(state >> 33) % below;
}

/* A few pages, some megabytes, or much of what there is. */
static size_t any_length(void)
{
	switch (any(8)) {
	case 0:
		return (size_t)(1 + any(8)) << 21;
	case 1:
		return ((size_t)(1 + any(8)) << 21) + page_size * (1 + any(511));
	case 2:
		return sizeof(long) == 8 ? (size_t)(1 + any(64)) << 34 : (size_t)(1 + any(8)) << 25;
	default:
		return page_size * (size_t)(1 + any(64));
	}
}

static void add(void)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	char *hint = NULL;

	if (nr_maps == MAX_MAPS)
		return;
	/* With what a stack wants below it, and near others. */
	if (any(4) == 0)
		flags |= MAP_GROWSDOWN;
	if (any(3) == 0 && nr_maps)
		hint = maps[any(nr_maps)].at - (long)page_size * any(2048);
	maps[nr_maps].len = any_length();
	maps[nr_maps].at = mmap(hint, maps[nr_maps].len, PROT_NONE, flags, -1, 0);
	if (maps[nr_maps].at != MAP_FAILED)
		nr_maps++;
}

/* All of a map, or a hole in it. */
static void cut(void)
{
	unsigned int i = any(nr_maps);
	size_t pages = maps[i].len / page_size, first, nr;

	if (pages < 4 || any(2)) {
		munmap(maps[i].at, maps[i].len);
		maps[i] = maps[--nr_maps];
		return;
	}
	first = any(pages > 100000 ? 100000 : pages - 1);
	nr = 1 + any(pages - first > 100000 ? 100000 : pages - first);
	munmap(maps[i].at + first * page_size, nr * page_size);
}

static void shuffle(void)
{
	for (unsigned int i = 0; i < 12; i++) {
		if (nr_maps > 20 && any(5) < 2)
			cut();
		else
			add();
	}
}

static void *map(const char *what, size_t len)
{
	int flags = MAP_PRIVATE | MAP_NORESERVE;

	if (!strcmp(what, "file"))
		return mmap(NULL, len, PROT_NONE, flags, file, 0);
	flags |= MAP_ANONYMOUS;
	if (!strncmp(what, "huge", 4))
		flags |= MAP_HUGETLB | atoi(what + 4) << MAP_HUGE_SHIFT;
	return mmap(NULL, len, PROT_NONE, flags, -1, 0);
}

static void answer(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		_exit(1);
}

static void serve(char *line)
{
	char *space = strchr(line, ' '), text[32];
	size_t len;
	void *at;

	if (!space) {
		shuffle();
		answer("ok\n");
		return;
	}
	*space = '\0';
	len = strtoull(space + 1, NULL, 0);
	at = map(line, len);
	if (at == MAP_FAILED) {
		answer("no\n");
		return;
	}
	snprintf(text, sizeof(text), "%p\n", at);
	munmap(at, len);
	answer(text);
}

int main(int argc, char **argv)
{
	char line[64];
	ssize_t n;

	if (argc < 2)
		return 2;
	state = strtoull(argv[1], NULL, 0);
	page_size = sysconf(_SC_PAGESIZE);
	if (argc > 2)
		file = open(argv[2], O_RDONLY);
	shuffle();
	answer("ok\n");
	while ((n = read(STDIN_FILENO, line, sizeof(line) - 1)) > 0) {
		line[n - (line[n - 1] == '\n')] = '\0';
		serve(line);
	}
	return 0;
}
