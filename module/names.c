// SPDX-License-Identifier: GPL-2.0
/*
 * names.c - what bits are called
 *
 * Only the kernel this was compiled for knows which bits it has, so the names
 * are told by the module rather than known in user space.
 */
#include "names.h"

#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/nospec.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include <mmscope.h>

#include "arch/arch.h"
#include "compat/names.h"

static const struct mmscope_flag_name entry_flags[] = {
	{ MMSCOPE_PTE_PRESENT, "present" },
	{ MMSCOPE_PTE_WRITE, "write" },
	{ MMSCOPE_PTE_USER, "user" },
	{ MMSCOPE_PTE_EXEC, "exec" },
	{ MMSCOPE_PTE_YOUNG, "young" },
	{ MMSCOPE_PTE_DIRTY, "dirty" },
	{ MMSCOPE_PTE_GLOBAL, "global" },
	{ MMSCOPE_PTE_TABLE, "table" },
	{ MMSCOPE_PTE_HUGE, "huge" },
	{ MMSCOPE_PTE_PROTNONE, "protnone" },
	{ MMSCOPE_PTE_SPECIAL, "special" },
	{ MMSCOPE_PTE_DEVMAP, "devmap" },
	{ MMSCOPE_PTE_SOFT_DIRTY, "soft_dirty" },
	{ MMSCOPE_PTE_UFFD_WP, "uffd_wp" },
	{ MMSCOPE_PTE_CONT, "cont" },
	{ MMSCOPE_PTE_EXCLUSIVE, "exclusive" },
	{ MMSCOPE_PTE_NOREAD, "noread" },
	MMSCOPE_ARCH_ENTRY_FLAGS
};

static const struct mmscope_flag_name facts[] = {
	{ MMSCOPE_FACT_READ, "read" },
	{ MMSCOPE_FACT_WRITE, "write" },
	{ MMSCOPE_FACT_EXEC, "exec" },
	{ MMSCOPE_FACT_SHARED, "shared" },
	{ MMSCOPE_FACT_MAYSHARE, "mayshare" },
	{ MMSCOPE_FACT_GROWS, "grows" },
	{ MMSCOPE_FACT_HUGETLB, "hugetlb" },
	{ MMSCOPE_FACT_ANON, "anon" },
	{ MMSCOPE_FACT_FAULT, "fault" },
	{ MMSCOPE_FACT_MAP_PAGES, "map_pages" },
	{ MMSCOPE_FACT_FILEMAP, "filemap" },
	{ MMSCOPE_FACT_SHMEM, "shmem" },
	{ MMSCOPE_FACT_SECRETMEM, "secretmem" },
	{ MMSCOPE_FACT_NOTIFY, "notify" },
	{ MMSCOPE_FACT_MKWRITE, "mkwrite" },
	{ MMSCOPE_FACT_UFFD_MISSING, "uffd_missing" },
	{ MMSCOPE_FACT_UFFD_WP, "uffd_wp" },
	{ MMSCOPE_FACT_UFFD_MINOR, "uffd_minor" },
	{ MMSCOPE_FACT_UFFD_SIGBUS, "uffd_sigbus" },
	{ MMSCOPE_FACT_UFFD_ASYNC, "uffd_async" },
	{ MMSCOPE_FACT_UFFD_OPAQUE, "uffd_opaque" },
	{ MMSCOPE_FACT_SOFT_DIRTY, "soft_dirty" },
	{ MMSCOPE_FACT_THP_ASKED, "thp_asked" },
	{ MMSCOPE_FACT_THP_BARRED, "thp_barred" },
	{ MMSCOPE_FACT_THP_FITS, "thp_fits" },
	{ MMSCOPE_FACT_NORESERVE, "noreserve" },
	{ MMSCOPE_FACT_HUGE_OWNER, "huge_owner" },
	{ MMSCOPE_FACT_NO_AHEAD, "no_ahead" },
	{ MMSCOPE_FACT_SHADOW_STACK, "shadow_stack" },
	{ MMSCOPE_FACT_EXCLUSIVE, "exclusive" },
	{ MMSCOPE_FACT_LRU, "lru" },
	{ MMSCOPE_FACT_LARGE, "large" },
	{ MMSCOPE_FACT_SWAPCACHE, "swapcache" },
	{ MMSCOPE_FACT_LARGE_ALONE, "large_alone" },
	{ MMSCOPE_FACT_CACHED, "cached" },
	{ MMSCOPE_FACT_CACHE_SWAP, "cache_swap" },
	{ MMSCOPE_FACT_CACHE_UPTODATE, "cache_uptodate" },
	{ MMSCOPE_FACT_CACHE_LOCKED, "cache_locked" },
	{ MMSCOPE_FACT_CACHE_AHEAD, "cache_ahead" },
	{ MMSCOPE_FACT_CACHE_POISON, "cache_poison" },
	{ MMSCOPE_FACT_CACHE_UNKNOWN, "cache_unknown" },
	{ MMSCOPE_FACT_CACHE_DIRTY, "cache_dirty" },
	{ MMSCOPE_FACT_EXEC_READS, "exec_reads" },
	{ MMSCOPE_FACT_EXEC_LATE, "exec_late" },
	{ MMSCOPE_FACT_HOLE_TRAPS, "hole_traps" },
	{ MMSCOPE_FACT_HW_DIRTY, "hw_dirty" },
	{ MMSCOPE_FACT_HW_UNKNOWN, "hw_unknown" },
	{ MMSCOPE_FACT_VMA_LOCK, "vma_lock" },
	{ MMSCOPE_FACT_HW_YOUNG, "hw_young" },
	{ MMSCOPE_FACT_PKRU, "pkru" },
	{ MMSCOPE_FACT_PKEYS, "pkeys" },
	{ MMSCOPE_FACT_POISON_ADRERR, "poison_adrerr" },
	{ MMSCOPE_FACT_DIRTY_RETRIES, "dirty_retries" },
	{ MMSCOPE_FACT_NO_EXCLUSIVE, "no_exclusive" },
};

