// SPDX-License-Identifier: GPL-2.0
/*
 * stop.c - hold a process still while it is compared
 *
 * Through a pidfd, so that SIGCONT can never reach a process that has since been
 * given the number.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "stop.h"

#define WAIT_MS	1000

/* pidfd of the process to continue, or -1; read by a signal handler. */
static volatile sig_atomic_t stopped_fd = -1;

/* Signals that end a program and are not meant for a debugger alone. */
static const int ending[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGABRT, SIGFPE, SIGSEGV, SIGPIPE, SIGALRM, SIGTERM,
	SIGUSR1, SIGUSR2, SIGBUS, SIGXCPU, SIGXFSZ,
};

static int send_signal(int pidfd, int sig)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
}

/* Value of a field of /proc/PID/status, as text. */
static bool status_field(pid_t pid, const char *field, char *text, size_t size)
{
	char path[64], line[256];
	size_t len = strlen(field);
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (!found && fgets(line, sizeof(line), f))
		if (!strncmp(line, field, len) && line[len] == ':') {
			snprintf(text, size, "%s", line + len + 1 + strspn(line + len + 1, " \t"));
			found = true;
		}
	fclose(f);
	return found;
}

static pid_t status_number(pid_t pid, const char *field)
{
	char text[32];

	return status_field(pid, field, text, sizeof(text)) ? atoi(text) : 0;
}

static char status_state(pid_t pid)
{
	char text[32];

	return status_field(pid, "State", text, sizeof(text)) ? text[0] : 'X';
}

bool stop_is_unwise(pid_t pid)
{
	pid_t tgid = status_number(pid, "Tgid"), up = getpid();

	if (tgid == 1 || status_number(pid, "TracerPid"))
		return true;
	for (; up > 0; up = status_number(up, "PPid"))
		if (up == tgid)
			return true;
	return false;
}

static void on_signal(int sig)
{
	stop_end();
	/* SA_RESETHAND: the signal now does what it would have done. */
	raise(sig);
}

static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND | SA_NODEFER };
	struct sigaction old;
	size_t i;

	sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		if (!sigaction(ending[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(ending[i], &sa, NULL);
	/* Stopped by its terminal, this program would leave the other one stopped. */
	signal(SIGTSTP, SIG_IGN);
	signal(SIGTTIN, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	atexit(stop_end);
}

/* A stop signal reaches each thread when it next leaves the kernel. */
static bool all_stopped(pid_t tgid)
{
	struct dirent *entry;
	char path[64];
	bool all = true;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", tgid);
	dir = opendir(path);
	if (!dir)
		return false;
	while (all && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && !strchr("TtZX", status_state(atoi(entry->d_name))))
			all = false;
	closedir(dir);
	return all;
}

bool stop_begin(pid_t pid)
{
	const struct timespec ms = { .tv_nsec = 1000000 };
	pid_t tgid = status_number(pid, "Tgid");
	int fd, i;

	if (tgid <= 0)
		return false;
	if (strchr("Tt", status_state(tgid)))
		return all_stopped(tgid);
	fd = (int)syscall(SYS_pidfd_open, tgid, 0);
	if (fd < 0)
		return false;
	catch_signals();
	stopped_fd = fd;
	if (send_signal(fd, SIGSTOP)) {
		stopped_fd = -1;
		close(fd);
		return false;
	}
	for (i = 0; i < WAIT_MS && !all_stopped(tgid); i++)
		nanosleep(&ms, NULL);
	return i < WAIT_MS;
}

void stop_end(void)
{
	int fd = stopped_fd;

	stopped_fd = -1;
	if (fd < 0)
		return;
	send_signal(fd, SIGCONT);
	close(fd);
}
