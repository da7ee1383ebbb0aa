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
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
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
		{ "mm zero", "mmscope: mm: 'zero': not a process id, nor a file\n" },
		{ "mm 0", "mmscope: mm: '0': not a process id, nor a file\n" },
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
		{ "stat 1 x", "mmscope: stat: 'x': not a process id, nor a file\n" },
		{ "stat", "mmscope: stat: too few arguments: mmscope stat PID...\n" },
		{ "stat 1 2 --rollup --by vma", "mmscope: stat: --rollup excludes --by vma\n" },
		{ "tables 1 --by=x", "mmscope: tables: --by: 'x': not one of level, vma\n" },
		{ "pages 1 --budget 50",
		  "mmscope: pages: --budget: '50': not a time (50us, 1ms ...)\n" },
		{ "mm 1 --budget 1ms", "mmscope: mm: unknown or ambiguous option '--budget'\n" },
		{ "mm 1 --lock", "mmscope: mm: unknown or ambiguous option '--lock'\n" },
		{ "translate 1 9 9x", "mmscope: translate: '9x': not an address\n" },
		{ "kernel",
		  "mmscope: kernel: too few arguments: mmscope kernel ADDR...|--layout\n" },
		{ "kernel --layout 1", "mmscope: kernel: --layout takes no address\n" },
		{ "kernel --layout -o LEVEL",
		  "mmscope: kernel: --layout: -o selects columns of a walk\n" },
		{ "ops 1 --json -o OPS",
		  "mmscope: ops: --json: -o selects columns of the table\n" },
		{ "share 1 2 --matrix -o PID",
		  "mmscope: share: --matrix: -o selects columns of pairs\n" },
		{ "kernel [heap]",
		  "mmscope: kernel: '[heap]': not an address, SYMBOL or MODULE:SYMBOL\n" },
		{ "kernel x+y", "mmscope: kernel: 'x+y': the offset is not a number\n" },
		{ "walk 1 [heap", "mmscope: walk: '[heap': not a name in brackets\n" },
		{ "walk 1 a:", "mmscope: walk: 'a:': not FILE:SYMBOL\n" },
		{ "walk 1 a+0x", "mmscope: walk: 'a+0x': the offset is not a number\n" },
		{ "extents 1 9", "mmscope: extents: '9': not a range (START-END or START+LEN)\n" },
		{ "extents 1 [stack]-[heap]",
		  "mmscope: extents: '[stack]-[heap]': the range is inverted\n" },
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
		"tables", "tasks", "store", "ops", "find", "explain", "verify",
		"gaps", "layout", "audit", "kernel", "map", "watch", "share", "rmap",
		"show", "diff", "aslr",
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
	assert_int_equal(run("", "top --help"), 0);
	assert_non_null(strstr(out, "mmscope tui [OPTIONS]"));
	/* What means nothing to a command is not in its help. */
	assert_null(strstr(out, "--json"));
	assert_null(strstr(out, "COLUMNS"));
	assert_null(strstr(out, "--from"));
	assert_null(strstr(out, "--no-pager"));
	assert_int_equal(run("", "snapshot --help"), 0);
	assert_non_null(strstr(out, "--output FILE"));
	assert_null(strstr(out, "--json"));
	assert_non_null(strstr(out, "--from"));
	run("", "rmap --help");
	assert_non_null(strstr(out, "--json"));
	assert_null(strstr(out, "--from"));
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
	assert_non_null(strstr(out, "start_code       0x400000"));
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

static void test_kernel(void **state)
{
	struct json_object *obj, *list, *row, *levels;

	(void)state;
	assert_int_equal(run("", "kernel 0xffff888000001234"), 0);
	assert_non_null(strstr(out, "LEVEL INDEX  TABLE"));
	assert_non_null(strstr(out, "0xffff888000001234: mapped: 4K page, leaf at pte, physical "
				    "address 0x1234, rw-\n"
				    "in direct_map: all memory"));
	assert_int_equal(run("", "kernel 0xffff888040000010"), 0);
	assert_non_null(strstr(out, "2M page, leaf at pmd, physical address 0x40000010, r-x\n"
				    "in kernel_image: "));
	assert_int_equal(run("", "kernel 0xffffffffffff0000 0x400000"), 1);
	assert_non_null(strstr(out, "nothing is mapped there: the pte entry (4K) is not present\n"
				    "in no region\n"));
	assert_non_null(strstr(out, "\n0x400000: not an address of the kernel\n"));
	assert_int_equal(run("hidden=1", "kernel 0xffff888000001234"), 1);
	assert_string_equal(out, "");
	assert_memory_equal(err, "mmscope: kernel: the kernel's addresses are hidden\nhint: ", 56);
	assert_int_equal(run("malformed=4", "kernel 0xffff888000001234"), 1);

	assert_int_equal(run("", "kernel --layout"), 0);
	assert_non_null(strstr(out, "REGION "));
	/* High to low. */
	assert_true(strstr(out, "kernel_image") < strstr(out, "direct_map"));

	assert_int_equal(run("", "kernel 0xffff888040000010 0x400000 --json"), 1);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "kernel", &list));
	assert_int_equal(json_object_array_length(list), 2);
	row = json_object_array_get_idx(list, 0);
	assert_string_equal(get(row, "pa"), "0x40000010");
	assert_string_equal(get(row, "leaf"), "pmd");
	assert_string_equal(get(row, "rights"), "r-x");
	assert_string_equal(get(row, "region"), "kernel_image");
	assert_string_equal(get(row, "region_start"), "0xffff888040000000");
	assert_true(json_object_object_get_ex(row, "levels", &levels));
	assert_int_equal(json_object_array_length(levels), 3);
	row = json_object_array_get_idx(list, 1);
	assert_string_equal(get(row, "status"), "noncanonical");
	assert_null(json_object_object_get(row, "region"));
	json_object_put(obj);
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

