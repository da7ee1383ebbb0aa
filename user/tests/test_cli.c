// SPDX-License-Identifier: GPL-2.0
/*
 * test_cli.c - the command as a user sees it: output, messages, exit statuses
 *
 * Runs the command linked with the fake device. Arguments of this program: the
 * path of that command.
 */
#include "test.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.h"

#define COLUMNS_PA	" -o start,end,pa,status"

static const char *command;

/* Output of the last run: standard output and standard error. */
static char out[1 << 20], err[4096];

static void slurp(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t len;

	assert_non_null(f);
	len = fread(text, 1, size - 1, f);
	text[len] = '\0';
	fclose(f);
}

/* Runs the command with @args in a shell, with @env set; returns its exit status. */
static int run(const char *env, const char *args)
{
	char dir[] = "/tmp/mmscope-test-XXXXXX", line[1024], path[64];
	int status;

	assert_non_null(mkdtemp(dir));
	snprintf(line, sizeof(line), "'%s' --device /dev/null %s >%s/out 2>%s/err", command, args,
		 dir, dir);
	setenv("MMSCOPE_FAKE", env, 1);
	status = system(line);
	assert_true(WIFEXITED(status));
	snprintf(path, sizeof(path), "%s/out", dir);
	slurp(path, out, sizeof(out));
	unlink(path);
	snprintf(path, sizeof(path), "%s/err", dir);
	slurp(path, err, sizeof(err));
	unlink(path);
	rmdir(dir);
	return WEXITSTATUS(status);
}

/* Tables without their padding: what matters here is what the cells hold. */
static void squeeze(void)
{
	char *from, *to = out;

	for (from = out; *from; from++)
		if (*from != ' ' || (to > out && to[-1] != ' ' && to[-1] != '\n'))
			*to++ = *from;
	*to = '\0';
}

static struct json_object *parse_json(void)
{
	struct json_tokener *tok = json_tokener_new();
	struct json_object *obj;

	json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	obj = json_tokener_parse_ex(tok, out, (int)strlen(out));
	assert_int_equal(json_tokener_get_error(tok), json_tokener_success);
	assert_non_null(obj);
	json_tokener_free(tok);
	return obj;
}

static const char *get(struct json_object *obj, const char *key)
{
	struct json_object *value;

	assert_true(json_object_object_get_ex(obj, key, &value));
	return json_object_get_string(value);
}

static void test_missing_device(void **state)
{
	(void)state;
	assert_int_equal(run("", "--device /no/mmscope info"), 4);
	assert_string_equal(out, "");
	assert_string_equal(err, "mmscope: /no/mmscope: no such device: the module is not loaded\n"
				 "hint: load it with 'modprobe mmscope' or, in a checkout, 'make load'\n");
	assert_int_equal(run("", "--device /nonexistent vmas --json 1"), 4);
	assert_string_equal(out, "");
}

