/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ops.h - every operation of the module and the meaning of each field: the one table
 *
 * For tests that treat all operations alike: failing allocations, fuzzing, stress. Who
 * adds an operation adds a row to ops.c; lifecycle fails without it. The files of debugfs
 * are treated so, too.
 */
#ifndef OPS_H
#define OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "mmscope.h"

/* What a field is for; op_field.value says more. */
enum op_kind {
	OP_SIZE,	/* bytes of the struct */
	OP_ZERO,	/* reserved */
	OP_FLAGS,	/* value: the bits there are */
	OP_ENUM,	/* value: how many */
	OP_START,	/* of a range */
	OP_END,		/* of it, ~0 for all */
	OP_ADDRESS,	/* one address */
	OP_BUF,		/* where the answer goes */
	OP_BUF_SIZE,	/* bytes of it */
	OP_NR,		/* elements of it; value: bytes of one */
	OP_RECORD,	/* value: bytes of one */
	OP_ADDRS,	/* array of addresses to read */
	OP_KERNEL_ADDRS,	/* the same, of the kernel */
	OP_FRAMES,	/* array of struct mmscope_frames to read */
	OP_PID,
	OP_PID_KTHREAD,	/* of a kernel thread, or 0 */
	OP_FD,
	OP_BUDGET,	/* ns of one hold of the lock */
	OP_GENERATION,
};

struct op_field {
	const char *name;
	uint16_t at;
	uint16_t size;
	enum op_kind kind;
	uint64_t value;
};

#define OP_MAX_FIELDS	20
/* No argument is longer. */
#define OP_MAX_SIZE	1024

/**
 * struct op - an operation
 * @name: in lower case
 * @nr: number of the ioctl
 * @size: of the argument
 * @detached: works on a file that is not attached
 * @field: fields that the caller fills; ends at the first without a name
 */
struct op {
	const char *name;
	unsigned long nr;
	uint32_t size;
	bool detached;
	struct op_field field[OP_MAX_FIELDS];
};

extern const struct op ops[];
extern const unsigned int nr_ops;

/**
 * struct op_file - a file of a process's directory in debugfs
 * @name: of the file
 * @question: what is written to it before it is read; NULL: nothing
 * @lockless: answers without the process's mmap lock
 */
struct op_file {
	const char *name;
	const char *question;
	bool lockless;
};

extern const struct op_file op_files[];
extern const unsigned int nr_op_files;

/**
 * struct op_room - memory for arguments to point to
 * @buf: for answers
 * @size: bytes of it
 * @addrs: addresses to ask for, and as many of the kernel behind them
 * @frames: page frames to ask for, as many as @nr_addrs
 * @nr_addrs: how many
 * @pid: of whom to attach to, 0: oneself
 */
struct op_room {
	void *buf;
	size_t size;
	uint64_t *addrs;
	struct mmscope_frames *frames;
	size_t nr_addrs;
	pid_t pid;
};

/* 16 pages of answers, and addresses spread over what the caller has mapped. */
int op_room_init(struct op_room *room);

/* An argument that asks for all there is. @arg has OP_MAX_SIZE bytes. */
void op_fill(const struct op *op, void *arg, const struct op_room *room);
void op_set(const struct op_field *f, void *arg, uint64_t value);
uint64_t op_get(const struct op_field *f, const void *arg);

#endif /* OPS_H */
