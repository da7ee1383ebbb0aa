// 2f52578f9c64 "mm/util: Add folio_mapping() and folio_file_mapping()" (5.16)
// symbols: page_mapping
#include <linux/mm.h>

struct address_space *probe(struct page *page);
struct address_space *probe(struct page *page)
{
	return page_mapping(page);
}
