/* SPDX-License-Identifier: GPL-2.0-only */
/* who.h - becoming someone else, and what that one may see */
#ifndef WHO_H
#define WHO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define NOBODY	65534

/* For good: the calling test process goes on as nobody. */
int become_nobody(void);
int set_capability(int capability, bool on);

/* ATTACH, and the rights that it gave; -errno. */
int attach_rights(int fd, pid_t pid, uint32_t *rights);
int attach_by_pagemap(int fd, pid_t pid, int pagemap, uint32_t *rights);
int open_pagemap(pid_t pid);

int send_fd(int socket, int fd);
int receive_fd(int socket);

#endif /* WHO_H */
