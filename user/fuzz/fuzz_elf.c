// SPDX-License-Identifier: GPL-2.0
/* fuzz_elf.c - any bytes as a file that a process has mapped: its segments and symbols */
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "symbol/elf_file.h"

static void see(const struct elf_symbol *symbol, void *arg)
{
	*(__u64 *)arg += symbol->value + symbol->size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct elf_segment *segments;
	unsigned char id[ELF_BUILD_ID_MAX];
	struct elf_file *file;
	const char *link;
	__u64 sum = 0;
	__u32 crc;
	size_t nr, i;
	int fd = memfd_create("elf", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		__builtin_trap();
	if (elf_file_open(fd, &file))
		return 0;
	segments = elf_file_segments(file, &nr);
	for (i = 0; i < nr; i++)
		sum += segments[i].vaddr + segments[i].memory_size;
	elf_file_is_movable(file);
	elf_file_is_stripped(file);
	for (i = elf_file_build_id(file, id); i-- > 0;)
		sum += id[i];
	for (link = elf_file_debuglink(file, &crc); link && *link; link++)
		sum += (unsigned char)*link;
	elf_file_lookup(file, "main", see, &sum);
	elf_file_lookup(file, "f@V1", see, &sum);
	elf_file_close(file);
	return 0;
}
