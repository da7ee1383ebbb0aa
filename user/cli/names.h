/* SPDX-License-Identifier: GPL-2.0 */
/*
 * names.h - what mappings are called, each name kept once
 *
 * Most mappings share theirs with others, and a recording that was made to do harm can give a
 * long one to each of a hundred thousand.
 */
#ifndef MMSCOPE_NAMES_H
#define MMSCOPE_NAMES_H

#include "libmmscope.h"

/**
 * struct names - names that are kept; starts as zeros
 * @root: of the tree that tsearch(3) makes
 */
struct names {
	void *root;
};

/* A copy of @name that lasts until names_free(), the same for equal names; NULL for NULL. */
const char *names_keep(struct names *names, const char *name);

/* Likewise what mapping_name() has for @vma; NULL when that is nothing. */
const char *names_of(struct names *names, const struct mmscope_vma *vma);
void names_free(struct names *names);

#endif /* MMSCOPE_NAMES_H */
