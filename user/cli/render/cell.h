/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cell.h - the model: typed values that know nothing of how they are shown
 */
#ifndef MMSCOPE_CELL_H
#define MMSCOPE_CELL_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/mmscope.h>

/**
 * struct flag_names - how the bits of a word are called
 * @names: bits by name
 * @nr: how many
 * @field_name: name of a number inside the word, or NULL
 * @field_shift: where the number begins
 * @field_mask: its bits
 */
struct flag_names {
	const struct mmscope_name *names;
	size_t nr;
	const char *field_name;
	unsigned int field_shift;
	__u64 field_mask;
};

enum cell_type {
	CELL_NONE,	/* there is no value */
	CELL_HIDDEN,	/* there is one, and it may not be shown */
	CELL_TEXT,	/* raw bytes, perhaps hostile */
	CELL_HEX,	/* address, entry, flag word */
	CELL_COUNT,
	CELL_BYTES,
	CELL_PAGES,	/* a count of base pages, shown as a size */
	CELL_BOOL,
	CELL_FLAGS,	/* a flag word by names */
	CELL_ROWS,	/* rows of another table; JSON only */
};

/* What a cell means to the eye; never the only carrier of it. */
enum cell_tone { TONE_PLAIN, TONE_GOOD, TONE_WARN, TONE_DIM };

struct row_set;

struct cell {
	enum cell_type type;
	enum cell_tone tone;
	union {
		__u64 num;
		const char *text;
		const struct row_set *rows;
	};
	const struct flag_names *names;
	unsigned int page_size;
};

static inline struct cell cell_none(void)
{
	return (struct cell){ .type = CELL_NONE };
}

static inline struct cell cell_text(const char *text)
{
	return text ? (struct cell){ .type = CELL_TEXT, .text = text } : cell_none();
}

static inline struct cell cell_toned(const char *text, enum cell_tone tone)
{
	return (struct cell){ .type = CELL_TEXT, .text = text, .tone = tone };
}

static inline struct cell cell_hex(__u64 num)
{
	return (struct cell){ .type = CELL_HEX, .num = num };
}

/* An address or entry that the module may have withheld. */
static inline struct cell cell_phys(__u64 num)
{
	if (num == MMSCOPE_HIDDEN)
		return (struct cell){ .type = CELL_HIDDEN, .tone = TONE_DIM };
	return cell_hex(num);
}

static inline struct cell cell_count(__u64 num)
{
	return (struct cell){ .type = CELL_COUNT, .num = num };
}

/* A count that the module may have withheld. */
static inline struct cell cell_secret(__u64 num)
{
	if (num == MMSCOPE_HIDDEN)
		return (struct cell){ .type = CELL_HIDDEN, .tone = TONE_DIM };
	return cell_count(num);
}

/* The same of 32 bits. */
static inline struct cell cell_secret32(__u32 num)
{
	return cell_secret(num == MMSCOPE_HIDDEN32 ? MMSCOPE_HIDDEN : num);
}

static inline struct cell cell_bytes(__u64 num)
{
	return (struct cell){ .type = CELL_BYTES, .num = num };
}

static inline struct cell cell_pages(__u64 num, unsigned int page_size)
{
	return (struct cell){ .type = CELL_PAGES, .num = num, .page_size = page_size };
}

static inline struct cell cell_bool(bool value)
{
	return (struct cell){ .type = CELL_BOOL, .num = value };
}

static inline struct cell cell_flags(__u64 word, const struct flag_names *names)
{
	return (struct cell){ .type = CELL_FLAGS, .num = word, .names = names };
}

static inline struct cell cell_rows(const struct row_set *rows)
{
	return (struct cell){ .type = CELL_ROWS, .rows = rows };
}

/* Called with the name of a flag and what the caller passed. */
typedef void flag_fn(const char *name, void *arg);

/**
 * flag_names_apply() - call a function for each name in a flag word
 * @word: the word
 * @names: the names
 * @fn: called with a name; a bit without a name is called "bitN"
 * @arg: passed to @fn
 */
void flag_names_apply(__u64 word, const struct flag_names *names, flag_fn *fn, void *arg);

#endif /* MMSCOPE_CELL_H */
