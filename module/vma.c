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

/* VMAs between two looks at who else wants the lock. */
#define LOOK_AFTER	16

/* The strings of a file's VMA: path and symbol of the operations, with their NULs. */
#define TAIL_MAX	ALIGN(PATH_MAX + KSYM_SYMBOL_LEN, 8)

/**
 * struct mmscope_vma_namer - what is known of the file that was met last
 * @file: that file; good while the lock is held, for its VMA then pins it
 * @ops: the operations of its VMA
 * @attrs: MMSCOPE_VMA_* that follow from the file
 * @program: it is the file of the program itself
 * @chr: it is a character device
 * @shmem: it is shared memory
 * @dev: device of its inode
 * @ino: number of its inode
 * @path_off: offsets of the strings in a record
 * @path_len: length of the path
 * @ops_off: zero where there is none
 * @size: bytes of a record with the strings, a multiple of 8
 * @symbol_of: the operations whose name is in @symbol
 * @symbol: empty when the kernel has none for them
 * @page: for d_path()
 * @tail: the strings as they stand behind a record
 *
 * Names are dear, and neighbours are mostly of one file.
 */
struct mmscope_vma_namer {
	const struct file *file;
	const void *ops;
	u32 attrs;
	bool program;
	bool chr;
	bool shmem;
	dev_t dev;
	u64 ino;
	u16 path_off;
	u16 path_len;
	u16 ops_off;
	u16 size;
	const void *symbol_of;
	char symbol[KSYM_SYMBOL_LEN];
	char page[PATH_MAX];
	u64 tail[TAIL_MAX / sizeof(u64)];
};

struct mmscope_vma_namer *mmscope_vma_namer_alloc(void)
{
	return kvzalloc(sizeof(struct mmscope_vma_namer), GFP_KERNEL_ACCOUNT);
}

void mmscope_vma_namer_free(struct mmscope_vma_namer *namer)
{
	kvfree(namer);
}

/* What was met under an earlier hold of the lock may be gone. */
static void namer_forget(struct mmscope_vma_namer *namer)
{
	namer->file = NULL;
	namer->symbol_of = NULL;
}

