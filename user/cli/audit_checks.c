// SPDX-License-Identifier: GPL-2.0
/*
 * audit_checks.c - what of an address space is more permissive than it should be
 *
 * VMAs first, then the entries of the page tables; the generation tells when one is not
 * of the other's time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>

#include "audit.h"
#include "mapping.h"
#include "render/memory.h"
#include "space.h"
#include "symbol/object.h"

static const struct {
	const char *name;
	const char *meaning;
} ids[NR_FINDINGS] = {
	[FINDING_WX_MAPPING] = { "wx-mapping", "a mapping can be written and executed" },
	[FINDING_WRITABLE_CODE] = { "writable-code",
				    "code here, and another mapping writes the same file" },
	[FINDING_EXEC_STACK] = { "exec-stack", "a stack can be executed" },
	[FINDING_EXEC_HEAP] = { "exec-heap", "the heap can be executed" },
	[FINDING_NO_STACK_GUARD] = { "no-stack-guard", "a mapping lies in the guard of a stack" },
	[FINDING_LOW_MAPPING] = { "low-mapping", "a mapping below vm.mmap_min_addr" },
	[FINDING_PTE_WRITE] = { "pte-write", "page tables permit a write that the VMA does not" },
	[FINDING_PTE_EXEC] = { "pte-exec", "page tables permit execution that the VMA does not" },
	[FINDING_PTE_WX] = { "pte-wx", "pages can be written and executed" },
	[FINDING_ASLR_OFF] = { "aslr-off", "run without address randomisation (personality)" },
	[FINDING_ASLR_SYSTEM] = { "aslr-system",
				  "kernel.randomize_va_space is not 2: not all is randomised" },
	[FINDING_NO_PIE] = { "no-pie", "the program is always at the same address" },
};

const char *finding_name(enum finding_id id)
{
	return ids[id].name;
}

const char *finding_meaning(enum finding_id id)
{
	return ids[id].meaning;
}

/* A VMA, as far as the checks need it. */
struct area_facts {
	__u64 start;
	__u64 end;
	__u64 vm_flags;
	unsigned int kind;
	struct file_id file;
	char perms[5];
	const char *name;
};

struct facts {
	struct area_facts *v;
	size_t nr;
	struct vm_bits bits;
};

static struct finding *add(struct audit *audit, enum finding_id id, __u64 start, __u64 end)
{
	audit->findings = more_room(audit->findings, audit->nr, sizeof(*audit->findings));
	audit->findings[audit->nr] = (struct finding){ .id = id, .start = start, .end = end };
	return &audit->findings[audit->nr++];
}

static void add_area(struct audit *audit, enum finding_id id, const struct area_facts *v,
		     __u64 start, __u64 end)
{
	struct finding *finding = add(audit, id, start, end);

	memcpy(finding->perms, v->perms, sizeof(finding->perms));
	finding->name = v->name;
}

static int read_facts(struct audit *audit, const struct target *target, struct facts *facts)
{
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	int ret;

	vm_bits_load(target, &facts->bits);
	ret = mmscope_vma_iter_new(target->ms, NULL, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0) {
		struct area_facts *v;

		facts->v = more_room(facts->v, facts->nr, sizeof(*facts->v));
		v = &facts->v[facts->nr++];
		*v = (struct area_facts){
			.start = vma->start, .end = vma->end, .vm_flags = vma->vm_flags,
			.kind = vma->kind, .name = names_of(&audit->names, vma),
			.file = { (__u64)vma->dev_major << 32 | vma->dev_minor, vma->ino },
		};
		vm_perms(&facts->bits, vma->vm_flags, v->perms);
	}
	mmscope_lock_add(&audit->lock, mmscope_vma_iter_lock(iter));
	mmscope_vma_iter_free(iter);
	return ret;
}

/* Files that some shared mapping can write. */
static void collect_written(const struct facts *facts, struct fileset *written)
{
	size_t i;

	for (i = 0; i < facts->nr; i++)
		if (facts->v[i].file.ino && facts->v[i].vm_flags & facts->bits.write &&
		    facts->v[i].vm_flags & facts->bits.mayshare)
			fileset_add(written, facts->v[i].file);
}

static bool accessible(const struct facts *facts, const struct area_facts *v)
{
	return v->vm_flags & (facts->bits.read | facts->bits.write | facts->bits.exec);
}

/* What lies below a stack, other than another one or a guard made by hand. */
static bool crowds_stack(const struct facts *facts, size_t i, __u64 guard)
{
	const struct area_facts *v = &facts->v[i];

	if (!(v->vm_flags & facts->bits.growsdown))
		return false;
	if (!guard)
		return true;
	return i && !(v[-1].vm_flags & facts->bits.growsdown) && accessible(facts, &v[-1]) &&
	       v->start - v[-1].end < guard;
}

