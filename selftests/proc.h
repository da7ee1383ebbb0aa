/* SPDX-License-Identifier: GPL-2.0-only */
/* proc.h - the oracle: reads what /proc says about a process */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PM_SOFT_DIRTY	(1ULL << 55)
#define PM_UFFD_WP	(1ULL << 57)
#define PM_FILE		(1ULL << 61)
#define PM_SWAP		(1ULL << 62)
#define PM_PRESENT	(1ULL << 63)
#define PM_FRAME	((1ULL << 55) - 1)

/**
 * struct proc_vma - a mapping as maps or smaps shows it
 * @start: first byte
 * @end: end, exclusive
 * @perms: "rwxp"
 * @offset: in bytes
 * @dev_major: of the file's device
 * @dev_minor: likewise
 * @ino: inode
 * @name: path or name as printed, escapes and all; empty when there is none
 * @kernel_page_size: bytes, 0 without smaps; the next ones likewise
 * @pmd_mapped: AnonHugePages, ShmemPmdMapped and FilePmdMapped together
 * @flags: the line VmFlags, each code followed by a space
 */
struct proc_vma {
	unsigned long start;
	unsigned long end;
	char perms[5];
	uint64_t offset;
	unsigned int dev_major;
	unsigned int dev_minor;
	uint64_t ino;
	char *name;
	uint64_t kernel_page_size;
	uint64_t pmd_mapped;
	char flags[160];
};

struct proc_vmas {
	struct proc_vma *v;
	size_t nr;
	char *text;		/* what was read */
	size_t length;
};

/* Both return 0 or -errno; the gate VMA, which belongs to no process, is left out. */
int proc_maps(pid_t pid, struct proc_vmas *vmas);
int proc_smaps(pid_t pid, struct proc_vmas *vmas);
void proc_vmas_free(struct proc_vmas *vmas);
const struct proc_vma *proc_vma_at(const struct proc_vmas *vmas, unsigned long va);
bool proc_flag(const struct proc_vma *vma, const char *code);

/* Whole file into fresh memory, NUL-terminated; NULL with errno. */
char *proc_read(pid_t pid, const char *file, size_t *length);

/* @nr entries of pagemap from @va on; 0 or -errno. */
int proc_pagemap(pid_t pid, unsigned long va, size_t nr, uint64_t *entries);

/* Number behind "@key:" in /proc/PID/status; -1 when there is none. */
long proc_status(pid_t pid, const char *key);
/* Field @n (from 1, as proc(5) counts) of /proc/PID/stat. */
uint64_t proc_stat(pid_t pid, int n);
/* The letter of the state of all threads when they agree, else '?'; 0: gone. */
char proc_state(pid_t pid);
unsigned int proc_nr_swaps(void);
/* All processes that have an address space, without the caller; count. */
size_t proc_list(pid_t **pids);

#endif /* PROC_H */
