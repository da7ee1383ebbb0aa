// SPDX-License-Identifier: GPL-2.0
/*
 * test_lib.c - the library against the fake device: batches, joining, checks
 */
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.h"
#include "libmmscope.h"

static struct mmscope *ms;

static int setup(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	return mmscope_open("/dev/null", &ms);
}

static int teardown(void **state)
{
	(void)state;
	mmscope_close(ms);
	return 0;
}

static void test_open_errors(void **state)
{
	struct mmscope *other;

	(void)state;
	assert_int_equal(mmscope_open("/dev/null/no", &other), -ENOTDIR);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(mmscope_open("/nowhere", &other), -ENOENT);
	assert_int_equal(mmscope_open_fd(-1, &other), -EBADF);
	mmscope_close(NULL);
}

static void test_names(void **state)
{
	const struct mmscope_name *names, *again;
	__u64 mask;
	size_t nr;

	(void)state;
	assert_int_equal(mmscope_names(ms, MMSCOPE_NAMES_VM_FLAGS, &names, &nr), 0);
	assert_int_equal(nr, 8);
	assert_string_equal(names[0].name, "read");
	assert_int_equal(mmscope_names(ms, MMSCOPE_NAMES_VM_FLAGS, &again, &nr), 0);
	assert_ptr_equal(names, again);
	assert_int_equal(mmscope_names(ms, 99, &names, &nr), -EINVAL);
	assert_int_equal(mmscope_name_bit(ms, MMSCOPE_NAMES_VM_FLAGS, "mayshare", &mask), 0);
	assert_true(mask == 0x80);
	assert_int_equal(mmscope_name_bit(ms, MMSCOPE_NAMES_VM_FLAGS, "nope", &mask), -ENOENT);
	assert_true(mask == 0);
}

static void test_attach(void **state)
{
	struct mmscope_attach_opts opts = { .size = sizeof(opts) };
	struct { struct mmscope_attach_opts opts; long more; } longer = { { 0 }, 0 };
	unsigned int rights;

	(void)state;
	assert_int_equal(mmscope_attach_pid(ms, 12, NULL, &rights), 0);
	assert_int_equal(rights, MMSCOPE_RIGHT_MAPS | MMSCOPE_RIGHT_PHYS);
	assert_int_equal(fake.attached_pid, 12);
	assert_int_equal(mmscope_attach_pid(ms, -5, NULL, NULL), -EINVAL);
	fake.attach_err = EPERM;
	assert_int_equal(mmscope_attach_pid(ms, 12, &opts, NULL), -EPERM);
	fake.attach_err = 0;
	/* options of a newer caller: zeros are fine, others are not */
	longer.opts.size = sizeof(longer);
	assert_int_equal(mmscope_attach_pid(ms, 12, &longer.opts, NULL), 0);
	longer.more = 1;
	assert_int_equal(mmscope_attach_pid(ms, 12, &longer.opts, NULL), -E2BIG);
	opts.size = 3;
	assert_int_equal(mmscope_attach_pid(ms, 12, &opts, NULL), -EINVAL);
}

static void test_attach_pidfd(void **state)
{
	int fd, status, pipefd[2];
	pid_t child;
	char c;

	(void)state;
	assert_int_equal(pipe(pipefd), 0);
	child = fork();
	if (!child) {
		close(pipefd[1]);
		_exit(read(pipefd[0], &c, 1) < 0);
	}
	close(pipefd[0]);
	fd = (int)syscall(SYS_pidfd_open, child, 0);
	assert_true(fd >= 0);
	assert_int_equal(mmscope_attach_pidfd(ms, fd, NULL, NULL), 0);
	assert_int_equal(fake.attached_pid, child);
	close(pipefd[1]);
	assert_int_equal(waitid(P_PIDFD, fd, NULL, WEXITED | WNOWAIT), 0);
	/* a zombie still has its number, but no address space */
	assert_int_equal(mmscope_attach_pidfd(ms, fd, NULL, NULL), -ESRCH);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(mmscope_attach_pidfd(ms, fd, NULL, NULL), -ESRCH);
	close(fd);
	assert_int_equal(mmscope_attach_pidfd(ms, fd, NULL, NULL), -EBADF);
	fd = dup(0);
	assert_int_equal(mmscope_attach_pidfd(ms, fd, NULL, NULL), -EBADF);
	close(fd);
}

static void test_mm(void **state)
{
	unsigned char mask[4] = { 0 };
	char exe[5];
	struct mmscope_mm_opts opts = {
		.size = sizeof(opts), .exe = exe, .exe_size = sizeof(exe),
		.cpumask = mask, .cpumask_size = sizeof(mask),
	};
	struct mmscope_mm mm;

	(void)state;
	assert_int_equal(mmscope_mm(ms, &mm, NULL), 0);
	assert_true(mm.start_code == 0x400000);
	assert_int_equal(mmscope_mm(ms, &mm, &opts), 0);
	/* cut short, terminated, and the full length is told */
	assert_string_equal(exe, "/usr");
	assert_int_equal(mm.exe_size, 14);
	assert_int_equal(mask[0], 0x17);
}

