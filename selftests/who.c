// SPDX-License-Identifier: GPL-2.0-only
/* who.c - becoming someone else, and what that one may see */
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scope.h"
#include "who.h"

int become_nobody(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return -1;
	/* A change of uid takes it away, and nobody's children need it. */
	return prctl(PR_SET_DUMPABLE, 1);
}

int set_capability(int capability, bool on)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(__NR_capget, &header, data))
		return -1;
	if (on)
		data[capability / 32].effective |= 1U << capability % 32;
	else
		data[capability / 32].effective &= ~(1U << capability % 32);
	return syscall(__NR_capset, &header, data);
}

int attach_rights(int fd, pid_t pid, uint32_t *rights)
{
	struct mmscope_attach a = { .size = sizeof(a), .pid = pid, .rights = ~0U };
	int ret = scope_ioctl(fd, MMSCOPE_IOC_ATTACH, &a);

	*rights = a.rights;
	return ret;
}

int attach_by_pagemap(int fd, pid_t pid, int pagemap, uint32_t *rights)
{
	struct mmscope_attach a = {
		.size = sizeof(a), .flags = MMSCOPE_ATTACH_PAGEMAP_FD, .pid = pid,
		.pagemap_fd = pagemap,
	};
	int ret = scope_ioctl(fd, MMSCOPE_IOC_ATTACH, &a);

	*rights = a.rights;
	return ret;
}

int open_pagemap(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

int send_fd(int socket, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { }, byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	return sendmsg(socket, &message, 0) == 1 ? 0 : -1;
}

int receive_fd(int socket)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	int fd;

	if (recvmsg(socket, &message, 0) != 1 || !CMSG_FIRSTHDR(&message))
		return -1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	return fd;
}
