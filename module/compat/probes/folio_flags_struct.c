// 53fbef56e07d "mm: introduce memdesc_flags_t" (6.18): the flags are wrapped in a struct
#include <linux/mm_types.h>

unsigned long probe(struct folio *folio);
unsigned long probe(struct folio *folio)
{
	return folio->flags.f;
}
