// SPDX-License-Identifier: GPL-2.0
/*
 * vmas.c - mmscope vmas: the list of mappings
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "mapping.h"
#include "maps.h"
#include "pager.h"

enum {
	COL_START, COL_END, COL_SIZE, COL_PERMS, COL_KIND, COL_MAPPING, COL_VM_FLAGS, COL_FLAGS,
	COL_PAGE_PROT, COL_PGOFF, COL_DEV, COL_INODE, COL_PAGE_SIZE, COL_ANON_VMA, COL_DELETED,
	COL_NAME, COL_OPS, COL_PATH,
	NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_START] = { "START", "start", "first byte (vm_start)", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_END] = { "END", "end", "end, exclusive (vm_end)", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_SIZE] = { "SIZE", "size", "END - START", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_PERMS] = { "PERMS", "perms", "rwx, p private or s shared", COLUMN_DEFAULT },
	[COL_KIND] = { "KIND", "kind", "segment: text, data, heap, library, anon ...",
		       COLUMN_DEFAULT },
	[COL_MAPPING] = { "MAPPING", "mapping", "path, or name in brackets",
			  COLUMN_DEFAULT | COLUMN_TAIL | COLUMN_TABLE_ONLY },
	[COL_VM_FLAGS] = { "VM_FLAGS", "vm_flags", "flag word", COLUMN_RIGHT },
	[COL_FLAGS] = { "FLAGS", "flags", "flag word by the kernel's names", COLUMN_TRUNC },
	[COL_PAGE_PROT] = { "PAGE_PROT", "page_prot", "raw protection bits (vm_page_prot)",
			    COLUMN_RIGHT },
	[COL_PGOFF] = { "PGOFF", "pgoff", "offset in the file, in pages (vm_pgoff)", COLUMN_RIGHT },
	[COL_DEV] = { "DEV", "dev", "device of the file, major:minor in hexadecimal", 0 },
	[COL_INODE] = { "INODE", "inode", "inode number of the file", COLUMN_RIGHT },
	[COL_PAGE_SIZE] = { "PAGE_SIZE", "page_size", "size of the mapping's pages", COLUMN_RIGHT },
	[COL_ANON_VMA] = { "ANON_VMA", "anon_vma", "private pages were made", 0 },
	[COL_DELETED] = { "DELETED", "deleted", "the file has no name any more", 0 },
	[COL_NAME] = { "NAME", "name", "[heap], [stack], [vdso] ..., or as given by prctl()",
		       COLUMN_TRUNC },
	[COL_OPS] = { "OPS", "ops", "symbol of the operations (vm_ops)", COLUMN_TRUNC },
	[COL_PATH] = { "PATH", "path", "path of the file", COLUMN_TAIL },
};

/* Maps up to this size are taken again when they changed while being read. */
#define MAPS_RETRY_MAX	(1U << 20)
#define MAPS_RETRIES	3

static bool maps_format;

static void show_vma(struct render *r, const struct target *target, const struct vm_bits *bits,
		     const struct fileset *libs, const struct mmscope_vma *vma)
{
	const char *path = mmscope_vma_path(vma), *name = mmscope_vma_name(vma);
	bool file = vma->attrs & MMSCOPE_VMA_FILE;
	struct cell cells[NR_COLUMNS];
	struct strbuf mapping = { 0 };
	char perms[5], dev[32];

	vm_perms(bits, vma->vm_flags, perms);
	snprintf(dev, sizeof(dev), "%02x:%02x", vma->dev_major, vma->dev_minor);
	mapping_name(&mapping, vma);

	cells[COL_START] = cell_hex(vma->start);
	cells[COL_END] = cell_hex(vma->end);
	cells[COL_SIZE] = cell_bytes(vma->end - vma->start);
	cells[COL_PERMS] = cell_text(perms);
	cells[COL_KIND] = cell_text(mapping_kind(vma, libs));
	cells[COL_MAPPING] = cell_text(mapping.data);
	cells[COL_VM_FLAGS] = cell_hex(vma->vm_flags);
	cells[COL_FLAGS] = cell_flags(vma->vm_flags, &target->vm_flags);
	cells[COL_PAGE_PROT] = cell_phys(vma->page_prot);
	cells[COL_PGOFF] = cell_count(vma->pgoff);
	cells[COL_DEV] = cell_text(file ? dev : NULL);
	cells[COL_INODE] = file ? cell_count(vma->ino) : cell_none();
	cells[COL_PAGE_SIZE] = cell_bytes(vma->page_size);
	cells[COL_ANON_VMA] = cell_bool(vma->attrs & MMSCOPE_VMA_ANON_VMA);
	cells[COL_DELETED] = cell_bool(vma->attrs & MMSCOPE_VMA_DELETED);
	cells[COL_NAME] = cell_text(name);
	cells[COL_OPS] = cell_text(mmscope_vma_ops(vma));
	cells[COL_PATH] = cell_text(path);
	render_row(r, cells);
	strbuf_free(&mapping);
}

