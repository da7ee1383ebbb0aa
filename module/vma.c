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

#include "arch/arch.h"
#include "compat/compat.h"

/* VMAs between two looks at who else wants the lock. */
#define LOOK_AFTER	16

/* The strings of a file's VMA: path and symbol of the operations, with their NULs. */
#define TAIL_MAX	ALIGN(PATH_MAX + KSYM_SYMBOL_LEN, 8)

/* Words of them that are copied together. */
#define TAIL_STEP	4

/**
 * struct mmscope_vma_namer - what is known of the file that was met last
 * @file: that file; good while the lock is held, for its VMA then pins it
 * @ops: the operations of its VMA
 * @program: it is the file of the program itself
 * @record: what all records of it have in common: @attrs, and all from @ino on;
 *	@kind as far as no flag of a VMA decides it
 * @symbol_of: the operations whose name is in @symbol
 * @symbol: empty when the kernel has none for them
 * @page: for d_path()
 * @tail: the strings as they stand behind a record
 * @look_at: how many VMAs of the chunk are told when the lock is thought of next
 *
 * Names are dear, and neighbours are mostly of one file.
 */
struct mmscope_vma_namer {
	const struct file *file;
	const void *ops;
	bool program;
	struct mmscope_vma record;
	const void *symbol_of;
	char symbol[KSYM_SYMBOL_LEN];
	char page[PATH_MAX];
	u64 tail[TAIL_MAX / sizeof(u64) + TAIL_STEP];
	u32 look_at;
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
	namer->look_at = LOOK_AFTER - 1;
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

/* Which segment every mapping of a file is, unless it is the program's. */
static enum mmscope_kind namer_kind(struct vm_area_struct *vma)
{
	if (is_vm_hugetlb_page(vma))
		return MMSCOPE_KIND_HUGETLB;
	if (S_ISCHR(file_inode(vma->vm_file)->i_mode) ||
	    S_ISBLK(file_inode(vma->vm_file)->i_mode))
		return MMSCOPE_KIND_DEVICE;
	return mmscope_vma_is_shmem(vma) ? MMSCOPE_KIND_SHM : MMSCOPE_KIND_FILE;
}

static noinline void namer_meet(struct mmscope_vma_namer *namer,
				struct vm_area_struct *vma)
{
	const struct inode *inode = mmscope_file_inode(vma->vm_file);
	const struct path *path = mmscope_file_path(vma->vm_file);
	const char *name = d_path(path, namer->page, sizeof(namer->page));
	const char *symbol = name_ops(namer, vma->vm_ops);
	struct mmscope_vma *record = &namer->record;
	size_t off = 0;

	namer->file = vma->vm_file;
	namer->ops = vma->vm_ops;
	namer->look_at = 0; /* a path can be long: it counts as many VMAs */
	*record = (struct mmscope_vma){
		.attrs = MMSCOPE_VMA_FILE,
		.ino = inode->i_ino,
		.dev_major = MAJOR(inode->i_sb->s_dev),
		.dev_minor = MINOR(inode->i_sb->s_dev),
		.page_size = is_vm_hugetlb_page(vma) ?
				huge_page_size(hstate_vma(vma)) : PAGE_SIZE,
		.kind = namer_kind(vma),
	};
	namer->program = record->kind != MMSCOPE_KIND_HUGETLB &&
			 record->kind != MMSCOPE_KIND_DEVICE && is_program(vma);

