// SPDX-License-Identifier: GPL-2.0
/*
 * test_parse.c - strict reading of numbers, ranges and lists
 */
#include "test.h"

#include "libmmscope.h"
#include "parse.h"

static void test_numbers(void **state)
{
	static const struct { const char *text; int ok; __u64 value; } rows[] = {
		{ "0", 1, 0 },
		{ "42", 1, 42 },
		{ "010", 1, 10 },
		{ "0x10", 1, 16 },
		{ "0XfF", 1, 255 },
		{ "18446744073709551615", 1, ~0ULL },
		{ "18446744073709551616", 0, 0 },
		{ "99999999999999999999999", 0, 0 },
		{ "0xffffffffffffffff", 1, ~0ULL },
		{ "0x10000000000000000", 0, 0 },
		{ "0x", 0, 0 }, { "x", 0, 0 }, { "", 0, 0 }, { " 1", 0, 0 }, { "1 ", 0, 0 },
		{ "-1", 0, 0 }, { "+1", 0, 0 }, { "0xzz", 0, 0 }, { "1f", 0, 0 }, { "1.5", 0, 0 },
		{ "0x1\n", 0, 0 }, { "\xff", 0, 0 },
	};
	__u64 value;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(parse_u64(rows[i].text, &value), rows[i].ok);
		if (rows[i].ok)
			assert_true(value == rows[i].value);
	}
}

static void test_sizes(void **state)
{
	static const struct { const char *text; int ok; __u64 bytes; } rows[] = {
		{ "0", 1, 0 }, { "4096", 1, 4096 }, { "4K", 1, 4096 }, { "0x10M", 1, 16 << 20 },
		{ "1T", 1, 1ULL << 40 }, { "16777215T", 1, 16777215ULL << 40 },
		{ "16777216T", 0, 0 }, { "", 0, 0 }, { "K", 0, 0 }, { "1k", 0, 0 }, { "1KK", 0, 0 },
		{ "-1K", 0, 0 }, { "1.5G", 0, 0 },
	};
	__u64 bytes;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(parse_size(rows[i].text, &bytes), rows[i].ok);
		if (rows[i].ok)
			assert_true(bytes == rows[i].bytes);
	}
}

static void test_times(void **state)
{
	static const struct { const char *text; int ok; __u64 ns; } rows[] = {
		{ "1ns", 1, 1 }, { "50us", 1, 50000 }, { "3ms", 1, 3000000 },
		{ "18446744073s", 1, 18446744073000000000ULL }, { "18446744074s", 0, 0 },
		{ "50", 0, 0 }, { "us", 0, 0 }, { "", 0, 0 }, { "0us", 0, 0 }, { "-1us", 0, 0 },
		{ "1.5ms", 0, 0 }, { "1 ms", 0, 0 }, { "1MS", 0, 0 }, { "0x1s", 0, 0 },
		{ "1msx", 0, 0 },
	};
	__u64 ns;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(parse_time(rows[i].text, &ns), rows[i].ok);
		if (rows[i].ok)
			assert_true(ns == rows[i].ns);
	}
}

static void test_pids(void **state)
{
	static const struct { const char *text; int ok; pid_t pid; } rows[] = {
		{ "1", 1, 1 }, { "4194304", 1, 4194304 }, { "2147483647", 1, 2147483647 },
		{ "2147483648", 0, 0 }, { "0", 0, 0 }, { "-1", 0, 0 }, { "0x10", 0, 0 },
		{ "", 0, 0 }, { "1a", 0, 0 }, { "self", 0, 0 },
	};
	pid_t pid;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(parse_pid(rows[i].text, &pid), rows[i].ok);
		if (rows[i].ok)
			assert_int_equal(pid, rows[i].pid);
	}
}

static void test_ranges(void **state)
{
	static const struct { const char *text; int ok; __u64 start, end; } rows[] = {
		{ "0x1000-0x2000", 1, 0x1000, 0x2000 },
		{ "0x1000+0x1000", 1, 0x1000, 0x2000 },
		{ "4096+1", 1, 4096, 4097 },
		{ "0-0xffffffffffffffff", 1, 0, ~0ULL },
		{ "0xffffffffffffffff+1", 0, 0, 0 },
		{ "0xfffffffffffff000+0xfff", 1, 0xfffffffffffff000, ~0ULL },
		{ "2-1", 0, 0, 0 }, { "1-1", 0, 0, 0 }, { "1+0", 0, 0, 0 }, { "1", 0, 0, 0 },
		{ "", 0, 0, 0 }, { "-", 0, 0, 0 }, { "1-", 0, 0, 0 }, { "-1", 0, 0, 0 },
		{ "1-2-3", 0, 0, 0 }, { "1+-2", 0, 0, 0 }, { "a-b", 0, 0, 0 }, { "1 - 2", 0, 0, 0 },
	};
	__u64 start, end;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(!parse_range(rows[i].text, &start, &end), rows[i].ok);
		if (rows[i].ok) {
			assert_true(start == rows[i].start);
			assert_true(end == rows[i].end);
		}
	}
}

static void test_statuses(void **state)
{
	const char *bad = NULL;
	size_t len = 0;
	__u32 mask;

	(void)state;
	assert_true(parse_statuses("mapped", &mask, &bad, &len));
	assert_int_equal(mask, MMSCOPE_STATUS_BIT(MMSCOPE_MAPPED));
	assert_true(parse_statuses("SWAP,none,no_vma", &mask, &bad, &len));
	assert_int_equal(mask, MMSCOPE_STATUS_BIT(MMSCOPE_SWAP) | MMSCOPE_STATUS_BIT(MMSCOPE_NONE) |
			       MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA));
	assert_true(parse_statuses("all", &mask, &bad, &len));
	assert_int_equal(mask, (1U << MMSCOPE_NR_STATUS) - 1);
	assert_false(parse_statuses("mapped,bogus,swap", &mask, &bad, &len));
	assert_int_equal(len, 5);
	assert_memory_equal(bad, "bogus", 5);
	assert_false(parse_statuses("", &mask, &bad, &len));
	assert_false(parse_statuses("mapped,", &mask, &bad, &len));
	assert_false(parse_statuses("map", &mask, &bad, &len));
}

static void test_flags(void **state)
{
	static const struct mmscope_name table[] = {
		{ 4, "young" }, { 5, "dirty" }, { 63, "top" },
	};
	const struct flag_names names = { .names = table, .nr = 3 };
	const char *bad = NULL;
	size_t len = 0;
	__u64 mask;

	(void)state;
	assert_true(parse_flags("young,dirty", &names, &mask, &bad, &len));
	assert_true(mask == 0x30);
	assert_true(parse_flags("Top,0x1", &names, &mask, &bad, &len));
	assert_true(mask == (1ULL << 63 | 1));
	assert_false(parse_flags("young,,dirty", &names, &mask, &bad, &len));
	assert_int_equal(len, 0);
	assert_false(parse_flags("0x1ffffffffffffffff", &names, &mask, &bad, &len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_times), cmocka_unit_test(test_pids),
		cmocka_unit_test(test_ranges), cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_flags),
	};

	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
