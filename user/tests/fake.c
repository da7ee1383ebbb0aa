// SPDX-License-Identifier: GPL-2.0
/*
 * fake.c - a device inside the test; see fake.h
 *
 * MMSCOPE_FAKE in the environment sets the same things for a command under test:
 * "cut=4096,vmas=2,gone=1".
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"

struct fake fake;

#define PAGE	4096ULL
#define VM_R	(1ULL << 0)
#define VM_W	(1ULL << 1)
#define VM_X	(1ULL << 2)
#define VM_S	(1ULL << 3)
#define VM_MS	(1ULL << 7)
#define VM_PFN	(1ULL << 10)

static const struct fake_vma {
	__u64 start, end, flags;
	unsigned int kind, attrs, dev;
	__u64 ino, pgoff;
	const char *path, *name, *ops;
} vmas[] = {
	{ 0x400000, 0x402000, VM_R | VM_X, MMSCOPE_KIND_TEXT, MMSCOPE_VMA_FILE, 8, 11, 0,
	  "/usr/bin/prog", NULL, "ext4_file_vm_ops" },
	{ 0x402000, 0x403000, VM_R | VM_W, MMSCOPE_KIND_DATA,
	  MMSCOPE_VMA_FILE | MMSCOPE_VMA_ANON_VMA, 8, 11, 2, "/usr/bin/prog", NULL,
	  "ext4_file_vm_ops" },
	{ 0x10000000, 0x10010000, VM_R | VM_W, MMSCOPE_KIND_HEAP, MMSCOPE_VMA_ANON_VMA, 0, 0,
	  0x10000, NULL, "[heap]", NULL },
	{ 0x20000000, 0x20001000, VM_R, MMSCOPE_KIND_FILE, MMSCOPE_VMA_FILE, 8, 12, 0,
	  FAKE_HOSTILE, NULL, NULL },
	{ 0x30000000, 0x30002000, VM_R | VM_W, MMSCOPE_KIND_ANON, MMSCOPE_VMA_ANON_NAME, 0, 0,
	  0x30000, NULL, "cache", NULL },
	{ 0x40000000, 0x40001000, VM_R | VM_W | VM_S | VM_MS, MMSCOPE_KIND_SHM,
	  MMSCOPE_VMA_FILE | MMSCOPE_VMA_DELETED, 1, 1027, 0, "/dev/zero (deleted)", NULL, NULL },
	{ 0x50000000, 0x50002000, VM_R, MMSCOPE_KIND_FILE, MMSCOPE_VMA_FILE, 8, 77, 0,
	  "/usr/lib/libx.so", NULL, NULL },
	{ 0x50002000, 0x50004000, VM_R | VM_X, MMSCOPE_KIND_FILE, MMSCOPE_VMA_FILE, 8, 77, 2,
	  "/usr/lib/libx.so", NULL, NULL },
	{ 0x60000000, 0x60003000, VM_R | VM_W | VM_S | VM_MS | VM_PFN, MMSCOPE_KIND_DEVICE,
	  MMSCOPE_VMA_FILE, 5, 4, 0x60000, "/dev/mem", NULL, NULL },
	{ 0x7ffd00000000, 0x7ffd00021000, VM_R | VM_W, MMSCOPE_KIND_STACK, MMSCOPE_VMA_ANON_VMA, 0,
	  0, 0x7ffd00000, NULL, "[stack]", NULL },
};

#define NR_VMAS	(sizeof(vmas) / sizeof(vmas[0]))

static const struct mmscope_name vm_names[] = {
	{ 0, "read" }, { 1, "write" }, { 2, "exec" }, { 3, "shared" }, { 7, "mayshare" },
	{ 10, "pfnmap" }, { 22, "hugetlb" }, { 27, "softdirty" },
}, mmf_names[] = {
	{ 16, "vm_mergeable" }, { 17, "vm_hugepage" },
}, entry_names[] = {
	{ 0, "present" }, { 1, "write" }, { 2, "user" }, { 3, "exec" }, { 4, "young" },
	{ 5, "dirty" }, { 7, "table" }, { 13, "uffd_wp" },
};

static void configure(void)
{
	static const struct { const char *name; size_t offset; } keys[] = {
		{ "vmas=", offsetof(struct fake, vmas_per_reply) },
		{ "extents=", offsetof(struct fake, extents_per_reply) },
		{ "many=", offsetof(struct fake, many) },
		{ "changed=", offsetof(struct fake, changed_at) },
		{ "gone=", offsetof(struct fake, gone_after) },
		{ "attach=", offsetof(struct fake, attach_err) },
		{ "hidden=", offsetof(struct fake, hidden) },
		{ "malformed=", offsetof(struct fake, malformed) },
	};
	const char *env = getenv("MMSCOPE_FAKE");
	static int done;
	size_t i;

	if (done++ || !env)
		return;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *at = strstr(env, keys[i].name);
		int value;

		if (!at)
			continue;
		value = atoi(at + strlen(keys[i].name));
		memcpy((char *)&fake + keys[i].offset, &value, sizeof(value));
	}
}

static size_t nr_vmas(void)
{
	return fake.many ? fake.many : NR_VMAS;
}

static struct fake_vma get_vma(size_t i)
{
	if (fake.many)
		return (struct fake_vma){
			.start = 0x10000000 + i * 2 * PAGE, .end = 0x10000000 + i * 2 * PAGE + PAGE,
			.flags = VM_R | VM_W, .kind = MMSCOPE_KIND_ANON,
		};
	return vmas[i];
}

static int reply(struct mmscope_lock *lock)
{
	fake.replies++;
	if (fake.gone_after && fake.replies > fake.gone_after) {
		errno = ESRCH;
		return -1;
	}
	lock->flags = fake.replies == fake.changed_at ? MMSCOPE_LOCK_CHANGED : 0;
	lock->hold_max_ns = 100 * fake.replies;
	lock->hold_total_ns = 1000;
	lock->nr_locks = 2;
	lock->generation = 7;
	return 0;
}

static int do_info(struct mmscope_info *arg)
{
	static const struct mmscope_level_info levels[] = {
		{ MMSCOPE_LEVEL_PGD, 39, 512, 0, { 0 } },
		{ MMSCOPE_LEVEL_PUD, 30, 512, 1, { 0 } },
		{ MMSCOPE_LEVEL_PMD, 21, 512, 1, { 0 } },
		{ MMSCOPE_LEVEL_PTE, 12, 512, 1, { 0 } },
	};

	arg->api_version = 1;
	arg->page_size = PAGE;
	arg->nr_levels = 4;
	arg->va_bits = 47;
	memcpy(arg->levels, levels, sizeof(levels));
	arg->features = MMSCOPE_FEATURE_THP | MMSCOPE_FEATURE_HUGETLB;
	arg->max_batch = 65536;
	snprintf(arg->release, sizeof(arg->release), "6.12.0-fake");
	snprintf(arg->arch, sizeof(arg->arch), "x86");
	return 0;
}

static int do_names(struct mmscope_names *arg)
{
	static const struct { const struct mmscope_name *names; unsigned int nr; } classes[] = {
		{ vm_names, sizeof(vm_names) / sizeof(vm_names[0]) },
		{ mmf_names, sizeof(mmf_names) / sizeof(mmf_names[0]) },
		{ entry_names, sizeof(entry_names) / sizeof(entry_names[0]) },
	};

	if (arg->which > 2) {
		errno = EINVAL;
		return -1;
	}
	if (arg->names)
		memcpy((void *)(unsigned long)arg->names, classes[arg->which].names,
		       (arg->nr < classes[arg->which].nr ? arg->nr : classes[arg->which].nr) *
		       sizeof(struct mmscope_name));
	arg->nr = classes[arg->which].nr;
	return 0;
}

static int do_attach(struct mmscope_attach *arg)
{
	if (fake.attach_err) {
		errno = fake.attach_err;
		return -1;
	}
	fake.attached_pid = arg->pid;
	arg->rights = MMSCOPE_RIGHT_MAPS | (fake.hidden ? 0 : MMSCOPE_RIGHT_PHYS);
	return 0;
}

static int do_mm(struct mmscope_mm *arg)
{
	static const char exe[] = "/usr/bin/prog";

	if (arg->exe)
		memcpy((char *)(unsigned long)arg->exe, exe,
		       arg->exe_size < sizeof(exe) ? arg->exe_size : sizeof(exe));
	arg->exe_size = sizeof(exe);
	if (arg->cpumask)
		((unsigned char *)(unsigned long)arg->cpumask)[0] = 0x17;
	arg->cpumask_size = 8;
	arg->start_code = 0x400000;
	arg->task_size = 0x7ffffffff000;
	arg->total_vm = 100;
	arg->owner_pid = 42;
	arg->pgd_pa = fake.hidden ? MMSCOPE_HIDDEN : 0x1234000;
	arg->mm_flags = 1ULL << 16 | 1ULL << 40;
	arg->nr_auxv = 8;
	memcpy(arg->auxv, (__u64[]){ 9, 0x401000, 6, 4096, 99, 5, 0, 0 }, 8 * sizeof(__u64));
	return 0;
}

/* Appends a string to a record under construction. */
static unsigned int put(unsigned char *rec, size_t *len, const char *s)
{
	unsigned int at = *len;

	if (!s)
		return 0;
	memcpy(rec + at, s, strlen(s) + 1);
	*len += strlen(s) + 1;
	return at;
}