static void test_usage(void **state)
{
	static const struct { const char *args, *message; } rows[] = {
		{ "", "mmscope: no command given (see --help)\n" },
		{ "bogus", "mmscope: 'bogus': not a command (see --help)\n" },
		{ "--bogus", "mmscope: unknown or ambiguous option '--bogus'\n" },
		{ "walk self 0xzz", "mmscope: walk: '0xzz': not an address\n" },
		{ "walk self", "mmscope: walk: too few arguments: mmscope walk PID ADDR...\n" },
		{ "mm", "mmscope: mm: too few arguments: mmscope mm PID\n" },
		{ "mm 1 2", "mmscope: mm: too many arguments: mmscope mm PID\n" },
		{ "mm zero", "mmscope: mm: 'zero': not a process id\n" },
		{ "mm 0", "mmscope: mm: '0': not a process id\n" },
		{ "vmas -o bogus 1", "mmscope: vmas: 'bogus': not a column (see --help)\n" },
		{ "vmas --format=xml 1",
		  "mmscope: vmas: --format: 'xml': not one of table, maps\n" },
		{ "vmas --format=maps --json 1",
		  "mmscope: vmas: --format maps excludes --json and --output\n" },
		{ "extents 1 2-1", "mmscope: extents: '2-1': the range is inverted\n" },
		{ "extents 1 0xffffffffffffffff+2",
		  "mmscope: extents: '0xffffffffffffffff+2': the range overflows\n" },
		{ "extents 1 --status=x", "mmscope: extents: --status: 'x': not a status\n" },
		{ "extents 1 --ignore=x",
		  "mmscope: extents: --ignore: 'x': not a flag of a page-table entry\n" },
		{ "pages 1 --status=x", "mmscope: pages: --status: 'x': not a status\n" },
		{ "pages 1 --status=mapped,none",
		  "mmscope: pages: --status: 'mapped,none': see mmscope extents\n" },
		{ "pages 1 --only=anon,x", "mmscope: pages: --only: 'x': not a type of page\n" },
		{ "pages 1 5-5", "mmscope: pages: '5-5': the range is empty\n" },
		{ "stat 1 --by=x",
		  "mmscope: stat: --by: 'x': not one of total, vma, file, kind, flags\n" },
		{ "stat 1 --sort=x", "mmscope: stat: --sort: 'x': not a column (see --help)\n" },
		{ "stat 1 x", "mmscope: stat: 'x': not a process id\n" },
		{ "stat", "mmscope: stat: too few arguments: mmscope stat PID...\n" },
		{ "stat 1 2 --rollup --by vma", "mmscope: stat: --rollup excludes --by vma\n" },
		{ "tables 1 --by=x", "mmscope: tables: --by: 'x': not one of level, vma\n" },
		{ "mm 1 --lock", "mmscope: mm: unknown or ambiguous option '--lock'\n" },
		{ "translate 1 9 x", "mmscope: translate: 'x': not an address\n" },
		{ "--color=blue info",
		  "mmscope: --color: 'blue': not one of auto, always, never\n" },
		{ "vmas 1 --color", "mmscope: vmas: option '--color' needs an argument\n" },
		{ "vmas 1 --json=1", "mmscope: vmas: option '--json=1' takes no argument\n" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(run("", rows[i].args), 2);
		assert_string_equal(err, rows[i].message);
		assert_string_equal(out, "");
	}
}

static void test_attach_errors(void **state)
{
	static const struct { int err, status; const char *message; } rows[] = {
		{ ESRCH, 1, "no such process, or it has exited" },
		{ ENXIO, 1, "a kernel thread has no user address space" },
		{ EPERM, 1, "cannot open address space: Operation not permitted" },
		{ ENOTTY, 4, "the module does not know this operation" },
		{ EOPNOTSUPP, 4, "not supported by this kernel" },
	};
	char env[32], message[256];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(env, sizeof(env), "attach=%d", rows[i].err);
		assert_int_equal(run(env, "mm 12"), rows[i].status);
		snprintf(message, sizeof(message), "mmscope: PID 12: %s\n", rows[i].message);
		assert_memory_equal(err, message, strlen(message));
	}
}

static void test_help(void **state)
{
	static const char *const names[] = {
		"info", "mm", "vmas", "walk", "translate", "extents", "pages", "stat",
		"tables", "verify",
	};
	char args[64];
	size_t i;

	(void)state;
	assert_int_equal(run("", "--help"), 0);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		run("", "--help");
		assert_non_null(strstr(out, names[i]));
		snprintf(args, sizeof(args), "%s --help", names[i]);
		assert_int_equal(run("", args), 0);
		assert_non_null(strstr(out, "Usage:"));
		assert_non_null(strstr(out, "Example:"));
		assert_non_null(strstr(out, "Columns"));
		assert_string_equal(err, "");
	}
	assert_int_equal(run("", "--version"), 0);
	assert_non_null(strstr(out, "(API 1)"));
}

static void test_info(void **state)
{
	struct json_object *obj, *info, *levels;

	(void)state;
	assert_int_equal(run("", "info"), 0);
	assert_non_null(strstr(out, "pgd"));
	assert_non_null(strstr(out, "shift 39, entries 512, leaf no"));
	assert_non_null(strstr(out, "hugetlb,thp"));
	assert_int_equal(run("", "--json info"), 0);
	obj = parse_json();
	assert_string_equal(get(obj, "command"), "info");
	assert_true(json_object_object_get_ex(obj, "info", &info));
	assert_string_equal(get(info, "page_size"), "4096");
	assert_true(json_object_object_get_ex(info, "levels", &levels));
	assert_int_equal(json_object_array_length(levels), 4);
	json_object_put(obj);
}

