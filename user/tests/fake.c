// SPDX-License-Identifier: GPL-2.0
/*
 * fake.c - a device inside the test; see fake.h
 *
 * MMSCOPE_FAKE in the environment sets the same things for a command under test:
 * "cut=4096,vmas=2,gone=1".
 */
#include <errno.h>
#include <poll.h>
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
	{ 5, "dirty" }, { 7, "table" }, { 9, "protnone" }, { 13, "uffd_wp" },
}, kpf_names[] = {
	{ 5, "lru" }, { 9, "reclaim" }, { 12, "anon" }, { 34, "owner_2" },
	{ 47, "anon_exclusive" }, { 48, "readahead" },
}, fact_names[] = {
	{ 0, "read" }, { 1, "write" }, { 7, "anon" }, { 32, "exclusive" },
};

static void configure(void)
{
	static const struct { const char *name; size_t offset; } keys[] = {
		{ "vmas=", offsetof(struct fake, vmas_per_reply) },
		{ "extents=", offsetof(struct fake, extents_per_reply) },
		{ "words=", offsetof(struct fake, words) },
		{ "many=", offsetof(struct fake, many) },
		{ "other=", offsetof(struct fake, other) },
		{ "changed=", offsetof(struct fake, changed_at) },
		{ "moved=", offsetof(struct fake, moved_at) },
		{ "gone=", offsetof(struct fake, gone_after) },
		{ "attach=", offsetof(struct fake, attach_err) },
		{ "hidden=", offsetof(struct fake, hidden) },
		{ "markup=", offsetof(struct fake, markup) },
		{ "hostile=", offsetof(struct fake, hostile) },
		{ "permissive=", offsetof(struct fake, permissive) },
		{ "budget=", offsetof(struct fake, budget_ns) },
		{ "slow=", offsetof(struct fake, slow_ms) },
		{ "malformed=", offsetof(struct fake, malformed) },
		{ "lacks=", offsetof(struct fake, lacks) },
		{ "grows=", offsetof(struct fake, grows) },
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
			.pgoff = fake.other == 1 ? 1 : 0,
		};
	if (fake.markup && vmas[i].start == 0x20000000) {
		struct fake_vma vma = vmas[i];

		vma.path = FAKE_MARKUP;
		return vma;
	}
	return vmas[i];
}

static int reply(struct mmscope_lock *lock)
{
	__u64 generation;

	fake.replies++;
	poll(NULL, 0, fake.slow_ms);
	if (fake.gone_after && fake.replies > fake.gone_after) {
		errno = ESRCH;
		return -1;
	}
	if (fake.budget_ns && lock->budget_ns != fake.budget_ns) {
		errno = EBADRQC;
		return -1;
	}
	generation = fake.moved_at && fake.replies >= fake.moved_at ? 8 : 7;
	lock->flags = fake.replies == fake.changed_at ||
		      (lock->generation && lock->generation != generation) ?
		      MMSCOPE_LOCK_CHANGED : 0;
	lock->hold_max_ns = 100 * fake.replies;
	lock->hold_total_ns = 1000;
	lock->nr_locks = 2;
	lock->generation = generation;
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
	snprintf(arg->release, sizeof(arg->release), "%s",
		 fake.hostile ? FAKE_ODD : "6.12.0-fake");
	snprintf(arg->arch, sizeof(arg->arch), "x86");
	return 0;
}

