/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libmmscope.h - public interface of libmmscope, a thin library over /dev/mmscope
 *
 * The structs of the answers are those of the kernel's contract, <linux/mmscope.h>;
 * this library adds batching, cursors, joining and checks, and nothing else: it
 * never prints, never exits, never changes the process that it looks at.
 *
 * Conventions:
 * - A function that can fail returns 0 (or a count) on success and -errno
 *   otherwise; errno itself is set to the same value.
 * - A handle may be used from several threads at once after it is attached: each
 *   operation is one stateless ioctl. An iterator belongs to one thread at a time.
 * - An options struct begins with @size, which the caller sets to the sizeof it
 *   was compiled with; NULL means the defaults.
 * - Memory is bounded whatever the size of the target: an iterator holds one
 *   buffer of MMSCOPE_BUF_SIZE bytes.
 */
#ifndef LIBMMSCOPE_H
#define LIBMMSCOPE_H

#include <stddef.h>
#include <sys/types.h>

#include <linux/mmscope.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MMSCOPE_DEVICE_PATH		"/dev/mmscope"
#define MMSCOPE_BUF_SIZE	65536

/**
 * struct mmscope - an open file of the device, opaque
 */
struct mmscope;

/**
 * mmscope_open() - open the device
 * @path: path of the device, or NULL for MMSCOPE_DEVICE_PATH
 * @ret: where the handle is put
 *
 * The handle is not attached to any process yet. Close it with mmscope_close().
 *
 * Return: 0, or -errno of open(2) (-ENOENT: the module is not loaded), -ENOMEM.
 */
int mmscope_open(const char *path, struct mmscope **ret);

/**
 * mmscope_open_fd() - make a handle of a descriptor received from elsewhere
 * @fd: open file of the device, attached or not; the handle owns it from now on
 * @ret: where the handle is put
 *
 * Rights were decided when the file was attached, so a privileged process can
 * attach and hand the descriptor to an unprivileged one.
 *
 * Return: 0, -EBADF, -ENOMEM. On failure @fd is left open.
 */
int mmscope_open_fd(int fd, struct mmscope **ret);

/**
 * mmscope_close() - close a handle and free all that belongs to it
 * @ms: the handle, or NULL
 *
 * Iterators of the handle must be freed before.
 */
void mmscope_close(struct mmscope *ms);

/**
 * mmscope_fd() - the descriptor of a handle, still owned by it
 * @ms: the handle
 *
 * Return: the descriptor.
 */
int mmscope_fd(const struct mmscope *ms);

/**
 * mmscope_info() - what module and kernel this is
 * @ms: the handle, attached or not
 * @info: where the answer is put; @size and @flags are set by the library
 *
 * Return: 0 or -errno.
 */
int mmscope_info(struct mmscope *ms, struct mmscope_info *info);

/**
 * mmscope_names() - what the bits of a word are called
 * @ms: the handle, attached or not
 * @names_class: MMSCOPE_NAMES_*
 * @names: where a pointer to the table is put; valid until mmscope_close()
 * @nr: where the number of its elements is put
 *
 * The table is read once per handle and class.
 *
 * Return: 0, -EINVAL for an unknown class, or -errno.
 */
int mmscope_names(struct mmscope *ms, unsigned int names_class,
		  const struct mmscope_name **names, size_t *nr);

/**
 * mmscope_name_bit() - the bit that has a name
 * @ms: the handle, attached or not
 * @names_class: MMSCOPE_NAMES_*
 * @name: the name, in the kernel's spelling
 * @mask: where the mask with this one bit is put; 0 when there is no such name
 *
 * Return: 0, -ENOENT when this kernel has no bit of that name, or -errno.
 */
int mmscope_name_bit(struct mmscope *ms, unsigned int names_class, const char *name,
		     __u64 *mask);

/**
 * struct mmscope_attach_opts - options of the attach functions
 * @size: sizeof this struct
 * @use_pagemap_fd: not zero: @pagemap_fd is the warrant
 * @pagemap_fd: an open file of the target's /proc/PID/pagemap
 */