static void test_explain(void **state)
{
	struct json_object *obj, *list, *row, *vma, *walk, *facts;

	(void)state;
	assert_int_equal(run("", "explain 12 0x10000010"), 0);
	assert_memory_equal(out, "0x10000010: heap, rw-p, 0x10000000-0x10010000 (64K) [heap]\n",
			    59);
	assert_non_null(strstr(out, "\nread    yes "));
	assert_non_null(strstr(out, "\nLEVEL INDEX"));
	assert_non_null(strstr(out, "\n0x10000010: mapped: 4K page"));
	assert_non_null(strstr(out, "\npage: anon, map count 1"));
	assert_non_null(strstr(out, "\nlock: held for "));
	/* swapped out, empty, no mapping, not an address, the kernel's */
	assert_int_equal(run("", "explain 12 0x10008000 --no-headings -o ACCESS,OUTCOME"), 0);
	assert_non_null(strstr(out, "\nread    swap_in\nwrite   swap_in\nexecute segv_accerr\n"));
	assert_non_null(strstr(out, "\nread: the page is swapped out\n"));
	assert_int_equal(run("", "explain 12 0x1000 --no-headings -o OUTCOME"), 1);
	assert_memory_equal(out, "0x1000: no mapping holds the address\n\nsegv_maperr\n", 50);
	assert_int_equal(run("", "explain 12 0x8000000000000000 -o OUTCOME"), 1);
	assert_non_null(strstr(out, "\nsegv_cpu\n"));
	assert_int_equal(run("", "explain 12 0xffffffff81000000 -o OUTCOME"), 1);
	assert_non_null(strstr(out, ": the kernel's\n"));
	assert_int_equal(run("hidden=1", "explain 12 0x10000010"), 0);
	assert_non_null(strstr(out, "page: anon, the rest is hidden\n"));

	assert_int_equal(run("", "explain 12 0x10000010 --json"), 0);
	obj = parse_json();
	assert_string_equal(get(obj, "va"), "0x10000010");
	assert_true(json_object_object_get_ex(obj, "accesses", &list));
	assert_int_equal(json_object_array_length(list), 3);
	row = json_object_array_get_idx(list, 2);
	assert_string_equal(get(row, "access"), "execute");
	assert_string_equal(get(row, "outcome"), "segv_accerr");
	assert_string_equal(get(row, "signal"), "SIGSEGV");
	assert_true(json_object_object_get_ex(obj, "vma", &vma));
	assert_string_equal(get(vma, "kind"), "heap");
	assert_true(json_object_object_get_ex(obj, "walk", &walk));
	assert_string_equal(get(json_object_array_get_idx(walk, 0), "status"), "mapped");
	assert_true(json_object_object_get_ex(obj, "facts", &facts));
	assert_non_null(strstr(get(facts, "known"), "exclusive"));
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
	FILE *f = fopen("input", "w");

	(void)state;
	assert_non_null(f);
	for (i = 0; i < 5000; i++)
		fprintf(f, "%s0x%x%s", i % 3 ? "" : "  ", 0x400000 + i % 4096, i % 5 ? "\n" : "\t");
	fputs("0x400fff", f);	/* no newline at the end */
	fclose(f);
	assert_int_equal(run("", "translate --no-headings 12 - <input"), 0);
	for (at = out; (at = strchr(at, '\n')); at++)
		nr++;
	assert_int_equal(nr, 5001);
	assert_non_null(strstr(out, "0x400fff 0x100400fff mapped\n"));
	f = fopen("input", "w");
	assert_non_null(f);
	fputs("0x400000\n0xbad!\n0x400001\n", f);
	fclose(f);
	assert_int_equal(run("", "translate --no-headings 12 - <input"), 2);
	assert_string_equal(out, "0x400000 0x100400000 mapped\n");
	assert_string_equal(err, "mmscope: translate: '0xbad!': not an address\n");
	unlink("input");
}

static void test_symbolic(void **state)
{
	static const struct { const char *args, *message; } rows[] = {
		{ "walk 1 [vdso]", "mmscope: PID 1: '[vdso]': no mapping is called so\n" },
		{ "walk 1 nolib.so:x",
		  "mmscope: PID 1: 'nolib.so:x': no mapped file is called so\n" },
		{ "pages 1 libx.so:x",
		  "mmscope: PID 1: 'libx.so:x': cannot read /usr/lib/libx.so: " },
	};
	size_t i;

	(void)state;
	assert_int_equal(run("", "translate 12 -o va [heap]+8 [stack] libx.so+4 [anon:cache]"), 0);
	squeeze();
	assert_string_equal(out, "VA\n0x10000008\n0x7ffd00000000\n0x50000004\n0x30000000\n");
	assert_int_equal(run("", "extents 12 [heap] --no-headings -o start,end"), 0);
	assert_string_equal(out, "0x10000000 0x10008000\n0x10008000 0x1000a000\n"
				 "0x1000a000 0x1000b000\n0x1000b000 0x1000c000\n");
	assert_int_equal(run("", "extents 12 [heap]-[heap]+0x9000 --no-headings -o start,end"), 0);
	assert_string_equal(out, "0x10000000 0x10008000\n0x10008000 0x10009000\n");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(run("", rows[i].args), 1);
		assert_memory_equal(err, rows[i].message, strlen(rows[i].message));
		assert_string_equal(out, "");
	}
	/* The process ends between the look for the names and the walk. */
	assert_int_equal(run("gone=1", "walk 1 [heap]"), 3);
	assert_string_equal(err, "mmscope: PID 1: the process ended while it was looked at\n");
}

static void test_find(void **state)
{
	struct json_object *obj, *list;

	(void)state;
	assert_int_equal(run("", "find 12 0x402010 --no-headings -o what,start,end,kind"), 0);
	squeeze();
	assert_string_equal(out, "prev 0x400000 0x402000 text\n"
				 "vma 0x402000 0x403000 data\n"
				 "next_gap 0x403000 0x10000000 -\n"
				 "next 0x10000000 0x10010000 heap\n"
				 "0x402010: in a VMA, 0x10 bytes above its start\n");
	assert_int_equal(run("", "find 12 0x1000 --no-headings -o what,start,end"), 1);
	squeeze();
	assert_string_equal(out, "gap 0x0 0x400000\nvma 0x400000 0x402000\n"
				 "next 0x402000 0x403000\n0x1000: in a gap of 4M\n");
	assert_int_equal(run("", "find 12 0x1000 [heap] --no-headings -o what"), 0);
	assert_non_null(strstr(out, "first intersects the VMA at 0x400000\n"));
	assert_int_equal(run("", "find 12 0x1000 0x2000 --no-headings -o what"), 1);
	assert_non_null(strstr(out, "intersects no VMA\n"));
	assert_int_equal(run("", "find 12 0xffffffffff600000 --json"), 1);
	obj = parse_json();
	assert_string_equal(get(obj, "where"), "beyond");
	assert_true(json_object_object_get_ex(obj, "find", &list));
	assert_int_equal(json_object_array_length(list), 2);
	json_object_put(obj);
	assert_int_equal(run("", "find 12 0x2000 0x1000"), 2);
	assert_int_equal(run("malformed=1", "find 12 0x402010"), 1);
	assert_non_null(strstr(err, "malformed"));
	assert_int_equal(run("gone=1", "find 12 0x402010"), 3);
}

