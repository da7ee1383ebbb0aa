// 02e1960aafac "mm: rename PG_mappedtodisk to PG_owner_2" (6.12)
#include <linux/kernel-page-flags.h>
#include <linux/page-flags.h>

int probe(void);
int probe(void)
{
	return PG_owner_2 + KPF_OWNER_2;
}
