// SPDX-License-Identifier: GPL-2.0-only
/*
 * tasks.c - who uses an address space: against /proc, and with every count explained
 *
 * The counts of the kernel are the oracle: mm_users and mm_count must be the sums of
 * their parts, to the last one, for everything that these tests set up.
 */
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <pthread.h>
#include <kselftest_harness.h>

#include "proc.h"
#include "scope.h"
#include "target.h"
#include "zoo_internal.h"

#define MAX_TASKS	4096
#define MAX_CPUS	256
#define STACK		65536

struct answer {
	struct mmscope_tasks sums;
	struct mmscope_task tasks[MAX_TASKS];
	struct mmscope_task cpus[MAX_CPUS];
};

static struct answer a;

static int ask_room(int fd, uint32_t room, bool cpus)
{
	memset(&a, 0, sizeof(a));
	a.sums.size = sizeof(a.sums);
	a.sums.tasks = PTR(a.tasks);
	a.sums.nr_tasks = room;
	a.sums.task_size = sizeof(a.tasks[0]);
	if (cpus) {
		a.sums.cpus = PTR(a.cpus);
		a.sums.nr_cpus = MAX_CPUS;
	}
	return scope_ioctl(fd, MMSCOPE_IOC_TASKS, &a.sums);
}

static int ask(int fd, bool cpus)
{
	return ask_room(fd, MAX_TASKS, cpus);
}

static int ask_kthread(int fd, int nr)
{
	memset(&a, 0, sizeof(a));
	a.sums.size = sizeof(a.sums);
	a.sums.tasks = PTR(a.tasks);
	a.sums.nr_tasks = 1;
	a.sums.task_size = sizeof(a.tasks[0]);
	a.sums.kthread = nr;
	return scope_ioctl(fd, MMSCOPE_IOC_TASKS, &a.sums);
}

static long users_left(void)
{
	return (long)a.sums.mm_users - a.sums.users_threads - a.sums.users_workers;
}

static long count_left(void)
{
	return (long)a.sums.mm_count - a.sums.count_users - a.sums.count_adopted -
	       a.sums.count_lazy - a.sums.count_handles - a.sums.count_khugepaged -
	       a.sums.count_ksm;
}

/*
 * Asks until nothing moved while it was asked and @left references have no name: a
 * CPU that switches tasks just then has one for a moment. What stays is the answer.
 */
static int ask_until(int fd, long left)
{
	int ret;

	for (int tries = 0; tries < 500; tries++) {
		ret = ask(fd, true);
		if (ret || (!a.sums.changed && count_left() == left))
			return ret;
		usleep(10000);
	}
	return 0;
}

static const struct mmscope_task *find_task(int pid)
{
	for (uint32_t i = 0; i < a.sums.nr_tasks; i++)
		if (a.tasks[i].pid == pid)
			return &a.tasks[i];
	return NULL;
}

/* One line of a file of a thread; "" when it is gone. */
static void read_line(int pid, int tid, const char *file, char *line, size_t size)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, file);
	line[0] = '\0';
	f = fopen(path, "r");
	if (!f)
		return;
	if (!fgets(line, size, f))
		line[0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	fclose(f);
}

/* Number of the threads of /proc/@pid/task that are listed just so; -1: one is not. */
static int same_as_proc(int pid)
{
	char path[64], line[512], *after;
	const struct mmscope_task *t;
	struct dirent *entry;
	int nr = 0, cpu;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		int tid = atoi(entry->d_name);

		if (!tid)
			continue;
		t = find_task(tid);
		read_line(pid, tid, "comm", line, sizeof(line));
		if (!t || t->tgid != pid || strcmp(t->comm, line))
			return -1;
		read_line(pid, tid, "stat", line, sizeof(line));
		after = strrchr(line, ')');
		/* state is the third field, the processor the 39th */
		if (!after || t->state != after[2])
			return -1;
		cpu = -1;
		for (int field = 3; field < 39 && after; field++)
			after = strchr(after + 2, ' ');
		if (after)
			cpu = atoi(after);
		if (t->cpu != (uint32_t)cpu)
			return -1;
		nr++;
	}
	closedir(dir);
	return nr;
}