static size_t count_vmas(const struct mmscope_vma_opts *opts, int *err, struct mmscope_lock *lock)
{
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	__u64 last = 0;
	size_t nr = 0;
	int ret;

	assert_int_equal(mmscope_vma_iter_new(ms, opts, &iter), 0);
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0) {
		assert_true(vma->start >= last);
		last = vma->end;
		nr++;
	}
	*err = ret;
	if (lock)
		*lock = *mmscope_vma_iter_lock(iter);
	/* over is over */
	assert_true(mmscope_vma_iter_next(iter, &vma) <= 0);
	mmscope_vma_iter_free(iter);
	return nr;
}

static void test_vmas(void **state)
{
	struct mmscope_vma_opts opts = {
		.size = sizeof(opts), .start = 0x402000, .end = 0x20000001,
	};
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	struct mmscope_lock lock;
	unsigned int per_reply;
	int err;

	(void)state;
	for (per_reply = 0; per_reply < 12; per_reply++) {
		fake.vmas_per_reply = per_reply;
		assert_int_equal(count_vmas(NULL, &err, NULL), 10);
		assert_int_equal(err, 0);
	}
	assert_int_equal(count_vmas(&opts, &err, NULL), 3);
	fake.vmas_per_reply = 3;
	fake.replies = 0;
	fake.changed_at = 2;
	assert_int_equal(count_vmas(NULL, &err, &lock), 10);
	assert_int_equal(lock.nr_locks, 8);
	assert_int_equal(lock.hold_total_ns, 4000);
	assert_int_equal(lock.hold_max_ns, 400);
	assert_int_equal(lock.flags, MMSCOPE_LOCK_CHANGED);
	assert_int_equal(lock.generation, 7);

	assert_int_equal(mmscope_vma_iter_new(ms, NULL, &iter), 0);
	assert_int_equal(mmscope_vma_iter_next(iter, &vma), 1);
	assert_string_equal(mmscope_vma_path(vma), "/usr/bin/prog");
	assert_string_equal(mmscope_vma_ops(vma), "ext4_file_vm_ops");
	assert_null(mmscope_vma_name(vma));
	mmscope_vma_iter_free(iter);
}

static void test_vmas_many(void **state)
{
	int err;

	(void)state;
	fake.many = 5000;
	assert_int_equal(count_vmas(NULL, &err, NULL), 5000);
	assert_int_equal(err, 0);
	assert_true(fake.replies > 1);
}

static void test_vmas_errors(void **state)
{
	int err;

	(void)state;
	fake.vmas_per_reply = 4;
	fake.gone_after = 1;
	assert_int_equal(count_vmas(NULL, &err, NULL), 4);
	assert_int_equal(err, -ESRCH);
	fake.gone_after = 0;
	fake.malformed = FAKE_BAD_SIZE;
	count_vmas(NULL, &err, NULL);
	assert_int_equal(err, -EPROTO);
	fake.malformed = FAKE_BAD_STRING;
	count_vmas(NULL, &err, NULL);
	assert_int_equal(err, -EPROTO);
	fake.malformed = FAKE_BAD_CURSOR;
	count_vmas(NULL, &err, NULL);
	assert_int_equal(err, -EPROTO);
}

struct run { __u64 start, end, pa; unsigned int status; };

/* The runs of the heap and of what lies before it, whole. */
static const struct run runs[] = {
	{ 0x400000, 0x403000, 0x100400000, MMSCOPE_MAPPED },
	{ 0x10000000, 0x10008000, 0x110000000, MMSCOPE_MAPPED },
	{ 0x10008000, 0x1000a000, 508, MMSCOPE_SWAP },
	{ 0x1000a000, 0x1000b000, 0x5000, MMSCOPE_PROTNONE },
	{ 0x1000b000, 0x1000c000, 0, MMSCOPE_MARKER },
};

static void check_iter(struct mmscope_extent_iter *iter, const struct run *want, size_t nr,
		       int want_err)
{
	struct mmscope_extent ext;
	size_t i;

	for (i = 0; i < nr; i++) {
		assert_int_equal(mmscope_extent_iter_next(iter, &ext), 1);
		assert_true(ext.start == want[i].start);
		assert_true(ext.end == want[i].end);
		assert_true(ext.pa == want[i].pa);
		assert_int_equal(ext.status, want[i].status);
	}
	assert_int_equal(mmscope_extent_iter_next(iter, &ext), want_err);
	assert_int_equal(mmscope_extent_iter_next(iter, &ext), want_err);
	mmscope_extent_iter_free(iter);
}

static void check_runs(const struct mmscope_extent_opts *opts, const struct run *want, size_t nr,
		       int want_err)
{
	struct mmscope_extent_iter *iter;

	assert_int_equal(mmscope_extent_iter_new(ms, opts, &iter), 0);
	check_iter(iter, want, nr, want_err);
}

/* However the module cuts, the same maximal runs come out. */
static void test_extents_join(void **state)
{
	struct mmscope_extent_opts opts = { .size = sizeof(opts), .end = 0x20000000 };
	static const __u64 cuts[] = { 0, 4096, 8192, 3 * 4096, 1 << 20 };
	unsigned int per_reply;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cuts); i++)
		for (per_reply = 0; per_reply < 6; per_reply++) {
			fake.cut = cuts[i];
			fake.extents_per_reply = per_reply;
			fake.words = 0;
			check_runs(&opts, runs, ARRAY_SIZE(runs), 0);
			/* … and in whatever form. */
			fake.words = 1;
			check_runs(&opts, runs, ARRAY_SIZE(runs), 0);
		}
}

