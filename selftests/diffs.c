// SPDX-License-Identifier: GPL-2.0-only
/* diffs.c - collects what two views disagree on */
#include <stdarg.h>
#include <stdio.h>

#include "diffs.h"

void diff(struct diffs *d, const char *format, ...)
{
	size_t room = sizeof(d->text) - d->used;
	va_list args;
	int n;

	d->nr++;
	if (room < 200)
		return;
	va_start(args, format);
	n = snprintf(d->text + d->used, room, "#   ");
	n += vsnprintf(d->text + d->used + n, room - n - 1, format, args);
	va_end(args);
	if ((size_t)n > room - 2)
		n = room - 2;
	d->text[d->used + n] = '\n';
	d->text[d->used + n + 1] = '\0';
	d->used += n + 1;
}