/* A child that sets something up by @make and waits; its parts are in its group. */
static pid_t start(int (*make)(int *report), int *report)
{
	int out[2], value = -1;
	pid_t pid;

	if (pipe(out))
		return -1;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setpgid(0, 0);
		value = 0;
		if (make(&value))
			value = -errno;
		if (write(out[1], &value, sizeof(value)) != sizeof(value))
			_exit(1);
		for (;;)
			pause();
	}
	close(out[1]);
	if (read(out[0], &value, sizeof(value)) != sizeof(value))
		value = -ESRCH;
	close(out[0]);
	*report = value;
	return pid;
}

static void end(pid_t pid)
{
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

FIXTURE(threads) {
	struct target target;
	int fd;
};

FIXTURE_VARIANT(threads) {
	unsigned int nr;
};

FIXTURE_VARIANT_ADD(threads, one) { .nr = 1 };
FIXTURE_VARIANT_ADD(threads, main_and_three) { .nr = 4 };
FIXTURE_VARIANT_ADD(threads, main_and_nine) { .nr = 10 };
FIXTURE_VARIANT_ADD(threads, more_than_a_batch) { .nr = 1300 };

FIXTURE_SETUP(threads)
{
	struct zoo_options o = { .count = variant->nr };

	ASSERT_EQ(0, target_start(&self->target, "threads", &o))
		TH_LOG("%s", self->target.thing.why);
	ASSERT_EQ(0, target_stop(self->target.thing.pid));
	self->fd = scope_attached(self->target.thing.pid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(threads)
{
	close(self->fd);
	target_end(&self->target);
}

TEST_F(threads, as_proc_has_them)
{
	ASSERT_EQ(0, ask(self->fd, false));
	EXPECT_EQ(variant->nr, a.sums.nr_tasks);
	EXPECT_EQ((int)variant->nr, same_as_proc(self->target.thing.pid));
	for (uint32_t i = 0; i < a.sums.nr_tasks; i++) {
		EXPECT_EQ(MMSCOPE_USE_OWN, a.tasks[i].mm_use);
		EXPECT_EQ(MMSCOPE_OF_TARGET, a.tasks[i].mm_of);
		/* It stops first, and leaves its CPU then. */
		EXPECT_EQ(0U, a.tasks[i].flags & ~MMSCOPE_TASK_ON_CPU);
		if (i)
			EXPECT_LT(a.tasks[i - 1].pid, a.tasks[i].pid);
	}
}

TEST_F(threads, every_count_is_explained)
{
	struct mmscope_mm mm;

	ASSERT_EQ(0, ask_until(self->fd, 0));
	EXPECT_EQ(variant->nr, a.sums.mm_users);
	EXPECT_EQ(variant->nr, a.sums.users_threads);
	EXPECT_EQ(0L, users_left());
	EXPECT_EQ(0L, count_left())
		TH_LOG("mm_count %u: lazy %u handles %u", a.sums.mm_count, a.sums.count_lazy,
		       a.sums.count_handles);
	EXPECT_EQ(1U, a.sums.count_users);
	EXPECT_EQ(1U, a.sums.count_handles);
	EXPECT_EQ(0U, a.sums.users_workers);
	ASSERT_EQ(0, scope_mm(self->fd, &mm));
	EXPECT_EQ(mm.mm_users, a.sums.mm_users);
}

TEST_F(threads, handles_are_counted)
{
	int more[5];

	for (int i = 0; i < 5; i++) {
		more[i] = scope_attached(self->target.thing.pid);
		ASSERT_LE(0, more[i]);
	}
	ASSERT_EQ(0, ask_until(self->fd, 0));
	EXPECT_EQ(6U, a.sums.count_handles);
	EXPECT_EQ(0L, count_left());
	for (int i = 0; i < 5; i++)
		close(more[i]);
	ASSERT_EQ(0, ask_until(self->fd, 0));
	EXPECT_EQ(1U, a.sums.count_handles);
	EXPECT_EQ(0L, count_left());
}

TEST_F(threads, less_room_than_threads)
{
	ASSERT_EQ(0, ask_room(self->fd, variant->nr / 2, false));
	EXPECT_EQ(variant->nr, a.sums.nr_tasks);
	EXPECT_EQ(variant->nr, a.sums.users_threads);
	for (uint32_t i = 0; i < MAX_TASKS; i++)
		EXPECT_EQ(i < variant->nr / 2, a.tasks[i].pid != 0);
	/* none at all is a way to ask for the number */
	ASSERT_EQ(0, ask_room(self->fd, 0, false));
	EXPECT_EQ(variant->nr, a.sums.nr_tasks);
}

static char stacks[2][STACK] __attribute__((aligned(64)));

/* Through it a part says that it is ready. */
static int gate[2];

static int wait_for_ever(void *unused)
{
	(void)unused;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "\033[31mred\n");
	if (write(gate[1], "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
	return 0;
}

static int make_vm_process(int *report)
{
	char byte;

	if (pipe(gate))
		return -1;
	*report = clone(wait_for_ever, stacks[0] + STACK, CLONE_VM | SIGCHLD, NULL);
	if (*report < 0)
		return -1;
	return read(gate[0], &byte, 1) == 1 ? 0 : -1;
}

TEST(a_process_that_shares_the_memory)
{
	const struct mmscope_task *t;
	int other, fd;
	pid_t pid = start(make_vm_process, &other);

	ASSERT_LT(0, other);
	ASSERT_EQ(0, target_stop(pid));
	ASSERT_EQ(0, kill(other, SIGSTOP));
	/* from either end */
	for (int i = 0; i < 2; i++) {
		fd = scope_attached(i ? other : pid);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, ask_until(fd, 0));
		EXPECT_EQ(2U, a.sums.mm_users);
		EXPECT_EQ(2U, a.sums.users_threads);
		EXPECT_EQ(0L, users_left());
		EXPECT_EQ(0L, count_left());
		t = find_task(other);
		ASSERT_NE(NULL, t);
		EXPECT_EQ(other, t->tgid);
		EXPECT_EQ(0, memcmp("\033[31mred\n", t->comm, 10));
		t = find_task(pid);
		ASSERT_NE(NULL, t);
		EXPECT_EQ(pid, t->tgid);
		close(fd);
	}
	end(pid);
}

static int vfork_pipe[2];

/* Its memory is the parent's: it may not return. */
static void *vfork_thread(void *unused)
{
	pid_t child = vfork();

	(void)unused;
	if (!child) {
		pid_t me = getpid();

		if (write(vfork_pipe[1], &me, sizeof(me)) != sizeof(me))
			_exit(1);
		for (;;)
			pause();
	}
	return NULL;
}

static int make_vfork(int *report)
{
	pthread_t thread;

	if (pipe(vfork_pipe))
		return -1;
	errno = pthread_create(&thread, NULL, vfork_thread, NULL);
	if (errno)
		return -1;
	return read(vfork_pipe[0], report, sizeof(*report)) == sizeof(*report) ? 0 : -1;
}

TEST(vfork_child)
{
	const struct mmscope_task *t;
	int child, fd;
	pid_t pid = start(make_vfork, &child);

	ASSERT_LT(0, child);
	fd = scope_attached(pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ask_until(fd, 0));
	/* the main thread, the one that waits in vfork(), and the child */
	EXPECT_EQ(3U, a.sums.mm_users);
	EXPECT_EQ(0L, users_left());
	EXPECT_EQ(0L, count_left());
	t = find_task(child);
	ASSERT_NE(NULL, t);
	EXPECT_EQ((uint32_t)MMSCOPE_TASK_VFORK, t->flags & ~MMSCOPE_TASK_ON_CPU);
	EXPECT_EQ(child, t->tgid);
	t = find_task(pid);
	ASSERT_NE(NULL, t);
	EXPECT_EQ(0U, t->flags & ~MMSCOPE_TASK_ON_CPU);
	close(fd);
	end(pid);
}

/* A read of an empty pipe, by a worker: it waits there for ever. */
static int make_io_uring(int *report)
{
	struct io_uring_params p = { };
	struct io_uring_sqe *sqe;
	unsigned int *tail, *array;
	static char byte;
	int ring, ends[2];
	char *sq;

	ring = syscall(SYS_io_uring_setup, 4, &p);
	if (ring < 0 || pipe(ends))
		return -1;
	sq = mmap(NULL, p.sq_off.array + p.sq_entries * sizeof(unsigned int),
		  PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
	sqe = mmap(NULL, p.sq_entries * sizeof(*sqe), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	if (sq == MAP_FAILED || sqe == MAP_FAILED)
		return -1;
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_READ;
	sqe->flags = IOSQE_ASYNC;
	sqe->fd = ends[0];
	sqe->addr = PTR(&byte);
	sqe->len = 1;
	tail = (unsigned int *)(sq + p.sq_off.tail);
	array = (unsigned int *)(sq + p.sq_off.array);
	array[*tail & *(unsigned int *)(sq + p.sq_off.ring_mask)] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	*report = ring;
	return syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0) == 1 ? 0 : -1;
}

TEST(io_uring_worker)
{
	const struct mmscope_task *worker = NULL;
	int ring, fd;
	pid_t pid = start(make_io_uring, &ring);

	ASSERT_LE(0, ring);
	fd = scope_attached(pid);
	ASSERT_LE(0, fd);
	/* The ring itself keeps the descriptor: one that no task shows. */
	ASSERT_EQ(0, ask_until(fd, 1));
	EXPECT_EQ(2U, a.sums.mm_users);
	EXPECT_EQ(1U, a.sums.users_threads);
	EXPECT_EQ(1U, a.sums.users_workers);
	EXPECT_EQ(0L, users_left());
	EXPECT_EQ(1L, count_left());
	/* It gives itself its name when it first runs. */
	for (int tries = 0; tries < 500 && !worker; tries++, usleep(10000)) {
		ASSERT_EQ(0, ask(fd, false));
		for (uint32_t i = 0; i < a.sums.nr_tasks; i++)
			if (a.tasks[i].flags & MMSCOPE_TASK_IO_WORKER &&
			    !strncmp(a.tasks[i].comm, "iou-wrk-", 8))
				worker = &a.tasks[i];
	}
	ASSERT_NE(NULL, worker);
	EXPECT_EQ(pid, worker->tgid);
	close(fd);
	end(pid);
}

#define VHOST_SET_OWNER	_IO(0xAF, 0x01)

/* A kernel thread with kthread_use_mm(), since 6.4 a thread of the process. */
static int make_vhost(int *report)
{
	*report = open("/dev/vhost-net", O_RDWR);
	return *report < 0 ? -1 : ioctl(*report, VHOST_SET_OWNER, 0);
}

TEST(vhost_worker)
{
	const struct mmscope_task *worker = NULL;
	const uint32_t of_kernel = MMSCOPE_TASK_KTHREAD | MMSCOPE_TASK_USER_WORKER;
	int vhost, fd, adopted;
	pid_t pid;

	if (system("modprobe -q vhost_net"))
		SKIP(return, "no vhost_net");
	pid = start(make_vhost, &vhost);
	ASSERT_LE(0, vhost);
	fd = scope_attached(pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ask_until(fd, 0));
	for (uint32_t i = 0; i < a.sums.nr_tasks; i++)
		if (a.tasks[i].flags & of_kernel)
			worker = &a.tasks[i];
	ASSERT_NE(NULL, worker);
	adopted = worker->flags & MMSCOPE_TASK_KTHREAD ? 1 : 0;
	EXPECT_EQ(adopted ? MMSCOPE_USE_ADOPTED : MMSCOPE_USE_OWN, worker->mm_use);
	EXPECT_EQ((uint32_t)adopted, a.sums.count_adopted);
	EXPECT_EQ(!adopted, a.sums.users_workers);
	EXPECT_EQ(1U, a.sums.users_threads);
	/* The driver has one of the users; no list tells of it. */
	EXPECT_EQ(1L, users_left());
	EXPECT_EQ(0L, count_left());
	if (adopted) {
		int nr = worker->pid;

		ASSERT_EQ(0, ask_kthread(fd, nr));
		EXPECT_EQ(nr, a.tasks[0].pid);
		EXPECT_EQ(MMSCOPE_USE_ADOPTED, a.tasks[0].mm_use);
		EXPECT_EQ(MMSCOPE_OF_PROCESS, a.tasks[0].mm_of);
		EXPECT_EQ(pid, a.tasks[0].mm_pid);
	}
	close(fd);
	end(pid);
}

TEST(what_cpus_run)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t seen = 0;
	cpu_set_t cpu0;
	int fd = scope_attached(0);

	CPU_ZERO(&cpu0);
	CPU_SET(0, &cpu0);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(cpu0), &cpu0));
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ask(fd, true));
	ASSERT_EQ((uint32_t)online, a.sums.nr_cpus);
	for (long i = 0; i < online; i++) {
		const struct mmscope_task *t = &a.cpus[i];
		uint32_t loaded = t->flags & (MMSCOPE_TASK_LOADED | MMSCOPE_TASK_UNLOADED);

		ASSERT_GT(64U, t->cpu);
		EXPECT_EQ(0ULL, seen & 1ULL << t->cpu);
		seen |= 1ULL << t->cpu;
		EXPECT_TRUE(t->flags & MMSCOPE_TASK_ON_CPU);
		EXPECT_NE(MMSCOPE_USE_NONE, t->mm_use);
		EXPECT_NE(MMSCOPE_OF_NONE, t->mm_of);
		EXPECT_TRUE(loaded == MMSCOPE_TASK_LOADED || loaded == MMSCOPE_TASK_UNLOADED);
		/* A task that runs can be about to sleep, but for these. */
		EXPECT_NE(0, t->state);
		if (!t->cpu || t->flags & MMSCOPE_TASK_IDLE)
			EXPECT_EQ('R', t->state);
		if (t->flags & MMSCOPE_TASK_IDLE) {
			char name[16];

			snprintf(name, sizeof(name), "swapper/%u", t->cpu);
			EXPECT_EQ(0, strcmp(name, t->comm));
			EXPECT_EQ(0, t->pid);
			EXPECT_EQ(MMSCOPE_USE_BORROWED, t->mm_use);
		}
		if (!t->cpu) {
			EXPECT_EQ(getpid(), t->pid);
			EXPECT_EQ(MMSCOPE_USE_OWN, t->mm_use);
			EXPECT_EQ(MMSCOPE_OF_TARGET, t->mm_of);
			EXPECT_EQ((uint32_t)MMSCOPE_TASK_LOADED, loaded);
		}
	}
	close(fd);
}