/* Flags and swap areas of runs that came as words are those of runs. */
static void test_extents_words(void **state)
{
	const struct mmscope_extent_opts opts = {
		.size = sizeof(opts), .end = 0x10010000, .statuses = ~0U,
	};
	struct mmscope_extent_iter *iter[2];
	struct mmscope_extent ext[2];
	int ret[2];

	(void)state;
	for (fake.hidden = 0; fake.hidden < 2; fake.hidden++) {
		for (int i = 0; i < 2; i++)
			assert_int_equal(mmscope_extent_iter_new(ms, &opts, &iter[i]), 0);
		do {
			for (fake.words = 0; fake.words < 2; fake.words++)
				ret[fake.words] = mmscope_extent_iter_next(iter[fake.words],
									   &ext[fake.words]);
			assert_int_equal(ret[0], ret[1]);
			if (ret[0] > 0)
				assert_memory_equal(&ext[0], &ext[1], sizeof(ext[0]));
		} while (ret[0] > 0);
		assert_int_equal(ret[0], 0);
		for (int i = 0; i < 2; i++)
			mmscope_extent_iter_free(iter[i]);
	}
}

static void test_extents_hidden(void **state)
{
	struct mmscope_extent_opts opts = {
		.size = sizeof(opts), .start = 0x10000000, .end = 0x10008000,
	};
	static const struct run hidden[] = {
		{ 0x10000000, 0x10008000, MMSCOPE_HIDDEN, MMSCOPE_MAPPED },
	};

	(void)state;
	fake.hidden = 1;
	fake.cut = 4096;
	check_runs(&opts, hidden, 1, 0);
}

static void test_extents_filter(void **state)
{
	struct mmscope_extent_opts opts = {
		.size = sizeof(opts), .start = 0x10000000, .end = 0x10010000,
		.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_NONE),
	};
	static const struct run none[] = { { 0x1000c000, 0x10010000, 0, MMSCOPE_NONE } };

	(void)state;
	fake.cut = 4096;
	check_runs(&opts, none, 1, 0);
	opts.statuses = 0;
	opts.require_flags = MMSCOPE_PTE_UFFD_WP;
	check_runs(&opts, runs + 4, 1, 0);
}

static void test_extents_errors(void **state)
{
	struct mmscope_extent_opts opts = { .size = sizeof(opts), .end = 0x20000000 };

	(void)state;
	/* what was complete before the process went away is handed out first */
	fake.extents_per_reply = 2;
	fake.gone_after = 1;
	check_runs(&opts, runs, 2, -ESRCH);
	fake.gone_after = 0;
	fake.malformed = FAKE_BAD_CURSOR;
	check_runs(&opts, NULL, 0, -EPROTO);
	fake.words = 1;
	fake.extents_per_reply = 0;
	fake.malformed = FAKE_BAD_WORD;
	check_runs(&opts, NULL, 0, -EPROTO);
	fake.malformed = FAKE_BAD_WORDS;
	check_runs(&opts, NULL, 0, -EPROTO);
}

/* The same runs by their frames, cut to those, however the module cuts. */
static void test_rmap(void **state)
{
	const struct mmscope_frames frames[] = {
		{ 0x110000000, 0x110002000 }, { 0x110003000, 0x110005000 },
	};
	static const struct run want[] = {
		{ 0x10000000, 0x10002000, 0x110000000, MMSCOPE_MAPPED },
		{ 0x10003000, 0x10005000, 0x110003000, MMSCOPE_MAPPED },
	};
	static const struct run second = { 0x10001000, 0x10002000, 0x110001000, MMSCOPE_MAPPED };
	struct mmscope_rmap_opts opts = {
		.size = sizeof(opts), .frames = frames, .nr_frames = 2, .end = 0x20000000,
	};
	struct mmscope_extent_iter *iter;
	unsigned int per_reply;

	(void)state;
	for (per_reply = 0; per_reply < 4; per_reply++) {
		fake.extents_per_reply = per_reply;
		assert_int_equal(mmscope_rmap_iter_new(ms, &opts, &iter), 0);
		check_iter(iter, want, 2, 0);
	}
	opts.start = 0x10001000;
	opts.nr_frames = 1;
	assert_int_equal(mmscope_rmap_iter_new(ms, &opts, &iter), 0);
	check_iter(iter, &second, 1, 0);
	fake.hidden = 1;
	assert_int_equal(mmscope_rmap_iter_new(ms, &opts, &iter), 0);
	check_iter(iter, NULL, 0, -EPERM);
	fake.hidden = 0;
	fake.malformed = FAKE_BAD_CURSOR;
	assert_int_equal(mmscope_rmap_iter_new(ms, &opts, &iter), 0);
	check_iter(iter, NULL, 0, -EPROTO);
	opts.nr_frames = 0;
	assert_int_equal(mmscope_rmap_iter_new(ms, &opts, &iter), -EINVAL);
	opts.nr_frames = MMSCOPE_FRAMES_MAX + 1;
	assert_int_equal(mmscope_rmap_iter_new(ms, &opts, &iter), -EINVAL);
}

