// SPDX-License-Identifier: GPL-2.0
/*
 * snap_open.c - open a snapshot file, check all of it, and find records in it
 *
 * Every checksum is compared before anything is answered. Memory is that of the
 * list of chunks and of one chunk of each kind.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snap.h"

int snap_read_at(int fd, __u64 offset, void *data, size_t len)
{
	char *to = data;
	ssize_t n;

	while (len) {
		n = pread(fd, to, len, (off_t)offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return -ENODATA;
		to += n;
		offset += n;
		len -= n;
	}
	return 0;
}

int snap_read_chunk(int fd, __u64 offset, struct snap_chunk *chunk, unsigned char **payload)
{
	unsigned char bytes[SNAP_CHUNK_SIZE];
	int err;

	err = snap_read_at(fd, offset, bytes, sizeof(bytes));
	if (err)
		return err;
	snap_chunk_decode(chunk, bytes);
	if (chunk->length > SNAP_PAYLOAD_MAX)
		return -EBADMSG;
	*payload = malloc(chunk->length ? chunk->length : 1);
	if (!*payload)
		return -ENOMEM;
	err = snap_read_at(fd, offset + sizeof(bytes), *payload, chunk->length);
	if (!err && !snap_chunk_is_sound(bytes, *payload, chunk))
		err = -EBADMSG;
	if (err) {
		free(*payload);
		*payload = NULL;
	}
	return err;
}

static int index_add(struct snap_index *index, const struct snap_chunk *chunk, __u64 offset)
{
	struct snap_ref *refs = index->refs;

	if (chunk->end < chunk->first ||
	    (index->nr && chunk->first < refs[index->nr - 1].end))
		return -EBADMSG;
	if (index->nr == index->size) {
		index->size = index->size ? index->size * 2 : 16;
		refs = realloc(refs, index->size * sizeof(*refs));
		if (!refs)
			return -ENOMEM;
		index->refs = refs;
	}
	refs[index->nr++] = (struct snap_ref){
		.offset = offset, .length = chunk->length, .nr = chunk->nr,
		.first = chunk->first, .end = chunk->end,
	};
	return 0;
}

static int kind_of(const struct snap_chunk *chunk)
{
	int kind;

	for (kind = 0; kind < SNAP_NR_KINDS; kind++)
		if (!strncmp(snap_schemas[kind].name, chunk->name, SNAP_NAME_SIZE))
			return kind;
	return -1;
}

/* Reads the file from end to end. */
static int check_all(struct snapshot *snap)
{
	unsigned char head[SNAP_HEAD_SIZE], more;
	__u64 offset = sizeof(head);
	struct snap_chunk chunk;
	unsigned char *payload;
	__u32 sequence = 0;
	int kind, err;

	err = snap_read_at(snap->fd, 0, head, sizeof(head));
	/* Too short for its head: truncated, if what is there is ours. */
	if (err)
		return err == -ENODATA ? -ENOEXEC : err;
	err = snap_head_check(head);
	if (err)
		return err;
	do {
		err = snap_read_chunk(snap->fd, offset, &chunk, &payload);
		if (err)
			return err;
		free(payload);
		if (chunk.sequence != sequence++ || !chunk.nr || chunk.nr > SNAP_RECORDS_MAX)
			return -EBADMSG;
		kind = kind_of(&chunk);
		if (kind >= 0)
			err = index_add(&snap->index[kind], &chunk, offset);
		if (err)
			return err;
		offset += SNAP_CHUNK_SIZE + chunk.length;
	} while (kind != SNAP_END);
	return snap_read_at(snap->fd, offset, &more, 1) ? 0 : -EBADMSG;
}

/* The text of a column into an array, terminated. */
static int take_text(const struct snap_value *v, char *to, size_t size)
{
	if (v->num >= size)
		return -EBADMSG;
	if (v->num)
		memcpy(to, v->text, v->num);
	to[v->num] = '\0';
	return 0;
}

static int take_name(struct snapshot *snap, const struct snap_value *values)
{
	__u64 class = values[SNAP_NAME_CLASS].num;
	struct mmscope_name *name;

	if (class >= MMSCOPE_NR_NAMES)
		return 0;	/* of a later version */
	if (snap->nr_names[class] == 64 || values[SNAP_NAME_BIT].num > 63)
		return -EBADMSG;
	name = &snap->names[class][snap->nr_names[class]++];
	name->bit = (__u32)values[SNAP_NAME_BIT].num;
	return take_text(&values[SNAP_NAME_NAME], name->name, sizeof(name->name));
}

