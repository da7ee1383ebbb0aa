// SPDX-License-Identifier: GPL-2.0
/*
 * permission.c - what mapping, entries and keys permit together, and why not more
 *
 * Pure, as predict.c.
 */
#include "internal.h"

#define BIT(n)		(1U << (n))
#define READ		BIT(MMSCOPE_ACCESS_READ)
#define WRITE		BIT(MMSCOPE_ACCESS_WRITE)
#define EXEC		BIT(MMSCOPE_ACCESS_EXEC)
#define REASON(name)	BIT(MMSCOPE_REASON_##name)

static unsigned int vma_rights(__u64 facts)
{
	return (facts & MMSCOPE_FACT_READ ? READ : 0) | (facts & MMSCOPE_FACT_WRITE ? WRITE : 0) |
	       (facts & MMSCOPE_FACT_EXEC ? EXEC : 0);
}

static unsigned int entry_rights(__u64 flags)
{
	if (!(flags & MMSCOPE_PTE_USER))
		return 0;
	return (flags & MMSCOPE_PTE_NOREAD ? 0 : READ) |
	       (flags & MMSCOPE_PTE_WRITE ? WRITE : 0) |
	       (flags & MMSCOPE_PTE_EXEC ? EXEC : 0);
}

/* Of the entries above the leaf. */
static unsigned int table_rights(const struct mmscope_walk_result *walk)
{
	unsigned int rights = READ | WRITE | EXEC, i;

	for (i = 0; i + 1 < walk->nr_levels; i++)
		rights &= entry_rights(walk->levels[i].flags);
	return rights;
}

/* arch/x86/include/asm/pkru.h; keys never count for instructions. */
static unsigned int key_rights(const struct mmscope_explain *e)
{
	unsigned int rights = READ | WRITE | EXEC, bits;

	if (!(e->facts & MMSCOPE_FACT_PKEYS) || !(e->facts & MMSCOPE_FACT_PKRU))
		return rights;
	bits = e->pkru >> 2 * e->pkey;
	if (bits & 1)
		rights &= ~(READ | WRITE);
	if (bits & 2)
		rights &= ~WRITE;
	return rights;
}

/* Why nothing at all is permitted where the VMA permits something. */
static unsigned int why_no_page(unsigned int status)
{
	switch (status) {
	case MMSCOPE_SWAP:
		return REASON(SWAPPED);
	case MMSCOPE_MIGRATION:
		return REASON(MOVING);
	case MMSCOPE_PROTNONE:
		return REASON(NUMA);
	case MMSCOPE_HWPOISON:
	case MMSCOPE_MARKER:
		return REASON(LOST);
	default:
		return REASON(ABSENT);
	}
}

/* mm/memory.c:do_wp_page(): whose page it is decides over a private mapping. */
static unsigned int why_private(const struct mmscope_explain *e)
{
	switch (e->page.type) {
	case MMSCOPE_PAGE_ZERO:
	case MMSCOPE_PAGE_HUGE_ZERO:
		return REASON(COW_ZERO);
	case MMSCOPE_PAGE_KSM:
		return REASON(COW_KSM);
	case MMSCOPE_PAGE_FILE:
	case MMSCOPE_PAGE_SHMEM:
		return REASON(COW_FILE);
	case MMSCOPE_PAGE_ANON:
	case MMSCOPE_PAGE_HUGETLB:
		break;
	default:
		return REASON(COW);
	}
	if (e->hidden & MMSCOPE_FACT_EXCLUSIVE)
		return REASON(COW);
	if (!(e->facts & MMSCOPE_FACT_EXCLUSIVE))
		return e->facts & MMSCOPE_FACT_LARGE_ALONE ? REASON(COW) : REASON(COW_SHARED);
	if (e->facts & MMSCOPE_FACT_SOFT_DIRTY && !(e->walk.flags & MMSCOPE_PTE_SOFT_DIRTY))
		return REASON(SOFT_DIRTY);
	return REASON(OWN);
}

/* mm/mmap.c:vma_wants_writenotify(): why a shared page is not writable at once. */
static unsigned int why_shared(const struct mmscope_explain *e)
{
	if (!(e->facts & MMSCOPE_FACT_NOTIFY))
		return REASON(ENTRY);
	if (e->facts & MMSCOPE_FACT_MKWRITE)
		return REASON(MKWRITE);
	if (e->facts & MMSCOPE_FACT_SOFT_DIRTY && !(e->walk.flags & MMSCOPE_PTE_SOFT_DIRTY))
		return REASON(SOFT_DIRTY);
	return REASON(DIRTY);
}

static unsigned int why_not_writable(const struct mmscope_explain *e)
{
	if (e->walk.flags & MMSCOPE_PTE_UFFD_WP && e->facts & MMSCOPE_FACT_UFFD_WP)
		return REASON(UFFD_WP);
	return e->facts & MMSCOPE_FACT_SHARED ? why_shared(e) : why_private(e);
}

MMSCOPE_API void mmscope_permission(const struct mmscope_explain *explain,
				    struct mmscope_permission *permission)
{
	unsigned int tables = table_rights(&explain->walk), leaf, access, bit, why;
	struct mmscope_permission *p = permission;
	int page = explain->walk.status == MMSCOPE_MAPPED;

	*p = (struct mmscope_permission){ 0 };
	leaf = page ? entry_rights(explain->walk.flags) : 0;
	/* Stores write to no shadow stack, whatever its entries say (arm64's _PAGE_GCS). */
	if (explain->facts & MMSCOPE_FACT_SHADOW_STACK)
		leaf &= ~WRITE;
	p->hardware = page ? leaf & tables : 0;
	p->keys = key_rights(explain);
	p->vma = explain->vma_size ? vma_rights(explain->facts) : 0;
	p->effective = p->hardware & p->keys;

	for (access = 0; access < MMSCOPE_NR_ACCESSES; access++) {
		bit = BIT(access);
		why = 0;
		if (!(p->vma & bit)) {
			p->reasons[access] = p->effective & bit ? REASON(CPU) : 0;
			continue;
		}
		if (!page)
			why |= why_no_page(explain->walk.status);
		else if (!(leaf & bit))
			why |= bit == WRITE ? why_not_writable(explain) : REASON(ENTRY);
		if (page && !(tables & bit))
			why |= REASON(TABLE);
		if (!(p->keys & bit))
			why |= REASON(PKEY);
		p->reasons[access] = why;
	}
}