static size_t make_record(unsigned char *rec, const struct fake_vma *v)
{
	struct mmscope_vma *out = (struct mmscope_vma *)rec;
	size_t len = sizeof(*out);

	memset(rec, 0, 512);
	*out = (struct mmscope_vma){
		.attrs = v->attrs, .start = v->start, .end = v->end, .vm_flags = v->flags,
		.page_prot = fake.hidden ? MMSCOPE_HIDDEN : 0x25, .pgoff = v->pgoff, .ino = v->ino,
		.dev_major = v->dev, .dev_minor = v->dev ? 1 : 0, .page_size = PAGE,
		.kind = v->kind,
	};
	out->path_off = put(rec, &len, v->path);
	out->path_len = v->path ? strlen(v->path) : 0;
	out->name_off = put(rec, &len, v->name);
	out->ops_off = put(rec, &len, v->ops);
	out->size = (len + 7) & ~7UL;
	if (fake.malformed == FAKE_BAD_STRING && v->path)
		memset(rec + out->path_off, 'x', out->size - out->path_off);
	return out->size;
}

static int do_vmas(struct mmscope_vmas *arg)
{
	unsigned char *buf = (unsigned char *)(unsigned long)arg->buf;
	unsigned char rec[512] __attribute__((aligned(8)));
	size_t i, len;

	if (arg->buf_size < MMSCOPE_VMA_RECORD_MAX) {
		errno = EINVAL;
		return -1;
	}
	if (reply(&arg->lock))
		return -1;
	arg->used = 0;
	arg->nr = 0;
	arg->done = 0;
	if (fake.malformed == FAKE_BAD_CURSOR)
		return 0;
	for (i = 0; i < nr_vmas(); i++) {
		struct fake_vma v = get_vma(i);

		if (v.end <= arg->start || v.start >= arg->end)
			continue;
		len = make_record(rec, &v);
		if (arg->used + len > arg->buf_size ||
		    (fake.vmas_per_reply && arg->nr == fake.vmas_per_reply)) {
			arg->start = v.start;
			return 0;
		}
		if (fake.malformed == FAKE_BAD_SIZE)
			((struct mmscope_vma *)rec)->size = 4096;
		memcpy(buf + arg->used, rec, len);
		arg->used += len;
		arg->nr++;
	}
	arg->done = 1;
	arg->start = arg->end;
	return 0;
}

