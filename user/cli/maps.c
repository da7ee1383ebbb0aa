// SPDX-License-Identifier: GPL-2.0
/*
 * maps.c - VMAs in the very form of /proc/PID/maps
 *
 * Source of each rule: show_map_vma() and show_vma_header_prefix() in the
 * kernel's fs/proc/task_mmu.c. Raw names, as there: for programs and files. On a terminal
 * they are made harmless.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "maps.h"
#include "render/escape.h"

void maps_style_load(const struct target *target, struct maps_style *style)
{
	/* Pointers of the kernel, not of this program. */
	unsigned int pointer = target->info.va_bits > 32 ? 8 : 4;

	vm_bits_load(target, &style->bits);
	style->page_size = target->info.page_size;
	/* seq_setwidth(m, 25 + sizeof(void *) * 6 - 1), and seq_pad() adds a blank */
	style->path_column = 25 + pointer * 6;
	style->harmless = false;
}

static void pad(struct strbuf *sb, size_t line, const struct maps_style *style)
{
	while (sb->len - line < style->path_column - 1)
		strbuf_putc(sb, ' ');
	strbuf_putc(sb, ' ');
}

static void add_name(struct strbuf *sb, const struct maps_style *style, const char *name)
{
	if (style->harmless)
		escape_terminal(sb, name);
	else
		strbuf_puts(sb, name);
}

/* seq_path(m, path, "\n"): the newline alone is escaped, in octal. */
static void add_path(struct strbuf *sb, const struct maps_style *style, const char *path)
{
	size_t len;

	if (style->harmless) {
		escape_terminal(sb, path);
		return;
	}
	for (;;) {
		len = strcspn(path, "\n");
		strbuf_add(sb, path, len);
		if (!path[len])
			return;
		strbuf_puts(sb, "\\012");
		path += len + 1;
	}
}

void maps_line(struct strbuf *sb, const struct maps_style *style, const struct mmscope_vma *vma)
{
	const char *path = mmscope_vma_path(vma), *name = mmscope_vma_name(vma);
	bool given = vma->attrs & MMSCOPE_VMA_ANON_NAME, file = vma->attrs & MMSCOPE_VMA_FILE;
	__u64 offset = file ? vma->pgoff * style->page_size : 0;
	size_t line = sb->len;
	char perms[5];

	vm_perms(&style->bits, vma->vm_flags, perms);
	strbuf_printf(sb, "%08llx-%08llx %s %08llx %02x:%02x %llu ", vma->start, vma->end, perms,
		      offset, vma->dev_major, vma->dev_minor, vma->ino);
	if (name && given) {
		pad(sb, line, style);
		strbuf_puts(sb, file ? "[anon_shmem:" : "[anon:");
		add_name(sb, style, name);
		strbuf_putc(sb, ']');
	} else if (path) {
		pad(sb, line, style);
		add_path(sb, style, path);
	} else if (name) {
		pad(sb, line, style);
		add_name(sb, style, name);
	}
	strbuf_putc(sb, '\n');
}

/*
 * The gate VMA is in no list and no module can reach it; where the kernel has
 * it, it is the same for every 64-bit process. This program's own maps show it,
 * unless it runs as a 32-bit program; not so for a process of another time.
 */
int maps_gate_line(struct strbuf *sb, const struct target *target)
{
	struct mmscope_mm mm;
	char line[256];
	FILE *f;
	int err;

	if (target->recorded)
		return 0;
	err = mmscope_mm(target->ms, &mm, NULL);
	if (err)
		return err;
	if (mm.task_size <= 1ULL << 32)
		return 0;
	f = fopen("/proc/self/maps", "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (strstr(line, " [vsyscall]\n"))
			strbuf_puts(sb, line);
	fclose(f);
	return 0;
}
