// 880bd496ec72 "fs: prepare for adding LSM blob to backing_file" (7.1, backported)
// symbols: backing_file_user_path
#include <linux/fs.h>

const struct inode *probe(struct file *file);
const struct inode *probe(struct file *file)
{
	return file_user_inode(file);
}
