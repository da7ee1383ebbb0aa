// SPDX-License-Identifier: GPL-2.0
/*
 * test_snapshot.c - a recorded address space answers as the live one did, and a
 * damaged file is refused or at worst answers nonsense, but breaks nothing
 *
 * The live one is the fake device.
 */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fake.h"
#include "snap_format.h"

/* In memory: a file system might go to its disk for each of thousands of files. */
static char path[64];
static int memory = -1;
static unsigned char file[1 << 20];
static size_t file_size;

static struct mmscope *live(void)
{
	struct mmscope *ms;

	assert_int_equal(mmscope_open("/dev/null", &ms), 0);
	assert_int_equal(mmscope_attach_pid(ms, 42, NULL, NULL), 0);
	return ms;
}

static void put_file(const unsigned char *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	close(fd);
}

static void record(struct mmscope *ms, int pages)
{
	struct mmscope_snapshot_opts opts = {
		.size = sizeof(opts), .comm = "prog", .pid = 42, .pages = pages,
		.rights = MMSCOPE_RIGHT_MAPS | (fake.hidden ? 0 : MMSCOPE_RIGHT_PHYS),
	};
	int fd = open(path, O_RDWR | O_TRUNC);

	assert_true(fd >= 0);
	assert_int_equal(mmscope_snapshot_save(ms, fd, &opts, NULL), 0);
	file_size = pread(fd, file, sizeof(file), 0);
	assert_in_range(file_size, 100, sizeof(file) - 1);
	close(fd);
}