static void test_mm(void **state)
{
	struct json_object *obj, *mm, *auxv;

	(void)state;
	assert_int_equal(run("", "mm 12"), 0);
	assert_non_null(strstr(out, "start_code      0x400000"));
	assert_non_null(strstr(out, "400K (100 pages)"));
	assert_non_null(strstr(out, "0-2,4"));
	assert_non_null(strstr(out, "vm_mergeable,bit40"));
	assert_int_equal(run("hidden=1", "mm 12 --json"), 0);
	obj = parse_json();
	assert_string_equal(get(obj, "pid"), "12");
	assert_true(json_object_object_get_ex(obj, "mm", &mm));
	assert_string_equal(get(mm, "pgd_pa"), "hidden");
	assert_string_equal(get(mm, "start_code"), "0x400000");
	assert_string_equal(get(mm, "total_vm"), "100");
	assert_string_equal(get(mm, "exe"), "/usr/bin/prog");
	assert_true(json_object_object_get_ex(mm, "auxv", &auxv));
	assert_string_equal(get(auxv, "AT_ENTRY"), "0x401000");
	assert_string_equal(get(auxv, "AT_PAGESZ"), "4096");
	assert_string_equal(get(auxv, "AT_99"), "0x5");
	json_object_put(obj);
}

static void test_vmas_table(void **state)
{
	(void)state;
	assert_int_equal(run("", "vmas 12"), 0);
	assert_memory_equal(out, "         START            END SIZE PERMS KIND    MAPPING\n", 57);
	assert_non_null(strstr(out, "0x50002000   8K r--p  library /usr/lib/libx.so\n"));
	assert_non_null(strstr(out, "[anon:cache]"));
	/* nothing raw, nothing cut */
	assert_null(strchr(out, '\033'));
	assert_non_null(strstr(out, "/tmp/\\x1b[31mred\\x0aline\\xff\xc3\xa9\n"));
	assert_int_equal(run("", "--no-headings vmas 12 -o start,kind"), 0);
	assert_memory_equal(out, "      0x400000 text\n", 20);
	assert_int_equal(run("", "--color=always vmas 12"), 0);
	assert_int_equal(run("", "vmas -o +inode 12"), 0);
	assert_non_null(strstr(out, "MAPPING"));
	assert_non_null(strstr(out, " INODE"));
}

static void test_vmas_json(void **state)
{
	struct json_object *obj, *list, *vma;

	(void)state;
	assert_int_equal(run("vmas=3", "vmas 12 --json"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "vmas", &list));
	assert_int_equal(json_object_array_length(list), 10);
	vma = json_object_array_get_idx(list, 0);
	assert_string_equal(get(vma, "start"), "0x400000");
	assert_string_equal(get(vma, "size"), "8192");
	assert_string_equal(get(vma, "perms"), "r-xp");
	assert_string_equal(get(vma, "kind"), "text");
	assert_string_equal(get(vma, "vm_flags"), "0x5");
	assert_string_equal(get(vma, "flags"), "[ \"read\", \"exec\" ]");
	assert_null(get(vma, "name"));
	vma = json_object_array_get_idx(list, 3);
	assert_string_equal(get(vma, "path"), "/tmp/\033[31mred\nline\\xff\xc3\xa9");
	assert_string_equal(get(vma, "kind"), "file");
	/* control characters never raw */
	assert_null(strchr(out, '\033'));
	json_object_put(obj);
	assert_int_equal(run("many=300", "vmas 12 --json -o start"), 0);
	obj = parse_json();
	json_object_put(obj);
}

