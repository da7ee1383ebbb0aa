// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs.c - /sys/kernel/debug/mmscope: for reading by eye and by awk
 *
 * The contract is the ioctl; this shows the same records as text. A directory is
 * made by writing a pid to "attach" and counted: the same pid attached twice is
 * there until it is detached twice, so that users do not disturb each other.
 *
 * Lifetimes: a directory holds a reference to its mm (mm_count). Opening a file
 * in it takes another for the open file, and decides the opener's rights. While
 * debugfs runs one of our functions, debugfs_remove() waits; afterwards an open
 * file gets EIO, and release still runs.
 */
#include "debugfs.h"

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/utsname.h>
#include <linux/wait.h>

#include <mmscope.h>

#include "debugfs_view.h"
#include "extents.h"
#include "mm.h"
#include "store.h"
#include "target.h"
#include "tasks.h"
#include "text.h"
#include "vma.h"

/* More directories than this are refused: each one is kernel memory. */
#define MAX_DIRS	1024

/* Bytes of records that a reader buffers. */
#define VIEW_SIZE	(32 * 1024)

/* The process that the file's directory is named after; NULL when it has gone. */
static struct pid *dir_pid(const struct file *file)
{
	struct pid *pid;
	pid_t nr;

	/* No name changes in debugfs. */
	if (kstrtoint(file->f_path.dentry->d_parent->d_name.name, 10, &nr))
		return NULL;
	rcu_read_lock();
	pid = get_pid(find_pid_ns(nr, &init_pid_ns));
	rcu_read_unlock();
	return pid;
}

static int view_open(struct inode *inode, struct file *file,
		     struct mmscope_view *view)
{
	const struct mmscope_target *shown = inode->i_private;
	const struct mmscope_space space = {
		.mm = shown->mm, .user_ns = shown->user_ns, .pid = shown->pid,
	};
	struct pid *pid = dir_pid(file);
	u32 rights;
	int err = mmscope_target_rights(&space, pid, file, &rights);

	put_pid(pid);
	if (!err)
		err = mmscope_target_keep(&view->target, &space, rights);
	if (err)
		return err;
	mmscope_asker_init(&view->asker, &view->target, file);
	return 0;
}

/* mm: one look, one record */

static int mm_show(struct seq_file *m, void *v)
{
	const struct mmscope_view *view = m->private;
	struct mmscope_look look;
	struct mmscope_mm *mm;
	const char *path;
	char *buf;
	int err = -ENOMEM;

	mm = kzalloc(sizeof(*mm), GFP_KERNEL_ACCOUNT);
	buf = kmalloc(PATH_MAX, GFP_KERNEL_ACCOUNT);
	if (!mm || !buf)
		goto out_free;

	mmscope_look_init(&look, &view->target, NULL);
	err = mmscope_mm_read(&look, view->target.rights, mm);
	if (err)
		goto out_free;
	if (!mmscope_mm_exe(view->target.mm, buf, PATH_MAX, &path) && path)
		seq_printf(m, "%-16s%*pE\n", "exe", (int)strlen(path), path);
	mmscope_text_mm(m, mm);
	seq_printf(m, "%-16s%*pbl\n", "cpumask", nr_cpu_ids,
		   cpumask_bits(mm_cpumask(view->target.mm)));
out_free:
	kfree(buf);
	kfree(mm);
	return err;
}

/**
 * mmscope_view_open_single - open a file that is one record
 * @inode: of the file
 * @file: being opened
 * @show: looks at the target and prints; m->private is the struct mmscope_view
 *
 * Return: 0, -ENOMEM, -EPERM, or another -errno.
 */
int mmscope_view_open_single(struct inode *inode, struct file *file,
			     int (*show)(struct seq_file *m, void *v))
{
	struct mmscope_view *view = kzalloc(sizeof(*view), GFP_KERNEL_ACCOUNT);
	int err;

	if (!view)
		return -ENOMEM;
	err = view_open(inode, file, view);
	if (err)
		goto out_free;
	err = single_open(file, show, view);
	if (err)
		goto out_drop;
	return 0;

out_drop:
	mmscope_target_drop(&view->target);
out_free:
	kfree(view);
	return err;
}

