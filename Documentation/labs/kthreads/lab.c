// SPDX-License-Identifier: GPL-2.0
/* Runs on one processor alone, and sleeps. */
#define _GNU_SOURCE
#include <sched.h>

#include "lab.h"

int main(void)
{
	cpu_set_t set;
	int cpu = (int)sysconf(_SC_NPROCESSORS_ONLN) - 1;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "sched_setaffinity");
	tell_number("cpu", cpu);
	for (;;)
		look();
}
