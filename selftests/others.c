// SPDX-License-Identifier: GPL-2.0-only
/* others.c - every process of the machine, with some company for a bare guest */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "others.h"
#include "proc.h"

int others_start(struct others *o)
{
	static char *const sleep[] = { "sleep", "1000", NULL };
	static char *const shell[] = { "bash", "-c", "kill -STOP $$", NULL };

	memset(o, 0, sizeof(*o));
	if (target_exec(&o->company[0], "/bin/sleep", sleep) ||
	    target_exec(&o->company[1], "/bin/bash", shell) ||
	    target_start(&o->company[2], "mixed", NULL))
		return -1;
	o->nr = proc_list(&o->pids);
	return 0;
}

void others_end(struct others *o)
{
	for (int i = 0; i < 3; i++)
		target_end(&o->company[i]);
	free(o->pids);
}

static bool waits_for_us(pid_t pid)
{
	if (pid == 1)
		return true;
	for (pid_t at = getpid(); at > 0; at = proc_status(at, "PPid"))
		if (at == pid)
			return true;
	return false;
}

int others_hold(pid_t pid)
{
	return waits_for_us(pid) ? 0 : target_stop(pid);
}

void others_let_go(pid_t pid)
{
	if (!waits_for_us(pid))
		target_continue(pid);
}
