// ef6458b1b6ca "mm: Add PG_arch_3 page flag" (6.2): where an architecture uses it
#include <linux/kernel-page-flags.h>
#include <linux/page-flags.h>

int probe(void);
int probe(void)
{
	return PG_arch_3 + KPF_ARCH_3;
}
