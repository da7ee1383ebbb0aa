// 13cf577e6b66 "mm/pgtable: add pte_free_defer() for pgtable as page" (6.6)
#include <linux/mm.h>
#include <linux/pgtable.h>

void probe(struct mm_struct *mm, pgtable_t table);
void probe(struct mm_struct *mm, pgtable_t table)
{
	pte_free_defer(mm, table);
}
