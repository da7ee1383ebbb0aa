// SPDX-License-Identifier: GPL-2.0
/*
 * vma.c - records of VMAs
 *
 * Reads vm_area_structs under the mmap lock; follows vm_file for its names, and
 * touches no page table.
 */
#include "vma.h"

#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hugetlb.h>
#include <linux/kallsyms.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/compat.h"

/**
 * struct mmscope_vma_namer - names are dear: each is asked for once a run
 * @path_of: the path whose name is in @page; good while the lock is held, for
 *	the VMA before then pins it
 * @path: in @page, NULL when it did not fit
 * @path_len: without the NUL
 * @ops_of: the vm_ops whose symbol is in @ops
 * @ops: empty when the kernel has no symbol for it
 * @page: for d_path()
 */
struct mmscope_vma_namer {
	struct path path_of;
	const char *path;
	size_t path_len;
	const void *ops_of;
	char ops[KSYM_SYMBOL_LEN];
	char page[PATH_MAX];
};

struct mmscope_vma_namer *mmscope_vma_namer_alloc(void)
{
	return kzalloc(sizeof(struct mmscope_vma_namer), GFP_KERNEL_ACCOUNT);
}

void mmscope_vma_namer_free(struct mmscope_vma_namer *namer)
{
	kfree(namer);
}

static void name_path(struct mmscope_vma_namer *namer, const struct file *file)
{
	const struct path *path = mmscope_file_path(file);
	const char *name;

	if (path_equal(path, &namer->path_of))
		return;

	namer->path_of = *path;
	name = d_path(path, namer->page, sizeof(namer->page));
	namer->path = IS_ERR(name) ? NULL : name;
	namer->path_len = IS_ERR(name) ? 0 : strlen(name);
}

static const char *name_ops(struct mmscope_vma_namer *namer, const void *ops)
{
	if (!ops)
		return NULL;
	if (namer->ops_of != ops) {
		namer->ops_of = ops;
		sprint_symbol_no_offset(namer->ops, (unsigned long)ops);
		strreplace(namer->ops, ' ', '\0'); /* " [module]" */
		/* Without a symbol it would print the address: not ours to tell. */
		if (strstarts(namer->ops, "0x"))
			namer->ops[0] = '\0';
	}
	return namer->ops[0] ? namer->ops : NULL;
}

/* In the order of fs/proc/task_mmu.c:get_vma_name(). */
static const char *name_special(struct vm_area_struct *vma, u32 *attrs)
{
	const char *name;

	if (vma->vm_file) {
		name = mmscope_anon_name(vma);
		if (name)
			*attrs |= MMSCOPE_VMA_ANON_NAME;
		return name;
	}
	if (vma->vm_ops && vma->vm_ops->name) {
		name = vma->vm_ops->name(vma);
		if (name)
			return name;
	}
	if (mmscope_vma_is_heap(vma))
		return "[heap]";
	if (mmscope_vma_is_stack(vma))
		return "[stack]";

	name = mmscope_anon_name(vma);
	if (name)
		*attrs |= MMSCOPE_VMA_ANON_NAME;
	return name;
}

/* By the name it was opened under: on overlayfs the files themselves differ. */
static bool is_program(const struct vm_area_struct *vma)
{
	struct file *exe;
	bool same;

	rcu_read_lock();
	exe = rcu_dereference(vma->vm_mm->exe_file);
	same = exe && mmscope_file_path(exe)->dentry ==
		      mmscope_file_path(vma->vm_file)->dentry;
	rcu_read_unlock();
	return same;
}

/* Which segment it is, from what this VMA alone tells; see enum mmscope_kind. */
static enum mmscope_kind vma_kind(struct vm_area_struct *vma, const char *name)
{
	const struct mm_struct *mm = vma->vm_mm;

	if (is_vm_hugetlb_page(vma))
		return MMSCOPE_KIND_HUGETLB;

	if (vma->vm_file) {
		if (S_ISCHR(file_inode(vma->vm_file)->i_mode) ||
		    vma->vm_flags & (VM_PFNMAP | VM_IO))
			return MMSCOPE_KIND_DEVICE;
		if (is_program(vma)) {
			if (vma->vm_flags & VM_EXEC)
				return MMSCOPE_KIND_TEXT;
			/* RELRO is data that was written, then protected. */
			if (vma->vm_flags & VM_WRITE || vma->anon_vma)
				return MMSCOPE_KIND_DATA;
			return MMSCOPE_KIND_RODATA;
		}
		return mmscope_vma_is_shmem(vma) ? MMSCOPE_KIND_SHM :
					       MMSCOPE_KIND_FILE;
	}

