// "gfs2: Add glockfd debugfs file" (6.1): its export for modules; in the kernel before
// symbols: find_ge_pid
#include <linux/pid.h>

struct pid *probe(struct pid_namespace *ns);
struct pid *probe(struct pid_namespace *ns)
{
	return find_ge_pid(1, ns);
}
