// SPDX-License-Identifier: GPL-2.0
/*
 * snap_format.c - the form of a snapshot file: which records there are, and their bytes
 *
 * Knows neither files nor the device. A payload that is read can hold anything.
 */
#include "snap_format.h"

#include <stdlib.h>
#include <string.h>

#include "crc32c.h"

#define NUMBER(column)		{ .name = column }
#define TEXT(column)		{ .name = column, .text = true }
#define FIELD(type, field)	{ .name = #field, .offset = offsetof(struct type, field), \
				  .width = sizeof(((struct type *)NULL)->field) }
#define HIDDEN(type, field)	{ .name = #field, .offset = offsetof(struct type, field), \
				  .width = sizeof(((struct type *)NULL)->field), \
				  .absent = MMSCOPE_HIDDEN }

static const struct snap_column process_columns[] = {
	[SNAP_PROCESS_COMM] = TEXT("comm"),
	[SNAP_PROCESS_TIME] = NUMBER("time_ns"),
	FIELD(snap_process, pid), FIELD(snap_process, rights), FIELD(snap_process, pages),
};

static const struct snap_column info_columns[] = {
	[SNAP_INFO_RELEASE] = TEXT("release"),
	[SNAP_INFO_ARCH] = TEXT("arch"),
	FIELD(mmscope_info, api_version), FIELD(mmscope_info, page_size),
	FIELD(mmscope_info, va_bits), FIELD(mmscope_info, features),
	FIELD(mmscope_info, max_batch),
};

static const struct snap_column level_columns[] = {
	FIELD(mmscope_level_info, level), FIELD(mmscope_level_info, shift),
	FIELD(mmscope_level_info, nr_entries), FIELD(mmscope_level_info, leaf),
};

static const struct snap_column name_columns[] = {
	[SNAP_NAME_CLASS] = NUMBER("class"),
	[SNAP_NAME_BIT] = NUMBER("bit"),
	[SNAP_NAME_NAME] = TEXT("name"),
};

#define MM(field) FIELD(mmscope_mm, field)
static const struct snap_column mm_columns[] = {
	[SNAP_MM_EXE] = TEXT("exe"),
	[SNAP_MM_CPUMASK] = TEXT("cpumask"),
	MM(start_code), MM(end_code), MM(start_data), MM(end_data), MM(start_brk), MM(brk),
	MM(start_stack), MM(arg_start), MM(arg_end), MM(env_start), MM(env_end), MM(mmap_base),
	MM(mmap_legacy_base), MM(task_size), MM(mmap_legacy), MM(owner_pid),
	HIDDEN(mmscope_mm, pgd_pa), MM(mm_users), MM(mm_count), MM(map_count), MM(total_vm),
	MM(locked_vm), MM(pinned_vm), MM(data_vm),
	MM(exec_vm), MM(stack_vm), MM(rss_anon), MM(rss_file), MM(rss_shmem), MM(swap),
	MM(hiwater_rss), MM(hiwater_vm), MM(pgtables_bytes), MM(def_flags), MM(mm_flags),
	MM(arch_ctx), MM(arch_gen), MM(nr_cpus),
};

static const struct snap_column auxv_columns[] = { NUMBER("value") };

#define VMA(field) FIELD(mmscope_vma, field)
static const struct snap_column vma_columns[] = {
	[SNAP_VMA_GAP] = NUMBER("gap"),
	[SNAP_VMA_LENGTH] = NUMBER("length"),
	[SNAP_VMA_PATH] = TEXT("path"),
	[SNAP_VMA_NAME] = TEXT("name"),
	[SNAP_VMA_OPS] = TEXT("ops"),
	VMA(pgoff), VMA(vm_flags), HIDDEN(mmscope_vma, page_prot), VMA(attrs), VMA(kind), VMA(ino),
	VMA(dev_major), VMA(dev_minor), VMA(page_size),
};

static const struct snap_column table_columns[] = {
	[SNAP_TABLE_GAP] = NUMBER("gap"),
	[SNAP_TABLE_JUMP] = NUMBER("jump"),
	[SNAP_TABLE_ENTRY] = { .name = "entry", .absent = MMSCOPE_HIDDEN },
	[SNAP_TABLE_FLAGS] = NUMBER("flags"),
};

