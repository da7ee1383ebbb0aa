/* SPDX-License-Identifier: GPL-2.0 */
/*
 * escape.h - names that others chose, made harmless
 *
 * File names and mapping names are bytes that the watched process picked. Both
 * forms replace a byte that cannot be shown by \xHH, and a backslash before an
 * 'x' by \x5c, so that the bytes can be had back by reading every \xHH.
 */
#ifndef MMSCOPE_ESCAPE_H
#define MMSCOPE_ESCAPE_H

#include "strbuf.h"

/* For a terminal: no control, no format character, nothing the locale cannot print. */
void escape_terminal(struct strbuf *sb, const char *s);

/* For JSON: valid UTF-8; ASCII controls are left to the JSON writer. */
void escape_json(struct strbuf *sb, const char *s);

/* For a document in UTF-8, whatever the terminal can: no control, no format character. */
void escape_document(struct strbuf *sb, const char *s);

/* The characters of markup, for text and attributes of SVG and HTML; nothing else. */
void escape_markup(struct strbuf *sb, const char *s);

/* As escape_terminal(), in memory to be freed. */
char *escape_text(const char *s);

#endif /* MMSCOPE_ESCAPE_H */
