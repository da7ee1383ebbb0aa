// SPDX-License-Identifier: GPL-2.0
/* fuzz_address.c - any text as a number, a size, a pid, a range, an address, a list of words */
#include <stdint.h>
#include <string.h>

#include "parse.h"
#include "symbol/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[256];
	const char *bad;
	size_t bad_len;
	__u64 a, b;
	__u32 mask;
	pid_t pid;

	if (size >= sizeof(text))
		return -1;
	memcpy(text, data, size);
	text[size] = '\0';

	parse_size(text, &a);
	if (parse_pid(text, &pid) && pid <= 0)
		__builtin_trap();
	/* A number is an address; a range of numbers is not empty, and has whole pages. */
	if (parse_u64(text, &a) && address_wrong(text))
		__builtin_trap();
	if (!parse_range(text, &a, &b)) {
		if (a >= b)
			__builtin_trap();
		range_widen(&a, &b, 4096);
		if (a >= b || a & 4095)
			__builtin_trap();
	}
	address_range_wrong(text);
	if (!parse_statuses(text, &mask, &bad, &bad_len) && bad + bad_len > text + size)
		__builtin_trap();
	if (!parse_page_types(text, &mask, &bad, &bad_len) && bad + bad_len > text + size)
		__builtin_trap();
	return 0;
}
