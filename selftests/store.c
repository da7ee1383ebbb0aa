// SPDX-License-Identifier: GPL-2.0-only
/*
 * store.c - the structure that keeps the VMAs: against maps, and against its own rules
 *
 * Whatever the nodes are, the entries in order are the VMAs of /proc/PID/maps; every
 * range is its slots' ranges, one after the other; every gap that a node notes is the
 * largest there is.
 */
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <kselftest_harness.h>

#include "diffs.h"
#include "proc.h"
#include "scope.h"
#include "size.h"
#include "target.h"

#define MAX_DEPTH	64

struct store {
	struct mmscope_store about;
	char *bytes;
	size_t used;
	size_t nr;
	size_t calls;
};

static int store_read(int fd, size_t buf_size, uint32_t flags, uint64_t addr, struct store *s)
{
	size_t room = 0;
	int ret;

	memset(s, 0, sizeof(*s));
	s->about.addr = addr;
	do {
		if (room - s->used < buf_size) {
			room = 2 * room + buf_size;
			s->bytes = realloc(s->bytes, room);
			if (!s->bytes)
				return -ENOMEM;
		}
		s->about.size = sizeof(s->about);
		s->about.flags = flags;
		s->about.buf = PTR(s->bytes + s->used);
		s->about.buf_size = buf_size;
		s->about.lock = (struct mmscope_lock){
			.generation = s->about.lock.generation,
		};
		ret = scope_ioctl(fd, MMSCOPE_IOC_STORE, &s->about);
		if (ret)
			return ret;
		s->used += s->about.used;
		s->nr += s->about.nr;
		s->calls++;
		if (!s->about.done && !s->about.nr)
			return -EPROTO;
	} while (!s->about.done);
	return 0;
}

static const struct mmscope_store_node *next_node(const struct store *s,
						  const struct mmscope_store_node *node)
{
	const char *at = node ? (const char *)node + node->size : s->bytes;

	return at < s->bytes + s->used ? (const void *)at : NULL;
}

static const struct mmscope_store_slot *slots_of(const struct mmscope_store_node *node)
{
	return (const void *)(node + 1);
}

/* The largest hole in [@min, @last], by maps. */
static uint64_t largest_gap(const struct proc_vmas *maps, uint64_t min, uint64_t last)
{
	uint64_t at = min, largest = 0;

	for (size_t i = 0; i < maps->nr; i++) {
		const struct proc_vma *v = &maps->v[i];

		if (v->end <= min)
			continue;
		if (v->start > last)
			break;
		if (v->start > at && v->start - at > largest)
			largest = v->start - at;
		at = v->end;
	}
	/* Up to the last address, so not to wrap. */
	if (at <= last && last - at + 1 > largest)
		largest = last - at + 1;
	return largest;
}

/**
 * struct checker - a walk over the nodes, which come in order
 * @entries: VMAs met so far, by their place in order
 * @pending: by depth: slots of nodes below which are still to come
 */
struct checker {
	const struct proc_vmas *maps;
	struct diffs d;
	size_t entries;
	struct {
		const struct mmscope_store_node *node;
		uint32_t at;
		uint64_t min;
	} stack[MAX_DEPTH];
	int depth;
};

static void check_entry(struct checker *c, const struct mmscope_store_slot *slot, uint64_t min)
{
	const struct proc_vma *v;

	if (c->entries >= c->maps->nr) {
		diff(&c->d, "more VMAs than in maps: %llx", slot->start);
		return;
	}
	v = &c->maps->v[c->entries++];
	if (slot->start != v->start || slot->end != v->end || min != v->start ||
	    slot->last != v->end - 1)
		diff(&c->d, "%llx-%llx in the slot %llx-%llx, maps has %lx-%lx", slot->start,
		     slot->end, (unsigned long long)min, slot->last, v->start, v->end);
}

