// "exec: introduce struct task_exec_state" (7.2): an mm has no owner of its own
#include <linux/sched.h>
#include <linux/sched/exec_state.h>

struct user_namespace *probe(struct task_struct *task);
struct user_namespace *probe(struct task_struct *task)
{
	return rcu_dereference(task->exec_state)->user_ns;
}
