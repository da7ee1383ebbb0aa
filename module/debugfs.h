/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMSCOPE_DEBUGFS_H
#define MMSCOPE_DEBUGFS_H

void mmscope_debugfs_init(void);
void mmscope_debugfs_exit(void);

#endif /* MMSCOPE_DEBUGFS_H */