static void test_gaps(void **state)
{
	(void)state;
	assert_int_equal(run("", "gaps 12 --no-headings -o start,end,size"), 0);
	squeeze();
	assert_memory_equal(out, "0x0 0x400000 4M\n0x403000 0x10000000 252M\n", 41);
	assert_non_null(strstr(out, "gaps, 128T in all; the largest, 128T, at 0x60003000\n"));
	assert_int_equal(run("", "gaps 12 --json"), 0);
	json_object_put(parse_json());
	assert_int_equal(run("changed=1", "gaps 12"), 0);	/* once: it looks again */
	assert_int_equal(run("", "gaps 12 --fit 18446744073709551615"), 1);
	assert_non_null(strstr(out, " fit nowhere\n"));
	assert_int_equal(run("", "gaps 12 --fit 0"), 2);
	assert_int_equal(run("", "gaps 12 --fit 3x"), 2);
	assert_int_equal(run("", "gaps 12 --fit 1M --align 3"), 2);
	assert_int_equal(run("", "gaps 12 --align 4K"), 2);
	assert_int_equal(run("", "gaps 12 --fit 1M --file /nonexistent"), 1);
	assert_int_equal(run("vmas=2,gone=1", "gaps 12"), 3);
}

static void test_audit(void **state)
{
	(void)state;
	/* The program's file is not there: not all could be checked. */
	assert_int_equal(run("", "audit 1 --no-headings -o finding,start,end"), 3);
	assert_null(strstr(out, "pte-"));
	assert_non_null(strstr(err, "not all was checked: the program's file cannot be read\n"));
	assert_int_equal(run("permissive=1", "audit 1 --no-headings -o finding,start,end"), 1);
	squeeze();
	assert_non_null(strstr(out, "pte-write 0x400000 0x402000\n"));
	assert_non_null(strstr(out, "pte-wx 0x400000 0x402000\n"));
	assert_non_null(strstr(out, "pte-exec 0x10000000 0x10008000\n"));
	assert_null(strstr(out, "pte-exec 0x400000"));
	assert_int_equal(run("permissive=1", "audit 1 --json"), 1);
	json_object_put(parse_json());
	assert_int_equal(run("gone=1", "audit 1"), 3);
	assert_int_equal(run("", "audit"), 2);
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
	assert_int_equal(run("hidden=1", "extents 12 --status swap --json"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "extents", &list));
	ext = json_object_array_get_idx(list, 0);
	assert_string_equal(get(ext, "swap_type"), "hidden");
	assert_string_equal(get(ext, "swap_offset"), "hidden");
	json_object_put(obj);
	assert_int_equal(run("extents=1,gone=1", "extents 12"), 3);
	assert_int_equal(run("extents=1,changed=2", "extents 12"), 3);
	assert_string_equal(err, "mmscope: PID 12: the address space changed while it was read\n");
	assert_int_equal(run("extents=1,changed=2", "pages 12"), 3);
	assert_string_equal(err, "mmscope: PID 12: the address space changed while it was read\n");
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
		  "0x1000a000 lru,anon,anon_exclusive yes\n" },
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

/* Every operation of every walking command has it; see struct fake. */
static void test_budget(void **state)
{
	static const char *const commands[] = {
		"vmas 12", "walk 12 0x10000000", "translate 12 0x10000000 0x20000000", "extents 12",
		"pages 12", "stat 12 --by vma", "stat 12 13", "tables 12", "tables 12 --by vma",
		"store 12", "ops 12", "find 12 0x10000000", "explain 12 0x10000000", "gaps 12",
		"layout 12", "audit 12", "map 12", "pages 12 [heap]",
		"snapshot 12 --pages -o budget.snap",
	};
	const char *refused = strerror(EBADRQC);
	char line[128];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		snprintf(line, sizeof(line), "%s --budget 50us", commands[i]);
		run("budget=50000", line);
		if (strstr(err, refused))
			fail_msg("%s: %s", line, err);
		run("budget=50001", line);
		if (!strstr(err, refused))
			fail_msg("%s: is not asked for", line);
	}
	unlink("budget.snap");
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
	assert_string_equal(get(page, "kpf"), "[ \"lru\", \"anon\", \"anon_exclusive\" ]");
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
		{ "", "stat 12 12 -o pid,rss", "12 212K\n12 212K\ntotal 424K\n" },
		{ "", "stat 12 12 --by kind -o pid,kind,vmas",
		  "12 text 1\n12 data 1\n12 heap 1\n12 file 1\n12 anon 1\n12 shm 1\n"
		  "12 library 2\n12 device 1\n12 stack 1\n12 text 1\n" },
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

#define USERS	"mm_users 6 = 2 threads + 2 threads of other processes + 1 worker of the kernel"
#define REFS	"mm_count 7 = 1 for all users + 1 kernel thread that uses it"
#define SCANNED	" + 1 khugepaged + 1 mmscope"
#define KTHREAD	"a kernel thread: mm is NULL; "

static void test_tasks(void **state)
{
	static const struct output rows[] = {
		{ "", "tasks 42 -o tid,tgid,kind,flags,comm",
		  "42 42 thread - prog\n43 42 thread on_cpu \\x1b[31m\\x0a\\xff\n"
		  "50 50 process vfork child\n- - process - inner\n"
		  "51 42 io_worker - iou-wrk-43\n7 7 kthread - vhost-42\n"
		  "1 of them without a number in this pid namespace\n\n"
		  USERS " + 1 not accounted for\n"
		  REFS SCANNED " + 3 not accounted for (CPUs were not asked: --cpus)\n" },
		{ "", "tasks 43 --cpus -o tid",
		  "42\n43\n50\n-\n51\n7\n1 of them without a number in this pid namespace\n\n"
		  "0 0 idle swapper/0 borrowed target - - loaded\n"
		  "1 99 process mmscope own process 99 mmscope on_cpu\n\n"
		  USERS " + 1 not accounted for\n"
		  REFS " + 1 CPU that borrows it" SCANNED " + 2 not accounted for\n" },
		{ "", "tasks 2 -o tid,mm_use",
		  "2 none\n" KTHREAD "it does not run, so is active_mm\n" },
		{ "", "tasks 3 -o tid,mm_use,mm_of,mm_pid,mm_comm",
		  "3 borrowed process 77 bash\n" KTHREAD "active_mm is that of PID 77 (bash)\n" },
		{ "", "tasks 4 -o tid,mm_of",
		  "4 exited\n" KTHREAD "active_mm is of a process that ended\n" },
	};
	struct json_object *obj, *list, *row;

	(void)state;
	check_outputs(rows, ARRAY_SIZE(rows));
	assert_int_equal(run("", "tasks 42 --json --cpus"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "tasks", &list));
	assert_int_equal(json_object_array_length(list), 6);
	row = json_object_array_get_idx(list, 3);
	assert_null(get(row, "tid"));
	assert_string_equal(get(row, "comm"), "inner");
	assert_true(json_object_object_get_ex(obj, "cpus", &list));
	assert_int_equal(json_object_array_length(list), 2);
	assert_true(json_object_object_get_ex(obj, "mm_users", &row));
	assert_string_equal(get(row, "value"), "6");
	assert_string_equal(get(row, "not_accounted"), "1");
	assert_true(json_object_object_get_ex(obj, "mm_count", &row));
	assert_string_equal(get(row, "lazy"), "1");
	assert_string_equal(get(row, "not_accounted"), "2");
	json_object_put(obj);
}

