// SPDX-License-Identifier: GPL-2.0
/*
 * pager.c - long output on a terminal, a screen at a time
 *
 * The pager is a child, so it must be waited for in every end of this program: a shell
 * that came back earlier would read the same terminal.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pager.h"

static pid_t pager;
static int terminal = -1;

int pager_terminal(void)
{
	if (pager)
		return terminal;
	return isatty(STDOUT_FILENO) ? STDOUT_FILENO : -1;
}

void pager_wait(void)
{
	pid_t pid = pager;

	pager = 0;
	while (pid && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* An end without close_stdout(): out of memory. */
static void at_exit(void)
{
	if (!pager)
		return;
	fflush(stdout);
	close(STDOUT_FILENO);
	pager_wait();
}

static void on_signal(int sig)
{
	close(STDOUT_FILENO);
	pager_wait();
	/* SA_RESETHAND: the signal now does what it would have done. */
	raise(sig);
}

static void catch_signals(void)
{
	static const int ending[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND | SA_NODEFER };
	size_t i;

	sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		sigaction(ending[i], &sa, NULL);
}

static const char *pager_command(void)
{
	const char *term = getenv("TERM"), *command = getenv("MMSCOPE_PAGER");

	if (!term || !strcmp(term, "dumb"))
		return NULL;
	if (!command)
		command = getenv("PAGER");
	if (!command)
		command = "less";
	return *command && strcmp(command, "cat") ? command : NULL;
}

/* In the child; says by @status why it could not. */
static _Noreturn void run_pager(const char *command, int input, int status)
{
	dup2(input, STDIN_FILENO);
	/* End when all fits, pass colours on, leave the text on the screen. */
	setenv("LESS", "FRX", 0);
	/* A shell only where it is needed: it cannot say that there is no such program. */
	if (command[strcspn(command, " \t\n|&;<>()$`\\\"'*?[#~=%")])
		execl("/bin/sh", "sh", "-c", command, NULL);
	else
		execlp(command, command, NULL);
	if (write(status, "", 1) < 0)
		_exit(126);
	_exit(127);
}

void pager_begin(void)
{
	const char *command = pager_command();
	int data[2], status[2];
	char byte;

	if (!command || !isatty(STDOUT_FILENO))
		return;
	if (pipe2(data, O_CLOEXEC))
		return;
	if (pipe2(status, O_CLOEXEC)) {
		close(data[0]);
		close(data[1]);
		return;
	}
	pager = fork();
	if (!pager)
		run_pager(command, data[0], status[1]);
	close(data[0]);
	close(status[1]);
	/* Closed by a successful exec. */
	if (pager > 0 && read(status[0], &byte, 1) == 0) {
		terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
		dup2(data[1], STDOUT_FILENO);
		catch_signals();
		atexit(at_exit);
	} else {
		if (pager > 0)
			pager_wait();
		pager = 0;
	}
	close(data[1]);
	close(status[0]);
}
