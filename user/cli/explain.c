// SPDX-License-Identifier: GPL-2.0
/*
 * explain.c - mmscope explain: everything about one address, and what would happen
 *
 * From the verdict down to the entries. libmmscope decides; this only shows.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "kpf.h"
#include "mapping.h"
#include "render/memory.h"
#include "render/size.h"
#include "status.h"
#include "symbol/address.h"
#include "walk_rows.h"

enum {
	COL_ACCESS, COL_VMA, COL_PAGE, COL_KEY, COL_NOW, COL_WHY, COL_OUTCOME, COL_ALSO,
	COL_GROWS, COL_MINOR, COL_MAJOR, COL_SIGNAL, COL_CODE, COL_MEANING,
	NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_ACCESS] = { "ACCESS", "access", "read, write or execute", COLUMN_DEFAULT },
	[COL_VMA] = { "VMA", "vma", "the mapping permits it", COLUMN_DEFAULT },
	[COL_PAGE] = { "PAGE", "page", "the entries of all levels permit it, without a fault",
		       COLUMN_DEFAULT },
	[COL_KEY] = { "KEY", "key", "the protection key permits it", 0 },
	[COL_NOW] = { "NOW", "now", "PAGE and KEY together", 0 },
	[COL_WHY] = { "WHY", "why", "why NOW is not VMA, in short", 0 },
	[COL_OUTCOME] = { "OUTCOME", "outcome", "what an access leads to, in short",
			  COLUMN_DEFAULT },
	[COL_ALSO] = { "ALSO", "also", "what could happen besides, as far as can be known", 0 },
	[COL_GROWS] = { "GROWS", "grows", "the stack grows first", 0 },
	[COL_MINOR] = { "MINOR", "minor", "minor faults that it counts", COLUMN_RIGHT },
	[COL_MAJOR] = { "MAJOR", "major", "major faults that it counts", COLUMN_RIGHT },
	[COL_SIGNAL] = { "SIGNAL", "signal", "signal that it ends with", 0 },
	[COL_CODE] = { "CODE", "code", "si_code of the signal", COLUMN_RIGHT },
	[COL_MEANING] = { "MEANING", "meaning", "the outcome in words", COLUMN_DEFAULT },
};

static const char *const access_names[MMSCOPE_NR_ACCESSES] = {
	[MMSCOPE_ACCESS_READ] = "read",
	[MMSCOPE_ACCESS_WRITE] = "write",
	[MMSCOPE_ACCESS_EXEC] = "execute",
};

static const char *const region_names[MMSCOPE_NR_REGIONS] = {
	[MMSCOPE_REGION_USER] = "user",
	[MMSCOPE_REGION_HOLE] = "hole",
	[MMSCOPE_REGION_KERNEL] = "kernel",
	[MMSCOPE_REGION_VSYSCALL] = "vsyscall",
};

/**
 * struct view - what is shown
 * @e: the facts
 * @vma: the record of the VMA; none when e.vma_size is 0
 * @kind: segment of it, or NULL
 * @perms: of it, as in maps
 * @mapping: path or name of it
 * @permission: who permits what
 * @predictions: by access
 * @outcomes: names for sets of outcomes
 * @reasons: names for sets of reasons
 */
struct view {
	struct cli *cli;
	struct target *target;
	struct render *r;
	struct mmscope_explain e;
	struct mmscope_vma *vma;
	const char *kind;
	char perms[5];
	struct strbuf mapping;
	struct mmscope_permission permission;
	struct mmscope_prediction predictions[MMSCOPE_NR_ACCESSES];
	struct flag_names outcomes, reasons;
	struct mmscope_name outcome_bits[MMSCOPE_NR_OUTCOMES];
	struct mmscope_name reason_bits[MMSCOPE_NR_REASONS];
};

static void name_bits(struct flag_names *names, struct mmscope_name *bits, size_t nr,
		      const char *(*name_of)(unsigned int n))
{
	size_t i;

	for (i = 0; i < nr; i++) {
		bits[i].bit = i;
		snprintf(bits[i].name, sizeof(bits[i].name), "%s", name_of(i));
	}
	*names = (struct flag_names){ .names = bits, .nr = nr };
}

static const char *signal_name(int signal)
{
	switch (signal) {
	case SIGSEGV:
		return "SIGSEGV";
	case SIGBUS:
		return "SIGBUS";
	default:
		return NULL;
	}
}

/* A count of faults that is perhaps not certain. */
static struct cell faults(int nr)
{
	return nr < 0 ? cell_none() : cell_count(nr);
}

