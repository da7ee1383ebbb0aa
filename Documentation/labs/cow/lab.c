// SPDX-License-Identifier: GPL-2.0
/* Parent and child, one page: before and after the child writes to it. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "lab.h"

int main(void)
{
	volatile char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int go[2], done[2];
	char byte = 0;
	pid_t child;

	if (p == MAP_FAILED || pipe(go) || pipe(done))
		err(1, "preparing");
	*p = 1;
	tell("page", p);
	look();
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (write(done[1], &byte, 1) == 1 && read(go[0], &byte, 1) == 1)
			*p = 2;
		if (write(done[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	if (read(done[0], &byte, 1) != 1)
		err(1, "child");
	tell_number("child", child);
	look();
	if (write(go[1], &byte, 1) != 1 || read(done[0], &byte, 1) != 1)
		err(1, "child");
	tell_number("still", *p);
	look();
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return 0;
}
