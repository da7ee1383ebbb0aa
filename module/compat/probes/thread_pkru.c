// 9782a712eb97 "x86/fpu: Add PKRU storage outside of task XSAVE buffer" (5.14): per thread
#include <linux/sched.h>

#include <asm/special_insns.h>

u32 probe(struct task_struct *task);
u32 probe(struct task_struct *task)
{
	return task->thread.pkru + rdpkru();
}