struct mmscope_attach_opts {
	size_t size;
	int use_pagemap_fd;
	int pagemap_fd;
};

/**
 * mmscope_attach_pid() - bind the handle to the address space of a process
 * @ms: the handle, not attached yet
 * @pid: process or thread id in the caller's pid namespace, 0 for the caller
 * @opts: options, or NULL
 * @rights: where MMSCOPE_RIGHT_* are put, or NULL
 *
 * Return: 0; -ESRCH no such process or a zombie; -ENXIO a kernel thread; -EPERM
 * not allowed; -EBUSY attached already; -EBADF not a pagemap file of that
 * process; or -errno.
 */
int mmscope_attach_pid(struct mmscope *ms, pid_t pid, const struct mmscope_attach_opts *opts,
		       unsigned int *rights);

/**
 * mmscope_attach_pidfd() - bind the handle to the process behind a pidfd
 * @ms: the handle, not attached yet
 * @pidfd: from pidfd_open(2) or clone(2)
 * @opts: options, or NULL
 * @rights: where MMSCOPE_RIGHT_* are put, or NULL
 *
 * On -ESRCH after the process went away during the call the handle may be
 * attached to another process that got its number: close it.
 *
 * Return: as mmscope_attach_pid(); -EBADF when @pidfd is no pidfd.
 */
int mmscope_attach_pidfd(struct mmscope *ms, int pidfd, const struct mmscope_attach_opts *opts,
			 unsigned int *rights);

/**
 * struct mmscope_mm_opts - buffers for the parts of mmscope_mm() that vary in length
 * @size: sizeof this struct
 * @exe: buffer for the path of the executable, or NULL
 * @exe_size: bytes of @exe
 * @cpumask: buffer for the CPU mask (bit N of byte N / 8 is CPU N), or NULL
 * @cpumask_size: bytes of @cpumask
 */
struct mmscope_mm_opts {
	size_t size;
	char *exe;
	size_t exe_size;
	unsigned char *cpumask;
	size_t cpumask_size;
};

/**
 * mmscope_mm() - the memory descriptor
 * @ms: an attached handle
 * @mm: where the answer is put; its @exe_size and @cpumask_size are the full
 *	lengths, which can exceed the buffers
 * @opts: buffers, or NULL. @exe is terminated whenever it has a byte.
 *
 * Return: 0, -ESRCH when the address space is gone, or -errno.
 */
int mmscope_mm(struct mmscope *ms, struct mmscope_mm *mm, const struct mmscope_mm_opts *opts);

/**
 * mmscope_lock_add() - add a lock report to a sum of reports
 * @sum: the sum; zeroed before the first use
 * @lock: the report of one operation
 *
 * The longest hold is the maximum, times and counts are sums, flags are joined,
 * the generation is that of @lock.
 */
void mmscope_lock_add(struct mmscope_lock *sum, const struct mmscope_lock *lock);

/**
 * struct mmscope_vma_opts - options of a VMA iteration
 * @size: sizeof this struct
 * @start: VMAs whose end is above this
 * @end: and whose start is below this; ~0 (or 0) for all
 * @generation: zero, or from an earlier report: to learn of changes since
 */
struct mmscope_vma_opts {
	size_t size;
	__u64 start;
	__u64 end;
	__u64 generation;
};

/**
 * struct mmscope_vma_iter - an iteration over VMAs, opaque
 */
struct mmscope_vma_iter;

/**
 * mmscope_vma_iter_new() - begin an iteration over VMAs
 * @ms: an attached handle, which must outlive the iterator
 * @opts: options, or NULL
 * @ret: where the iterator is put
 *
 * Return: 0, -ENOMEM, -EINVAL.
 */
int mmscope_vma_iter_new(struct mmscope *ms, const struct mmscope_vma_opts *opts,
			 struct mmscope_vma_iter **ret);

