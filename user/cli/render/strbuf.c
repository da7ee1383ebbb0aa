// SPDX-License-Identifier: GPL-2.0
/*
 * strbuf.c - a string that grows
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "strbuf.h"

/* Room for @len more bytes and the terminator. */
static void strbuf_room(struct strbuf *sb, size_t len)
{
	size_t need = sb->len + len + 1;
	size_t size = sb->size ? sb->size : 256;
	char *data;

	if (need <= sb->size)
		return;
	while (size < need)
		size *= 2;
	data = realloc(sb->data, size);
	if (!data)
		no_memory();
	sb->data = data;
	sb->size = size;
}

void strbuf_add(struct strbuf *sb, const void *data, size_t len)
{
	strbuf_room(sb, len);
	memcpy(sb->data + sb->len, data, len);
	sb->len += len;
	sb->data[sb->len] = '\0';
}

void strbuf_puts(struct strbuf *sb, const char *s)
{
	strbuf_add(sb, s, strlen(s));
}

void strbuf_putc(struct strbuf *sb, char c)
{
	strbuf_add(sb, &c, 1);
}

void strbuf_fill(struct strbuf *sb, char c, size_t nr)
{
	strbuf_room(sb, nr);
	memset(sb->data + sb->len, c, nr);
	sb->len += nr;
	sb->data[sb->len] = '\0';
}

void strbuf_number(struct strbuf *sb, __u64 number, unsigned int base)
{
	char digits[64];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	strbuf_add(sb, digits + at, sizeof(digits) - at);
}

void strbuf_printf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	strbuf_room(sb, len);
	va_start(ap, fmt);
	vsnprintf(sb->data + sb->len, (size_t)len + 1, fmt, ap);
	va_end(ap);
	sb->len += len;
}

void strbuf_reset(struct strbuf *sb)
{
	strbuf_room(sb, 0);
	sb->len = 0;
	sb->data[0] = '\0';
}

void strbuf_free(struct strbuf *sb)
{
	free(sb->data);
	*sb = (struct strbuf){ 0 };
}
