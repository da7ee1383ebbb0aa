// SPDX-License-Identifier: GPL-2.0
/*
 * savefile.c - a file that is there whole, or not at all
 */
#include "savefile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "render/memory.h"

/* What a signal that ends the program takes away. */
static const char *volatile unfinished;

static void on_signal(int sig)
{
	if (unfinished)
		unlink(unfinished);
	/* SA_RESETHAND: the signal now does what it would have done. */
	raise(sig);
}

static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND | SA_NODEFER };

	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

int savefile_begin(struct savefile *file, const char *path)
{
	file->path = path;
	if (asprintf(&file->temp, "%s.XXXXXX", path) < 0)
		no_memory();
	file->fd = mkostemp(file->temp, O_CLOEXEC);
	if (file->fd < 0) {
		free(file->temp);
		return -errno;
	}
	unfinished = file->temp;
	catch_signals();
	return 0;
}

/* The new name outlives a power cut only when its directory is on the disk, too. */
static int sync_directory(const char *path)
{
	char *copy = strdup(path);
	int fd, err = 0;

	if (!copy)
		no_memory();
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	if (fd < 0)
		return -errno;
	/* EINVAL: a file system that has nothing to sync. */
	if (fsync(fd) && errno != EINVAL)
		err = -errno;
	close(fd);
	return err;
}

int savefile_commit(struct savefile *file)
{
	const char *path = file->path;
	int err;

	if ((fsync(file->fd) && errno != EINVAL) || rename(file->temp, path)) {
		err = -errno;
		savefile_abort(file);
		return err;
	}
	unfinished = NULL;
	close(file->fd);
	free(file->temp);
	return sync_directory(path);
}

void savefile_abort(struct savefile *file)
{
	unlink(file->temp);
	unfinished = NULL;
	close(file->fd);
	free(file->temp);
}
