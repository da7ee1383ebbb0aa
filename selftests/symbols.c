// SPDX-License-Identifier: GPL-2.0-only
/*
 * symbols.c - addresses by name, against what the programs themselves print of them
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <kselftest_harness.h>

#include "knob.h"
#include "outcome.h"
#include "proc.h"
#include "size.h"

#define MAX_NAMES	64
#define TRANSLATE	"mmscope translate --no-headings -o va %d "

/**
 * struct teller - a running program that said where its symbols are
 * @pid: the program
 * @names: what to look up
 * @addresses: what has to come out
 * @nr: how many
 */
struct teller {
	pid_t pid;
	char names[MAX_NAMES][64];
	unsigned long addresses[MAX_NAMES];
	unsigned int nr;
};

static void no_rights(void)
{
	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		_exit(125);
}

static void copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	char buf[65536];
	ssize_t n;

	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, n) != n)
			_exit(126);
	close(in);
	close(out);
}

/* Here, and nowhere else, /mnt/names is there. */
static void private_mounts(void)
{
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("names", "/mnt", "tmpfs", 0, NULL))
		_exit(125);
	copy_file("./names", "/mnt/names");
}

/* Runs @argv, after @prepare, until it has told everything. */
static int teller_start(struct teller *t, char *const argv[], void (*prepare)(void))
{
	char line[256], name[64];
	int fds[2];
	FILE *f;

	memset(t, 0, sizeof(*t));
	if (pipe2(fds, O_CLOEXEC))
		return -1;
	t->pid = fork();
	if (!t->pid) {
		dup2(fds[1], STDOUT_FILENO);
		if (prepare)
			prepare();
		execv(argv[0], argv);
		_exit(127);
	}
	close(fds[1]);
	f = fdopen(fds[0], "r");
	while (fgets(line, sizeof(line), f) && strcmp(line, "ready\n") && t->nr < MAX_NAMES)
		if (sscanf(line, "%63s %lx", name, &t->addresses[t->nr]) == 2)
			memcpy(t->names[t->nr++], name, sizeof(name));
	fclose(f);
	return strcmp(line, "ready\n") ? -1 : 0;
}

static void teller_end(struct teller *t)
{
	kill(t->pid, SIGKILL);
	waitpid(t->pid, NULL, 0);
}

/* Every name that has @part in it leads to its address. */
static void check_some(struct __test_metadata *_metadata, const struct teller *t, const char *file,
		       void (*prepare)(void), const char *part)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < t->nr; i++) {
		const char *prefix = file && !strchr(t->names[i], ':') ? file : "";
		struct outcome o;

		if (!strstr(t->names[i], part))
			continue;
		nr++;
		ASSERT_EQ(0, run(&o, prepare, TRANSLATE "%s%s", t->pid, prefix, t->names[i]));
		EXPECT_EQ(t->addresses[i], strtoul(o.out, NULL, 16))
			TH_LOG("%s%s: %s%s", prefix, t->names[i], o.out, o.err);
		EXPECT_STREQ("", o.err);
		forget(&o);
	}
	EXPECT_LT(0U, nr);
}

static void check_all(struct __test_metadata *_metadata, const struct teller *t, const char *file,
		      void (*prepare)(void))
{
	check_some(_metadata, t, file, prepare, "");
}

/* One line of message, and perhaps a hint; @want is in it. */
static void check_refused(struct __test_metadata *_metadata, int status, const char *want,
			  void (*prepare)(void), pid_t pid, const char *name)
{
	struct outcome o;
	char *line;

	ASSERT_EQ(0, run(&o, prepare, "mmscope translate %d %s", pid, name));
	EXPECT_EQ(status, o.status)
		TH_LOG("%s: %s", name, o.err);
	EXPECT_NE(NULL, strstr(o.err, want))
		TH_LOG("%s: wanted '%s', got: %s", name, want, o.err);
	line = strchr(o.err, '\n');
	EXPECT_EQ(0, strncmp(o.err, "mmscope: ", 9));
	EXPECT_TRUE(line && (!line[1] || !strncmp(line + 1, "hint: ", 6)));
	forget(&o);
}

