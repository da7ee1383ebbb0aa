// SPDX-License-Identifier: GPL-2.0
/*
 * kpf.c - the word of /proc/kpageflags, taken apart
 */
#include "kpf.h"

#define KPF_BIT(n)		(1ULL << (n))
#define KPF_WRITEBACK		8
#define KPF_RECLAIM		9
#define KPF_ANON		12
#define KPF_OWNER_2		34	/* before 6.12 KPF_MAPPEDTODISK */

static bool has_name(const struct flag_names *names, unsigned int bit)
{
	size_t i;

	for (i = 0; i < names->nr && names->names[i].bit != bit; i++)
		;
	return i < names->nr;
}

__u64 kpf_expand(__u64 kpf, const struct flag_names *names)
{
	if (kpf & KPF_BIT(KPF_ANON) && kpf & KPF_BIT(KPF_OWNER_2) &&
	    has_name(names, MMSCOPE_KPF_ANON_EXCLUSIVE))
		kpf ^= KPF_BIT(KPF_OWNER_2) | KPF_BIT(MMSCOPE_KPF_ANON_EXCLUSIVE);
	if (kpf & KPF_BIT(KPF_RECLAIM) && !(kpf & KPF_BIT(KPF_WRITEBACK)) &&
	    has_name(names, MMSCOPE_KPF_READAHEAD))
		kpf ^= KPF_BIT(KPF_RECLAIM) | KPF_BIT(MMSCOPE_KPF_READAHEAD);
	return kpf;
}
