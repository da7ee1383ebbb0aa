// 09022bc196d2 "mm: remove PG_error" (6.12)
#include <linux/page-flags.h>

int probe(void);
int probe(void)
{
	return PG_error;
}