static int do_names(struct mmscope_names *arg)
{
	static const struct { const struct mmscope_name *names; unsigned int nr; } classes[] = {
		{ vm_names, sizeof(vm_names) / sizeof(vm_names[0]) },
		{ mmf_names, sizeof(mmf_names) / sizeof(mmf_names[0]) },
		{ entry_names, sizeof(entry_names) / sizeof(entry_names[0]) },
		{ kpf_names, sizeof(kpf_names) / sizeof(kpf_names[0]) },
		{ fact_names, sizeof(fact_names) / sizeof(fact_names[0]) },
	};

	if (arg->which >= MMSCOPE_NR_NAMES) {
		errno = EINVAL;
		return -1;
	}
	if (arg->names)
		memcpy((void *)(unsigned long)arg->names, classes[arg->which].names,
		       (arg->nr < classes[arg->which].nr ? arg->nr : classes[arg->which].nr) *
		       sizeof(struct mmscope_name));
	if (fake.hostile && arg->names && arg->nr)
		memcpy(((struct mmscope_name *)(unsigned long)arg->names)->name, FAKE_ODD,
		       sizeof(FAKE_ODD));
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
	const char *exe = fake.hostile ? "/" FAKE_ODD : "/usr/bin/prog";
	const __u32 size = strlen(exe) + 1;

	if (arg->exe)
		memcpy((char *)(unsigned long)arg->exe, exe,
		       arg->exe_size < size ? arg->exe_size : size);
	arg->exe_size = size;
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

/* Grown since it was told, by a page: told once more, as the module does. */
static bool grew(const struct mmscope_vmas *arg, size_t i, struct fake_vma *v)
{
	static size_t grown;
	struct fake_vma next;

	if (!fake.grows || v->end > arg->start || i < grown || i + 1 == nr_vmas())
		return false;
	next = get_vma(i + 1);
	if (next.end <= arg->start || next.start < v->end + PAGE)
		return false;
	grown = i + 1;
	v->end += PAGE;
	return true;
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

		if (!grew(arg, i, &v) && (v.end <= arg->start || v.start >= arg->end))
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

/* Adds the record of VMA @i, if there is one, to the reply. */
static __u32 add_found(struct mmscope_find *arg, size_t i)
{
	unsigned char *buf = (unsigned char *)(unsigned long)arg->buf;
	__u32 at = arg->used;
	struct fake_vma v;

	if (i >= nr_vmas())
		return MMSCOPE_NO_RECORD;
	v = get_vma(i);
	arg->used += make_record(buf + at, &v);
	if (fake.malformed == FAKE_BAD_SIZE)
		((struct mmscope_vma *)(buf + at))->size = 1 << 20;
	return at;
}

static int do_find(struct mmscope_find *arg)
{
	__u64 end = arg->end ? arg->end : arg->addr + 1;
	size_t i = 0, nr = nr_vmas();

	if (reply(&arg->lock))
		return -1;
	while (i < nr && get_vma(i).end <= arg->addr)
		i++;
	arg->task_size = 0x7ffffffff000;
	arg->gap_start = i ? get_vma(i - 1).end : 0;
	arg->gap_end = i < nr ? get_vma(i).start : arg->task_size;
	arg->found = 0;
	if (i < nr) {
		arg->next_gap_start = get_vma(i).end;
		arg->next_gap_end = i + 1 < nr ? get_vma(i + 1).start : arg->task_size;
		if (get_vma(i).start <= arg->addr)
			arg->found |= MMSCOPE_FIND_HOLDS;
		if (get_vma(i).start < end)
			arg->found |= MMSCOPE_FIND_INTERSECTS;
	}
	arg->used = 0;
	arg->prev = add_found(arg, i - 1);
	arg->vma = add_found(arg, i);
	arg->next = add_found(arg, i + 1);
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
	if (fake.other == 2)
		e.pa += 0x100000000ULL;
	if (fake.permissive && v->kind == MMSCOPE_KIND_TEXT)
		e.flags |= MMSCOPE_PTE_WRITE | MMSCOPE_PTE_EXEC;
	if (v->kind == MMSCOPE_KIND_HEAP) {
		if (fake.permissive)
			e.flags |= MMSCOPE_PTE_EXEC;
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
			e.flags = MMSCOPE_PTE_PRESENT | MMSCOPE_PTE_PROTNONE;
			e.pa = 0x5000;
		} else if (n == 11) {
			e.status = MMSCOPE_MARKER;
			e.flags = MMSCOPE_PTE_UFFD_WP;
		}
	}
	if (fake.hidden && e.pa)
		e.pa = MMSCOPE_HIDDEN;
	if (fake.hidden && e.status == MMSCOPE_SWAP)
		e.swap_type = MMSCOPE_HIDDEN32;
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

/* The word of a page, or 0 when there is none for it: then it is told by a record. */
static __u64 word_of(const struct mmscope_extent *e)
{
	static const __u64 bits[][2] = {
		{ MMSCOPE_PTE_PRESENT, MMSCOPE_DENSE_PRESENT },
		{ MMSCOPE_PTE_WRITE, MMSCOPE_DENSE_WRITE },
		{ MMSCOPE_PTE_USER, MMSCOPE_DENSE_USER },
		{ MMSCOPE_PTE_YOUNG, MMSCOPE_DENSE_YOUNG },
		{ MMSCOPE_PTE_DIRTY, MMSCOPE_DENSE_DIRTY },
		{ MMSCOPE_PTE_PROTNONE, MMSCOPE_DENSE_PROTNONE },
	};
	__u64 word = e->status == MMSCOPE_SWAP ? MMSCOPE_DENSE_SWAP : MMSCOPE_DENSE_NOEXEC;
	__u64 left = e->flags;

	if (e->level != MMSCOPE_LEVEL_PTE || e->end - e->start != PAGE)
		return 0;
	if (e->flags & MMSCOPE_PTE_EXEC)
		word &= ~MMSCOPE_DENSE_NOEXEC;
	left &= ~MMSCOPE_PTE_EXEC;
	for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++) {
		if (e->flags & bits[i][0])
			word |= bits[i][1];
		left &= ~bits[i][0];
	}
	if (left)
		return 0;
	switch (e->status) {
	case MMSCOPE_MAPPED:
	case MMSCOPE_PROTNONE:
		return word | (e->pa == MMSCOPE_HIDDEN ? MMSCOPE_DENSE_PA : e->pa);
	case MMSCOPE_SWAP:
		if (e->pa == MMSCOPE_HIDDEN)
			return word | MMSCOPE_DENSE_PA | MMSCOPE_DENSE_TYPE;
		return word | e->pa << MMSCOPE_DENSE_PA_SHIFT |
		       (__u64)e->swap_type << MMSCOPE_DENSE_TYPE_SHIFT;
	default:
		return 0;
	}
}

/* @e as a word, behind those that are there or as the first. Not when there is no room. */
static bool add_word(struct mmscope_extents *arg, struct mmscope_extent **head,
		     const struct mmscope_extent *e, __u64 room)
{
	struct mmscope_extent *buf = (struct mmscope_extent *)(unsigned long)arg->buf;
	__u64 word = word_of(e), nr;

	if (!word || !fake.words || !(arg->flags & MMSCOPE_EXTENTS_DENSE))
		return false;
	if (!*head || (*head)->end != e->start) {
		if (room - arg->nr < 2)
			return false;
		*head = &buf[arg->nr++];
		**head = (struct mmscope_extent){
			.start = e->start, .end = e->start, .status = MMSCOPE_DENSE,
			.level = e->level, .page_shift = e->page_shift,
			.flags = fake.words == 2 && !fake.hidden ? MMSCOPE_DENSE_ENTRIES : 0,
		};
	}
	nr = ((*head)->end - (*head)->start) / PAGE;
	if (nr % 5 == 0) {
		if (arg->nr == room)
			return false;
		memset(&buf[arg->nr++], 0, sizeof(*buf));
	}
	((__u64 *)(*head + 1))[nr] = word;
	(*head)->end = e->end;
	if (fake.malformed == FAKE_BAD_WORD)
		((__u64 *)(*head + 1))[nr] = MMSCOPE_DENSE_WRITE;
	if (fake.malformed == FAKE_BAD_WORDS)
		(*head)->end = e->end + 100000 * PAGE;
	return true;
}

static int do_extents(struct mmscope_extents *arg)
{
	struct mmscope_extent *buf = (struct mmscope_extent *)(unsigned long)arg->buf;
	__u32 wanted = arg->statuses ? arg->statuses :
		(__u32)~(MMSCOPE_STATUS_BIT(MMSCOPE_NONE) | MMSCOPE_STATUS_BIT(MMSCOPE_NO_VMA));
	__u64 room = fake.extents_per_reply && fake.extents_per_reply < arg->nr ?
		     fake.extents_per_reply : arg->nr;
	__u64 end = arg->end > 0x7ffffffff000 ? 0x7ffffffff000 : arg->end, va = arg->start;
	struct mmscope_extent e, *head = NULL;

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
			bool join = !head && arg->nr && joins(&buf[arg->nr - 1], &e);

			if (add_word(arg, &head, &e, room)) {
				va = e.end;
				continue;
			}
			head = NULL;
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
		if (fake.words == 2 && e.status == MMSCOPE_MAPPED)
			r->levels[3].entry = word_of(&e);
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

/*
 * Process 42 with two threads, a process that shares it, one of another pid
 * namespace, a worker and a kernel thread; one user and two references have no name.
 * Kernel threads: 2 sleeps, 3 borrows from 77, 4 from one that has ended.
 */
static int do_tasks(struct mmscope_tasks *arg)
{
	static const struct mmscope_task tasks[] = {
		{ .pid = 42, .tgid = 42, .state = 'S', .comm = "prog" },
		{ .pid = 43, .tgid = 42, .state = 'R', .cpu = 1, .comm = "\033[31m\n\xff",
		  .flags = MMSCOPE_TASK_ON_CPU },
		{ .pid = 50, .tgid = 50, .state = 'S', .comm = "child",
		  .flags = MMSCOPE_TASK_VFORK },
		{ .pid = MMSCOPE_NO_PID, .tgid = MMSCOPE_NO_PID, .state = 'S', .comm = "inner" },
		{ .pid = 51, .tgid = 42, .state = 'S', .comm = "iou-wrk-43",
		  .flags = MMSCOPE_TASK_IO_WORKER },
		{ .pid = 7, .tgid = 7, .state = 'S', .comm = "vhost-42",
		  .flags = MMSCOPE_TASK_KTHREAD, .mm_use = MMSCOPE_USE_ADOPTED },
	}, cpus[] = {
		{ .pid = 0, .comm = "swapper/0", .state = 'R', .mm_use = MMSCOPE_USE_BORROWED,
		  .mm_of = MMSCOPE_OF_TARGET,
		  .flags = MMSCOPE_TASK_IDLE | MMSCOPE_TASK_KTHREAD | MMSCOPE_TASK_LOADED },
		{ .pid = 99, .tgid = 99, .cpu = 1, .comm = "mmscope", .state = 'R',
		  .mm_use = MMSCOPE_USE_OWN, .mm_of = MMSCOPE_OF_PROCESS, .mm_pid = 99,
		  .mm_comm = "mmscope", .flags = MMSCOPE_TASK_ON_CPU },
	}, kthreads[] = {
		{ .pid = 2, .tgid = 2, .state = 'S', .comm = "kthreadd",
		  .flags = MMSCOPE_TASK_KTHREAD },
		{ .pid = 3, .tgid = 3, .state = 'R', .comm = "kworker",
		  .flags = MMSCOPE_TASK_KTHREAD, .mm_use = MMSCOPE_USE_BORROWED,
		  .mm_of = MMSCOPE_OF_PROCESS, .mm_pid = 77,
		  .mm_comm = "bash" },
		{ .pid = 4, .tgid = 4, .state = 'R', .comm = "kworker",
		  .flags = MMSCOPE_TASK_KTHREAD, .mm_use = MMSCOPE_USE_BORROWED,
		  .mm_of = MMSCOPE_OF_EXITED },
	};
	struct mmscope_task *to = (struct mmscope_task *)(unsigned long)arg->tasks;
	__u32 nr = fake.many ? fake.many : sizeof(tasks) / sizeof(tasks[0]), i;
	struct mmscope_lock lock = { .budget_ns = fake.budget_ns }; /* it has none */

	if (arg->kthread) {
		errno = fake.hidden ? EPERM : EINVAL;
		if (fake.hidden || arg->kthread < 2 || arg->kthread > 4)
			return -1;
		to[0] = kthreads[arg->kthread - 2];
		arg->nr_tasks = 1;
		return 0;
	}
	if (reply(&lock))
		return -1;
	for (i = 0; i < nr && i < arg->nr_tasks; i++) {
		to[i] = tasks[fake.many ? 0 : i];
		to[i].mm_of = MMSCOPE_OF_TARGET;
		if (to[i].mm_use == MMSCOPE_USE_NONE)
			to[i].mm_use = MMSCOPE_USE_OWN;
		if (fake.hidden && to[i].pid == 50)
			to[i] = (struct mmscope_task){
				.pid = MMSCOPE_NO_PID, .tgid = MMSCOPE_NO_PID,
				.flags = MMSCOPE_TASK_HIDDEN, .mm_use = MMSCOPE_USE_OWN,
			};
	}
	if (fake.malformed == FAKE_BAD_STRING)
		memset(to[0].comm, 'x', sizeof(to[0].comm));
	arg->nr_tasks = fake.malformed == FAKE_BAD_CURSOR ? arg->nr_tasks + 1 : nr;
	arg->mm_users = 6;
	arg->users_threads = fake.many ? fake.many : 4;
	arg->users_workers = 1;
	arg->mm_count = 7;
	arg->count_users = 1;
	arg->count_adopted = 1;
	arg->count_handles = 1;
	arg->count_khugepaged = 1;
	arg->count_lazy = MMSCOPE_HIDDEN32;
	arg->changed = lock.flags & MMSCOPE_LOCK_CHANGED;
	if (!arg->cpus) {
		arg->nr_cpus = 0;
	} else if (fake.hidden) {
		arg->nr_cpus = MMSCOPE_HIDDEN32;
	} else {
		memcpy((void *)(unsigned long)arg->cpus, cpus, sizeof(cpus));
		arg->nr_cpus = 2;
		arg->count_lazy = 1;
	}
	return 0;
}

/* Facts follow from the rights of the mapping; its memory is one's own. */
static int do_explain(struct mmscope_explain *arg)
{
	struct mmscope_walk walk = {
		.addrs = (unsigned long)&arg->va, .nr = 1,
		.results = (unsigned long)&arg->walk, .lock = arg->lock,
	};
	__u64 page = arg->va & ~(PAGE - 1);
	struct mmscope_extent e = page_at(page);
	const struct fake_vma *vma;
	struct fake_vma space;

	if (arg->flags || arg->vma_size < MMSCOPE_VMA_RECORD_MAX) {
		errno = EINVAL;
		return -1;
	}
	if (do_walk(&walk))
		return -1;
	arg->lock = walk.lock;
	arg->vma_size = 0;
	arg->region = !(arg->va >> 47) ? MMSCOPE_REGION_USER :
		      arg->va >> 47 == 0x1ffff ? MMSCOPE_REGION_KERNEL : MMSCOPE_REGION_HOLE;
	arg->facts = MMSCOPE_FACT_EXEC_READS | MMSCOPE_FACT_EXEC_LATE | MMSCOPE_FACT_HOLE_TRAPS |
		     MMSCOPE_FACT_HW_YOUNG | MMSCOPE_FACT_HW_DIRTY;
	arg->stack_limit = 8 << 20;
	arg->as_limit = ~0ULL;
	vma = find_vma(arg->va, &space);
	if (!vma || vma->start > arg->va)
		return 0;
	arg->vma_size = make_record((unsigned char *)(unsigned long)arg->vma, vma);
	if (fake.malformed == FAKE_BAD_SIZE)
		arg->vma_size = 8;
	arg->page = facts_at(page, &e);
	arg->facts |= vma->flags & (MMSCOPE_FACT_READ | MMSCOPE_FACT_WRITE | MMSCOPE_FACT_EXEC);
	if (vma->attrs & MMSCOPE_VMA_FILE)
		arg->facts |= MMSCOPE_FACT_FILEMAP | MMSCOPE_FACT_FAULT;
	else
		arg->facts |= MMSCOPE_FACT_ANON;
	if (fake.hidden)
		arg->hidden = MMSCOPE_FACTS_PHYS;
	else if (arg->page.type == MMSCOPE_PAGE_ANON)
		arg->facts |= MMSCOPE_FACT_EXCLUSIVE | MMSCOPE_FACT_LRU;
	arg->file_pages = 100;
	return 0;
}

/* The text has three operations, all else none; FAKE_BAD_STRING: an offset outside. */
static int do_vmops(struct mmscope_vmops *arg)
{
	static const char strings[] = "ext4_file_vm_ops\0filemap_fault\0fuse_map [fuse]\0";
	unsigned char *at = (unsigned char *)(unsigned long)arg->buf;
	size_t i;

	if (reply(&arg->lock))
		return -1;
	arg->used = 0;
	arg->nr = 0;
	arg->done = 0;
	arg->members = (1ULL << MMSCOPE_NR_VMOPS) - 1;
	if (fake.malformed == FAKE_BAD_CURSOR)
		return 0;
	for (i = 0; i < nr_vmas(); i++) {
		struct fake_vma v = get_vma(i);
		struct mmscope_vmops_record r = {
			.size = sizeof(r), .start = v.start, .end = v.end,
		};
		__u16 offsets[4] = { sizeof(r) + 8 + 17, sizeof(r) + 8 + 31, sizeof(r) + 8 + 47 };

		if (v.end <= arg->start || v.start >= arg->end)
			continue;
		if ((fake.vmas_per_reply && arg->nr == fake.vmas_per_reply) ||
		    arg->buf_size - arg->used < MMSCOPE_VMOPS_RECORD_MAX)
			return 0;
		if (v.kind == MMSCOPE_KIND_TEXT) {
			r.nr = 3;
			r.set = 1 << MMSCOPE_VMOP_FAULT | 1 << MMSCOPE_VMOP_MAP_PAGES |
				1 << MMSCOPE_VMOP_NAME;
			r.ops_off = fake.malformed == FAKE_BAD_STRING ? 5000 : sizeof(r) + 8;
			r.size += 8 + 56;
			memset(at + sizeof(r), 0, 64);
			memcpy(at + sizeof(r), offsets, sizeof(offsets));
			memcpy(at + sizeof(r) + 8, strings, sizeof(strings));
		}
		memcpy(at, &r, sizeof(r));
		at += r.size;
		arg->used += r.size;
		arg->nr++;
		arg->start = v.end;
	}
	arg->done = 1;
	return 0;
}

/* A node record at @at: its range, and slots of {last, gap, start, end, kind}. */
static size_t put_node(unsigned char *at, struct mmscope_store_node node,
		       const struct mmscope_store_slot *slots)
{
	node.size = sizeof(node) + node.nr_slots * sizeof(*slots);
	memcpy(at, &node, sizeof(node));
	memcpy(at + sizeof(node), slots, node.nr_slots * sizeof(*slots));
	return node.size;
}

/*
 * Two leaves below a root: [0, 0x4fffff] with text and data, the rest with the heap.
 * FAKE_BAD_SIZE: a record longer than the reply.
 */
static int do_store(struct mmscope_store *arg)
{
	static const struct mmscope_store_slot root[] = {
		{ 0x4fffff, 0x400000, 0, 0, MMSCOPE_SLOT_NODE, 0 },
		{ ~0ULL, 0xffffffffefff0000, 0, 0, MMSCOPE_SLOT_NODE, 0 },
	}, low[] = {
		{ 0x3fffff, 0, 0, 0, MMSCOPE_SLOT_EMPTY, 0 },
		{ 0x401fff, 0, 0x400000, 0x402000, MMSCOPE_SLOT_VMA, 0 },
		{ 0x402fff, 0, 0x402000, 0x403000, MMSCOPE_SLOT_VMA, 0 },
		{ 0x4fffff, 0, 0, 0, MMSCOPE_SLOT_EMPTY, 0 },
	}, high[] = {
		{ 0xfffffff, 0, 0, 0, MMSCOPE_SLOT_EMPTY, 0 },
		{ 0x1000ffff, 0, 0x10000000, 0x10010000, MMSCOPE_SLOT_VMA, 0 },
		{ ~0ULL, 0, 0, 0, MMSCOPE_SLOT_EMPTY, 0 },
	};
	static const struct {
		struct mmscope_store_node node;
		const struct mmscope_store_slot *slots;
	} nodes[] = {
		{ { 0, 0, MMSCOPE_NODE_ARANGE_64, 2, 10, 0, 0, ~0ULL, 0xffff888000001000 }, root },
		{ { 0, 1, MMSCOPE_NODE_LEAF_64, 4, 16, 0, 0, 0x4fffff, 0xffff888000001100 }, low },
		{ { 0, 1, MMSCOPE_NODE_LEAF_64, 3, 16, 0, 0x500000, ~0ULL, 0xffff888000001200 },
		  high },
	};
	bool path = arg->flags & MMSCOPE_STORE_PATH;
	__u64 addr = arg->addr;
	size_t i;

	if (reply(&arg->lock))
		return -1;
	arg->used = 0;
	arg->nr = 0;
	arg->done = 0;
	arg->kind = MMSCOPE_STORE_MAPLE;
	arg->height = 2;
	arg->attrs = MMSCOPE_STORE_GAPS | MMSCOPE_STORE_RCU;
	arg->nr_vmas = 3;
	if (fake.malformed == FAKE_BAD_CURSOR)
		return 0;
	for (i = 0; i < 3; i++) {
		struct mmscope_store_node node = nodes[i].node;

		if (path ? addr < node.min || addr > node.max || node.depth < arg->depth :
			   node.min < addr || (node.min == addr && node.depth < arg->depth))
			continue;
		if (fake.vmas_per_reply && arg->nr == fake.vmas_per_reply) {
			arg->depth = node.depth;
			if (!path)
				arg->addr = node.min;
			return 0;
		}
		if (fake.hidden)
			node.node = MMSCOPE_HIDDEN;
		arg->used += put_node((unsigned char *)(unsigned long)arg->buf + arg->used, node,
				      nodes[i].slots);
		arg->nr++;
	}
	if (fake.malformed == FAKE_BAD_SIZE)
		arg->used -= 8;
	arg->done = 1;
	return 0;
}

/* A kernel of two regions, one in the other: a page in the first, a huge one in the second. */
static int do_kernel(struct mmscope_kernel *arg)
{
	static const struct mmscope_kernel_region regions[] = {
		{ 0xffff888000000000, 0xffff888100000000, MMSCOPE_KERNEL_DIRECT, 0 },
		{ 0xffff888040000000, 0xffff888040200000, MMSCOPE_KERNEL_IMAGE, 0 },
	};
	const __u64 *addrs = (const __u64 *)(unsigned long)arg->addrs;
	struct mmscope_walk_result *r = (void *)(unsigned long)arg->results;
	struct mmscope_kernel_region *to = (void *)(unsigned long)arg->regions;
	__u64 i;

	if (fake.hidden) {
		errno = EPERM;
		return -1;
	}
	for (i = 0; i < 2 && to && i < arg->nr_regions; i++)
		to[i] = regions[i];
	arg->nr_regions = 2;
	for (i = 0; i < arg->nr; i++, r++) {
		const __u64 table = MMSCOPE_PTE_PRESENT | MMSCOPE_PTE_WRITE | MMSCOPE_PTE_EXEC |
				    MMSCOPE_PTE_TABLE;
		int huge, l;

		memset(r, 0, sizeof(*r));
		r->va = addrs[i];
		if (addrs[i] < regions[0].start) {
			r->status = MMSCOPE_NONCANONICAL;
			continue;
		}
		huge = addrs[i] - regions[1].start < regions[1].end - regions[1].start;
		r->nr_levels = fake.malformed == FAKE_BAD_LEVELS ? 9 : huge ? 3 : 4;
		r->level = huge ? MMSCOPE_LEVEL_PMD : MMSCOPE_LEVEL_PTE;
		r->page_size = huge ? 0x200000 : PAGE;
		if (addrs[i] < regions[0].end) {
			r->status = MMSCOPE_MAPPED;
			r->pa = addrs[i] - regions[0].start;
			r->flags = MMSCOPE_PTE_PRESENT |
				   (huge ? MMSCOPE_PTE_EXEC : MMSCOPE_PTE_WRITE);
		}
		for (l = 0; l < (huge ? 3 : 4); l++)
			r->levels[l] = (struct mmscope_walk_level){
				.level = l ? l + 1 : 0, .index = (addrs[i] >> (39 - 9 * l)) & 511,
				.table_pa = 0x1000ULL * (l + 1), .entry = 0x63,
				.flags = l == (huge ? 2 : 3) ? r->flags : table,
			};
	}
	return 0;
}

/* What EXTENTS says, one page after the other, of those that are looked for. */
static int do_rmap(struct mmscope_rmap *arg)
{
	const struct mmscope_frames *frames = (const void *)(unsigned long)arg->frames;
	struct mmscope_extent *to = (void *)(unsigned long)arg->buf;
	__u64 room = fake.extents_per_reply && fake.extents_per_reply < arg->nr ?
		     fake.extents_per_reply : arg->nr, nr = 0;
	__u32 i;

	if (fake.hidden) {
		errno = EPERM;
		return -1;
	}
	while (nr < room) {
		struct mmscope_extent page;
		struct mmscope_extents one = {
			.start = arg->start, .end = arg->end, .buf = (unsigned long)&page,
			.nr = 1, .lock = arg->lock,
			.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_MAPPED) |
				    MMSCOPE_STATUS_BIT(MMSCOPE_PROTNONE),
		};

		if (do_extents(&one))
			return -1;
		arg->lock = one.lock;
		if (one.nr && page.end - page.start > PAGE) {
			page.end = page.start + PAGE;
			one.start = page.end;
			one.done = 0;
		}
		for (i = 0; one.nr && i < arg->nr_frames; i++)
			if (page.pa >= frames[i].start && page.pa < frames[i].end)
				to[nr++] = page;
		arg->start = one.start;
		arg->done = one.done;
		if (one.done || fake.malformed == FAKE_BAD_CURSOR)
			break;
	}
	arg->nr = nr;
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
	if (fake.lacks && (request == MMSCOPE_IOC_TASKS || request == MMSCOPE_IOC_STORE ||
			   request == MMSCOPE_IOC_VMOPS)) {
		errno = ENOTTY;
		return -1;
	}
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
	case MMSCOPE_IOC_FIND:
		return do_find(arg);
	case MMSCOPE_IOC_TABLES:
		return do_tables(arg);
	case MMSCOPE_IOC_TASKS:
		return do_tasks(arg);
	case MMSCOPE_IOC_EXPLAIN:
		return do_explain(arg);
	case MMSCOPE_IOC_VMOPS:
		return do_vmops(arg);
	case MMSCOPE_IOC_STORE:
		return do_store(arg);
	case MMSCOPE_IOC_KERNEL:
		return do_kernel(arg);
	case MMSCOPE_IOC_RMAP:
		return do_rmap(arg);
	default:
		return __real_ioctl(fd, request, arg);
	}
}
