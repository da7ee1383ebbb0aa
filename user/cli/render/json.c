// SPDX-License-Identifier: GPL-2.0
/*
 * json.c - JSON by json-c, one record in memory at a time
 *
 * The outermost object is written piece by piece; each member's value is built
 * as an object of json-c, written and freed.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "escape.h"
#include "memory.h"

#define MAX_DEPTH	4

struct json {
	FILE *out;
	bool html;
	const struct column *columns;
	const size_t *selected;
	size_t nr;
	size_t rows;
	size_t depth;
	const char *keys[MAX_DEPTH];
	struct json_object *objects[MAX_DEPTH];
	struct strbuf text;
};

static struct json_object *checked(struct json_object *obj)
{
	if (!obj)
		no_memory();
	return obj;
}

static struct json_object *make_text(struct json *j, const char *text)
{
	strbuf_reset(&j->text);
	escape_json(&j->text, text);
	return checked(json_object_new_string_len(j->text.data, (int)j->text.len));
}

struct flag_arg {
	struct json *json;
	struct json_object *array;
};

static void add_flag(const char *name, void *arg)
{
	struct flag_arg *flag = arg;

	json_object_array_add(flag->array, make_text(flag->json, name));
}

static struct json_object *make_record(struct json *j, const struct column *columns,
				       const size_t *selected, size_t nr, const struct cell *cells);

/* NULL is JSON's null: there is no value. */
static struct json_object *make_value(struct json *j, const struct cell *cell)
{
	struct flag_arg flag = { .json = j };
	const struct row_set *rows;
	struct json_object *obj;
	char text[32];
	size_t i;

	switch (cell->type) {
	case CELL_NONE:
		break;
	case CELL_HIDDEN:
		return make_text(j, "hidden");
	case CELL_TEXT:
		return make_text(j, cell->text);
	case CELL_HEX:
		snprintf(text, sizeof(text), "0x%llx", cell->num);
		return make_text(j, text);
	case CELL_COUNT:
	case CELL_BYTES:
	case CELL_PAGES:
		return checked(json_object_new_uint64(cell->num));
	case CELL_BOOL:
		return checked(json_object_new_boolean((json_bool)cell->num));
	case CELL_FLAGS:
		flag.array = checked(json_object_new_array());
		flag_names_apply(cell->num, cell->names, add_flag, &flag);
		return flag.array;
	case CELL_ROWS:
		rows = cell->rows;
		obj = checked(json_object_new_array());
		for (i = 0; i < rows->nr_rows; i++)
			json_object_array_add(obj, make_record(j, rows->columns, rows->selected,
							       rows->nr_columns,
							       rows->cells + i * rows->stride));
		return obj;
	}
	return NULL;
}

static struct json_object *make_record(struct json *j, const struct column *columns,
				       const size_t *selected, size_t nr, const struct cell *cells)
{
	struct json_object *obj = checked(json_object_new_object());
	size_t i, n;

	for (i = 0; i < nr; i++) {
		n = selected ? selected[i] : i;
		json_object_object_add(obj, columns[n].key, make_value(j, &cells[n]));
	}
	return obj;
}

/*
 * Inside <script> only the characters of markup matter: "</script" and "<!--" end
 * or change it. In JSON they stand in strings alone, where an escape may take their
 * place.
 */
static void write_html(FILE *out, const char *text)
{
	size_t len;

	while (*text) {
		len = strcspn(text, "<>&");
		fwrite(text, 1, len, out);
		text += len;
		if (*text)
			fprintf(out, "\\u%04x", *text++);
	}
}

static void write_and_free(struct json *j, struct json_object *obj)
{
	const char *text = json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN |
							  JSON_C_TO_STRING_NOSLASHESCAPE);

	if (!text)
		no_memory();
	if (j->html)
		write_html(j->out, text);
	else
		fputs(text, j->out);
	json_object_put(obj);
}

struct json *json_new(const struct render_opts *opts, const char *command, int pid)
{
	struct json *j = zalloc(sizeof(*j));

	j->out = opts->out ? opts->out : stdout;
	j->html = opts->html;
	fprintf(j->out, "{\"mmscope\":1");
	if (pid >= 0)
		fprintf(j->out, ",\"pid\":%d", pid);
	fprintf(j->out, ",\"command\":\"%s\"", command);
	return j;
}

void json_list_begin(struct json *j, const char *key, const struct column *columns,
		     const size_t *selected, size_t nr)
{
	j->columns = columns;
	j->selected = selected;
	j->nr = nr;
	j->rows = 0;
	fprintf(j->out, ",\"%s\":[", key);
}

void json_row(struct json *j, const struct cell *cells)
{
	fputs(j->rows++ ? ",\n" : "\n", j->out);
	write_and_free(j, make_record(j, j->columns, j->selected, j->nr, cells));
}

void json_list_end(struct json *j)
{
	fputs(j->rows ? "\n]" : "]", j->out);
}

void json_object_begin(struct json *j, const char *key)
{
	j->keys[j->depth] = key;
	j->objects[j->depth++] = checked(json_object_new_object());
}

void json_value(struct json *j, const char *key, const struct cell *cell)
{
	struct json_object *obj = make_value(j, cell);

	if (j->depth) {
		json_object_object_add(j->objects[j->depth - 1], key, obj);
		return;
	}
	fprintf(j->out, ",\"%s\":", key);
	write_and_free(j, obj);
}

void json_object_end(struct json *j)
{
	struct json_object *obj = j->objects[--j->depth];
	const char *key = j->keys[j->depth];

	if (j->depth) {
		json_object_object_add(j->objects[j->depth - 1], key, obj);
		return;
	}
	fprintf(j->out, ",\"%s\":", key);
	write_and_free(j, obj);
}

void json_end(struct json *j)
{
	fputs("}\n", j->out);
	strbuf_free(&j->text);
	free(j);
}