/* Entries and gaps up to the next slot that holds a node, or to the end of them all. */
static void run_to_node(struct checker *c)
{
	while (c->depth >= 0) {
		const struct mmscope_store_node *node = c->stack[c->depth].node;
		const struct mmscope_store_slot *slot;
		uint64_t min = c->stack[c->depth].min;

		if (c->stack[c->depth].at == node->nr_slots) {
			if (min - 1 != node->max)
				diff(&c->d, "node %llx-%llx: its slots end at %llx", node->min,
				     node->max, (unsigned long long)min - 1);
			c->depth--;
			continue;
		}
		slot = &slots_of(node)[c->stack[c->depth].at];
		if (slot->kind == MMSCOPE_SLOT_NODE)
			return;
		if (slot->kind == MMSCOPE_SLOT_VMA)
			check_entry(c, slot, min);
		else if (slot->kind != MMSCOPE_SLOT_EMPTY)
			diff(&c->d, "a slot of kind %u at %llx", slot->kind,
			     (unsigned long long)min);
		c->stack[c->depth].at++;
		c->stack[c->depth].min = slot->last + 1;
	}
}

static void check_node(struct checker *c, const struct mmscope_store_node *node)
{
	const struct mmscope_store_slot *slots = slots_of(node);
	uint64_t min = node->min;
	int up = c->depth;

	if (node->size != sizeof(*node) + node->nr_slots * sizeof(*slots) || !node->nr_slots ||
	    node->nr_slots > node->nr_possible)
		diff(&c->d, "node %llx: %u bytes, %u of %u slots", node->min, node->size,
		     node->nr_slots, node->nr_possible);
	if (up >= 0) {
		const struct mmscope_store_slot *slot =
			&slots_of(c->stack[up].node)[c->stack[up].at];

		if (node->min != c->stack[up].min || node->max != slot->last)
			diff(&c->d, "node %llx-%llx in the slot %llx-%llx", node->min, node->max,
			     (unsigned long long)c->stack[up].min, slot->last);
		c->stack[up].min = slot->last + 1;
		c->stack[up].at++;
	} else if (node->min || node->max != ~0UL) {
		diff(&c->d, "the root is %llx-%llx", node->min, node->max);
	}
	if (node->depth != (uint32_t)(up + 1) || up + 2 > MAX_DEPTH)
		diff(&c->d, "node %llx: depth %u below %d", node->min, node->depth, up);

	for (uint32_t i = 0; i < node->nr_slots; min = slots[i++].last + 1) {
		if (node->type == MMSCOPE_NODE_ARANGE_64 &&
		    slots[i].gap != largest_gap(c->maps, min, slots[i].last))
			diff(&c->d, "slot %llx-%llx notes a gap of %llx, maps has %llx",
			     (unsigned long long)min, slots[i].last, slots[i].gap,
			     (unsigned long long)largest_gap(c->maps, min, slots[i].last));
		/* Only the last may end at the node's end, and each moves on. */
		if (node->type != MMSCOPE_NODE_RB &&
		    (slots[i].last < min || slots[i].last > node->max ||
		     (i + 1U < node->nr_slots ? slots[i].last == node->max :
						slots[i].last != node->max)))
			diff(&c->d, "node %llx-%llx: pivot %u is %llx", node->min, node->max, i,
			     slots[i].last);
	}
	c->depth++;
	c->stack[c->depth].node = node;
	c->stack[c->depth].at = 0;
	c->stack[c->depth].min = node->min;
	run_to_node(c);
}

static void check_store(struct checker *c, const struct store *s, const struct proc_vmas *maps)
{
	const struct mmscope_store_node *node = NULL;

	memset(c, 0, sizeof(*c));
	c->maps = maps;
	c->depth = -1;
	while ((node = next_node(s, node)))
		check_node(c, node);
	if (c->depth != -1)
		diff(&c->d, "nodes are missing at the end");
	if (c->entries != maps->nr)
		diff(&c->d, "%zu VMAs, maps has %zu", c->entries, maps->nr);
}

FIXTURE(store) {
	struct target target;
	struct proc_vmas maps;
	int fd;
};

FIXTURE_VARIANT(store) {
	const char *kind;
	unsigned long count;
	unsigned int min_levels;
};

