// vm_operations_struct.mapped: in 7.2, not in 6.12
#include <linux/mm.h>

bool probe(const struct vm_operations_struct *ops);
bool probe(const struct vm_operations_struct *ops)
{
	return ops->mapped;
}