static int make_on_cpu1(int *report)
{
	cpu_set_t cpu1;

	CPU_ZERO(&cpu1);
	CPU_SET(1, &cpu1);
	*report = sched_setaffinity(0, sizeof(cpu1), &cpu1);
	return *report;
}

/* The only one that runs on CPU 1 sleeps: what idles there keeps its memory. */
TEST(lazy_tlb)
{
	const struct mmscope_task *idle = NULL;
	cpu_set_t cpu0;
	int fd, report;
	pid_t pid;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return;
	CPU_ZERO(&cpu0);
	CPU_SET(0, &cpu0);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(cpu0), &cpu0));
	pid = start(make_on_cpu1, &report);
	ASSERT_EQ(0, report);
	fd = scope_attached(pid);
	ASSERT_LE(0, fd);
	for (int tries = 0; tries < 500 && !idle; tries++) {
		/* Others have run there since: once more. */
		kill(pid, SIGSTOP);
		kill(pid, SIGCONT);
		usleep(10000);
		ASSERT_EQ(0, ask(fd, true));
		for (uint32_t i = 0; i < a.sums.nr_cpus; i++)
			if (a.cpus[i].cpu == 1 && a.cpus[i].flags & MMSCOPE_TASK_IDLE &&
			    a.cpus[i].mm_of == MMSCOPE_OF_TARGET && !a.sums.changed)
				idle = &a.cpus[i];
	}
	ASSERT_NE(NULL, idle);
	EXPECT_EQ(MMSCOPE_USE_BORROWED, idle->mm_use);
	EXPECT_EQ(1U, a.sums.count_lazy);
	EXPECT_EQ(0L, count_left());
	/* It keeps the descriptor also when the process is gone. */
	end(pid);
	EXPECT_EQ(-ESRCH, ask(fd, true));
	close(fd);
}