int mmscope_view_release_single(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;
	struct mmscope_view *view = m->private;

	mmscope_target_drop(&view->target);
	kfree(view);
	return single_release(inode, file);
}

static int mm_open(struct inode *inode, struct file *file)
{
	return mmscope_view_open_single(inode, file, mm_show);
}

static const struct file_operations mm_fops = {
	.owner = THIS_MODULE,
	.open = mm_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = mmscope_view_release_single,
};

/*
 * Lists. The position in the file is the address to go on at, plus one: zero is
 * the heading. So a reader that comes back after any time finds its place, by
 * address, in whatever the address space is by then.
 */

static void *view_record(struct mmscope_view *view, u64 addr)
{
	int err;

	if (addr != view->at_addr || view->at == view->used) {
		view->resume = addr;
		view->at = 0;
		view->used = 0;
		view->at_addr = addr;
		err = view->type->fill(view);
		if (err)
			return ERR_PTR(err);
	}
	return view->at < view->used ? view->buf + view->at : NULL;
}

static void *list_start(struct seq_file *m, loff_t *pos)
{
	struct mmscope_view *view = m->private;

	if (*pos)
		return view_record(view, *pos - 1);
	view->used = 0;
	view->at = 0;
	return SEQ_START_TOKEN;
}

static void *list_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct mmscope_view *view = m->private;

	if (v == SEQ_START_TOKEN) {
		*pos = 1;
	} else {
		view->at += view->type->size(v);
		view->at_addr = view->type->end(v);
		*pos = view->at_addr + 1;
	}
	return view_record(view, *pos - 1);
}

static void list_stop(struct seq_file *m, void *v)
{
}

static int list_show(struct seq_file *m, void *v)
{
	const struct mmscope_view *view = m->private;

	if (v == SEQ_START_TOKEN)
		view->type->heading(m);
	else
		view->type->show(m, v);
	return 0;
}

static const struct seq_operations list_ops = {
	.start = list_start,
	.next = list_next,
	.stop = list_stop,
	.show = list_show,
};

static int list_open(struct inode *inode, struct file *file,
		     const struct mmscope_view_type *type)
{
	struct mmscope_view *view;
	int err;

	view = __seq_open_private(file, &list_ops, sizeof(*view));
	if (!view)
		return -ENOMEM;
	view->type = type;
	view->buf = kvmalloc(VIEW_SIZE, GFP_KERNEL_ACCOUNT);
	err = view->buf ? view_open(inode, file, view) : -ENOMEM;
	if (err) {
		kvfree(view->buf);
		seq_release_private(inode, file);
	}
	return err;
}

static int list_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;
	struct mmscope_view *view = m->private;

	mmscope_target_drop(&view->target);
	kvfree(view->buf);
	return seq_release_private(inode, file);
}

static int vmas_fill(struct mmscope_view *view)
{
	struct mmscope_vmas_chunk chunk = {
		.buf = view->buf,
		.size = VIEW_SIZE,
		.rights = view->target.rights,
		.namer = mmscope_vma_namer_alloc(),
	};
	struct mmscope_look look;
	int err;

	if (!chunk.namer)
		return -ENOMEM;
	mmscope_look_init(&look, &view->target, NULL);
	err = mmscope_look_lock(&look);
	if (!err) {
		mmscope_vmas_chunk(&look, &chunk, &view->resume, ~0ULL);
		mmscope_look_unlock(&look);
	}
	view->used = chunk.used;
	mmscope_vma_namer_free(chunk.namer);
	return err;
}

static void vmas_show(struct seq_file *m, const void *record)
{
	mmscope_text_vma(m, record);
}

