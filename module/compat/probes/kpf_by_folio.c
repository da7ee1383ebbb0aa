// dee3d0bef2b0 "proc: rewrite stable_page_flags()" (6.10): flags of the folio, for its tails too
#include <linux/page-flags.h>

typedef u64 stable_page_flags_t(const struct page *page);

stable_page_flags_t *probe(void);
stable_page_flags_t *probe(void)
{
	return stable_page_flags;
}
