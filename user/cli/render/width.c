// SPDX-License-Identifier: GPL-2.0
/*
 * width.c - how wide text is on a terminal
 */
#include "width.h"

#include <string.h>
#include <wchar.h>

size_t width_of(const char *text, size_t len)
{
	mbstate_t state = { 0 };
	size_t columns = 0, n;
	wchar_t wc;
	int width;

	/* Most texts are ASCII, and printable. */
	while (columns < len && text[columns] >= ' ' && text[columns] <= '~')
		columns++;
	text += columns;
	len -= columns;
	while (len) {
		n = mbrtowc(&wc, text, len, &state);
		if (n == 0 || n > len) {
			memset(&state, 0, sizeof(state));
			n = 1;
			width = 1;
		} else {
			width = wcwidth(wc);
		}
		columns += width > 0 ? (size_t)width : 0;
		text += n;
		len -= n;
	}
	return columns;
}

/* Bytes of the character that @text begins with; what is none is one of its own. */
static size_t char_length(const char *text, size_t left)
{
	mbstate_t state = { 0 };
	size_t len = mbrtowc(NULL, text, left, &state);

	return len && len <= left ? len : 1;
}

size_t width_head(const char *text, size_t len, size_t columns)
{
	size_t head = 0, width = 0, n;

	for (; head < len; head += n) {
		n = char_length(text + head, len - head);
		width += width_of(text + head, n);
		if (width > columns)
			break;
	}
	return head;
}

const char *width_tail(const char *text, size_t columns)
{
	size_t left = strlen(text), width = width_of(text, left);

	while (width > columns) {
		size_t len = char_length(text, left);

		width -= width_of(text, len);
		text += len;
		left -= len;
	}
	return text;
}