static void test_vmas_partial(void **state)
{
	struct json_object *obj;

	(void)state;
	assert_int_equal(run("vmas=2,changed=7", "vmas 12 --json"), 3);
	obj = parse_json();
	assert_string_equal(get(obj, "partial"), "true");
	json_object_put(obj);
	assert_string_equal(err, "mmscope: PID 12: the address space changed while it was read\n");
	assert_int_equal(run("vmas=2,gone=7", "vmas 12 --json"), 3);
	json_object_put(parse_json());
	assert_string_equal(err, "mmscope: PID 12: the process ended while it was looked at\n");
	/* the changed list is thrown away and taken again */
	assert_int_equal(run("vmas=2,changed=2", "vmas 12 --format=maps"), 0);
}

static void test_vmas_maps(void **state)
{
	static const struct { const char *left, *path; } rows[] = {
		{ "00400000-00402000 r-xp 00000000 08:01 11", "/usr/bin/prog" },
		{ "00402000-00403000 rw-p 00002000 08:01 11", "/usr/bin/prog" },
		{ "10000000-10010000 rw-p 00000000 00:00 0", "[heap]" },
		{ "20000000-20001000 r--p 00000000 08:01 12",
		  "/tmp/\033[31mred\\012line\xff\xc3\xa9" },
		{ "30000000-30002000 rw-p 00000000 00:00 0", "[anon:cache]" },
		{ "40000000-40001000 rw-s 00000000 01:01 1027", "/dev/zero (deleted)" },
	};
	const char *at = out;
	char line[256];
	size_t i;

	(void)state;
	assert_int_equal(run("", "vmas --format=maps 12"), 0);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(line, sizeof(line), "%-73s%s\n", rows[i].left, rows[i].path);
		assert_memory_equal(at, line, strlen(line));
		at += strlen(line);
	}
}

static void test_walk(void **state)
{
	struct json_object *obj, *list, *levels, *level;

	(void)state;
	assert_int_equal(run("", "walk 12 0x400123"), 0);
	assert_non_null(strstr(out, "LEVEL INDEX  TABLE"));
	assert_non_null(strstr(out, "0x400123: mapped: 4K page, leaf at pte, physical address 0x"));
	assert_int_equal(run("", "walk 12 0x400123 0x1000 0x10008000 0x1000a000 0x1000f000"), 1);
	assert_non_null(strstr(out, "\n0x1000: no_vma: no mapping holds the address\n"));
	assert_non_null(strstr(out, "0x10008000: swap: swapped out to area 1, page 508\n"));
	assert_non_null(strstr(out, "protnone"));
	assert_int_equal(run("hidden=1", "walk 12 4194304"), 0);
	assert_non_null(strstr(out, "physical address hidden\n"));
	assert_int_equal(run("", "walk 12 0x400123 --json"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "walk", &list));
	level = json_object_array_get_idx(list, 0);
	assert_string_equal(get(level, "pa"), "0x100400123");
	assert_string_equal(get(level, "leaf"), "pte");
	assert_string_equal(get(level, "status"), "mapped");
	assert_true(json_object_object_get_ex(level, "levels", &levels));
	assert_int_equal(json_object_array_length(levels), 4);
	level = json_object_array_get_idx(levels, 0);
	assert_string_equal(get(level, "level"), "pgd");
	assert_string_equal(get(level, "entry"), "0x8000000000000067");
	assert_string_equal(get(level, "flags"), "[ \"present\", \"table\" ]");
	json_object_put(obj);
}

static void test_translate(void **state)
{
	(void)state;
	assert_int_equal(run("", "translate --no-headings 12 0x400123 4194304"), 0);
	assert_string_equal(out, "0x400123 0x100400123 mapped\n0x400000 0x100400000 mapped\n");
	assert_int_equal(run("", "translate --no-headings 12 0x1000"), 1);
	assert_string_equal(out, "0x1000  - no_vma\n");
}

