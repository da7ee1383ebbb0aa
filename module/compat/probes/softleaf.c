// 68aa2fdbf57f "mm: introduce leaf entry type and use to simplify leaf entry logic" (6.19)
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/leafops.h>

softleaf_t probe(pte_t pte);
softleaf_t probe(pte_t pte)
{
	return softleaf_from_pte(pte);
}
