// 0ede61d8589c "file: convert to SLAB_TYPESAFE_BY_RCU" (6.7): takes the pointer's address
// symbols: get_file_rcu
#include <linux/fs.h>
#include <linux/mm_types.h>

struct file *probe(struct mm_struct *mm);
struct file *probe(struct mm_struct *mm)
{
	return get_file_rcu(&mm->exe_file);
}
