/* SPDX-License-Identifier: GPL-2.0 */
/*
 * snap_format.h - the form of a snapshot file: chunks of records
 *
 * Written down for other readers in Documentation/snapshots.rst. All numbers
 * are little-endian or varints, so a file means the same on every machine.
 *
 *	head	magic[8]  order(4)  version(4)
 *	chunk	name[8]  sequence(4)  length(4)  first(8)  end(8)  records(4)  crc(4)
 *		payload of length bytes
 *	...
 *	chunk	"end"
 *
 * A payload begins with the names of its columns; a record is a mask of the
 * columns that differ from the record before, and what they differ by. A reader
 * skips chunks and columns that it does not know, and gives those it misses
 * their value for "absent".
 */
#ifndef MMSCOPE_SNAP_FORMAT_H
#define MMSCOPE_SNAP_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "internal.h"

#define SNAP_MAGIC		"\211mmscope"
#define SNAP_ORDER		0x01020304U
#define SNAP_VERSION		1
#define SNAP_HEAD_SIZE		16
#define SNAP_CHUNK_SIZE		40
#define SNAP_NAME_SIZE		8

/* A chunk is written when it has this many bytes or records. */
#define SNAP_PAYLOAD_FULL	(48 * 1024)
#define SNAP_RECORDS_MAX	2048
/*
 * And one of extents when it has this many and the next one is in other memory of this
 * size: so what changed in one place does not move the borders of all chunks behind, and
 * two recordings can be compared chunk by chunk.
 */
#define SNAP_EXTENTS_FEW	256
#define SNAP_EXTENTS_BLOCK_SHIFT	26
/* One that claims to have more bytes than this is damaged. */
#define SNAP_PAYLOAD_MAX	(1024 * 1024)
#define SNAP_TEXT_MAX		8192
#define SNAP_VMOP_TABLES_MAX	1024

#define SNAP_MAX_COLUMNS	48
#define SNAP_MAX_TEXTS		3

enum snap_kind {
	SNAP_PROCESS,
	SNAP_INFO,
	SNAP_LEVELS,
	SNAP_NAMES,
	SNAP_MM,
	SNAP_AUXV,
	SNAP_VMAS,
	SNAP_TABLES,	/* and by level: SNAP_TABLES + enum mmscope_level */
	SNAP_EXTENTS = SNAP_TABLES + MMSCOPE_NR_LEVELS,
	SNAP_STATS,
	SNAP_PAGES,
	SNAP_TASK_SUMS,
	SNAP_TASKS,
	SNAP_STORE,
	SNAP_NODES,
	SNAP_SLOTS,
	SNAP_VMOP_TABLES,
	SNAP_VMOPS,
	SNAP_END,
	SNAP_NR_KINDS
};

/**
 * struct snap_column - a column of a kind of record
 * @name: in the file
 * @text: bytes, not a number
 * @offset: of the field in the struct that the record stands for
 * @width: bytes of that field, 0 when the column is no field
 * @absent: the value when a file has no such column
 */
struct snap_column {
	const char *name;
	bool text;
	unsigned short offset;
	unsigned short width;
	__u64 absent;
};

/**
 * struct snap_schema - a kind of record
 * @name: of its chunks
 * @columns: those that change most come first
 * @nr: how many
 */
struct snap_schema {
	const char *name;
	const struct snap_column *columns;
	unsigned int nr;
};

extern const struct snap_schema snap_schemas[SNAP_NR_KINDS];

/* Columns that are not fields, by their place in the schema. */
enum { SNAP_PROCESS_COMM, SNAP_PROCESS_TIME };
enum { SNAP_INFO_RELEASE, SNAP_INFO_ARCH };
enum { SNAP_NAME_CLASS, SNAP_NAME_BIT, SNAP_NAME_NAME };
enum { SNAP_MM_EXE, SNAP_MM_CPUMASK };
enum { SNAP_VMA_GAP, SNAP_VMA_LENGTH, SNAP_VMA_PATH, SNAP_VMA_NAME, SNAP_VMA_OPS };
enum { SNAP_TABLE_GAP, SNAP_TABLE_JUMP, SNAP_TABLE_ENTRY, SNAP_TABLE_FLAGS };

/* SNAP_EXTENT_STEP is the last of those that are relative to the extent before. */
enum {
	SNAP_EXTENT_GAP, SNAP_EXTENT_LENGTH, SNAP_EXTENT_JUMP, SNAP_EXTENT_ENTRY,
	SNAP_EXTENT_STEP,
};

#define SNAP_EXTENT_RELATIVE	((1ULL << (SNAP_EXTENT_STEP + 1)) - 1)

/* The first fields of what the sums are of. */
enum { SNAP_STAT_START, SNAP_STAT_END };
#define SNAP_STAT_PLACE	(1ULL << SNAP_STAT_START | 1ULL << SNAP_STAT_END)

enum {
	SNAP_PAGE_GAP, SNAP_PAGE_COUNT, SNAP_PAGE_JUMP, SNAP_PAGE_STEP, SNAP_PAGE_FOLIO,
	SNAP_PAGE_FOLIO_STEP,
};

