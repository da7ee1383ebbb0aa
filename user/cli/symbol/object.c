// SPDX-License-Identifier: GPL-2.0
/*
 * object.c - what is mapped in a target, by name
 *
 * A file is opened through /proc/PID/map_files, which leads to the mapped file
 * itself whatever has become of its name; that needs a capability. Else by its name
 * below /proc/PID/root, which is where the target's own mount namespace begins, and
 * only if the inode is still the one that is mapped. The vDSO is no file: its bytes are
 * read from the memory of the target.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "../mapping.h"
#include "../render/memory.h"
#include "debug_file.h"
#include "object.h"

#define DELETED	" (deleted)"
#define VDSO	"[vdso]"

/* No vDSO is longer; what a hostile target claims can be. */
#define VDSO_MAX	(1 << 18)

#ifndef BTRFS_SUPER_MAGIC
#define BTRFS_SUPER_MAGIC 0x9123683E
#endif

static const char *keep_path(struct names *names, const struct mmscope_vma *vma, bool deleted)
{
	const char *path = mmscope_vma_path(vma), *kept;
	size_t len = strlen(path), tail = strlen(DELETED);
	struct strbuf name = { 0 };

	if (!deleted || len <= tail || strcmp(path + len - tail, DELETED))
		return names_keep(names, path);
	strbuf_add(&name, path, len - tail);
	kept = names_keep(names, name.data);
	strbuf_free(&name);
	return kept;
}

static struct object *find_object(struct object_list *list, const struct mmscope_vma *vma)
{
	struct file_id id = {
		.dev = (__u64)vma->dev_major << 32 | vma->dev_minor, .ino = vma->ino,
	};
	size_t *number = fileset_number(&list->files, id);

	if (*number)
		return &list->objects[*number - 1];
	list->objects = more_room(list->objects, list->nr, sizeof(*list->objects));
	list->objects[list->nr] = (struct object){
		.id = id,
		.deleted = vma->attrs & MMSCOPE_VMA_DELETED,
		.path = keep_path(&list->names, vma, vma->attrs & MMSCOPE_VMA_DELETED),
	};
	*number = ++list->nr;
	return &list->objects[*number - 1];
}

static void add_file(struct object_list *list, const struct mmscope_vma *vma, __u64 exec)
{
	struct object *object = find_object(list, vma);

	object->program |= vma->kind == MMSCOPE_KIND_TEXT || vma->kind == MMSCOPE_KIND_RODATA ||
			   vma->kind == MMSCOPE_KIND_DATA;
	object->code |= vma->vm_flags & exec;
	object->spans = more_room(object->spans, object->nr_spans, sizeof(*object->spans));
	object->spans[object->nr_spans++] = (struct span){
		.start = vma->start, .end = vma->end, .vm_flags = vma->vm_flags,
		.offset = vma->pgoff * list->target->info.page_size,
	};
}

static void add_vdso(struct object_list *list, const struct mmscope_vma *vma)
{
	struct object *object;

	list->objects = more_room(list->objects, list->nr, sizeof(*list->objects));
	object = &list->objects[list->nr++];
	*object = (struct object){ .path = VDSO, .memory = true };
	object->spans = more_room(NULL, 0, sizeof(*object->spans));
	object->spans[object->nr_spans++] = (struct span){
		.start = vma->start, .end = vma->end, .vm_flags = vma->vm_flags,
	};
}

static void add_part(struct object_list *list, const struct mmscope_vma *vma)
{
	list->parts = more_room(list->parts, list->nr_parts, sizeof(*list->parts));
	list->parts[list->nr_parts++] = (struct part){
		.name = names_of(&list->names, vma), .start = vma->start, .end = vma->end,
	};
}

static int by_name(const void *pa, const void *pb)
{
	const struct part *a = pa, *b = pb;
	uintptr_t x = (uintptr_t)a->name, y = (uintptr_t)b->name;

	/* Equal names are one. */
	return x != y ? (x > y) - (x < y) : (a->start > b->start) - (a->start < b->start);
}

