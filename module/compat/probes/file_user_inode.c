// "fs: prepare for adding LSM blob to backing_file" and kin: inode behind file_user_path()
// symbols: backing_file_user_path
#include <linux/fs.h>

const struct inode *probe(struct file *file);
const struct inode *probe(struct file *file)
{
	return file_user_inode(file);
}