static void test_walk(void **state)
{
	static const __u64 addrs[] = { 0x400123, 0x1000, 0xffff800000000000, 0x10008000 };
	struct mmscope_walk_result results[4];
	struct mmscope_lock lock = { 0 };

	(void)state;
	assert_int_equal(mmscope_walk(ms, addrs, 4, results, &lock), 4);
	assert_int_equal(results[0].status, MMSCOPE_MAPPED);
	assert_true(results[0].pa == 0x100400123);
	assert_int_equal(results[1].status, MMSCOPE_NO_VMA);
	assert_int_equal(results[2].status, MMSCOPE_NONCANONICAL);
	assert_int_equal(results[3].status, MMSCOPE_SWAP);
	assert_int_equal(lock.nr_locks, 2);
	assert_int_equal(mmscope_walk(ms, addrs, 0, results, NULL), 0);
	fake.malformed = FAKE_BAD_LEVELS;
	assert_int_equal(mmscope_walk(ms, addrs, 1, results, NULL), -EPROTO);
}

static void test_explain(void **state)
{
	static __u64 buf[MMSCOPE_VMA_RECORD_MAX / 8];
	struct mmscope_vma *vma = (struct mmscope_vma *)buf;
	struct mmscope_explain e;

	(void)state;
	assert_int_equal(mmscope_explain(ms, 0x400123, 0, &e, vma), 0);
	assert_int_equal(e.walk.status, MMSCOPE_MAPPED);
	assert_int_equal(e.vma_size, vma->size);
	assert_string_equal(mmscope_vma_path(vma), "/usr/bin/prog");
	assert_int_equal(mmscope_explain(ms, 0x1000, 0, &e, vma), 0);
	assert_int_equal(e.vma_size, 0);
	fake.malformed = FAKE_BAD_LEVELS;
	assert_int_equal(mmscope_explain(ms, 0x400123, 0, &e, vma), -EPROTO);
	fake.malformed = FAKE_BAD_SIZE;
	assert_int_equal(mmscope_explain(ms, 0x400123, 0, &e, vma), -EPROTO);
	fake.malformed = FAKE_BAD_STRING;
	assert_int_equal(mmscope_explain(ms, 0x400123, 0, &e, vma), -EPROTO);
}

/* Entries that no test can put in place at will: Documentation/unknowable.rst. */
static void test_predict_passing_entries(void **state)
{
	static const __u64 open = MMSCOPE_FACT_READ | MMSCOPE_FACT_WRITE | MMSCOPE_FACT_ANON;
	static const struct {
		unsigned int status;
		__u64 facts;
		unsigned int access, outcome;
		int signal, minor;
		unsigned int reason;
	} rows[] = {
		{ MMSCOPE_PROTNONE, open, MMSCOPE_ACCESS_READ, MMSCOPE_OUTCOME_NUMA_HINT, 0, 1,
		  MMSCOPE_REASON_NUMA },
		{ MMSCOPE_PROTNONE, open, MMSCOPE_ACCESS_WRITE, MMSCOPE_OUTCOME_NUMA_HINT, 0, -1,
		  MMSCOPE_REASON_NUMA },
		{ MMSCOPE_PROTNONE, open & ~MMSCOPE_FACT_WRITE, MMSCOPE_ACCESS_WRITE,
		  MMSCOPE_OUTCOME_SEGV_ACCERR, SIGSEGV, 0, MMSCOPE_NR_REASONS },
		{ MMSCOPE_PROTNONE, MMSCOPE_FACT_ANON, MMSCOPE_ACCESS_READ,
		  MMSCOPE_OUTCOME_SEGV_ACCERR, SIGSEGV, 0, MMSCOPE_NR_REASONS },
		{ MMSCOPE_MIGRATION, open, MMSCOPE_ACCESS_READ, MMSCOPE_OUTCOME_MIGRATION, 0, -1,
		  MMSCOPE_REASON_MOVING },
		{ MMSCOPE_MIGRATION, open, MMSCOPE_ACCESS_WRITE, MMSCOPE_OUTCOME_MIGRATION, 0, -1,
		  MMSCOPE_REASON_MOVING },
		{ MMSCOPE_MIGRATION, MMSCOPE_FACT_ANON, MMSCOPE_ACCESS_READ,
		  MMSCOPE_OUTCOME_SEGV_ACCERR, SIGSEGV, 0, MMSCOPE_NR_REASONS },
	};
	const struct mmscope_settings settings = { .page_size = 4096 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct mmscope_explain e = {
			.va = 0x10000123, .vma_size = 88, .facts = rows[i].facts,
			.walk = { .va = 0x10000123, .status = (__u16)rows[i].status },
		};
		struct mmscope_permission permission;
		struct mmscope_prediction p;

		mmscope_predict(&e, &settings, rows[i].access, &p);
		assert_int_equal(p.outcome, rows[i].outcome);
		assert_int_equal(p.also, 0);
		assert_int_equal(p.signal, rows[i].signal);
		assert_int_equal(p.minor, rows[i].minor);
		mmscope_permission(&e, &permission);
		assert_int_equal(permission.effective, 0);
		assert_int_equal(permission.reasons[rows[i].access],
				 rows[i].reason == MMSCOPE_NR_REASONS ? 0 : 1U << rows[i].reason);
	}
}

