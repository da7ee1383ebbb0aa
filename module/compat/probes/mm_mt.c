// d4af56c5c7c6 "mm: start tracking VMAs with maple tree" (6.1)
#include <linux/mm_types.h>

void *probe(struct mm_struct *mm);
void *probe(struct mm_struct *mm)
{
	return mm->mm_mt.ma_root;
}