static void test_tasks_errors(void **state)
{
	struct json_object *obj, *list, *row;

	(void)state;
	assert_int_equal(run("hidden=1", "tasks 42 --json"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "tasks", &list));
	row = json_object_array_get_idx(list, 2);
	assert_string_equal(get(row, "tid"), "hidden");
	assert_string_equal(get(row, "comm"), "hidden");
	assert_string_equal(get(row, "cpu"), "hidden");
	assert_true(json_object_object_get_ex(obj, "mm_users", &row));
	assert_string_equal(get(row, "hidden"), "1");
	assert_string_equal(get(row, "processes"), "1");
	json_object_put(obj);
	/* the rest is shown, and the refusal said */
	assert_int_equal(run("hidden=1", "tasks 42 --cpus"), 1);
	assert_non_null(strstr(out, "mm_users 6"));
	assert_string_equal(err, "mmscope: PID 42: --cpus: Operation not permitted\n");
	assert_int_equal(run("attach=6", "tasks 5"), 1);
	assert_string_equal(err, "mmscope: PID 5: a kernel thread has no user address space\n");
	assert_int_equal(run("changed=1", "tasks 42 --json"), 3);
	json_object_put(parse_json());
	assert_int_equal(run("gone=0,malformed=2", "tasks 42"), 1);
	assert_int_equal(run("malformed=3", "tasks 42"), 1);
	assert_string_equal(out, "");
}

static void test_ops(void **state)
{
	static const struct output rows[] = {
		{ "", "ops 12 0x400010",
		  "ext4_file_vm_ops fault filemap_fault no page is there: give one\n"
		  "ext4_file_vm_ops map_pages fuse_map [fuse] map what the page cache has around\n"
		  "ext4_file_vm_ops name - its name in /proc/PID/maps\n" },
		{ "", "ops 12 0x10000000 -o start,end,ops,member",
		  "0x10000000 0x10010000 - -\n"
		  "private anonymous memory: mm/memory.c itself answers for it\n" },
	};
	struct json_object *obj, *list, *row;

	(void)state;
	check_outputs(rows, ARRAY_SIZE(rows));
	assert_int_equal(run("vmas=2", "ops 12 --json"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "ops", &list));
	assert_int_equal(json_object_array_length(list), 10);
	assert_true(json_object_object_get_ex(json_object_array_get_idx(list, 0), "members", &row));
	assert_int_equal(json_object_array_length(row), 3);
	assert_true(json_object_object_get_ex(json_object_array_get_idx(list, 1), "members", &row));
	assert_int_equal(json_object_array_length(row), 0);
	json_object_put(obj);
	assert_int_equal(run("", "ops 12 0x1000"), 1);
	assert_non_null(strstr(out, "0x1000: no VMA\n"));
	assert_int_equal(run("malformed=2", "ops 12"), 1);
	assert_int_equal(run("gone=1,vmas=2", "ops 12 --json"), 3);
	json_object_put(parse_json());
}

static void test_store(void **state)
{
	static const struct output rows[] = {
		{ "", "store 12",
		  "arange_64 0x0 0xffffffffffffffff 2 10 16E\n"
		  "\u251c\u2500leaf_64 0x0 0x4fffff 4 16 4M\n"
		  "\u2514\u2500leaf_64 0x500000 0xffffffffffffffff 3 16 16E\n"
		  "maple tree: 3 VMAs in 3 nodes on 2 levels, in RCU mode\n"
		  "9 of 42 slots used\n" },
		{ "vmas=1", "store 12 --slots -o tree,min,gap",
		  "arange_64 0x0 16E\n\u251c\u2500leaf_64 0x0 4M\n"
		  "\u2502 \u251c\u2500gap 0x0 4M\n\u2502 \u251c\u2500vma 0x400000 -\n"
		  "\u2502 \u251c\u2500vma 0x402000 -\n\u2502 \u2514\u2500gap 0x403000 1012K\n"
		  "\u2514\u2500leaf_64 0x500000 16E\n\u251c\u2500gap 0x500000 251M\n"
		  "\u251c\u2500vma 0x10000000 -\n\u2514\u2500gap 0x10010000 16E\n"
		  "maple tree: 3 VMAs in 3 nodes on 2 levels, in RCU mode\n"
		  "9 of 42 slots used\n" },
		{ "", "store 12 0x401234 -o type,node",
		  "arange_64 0xffff888000001000\nleaf_64 0xffff888000001100\n"
		  "0x401234: VMA 0x400000-0x402000 after 2 nodes\n" },
		{ "hidden=1", "store 12 0x10000000 -o node",
		  "hidden\nhidden\n0x10000000: VMA 0x10000000-0x10010000 after 2 nodes\n" },
	};
	struct json_object *obj, *list, *row;

	(void)state;
	check_outputs(rows, ARRAY_SIZE(rows));
	assert_int_equal(run("", "store 12 --json"), 0);
	obj = parse_json();
	assert_string_equal(get(obj, "kind"), "maple_tree");
	assert_string_equal(get(obj, "nr_nodes"), "3");
	assert_true(json_object_object_get_ex(obj, "nodes", &list));
	row = json_object_array_get_idx(list, 1);
	assert_string_equal(get(row, "gap"), "4194304");
	assert_true(json_object_object_get_ex(row, "slots", &list));
	assert_int_equal(json_object_array_length(list), 4);
	row = json_object_array_get_idx(list, 1);
	assert_string_equal(get(row, "kind"), "vma");
	assert_string_equal(get(row, "end"), "0x402000");
	json_object_put(obj);
	/* an address without a VMA: the answer is no */
	assert_int_equal(run("", "store 12 0x500000 --json"), 1);
	obj = parse_json();
	assert_string_equal(get(obj, "nodes_visited"), "2");
	assert_string_equal(get(obj, "found"), "false");
	json_object_put(obj);
	assert_int_equal(run("gone=1,vmas=1", "store 12 --json"), 3);
	json_object_put(parse_json());
	assert_int_equal(run("changed=1", "store 12"), 3);
	assert_int_equal(run("malformed=1", "store 12"), 1);
	assert_int_equal(run("", "store 12 0xzz"), 2);
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

/* Takes the colours out of the last output. */
static void bleach(void)
{
	char *to = out, *from = out;

	while (*from) {
		if (from[0] == '\033' && from[1] == '[')
			from = strchr(from, 'm') + 1;
		else
			*to++ = *from++;
	}
	*to = '\0';
}

/* Without a terminal and colours tables are made another way, and look the same. */
static void test_tables_of_both_kinds(void **state)
{
	static const struct { const char *fake, *args; } rows[] = {
		{ "", "vmas 12" }, { "", "vmas 12 -o path,start" }, { "", "mm 12" },
		{ "", "walk 12 0x400000" }, { "", "find 12 0x400000" }, { "", "map 12" },
		{ "many=600", "vmas 12" }, { "many=512", "vmas 12 --no-headings" },
		{ "", "vmas 12 --no-headings" },
		{ "", "extents 12 0x90000000+0x1000" },
	};
	static char plain[sizeof(out)];
	char args[128];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(run(rows[i].fake, rows[i].args), 0);
		memcpy(plain, out, sizeof(plain));
		snprintf(args, sizeof(args), "--color=always %s", rows[i].args);
		assert_int_equal(run(rows[i].fake, args), 0);
		bleach();
		assert_string_equal(plain, out);
	}
}

