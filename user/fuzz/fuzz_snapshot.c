// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_snapshot.c - any bytes as a snapshot file, asked for all there is
 *
 * Checksums, sequence and lengths of chunks are put right first: what is tried is what
 * comes behind them.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "snap_format.h"

/* Damaged numbers can mean more records than anybody wants to wait for. */
#define RECORDS	2000
#define SIZE	(1 << 16)

static void put_right(unsigned char *bytes, size_t size)
{
	size_t at = SNAP_HEAD_SIZE;
	struct snap_chunk chunk;
	__u32 sequence = 0;

	snap_head_encode(bytes);
	while (at + SNAP_CHUNK_SIZE <= size) {
		snap_chunk_decode(&chunk, bytes + at);
		if (chunk.length > size - at - SNAP_CHUNK_SIZE)
			chunk.length = (__u32)(size - at - SNAP_CHUNK_SIZE);
		chunk.sequence = sequence++;
		snap_chunk_encode(&chunk, bytes + at + SNAP_CHUNK_SIZE, bytes + at);
		at += SNAP_CHUNK_SIZE + chunk.length;
	}
}

static void ask_lists(struct mmscope *ms, __u64 *addrs, size_t *nr)
{
	struct mmscope_extent_opts eo = {
		.size = sizeof(eo), .statuses = (1U << MMSCOPE_NR_STATUS) - 1,
	};
	struct mmscope_stat_opts so = { .size = sizeof(so), .rollup = 1 };
	struct mmscope_extent_iter *exts;
	struct mmscope_page_iter *pages;
	struct mmscope_stat_iter *stats;
	struct mmscope_vma_iter *vmas;
	const struct mmscope_page *page;
	const struct mmscope_stat *stat;
	const struct mmscope_vma *vma;
	struct mmscope_extent ext;
	size_t i, left;

	if (!mmscope_vma_iter_new(ms, NULL, &vmas)) {
		for (left = RECORDS; left && mmscope_vma_iter_next(vmas, &vma) > 0; left--) {
			const char *const texts[] = {
				mmscope_vma_path(vma), mmscope_vma_name(vma), mmscope_vma_ops(vma),
			};

			for (i = 0; i < ARRAY_SIZE(texts); i++)
				if (texts[i] && strlen(texts[i]) > SNAP_TEXT_MAX)
					__builtin_trap();
			if (*nr + 2 <= 64) {
				addrs[(*nr)++] = vma->start;
				addrs[(*nr)++] = vma->end - 1;
			}
		}
		mmscope_vma_iter_free(vmas);
	}
	if (!mmscope_extent_iter_new(ms, &eo, &exts)) {
		for (left = RECORDS; left && mmscope_extent_iter_next(exts, &ext) > 0; left--)
			if (*nr < 128)
				addrs[(*nr)++] = ext.start;
		mmscope_extent_iter_free(exts);
	}
	if (!mmscope_page_iter_new(ms, NULL, &pages)) {
		for (left = RECORDS; left && mmscope_page_iter_next(pages, &page) > 0; left--)
			;
		mmscope_page_iter_free(pages);
	}
	for (i = 0; i < 2; i++) {
		if (mmscope_stat_iter_new(ms, i ? &so : NULL, &stats))
			continue;
		for (left = RECORDS; left && mmscope_stat_iter_next(stats, &stat) > 0; left--)
			;
		mmscope_stat_iter_free(stats);
	}
}

static void ask_objects(struct mmscope *ms, const __u64 *addrs, size_t nr)
{
	struct mmscope_store_opts so = { .size = sizeof(so) };
	const struct mmscope_vmops_record *record;
	const struct mmscope_store_node *node;
	struct mmscope_vmops_iter *vmops;
	struct mmscope_store_iter *store;
	struct mmscope_task_list *tasks;
	unsigned int left, i;

	if (!mmscope_task_list_new(ms, NULL, &tasks))
		mmscope_task_list_free(tasks);
	for (i = 0; i < 3 && i < nr; i++) {
		so.path = i > 0;
		so.addr = addrs[nr - i - 1];
		if (mmscope_store_iter_new(ms, &so, &store))
			continue;
		for (left = RECORDS; left && mmscope_store_iter_next(store, &node) > 0; left--)
			;
		mmscope_store_iter_free(store);
	}
	if (!mmscope_vmops_iter_new(ms, NULL, &vmops)) {
		for (left = RECORDS; left && mmscope_vmops_iter_next(vmops, &record) > 0; left--)
			for (i = 0; i < 64; i++) {
				const char *symbol = mmscope_vmops_symbol(record, i);

				if (symbol && strlen(symbol) > SNAP_TEXT_MAX)
					__builtin_trap();
			}
		mmscope_vmops_iter_free(vmops);
	}
}

static void ask(struct mmscope *ms)
{
	static char exe[64];
	static unsigned char cpus[16];
	struct mmscope_mm_opts mo = { sizeof(mo), exe, sizeof(exe), cpus, sizeof(cpus) };
	static struct mmscope_walk_result walks[160];
	static struct mmscope_translation translations[160];
	struct mmscope_snapshot_about about;
	const struct mmscope_name *names;
	struct mmscope_tables tables;
	struct mmscope_info info;
	struct mmscope_mm mm;
	__u64 addrs[160] = { 0, ~0ULL, 1ULL << 47 };
	size_t nr = 3, nr_names;
	unsigned int i;

	mmscope_info(ms, &info);
	mmscope_snapshot_about(ms, &about);
	for (i = 0; i < MMSCOPE_NR_NAMES; i++)
		mmscope_names(ms, i, &names, &nr_names);
	mmscope_mm(ms, &mm, &mo);
	ask_lists(ms, addrs, &nr);
	mmscope_walk(ms, addrs, nr, walks, NULL);
	mmscope_translate(ms, addrs, nr, translations, NULL);
	mmscope_tables(ms, NULL, &tables);
	ask_objects(ms, addrs, nr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned char bytes[SIZE];
	static char path[64];
	static int memory = -1;
	struct mmscope *ms;

	if (memory < 0) {
		memory = memfd_create("snapshot", MFD_CLOEXEC);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	}
	if (size < SNAP_HEAD_SIZE || size > SIZE)
		return -1;
	memcpy(bytes, data, size);
	put_right(bytes, size);
	if (ftruncate(memory, 0) || pwrite(memory, bytes, size, 0) != (ssize_t)size)
		__builtin_trap();
	if (!mmscope_snapshot_open(path, &ms)) {
		ask(ms);
		mmscope_close(ms);
	}
	return 0;
}