static const struct fake_vma *find_vma(__u64 va, struct fake_vma *space)
{
	size_t i;

	for (i = 0; i < nr_vmas(); i++) {
		*space = get_vma(i);
		if (va < space->end)
			return space;
	}
	return NULL;
}

/* What is at one page. */
static struct mmscope_extent page_at(__u64 va)
{
	struct mmscope_extent e = {
		.start = va, .end = va + PAGE, .level = MMSCOPE_LEVEL_PTE, .page_shift = 12,
		.status = MMSCOPE_NO_VMA,
	};
	struct fake_vma space;
	const struct fake_vma *v = find_vma(va, &space);
	__u64 n;

	if (!v || va < v->start)
		return e;
	e.status = MMSCOPE_MAPPED;
	e.flags = MMSCOPE_PTE_PRESENT | MMSCOPE_PTE_USER;
	e.pa = 0x100000000ULL + (va & 0xffffffff);
	if (v->kind == MMSCOPE_KIND_HEAP) {
		n = (va - v->start) / PAGE;
		if (n >= 8) {
			e.flags = 0;
			e.pa = 0;
			e.status = MMSCOPE_NONE;
		}
		if (n == 8 || n == 9) {
			e.status = MMSCOPE_SWAP;
			e.pa = 500 + n;
			e.swap_type = 1;
		} else if (n == 10) {
			e.status = MMSCOPE_PROTNONE;
			e.flags = MMSCOPE_PTE_PRESENT;
			e.pa = 0x5000;
		} else if (n == 11) {
			e.status = MMSCOPE_MARKER;
			e.flags = MMSCOPE_PTE_UFFD_WP;
		}
	}
	if (fake.hidden && e.pa)
		e.pa = MMSCOPE_HIDDEN;
	return e;
}