/* Of commands that look several times: a change between any two of these is told. */
static void test_changes_between_looks(void **state)
{
	/* @first: before it comes what is not part of the answer, the libraries. */
	static const struct { const char *args; unsigned int first; } rows[] = {
		{ "tables 12 --json", 2 }, { "tables 12 --by vma --json -o start,tables", 2 },
		{ "map 12 --json", 3 },
	};
	unsigned int nr, at;
	char fake[32];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(run("", rows[i].args), 0);
		/* Each look of the device says that it took longer than the one before. */
		nr = strtoul(strstr(out, "\"hold_max_ns\":") + 14, NULL, 10) / 100;
		assert_true(nr >= 3);
		for (at = rows[i].first; at <= nr; at++) {
			snprintf(fake, sizeof(fake), "moved=%u", at);
			if (run(fake, rows[i].args) != 3)
				fail_msg("%s: a change before look %u of %u", rows[i].args, at, nr);
		}
		snprintf(fake, sizeof(fake), "moved=%u", nr + 1);
		assert_int_equal(run(fake, rows[i].args), 0);
	}
}

static void test_map(void **state)
{
	(void)state;
	assert_int_equal(run("", "map 12 -o START,PRESENT,SWAPPED,OTHER,RUNS,LONGEST,PAGES"), 0);
	squeeze();
	assert_non_null(strstr(out, "0x10000000 32K 8K 8K 2 32K ppppppppwwxx....\n"));
	assert_non_null(strstr(out, "0x400000 8K 0B 0B 1 8K ss\n"));
	assert_int_equal(run("hidden=1", "map 12 -o START,RUNS,PAGES"), 0);
	squeeze();
	assert_non_null(strstr(out, "0x10000000 hidden ppppppppwwxx....\n"));
	assert_int_equal(run("changed=4", "map 12"), 3);
	assert_int_equal(run("gone=3", "map 12"), 3);
	/* Of a snapshot without pages there is no picture, rather than an empty one. */
	assert_int_equal(run("", "snapshot 12 -o map.snap"), 0);
	assert_int_equal(run("", "map --from map.snap"), 4);
	assert_string_equal(out, "");
	unlink("map.snap");
	assert_int_equal(run("", "snapshot 12 --pages -o map.snap"), 0);
	assert_int_equal(run("", "map --from map.snap -o START,PAGES"), 0);
	squeeze();
	assert_non_null(strstr(out, "0x10000000 ppppppppwwxx....\n"));
	unlink("map.snap");
	assert_int_equal(run("", "map 12 --svg /nowhere/x.svg"), 1);
	assert_string_equal(err, "mmscope: /nowhere/x.svg: No such file or directory\n");
	assert_int_equal(run("", "map 12 --svg /dev/full"), 1);
	assert_int_equal(run("", "map 12 --svg /dev/stdout"), 0);
	assert_memory_equal(out, "<svg ", 5);
	assert_int_equal(run("", "map 12 --json --svg /dev/null"), 2);
	assert_int_equal(run("", "map 12 --walk 1"), 2);
	assert_int_equal(run("", "map 12 --walk 0xzz --html /dev/null"), 2);
}

/* The picture of a recording tells when that was made, and not when it was drawn. */
static void test_map_of_then(void **state)
{
	static const char *const pictures[] = { "--svg", "--html" };
	char when[64], title[128], line[64];
	struct json_object *obj, *props;
	struct tm tm = { 0 };
	time_t then;
	size_t i;

	(void)state;
	assert_int_equal(run("", "snapshot 12 --pages -o then.snap"), 0);
	assert_int_equal(run("", "show then.snap --json"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "snapshot", &props));
	assert_non_null(strptime(get(props, "time"), "%Y-%m-%dT%H:%M:%S", &tm));
	json_object_put(obj);
	then = timegm(&tm);
	while (time(NULL) <= then + 1)
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	assert_non_null(localtime_r(&then, &tm));
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(title, sizeof(title), "PID 12 /usr/bin/prog, recorded %s, Linux ", when);
	for (i = 0; i < ARRAY_SIZE(pictures); i++) {
		snprintf(line, sizeof(line), "map then.snap %s /dev/stdout", pictures[i]);
		assert_int_equal(run("", line), 0);
		assert_non_null(strstr(out, title));
	}
	assert_int_equal(run("", "map 12 --svg /dev/stdout"), 0);
	assert_non_null(strstr(out, "PID 12 /usr/bin/prog, "));
	assert_null(strstr(out, "recorded"));
	unlink("then.snap");
}

