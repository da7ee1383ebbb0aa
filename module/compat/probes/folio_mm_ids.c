// 6af8cb80d3a9 "mm/rmap: basic MM owner tracking for large folios (!hugetlb)" (6.15)
#include <linux/mm.h>
#include <linux/mm_types.h>

bool probe(struct folio *folio);
bool probe(struct folio *folio)
{
	return test_bit(FOLIO_MM_IDS_SHARED_BITNUM, &folio->_mm_ids) ||
	       folio_large_mapcount(folio);
}
