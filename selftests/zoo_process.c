// SPDX-License-Identifier: GPL-2.0-only
/* zoo_process.c - kinds that are a process rather than a mapping */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "zoo_internal.h"

/* The 32-bit variant lies beside the running program. */
static int path_of_mkmm32(char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 1);
	char *slash;

	if (n < 0)
		return -1;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash || (size_t)(slash - path) + sizeof("/mkmm32") > size)
		return -1;
	memcpy(slash, "/mkmm32", sizeof("/mkmm32"));
	return access(path, X_OK);
}

int zoo_make_exec32(const struct zoo_options *o, struct zoo_thing *t)
{
	pid_t parent = getpid(), child;
	char path[512], line[256];
	int out[2];
	ssize_t n;

	(void)o;
	if (path_of_mkmm32(path, sizeof(path)))
		return zoo_lacks(t, "mkmm32 was not built (a compiler for 32-bit x86)");
	if (pipe2(out, O_CLOEXEC))
		return zoo_failed(t, "pipe2");
	child = fork();
	if (child < 0)
		return zoo_failed(t, "fork");
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		dup2(out[1], STDOUT_FILENO);
		execl(path, path, "mixed", NULL);
		_exit(127);
	}
	close(out[1]);
	t->children[t->nr_children++] = child;
	n = read(out[0], line, sizeof(line) - 1);
	close(out[0]);
	if (n <= 0)
		return zoo_lacks(t, "no 32-bit programs on this kernel (CONFIG_IA32_EMULATION)");
	line[n] = '\0';
	if (sscanf(line, "%d %lx %lx ", &t->pid, &t->start, &t->end) != 3) {
		errno = EPROTO;
		return zoo_failed(t, path);
	}
	return 0;
}

static void *wait_for_ever(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

int zoo_make_threads(const struct zoo_options *o, struct zoo_thing *t)
{
	unsigned long count = o->count ? o->count : 4;
	pthread_attr_t attr;
	int ret;

	ret = zoo_make_anon(o, t);
	if (ret)
		return ret;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	/* The caller is one of them. */
	for (unsigned long i = 1; i < count; i++) {
		pthread_t thread;

		errno = pthread_create(&thread, &attr, wait_for_ever, NULL);
		if (errno)
			return zoo_failed(t, "pthread_create");
	}
	pthread_attr_destroy(&attr);
	snprintf(t->note, sizeof(t->note), "threads=%lu", count);
	return 0;
}

int zoo_make_zombie(const struct zoo_options *o, struct zoo_thing *t)
{
	siginfo_t info;
	pid_t child = fork();

	(void)o;
	if (child < 0)
		return zoo_failed(t, "fork");
	if (!child)
		_exit(0);
	t->children[t->nr_children++] = child;
	/* Seen, not reaped. */
	if (waitid(P_PID, child, &info, WEXITED | WNOWAIT))
		return zoo_failed(t, "waitid");
	t->pid = child;
	return 0;
}

int zoo_make_exiting(const struct zoo_options *o, struct zoo_thing *t)
{
	return zoo_make_anon(o, t);
}

int zoo_make_mixed(const struct zoo_options *o, struct zoo_thing *t)
{
	unsigned int made = 0;
	int ret;
	/* What keeps the parts alive lives as long as the process. */
	static struct zoo_thing parts[64];
	char *paths = t->path;

	(void)o;
	t->start = ~0UL;
	for (unsigned int i = 0; i < zoo_nr_kinds && made < 64; i++) {
		struct zoo_thing *part = &parts[made];

		if (!(zoo_kinds[i].flags & ZOO_MIX))
			continue;
		ret = zoo_make(&zoo_kinds[i], NULL, part);
		if (ret == ZOO_LACKS)
			continue;
		if (ret) {
			snprintf(t->why, sizeof(t->why), "%s: %.200s", zoo_kinds[i].name,
				 part->why);
			return ret;
		}
		made++;
		if (part->start < t->start)
			t->start = part->start;
		if (part->end > t->end)
			t->end = part->end;
		/* One file can be removed in the end: the others go now. */
		if (part->path[0] && paths[0])
			unlink(part->path);
		else if (part->path[0])
			memcpy(paths, part->path, sizeof(t->path));
	}
	snprintf(t->note, sizeof(t->note), "parts=%u", made);
	return made ? 0 : zoo_failed(t, "mixed");
}
