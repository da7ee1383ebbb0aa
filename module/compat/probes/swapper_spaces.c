// 8578e0c00dcf "mm, swap: use the swap table for the swap cache and switch API" (6.18)
// symbols: folio_mapping
#include <linux/pagemap.h>
#include <linux/swap.h>

struct address_space *probe(struct folio *folio);
struct address_space *probe(struct folio *folio)
{
	/* Left the public header in the same series. */
	return sizeof(struct swap_cluster_info) ? folio_mapping(folio) : NULL;
}