/* Of each name the first part, with what follows it at once. */
static void join_parts(struct object_list *list)
{
	size_t i, nr = 0;

	if (list->nr_parts)
		qsort(list->parts, list->nr_parts, sizeof(*list->parts), by_name);
	for (i = 0; i < list->nr_parts; i++) {
		const struct part *part = &list->parts[i];
		struct part *last = nr ? &list->parts[nr - 1] : NULL;

		if (!last || last->name != part->name)
			list->parts[nr++] = *part;
		else if (last->end == part->start)
			last->end = part->end;
		else
			last->more = true;
	}
	list->nr_parts = nr;
}

int object_list_load(struct object_list *list, const struct target *target)
{
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	struct vm_bits bits;
	int ret;

	*list = (struct object_list){ .target = target };
	ret = mmscope_vma_iter_new(target->ms, NULL, &iter);
	if (ret)
		return ret;
	vm_bits_load(target, &bits);
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0) {
		if (vma->kind == MMSCOPE_KIND_VDSO)
			add_vdso(list, vma);
		if (mmscope_vma_name(vma))
			add_part(list, vma);
		else if (mmscope_vma_path(vma))
			add_file(list, vma, bits.exec);
	}
	join_parts(list);
	list->lock = *mmscope_vma_iter_lock(iter);
	mmscope_vma_iter_free(iter);
	return ret;
}

void object_list_free(struct object_list *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++) {
		elf_file_close(list->objects[i].elf);
		elf_file_close(list->objects[i].debug);
		strbuf_free(&list->objects[i].sought);
		free(list->objects[i].biases);
		free(list->objects[i].spans);
	}
	fileset_free(&list->files);
	names_free(&list->names);
	free(list->objects);
	free(list->parts);
	*list = (struct object_list){ 0 };
}

const char *object_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Opening a device or a FIFO could do something: only a regular file is opened. */
static int open_regular(int dir, const char *path, struct stat *st)
{
	int fd;

	if (fstatat(dir, path, st, 0))
		return -errno;
	if (!S_ISREG(st->st_mode))
		return -ENOEXEC;
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, st) && S_ISREG(st->st_mode))
		return fd;
	close(fd);
	return -ENOEXEC;
}

static int open_by_map_files(const struct object_list *list, const struct object *object)
{
	char path[96];
	struct stat st;
	int fd = -ENOENT;
	size_t i;

	/* The number is of another time, and may be another process's now. */
	if (list->target->recorded)
		return -ENOENT;
	/* A VMA can have been split since; one of them is mostly as it was. */
	for (i = 0; i < object->nr_spans && fd == -ENOENT; i++) {
		snprintf(path, sizeof(path), "/proc/%d/map_files/%llx-%llx", list->target->pid,
			 object->spans[i].start, object->spans[i].end);
		fd = open_regular(AT_FDCWD, path, &st);
	}
	return fd;
}

/*
 * Is it the mapped file? Overlayfs and btrfs give stat() another device number than
 * the superblock has, which is what the kernel lists with a mapping.
 */
static bool is_same_file(int fd, const struct stat *st, struct file_id id)
{
	struct statfs fs;

	if (st->st_ino != id.ino)
		return false;
	if (major(st->st_dev) == id.dev >> 32 && minor(st->st_dev) == (__u32)id.dev)
		return true;
	return !fstatfs(fd, &fs) &&
	       (fs.f_type == OVERLAYFS_SUPER_MAGIC || fs.f_type == BTRFS_SUPER_MAGIC);
}

static int open_by_name(const struct object_list *list, const struct object *object)
{
	struct strbuf path = { 0 };
	struct stat st;
	int fd;

	if (object->deleted)
		return -ENOENT;
	if (!list->target->recorded)
		strbuf_printf(&path, "/proc/%d/root", list->target->pid);
	strbuf_puts(&path, object->path);
	fd = open_regular(AT_FDCWD, path.data, &st);
	strbuf_free(&path);
	if (fd >= 0 && !is_same_file(fd, &st, object->id)) {
		close(fd);
		return -ESTALE;
	}
	return fd == -EPERM ? -EACCES : fd;
}

