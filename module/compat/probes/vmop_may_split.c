// dd3b614f858d "vm_ops: rename .split() callback to .may_split()" (5.11)
#include <linux/mm.h>

bool probe(const struct vm_operations_struct *ops);
bool probe(const struct vm_operations_struct *ops)
{
	return ops->may_split;
}
