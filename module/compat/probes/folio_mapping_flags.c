// "mm: rename PAGE_MAPPING_* to FOLIO_MAPPING_*" (6.17)
#include <linux/page-flags.h>

int probe(void);
int probe(void)
{
	return FOLIO_MAPPING_ANON + FOLIO_MAPPING_KSM + FOLIO_MAPPING_FLAGS;
}