/* The rule of struct mmscope_extent, once more and independently of the library. */
static int joins(const struct mmscope_extent *a, const struct mmscope_extent *b)
{
	__u64 step = a->status == MMSCOPE_MAPPED || a->status == MMSCOPE_PROTNONE ?
		     a->end - a->start : a->status == MMSCOPE_SWAP ? (a->end - a->start) / PAGE : 0;

	return a->end == b->start && a->status == b->status && a->flags == b->flags &&
	       a->swap_type == b->swap_type &&
	       (a->pa == MMSCOPE_HIDDEN ? b->pa == MMSCOPE_HIDDEN : a->pa + step == b->pa) &&
	       !(fake.cut && b->start % fake.cut == 0);
}

static __u64 skip_gap(__u64 va, __u64 end)
{
	struct fake_vma space;
	const struct fake_vma *v = find_vma(va, &space);

	if (!v || v->start >= end)
		return end;
	return v->start > va ? v->start : va;
}

static int do_extents(struct mmscope_extents *arg)
{
	struct mmscope_extent *buf = (struct mmscope_extent *)(unsigned long)arg->buf;
	__u32 wanted = arg->statuses ? arg->statuses :
		(__u32)~(MMSCOPE_STATUS_BIT(MMSCOPE_NONE) | MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA));
	__u64 room = fake.extents_per_reply && fake.extents_per_reply < arg->nr ?
		     fake.extents_per_reply : arg->nr;
	__u64 end = arg->end > 0x7ffffffff000 ? 0x7ffffffff000 : arg->end, va = arg->start;
	struct mmscope_extent e;

	if (reply(&arg->lock))
		return -1;
	arg->nr = 0;
	arg->done = 0;
	if (fake.malformed == FAKE_BAD_CURSOR)
		return 0;
	while (va < end) {
		__u64 next = skip_gap(va, end);

		e = page_at(va);
		if (next > va)
			e.end = next;
		e.flags &= ~arg->ignore_flags;
		if (wanted & MMSCOPE_STATUS_BIT(e.status) &&
		    (e.flags & arg->require_flags) == arg->require_flags) {
			bool join = arg->nr && joins(&buf[arg->nr - 1], &e);

			if (!join && arg->nr == room) {
				arg->start = va;
				return 0;
			}
			if (join)
				buf[arg->nr - 1].end = e.end;
			else
				buf[arg->nr++] = e;
		}
		va = e.end;
	}
	arg->start = end;
	arg->done = 1;
	return 0;
}

