// SPDX-License-Identifier: GPL-2.0
/*
 * test_render.c - cells as text, hostile names, sizes, columns, maps lines
 */
#include "test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fileset.h"
#include "maps.h"
#include "names.h"
#include "render/escape.h"
#include "render/render.h"
#include "render/size.h"

static void test_sizes(void **state)
{
	static const struct { __u64 bytes; const char *text; } rows[] = {
		{ 0, "0B" }, { 1023, "1023B" }, { 1024, "1K" }, { 4096, "4K" }, { 1536, "1.5K" },
		{ 1048575, "1024K" }, { 1048576, "1M" }, { 2097152, "2M" },
		{ 1ULL << 40, "1T" }, { (1ULL << 40) + (1ULL << 39), "1.5T" }, { ~0ULL, "16E" },
	};
	char text[SIZE_TEXT_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(size_text(rows[i].bytes, text), rows[i].text);
}

static void check_escape(void (*fn)(struct strbuf *, const char *), const char *in, const char *out)
{
	struct strbuf sb = { 0 };

	strbuf_reset(&sb);
	fn(&sb, in);
	assert_string_equal(sb.data, out);
	strbuf_free(&sb);
}

static void test_escape_terminal(void **state)
{
	(void)state;
	check_escape(escape_terminal, "/usr/bin/x y", "/usr/bin/x y");
	check_escape(escape_terminal, "", "");
	check_escape(escape_terminal, "a\033[31mb", "a\\x1b[31mb");
	check_escape(escape_terminal, "a\nb\tc\x7f", "a\\x0ab\\x09c\\x7f");
	check_escape(escape_terminal, "\xff\xfe", "\\xff\\xfe");
	/* U+009B is a control for a terminal, U+202E turns the text around */
	check_escape(escape_terminal, "\xc2\x9b", "\\xc2\\x9b");
	check_escape(escape_terminal, "\xe2\x80\xae", "\\xe2\\x80\\xae");
	check_escape(escape_terminal, "\xc3\xa9", "\xc3\xa9");
	/* overlong, surrogate, beyond Unicode, cut short */
	check_escape(escape_terminal, "\xc0\xaf", "\\xc0\\xaf");
	check_escape(escape_terminal, "\xe0\x80\xaf", "\\xe0\\x80\\xaf");
	check_escape(escape_terminal, "\xed\xa0\x80", "\\xed\\xa0\\x80");
	check_escape(escape_terminal, "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	check_escape(escape_terminal, "\xe2\x82", "\\xe2\\x82");
	/* what looks like an escape is escaped, so that the bytes can be had back */
	check_escape(escape_terminal, "a\\x2db", "a\\x5cx2db");
	check_escape(escape_terminal, "a\\b", "a\\b");
}

static void test_escape_json(void **state)
{
	(void)state;
	check_escape(escape_json, "a\033\n", "a\033\n");
	check_escape(escape_json, "\xff", "\\xff");
	check_escape(escape_json, "\xc2\x9b", "\\xc2\\x9b");
	check_escape(escape_json, "\xc3\xa9", "\xc3\xa9");
	check_escape(escape_json, "\\x41", "\\x5cx41");
}

static void test_escape_plain_locale(void **state)
{
	(void)state;
	setlocale(LC_CTYPE, "C");
	check_escape(escape_terminal, "\xc3\xa9", "\\xc3\\xa9");
	setlocale(LC_CTYPE, "C.UTF-8");
}

static void test_cells(void **state)
{
	static const struct mmscope_name table[] = { { 0, "present" }, { 1, "write" } };
	const struct flag_names names = {
		.names = table, .nr = 2,
		.field_name = "pkey", .field_shift = 60, .field_mask = 0xfULL << 60,
	};
	const struct { struct cell cell; const char *text; } rows[] = {
		{ cell_none(), "-" }, { cell_text(NULL), "-" }, { cell_text("x"), "x" },
		{ cell_hex(0), "0x0" }, { cell_hex(~0ULL), "0xffffffffffffffff" },
		{ cell_phys(MMSCOPE_HIDDEN), "hidden" }, { cell_phys(0x1000), "0x1000" },
		{ cell_secret(MMSCOPE_HIDDEN), "hidden" }, { cell_secret(7), "7" },
		{ cell_count(12345), "12345" }, { cell_bytes(2048), "2K" },
		{ cell_pages(3, 4096), "12K (3 pages)" }, { cell_bool(true), "yes" },
		{ cell_flags(0, &names), "-" }, { cell_flags(3, &names), "present,write" },
		{ cell_flags(1 | 1 << 9 | 5ULL << 60, &names), "present,pkey=5,bit9" },
	};
	struct strbuf sb = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		strbuf_reset(&sb);
		cell_to_text(&sb, &rows[i].cell);
		assert_string_equal(sb.data, rows[i].text);
	}
	strbuf_free(&sb);
}

static void test_columns(void **state)
{
	static const struct column columns[] = {
		{ "START", "start", "", COLUMN_DEFAULT }, { "END", "end", "", COLUMN_DEFAULT },
		{ "PATH", "path", "", 0 }, { "BOTH", "both", "", COLUMN_TABLE_ONLY },
	};
	struct render_opts opts = { 0 };
	const char *bad = NULL;
	size_t len = 0;

	(void)state;
	assert_true(columns_select(columns, 4, &opts, &bad, &len));
	assert_int_equal(opts.nr_selected, 2);
	opts.columns = "+path,end";
	assert_true(columns_select(columns, 4, &opts, &bad, &len));
	assert_int_equal(opts.nr_selected, 3);
	assert_int_equal(opts.selected[2], 2);
	opts.columns = "path,START";
	assert_true(columns_select(columns, 4, &opts, &bad, &len));
	assert_int_equal(opts.nr_selected, 2);
	assert_int_equal(opts.selected[0], 2);
	opts.json = true;
	opts.columns = NULL;
	assert_true(columns_select(columns, 4, &opts, &bad, &len));
	assert_int_equal(opts.nr_selected, 3);
	opts.columns = "start,bogus";
	assert_false(columns_select(columns, 4, &opts, &bad, &len));
	assert_memory_equal(bad, "bogus", len);
	opts.columns = "";
	assert_false(columns_select(columns, 4, &opts, &bad, &len));
	opts.columns = "+";
	assert_false(columns_select(columns, 4, &opts, &bad, &len));
}

/* A record with its strings, as the module would give it. */
static struct mmscope_vma *make_vma(unsigned int attrs, const char *path, const char *name)
{
	static _Alignas(8) char rec[1024];
	struct mmscope_vma *v = (struct mmscope_vma *)rec;
	size_t len = sizeof(*v);

	memset(rec, 0, sizeof(rec));
	v->attrs = attrs;
	if (path) {
		memcpy(rec + len, path, strlen(path) + 1);
		v->path_off = len;
		len += strlen(path) + 1;
	}
	if (name) {
		memcpy(rec + len, name, strlen(name) + 1);
		v->name_off = len;
	}
	return v;
}

/* The line is @left, blanks up to @path_column, @path; no blanks without a path. */
static void check_maps(const struct mmscope_vma *vma, unsigned int path_column, const char *left,
		       const char *path)
{
	const struct maps_style style = {
		.bits = { .read = 1, .write = 2, .exec = 4, .mayshare = 0x80 },
		.page_size = 4096,
		.path_column = path_column,
	};
	struct strbuf sb = { 0 };
	char line[256];

	if (path)
		snprintf(line, sizeof(line), "%-*s%s\n", path_column, left, path);
	else
		snprintf(line, sizeof(line), "%s\n", left);
	maps_line(&sb, &style, vma);
	assert_string_equal(sb.data, line);
	strbuf_free(&sb);
}

static void test_maps_lines(void **state)
{
	struct mmscope_vma *v;

	(void)state;
	v = make_vma(MMSCOPE_VMA_FILE, "/usr/bin/cat", NULL);
	v->start = 0x558ecd2a4000;
	v->end = 0x558ecd2a6000;
	v->vm_flags = 0x71;
	v->dev_major = 0xfe;
	v->dev_minor = 1;
	v->ino = 262190;
	check_maps(v, 73, "558ecd2a4000-558ecd2a6000 r--p 00000000 fe:01 262190", "/usr/bin/cat");
	/* s is VM_MAYSHARE, the offset is in bytes and has no limit of 32 bits */
	v->vm_flags = 0x80 | 7;
	v->pgoff = 0x12345678;
	v->dev_minor = 0x12345;
	check_maps(v, 73, "558ecd2a4000-558ecd2a6000 rwxs 12345678000 fe:12345 262190",
		   "/usr/bin/cat");
	/* no file: no offset, no device, and no blank at the end but one */
	v = make_vma(0, NULL, NULL);
	v->start = 0x8048000;
	v->end = 0x8049000;
	v->vm_flags = 3;
	v->pgoff = 0x8048;
	check_maps(v, 73, "08048000-08049000 rw-p 00000000 00:00 0 ", NULL);
	v = make_vma(0, NULL, "[heap]");
	v->start = 0x1000;
	v->end = 0x2000;
	check_maps(v, 49, "00001000-00002000 ---p 00000000 00:00 0", "[heap]");
	v = make_vma(MMSCOPE_VMA_ANON_NAME, NULL, "cache");
	check_maps(v, 49, "00000000-00000000 ---p 00000000 00:00 0", "[anon:cache]");
	v = make_vma(MMSCOPE_VMA_ANON_NAME | MMSCOPE_VMA_FILE, "/dev/zero (deleted)", "shared");
	check_maps(v, 49, "00000000-00000000 ---p 00000000 00:00 0", "[anon_shmem:shared]");
	/* a left part that reaches into the path's column is followed by one blank */
	v = make_vma(MMSCOPE_VMA_FILE, "/x", NULL);
	v->ino = 123456789012345678;
	check_maps(v, 49, "00000000-00000000 ---p 00000000 00:00 123456789012345678  /x", NULL);
	/* the newline alone is escaped */
	v = make_vma(MMSCOPE_VMA_FILE, "/a\nb\t\033\\ (deleted)", NULL);
	check_maps(v, 49, "00000000-00000000 ---p 00000000 00:00 0", "/a\\012b\t\033\\ (deleted)");
}

static void test_fileset(void **state)
{
	struct fileset set = { 0 };
	__u64 i;

	(void)state;
	assert_false(fileset_has(&set, (struct file_id){ 1, 1 }));
	for (i = 0; i < 1000; i++) {
		fileset_add(&set, (struct file_id){ i % 3, i });
		assert_int_equal(*fileset_number(&set, (struct file_id){ i % 3, i }), 0);
		*fileset_number(&set, (struct file_id){ i % 3, i }) = i;
	}
	assert_int_equal(set.nr, 1000);
	for (i = 0; i < 1000; i++) {
		assert_true(fileset_has(&set, (struct file_id){ i % 3, i }));
		assert_false(fileset_has(&set, (struct file_id){ i % 3 + 1, i }));
		assert_int_equal(*fileset_number(&set, (struct file_id){ i % 3, i }), i);
	}
	fileset_free(&set);
}

/* Whatever says so how often: memory by how many names differ. */
static void test_names(void **state)
{
	struct names names = { 0 };
	const char *kept[100];
	char text[16];
	size_t i, j;

	(void)state;
	assert_null(names_keep(&names, NULL));
	for (i = 0; i < ARRAY_SIZE(kept); i++) {
		snprintf(text, sizeof(text), "%zu", i * 7 % ARRAY_SIZE(kept));
		kept[i] = names_keep(&names, text);
		assert_ptr_not_equal(kept[i], text);
	}
	for (i = 0; i < ARRAY_SIZE(kept); i++) {
		snprintf(text, sizeof(text), "%zu", i * 7 % ARRAY_SIZE(kept));
		assert_ptr_equal(names_keep(&names, text), kept[i]);
		assert_string_equal(kept[i], text);
		for (j = 0; j < i; j++)
			assert_ptr_not_equal(kept[i], kept[j]);
	}
	names_free(&names);
	assert_null(names.root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes), cmocka_unit_test(test_escape_terminal),
		cmocka_unit_test(test_escape_json), cmocka_unit_test(test_escape_plain_locale),
		cmocka_unit_test(test_cells), cmocka_unit_test(test_columns),
		cmocka_unit_test(test_maps_lines), cmocka_unit_test(test_fileset),
		cmocka_unit_test(test_names),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
