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
 * process; -EMFILE too many attached handles of this user; or -errno.
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
 * mmscope_set_budget() - how long a hold of the target's lock may last
 * @ms: the handle
 * @budget_ns: as in struct mmscope_lock; 0: by the module's own bound alone
 *
 * For all operations that come after, also those of an iterator that is there
 * already. A snapshot has no lock: nothing changes.
 */
void mmscope_set_budget(struct mmscope *ms, __u64 budget_ns);

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
 * @lock: a sum of lock reports to add to, which tells of a change since the last of them, or
 *	NULL
 *
 * Return: @nr; or -errno, -ESRCH when the address space is gone, also when it went away in
 * between: then @results mean nothing.
 */
ssize_t mmscope_walk(struct mmscope *ms, const __u64 *addrs, size_t nr,
		     struct mmscope_walk_result *results, struct mmscope_lock *lock);

/**
 * mmscope_kernel_walk() - walk the kernel's own page tables
 * @ms: a handle, attached or not
 * @addrs: virtual addresses, any order, any alignment
 * @nr: how many
 * @results: array of @nr results; an address that is not the kernel's is
 *	MMSCOPE_NONCANONICAL
 *
 * Needs CAP_SYS_ADMIN and CAP_SYS_RAWIO in the initial user namespace, and that kernel
 * memory is not locked down.
 *
 * Return: @nr; -EPERM without the right; or -errno.
 */
ssize_t mmscope_kernel_walk(struct mmscope *ms, const __u64 *addrs, size_t nr,
			    struct mmscope_walk_result *results);

/**
 * mmscope_kernel_regions() - what the kernel's half of the addresses is divided into
 * @ms: a handle, attached or not
 * @regions: array to fill, by start; MMSCOPE_KERNEL_REGIONS is enough
 * @nr: its elements
 *
 * Needs the same right.
 *
 * Return: how many there are, which can be more than @nr; or -errno.
 */
ssize_t mmscope_kernel_regions(struct mmscope *ms, struct mmscope_kernel_region *regions,
			       size_t nr);

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
 * struct mmscope_rmap_opts - which page frames to look for, and where
 * @size: sizeof this struct
 * @frames: physical addresses, page-aligned, rising, none overlapping another; copied
 * @nr_frames: how many, 1 to MMSCOPE_FRAMES_MAX
 * @start: first virtual address, page-aligned
 * @end: end, exclusive, page-aligned; ~0 (or 0) for the end of user space
 * @generation: zero, or from an earlier report: to learn of changes since
 */
struct mmscope_rmap_opts {
	size_t size;
	const struct mmscope_frames *frames;
	size_t nr_frames;
	__u64 start;
	__u64 end;
	__u64 generation;
};

/**
 * mmscope_rmap_iter_new() - begin an iteration over the places where frames are mapped
 * @ms: an attached handle, which must outlive the iterator
 * @opts: what to look for
 * @ret: where the iterator is put
 *
 * It gives the extents that map @opts->frames, cut to those. The first step is -EPERM
 * without the right to see physical addresses.
 *
 * Return: 0, -ENOMEM, -EINVAL, or -errno of mmscope_info().
 */