static int do_walk(struct mmscope_walk *arg)
{
	const __u64 *addrs = (const __u64 *)(unsigned long)arg->addrs;
	struct mmscope_walk_result *results = (void *)(unsigned long)arg->results;
	__u64 i;
	int l;

	if (reply(&arg->lock))
		return -1;
	for (i = 0; i < arg->nr; i++) {
		struct mmscope_walk_result *r = &results[i];
		struct mmscope_extent e = page_at(addrs[i] & ~(PAGE - 1));

		memset(r, 0, sizeof(*r));
		r->va = addrs[i];
		r->status = addrs[i] >> 47 ? MMSCOPE_NONCANONICAL : e.status;
		if (r->status == MMSCOPE_NO_VMA || r->status == MMSCOPE_NONCANONICAL)
			continue;
		r->level = MMSCOPE_LEVEL_PTE;
		r->page_size = PAGE;
		r->flags = e.flags;
		if (r->status == MMSCOPE_SWAP) {
			r->swap_type = e.swap_type;
			r->swap_offset = e.pa;
		} else {
			r->pa = e.pa;
			if (e.pa && e.pa != MMSCOPE_HIDDEN)
				r->pa += addrs[i] & (PAGE - 1);
		}
		for (l = 0; l < 4; l++)
			r->levels[l] = (struct mmscope_walk_level){
				.level = l ? l + 1 : 0, .index = (addrs[i] >> (39 - 9 * l)) & 511,
				.table_pa = fake.hidden ? MMSCOPE_HIDDEN : 0x1000ULL * (l + 1),
				.entry = fake.hidden ? MMSCOPE_HIDDEN : 0x8000000000000067ULL,
				.flags = l == 3 ? e.flags : MMSCOPE_PTE_PRESENT | MMSCOPE_PTE_TABLE,
			};
		r->nr_levels = fake.malformed == FAKE_BAD_LEVELS ? 9 : 4;
	}
	return 0;
}

static int do_translate(struct mmscope_translate *arg)
{
	const __u64 *addrs = (const __u64 *)(unsigned long)arg->addrs;
	struct mmscope_translation *to = (void *)(unsigned long)arg->translations;
	struct mmscope_extent e;
	__u64 i;

	if (reply(&arg->lock))
		return -1;
	for (i = 0; i < arg->nr; i++, to++) {
		memset(to, 0, sizeof(*to));
		e = page_at(addrs[i] & ~(PAGE - 1));
		to->status = addrs[i] >> 47 ? MMSCOPE_NONCANONICAL : e.status;
		if (to->status == MMSCOPE_NO_VMA || to->status == MMSCOPE_NONCANONICAL)
			continue;
		to->level = MMSCOPE_LEVEL_PTE;
		to->page_shift = 12;
		if (to->status == MMSCOPE_MAPPED || to->status == MMSCOPE_PROTNONE)
			to->pa = fake.hidden ? MMSCOPE_HIDDEN : e.pa + (addrs[i] & (PAGE - 1));
	}
	return 0;
}

static unsigned int type_of(const struct fake_vma *v)
{
	if (v->kind == MMSCOPE_KIND_DEVICE)
		return MMSCOPE_PAGE_NONE;
	if (v->kind == MMSCOPE_KIND_SHM)
		return MMSCOPE_PAGE_SHMEM;
	return v->attrs & MMSCOPE_VMA_FILE && !(v->attrs & MMSCOPE_VMA_ANON_VMA) ?
	       MMSCOPE_PAGE_FILE : MMSCOPE_PAGE_ANON;
}

static struct mmscope_page facts_at(__u64 va, const struct mmscope_extent *e)
{
	struct mmscope_page p = {
		.va = va, .flags = e->flags, .status = e->status, .level = e->level,
		.swap_type = e->swap_type, .node = MMSCOPE_NO_NODE, .zone = MMSCOPE_NO_ZONE,
	};
	bool frame = e->status == MMSCOPE_MAPPED || e->status == MMSCOPE_PROTNONE;
	struct fake_vma space;

