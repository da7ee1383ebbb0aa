/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compat.h - one spelling for what kernels spell differently
 *
 * The only room, with the tables beside it, that knows kernels: the rest of the
 * module is written for the newest one. HAVE_* come from the probes.
 */
#ifndef MMSCOPE_COMPAT_H
#define MMSCOPE_COMPAT_H

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/kallsyms.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/coredump.h>
#include <linux/sched/mm.h>

#include "compat/have.h"

/* Path and inode that /proc/PID/maps shows: those the user opened, on overlayfs too. */
static inline const struct path *mmscope_file_path(const struct file *file)
{
#if HAVE_FILE_USER_PATH
	return file_user_path(file);
#else
	return &file->f_path;
#endif
}

static inline const struct inode *mmscope_file_inode(const struct file *file)
{
#if HAVE_FILE_USER_INODE
	return file_user_inode(file);
#else
	return file_inode(file);
#endif
}

/* The program's own file with a reference, or NULL (kernel/fork.c:get_mm_exe_file()). */
static inline struct file *mmscope_get_exe_file(struct mm_struct *mm)
{
	struct file *exe;

	rcu_read_lock();
#if HAVE_GET_FILE_RCU_POINTER
	exe = get_file_rcu(&mm->exe_file);
#else
	exe = rcu_dereference(mm->exe_file);
	if (exe && !get_file_rcu(exe))
		exe = NULL;
#endif
	rcu_read_unlock();
	return exe;
}

/*
 * What [heap] and [stack] mean to this kernel's /proc/PID/maps
 * (fs/proc/task_mmu.c:show_map_vma()).
 */
static inline bool mmscope_vma_is_heap(const struct vm_area_struct *vma)
{
#if HAVE_VMA_IS_INITIAL_HEAP
	return vma_is_initial_heap(vma);
#else
	return vma->vm_start <= vma->vm_mm->brk &&
	       vma->vm_end >= vma->vm_mm->start_brk;
#endif
}

static inline bool mmscope_vma_is_stack(const struct vm_area_struct *vma)
{
#if HAVE_VMA_IS_INITIAL_HEAP
	return vma_is_initial_stack(vma);
#else
	return vma->vm_start <= vma->vm_mm->start_stack &&
	       vma->vm_end >= vma->vm_mm->start_stack;
#endif
}

/* Name given by prctl(PR_SET_VMA_ANON_NAME), or NULL; mm/madvise.c:anon_vma_name(). */
static inline const char *mmscope_anon_name(const struct vm_area_struct *vma)
{
#ifdef CONFIG_ANON_VMA_NAME
	if (!HAVE_ANON_SHMEM_NAME && vma->vm_file)
		return NULL;
	return vma->anon_name ? vma->anon_name->name : NULL;
#else
	return NULL;
#endif
}

/*
 * A number that differs when VMAs may have changed. Call with the mmap lock held
 * for reading. With per-VMA locks the kernel counts every write section; before
 * them the sizes are all there is, and a change that keeps them goes unseen.
 */
#if HAVE_MM_LOCK_SEQCOUNT || HAVE_MM_LOCK_SEQ_INT
#define MMSCOPE_EXACT_CHANGE true
#else
#define MMSCOPE_EXACT_CHANGE false
#endif

static inline u64 mmscope_mm_generation(const struct mm_struct *mm)
{
	u64 seq;

#if HAVE_MM_LOCK_SEQCOUNT
	seq = READ_ONCE(mm->mm_lock_seq.sequence);
#elif HAVE_MM_LOCK_SEQ_INT
	seq = (u32)READ_ONCE(mm->mm_lock_seq);
#else
	seq = mm->map_count;
	seq = seq * 1000003 + mm->total_vm;
	seq = seq * 1000003 + mm->data_vm;
	seq = seq * 1000003 + mm->exec_vm;
	seq = seq * 1000003 + mm->stack_vm;
	seq = seq * 1000003 + mm->locked_vm;
#endif
	return seq | BIT_ULL(63); /* zero means "none yet" */
}

/* A resident count as this kernel's /proc/PID/status has it, in pages. */
static inline unsigned long mmscope_mm_counter(struct mm_struct *mm, int member)
{
#if HAVE_GET_MM_COUNTER_SUM
	return get_mm_counter_sum(mm, member);
#else
	return get_mm_counter(mm, member);
#endif
}

/* Does mmap() search downwards from mmap_base? */
static inline bool mmscope_mm_topdown(const struct mm_struct *mm)
{
#if HAVE_MMF_TOPDOWN
	return test_bit(MMF_TOPDOWN, &mm->flags);
#else
	char symbol[KSYM_SYMBOL_LEN];

	/* The function is not exported; its name can be asked for. */
	sprint_symbol_no_offset(symbol, (unsigned long)mm->get_unmapped_area);
	return strstr(symbol, "topdown");
#endif
}

/* One atomic look at a PMD entry, also where it is wider than a word. */
static inline pmd_t mmscope_pmd_get(pmd_t *pmdp)
{
#if HAVE_PMDP_GET_LOCKLESS
	return pmdp_get_lockless(pmdp);
#else
	return READ_ONCE(*pmdp);
#endif
}

/* The VMAs are kept in a maple tree. */
#define MMSCOPE_MAPLE_TREE	true

/* First VMA that ends above @addr and each one after it; mmap lock held. */
#define mmscope_for_each_vma(vmi, mm, vma, addr)			\
	for (vma_iter_init(&(vmi), mm, addr);				\
	     ((vma) = vma_next(&(vmi)));)

#endif /* MMSCOPE_COMPAT_H */