/* What machines do differently: by the facts that module/arch/ gives of them. */
static void test_predict_machines(void **state)
{
	static const __u64 x86 = MMSCOPE_FACT_EXEC_READS | MMSCOPE_FACT_EXEC_LATE |
				 MMSCOPE_FACT_HOLE_TRAPS | MMSCOPE_FACT_HW_YOUNG |
				 MMSCOPE_FACT_HW_DIRTY;
	static const __u64 riscv = MMSCOPE_FACT_HW_UNKNOWN;
	static const __u64 writable = MMSCOPE_FACT_ANON | MMSCOPE_FACT_READ | MMSCOPE_FACT_WRITE;
	static const __u64 for_exec = MMSCOPE_FACT_ANON | MMSCOPE_FACT_EXEC;
	static const __u64 page = MMSCOPE_PTE_PRESENT | MMSCOPE_PTE_USER | MMSCOPE_PTE_WRITE;
	static const __u64 text = MMSCOPE_PTE_PRESENT | MMSCOPE_PTE_USER | MMSCOPE_PTE_EXEC |
				  MMSCOPE_PTE_YOUNG | MMSCOPE_PTE_NOREAD;
	static const struct {
		__u64 machine;	/* 0: riscv with Svade */
		__u64 facts;
		__u64 flags;	/* 0: nothing is there */
		unsigned int region, access, outcome, also;
		int minor;
	} rows[] = {
		{ x86, writable, 0, MMSCOPE_REGION_USER, MMSCOPE_ACCESS_EXEC,
		  MMSCOPE_OUTCOME_SEGV_ACCERR, 0, 1 },
		{ riscv, writable, 0, MMSCOPE_REGION_USER, MMSCOPE_ACCESS_EXEC,
		  MMSCOPE_OUTCOME_SEGV_ACCERR, 0, 0 },
		{ x86, for_exec, 0, MMSCOPE_REGION_USER, MMSCOPE_ACCESS_READ,
		  MMSCOPE_OUTCOME_ZERO_PAGE, 0, 1 },
		{ riscv, for_exec, 0, MMSCOPE_REGION_USER, MMSCOPE_ACCESS_READ,
		  MMSCOPE_OUTCOME_SEGV_ACCERR, 0, 0 },
		{ riscv, for_exec, 0, MMSCOPE_REGION_USER, MMSCOPE_ACCESS_EXEC,
		  MMSCOPE_OUTCOME_ZERO_PAGE, 0, 1 },
		{ riscv, for_exec, text, MMSCOPE_REGION_USER, MMSCOPE_ACCESS_READ,
		  MMSCOPE_OUTCOME_SEGV_ACCERR, 0, 0 },
		{ riscv, for_exec, text, MMSCOPE_REGION_USER, MMSCOPE_ACCESS_EXEC,
		  MMSCOPE_OUTCOME_SUCCEEDS, 0, 0 },
		{ x86, writable, page, MMSCOPE_REGION_USER, MMSCOPE_ACCESS_WRITE,
		  MMSCOPE_OUTCOME_SUCCEEDS, 0, 0 },
		{ riscv, writable, page, MMSCOPE_REGION_USER, MMSCOPE_ACCESS_READ,
		  MMSCOPE_OUTCOME_SUCCEEDS, 1U << MMSCOPE_OUTCOME_YOUNG, -1 },
		{ 0, writable, page, MMSCOPE_REGION_USER, MMSCOPE_ACCESS_READ,
		  MMSCOPE_OUTCOME_YOUNG, 0, 1 },
		{ 0, writable, page | MMSCOPE_PTE_YOUNG, MMSCOPE_REGION_USER,
		  MMSCOPE_ACCESS_READ, MMSCOPE_OUTCOME_SUCCEEDS, 0, 0 },
		{ 0, writable, page | MMSCOPE_PTE_YOUNG, MMSCOPE_REGION_USER,
		  MMSCOPE_ACCESS_WRITE, MMSCOPE_OUTCOME_YOUNG, 0, 1 },
		{ 0, writable, page | MMSCOPE_PTE_YOUNG | MMSCOPE_PTE_DIRTY,
		  MMSCOPE_REGION_USER, MMSCOPE_ACCESS_WRITE, MMSCOPE_OUTCOME_SUCCEEDS, 0, 0 },
		/* arm64's entry of a guarded control stack, which only calls may write to. */
		{ x86, writable | MMSCOPE_FACT_SHADOW_STACK, page | MMSCOPE_PTE_YOUNG,
		  MMSCOPE_REGION_USER, MMSCOPE_ACCESS_WRITE,
		  MMSCOPE_OUTCOME_SEGV_ACCERR, 0, 0 },
		{ x86, writable | MMSCOPE_FACT_SHADOW_STACK, page | MMSCOPE_PTE_YOUNG,
		  MMSCOPE_REGION_USER, MMSCOPE_ACCESS_READ,
		  MMSCOPE_OUTCOME_SUCCEEDS, 0, 0 },
		{ x86, 0, 0, MMSCOPE_REGION_HOLE, MMSCOPE_ACCESS_READ,
		  MMSCOPE_OUTCOME_SEGV_CPU, 0, 0 },
		{ riscv, 0, 0, MMSCOPE_REGION_HOLE, MMSCOPE_ACCESS_READ,
		  MMSCOPE_OUTCOME_SEGV_MAPERR, 0, 0 },
	};
	const struct mmscope_settings settings = { .page_size = 4096 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mmscope_explain e = {
			.va = 0x10000123, .vma_size = 88,
			.facts = rows[i].machine | rows[i].facts,
			.region = (__u16)rows[i].region,
			.walk = { .va = 0x10000123, .flags = rows[i].flags, .nr_levels = 1,
				  .status = rows[i].flags ? MMSCOPE_MAPPED : MMSCOPE_NONE },
		};
		struct mmscope_permission permission;
		struct mmscope_prediction p;

		e.walk.levels[0].flags = rows[i].flags;
		mmscope_predict(&e, &settings, rows[i].access, &p);
		assert_int_equal(p.outcome, rows[i].outcome);
		assert_int_equal(p.also, rows[i].also);
		assert_int_equal(p.minor, rows[i].minor);
		mmscope_permission(&e, &permission);
		assert_int_equal(!!(permission.hardware & 1U << MMSCOPE_ACCESS_WRITE),
				 rows[i].flags & MMSCOPE_PTE_WRITE &&
				 !(rows[i].facts & MMSCOPE_FACT_SHADOW_STACK));
		assert_int_equal(permission.hardware & 1U << MMSCOPE_ACCESS_READ,
				 rows[i].flags && !(rows[i].flags & MMSCOPE_PTE_NOREAD));
	}
}