static size_t vmas_size(const void *record)
{
	return ((const struct mmscope_vma *)record)->size;
}

static u64 vmas_end(const void *record)
{
	return ((const struct mmscope_vma *)record)->end;
}

static const struct mmscope_view_type vmas_type = {
	.heading = mmscope_text_vma_heading,
	.fill = vmas_fill,
	.show = vmas_show,
	.size = vmas_size,
	.end = vmas_end,
};

static int vmas_open(struct inode *inode, struct file *file)
{
	return list_open(inode, file, &vmas_type);
}

static const struct file_operations vmas_fops = {
	.owner = THIS_MODULE,
	.open = vmas_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = list_release,
};

static int pagetable_fill(struct mmscope_view *view)
{
	struct mmscope_extents_sink sink = {
		.batch = {
			.buf = view->buf,
			.room = VIEW_SIZE / sizeof(struct mmscope_extent),
		},
		.statuses = ~(u32)(MMSCOPE_STATUS_BIT(MMSCOPE_NONE) |
				   MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA)),
		.rights = view->target.rights,
		.expect = MMSCOPE_NO_ENTRY,
	};
	unsigned long addr = view->resume;
	struct mmscope_look look;
	bool done;
	int err;

	if (addr >= MMSCOPE_ARCH_TASK_SIZE)
		return 0;

	mmscope_look_init(&look, &view->target, NULL);
	do {
		err = mmscope_look_lock(&look);
		if (err)
			return err;
		done = mmscope_extents_chunk(&look, &sink, &addr,
					     MMSCOPE_ARCH_TASK_SIZE);
		mmscope_look_unlock(&look);
		cond_resched();
	} while (!done && !sink.batch.nr);

	/* A run still being built is found again from where it began. */
	view->resume = sink.run.start != sink.run.end ? sink.run.start : addr;
	view->used = sink.batch.nr * sizeof(struct mmscope_extent);
	return 0;
}

static void pagetable_show(struct seq_file *m, const void *record)
{
	mmscope_text_extent(m, record);
}

static size_t pagetable_size(const void *record)
{
	return sizeof(struct mmscope_extent);
}

static u64 pagetable_end(const void *record)
{
	return ((const struct mmscope_extent *)record)->end;
}

static const struct mmscope_view_type pagetable_type = {
	.heading = mmscope_text_extent_heading,
	.fill = pagetable_fill,
	.show = pagetable_show,
	.size = pagetable_size,
	.end = pagetable_end,
};

static int pagetable_open(struct inode *inode, struct file *file)
{
	return list_open(inode, file, &pagetable_type);
}

static const struct file_operations pagetable_fops = {
	.owner = THIS_MODULE,
	.open = pagetable_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = list_release,
};

/* Of threads the place in the file is a number, the next one in their order. */
struct task_record {
	struct mmscope_task task;
	u64 next;
};

static void tasks_heading(struct seq_file *m)
{
	const struct mmscope_view *view = m->private;
	struct mmscope_tasks sums;

	mmscope_tasks_counts(view->target.mm, &sums);
	mmscope_text_task_heading(m, &sums);
}

static int tasks_fill(struct mmscope_view *view)
{
	struct mmscope_tasks_walk walk = {
		.asker = &view->asker,
		.next = min_t(u64, view->resume, INT_MAX),
	};
	struct task_record *record = view->buf;
	enum mmscope_tasks_answer answer;

	if (!atomic_read(&view->target.mm->mm_users))
		return -ESRCH;
	do {
		answer = mmscope_tasks_next(&walk, &record->task);
		if (answer == MMSCOPE_TASKS_FOUND) {
			record->next = walk.next;
			record++;
			view->used += sizeof(*record);
		}
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	} while (answer != MMSCOPE_TASKS_END &&
		 view->used + sizeof(*record) <= VIEW_SIZE);
	view->resume = walk.next;
	return 0;
}

static void tasks_show(struct seq_file *m, const void *record)
{
	mmscope_text_task(m, &((const struct task_record *)record)->task);
}

