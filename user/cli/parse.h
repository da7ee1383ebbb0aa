/* SPDX-License-Identifier: GPL-2.0 */
/*
 * parse.h - strict reading of what a user types
 *
 * Each function takes the whole string or fails; nothing is guessed.
 */
#ifndef MMSCOPE_PARSE_H
#define MMSCOPE_PARSE_H

#include <stdbool.h>
#include <sys/types.h>

#include "render/cell.h"

/* A number: 0x hex or decimal, no sign, no blanks. */
bool parse_u64(const char *s, __u64 *value);

/* A number of bytes: a number, perhaps with K, M, G or T (binary). */
bool parse_size(const char *s, __u64 *bytes);

/* A time in nanoseconds: a decimal number with ns, us, ms or s, more than none. */
bool parse_time(const char *s, __u64 *ns);

/* A positive process id. */
bool parse_pid(const char *s, pid_t *pid);

/**
 * parse_range() - START-END (END exclusive) or START+LEN
 * @s: the text
 * @start: first byte
 * @end: end, exclusive
 *
 * Return: NULL, or what is wrong with it.
 */
const char *parse_range(const char *s, __u64 *start, __u64 *end);

/* Whole pages that hold the range; an end in the last page there can be becomes ~0. */
void range_widen(__u64 *start, __u64 *end, __u64 page_size);

/* A list of statuses by name, or "all", as MMSCOPE_STATUS_BIT()s. @bad gets a word unknown. */
bool parse_statuses(const char *s, __u32 *mask, const char **bad, size_t *bad_len);

/* A list of page types by name, as 1 << MMSCOPE_PAGE_*. @bad gets a word unknown. */
bool parse_page_types(const char *s, __u32 *mask, const char **bad, size_t *bad_len);

/* A list of flag names, or a number, as a mask. @bad gets a word unknown. */
bool parse_flags(const char *s, const struct flag_names *names, __u64 *mask, const char **bad,
		 size_t *bad_len);

#endif /* MMSCOPE_PARSE_H */
