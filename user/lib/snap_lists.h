/* SPDX-License-Identifier: GPL-2.0 */
/*
 * snap_lists.h - what a snapshot keeps of objects of the kernel: tasks, the structure
 * that holds the VMAs, their operations
 *
 * Optional in a file: what was not recorded is -EOPNOTSUPP when it is asked for.
 */
#ifndef MMSCOPE_SNAP_LISTS_H
#define MMSCOPE_SNAP_LISTS_H

#include "snap_format.h"

struct snapshot;

/**
 * struct snap_sink - where chunks go
 * @emit: writes a chunk and begins it anew; 0 or -errno
 * @arg: for it
 * @ms: what is recorded
 * @generation: as it was when recording began
 * @lock: what is done to the target is added
 */
struct snap_sink {
	int (*emit)(void *arg, struct snap_writer *w);
	void *arg;
	struct mmscope *ms;
	__u64 generation;
	struct mmscope_lock *lock;
};

/* Records all of it, as far as the module tells it. 0 or -errno. */
int snap_lists_save(const struct snap_sink *sink);

/**
 * struct snap_list - a place in records that are no addresses
 * @kind: of them
 * @chunk: the next one
 * @left: records of the one that is loaded
 * @payload: its bytes
 * @r: what is read of it; the record
 */
struct snap_list {
	enum snap_kind kind;
	size_t chunk;
	__u32 left;
	unsigned char *payload;
	struct snap_reader r;
};

/**
 * struct snap_vmop_table - a table of operations that some VMAs have
 * @set: bit per enum mmscope_vmop
 * @has_ops: it has a symbol, or is without one
 * @ops: the symbol, terminated
 * @ops_len: bytes of it, with the zero
 * @symbols: those of @set, each terminated
 * @symbols_len: bytes of all
 */
struct snap_vmop_table {
	__u64 set;
	bool has_ops;
	char *ops;
	size_t ops_len;
	char *symbols;
	size_t symbols_len;
};

/**
 * struct snap_lists - of an open file
 * @sums: of the tasks
 * @store: the structure of the VMAs
 * @nodes: where reading it stopped
 * @slots: likewise, of the slots of the next node
 * @node: the next node, if @have_node
 * @have_node: it was read, its slots were not
 * @begun: @addr and @depth are those of @node
 * @addr: the cursor that was given
 * @depth: likewise
 * @tables: of operations
 * @nr_tables: how many
 */
struct snap_lists {
	struct mmscope_tasks sums;
	struct mmscope_store store;
	struct snap_list nodes;
	struct snap_list slots;
	struct mmscope_store_node node;
	bool have_node;
	bool begun;
	__u64 addr;
	__u32 depth;
	struct snap_vmop_table *tables;
	size_t nr_tables;
};

/* A record of the kinds that are kept whole: 0, -EBADMSG, -ENOMEM. */
int snap_lists_take(struct snap_lists *lists, enum snap_kind kind,
		    const struct snap_value *values);
void snap_lists_free(struct snap_lists *lists);

/* Operations; the lock of the snapshot is held. */
int snap_tasks(struct snapshot *snap, struct mmscope_tasks *arg);
int snap_store(struct snapshot *snap, struct mmscope_store *arg);
int snap_vmops(struct snapshot *snap, struct mmscope_vmops *arg);

#endif /* MMSCOPE_SNAP_LISTS_H */