static void test_translate_stdin(void **state)
{
	char *at;
	int i, nr = 0;
	FILE *f = fopen("/tmp/mmscope-test-input", "w");

	(void)state;
	assert_non_null(f);
	for (i = 0; i < 5000; i++)
		fprintf(f, "%s0x%x%s", i % 3 ? "" : "  ", 0x400000 + i % 4096, i % 5 ? "\n" : "\t");
	fputs("0x400fff", f);	/* no newline at the end */
	fclose(f);
	assert_int_equal(run("", "translate --no-headings 12 - </tmp/mmscope-test-input"), 0);
	for (at = out; (at = strchr(at, '\n')); at++)
		nr++;
	assert_int_equal(nr, 5001);
	assert_non_null(strstr(out, "0x400fff 0x100400fff mapped\n"));
	f = fopen("/tmp/mmscope-test-input", "w");
	assert_non_null(f);
	fputs("0x400000\nbad\n0x400001\n", f);
	fclose(f);
	assert_int_equal(run("", "translate --no-headings 12 - </tmp/mmscope-test-input"), 2);
	assert_string_equal(out, "0x400000 0x100400000 mapped\n");
	assert_string_equal(err, "mmscope: translate: 'bad': not an address\n");
	unlink("/tmp/mmscope-test-input");
}

static void test_extents(void **state)
{
	struct json_object *obj, *list, *ext;

	(void)state;
	assert_int_equal(run("extents=1", "extents 12 268435456+268435456 --no-headings"
			     COLUMNS_PA), 0);
	assert_string_equal(out, "0x10000000 0x10008000 0x110000000 mapped\n"
				 "0x10008000 0x1000a000           - swap\n"
				 "0x1000a000 0x1000b000      0x5000 protnone\n"
				 "0x1000b000 0x1000c000           - marker\n");
	/* widened to whole pages */
	assert_int_equal(run("", "extents 12 0x10000001+1 --no-headings -o start,end"), 0);
	assert_string_equal(out, "0x10000000 0x10001000\n");
	assert_int_equal(run("", "extents 12 --status swap,none --json"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "extents", &list));
	assert_int_equal(json_object_array_length(list), 2);
	ext = json_object_array_get_idx(list, 0);
	assert_string_equal(get(ext, "swap_offset"), "508");
	assert_string_equal(get(ext, "pages"), "2");
	assert_null(get(ext, "pa"));
	json_object_put(obj);
	assert_int_equal(run("hidden=1", "extents 12 0x400000+1 --json"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "extents", &list));
	assert_string_equal(get(json_object_array_get_idx(list, 0), "pa"), "hidden");
	json_object_put(obj);
	assert_int_equal(run("", "extents 12 --only uffd_wp --no-headings -o start"), 0);
	assert_string_equal(out, "0x1000b000\n");
	assert_int_equal(run("extents=1,gone=1", "extents 12"), 3);
}

/* A run without headings, and what its output, squeezed, begins with. */
struct output {
	const char *env, *args, *out;
};

static void check_outputs(const struct output *rows, size_t nr)
{
	char args[256];
	size_t i;

	for (i = 0; i < nr; i++) {
		snprintf(args, sizeof(args), "--no-headings %s", rows[i].args);
		assert_int_equal(run(rows[i].env, args), 0);
		squeeze();
		out[strlen(rows[i].out)] = '\0';
		assert_string_equal(out, rows[i].out);
	}
}

#define HEAP	" 0x10000000+0x10000"

static void test_pages(void **state)
{
	static const struct output rows[] = {
		/* merged as far as the shown columns allow */
		{ "extents=3", "pages 12 -o va,pages,pfn,status,type,swap,order" HEAP,
		  "0x10000000 8 0x110000 mapped anon - 0\n"
		  "0x10008000 2 - swap - 1:508 -\n"
		  "0x1000a000 1 0x5 protnone anon - 0\n"
		  "0x1000b000 1 - marker - - -\n" },
		{ "", "pages 12 --only anon -o va,pages,type" HEAP,
		  "0x10000000 8 anon\n0x1000a000 1 anon\n" },
		{ "", "pages 12 --status protnone -o va,kpf,exclusive" HEAP,
		  "0x1000a000 lru,anonymous,anon_exclusive yes\n" },
		{ "", "pages 12 --each --status swap -o va,pages,swap" HEAP,
		  "0x10008000 1 1:508\n0x10009000 1 1:509\n" },
		{ "", "pages 12 --status all --only file -o va" HEAP, "" },
		{ "", "pages 12 0x10007001+0x1000 -o va,pages,status",
		  "0x10007000 1 mapped\n0x10008000 1 swap\n" },
		/* bits that mean another thing on a file's page */
		{ "", "pages 12 0x400000+1 -o kpf,exclusive", "lru,readahead no\n" },
		{ "hidden=1", "pages 12 0x10000000+0x9000 -o va,pages,pfn,type,mapcount,swap",
		  "0x10000000 8 hidden anon hidden -\n0x10008000 1 - - - hidden\n" },
		{ "hidden=1", "pages 12 0x10000000+0x9000 -o va,node,exclusive,kpf",
		  "0x10000000 hidden yes hidden\n0x10008000 - - -\n" },
	};
	static const char lock[] =
		"mmscope: PID 12: lock held at most 0.100 us, taken 2 times, address space ";

	(void)state;
	check_outputs(rows, ARRAY_SIZE(rows));
	assert_int_equal(run("extents=1,gone=1", "pages 12"), 3);
	assert_int_equal(run("", "pages 12 --lock"), 0);
	assert_memory_equal(err, lock, sizeof(lock) - 1);
}

