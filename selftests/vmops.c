// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmops.c - the operations of VMAs: the functions that the kernel's source has for
 * each kind of memory, and every VMA of maps
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <kselftest_harness.h>

#include "diffs.h"
#include "proc.h"
#include "scope.h"
#include "target.h"

#define BUF_SIZE	(1 << 20)

static char buf[BUF_SIZE] __attribute__((aligned(8)));
static struct mmscope_vmops ops;

static int vmops(int fd, uint64_t start, uint64_t end, size_t size)
{
	ops = (struct mmscope_vmops){
		.size = sizeof(ops), .start = start, .end = end, .buf = PTR(buf),
		.buf_size = size,
	};
	return scope_ioctl(fd, MMSCOPE_IOC_VMOPS, &ops);
}

static const struct mmscope_vmops_record *next(const struct mmscope_vmops_record *record)
{
	const char *at = record ? (const char *)record + record->size : buf;

	return at < buf + ops.used ? (const void *)at : NULL;
}

/* "" for an operation that is not there, and for the table of none. */
static const char *table(const struct mmscope_vmops_record *record)
{
	return record->ops_off ? (const char *)record + record->ops_off : "";
}

static const char *symbol(const struct mmscope_vmops_record *record, unsigned int op)
{
	const uint16_t *offsets = (const void *)(record + 1);
	unsigned int place = __builtin_popcountll(record->set & ((1ULL << op) - 1));

	return record->set & 1ULL << op ? (const char *)record + offsets[place] : "";
}

/*
 * Has this kernel a name for the table? Those of data it keeps with CONFIG_KALLSYMS_ALL
 * only; to root /proc/kallsyms tells all that there are.
 */
static bool is_named(const char *wanted)
{
	char line[256], name[128];
	bool found = false;
	FILE *f = fopen("/proc/kallsyms", "re");

	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "%*s %*s %127s", name) == 1 && !strcmp(name, wanted);
	if (f)
		fclose(f);
	return found;
}

FIXTURE(kind) {
	struct target target;
	int fd;
};

/* What mm/shmem.c, ipc/shm.c, mm/hugetlb.c, drivers/char/mem.c, mm/secretmem.c have. */
FIXTURE_VARIANT(kind) {
	const char *kind;
	const char *table;
	const char *table_before;	/* in 6.1, if it was another */
	const char *fault;
	const char *map_pages;
	const char *close;
	const char *access;
};

FIXTURE_VARIANT_ADD(kind, anon) { .kind = "anon" };

FIXTURE_VARIANT_ADD(kind, protnone) { .kind = "protnone" };

FIXTURE_VARIANT_ADD(kind, thp) { .kind = "thp" };

FIXTURE_VARIANT_ADD(kind, memfd) {
	.kind = "memfd", .table = "shmem_anon_vm_ops", .table_before = "shmem_vm_ops",
	.fault = "shmem_fault", .map_pages = "filemap_map_pages",
};

FIXTURE_VARIANT_ADD(kind, shm_anon) {
	.kind = "shm-anon", .table = "shmem_anon_vm_ops", .table_before = "shmem_vm_ops",
	.fault = "shmem_fault", .map_pages = "filemap_map_pages",
};

FIXTURE_VARIANT_ADD(kind, shm_sysv) {
	.kind = "shm-sysv", .table = "shm_vm_ops", .fault = "shm_fault", .close = "shm_close",
};

FIXTURE_VARIANT_ADD(kind, hugetlb) {
	.kind = "hugetlb-2m", .table = "hugetlb_vm_ops", .fault = "hugetlb_vm_op_fault",
	.close = "hugetlb_vm_op_close",
};

FIXTURE_VARIANT_ADD(kind, device) {
	.kind = "device", .table = "mmap_mem_ops", .access = "generic_access_phys",
};