static int setup(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	memory = memfd_create("snapshot", MFD_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	return memory < 0;
}

static int teardown(void **state)
{
	(void)state;
	return close(memory);
}

static size_t add(unsigned char *to, size_t size, size_t len, const void *data, size_t bytes)
{
	if (len + bytes <= size)
		memcpy(to + len, data, bytes);
	return len + bytes;
}

/* Tasks, and what they are counted to; where the arrays are is no part of it. */
static size_t add_tasks(struct mmscope *ms, unsigned char *to, size_t size, size_t len, int checked)
{
	struct mmscope_task_list *list;
	struct mmscope_tasks sums;
	int ret;

	ret = mmscope_task_list_new(ms, NULL, &list);
	assert_true(!checked || !ret);
	if (ret)
		return len;
	sums = list->sums;
	sums.tasks = 0;
	len = add(to, size, len, &sums, sizeof(sums));
	len = add(to, size, len, list->tasks, list->nr_tasks * sizeof(*list->tasks));
	mmscope_task_list_free(list);
	return len;
}

static size_t add_store(struct mmscope *ms, const struct mmscope_store_opts *opts,
			unsigned char *to, size_t size, size_t len, int checked)
{
	const struct mmscope_store_node *node;
	struct mmscope_store_iter *iter;
	struct mmscope_store about;
	int ret;

	ret = mmscope_store_iter_new(ms, opts, &iter);
	assert_true(!checked || !ret);
	if (ret)
		return len;
	about = *mmscope_store_iter_about(iter);
	len = add(to, size, len, &about.kind, 3 * sizeof(about.kind) + sizeof(about.nr_vmas));
	while ((ret = mmscope_store_iter_next(iter, &node)) > 0 && len < size * 2)
		len = add(to, size, len, node, node->size);
	assert_true(!checked || !ret);
	mmscope_store_iter_free(iter);
	return len;
}

static size_t add_vmops(struct mmscope *ms, unsigned char *to, size_t size, size_t len, int checked)
{
	const struct mmscope_vmops_record *record;
	struct mmscope_vmops_iter *iter;
	const char *symbol;
	unsigned int i;
	int ret;

	assert_int_equal(mmscope_vmops_iter_new(ms, NULL, &iter), 0);
	while ((ret = mmscope_vmops_iter_next(iter, &record)) > 0 && len < size * 2) {
		len = add(to, size, len, &record->start, 3 * sizeof(record->start));
		symbol = mmscope_vmops_table(record);
		len = add(to, size, len, symbol ? symbol : "-", symbol ? strlen(symbol) : 1);
		for (i = 0; i < 64; i++) {
			symbol = mmscope_vmops_symbol(record, i);
			if (symbol)
				len = add(to, size, len, symbol, strlen(symbol) + 1);
		}
	}
	assert_true(!checked || !ret);
	mmscope_vmops_iter_free(iter);
	return len;
}

/* All that can be asked, in one string of bytes; returns its length. */
static size_t ask_all(struct mmscope *ms, unsigned char *to, size_t size, int checked)
{
	static const __u64 addrs[] = {
		0, 0x400000, 0x401fff, 0x402000, 0x10000000, 0x10007123, 0x10008000, 0x10009000,
		0x1000a000, 0x1000b000, 0x1000c000, 0x1000f000, 0x20000000, 0x30001000, 0x45000000,
		0x60002000, 0x7ffd00000000, 0x7ffd00020fff, 0x7fffffffefff, ~0ULL,
	};
	const __u32 all = (1U << MMSCOPE_NR_STATUS) - 1;
	struct mmscope_extent_opts eo = { .size = sizeof(eo), .statuses = all };
	struct mmscope_stat_opts so = { .size = sizeof(so), .rollup = 1 };
	struct mmscope_translation tr[ARRAY_SIZE(addrs)];
	struct mmscope_walk_result walks[ARRAY_SIZE(addrs)];
	struct mmscope_extent_iter *exts;
	struct mmscope_page_iter *pages;
	struct mmscope_stat_iter *stats;
	struct mmscope_vma_iter *vmas;
	const struct mmscope_page *page;
	const struct mmscope_stat *stat;
	const struct mmscope_name *names;
	const struct mmscope_vma *vma;
	struct mmscope_extent ext;
	struct mmscope_info info;
	struct mmscope_mm mm;
	char exe[64] = "";
	unsigned char cpus[16] = "";
	struct mmscope_mm_opts mo = { sizeof(mo), exe, sizeof(exe), cpus, sizeof(cpus) };
	size_t len = 0, nr;
	int ret, i;

#define ADD(data, bytes) (len = add(to, size, len, data, bytes))

	ret = mmscope_info(ms, &info);
	assert_true(!checked || !ret);
	ADD(&info, sizeof(info));
	for (i = 0; i < MMSCOPE_NR_NAMES; i++) {
		ret = mmscope_names(ms, i, &names, &nr);
		assert_true(!checked || !ret);
		if (!ret)
			ADD(names, nr * sizeof(*names));
	}
	memset(&mm, 0, sizeof(mm));
	ret = mmscope_mm(ms, &mm, &mo);
	assert_true(!checked || !ret);
	mm.exe = 0;
	mm.cpumask = 0;
	ADD(&mm, sizeof(mm));
	ADD(exe, sizeof(exe));
	ADD(cpus, sizeof(cpus));

	assert_int_equal(mmscope_vma_iter_new(ms, NULL, &vmas), 0);
	while ((ret = mmscope_vma_iter_next(vmas, &vma)) > 0) {
		ADD(vma, offsetof(struct mmscope_vma, path_off));
		if (mmscope_vma_path(vma))
			ADD(mmscope_vma_path(vma), strlen(mmscope_vma_path(vma)));
		if (mmscope_vma_name(vma))
			ADD(mmscope_vma_name(vma), strlen(mmscope_vma_name(vma)));
		if (mmscope_vma_ops(vma))
			ADD(mmscope_vma_ops(vma), strlen(mmscope_vma_ops(vma)));
	}
	assert_true(!checked || !ret);
	mmscope_vma_iter_free(vmas);

	if (!mmscope_extent_iter_new(ms, &eo, &exts)) {
		while ((ret = mmscope_extent_iter_next(exts, &ext)) > 0)
			ADD(&ext, sizeof(ext));
		assert_true(!checked || !ret);
		mmscope_extent_iter_free(exts);
	}
	assert_int_equal(mmscope_page_iter_new(ms, NULL, &pages), 0);
	while ((ret = mmscope_page_iter_next(pages, &page)) > 0 && len < size * 2)
		ADD(page, sizeof(*page));
	assert_true(!checked || !ret);
	mmscope_page_iter_free(pages);
	for (i = 0; i < 2; i++) {
		assert_int_equal(mmscope_stat_iter_new(ms, i ? &so : NULL, &stats), 0);
		while ((ret = mmscope_stat_iter_next(stats, &stat)) > 0)
			ADD(stat, sizeof(*stat));
		assert_true(!checked || !ret);
		mmscope_stat_iter_free(stats);
	}
	memset(walks, 0, sizeof(walks));
	ret = (int)mmscope_walk(ms, addrs, ARRAY_SIZE(addrs), walks, NULL);
	assert_true(!checked || ret == ARRAY_SIZE(addrs));
	/* The fake's steps are not those of its extents: that is for the guest. */
	for (i = 0; i < (int)ARRAY_SIZE(addrs); i++) {
		ADD(&walks[i].status, sizeof(walks[i].status));
		ADD(&walks[i].pa, sizeof(walks[i].pa));
	}
	memset(tr, 0, sizeof(tr));
	ret = (int)mmscope_translate(ms, addrs, ARRAY_SIZE(addrs), tr, NULL);
	assert_true(!checked || ret == ARRAY_SIZE(addrs));
	for (i = 0; i < (int)ARRAY_SIZE(addrs); i++) {
		ADD(&tr[i].status, sizeof(tr[i].status));
		ADD(&tr[i].pa, sizeof(tr[i].pa));
	}
	len = add_tasks(ms, to, size, len, checked);
	len = add_store(ms, NULL, to, size, len, checked);
	for (i = 0; i < (int)ARRAY_SIZE(addrs); i += 4) {
		struct mmscope_store_opts path_to = {
			.size = sizeof(path_to), .path = 1, .addr = addrs[i],
		};

		len = add_store(ms, &path_to, to, size, len, checked);
	}
	len = add_vmops(ms, to, size, len, checked);
	if (!checked) {
		struct mmscope_tables tables;

		mmscope_tables(ms, NULL, &tables);
	}
	return len;
#undef ADD
}

static void check_same(void)
{
	static unsigned char want[1 << 20], got[1 << 20];
	struct mmscope *ms = live(), *snap;
	size_t wanted, len;

	record(ms, 1);
	assert_int_equal(mmscope_snapshot_open(path, &snap), 0);
	wanted = ask_all(ms, want, sizeof(want), 1);
	len = ask_all(snap, got, sizeof(got), 1);
	assert_in_range(wanted, 1000, sizeof(want));
	assert_int_equal(len, wanted);
	assert_memory_equal(got, want, len);
	mmscope_close(snap);
	mmscope_close(ms);
}

static void test_same_as_live(void **state)
{
	(void)state;
	check_same();
}

static void test_same_when_cut(void **state)
{
	(void)state;
	fake.cut = 4096;
	fake.vmas_per_reply = 1;
	fake.extents_per_reply = 1;
	check_same();
}

/* Entries that come with the words are those that walks tell. */
static void test_same_by_words(void **state)
{
	(void)state;
	fake.words = 2;
	check_same();
	fake.cut = 4096;
	check_same();
}

static void test_same_when_hidden(void **state)
{
	(void)state;
	fake.hidden = 1;
	check_same();
}

/* More chunks than one of each kind. */
static void test_many(void **state)
{
	const struct mmscope_vma *vma;
	struct mmscope_vma_iter *iter;
	struct mmscope_task_list *tasks;
	struct mmscope *ms, *snap;
	unsigned int nr = 0;
	int ret;

	(void)state;
	fake.many = 5000;
	ms = live();
	record(ms, 0);
	assert_int_equal(mmscope_snapshot_open(path, &snap), 0);
	assert_int_equal(mmscope_vma_iter_new(snap, NULL, &iter), 0);
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0)
		assert_true(vma->start == 0x10000000ULL + 2 * 4096ULL * nr++);
	assert_int_equal(ret, 0);
	assert_int_equal(nr, 5000);
	mmscope_vma_iter_free(iter);
	assert_int_equal(mmscope_task_list_new(snap, NULL, &tasks), 0);
	assert_int_equal(tasks->nr_tasks, 5000);
	mmscope_task_list_free(tasks);
	mmscope_close(snap);
	mmscope_close(ms);
}

