// aa464ba9a1e4 "lazy tlb: introduce lazy tlb mm refcount helper functions" (6.4)
#include <linux/sched/mm.h>

void probe(struct mm_struct *mm);
void probe(struct mm_struct *mm)
{
	mmgrab_lazy_tlb(mm);
}