static void test_translate(void **state)
{
	static const __u64 addrs[] = { 0x400123, 0x1000, 0xffff800000000000, 0x10008000 };
	static __u64 many[10000];
	static struct mmscope_translation to[10000];
	struct mmscope_lock lock = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(mmscope_translate(ms, addrs, 4, to, &lock), 4);
	assert_int_equal(to[0].status, MMSCOPE_MAPPED);
	assert_true(to[0].pa == 0x100400123);
	assert_int_equal(to[0].page_shift, 12);
	assert_int_equal(to[1].status, MMSCOPE_NO_VMA);
	assert_int_equal(to[2].status, MMSCOPE_NONCANONICAL);
	assert_int_equal(to[3].status, MMSCOPE_SWAP);
	assert_int_equal(lock.nr_locks, 2);
	assert_int_equal(lock.generation, 7);
	assert_int_equal(mmscope_translate(ms, addrs, 0, to, NULL), 0);

	/* more than a batch; and the space goes away after the first */
	for (i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = 0x400000 + i % 8192;
	assert_int_equal(mmscope_translate(ms, many, ARRAY_SIZE(many), to, NULL), 10000);
	assert_true(to[9999].pa == 0x100400000 + 9999 % 8192);
	fake.gone_after = fake.replies + 1;
	assert_int_equal(mmscope_translate(ms, many, ARRAY_SIZE(many), to, NULL), 4096);
	assert_int_equal(mmscope_translate(ms, many, 1, to, NULL), -ESRCH);
}

static size_t count_pages(const struct mmscope_page_opts *opts, int *err)
{
	const struct mmscope_page *page;
	struct mmscope_page_iter *iter;
	__u64 last = 0;
	size_t nr = 0;

	assert_int_equal(mmscope_page_iter_new(ms, opts, &iter), 0);
	while ((*err = mmscope_page_iter_next(iter, &page)) > 0) {
		assert_true(page->va > last);
		last = page->va;
		nr++;
	}
	/* over is over */
	assert_int_equal(mmscope_page_iter_next(iter, &page), *err);
	mmscope_page_iter_free(iter);
	return nr;
}

static void test_pages(void **state)
{
	struct mmscope_page_opts opts = {
		.size = sizeof(opts), .start = 0x10000000, .end = 0x10010000,
	};
	const struct mmscope_page *page;
	struct mmscope_page_iter *iter;
	unsigned int per_reply;
	int err;

	(void)state;
	for (per_reply = 0; per_reply < 14; per_reply++) {
		fake.extents_per_reply = per_reply;
		assert_int_equal(count_pages(&opts, &err), 12);
		assert_int_equal(err, 0);
	}
	fake.extents_per_reply = 0;
	assert_int_equal(count_pages(NULL, &err), 3 + 12 + 1 + 2 + 1 + 4 + 3 + 33);
	opts.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_SWAP);
	assert_int_equal(mmscope_page_iter_new(ms, &opts, &iter), 0);
	assert_int_equal(mmscope_page_iter_next(iter, &page), 1);
	assert_true(page->va == 0x10008000 && page->value == 508 && page->swap_type == 1);
	assert_int_equal(mmscope_page_iter_next(iter, &page), 1);
	assert_int_equal(mmscope_page_iter_next(iter, &page), 0);
	assert_true(mmscope_page_iter_lock(iter)->nr_locks);
	mmscope_page_iter_free(iter);
	opts.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_NONE);
	count_pages(&opts, &err);
	assert_int_equal(err, -EINVAL);
}

static void test_pages_errors(void **state)
{
	struct mmscope_page_opts opts = { .size = sizeof(opts), .start = 0x400000 };
	int err;

	(void)state;
	fake.extents_per_reply = 4;
	fake.gone_after = 1;
	assert_int_equal(count_pages(NULL, &err), 4);
	assert_int_equal(err, -ESRCH);
	fake.gone_after = 0;
	fake.malformed = FAKE_BAD_CURSOR;
	count_pages(NULL, &err);
	assert_int_equal(err, -EPROTO);
	/* addresses must rise */
	fake.malformed = FAKE_BAD_SIZE;
	fake.extents_per_reply = 0;
	count_pages(&opts, &err);
	assert_int_equal(err, -EPROTO);
}