FIXTURE_VARIANT_ADD(store, mixed) { .kind = "mixed", .min_levels = 2 };
FIXTURE_VARIANT_ADD(store, few) { .kind = "vmas", .count = 10, .min_levels = 2 };
FIXTURE_VARIANT_ADD(store, many) { .kind = "vmas", .count = 20000, .min_levels = 3 };
FIXTURE_VARIANT_ADD(store, sparse) { .kind = "sparse", .min_levels = 2 };
FIXTURE_VARIANT_ADD(store, exec32) { .kind = "exec32", .min_levels = 2 };

FIXTURE_SETUP(store)
{
	struct zoo_options o = { .count = variant->count };

	int ret = target_start(&self->target, variant->kind, &o);

	if (ret == ZOO_LACKS)
		SKIP(return, "%s", self->target.thing.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s", self->target.thing.why);
	ASSERT_EQ(0, target_stop(self->target.thing.pid));
	ASSERT_EQ(0, proc_maps(self->target.thing.pid, &self->maps));
	self->fd = scope_attached(self->target.thing.pid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(store)
{
	close(self->fd);
	proc_vmas_free(&self->maps);
	target_end(&self->target);
}

TEST_F_TIMEOUT(store, is_maps_by_its_own_rules, 120)
{
	/* In one call, and in many. */
	const size_t sizes[] = { 1 << 24, MMSCOPE_STORE_RECORD_MAX };
	const struct mmscope_store_node *node;
	struct checker c;
	struct store s;
	uint32_t deepest;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		ASSERT_EQ(0, store_read(self->fd, sizes[i], 0, 0, &s));
		check_store(&c, &s, &self->maps);
		EXPECT_SAME(&c.d);
		EXPECT_EQ(self->maps.nr, s.about.nr_vmas);
		EXPECT_EQ(0U, s.about.lock.flags);
		deepest = 0;
		for (node = next_node(&s, NULL); node; node = next_node(&s, node))
			deepest = node->depth > deepest ? node->depth : deepest;
		EXPECT_LE(variant->min_levels, deepest + 1);
		if (s.about.kind == MMSCOPE_STORE_MAPLE) {
			EXPECT_EQ(deepest + 1, s.about.height);
			EXPECT_TRUE(s.about.attrs & MMSCOPE_STORE_GAPS);
		}
		EXPECT_EQ(i, s.calls > 1);
		free(s.bytes);
	}
}

/* The slot of @node that has @addr, when it is one of a VMA. */
static const struct mmscope_store_slot *vma_at(const struct mmscope_store_node *node,
					       uint64_t addr)
{
	const struct mmscope_store_slot *slot = slots_of(node);
	uint64_t min = node->min;

	for (uint32_t i = 0; i < node->nr_slots; min = slot[i++].last + 1)
		if (slot[i].kind == MMSCOPE_SLOT_VMA && addr >= min && addr <= slot[i].last)
			return &slot[i];
	return NULL;
}

/* Every leaf of a maple tree is as deep as the others: so is every search. */
TEST_F(store, searches)
{
	size_t step = self->maps.nr / 50 + 1;
	struct store s;

	for (size_t i = 0; i < self->maps.nr; i += step) {
		const struct proc_vma *v = &self->maps.v[i];
		const uint64_t addrs[] = { v->start, v->end - 1, v->end, v->start - 1, 0, ~0UL };

		for (size_t a = 0; a < ARRAY_SIZE(addrs); a++) {
			const struct mmscope_store_node *node, *last = NULL;
			const struct proc_vma *found = proc_vma_at(&self->maps, addrs[a]);
			const struct mmscope_store_slot *vma;
			uint32_t depth = 0;

			ASSERT_EQ(0, store_read(self->fd, 1 << 20, MMSCOPE_STORE_PATH, addrs[a],
						&s));
			for (node = next_node(&s, NULL); node; node = next_node(&s, node)) {
				EXPECT_EQ(depth, node->depth);
				EXPECT_LE(node->min, addrs[a]);
				EXPECT_GE(node->max, addrs[a]);
				depth++;
				last = node;
			}
			ASSERT_NE(NULL, last);
			if (s.about.kind == MMSCOPE_STORE_MAPLE)
				EXPECT_EQ(s.about.height, depth);
			vma = vma_at(last, addrs[a]);
			EXPECT_EQ(found ? found->start : 0, vma ? vma->start : 0)
				TH_LOG("%llx", (unsigned long long)addrs[a]);
			free(s.bytes);
		}
	}
}

TEST_F(store, addresses_of_nodes)
{
	const struct mmscope_store_node *node;
	struct store s;

	ASSERT_EQ(0, store_read(self->fd, 1 << 24, 0, 0, &s));
	for (node = next_node(&s, NULL); node; node = next_node(&s, node)) {
		/* The kernel's half; nodes of a maple tree are aligned to their size. */
		EXPECT_LE(sizeof(long) == 4 ? 3ULL << 30 : 1ULL << 63, node->node);
		EXPECT_NE(MMSCOPE_HIDDEN, node->node);
		if (s.about.kind == MMSCOPE_STORE_MAPLE)
			EXPECT_EQ(0ULL, node->node & 255);
	}
	free(s.bytes);

	/* The same file, without the capability. */
	ASSERT_EQ(0, setgroups(0, NULL));
	ASSERT_EQ(0, setresgid(12345, 12345, 12345));
	ASSERT_EQ(0, setresuid(12345, 12345, 12345));
	ASSERT_EQ(0, store_read(self->fd, 1 << 24, 0, 0, &s));
	EXPECT_LT(0UL, s.nr);
	for (node = next_node(&s, NULL); node; node = next_node(&s, node))
		EXPECT_EQ(MMSCOPE_HIDDEN, node->node);
	free(s.bytes);
}

/* Nothing is below it, and a search for what is above must go past that. */
TEST(a_vma_at_zero)
{
	const uint64_t here = PTR(&next_node);
	const uint64_t addrs[] = { 0, here };
	int fd = scope_attached(0);

	ASSERT_LE(0, fd);
	ASSERT_EQ(NULL, mmap(NULL, page_size, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	for (size_t i = 0; i < ARRAY_SIZE(addrs); i++) {
		const struct mmscope_store_node *node, *last = NULL;
		const struct mmscope_store_slot *vma;
		struct store s;

		ASSERT_EQ(0, store_read(fd, 1 << 20, MMSCOPE_STORE_PATH, addrs[i], &s));
		for (node = next_node(&s, NULL); node; node = next_node(&s, node))
			last = node;
		ASSERT_NE(NULL, last);
		vma = vma_at(last, addrs[i]);
		ASSERT_NE(NULL, vma);
		EXPECT_TRUE(vma->start <= addrs[i] && addrs[i] < vma->end);
		free(s.bytes);
	}
	munmap(NULL, page_size);
	close(fd);
}

TEST(arguments)
{
	int fd = scope_attached(0);
	char *buf = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct mmscope_store good = {
		.size = sizeof(good), .buf = PTR(buf), .buf_size = 65536,
	}, bad;

	ASSERT_LE(0, fd);
	ASSERT_NE(MAP_FAILED, buf);
	bad = good;
	EXPECT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_STORE, &bad));
	bad = good;
	bad.flags = 2;
	EXPECT_EQ(-EINVAL, scope_ioctl(fd, MMSCOPE_IOC_STORE, &bad));
	bad = good;
	bad.buf += 4;
	EXPECT_EQ(-EINVAL, scope_ioctl(fd, MMSCOPE_IOC_STORE, &bad));
	bad = good;
	bad.buf_size = MMSCOPE_STORE_RECORD_MAX - 1;
	EXPECT_EQ(-EINVAL, scope_ioctl(fd, MMSCOPE_IOC_STORE, &bad));
	bad = good;
	bad.buf = 8;
	EXPECT_EQ(-EFAULT, scope_ioctl(fd, MMSCOPE_IOC_STORE, &bad));
	/* A cursor that no node is at: the next ones, or none. */
	bad = good;
	bad.addr = ~0ULL;
	bad.depth = ~0U;
	EXPECT_EQ(0, scope_ioctl(fd, MMSCOPE_IOC_STORE, &bad));
	EXPECT_EQ(0U, bad.nr);
	EXPECT_EQ(1U, bad.done);
	close(fd);
}

TEST_HARNESS_MAIN