static int take_level(struct snapshot *snap, const struct snap_value *values)
{
	struct mmscope_level_info *level = &snap->info.levels[snap->info.nr_levels];

	if (snap->info.nr_levels == MMSCOPE_NR_LEVELS)
		return -EBADMSG;
	snap_to_struct(SNAP_LEVELS, values, level);
	if (level->level >= MMSCOPE_NR_LEVELS || !level->shift || level->shift > 57 ||
	    !level->nr_entries || level->nr_entries > 1 << 14 ||
	    (level->nr_entries & (level->nr_entries - 1)) ||
	    (snap->info.nr_levels && (level[-1].shift <= level->shift ||
				      level[-1].level >= level->level)))
		return -EBADMSG;
	snap->info.nr_levels++;
	return 0;
}

static int take_mm(struct snapshot *snap, const struct snap_value *values)
{
	const struct snap_value *cpus = &values[SNAP_MM_CPUMASK];

	snap_to_struct(SNAP_MM, values, &snap->mm);
	if (cpus->num > sizeof(snap->cpumask))
		return -EBADMSG;
	snap->cpumask_size = cpus->num;
	if (cpus->num)
		memcpy(snap->cpumask, cpus->text, cpus->num);
	snap->mm.exe_size = values[SNAP_MM_EXE].num ? (__u32)values[SNAP_MM_EXE].num + 1 : 0;
	return take_text(&values[SNAP_MM_EXE], snap->exe, sizeof(snap->exe));
}

/* A record of the kinds that are kept whole. */
static int take(struct snapshot *snap, enum snap_kind kind, const struct snap_value *values)
{
	struct mmscope_info *info = &snap->info;
	int err;

	switch (kind) {
	case SNAP_PROCESS:
		snap_to_struct(kind, values, &snap->process);
		snap->time_ns = values[SNAP_PROCESS_TIME].num;
		return take_text(&values[SNAP_PROCESS_COMM], snap->comm, sizeof(snap->comm));
	case SNAP_INFO:
		snap_to_struct(kind, values, info);
		err = take_text(&values[SNAP_INFO_RELEASE], info->release, sizeof(info->release));
		if (!err)
			err = take_text(&values[SNAP_INFO_ARCH], info->arch, sizeof(info->arch));
		if (info->page_size < 1024 || (info->page_size & (info->page_size - 1)) ||
		    info->va_bits > 63)
			err = -EBADMSG;
		return err;
	case SNAP_LEVELS:
		return take_level(snap, values);
	case SNAP_NAMES:
		return take_name(snap, values);
	case SNAP_MM:
		return take_mm(snap, values);
	case SNAP_AUXV:
		if (snap->mm.nr_auxv == MMSCOPE_AUXV_MAX)
			return -EBADMSG;
		snap->mm.auxv[snap->mm.nr_auxv++] = values[0].num;
		return 0;
	case SNAP_TASK_SUMS:
	case SNAP_STORE:
	case SNAP_VMOP_TABLES:
		return snap_lists_take(&snap->lists, kind, values);
	default:
		snap_to_struct(kind, values, &snap->end);
		return 0;
	}
}

static bool is_optional(enum snap_kind kind)
{
	return kind == SNAP_AUXV || kind == SNAP_TASK_SUMS || kind == SNAP_STORE ||
	       kind == SNAP_VMOP_TABLES;
}

static int load_whole(struct snapshot *snap, enum snap_kind kind)
{
	const struct snap_index *index = &snap->index[kind];
	unsigned char *payload;
	struct snap_chunk chunk;
	struct snap_reader r;
	unsigned int i;
	size_t ref;
	int err = 0;

	if (!index->nr)
		return is_optional(kind) ? 0 : -EBADMSG;
	for (ref = 0; ref < index->nr && !err; ref++) {
		err = snap_read_chunk(snap->fd, index->refs[ref].offset, &chunk, &payload);
		if (err)
			break;
		err = snap_reader_init(&r, kind, payload, chunk.length);
		for (i = 0; i < chunk.nr && !err; i++) {
			err = snap_reader_next(&r);
			if (!err)
				err = take(snap, kind, r.values);
		}
		free(payload);
	}
	return err;
}

