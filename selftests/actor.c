// SPDX-License-Identifier: GPL-2.0-only
/* actor.c - a process that uses an address when it is told to */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actor.h"
#include "jump.h"

/* Pages can be as large. */
#define GOOD_SIZE	65536

enum command { USE, FORK, QUIT };

struct order {
	enum command command;
	unsigned int access;
	unsigned long va;
};

static sigjmp_buf back;
static struct deed deed;
static pid_t main_tid;
static instruction good_page[GOOD_SIZE / sizeof(instruction)]
	__attribute__((aligned(GOOD_SIZE)));

static void on_signal(int signal, siginfo_t *info, void *context)
{
	bool on;

	(void)context;
	if (jump_signal(signal, &on)) {
		if (on)
			return;
	} else {
		deed.signal = signal;
		deed.code = info->si_code;
		deed.addr = (unsigned long)info->si_addr;
	}
	siglongjmp(back, 1);
}

static void use(unsigned long va, unsigned int access)
{
	if (access == 0)
		(void)*(volatile unsigned char *)va;
	else if (access == 1)
		*(volatile instruction *)va = RETURN; /* should it be executed later */
	else
		jump(va, good_page);
}

static void measure(unsigned long va, unsigned int access)
{
	/* Static: they outlive the jump out of a handler. */
	static struct rusage before, after;

	keys_save();
	deed = (struct deed){ 0 };
	getrusage(RUSAGE_THREAD, &before);
	if (!sigsetjmp(back, 1))
		use(va, access);
	getrusage(RUSAGE_THREAD, &after);
	keys_restore();
	/* Who waited for a userfault has been counted at that moment; the rest is not of it. */
	if (deed.userfault) {
		deed.signal = 0;
		deed.minor -= before.ru_minflt;
		deed.major -= before.ru_majflt;
	} else {
		deed.minor = after.ru_minflt - before.ru_minflt;
		deed.major = after.ru_majflt - before.ru_majflt;
	}
}

/* All that the measurement itself touches is there, with all the ways out of it. */
static bool warm_up(void)
{
	int calm = 0;

	for (int i = 0; i < 20 && calm < 2; i++) {
		long faults = 0;

		for (unsigned int access = 0; access < 3; access++) {
			measure((unsigned long)good_page, access);
			/* What the page is not: executable. */
			faults += deed.minor + deed.major;
		}
		calm = faults ? 0 : calm + 1;
	}
	return calm == 2;
}

static unsigned long stat_field(int n)
{
	char path[64], line[1024], *at;
	unsigned long value = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", main_tid);
	f = fopen(path, "re");
	if (f && fgets(line, sizeof(line), f)) {
		/* The name, in parentheses, is field 2. */
		at = strrchr(line, ')');
		for (int i = 2; at && i < n; i++)
			at = strchr(at + 1, ' ');
		if (at)
			value = strtoul(at, NULL, 10);
	}
	if (f)
		fclose(f);
	return value;
}

/* Notes that the access waits, and lets it go on as if nothing were registered. */
static void *watch(void *arg)
{
	const struct place *place = arg;
	struct uffdio_range range = {
		.start = place->registered, .len = place->registered_size,
	};
	struct pollfd ready = { .fd = place->uffd, .events = POLLIN };
	struct uffd_msg message;

	while (poll(&ready, 1, -1) == 1) {
		if (read(place->uffd, &message, sizeof(message)) != sizeof(message))
			continue;
		deed.minor = stat_field(10);
		deed.major = stat_field(12);
		deed.userfault = true;
		/* Only who waits for a missing page is woken by that. */
		ioctl(place->uffd, UFFDIO_UNREGISTER, &range);
		ioctl(place->uffd, UFFDIO_WAKE, &range);
	}
	return NULL;
}

static void ready_for_signals(void)
{
	static char stack[1 << 16];
	static const int signals[] = { SIGSEGV, SIGBUS, SIGTRAP, SIGILL };
	stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = {
		.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK,
	};

	memset(stack, 1, sizeof(stack));
	for (size_t i = 0; i < sizeof(good_page) / sizeof(good_page[0]); i++)
		good_page[i] = RETURN;
	sigaltstack(&alternative, NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

static void act(int in, int out);

/* The child acts on the same pipes; this one waits until it has ended. */
static void fork_actor(int in, int out)
{
	pid_t child = fork();

	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		main_tid = getpid();
		child = main_tid;
		if (write(out, &child, sizeof(child)) == sizeof(child))
			act(in, out);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
	else
		(void)!write(out, &child, sizeof(child));
	/* Says that it has ended. */
	(void)!write(out, &child, sizeof(child));
}

static void act(int in, int out)
{
	struct order order;
	bool calm;

	while (read(in, &order, sizeof(order)) == sizeof(order) && order.command != QUIT) {
		if (order.command == FORK) {
			fork_actor(in, out);
			continue;
		}
		calm = warm_up();
		measure(order.va, order.access);
		deed.calm = calm;
		if (write(out, &deed, sizeof(deed)) != sizeof(deed))
			break;
	}
}

struct birth {
	int status;
	struct place place;
};

static void live(int (*make)(struct place *place, const void *arg), const void *arg, int in,
		 int out)
{
	struct birth birth = { .place.uffd = -1 };
	pthread_t thread;

	main_tid = getpid();
	ready_for_signals();
	birth.status = make(&birth.place, arg);
	if (!birth.status && birth.place.uffd >= 0 &&
	    pthread_create(&thread, NULL, watch, &birth.place))
		birth.status = PLACE_FAILED;
	if (write(out, &birth, sizeof(birth)) == sizeof(birth) && !birth.status)
		act(in, out);
	for (int i = 0; i < birth.place.nr_helpers; i++) {
		kill(birth.place.helpers[i], SIGKILL);
		waitpid(birth.place.helpers[i], NULL, 0);
	}
	_exit(0);
}

int actor_start(struct actor *a, int (*make)(struct place *place, const void *arg),
		const void *arg)
{
	int to[2], from[2];
	struct birth birth = { .status = PLACE_FAILED };

	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		return PLACE_FAILED;
	a->keeper = fork();
	if (!a->keeper) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(to[1]);
		close(from[0]);
		live(make, arg, to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	a->pid = a->keeper;
	a->to = to[1];
	a->from = from[0];
	if (read(a->from, &birth, sizeof(birth)) != sizeof(birth))
		snprintf(birth.place.why, sizeof(birth.place.why), "its maker died");
	a->place = birth.place;
	if (birth.status)
		actor_end(a);
	return birth.status;
}

void actor_end(struct actor *a)
{
	close(a->to);
	waitpid(a->keeper, NULL, 0);
	close(a->from);
}

int actor_fork(struct actor *a)
{
	struct order order = { .command = FORK };

	return write(a->to, &order, sizeof(order)) == sizeof(order) &&
	       read(a->from, &a->pid, sizeof(a->pid)) == sizeof(a->pid) && a->pid > 0 ? 0 : -1;
}

void actor_join(struct actor *a)
{
	struct order order = { .command = QUIT };
	pid_t ended;

	if (write(a->to, &order, sizeof(order)) == sizeof(order))
		(void)!read(a->from, &ended, sizeof(ended));
	a->pid = a->keeper;
}

int actor_use(struct actor *a, unsigned long va, unsigned int access, struct deed *d)
{
	struct order order = { .command = USE, .access = access, .va = va };

	return write(a->to, &order, sizeof(order)) == sizeof(order) &&
	       read(a->from, d, sizeof(*d)) == sizeof(*d) ? 0 : -1;
}