enum { SNAP_TASK_COMM, SNAP_TASK_MM_COMM };
enum { SNAP_SLOT_LENGTH, SNAP_SLOT_BEFORE, SNAP_SLOT_AFTER };
enum { SNAP_VMOP_TABLE_OPS, SNAP_VMOP_TABLE_SYMBOLS, SNAP_VMOP_TABLE_HAS, SNAP_VMOP_TABLE_SET };
enum { SNAP_VMOPS_GAP, SNAP_VMOPS_LENGTH, SNAP_VMOPS_TABLE };

/**
 * struct snap_process - who was recorded, and how
 * @pid: number in the recorder's pid namespace
 * @rights: MMSCOPE_RIGHT_*
 * @pages: page facts were recorded
 */
struct snap_process {
	__u32 pid;
	__u32 rights;
	__u32 pages;
};

/**
 * struct snap_end - how it went; without it a file is truncated
 * @user_end: end of user space
 * @lock: what recording did to the process
 */
struct snap_end {
	__u64 user_end;
	struct mmscope_lock lock;
};

/**
 * struct snap_value - what a record has in one column
 * @num: the number, or the length of @text
 * @text: the bytes, not terminated
 */
struct snap_value {
	__u64 num;
	const char *text;
};

/* Between the fields of a struct and the columns that are fields. */
void snap_from_struct(enum snap_kind kind, const void *from, struct snap_value *values);
void snap_to_struct(enum snap_kind kind, const struct snap_value *values, void *to);

/**
 * struct snap_writer - a chunk that is being filled
 * @kind: of its records
 * @nr: records so far
 * @first: address at which it begins
 * @end: address at which it ends
 * @last: the record before
 * @texts: what @last's texts point to
 * @text_columns: 1 << column, of those that are text
 * @len: bytes of @payload
 * @size: bytes that fit
 * @payload: the records
 */
struct snap_writer {
	enum snap_kind kind;
	unsigned int nr;
	__u64 first;
	__u64 end;
	struct snap_value last[SNAP_MAX_COLUMNS];
	char *texts[SNAP_MAX_TEXTS];
	__u64 text_columns;
	size_t len;
	size_t size;
	unsigned char *payload;
};

int snap_writer_init(struct snap_writer *w, enum snap_kind kind);
void snap_writer_free(struct snap_writer *w);
/* The next record is the first of a chunk. */
void snap_writer_begin(struct snap_writer *w);
/* Returns -EINVAL when a text is too long. */
int snap_writer_put(struct snap_writer *w, const struct snap_value *values);
/* The same when only columns in @among, 1 << column, can differ from the record before. */
int snap_writer_put_among(struct snap_writer *w, const struct snap_value *values, __u64 among);
bool snap_writer_full(const struct snap_writer *w);

/**
 * struct snap_reader - a chunk that is being read
 * @columns: columns of the file
 * @nr_columns: how many
 * @column: which column of ours each is, or -1
 * @text: it is text
 * @pos: where the next record begins
 * @stop: end of the payload
 * @values: the record before
 * @changed: 1 << column of ours, of those that differ from the record before that
 */
struct snap_reader {
	unsigned int nr_columns;
	signed char column[64];
	bool text[64];
	const unsigned char *pos;
	const unsigned char *stop;
	struct snap_value values[SNAP_MAX_COLUMNS];
	__u64 changed;
};

/* All return 0 or -EBADMSG. */
int snap_reader_init(struct snap_reader *r, enum snap_kind kind, const unsigned char *payload,
		     size_t len);
int snap_reader_next(struct snap_reader *r);

/**
 * struct snap_chunk - the head of a chunk
 */
struct snap_chunk {
	char name[SNAP_NAME_SIZE + 1];
	__u32 sequence;
	__u32 length;
	__u64 first;
	__u64 end;
	__u32 nr;
	__u32 crc;
};

void snap_head_encode(unsigned char head[SNAP_HEAD_SIZE]);
/* 0; -ENOEXEC no snapshot, -EILSEQ other byte order, -EPROTONOSUPPORT newer. */
int snap_head_check(const unsigned char head[SNAP_HEAD_SIZE]);
/* Computes @chunk->crc. */
void snap_chunk_encode(struct snap_chunk *chunk, const unsigned char *payload,
		       unsigned char bytes[SNAP_CHUNK_SIZE]);
void snap_chunk_decode(struct snap_chunk *chunk, const unsigned char bytes[SNAP_CHUNK_SIZE]);
bool snap_chunk_is_sound(const unsigned char bytes[SNAP_CHUNK_SIZE], const unsigned char *payload,
			 const struct snap_chunk *chunk);

/* By how much the pa of a run grows from its start to @addr: bytes, or pages in swap. */
static inline __u64 snap_distance(const struct mmscope_extent *run, __u64 addr, __u64 page_size)
{
	switch (run->status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		return addr - run->start;
	case MMSCOPE_SWAP:
		return (addr - run->start) / page_size;
	default:
		return 0;
	}
}

static inline bool snap_has_frame(unsigned int status)
{
	return status == MMSCOPE_MAPPED || status == MMSCOPE_PROTNONE;
}

#endif /* MMSCOPE_SNAP_FORMAT_H */
