// 78fbe906cc90 "mm/page-flags: reuse PG_mappedtodisk as PG_anon_exclusive for ..." (5.19)
#include <linux/page-flags.h>

bool probe(struct page *page);
bool probe(struct page *page)
{
	return PageAnonExclusive(page);
}