static size_t sum_stats(const struct mmscope_stat_opts *opts, struct mmscope_stat *sum, int *err)
{
	const struct mmscope_stat *stat;
	struct mmscope_stat_iter *iter;
	size_t nr = 0;

	memset(sum, 0, sizeof(*sum));
	assert_int_equal(mmscope_stat_iter_new(ms, opts, &iter), 0);
	while ((*err = mmscope_stat_iter_next(iter, &stat)) > 0) {
		sum->vss += stat->vss;
		sum->rss += stat->rss;
		sum->pss += stat->pss;
		sum->swap += stat->swap;
		sum->nr_vmas += stat->nr_vmas;
		nr++;
	}
	assert_int_equal(mmscope_stat_iter_next(iter, &stat), *err);
	mmscope_stat_iter_free(iter);
	return nr;
}

static void test_stats(void **state)
{
	struct mmscope_stat_opts opts = { .size = sizeof(opts), .rollup = 1 };
	struct mmscope_stat all, sum;
	unsigned int per_reply;
	int err;

	(void)state;
	assert_int_equal(sum_stats(&opts, &all, &err), 1);
	assert_int_equal(err, 0);
	assert_int_equal(all.nr_vmas, 10);
	assert_int_equal(all.swap, 2 * 4096);
	for (per_reply = 0; per_reply < 12; per_reply++) {
		fake.extents_per_reply = per_reply;
		assert_int_equal(sum_stats(NULL, &sum, &err), 10);
		assert_int_equal(err, 0);
		assert_true(!memcmp(&all, &sum, sizeof(sum)));
	}
	/* a range without VMAs */
	opts.start = 0x1000;
	opts.end = 0x2000;
	assert_int_equal(sum_stats(&opts, &sum, &err), 0);
	assert_int_equal(err, 0);
	fake.extents_per_reply = 4;
	fake.gone_after = fake.replies + 1;
	assert_int_equal(sum_stats(NULL, &sum, &err), 4);
	assert_int_equal(err, -ESRCH);
	fake.gone_after = 0;
	fake.malformed = FAKE_BAD_CURSOR;
	sum_stats(NULL, &sum, &err);
	assert_int_equal(err, -EPROTO);
	fake.malformed = FAKE_BAD_SIZE;
	sum_stats(NULL, &sum, &err);
	assert_int_equal(err, -EPROTO);
}

static void test_tables(void **state)
{
	struct mmscope_table_opts opts = {
		.size = sizeof(opts), .start = 0x400000, .end = 0x403000,
	};
	struct mmscope_tables tables;

	(void)state;
	assert_int_equal(mmscope_tables(ms, &opts, &tables), 0);
	assert_int_equal(tables.nr_levels, 4);
	assert_int_equal(tables.levels[3].tables, 1);
	assert_int_equal(tables.levels[3].entries, 3);
	assert_int_equal(mmscope_tables(ms, NULL, &tables), 0);
	assert_int_equal(tables.levels[1].tables, 2);
	assert_int_equal(tables.lock.nr_locks, 2);
	fake.malformed = FAKE_BAD_LEVELS;
	assert_int_equal(mmscope_tables(ms, NULL, &tables), -EPROTO);
	fake.gone_after = 1;
	assert_int_equal(mmscope_tables(ms, NULL, &tables), -ESRCH);
}

static void test_tasks(void **state)
{
	struct mmscope_task_opts opts = { .size = sizeof(opts) };
	struct mmscope_task_list *list;

	(void)state;
	assert_int_equal(mmscope_task_list_new(ms, NULL, &list), 0);
	assert_int_equal(list->nr_tasks, 6);
	assert_int_equal(list->nr_cpus, 0);
	assert_int_equal(list->tasks[1].pid, 43);
	mmscope_task_list_free(list);
	/* more than the first room */
	fake.many = 1000;
	opts.cpus = 1;
	assert_int_equal(mmscope_task_list_new(ms, &opts, &list), 0);
	assert_int_equal(list->nr_tasks, 1000);
	assert_int_equal(list->nr_cpus, 2);
	assert_int_equal(list->tasks[999].pid, 42);
	mmscope_task_list_free(list);
	opts.kthread = 1;
	assert_int_equal(mmscope_task_list_new(ms, &opts, &list), -EINVAL);
	assert_int_equal(errno, EINVAL);
	fake.malformed = FAKE_BAD_STRING;
	assert_int_equal(mmscope_task_list_new(ms, NULL, &list), -EPROTO);
	/* more come at each call, for ever */
	fake.malformed = FAKE_BAD_CURSOR;
	assert_int_equal(mmscope_task_list_new(ms, NULL, &list), -EPROTO);
	mmscope_task_list_free(NULL);
}

