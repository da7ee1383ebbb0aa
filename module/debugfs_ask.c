// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs_ask.c - the files of a process's directory that are asked about an address
 *
 * The address is the open file's own, so readers do not meet: what one has written
 * is answered to it alone, at each read anew.
 */
#include "debugfs_view.h"

#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <mmscope.h>

#include "explain.h"
#include "find.h"
#include "text.h"
#include "vma.h"
#include "walk.h"

/* A number with room around it. */
#define NUMBER_MAX	32

/* Reads "ADDR", or "ADDR END" if @end is not NULL; that is 0 when it is not there. */
static int read_question(const char __user *buf, size_t len, u64 *addr, u64 *end)
{
	char text[2 * NUMBER_MAX + 1], *rest, *first;
	int err;

	if (len > (end ? 2 * NUMBER_MAX : NUMBER_MAX))
		return -EINVAL;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	text[len] = '\0';
	rest = strim(text);
	first = strsep(&rest, " \t");
	err = kstrtou64(first, 0, addr);
	if (err || !end)
		return err ?: rest ? -EINVAL : 0;
	*end = 0;
	if (!rest)
		return 0;
	err = kstrtou64(skip_spaces(rest), 0, end);
	if (err)
		return err;
	return *end > *addr ? 0 : -EINVAL;
}

static ssize_t ask(struct file *file, const char __user *buf, size_t len,
		   loff_t *ppos, bool may_end)
{
	struct seq_file *m = file->private_data;
	struct mmscope_view *view = m->private;
	u64 va, end = 0;
	int err;

	err = read_question(buf, len, &va, may_end ? &end : NULL);
	if (err)
		return err;

	if (mutex_lock_killable(&m->lock))
		return -EINTR;
	view->va = va;
	view->end = end;
	view->have_va = true;
	/* The next read begins anew, with this address. */
	m->index = 0;
	m->count = 0;
	m->from = 0;
	m->read_pos = 0;
	mutex_unlock(&m->lock);
	*ppos = 0;
	return len;
}

static ssize_t write_address(struct file *file, const char __user *buf,
			     size_t len, loff_t *ppos)
{
	return ask(file, buf, len, ppos, false);
}

static ssize_t write_range(struct file *file, const char __user *buf,
			   size_t len, loff_t *ppos)
{
	return ask(file, buf, len, ppos, true);
}

/* Was it asked? Says how if not. */
static bool was_asked(struct seq_file *m, const struct mmscope_view *view)
{
	if (!view->have_va)
		seq_puts(m, "# write an address to this open file, then read\n");
	return view->have_va;
}

/* Room for the records of VMAs. 0 or -ENOMEM; to be freed in any case. */
static int chunk_alloc(struct mmscope_vmas_chunk *chunk, size_t size, u32 rights)
{
	*chunk = (struct mmscope_vmas_chunk){
		.size = size,
		.rights = rights,
		.buf = kvmalloc(size, GFP_KERNEL_ACCOUNT),
		.namer = mmscope_vma_namer_alloc(),
	};
	return chunk->buf && chunk->namer ? 0 : -ENOMEM;
}

static void chunk_free(struct mmscope_vmas_chunk *chunk)
{
	kvfree(chunk->buf);
	mmscope_vma_namer_free(chunk->namer);
}

static int walk_show(struct seq_file *m, void *v)
{
	const struct mmscope_view *view = m->private;
	struct mmscope_walk_result result;
	struct mmscope_look look;
	int err;

	if (!was_asked(m, view))
		return 0;
	mmscope_look_init(&look, &view->target, NULL);
	err = mmscope_look_lock(&look);
	if (err)
		return err;
	mmscope_walk_one(&look, view->va, view->target.rights, &result);
	mmscope_look_unlock(&look);

	mmscope_text_walk(m, &result);
	return 0;
}

static int find_show(struct seq_file *m, void *v)
{
	const struct mmscope_view *view = m->private;
	struct mmscope_find find = { .addr = view->va, .end = view->end };
	struct mmscope_vmas_chunk chunk;
	struct mmscope_look look;
	int err;

	if (!was_asked(m, view))
		return 0;
	err = chunk_alloc(&chunk, MMSCOPE_FIND_BUF, view->target.rights);
	if (err)
		goto out_free;
	mmscope_look_init(&look, &view->target, NULL);
	err = mmscope_look_lock(&look);
	if (err)
		goto out_free;
	mmscope_find(&look, &chunk, &find);
	mmscope_look_unlock(&look);

	mmscope_text_find(m, &find, chunk.buf);
out_free:
	chunk_free(&chunk);
	return err;
}

static int explain_show(struct seq_file *m, void *v)
{
	const struct mmscope_view *view = m->private;
	struct mmscope_explain explain = { .va = view->va };
	struct mmscope_vmas_chunk chunk;
	struct mmscope_look look;
	int err;

	if (!was_asked(m, view))
		return 0;
	err = chunk_alloc(&chunk, MMSCOPE_VMA_RECORD_MAX, view->target.rights);
	if (err)
		goto out_free;
	mmscope_look_init(&look, &view->target, NULL);
	err = mmscope_explain_read(&look, &view->target, m->file, &chunk, &explain);
	if (!err)
		mmscope_text_explain(m, &explain, chunk.used ? chunk.buf : NULL);
out_free:
	chunk_free(&chunk);
	return err;
}

static int walk_open(struct inode *inode, struct file *file)
{
	return mmscope_view_open_single(inode, file, walk_show);
}

static int find_open(struct inode *inode, struct file *file)
{
	return mmscope_view_open_single(inode, file, find_show);
}

static int explain_open(struct inode *inode, struct file *file)
{
	return mmscope_view_open_single(inode, file, explain_show);
}

const struct file_operations mmscope_walk_fops = {
	.owner = THIS_MODULE,
	.open = walk_open,
	.read = seq_read,
	.write = write_address,
	.llseek = seq_lseek,
	.release = mmscope_view_release_single,
};

const struct file_operations mmscope_find_fops = {
	.owner = THIS_MODULE,
	.open = find_open,
	.read = seq_read,
	.write = write_range,
	.llseek = seq_lseek,
	.release = mmscope_view_release_single,
};

const struct file_operations mmscope_explain_fops = {
	.owner = THIS_MODULE,
	.open = explain_open,
	.read = seq_read,
	.write = write_address,
	.llseek = seq_lseek,
	.release = mmscope_view_release_single,
};
