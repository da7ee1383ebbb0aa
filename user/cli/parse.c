// SPDX-License-Identifier: GPL-2.0
/*
 * parse.c - strict reading of what a user types; prints nothing
 */
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "libmmscope.h"
#include "parse.h"

static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* strtoull() would accept blanks, signs and octal, and wrap negative numbers. */
static bool parse_number(const char *s, size_t len, __u64 *value)
{
	unsigned int base = 10;
	__u64 v = 0;
	size_t i = 0;

	if (len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		i = 2;
	}
	if (i == len)
		return false;
	for (; i < len; i++) {
		unsigned int d = digit(s[i]);

		if (d >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, d, &v))
			return false;
	}
	*value = v;
	return true;
}

bool parse_u64(const char *s, __u64 *value)
{
	return parse_number(s, strlen(s), value);
}

bool parse_size(const char *s, __u64 *bytes)
{
	static const char units[] = "KMGT";
	size_t len = strlen(s);
	const char *unit = len ? strchr(units, s[len - 1]) : NULL;
	unsigned int shift = unit ? 10 * (unsigned int)(unit - units + 1) : 0;

	if (!parse_number(s, unit ? len - 1 : len, bytes) || *bytes > ~0ULL >> shift)
		return false;
	*bytes <<= shift;
	return true;
}

bool parse_time(const char *s, __u64 *ns)
{
	static const struct { const char *name; __u64 ns; } units[] = {
		{ "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 },
	};
	const size_t nr = sizeof(units) / sizeof(units[0]);
	size_t len = strspn(s, "0123456789"), i;

	for (i = 0; i < nr && strcmp(s + len, units[i].name); i++)
		;
	return i < nr && parse_number(s, len, ns) && *ns &&
	       !__builtin_mul_overflow(*ns, units[i].ns, ns);
}

bool parse_pid(const char *s, pid_t *pid)
{
	__u64 value;
	size_t i;

	/* 0x10 is a number, but nobody writes a process id that way */
	for (i = 0; s[i]; i++)
		if (digit(s[i]) > 9)
			return false;
	if (!parse_u64(s, &value) || !value || value > INT_MAX)
		return false;
	*pid = (pid_t)value;
	return true;
}

const char *parse_range(const char *s, __u64 *start, __u64 *end)
{
	size_t first = strcspn(s, "-+");

	if (!s[first])
		return "not a range (START-END or START+LEN)";
	if (!parse_number(s, first, start) || !parse_u64(s + first + 1, end))
		return "not a range of addresses";
	if (s[first] == '+' && __builtin_add_overflow(*start, *end, end))
		return "the range overflows";
	if (*end < *start)
		return "the range is inverted";
	if (*end == *start)
		return "the range is empty";
	return NULL;
}

void range_widen(__u64 *start, __u64 *end, __u64 page_size)
{
	__u64 mask = page_size - 1;

	*start &= ~mask;
	*end = *end > ~mask ? ~0ULL : (*end + mask) & ~mask;
}

/* Calls @word for each word of a comma-separated list; an empty word is wrong. */
static bool parse_list(const char *s, bool (*word)(const char *s, size_t len, void *arg),
		       void *arg, const char **bad, size_t *bad_len)
{
	size_t len;

	for (;; s += len + 1) {
		len = strcspn(s, ",");
		if (!len || !word(s, len, arg)) {
			*bad = s;
			*bad_len = len;
			return false;
		}
		if (!s[len])
			return true;
	}
}

static bool same(const char *word, size_t len, const char *name)
{
	return strlen(name) == len && !strncasecmp(word, name, len);
}

static bool status_word(const char *s, size_t len, void *arg)
{
	__u32 *mask = arg;
	unsigned int i;

	if (same(s, len, "all")) {
		*mask |= (1U << MMSCOPE_NR_STATUS) - 1;
		return true;
	}
	for (i = 0; i < MMSCOPE_NR_STATUS; i++)
		if (same(s, len, mmscope_status_name(i))) {
			*mask |= MMSCOPE_STATUS_BIT(i);
			return true;
		}
	return false;
}

bool parse_statuses(const char *s, __u32 *mask, const char **bad, size_t *bad_len)
{
	*mask = 0;
	return parse_list(s, status_word, mask, bad, bad_len);
}

static bool page_type_word(const char *s, size_t len, void *arg)
{
	__u32 *mask = arg;
	unsigned int i;

	for (i = 0; i < MMSCOPE_NR_PAGE_TYPES; i++)
		if (same(s, len, mmscope_page_type_name(i))) {
			*mask |= 1U << i;
			return true;
		}
	return false;
}

bool parse_page_types(const char *s, __u32 *mask, const char **bad, size_t *bad_len)
{
	*mask = 0;
	return parse_list(s, page_type_word, mask, bad, bad_len);
}

struct flags_arg {
	const struct flag_names *names;
	__u64 mask;
};

static bool flag_word(const char *s, size_t len, void *arg)
{
	struct flags_arg *flags = arg;
	__u64 word;
	size_t i;

	if (parse_number(s, len, &word)) {
		flags->mask |= word;
		return true;
	}
	for (i = 0; i < flags->names->nr; i++)
		if (same(s, len, flags->names->names[i].name)) {
			flags->mask |= 1ULL << flags->names->names[i].bit;
			return true;
		}
	return false;
}

bool parse_flags(const char *s, const struct flag_names *names, __u64 *mask, const char **bad,
		 size_t *bad_len)
{
	struct flags_arg arg = { .names = names };
	bool ok = parse_list(s, flag_word, &arg, bad, bad_len);

	*mask = arg.mask;
	return ok;
}