static void test_vmops(void **state)
{
	const struct mmscope_vmops_record *record;
	struct mmscope_vmops_iter *iter;
	unsigned int nr = 0;

	(void)state;
	fake.vmas_per_reply = 3;
	assert_int_equal(mmscope_vmops_iter_new(ms, NULL, &iter), 0);
	while (mmscope_vmops_iter_next(iter, &record) > 0) {
		if (!nr++) {
			assert_string_equal(mmscope_vmops_table(record), "ext4_file_vm_ops");
			assert_string_equal(mmscope_vmops_symbol(record, MMSCOPE_VMOP_FAULT),
					    "filemap_fault");
			assert_string_equal(mmscope_vmops_symbol(record, MMSCOPE_VMOP_MAP_PAGES),
					    "fuse_map [fuse]");
			assert_string_equal(mmscope_vmops_symbol(record, MMSCOPE_VMOP_NAME), "");
			assert_null(mmscope_vmops_symbol(record, MMSCOPE_VMOP_OPEN));
			assert_null(mmscope_vmops_symbol(record, 64));
		} else {
			assert_null(mmscope_vmops_table(record));
		}
	}
	assert_int_equal(nr, 10);
	mmscope_vmops_iter_free(iter);
	fake.malformed = FAKE_BAD_STRING;
	assert_int_equal(mmscope_vmops_iter_new(ms, NULL, &iter), 0);
	assert_int_equal(mmscope_vmops_iter_next(iter, &record), -EPROTO);
	assert_int_equal(mmscope_vmops_iter_next(iter, &record), -EPROTO);
	mmscope_vmops_iter_free(iter);
	fake.malformed = FAKE_BAD_CURSOR;
	assert_int_equal(mmscope_vmops_iter_new(ms, NULL, &iter), 0);
	assert_int_equal(mmscope_vmops_iter_next(iter, &record), -EPROTO);
	mmscope_vmops_iter_free(iter);
}

static void test_store(void **state)
{
	struct mmscope_store_opts opts = { .size = sizeof(opts), .path = 1, .addr = 0x10000000 };
	const struct mmscope_store_node *node;
	struct mmscope_store_iter *iter;
	unsigned int nr = 0, slots = 0;

	(void)state;
	/* in as many replies as there are nodes */
	fake.vmas_per_reply = 1;
	assert_int_equal(mmscope_store_iter_new(ms, NULL, &iter), 0);
	while (mmscope_store_iter_next(iter, &node) > 0) {
		assert_int_equal(node->depth, nr ? 1 : 0);
		slots += node->nr_slots;
		nr++;
	}
	assert_int_equal(nr, 3);
	assert_int_equal(slots, 9);
	assert_int_equal(mmscope_store_iter_about(iter)->height, 2);
	assert_int_equal(mmscope_store_iter_lock(iter)->nr_locks, 6);
	mmscope_store_iter_free(iter);

	assert_int_equal(mmscope_store_iter_new(ms, &opts, &iter), 0);
	assert_int_equal(mmscope_store_iter_next(iter, &node), 1);
	assert_int_equal(mmscope_store_iter_next(iter, &node), 1);
	assert_true(node->min == 0x500000);
	assert_true(mmscope_store_slots(node)[1].start == 0x10000000);
	assert_int_equal(mmscope_store_iter_next(iter, &node), 0);
	mmscope_store_iter_free(iter);

	fake.vmas_per_reply = 0;
	fake.malformed = FAKE_BAD_CURSOR;
	assert_int_equal(mmscope_store_iter_new(ms, NULL, &iter), -EPROTO);
	fake.malformed = FAKE_BAD_SIZE;
	assert_int_equal(mmscope_store_iter_new(ms, NULL, &iter), 0);
	assert_int_equal(mmscope_store_iter_next(iter, &node), 1);
	assert_int_equal(mmscope_store_iter_next(iter, &node), 1);
	assert_int_equal(mmscope_store_iter_next(iter, &node), -EPROTO);
	assert_int_equal(mmscope_store_iter_next(iter, &node), -EPROTO);
	mmscope_store_iter_free(iter);
	fake.gone_after = 1;
	assert_int_equal(mmscope_store_iter_new(ms, NULL, &iter), -ESRCH);
}

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(mmscope_status_name(MMSCOPE_NO_VMA), "no_vma");
	assert_string_equal(mmscope_status_name(1000), "unknown");
	assert_string_equal(mmscope_kind_name(MMSCOPE_KIND_VVAR), "vvar");
	assert_string_equal(mmscope_level_name(MMSCOPE_LEVEL_P4D), "p4d");
	assert_string_equal(mmscope_feature_name(1), "soft_dirty");
	assert_null(mmscope_feature_name(63));
	assert_string_equal(mmscope_page_type_name(MMSCOPE_PAGE_HUGE_ZERO), "huge_zero");
	assert_string_equal(mmscope_page_type_name(99), "unknown");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_open_errors), TEST(test_names), TEST(test_attach),
		TEST(test_attach_pidfd), TEST(test_mm), TEST(test_vmas),
		TEST(test_vmas_many), TEST(test_vmas_errors),
		TEST(test_extents_join), TEST(test_extents_words),
		TEST(test_extents_hidden), TEST(test_extents_filter),
		TEST(test_extents_errors), TEST(test_rmap), TEST(test_walk), TEST(test_explain),
		TEST(test_predict_passing_entries),
		TEST(test_predict_machines),
		TEST(test_translate),
		TEST(test_pages), TEST(test_pages_errors), TEST(test_stats), TEST(test_tables),
		TEST(test_tasks), TEST(test_store), TEST(test_vmops), TEST(test_words),
	};

	return cmocka_run_group_tests_name("library", tests, NULL, NULL);
}