	p.value = frame && e->pa != MMSCOPE_HIDDEN ? e->pa / PAGE : e->pa;
	if (frame)
		p.type = type_of(find_vma(va, &space));
	if (p.type != MMSCOPE_PAGE_NONE) {
		p.mapcount = p.type == MMSCOPE_PAGE_FILE ? 3 : 1;
		p.refcount = p.mapcount + 1;
		p.attrs = p.mapcount == 1 ? MMSCOPE_PAGE_EXCLUSIVE : 0;
		/* lru; anon and "owner 2" or file and reclaim */
		p.kpf = 1ULL << 5 | (p.type == MMSCOPE_PAGE_ANON ? 1ULL << 12 | 1ULL << 34 :
								   1ULL << 9);
		p.node = 0;
		p.zone = 1;
	}
	if (fake.hidden) {
		p.swap_type = p.status == MMSCOPE_SWAP ? MMSCOPE_HIDDEN32 : 0;
		p.kpf = MMSCOPE_HIDDEN;
		p.mapcount = MMSCOPE_HIDDEN32;
		p.refcount = MMSCOPE_HIDDEN32;
		p.node = MMSCOPE_NO_NODE;
		p.zone = MMSCOPE_NO_ZONE;
	}
	return p;
}

static __u64 room_of(__u64 nr)
{
	return fake.extents_per_reply && fake.extents_per_reply < nr ? fake.extents_per_reply : nr;
}

static int do_pages(struct mmscope_pages *arg)
{
	__u32 no_page = MMSCOPE_STATUS_BIT(MMSCOPE_NONE) | MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA);
	struct mmscope_page *buf = (struct mmscope_page *)(unsigned long)arg->buf;
	__u32 wanted = arg->statuses ? arg->statuses : ~no_page;
	__u64 end = arg->end > 0x7ffffffff000 ? 0x7ffffffff000 : arg->end, va;
	__u64 room = room_of(arg->nr);

	if (arg->statuses & no_page || arg->start % PAGE || (arg->end + 1 && arg->end % PAGE)) {
		errno = EINVAL;
		return -1;
	}
	if (reply(&arg->lock))
		return -1;
	arg->nr = 0;
	arg->done = 0;
	if (fake.malformed == FAKE_BAD_CURSOR)
		return 0;
	for (va = skip_gap(arg->start, end); va < end; va = skip_gap(va + PAGE, end)) {
		struct mmscope_extent e = page_at(va);

		if (!(wanted & MMSCOPE_STATUS_BIT(e.status)))
			continue;
		if (arg->nr == room) {
			arg->start = va;
			return 0;
		}
		buf[arg->nr++] = facts_at(fake.malformed == FAKE_BAD_SIZE ? 0x400000 : va, &e);
	}
	arg->start = end;
	arg->done = 1;
	return 0;
}

static struct mmscope_stat stat_of(const struct fake_vma *v, __u64 start, __u64 end)
{
	struct mmscope_stat s = { .start = start, .end = end, .vss = end - start, .nr_vmas = 1 };
	unsigned int type = type_of(v);
	__u64 va;

	for (va = start; va < end; va += PAGE) {
		struct mmscope_extent e = page_at(va);

		if (e.status == MMSCOPE_SWAP)
			s.swap += PAGE;
		if ((e.status != MMSCOPE_MAPPED && e.status != MMSCOPE_PROTNONE) ||
		    type == MMSCOPE_PAGE_NONE)
			continue;
		s.rss += PAGE;
		if (type == MMSCOPE_PAGE_FILE) {
			s.pss += (PAGE << MMSCOPE_PSS_SHIFT) / 3;
			s.shared_clean += PAGE;
		} else {
			s.pss += PAGE << MMSCOPE_PSS_SHIFT;
			s.private_dirty += PAGE;
		}
		if (type == MMSCOPE_PAGE_ANON)
			s.anonymous += PAGE;
	}
	return s;
}

static void add_stat(struct mmscope_stat *sum, const struct mmscope_stat *s)
{
	if (!sum->nr_vmas)
		sum->start = s->start;
	sum->end = s->end;
	sum->vss += s->vss;
	sum->rss += s->rss;
	sum->pss += s->pss;
	sum->shared_clean += s->shared_clean;
	sum->private_dirty += s->private_dirty;
	sum->anonymous += s->anonymous;
	sum->swap += s->swap;
	sum->nr_vmas++;
}