/* The last level has pages of the base size. */
static int check_levels(const struct snapshot *snap)
{
	const struct mmscope_info *info = &snap->info;

	if (!info->nr_levels || 1ULL << info->levels[info->nr_levels - 1].shift != info->page_size)
		return -EBADMSG;
	return 0;
}

MMSCOPE_API int mmscope_snapshot_open(const char *path, struct mmscope **ret)
{
	static const enum snap_kind whole[] = {
		SNAP_PROCESS, SNAP_INFO, SNAP_LEVELS, SNAP_NAMES, SNAP_MM, SNAP_AUXV, SNAP_END,
		SNAP_TASK_SUMS, SNAP_STORE, SNAP_VMOP_TABLES,
	};
	struct snapshot *snap = calloc(1, sizeof(*snap));
	struct stat st;
	size_t i;
	int err;

	if (!snap)
		return mmscope_fail(ENOMEM);
	pthread_mutex_init(&snap->lock, NULL);
	for (i = 0; i < SNAP_NR_KINDS; i++)
		snap->index[i].loaded = -1;
	/* To open a FIFO or a device could wait, or do something. */
	snap->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	err = snap->fd < 0 || fstat(snap->fd, &st) ? -errno : 0;
	if (!err)
		err = S_ISREG(st.st_mode) ? check_all(snap) : -ENOEXEC;
	for (i = 0; i < ARRAY_SIZE(whole) && !err; i++)
		err = load_whole(snap, whole[i]);
	if (!err)
		err = check_levels(snap);
	if (!err)
		err = mmscope_open_fd(snap->fd, ret);
	if (err) {
		if (snap->fd >= 0)
			close(snap->fd);
		snapshot_free(snap);
		return mmscope_fail(-err);
	}
	(*ret)->snapshot = snap;
	return 0;
}

void snapshot_free(struct snapshot *snap)
{
	size_t i;

	if (!snap)
		return;
	for (i = 0; i < SNAP_NR_KINDS; i++) {
		free(snap->index[i].refs);
		free(snap->index[i].payload);
		free(snap->index[i].items);
	}
	snap_lists_free(&snap->lists);
	pthread_mutex_destroy(&snap->lock);
	free(snap);
}

MMSCOPE_API int mmscope_snapshot_about(struct mmscope *ms, struct mmscope_snapshot_about *about)
{
	const struct snapshot *snap = ms->snapshot;

	if (!snap)
		return mmscope_fail(EINVAL);
	memset(about, 0, sizeof(*about));
	about->pid = (pid_t)snap->process.pid;
	about->rights = snap->process.rights;
	about->pages = !!snap->process.pages;
	about->time_ns = snap->time_ns;
	about->lock = snap->end.lock;
	memcpy(about->comm, snap->comm, sizeof(about->comm) - 1);
	return 0;
}

/**
 * struct decoding - what the records of a chunk are relative to
 * @last_end: end of the item before
 * @changed: columns that differ from the item before; all for the first
 * @ext: the extent before
 * @num: the last pa of a table, or value of a page
 * @level: of the tables
 */
struct decoding {
	__u64 last_end;
	__u64 changed;
	struct mmscope_extent ext;
	__u64 num;
	const struct mmscope_level_info *level;
};

static int decode_vma(const struct snap_value *v, struct decoding *d, struct snap_vma *item)
{
	memset(item, 0, sizeof(*item));
	snap_to_struct(SNAP_VMAS, v, &item->vma);
	item->start = d->last_end + v[SNAP_VMA_GAP].num;
	item->end = item->start + v[SNAP_VMA_LENGTH].num;
	item->vma.start = item->start;
	item->vma.end = item->end;
	item->path = v[SNAP_VMA_PATH];
	item->name = v[SNAP_VMA_NAME];
	item->ops = v[SNAP_VMA_OPS];
	/* Together they fit the longest record of the contract. */
	if (item->path.num + item->name.num + item->ops.num + 3 + sizeof(item->vma) + 8 >
	    MMSCOPE_VMA_RECORD_MAX)
		return -EBADMSG;
	return 0;
}

static int decode_table(const struct snap_value *v, struct decoding *d, struct snap_table *item)
{
	__u64 span;

	if (!d->level)
		return -EBADMSG;
	span = (__u64)d->level->nr_entries << d->level->shift;
	item->start = d->last_end + v[SNAP_TABLE_GAP].num;
	item->end = item->start + span;
	item->pa = d->num + v[SNAP_TABLE_JUMP].num;
	item->entry = v[SNAP_TABLE_ENTRY].num;
	if (item->entry != MMSCOPE_HIDDEN)
		item->entry += item->pa;
	item->flags = v[SNAP_TABLE_FLAGS].num;
	d->num = item->pa;
	return item->start & (span - 1) ? -EBADMSG : 0;
}

