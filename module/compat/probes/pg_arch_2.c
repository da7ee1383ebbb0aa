// 4beba9486abd "mm: Add PG_arch_2 page flag" (5.10, of 64 bits), b0284cd29a95 "mm: Do not
// enable PG_arch_2 for all 64-bit architectures" (6.2): where an architecture uses it
#include <linux/page-flags.h>

int probe(void);
int probe(void)
{
	return PG_arch_2;
}
