// SPDX-License-Identifier: GPL-2.0
/*
 * floor.c - the least that looking at page tables can cost
 *
 * A bare loop that reads each PTE of the caller's own range and adds it up, under
 * the caller's mmap lock: nothing is decoded, checked, merged or copied out. It is
 * what the benchmark holds the module against, and no part of it. For anonymous
 * memory that is faulted in and left alone, in a guest, only.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "floor.h"

/* As plain words: pte_val() can be a call that was patched out (paravirt). */
static void floor_ptes(struct bench_floor *floor, const u64 *entry, const u64 *end)
{
	u64 sum = 0;

	floor->ptes += end - entry;
	for (; entry != end; entry++)
		sum += READ_ONCE(*entry);
	floor->sum += sum;
}

static void floor_pmd(struct bench_floor *floor, pmd_t *slot, unsigned long addr,
		      unsigned long end)
{
	const u64 *entry;
	pmd_t pmd;

	BUILD_BUG_ON(sizeof(pte_t) != sizeof(*entry));

	rcu_read_lock();
	pmd = READ_ONCE(*slot);
	if (pmd_none(pmd) || !pmd_present(pmd)) {
		rcu_read_unlock();
		return;
	}
	if (pmd_trans_huge(pmd)) {
		floor->leaves++;
		floor->sum += pmd_val(pmd);
	} else {
		entry = (u64 *)pmd_page_vaddr(pmd) + pte_index(addr);
		floor_ptes(floor, entry, entry + ((end - addr) >> PAGE_SHIFT));
	}
	rcu_read_unlock();
}

static void floor_range(struct mm_struct *mm, struct bench_floor *floor)
{
	unsigned long addr = floor->start, next;

	for (; addr < floor->end; addr = next) {
		pgd_t *pgd = pgd_offset(mm, addr);
		p4d_t *p4d;
		pud_t *pud;

		next = pmd_addr_end(addr, floor->end);
		if (pgd_none(*pgd))
			continue;
		p4d = p4d_offset(pgd, addr);
		if (p4d_none(*p4d))
			continue;
		pud = pud_offset(p4d, addr);
		if (pud_none(*pud) || !pud_present(*pud))
			continue;
		floor_pmd(floor, pmd_offset(pud, addr), addr, next);
	}
}

static long floor_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct bench_floor floor;
	struct mm_struct *mm = current->mm;

	if (cmd != BENCH_FLOOR_READ)
		return -ENOTTY;
	if (copy_from_user(&floor, (void __user *)arg, sizeof(floor)))
		return -EFAULT;
	if ((floor.start | floor.end) & ~PAGE_MASK || floor.start > floor.end ||
	    floor.end > TASK_SIZE_MAX)
		return -EINVAL;

	floor.ptes = 0;
	floor.leaves = 0;
	floor.sum = 0;
	if (mmap_read_lock_killable(mm))
		return -EINTR;
	floor_range(mm, &floor);
	mmap_read_unlock(mm);

	if (copy_to_user((void __user *)arg, &floor, sizeof(floor)))
		return -EFAULT;
	return 0;
}

static const struct file_operations floor_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = floor_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice floor_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "bench_floor",
	.fops = &floor_fops,
	.mode = 0600,
};

module_misc_device(floor_device);

MODULE_DESCRIPTION("Benchmark's floor: reads the caller's own PTEs and adds them up");
MODULE_LICENSE("GPL");
