/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kpf.h - the word of /proc/kpageflags by names; pages and explain share it
 */
#ifndef MMSCOPE_KPF_H
#define MMSCOPE_KPF_H

#include "cli.h"

/**
 * struct kpf_names - what its bits are called
 */
struct kpf_names {
	struct flag_names names;
	struct mmscope_name bits[64];
};

void kpf_names_load(struct kpf_names *kpf);

/*
 * Two bits mean another thing on some pages: taken apart as by the kernel's
 * tools/mm/page-types.c (expand_overloaded_flags()), into numbers of its own.
 */
__u64 kpf_expand(__u64 kpf);

#endif /* MMSCOPE_KPF_H */