TEST(movable_program_and_library)
{
	char *const argv[] = { "./names", "./libnames.so", NULL };
	struct teller t;

	ASSERT_EQ(0, teller_start(&t, argv, NULL));
	EXPECT_LE(17, t.nr);
	check_all(_metadata, &t, NULL, NULL);
	check_refused(_metadata, 1, "no such symbol\n", NULL, t.pid, "no_such_name");
	check_refused(_metadata, 1, "no such symbol in ", NULL, t.pid, "names:lib_data");
	check_refused(_metadata, 1, "no mapped file is called so\n", NULL, t.pid, "libn.so:x");
	check_refused(_metadata, 1, "no mapping is called so\n", NULL, t.pid, "[no]");
	check_refused(_metadata, 1, "ambiguous: ", NULL, t.pid, "names_twice");
	check_refused(_metadata, 1, "no such symbol", NULL, t.pid, "lib_versioned@NAMES_3");
	check_refused(_metadata, 1, "thread-local", NULL, t.pid, "names_tls");
	check_refused(_metadata, 2, "not FILE:SYMBOL\n", NULL, t.pid, "names:");
	teller_end(&t);
}

TEST(ambiguous_tells_every_candidate)
{
	char *const argv[] = { "./names", "./libnames.so", "./libnames.so", NULL };
	struct teller t;
	struct outcome o;
	char text[32];

	ASSERT_EQ(0, teller_start(&t, argv, NULL));
	ASSERT_EQ(0, run(&o, NULL, "mmscope translate %d lib_data", t.pid));
	EXPECT_EQ(1, o.status);
	for (unsigned int i = 0; i < t.nr; i++) {
		snprintf(text, sizeof(text), " at 0x%lx", t.addresses[i]);
		if (!strcmp(t.names[i], "lib_data"))
			EXPECT_NE(NULL, strstr(o.err, text))
				TH_LOG("%s: %s", text, o.err);
	}
	forget(&o);
	teller_end(&t);
}

TEST(program_at_its_own_address)
{
	char *const argv[] = { "./names-exec", NULL };
	struct teller t;

	ASSERT_EQ(0, teller_start(&t, argv, NULL));
	check_all(_metadata, &t, NULL, NULL);
	check_all(_metadata, &t, "names-exec:", NULL);
	teller_end(&t);
}

TEST(program_of_32_bits)
{
	char *const argv[] = { "./names32", NULL };
	struct teller t;

	if (access(argv[0], X_OK))
		SKIP(return, "no 32-bit compiler");
	ASSERT_EQ(0, teller_start(&t, argv, NULL));
	check_all(_metadata, &t, NULL, NULL);
	check_all(_metadata, &t, "names32:", NULL);
	teller_end(&t);
}

/* Not main: on riscv64 the dynamic linker is told of it, which strip(1) leaves. */
TEST(stripped)
{
	char *const argv[] = { "./names-stripped", NULL };
	struct teller t;

	ASSERT_EQ(0, teller_start(&t, argv, NULL));
	check_refused(_metadata, 1, "is stripped", NULL, t.pid, "names-stripped:names_local");
	check_refused(_metadata, 1, "names-stripped (stripped)", NULL, t.pid, "names_local");
	teller_end(&t);
}

/* Where a debug file of ./names has to be, below @dir. */
static void debug_path(char *path, size_t size, const char *dir)
{
	unsigned char note[16 + 20];	/* its head, and the number */
	char id[2 * 20 + 1];
	FILE *f = fopen("./names.id", "r");

	if (!f || fread(note, 1, sizeof(note), f) != sizeof(note))
		_exit(125);
	fclose(f);
	for (int i = 0; i < 20; i++)
		sprintf(id + 2 * i, "%02x", note[16 + i]);
	snprintf(path, size, "%s/.build-id/%.2s", dir, id);
	for (char *slash = path; (slash = strchr(slash + 1, '/')); *slash = '/') {
		*slash = '\0';
		mkdir(path, 0755);
	}
	mkdir(path, 0755);
	snprintf(path + strlen(path), size - strlen(path), "/%s.debug", id + 2);
}

/* Here, and nowhere else, the debug file is there. */
static void private_debug_file(void)
{
	char path[256];

	mkdir("/usr/lib/debug", 0755);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("debug", "/usr/lib/debug", "tmpfs", 0, NULL))
		_exit(125);
	debug_path(path, sizeof(path), "/usr/lib/debug");
	copy_file("./names.debug", path);
}

