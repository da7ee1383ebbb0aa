/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scope.h - the module as the tests see it: bare ioctls of /dev/mmscope
 *
 * On purpose not libmmscope: a mistake shared by library and module would cancel.
 * All functions return 0 (or a descriptor) or -errno.
 */
#ifndef SCOPE_H
#define SCOPE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "mmscope.h"

#define SCOPE_DEVICE	"/dev/mmscope"
#define ALL_STATUSES	((1U << MMSCOPE_NR_STATUS) - 1)
/* This machine, and every MMSCOPE_PTE_* there is on it. */
#ifdef __aarch64__
#define SCOPE_ARCH	"arm64"
#define ALL_FLAGS	0x1ffffULL
#elif defined(__riscv)
#define SCOPE_ARCH	"riscv"
#define ALL_FLAGS	(0x1ffffULL | MMSCOPE_PTE_RISCV_NC | MMSCOPE_PTE_RISCV_IO)
#else
#define SCOPE_ARCH	"x86"
#define ALL_FLAGS	(0x1ffffULL | MMSCOPE_PTE_X86_PWT | MMSCOPE_PTE_X86_PCD | \
			 MMSCOPE_PTE_X86_PAT | MMSCOPE_PTE_X86_PKEY_MASK)
#endif
#define PTR(p)		((uint64_t)(uintptr_t)(p))

int scope_open(void);
int scope_attach(int fd, pid_t pid);
/* An open file attached to @pid. */
int scope_attached(pid_t pid);
int scope_ioctl(int fd, unsigned long op, void *arg);

int scope_info(int fd, struct mmscope_info *info);
int scope_mm(int fd, struct mmscope_mm *mm);

/**
 * struct scope_vmas - a list of VMAs, collected over as many calls as it took
 * @v: the records, pointing into @bytes
 * @nr: how many
 * @nr_words: how many of them came as words
 * @calls: operations that it took
 * @lock_flags: MMSCOPE_LOCK_* of all replies together
 */
struct scope_vmas {
	const struct mmscope_vma **v;
	size_t nr;
	size_t calls;
	uint32_t lock_flags;
	uint32_t nr_locks;
	char *bytes;
};

int scope_vmas(int fd, uint64_t start, uint64_t end, size_t buf_size, struct scope_vmas *vmas);
void scope_vmas_free(struct scope_vmas *vmas);
/* String of a record at its offset, "" when it has none. */
const char *scope_string(const struct mmscope_vma *v, uint16_t offset);

int scope_walk(int fd, const uint64_t *addrs, size_t nr, struct mmscope_walk_result *results);

/**
 * struct scope_extents - runs of a range, collected over as many calls as it took
 * @e: the runs
 * @nr: how many
 * @calls: operations that it took
 * @nr_locks: how often the lock was taken
 */
struct scope_extents {
	struct mmscope_extent *e;
	size_t nr;
	size_t nr_words;
	size_t calls;
	uint64_t nr_locks;
};

/**
 * struct scope_filter - what scope_extents() asks for; zeros are the contract's defaults
 * @statuses: as in struct mmscope_extents
 * @ignore: likewise ignore_flags
 * @require: likewise require_flags
 * @flags: likewise; pages that come as words are collected as runs of one page
 */
struct scope_filter {
	uint32_t statuses;
	uint64_t ignore;
	uint64_t require;
	uint32_t flags;
};

int scope_extents(int fd, uint64_t start, uint64_t end, size_t batch,
		  const struct scope_filter *filter, struct scope_extents *extents);
void scope_extents_free(struct scope_extents *extents);
/* Joins neighbours that continue each other, as the contract lets them be split. */
void scope_extents_join(struct scope_extents *extents);

/* The bit that @class calls @name, -1 when there is none. */
int scope_bit(int fd, uint32_t class, const char *name);
const char *scope_status_name(unsigned int status);

#endif /* SCOPE_H */
