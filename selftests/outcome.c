// SPDX-License-Identifier: GPL-2.0-only
/* outcome.c - runs a command and keeps all that came of it */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outcome.h"

#define MAX_ARGS	20

static char *slurp(int fd, size_t *length)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = malloc(size + 1);

	*length = pread(fd, text, size, 0) == size ? size : 0;
	text[*length] = '\0';
	close(fd);
	return text;
}

int run_args(struct outcome *o, void (*prepare)(void), char *const argv[])
{
	int out = memfd_create("out", MFD_CLOEXEC), err = memfd_create("err", MFD_CLOEXEC);
	struct rusage usage;
	size_t length;
	pid_t child;
	int status;

	memset(o, 0, sizeof(*o));
	child = fork();
	if (!child) {
		dup2(out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		if (prepare)
			prepare();
		execvp(argv[0], argv);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child)
		return -1;
	o->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	o->rss_kib = usage.ru_maxrss;
	o->out = slurp(out, &o->out_length);
	o->err = slurp(err, &length);
	return 0;
}

int run(struct outcome *o, void (*prepare)(void), const char *format, ...)
{
	char line[512], *argv[MAX_ARGS + 1], *save;
	va_list args;
	int n = 0;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	for (char *word = strtok_r(line, " ", &save); word && n < MAX_ARGS;
	     word = strtok_r(NULL, " ", &save))
		argv[n++] = word;
	argv[n] = NULL;
	return run_args(o, prepare, argv);
}

void forget(struct outcome *o)
{
	free(o->out);
	free(o->err);
}
