// SPDX-License-Identifier: GPL-2.0
/*
 * system.c - what this system calls its memory zones and swap areas, by /proc
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system.h"

/*
 * All zones of a node are listed in the order of their numbers, those without
 * memory too (mm/vmstat.c:zoneinfo_show()); all nodes have the same.
 */
void zones_load(struct zones *zones)
{
	FILE *f = fopen("/proc/zoneinfo", "re");
	char line[256], name[ZONE_NAME_MAX];
	unsigned int node, first = 0;
	size_t nr = 0;

	memset(zones, 0, sizeof(*zones));
	if (!f)
		return;
	while (nr < MAX_ZONES && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "Node %u, zone %15s", &node, name) != 2)
			continue;
		if (!nr)
			first = node;
		if (node != first)
			break;
		memcpy(zones->names[nr++], name, sizeof(name));
	}
	fclose(f);
}

const char *zone_name(const struct zones *zones, unsigned int zone, char text[ZONE_NAME_MAX])
{
	if (zone < MAX_ZONES && zones->names[zone][0])
		return zones->names[zone];
	snprintf(text, ZONE_NAME_MAX, "%u", zone);
	return text;
}

/* A zone tells what it spans, then where it starts (mm/vmstat.c:zoneinfo_show_print()). */
unsigned long long zones_top(void)
{
	unsigned long long number, spanned = 0, top = 0;
	FILE *f = fopen("/proc/zoneinfo", "re");
	char line[256];

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " spanned %llu", &number) == 1)
			spanned = number;
		else if (sscanf(line, " start_pfn: %llu", &number) == 1 && spanned &&
			 number + spanned > top)
			top = number + spanned;
	}
	fclose(f);
	return top;
}

static int octal(const char *s)
{
	int i, value = 0;

	for (i = 0; i < 3; i++) {
		if (s[i] < '0' || s[i] > '7')
			return -1;
		value = value * 8 + s[i] - '0';
	}
	return value;
}

/* Blanks and backslashes are written as \ooo (mm/swapfile.c:swap_show()). */
static char *unescape(char *path)
{
	char *from = path, *to = path;

	while (*from && *from != ' ' && *from != '\t' && *from != '\n') {
		int value = *from == '\\' ? octal(from + 1) : -1;

		*to++ = value < 0 ? *from : (char)value;
		from += value < 0 ? 1 : 4;
	}
	*to = '\0';
	return path;
}

void swaps_load(struct swaps *swaps)
{
	FILE *f = fopen("/proc/swaps", "re");
	char *line = NULL;
	size_t size = 0;

	memset(swaps, 0, sizeof(*swaps));
	if (!f)
		return;
	while (getline(&line, &size, f) > 0) {
		if (line[0] != '/')
			continue;	/* the headings */
		if (!swaps->nr++)
			swaps->first = strdup(unescape(line));
	}
	free(line);
	fclose(f);
}

void swaps_free(struct swaps *swaps)
{
	free(swaps->first);
}

const char *swap_file(const struct swaps *swaps, unsigned int type)
{
	return !type || swaps->nr == 1 ? swaps->first : NULL;
}
