/* SPDX-License-Identifier: GPL-2.0 */
/*
 * snap.h - a snapshot file that stands in for the device
 *
 * It answers the operations of the contract, so that all above mmscope_ioctl()
 * works with a recorded process as with a live one. Nothing in a file is trusted.
 */
#ifndef MMSCOPE_SNAP_H
#define MMSCOPE_SNAP_H

#include <limits.h>

#include "snap_format.h"
#include "snap_lists.h"

/*
 * What the records of a chunk become. Each begins with the addresses it covers,
 * [start, end), and they rise from one to the next.
 */
struct snap_item {
	__u64 start, end;
};

struct snap_vma {
	__u64 start, end;
	struct mmscope_vma vma;
	struct snap_value path, name, ops;
};

struct snap_table {
	__u64 start, end;
	__u64 pa;
	__u64 entry;	/* the one that leads here */
	__u64 flags;	/* its flags */
};

struct snap_extent {
	struct mmscope_extent ext;
	__u64 entry;	/* the first one */
	__u64 step;	/* to the next one */
};

struct snap_pages {
	__u64 start, end;
	struct mmscope_page first;
	__u64 step;
	__u64 folio_step;
};

struct snap_vmops {
	__u64 start, end;
	__u64 table;	/* which of the tables of operations */
};

/**
 * struct snap_ref - where a chunk is
 */
struct snap_ref {
	__u64 offset;
	__u32 length, nr;
	__u64 first, end;
};

/**
 * struct snap_index - the chunks of one kind
 * @refs: in the order of the file, which is that of addresses
 * @nr: how many
 * @size: how many fit
 * @loaded: which of them is in @items, -1 for none
 * @payload: its bytes, to which texts point
 * @items: its records
 * @nr_items: how many
 */
struct snap_index {
	struct snap_ref *refs;
	size_t nr, size;
	ssize_t loaded;
	unsigned char *payload;
	unsigned char *items;
	size_t nr_items;
};

/**
 * struct snapshot - an open file
 * @fd: it
 * @lock: of all that changes after opening: what is loaded
 * @index: by kind
 * @process: who was recorded
 * @comm: its name
 * @time_ns: when
 * @end: how it went
 * @info: of the module and kernel then
 * @names: names of bits, by class
 * @nr_names: how many
 * @mm: the memory descriptor
 * @exe: its executable
 * @cpumask: its CPUs
 * @cpumask_size: bytes of it
 * @lists: tasks, the structure that holds the VMAs, operations
 */
struct snapshot {
	int fd;
	pthread_mutex_t lock;
	struct snap_index index[SNAP_NR_KINDS];
	struct snap_process process;
	char comm[64];
	__u64 time_ns;
	struct snap_end end;
	struct mmscope_info info;
	struct mmscope_name names[MMSCOPE_NR_NAMES][64];
	unsigned int nr_names[MMSCOPE_NR_NAMES];
	struct mmscope_mm mm;
	char exe[PATH_MAX];
	unsigned char cpumask[1024];
	size_t cpumask_size;
	struct snap_lists lists;
};

void snapshot_free(struct snapshot *snap);

/*
 * Reads and checks the chunk at @offset; its payload is to be freed. 0; -ENODATA: the
 * file ends before; -EBADMSG; -errno, and no payload.
 */
int snap_read_chunk(int fd, __u64 offset, struct snap_chunk *chunk, unsigned char **payload);

/* 0; -ENODATA: the file ends before; -errno. */
int snap_read_at(int fd, __u64 offset, void *data, size_t len);

/* In place of ioctl(2): 0 or -errno; -EOPNOTSUPP for what was not recorded. */
int snapshot_call(struct snapshot *snap, unsigned long request, void *arg);

/**
 * struct snap_cursor - a place among the records of a kind
 * @at: the record there, good until one of that kind is asked for again; or NULL
 */
struct snap_cursor {
	struct snapshot *snap;
	enum snap_kind kind;
	size_t size;	/* of a record */
	size_t chunk, item;
	const void *at;
};

/*
 * The first record that ends above @va, and the next one. Return 1 when there is
 * one, 0, or -errno.
 */
int snap_seek(struct snap_cursor *c, struct snapshot *snap, enum snap_kind kind, __u64 va);
int snap_next(struct snap_cursor *c);
/* The one before; also from behind the last one. */
int snap_prev(struct snap_cursor *c);

/* Operations; @lock of the snapshot is held. */
int snap_extents(struct snapshot *snap, struct mmscope_extents *arg);
int snap_pages(struct snapshot *snap, struct mmscope_pages *arg);
int snap_walk(struct snapshot *snap, struct mmscope_walk *arg);
int snap_translate(struct snapshot *snap, struct mmscope_translate *arg);
int snap_tables(struct snapshot *snap, struct mmscope_tables *arg);

/* What looking did to the process: nothing, now; it may have changed then. */
void snap_report(const struct snapshot *snap, struct mmscope_lock *lock);

static inline void *snap_user(__u64 ptr)
{
	return (void *)(uintptr_t)ptr;
}

#endif /* MMSCOPE_SNAP_H */
