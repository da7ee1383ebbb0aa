// 82241a83cd15 "mm: fix the inaccurate memory statistics issue for users" (6.16, backported)
// symbols: __percpu_counter_sum
#include <linux/mm.h>

unsigned long probe(struct mm_struct *mm);
unsigned long probe(struct mm_struct *mm)
{
	return get_mm_counter_sum(mm, MM_ANONPAGES);
}
