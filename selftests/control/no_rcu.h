/* SPDX-License-Identifier: GPL-2.0 */
/*
 * no_rcu.h - the negative control: the walk without its RCU sections
 *
 * Included before every file of a module that scripts/check-debug builds to see it
 * caught: the walk, and it alone, reads page tables outside RCU, and late. If KASAN does
 * not complain while retract runs, then neither would it of a mistake of ours.
 */
#if __has_include("compat/have.h") /* not when the probes are compiled, that make it */
#include <linux/pgtable.h>
#include <linux/rcupdate.h>

static inline pte_t *control_pte_offset(pmd_t *pmd, unsigned long addr)
{
	pte_t *ptep = pte_offset_kernel(pmd, addr);
	unsigned int i;

	/*
	 * Looked at whenever those have been freed that were to be: soon after, a table
	 * is somebody's again, and then nothing is wrong with reading it.
	 */
	for (i = 0; i < 50; i++) {
		rcu_barrier();
		READ_ONCE(*(unsigned long *)ptep);
	}
	return ptep;
}

#undef pte_offset_kernel
#define pte_offset_kernel	control_pte_offset
#define rcu_read_lock()		do { } while (0)
#define rcu_read_unlock()	do { } while (0)
#include "walk.h"
#undef rcu_read_lock
#undef rcu_read_unlock
#undef pte_offset_kernel
#define pte_offset_kernel	pte_offset_kernel

/* With preemption off no grace period ends, and nobody may wait for one. */
#define mmscope_look_keep_cpu(look)	((void)(look))
#endif
