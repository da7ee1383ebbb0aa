/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kept.h - all references to descriptors that the module keeps, and how many a user may
 */
#ifndef MMSCOPE_KEPT_H
#define MMSCOPE_KEPT_H

struct mm_struct;
struct mmscope_target;

int mmscope_kept_add(struct mmscope_target *target);
void mmscope_kept_del(struct mmscope_target *target);
unsigned int mmscope_kept_count(const struct mm_struct *mm);

#endif /* MMSCOPE_KEPT_H */
