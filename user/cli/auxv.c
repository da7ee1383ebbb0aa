// SPDX-License-Identifier: GPL-2.0
/*
 * auxv.c - what the entries of an auxiliary vector are called
 *
 * Numbers and meaning: include/uapi/linux/auxvec.h of the kernel. Some are newer
 * than the system headers, hence numbers here.
 */
#include <stdio.h>

#include "auxv.h"

static const struct auxv_row {
	const char *name;
	enum cell_type type;
} rows[] = {
	[1] = { "AT_IGNORE", CELL_HEX },
	[2] = { "AT_EXECFD", CELL_COUNT },
	[3] = { "AT_PHDR", CELL_HEX },
	[4] = { "AT_PHENT", CELL_COUNT },
	[5] = { "AT_PHNUM", CELL_COUNT },
	[6] = { "AT_PAGESZ", CELL_BYTES },
	[7] = { "AT_BASE", CELL_HEX },
	[8] = { "AT_FLAGS", CELL_HEX },
	[9] = { "AT_ENTRY", CELL_HEX },
	[10] = { "AT_NOTELF", CELL_COUNT },
	[11] = { "AT_UID", CELL_COUNT },
	[12] = { "AT_EUID", CELL_COUNT },
	[13] = { "AT_GID", CELL_COUNT },
	[14] = { "AT_EGID", CELL_COUNT },
	[15] = { "AT_PLATFORM", CELL_HEX },
	[16] = { "AT_HWCAP", CELL_HEX },
	[17] = { "AT_CLKTCK", CELL_COUNT },
	[23] = { "AT_SECURE", CELL_COUNT },
	[24] = { "AT_BASE_PLATFORM", CELL_HEX },
	[25] = { "AT_RANDOM", CELL_HEX },
	[26] = { "AT_HWCAP2", CELL_HEX },
	[27] = { "AT_RSEQ_FEATURE_SIZE", CELL_COUNT },
	[28] = { "AT_RSEQ_ALIGN", CELL_COUNT },
	[29] = { "AT_HWCAP3", CELL_HEX },
	[30] = { "AT_HWCAP4", CELL_HEX },
	[31] = { "AT_EXECFN", CELL_HEX },
	[32] = { "AT_SYSINFO", CELL_HEX },
	[33] = { "AT_SYSINFO_EHDR", CELL_HEX },
	[51] = { "AT_MINSIGSTKSZ", CELL_COUNT },
};

static const struct auxv_row *find(__u64 type)
{
	if (type < sizeof(rows) / sizeof(rows[0]) && rows[type].name)
		return &rows[type];
	return NULL;
}

const char *auxv_name(__u64 type, char *text, size_t size)
{
	const struct auxv_row *row = find(type);

	if (row)
		return row->name;
	snprintf(text, size, "AT_%llu", type);
	return text;
}

struct cell auxv_cell(__u64 type, __u64 value)
{
	const struct auxv_row *row = find(type);

	return (struct cell){ .type = row ? row->type : CELL_HEX, .num = value };
}
