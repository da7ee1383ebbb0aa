// SPDX-License-Identifier: GPL-2.0
/*
 * kpf.c - the word of /proc/kpageflags by names
 */
#include <stdio.h>

#include "kpf.h"

#define KPF_BIT(n)		(1ULL << (n))
#define KPF_WRITEBACK		8
#define KPF_RECLAIM		9
#define KPF_ANON		12
#define KPF_OWNER_2		34
#define KPF_ANON_EXCLUSIVE	47
#define KPF_READAHEAD		48

void kpf_names_load(struct kpf_names *kpf)
{
	const char *name;
	unsigned int bit;

	kpf->names = (struct flag_names){ .names = kpf->bits };
	for (bit = 0; bit < 64; bit++) {
		name = mmscope_kpf_name(bit);
		if (!name)
			continue;
		kpf->bits[kpf->names.nr].bit = bit;
		snprintf(kpf->bits[kpf->names.nr].name, sizeof(kpf->bits[0].name), "%s", name);
		kpf->names.nr++;
	}
}

__u64 kpf_expand(__u64 kpf)
{
	if (kpf & KPF_BIT(KPF_ANON) && kpf & KPF_BIT(KPF_OWNER_2))
		kpf ^= KPF_BIT(KPF_OWNER_2) | KPF_BIT(KPF_ANON_EXCLUSIVE);
	if (kpf & KPF_BIT(KPF_RECLAIM) && !(kpf & KPF_BIT(KPF_WRITEBACK)))
		kpf ^= KPF_BIT(KPF_RECLAIM) | KPF_BIT(KPF_READAHEAD);
	return kpf;
}
