// 529ce23a764f "mm: switch mm->get_unmapped_area() to a flag" (6.10)
#include <linux/mm_types.h>
#include <linux/sched/coredump.h>

bool probe(struct mm_struct *mm);
bool probe(struct mm_struct *mm)
{
	return test_bit(MMF_TOPDOWN, &mm->flags);
}