#define EXTENT(field) FIELD(mmscope_extent, field)
static const struct snap_column extent_columns[] = {
	[SNAP_EXTENT_GAP] = NUMBER("gap"),
	[SNAP_EXTENT_LENGTH] = NUMBER("length"),
	[SNAP_EXTENT_JUMP] = NUMBER("jump"),
	[SNAP_EXTENT_ENTRY] = { .name = "entry", .absent = MMSCOPE_HIDDEN },
	[SNAP_EXTENT_STEP] = NUMBER("step"),
	EXTENT(flags), EXTENT(status), EXTENT(level), EXTENT(page_shift), EXTENT(swap_type),
};

#define STAT(field) FIELD(mmscope_stat, field)
static const struct snap_column stat_columns[] = {
	[SNAP_STAT_START] = STAT(start), [SNAP_STAT_END] = STAT(end), STAT(vss), STAT(rss),
	STAT(pss), STAT(pss_dirty), STAT(pss_anon), STAT(pss_file), STAT(pss_shmem),
	STAT(pss_locked), STAT(shared_clean), STAT(shared_dirty), STAT(private_clean),
	STAT(private_dirty), STAT(referenced), STAT(anonymous), STAT(lazyfree), STAT(ksm),
	STAT(anon_huge), STAT(shmem_huge), STAT(file_huge), STAT(large_folio),
	STAT(shared_hugetlb), STAT(private_hugetlb), STAT(swap), STAT(nr_vmas),
};

#define PAGE(field) FIELD(mmscope_page, field)
static const struct snap_column page_columns[] = {
	[SNAP_PAGE_GAP] = NUMBER("gap"),
	[SNAP_PAGE_COUNT] = NUMBER("count"),
	[SNAP_PAGE_JUMP] = NUMBER("jump"),
	[SNAP_PAGE_STEP] = NUMBER("step"),
	[SNAP_PAGE_FOLIO] = NUMBER("folio_index"),
	[SNAP_PAGE_FOLIO_STEP] = NUMBER("folio_step"),
	HIDDEN(mmscope_page, kpf), HIDDEN(mmscope_page, mapcount),
	HIDDEN(mmscope_page, refcount), PAGE(flags), PAGE(swap_type), PAGE(attrs), PAGE(status),
	PAGE(level), PAGE(type), PAGE(order), PAGE(zone), PAGE(node),
};

#define SUM(field) FIELD(mmscope_tasks, field)
static const struct snap_column task_sum_columns[] = {
	SUM(mm_users), SUM(users_threads), SUM(users_workers), SUM(mm_count), SUM(count_users),
	SUM(count_adopted), SUM(count_lazy), SUM(count_handles), SUM(count_khugepaged),
	SUM(count_ksm), SUM(changed),
};

#define TASK(field) FIELD(mmscope_task, field)
static const struct snap_column task_columns[] = {
	[SNAP_TASK_COMM] = TEXT("comm"),
	[SNAP_TASK_MM_COMM] = TEXT("mm_comm"),
	TASK(pid), TASK(tgid), TASK(mm_pid), TASK(cpu), TASK(flags), TASK(mm_use), TASK(mm_of),
	TASK(state),
};

static const struct snap_column store_columns[] = {
	FIELD(mmscope_store, kind), FIELD(mmscope_store, height), FIELD(mmscope_store, attrs),
	FIELD(mmscope_store, nr_vmas),
};

#define NODE(field) FIELD(mmscope_store_node, field)
static const struct snap_column node_columns[] = {
	NODE(min), NODE(max), HIDDEN(mmscope_store_node, node), NODE(nr_slots), NODE(depth),
	NODE(type), NODE(nr_possible), NODE(attrs),
};

static const struct snap_column slot_columns[] = {
	[SNAP_SLOT_LENGTH] = NUMBER("length"),
	[SNAP_SLOT_BEFORE] = NUMBER("before"),
	[SNAP_SLOT_AFTER] = NUMBER("after"),
	FIELD(mmscope_store_slot, kind), FIELD(mmscope_store_slot, gap),
};

