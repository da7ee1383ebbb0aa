// find_ge_pid(): in the kernel before, exported for modules between 5.10 and 6.1
// symbols: find_ge_pid
#include <linux/pid.h>

struct pid *probe(struct pid_namespace *ns);
struct pid *probe(struct pid_namespace *ns)
{
	return find_ge_pid(1, ns);
}
