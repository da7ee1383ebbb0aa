// 5e31275cc997 "mm: add per-VMA lock and helper functions to control it" (6.4)
#include <linux/mm_types.h>

int probe(struct mm_struct *mm);
int probe(struct mm_struct *mm)
{
	int *seq = &mm->mm_lock_seq;

	return *seq;
}
