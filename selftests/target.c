// SPDX-License-Identifier: GPL-2.0-only
/* target.c - processes for the tests to look at */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"
#include "target.h"

struct report {
	int status;
	struct zoo_thing thing;
};

/* The child's life: make it, report, wait to be ended. */
static void keep(const struct zoo_kind *kind, const struct zoo_options *o, int out)
{
	struct report report = { };
	sigset_t signals;
	int signal;

	if (kind)
		report.status = zoo_make(kind, o, &report.thing);
	else
		report.thing.pid = getpid();
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (write(out, &report, sizeof(report)) != sizeof(report))
		_exit(1);
	sigwait(&signals, &signal);
	if (kind && !report.status)
		zoo_release(&report.thing);
	_exit(0);
}

static int start(struct target *t, const struct zoo_kind *kind, const struct zoo_options *o)
{
	pid_t parent = getpid();
	struct report report;
	int out[2];
	ssize_t n;

	memset(t, 0, sizeof(*t));
	if (pipe2(out, O_CLOEXEC))
		return ZOO_FAILED;
	t->keeper = fork();
	if (!t->keeper) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		keep(kind, o, out[1]);
	}
	close(out[1]);
	n = t->keeper < 0 ? -1 : read(out[0], &report, sizeof(report));
	close(out[0]);
	if (n != sizeof(report)) {
		snprintf(t->thing.why, sizeof(t->thing.why), "the child died");
		report.status = ZOO_FAILED;
	} else {
		t->thing = report.thing;
	}
	if (report.status)
		target_end(t);
	return report.status;
}

int target_start(struct target *t, const char *kind, const struct zoo_options *o)
{
	const struct zoo_kind *k = zoo_find(kind);

	if (!k) {
		memset(t, 0, sizeof(*t));
		snprintf(t->thing.why, sizeof(t->thing.why), "no such kind: %s", kind);
		return ZOO_FAILED;
	}
	return start(t, k, o);
}

int target_plain(struct target *t)
{
	return start(t, NULL, NULL);
}

int target_exec(struct target *t, const char *path, char *const argv[])
{
	pid_t parent = getpid();
	struct pollfd closed;
	int out[2];

	memset(t, 0, sizeof(*t));
	if (pipe2(out, O_CLOEXEC))
		return -1;
	t->keeper = fork();
	if (!t->keeper) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		execv(path, argv);
		_exit(127);
	}
	close(out[1]);
	t->thing.pid = t->keeper;
	/* Closed by the exec: the new program is in place. */
	closed = (struct pollfd){ .fd = out[0] };
	poll(&closed, 1, -1);
	close(out[0]);
	return t->keeper < 0 ? -1 : 0;
}

void target_end(struct target *t)
{
	if (t->keeper <= 0)
		return;
	/* A test that gave up its privileges may not: then it ends when the test does. */
	if (kill(t->keeper, SIGTERM))
		return;
	kill(t->keeper, SIGCONT);
	waitpid(t->keeper, NULL, 0);
	t->keeper = 0;
}

int target_stop(pid_t pid)
{
	char state;

	if (kill(pid, SIGSTOP))
		return -errno;
	do {
		state = proc_state(pid);
		if (!state || state == 'Z')
			return -ESRCH;
		if (state != 'T')
			usleep(1000);
	} while (state != 'T');
	return 0;
}

void target_continue(pid_t pid)
{
	kill(pid, SIGCONT);
}