int mmscope_rmap_iter_new(struct mmscope *ms, const struct mmscope_rmap_opts *opts,
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
 * struct mmscope_task_opts - options of mmscope_task_list_new()
 * @size: sizeof this struct
 * @kthread: 0: the attached address space is asked about; else the number of a
 *	kernel thread, whose record alone is the answer; needs no attached handle
 * @cpus: not zero: ask each CPU what it runs, too; needs privilege
 */
struct mmscope_task_opts {
	size_t size;
	pid_t kthread;
	int cpus;
};

/**
 * struct mmscope_task_list - who uses an address space
 * @sums: the counts of the descriptor and their parts
 * @tasks: the threads
 * @nr_tasks: how many
 * @cpus: what each CPU runs
 * @nr_cpus: how many; 0 when they were not asked, or it was not allowed
 *	(@sums.nr_cpus is MMSCOPE_HIDDEN32 then)
 */
struct mmscope_task_list {
	struct mmscope_tasks sums;
	struct mmscope_task *tasks;
	size_t nr_tasks;
	struct mmscope_task *cpus;
	size_t nr_cpus;
};

/**
 * mmscope_task_list_new() - who uses an address space
 * @ms: a handle
 * @opts: options, or NULL
 * @ret: where the list is put
 *
 * Return: 0; -ESRCH when the address space is gone, or no such kernel thread;
 * -EPERM kernel threads without privilege; -EINVAL it is no kernel thread; -EPROTO
 * when the module's answer is malformed; or -errno.
 */
int mmscope_task_list_new(struct mmscope *ms, const struct mmscope_task_opts *opts,
			  struct mmscope_task_list **ret);

/**
 * mmscope_task_list_free() - free a list
 * @list: the list, or NULL
 */
void mmscope_task_list_free(struct mmscope_task_list *list);

/**
 * mmscope_find() - the VMAs around an address, in one look
 * @ms: an attached handle
 * @addr: any address
 * @end: end of a range that begins there, exclusive; 0: @addr alone
 * @buf: MMSCOPE_FIND_BUF bytes, 8-byte aligned, for the records
 * @find: where the answer is put; mmscope_found() leads from it to the records
 *
 * Return: 0, -EINVAL when @end is not 0 and not above @addr, -ESRCH when the address
 * space is gone, or -errno.
 */
int mmscope_find(struct mmscope *ms, __u64 addr, __u64 end, void *buf,
		 struct mmscope_find *find);

/**
 * mmscope_found() - a record of mmscope_find()
 * @find: the answer; its buffer must still be there
 * @offset: its @vma, @prev or @next
 *
 * Return: the record, or NULL when there is no such VMA.
 */
const struct mmscope_vma *mmscope_found(const struct mmscope_find *find, __u32 offset);

/**
 * mmscope_explain() - everything about one address, from one hold of the lock
 * @ms: an attached handle
 * @va: any address
 * @tid: the thread that would use it, in the caller's pid namespace; 0 for
 *	whoever owns the address space
 * @explain: where the answer is put
 * @vma: buffer of MMSCOPE_VMA_RECORD_MAX bytes for the record of the VMA that
 *	holds the address, 8-byte aligned; @explain->vma_size is 0 when none does
 *
 * Return: 0; -ESRCH when the address space is gone or @tid is no thread of it;
 * -EPROTO when the module's answer is malformed; or -errno.
 */
int mmscope_explain(struct mmscope *ms, __u64 va, pid_t tid, struct mmscope_explain *explain,
		    struct mmscope_vma *vma);

/* Values of mmscope_settings.thp and .vsyscall. */
enum { MMSCOPE_THP_NEVER, MMSCOPE_THP_MADVISE, MMSCOPE_THP_ALWAYS };
enum { MMSCOPE_VSYSCALL_NONE, MMSCOPE_VSYSCALL_EXEC, MMSCOPE_VSYSCALL_READ };

/**
 * struct mmscope_settings - settings of the system on which page faults depend
 * @page_size: bytes of a base page
 * @stack_guard_gap: bytes kept free below a stack (boot option stack_guard_gap=)
 * @mmap_min_addr: lowest address that can be mapped
 * @thp: MMSCOPE_THP_*, for huge pages of anonymous memory
 * @thp_zero: a huge page is read as the huge zero page
 * @vsyscall: MMSCOPE_VSYSCALL_*
 */
struct mmscope_settings {
	__u64 page_size;
	__u64 stack_guard_gap;
	__u64 mmap_min_addr;
	unsigned int thp;
	unsigned int thp_zero;
	unsigned int vsyscall;
};

/**
 * mmscope_settings() - read them from /proc and /sys
 * @settings: where they are put; what cannot be read gets the kernel's default
 */
void mmscope_settings(struct mmscope_settings *settings);

/**
 * enum mmscope_access - ways to use an address
 * @MMSCOPE_ACCESS_READ: load
 * @MMSCOPE_ACCESS_WRITE: store
 * @MMSCOPE_ACCESS_EXEC: fetch of an instruction
 * @MMSCOPE_NR_ACCESSES: how many there are
 */
enum mmscope_access {
	MMSCOPE_ACCESS_READ,
	MMSCOPE_ACCESS_WRITE,
	MMSCOPE_ACCESS_EXEC,
	MMSCOPE_NR_ACCESSES
};

/**
 * enum mmscope_outcome - what an access leads to
 * @MMSCOPE_OUTCOME_SUCCEEDS: no fault at all
 * @MMSCOPE_OUTCOME_VSYSCALL: the kernel plays the call, no fault is counted
 * @MMSCOPE_OUTCOME_ZERO_PAGE: minor fault; the zero page is mapped
 * @MMSCOPE_OUTCOME_DEMAND_ZERO: minor fault; a new page of zeros
 * @MMSCOPE_OUTCOME_THP: minor fault; a new huge page of zeros
 * @MMSCOPE_OUTCOME_HUGE_ZERO: minor fault; the huge zero page is mapped
 * @MMSCOPE_OUTCOME_PAGE_CACHE: minor fault; the page is in the page cache
 * @MMSCOPE_OUTCOME_NEW_SHARED: minor fault; a hole of shared memory gets a page
 * @MMSCOPE_OUTCOME_NEW_HUGETLB: minor fault; a page from the hugetlb pool
 * @MMSCOPE_OUTCOME_COW_COPY: minor fault; a private copy is made
 * @MMSCOPE_OUTCOME_COW_REUSE: minor fault; the page is one's own, and becomes
 *	writable where it is
 * @MMSCOPE_OUTCOME_WRITE_NOTIFY: minor fault; the write is noted, then the page
 *	becomes writable
 * @MMSCOPE_OUTCOME_SWAP_CACHE: minor fault; the page is still in the swap cache
 * @MMSCOPE_OUTCOME_NUMA_HINT: minor fault; NUMA balancing wanted to know
 * @MMSCOPE_OUTCOME_MIGRATION: waits until the page has moved
 * @MMSCOPE_OUTCOME_YOUNG: minor fault; the page is marked as accessed, or as written to
 * @MMSCOPE_OUTCOME_DRIVER: the driver of the mapping decides
 * @MMSCOPE_OUTCOME_SWAP_IN: major fault; read from swap
 * @MMSCOPE_OUTCOME_FILE_READ: major fault; read from the file
 * @MMSCOPE_OUTCOME_USERFAULT: waits for who handles the userfaultfd
 * @MMSCOPE_OUTCOME_SEGV_MAPERR: SIGSEGV, no mapping is there
 * @MMSCOPE_OUTCOME_SEGV_ACCERR: SIGSEGV, the mapping does not permit it
 * @MMSCOPE_OUTCOME_SEGV_PKUERR: SIGSEGV, the protection key does not permit it
 * @MMSCOPE_OUTCOME_SEGV_CPU: SIGSEGV, general protection: not an address
 * @MMSCOPE_OUTCOME_BUS_EOF: SIGBUS, beyond the end of the file
 * @MMSCOPE_OUTCOME_BUS_POISON: SIGBUS, the page was lost to a memory error
 * @MMSCOPE_OUTCOME_BUS_POOL: SIGBUS, the hugetlb pool is exhausted
 * @MMSCOPE_OUTCOME_BUS_ADRERR: SIGBUS for another reason
 * @MMSCOPE_OUTCOME_UNKNOWN: an entry of a kind that is not known
 * @MMSCOPE_NR_OUTCOMES: how many there are
 */
enum mmscope_outcome {
	MMSCOPE_OUTCOME_SUCCEEDS,
	MMSCOPE_OUTCOME_VSYSCALL,
	MMSCOPE_OUTCOME_ZERO_PAGE,
	MMSCOPE_OUTCOME_DEMAND_ZERO,
	MMSCOPE_OUTCOME_THP,
	MMSCOPE_OUTCOME_HUGE_ZERO,
	MMSCOPE_OUTCOME_PAGE_CACHE,
	MMSCOPE_OUTCOME_NEW_SHARED,
	MMSCOPE_OUTCOME_NEW_HUGETLB,
	MMSCOPE_OUTCOME_COW_COPY,
	MMSCOPE_OUTCOME_COW_REUSE,
	MMSCOPE_OUTCOME_WRITE_NOTIFY,
	MMSCOPE_OUTCOME_SWAP_CACHE,
	MMSCOPE_OUTCOME_NUMA_HINT,
	MMSCOPE_OUTCOME_MIGRATION,
	MMSCOPE_OUTCOME_YOUNG,
	MMSCOPE_OUTCOME_DRIVER,
	MMSCOPE_OUTCOME_SWAP_IN,
	MMSCOPE_OUTCOME_FILE_READ,
	MMSCOPE_OUTCOME_USERFAULT,
	MMSCOPE_OUTCOME_SEGV_MAPERR,
	MMSCOPE_OUTCOME_SEGV_ACCERR,
	MMSCOPE_OUTCOME_SEGV_PKUERR,
	MMSCOPE_OUTCOME_SEGV_CPU,
	MMSCOPE_OUTCOME_BUS_EOF,
	MMSCOPE_OUTCOME_BUS_POISON,
	MMSCOPE_OUTCOME_BUS_POOL,
	MMSCOPE_OUTCOME_BUS_ADRERR,
	MMSCOPE_OUTCOME_UNKNOWN,
	MMSCOPE_NR_OUTCOMES
};

/**
 * struct mmscope_prediction - what an access would lead to
 * @outcome: enum mmscope_outcome
 * @also: 1 << outcome of each other one that could be, because a fact is hidden or
 *	cannot be known; 0 when the prediction is certain
 * @signal: SIGSEGV, SIGBUS or 0
 * @code: its si_code
 * @minor: minor faults that it counts, -1 when that is not certain
 * @major: major faults, likewise
 * @grows: the stack grows first
 */
struct mmscope_prediction {
	unsigned int outcome;
	unsigned int also;
	int signal;
	int code;
	int minor;
	int major;
	int grows;
};

/**
 * mmscope_predict() - foretell what an access leads to
 * @explain: the facts
 * @settings: of the system
 * @access: enum mmscope_access, of a thread in user mode
 * @prediction: where the answer is put
 *
 * Pure: looks at nothing else. Memory is taken to be there when it is asked for,
 * and nothing to change in between.
 */
void mmscope_predict(const struct mmscope_explain *explain,
		     const struct mmscope_settings *settings, enum mmscope_access access,
		     struct mmscope_prediction *prediction);

/**
 * enum mmscope_reason - why a right of the mapping is not, or not yet, one of the page
 * @MMSCOPE_REASON_ABSENT: no page is there yet
 * @MMSCOPE_REASON_SWAPPED: it is swapped out
 * @MMSCOPE_REASON_MOVING: it is under migration
 * @MMSCOPE_REASON_LOST: it was lost to a memory error, or guarded by a marker
 * @MMSCOPE_REASON_NUMA: NUMA balancing took the access away for a hint
 * @MMSCOPE_REASON_COW_SHARED: copy-on-write; other processes may have the page
 * @MMSCOPE_REASON_COW_FILE: copy-on-write; the page is the file's
 * @MMSCOPE_REASON_COW_ZERO: copy-on-write; it is the zero page
 * @MMSCOPE_REASON_COW_KSM: copy-on-write; KSM merged it with equal ones
 * @MMSCOPE_REASON_COW: copy-on-write; whose page it is, is hidden
 * @MMSCOPE_REASON_OWN: the page is one's own; the next write makes it writable
 * @MMSCOPE_REASON_SOFT_DIRTY: soft-dirty tracking waits for the next write
 * @MMSCOPE_REASON_MKWRITE: the file system is told of the first write
 * @MMSCOPE_REASON_DIRTY: dirty tracking waits for the first write
 * @MMSCOPE_REASON_UFFD_WP: write-protected by userfaultfd
 * @MMSCOPE_REASON_PKEY: the protection key takes it away
 * @MMSCOPE_REASON_TABLE: an entry above the leaf does not permit it
 * @MMSCOPE_REASON_ENTRY: the leaf does not permit it
 * @MMSCOPE_REASON_CPU: permitted although the mapping does not: the processor cannot
 *	refuse it
 * @MMSCOPE_NR_REASONS: how many there are
 */
enum mmscope_reason {
	MMSCOPE_REASON_ABSENT,
	MMSCOPE_REASON_SWAPPED,
	MMSCOPE_REASON_MOVING,
	MMSCOPE_REASON_LOST,
	MMSCOPE_REASON_NUMA,
	MMSCOPE_REASON_COW_SHARED,
	MMSCOPE_REASON_COW_FILE,
	MMSCOPE_REASON_COW_ZERO,
	MMSCOPE_REASON_COW_KSM,
	MMSCOPE_REASON_COW,
	MMSCOPE_REASON_OWN,
	MMSCOPE_REASON_SOFT_DIRTY,
	MMSCOPE_REASON_MKWRITE,
	MMSCOPE_REASON_DIRTY,
	MMSCOPE_REASON_UFFD_WP,
	MMSCOPE_REASON_PKEY,
	MMSCOPE_REASON_TABLE,
	MMSCOPE_REASON_ENTRY,
	MMSCOPE_REASON_CPU,
	MMSCOPE_NR_REASONS
};

/**
 * struct mmscope_permission - who permits what; sets of 1 << enum mmscope_access
 * @vma: the mapping
 * @hardware: the entries of all levels together; 0 without a page
 * @keys: the thread's protection keys; all when they are unknown or not in use
 * @effective: what needs no fault
 * @reasons: 1 << enum mmscope_reason for each access, why it differs from @vma
 */
struct mmscope_permission {
	unsigned int vma;
	unsigned int hardware;
	unsigned int keys;
	unsigned int effective;
	unsigned int reasons[MMSCOPE_NR_ACCESSES];
};

/**
 * mmscope_permission() - who permits what, and why it is less than it could be
 * @explain: the facts
 * @permission: where the answer is put
 */
void mmscope_permission(const struct mmscope_explain *explain,
			struct mmscope_permission *permission);

/**
 * mmscope_outcome_name() - word for an enum mmscope_outcome
 * @outcome: the outcome
 *
 * Return: a lower-case word such as "cow_copy"; "unknown" for a value that this
 * library does not know.
 */
const char *mmscope_outcome_name(unsigned int outcome);

/**
 * mmscope_outcome_text() - the same as half a sentence, in English
 * @outcome: the outcome
 *
 * Return: such as "minor fault: a private copy of the page is made".
 */
const char *mmscope_outcome_text(unsigned int outcome);

/**
 * mmscope_reason_name() - word for an enum mmscope_reason
 * @reason: the reason
 *
 * Return: a lower-case word such as "cow_zero"; "unknown" for a value that this
 * library does not know.
 */
const char *mmscope_reason_name(unsigned int reason);

/**
 * mmscope_reason_text() - the same as half a sentence, in English
 * @reason: the reason
 *
 * Return: such as "copy-on-write: it is the zero page".
 */
const char *mmscope_reason_text(unsigned int reason);
/**
 * struct mmscope_vmops_iter - an iteration over the operations of VMAs, opaque
 */
struct mmscope_vmops_iter;

/**
 * mmscope_vmops_iter_new() - begin an iteration over the operations of VMAs
 * @ms: an attached handle, which must outlive the iterator
 * @opts: which VMAs, or NULL for all
 * @ret: where the iterator is put
 *
 * Return: 0, -ENOMEM, -EINVAL.
 */
int mmscope_vmops_iter_new(struct mmscope *ms, const struct mmscope_vma_opts *opts,
			   struct mmscope_vmops_iter **ret);

/**
 * mmscope_vmops_iter_next() - the operations of the next VMA, by address
 * @iter: the iterator
 * @record: where a pointer to the record is put; valid until the next call
 *
 * Return: 1 when there is one, 0 at the end, -ESRCH when the address space is
 * gone, -EPROTO when the module's answer is malformed, or -errno. After an
 * error the iteration is over.
 */
int mmscope_vmops_iter_next(struct mmscope_vmops_iter *iter,
			    const struct mmscope_vmops_record **record);

/**
 * mmscope_vmops_iter_lock() - what the iteration did to the target so far
 * @iter: the iterator
 *
 * Return: the sum of all replies.
 */
const struct mmscope_lock *mmscope_vmops_iter_lock(const struct mmscope_vmops_iter *iter);

/**
 * mmscope_vmops_iter_free() - end an iteration
 * @iter: the iterator, or NULL
 */
void mmscope_vmops_iter_free(struct mmscope_vmops_iter *iter);

/**
 * mmscope_vmops_table() - symbol of a VMA's table of operations
 * @record: from an iterator
 *
 * Return: the symbol, "" when the kernel has none for it, NULL when the VMA has no table.
 */
const char *mmscope_vmops_table(const struct mmscope_vmops_record *record);

/**
 * mmscope_vmops_symbol() - symbol of one operation
 * @record: from an iterator
 * @vmop: enum mmscope_vmop
 *
 * Return: the symbol, "" when the kernel has none for it, NULL when the VMA has no such
 * operation.
 */
const char *mmscope_vmops_symbol(const struct mmscope_vmops_record *record, unsigned int vmop);

/**
 * struct mmscope_store_opts - options of an iteration over nodes
 * @size: sizeof this struct
 * @path: not zero: only the nodes that a search for @addr visits
 * @addr: that address
 * @generation: zero, or from an earlier report: to learn of changes since
 */
struct mmscope_store_opts {
	size_t size;
	int path;
	__u64 addr;
	__u64 generation;
};

/**
 * struct mmscope_store_iter - an iteration over the nodes that keep the VMAs, opaque
 */
struct mmscope_store_iter;

/**
 * mmscope_store_iter_new() - begin an iteration over nodes
 * @ms: an attached handle, which must outlive the iterator
 * @opts: options, or NULL
 * @ret: where the iterator is put
 *
 * Return: 0, -ENOMEM, -EINVAL, -ESRCH when the address space is gone, or -errno.
 */
int mmscope_store_iter_new(struct mmscope *ms, const struct mmscope_store_opts *opts,
			   struct mmscope_store_iter **ret);

/**
 * mmscope_store_iter_next() - the next node: one before those below it, by address
 * @iter: the iterator
 * @node: where a pointer to the record is put; valid until the next call
 *
 * Return: 1 when there is one, 0 at the end, -ESRCH when the address space is
 * gone, -EPROTO when the module's answer is malformed, or -errno. After an
 * error the iteration is over.
 */
int mmscope_store_iter_next(struct mmscope_store_iter *iter,
			    const struct mmscope_store_node **node);

/**
 * mmscope_store_iter_about() - what the structure is
 * @iter: the iterator
 *
 * Return: the last reply; @kind, @height, @attrs and @nr_vmas are of use.
 */
const struct mmscope_store *mmscope_store_iter_about(const struct mmscope_store_iter *iter);

/**
 * mmscope_store_iter_lock() - what the iteration did to the target so far
 * @iter: the iterator
 *
 * Return: the sum of all replies.
 */
const struct mmscope_lock *mmscope_store_iter_lock(const struct mmscope_store_iter *iter);

/**
 * mmscope_store_iter_free() - end an iteration
 * @iter: the iterator, or NULL
 */
void mmscope_store_iter_free(struct mmscope_store_iter *iter);

/**
 * mmscope_store_slots() - the slots of a node
 * @node: a record from an iterator
 *
 * Return: @node->nr_slots of them.
 */
const struct mmscope_store_slot *mmscope_store_slots(const struct mmscope_store_node *node);

/**
 * struct mmscope_snapshot_opts - options of mmscope_snapshot_save()
 * @size: sizeof this struct
 * @comm: name of the process, kept for whoever reads the file, or NULL
 * @pid: its number, likewise
 * @rights: MMSCOPE_RIGHT_*, as the attach function gave them
 * @pages: not zero: record the facts of each page too
 * @progress: called with @arg and the number of records so far, at each; or NULL
 * @arg: for it
 */
struct mmscope_snapshot_opts {
	size_t size;
	const char *comm;
	pid_t pid;
	unsigned int rights;
	int pages;
	void (*progress)(void *arg, __u64 records);
	void *arg;
};

/**
 * mmscope_snapshot_save() - record an address space into a file
 * @ms: an attached handle
 * @fd: where the file is written, from its current position on
 * @opts: options
 * @lock: where it is put what recording did to the target, or NULL;
 *	MMSCOPE_LOCK_CHANGED means that the file is not one moment's
 *
 * Memory does not grow with the process. On an error what was written is of no
 * use.
 *
 * Return: 0, -ESRCH when the address space is gone, -errno of write(2), or -errno.
 */
int mmscope_snapshot_save(struct mmscope *ms, int fd, const struct mmscope_snapshot_opts *opts,
			  struct mmscope_lock *lock);

/**
 * mmscope_snapshot_open() - a handle that answers from a recorded file
 * @path: the file
 * @ret: where the handle is put, attached already
 *
 * The whole file is read once and checked. All functions but mmscope_explain(), and
 * those of RMAP and KERNEL, work with the handle as with a live one; what the file does
 * not hold is -EOPNOTSUPP, and damage that a checksum cannot tell -EBADMSG.
 *
 * Return: 0; -ENOEXEC not a snapshot; -EILSEQ written in the other byte order;
 * -EPROTONOSUPPORT of a newer version; -ENODATA truncated; -EBADMSG damaged; -errno
 * of open(2) or read(2).
 */
int mmscope_snapshot_open(const char *path, struct mmscope **ret);

/**
 * struct mmscope_snapshot_about - what a snapshot says of itself
 * @time_ns: when recording began, ns since 1970
 * @lock: what recording did to the process; MMSCOPE_LOCK_CHANGED: it is not one
 *	moment's
 * @pid: number of the process then
 * @rights: MMSCOPE_RIGHT_* of who recorded it
 * @pages: 1 when the facts of each page were recorded
 * @comm: name of the process then, raw
 */
struct mmscope_snapshot_about {
	__u64 time_ns;
	struct mmscope_lock lock;
	pid_t pid;
	unsigned int rights;
	int pages;
	char comm[64];
};

/**
 * mmscope_snapshot_about() - what a snapshot says of itself
 * @ms: a handle from mmscope_snapshot_open()
 * @about: where the answer is put
 *
 * Return: 0; -EINVAL when the handle is that of a device.
 */
int mmscope_snapshot_about(struct mmscope *ms, struct mmscope_snapshot_about *about);

/**
 * mmscope_snapshot_alike() - where two snapshots say the same of all pages
 * @a: a handle from mmscope_snapshot_open()
 * @b: another one, of the same kernel
 * @va: where to begin
 * @start: where the first byte of the next such range is put, not below @va
 * @end: where its end is put, exclusive
 *
 * Found without taking the files apart, by parts of them that are equal byte for byte: that
 * makes it cheap, and what it does not find can be the same nevertheless.
 *
 * Return: 1; 0 when there is none any more; -EINVAL when a handle is that of a device;
 * -errno of read(2).
 */
int mmscope_snapshot_alike(struct mmscope *a, struct mmscope *b, __u64 va, __u64 *start,
			   __u64 *end);

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
 * mmscope_kernel_kind_name() - word for an enum mmscope_kernel_kind
 * @kind: the kind
 *
 * Return: a lower-case word such as "vmalloc"; "unknown" for a value that this
 * library does not know.
 */
const char *mmscope_kernel_kind_name(unsigned int kind);

/**
 * mmscope_page_type_name() - word for an enum mmscope_page_type
 * @type: the type
 *
 * Return: a lower-case word such as "anon"; "unknown" for a value that this
 * library does not know.
 */
const char *mmscope_page_type_name(unsigned int type);

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