static const struct snap_column vmop_table_columns[] = {
	[SNAP_VMOP_TABLE_OPS] = TEXT("ops"),
	[SNAP_VMOP_TABLE_SYMBOLS] = TEXT("symbols"),
	[SNAP_VMOP_TABLE_HAS] = NUMBER("has_ops"),
	[SNAP_VMOP_TABLE_SET] = NUMBER("set"),
};

static const struct snap_column vmops_columns[] = {
	[SNAP_VMOPS_GAP] = NUMBER("gap"),
	[SNAP_VMOPS_LENGTH] = NUMBER("length"),
	[SNAP_VMOPS_TABLE] = NUMBER("table"),
};

#define LOCK(field) { .name = #field, .offset = offsetof(struct snap_end, lock.field), \
		      .width = sizeof(((struct snap_end *)NULL)->lock.field) }
static const struct snap_column end_columns[] = {
	FIELD(snap_end, user_end), LOCK(hold_max_ns), LOCK(hold_total_ns), LOCK(nr_locks),
	LOCK(flags),
};

#define SCHEMA(text, array) { text, array, ARRAY_SIZE(array) }
const struct snap_schema snap_schemas[SNAP_NR_KINDS] = {
	[SNAP_PROCESS] = SCHEMA("process", process_columns),
	[SNAP_INFO] = SCHEMA("info", info_columns),
	[SNAP_LEVELS] = SCHEMA("levels", level_columns),
	[SNAP_NAMES] = SCHEMA("names", name_columns),
	[SNAP_MM] = SCHEMA("mm", mm_columns),
	[SNAP_AUXV] = SCHEMA("auxv", auxv_columns),
	[SNAP_VMAS] = SCHEMA("vmas", vma_columns),
	[SNAP_TABLES + MMSCOPE_LEVEL_PGD] = SCHEMA("tab-pgd", table_columns),
	[SNAP_TABLES + MMSCOPE_LEVEL_P4D] = SCHEMA("tab-p4d", table_columns),
	[SNAP_TABLES + MMSCOPE_LEVEL_PUD] = SCHEMA("tab-pud", table_columns),
	[SNAP_TABLES + MMSCOPE_LEVEL_PMD] = SCHEMA("tab-pmd", table_columns),
	[SNAP_TABLES + MMSCOPE_LEVEL_PTE] = SCHEMA("tab-pte", table_columns),
	[SNAP_EXTENTS] = SCHEMA("extents", extent_columns),
	[SNAP_STATS] = SCHEMA("stats", stat_columns),
	[SNAP_PAGES] = SCHEMA("pages", page_columns),
	[SNAP_TASK_SUMS] = SCHEMA("tasksums", task_sum_columns),
	[SNAP_TASKS] = SCHEMA("tasks", task_columns),
	[SNAP_STORE] = SCHEMA("store", store_columns),
	[SNAP_NODES] = SCHEMA("nodes", node_columns),
	[SNAP_SLOTS] = SCHEMA("slots", slot_columns),
	[SNAP_VMOP_TABLES] = SCHEMA("vmoptabs", vmop_table_columns),
	[SNAP_VMOPS] = SCHEMA("vmops", vmops_columns),
	[SNAP_END] = SCHEMA("end", end_columns),
};

/* Who lets a struct grow adds its field above. */
_Static_assert(sizeof(struct mmscope_mm) == 904, "all fields are columns");
_Static_assert(sizeof(struct mmscope_vma) == 88, "all fields are columns");
_Static_assert(sizeof(struct mmscope_extent) == 40, "all fields are columns");
_Static_assert(sizeof(struct mmscope_stat) == 208, "all fields are columns");
_Static_assert(sizeof(struct mmscope_page) == 64, "all fields are columns");
_Static_assert(sizeof(struct mmscope_task) == 56, "all fields are columns");
_Static_assert(sizeof(struct mmscope_store_node) == 40, "all fields are columns");
_Static_assert(sizeof(struct mmscope_store_slot) == 40, "all fields are columns");
_Static_assert(ARRAY_SIZE(mm_columns) <= SNAP_MAX_COLUMNS, "the largest kind fits");

