// 003fde4492c8 "mm: convert folio_likely_mapped_shared() to folio_maybe_mapped_shared()" (6.15)
#include <linux/mm.h>

bool probe(struct folio *folio);
bool probe(struct folio *folio)
{
	return folio_maybe_mapped_shared(folio);
}
