// af5cdaf82238 "mm: remove special swap entry functions" (5.14)
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>

bool probe(swp_entry_t entry);
bool probe(swp_entry_t entry)
{
	return is_pfn_swap_entry(entry) && is_device_exclusive_entry(entry);
}