static int run_table(struct cli *cli, struct target *target)
{
	struct mmscope_vma_iter *iter = NULL;
	const struct mmscope_vma *vma;
	struct fileset libs = { 0 };
	struct mmscope_lock lock;
	struct vm_bits bits;
	struct render *r;
	int ret = 0, status = EXIT_DONE;

	vm_bits_load(target, &bits);
	if (column_is_selected(&cli->render, COL_KIND))
		ret = mapping_find_libraries(target, &bits, &libs);
	if (!ret)
		ret = mmscope_vma_iter_new(target->ms, NULL, &iter);
	if (ret) {
		fileset_free(&libs);
		return report_target_error(target, ret);
	}
	r = target_render(cli, target);
	render_list_begin(r, "vmas", columns, NR_COLUMNS, true);
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0)
		show_vma(r, target, &bits, &libs, vma);
	lock = *mmscope_vma_iter_lock(iter);
	mmscope_vma_iter_free(iter);
	fileset_free(&libs);
	render_list_end(r);
	render_lock(r, &lock);
	render_end(r, ret < 0 || lock.flags & MMSCOPE_LOCK_CHANGED);
	report_lock(cli, target, &lock);
	if (ret < 0)
		status = report_target_error(target, ret);
	else if (lock.flags & MMSCOPE_LOCK_CHANGED)
		status = report_changed(target);
	return status;
}

/*
 * One reading of the list. What is small enough stays in @sb, so that it can be
 * thrown away when the list changed meanwhile; what is not goes out at once.
 * Returns 0 or -errno.
 */
static int read_maps(struct target *target, const struct maps_style *style, struct strbuf *sb,
		     bool *sent, struct mmscope_lock *lock)
{
	struct mmscope_vma_iter *iter;
	const struct mmscope_vma *vma;
	int ret;

	ret = mmscope_vma_iter_new(target->ms, NULL, &iter);
	if (ret)
		return ret;
	while ((ret = mmscope_vma_iter_next(iter, &vma)) > 0) {
		maps_line(sb, style, vma);
		if (sb->len >= MAPS_RETRY_MAX) {
			fwrite(sb->data, 1, sb->len, stdout);
			stdout_look();
			strbuf_reset(sb);
			*sent = true;
		}
	}
	*lock = *mmscope_vma_iter_lock(iter);
	mmscope_vma_iter_free(iter);
	return ret ? ret : maps_gate_line(sb, target);
}

static int run_maps(struct cli *cli, struct target *target)
{
	struct mmscope_lock lock = { 0 };
	struct maps_style style;
	struct strbuf sb = { 0 };
	bool sent = false, changed;
	int tries = 0, ret;

	maps_style_load(target, &style);
	style.harmless = pager_terminal() >= 0;
	do {
		strbuf_reset(&sb);
		ret = read_maps(target, &style, &sb, &sent, &lock);
		changed = lock.flags & MMSCOPE_LOCK_CHANGED;
	} while (!ret && changed && !sent && ++tries < MAPS_RETRIES);
	fwrite(sb.data, 1, sb.len, stdout);
	stdout_look();
	strbuf_free(&sb);
	report_lock(cli, target, &lock);
	if (ret)
		return report_target_error(target, ret);
	return changed ? report_changed(target) : EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct target target;
	int status;

	(void)argc;
	if (maps_format && (cli->render.json || cli->render.columns))
		return report_usage(cli, "--format maps excludes --json and --output");
	status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	status = maps_format ? run_maps(cli, &target) : run_table(cli, &target);
	target_close(&target);
	return status;
}

static int option(struct cli *cli, size_t nr, const char *arg)
{
	(void)nr;
	if (strcmp(arg, "maps") && strcmp(arg, "table"))
		return report_usage(cli, "--format: '%s': not one of table, maps", arg);
	maps_format = !strcmp(arg, "maps");
	return EXIT_DONE;
}

static const struct cli_option options[] = {
	{ "format", "FORMAT", "table, or maps: byte for byte like /proc/PID/maps" },
};

const struct command command_vmas = {
	.name = "vmas",
	.args = "PID",
	.summary = "List the mappings (VMAs) of a process",
	.example = "vmas self -o START,SIZE,PERMS,FLAGS",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.option = option,
	.run = run,
	.walks = true,
};
