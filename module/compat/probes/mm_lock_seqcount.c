// eb449bd96954 "mm: convert mm_lock_seq to a proper seqcount" (6.13, backported to 6.12)
#include <linux/mm_types.h>
#include <linux/seqlock.h>

unsigned int probe(struct mm_struct *mm);
unsigned int probe(struct mm_struct *mm)
{
	seqcount_t *seq = &mm->mm_lock_seq;

	return seq->sequence;
}