static int decode_extent(const struct snapshot *snap, const struct snap_value *v,
			 struct decoding *d, struct snap_extent *item)
{
	struct mmscope_extent *ext = &d->ext;
	__u64 expected = ext->pa;

	if (expected != MMSCOPE_HIDDEN)
		expected += snap_distance(ext, ext->end, snap->info.page_size);
	/* The other columns mostly stay as they are. */
	if (d->changed & ~SNAP_EXTENT_RELATIVE) {
		snap_to_struct(SNAP_EXTENTS, v, ext);
		if (ext->status >= MMSCOPE_NR_STATUS || ext->level >= MMSCOPE_NR_LEVELS ||
		    ext->page_shift > 57 || 1ULL << ext->page_shift < snap->info.page_size)
			return -EBADMSG;
	}
	ext->start = ext->end + v[SNAP_EXTENT_GAP].num;
	ext->end = ext->start + v[SNAP_EXTENT_LENGTH].num;
	ext->pa = expected + v[SNAP_EXTENT_JUMP].num;
	item->ext = *ext;
	item->entry = v[SNAP_EXTENT_ENTRY].num;
	item->step = v[SNAP_EXTENT_STEP].num;
	if (item->entry != MMSCOPE_HIDDEN && snap_has_frame(ext->status))
		item->entry += ext->pa;
	return 0;
}

static int decode_pages(const struct snapshot *snap, const struct snap_value *v,
			struct decoding *d, struct snap_pages *item)
{
	__u64 nr = v[SNAP_PAGE_COUNT].num;

	memset(item, 0, sizeof(*item));
	snap_to_struct(SNAP_PAGES, v, &item->first);
	item->start = d->last_end + v[SNAP_PAGE_GAP].num;
	item->end = item->start + nr * snap->info.page_size;
	item->step = v[SNAP_PAGE_STEP].num;
	item->folio_step = v[SNAP_PAGE_FOLIO_STEP].num;
	item->first.va = item->start;
	item->first.value = d->num + v[SNAP_PAGE_JUMP].num;
	item->first.folio_index = (__u32)v[SNAP_PAGE_FOLIO].num;
	d->num = item->first.value + (nr - 1) * item->step;
	if (!nr || nr > ~0ULL / snap->info.page_size || item->step > 1 || item->folio_step > 1 ||
	    item->first.status >= MMSCOPE_NR_STATUS || item->first.level >= MMSCOPE_NR_LEVELS)
		return -EBADMSG;
	return 0;
}

static void decode_vmops(const struct snap_value *v, const struct decoding *d,
			 struct snap_vmops *item)
{
	item->start = d->last_end + v[SNAP_VMOPS_GAP].num;
	item->end = item->start + v[SNAP_VMOPS_LENGTH].num;
	item->table = v[SNAP_VMOPS_TABLE].num;
}

static size_t item_size(enum snap_kind kind)
{
	switch (kind) {
	case SNAP_VMAS:
		return sizeof(struct snap_vma);
	case SNAP_EXTENTS:
		return sizeof(struct snap_extent);
	case SNAP_STATS:
		return sizeof(struct mmscope_stat);
	case SNAP_PAGES:
		return sizeof(struct snap_pages);
	case SNAP_VMOPS:
		return sizeof(struct snap_vmops);
	default:
		return sizeof(struct snap_table);
	}
}

static int decode(const struct snapshot *snap, enum snap_kind kind, const struct snap_value *values,
		  struct decoding *d, unsigned char *to)
{
	const struct snap_item *item = (const struct snap_item *)to;
	int err = 0;

	switch (kind) {
	case SNAP_VMAS:
		err = decode_vma(values, d, (struct snap_vma *)to);
		break;
	case SNAP_EXTENTS:
		err = decode_extent(snap, values, d, (struct snap_extent *)to);
		break;
	case SNAP_STATS:
		snap_to_struct(kind, values, to);
		break;
	case SNAP_PAGES:
		err = decode_pages(snap, values, d, (struct snap_pages *)to);
		break;
	case SNAP_VMOPS:
		decode_vmops(values, d, (struct snap_vmops *)to);
		break;
	default:
		err = decode_table(values, d, (struct snap_table *)to);
	}
	if (err || item->start < d->last_end || item->end <= item->start ||
	    (item->start | item->end) & (snap->info.page_size - 1))
		return -EBADMSG;
	d->last_end = item->end;
	return 0;
}

