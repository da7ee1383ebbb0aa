// SPDX-License-Identifier: GPL-2.0-only
/*
 * lockdown.c - what is still told once the kernel is locked down
 *
 * For good, so it runs as the last program. A kernel that is locked down from its
 * command line loads only signed modules; the module asks at each call, so how it came
 * to be locked makes no difference.
 */
#include <fcntl.h>
#include <kselftest_harness.h>

#include "knob.h"
#include "ops.h"
#include "scope.h"
#include "target.h"
#include "who.h"

#define LOCKDOWN	"/sys/kernel/security/lockdown"
#define DEBUGFS		"/sys/kernel/debug/mmscope/"

/* Addresses of the kernel among the nodes of the store; the others are hidden. */
static int addresses(int fd)
{
	static char buf[1 << 20] __attribute__((aligned(8)));
	struct mmscope_store s = {
		.size = sizeof(s), .buf = PTR(buf), .buf_size = sizeof(buf),
	};
	int ret = scope_ioctl(fd, MMSCOPE_IOC_STORE, &s), nr = 0;

	if (ret)
		return ret;
	for (size_t at = 0; at < s.used;) {
		const struct mmscope_store_node *node = (void *)(buf + at);

		nr += node->node != MMSCOPE_HIDDEN;
		at += node->size;
	}
	return s.nr ? nr : -ENODATA;
}

static bool is_of_kernel(uint64_t word)
{
	/* Above them are what is hidden, and errors. */
	return word >= 0xffff000000000000ULL && word < 0xffffffffff000000ULL;
}

/*
 * Words in the answers to the other operations that are addresses of the kernel. The store
 * has gaps as well, and one that ends where all addresses do is as large as one of those.
 */
static int words_of_kernel(int fd, const char **where)
{
	struct op_room room;
	int nr = 0;

	if (op_room_init(&room))
		return -ENOMEM;
	for (unsigned int i = 0; i < nr_ops; i++) {
		uint64_t arg[OP_MAX_SIZE / 8], *buf = room.buf;

		if (ops[i].detached || ops[i].nr == MMSCOPE_IOC_STORE)
			continue;
		op_fill(&ops[i], arg, &room);
		memset(buf, 0, room.size);
		if (scope_ioctl(fd, ops[i].nr, arg))
			return -EIO;
		for (size_t at = 0; at < ops[i].size / 8 + room.size / 8; at++)
			if (is_of_kernel(at < ops[i].size / 8 ? arg[at] :
					 buf[at - ops[i].size / 8])) {
				*where = ops[i].name;
				nr++;
			}
	}
	munmap(room.buf, room.size + 4096);
	return nr;
}

/* Is where the kernel lies told? 0 or -errno. */
static int regions(int fd)
{
	struct mmscope_kernel ask = {
		.size = sizeof(ask), .result_size = sizeof(struct mmscope_walk_result),
	};

	return scope_ioctl(fd, MMSCOPE_IOC_KERNEL, &ask);
}

static int read_one(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char byte;
	int ret = fd < 0 || read(fd, &byte, 1) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return ret;
}

TEST(confidentiality)
{
	const uint32_t all = MMSCOPE_RIGHT_MAPS | MMSCOPE_RIGHT_PHYS;
	const char *where = NULL;
	char pid[16], path[64];
	struct mmscope_mm mm;
	struct target target;
	uint32_t rights;
	int before, after;

	ASSERT_EQ(0, target_plain(&target));
	snprintf(pid, sizeof(pid), "%d", target.thing.pid);
	snprintf(path, sizeof(path), DEBUGFS "%s/mm", pid);
	before = scope_open();
	after = scope_open();
	ASSERT_EQ(0, attach_rights(before, target.thing.pid, &rights));
	EXPECT_LT(0, addresses(before));
	EXPECT_EQ(0, regions(before));
	EXPECT_EQ(0, knob_set(DEBUGFS "attach", pid));

	system("mountpoint -q /sys/kernel/security || mount -t securityfs s /sys/kernel/security");
	ASSERT_EQ(0, knob_set(LOCKDOWN, "confidentiality"));

	/* Nothing of the kernel itself, also not by a file that was attached before. */
	EXPECT_EQ(0, addresses(before));
	EXPECT_EQ(-EPERM, regions(before));
	EXPECT_EQ(-EPERM, regions(after));
	/* Page tables as the kernel's own pagemap: CAP_SYS_ADMIN decides. */
	ASSERT_EQ(0, attach_rights(after, target.thing.pid, &rights));
	EXPECT_EQ(all, rights);
	EXPECT_EQ(0, addresses(after));
	EXPECT_EQ(0, words_of_kernel(before, &where) + words_of_kernel(after, &where))
		TH_LOG("an address of the kernel in the answer to %s", where);
	ASSERT_EQ(0, scope_mm(after, &mm));
	EXPECT_NE(MMSCOPE_HIDDEN, mm.pgd_pa);
	/* debugfs lets nobody write; what can only be read stays. */
	EXPECT_EQ(-EPERM, knob_set(DEBUGFS "attach", pid));
	EXPECT_EQ(-EPERM, knob_set(DEBUGFS "detach", pid));
	EXPECT_EQ(0, read_one(DEBUGFS "version"));
	EXPECT_EQ(0, read_one(path));
	close(before);
	close(after);
	target_end(&target);
}

TEST_HARNESS_MAIN