#define KSM		"/sys/kernel/mm/ksm/"
#define SCANNED		(32UL << 20)

static int thread_called(const char *name)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char comm[64];
	int pid = 0;

	while (!pid && (entry = readdir(proc))) {
		if (!atoi(entry->d_name))
			continue;
		read_line(atoi(entry->d_name), atoi(entry->d_name), "comm", comm, sizeof(comm));
		comm[strcspn(comm, "\n")] = '\0';
		if (!strcmp(comm, name))
			pid = atoi(entry->d_name);
	}
	closedir(proc);
	return pid;
}

/* What the kernel's own thread has on CPU 1, once it has the memory of @fd; or NULL. */
static const struct mmscope_task *wait_for_borrower(int fd, pid_t pid, int thread)
{
	for (int tries = 0; tries < 500; tries++) {
		/* The process comes and goes: who runs next there keeps its memory. */
		kill(pid, SIGSTOP);
		kill(pid, SIGCONT);
		usleep(10000);
		if (ask(fd, true))
			return NULL;
		for (uint32_t i = 0; i < a.sums.nr_cpus; i++)
			if (a.cpus[i].cpu == 1 && a.cpus[i].pid == thread &&
			    a.cpus[i].mm_of == MMSCOPE_OF_TARGET && !a.sums.changed)
				return &a.cpus[i];
	}
	return NULL;
}