/* A recorded process in place of a live one, by name or by --from. */
static void test_snapshot(void **state)
{
	static const char *const same[] = {
		"mm", "vmas --json", "extents --status all", "pages -o va,pfn,type",
		"stat --by vma --json",
	};
	static char want[sizeof(out)];
	char dir[] = "/tmp/mmscope-test-XXXXXX", line[256], name[64];
	struct json_object *obj, *props;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(name, sizeof(name), "%s/a.mms", dir);
	snprintf(line, sizeof(line), "snapshot 12 --pages -o %s", name);
	assert_int_equal(run("", line), 0);
	assert_string_equal(out, "");
	for (i = 0; i < ARRAY_SIZE(same); i++) {
		char *lock;

		snprintf(line, sizeof(line), "%s 12", same[i]);
		assert_int_equal(run("", line), 0);
		lock = strstr(out, "\"lock\"");
		if (lock)
			*lock = '\0';
		memcpy(want, out, sizeof(want));
		snprintf(line, sizeof(line), "%s%s %s", same[i], i % 2 ? "" : " --from", name);
		assert_int_equal(run("", line), 0);
		lock = strstr(out, "\"lock\"");
		if (lock)
			*lock = '\0';
		assert_string_equal(out, want);
	}
	snprintf(line, sizeof(line), "show %s --json", name);
	assert_int_equal(run("", line), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "snapshot", &props));
	assert_string_equal(get(obj, "pid"), "12");
	assert_string_equal(get(props, "pages"), "true");
	assert_string_equal(get(props, "changed"), "false");
	json_object_put(obj);
	snprintf(line, sizeof(line), "verify %s", name);
	assert_int_equal(run("", line), 2);
	/* it replaces an older one; and changed, gone, refused: no file is left */
	snprintf(line, sizeof(line), "snapshot 12 -o %s", name);
	assert_int_equal(run("changed=2", line), 3);
	snprintf(line, sizeof(line), "vmas %s", name);
	assert_int_equal(run("", line), 3);
	snprintf(line, sizeof(line),
		 "mmscope: %s: the address space changed while it was recorded\n", name);
	assert_string_equal(err, line);
	snprintf(line, sizeof(line), "pages %s", name);
	assert_int_equal(run("", line), 4);
	unlink(name);
	snprintf(line, sizeof(line), "snapshot 12 -o %s", name);
	assert_int_equal(run("gone=2", line), 3);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(run("", line), 1);
}

/* What a recording does not hold is not said of it, least of all from this machine. */
static void test_layout_of_then(void **state)
{
	(void)state;
	assert_int_equal(run("", "snapshot 12 -o then.snap"), 0);
	assert_int_equal(run("", "layout then.snap"), 0);
	assert_non_null(strstr(out, "stack"));
	assert_null(strstr(out, "grows downwards"));
	unlink("then.snap");
}

/* A name can have a newline in it, and go on after it. */
static void test_name_of_lines(void **state)
{
	char before[16], line[64];

	(void)state;
	prctl(PR_GET_NAME, before);
	prctl(PR_SET_NAME, "\none\ntwo");
	snprintf(line, sizeof(line), "stat %d --no-headings -o comm", getpid());
	assert_int_equal(run("", line), 0);
	prctl(PR_SET_NAME, before);
	assert_string_equal(out, "\\x0aone\\x0atwo\n");
}

/* Told once, and the rest when it has grown: a whole file, and no part of it twice. */
static void test_snapshot_of_what_grows(void **state)
{
	(void)state;
	assert_int_equal(run("vmas=2,grows=1", "snapshot 12 -o grown.snap"), 0);
	assert_int_equal(run("", "show grown.snap"), 0);
	assert_int_equal(run("", "vmas grown.snap --no-headings -o start,end"), 0);
	squeeze();
	assert_non_null(strstr(out, "0x402000 0x403000\n0x403000 0x404000\n"
				    "0x10000000 0x10010000\n"));
	unlink("grown.snap");
}

/* ESC, newline, a byte that is no UTF-8, U+009B, what turns the text around it. */
static void check_harmless(const char *text, const char *of)
{
	static const char *const harm[] = { "\033", "red\n", "\xff", "\xc2\x9b", "\xe2\x80\xae" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(harm); i++)
		if (strstr(text, harm[i]))
			fail_msg("%s: raw \\x%02x in: %s", of, (unsigned char)*harm[i], text);
}

/*
 * Whatever others chose to call something, or wrote into a recording, and whatever the
 * command line has: no command prints it as it is.
 */
static void test_hostile_everywhere(void **state)
{
	static const char *const commands[] = {
		"info", "mm %s", "vmas %s -o +vm_flags,ops", "walk %s 0x400000", "extents %s",
		"translate %s 0x20000000", "pages %s", "stat %s --by vma", "stat %s",
		"tables %s", "find %s 0x20000000", "gaps %s", "layout %s", "tasks %s",
		"store %s", "ops %s", "audit %s", "show %s", "watch %s --count 1",
		"share %s 13", "explain %s 0x20000000", "diff %s 13",
		"walk %s 'a\033red\n'", "walk %s '/\033red\n\xff:main'", "vmas '\033red\n\xff'",
		"kernel 'x\033red\n\xc2\x9b'", "'\033red\n\xff'", "stat %s --sort '\033red\n'",
		"vmas %s '--\033\xff'", "vmas %s -o '\033red\n\xff'", "vmas /nowhere/'\033red\n'",
	};
	char dir[] = "/tmp/mmscope-test-XXXXXX", name[64], args[256], line[512];
	const char *const targets[] = { "12", name };
	size_t i, t;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(name, sizeof(name), "%s/a.mms", dir);
	snprintf(line, sizeof(line), "snapshot 12 -o %s", name);
	assert_int_equal(run("hostile=1", line), 0);
	for (t = 0; t < ARRAY_SIZE(targets); t++)
		for (i = 0; i < ARRAY_SIZE(commands); i++) {
			snprintf(args, sizeof(args), commands[i], targets[t]);
			run("hostile=1", args);
			check_harmless(out, args);
			check_harmless(err, args);
			snprintf(line, sizeof(line), "--json %s", args);
			run("hostile=1", line);
			check_harmless(err, line);
			assert_null(strchr(out, '\033'));
		}
	/* The two kernels differ, and the one of the file says its name. */
	snprintf(line, sizeof(line), "diff %s 12", name);
	assert_int_equal(run("", line), 4);
	check_harmless(err, line);
	assert_non_null(strstr(err, "not of one kernel: 6.12\\x1b[31mred\\x0a\\xff"));
	unlink(name);
	assert_int_equal(rmdir(dir), 0);
}

