/* SPDX-License-Identifier: GPL-2.0 */
/*
 * system.h - what this system calls its memory zones and swap areas, by /proc
 */
#ifndef MMSCOPE_SYSTEM_H
#define MMSCOPE_SYSTEM_H

#include <stddef.h>

#define MAX_ZONES	16
#define ZONE_NAME_MAX	16

/**
 * struct zones - names of the memory zones
 * @names: by number; empty where /proc does not tell
 */
struct zones {
	char names[MAX_ZONES][ZONE_NAME_MAX];
};

void zones_load(struct zones *zones);

/* The name of a zone, or its number as text, which is put into @text. */
const char *zone_name(const struct zones *zones, unsigned int zone, char text[ZONE_NAME_MAX]);

/* End of physical memory by the zones that have any, in frames; 0 when /proc does not tell. */
unsigned long long zones_top(void);

/**
 * struct swaps - the swap areas in use
 * @nr: how many
 * @first: path of the one with the lowest number, or NULL
 */
struct swaps {
	size_t nr;
	char *first;
};

void swaps_load(struct swaps *swaps);
void swaps_free(struct swaps *swaps);

/**
 * swap_file() - path of the swap area with a number
 * @swaps: the areas
 * @type: number of an area that is in use
 *
 * /proc/swaps lists areas in the order of their numbers but does not tell those,
 * and a number is free after swapoff(8). So a path is certain only for number 0,
 * which comes first if it is there, and when there is no other area.
 *
 * Return: the path, raw, or NULL when it cannot be told.
 */
const char *swap_file(const struct swaps *swaps, unsigned int type);

#endif /* MMSCOPE_SYSTEM_H */