/* ksmd is kept busy on CPU 1, with memory of the test itself, which runs on CPU 0. */
TEST(kernel_thread_that_borrows)
{
	int thread = thread_called("ksmd"), fd, report;
	static const struct { const char *file, *busy; } ksm[] = {
		{ KSM "pages_to_scan", "100000" },
		{ KSM "sleep_millisecs", "0" },
		{ KSM "run", "1" },
	};
	long before[ARRAY_SIZE(ksm)], left = -1;
	char text[32];
	const struct mmscope_task *t;
	struct mmscope_task seen = { }, asked = { };
	uint32_t lazy = 0;
	cpu_set_t cpu, cpus;
	char *memory;
	pid_t pid;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		return;
	ASSERT_LT(0, thread);
	ASSERT_EQ(0, sched_getaffinity(thread, sizeof(cpus), &cpus));
	CPU_ZERO(&cpu);
	CPU_SET(1, &cpu);
	ASSERT_EQ(0, sched_setaffinity(thread, sizeof(cpu), &cpu));
	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(cpu), &cpu));
	memory = mmap(NULL, SCANNED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, memory);
	pid = start(make_on_cpu1, &report);
	ASSERT_EQ(0, report);
	fd = scope_attached(pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, madvise(memory, SCANNED, MADV_MERGEABLE));
	for (size_t at = 0; at < SCANNED; at += 4096)
		*(size_t *)(memory + at) = at + 1;

	for (size_t i = 0; i < ARRAY_SIZE(ksm); i++) {
		before[i] = zoo_file_number(ksm[i].file);
		EXPECT_EQ(0, zoo_write_file(ksm[i].file, ksm[i].busy));
	}
	t = wait_for_borrower(fd, pid, thread);
	if (t) {
		seen = *t;
		lazy = a.sums.count_lazy;
		left = count_left();
	}
	/* By its own number: it is on a CPU, and so has an mm, at most of the looks. */
	for (int tries = 0; tries < 500 && asked.mm_pid != pid; tries++) {
		if (ask_kthread(fd, thread))
			break;
		asked = a.tasks[0];
		kill(pid, SIGSTOP);
		kill(pid, SIGCONT);
		usleep(1000);
	}
	for (size_t i = ARRAY_SIZE(ksm); i--;) {
		snprintf(text, sizeof(text), "%ld", before[i]);
		zoo_write_file(ksm[i].file, text);
	}
	sched_setaffinity(thread, sizeof(cpus), &cpus);
	munmap(memory, SCANNED);

	EXPECT_EQ(thread, seen.pid);
	EXPECT_EQ(0, strcmp("ksmd", seen.comm));
	EXPECT_TRUE(seen.flags & MMSCOPE_TASK_KTHREAD);
	EXPECT_FALSE(seen.flags & MMSCOPE_TASK_IDLE);
	EXPECT_EQ(MMSCOPE_USE_BORROWED, seen.mm_use);
	EXPECT_EQ(1U, lazy);
	EXPECT_EQ(0L, left);
	EXPECT_EQ(MMSCOPE_USE_BORROWED, asked.mm_use);
	EXPECT_EQ(MMSCOPE_OF_PROCESS, asked.mm_of);
	EXPECT_EQ(pid, asked.mm_pid);
	/* Asleep it has none. */
	for (int tries = 0; tries < 500; tries++) {
		ASSERT_EQ(0, ask_kthread(fd, thread));
		if (a.tasks[0].mm_use == MMSCOPE_USE_NONE)
			break;
		usleep(10000);
	}
	EXPECT_EQ(MMSCOPE_USE_NONE, a.tasks[0].mm_use);
	end(pid);
	close(fd);
}