/* Half a sentence, and what else could be. */
static void meaning(struct strbuf *sb, const struct mmscope_prediction *p)
{
	unsigned int outcome;

	strbuf_reset(sb);
	if (p->grows)
		strbuf_puts(sb, "the stack grows; ");
	strbuf_puts(sb, mmscope_outcome_text(p->outcome));
	if (p->signal && p->minor > 0)
		strbuf_puts(sb, ", after a minor fault");
	else if (p->signal && p->major > 0)
		strbuf_puts(sb, ", after a major fault");
	for (outcome = 0; outcome < MMSCOPE_NR_OUTCOMES; outcome++)
		if (p->also & 1U << outcome)
			strbuf_printf(sb, "; or %s", mmscope_outcome_name(outcome));
}

static void access_row(struct view *v, enum mmscope_access access)
{
	const struct mmscope_prediction *p = &v->predictions[access];
	const struct mmscope_permission *may = &v->permission;
	unsigned int bit = 1U << access;
	struct cell cells[NR_COLUMNS];
	struct strbuf text = { 0 };

	meaning(&text, p);
	cells[COL_ACCESS] = cell_text(access_names[access]);
	cells[COL_VMA] = cell_bool(may->vma & bit);
	cells[COL_PAGE] = cell_bool(may->hardware & bit);
	cells[COL_KEY] = v->e.facts & MMSCOPE_FACT_PKRU ? cell_bool(may->keys & bit) :
							  cell_none();
	cells[COL_NOW] = cell_bool(may->effective & bit);
	cells[COL_WHY] = cell_flags(may->reasons[access], &v->reasons);
	cells[COL_OUTCOME] = cell_toned(mmscope_outcome_name(p->outcome),
					p->signal ? TONE_WARN : TONE_GOOD);
	cells[COL_ALSO] = cell_flags(p->also, &v->outcomes);
	cells[COL_GROWS] = cell_bool(p->grows);
	cells[COL_MINOR] = faults(p->minor);
	cells[COL_MAJOR] = faults(p->major);
	cells[COL_SIGNAL] = cell_text(signal_name(p->signal));
	cells[COL_CODE] = p->signal ? cell_count(p->code) : cell_none();
	cells[COL_MEANING] = cell_text(text.data);
	render_row(v->r, cells);
	strbuf_free(&text);
}

static void show_accesses(struct view *v)
{
	enum mmscope_access access;

	render_list_begin(v->r, "accesses", columns, NR_COLUMNS, true);
	for (access = 0; access < MMSCOPE_NR_ACCESSES; access++)
		access_row(v, access);
	render_list_end(v->r);
}

/* Why a right of the mapping is not one of the page, in words. */
static void show_reasons(struct view *v)
{
	unsigned int access, reason;

	for (access = 0; access < MMSCOPE_NR_ACCESSES; access++)
		for (reason = 0; reason < MMSCOPE_NR_REASONS; reason++)
			if (v->permission.reasons[access] & 1U << reason)
				render_text(v->r, "%s: %s", access_names[access],
					    mmscope_reason_text(reason));
	if (v->e.hidden & MMSCOPE_FACT_PKRU && v->e.pkey)
		render_text(v->r, "key: %u, the rights of the thread are not known", v->e.pkey);
}

static void show_vma(struct view *v)
{
	char size[SIZE_TEXT_MAX];
	const struct mmscope_vma *vma = v->vma;

	if (!v->e.vma_size) {
		render_text(v->r, "0x%llx: %s", v->e.va,
			    v->e.region == MMSCOPE_REGION_HOLE ? "not an address" :
			    v->e.region == MMSCOPE_REGION_KERNEL ? "the kernel's" :
			    v->e.region == MMSCOPE_REGION_VSYSCALL ? "[vsyscall]" :
			    "no mapping holds the address");
		return;
	}
	render_text(v->r, "0x%llx: %s, %s, 0x%llx-0x%llx (%s) %s", v->e.va, v->kind, v->perms,
		    vma->start, vma->end, size_text(vma->end - vma->start, size),
		    v->mapping.data ? v->mapping.data : "");
}

static void show_levels(struct view *v)
{
	struct walk_steps steps;
	size_t i;

	if (!v->e.walk.nr_levels)
		return;
	walk_fill_steps(v->target, &v->e.walk, &steps);
	render_text(v->r, "%s", "");
	render_list_begin(v->r, "levels", walk_columns, NR_WALK_COLUMNS, false);
	for (i = 0; i < v->e.walk.nr_levels; i++)
		render_row(v->r, steps.rows[i]);
	render_list_end(v->r);
}

