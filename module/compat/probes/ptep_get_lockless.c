// 2a4a06da8a4b "mm/gup: Provide gup_get_pte() more generic" (5.11)
#include <linux/pgtable.h>

pte_t probe(pte_t *ptep);
pte_t probe(pte_t *ptep)
{
	return ptep_get_lockless(ptep);
}
