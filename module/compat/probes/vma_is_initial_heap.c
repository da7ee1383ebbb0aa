// 11250fd12eb8 "mm: factor out VMA stack and heap checks" (6.6)
#include <linux/mm.h>

bool probe(const struct vm_area_struct *vma);
bool probe(const struct vm_area_struct *vma)
{
	return vma_is_initial_heap(vma) || vma_is_initial_stack(vma);
}