/**
 * mmscope_vma_iter_next() - the next VMA, by address
 * @iter: the iterator
 * @vma: where a pointer to the record is put; valid until the next call
 *
 * Return: 1 when there is one, 0 at the end, -ESRCH when the address space is
 * gone, -EPROTO when the module's answer is malformed, or -errno. After an
 * error the iteration is over.
 */
int mmscope_vma_iter_next(struct mmscope_vma_iter *iter, const struct mmscope_vma **vma);

/**
 * mmscope_vma_iter_lock() - what the iteration did to the target so far
 * @iter: the iterator
 *
 * Return: the sum of all replies. MMSCOPE_LOCK_CHANGED means that the list is
 * not one moment's.
 */
const struct mmscope_lock *mmscope_vma_iter_lock(const struct mmscope_vma_iter *iter);

/**
 * mmscope_vma_iter_free() - end an iteration
 * @iter: the iterator, or NULL
 */
void mmscope_vma_iter_free(struct mmscope_vma_iter *iter);

/**
 * mmscope_vma_path() - path of the mapped file
 * @vma: a record from an iterator
 *
 * Return: the path, raw (control characters are not escaped), or NULL.
 */
const char *mmscope_vma_path(const struct mmscope_vma *vma);

/**
 * mmscope_vma_name() - name of a mapping: "[heap]", or what prctl(2) gave it
 * @vma: a record from an iterator
 *
 * Return: the name, raw, without brackets when MMSCOPE_VMA_ANON_NAME is set; or NULL.
 */
const char *mmscope_vma_name(const struct mmscope_vma *vma);

/**
 * mmscope_vma_ops() - symbol of the mapping's operations
 * @vma: a record from an iterator
 *
 * Return: the symbol, or NULL.
 */
const char *mmscope_vma_ops(const struct mmscope_vma *vma);

/**
 * mmscope_walk() - walk the page tables for an array of addresses
 * @ms: an attached handle
 * @addrs: virtual addresses, any order, any alignment
 * @nr: how many
 * @results: array of @nr results
 * @lock: a sum of lock reports to add to, or NULL
 *
 * Return: how many were walked, fewer than @nr when the address space went away
 * in between; -ESRCH when it was gone before; or -errno.
 */
ssize_t mmscope_walk(struct mmscope *ms, const __u64 *addrs, size_t nr,
		     struct mmscope_walk_result *results, struct mmscope_lock *lock);

/**
 * mmscope_translate() - physical addresses of an array of addresses
 * @ms: an attached handle
 * @addrs: virtual addresses, any order, any alignment; sorted ones cost less
 * @nr: how many
 * @translations: array of @nr translations
 * @lock: a sum of lock reports to add to, or NULL
 *
 * Return: how many were translated, fewer than @nr when the address space went
 * away, or a signal came, in between; -ESRCH when it was gone before; or -errno.
 */
ssize_t mmscope_translate(struct mmscope *ms, const __u64 *addrs, size_t nr,
			  struct mmscope_translation *translations, struct mmscope_lock *lock);

/**
 * struct mmscope_extent_opts - options of an iteration over extents
 * @size: sizeof this struct
 * @start: first byte, page-aligned
 * @end: end, exclusive, page-aligned; ~0 (or 0) for the end of user space
 * @statuses: MMSCOPE_STATUS_BIT() of what to report; 0: all but NONE and NO_VMA
 * @ignore_flags: MMSCOPE_PTE_* that neither split runs nor are reported
 * @require_flags: report only entries that have all of these
 * @generation: zero, or from an earlier report: to learn of changes since
 */
struct mmscope_extent_opts {
	size_t size;
	__u64 start;
	__u64 end;
	__u64 ignore_flags;
	__u64 require_flags;
	__u64 generation;
	__u32 statuses;
};

/**
 * struct mmscope_extent_iter - an iteration over extents, opaque
 */
struct mmscope_extent_iter;

/**
 * mmscope_extent_iter_new() - begin an iteration over extents
 * @ms: an attached handle, which must outlive the iterator
 * @opts: options, or NULL for the whole address space
 * @ret: where the iterator is put
 *
 * Return: 0, -ENOMEM, -EINVAL, or -errno of mmscope_info().
 */
