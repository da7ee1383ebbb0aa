// SPDX-License-Identifier: GPL-2.0
/* One mapping of each kind. */
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include "lab.h"

static void *map(int prot, int flags, int fd)
{
	void *p = mmap(NULL, PAGE, prot, flags, fd, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	return p;
}

int main(void)
{
	int id = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600);
	int zero = open("/dev/zero", O_RDWR);
	int own = open("/proc/self/exe", O_RDONLY);
	int stack;

	if (id < 0 || zero < 0 || own < 0)
		err(1, "cannot make them");
	tell("anonymous", map(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1));
	tell("zero", map(PROT_READ | PROT_WRITE, MAP_PRIVATE, zero));
	tell("shared", map(PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1));
	tell("file", map(PROT_READ, MAP_PRIVATE, own));
	tell("sysv", shmat(id, NULL, 0));
	tell("vdso", (void *)getauxval(AT_SYSINFO_EHDR));
	tell("stack", &stack);
	shmctl(id, IPC_RMID, NULL);
	look();
	return 0;
}