static size_t tasks_size(const void *record)
{
	return sizeof(struct task_record);
}

static u64 tasks_end(const void *record)
{
	return ((const struct task_record *)record)->next;
}

static const struct mmscope_view_type tasks_type = {
	.heading = tasks_heading,
	.fill = tasks_fill,
	.show = tasks_show,
	.size = tasks_size,
	.end = tasks_end,
};

static int tasks_open(struct inode *inode, struct file *file)
{
	return list_open(inode, file, &tasks_type);
}

static const struct file_operations tasks_fops = {
	.owner = THIS_MODULE,
	.open = tasks_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = list_release,
};

/*
 * Of nodes the place is the first address of the next one's range, and, where that has
 * zeros, its depth.
 */
struct store_record {
	struct mmscope_store_node node;
	u64 next;
};

static int store_fill(struct mmscope_view *view)
{
	struct mmscope_store_chunk *chunk;
	struct store_record *records = view->buf;
	const struct mmscope_store_node *node;
	struct mmscope_look look;
	size_t at;
	int err = -ENOMEM;

	chunk = kzalloc(sizeof(*chunk), GFP_KERNEL_ACCOUNT);
	if (!chunk)
		return -ENOMEM;
	chunk->size = VIEW_SIZE;
	chunk->addr = view->resume & PAGE_MASK;
	chunk->depth = view->resume & ~PAGE_MASK;
	chunk->buf = kvmalloc(VIEW_SIZE, GFP_KERNEL_ACCOUNT);
	if (!chunk->buf)
		goto out_free;

	mmscope_look_init(&look, &view->target, NULL);
	err = mmscope_look_lock(&look);
	if (err)
		goto out_free;
	mmscope_store_chunk(&look, chunk);
	mmscope_look_unlock(&look);

	for (at = 0; at < chunk->used; at += node->size) {
		node = chunk->buf + at;
		*records++ = (struct store_record){
			.node = *node, .next = node->min | (node->depth + 1),
		};
		view->used += sizeof(*records);
	}
	view->resume = chunk->addr | chunk->depth;
out_free:
	kvfree(chunk->buf);
	kfree(chunk);
	return err;
}

static void store_show(struct seq_file *m, const void *record)
{
	mmscope_text_store(m, &((const struct store_record *)record)->node);
}

static size_t store_size(const void *record)
{
	return sizeof(struct store_record);
}

static u64 store_end(const void *record)
{
	return ((const struct store_record *)record)->next;
}

static const struct mmscope_view_type store_type = {
	.heading = mmscope_text_store_heading,
	.fill = store_fill,
	.show = store_show,
	.size = store_size,
	.end = store_end,
};

static int store_open(struct inode *inode, struct file *file)
{
	return list_open(inode, file, &store_type);
}

static const struct file_operations store_fops = {
	.owner = THIS_MODULE,
	.open = store_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = list_release,
};

/* Directories */

/**
 * struct mmscope_dir - a PID directory
 * @node: in dirs
 * @nr: pid in the initial namespace, its name
 * @users: how often it was attached; 0: it is being removed, its name not yet free
 * @target: pinned; each open file has rights of its own
 * @dentry: the directory
 */
struct mmscope_dir {
	struct list_head node;
	pid_t nr;
	unsigned int users;
	struct mmscope_target target;
	struct dentry *dentry;
};

static struct dentry *root;
static DEFINE_MUTEX(dirs_lock);
static LIST_HEAD(dirs);
static unsigned int nr_dirs;
/* For those who wait for a name: how many were removed. */
static DECLARE_WAIT_QUEUE_HEAD(dir_gone);
static unsigned int nr_removed;

static struct mmscope_dir *dir_find(pid_t nr)
{
	struct mmscope_dir *dir;

	lockdep_assert_held(&dirs_lock);
	list_for_each_entry(dir, &dirs, node)
		if (dir->nr == nr)
			return dir;
	return NULL;
}