static const struct {
	const struct mmscope_flag_name *names;
	unsigned int nr;
} classes[MMSCOPE_NR_NAMES] = {
	[MMSCOPE_NAMES_VM_FLAGS] = {
		mmscope_vm_flags, ARRAY_SIZE(mmscope_vm_flags),
	},
	[MMSCOPE_NAMES_MMF] = {
		mmscope_mmf, ARRAY_SIZE(mmscope_mmf),
	},
	[MMSCOPE_NAMES_ENTRY] = {
		entry_flags, ARRAY_SIZE(entry_flags),
	},
	[MMSCOPE_NAMES_KPF] = {
		mmscope_kpf, ARRAY_SIZE(mmscope_kpf),
	},
	[MMSCOPE_NAMES_FACTS] = {
		facts, ARRAY_SIZE(facts),
	},
};

/**
 * mmscope_names - the names of a class
 * @class: MMSCOPE_NAMES_*
 * @names: zeroed by the caller, filled
 *
 * Return: how many there are, or -EINVAL for an unknown class.
 */
int mmscope_names(u32 class, struct mmscope_name names[MMSCOPE_NAMES_MAX])
{
	const struct mmscope_flag_name *table;
	unsigned int i, nr = 0;

	if (class >= MMSCOPE_NR_NAMES)
		return -EINVAL;
	class = array_index_nospec(class, MMSCOPE_NR_NAMES);

	table = classes[class].names;
	for (i = 0; i < classes[class].nr && nr < MMSCOPE_NAMES_MAX; i++) {
		if (!table[i].mask)
			continue; /* not in this kernel */
		names[nr].bit = ilog2(table[i].mask);
		strscpy(names[nr].name, table[i].name, sizeof(names[nr].name));
		nr++;
	}
	return nr;
}

/**
 * mmscope_names_show - print the set bits of a word by name
 * @m: where to
 * @class: MMSCOPE_NAMES_*
 * @word: bits without a name come last, as one hexadecimal number
 */
void mmscope_names_show(struct seq_file *m, u32 class, u64 word)
{
	const struct mmscope_flag_name *table = classes[class].names;
	const char *separator = "";
	unsigned int i;

	if (!word) {
		seq_puts(m, "-");
		return;
	}
	for (i = 0; i < classes[class].nr; i++) {
		if (!(word & table[i].mask))
			continue;
		seq_printf(m, "%s%s", separator, table[i].name);
		separator = ",";
		word &= ~table[i].mask;
	}
	if (word)
		seq_printf(m, "%s0x%llx", separator, word);
}
