/* SPDX-License-Identifier: GPL-2.0 */
/*
 * crc32c.h - the Castagnoli checksum, as in iSCSI and ext4
 */
#ifndef MMSCOPE_CRC32C_H
#define MMSCOPE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Of @data, continuing @crc; the first time 0. */
uint32_t crc32c(uint32_t crc, const void *data, size_t len);

#endif /* MMSCOPE_CRC32C_H */
