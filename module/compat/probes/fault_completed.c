// d92725256b4f "mm: avoid unnecessary page fault retires on shared memory types" (6.0)
#include <linux/mm.h>

vm_fault_t probe(void);
vm_fault_t probe(void)
{
	return VM_FAULT_COMPLETED;
}
