// SPDX-License-Identifier: GPL-2.0
/*
 * kallsyms.c - names of the kernel's own addresses, by /proc/kallsyms
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../parse.h"
#include "../render/memory.h"
#include "kallsyms.h"

/* Candidates that a message lists. */
#define TOLD_MAX	4
#define SYMBOL_CHARS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$:"
/* Sizes are not told: what is further behind a symbol is not in it. */
#define SYMBOL_MAX	(1U << 20)

/* "ADDRESS TYPE NAME" and perhaps "\t[MODULE]"; cuts @line. */
static bool parse_line(char *line, struct kernel_symbol *s)
{
	char *end, *close;

	s->addr = strtoull(line, &end, 16);
	if (end == line || end[0] != ' ' || !end[1] || end[2] != ' ' || !end[3])
		return false;
	s->type = end[1];
	s->name = end + 3;
	s->module = "";
	end = strchr(end + 3, '\t');
	if (!end)
		return true;
	*end++ = '\0';
	close = strchr(end, ']');
	if (*end != '[' || !close)
		return false;
	*close = '\0';
	s->module = end + 1;
	return true;
}

static int by_address(const void *a, const void *b)
{
	const struct kernel_symbol *left = a, *right = b;

	if (left->addr != right->addr)
		return left->addr < right->addr ? -1 : 1;
	/* Of several names for one address a global one comes last, and is told. */
	return (left->type >= 'a') == (right->type >= 'a') ? 0 : left->type >= 'a' ? -1 : 1;
}

static int read_all(const char *path, struct kallsyms *k)
{
	size_t room = 0, used = 0, got;
	FILE *f = fopen(path, "re");
	int err;

	if (!f)
		return -errno;
	do {
		if (room - used < 2) {
			room = room ? 2 * room : 1 << 20;
			k->text = realloc(k->text, room);
			if (!k->text)
				no_memory();
		}
		got = fread(k->text + used, 1, room - used - 1, f);
		used += got;
	} while (got);
	err = ferror(f) ? -EIO : 0;
	fclose(f);
	k->text[used] = '\0';
	return err;
}

int kallsyms_load(const char *path, struct kallsyms *k)
{
	bool shown = false;
	char *line, *next;
	int err;

	*k = (struct kallsyms){ 0 };
	err = read_all(path, k);
	if (err)
		return err;
	for (line = k->text; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		k->v = more_room(k->v, k->nr, sizeof(*k->v));
		if (!parse_line(line, &k->v[k->nr]))
			continue;
		/* A per-CPU variable can be at 0. */
		shown |= k->v[k->nr].addr != 0;
		k->nr++;
	}
	if (!shown)
		return -EACCES;
	qsort(k->v, k->nr, sizeof(*k->v), by_address);
	return 0;
}

void kallsyms_free(struct kallsyms *k)
{
	free(k->v);
	free(k->text);
}

/* The parts of a text; @symbol and @module are not terminated. */
struct words {
	const char *symbol, *module;
	size_t symbol_len, module_len;
	__u64 offset;
};

static const char *take_apart(const char *text, struct words *w)
{
	const char *plus = strchr(text, '+'), *colon;
	size_t len = plus ? (size_t)(plus - text) : strlen(text);

	*w = (struct words){ .symbol = text, .symbol_len = len };
	if (plus && !parse_u64(plus + 1, &w->offset))
		return "the offset is not a number";
	colon = memchr(text, ':', len);
	if (colon) {
		w->module = text;
		w->module_len = (size_t)(colon - text);
		w->symbol = colon + 1;
		w->symbol_len = len - w->module_len - 1;
	}
	if (!w->symbol_len || (colon && !w->module_len) || strspn(text, SYMBOL_CHARS) < len ||
	    *w->symbol == ':' || (*w->symbol >= '0' && *w->symbol <= '9'))
		return "not an address, SYMBOL or MODULE:SYMBOL";
	return NULL;
}

const char *kallsyms_wrong(const char *text)
{
	struct words w;

	return take_apart(text, &w);
}

static bool is(const char *s, const char *word, size_t len)
{
	return strlen(s) == len && !memcmp(s, word, len);
}

static bool fits(const struct kernel_symbol *s, const struct words *w)
{
	if (!is(s->name, w->symbol, w->symbol_len))
		return false;
	if (!w->module)
		return true;
	return is(*s->module ? s->module : "vmlinux", w->module, w->module_len);
}

size_t kallsyms_find(const struct kallsyms *k, const char *text, __u64 *addr, struct strbuf *why)
{
	const struct kernel_symbol *s, *global = NULL;
	size_t nr = 0, globals = 0;
	struct words w;

	take_apart(text, &w);
	for (s = k->v; s < k->v + k->nr; s++) {
		if (!fits(s, &w) || (nr && s->addr + w.offset == *addr))
			continue;
		*addr = s->addr + w.offset;
		if (s->type < 'a') {
			global = s;
			globals++;
		}
		if (nr++ < TOLD_MAX)
			strbuf_printf(why, "%s%s%s%s at 0x%llx", why->len ? ", " : "", s->module,
				      *s->module ? ":" : "", s->name, s->addr);
	}
	if (globals == 1) {
		*addr = global->addr + w.offset;
		return 1;
	}
	if (nr > TOLD_MAX)
		strbuf_printf(why, " and %zu more", nr - TOLD_MAX);
	return nr;
}

const struct kernel_symbol *kallsyms_at(const struct kallsyms *k, __u64 addr)
{
	size_t low = 0, high = k->nr, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (k->v[mid].addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	/* The last one of all ends nowhere. */
	if (!low || low == k->nr || addr - k->v[low - 1].addr >= SYMBOL_MAX)
		return NULL;
	return &k->v[low - 1];
}
