// vm_operations_struct.mprotect: in 6.1, not in 5.10
#include <linux/mm.h>

bool probe(const struct vm_operations_struct *ops);
bool probe(const struct vm_operations_struct *ops)
{
	return ops->mprotect;
}
