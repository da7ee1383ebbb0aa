/* SPDX-License-Identifier: GPL-2.0 */
/*
 * strbuf.h - a string that grows; ends the program when there is no memory
 */
#ifndef MMSCOPE_STRBUF_H
#define MMSCOPE_STRBUF_H

#include <linux/types.h>
#include <stddef.h>

struct strbuf {
	char *data;	/* terminated whenever something was added */
	size_t len;
	size_t size;
};

void strbuf_add(struct strbuf *sb, const void *data, size_t len);
void strbuf_puts(struct strbuf *sb, const char *s);
void strbuf_putc(struct strbuf *sb, char c);
void strbuf_fill(struct strbuf *sb, char c, size_t nr);
/* @base: 2 to 16 */
void strbuf_number(struct strbuf *sb, __u64 number, unsigned int base);
void strbuf_printf(struct strbuf *sb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strbuf_reset(struct strbuf *sb);
void strbuf_free(struct strbuf *sb);

#endif /* MMSCOPE_STRBUF_H */