static void test_pages_json(void **state)
{
	struct json_object *obj, *list, *page;

	(void)state;
	assert_int_equal(run("", "pages 12 0x10000000+0x10000 --json"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "pages", &list));
	assert_int_equal(json_object_array_length(list), 12);
	page = json_object_array_get_idx(list, 1);
	assert_string_equal(get(page, "va"), "0x10001000");
	assert_string_equal(get(page, "pfn"), "0x110001");
	assert_string_equal(get(page, "type"), "anon");
	assert_string_equal(get(page, "mapcount"), "1");
	assert_string_equal(get(page, "order"), "0");
	assert_string_equal(get(page, "kpf"), "[ \"lru\", \"anonymous\", \"anon_exclusive\" ]");
	assert_null(get(page, "swap"));
	page = json_object_array_get_idx(list, 9);
	assert_string_equal(get(page, "swap"), "1:509");
	assert_null(get(page, "pfn"));
	assert_null(get(page, "mapcount"));
	assert_null(get(page, "node"));
	page = json_object_array_get_idx(list, 11);
	assert_string_equal(get(page, "status"), "marker");
	json_object_put(obj);
}

static void test_stat(void **state)
{
	static const struct output rows[] = {
		{ "", "stat 12 -o pid,vmas,vss,rss,pss,uss,swap",
		  "12 10 252K 212K 193.3K 184K 8K\n" },
		/* each, and the total */
		{ "", "stat 12 13 -o pid,rss,swap", "12 212K 8K\n13 212K 8K\ntotal 424K 16K\n" },
		{ "", "stat 12 13 --rollup -o rss,pid", "424K -\n" },
		{ "", "stat 12 --by kind --sort rss -o kind,rss,vmas",
		  "stack 132K 1\nheap 36K 1\n" },
		{ "", "stat 12 13 --by file --rollup --sort vmas -o mapping,vmas,vss",
		  "/usr/bin/prog 4 24K\n/usr/lib/libx.so 4 32K\n" },
		{ "", "stat 12 --by flags -o perms,vmas,flags",
		  "r-xp 2 read,exec\nrw-p 4 read,write\n" },
		{ "extents=3,vmas=2", "stat 12 --by vma -o start,rss,mapping",
		  "0x400000 8K /usr/bin/prog\n0x402000 4K /usr/bin/prog\n" },
	};

	(void)state;
	check_outputs(rows, ARRAY_SIZE(rows));
}

static void test_stat_json(void **state)
{
	struct json_object *obj, *list, *row;

	(void)state;
	assert_int_equal(run("extents=3,vmas=2", "stat 12 --by vma --sort start --json"), 0);
	obj = parse_json();
	assert_string_equal(get(obj, "pid"), "12");
	assert_true(json_object_object_get_ex(obj, "stat", &list));
	assert_int_equal(json_object_array_length(list), 10);
	row = json_object_array_get_idx(list, 0);
	assert_string_equal(get(row, "start"), "0x400000");
	assert_string_equal(get(row, "pss"), "2730");
	assert_string_equal(get(row, "shared_clean"), "8192");
	assert_string_equal(get(row, "anon_huge_pages"), "0");
	assert_string_equal(get(row, "kind"), "text");
	json_object_put(obj);
	assert_int_equal(run("", "stat 12 13 --json"), 0);
	obj = parse_json();
	assert_false(json_object_object_get_ex(obj, "pid", &row));
	assert_true(json_object_object_get_ex(obj, "total", &row));
	assert_string_equal(get(row, "swap"), "16384");
	json_object_put(obj);
}

