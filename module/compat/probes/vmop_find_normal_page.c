// "mm: rename vm_ops->find_special_page() to vm_ops->find_normal_page()" (6.18), if configured
#include <linux/mm.h>

bool probe(const struct vm_operations_struct *ops);
bool probe(const struct vm_operations_struct *ops)
{
	return ops->find_normal_page;
}