/*
 * One that nobody uses any more; without the lock. Waits for readers that are inside
 * one of our functions. A reader can be stuck in a copy to its own memory: that must
 * stop nobody who attaches and detaches others.
 */
static void dir_remove(struct mmscope_dir *dir)
{
	debugfs_remove(dir->dentry);
	mutex_lock(&dirs_lock);
	list_del(&dir->node);
	nr_dirs--;
	WRITE_ONCE(nr_removed, nr_removed + 1);
	mutex_unlock(&dirs_lock);
	wake_up_all(&dir_gone);
	mmscope_target_drop(&dir->target);
	kfree(dir);
}

/* All of them, or the error of the first that cannot be made. */
static int dir_fill(struct mmscope_dir *dir)
{
	static const struct {
		const char *name;
		umode_t mode;
		const struct file_operations *fops;
	} files[] = {
		{ "mm", 0400, &mm_fops },
		{ "vmas", 0400, &vmas_fops },
		{ "pagetable", 0400, &pagetable_fops },
		{ "tasks", 0400, &tasks_fops },
		{ "store", 0400, &store_fops },
		{ "walk", 0600, &mmscope_walk_fops },
		{ "find", 0600, &mmscope_find_fops },
		{ "explain", 0600, &mmscope_explain_fops },
	};
	struct dentry *file;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		file = debugfs_create_file(files[i].name, files[i].mode,
					   dir->dentry, &dir->target,
					   files[i].fops);
		if (IS_ERR(file))
			return PTR_ERR(file);
	}
	return 0;
}

static int dir_add(pid_t nr, const struct mmscope_space *space, unsigned int users)
{
	struct mmscope_dir *dir;
	char name[16];
	int err;

	lockdep_assert_held(&dirs_lock);
	if (nr_dirs >= MAX_DIRS)
		return -ENOSPC;
	dir = kzalloc(sizeof(*dir), GFP_KERNEL_ACCOUNT);
	if (!dir)
		return -ENOMEM;

	snprintf(name, sizeof(name), "%d", nr);
	dir->nr = nr;
	dir->users = users;
	err = mmscope_target_keep(&dir->target, space, 0);
	if (err)
		goto out_free;
	dir->dentry = debugfs_create_dir(name, root);
	err = PTR_ERR_OR_ZERO(dir->dentry);
	if (err)
		goto out_drop;
	err = dir_fill(dir);
	if (err)
		goto out_remove;
	list_add(&dir->node, &dirs);
	nr_dirs++;
	return 0;

out_remove:
	debugfs_remove(dir->dentry);
out_drop:
	mmscope_target_drop(&dir->target);
out_free:
	kfree(dir);
	return err;
}

/*
 * Count the directory of @nr up by @users, or make it. -EAGAIN when the name is not
 * free yet: the one that has it is being removed, or was left by a process that has
 * gone. Such a one comes out in @stale, to be removed, and its users in @users:
 * whoever attached it will detach by the same number.
 */
static int dir_attach(pid_t nr, const struct mmscope_space *space,
		      unsigned int *users, struct mmscope_dir **stale)
{
	struct mmscope_dir *dir = dir_find(nr);

	if (!dir)
		return dir_add(nr, space, *users);
	if (!dir->users)
		return -EAGAIN;

	if (dir->target.mm == space->mm) {
		dir->users += *users;
		return 0;
	}

	/* The number was given to another, or its owner called exec. */
	if (atomic_read(&dir->target.mm->mm_users))
		return -EBUSY;
	*users += dir->users;
	dir->users = 0;
	*stale = dir;
	return -EAGAIN;
}

static int read_pid(const char __user *buf, size_t len, pid_t *nr)
{
	int err;

	if (len > 16)
		return -EINVAL;
	err = kstrtoint_from_user(buf, len, 10, nr);
	if (err)
		return err;
	return *nr > 0 ? 0 : -EINVAL;
}

