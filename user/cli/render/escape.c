// SPDX-License-Identifier: GPL-2.0
/*
 * escape.c - names that others chose, made harmless
 */
#include <langinfo.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "escape.h"

/*
 * Length of the valid UTF-8 character at @s, 0 when there is none. Overlong
 * forms, surrogates and values beyond Unicode are not valid.
 */
static size_t utf8_char(const unsigned char *s, unsigned int *code)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int c = s[0];
	size_t len, i;

	if (c < 0x80)
		len = 1;
	else if (c >= 0xc2 && c <= 0xdf)
		len = 2;
	else if ((c & 0xf0) == 0xe0)
		len = 3;
	else if (c >= 0xf0 && c <= 0xf4)
		len = 4;
	else
		return 0;
	if (len > 1)
		c &= 0x7f >> len;
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[len] || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
		return 0;
	*code = c;
	return len;
}

/* Characters that turn the text around them, or hide: an old way to forge names. */
static bool is_format(unsigned int c)
{
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0x061c ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

/* DEL and C1: a terminal obeys U+009B like ESC [. */
static bool is_high_control(unsigned int c)
{
	return c >= 0x7f && c <= 0x9f;
}

static bool locale_is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static bool ok_terminal(unsigned int c)
{
	if (c < 0x80)
		return c >= 0x20 && c != 0x7f;
	return !is_high_control(c) && !is_format(c) && locale_is_utf8() && iswprint((wint_t)c);
}

static bool ok_json(unsigned int c)
{
	return !is_high_control(c);
}

/* XML has no U+FFFE and U+FFFF. */
static bool ok_document(unsigned int c)
{
	return c >= 0x20 && !is_high_control(c) && !is_format(c) && c != 0xfffe && c != 0xffff;
}

/* Bytes that nobody takes for anything else; a backslash can begin what we write. */
static size_t harmless(const unsigned char *s)
{
	size_t len = 0;

	while (s[len] >= ' ' && s[len] <= '~' && s[len] != '\\')
		len++;
	return len;
}

static void escape(struct strbuf *sb, const char *text, bool (*ok)(unsigned int c))
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned int code = 0;
	size_t len, i;

	for (;;) {
		len = harmless(s);
		strbuf_add(sb, s, len);
		s += len;
		if (!*s)
			break;
		len = utf8_char(s, &code);
		if (len && ok(code) && !(s[0] == '\\' && s[1] == 'x')) {
			strbuf_add(sb, s, len);
		} else {
			if (!len)
				len = 1;
			for (i = 0; i < len; i++)
				strbuf_printf(sb, "\\x%02x", s[i]);
		}
		s += len;
	}
}

void escape_terminal(struct strbuf *sb, const char *s)
{
	escape(sb, s, ok_terminal);
}

void escape_json(struct strbuf *sb, const char *s)
{
	escape(sb, s, ok_json);
}

char *escape_text(const char *s)
{
	struct strbuf sb = { 0 };

	strbuf_reset(&sb);
	escape_terminal(&sb, s);
	return sb.data;
}

void escape_document(struct strbuf *sb, const char *s)
{
	escape(sb, s, ok_document);
}

void escape_markup(struct strbuf *sb, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '&':
			strbuf_puts(sb, "&amp;");
			break;
		case '<':
			strbuf_puts(sb, "&lt;");
			break;
		case '>':
			strbuf_puts(sb, "&gt;");
			break;
		case '"':
			strbuf_puts(sb, "&quot;");
			break;
		case '\'':
			strbuf_puts(sb, "&#39;");
			break;
		default:
			strbuf_putc(sb, *s);
		}
}
