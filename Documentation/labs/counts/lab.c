// SPDX-License-Identifier: GPL-2.0
/* So many threads as the argument says, which do nothing. */
#include <pthread.h>

#include "lab.h"

static void *rest(void *arg)
{
	pause();
	return arg;
}

int main(int argc, char **argv)
{
	int nr = argc > 1 ? atoi(argv[1]) : 0;
	pthread_t thread;

	while (nr-- > 0)
		if (pthread_create(&thread, NULL, rest, NULL))
			errx(1, "cannot create a thread");
	look();
	return 0;
}
