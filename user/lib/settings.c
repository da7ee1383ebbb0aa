// SPDX-License-Identifier: GPL-2.0
/*
 * settings.c - settings of the system on which page faults depend
 *
 * Everybody may read these, so they need no operation of the module.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

#define THP_DIR	"/sys/kernel/mm/transparent_hugepage/"

/* The first line of a file, empty when there is none. */
static const char *first_line(const char *path, char *line, int size)
{
	FILE *f = fopen(path, "re");

	if (!f || !fgets(line, size, f))
		line[0] = '\0';
	if (f)
		fclose(f);
	return line;
}

/*
 * "always [madvise] never". Since 6.8 each size has a setting of its own, which can
 * be to inherit the general one (mm/huge_memory.c:thp_vma_allowable_orders()).
 */
static unsigned int thp_mode(void)
{
	char line[64], path[128];
	unsigned long size;

	size = strtoul(first_line(THP_DIR "hpage_pmd_size", line, sizeof(line)), NULL, 10);
	snprintf(path, sizeof(path), THP_DIR "hugepages-%lukB/enabled", size / 1024);
	first_line(path, line, sizeof(line));
	if (!*line || strstr(line, "[inherit]"))
		first_line(THP_DIR "enabled", line, sizeof(line));
	if (strstr(line, "[always]"))
		return MMSCOPE_THP_ALWAYS;
	return strstr(line, "[madvise]") ? MMSCOPE_THP_MADVISE : MMSCOPE_THP_NEVER;
}

/* mm/mmap.c:cmdline_parse_stack_guard_gap(): in pages, 256 when it is not given */
static __u64 guard_gap(__u64 page_size)
{
	static const char key[] = " stack_guard_gap=";
	char line[4096] = " ", *at, *end;
	unsigned long pages;

	first_line("/proc/cmdline", line + 1, sizeof(line) - 1);
	at = strstr(line, key);
	if (!at)
		return 256 * page_size;
	at += strlen(key);
	pages = strtoul(at, &end, 10);
	return (end != at && isspace((unsigned char)*end) ? pages : 256) * page_size;
}

/* arch/x86/entry/vsyscall: the page is listed with the rights that it has. */
static unsigned int vsyscall_mode(void)
{
	unsigned int mode = MMSCOPE_VSYSCALL_NONE;
	FILE *f = fopen("/proc/self/maps", "re");
	char line[512];

	while (f && fgets(line, sizeof(line), f)) {
		if (!strstr(line, " [vsyscall]\n"))
			continue;
		mode = strstr(line, " r-x") ? MMSCOPE_VSYSCALL_READ : MMSCOPE_VSYSCALL_EXEC;
	}
	if (f)
		fclose(f);
	return mode;
}

MMSCOPE_API void mmscope_settings(struct mmscope_settings *settings)
{
	char line[64];

	settings->page_size = sysconf(_SC_PAGESIZE);
	settings->stack_guard_gap = guard_gap(settings->page_size);
	settings->mmap_min_addr = strtoul(first_line("/proc/sys/vm/mmap_min_addr", line,
						     sizeof(line)), NULL, 10);
	settings->thp = thp_mode();
	settings->thp_zero = *first_line(THP_DIR "use_zero_page", line, sizeof(line)) != '0';
	settings->vsyscall = vsyscall_mode();
}