int mmscope_extent_iter_new(struct mmscope *ms, const struct mmscope_extent_opts *opts,
			    struct mmscope_extent_iter **ret);

/**
 * mmscope_extent_iter_next() - the next maximal run
 * @iter: the iterator
 * @extent: where the run is put
 *
 * Runs that the module had to end at the end of a chunk are joined.
 *
 * Return: 1 when there is one, 0 at the end, -ESRCH when the address space is
 * gone, -EPROTO when the module's answer is malformed, or -errno. A run that
 * was complete before an error is returned first.
 */
int mmscope_extent_iter_next(struct mmscope_extent_iter *iter, struct mmscope_extent *extent);

/**
 * mmscope_extent_iter_lock() - what the iteration did to the target so far
 * @iter: the iterator
 *
 * Return: the sum of all replies.
 */
const struct mmscope_lock *mmscope_extent_iter_lock(const struct mmscope_extent_iter *iter);

/**
 * mmscope_extent_iter_free() - end an iteration
 * @iter: the iterator, or NULL
 */
void mmscope_extent_iter_free(struct mmscope_extent_iter *iter);

/**
 * struct mmscope_page_opts - options of an iteration over pages
 * @size: sizeof this struct
 * @start: first byte, page-aligned
 * @end: end, exclusive, page-aligned; ~0 (or 0) for the end of user space
 * @generation: zero, or from an earlier report: to learn of changes since
 * @statuses: MMSCOPE_STATUS_BIT() of what to report; 0: all but NONE and NO_VMA,
 *	which here cannot be asked for
 */
struct mmscope_page_opts {
	size_t size;
	__u64 start;
	__u64 end;
	__u64 generation;
	__u32 statuses;
};

/**
 * struct mmscope_page_iter - an iteration over pages, opaque
 */
struct mmscope_page_iter;

/**
 * mmscope_page_iter_new() - begin an iteration over pages
 * @ms: an attached handle, which must outlive the iterator
 * @opts: options, or NULL for the whole address space
 * @ret: where the iterator is put
 *
 * Return: 0, -ENOMEM, -EINVAL.
 */
int mmscope_page_iter_new(struct mmscope *ms, const struct mmscope_page_opts *opts,
			  struct mmscope_page_iter **ret);

/**
 * mmscope_page_iter_next() - the next page, by address
 * @iter: the iterator
 * @page: where a pointer to the record is put; valid until the next call
 *
 * Return: 1 when there is one, 0 at the end, -ESRCH when the address space is
 * gone, -EPROTO when the module's answer is malformed, or -errno. After an
 * error the iteration is over.
 */
int mmscope_page_iter_next(struct mmscope_page_iter *iter, const struct mmscope_page **page);

/**
 * mmscope_page_iter_lock() - what the iteration did to the target so far
 * @iter: the iterator
 *
 * Return: the sum of all replies.
 */
const struct mmscope_lock *mmscope_page_iter_lock(const struct mmscope_page_iter *iter);

/**
 * mmscope_page_iter_free() - end an iteration
 * @iter: the iterator, or NULL
 */
void mmscope_page_iter_free(struct mmscope_page_iter *iter);

/**
 * struct mmscope_stat_opts - options of an iteration over memory accounting
 * @size: sizeof this struct
 * @start: first byte, page-aligned
 * @end: end, exclusive, page-aligned; ~0 (or 0) for the end of user space
 * @generation: zero, or from an earlier report: to learn of changes since
 * @rollup: not zero: one record for the whole range
 */
struct mmscope_stat_opts {
	size_t size;
	__u64 start;
	__u64 end;
	__u64 generation;
	int rollup;
};

/**
 * struct mmscope_stat_iter - an iteration over memory accounting, opaque
 */
struct mmscope_stat_iter;