static void check_areas(struct audit *audit, const struct target *target,
			const struct facts *facts, __u64 lowest)
{
	__u64 guard = space_stack_guard(target->info.page_size);
	/* Those that hang on the kernel's settings, which are not recorded. */
	bool settings = !target->recorded;
	struct fileset written = { 0 };
	size_t i;

	collect_written(facts, &written);
	for (i = 0; i < facts->nr; i++) {
		const struct area_facts *v = &facts->v[i];
		bool exec = v->vm_flags & facts->bits.exec;

		if (exec && v->vm_flags & facts->bits.write)
			add_area(audit, FINDING_WX_MAPPING, v, v->start, v->end);
		else if (exec && v->file.ino && fileset_has(&written, v->file))
			add_area(audit, FINDING_WRITABLE_CODE, v, v->start, v->end);
		if (exec && (v->kind == MMSCOPE_KIND_STACK ||
			     v->vm_flags & facts->bits.growsdown))
			add_area(audit, FINDING_EXEC_STACK, v, v->start, v->end);
		if (exec && v->kind == MMSCOPE_KIND_HEAP)
			add_area(audit, FINDING_EXEC_HEAP, v, v->start, v->end);
		if (settings && crowds_stack(facts, i, guard))
			add_area(audit, FINDING_NO_STACK_GUARD, v, v->start, v->end);
		if (settings && v->start < lowest)
			add_area(audit, FINDING_LOW_MAPPING, v, v->start, v->end);
	}
	fileset_free(&written);
}

/* A run of entries, the part of it that lies in one VMA. */
static void check_entries(struct audit *audit, const struct facts *facts,
			  const struct area_facts *v, __u64 flags, __u64 start, __u64 end)
{
	if (start < v->start)
		start = v->start;
	if (end > v->end)
		end = v->end;
	if (flags & MMSCOPE_PTE_WRITE && !(v->vm_flags & facts->bits.write))
		add_area(audit, FINDING_PTE_WRITE, v, start, end);
	if (flags & MMSCOPE_PTE_EXEC && !(v->vm_flags & facts->bits.exec))
		add_area(audit, FINDING_PTE_EXEC, v, start, end);
	if (flags & MMSCOPE_PTE_WRITE && flags & MMSCOPE_PTE_EXEC)
		add_area(audit, FINDING_PTE_WX, v, start, end);
}

/* All flags that a run need not agree in. */
static __u64 other_flags(const struct target *target)
{
	__u64 mask = target->entry_flags.field_mask;
	size_t i;

	for (i = 0; i < target->entry_flags.nr; i++)
		mask |= 1ULL << target->entry_flags.names[i].bit;
	return mask & ~(MMSCOPE_PTE_WRITE | MMSCOPE_PTE_EXEC);
}

static int check_tables(struct audit *audit, const struct target *target,
			const struct facts *facts)
{
	struct mmscope_extent_opts opts = {
		.size = sizeof(opts), .end = ~0ULL, .generation = audit->lock.generation,
		.statuses = MMSCOPE_STATUS_BIT(MMSCOPE_MAPPED),
		.ignore_flags = other_flags(target),
	};
	struct mmscope_extent_iter *iter;
	struct mmscope_extent ext;
	size_t first = 0, i;
	int ret;

	ret = mmscope_extent_iter_new(target->ms, &opts, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_extent_iter_next(iter, &ext)) > 0) {
		while (first < facts->nr && facts->v[first].end <= ext.start)
			first++;
		for (i = first; i < facts->nr && facts->v[i].start < ext.end; i++)
			check_entries(audit, facts, &facts->v[i], ext.flags, ext.start, ext.end);
	}
	mmscope_lock_add(&audit->lock, mmscope_extent_iter_lock(iter));
	mmscope_extent_iter_free(iter);
	return ret;
}

static void check_personality(struct audit *audit, const struct target *target)
{
	unsigned int personality;
	char path[64];
	FILE *f;

	if (target->recorded) {
		audit->unchecked = "its personality, and settings of its kernel, were not recorded";
		return;
	}
	snprintf(path, sizeof(path), "/proc/%d/personality", target->pid);
	f = fopen(path, "re");
	if (!f || fscanf(f, "%x", &personality) != 1)
		audit->unchecked = "/proc/PID/personality cannot be read";
	else if (personality & ADDR_NO_RANDOMIZE)
		add(audit, FINDING_ASLR_OFF, 0, 0);
	if (f)
		fclose(f);
}

static int check_program(struct audit *audit, const struct target *target)
{
	struct object_list list;
	struct object *object = NULL;
	size_t i;
	int err;

	err = object_list_load(&list, target);
	for (i = 0; !err && i < list.nr && !object; i++)
		if (list.objects[i].program)
			object = &list.objects[i];
	if (object && object_elf(&list, object))
		audit->unchecked = "the program's file cannot be read";
	else if (object && !elf_file_is_movable(object->elf))
		add(audit, FINDING_NO_PIE, 0, 0);
	object_list_free(&list);
	return err;
}

int audit_target(struct audit *audit, const struct target *target)
{
	struct facts facts = { 0 };
	struct space space;
	int err;

	*audit = (struct audit){ 0 };
	err = space_load(&space, target->ms, &target->info);
	if (!err)
		err = read_facts(audit, target, &facts);
	if (!err) {
		check_areas(audit, target, &facts, space.lowest);
		err = check_tables(audit, target, &facts);
	}
	if (!err) {
		check_personality(audit, target);
		err = check_program(audit, target);
	}
	space_free(&space);
	free(facts.v);
	return err;
}

void audit_system(struct audit *audit)
{
	FILE *f = fopen("/proc/sys/kernel/randomize_va_space", "re");
	int value;

	*audit = (struct audit){ 0 };
	if (!f || fscanf(f, "%d", &value) != 1)
		audit->unchecked = "kernel.randomize_va_space cannot be read";
	else if (value != 2)
		add(audit, FINDING_ASLR_SYSTEM, 0, 0);
	if (f)
		fclose(f);
}

void audit_free(struct audit *audit)
{
	names_free(&audit->names);
	free(audit->findings);
	*audit = (struct audit){ 0 };
}
