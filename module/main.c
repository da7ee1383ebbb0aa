// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - loading and unloading
 */
#include <linux/module.h>

#include "debugfs.h"
#include "device.h"
#include "entry.h"
#include "pages.h"
#include "procfs.h"

static int __init mmscope_init(void)
{
	int err;

	mmscope_entry_init();
	mmscope_pages_init();
	mmscope_procfs_init();
	err = mmscope_device_init();
	if (err) {
		mmscope_procfs_exit();
		return err;
	}
	mmscope_debugfs_init();
	return 0;
}

static void __exit mmscope_exit(void)
{
	mmscope_debugfs_exit();
	mmscope_device_exit();
	mmscope_procfs_exit();
}

module_init(mmscope_init);
module_exit(mmscope_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A live process's address space as the kernel sees it, read-only");
MODULE_VERSION("0.1.0");
