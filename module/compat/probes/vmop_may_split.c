// vm_operations_struct.may_split: in 6.1; split in 5.10
#include <linux/mm.h>

bool probe(const struct vm_operations_struct *ops);
bool probe(const struct vm_operations_struct *ops)
{
	return ops->may_split;
}
