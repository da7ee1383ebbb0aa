/* SPDX-License-Identifier: GPL-2.0 */
/*
 * maps.h - VMAs in the very form of /proc/PID/maps
 */
#ifndef MMSCOPE_MAPS_H
#define MMSCOPE_MAPS_H

#include <stdbool.h>

#include "render/strbuf.h"
#include "vmbits.h"

/**
 * struct maps_style - what the form depends on
 * @bits: vm_flags
 * @page_size: bytes of a base page
 * @path_column: column, from 0, where the path begins
 * @harmless: names as a table shows them: not what the kernel would print
 */
struct maps_style {
	struct vm_bits bits;
	unsigned int page_size;
	unsigned int path_column;
	bool harmless;
};

void maps_style_load(const struct target *target, struct maps_style *style);

/* Adds the line of one VMA, newline included. */
void maps_line(struct strbuf *sb, const struct maps_style *style, const struct mmscope_vma *vma);

/**
 * maps_gate_line() - add the line of the gate VMA, [vsyscall], if the target has one
 * @sb: where it is added
 * @target: the target
 *
 * Return: 0 or -errno.
 */
int maps_gate_line(struct strbuf *sb, const struct target *target);

#endif /* MMSCOPE_MAPS_H */
