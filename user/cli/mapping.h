/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mapping.h - what a VMA is called, and what kind of part of the process it is
 */
#ifndef MMSCOPE_MAPPING_H
#define MMSCOPE_MAPPING_H

#include "fileset.h"
#include "render/strbuf.h"
#include "vmbits.h"

/* Adds path, or name in brackets; nothing when it has neither. Raw. */
void mapping_name(struct strbuf *sb, const struct mmscope_vma *vma);

/**
 * mapping_find_libraries() - the mapped files that are shared libraries
 * @target: the target
 * @bits: vm_flags
 * @libs: where the files are added
 *
 * Return: 0 or -errno.
 */
int mapping_find_libraries(const struct target *target, const struct vm_bits *bits,
			   struct fileset *libs);

/* The kind of a VMA by its word: that of the contract, or "library". */
const char *mapping_kind(const struct mmscope_vma *vma, const struct fileset *libs);

#endif /* MMSCOPE_MAPPING_H */
