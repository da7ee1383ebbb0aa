// 58a039e679fe and kin "mm: add PG_owner_2" (6.12): took the place of PG_mappedtodisk
#include <linux/kernel-page-flags.h>
#include <linux/page-flags.h>

int probe(void);
int probe(void)
{
	return PG_owner_2 + KPF_OWNER_2;
}
