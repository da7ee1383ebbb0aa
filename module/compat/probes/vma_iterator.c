// f39af05949a4 "mm: add VMA iterator" (6.1): VMAs in a maple tree, no longer in a list
// symbols: mas_find
#include <linux/mm.h>

struct vm_area_struct *probe(struct mm_struct *mm);
struct vm_area_struct *probe(struct mm_struct *mm)
{
	VMA_ITERATOR(vmi, mm, 0);

	return vma_next(&vmi);
}
