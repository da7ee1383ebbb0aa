// SPDX-License-Identifier: GPL-2.0
/*
 * savefile.c - a file that is there whole, or not at all
 */
#include "savefile.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "render/memory.h"

/* What a signal that ends the program takes away. */
static const char *volatile unfinished;

/* The last is no end, but an error of write(). */
static const int ending[] = { SIGHUP, SIGINT, SIGTERM, SIGXFSZ };
#define NR_ENDING	(sizeof(ending) / sizeof(ending[0]))

/* What they did before; others may have work of their own to do then (stop.c). */
static struct sigaction before[NR_ENDING];

static void give_signals_back(void)
{
	size_t i;

	for (i = 0; i < NR_ENDING; i++)
		sigaction(ending[i], &before[i], NULL);
}

static void on_signal(int sig)
{
	if (unfinished)
		unlink(unfinished);
	/* SA_NODEFER: it comes at once, and does what it would have done. */
	give_signals_back();
	raise(sig);
}

static void catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_NODEFER };
	const struct sigaction ignored = { .sa_handler = SIG_IGN };
	size_t i;

	sigemptyset(&sa.sa_mask);
	for (i = 0; i < NR_ENDING; i++) {
		sigaction(ending[i], NULL, &before[i]);
		/* As nohup(1) has it. */
		if (before[i].sa_handler != SIG_IGN)
			sigaction(ending[i], ending[i] == SIGXFSZ ? &ignored : &sa, NULL);
	}
}

/*
 * The name of the file itself, not of a link to it, which is to stay. NULL if it has none, or
 * is no file but a device or a pipe, which must not be replaced.
 */
static char *own_name(const char *path)
{
	struct stat st;
	char *name;

	if (!stat(path, &st))
		return S_ISREG(st.st_mode) ? realpath(path, NULL) : NULL;
	/* A link that leads to nothing yet: what it is for comes to be there. */
	if (!lstat(path, &st) && S_ISLNK(st.st_mode))
		return NULL;
	name = strdup(path);
	if (!name)
		no_memory();
	return name;
}

/* Is it where standard output goes? Others write there, too, and perhaps have already. */
static bool is_stdout(const char *path)
{
	struct stat st, out;

	return !stat(path, &st) && !fstat(STDOUT_FILENO, &out) &&
	       st.st_dev == out.st_dev && st.st_ino == out.st_ino;
}

/* What is not replaced is written to as it comes. */
static int open_as_it_is(const char *path)
{
	if (is_stdout(path))
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

int savefile_begin(struct savefile *file, const char *path)
{
	int err;

	file->temp = NULL;
	file->path = is_stdout(path) ? NULL : own_name(path);
	if (!file->path) {
		file->fd = open_as_it_is(path);
		return file->fd < 0 ? -errno : 0;
	}
	if (asprintf(&file->temp, "%s.XXXXXX", file->path) < 0)
		no_memory();
	file->fd = mkostemp(file->temp, O_CLOEXEC);
	if (file->fd < 0) {
		err = -errno;
		free(file->temp);
		free(file->path);
		return err;
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

static void forget(struct savefile *file)
{
	if (unfinished)
		give_signals_back();
	unfinished = NULL;
	free(file->temp);
	free(file->path);
}

int savefile_commit(struct savefile *file)
{
	int err = 0;

	/* EINVAL, EROFS: a device or a pipe that has nothing to sync. */
	if (fsync(file->fd) && errno != EINVAL && errno != EROFS)
		err = -errno;
	if (!err && file->temp && rename(file->temp, file->path))
		err = -errno;
	if (err) {
		savefile_abort(file);
		return err;
	}
	close(file->fd);
	if (file->temp)
		err = sync_directory(file->path);
	forget(file);
	return err;
}

void savefile_abort(struct savefile *file)
{
	if (file->temp)
		unlink(file->temp);
	close(file->fd);
	forget(file);
}
