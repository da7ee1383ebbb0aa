// Control: an ordinary module's includes; must compile on every kernel.
// symbols: mmput_async
#include <linux/module.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>

unsigned long control(struct mm_struct *mm);
unsigned long control(struct mm_struct *mm)
{
	return mm->start_code;
}
