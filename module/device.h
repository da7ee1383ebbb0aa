/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMSCOPE_DEVICE_H
#define MMSCOPE_DEVICE_H

int mmscope_device_init(void);
void mmscope_device_exit(void);

#endif /* MMSCOPE_DEVICE_H */
