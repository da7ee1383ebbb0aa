// 9f186f9e5fa9 "mm/swapfile: unuse_pte can map random data if swap read fails" (6.0), until 6.5
#include <linux/swap.h>
#include <linux/swapops.h>

bool probe(swp_entry_t entry);
bool probe(swp_entry_t entry)
{
	return is_swapin_error_entry(entry);
}