/**
 * mmscope_stat_iter_new() - begin an iteration over memory accounting
 * @ms: an attached handle, which must outlive the iterator
 * @opts: options, or NULL for the whole address space
 * @ret: where the iterator is put
 *
 * Return: 0, -ENOMEM, -EINVAL.
 */
int mmscope_stat_iter_new(struct mmscope *ms, const struct mmscope_stat_opts *opts,
			  struct mmscope_stat_iter **ret);

/**
 * mmscope_stat_iter_next() - the accounting of the next VMA, by address
 * @iter: the iterator
 * @stat: where a pointer to the record is put; valid until the next call
 *
 * With @rollup there is one record, or none in a range without VMAs. Pss and its
 * parts are in bytes << MMSCOPE_PSS_SHIFT.
 *
 * Return: 1 when there is one, 0 at the end, -ESRCH when the address space is
 * gone, -EPROTO when the module's answer is malformed, or -errno. After an
 * error the iteration is over.
 */
int mmscope_stat_iter_next(struct mmscope_stat_iter *iter, const struct mmscope_stat **stat);

/**
 * mmscope_stat_iter_lock() - what the iteration did to the target so far
 * @iter: the iterator
 *
 * Return: the sum of all replies.
 */
const struct mmscope_lock *mmscope_stat_iter_lock(const struct mmscope_stat_iter *iter);

/**
 * mmscope_stat_iter_free() - end an iteration
 * @iter: the iterator, or NULL
 */
void mmscope_stat_iter_free(struct mmscope_stat_iter *iter);

/**
 * struct mmscope_table_opts - options of mmscope_tables()
 * @size: sizeof this struct
 * @start: first byte, page-aligned
 * @end: end, exclusive, page-aligned; ~0 (or 0) for the end of user space
 * @generation: zero, or from an earlier report: to learn of changes since
 */
struct mmscope_table_opts {
	size_t size;
	__u64 start;
	__u64 end;
	__u64 generation;
};

/**
 * mmscope_tables() - what the page tables themselves cost
 * @ms: an attached handle
 * @opts: options, or NULL for the whole address space
 * @tables: where the answer is put
 *
 * Return: 0, -ESRCH when the address space is gone, or -errno.
 */
int mmscope_tables(struct mmscope *ms, const struct mmscope_table_opts *opts,
		   struct mmscope_tables *tables);

/**
 * mmscope_status_name() - word for an enum mmscope_status
 * @status: the status
 *
 * Return: a lower-case word such as "mapped" or "no_vma"; "unknown" for a value
 * that this library does not know.
 */
const char *mmscope_status_name(unsigned int status);

/**
 * mmscope_kind_name() - word for an enum mmscope_kind
 * @kind: the kind
 *
 * Return: a lower-case word such as "heap"; "unknown" for a value that this
 * library does not know.
 */
const char *mmscope_kind_name(unsigned int kind);

/**
 * mmscope_page_type_name() - word for an enum mmscope_page_type
 * @type: the type
 *
 * Return: a lower-case word such as "anon"; "unknown" for a value that this
 * library does not know.
 */
const char *mmscope_page_type_name(unsigned int type);

/**
 * mmscope_kpf_name() - word for a bit of mmscope_page.kpf
 * @bit: number of the bit, KPF_* of linux/kernel-page-flags.h
 *
 * Return: the name that the kernel's tools/mm/page-types.c has for it, such as
 * "compound_head"; NULL for a bit that this library does not know.
 */
const char *mmscope_kpf_name(unsigned int bit);

/**
 * mmscope_level_name() - word for an enum mmscope_level
 * @level: the level
 *
 * Return: "pgd" to "pte"; "unknown" for a value that this library does not know.
 */
const char *mmscope_level_name(unsigned int level);

/**
 * mmscope_feature_name() - word for a bit of mmscope_info.features
 * @bit: number of the bit
 *
 * Return: a lower-case word such as "soft_dirty"; NULL for a bit that this
 * library does not know.
 */
const char *mmscope_feature_name(unsigned int bit);

#ifdef __cplusplus
}
#endif

#endif /* LIBMMSCOPE_H */