void snap_from_struct(enum snap_kind kind, const void *from, struct snap_value *values)
{
	const struct snap_schema *schema = &snap_schemas[kind];
	unsigned int i;

	for (i = 0; i < schema->nr; i++) {
		const char *field = (const char *)from + schema->columns[i].offset;

		switch (schema->columns[i].width) {
		case 1:
			values[i].num = *(const __u8 *)field;
			break;
		case 2:
			values[i].num = *(const __u16 *)field;
			break;
		case 4:
			values[i].num = *(const __u32 *)field;
			break;
		case 8:
			values[i].num = *(const __u64 *)field;
			break;
		}
	}
}

void snap_to_struct(enum snap_kind kind, const struct snap_value *values, void *to)
{
	const struct snap_schema *schema = &snap_schemas[kind];
	unsigned int i;

	for (i = 0; i < schema->nr; i++) {
		char *field = (char *)to + schema->columns[i].offset;

		switch (schema->columns[i].width) {
		case 1:
			*(__u8 *)field = (__u8)values[i].num;
			break;
		case 2:
			*(__u16 *)field = (__u16)values[i].num;
			break;
		case 4:
			*(__u32 *)field = (__u32)values[i].num;
			break;
		case 8:
			*(__u64 *)field = values[i].num;
			break;
		}
	}
}

static unsigned char *put_varint(unsigned char *to, __u64 value)
{
	while (value >= 0x80) {
		*to++ = (unsigned char)(value | 0x80);
		value >>= 7;
	}
	*to++ = (unsigned char)value;
	return to;
}

/* Small differences of either sign are short. */
static __u64 zigzag(__u64 diff)
{
	return diff << 1 ^ (diff >> 63 ? ~0ULL : 0);
}

static __u64 unzigzag(__u64 value)
{
	return value >> 1 ^ (value & 1 ? ~0ULL : 0);
}

int snap_writer_init(struct snap_writer *w, enum snap_kind kind)
{
	unsigned int i;

	memset(w, 0, sizeof(*w));
	w->kind = kind;
	for (i = 0; i < snap_schemas[kind].nr; i++)
		w->text_columns |= (__u64)snap_schemas[kind].columns[i].text << i;
	/* A record behind one that just did not fill it fits. */
	w->size = SNAP_PAYLOAD_FULL + (SNAP_MAX_COLUMNS + 1) * 10 + SNAP_MAX_TEXTS * SNAP_TEXT_MAX;
	w->payload = malloc(w->size);
	if (!w->payload)
		return -ENOMEM;
	for (i = 0; i < SNAP_MAX_TEXTS; i++) {
		w->texts[i] = malloc(SNAP_TEXT_MAX);
		if (!w->texts[i]) {
			snap_writer_free(w);
			return -ENOMEM;
		}
	}
	snap_writer_begin(w);
	return 0;
}

void snap_writer_free(struct snap_writer *w)
{
	unsigned int i;

	for (i = 0; i < SNAP_MAX_TEXTS; i++)
		free(w->texts[i]);
	free(w->payload);
	memset(w, 0, sizeof(*w));
}

void snap_writer_begin(struct snap_writer *w)
{
	const struct snap_schema *schema = &snap_schemas[w->kind];
	unsigned char *to = w->payload;
	unsigned int i;
	size_t len;

	*to++ = (unsigned char)schema->nr;
	for (i = 0; i < schema->nr; i++) {
		len = strlen(schema->columns[i].name);
		*to++ = schema->columns[i].text ? 't' : 'n';
		*to++ = (unsigned char)len;
		memcpy(to, schema->columns[i].name, len);
		to += len;
	}
	memset(w->last, 0, sizeof(w->last));
	w->len = to - w->payload;
	w->nr = 0;
}

bool snap_writer_full(const struct snap_writer *w)
{
	return w->len >= SNAP_PAYLOAD_FULL || w->nr == SNAP_RECORDS_MAX;
}