static const char *name_ops(struct mmscope_vma_namer *namer, const void *ops)
{
	if (!ops)
		return NULL;
	if (namer->symbol_of != ops) {
		namer->symbol_of = ops;
		sprint_symbol_no_offset(namer->symbol, (unsigned long)ops);
		strreplace(namer->symbol, ' ', '\0'); /* " [module]" */
		/* Without a symbol it would print the address: not ours to tell. */
		if (strstarts(namer->symbol, "0x"))
			namer->symbol[0] = '\0';
	}
	return namer->symbol[0] ? namer->symbol : NULL;
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

/* Append @text at @off of the tail; return where it ends. */
static size_t tail_add(struct mmscope_vma_namer *namer, size_t off,
		       const char *text, size_t len)
{
	char *tail = (char *)namer->tail + off;

	memcpy(tail, text, len);
	tail[len] = '\0';
	return off + len + 1;
}

static void namer_meet(struct mmscope_vma_namer *namer,
		       const struct vm_area_struct *vma)
{
	const struct inode *inode = mmscope_file_inode(vma->vm_file);
	const struct path *path = mmscope_file_path(vma->vm_file);
	const char *name = d_path(path, namer->page, sizeof(namer->page));
	const char *symbol = name_ops(namer, vma->vm_ops);
	size_t off = 0;

	namer->file = vma->vm_file;
	namer->ops = vma->vm_ops;
	namer->dev = inode->i_sb->s_dev;
	namer->ino = inode->i_ino;
	namer->program = is_program(vma);
	namer->chr = S_ISCHR(file_inode(vma->vm_file)->i_mode);
	namer->shmem = mmscope_vma_is_shmem(vma);
	namer->attrs = MMSCOPE_VMA_FILE;
	if (d_unlinked(path->dentry))
		namer->attrs |= MMSCOPE_VMA_DELETED;

	namer->path_off = 0;
	namer->path_len = 0;
	namer->ops_off = 0;
	if (IS_ERR(name)) {
		namer->attrs |= MMSCOPE_VMA_TRUNCATED;
	} else {
		namer->path_off = sizeof(struct mmscope_vma);
		namer->path_len = strlen(name);
		off = tail_add(namer, off, name, namer->path_len);
	}
	if (symbol) {
		namer->ops_off = sizeof(struct mmscope_vma) + off;
		off = tail_add(namer, off, symbol, strlen(symbol));
	}
	memset((char *)namer->tail + off, 0, -off & 7);
	namer->size = sizeof(struct mmscope_vma) + ALIGN(off, 8);
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

/* Which segment a mapping of a file is; see enum mmscope_kind. */
static enum mmscope_kind file_kind(const struct vm_area_struct *vma,
				   const struct mmscope_vma_namer *namer)
{
	if (is_vm_hugetlb_page((struct vm_area_struct *)vma))
		return MMSCOPE_KIND_HUGETLB;
	if (namer->chr || vma->vm_flags & (VM_PFNMAP | VM_IO))
		return MMSCOPE_KIND_DEVICE;
	if (!namer->program)
		return namer->shmem ? MMSCOPE_KIND_SHM : MMSCOPE_KIND_FILE;
	if (vma->vm_flags & VM_EXEC)
		return MMSCOPE_KIND_TEXT;
	/* RELRO is data that was written, then protected. */
	return vma->vm_flags & VM_WRITE || vma->anon_vma ? MMSCOPE_KIND_DATA :
							   MMSCOPE_KIND_RODATA;
}

/* Likewise of memory without a file. */
static enum mmscope_kind memory_kind(const struct vm_area_struct *vma,
				     const char *name)
{
	const struct mm_struct *mm = vma->vm_mm;

	if (name && strstarts(name, "[vdso"))
		return MMSCOPE_KIND_VDSO;
	if (name && strstarts(name, "[vvar"))
		return MMSCOPE_KIND_VVAR;
	if (vma->vm_ops && vma->vm_ops->name)
		return MMSCOPE_KIND_SPECIAL;
	if (vma->vm_flags & (VM_PFNMAP | VM_IO))
		return MMSCOPE_KIND_DEVICE;
	/* Before the heap: until brk() is used, both can touch the same bound. */
	if (mm->end_data && vma->vm_start == PAGE_ALIGN(mm->end_data))
		return MMSCOPE_KIND_BSS;
	if (!name)
		return MMSCOPE_KIND_ANON;
	if (mmscope_vma_is_stack(vma))
		return MMSCOPE_KIND_STACK;
	return mmscope_vma_is_heap(vma) ? MMSCOPE_KIND_HEAP : MMSCOPE_KIND_ANON;
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

static void record_file(struct vm_area_struct *vma,
			struct mmscope_vma_namer *namer,
			struct mmscope_vma *record)
{
	u64 *tail = (u64 *)(record + 1);
	unsigned int i;

	if (namer->file != vma->vm_file || namer->ops != vma->vm_ops)
		namer_meet(namer, vma);

	record->size = namer->size;
	record->attrs |= namer->attrs;
	record->ino = namer->ino;
	record->dev_major = MAJOR(namer->dev);
	record->dev_minor = MINOR(namer->dev);
	record->kind = file_kind(vma, namer);
	record->path_off = namer->path_off;
	record->path_len = namer->path_len;
	record->ops_off = namer->ops_off;
	for (i = 0; i < (namer->size - sizeof(*record)) / sizeof(*tail); i++)
		tail[i] = namer->tail[i];
}

static void record_memory(struct vm_area_struct *vma,
			  struct mmscope_vma_namer *namer,
			  struct mmscope_vma *record, const char *name)
{
	const char *ops = name_ops(namer, vma->vm_ops);

	record->size = sizeof(*record);
	record->ino = 0;
	record->dev_major = 0;
	record->dev_minor = 0;
	record->kind = memory_kind(vma, name);
	record->path_off = 0;
	record->path_len = 0;
	record->ops_off = 0;
	if (ops)
		record->ops_off = record_text(record, ops, strlen(ops));
}

static void vma_record(struct vm_area_struct *vma,
		       struct mmscope_vmas_chunk *chunk,
		       struct mmscope_vma *record)
{
	u32 attrs = vma->anon_vma ? MMSCOPE_VMA_ANON_VMA : 0;
	const char *name = name_special(vma, &attrs);

	/* Every field is set: the buffer was not cleared. */
	record->attrs = attrs;
	record->start = vma->vm_start;
	record->end = vma->vm_end;
	record->vm_flags = vma->vm_flags;
	record->page_prot = chunk->rights & MMSCOPE_RIGHT_PHYS ?
				pgprot_val(vma->vm_page_prot) : MMSCOPE_HIDDEN;
	record->pgoff = vma->vm_pgoff;
	record->page_size = is_vm_hugetlb_page(vma) ?
				huge_page_size(hstate_vma(vma)) : PAGE_SIZE;
	record->name_off = 0;
	memset(record->reserved, 0, sizeof(record->reserved));

	if (vma->vm_file)
		record_file(vma, chunk->namer, record);
	else
		record_memory(vma, chunk->namer, record, name);
	if (unlikely(name))
		record->name_off = record_text(record, name, strlen(name));

	if (unlikely(record->size & 7)) {
		memset((char *)record + record->size, 0, -record->size & 7);
		record->size = ALIGN(record->size, 8);
	}
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

	/* A name is a few letters, or ANON_VMA_NAME_MAX_LEN: less than a symbol. */
	BUILD_BUG_ON(sizeof(struct mmscope_vma) + TAIL_MAX + KSYM_SYMBOL_LEN + 8 >
		     MMSCOPE_VMA_RECORD_MAX);

	if (*start >= TASK_SIZE_MAX)
		return true;

	namer_forget(chunk->namer);

	mmscope_for_each_vma(vmi, look->mm, vma, *start) {
		struct mmscope_vma *record = chunk->buf + chunk->used;

		if (vma->vm_start >= end)
			return true;
		if (chunk->size - chunk->used < MMSCOPE_VMA_RECORD_MAX ||
		    (chunk->nr % LOOK_AFTER == LOOK_AFTER - 1 &&
		     mmscope_look_wanted(look)))
			return false;
		vma_record(vma, chunk, record);
		chunk->used += record->size;
		chunk->nr++;
		*start = record->end;
	}
	return true;
}
