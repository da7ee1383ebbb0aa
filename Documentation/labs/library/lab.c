// SPDX-License-Identifier: GPL-2.0
/* Uses the C library, and waits. */
#include "lab.h"

int main(void)
{
	fputs("", stdout);
	tell("code", (void *)puts);
	look();
	return 0;
}
