// SPDX-License-Identifier: GPL-2.0
/*
 * everyone.c - all processes, one after the other: at no time is more than one attached
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "everyone.h"
#include "parse.h"
#include "progress.h"
#include "render/memory.h"

static int compare_pids(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

pid_t *everyone_list(size_t *nr)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	pid_t *pids = NULL, pid;

	*nr = 0;
	while (dir && (entry = readdir(dir))) {
		if (!parse_pid(entry->d_name, &pid))
			continue;
		pids = more_room(pids, *nr, sizeof(*pids));
		pids[(*nr)++] = pid;
	}
	if (dir)
		closedir(dir);
	if (*nr)
		qsort(pids, *nr, sizeof(*pids), compare_pids);
	return pids;
}

int everyone_look(struct everyone *all, const pid_t *pids, size_t nr, pid_t *failed)
{
	struct target target;
	size_t i;
	int err;

	for (i = 0; i < nr; i++) {
		if (!all->counts)
			progress_show("processes", i, nr);
		err = target_attach(all->cli, pids[i], &target);
		if (!err) {
			err = all->look(all, &target);
			target_close(&target);
		}
		*failed = pids[i];
		switch (err) {
		case 0:
			all->looked++;
			break;
		case -ESRCH:
		case -ENXIO:
			break;
		case -EPERM:
		case -EACCES:
			all->refused++;
			break;
		default:
			progress_clear();
			return err;
		}
	}
	progress_clear();
	return 0;
}
