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
#include <linux/highmem.h>
#include <linux/hugetlb.h>
#include <linux/kallsyms.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/coredump.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>
#include <linux/userfaultfd_k.h>

#include <mmscope.h>

#include "compat/have.h"

#if HAVE_TASK_EXEC_STATE
#include <linux/sched/exec_state.h>
#endif

/*
 * Exported and the same in all kernels, but before 6.2 declared for fs/ alone
 * (211db0ac9e3d "ksmbd: remove internal.h include").
 */
struct path;
int vfs_path_lookup(struct dentry *dentry, struct vfsmount *mnt,
		    const char *name, unsigned int flags, struct path *path);

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

/* Since 428e106ae1ad "mm: Introduce untagged_addr_remote()" (6.4) each process has its mask. */
#ifndef untagged_addr_remote
#define untagged_addr_remote(mm, addr)	untagged_addr(addr)
#endif

/* Does mmap() search downwards from mmap_base? */
static inline bool mmscope_mm_topdown(const struct mm_struct *mm)
{
#if HAVE_MM_FLAGS_BITMAP
	return mm_flags_test(MMF_TOPDOWN, mm);
#elif HAVE_MMF_TOPDOWN
	return test_bit(MMF_TOPDOWN, &mm->flags);
#else
	char symbol[KSYM_SYMBOL_LEN];

	/* The function is not exported; its name can be asked for. */
	sprint_symbol_no_offset(symbol, (unsigned long)mm->get_unmapped_area);
	return strstr(symbol, "topdown");
#endif
}

/* The first word of MMF_* bits. */
static inline unsigned long mmscope_mm_flags(const struct mm_struct *mm)
{
#if HAVE_MM_FLAGS_BITMAP
	return __mm_flags_get_word(mm);
#else
	return READ_ONCE(mm->flags);
#endif
}

/* A thread of whom the address space belongs to, with a reference, or NULL. */
static inline struct task_struct *mmscope_mm_owner(struct mm_struct *mm)
{
	struct task_struct *task = NULL;

#ifdef CONFIG_MEMCG
	rcu_read_lock();
	task = rcu_dereference(mm->owner);
	/* As long as it is the owner it has not begun to die (mm_update_next_owner()). */
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
#endif
	return task;
}

/* Until 6.5 it stood for a failed read of swap (mm/memory.c:do_swap_page()). */
#define MMSCOPE_POISON_ADRERR	HAVE_SWAPIN_ERROR

/* A fault that makes a shared page dirty is done again: mm/memory.c:fault_dirty_shared_page(). */
#define MMSCOPE_DIRTY_RETRIES	(!HAVE_FAULT_COMPLETED)

/* PG_anon_exclusive: until then a write reuses a page that nobody else refers to. */
#define MMSCOPE_NO_EXCLUSIVE	(!HAVE_ANON_EXCLUSIVE)

#ifdef VM_SHADOW_STACK
#define MMSCOPE_VM_SHADOW_STACK	VM_SHADOW_STACK
#else
#define MMSCOPE_VM_SHADOW_STACK	0UL
#endif

/* MMSCOPE_FACT_UFFD_* that are features of the descriptor, not flags of the VMA. */
static inline u64 mmscope_uffd_facts(const struct vm_area_struct *vma)
{
	u64 facts = 0;

#ifdef CONFIG_USERFAULTFD
	if (!vma->vm_userfaultfd_ctx.ctx)
		return 0;
#if HAVE_USERFAULTFD_CTX
	if (vma->vm_userfaultfd_ctx.ctx->features & UFFD_FEATURE_SIGBUS)
		facts |= MMSCOPE_FACT_UFFD_SIGBUS;
	if (vma->vm_userfaultfd_ctx.ctx->features & UFFD_FEATURE_WP_ASYNC)
		facts |= MMSCOPE_FACT_UFFD_ASYNC;
#else
	facts |= MMSCOPE_FACT_UFFD_OPAQUE;
#endif
#endif
	return facts;
}

/*
 * No huge page for anonymous memory here, whatever the settings say: asked for by
 * prctl(), the stack of an exec under way, or (before 6.8) a VMA of a special kind
 * (mm/huge_memory.c:hugepage_vma_check(), __thp_vma_allowable_orders()).
 */
static inline bool mmscope_thp_barred(const struct vm_area_struct *vma)
{
	unsigned long flags = mmscope_mm_flags(vma->vm_mm);

#if HAVE_MMF_DISABLE_THP_BITS
	if (flags & BIT(MMF_DISABLE_THP_COMPLETELY) ||
	    (flags & BIT(MMF_DISABLE_THP_EXCEPT_ADVISED) &&
	     !(vma->vm_flags & VM_HUGEPAGE)))
		return true;
#else
	if (flags & BIT(MMF_DISABLE_THP))
		return true;
#endif
	return vma->vm_flags & (VM_NO_KHUGEPAGED | VM_STACK_INCOMPLETE_SETUP);
}

/* The user namespace that owns the address space of @task, whose lock is held. */
#if HAVE_TASK_EXEC_STATE
static inline struct user_namespace *mmscope_owning_ns(struct task_struct *task)
{
	return rcu_dereference_protected(task->exec_state,
					 lockdep_is_held(&task->alloc_lock))->user_ns;
}
#else
static inline struct user_namespace *mmscope_owning_ns(struct task_struct *task)
{
	return task->mm->user_ns;
}
#endif

/*
 * One atomic look at an entry that is wider than a word: who writes it sets the
 * low half last, and clears it first (arch/x86/include/asm/pgtable-3level.h). So a
 * high half alone is mostly one that is being written, and would be taken for swap:
 * ptep_get_lockless() is for those who want present entries only. An entry of a page in
 * swap can look like that for good, but at one place in 32 GiB only; nobody waits for long.
 */
