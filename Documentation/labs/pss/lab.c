// SPDX-License-Identifier: GPL-2.0
/* 8 MiB that are one process's, then two processes'. */
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "lab.h"

#define SIZE	(8UL << 20)

int main(void)
{
	char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int ready[2];
	char byte = 0;
	pid_t child;

	if (p == MAP_FAILED || pipe(ready))
		err(1, "preparing");
	memset(p, 1, SIZE);
	tell("start", p);
	look();
	child = fork();
	if (!child) {
		unsigned long i, sum = 0;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (i = 0; i < SIZE; i += PAGE)
			sum += p[i];
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(sum & 1);
	}
	if (read(ready[0], &byte, 1) != 1)
		err(1, "child");
	tell_number("child", child);
	look();
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	look();
	return 0;
}
