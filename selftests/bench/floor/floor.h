/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* floor.h - what the program bench asks of floor.ko */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct bench_floor - BENCH_FLOOR_READ: read every PTE of a range of the caller
 * @start: in: first byte, page-aligned
 * @end: in: end, exclusive
 * @ptes: out: PTEs that were read
 * @leaves: out: present leaves above the PTE level
 * @sum: out: of all entries, so that no read can be left out
 */
struct bench_floor {
	__u64 start;
	__u64 end;
	__u64 ptes;
	__u64 leaves;
	__u64 sum;
};

#define BENCH_FLOOR_READ	_IOWR('F', 0, struct bench_floor)

#endif /* BENCH_FLOOR_H */
