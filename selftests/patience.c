// SPDX-License-Identifier: GPL-2.0-only
/*
 * patience.c - the time that each test has, where all is slower
 *
 * The harness ends a test by alarm(); the program is linked so that it calls this.
 *
 * TEST_PATIENCE  so many times as long
 */
#include <stdlib.h>

#include "patience.h"

unsigned int __wrap_alarm(unsigned int seconds)
{
	const char *times = getenv("TEST_PATIENCE");

	return __real_alarm(seconds * (times ? atoi(times) : 1));
}