/* As seen from a pid namespace in which the first process has no number. */
struct inner {
	int result[2];		/* return value, number seen for the outer process */
	uint32_t nr;
	int own;
};

static struct inner *inner;

static int inner_main(void *unused)
{
	int fd;

	(void)unused;
	fd = scope_attached(0);
	inner->result[0] = fd < 0 ? fd : ask(fd, false);
	inner->nr = a.sums.nr_tasks;
	inner->result[1] = a.tasks[0].pid;
	inner->own = a.tasks[1].pid;
	if (write(gate[1], "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
	return 0;
}

static int make_inner(int *report)
{
	char byte;

	if (pipe(gate))
		return -1;
	*report = clone(inner_main, stacks[1] + STACK, CLONE_VM | CLONE_NEWPID | SIGCHLD, NULL);
	if (*report < 0)
		return -1;
	return read(gate[0], &byte, 1) == 1 ? 0 : -1;
}

TEST(a_number_that_is_not_there_is_said)
{
	int child, fd;
	pid_t pid;

	inner = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, inner);
	pid = start(make_inner, &child);
	ASSERT_LT(0, child);
	EXPECT_EQ(0, inner->result[0]);
	EXPECT_EQ(2U, inner->nr);
	EXPECT_EQ(MMSCOPE_NO_PID, inner->result[1]);
	EXPECT_EQ(1, inner->own);
	/* from outside both have one */
	fd = scope_attached(pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ask(fd, false));
	EXPECT_NE(NULL, find_task(pid));
	EXPECT_NE(NULL, find_task(child));
	close(fd);
	end(pid);
}

#define USER	12345

static int other_user(void *unused)
{
	(void)unused;
	/* Who becomes somebody else is no longer told of the parent's death. */
	if (syscall(SYS_setresgid, USER + 1, USER + 1, USER + 1) ||
	    syscall(SYS_setresuid, USER + 1, USER + 1, USER + 1) ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL) || prctl(PR_SET_DUMPABLE, 1) ||
	    write(gate[1], "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
	return 0;
}

/* A process of a user, and one of another user that shares its memory. */
static int make_two_users(int *report)
{
	char byte;

	if (pipe(gate))
		return -1;
	*report = clone(other_user, stacks[0] + STACK, CLONE_VM | SIGCHLD, NULL);
	if (*report < 0 || read(gate[0], &byte, 1) != 1 || setgroups(0, NULL) ||
	    setresgid(USER, USER, USER) || setresuid(USER, USER, USER))
		return -1;
	return prctl(PR_SET_PDEATHSIG, SIGKILL) || prctl(PR_SET_DUMPABLE, 1) ? -1 : 0;
}

TEST(who_it_is_may_be_withheld)
{
	struct mmscope_attach attach = {
		.size = sizeof(attach), .flags = MMSCOPE_ATTACH_PAGEMAP_FD,
	};
	const struct mmscope_task *t;
	int other, fd;
	char path[64];
	pid_t pid = start(make_two_users, &other);

	ASSERT_LT(0, other);
	/* with privilege everything is told */
	fd = scope_attached(pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ask(fd, true));
	EXPECT_NE(NULL, find_task(other));
	EXPECT_NE(MMSCOPE_HIDDEN32, a.sums.nr_cpus);

	ASSERT_EQ(0, setgroups(0, NULL));
	ASSERT_EQ(0, setresgid(USER, USER, USER));
	ASSERT_EQ(0, setresuid(USER, USER, USER));
	ASSERT_EQ(0, prctl(PR_SET_DUMPABLE, 1));

	/* The file that was attached with privilege carries no right to ask of others. */
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, ask(fd, true));
		EXPECT_EQ(2U, a.sums.nr_tasks);
		EXPECT_EQ(2U, a.sums.users_threads);
		EXPECT_EQ(MMSCOPE_HIDDEN32, a.sums.nr_cpus);
		EXPECT_EQ(MMSCOPE_HIDDEN32, a.sums.count_lazy);
		EXPECT_EQ(0U, a.cpus[0].flags);
		t = find_task(pid);
		ASSERT_NE(NULL, t);
		EXPECT_NE(0, t->state);
		EXPECT_EQ(NULL, find_task(other));
		t = find_task(MMSCOPE_NO_PID);
		ASSERT_NE(NULL, t);
		EXPECT_EQ((uint32_t)MMSCOPE_TASK_HIDDEN, t->flags);
		EXPECT_EQ(MMSCOPE_NO_PID, t->tgid);
		EXPECT_EQ(0, t->comm[0]);
		EXPECT_EQ(0, t->state);
		EXPECT_EQ(0U, t->cpu);
		EXPECT_EQ(MMSCOPE_USE_OWN, t->mm_use);
		close(fd);

		fd = scope_open();
		ASSERT_LE(0, fd);
		EXPECT_EQ(-EPERM, ask_kthread(fd, 2));
		snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
		attach.pid = pid;
		attach.pagemap_fd = open(path, O_RDONLY);
		ASSERT_LE(0, attach.pagemap_fd);
		ASSERT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_ATTACH, &attach));
	}
	close(fd);
	/* Not ours any more to end; the death signal of the parent does. */
}