/* A copy of the vDSO, or -errno; -ESRCH when the target is gone. */
static int open_by_memory(const struct object_list *list, const struct object *object)
{
	const struct span *span = &object->spans[0];
	size_t len = span->end - span->start;
	struct mmscope_mm mm;
	unsigned char *bytes;
	char path[32];
	ssize_t n;
	int fd;

	if (list->target->recorded)
		return -EOPNOTSUPP;
	snprintf(path, sizeof(path), "/proc/%d/mem", list->target->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == EPERM ? -EACCES : -errno;
	if (len > VDSO_MAX)
		len = VDSO_MAX;
	bytes = zalloc(len);
	n = pread(fd, bytes, len, (off_t)span->start);
	n = n < 0 ? -errno : n;
	close(fd);
	/*
	 * Without an address space the number is mostly nobody's, or somebody else's.
	 * (Where another process has that memory, too, it can be somebody else's still.)
	 */
	if (mmscope_mm(list->target->ms, &mm, NULL))
		n = -ESRCH;
	fd = n > 0 ? memfd_create("vdso", MFD_CLOEXEC) : n ? (int)n : -EIO;
	if (fd >= 0 && write(fd, bytes, (size_t)n) != n) {
		close(fd);
		fd = -EIO;
	}
	free(bytes);
	return fd;
}

static int is_in_span(const void *key, const void *element)
{
	const struct span *span = element;
	__u64 at = *(const __u64 *)key;

	return at < span->start ? -1 : at >= span->end;
}

/* Of the segments that come from the file, how many are where @bias would put them? */
static size_t count_fits(const struct object *object, __u64 bias, __u64 mask)
{
	const struct elf_segment *seg;
	size_t i, nr, fits = 0;

	seg = elf_file_segments(object->elf, &nr);
	for (i = 0; i < nr; i++) {
		__u64 at = (seg[i].vaddr & ~mask) + bias;
		const struct span *span = bsearch(&at, object->spans, object->nr_spans,
						  sizeof(*span), is_in_span);

		fits += seg[i].file_size && span &&
			at - span->start + span->offset == (seg[i].offset & ~mask);
	}
	return fits;
}

static bool has_bias(const struct object *object, __u64 bias)
{
	size_t i;

	for (i = 0; i < object->nr_biases; i++)
		if (object->biases[i] == bias)
			return true;
	return false;
}

/*
 * Where is it loaded? Each mapping could be any segment that begins on its first
 * page of the file; believed are the biases that put most segments in place. More
 * than one: the file is loaded several times (dlmopen()).
 */
static void find_biases(const struct object_list *list, struct object *object)
{
	__u64 mask = list->target->info.page_size - 1, bias;
	const struct elf_segment *seg;
	size_t best = 0, fits, i, j, nr;

	seg = elf_file_segments(object->elf, &nr);
	for (i = 0; i < object->nr_spans; i++)
		for (j = 0; j < nr; j++) {
			if (object->spans[i].offset != (seg[j].offset & ~mask))
				continue;
			bias = object->spans[i].start - (seg[j].vaddr & ~mask);
			if (has_bias(object, bias))
				continue;
			fits = count_fits(object, bias, mask);
			if (fits > best) {
				best = fits;
				object->nr_biases = 0;
			}
			if (!fits || fits < best)
				continue;
			object->biases = more_room(object->biases, object->nr_biases,
						   sizeof(*object->biases));
			object->biases[object->nr_biases++] = bias;
		}
}

int object_elf(const struct object_list *list, struct object *object)
{
	int fd;

	if (object->tried)
		return object->error;
	object->tried = true;
	if (object->memory)
		fd = open_by_memory(list, object);
	else
		fd = open_by_map_files(list, object);
	if (!object->memory && (fd == -EPERM || fd == -EACCES || fd == -ENOENT))
		fd = open_by_name(list, object);
	object->error = fd < 0 ? fd : elf_file_open(fd, &object->elf);
	if (!object->error)
		find_biases(list, object);
	return object->error;
}

struct elf_file *object_debug(const struct object_list *list, struct object *object)
{
	char path[32] = "/";
	int root;

	if (object->sought_debug || !object->elf || object->memory ||
	    !elf_file_is_stripped(object->elf))
		return object->debug;
	object->sought_debug = true;
	if (!list->target->recorded)
		snprintf(path, sizeof(path), "/proc/%d/root", list->target->pid);
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return NULL;
	debug_file_open(root, object->path, object->elf, &object->debug, &object->sought);
	close(root);
	return object->debug;
}
