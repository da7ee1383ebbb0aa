// SPDX-License-Identifier: GPL-2.0
/*
 * names.c - what mappings are called, each name kept once
 */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "mapping.h"
#include "names.h"
#include "render/memory.h"

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

const char *names_keep(struct names *names, const char *name)
{
	char *copy, **kept;

	if (!name)
		return NULL;
	kept = tfind(name, &names->root, compare);
	if (kept)
		return *kept;
	copy = strdup(name);
	if (!copy || !tsearch(copy, &names->root, compare))
		no_memory();
	return copy;
}

const char *names_of(struct names *names, const struct mmscope_vma *vma)
{
	struct strbuf name = { 0 };
	const char *kept;

	mapping_name(&name, vma);
	kept = names_keep(names, name.data);
	strbuf_free(&name);
	return kept;
}

void names_free(struct names *names)
{
	tdestroy(names->root, free);
	names->root = NULL;
}