/* Records @many VMAs, and opens that from a file of its own. */
static struct mmscope *recorded(unsigned int many, int other)
{
	struct mmscope *ms, *snap;
	char name[64];
	int fd = memfd_create("other", MFD_CLOEXEC);

	fake.many = many;
	fake.other = other;
	ms = live();
	record(ms, 0);
	mmscope_close(ms);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, file, file_size), (ssize_t)file_size);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	assert_int_equal(mmscope_snapshot_open(name, &snap), 0);
	close(fd);
	return snap;
}

/* Two recordings that begin alike are alike as far as their chunks are. */
static void test_alike(void **state)
{
	const __u64 first = 0x10000000, page = 4096;
	struct mmscope *a = recorded(3000, 0), *same = recorded(3000, 0);
	struct mmscope *shorter = recorded(2500, 0), *moved = recorded(3000, 2);
	struct mmscope *ms = live();
	__u64 start = 0, end = 0;

	(void)state;
	assert_int_equal(mmscope_snapshot_alike(a, same, 0, &start, &end), 1);
	assert_true(start == first && end == first + 2999 * 2 * page + page);
	assert_int_equal(mmscope_snapshot_alike(a, same, end, &start, &end), 0);
	assert_int_equal(mmscope_snapshot_alike(a, shorter, 0, &start, &end), 1);
	assert_true(start == first && end == first + (SNAP_RECORDS_MAX - 1) * 2 * page + page);
	assert_int_equal(mmscope_snapshot_alike(a, shorter, end, &start, &end), 0);
	/* As many runs, as long, at the same addresses. */
	assert_int_equal(mmscope_snapshot_alike(a, moved, 0, &start, &end), 0);
	assert_int_equal(mmscope_snapshot_alike(a, ms, 0, &start, &end), -EINVAL);
	mmscope_close(a);
	mmscope_close(same);
	mmscope_close(shorter);
	mmscope_close(moved);
	mmscope_close(ms);
}

