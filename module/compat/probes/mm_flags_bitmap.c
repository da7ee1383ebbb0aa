// bb6525f2f8c4 "mm: add bitmap mm->flags field" (6.18): mm->flags is an opaque bitmap
#include <linux/mm.h>

bool probe(struct mm_struct *mm);
bool probe(struct mm_struct *mm)
{
	return mm_flags_test(0, mm);
}