TEST(kernel_threads)
{
	size_t nr = 0, asleep = 0;
	struct dirent *entry;
	int fd = scope_open();
	DIR *proc = opendir("/proc");

	ASSERT_LE(0, fd);
	ASSERT_NE(NULL, proc);
	while ((entry = readdir(proc))) {
		int pid = atoi(entry->d_name), ret;
		size_t length = 0;
		char *maps;

		if (!pid)
			continue;
		maps = proc_read(pid, "maps", &length);
		free(maps);
		ret = ask_kthread(fd, pid);
		if (ret == -ESRCH)
			continue;
		/* Only kernel threads have no maps (and zombies, which are refused). */
		EXPECT_EQ(!ret && length, 0);
		if (ret) {
			EXPECT_EQ(-EINVAL, ret);
			continue;
		}
		nr++;
		EXPECT_EQ(pid, a.tasks[0].pid);
		EXPECT_TRUE(a.tasks[0].flags & MMSCOPE_TASK_KTHREAD);
		if (a.tasks[0].mm_use == MMSCOPE_USE_NONE) {
			EXPECT_EQ(MMSCOPE_OF_NONE, a.tasks[0].mm_of);
			asleep++;
		} else {
			EXPECT_NE(MMSCOPE_OF_NONE, a.tasks[0].mm_of);
		}
	}
	closedir(proc);
	EXPECT_LT(10UL, nr);
	EXPECT_LT(nr / 2, asleep);
	EXPECT_EQ(-EINVAL, ask_kthread(fd, getpid()));
	EXPECT_EQ(-ESRCH, ask_kthread(fd, 0x3ffffff));
	EXPECT_EQ(-EINVAL, ask_kthread(fd, -1));
	close(fd);
}

