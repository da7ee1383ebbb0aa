/* SPDX-License-Identifier: GPL-2.0 */
/*
 * backend.h - the two forms behind render.c; included by render/ only
 */
#ifndef MMSCOPE_BACKEND_H
#define MMSCOPE_BACKEND_H

#include "render.h"

struct table;
struct plain;	/* behind struct table, where there is no terminal */
struct json;

struct table *table_new(const struct render_opts *opts, const struct column *columns,
			const size_t *selected, size_t nr);
void table_row(struct table *t, const struct cell *cells);
void table_flush(struct table *t);
void table_free(struct table *t);

struct plain *plain_new(const struct render_opts *opts, const struct column *columns,
			const size_t *selected, size_t nr);
void plain_row(struct plain *p, const struct cell *cells);
void plain_flush(struct plain *p);
void plain_free(struct plain *p);

struct json *json_new(const struct render_opts *opts, const char *command, int pid);
void json_list_begin(struct json *j, const char *key, const struct column *columns,
		     const size_t *selected, size_t nr);
void json_row(struct json *j, const struct cell *cells);
void json_list_end(struct json *j);
void json_object_begin(struct json *j, const char *key);
void json_value(struct json *j, const char *key, const struct cell *cell);
void json_object_end(struct json *j);
void json_end(struct json *j);

#endif /* MMSCOPE_BACKEND_H */