FIXTURE_SETUP(kind)
{
	int ret = target_start(&self->target, variant->kind, NULL);

	if (ret == ZOO_LACKS)
		SKIP(return, "%s", self->target.thing.why);
	ASSERT_EQ(0, ret)
		TH_LOG("%s", self->target.thing.why);
	self->fd = scope_attached(self->target.thing.pid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(kind)
{
	close(self->fd);
	target_end(&self->target);
}

#define EXPECT_SYMBOL(wanted, seen) \
	EXPECT_STREQ((wanted) ? (wanted) : "", seen)

TEST_F(kind, symbols)
{
	const char *wanted = variant->table && is_named(variant->table) ? variant->table : NULL;
	const char *access = variant->access && is_named(variant->access) ? variant->access : NULL;
	const struct mmscope_vmops_record *r = NULL;
	size_t nr = 0;

	ASSERT_EQ(0, vmops(self->fd, self->target.thing.start, self->target.thing.end, BUF_SIZE));
	while ((r = next(r))) {
		nr++;
		if (!variant->table_before || strcmp(variant->table_before, table(r)))
			EXPECT_SYMBOL(wanted, table(r));
		EXPECT_SYMBOL(variant->fault, symbol(r, MMSCOPE_VMOP_FAULT));
		EXPECT_SYMBOL(variant->map_pages, symbol(r, MMSCOPE_VMOP_MAP_PAGES));
		EXPECT_SYMBOL(variant->close, symbol(r, MMSCOPE_VMOP_CLOSE));
		EXPECT_SYMBOL(access, symbol(r, MMSCOPE_VMOP_ACCESS));
		/* Nothing at all without a table; without CONFIG_HAVE_IOREMAP_PROT one is empty. */
		EXPECT_EQ(!variant->fault && !access, !r->set);
		EXPECT_EQ(0ULL, r->set & ~ops.members);
	}
	EXPECT_LT(0UL, nr);
}

FIXTURE(all) {
	struct target target;
	struct proc_vmas maps;
	int fd;
};

FIXTURE_SETUP(all)
{
	ASSERT_EQ(0, target_start(&self->target, "mixed", NULL));
	ASSERT_EQ(0, target_stop(self->target.thing.pid));
	ASSERT_EQ(0, proc_maps(self->target.thing.pid, &self->maps));
	self->fd = scope_attached(self->target.thing.pid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(all)
{
	close(self->fd);
	proc_vmas_free(&self->maps);
	target_end(&self->target);
}

TEST_F(all, every_vma_of_maps)
{
	const size_t sizes[] = { BUF_SIZE, MMSCOPE_VMOPS_RECORD_MAX };
	const char *special = is_named("special_mapping_vmops") ? "special_mapping_vmops" : "";
	const bool mem_is_empty = !is_named("generic_access_phys");

	for (size_t s = 0; s < ARRAY_SIZE(sizes); s++) {
		uint64_t start = 0;
		struct diffs d = { };
		size_t nr = 0;

		do {
			const struct mmscope_vmops_record *r = NULL;

			ASSERT_EQ(0, vmops(self->fd, start, ~0ULL, sizes[s]));
			start = ops.start;
			while ((r = next(r))) {
				const struct proc_vma *v = &self->maps.v[nr];
				bool anon, empty;

				if (nr++ >= self->maps.nr || r->start != v->start ||
				    r->end != v->end) {
					diff(&d, "%llx-%llx is not in maps there", r->start,
					     r->end);
					continue;
				}
				anon = !v->ino && (!v->name[0] || !strcmp(v->name, "[heap]") ||
						   !strcmp(v->name, "[stack]") ||
						   !strncmp(v->name, "[anon:", 6));
				empty = anon || (mem_is_empty && !strcmp(v->name, "/dev/mem"));
				if (empty != !r->set || anon != !r->ops_off)
					diff(&d, "%llx %s: table %s, set %llx", r->start, v->name,
					     table(r), r->set);
				if (!strcmp(v->name, "[vdso]") &&
				    (strcmp(table(r), special) ||
				     strcmp(symbol(r, MMSCOPE_VMOP_FAULT),
					    "special_mapping_fault") ||
				     strcmp(symbol(r, MMSCOPE_VMOP_NAME),
					    "special_mapping_name")))
					diff(&d, "[vdso]: %s %s %s", table(r),
					     symbol(r, MMSCOPE_VMOP_FAULT),
					     symbol(r, MMSCOPE_VMOP_NAME));
				/* Never a number in place of a name. */
				for (int i = 0; i < MMSCOPE_NR_VMOPS; i++)
					if (!strncmp(symbol(r, i), "0x", 2))
						diff(&d, "%llx: an address is told", r->start);
			}
		} while (!ops.done);
		EXPECT_EQ(self->maps.nr, nr);
		EXPECT_SAME(&d);
	}
}

TEST_F(all, arguments)
{
	struct mmscope_vmops good = {
		.size = sizeof(good), .end = ~0ULL, .buf = PTR(buf), .buf_size = BUF_SIZE,
	}, bad;

	bad = good;
	bad.buf += 4;
	EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_VMOPS, &bad));
	bad = good;
	bad.buf_size = MMSCOPE_VMOPS_RECORD_MAX - 1;
	EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_VMOPS, &bad));
	bad = good;
	bad.start = 2;
	bad.end = 1;
	EXPECT_EQ(-EINVAL, scope_ioctl(self->fd, MMSCOPE_IOC_VMOPS, &bad));
	bad = good;
	bad.buf = 8;
	EXPECT_EQ(-EFAULT, scope_ioctl(self->fd, MMSCOPE_IOC_VMOPS, &bad));
	bad = good;
	EXPECT_EQ(0, scope_ioctl(self->fd, MMSCOPE_IOC_VMOPS, &bad));
}

TEST_HARNESS_MAIN
