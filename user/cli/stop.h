/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stop.h - hold a process still while it is compared
 *
 * The only file besides stop.c that knows of signals to another process.
 */
#ifndef MMSCOPE_STOP_H
#define MMSCOPE_STOP_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Should the process be left running unless the user says otherwise? So are this
 * process and its ancestors (they wait for it, and a shell above them would see
 * them stop), init, and what a debugger holds.
 */
bool stop_is_unwise(pid_t pid);

/**
 * stop_begin() - stop a process
 * @pid: process or thread id; its whole process is stopped
 *
 * It goes on at stop_end(), at exit, and when a signal ends this program; only
 * SIGKILL leaves it stopped. One that was stopped before is left alone.
 *
 * Return: true when every thread of it stands still.
 */
bool stop_begin(pid_t pid);

void stop_end(void);

#endif /* MMSCOPE_STOP_H */
