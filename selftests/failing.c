// SPDX-License-Identifier: GPL-2.0-only
/* failing.c - makes the kernel fail at the Nth place where it can, for the calling thread */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failing.h"
#include "knob.h"

#define DEBUGFS	"/sys/kernel/debug/"

static int nth_fd = -1;

/* Also allocations that may wait, of any order; without a word on the console. */
int failing_prepare(void)
{
	static const char *const settings[][2] = {
		{ DEBUGFS "failslab/ignore-gfp-wait", "N" },
		{ DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N" },
		{ DEBUGFS "fail_page_alloc/ignore-gfp-highmem", "N" },
		{ DEBUGFS "fail_page_alloc/min-order", "0" },
		{ DEBUGFS "failslab/verbose", "0" },
		{ DEBUGFS "fail_page_alloc/verbose", "0" },
		{ DEBUGFS "fail_usercopy/verbose", "0" },
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		int ret = knob_set(settings[i][0], settings[i][1]);

		if (ret)
			return ret;
	}
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	return nth_fd < 0 ? -errno : 0;
}

void failing_arm(unsigned int nth)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%u", nth);

	/* Its own copy comes before the number counts. */
	if (pwrite(nth_fd, text, n, 0) != n)
		abort();
}

/*
 * The copies of asking are places as well: an EFAULT here says that nothing before had
 * been reached.
 */
bool failing_disarm(void)
{
	char text[16] = "";
	ssize_t n = pread(nth_fd, text, sizeof(text) - 1, 0);

	while (pwrite(nth_fd, "0", 1, 0) < 0)
		;
	return n > 0 && atoi(text) == 0;
}