static void test_about(void **state)
{
	struct mmscope_snapshot_about about;
	struct mmscope *ms = live(), *snap;
	struct mmscope_page_iter *iter;
	const struct mmscope_page *page;

	(void)state;
	assert_int_equal(mmscope_snapshot_about(ms, &about), -EINVAL);
	record(ms, 0);
	assert_int_equal(mmscope_snapshot_open(path, &snap), 0);
	assert_int_equal(mmscope_snapshot_about(snap, &about), 0);
	assert_int_equal(about.pid, 42);
	assert_string_equal(about.comm, "prog");
	assert_int_equal(about.pages, 0);
	assert_true(about.time_ns > 1700000000ULL * 1000000000);
	assert_false(about.lock.flags & MMSCOPE_LOCK_CHANGED);
	assert_int_equal(mmscope_attach_pid(snap, 1, NULL, NULL), -EBUSY);
	assert_int_equal(mmscope_page_iter_new(snap, NULL, &iter), 0);
	assert_int_equal(mmscope_page_iter_next(iter, &page), -EOPNOTSUPP);
	mmscope_page_iter_free(iter);
	mmscope_close(snap);
	mmscope_close(ms);
}

static void test_changed(void **state)
{
	struct mmscope *ms = live(), *snap;
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;

	(void)state;
	fake.changed_at = 2;
	record(ms, 0);
	assert_int_equal(mmscope_snapshot_open(path, &snap), 0);
	assert_int_equal(mmscope_vma_iter_new(snap, NULL, &iter), 0);
	assert_int_equal(mmscope_vma_iter_next(iter, &vma), 1);
	assert_true(mmscope_vma_iter_lock(iter)->flags & MMSCOPE_LOCK_CHANGED);
	mmscope_vma_iter_free(iter);
	mmscope_close(snap);
	mmscope_close(ms);
}

/*
 * Writes @file without its chunks of @kind, or with another name for them; or, of a kind
 * of few columns, with the last record again so many times.
 */
static void put_changed(const char *kind, const char *name, unsigned int repeats)
{
	static unsigned char bytes[sizeof(file)];
	unsigned char *at, *to = bytes + SNAP_HEAD_SIZE;
	struct snap_chunk chunk;
	unsigned int more;
	__u32 sequence = 0;

	memcpy(bytes, file, SNAP_HEAD_SIZE);
	for (at = file + SNAP_HEAD_SIZE; at < file + file_size;
	     at += SNAP_CHUNK_SIZE + chunk.length) {
		snap_chunk_decode(&chunk, at);
		more = 0;
		if (!strncmp(chunk.name, kind, SNAP_NAME_SIZE)) {
			if (!name)
				continue;
			memset(chunk.name, 0, sizeof(chunk.name));
			snprintf(chunk.name, sizeof(chunk.name), "%s", name);
			more = repeats;
		}
		chunk.sequence = sequence++;
		memcpy(to + SNAP_CHUNK_SIZE, at + SNAP_CHUNK_SIZE, chunk.length);
		/* No column differs from the record before. */
		memset(to + SNAP_CHUNK_SIZE + chunk.length, 0, more);
		at -= more;
		chunk.length += more;
		chunk.nr += more;
		snap_chunk_encode(&chunk, to + SNAP_CHUNK_SIZE, to);
		to += SNAP_CHUNK_SIZE + chunk.length;
	}
	put_file(bytes, to - bytes);
}

