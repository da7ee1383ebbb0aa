// "fs/proc: move page_mapcount() to fs/proc/internal.h" (6.11): a count of one page before
// symbols: __page_mapcount
#include <linux/mm.h>

int probe(struct page *page);
int probe(struct page *page)
{
	return page_mapcount(page);
}