TEST(arguments)
{
	int fd = scope_attached(0);
	struct mmscope_tasks good = {
		.size = sizeof(good), .tasks = PTR(a.tasks), .nr_tasks = 1,
		.task_size = sizeof(a.tasks[0]),
	}, bad;

	ASSERT_LE(0, fd);
	bad = good;
	EXPECT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_TASKS, &bad));
	bad = good;
	bad.tasks |= 2;
	EXPECT_EQ(-EINVAL, scope_ioctl(fd, MMSCOPE_IOC_TASKS, &bad));
	bad = good;
	bad.cpus = 1;
	EXPECT_EQ(-EINVAL, scope_ioctl(fd, MMSCOPE_IOC_TASKS, &bad));
	bad = good;
	bad.task_size--;
	EXPECT_EQ(-EINVAL, scope_ioctl(fd, MMSCOPE_IOC_TASKS, &bad));
	bad = good;
	bad.mm_users = 1;
	EXPECT_EQ(-EINVAL, scope_ioctl(fd, MMSCOPE_IOC_TASKS, &bad));
	bad = good;
	bad.tasks = 8;
	EXPECT_EQ(-EFAULT, scope_ioctl(fd, MMSCOPE_IOC_TASKS, &bad));
	bad = good;
	bad.cpus = 8;
	bad.nr_cpus = 1;
	EXPECT_EQ(-EFAULT, scope_ioctl(fd, MMSCOPE_IOC_TASKS, &bad));
	close(fd);
}

TEST_HARNESS_MAIN