/* A few bytes that would become many tables in memory. */
static void test_repeats(void **state)
{
	struct mmscope *ms = live(), *snap;

	(void)state;
	record(ms, 0);
	mmscope_close(ms);
	put_changed("vmoptabs", "vmoptabs", 100);
	assert_int_equal(mmscope_snapshot_open(path, &snap), 0);
	mmscope_close(snap);
	put_changed("vmoptabs", "vmoptabs", SNAP_VMOP_TABLES_MAX);
	assert_int_equal(mmscope_snapshot_open(path, &snap), -EBADMSG);
}

/* Files of before tasks, the tree and the operations were recorded, and of later. */
static void test_parts_missing(void **state)
{
	static const char *const kinds[] = { "tasksums", "store", "vmoptabs" };
	struct mmscope *ms = live(), *snap;
	struct mmscope_vmops_iter *vmops;
	const struct mmscope_vmops_record *vmops_record;
	struct mmscope_store_iter *store;
	struct mmscope_task_list *tasks;
	size_t i, j;
	int err;

	(void)state;
	record(ms, 1);
	mmscope_close(ms);
	for (i = 0; i < 2 * ARRAY_SIZE(kinds); i++) {
		put_changed(kinds[i / 2], i % 2 ? "nextyear" : NULL, 0);
		assert_int_equal(mmscope_snapshot_open(path, &snap), 0);
		for (j = 0; j < ARRAY_SIZE(kinds); j++) {
			if (j == 0) {
				err = mmscope_task_list_new(snap, NULL, &tasks);
				mmscope_task_list_free(err ? NULL : tasks);
			} else if (j == 1) {
				err = mmscope_store_iter_new(snap, NULL, &store);
				mmscope_store_iter_free(err ? NULL : store);
			} else {
				assert_int_equal(mmscope_vmops_iter_new(snap, NULL, &vmops), 0);
				err = mmscope_vmops_iter_next(vmops, &vmops_record);
				mmscope_vmops_iter_free(vmops);
			}
			assert_int_equal(err < 0 ? err : 0, i / 2 == j ? -EOPNOTSUPP : 0);
		}
		mmscope_close(snap);
	}
	/* What belongs to a part that is there has to be there, too. */
	put_changed("slots", NULL, 0);
	assert_int_equal(mmscope_snapshot_open(path, &snap), 0);
	assert_int_equal(mmscope_store_iter_new(snap, NULL, &store), -EBADMSG);
	mmscope_close(snap);
	/* The rest needs them all. */
	put_changed("mm", NULL, 0);
	assert_int_equal(mmscope_snapshot_open(path, &snap), -EBADMSG);
}

/* It ended at any moment of the recording. */
static void test_gone(void **state)
{
	struct mmscope_snapshot_opts opts = { .size = sizeof(opts), .pages = 1 };
	int fd = open("/dev/null", O_WRONLY), err, gone = 0;
	struct mmscope *ms = live();
	unsigned int after;

	(void)state;
	for (after = 1; after < 100 && !gone; after++) {
		fake.replies = 0;
		fake.gone_after = after;
		err = mmscope_snapshot_save(ms, fd, &opts, NULL);
		gone = !err;
		assert_true(!err || err == -ESRCH);
	}
	assert_true(gone && after > 4);
	close(fd);
	mmscope_close(ms);
}

static void test_full_disk(void **state)
{
	struct mmscope_snapshot_opts opts = { .size = sizeof(opts) };
	int fd = open("/dev/full", O_WRONLY);
	struct mmscope *ms = live();

	(void)state;
	assert_int_equal(mmscope_snapshot_save(ms, fd, &opts, NULL), -ENOSPC);
	close(fd);
	mmscope_close(ms);
}

static int open_bytes(const unsigned char *bytes, size_t size)
{
	struct mmscope *ms;
	int err;

	put_file(bytes, size);
	err = mmscope_snapshot_open(path, &ms);
	if (!err)
		mmscope_close(ms);
	return err;
}

static void test_every_byte(void **state)
{
	static const unsigned char flips[] = { 0x01, 0x80 };
	struct mmscope *ms = live();
	size_t i, f;

	(void)state;
	record(ms, 1);
	mmscope_close(ms);
	for (i = 0; i < file_size; i++)
		for (f = 0; f < ARRAY_SIZE(flips); f++) {
			int err;

			file[i] ^= flips[f];
			err = open_bytes(file, file_size);
			file[i] ^= flips[f];
			assert_true(err == -EBADMSG || (i < 8 && err == -ENOEXEC) ||
				    (i >= 12 && i < 16 && err == -EPROTONOSUPPORT) ||
				    (i >= SNAP_HEAD_SIZE && err == -ENODATA));
		}
}

