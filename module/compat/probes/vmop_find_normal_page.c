// vm_operations_struct.find_normal_page: in 7.2, in some configurations
#include <linux/mm.h>

bool probe(const struct vm_operations_struct *ops);
bool probe(const struct vm_operations_struct *ops)
{
	return ops->find_normal_page;
}