static inline u64 mmscope_read_wide(const void *slot)
{
	const u32 *half = slot;
	unsigned int tries = 1000;
	u32 low, high;
	bool whole;

	do {
		low = READ_ONCE(half[0]);
		smp_rmb();	/* the high half belongs to it, or to a newer one */
		high = READ_ONCE(half[1]);
		smp_rmb();	/* both, seen unchanged afterwards, tell */
		whole = low == READ_ONCE(half[0]) && high == READ_ONCE(half[1]);
	} while (unlikely(!whole || (!low && high && --tries)));
	return (u64)high << 32 | low;
}

/* One look at an entry above the PTEs, or at a PTE. */
#define mmscope_entry_get(slot)						\
({									\
	typeof(*(slot)) mmscope_entry;					\
									\
	if (sizeof(mmscope_entry) > sizeof(long)) {			\
		u64 mmscope_wide = mmscope_read_wide(slot);		\
									\
		memcpy(&mmscope_entry, &mmscope_wide,			\
		       sizeof(mmscope_entry));				\
	} else {							\
		mmscope_entry = READ_ONCE(*(slot));			\
	}								\
	mmscope_entry;							\
})

#if !HAVE_PTEP_GET_LOCKLESS
#define ptep_get_lockless(ptep)	mmscope_entry_get(ptep)
#endif

/* In 32-bit kernels only; before it a mapping kept the task on its CPU. */
#if !HAVE_KMAP_LOCAL
#define kmap_local_page(page)	kmap_atomic(page)
#define kunmap_local(addr)	kunmap_atomic(addr)
#endif

/* What came with 5.13 and 5.14: nothing has it. */
#ifndef VM_UFFD_MINOR
#define VM_UFFD_MINOR	VM_NONE
#endif
#ifndef SECRETMEM_MAGIC
#define SECRETMEM_MAGIC	0x5345434d
#endif

#if HAVE_VMA_ITERATOR
#define MMSCOPE_MAPLE_TREE	true
#else
#define MMSCOPE_MAPLE_TREE	false

/* The iterator of the maple tree, on the list that was before it. */
struct vma_iterator {
	struct vm_area_struct *next;
};

static inline void vma_iter_init(struct vma_iterator *vmi, struct mm_struct *mm,
				 unsigned long addr)
{
	vmi->next = find_vma(mm, addr);
}

static inline struct vm_area_struct *vma_next(struct vma_iterator *vmi)
{
	struct vm_area_struct *vma = vmi->next;

	if (vma)
		vmi->next = vma->vm_next;
	return vma;
}
#endif

/*
 * The next VMA; mmap lock held. What vma_next() does beside is to guard against
 * nodes that die while they are read (lib/maple_tree.c:mas_next_slot()). With the
 * lock none does, so the rest of a leaf is read where it lies, and the state left
 * as it would be. From leaf to leaf, and before the first, vma_next() goes.
 */
static __always_inline struct vm_area_struct *
mmscope_vma_next(struct vma_iterator *vmi)
{
#if HAVE_MAS_END
	struct ma_state *mas = &vmi->mas;
	unsigned long node = (unsigned long)mas->node;
	struct maple_range_64 *leaf =
		&((struct maple_node *)(node & ~(unsigned long)MAPLE_NODE_MASK))->mr64;
	struct vm_area_struct *vma;

	if (mas->status != ma_active ||
	    ((node >> MAPLE_NODE_TYPE_SHIFT) & MAPLE_NODE_TYPE_MASK) != maple_leaf_64)
		return vma_next(vmi);
	while (mas->offset < mas->end) {
		vma = rcu_dereference_protected(leaf->slot[++mas->offset], true);
		if (!vma)
			continue; /* a gap */
		mas->index = vma->vm_start;
		mas->last = vma->vm_end - 1;
		return vma;
	}
#endif
	return vma_next(vmi);
}

/*
 * Can a PTE table of @vma go at once, beside a reader of the mmap lock? Before 6.6 where a
 * breakpoint is taken back: kernel/events/uprobes.c:unapply_uprobe() has the mmap lock for
 * reading, and in VMAs that are valid_vma() ends in mm/khugepaged.c:collapse_pte_mapped_thp(),
 * which frees a table with pte_free(). It has i_mmap_rwsem for writing from before it looks at
 * the table until that is gone.
 */
static inline bool mmscope_tables_go_at_once(const struct vm_area_struct *vma)
{
	return !HAVE_PTE_FREE_DEFER && IS_ENABLED(CONFIG_UPROBES) && vma->vm_file &&
	       (vma->vm_flags & (VM_MAYEXEC | VM_MAYSHARE)) == VM_MAYEXEC;
}

/* First VMA that ends above @addr and each one after it; mmap lock held. */
#define mmscope_for_each_vma(vmi, mm, vma, addr)			\
	for (vma_iter_init(&(vmi), mm, addr);				\
	     ((vma) = mmscope_vma_next(&(vmi)));)

/* The last VMA that lies below the one that holds, or the gap around, @addr. */
static inline struct vm_area_struct *mmscope_vma_before(struct mm_struct *mm,
							unsigned long addr)
{
#if HAVE_VMA_ITERATOR
	struct vma_iterator vmi;

	vma_iter_init(&vmi, mm, addr);
	return vma_prev(&vmi);
#else
	struct vm_area_struct *vma = find_vma(mm, addr);
	struct rb_node *last = rb_last(&mm->mm_rb);

	if (vma)
		return vma->vm_prev;
	return last ? rb_entry(last, struct vm_area_struct, vm_rb) : NULL;
#endif
}

#endif /* MMSCOPE_COMPAT_H */