/* That of the process, of whichever of its threads @pid is: a thread can end before it. */
static pid_t process_nr(struct pid *pid)
{
	const struct task_struct *task;
	pid_t nr;

	rcu_read_lock();
	task = pid_task(pid, PIDTYPE_PID);
	nr = task ? task->tgid : pid_nr(pid);
	rcu_read_unlock();
	return nr;
}

static ssize_t attach_write(struct file *file, const char __user *buf,
			    size_t len, loff_t *ppos)
{
	struct mmscope_dir *stale;
	struct mmscope_space space;
	unsigned int users = 1, removed;
	struct pid *pid;
	u32 rights;
	pid_t nr;
	int err;

	err = read_pid(buf, len, &nr);
	if (err)
		return err;

	pid = find_get_pid(nr);
	err = mmscope_space_grab(pid, &space);
	if (err)
		goto out_put;
	nr = space.pid;
	err = mmscope_target_rights(&space, pid, file, &rights);
	if (err)
		goto out_drop;

	do {
		stale = NULL;
		err = mutex_lock_killable(&dirs_lock);
		if (err)
			goto out_drop;
		err = dir_attach(nr, &space, &users, &stale);
		removed = nr_removed;
		mutex_unlock(&dirs_lock);
		if (stale)
			dir_remove(stale);
		else if (err == -EAGAIN &&
			 wait_event_killable(dir_gone,
					     READ_ONCE(nr_removed) != removed))
			err = -EINTR;
	} while (err == -EAGAIN);
out_drop:
	mmscope_space_drop(&space);
out_put:
	put_pid(pid);
	return err ?: len;
}

static ssize_t detach_write(struct file *file, const char __user *buf,
			    size_t len, loff_t *ppos)
{
	struct mmscope_dir *dir;
	pid_t nr, process;
	struct pid *pid;
	int err;

	err = read_pid(buf, len, &nr);
	if (err)
		return err;

	/* The process may be gone; its number then is the directory's own. */
	process = nr;
	pid = find_get_pid(nr);
	if (pid) {
		process = process_nr(pid);
		nr = pid_nr(pid);
	} else if (task_active_pid_ns(current) != &init_pid_ns) {
		return -ENOENT;
	}
	put_pid(pid);

	err = mutex_lock_killable(&dirs_lock);
	if (err)
		return err;
	/* First what bears the number, left there perhaps by one who had it before. */
	dir = dir_find(nr) ?: dir_find(process);
	if (!dir || !dir->users)
		err = -ENOENT;
	else if (--dir->users)
		dir = NULL;
	mutex_unlock(&dirs_lock);
	if (!err && dir)
		dir_remove(dir);
	return err ?: len;
}

static const struct file_operations attach_fops = {
	.owner = THIS_MODULE,
	.open = nonseekable_open,
	.write = attach_write,
};

static const struct file_operations detach_fops = {
	.owner = THIS_MODULE,
	.open = nonseekable_open,
	.write = detach_write,
};

static int version_show(struct seq_file *m, void *v)
{
	seq_printf(m, "mmscope %s api %d kernel %s\n", THIS_MODULE->version,
		   MMSCOPE_API_VERSION, init_utsname()->release);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(version);

/* Errors are not ours to handle: without debugfs the ioctls remain. */
void mmscope_debugfs_init(void)
{
	root = debugfs_create_dir("mmscope", NULL);
	debugfs_create_file("version", 0400, root, NULL, &version_fops);
	debugfs_create_file("attach", 0200, root, NULL, &attach_fops);
	debugfs_create_file("detach", 0200, root, NULL, &detach_fops);
}

void mmscope_debugfs_exit(void)
{
	struct mmscope_dir *dir, *next;

	/* First the files: afterwards nobody can add a directory. */
	debugfs_remove(root);
	list_for_each_entry_safe(dir, next, &dirs, node) {
		mmscope_target_drop(&dir->target);
		kfree(dir);
	}
}