static int do_stats(struct mmscope_stats *arg)
{
	struct mmscope_stat *buf = (struct mmscope_stat *)(unsigned long)arg->buf;
	bool rollup = arg->flags & MMSCOPE_STATS_ROLLUP;
	struct mmscope_stat sum = { 0 }, one;
	__u64 room = room_of(arg->nr);
	size_t i;

	if (reply(&arg->lock))
		return -1;
	arg->nr = 0;
	arg->done = 0;
	if (fake.malformed == FAKE_BAD_CURSOR)
		return 0;
	for (i = 0; i < nr_vmas(); i++) {
		struct fake_vma v = get_vma(i);
		__u64 start = v.start > arg->start ? v.start : arg->start;
		__u64 end = v.end < arg->end ? v.end : arg->end;

		if (start >= end)
			continue;
		one = stat_of(&v, start, end);
		if (fake.malformed == FAKE_BAD_SIZE)
			one.end = one.start;
		if (rollup) {
			add_stat(&sum, &one);
			continue;
		}
		if (arg->nr == room) {
			arg->start = start;
			return 0;
		}
		buf[arg->nr++] = one;
	}
	if (sum.nr_vmas)
		buf[arg->nr++] = sum;
	arg->start = arg->end;
	arg->done = 1;
	return 0;
}

/* Every table that an address of a VMA in the range has; the kernel knows of one more. */
static int do_tables(struct mmscope_tables *arg)
{
	static const struct { unsigned int level, shift; } levels[] = {
		{ MMSCOPE_LEVEL_PGD, 39 }, { MMSCOPE_LEVEL_PUD, 30 }, { MMSCOPE_LEVEL_PMD, 21 },
		{ MMSCOPE_LEVEL_PTE, 12 },
	};
	__u64 last_of_all, last_table, last_entry, va, all = 0;
	size_t i, l;

	if (reply(&arg->lock))
		return -1;
	arg->nr_levels = fake.malformed == FAKE_BAD_LEVELS ? 9 : 4;
	for (l = 0; l < 4; l++) {
		struct mmscope_table_level *level = &arg->levels[l];

		level->level = levels[l].level;
		last_of_all = ~0ULL;
		last_table = ~0ULL;
		last_entry = ~0ULL;
		for (i = 0; i < nr_vmas(); i++) {
			struct fake_vma v = get_vma(i);

			for (va = v.start; va < v.end; va += PAGE) {
				all += l && last_of_all != va >> (levels[l].shift + 9);
				last_of_all = va >> (levels[l].shift + 9);
				if (va < arg->start || va >= arg->end)
					continue;
				level->tables += last_table != last_of_all;
				level->entries += last_entry != va >> levels[l].shift;
				last_table = last_of_all;
				last_entry = va >> levels[l].shift;
			}
		}
		level->sparse = level->tables;
	}
	arg->pgtables_bytes = (all + 1) * PAGE;
	return 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	configure();
	switch (request) {
	case MMSCOPE_IOC_INFO:
		return do_info(arg);
	case MMSCOPE_IOC_NAMES:
		return do_names(arg);
	case MMSCOPE_IOC_ATTACH:
		return do_attach(arg);
	case MMSCOPE_IOC_MM:
		return do_mm(arg);
	case MMSCOPE_IOC_VMAS:
		return do_vmas(arg);
	case MMSCOPE_IOC_WALK:
		return do_walk(arg);
	case MMSCOPE_IOC_EXTENTS:
		return do_extents(arg);
	case MMSCOPE_IOC_TRANSLATE:
		return do_translate(arg);
	case MMSCOPE_IOC_PAGES:
		return do_pages(arg);
	case MMSCOPE_IOC_STATS:
		return do_stats(arg);
	case MMSCOPE_IOC_TABLES:
		return do_tables(arg);
	default:
		return __real_ioctl(fd, request, arg);
	}
}
