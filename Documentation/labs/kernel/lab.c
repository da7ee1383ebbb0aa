// SPDX-License-Identifier: GPL-2.0
/* A page of its own; with an argument, an attempt to read that address. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "lab.h"

int main(int argc, char **argv)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int status = 0;
	pid_t child;

	if (page == MAP_FAILED)
		err(1, "mmap");
	*page = 1;
	tell("page", page);
	child = argc > 1 ? fork() : -1;
	if (!child) {
		volatile char *forbidden = (char *)strtoul(argv[1], NULL, 16);

		_exit(*forbidden);
	}
	if (child > 0)
		waitpid(child, &status, 0);
	tell_number("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	look();
	return 0;
}
