// a08c7193e4f1 "mm/filemap: remove hugetlb special casing in filemap.c" (6.7): index in base pages
#include <linux/hugetlb.h>

struct folio *probe(struct hstate *h, struct address_space *mapping);
struct folio *probe(struct hstate *h, struct address_space *mapping)
{
	return filemap_lock_hugetlb_folio(h, mapping, 0);
}
