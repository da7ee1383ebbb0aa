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
#include <sys/stat.h>
#include <unistd.h>

#include "symbol/address.h"
#include "symbol/debug_file.h"
#include "symbol/elf_file.h"
#include "symbol/kallsyms.h"

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
		{ "[vdso]:f", 1, 1 }, { "[vdso]:f@V_1+4", 1, 1 }, { "[anon:a]:b]", 1, 1 },
		{ "[vdso]:", 0, 0 }, { "[]:f", 0, 0 }, { "[vdso]:+4", 0, 0 },
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

/* A file like /proc/kallsyms. */
static void write_names(char path[32], const char *text)
{
	int fd;

	snprintf(path, 32, "/tmp/mmscope-names-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void test_kallsyms(void **state)
{
	static const struct { const char *text; size_t nr; __u64 addr; } rows[] = {
		{ "_text", 1, 0xffffffff81000000 }, { "_text+0x10", 1, 0xffffffff81000010 },
		{ "init", 2, 0 }, { "ext4:init", 1, 0xffffffffc0000100 },
		{ "vmlinux:init", 1, 0xffffffff81000200 }, { "both", 1, 0xffffffff81000300 },
		{ "cpu_var", 1, 0x1000 }, { "ini", 0, 0 }, { "initx", 0, 0 }, { "nfs:init", 0, 0 },
		{ "same", 1, 0xffffffff81000500 },
	};
	static const struct { const char *text; int good; } words[] = {
		{ "a", 1 }, { "a.b$c_1", 1 }, { "mod:a+0x1", 1 }, { "1a", 0 }, { "", 0 },
		{ ":a", 0 }, { "a:", 0 }, { "a+", 0 }, { "a b", 0 }, { "a\033", 0 }, { "[a]", 0 },
		{ "a:b:c", 1 },
	};
	struct strbuf why = { 0 };
	struct kallsyms k;
	char path[32];
	__u64 addr;
	size_t i;

	(void)state;
	write_names(path, "0000000000000000 A fixed\n"
			  "0000000000001000 D cpu_var\n"
			  "ffffffff81000000 T _text\n"
			  "ffffffff81000200 t init\n"
			  "ffffffffc0000100 t init\t[ext4]\n"
			  "ffffffff81000300 T both\n"
			  "ffffffff81000400 t both\n"
			  "ffffffff81000500 t same\n"
			  "ffffffff81000500 t same\n"
			  "nonsense\n"
			  "ffffffff82000000 t far\n"
			  "ffffffffc0000900 t last\t[ext4]");
	assert_int_equal(kallsyms_load(path, &k), 0);
	assert_int_equal(k.nr, 11);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		strbuf_reset(&why);
		addr = 0;
		assert_int_equal(kallsyms_find(&k, rows[i].text, &addr, &why), rows[i].nr);
		if (rows[i].nr == 1 && addr != rows[i].addr)
			fail_msg("%s: 0x%llx", rows[i].text, addr);
	}
	strbuf_reset(&why);
	kallsyms_find(&k, "init", &addr, &why);
	assert_string_equal(why.data,
			    "init at 0xffffffff81000200, ext4:init at 0xffffffffc0000100");
	strbuf_free(&why);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (words[i].good ? !!kallsyms_wrong(words[i].text) :
				    !kallsyms_wrong(words[i].text))
			fail_msg("'%s'", words[i].text);

	assert_string_equal(kallsyms_at(&k, 0xffffffff81000000)->name, "_text");
	assert_string_equal(kallsyms_at(&k, 0xffffffff810001ff)->name, "_text");
	assert_string_equal(kallsyms_at(&k, 0xffffffffc0000100)->module, "ext4");
	assert_null(kallsyms_at(&k, 0xffff888000000000));	/* far from any */
	assert_null(kallsyms_at(&k, 0xffffffffc0000900));	/* of the last the end is unknown */
	kallsyms_free(&k);

	/* As kptr_restrict shows it, and nothing at all. */
	unlink(path);
	write_names(path, "0000000000000000 T _text\n0000000000000000 t init\n");
	assert_int_equal(kallsyms_load(path, &k), -EACCES);
	assert_null(kallsyms_at(&k, 0xffffffff81000000));
	kallsyms_free(&k);
	unlink(path);
	assert_int_equal(kallsyms_load(path, &k), -ENOENT);
	assert_null(kallsyms_at(&k, 0));
	kallsyms_free(&k);
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
	unsigned char id[ELF_BUILD_ID_MAX];
	struct elf_symbol found;
	struct elf_file *file;
	ssize_t len;
	int fd, out;
	__u32 crc;
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
			elf_file_build_id(file, id);
			elf_file_debuglink(file, &crc);
			elf_file_close(file);
		}
		unlink(path);
		memcpy(path + strlen(path) - 6, "XXXXXX", 6);
	}
	assert_int_equal(elf_file_open(open("/etc/passwd", O_RDONLY), &file), -ENOEXEC);
	assert_int_equal(elf_file_open(open("/dev/null", O_RDONLY), &file), -ENOEXEC);
}