static void test_stat_errors(void **state)
{
	(void)state;
	assert_int_equal(run("attach=3", "stat 12 --json"), 1);
	assert_string_equal(out, "");
	/* what was there is shown */
	assert_int_equal(run("gone=1", "stat 12 13 --no-headings -o pid,rss"), 3);
	squeeze();
	assert_string_equal(out, "12 212K\n");
	assert_string_equal(err, "mmscope: PID 13: the process ended while it was looked at\n");
	assert_int_equal(run("changed=1", "stat 12 --json"), 3);
	json_object_put(parse_json());
	assert_int_equal(run("malformed=3", "stat 12"), 1);
	assert_int_equal(run("", "--device /no/mmscope stat 1 2"), 4);
}

static void test_tables(void **state)
{
	static const struct output rows[] = {
		{ "", "tables 12 -o level,tables,entries,bytes",
		  "pgd 1 2 4K\npud 2 3 8K\npmd 3 8 12K\npte 8 63 32K\ntotal 14 76 56K\n"
		  "the kernel accounts 56K below the top levels (pgtables_bytes), here are 52K\n"
		  "the other 4K lead to no mapping\n" },
		{ "", "tables 12 --by vma -o start,tables,shared,kind",
		  "0x400000 3 0 text\n0x7ffd00000000 3 0 stack\n" },
	};
	struct json_object *obj, *list, *total;

	(void)state;
	check_outputs(rows, ARRAY_SIZE(rows));
	assert_int_equal(run("", "tables 12 --json"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "tables", &list));
	assert_int_equal(json_object_array_length(list), 4);
	assert_string_equal(get(obj, "pgtables_bytes"), "57344");
	assert_string_equal(get(obj, "counted_bytes"), "53248");
	json_object_put(obj);
	/* each table is charged once: the sum is the same */
	assert_int_equal(run("", "tables 12 --by vma --json"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "total", &total));
	assert_string_equal(get(total, "bytes"), "53248");
	json_object_put(obj);
	assert_int_equal(run("gone=3", "tables 12 --by vma"), 3);
	assert_int_equal(run("changed=1", "tables 12"), 3);
}

/* The fake space is not this process's: a verification must say so. */
static void test_verify_differs(void **state)
{
	struct json_object *obj;

	(void)state;
	assert_int_equal(run("", "verify self --json"), 1);
	obj = parse_json();
	assert_true(atoi(get(obj, "differences")) > 10);
	json_object_put(obj);
	assert_int_equal(run("", "verify 1 --stop --no-stop -o va,field"), 1);
}

static void test_full_disk(void **state)
{
	char line[512];
	int status;

	(void)state;
	snprintf(line, sizeof(line), "'%s' --device /dev/null vmas 12 >/dev/full 2>&1", command);
	status = system(line);
	assert_int_equal(WEXITSTATUS(status), 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missing_device), cmocka_unit_test(test_usage),
		cmocka_unit_test(test_attach_errors), cmocka_unit_test(test_help),
		cmocka_unit_test(test_info), cmocka_unit_test(test_mm),
		cmocka_unit_test(test_vmas_table), cmocka_unit_test(test_vmas_json),
		cmocka_unit_test(test_vmas_partial), cmocka_unit_test(test_vmas_maps),
		cmocka_unit_test(test_walk), cmocka_unit_test(test_translate),
		cmocka_unit_test(test_translate_stdin), cmocka_unit_test(test_extents),
		cmocka_unit_test(test_pages), cmocka_unit_test(test_pages_json),
		cmocka_unit_test(test_stat), cmocka_unit_test(test_stat_json),
		cmocka_unit_test(test_stat_errors), cmocka_unit_test(test_tables),
		cmocka_unit_test(test_verify_differs), cmocka_unit_test(test_full_disk),
	};

	if (argc != 2)
		return 2;
	command = argv[1];
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("NO_COLOR");
	return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
