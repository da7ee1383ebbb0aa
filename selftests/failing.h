/* SPDX-License-Identifier: GPL-2.0 */
/*
 * failing.h - makes the kernel fail at the Nth place where it can, for the calling thread
 *
 * Through the task's fail-nth (Documentation/fault-injection in the kernel's source):
 * allocations, and copies from and to the caller.
 */
#ifndef FAILING_H
#define FAILING_H

#include <stdbool.h>

/* 0, or -errno: -ENOENT when this kernel was built without. */
int failing_prepare(void);
/* From now on; by the thread that has prepared. */
void failing_arm(unsigned int nth);
/* No more. Has a place failed since it was armed? */
bool failing_disarm(void);

#endif /* FAILING_H */