static const struct mmscope_level_info *level_of(const struct snapshot *snap, enum snap_kind kind)
{
	unsigned int i;

	for (i = 0; i < snap->info.nr_levels; i++)
		if ((int)kind == SNAP_TABLES + snap->info.levels[i].level)
			return &snap->info.levels[i];
	return NULL;
}

/* Makes a chunk the loaded one of its kind. */
static int load(struct snapshot *snap, enum snap_kind kind, size_t nr)
{
	struct snap_index *index = &snap->index[kind];
	struct decoding d = { .level = level_of(snap, kind) };
	size_t size = item_size(kind);
	struct snap_chunk chunk;
	struct snap_reader r;
	unsigned char *payload;
	int err;

	if (index->loaded == (ssize_t)nr)
		return 0;
	err = snap_read_chunk(snap->fd, index->refs[nr].offset, &chunk, &payload);
	if (err)
		return err == -ENODATA ? -EBADMSG : err;
	index->loaded = -1;
	free(index->payload);
	index->payload = payload;
	if (!index->items)
		index->items = malloc(SNAP_RECORDS_MAX * size);
	if (!index->items)
		return -ENOMEM;
	if (chunk.nr > SNAP_RECORDS_MAX)
		return -EBADMSG;
	err = snap_reader_init(&r, kind, payload, chunk.length);
	for (index->nr_items = 0; index->nr_items < chunk.nr && !err; index->nr_items++) {
		err = snap_reader_next(&r);
		d.changed = index->nr_items ? r.changed : ~0ULL;
		if (!err)
			err = decode(snap, kind, r.values, &d,
				     index->items + index->nr_items * size);
	}
	/* What the index promises, or a search would not find what is there. */
	if (!err && (((struct snap_item *)index->items)->start != index->refs[nr].first ||
		     d.last_end != index->refs[nr].end))
		err = -EBADMSG;
	if (!err)
		index->loaded = (ssize_t)nr;
	return err;
}

static const void *item_at(const struct snap_cursor *c, size_t nr)
{
	return c->snap->index[c->kind].items + nr * c->size;
}

static int fetch(struct snap_cursor *c)
{
	const struct snap_index *index = &c->snap->index[c->kind];
	int err;

	c->at = NULL;
	while (c->chunk < index->nr) {
		err = load(c->snap, c->kind, c->chunk);
		if (err)
			return err;
		if (c->item < index->nr_items) {
			c->at = item_at(c, c->item);
			return 1;
		}
		c->chunk++;
		c->item = 0;
	}
	return 0;
}

int snap_seek(struct snap_cursor *c, struct snapshot *snap, enum snap_kind kind, __u64 va)
{
	const struct snap_index *index = &snap->index[kind];
	size_t low = 0, high = index->nr, mid;
	int err;

	*c = (struct snap_cursor){ .snap = snap, .kind = kind, .size = item_size(kind) };
	while (low < high) {
		mid = low + (high - low) / 2;
		if (index->refs[mid].end > va)
			high = mid;
		else
			low = mid + 1;
	}
	c->chunk = low;
	if (low == index->nr)
		return 0;
	err = load(snap, kind, low);
	if (err)
		return err;
	low = 0;
	high = index->nr_items;
	while (low < high) {
		mid = low + (high - low) / 2;
		if (((const struct snap_item *)item_at(c, mid))->end > va)
			high = mid;
		else
			low = mid + 1;
	}
	c->item = low;
	return fetch(c);
}

int snap_next(struct snap_cursor *c)
{
	const struct snap_index *index = &c->snap->index[c->kind];

	c->item++;
	if (index->loaded != (ssize_t)c->chunk || c->item >= index->nr_items)
		return fetch(c);
	c->at = (const char *)c->at + c->size;
	return 1;
}

int snap_prev(struct snap_cursor *c)
{
	int err;

	if (!c->item) {
		c->at = NULL;
		if (!c->chunk)
			return 0;
		err = load(c->snap, c->kind, --c->chunk);
		if (err)
			return err;
		c->item = c->snap->index[c->kind].nr_items;
	}
	c->item--;
	return fetch(c);
}