/* Files of the same look differ in nothing; of another one, in all it says. */
static void test_diff(void **state)
{
	char dir[] = "/tmp/mmscope-test-XXXXXX", line[256], a[64], b[64];
	struct json_object *obj, *list;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(a, sizeof(a), "%s/a.mms", dir);
	snprintf(b, sizeof(b), "%s/b.mms", dir);
	snprintf(line, sizeof(line), "snapshot 12 -o %s", a);
	assert_int_equal(run("", line), 0);
	snprintf(line, sizeof(line), "snapshot 12 -o %s", b);
	assert_int_equal(run("many=3", line), 0);
	snprintf(line, sizeof(line), "diff 12 %s", a);
	assert_int_equal(run("", line), 0);
	assert_string_equal(err, "");
	snprintf(line, sizeof(line), "diff %s %s", b, a);
	assert_int_equal(run("", line), 1);
	squeeze();
	assert_string_equal(out, "WHAT CHANGE COUNT SIZE\n"
				 "vmas added 10 252K\nvmas removed 3 12K\n"
				 "pages present 56 224K\npages dropped 3 12K\n"
				 "pages swapped_out 2 8K\n");
	snprintf(line, sizeof(line), "diff %s 12 --by vma --no-headings -o CHANGE,START", b);
	assert_int_equal(run("many=3", line), 0);
	assert_string_equal(out, "");
	snprintf(line, sizeof(line), "diff %s %s --by page --json", a, b);
	assert_int_equal(run("", line), 1);
	obj = parse_json();
	assert_string_equal(get(obj, "a"), a);
	assert_string_equal(get(obj, "command"), "diff");
	assert_true(json_object_object_get_ex(obj, "pages", &list));
	assert_true(json_object_array_length(list) > 10);
	json_object_put(obj);
	/* what was hidden, changed, or not recorded */
	snprintf(line, sizeof(line), "diff %s 12", a);
	assert_int_equal(run("hidden=1", line), 0);
	assert_string_equal(err, "mmscope: physical addresses are hidden: "
				 "which pages moved cannot be told\n");
	assert_int_equal(run("changed=2", line), 3);
	assert_int_equal(run("gone=1", line), 3);
	snprintf(line, sizeof(line), "diff %s 12 --facts", a);
	assert_int_equal(run("", line), 4);
	assert_int_equal(run("", "diff 12 /nowhere/a"), 1);
	assert_int_equal(run("", "diff 12"), 2);
	assert_int_equal(run("", "diff 12 12 --by moon"), 2);
	assert_string_equal(err, "mmscope: diff: --by: 'moon': not one of total, vma, page\n");
	unlink(a);
	unlink(b);
	assert_int_equal(rmdir(dir), 0);
}

static void test_watch(void **state)
{
	struct json_object *obj, *list;

	(void)state;
	/* the first look has nothing before it; to end is no failure */
	assert_int_equal(run("", "watch 12 --count 2 --interval 0.01 --no-headings "
				 "-o VMAS,CHANGED,WRITTEN"), 0);
	squeeze();
	assert_string_equal(out, "10 - -\n10 0 0B\n");
	assert_int_equal(run("gone=2", "watch 12 --interval 0.01 --json"), 0);
	obj = parse_json();
	assert_true(json_object_object_get_ex(obj, "looks", &list));
	assert_int_equal(json_object_array_length(list), 1);
	json_object_put(obj);
	assert_int_equal(run("", "watch 12 --interval 0"), 2);
	assert_int_equal(run("", "watch 12 --interval nan"), 2);
	assert_int_equal(run("", "watch 12 --count 0"), 2);
	assert_int_equal(run("", "watch 12 13"), 2);
	assert_int_equal(run("", "watch --exec -- /nowhere/program"), 1);
	/* it ends where nobody can read on, and not after a quarter of an hour */
	assert_int_equal(run("", "watch 12 --count 2 --interval 1000 >/dev/full || s=$?; "
				 "sh -c \"exit $s\""), 1);
}

static void test_share(void **state)
{
	(void)state;
	/* one space under two numbers: all that is not alone is shared; files three times */
	assert_int_equal(run("", "share 12 13 --no-headings -o PID,WITH,FILE,ANON"), 0);
	squeeze();
	assert_memory_equal(out, "12 13 ", 6);
	assert_int_equal(run("", "share 12 13 --matrix --no-headings"), 0);
	assert_int_equal(run("", "--json share 12 13 --by file"), 0);
	assert_non_null(strstr(out, "{\"origin\":\"file\",\"processes\":2,\"shared\":8192,"
				    "\"mapped\":16384,\"mapping\":\"/usr/bin/prog\"}"));
	assert_null(strstr(out, "\"pid\""));
	assert_int_equal(run("", "share 12 13 --by page"), 2);
	assert_int_equal(run("", "share 12 13 --by file --matrix"), 2);
	assert_int_equal(run("hidden=1", "share 12 13"), 1);
	assert_string_equal(err, "mmscope: physical addresses are hidden: "
				 "CAP_SYS_ADMIN is needed\n");
	assert_int_equal(run("gone=1", "share 12 13"), 3);
	assert_int_equal(run("", "share 12"), 2);
	assert_int_equal(run("", "share --all 12"), 2);
	assert_int_equal(run("", "share 12 x"), 2);
	assert_int_equal(run("", "rmap x"), 2);
	assert_int_equal(run("hidden=1", "rmap 0x1000"), 1);
	assert_int_equal(run("", "rmap 0xffffffffffffffff"), 2);
	assert_int_equal(run("", "rmap --pfn 0xfffffffffffff"), 2);
	assert_int_equal(run("", "rmap 0xfffffffffff0000 -o PID"), 1);
}

/* What files say the same of is not gone through, and the answer is as if it had been. */
static void test_diff_of_alike(void **state)
{
	static const char *const ways[] = { "total", "vma", "page" };
	static char want[sizeof(out)];
	char line[64];
	size_t i;

	(void)state;
	assert_int_equal(run("many=3000", "snapshot 12 -o a.mms"), 0);
	assert_int_equal(run("many=2500", "snapshot 12 -o b.mms"), 0);
	assert_int_equal(run("many=3000,other=1", "snapshot 12 -o c.mms"), 0);
	assert_int_equal(run("", "diff a.mms a.mms"), 0);
	assert_string_equal(out, "");
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		snprintf(line, sizeof(line), "diff a.mms 12 --by %s", ways[i]);
		assert_int_equal(run("many=2500", line), 1);
		memcpy(want, out, sizeof(want));
		assert_non_null(strstr(want, i ? "0x11388000" : "dropped"));
		snprintf(line, sizeof(line), "diff a.mms b.mms --by %s", ways[i]);
		assert_int_equal(run("", line), 1);
		assert_string_equal(out, want);
	}
	/* The same pages, but of other mappings. */
	assert_int_equal(run("", "diff a.mms c.mms"), 1);
	squeeze();
	assert_non_null(strstr(out, "\npages dropped 3000 11.7M\n"));
	assert_non_null(strstr(out, "pages present 3000 11.7M\n"));
	unlink("a.mms");
	unlink("b.mms");
	unlink("c.mms");
}

