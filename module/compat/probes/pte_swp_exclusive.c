// 1493a1913e34 "mm/swap: remember PG_anon_exclusive via a swp pte bit" (5.19)
#include <linux/pgtable.h>

bool probe(pte_t pte);
bool probe(pte_t pte)
{
	return pte_swp_exclusive(pte);
}