static void test_truncated(void **state)
{
	struct mmscope *ms = live();
	size_t i;

	(void)state;
	record(ms, 1);
	mmscope_close(ms);
	for (i = 0; i < file_size; i++)
		assert_int_equal(open_bytes(file, i), i < SNAP_HEAD_SIZE ? -ENOEXEC : -ENODATA);
	file[file_size] = 0;
	assert_int_equal(open_bytes(file, file_size + 1), -EBADMSG);
}

static void test_foreign(void **state)
{
	struct mmscope *ms = live();

	(void)state;
	record(ms, 0);
	mmscope_close(ms);
	file[12]++;
	assert_int_equal(open_bytes(file, file_size), -EPROTONOSUPPORT);
	file[12]--;
	memcpy(file + 8, "\1\2\3\4", 4);
	assert_int_equal(open_bytes(file, file_size), -EILSEQ);
	assert_int_equal(open_bytes((const unsigned char *)"#!/bin/sh\necho no\n", 18), -ENOEXEC);
	assert_int_equal(open_bytes(file, 0), -ENOEXEC);
}

/* Writes @file, its runs said to be in a range of so many bytes; -errno of opening that. */
static int open_bounded(long long bytes, struct mmscope **snap)
{
	static unsigned char changed[sizeof(file)];
	struct snap_chunk chunk;
	size_t at;

	memcpy(changed, file, file_size);
	for (at = SNAP_HEAD_SIZE; at < file_size; at += SNAP_CHUNK_SIZE + chunk.length) {
		snap_chunk_decode(&chunk, changed + at);
		if (!strcmp(chunk.name, "extents"))
			chunk.end = chunk.first + (__u64)bytes;
		snap_chunk_encode(&chunk, changed + at + SNAP_CHUNK_SIZE, changed + at);
	}
	put_file(changed, file_size);
	return mmscope_snapshot_open(path, snap);
}

/* What has no end, or ends before it begins, must not be gone through for ever. */
static void test_bounds(void **state)
{
	struct mmscope *ms = live(), *snap;
	__u64 start, end;

	(void)state;
	record(ms, 0);
	mmscope_close(ms);
	assert_int_equal(open_bounded(-4096, &snap), -EBADMSG);
	assert_int_equal(open_bounded(0, &snap), 0);
	assert_int_equal(mmscope_snapshot_alike(snap, snap, 0, &start, &end), -EBADMSG);
	mmscope_close(snap);
}

/* Damage that keeps the checksums right: a hostile file. Nothing may break. */
static void test_hostile(void **state)
{
	static const unsigned char flips[] = { 0x01, 0x7f, 0x80 };
	static unsigned char out[1 << 16];
	unsigned char *at, *payload;
	struct mmscope *ms = live(), *snap;
	struct snap_chunk chunk;
	size_t i, f;

	(void)state;
	record(ms, 1);
	mmscope_close(ms);
	for (at = file + SNAP_HEAD_SIZE; at < file + file_size;
	     at += SNAP_CHUNK_SIZE + chunk.length) {
		snap_chunk_decode(&chunk, at);
		payload = at + SNAP_CHUNK_SIZE;
		for (i = 0; i < chunk.length; i++)
			for (f = 0; f < ARRAY_SIZE(flips); f++) {
				payload[i] ^= flips[f];
				snap_chunk_encode(&chunk, payload, at);
				put_file(file, file_size);
				payload[i] ^= flips[f];
				if (mmscope_snapshot_open(path, &snap))
					continue;
				ask_all(snap, out, sizeof(out), 0);
				mmscope_close(snap);
			}
		snap_chunk_encode(&chunk, payload, at);
	}
	assert_int_equal(open_bytes(file, file_size), 0);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_same_as_live), TEST(test_same_when_cut), TEST(test_same_by_words),
		TEST(test_same_when_hidden),
		TEST(test_many), TEST(test_alike), TEST(test_about), TEST(test_changed),
		TEST(test_gone),
		TEST(test_parts_missing), TEST(test_repeats),
		TEST(test_full_disk), TEST(test_every_byte), TEST(test_truncated),
		TEST(test_foreign), TEST(test_hostile), TEST(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