/* The columns that differ from the record before, of those in @among. */
static __u64 differing(const struct snap_writer *w, const struct snap_value *values, __u64 among)
{
	const __u64 asked = among;
	__u64 mask = 0, texts;
	unsigned int i;

	for (; among; among &= among - 1) {
		i = (unsigned int)__builtin_ctzll(among);
		mask |= (__u64)(values[i].num != w->last[i].num) << i;
	}
	for (texts = w->text_columns & asked & ~mask; texts; texts &= texts - 1) {
		i = (unsigned int)__builtin_ctzll(texts);
		if (values[i].num && memcmp(values[i].text, w->last[i].text, values[i].num))
			mask |= 1ULL << i;
	}
	return mask;
}

/* A text; it is kept to compare the next one with. */
static unsigned char *put_text(struct snap_writer *w, unsigned int column, unsigned char *to,
			       const struct snap_value *v)
{
	__u64 before = w->text_columns & ((1ULL << column) - 1);
	char *kept = w->texts[__builtin_popcountll(before)];

	to = put_varint(to, v->num);
	if (v->num) {
		memcpy(to, v->text, v->num);
		memcpy(kept, v->text, v->num);
	}
	w->last[column].text = kept;
	return to + v->num;
}

int snap_writer_put(struct snap_writer *w, const struct snap_value *values)
{
	return snap_writer_put_among(w, values, (1ULL << snap_schemas[w->kind].nr) - 1);
}

int snap_writer_put_among(struct snap_writer *w, const struct snap_value *values, __u64 among)
{
	unsigned char *to = w->payload + w->len;
	__u64 mask = differing(w, values, among), left;
	unsigned int i;

	for (left = mask & w->text_columns; left; left &= left - 1)
		if (values[__builtin_ctzll(left)].num > SNAP_TEXT_MAX)
			return -EINVAL;
	to = put_varint(to, mask);
	for (left = mask; left; left &= left - 1) {
		i = (unsigned int)__builtin_ctzll(left);
		if (w->text_columns >> i & 1)
			to = put_text(w, i, to, &values[i]);
		else
			to = put_varint(to, zigzag(values[i].num - w->last[i].num));
		w->last[i].num = values[i].num;
	}
	w->len = to - w->payload;
	w->nr++;
	return 0;
}

static inline int get_varint(struct snap_reader *r, __u64 *value)
{
	const unsigned char *pos = r->pos, *stop = r->stop;
	unsigned int shift;
	__u64 sum = 0;

	/* No more than ten bytes: those of 64 bits. */
	if (stop - pos > 10)
		stop = pos + 10;
	for (shift = 0; pos < stop; shift += 7) {
		unsigned char byte = *pos++;

		sum |= (__u64)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			r->pos = pos;
			*value = sum;
			return 0;
		}
	}
	return -EBADMSG;
}

/* Which column of ours has this name and type, or -1. */
static int find_column(const struct snap_schema *schema, const char *name, size_t len, bool text)
{
	unsigned int i;

	for (i = 0; i < schema->nr; i++)
		if (strlen(schema->columns[i].name) == len &&
		    !memcmp(schema->columns[i].name, name, len) &&
		    schema->columns[i].text == text)
			return (int)i;
	return -1;
}

int snap_reader_init(struct snap_reader *r, enum snap_kind kind, const unsigned char *payload,
		     size_t len)
{
	const struct snap_schema *schema = &snap_schemas[kind];
	unsigned int i;

	memset(r, 0, sizeof(*r));
	r->pos = payload;
	r->stop = payload + len;
	for (i = 0; i < schema->nr; i++)
		r->values[i].num = schema->columns[i].absent;
	if (!len)
		return -EBADMSG;
	r->nr_columns = *r->pos++;
	if (r->nr_columns > ARRAY_SIZE(r->column))
		return -EBADMSG;
	for (i = 0; i < r->nr_columns; i++) {
		size_t name;

		if (r->stop - r->pos < 2)
			return -EBADMSG;
		r->text[i] = *r->pos++ == 't';
		name = *r->pos++;
		if ((size_t)(r->stop - r->pos) < name)
			return -EBADMSG;
		r->column[i] = (signed char)find_column(schema, (const char *)r->pos, name,
							r->text[i]);
		if (r->column[i] >= 0)
			r->values[r->column[i]].num = 0;
		r->pos += name;
	}
	return 0;
}

