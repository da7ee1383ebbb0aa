// SPDX-License-Identifier: GPL-2.0
/* Two processes, two addresses, one memory. */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>

#include "lab.h"

#define SIZE	(4 * PAGE)
#define RW	(PROT_READ | PROT_WRITE)

/* What the child tells its parent, through memory that they share, too. */
struct views {
	volatile char *file, *sysv;
};

int main(void)
{
	struct views *child_has = mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = memfd_create("lab", 0), id = shmget(IPC_PRIVATE, SIZE, 0600), ready[2];
	char *file, *sysv, byte = 0;
	pid_t child;

	if (child_has == MAP_FAILED || fd < 0 || id < 0 || ftruncate(fd, SIZE) || pipe(ready))
		err(1, "preparing");
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* Where the parent will have the file is something else here. */
		mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		child_has->file = mmap(NULL, SIZE, RW, MAP_SHARED, fd, 0);
		child_has->sysv = shmat(id, NULL, 0);
		child_has->file[0] = 'c';
		child_has->sysv[0] = 'c';
		if (write(ready[1], &byte, 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	if (read(ready[0], &byte, 1) != 1)
		err(1, "child");
	file = mmap(NULL, SIZE, RW, MAP_SHARED, fd, 0);
	sysv = shmat(id, NULL, 0);
	/* Marked: it is gone with its last user. */
	shmctl(id, IPC_RMID, NULL);
	if (file == MAP_FAILED || sysv == (char *)-1)
		err(1, "mapping");
	tell_number("child", child);
	tell_number("in_file", file[0]);
	tell_number("in_sysv", sysv[0]);
	tell("file", file);
	tell("sysv", sysv);
	tell("anon", child_has);
	tell("child_file", child_has->file);
	tell("child_sysv", child_has->sysv);
	look();
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	look();
	munmap(file, SIZE);
	file = mmap(NULL, SIZE, RW, MAP_SHARED, fd, 0);
	tell("file", file);
	tell_number("in_file", file[0]);
	look();
	return 0;
}
