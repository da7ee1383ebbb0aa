// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz.c - calls that nobody would make, kept when they reach code that none had reached
 *
 * An input is one call: an operation of selftests/ops.c with an argument, or a text for
 * a file of debugfs. Fields get values that are near what they are for, most of them such
 * that a call is short; some calls have an allocation or a copy fail in them. KCOV tells
 * which code of the module was run. What is looked for are complaints of the kernel, which
 * scripts/vm finds.
 *
 * FUZZ_SECONDS  how long (5)
 * MMSCOPE_OUT   where the corpus is (fuzz.corpus, read at the start), and where goes what
 *               remains of it with what is new (fuzz.kept), and the places that were
 *               reached (fuzz.pcs), for scripts/fuzz
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <kselftest_harness.h>

#include "failing.h"
#include "ops.h"
#include "scope.h"
#include "target.h"
#include "who.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif

#define KCOV_INIT_TRACE	_IOR('c', 1, unsigned long)
#define KCOV_ENABLE	_IO('c', 100)
#define NR_PCS		(64 << 10)
#define DEBUGFS		"/sys/kernel/debug/mmscope/"

#define ROOM		(64UL << 10)
#define GUARD		(1UL << 30)	/* behind it: no count leads out of it */
#define MAX_CORPUS	4096
#define MAX_ADDRESSES	400
#define MAX_TEXT	48
/* A trace is looked at as far as this, and seldom to its end: that is dear. */
#define MUCH_TRACE	2048

/* Whose memory; the first also for whoever may not see frames. */
static const char *const kinds[] = { "mixed", "hugetlb-1g", "vmas", "sparse", "ksm", "threads" };
#define NR_KINDS	(sizeof(kinds) / sizeof(kinds[0]))

/* NOBODY_S was opened by one who may nothing, and shows that one's memory. */
enum { OWN, DEAD, DETACHED, MAPS_ONLY, NOBODY_S, OTHER, NR_FILES = OTHER + NR_KINDS };
enum { ATTACH, DETACH, ASK, READ, NR_TEXTS };

struct input {
	uint16_t file, op;	/* ops[op], and behind them the texts */
	uint16_t fails;		/* the place that does; 0: none */
	unsigned char arg[OP_MAX_SIZE] __attribute__((aligned(8)));
};

/* Of a text, in the argument behind it: the file, how many reads, bytes of one, from where. */
enum { AT_FILE = MAX_TEXT + 1, AT_READS, AT_BYTES, AT_SEEK };

/* What a process has mapped: where its pieces begin and end. */
struct places {
	uint64_t at[MAX_ADDRESSES];
	unsigned int nr;
};

static struct fuzz {
	unsigned int seed;
	int files[NR_FILES];
	struct target others[NR_KINDS];
	pid_t dead;
	int pagemap;
	struct op_room room;
	char *read_only;
	struct places own, other[NR_KINDS];
	const struct places *near;	/* of whom the input is about */
	uint64_t *cover;
	uint64_t pcs[NR_PCS];	/* open addressing */
	unsigned int nr_pcs;
	struct input corpus[MAX_CORPUS];
	uint64_t cost[MAX_CORPUS];	/* ns that each took */
	unsigned int nr_corpus;
	uint64_t start;		/* of the range that is being made up */
	bool can_fail;
	unsigned long calls, done, failed;
} *f;

static unsigned int below(unsigned int n)
{
	return rand_r(&f->seed) % n;
}

static bool one_in(unsigned int n)
{
	return !below(n);
}

static uint64_t any(void)
{
	uint64_t word = rand_r(&f->seed);

	word = word << 20 ^ rand_r(&f->seed);
	return word << 20 ^ rand_r(&f->seed);
}

static uint64_t pick(const uint64_t *from, unsigned int nr)
{
	return from[below(nr)];
}

#define PICK(...) pick((const uint64_t[]){ __VA_ARGS__ }, \
		       sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t))

static uint64_t address(void)
{
	uint64_t at = f->near->at[below(f->near->nr)];

	switch (below(8)) {
	case 0:
		return PICK(0, 4096, ~0ULL, ~4095ULL, 1ULL << 47, (1ULL << 47) - 4096,
			    1ULL << 63, 1ULL << 56);
	case 1:
		return at + below(4096);
	case 2:
		return any();
	default:
		return at + (below(65) - 32) * 4096ULL;
	}
}