static void show_page(struct view *v)
{
	const struct mmscope_page *page = &v->e.page;
	struct cell flags = cell_flags(kpf_expand(page->kpf, &v->target->kpf), &v->target->kpf);
	struct strbuf text = { 0 };

	if (page->type == MMSCOPE_PAGE_NONE)
		return;
	strbuf_printf(&text, "page: %s", mmscope_page_type_name(page->type));
	if (page->kpf == MMSCOPE_HIDDEN) {
		strbuf_puts(&text, ", the rest is hidden");
	} else {
		strbuf_printf(&text, ", map count %u, references %u, folio of %u, node %u, flags ",
			      page->mapcount, page->refcount, 1U << page->order, page->node);
		cell_to_text(&text, &flags);
	}
	render_text(v->r, "%s", text.data);
	strbuf_free(&text);
}

/* Where the next page would come from, if the file has something to say about it. */
static void show_file(struct view *v)
{
	const __u64 asked = MMSCOPE_FACT_FILEMAP | MMSCOPE_FACT_SHMEM | MMSCOPE_FACT_SECRETMEM |
			    MMSCOPE_FACT_HUGETLB;
	__u64 facts = v->e.facts;

	if (!v->e.vma_size || !(v->vma->attrs & MMSCOPE_VMA_FILE))
		return;
	/* Where the page comes from elsewhere the module does not ask the file's cache. */
	if (v->e.walk.status == MMSCOPE_SWAP || !(facts & asked)) {
		render_text(v->r, "file: page %llu of %llu", v->e.file_index, v->e.file_pages);
		return;
	}
	render_text(v->r, "file: page %llu of %llu, %s", v->e.file_index, v->e.file_pages,
		    v->e.hidden & MMSCOPE_FACT_CACHED ? "in the page cache or not: hidden" :
		    facts & MMSCOPE_FACT_CACHE_SWAP ? "swapped out" :
		    facts & MMSCOPE_FACT_CACHED ? "in the page cache" : "not in the page cache");
}

static void show_text(struct view *v)
{
	struct strbuf sentence = { 0 };

	show_vma(v);
	render_text(v->r, "%s", "");
	show_accesses(v);
	show_reasons(v);
	show_levels(v);
	result_sentence(&sentence, &v->e.walk);
	if (v->e.region == MMSCOPE_REGION_USER && v->e.vma_size)
		render_text(v->r, "%s", sentence.data);
	show_page(v);
	show_file(v);
	render_text(v->r, "lock: held for %llu.%03llu us", v->e.lock.hold_max_ns / 1000,
		    v->e.lock.hold_max_ns % 1000);
	strbuf_free(&sentence);
}

static void json_vma(struct view *v)
{
	const struct mmscope_vma *vma = v->vma;

	if (!v->e.vma_size) {
		render_member(v->r, "vma", cell_none());
		return;
	}
	render_group_begin(v->r, "vma");
	render_member(v->r, "start", cell_hex(vma->start));
	render_member(v->r, "end", cell_hex(vma->end));
	render_member(v->r, "perms", cell_text(v->perms));
	render_member(v->r, "kind", cell_text(v->kind));
	render_member(v->r, "vm_flags", cell_hex(vma->vm_flags));
	render_member(v->r, "flags", cell_flags(vma->vm_flags, &v->target->vm_flags));
	render_member(v->r, "page_prot", cell_phys(vma->page_prot));
	render_member(v->r, "pgoff", cell_count(vma->pgoff));
	render_member(v->r, "inode", vma->attrs & MMSCOPE_VMA_FILE ? cell_count(vma->ino) :
								     cell_none());
	render_member(v->r, "page_size", cell_bytes(vma->page_size));
	render_member(v->r, "name", cell_text(mmscope_vma_name(vma)));
	render_member(v->r, "ops", cell_text(mmscope_vma_ops(vma)));
	render_member(v->r, "path", cell_text(mmscope_vma_path(vma)));
	render_group_end(v->r);
}

static void json_page(struct view *v)
{
	const struct mmscope_page *page = &v->e.page;

	if (page->type == MMSCOPE_PAGE_NONE) {
		render_member(v->r, "page", cell_none());
		return;
	}
	render_group_begin(v->r, "page");
	render_member(v->r, "va", cell_hex(page->va));
	render_member(v->r, "pfn", cell_phys(page->value));
	render_member(v->r, "type", cell_text(mmscope_page_type_name(page->type)));
	if (page->kpf != MMSCOPE_HIDDEN) {
		render_member(v->r, "mapcount", cell_count(page->mapcount));
		render_member(v->r, "refcount", cell_count(page->refcount));
		render_member(v->r, "order", cell_count(page->order));
		render_member(v->r, "folio_index", cell_count(page->folio_index));
		render_member(v->r, "node", cell_count(page->node));
		render_member(v->r, "kpf",
			      cell_flags(kpf_expand(page->kpf, &v->target->kpf), &v->target->kpf));
	}
	render_group_end(v->r);
}

