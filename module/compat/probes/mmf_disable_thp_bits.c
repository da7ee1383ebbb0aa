// 9dc21bbd62ed "prctl: extend PR_SET_THP_DISABLE to optionally exclude VM_HUGEPAGE" (6.18)
#include <linux/mm_types.h>
#include <linux/sched/coredump.h>

int probe(void);
int probe(void)
{
	return MMF_DISABLE_THP_COMPLETELY + MMF_DISABLE_THP_EXCEPT_ADVISED;
}
