// "mm: add vm_ops->mapped hook" (7.1)
#include <linux/mm.h>

bool probe(const struct vm_operations_struct *ops);
bool probe(const struct vm_operations_struct *ops)
{
	return ops->mapped;
}
