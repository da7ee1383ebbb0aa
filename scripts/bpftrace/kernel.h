/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernel.h - what kernels have under several names or none, for the scripts beside it
 *
 * bpftrace takes structs and constants from here, what it knows by BTF it takes from
 * the kernel. Functions that moved stand side by side in a probe: the ones that this
 * kernel lacks are told in a warning, and the others are attached.
 */

#ifndef BPFTRACE_HAVE_BTF
/* Of the fields of the module's own tracepoints. */
#define pid_t	int
#define u32	unsigned int
#define u64	unsigned long long
#endif

/* include/linux/mm_types.h: VM_FAULT_* that are no answer yet; and the one for an error */
#define FAULT_RETRY	0x000400
#define FAULT_ERROR	0x000873

/* include/linux/gfp_types.h (gfp.h before 6.1): pages of user space are movable */
#define PAGE_MOVABLE	0x08

/* include/linux/mm_types.h: enum tlb_flush_reason */
#define FLUSH_SWITCH	0
#define FLUSH_REMOTE	1
#define FLUSH_LOCAL	2
#define FLUSH_LOCAL_MM	3
#define FLUSH_SEND	4

/* arch/x86/include/asm/tlbflush.h: TLB_FLUSH_ALL as pages of the tracepoint */
#define FLUSH_ALL	-1
