// vm_operations_struct.find_special_page: in 6.12, find_normal_page in 7.2
#include <linux/mm.h>

bool probe(const struct vm_operations_struct *ops);
bool probe(const struct vm_operations_struct *ops)
{
	return ops->find_special_page;
}