	if (name && strstarts(name, "[vdso"))
		return MMSCOPE_KIND_VDSO;
	if (name && strstarts(name, "[vvar"))
		return MMSCOPE_KIND_VVAR;
	if (vma->vm_ops && vma->vm_ops->name)
		return MMSCOPE_KIND_SPECIAL;
	if (vma->vm_flags & (VM_PFNMAP | VM_IO))
		return MMSCOPE_KIND_DEVICE;
	if (mmscope_vma_is_stack(vma))
		return MMSCOPE_KIND_STACK;
	/* Before the heap: until brk() is used, both can touch the same bound. */
	if (mm->end_data && vma->vm_start == PAGE_ALIGN(mm->end_data))
		return MMSCOPE_KIND_BSS;
	if (mmscope_vma_is_heap(vma))
		return MMSCOPE_KIND_HEAP;
	return MMSCOPE_KIND_ANON;
}

/* Put @text into @record; return its offset, or 0 for none. */
static u16 record_text(struct mmscope_vma *record, const char *text, size_t len)
{
	u32 off = record->size;

	if (!text)
		return 0;
	memcpy((char *)record + off, text, len);
	((char *)record)[off + len] = '\0';
	record->size += len + 1;
	return off;
}

static void vma_record(struct vm_area_struct *vma,
		       struct mmscope_vmas_chunk *chunk,
		       struct mmscope_vma *record)
{
	struct mmscope_vma_namer *namer = chunk->namer;
	const char *name, *ops;
	u32 attrs = 0;

	name = name_special(vma, &attrs);
	ops = name_ops(namer, vma->vm_ops);
	if (vma->anon_vma)
		attrs |= MMSCOPE_VMA_ANON_VMA;

	*record = (struct mmscope_vma){
		.size = sizeof(*record),
		.start = vma->vm_start,
		.end = vma->vm_end,
		.vm_flags = vma->vm_flags,
		.page_prot = chunk->rights & MMSCOPE_RIGHT_PHYS ?
				pgprot_val(vma->vm_page_prot) : MMSCOPE_HIDDEN,
		.pgoff = vma->vm_pgoff,
		.page_size = is_vm_hugetlb_page(vma) ?
				huge_page_size(hstate_vma(vma)) : PAGE_SIZE,
		.kind = vma_kind(vma, name),
	};

	if (vma->vm_file) {
		const struct inode *inode = mmscope_file_inode(vma->vm_file);

		attrs |= MMSCOPE_VMA_FILE;
		record->ino = inode->i_ino;
		record->dev_major = MAJOR(inode->i_sb->s_dev);
		record->dev_minor = MINOR(inode->i_sb->s_dev);
		if (d_unlinked(mmscope_file_path(vma->vm_file)->dentry))
			attrs |= MMSCOPE_VMA_DELETED;

		name_path(namer, vma->vm_file);
		if (!namer->path)
			attrs |= MMSCOPE_VMA_TRUNCATED;
		record->path_off = record_text(record, namer->path,
					       namer->path_len);
		record->path_len = namer->path_len;
	}
	if (name)
		record->name_off = record_text(record, name, strlen(name));
	if (ops)
		record->ops_off = record_text(record, ops, strlen(ops));

	record->attrs = attrs;
	memset((char *)record + record->size, 0, -record->size & 7);
	record->size = ALIGN(record->size, 8);
}

/**
 * mmscope_vmas_chunk - records of one hold of the lock
 * @look: locked
 * @chunk: to fill further
 * @start: in: VMAs that end above it; out: where to resume
 * @end: VMAs that start below it
 *
 * Return: true when there are no more.
 */
bool mmscope_vmas_chunk(struct mmscope_look *look,
			struct mmscope_vmas_chunk *chunk, u64 *start, u64 end)
{
	struct vm_area_struct *vma;
	struct vma_iterator vmi;

	BUILD_BUG_ON(sizeof(struct mmscope_vma) + PATH_MAX + 2 * KSYM_SYMBOL_LEN +
		     TASK_COMM_LEN > MMSCOPE_VMA_RECORD_MAX);

	if (*start >= TASK_SIZE_MAX)
		return true;

	/* What was named under an earlier hold may be gone. */
	memset(&chunk->namer->path_of, 0, sizeof(chunk->namer->path_of));
	chunk->namer->ops_of = NULL;

	mmscope_for_each_vma(vmi, look->mm, vma, *start) {
		struct mmscope_vma *record = chunk->buf + chunk->used;

		if (vma->vm_start >= end)
			return true;
		if (chunk->size - chunk->used < MMSCOPE_VMA_RECORD_MAX ||
		    (chunk->nr && mmscope_look_wanted(look)))
			return false;
		vma_record(vma, chunk, record);
		chunk->used += record->size;
		chunk->nr++;
		*start = record->end;
	}
	return true;
}