static void show_json(struct view *v)
{
	bool file = v->e.vma_size && v->vma->attrs & MMSCOPE_VMA_FILE;

	render_member(v->r, "va", cell_hex(v->e.va));
	render_member(v->r, "region", cell_text(v->e.region < MMSCOPE_NR_REGIONS ?
						region_names[v->e.region] : NULL));
	show_accesses(v);
	json_vma(v);
	walk_list_begin(v->r);
	walk_row(v->r, v->target, NULL, NR_WALK_COLUMNS, &v->e.walk);
	render_list_end(v->r);
	json_page(v);
	render_group_begin(v->r, "facts");
	render_member(v->r, "known", cell_flags(v->e.facts, &v->target->facts));
	render_member(v->r, "hidden", cell_flags(v->e.hidden, &v->target->facts));
	render_member(v->r, "file_index", file ? cell_count(v->e.file_index) : cell_none());
	render_member(v->r, "file_pages", file ? cell_count(v->e.file_pages) : cell_none());
	render_member(v->r, "below_end", cell_hex(v->e.below_end));
	render_member(v->r, "above_start", cell_hex(v->e.above_start));
	render_member(v->r, "pkey", cell_count(v->e.pkey));
	render_member(v->r, "pkru", v->e.facts & MMSCOPE_FACT_PKRU ? cell_hex(v->e.pkru) :
								     cell_none());
	render_group_end(v->r);
}

/* What is derived from the facts. Returns 0 or -errno. */
static int think(struct view *v, struct fileset *libs)
{
	struct mmscope_settings settings;
	enum mmscope_access access;
	struct vm_bits bits;
	int err = 0;

	mmscope_settings(&settings);
	mmscope_permission(&v->e, &v->permission);
	for (access = 0; access < MMSCOPE_NR_ACCESSES; access++)
		mmscope_predict(&v->e, &settings, access, &v->predictions[access]);
	if (!v->e.vma_size)
		return 0;
	vm_bits_load(v->target, &bits);
	if (v->vma->kind == MMSCOPE_KIND_FILE)
		err = mapping_find_libraries(v->target, &bits, libs);
	v->kind = mapping_kind(v->vma, libs);
	vm_perms(&bits, v->vma->vm_flags, v->perms);
	mapping_name(&v->mapping, v->vma);
	return err;
}

static int explain(struct view *v, struct address_book *book, __u64 va)
{
	struct fileset libs = { 0 };
	int err, moved;

	err = mmscope_explain(v->target->ms, va, v->target->pid, &v->e, v->vma);
	if (!err)
		err = think(v, &libs);
	fileset_free(&libs);
	if (err)
		return report_target_error(v->target, err);
	v->r = target_render(v->cli, v->target);
	if (render_is_json(v->r))
		show_json(v);
	else
		show_text(v);
	render_lock(v->r, &v->e.lock);
	moved = address_check(book, &v->e.lock);
	render_end(v->r, moved);
	report_lock(v->cli, v->target, &v->e.lock);
	strbuf_free(&v->mapping);
	if (moved)
		return moved;
	return v->e.vma_size ? EXIT_DONE : EXIT_NO;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct address_book *book;
	struct target target;
	struct view *v;
	int status;
	__u64 va;

	status = address_usage(cli, argc - 1, argv + 1);
	if (!status)
		status = target_open(cli, argv[0], &target);
	if (status)
		return status;
	v = zalloc(sizeof(*v));
	v->cli = cli;
	v->target = &target;
	v->vma = zalloc(MMSCOPE_VMA_RECORD_MAX);
	name_bits(&v->outcomes, v->outcome_bits, MMSCOPE_NR_OUTCOMES, mmscope_outcome_name);
	name_bits(&v->reasons, v->reason_bits, MMSCOPE_NR_REASONS, mmscope_reason_name);
	book = address_book_new(cli, &target);
	status = address_find(book, argv[1], &va);
	if (!status)
		status = explain(v, book, va);
	address_book_free(book);
	target_close(&target);
	free(v->vma);
	free(v);
	return status;
}

const struct command command_explain = {
	.name = "explain",
	.args = "PID ADDR",
	.summary = "Tell everything about an address, and what an access would lead to",
	.example = "explain self [heap]",
	.min_args = 2,
	.max_args = 2,
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.run = run,
	.walks = true,
};