static void __attribute__((format(printf, 1, 2))) shell(const char *fmt, ...)
{
	char command[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	assert_int_equal(system(command), 0);
}

/*
 * Looks for the debug file of ROOT/dir/prog. It is there and has this program's symbols if
 * @sought is NULL; else it is looked for where @sought says.
 */
static void expect_debug(const char *root, const char *sought)
{
	struct elf_symbol found = { 0 };
	struct elf_file *file, *debug;
	struct strbuf sb = { 0 };
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/dir/prog", root);
	assert_int_equal(elf_file_open(open(path, O_RDONLY), &file), 0);
	assert_true(elf_file_is_stripped(file));
	fd = open(root, O_PATH | O_DIRECTORY);
	assert_true(fd >= 0);
	debug_file_open(fd, "/dir/prog", file, &debug, &sb);
	close(fd);
	if (sought) {
		assert_null(debug);
		assert_string_equal(sb.data ? sb.data : "", sought);
	} else {
		assert_non_null(debug);
		elf_file_lookup(debug, "keep_symbol_here", keep_symbol_here, &found);
		assert_int_not_equal(found.value, 0);
	}
	elf_file_close(debug);
	elf_file_close(file);
	strbuf_free(&sb);
}

static void test_debug_by_build_id(void **state)
{
	char root[] = "/tmp/mmscope-debug-XXXXXX", exe[1024] = "", at[256], sought[512];
	unsigned char id[ELF_BUILD_ID_MAX];
	struct elf_file *file;
	size_t len, i;
	int n;

	(void)state;
	assert_non_null(mkdtemp(root));
	assert_true(readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0);
	assert_int_equal(elf_file_open(open(exe, O_RDONLY), &file), 0);
	len = elf_file_build_id(file, id);
	elf_file_close(file);
	assert_true(len >= 8);
	n = snprintf(at, sizeof(at), "/usr/lib/debug/.build-id/%02x/", id[0]);
	shell("mkdir -p %s/dir %s%s", root, root, at);
	for (i = 1; i < len; i++)
		n += snprintf(at + n, sizeof(at) - (size_t)n, "%02x", id[i]);
	snprintf(at + n, sizeof(at) - (size_t)n, ".debug");
	shell("objcopy --strip-all %s %s/dir/prog", exe, root);
	expect_debug(root, at);
	/* A link does not lead out of the root. */
	shell("objcopy --only-keep-debug %s %s/out", exe, root);
	shell("ln -s %s/out %s%s", root, root, at);
	expect_debug(root, at);
	shell("ln -sf /out %s%s", root, at);
	expect_debug(root, NULL);
	shell("cp --remove-destination %s/dir/prog %s%s", root, root, at);
	snprintf(sought, sizeof(sought), "%s (stripped, too)", at);
	expect_debug(root, sought);
	shell("cp /bin/sh %s%s", root, at);
	snprintf(sought, sizeof(sought), "%s (of another build)", at);
	expect_debug(root, sought);
	shell("cp /etc/passwd %s%s", root, at);
	snprintf(sought, sizeof(sought), "%s (not an ELF file)", at);
	expect_debug(root, sought);
	shell("rm %s%s && mkfifo %s%s", root, at, root, at);
	expect_debug(root, at);
	shell("rm -r %s", root);
}

static void test_debug_by_link(void **state)
{
	static const char *const places[] = { "dir/p.debug", "dir/.debug/p.debug",
					      "usr/lib/debug/dir/p.debug" };
	char root[] = "/tmp/mmscope-debug-XXXXXX", exe[1024] = "";
	size_t i;

	(void)state;
	assert_int_equal(crc32_of(0, (const unsigned char *)"123456789", 9), 0xcbf43926);
	assert_int_equal(crc32_of(crc32_of(0, (const unsigned char *)"1234", 4),
				  (const unsigned char *)"56789", 5), 0xcbf43926);
	assert_non_null(mkdtemp(root));
	assert_true(readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0);
	shell("cd %s && mkdir -p dir/.debug usr/lib/debug/dir && "
	      "objcopy --only-keep-debug %s p.debug && objcopy --strip-all "
	      "--remove-section=.note.gnu.build-id --add-gnu-debuglink=p.debug %s dir/prog",
	      root, exe, exe);
	expect_debug(root, "/dir/p.debug, /dir/.debug/p.debug, /usr/lib/debug/dir/p.debug");
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		shell("cp %s/p.debug %s/%s", root, root, places[i]);
		expect_debug(root, NULL);
		shell("rm %s/%s", root, places[i]);
	}
	shell("(cat %s/p.debug; echo) >%s/dir/p.debug", root, root);
	expect_debug(root, "/dir/p.debug (of another build), /dir/.debug/p.debug, "
		     "/usr/lib/debug/dir/p.debug");
	/* The kernel's own files: reading some of them waits, or takes away what is read. */
	shell("mkdir %s/proc && touch %s/proc/version && ln -sf /proc/version %s/dir/p.debug",
	      root, root, root);
	expect_debug(root, "/dir/p.debug, /dir/.debug/p.debug, /usr/lib/debug/dir/p.debug");
	shell("ln -sf ../huge %s/dir/p.debug && truncate -s 100G %s/huge", root, root);
	expect_debug(root, "/dir/p.debug, /dir/.debug/p.debug, /usr/lib/debug/dir/p.debug");
	shell("objcopy --strip-all --remove-section=.note.gnu.build-id %s %s/dir/prog", exe, root);
	expect_debug(root, "");
	shell("rm -r %s", root);
}

int main(void)
{
	const struct CMUnitTest list[] = {
		cmocka_unit_test(test_grammar), cmocka_unit_test(test_kallsyms),
		cmocka_unit_test(test_own_symbols),
		cmocka_unit_test(test_hostile_files),
		cmocka_unit_test(test_debug_by_build_id), cmocka_unit_test(test_debug_by_link),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
