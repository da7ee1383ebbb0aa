// 0d206b5d2e0d "mm/swap: add swp_offset_pfn() to fetch PFN from swap entry" (6.1)
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>

unsigned long probe(swp_entry_t entry);
unsigned long probe(swp_entry_t entry)
{
	return swp_offset_pfn(entry);
}
