// "mm: remove page_mapcount()" (6.12): before it, the count of one page has a function
// symbols: __page_mapcount
#include <linux/mm.h>

int probe(struct page *page);
int probe(struct page *page)
{
	return page_mapcount(page);
}
