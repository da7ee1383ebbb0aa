// SPDX-License-Identifier: GPL-2.0
/*
 * test_address.c - the grammar of addresses; symbols and segments of this program
 */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbol/address.h"
#include "symbol/elf_file.h"

static void test_grammar(void **state)
{
	static const struct { const char *text; int address, range; } rows[] = {
		/* numbers */
		{ "0", 1, 0 }, { "0x1000", 1, 0 }, { "0x1000+0x10", 0, 1 }, { "1-2", 0, 1 },
		{ "2-1", 0, 0 }, { "1-1", 0, 0 }, { "0x", 0, 0 }, { "0xzz", 0, 0 },
		{ "12ab", 0, 0 },
		{ "99999999999999999999", 0, 0 }, { "", 0, 0 }, { "-", 0, 0 },
		{ "-1", 0, 0 }, { "+1", 0, 0 },
		/* names */
		{ "main", 1, 1 }, { "main+8", 1, 1 }, { "main+0xg", 0, 0 }, { "_ZN1a1bEv", 1, 1 },
		{ "sym@VER_1.2", 1, 1 }, { "sym@@VER_1.2+4", 1, 1 }, { "foo.constprop.0", 1, 1 },
		{ "operator+", 1, 1 },
		{ "libstdc++.so.6:x", 1, 1 }, { "libstdc++.so.6:x+1", 1, 1 },
		{ "libstdc++.so.6:x+1+2", 1, 1 },
		{ "/lib/ld-linux-x86-64.so.2", 1, 1 }, { "ld-2.so:x", 1, 1 },
		{ "/a:b/c:sym", 1, 1 }, { ":sym", 0, 0 }, { "file:", 0, 0 },
		/* parts */
		{ "[heap]", 1, 1 }, { "[heap]+1", 1, 1 }, { "[anon:a]b]", 1, 1 },
		{ "[heap", 0, 0 }, { "[]", 0, 0 }, { "[heap]x", 0, 0 },
		{ "[heap]-[stack]", 1, 1 }, { "main-0x5000", 1, 1 }, { "[heap]+4-0x9000", 0, 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *address = address_wrong(rows[i].text);
		const char *range = address_range_wrong(rows[i].text);
		int is_address = !address, is_range = !range;

		if (is_address != rows[i].address || is_range != rows[i].range)
			fail_msg("'%s': address: %s, range: %s", rows[i].text, address, range);
	}
}

/* Found by its name below. */
int test_address_data[3];

static void keep_symbol_here(const struct elf_symbol *symbol, void *arg)
{
	struct elf_symbol *found = arg;

	*found = *symbol;
}

static int first_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	*(__u64 *)arg = info->dlpi_addr;
	return 1;
}

static void test_own_symbols(void **state)
{
	struct elf_symbol found = { 0 };
	const struct elf_segment *seg;
	struct elf_file *file;
	bool holds = false;
	__u64 bias = 0;
	size_t i, nr;

	(void)state;
	dl_iterate_phdr(first_object, &bias);
	assert_int_equal(elf_file_open(open("/proc/self/exe", O_RDONLY), &file), 0);
	elf_file_lookup(file, "test_address_data", keep_symbol_here, &found);
	assert_true(found.value + bias == (uintptr_t)test_address_data);
	assert_int_equal(found.size, sizeof(test_address_data));
	assert_true(found.global && !found.tls && !found.fixed && !found.ifunc);
	found = (struct elf_symbol){ 0 };
	elf_file_lookup(file, "keep_symbol_here", keep_symbol_here, &found);
	assert_true(found.value + bias == (uintptr_t)keep_symbol_here);
	assert_true(!found.global);
	found = (struct elf_symbol){ 0 };
	elf_file_lookup(file, "test_address_dat", keep_symbol_here, &found);
	elf_file_lookup(file, "test_address_data@NO_1", keep_symbol_here, &found);
	assert_int_equal(found.value, 0);
	seg = elf_file_segments(file, &nr);
	for (i = 0; i < nr; i++)
		if ((uintptr_t)test_address_data - bias - seg[i].vaddr < seg[i].memory_size)
			holds = true;
	assert_true(holds);
	assert_false(elf_file_is_stripped(file));
	elf_file_close(file);
}

/* Nothing that a file claims may bring the reader down: each byte changed in turn. */
static void test_hostile_files(void **state)
{
	static unsigned char bytes[8192], changed[8192];
	char path[] = "/tmp/mmscope-elf-XXXXXX";
	struct elf_symbol found;
	struct elf_file *file;
	ssize_t len;
	int fd, out;
	size_t i;

	(void)state;
	fd = open("/proc/self/exe", O_RDONLY);
	len = read(fd, bytes, sizeof(bytes));
	close(fd);
	assert_true(len == sizeof(bytes));
	for (i = 0; i < 1024; i++) {
		out = mkstemp(path);
		memcpy(changed, bytes, sizeof(bytes));
		changed[i] ^= 0xff;
		assert_true(write(out, changed, sizeof(changed)) == sizeof(changed));
		if (!elf_file_open(out, &file)) {
			elf_file_lookup(file, "main", keep_symbol_here, &found);
			elf_file_close(file);
		}
		unlink(path);
		memcpy(path + strlen(path) - 6, "XXXXXX", 6);
	}
	assert_int_equal(elf_file_open(open("/etc/passwd", O_RDONLY), &file), -ENOEXEC);
	assert_int_equal(elf_file_open(open("/dev/null", O_RDONLY), &file), -ENOEXEC);
}

int main(void)
{
	const struct CMUnitTest list[] = {
		cmocka_unit_test(test_grammar),
		cmocka_unit_test(test_own_symbols),
		cmocka_unit_test(test_hostile_files),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
