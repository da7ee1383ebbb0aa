// SPDX-License-Identifier: GPL-2.0
/*
 * mapping.c - what a VMA is called, and what kind of part of the process it is
 */
#include "mapping.h"

void mapping_name(struct strbuf *sb, const struct mmscope_vma *vma)
{
	const char *path = mmscope_vma_path(vma), *name = mmscope_vma_name(vma);

	if (name && vma->attrs & MMSCOPE_VMA_ANON_NAME)
		strbuf_printf(sb, vma->attrs & MMSCOPE_VMA_FILE ? "[anon_shmem:%s]" : "[anon:%s]",
			      name);
	else if (path || name)
		strbuf_puts(sb, path ? path : name);
}

static struct file_id file_of(const struct mmscope_vma *vma)
{
	return (struct file_id){
		.dev = (__u64)vma->dev_major << 32 | vma->dev_minor,
		.ino = vma->ino,
	};
}

/*
 * A mapped file is a shared library when any part of it is executable here. That
 * shows only in the whole list, hence a pass of its own; it remembers files, not
 * VMAs.
 */
int mapping_find_libraries(const struct target *target, const struct vm_bits *bits,
			   struct fileset *libs)
{
	const struct mmscope_vma *vma;
	struct mmscope_vma_iter *iter;
	int ret;

	ret = mmscope_vma_iter_new(target->ms, NULL, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0)
		if (vma->attrs & MMSCOPE_VMA_FILE && vma->kind == MMSCOPE_KIND_FILE &&
		    vma->vm_flags & bits->exec)
			fileset_add(libs, file_of(vma));
	mmscope_vma_iter_free(iter);
	return ret;
}

const char *mapping_kind(const struct mmscope_vma *vma, const struct fileset *libs)
{
	if (vma->kind == MMSCOPE_KIND_FILE && fileset_has(libs, file_of(vma)))
		return "library";
	return mmscope_kind_name(vma->kind);
}