TEST(debug_file_by_build_id)
{
	char *const argv[] = { "./names-stripped", NULL };
	char path[256], want[512];
	struct teller t;

	ASSERT_EQ(0, teller_start(&t, argv, NULL));
	debug_path(path, sizeof(path), "/usr/lib/debug");
	unlink(path);
	snprintf(want, sizeof(want), "hint: its debug file was looked for at %s\n", path);
	check_refused(_metadata, 1, want, NULL, t.pid, "names-stripped:names_local");
	copy_file("./names-exec", path);
	snprintf(want, sizeof(want), "was looked for at %s (of another build)\n", path);
	check_refused(_metadata, 1, want, NULL, t.pid, "names-stripped:names_local");
	copy_file("./names.debug", path);
	check_some(_metadata, &t, "names-stripped:", NULL, "names_b");
	check_some(_metadata, &t, NULL, NULL, "names_local");
	check_refused(_metadata, 1, "no such symbol in ", NULL, t.pid, "names-stripped:nothing");
	unlink(path);
	teller_end(&t);

	ASSERT_EQ(0, teller_start(&t, argv, private_debug_file));
	EXPECT_NE(0, access(path, F_OK));
	check_some(_metadata, &t, "names-stripped:", NULL, "names_local");
	teller_end(&t);
}

TEST(debug_file_by_link)
{
	char *const argv[] = { "/tmp/names-linked", NULL };
	struct teller t;

	copy_file("./names-linked", argv[0]);
	unlink("/tmp/names.debug");
	ASSERT_EQ(0, teller_start(&t, argv, NULL));
	check_refused(_metadata, 1, "looked for at /tmp/names.debug, /tmp/.debug/names.debug, "
		      "/usr/lib/debug/tmp/names.debug\n", NULL, t.pid, "names-linked:names_local");
	copy_file("./names.debug", "/tmp/names.debug");
	check_some(_metadata, &t, "names-linked:", NULL, "names_local");
	unlink("/tmp/names.debug");
	unlink(argv[0]);
	teller_end(&t);
}

static const char ptrace_scope[] = "/proc/sys/kernel/yama/ptrace_scope";

/* As it was, whatever ends the test. */
FIXTURE(yama) { char before[8]; };

FIXTURE_SETUP(yama)
{
	FILE *f = fopen(ptrace_scope, "r");

	if (!f)
		return;
	ASSERT_NE(NULL, fgets(self->before, sizeof(self->before), f));
	fclose(f);
	ASSERT_EQ(0, knob_set(ptrace_scope, "0"));
}

FIXTURE_TEARDOWN(yama)
{
	if (*self->before)
		knob_set(ptrace_scope, self->before);
}

TEST_F(yama, vdso)
{
	char *const argv[] = { "./names", NULL };
	struct outcome o;
	struct teller t;

	ASSERT_EQ(0, teller_start(&t, argv, no_rights));
	check_some(_metadata, &t, NULL, NULL, "[vdso]:");
	check_some(_metadata, &t, NULL, no_rights, "[vdso]:");
	check_refused(_metadata, 1, "no such symbol in [vdso]\n", NULL, t.pid, "[vdso]:main");
	check_refused(_metadata, 1, "only [vdso] has symbols of its own\n", NULL, t.pid,
		      "[stack]:main");
	check_refused(_metadata, 2, "not a name in brackets\n", NULL, t.pid, "[vdso]:");

	/* A recording knows where it is, not what is in it. */
	ASSERT_EQ(0, run(&o, NULL, "mmscope snapshot %d -o /tmp/names.mms", t.pid));
	EXPECT_EQ(0, o.status);
	forget(&o);
	ASSERT_EQ(0, run(&o, NULL, "mmscope translate /tmp/names.mms %s", t.names[t.nr - 1]));
	EXPECT_EQ(1, o.status);
	EXPECT_NE(NULL, strstr(o.err, "a recording has nothing of the contents of memory\n"))
		TH_LOG("%s", o.err);
	forget(&o);
	unlink("/tmp/names.mms");

	/* Who may look at the address space, but not into the memory. */
	if (*self->before) {
		ASSERT_EQ(0, knob_set(ptrace_scope, "1"));
		check_refused(_metadata, 1, "cannot read [vdso]: permission denied\n"
			      "hint: its memory may be read by whoever may ptrace it: ", no_rights,
			      t.pid, t.names[t.nr - 1]);
	}
	teller_end(&t);
}