/* What is about objects of the running kernel, or about live processes. */
static void test_snapshot_of_what_is_live(void **state)
{
	static const struct { const char *args; int status; const char *message; } rows[] = {
		{ "tasks %s --cpus", 2, "mmscope: tasks: --cpus: a recording has no CPU to ask\n" },
		{ "tasks %s", 4, "mmscope: %s: the snapshot does not hold this\nhint: see " },
		{ "store %s", 4, "mmscope: %s: the snapshot does not hold this\nhint: see " },
		{ "store %s 0x400000", 4, "mmscope: %s: the snapshot does not hold this\n" },
		{ "ops %s", 4, "mmscope: %s: the snapshot does not hold this\nhint: see " },
		{ "explain %s 0x400000", 4, "mmscope: %s: the snapshot does not hold this\n" },
		{ "verify %s", 2, "mmscope: verify: a snapshot cannot be compared with /proc\n" },
		{ "watch %s", 2, "mmscope: watch: %s: a recording does not change\n" },
		{ "share %s 12", 2, "mmscope: share: '%s': not a process id\n" },
		{ "tui %s", 1, "mmscope: tui: " },
	};
	char name[] = "/tmp/mmscope-test-XXXXXX", line[256], message[256];
	size_t i;

	(void)state;
	close(mkstemp(name));
	/* By a module that told nothing of the kernel's objects. */
	snprintf(line, sizeof(line), "snapshot 12 --pages -o %s", name);
	assert_int_equal(run("lacks=1", line), 0);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(line, sizeof(line), rows[i].args, name);
		snprintf(message, sizeof(message), rows[i].message, name);
		assert_int_equal(run("", line), rows[i].status);
		assert_memory_equal(err, message, strlen(message));
	}
	unlink(name);
}

/* What was recorded of the kernel's objects is shown as of the process. */
static void test_snapshot_of_objects(void **state)
{
	static const char *const rows[] = {
		"tasks %s -o +mm_use,mm_of", "tasks %s --json", "store %s",
		"store %s --slots --json",
		"store %s 0x401234", "store %s 0x500000", "ops %s", "ops %s --json",
		"ops %s 0x400000", "ops %s 0x1000",
	};
	char name[] = "/tmp/mmscope-test-XXXXXX", line[256], *live, *at;
	int status;
	size_t i;

	(void)state;
	close(mkstemp(name));
	snprintf(line, sizeof(line), "snapshot 42 -o %s", name);
	assert_int_equal(run("", line), 0);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(line, sizeof(line), rows[i], "42");
		status = run("", line);
		live = strdup(out);
		/* No CPU can be asked any more, and no lock was taken. */
		at = strstr(live, ": --cpus)");
		if (at)
			memmove(at, at + 8, strlen(at + 8) + 1);
		at = strstr(live, "\"lock\":");
		if (at)
			*at = '\0';
		snprintf(line, sizeof(line), rows[i], name);
		assert_int_equal(run("", line), status);
		at = strstr(out, "\"lock\":");
		if (at)
			*at = '\0';
		assert_string_equal(out, live);
		free(live);
	}
	unlink(name);
}

/* A copy of a recording is of then. */
static void test_snapshot_of_a_snapshot(void **state)
{
	char *shown, *line;

	(void)state;
	assert_int_equal(run("", "snapshot 12 -o then.mms"), 0);
	sleep(1);
	assert_int_equal(run("", "snapshot then.mms -o copy.mms"), 0);
	assert_int_equal(run("", "show then.mms"), 0);
	shown = strdup(out);
	assert_int_equal(run("", "show copy.mms"), 0);
	line = strstr(shown, "\ntime ");
	assert_memory_equal(strstr(out, "\ntime "), line, strcspn(line + 1, "\n") + 1);
	free(shown);
	unlink("then.mms");
	unlink("copy.mms");
}

static void test_snapshot_errors(void **state)
{
	(void)state;
	assert_int_equal(mkfifo("fifo.mms", 0600), 0);
	assert_int_equal(run("", "vmas ./fifo.mms"), 1);
	assert_string_equal(err, "mmscope: ./fifo.mms: not a snapshot of mmscope\n");
	unlink("fifo.mms");
	assert_int_equal(run("", "snapshot 12"), 2);
	assert_string_equal(err, "mmscope: snapshot: no file to write: -o FILE\n");
	assert_int_equal(run("", "vmas /nowhere/a"), 1);
	assert_string_equal(err, "mmscope: /nowhere/a: No such file or directory\n");
	assert_int_equal(run("", "vmas /dev/null"), 1);
	assert_string_equal(err, "mmscope: /dev/null: not a snapshot of mmscope\n");
	assert_int_equal(run("", "info --from /dev/null"), 2);
	assert_string_equal(err, "mmscope: info: --from: the command looks at no process\n");
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
		cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_walk), cmocka_unit_test(test_explain),
		cmocka_unit_test(test_translate),
		cmocka_unit_test(test_translate_stdin), cmocka_unit_test(test_symbolic),
		cmocka_unit_test(test_find), cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_snapshot_of_what_grows),
		cmocka_unit_test(test_layout_of_then), cmocka_unit_test(test_name_of_lines),
		cmocka_unit_test(test_audit),
		cmocka_unit_test(test_extents),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_pages), cmocka_unit_test(test_pages_json),
		cmocka_unit_test(test_stat), cmocka_unit_test(test_stat_json),
		cmocka_unit_test(test_stat_errors), cmocka_unit_test(test_tables),
		cmocka_unit_test(test_store), cmocka_unit_test(test_ops),
		cmocka_unit_test(test_tasks), cmocka_unit_test(test_tasks_errors),
		cmocka_unit_test(test_verify_differs), cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_tables_of_both_kinds),
		cmocka_unit_test(test_changes_between_looks), cmocka_unit_test(test_map),
		cmocka_unit_test(test_map_of_then),
		cmocka_unit_test(test_snapshot), cmocka_unit_test(test_hostile_everywhere),
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_diff_of_alike),
		cmocka_unit_test(test_watch), cmocka_unit_test(test_share),
		cmocka_unit_test(test_snapshot_of_what_is_live),
		cmocka_unit_test(test_snapshot_of_objects),
		cmocka_unit_test(test_snapshot_errors),
		cmocka_unit_test(test_snapshot_of_a_snapshot),
	};

	/* Two of these tests may run on a machine at once. */
	char dir[] = "/tmp/mmscope-test-XXXXXX";
	int failed;

	if (argc != 2 || !mkdtemp(dir) || chdir(dir))
		return 2;
	command = argv[1];
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("NO_COLOR");
	failed = cmocka_run_group_tests_name("command", tests, NULL, NULL);
	rmdir(dir);
	return failed;
}
