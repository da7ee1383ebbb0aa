// SPDX-License-Identifier: GPL-2.0
/*
 * attach.c - bind a handle to an address space, by pid or by pidfd
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

MMSCOPE_API int mmscope_attach_pid(struct mmscope *ms, pid_t pid,
				   const struct mmscope_attach_opts *opts, unsigned int *rights)
{
	struct mmscope_attach arg = { .size = sizeof(arg), .pid = pid };
	struct mmscope_attach_opts o;
	int err;

	err = mmscope_copy_opts(&o, sizeof(o), opts);
	if (err)
		return err;
	if (pid < 0)
		return mmscope_fail(EINVAL);
	if (o.use_pagemap_fd) {
		arg.flags |= MMSCOPE_ATTACH_PAGEMAP_FD;
		arg.pagemap_fd = o.pagemap_fd;
	}
	err = mmscope_ioctl(ms, MMSCOPE_IOC_ATTACH, &arg);
	if (err)
		return err;
	if (rights)
		*rights = arg.rights;
	return 0;
}

/* The number behind a pidfd in this process's pid namespace. */
static int pid_of_pidfd(int pidfd, pid_t *pid)
{
	char path[64], line[128];
	int found = 0;
	long value = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	f = fopen(path, "re");
	if (!f)
		return mmscope_fail(errno == ENOENT ? EBADF : errno);
	while (!found && fgets(line, sizeof(line), f))
		if (!strncmp(line, "Pid:", 4)) {
			value = strtol(line + 4, NULL, 10);
			found = 1;
		}
	fclose(f);
	if (!found)
		return mmscope_fail(EBADF);
	/* 0: not in this pid namespace, -1: reaped */
	if (value <= 0)
		return mmscope_fail(ESRCH);
	*pid = (pid_t)value;
	return 0;
}

/*
 * The kernel exports no helper that turns a pidfd into a process for a module,
 * so the number is looked up here. Between that and the attach the process can
 * end and its number be given to another. A number is not given away before its
 * owner has been reaped, and a pidfd polls readable from the owner's exit on: if
 * the pidfd is still silent after the attach, the number was its owner's all the
 * time. (poll() rather than pidfd_send_signal(fd, 0): a zombie still takes
 * signals, and the right to signal is not needed here.)
 */
MMSCOPE_API int mmscope_attach_pidfd(struct mmscope *ms, int pidfd,
				     const struct mmscope_attach_opts *opts, unsigned int *rights)
{
	struct pollfd pfd = { .fd = pidfd, .events = POLLIN };
	pid_t pid = 0;
	int err;

	err = pid_of_pidfd(pidfd, &pid);
	if (err)
		return err;
	err = mmscope_attach_pid(ms, pid, opts, rights);
	if (err)
		return err;
	if (poll(&pfd, 1, 0) < 0)
		return -errno;
	return pfd.revents ? mmscope_fail(ESRCH) : 0;
}
