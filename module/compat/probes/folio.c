// 7b230db3b8d3 "mm: Introduce struct folio" (5.16)
#include <linux/mm.h>

struct folio *probe(struct page *page);
struct folio *probe(struct page *page)
{
	return page_folio(page);
}
