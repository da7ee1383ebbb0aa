/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kpf.h - the word of /proc/kpageflags, taken apart; pages and explain share it
 */
#ifndef MMSCOPE_KPF_H
#define MMSCOPE_KPF_H

#include "cli.h"

/*
 * Two bits mean another thing on some pages: they become MMSCOPE_KPF_* bits where
 * the target's kernel has names for those.
 */
__u64 kpf_expand(__u64 kpf, const struct flag_names *names);

#endif /* MMSCOPE_KPF_H */
