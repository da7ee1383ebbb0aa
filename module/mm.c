// SPDX-License-Identifier: GPL-2.0
/*
 * mm.c - the memory descriptor (struct mm_struct) as one record
 */
#include "mm.h"

#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>

#include <mmscope.h>

#include "arch/arch.h"
#include "compat/compat.h"

/* In the caller's pid namespace. */
static s32 owner_pid(struct mm_struct *mm)
{
#ifdef CONFIG_MEMCG
	struct task_struct *owner;
	s32 pid = 0;

	rcu_read_lock();
	owner = rcu_dereference(mm->owner);
	if (owner)
		pid = task_tgid_vnr(owner);
	rcu_read_unlock();
	return pid;
#else
	return -1;
#endif
}

/* The bounds that prctl(PR_SET_MM) sets together, under one lock. */
static void read_bounds(struct mm_struct *mm, struct mmscope_mm *record)
{
	spin_lock(&mm->arg_lock);
	record->start_code = mm->start_code;
	record->end_code = mm->end_code;
	record->start_data = mm->start_data;
	record->end_data = mm->end_data;
	record->start_brk = mm->start_brk;
	record->brk = mm->brk;
	record->start_stack = mm->start_stack;
	record->arg_start = mm->arg_start;
	record->arg_end = mm->arg_end;
	record->env_start = mm->env_start;
	record->env_end = mm->env_end;
	spin_unlock(&mm->arg_lock);
}

/* As fs/proc/task_mmu.c:task_mem() has them. */
static void read_accounting(struct mm_struct *mm, struct mmscope_mm *record)
{
	record->map_count = mm->map_count;
	record->total_vm = mm->total_vm;
	record->locked_vm = mm->locked_vm;
	record->pinned_vm = atomic64_read(&mm->pinned_vm);
	record->data_vm = mm->data_vm;
	record->exec_vm = mm->exec_vm;
	record->stack_vm = mm->stack_vm;
	record->rss_anon = mmscope_mm_counter(mm, MM_ANONPAGES);
	record->rss_file = mmscope_mm_counter(mm, MM_FILEPAGES);
	record->rss_shmem = mmscope_mm_counter(mm, MM_SHMEMPAGES);
	record->swap = mmscope_mm_counter(mm, MM_SWAPENTS);
	record->hiwater_rss = max_t(u64, mm->hiwater_rss, record->rss_anon +
				    record->rss_file + record->rss_shmem);
	record->hiwater_vm = get_mm_hiwater_vm(mm);
	record->pgtables_bytes = mm_pgtables_bytes(mm);
}

/* A 32-bit process of a 64-bit kernel, whose longs are half as long. */
static bool is_compat(const struct mm_struct *mm)
{
	return IS_ENABLED(CONFIG_COMPAT) && mm->task_size <= SZ_4G;
}

static u64 auxv_at(const struct mm_struct *mm, unsigned int i)
{
	/* fs/binfmt_elf.c:create_elf_tables() stores elf_addr_t, not longs. */
	return is_compat(mm) ? ((const u32 *)mm->saved_auxv)[i] :
			       mm->saved_auxv[i];
}

static void read_auxv(struct mm_struct *mm, struct mmscope_mm *record)
{
	unsigned int i = 0;

	BUILD_BUG_ON(ARRAY_SIZE(mm->saved_auxv) > MMSCOPE_AUXV_MAX);

	/* Up to and with the pair of AT_NULL, as /proc/PID/auxv. */
	do {
		record->auxv[i] = auxv_at(mm, i);
		record->auxv[i + 1] = auxv_at(mm, i + 1);
		i += 2;
	} while (i + 1 < ARRAY_SIZE(mm->saved_auxv) && record->auxv[i - 2]);
	record->nr_auxv = i;
}

/* arch/x86/mm/mmap.c:get_mmap_base() and its kin have one for each kind. */
static u64 mmap_base(const struct mm_struct *mm)
{
#ifdef CONFIG_HAVE_ARCH_COMPAT_MMAP_BASES
	if (is_compat(mm))
		return mm->mmap_compat_base;
#endif
	return mm->mmap_base;
}

static u64 mmap_legacy_base(const struct mm_struct *mm)
{
#ifdef CONFIG_HAVE_ARCH_COMPAT_MMAP_BASES
	if (is_compat(mm))
		return mm->mmap_compat_legacy_base;
#endif
	/* Architectures without bases of their own leave it zero (mm/util.c). */
	return mm->mmap_legacy_base ?: mmscope_mm_topdown(mm) ?
		mmscope_arch_unmapped_base(mm->task_size) : mm->mmap_base;
}

/**
 * mmscope_mm_read - fill the record of a memory descriptor
 * @look: to lock, once
 * @rights: MMSCOPE_RIGHT_* of whoever asked
 * @record: all but its buffers, and @size, is filled
 *
 * Return: 0, -ESRCH or -EINTR.
 */
int mmscope_mm_read(struct mmscope_look *look, u32 rights,
		    struct mmscope_mm *record)
{
	struct mm_struct *mm = look->mm;
	int err = mmscope_look_lock(look);

	if (err)
		return err;

	read_bounds(mm, record);
	read_accounting(mm, record);
	read_auxv(mm, record);

	record->mmap_base = mmap_base(mm);
	record->mmap_legacy_base = mmap_legacy_base(mm);
	record->task_size = mm->task_size;
	record->mmap_legacy = !mmscope_mm_topdown(mm);
	record->owner_pid = owner_pid(mm);
	record->pgd_pa = rights & MMSCOPE_RIGHT_PHYS ? virt_to_phys(mm->pgd) :
						       MMSCOPE_HIDDEN;
	record->mm_users = atomic_read(&mm->mm_users) - 1; /* this look's own */
	record->mm_count = atomic_read(&mm->mm_count);
	record->def_flags = mm->def_flags;
	record->mm_flags = mmscope_mm_flags(mm);
	record->arch_ctx = mmscope_arch_ctx(mm);
	record->arch_gen = mmscope_arch_gen(mm);
	record->nr_cpus = nr_cpu_ids;
	record->generation = look->report.generation;

	mmscope_look_unlock(look);
	return 0;
}

/**
 * mmscope_mm_exe - path of the program
 * @mm: pinned
 * @buf: for the path, which is built from its end
 * @size: bytes of @buf
 * @path: out: in @buf, or NULL when there is no program
 *
 * Seen from the caller's root directory, as /proc/PID/maps shows paths.
 *
 * Return: 0, or -ENAMETOOLONG.
 */
int mmscope_mm_exe(struct mm_struct *mm, char *buf, size_t size,
		   const char **path)
{
	struct file *exe = mmscope_get_exe_file(mm);
	char *name;

	*path = NULL;
	if (!exe)
		return 0;
	name = d_path(&exe->f_path, buf, size);
	fput(exe);
	if (IS_ERR(name))
		return PTR_ERR(name);
	*path = name;
	return 0;
}

/* Bytes of the mask that mmscope_mm_cpumask() fills. */
size_t mmscope_mm_cpumask_size(void)
{
	return DIV_ROUND_UP(nr_cpu_ids, 8);
}

/**
 * mmscope_mm_cpumask - the CPUs that may hold translations of an mm
 * @mm: pinned
 * @mask: zeroed, mmscope_mm_cpumask_size() bytes; bit N of byte N / 8 is CPU N,
 *	whatever the byte order of the machine
 */
void mmscope_mm_cpumask(struct mm_struct *mm, u8 *mask)
{
	unsigned int cpu;

	for_each_cpu(cpu, mm_cpumask(mm))
		mask[cpu / 8] |= 1 << (cpu % 8);
}
