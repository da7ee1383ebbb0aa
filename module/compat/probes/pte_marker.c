// 679d10331910 "mm: introduce PTE_MARKER swap entry" (5.19)
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>

pte_marker probe(swp_entry_t entry);
pte_marker probe(swp_entry_t entry)
{
	return is_pte_marker_entry(entry) ? pte_marker_get(entry) : 0;
}