	if (d_unlinked(path->dentry))
		record->attrs |= MMSCOPE_VMA_DELETED;
	if (IS_ERR(name)) {
		record->attrs |= MMSCOPE_VMA_TRUNCATED;
	} else {
		record->path_off = sizeof(*record);
		record->path_len = strlen(name);
		off = tail_add(namer, off, name, record->path_len);
	}
	if (symbol) {
		record->ops_off = sizeof(*record) + off;
		off = tail_add(namer, off, symbol, strlen(symbol));
	}
	memset((char *)namer->tail + off, 0, -off & 7);
	record->size = sizeof(*record) + ALIGN(off, 8);
}

/* In the order of fs/proc/task_mmu.c:get_vma_name(). */
static __always_inline const char *name_memory(struct vm_area_struct *vma,
					       u32 *attrs)
{
	const char *name;

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
static __always_inline enum mmscope_kind
file_kind(const struct vm_area_struct *vma, const struct mmscope_vma_namer *namer)
{
	if (vma->vm_flags & (VM_PFNMAP | VM_IO) &&
	    namer->record.kind != MMSCOPE_KIND_HUGETLB)
		return MMSCOPE_KIND_DEVICE;
	if (likely(!namer->program))
		return namer->record.kind;
	if (vma->vm_flags & VM_EXEC)
		return MMSCOPE_KIND_TEXT;
	/* RELRO is data that was written, then protected. */
	return vma->vm_flags & VM_WRITE || vma->anon_vma ? MMSCOPE_KIND_DATA :
							   MMSCOPE_KIND_RODATA;
}

/* Likewise of memory without a file. */
static __always_inline enum mmscope_kind
memory_kind(const struct vm_area_struct *vma, const char *name)
{
	const struct mm_struct *mm = vma->vm_mm;

	if (vma->vm_ops && vma->vm_ops->name) {
		if (name && strstarts(name, "[vdso"))
			return MMSCOPE_KIND_VDSO;
		if (name && strstarts(name, "[vvar"))
			return MMSCOPE_KIND_VVAR;
		return MMSCOPE_KIND_SPECIAL;
	}
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
static noinline u16 record_text(struct mmscope_vma *record, const char *text)
{
	u32 off = record->size, len = strlen(text);
	char *to = (char *)record + off;

	memcpy(to, text, len);
	memset(to + len, 0, 8); /* the NUL, and up to seven more */
	record->size = ALIGN(off + len + 1, 8);
	return off;
}

/* What records of every kind have; the rest is to be set, for nothing was cleared. */
static __always_inline void record_vma(const struct vm_area_struct *vma,
				       u32 rights, struct mmscope_vma *record)
{
	record->attrs = vma->anon_vma ? MMSCOPE_VMA_ANON_VMA : 0;
	record->start = vma->vm_start;
	record->end = vma->vm_end;
	record->vm_flags = vma->vm_flags;
	record->page_prot = rights & MMSCOPE_RIGHT_PHYS ?
				pgprot_val(vma->vm_page_prot) : MMSCOPE_HIDDEN;
	record->pgoff = vma->vm_pgoff;
}

static __always_inline void record_file(struct vm_area_struct *vma,
					struct mmscope_vma_namer *namer,
					struct mmscope_vma *record)
{
	const size_t rest = offsetof(struct mmscope_vma, ino);
	const char *name = mmscope_anon_name(vma);
	const u64 *from = namer->tail, *end;
	u64 *to = (u64 *)(record + 1);

	if (unlikely(namer->file != vma->vm_file || namer->ops != vma->vm_ops))
		namer_meet(namer, vma);

	record->size = namer->record.size;
	record->attrs |= namer->record.attrs;
	memcpy((char *)record + rest, (const char *)&namer->record + rest,
	       sizeof(*record) - rest);
	record->kind = file_kind(vma, namer);

	/* A few at a time; what is too much, the next record overwrites. */
	end = (const u64 *)((const char *)from + record->size - sizeof(*record));
	for (; from < end; from += TAIL_STEP, to += TAIL_STEP)
		memcpy(to, from, TAIL_STEP * sizeof(*to));

	if (unlikely(name)) {
		record->attrs |= MMSCOPE_VMA_ANON_NAME;
		record->name_off = record_text(record, name);
	}
}

static __always_inline void record_memory(struct vm_area_struct *vma,
					  struct mmscope_vma_namer *namer,
					  struct mmscope_vma *record)
{
	const char *name = name_memory(vma, &record->attrs);
	const char *ops;

	record->size = sizeof(*record);
	record->ino = 0;
	record->dev_major = 0;
	record->dev_minor = 0;
	record->page_size = PAGE_SIZE;
	record->kind = memory_kind(vma, name);
	record->path_off = 0;
	record->name_off = 0;
	record->ops_off = 0;
	record->path_len = 0;
	memset(record->reserved, 0, sizeof(record->reserved));

	if (unlikely(vma->vm_ops)) {
		ops = name_ops(namer, vma->vm_ops);
		if (ops)
			record->ops_off = record_text(record, ops);
	}
	if (unlikely(name))
		record->name_off = record_text(record, name);
}

static __always_inline void fill_record(struct vm_area_struct *vma, u32 rights,
					struct mmscope_vma_namer *namer,
					struct mmscope_vma *record)
{
	record_vma(vma, rights, record);
	if (vma->vm_file)
		record_file(vma, namer, record);
	else
		record_memory(vma, namer, record);
}

/**
 * mmscope_vmas_add - the record of one VMA
 * @chunk: with room for it; one hold of the lock fills all of it
 * @vma: of the locked target, or NULL
 *
 * Return: offset of the record in the buffer, MMSCOPE_NO_RECORD for no VMA.
 */
u32 mmscope_vmas_add(struct mmscope_vmas_chunk *chunk,
		     struct vm_area_struct *vma)
{
	struct mmscope_vma *record = chunk->buf + chunk->used;
	u32 offset = chunk->used;

	if (!vma)
		return MMSCOPE_NO_RECORD;
	fill_record(vma, chunk->rights, chunk->namer, record);
	chunk->used += record->size;
	chunk->nr++;
	return offset;
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
	struct mmscope_vma_namer *namer = chunk->namer;
	const u32 rights = chunk->rights;
	void *at = chunk->buf + chunk->used;
	/* A record that begins no later has room. */
	const void *last = chunk->buf + chunk->size - MMSCOPE_VMA_RECORD_MAX;
	struct vm_area_struct *vma;
	struct vma_iterator vmi;
	bool done = true;
	u32 nr = 0;

	/* A name is a few letters, or ANON_VMA_NAME_MAX_LEN: less than a symbol. */
	BUILD_BUG_ON(sizeof(struct mmscope_vma) + TAIL_MAX +
		     TAIL_STEP * sizeof(u64) + KSYM_SYMBOL_LEN + 8 >
		     MMSCOPE_VMA_RECORD_MAX);

	if (*start >= MMSCOPE_ARCH_TASK_SIZE)
		return true;

	namer_forget(namer);

	mmscope_for_each_vma(vmi, look->mm, vma, *start) {
		struct mmscope_vma *record = at;

		if (vma->vm_start >= end)
			break;
		if (at > last ||
		    (nr >= namer->look_at && mmscope_look_wanted(look))) {
			done = false;
			break;
		}
		if (nr >= namer->look_at)
			namer->look_at = nr + LOOK_AFTER;
		fill_record(vma, rights, namer, record);
		at += record->size;
		*start = record->end;
		nr++;
	}
	chunk->used = at - chunk->buf;
	chunk->nr += nr;
	return done;
}
