// SPDX-License-Identifier: GPL-2.0
/*
 * html.c - one file from the page's parts: markup, styles, drawing, data, program
 */
#include <string.h>

#include "../render/escape.h"
#include "embed.h"
#include "picture.h"

#define MARK		"<!--mmscope:"
#define MARK_END	"-->"

void picture_text(FILE *out, const char *title)
{
	struct strbuf safe = { 0 }, sb = { 0 };

	strbuf_reset(&safe);
	strbuf_reset(&sb);
	escape_document(&safe, title);
	escape_markup(&sb, safe.data);
	fputs(sb.data, out);
	strbuf_free(&safe);
	strbuf_free(&sb);
}

void picture_html(FILE *out, const struct picture *pic, picture_data_fn *data, void *arg)
{
	const char *at = page_html, *mark;

	while ((mark = strstr(at, MARK))) {
		fwrite(at, 1, mark - at, out);
		mark += strlen(MARK);
		if (!strncmp(mark, "title", 5))
			picture_text(out, pic->title);
		else if (!strncmp(mark, "css", 3))
			fputs(page_css, out);
		else if (!strncmp(mark, "drawing", 7))
			picture_svg(out, pic);
		else if (!strncmp(mark, "data", 4))
			data(out, pic, arg);
		else if (!strncmp(mark, "js", 2))
			fputs(page_js, out);
		at = strstr(mark, MARK_END) + strlen(MARK_END);
	}
	fputs(at, out);
}
