// 95bb7c42ac8a "mm: Add 'mprotect' hook to struct vm_operations_struct" (5.11)
#include <linux/mm.h>

bool probe(const struct vm_operations_struct *ops);
bool probe(const struct vm_operations_struct *ops)
{
	return ops->mprotect;
}
