// SPDX-License-Identifier: GPL-2.0
/*
 * placement.c - where mmap() would place a mapping
 */
#include <errno.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/vfs.h>

#include "placement.h"

/* Rounds of mapping until one rule is left; each puts the next one elsewhere. */
#define MAX_ROUNDS	64

static bool wants_huge(const struct space *space, const struct placement_rule *rule, __u64 len)
{
	/* 32-bit callers have no room to waste (in_compat_syscall()). */
	if (!rule->huge || space->compat || len < rule->huge)
		return false;
	return !rule->multiples || len % rule->huge == 0;
}

bool placement_find(const struct space *space, const struct placement_rule *rule, __u64 len,
		    __u64 align, __u64 *addr)
{
	if (align < rule->align)
		align = rule->align;
	if (align <= space->page_size && wants_huge(space, rule, len) &&
	    space_search(space, len + rule->huge, space->page_size, addr)) {
		/* Room for one more huge page was found: begin where one does. */
		if (*addr % rule->huge)
			*addr += rule->huge - *addr % rule->huge;
		else if (rule->up && space->top_down)
			*addr += rule->huge;
		return true;
	}
	return space_search(space, len, align > space->page_size ? align : space->page_size, addr);
}

/* What an entry above the PTEs spans: of a PMD, or with two levels of the root. */
static __u64 huge_page_size(const struct mmscope_info *info)
{
	if (info->nr_levels < 2 || info->nr_levels > MMSCOPE_NR_LEVELS)
		return 0;
	return 1ULL << info->levels[info->nr_levels - 2].shift;
}

/**
 * struct trial - the rules that have foretold everything so far
 * @rules: all that are known
 * @nr: how many
 * @left: bit per rule
 */
struct trial {
	struct placement_rule rules[5];
	unsigned int nr;
	unsigned int left;
};

/* Maps @len bytes and drops the rules that did not foresee the address. */
static int try_one(struct trial *t, struct mmscope *ms, const struct mmscope_info *info, int fd,
		   __u64 len, void **at)
{
	unsigned int i, right = 0;
	struct space space;
	__u64 addr;
	int err;

	err = space_load(&space, ms, info);
	*at = mmap(NULL, len, PROT_NONE, MAP_NORESERVE | MAP_PRIVATE |
		   (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);
	if (!err && *at == MAP_FAILED)
		err = -errno;
	for (i = 0; !err && i < t->nr; i++)
		if (placement_find(&space, &t->rules[i], len, 0, &addr) &&
		    addr == (__u64)(unsigned long)*at)
			right |= 1U << i;
	space_free(&space);
	/* If none is right, memory may just have been allocated in between. */
	if (t->left & right)
		t->left &= right;
	else if (!err)
		err = -EAGAIN;
	return err;
}

/* Takes the room above the next 2 MiB boundary, where the rules differ most. */
static void *fill_to_boundary(struct mmscope *ms, const struct mmscope_info *info, __u64 huge,
			      __u64 *len)
{
	struct space space;
	void *at = MAP_FAILED;
	__u64 addr;

	if (!space_load(&space, ms, info) &&
	    space_search(&space, 3 * huge, space.page_size, &addr)) {
		*len = (addr + 3 * huge) % huge;
		if (*len)
			at = mmap(NULL, *len, PROT_NONE,
				  MAP_NORESERVE | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	}
	space_free(&space);
	return at;
}

static int narrow_down(struct trial *t, struct mmscope *ms, const struct mmscope_info *info,
		       int fd, __u64 huge)
{
	struct { void *at; __u64 len; } maps[2 * MAX_ROUNDS];
	unsigned int nr = 0, round, wrong = 0;
	int err = 0;

	for (round = 0; round < MAX_ROUNDS && t->left & (t->left - 1) && wrong < 8; round++) {
		if (round % 2) {
			maps[nr].at = fill_to_boundary(ms, info, huge, &maps[nr].len);
			if (maps[nr].at != MAP_FAILED)
				nr++;
		}
		maps[nr].len = 2 * huge + (round / 2 % 2) * info->page_size;
		err = try_one(t, ms, info, fd, maps[nr].len, &maps[nr].at);
		if (maps[nr].at != MAP_FAILED)
			nr++;
		if (err == -EAGAIN)
			wrong++;
		else if (err)
			break;
	}
	while (nr-- > 0)
		munmap(maps[nr].at, maps[nr].len);
	if (wrong == 8)
		return -EOPNOTSUPP;
	return err == -EAGAIN ? 0 : err;
}

int placement_learn(struct mmscope *ms, const struct mmscope_info *info, int fd,
		    struct placement_rule *rule)
{
	__u64 huge = huge_page_size(info);
	struct trial t = {
		.rules = {
			{ 0 },
			{ .huge = huge },
			{ .huge = huge, .up = true },
			{ .huge = huge, .multiples = true },
			{ .huge = huge, .multiples = true, .up = true },
		},
		.nr = 5,
		.left = 0x1f,
	};
	struct statfs fs;
	int err;

	*rule = (struct placement_rule){ 0 };
	if (fd >= 0 && !fstatfs(fd, &fs) && fs.f_type == HUGETLBFS_MAGIC) {
		rule->align = (__u64)fs.f_bsize;
		return 0;
	}
	if (!huge)
		return 0;
	err = narrow_down(&t, ms, info, fd, huge);
	if (!err)
		*rule = t.rules[__builtin_ctz(t.left)];
	return err;
}
