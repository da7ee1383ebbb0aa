// SPDX-License-Identifier: GPL-2.0
/*
 * find.c - mmscope find: the VMAs around an address, as the find_vma() family has them
 */
#include "cli.h"
#include "mapping.h"
#include "render/size.h"
#include "symbol/address.h"

enum {
	COL_WHAT, COL_START, COL_END, COL_SIZE, COL_PERMS, COL_KIND, COL_MAPPING, COL_VM_FLAGS,
	COL_FLAGS,
	NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_WHAT] = { "WHAT", "what", "prev, gap, vma, next_gap or next", COLUMN_DEFAULT },
	[COL_START] = { "START", "start", "first byte", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_END] = { "END", "end", "end, exclusive", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_SIZE] = { "SIZE", "size", "END - START", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_PERMS] = { "PERMS", "perms", "rwx, p private or s shared", COLUMN_DEFAULT },
	[COL_KIND] = { "KIND", "kind", "segment: text, data, heap, library, anon ...",
		       COLUMN_DEFAULT },
	[COL_MAPPING] = { "MAPPING", "mapping", "path, or name in brackets",
			  COLUMN_DEFAULT | COLUMN_TAIL },
	[COL_VM_FLAGS] = { "VM_FLAGS", "vm_flags", "flag word", COLUMN_RIGHT },
	[COL_FLAGS] = { "FLAGS", "flags", "flag word by the kernel's names", COLUMN_TRUNC },
};

/* One run, and what its rows need. */
struct view {
	struct render *r;
	const struct target *target;
	struct vm_bits bits;
	struct fileset libs;
};

static void show_gap(struct view *v, const char *what, __u64 start, __u64 end)
{
	struct cell cells[NR_COLUMNS] = { 0 };

	if (end <= start)
		return;
	cells[COL_WHAT] = cell_toned(what, TONE_DIM);
	cells[COL_START] = cell_hex(start);
	cells[COL_END] = cell_hex(end);
	cells[COL_SIZE] = cell_bytes(end - start);
	render_row(v->r, cells);
}

static void show_vma(struct view *v, const char *what, const struct mmscope_vma *vma)
{
	struct cell cells[NR_COLUMNS];
	struct strbuf mapping = { 0 };
	char perms[5];

	if (!vma)
		return;
	vm_perms(&v->bits, vma->vm_flags, perms);
	mapping_name(&mapping, vma);
	cells[COL_WHAT] = cell_text(what);
	cells[COL_START] = cell_hex(vma->start);
	cells[COL_END] = cell_hex(vma->end);
	cells[COL_SIZE] = cell_bytes(vma->end - vma->start);
	cells[COL_PERMS] = cell_text(perms);
	cells[COL_KIND] = cell_text(mapping_kind(vma, &v->libs));
	cells[COL_MAPPING] = cell_text(mapping.data);
	cells[COL_VM_FLAGS] = cell_hex(vma->vm_flags);
	cells[COL_FLAGS] = cell_flags(vma->vm_flags, &v->target->vm_flags);
	render_row(v->r, cells);
	strbuf_free(&mapping);
}

/* Where the address itself is. */
static const char *where_is(const struct mmscope_find *find)
{
	if (find->found & MMSCOPE_FIND_HOLDS)
		return "vma";
	return find->addr < find->task_size ? "gap" : "beyond";
}

static void show_sentence(struct render *r, const struct mmscope_find *find)
{
	const struct mmscope_vma *vma = mmscope_found(find, find->vma);
	__u64 addr = find->addr;
	char size[SIZE_TEXT_MAX];

	if (find->found & MMSCOPE_FIND_HOLDS)
		render_text(r, "0x%llx: in a VMA, 0x%llx bytes above its start", addr,
			    addr - vma->start);
	else if (addr >= find->task_size)
		render_text(r, "0x%llx: beyond user space, which ends at 0x%llx", addr,
			    find->task_size);
	else
		render_text(r, "0x%llx: in a gap of %s", addr,
			    size_text(find->gap_end - find->gap_start, size));
	if (!find->end)
		return;
	if (find->found & MMSCOPE_FIND_INTERSECTS)
		render_text(r, "0x%llx-0x%llx: first intersects the VMA at 0x%llx", addr, find->end,
			    vma->start);
	else
		render_text(r, "0x%llx-0x%llx: intersects no VMA", addr, find->end);
}

static void show(struct view *v, const struct mmscope_find *find)
{
	const struct mmscope_vma *vma = mmscope_found(find, find->vma);
	bool intersects = find->found & MMSCOPE_FIND_INTERSECTS;

	render_member(v->r, "addr", cell_hex(find->addr));
	render_member(v->r, "end_addr", find->end ? cell_hex(find->end) : cell_none());
	render_member(v->r, "where", cell_text(where_is(find)));
	render_member(v->r, "intersects", !find->end ? cell_none() : cell_bool(intersects));
	render_member(v->r, "offset", find->found & MMSCOPE_FIND_HOLDS ?
		      cell_hex(find->addr - vma->start) : cell_none());
	render_member(v->r, "task_size", cell_hex(find->task_size));
	render_list_begin(v->r, "find", columns, NR_COLUMNS, true);
	show_vma(v, "prev", mmscope_found(find, find->prev));
	show_gap(v, "gap", find->gap_start, find->gap_end);
	show_vma(v, "vma", vma);
	show_gap(v, "next_gap", find->next_gap_start, find->next_gap_end);
	show_vma(v, "next", mmscope_found(find, find->next));
	render_list_end(v->r);
	show_sentence(v->r, find);
}

static int find_one(struct cli *cli, struct target *target, struct address_book *book, __u64 addr,
		    __u64 end)
{
	static unsigned char buf[MMSCOPE_FIND_BUF] __attribute__((aligned(8)));
	struct view v = { .target = target };
	struct mmscope_find find;
	int err, moved;

	vm_bits_load(target, &v.bits);
	err = mapping_find_libraries(target, &v.bits, &v.libs);
	if (!err)
		err = mmscope_find(target->ms, addr, end, buf, &find);
	if (err) {
		fileset_free(&v.libs);
		return report_target_error(target, err);
	}
	v.r = target_render(cli, target);
	show(&v, &find);
	render_lock(v.r, &find.lock);
	moved = address_check(book, &find.lock);
	render_end(v.r, moved);
	report_lock(cli, target, &find.lock);
	fileset_free(&v.libs);
	if (moved)
		return moved;
	return find.found & (end ? MMSCOPE_FIND_INTERSECTS : MMSCOPE_FIND_HOLDS) ? EXIT_DONE :
										EXIT_NO;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct address_book *book;
	struct target target;
	__u64 addr, end = 0;
	int status;

	status = address_usage(cli, argc - 1, argv + 1);
	if (!status)
		status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	book = address_book_new(cli, &target);
	status = address_find(book, argv[1], &addr);
	if (!status && argc > 2)
		status = address_find(book, argv[2], &end);
	if (!status && argc > 2 && end <= addr)
		status = report_usage(cli, "'%s': END is not above ADDR", argv[2]);
	if (!status)
		status = find_one(cli, &target, book, addr, end);
	address_book_free(book);
	target_close(&target);
	return status;
}

const struct command command_find = {
	.name = "find",
	.args = "PID ADDR [END]",
	.summary = "Find the VMAs and gaps around an address",
	.example = "find self [heap]+0x1000",
	.min_args = 2,
	.max_args = 3,
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.run = run,
	.walks = true,
};