/* Where the kernel may write, or cannot: never what this program lives on. */
static uint64_t buffer(void)
{
	if (!one_in(8))
		return PTR(f->room.buf);
	return PICK(0, PTR(f->room.buf) + 1, PTR(f->room.buf) + ROOM - 8, PTR(f->room.buf) + ROOM,
		    PTR(f->read_only), 8, ~7ULL, 0xffff888000000000ULL);
}

static bool is_pointer(const struct op_field *field)
{
	return field->kind == OP_BUF || field->kind == OP_ADDRS ||
	       field->kind == OP_KERNEL_ADDRS || field->kind == OP_FRAMES;
}

static uint64_t value(const struct op *op, const struct op_field *field)
{
	switch (field->kind) {
	case OP_SIZE:
		return one_in(32) ? PICK(0, 4, op->size - 1, op->size + 1, op->size + 8, 4096,
					 4097, ~0ULL) : op->size;
	case OP_ZERO:
		return one_in(32) ? any() : 0;
	case OP_FLAGS:
		return one_in(32) ? any() : any() & (one_in(2) ? field->value & any() :
							       field->value);
	case OP_ENUM:
		return below(field->value + 1);
	case OP_START:
	case OP_ADDRESS:
		f->start = one_in(8) ? 0 : address();
		return f->start;
	case OP_END:
		return one_in(8) ? PICK(~0ULL, address()) : f->start + below(64) * 4096ULL;
	case OP_BUF:
		return buffer();
	case OP_BUF_SIZE:
		return one_in(4) ? PICK(0, 1, 8, 64, 4096, ROOM + 1, ~0ULL, 1ULL << 31) :
				   512 + below(one_in(8) ? ROOM : 4096);
	case OP_NR:
		return one_in(16) ? PICK(0, ~0ULL, 1ULL << 31, ROOM) :
				    1 + below(one_in(64) ? 1000 : 16);
	case OP_RECORD:
		return one_in(32) ? any() : field->value;
	case OP_ADDRS:
		return one_in(16) ? buffer() : PTR(f->room.addrs);
	case OP_KERNEL_ADDRS:
		return one_in(16) ? buffer() : PTR(f->room.addrs + f->room.nr_addrs);
	case OP_FRAMES:
		return one_in(16) ? buffer() : PTR(f->room.frames);
	case OP_PID:
		return PICK(0, 1, 2, f->others[0].thing.pid, f->dead, ~0ULL, getppid());
	case OP_PID_KTHREAD:
		return one_in(2) ? 0 : PICK(1, 2, 3, 10, ~0ULL, f->dead);
	case OP_FD:
		return PICK(0, f->pagemap, f->files[OTHER], ~0ULL, 1000);
	case OP_BUDGET:
		return PICK(0, 0, 1, 1000, 100000, ~0ULL);
	case OP_GENERATION:
		return PICK(0, 0, 1, any());
	}
	return 0;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* Of two, the one that took less: what is dear comes less often. */
static const struct input *kept_input(void)
{
	unsigned int one = below(f->nr_corpus), other = below(f->nr_corpus);

	return &f->corpus[f->cost[one] < f->cost[other] ? one : other];
}

static const struct places *places_of(unsigned int file)
{
	if (file >= OTHER)
		return &f->other[file - OTHER];
	return file == MAPS_ONLY ? &f->other[0] : &f->own;
}

static void mutate_text(struct input *in, unsigned int which)
{
	static const char *const odd[] = {
		"", "-1", "0x", "99999999999999999999", "\n", "1 2", "0",
	};
	char *text = (char *)in->arg;

	memset(in->arg, 0, AT_SEEK + 1);
	/* The text of all of it is dear, and much of it is alike. */
	in->arg[AT_READS] = one_in(16) ? 16 : 1 + below(2);
	in->arg[AT_BYTES] = below(256);
	if (which == READ) {
		in->arg[AT_FILE] = below(nr_op_files + 1);
		in->arg[AT_SEEK] = below(64);
	} else if (one_in(4)) {
		snprintf(text, MAX_TEXT, "%s", odd[below(sizeof(odd) / sizeof(odd[0]))]);
	} else if (which == ASK) {
		unsigned long long start = address();

		in->arg[AT_FILE] = below(nr_op_files);
		if (one_in(4))
			snprintf(text, MAX_TEXT, "0x%llx 0x%llx", start,
				 start + below(64) * 4096ULL);
		else
			snprintf(text, MAX_TEXT, "0x%llx", start);
	} else {
		const pid_t other = f->others[0].thing.pid;

		snprintf(text, MAX_TEXT, "%d", (int)PICK(other, other, getpid(), f->dead, 2));
	}
}

/* All of an address space takes long: most calls are to be about little. */
static void shorten(const struct op *op, struct input *in)
{
	for (const struct op_field *field = op->field; field->name; field++) {
		if (field->kind == OP_START)
			f->start = op_get(field, in->arg);
		if (field->kind == OP_END)
			op_set(field, in->arg, f->start + below(64) * 4096ULL);
	}
}

static void mutate(struct input *in)
{
	static const uint16_t texts[] = { ATTACH, ATTACH, DETACH, ASK, READ, READ, READ, READ };
	const bool fresh = !f->nr_corpus || one_in(4);
	const struct op *op;

	if (fresh) {
		in->op = one_in(16) ? nr_ops + texts[below(8)] : below(nr_ops);
		in->file = in->op < nr_ops && ops[in->op].detached ? DETACHED : below(NR_FILES);
		if (in->op < nr_ops)
			op_fill(&ops[in->op], in->arg, &f->room);
	} else {
		*in = *kept_input();
		if (one_in(8))
			in->file = below(NR_FILES);
	}
	f->near = places_of(in->file);
	in->fails = f->can_fail && one_in(8) ? 1 + below(one_in(4) ? 64 : 8) : 0;
	if (in->op >= nr_ops) {
		mutate_text(in, in->op - nr_ops);
		return;
	}
	op = &ops[in->op];
	/* Also what the table does not name: answers, and cursors. */
	if (one_in(8))
		in->arg[below(op->size)] = any();
	if (one_in(16))
		op_set(&(struct op_field){ .at = below(op->size / 8) * 8, .size = 8 }, in->arg,
		       address());
	for (const struct op_field *field = op->field; field->name; field++)
		if (fresh || one_in(3) || is_pointer(field))
			op_set(field, in->arg, value(op, field));
	if (!one_in(64))
		shorten(op, in);
}

static int open_text(const char *name, int flags)
{
	char path[128];

	snprintf(path, sizeof(path), DEBUGFS "%s", name);
	return open(path, flags | O_CLOEXEC);
}

static void run_text(const struct input *in)
{
	const char *text = (const char *)in->arg;
	unsigned int which = in->op - nr_ops, seek = in->arg[AT_SEEK];
	char name[64];
	int fd;

	if (which == ATTACH || which == DETACH) {
		fd = open_text(which == ATTACH ? "attach" : "detach", O_WRONLY);
		f->done += write(fd, text, strlen(text)) >= 0;
		close(fd);
		return;
	}
	if (which == READ && in->arg[AT_FILE] == nr_op_files)
		snprintf(name, sizeof(name), "version");
	else
		snprintf(name, sizeof(name), "%d/%s", f->others[0].thing.pid,
			 op_files[in->arg[AT_FILE] % nr_op_files].name);
	fd = open_text(name, which == ASK ? O_RDWR : O_RDONLY);
	if (which == ASK)
		f->done += write(fd, text, strlen(text)) >= 0;
	else if (seek)
		lseek(fd, seek % 2 ? (off_t)f->other[0].at[seek % f->other[0].nr] : seek, SEEK_SET);
	for (int i = 0; i < in->arg[AT_READS]; i++)
		if (read(fd, f->room.buf, 16 + in->arg[AT_BYTES] * 16) <= 0)
			break;
	close(fd);
}

/*
 * What a call takes with it comes back, also when opening is what fails. A file that was
 * asked what needs no target is as it was: opening another each time would take longer
 * than most calls do.
 */
static void renew(const struct input *in, bool done)
{
	const bool attached = done && in->op < nr_ops && ops[in->op].nr == MMSCOPE_IOC_ATTACH;

	if (in->file != DETACHED || !(attached || in->fails || one_in(16)))
		return;
	close(f->files[DETACHED]);
	do {
		f->files[DETACHED] = scope_open();
	} while (f->files[DETACHED] < 0);
}

/* Returns how long it took, in ns. */
static uint64_t run(struct input *in)
{
	/* What is behind an argument stays zero: no operation writes there. */
	static unsigned char arg[4096 * 2] __attribute__((aligned(4096)));
	const unsigned long done = f->done;
	const uint64_t start = now();

	f->calls++;
	memcpy(arg, in->arg, OP_MAX_SIZE);
	if (in->fails)
		failing_arm(in->fails);
	f->cover[0] = 0;
	if (in->op < nr_ops)
		f->done += !scope_ioctl(f->files[in->file], ops[in->op].nr, arg);
	else
		run_text(in);
	renew(in, f->done != done);
	if (in->fails)
		f->failed += failing_disarm();
	return now() - start;
}

/* Were there places in the first @most of the trace that no call had come to? */
static bool new_places(uint64_t most)
{
	uint64_t nr = __atomic_load_n(&f->cover[0], __ATOMIC_RELAXED);
	bool new = false;

	if (nr > most)
		nr = most;
	for (uint64_t i = 1; i <= nr && f->nr_pcs < NR_PCS / 2; i++) {
		uint64_t pc = f->cover[i], at = pc * 0x9e3779b97f4a7c15ULL >> 48;

		while (f->pcs[at] && f->pcs[at] != pc)
			at = (at + 1) % NR_PCS;
		if (f->pcs[at])
			continue;
		f->pcs[at] = pc;
		f->nr_pcs++;
		new = true;
	}
	return new;
}

static void learn_places(pid_t pid, struct places *p)
{
	unsigned long long start, end;
	char path[64], line[512];
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	while (maps && fgets(line, sizeof(line), maps) && p->nr + 2 <= MAX_ADDRESSES)
		if (sscanf(line, "%llx-%llx", &start, &end) == 2) {
			p->at[p->nr++] = start;
			p->at[p->nr++] = end;
		}
	if (maps)
		fclose(maps);
}

static FILE *kept(const char *name, const char *mode)
{
	const char *out = getenv("MMSCOPE_OUT");
	char path[4096];

	if (!out || !*out)
		return NULL;
	snprintf(path, sizeof(path), "%s/%s", out, name);
	return fopen(path, mode);
}

static void load(void)
{
	FILE *file = kept("fuzz.corpus", "re");

	/* Addresses of another run mean little; what they did to get there remains. */
	while (file && f->nr_corpus < MAX_CORPUS &&
	       fread(&f->corpus[f->nr_corpus], sizeof(struct input), 1, file) == 1)
		f->nr_corpus += f->corpus[f->nr_corpus].op < nr_ops + NR_TEXTS &&
				f->corpus[f->nr_corpus].file < NR_FILES;
	if (file)
		fclose(file);
}

static void keep(const struct input *in, uint64_t cost)
{
	f->corpus[f->nr_corpus] = *in;
	f->cost[f->nr_corpus++] = cost;
}

/*
 * Of the corpus those inputs that still lead somewhere the ones before them do not: it
 * would only grow, for what was found by two guests is in it twice, and what an input
 * found at the addresses of another life it may not find here.
 */
static void replay(void)
{
	const unsigned int nr = f->nr_corpus;

	f->nr_corpus = 0;
	for (unsigned int i = 0; i < nr; i++) {
		struct input in = f->corpus[i];
		uint64_t took;

		/* Its pointers were of that life, too. */
		if (in.op < nr_ops)
			for (const struct op_field *field = ops[in.op].field; field->name; field++)
				if (is_pointer(field))
					op_set(field, in.arg, value(&ops[in.op], field));
		took = run(&in);
		if (new_places(NR_PCS))
			keep(&in, took);
	}
}

static void save(void)
{
	FILE *file = kept("fuzz.kept", "we");

	if (file) {
		fwrite(f->corpus, sizeof(struct input), f->nr_corpus, file);
		fclose(file);
	}
	file = kept("fuzz.pcs", "we");
	for (unsigned int i = 0; file && i < NR_PCS; i++)
		if (f->pcs[i])
			fprintf(file, "%llx\n", (unsigned long long)f->pcs[i]);
	if (file)
		fclose(file);
}

/* Shared memory of our own that has gone to swap, and a hole in it. */
static void swapped_out(void)
{
	const size_t size = 64 * 4096;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return;
	memset(p, 1, size / 2);
	madvise(p, size, MADV_PAGEOUT);
	mmap(p + size / 4, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

static int opened_by_nobody(void)
{
	int pair[2], fd;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return -errno;
	if (!fork()) {
		if (become_nobody() || send_fd(pair[1], scope_attached(0)))
			_exit(1);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	close(pair[1]);
	fd = receive_fd(pair[0]);
	close(pair[0]);
	return fd;
}

FIXTURE(fuzz) {
	int kcov;
};

FIXTURE_SETUP(fuzz)
{
	struct target short_lived;

	f = mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, f);
	/* Two machines that begin alike are not to do the same. */
	ASSERT_EQ((ssize_t)sizeof(f->seed), getrandom(&f->seed, sizeof(f->seed), 0));
	f->can_fail = !failing_prepare();
	self->kcov = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->kcov);
	ASSERT_EQ(0, ioctl(self->kcov, KCOV_INIT_TRACE, NR_PCS));
	f->cover = mmap(NULL, NR_PCS * 8, PROT_READ | PROT_WRITE, MAP_SHARED, self->kcov, 0);
	ASSERT_NE(MAP_FAILED, f->cover);

	ASSERT_EQ(0, op_room_init(&f->room));
	f->room.size = ROOM;
	f->room.buf = mmap(NULL, ROOM + GUARD, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ASSERT_EQ(0, mprotect(f->room.buf, ROOM, PROT_READ | PROT_WRITE));
	f->read_only = (char *)f->room.buf + GUARD / 2;
	ASSERT_EQ(0, mprotect(f->read_only, 4096, PROT_READ));

	for (size_t i = 0; i < NR_KINDS; i++) {
		ASSERT_EQ(0, target_start(&f->others[i], kinds[i], NULL))
			TH_LOG("%s: %s", kinds[i], f->others[i].thing.why);
		f->files[OTHER + i] = scope_attached(f->others[i].thing.pid);
		learn_places(f->others[i].thing.pid, &f->other[i]);
	}
	swapped_out();
	learn_places(getpid(), &f->own);
	ASSERT_EQ(0, target_plain(&short_lived));
	f->dead = short_lived.thing.pid;
	f->room.pid = f->others[0].thing.pid;
	f->files[OWN] = scope_attached(0);
	f->files[DEAD] = scope_attached(f->dead);
	f->files[DETACHED] = scope_open();
	f->files[NOBODY_S] = opened_by_nobody();
	target_end(&short_lived);
	ASSERT_EQ(0, set_capability(CAP_SYS_ADMIN, false));
	f->files[MAPS_ONLY] = scope_attached(f->others[0].thing.pid);
	ASSERT_EQ(0, set_capability(CAP_SYS_ADMIN, true));
	for (int i = 0; i < NR_FILES; i++)
		ASSERT_LE(0, f->files[i]);
	f->pagemap = open_pagemap(f->others[0].thing.pid);
	f->near = &f->own;
	for (size_t i = 0; i < NR_KINDS; i++)
		ASSERT_LT(4U, f->other[i].nr);
	ASSERT_LT(4U, f->own.nr);
	load();
}

FIXTURE_TEARDOWN(fuzz)
{
	for (size_t i = 0; i < NR_KINDS; i++)
		target_end(&f->others[i]);
}

TEST_F_TIMEOUT(fuzz, calls, 7200)
{
	const char *seconds = getenv("FUZZ_SECONDS");
	time_t end = time(NULL) + (seconds ? atoi(seconds) : 5);
	unsigned int taken_up;
	struct input in;

	ASSERT_EQ(0, ioctl(self->kcov, KCOV_ENABLE, 0));
	replay();
	taken_up = f->nr_corpus;
	while (time(NULL) < end) {
		uint64_t took;

		mutate(&in);
		took = run(&in);
		if (new_places(one_in(32) ? NR_PCS : MUCH_TRACE) && f->nr_corpus < MAX_CORPUS)
			keep(&in, took);
	}
	save();
	printf("# fuzz: %lu calls, %lu answered, %lu with a failure inside, %u places reached, "
	       "%u inputs kept, %u of them known before\n", f->calls, f->done, f->failed,
	       f->nr_pcs, f->nr_corpus, taken_up);
	EXPECT_LT((unsigned long)nr_ops, f->done);
	EXPECT_LT(500U, f->nr_pcs);
}

TEST_HARNESS_MAIN
