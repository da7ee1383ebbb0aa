// "userfaultfd: move core VMA manipulation logic to mm/userfaultfd.c" (6.12): made it public
#include <linux/mm_types.h>
#include <linux/userfaultfd_k.h>

unsigned int probe(struct vm_area_struct *vma);
unsigned int probe(struct vm_area_struct *vma)
{
	return vma->vm_userfaultfd_ctx.ctx->features;
}