int snap_reader_next(struct snap_reader *r)
{
	struct snap_value skipped = { 0 }, *v;
	__u64 mask, num;
	unsigned int i;

	if (get_varint(r, &mask))
		return -EBADMSG;
	r->changed = 0;
	for (; mask; mask &= mask - 1) {
		i = (unsigned int)__builtin_ctzll(mask);
		if (i >= r->nr_columns)
			break;
		v = &skipped;
		if (r->column[i] >= 0) {
			v = &r->values[r->column[i]];
			r->changed |= 1ULL << r->column[i];
		}
		if (get_varint(r, &num))
			return -EBADMSG;
		if (!r->text[i]) {
			v->num += unzigzag(num);
			continue;
		}
		if (num > SNAP_TEXT_MAX || num > (size_t)(r->stop - r->pos))
			return -EBADMSG;
		v->num = num;
		v->text = (const char *)r->pos;
		r->pos += num;
	}
	return 0;
}

static unsigned char *put_le(unsigned char *to, __u64 value, unsigned int bytes)
{
	while (bytes--) {
		*to++ = (unsigned char)value;
		value >>= 8;
	}
	return to;
}

static __u64 get_le(const unsigned char *from, unsigned int bytes)
{
	__u64 value = 0;

	while (bytes--)
		value = value << 8 | from[bytes];
	return value;
}

void snap_head_encode(unsigned char head[SNAP_HEAD_SIZE])
{
	memcpy(head, SNAP_MAGIC, 8);
	put_le(head + 8, SNAP_ORDER, 4);
	put_le(head + 12, SNAP_VERSION, 4);
}

int snap_head_check(const unsigned char head[SNAP_HEAD_SIZE])
{
	__u32 order = (__u32)get_le(head + 8, 4), version = (__u32)get_le(head + 12, 4);

	if (memcmp(head, SNAP_MAGIC, 8))
		return -ENOEXEC;
	if (order == __builtin_bswap32(SNAP_ORDER))
		return -EILSEQ;
	if (order != SNAP_ORDER || !version)
		return -EBADMSG;
	return version > SNAP_VERSION ? -EPROTONOSUPPORT : 0;
}

static __u32 chunk_crc(const unsigned char bytes[SNAP_CHUNK_SIZE], const unsigned char *payload,
		       size_t len)
{
	return crc32c(crc32c(0, bytes, SNAP_CHUNK_SIZE - 4), payload, len);
}

void snap_chunk_encode(struct snap_chunk *chunk, const unsigned char *payload,
		       unsigned char bytes[SNAP_CHUNK_SIZE])
{
	unsigned char *to = bytes + SNAP_NAME_SIZE;

	memcpy(bytes, chunk->name, SNAP_NAME_SIZE);
	to = put_le(to, chunk->sequence, 4);
	to = put_le(to, chunk->length, 4);
	to = put_le(to, chunk->first, 8);
	to = put_le(to, chunk->end, 8);
	to = put_le(to, chunk->nr, 4);
	chunk->crc = chunk_crc(bytes, payload, chunk->length);
	put_le(to, chunk->crc, 4);
}

void snap_chunk_decode(struct snap_chunk *chunk, const unsigned char bytes[SNAP_CHUNK_SIZE])
{
	memcpy(chunk->name, bytes, SNAP_NAME_SIZE);
	chunk->name[SNAP_NAME_SIZE] = '\0';
	chunk->sequence = (__u32)get_le(bytes + 8, 4);
	chunk->length = (__u32)get_le(bytes + 12, 4);
	chunk->first = get_le(bytes + 16, 8);
	chunk->end = get_le(bytes + 24, 8);
	chunk->nr = (__u32)get_le(bytes + 32, 4);
	chunk->crc = (__u32)get_le(bytes + 36, 4);
}

bool snap_chunk_is_sound(const unsigned char bytes[SNAP_CHUNK_SIZE], const unsigned char *payload,
			 const struct snap_chunk *chunk)
{
	return chunk->crc == chunk_crc(bytes, payload, chunk->length);
}