TEST(deleted_file)
{
	char *const argv[] = { "/tmp/names-gone", NULL };
	struct teller t;

	copy_file("./names", argv[0]);
	ASSERT_EQ(0, teller_start(&t, argv, NULL));
	unlink(argv[0]);
	check_all(_metadata, &t, "/tmp/names-gone:", NULL);
	/* Another file that now has the name is not taken for it. */
	copy_file("./names-exec", argv[0]);
	check_all(_metadata, &t, "names-gone:", NULL);
	unlink(argv[0]);
	teller_end(&t);
}

TEST(other_mount_namespace)
{
	char *const argv[] = { "/mnt/names", NULL };
	struct teller t;

	ASSERT_EQ(0, teller_start(&t, argv, private_mounts));
	EXPECT_NE(0, access("/mnt/names", F_OK));
	check_all(_metadata, &t, NULL, NULL);
	teller_end(&t);
}

/* A user's own process: without the capability that opens the mapped file itself. */
TEST(without_privilege)
{
	char *const argv[] = { "/tmp/names-own", NULL };
	struct teller t;

	copy_file("./names", argv[0]);
	ASSERT_EQ(0, teller_start(&t, argv, no_rights));
	check_all(_metadata, &t, NULL, no_rights);
	copy_file("./names-exec", "/tmp/names-new");
	ASSERT_EQ(0, rename("/tmp/names-new", argv[0]));
	check_refused(_metadata, 1, "cannot read /tmp/names-own: deleted\n", no_rights, t.pid,
		      "names-own:main");
	teller_end(&t);

	/* Of root, as nobody: not even the address space may be looked at. */
	ASSERT_EQ(0, teller_start(&t, argv, NULL));
	check_refused(_metadata, 1, "Operation not permitted", no_rights, t.pid, "main");
	teller_end(&t);
	unlink(argv[0]);
}

TEST(parts_and_files)
{
	char *const argv[] = { "./names", "./libnames.so", NULL };
	static const char *const parts[] = { "[heap]", "[stack]", "[vdso]", "[vvar]" };
	struct proc_vmas maps;
	struct outcome o;
	struct teller t;

	ASSERT_EQ(0, teller_start(&t, argv, NULL));
	ASSERT_EQ(0, proc_maps(t.pid, &maps));
	for (unsigned int i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		for (size_t v = 0; v < maps.nr; v++) {
			if (strcmp(maps.v[v].name, parts[i]))
				continue;
			ASSERT_EQ(0, run(&o, NULL, TRANSLATE "%s+0x123", t.pid, parts[i]));
			EXPECT_EQ(maps.v[v].start + 0x123, strtoul(o.out, NULL, 16))
				TH_LOG("%s: %s%s", parts[i], o.out, o.err);
			forget(&o);
			ASSERT_EQ(0, run(&o, NULL, "mmscope extents --status all %d %s",
					 t.pid, parts[i]));
			EXPECT_EQ(0, o.status);
			forget(&o);
		}
	for (size_t v = 0; v < maps.nr; v++) {
		if (!strstr(maps.v[v].name, "/libnames.so"))
			continue;
		ASSERT_EQ(0, run(&o, NULL, TRANSLATE "%s+0x1001", t.pid, maps.v[v].name));
		EXPECT_EQ(maps.v[v].start + 0x1001, strtoul(o.out, NULL, 16))
			TH_LOG("%s: %s%s", maps.v[v].name, o.out, o.err);
		forget(&o);
		break;
	}
	proc_vmas_free(&maps);
	teller_end(&t);
}

/* The range of a symbol is its bytes: so widened, the page or pages that hold it. */
TEST(range_of_a_symbol)
{
	char *const argv[] = { "./names", NULL };
	unsigned long bss = 0, first, last;
	struct outcome o;
	struct teller t;
	char *end;

	ASSERT_EQ(0, teller_start(&t, argv, NULL));
	for (unsigned int i = 0; i < t.nr; i++)
		if (!strcmp(t.names[i], "names_bss"))
			bss = t.addresses[i];
	ASSERT_EQ(0, run(&o, NULL, "mmscope extents --no-headings -o start,end --status all %d %s",
			 t.pid, "names_bss"));
	first = strtoul(o.out, &end, 16);
	EXPECT_EQ(PAGE_OF(bss), first)
		TH_LOG("%s%s", o.out, o.err);
	/* The last line's end. */
	end = strrchr(o.out, ' ');
	last = end ? strtoul(end, NULL, 16) : 0;
	EXPECT_EQ(PAGE_OF(bss + 20000 + page_size - 1), last);
	forget(&o);
	teller_end(&t);
}

TEST_HARNESS_MAIN
