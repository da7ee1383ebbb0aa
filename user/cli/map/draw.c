// SPDX-License-Identifier: GPL-2.0
/*
 * draw.c - the address space as SVG
 *
 * Colour never tells alone: kinds are written beside, and pages differ in shape.
 */
#include <stdlib.h>
#include <string.h>

#include "../render/escape.h"
#include "../render/memory.h"
#include "../render/size.h"
#include "embed.h"
#include "layout.h"
#include "picture.h"

#define RIBBONS_MAX	1500
#define SPINE_WIDTH	9

/* Pixels for a name and the directory behind it, and what a letter of each takes. */
#define NAME_WIDTH	248
#define NAME_LETTER	7.7
#define DIR_LETTER	6.2

struct draw {
	FILE *out;
	const struct map *map;
	struct layout layout;
	__u64 page_size;
	bool frames;
};

/* At most @max letters, what a byte of UTF-8 continues being none. Returns how many. */
static size_t put_letters(FILE *out, const char *text, size_t max)
{
	struct strbuf safe = { 0 }, sb = { 0 };
	size_t n = 0, i, last = 0;

	strbuf_reset(&safe);
	strbuf_reset(&sb);
	escape_document(&safe, text);
	for (i = 0; i < safe.len && n < max; i++) {
		if ((safe.data[i] & 0xc0) == 0x80)
			continue;
		last = i;
		n++;
	}
	while ((safe.data[i] & 0xc0) == 0x80)
		i++;
	if (i < safe.len)
		safe.data[last] = '\0';
	escape_markup(&sb, safe.data);
	fprintf(out, "%s%s", sb.data, i < safe.len ? "…" : "");
	strbuf_free(&safe);
	strbuf_free(&sb);
	return n;
}

static void put_head(struct draw *d, const struct picture *pic)
{
	double bottom = d->layout.bottom + 34;
	const struct map *map = d->map;
	char a[SIZE_TEXT_MAX], b[SIZE_TEXT_MAX], c[SIZE_TEXT_MAX], e[SIZE_TEXT_MAX];
	char swapped[SIZE_TEXT_MAX];
	__u64 ps = d->page_size;

	fprintf(d->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"space\" "
		"viewBox=\"0 0 %d %.0f\" width=\"%d\" height=\"%.0f\" "
		"font-family=\"system-ui,'DejaVu Sans',sans-serif\">\n",
		PAGE_WIDTH, bottom, PAGE_WIDTH, bottom);
	fprintf(d->out, "<style>%s</style>\n", picture_css);
	fputs("<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n", d->out);
	fprintf(d->out, "<text class=\"title\" x=\"%d\" y=\"32\">", RAIL_X);
	picture_text(d->out, pic->title);
	fprintf(d->out, "</text>\n<text class=\"facts\" x=\"%d\" y=\"54\">"
		"%zu mappings, %s mapped · %s present, %s of it shared, %s in huge pages · "
		"%s swapped",
		RAIL_X, map->nr_vmas, size_text(map->mapped, a),
		size_text(map->sum.present * ps, b),
		size_text(map->sum.shared * ps, c), size_text(map->sum.huge * ps, e),
		size_text(map->sum.swapped * ps, swapped));
	if (d->frames)
		fprintf(d->out, " · %llu runs of frames, the longest %s", map->nr_runs,
			size_text(map->longest * ps, a));
	fprintf(d->out, "</text>\n");
}

/* What one page looks like: outline, @letter as map_cell_class(), dirty mark, huge mark. */
static void put_sample(struct draw *d, double x, const char *cls, const char *path,
		       const char *words)
{
	fprintf(d->out, "<g transform=\"translate(%.0f 70)\">"
		"<path class=\"bed\" d=\"M0 0h16v11h-16z\"/><path class=\"%s\" d=\"%s\"/>"
		"<text class=\"legend\" x=\"21\" y=\"10\">%s</text></g>\n",
		x, cls, path, words);
}

static void put_legend(struct draw *d)
{
	put_sample(d, BOX_X, "c-p", "M0 0h16v9h-16z", "private");
	put_sample(d, BOX_X + 90, "c-s", "M0 0h16v3h-16zM0 6h16v3h-16z", "shared");
	put_sample(d, BOX_X + 180, "c-w", "M0 5h16v4h-16z", "swapped");
	put_sample(d, BOX_X + 276, "c-x", "M0 3h16v3h-16z", "closed or in motion");
	put_sample(d, BOX_X + 440, "c-h", "M0 0h16v2h-16z", "huge");
	put_sample(d, BOX_X + 514, "c-d", "M0 9h16v2h-16z", "dirty");
	put_sample(d, BOX_X + 588, "c-e", "", "nothing yet");
	fprintf(d->out, "<g class=\"legend\"><text x=\"%d\" y=\"112\">to scale</text>"
		"<text x=\"%d\" y=\"112\">mappings; height grows with each doubling, "
		"gaps are folded</text>"
		"<text x=\"%d\" y=\"112\">pages</text>",
		RAIL_X, BOX_X, CELLS_X);
	if (d->frames)
		fprintf(d->out, "<text x=\"%d\" y=\"112\" text-anchor=\"end\">physical memory"
			"</text>", FRAMES_X + FRAMES_WIDTH);
	fputs("</g>\n", d->out);
}

static const struct map_vma *first_vma(const struct draw *d, const struct map_block *block)
{
	return &d->map->vmas[block->first];
}

/* The kind of a block: that of its mappings, or "folded" when they differ. */
static const char *kind_of(const struct draw *d, const struct map_block *block)
{
	const char *kind = first_vma(d, block)->kind;
	size_t i;

	for (i = 1; i < block->nr; i++)
		if (strcmp(first_vma(d, block)[i].kind, kind))
			return "folded";
	return kind;
}

static void put_rail(struct draw *d, size_t nr, const char *kind)
{
	const struct place *p = &d->layout.places[nr];
	int right = RAIL_X + RAIL_WIDTH;

	fprintf(d->out, "<path class=\"lead\" d=\"M%d %.1fL%d %.1fV%.1fL%d %.1fz\"/>"
		"<rect class=\"rail k-%s\" x=\"%d\" y=\"%.2f\" width=\"%d\" height=\"%.2f\"/>",
		right, p->rail_y, BOX_X, p->y, p->y + p->height, right,
		p->rail_y + p->rail_height, kind, RAIL_X, p->rail_y, RAIL_WIDTH, p->rail_height);
}

static void put_name(struct draw *d, const struct map_vma *vma, double y)
{
	const char *name = vma->mapping ? vma->mapping : "", *base = strrchr(name, '/');
	bool path = base && base[1] && *name == '/';
	double left = NAME_WIDTH - NAME_LETTER;
	char *dir;

	fprintf(d->out, "<text class=\"name\" x=\"%d\" y=\"%.1f\">", BOX_X + 284, y);
	left -= NAME_LETTER * (double)put_letters(d->out, path ? base + 1 : name,
						  (size_t)(NAME_WIDTH / NAME_LETTER));
	if (path && left > 4 * DIR_LETTER) {
		dir = strndup(name, base - name);
		if (!dir)
			no_memory();
		fputs(" <tspan class=\"dir\">", d->out);
		put_letters(d->out, dir, (size_t)(left / DIR_LETTER));
		fputs("</tspan>", d->out);
		free(dir);
	}
	fputs("</text>", d->out);
}

static void put_title(struct draw *d, const struct map_block *block)
{
	char a[SIZE_TEXT_MAX], b[SIZE_TEXT_MAX], c[SIZE_TEXT_MAX], e[SIZE_TEXT_MAX];
	const struct map_vma *vma = first_vma(d, block);
	__u64 ps = d->page_size;

	fprintf(d->out, "<title>0x%llx-0x%llx", block->start, block->end);
	if (block->nr == 1) {
		fprintf(d->out, " %s %s ", vma->perms, vma->kind);
		picture_text(d->out, vma->mapping ? vma->mapping : "");
	} else {
		fprintf(d->out, " %zu mappings", block->nr);
	}
	fprintf(d->out, "\n%s: %s present (%s shared, %s dirty, ", size_text(block->bytes, a),
		size_text(block->sum.present * ps, b), size_text(block->sum.shared * ps, c),
		size_text(block->sum.dirty * ps, e));
	fprintf(d->out, "%s huge), %s swapped", size_text(block->sum.huge * ps, a),
		size_text(block->sum.swapped * ps, b));
	if (block->nr == 1 && d->frames)
		fprintf(d->out, "\n%llu runs of frames, the longest %s", vma->nr_runs,
			size_text(vma->longest * ps, c));
	fputs("</title>", d->out);
}

/* The cells of a block, of one mapping or of many squeezed together. Returns how many. */
static size_t block_cells(const struct draw *d, const struct map_block *block,
			  struct map_sum *cells, __u64 *cell_pages)
{
	__u64 total = block->bytes / d->page_size, before = 0;
	const struct map_vma *vma = first_vma(d, block);
	size_t i, c;

	*cell_pages = (total + MAX_CELLS - 1) / MAX_CELLS;
	if (block->nr == 1)
		*cell_pages = vma->cell_pages;
	memset(cells, 0, MAX_CELLS * sizeof(*cells));
	for (i = 0; i < block->nr; i++, vma++) {
		for (c = 0; c < vma->nr_cells; c++)
			map_sum_add(&cells[(before + c * vma->cell_pages) / *cell_pages],
				    &d->map->cells[vma->first_cell + c]);
		before += (vma->end - vma->start) / d->page_size;
	}
	return (total + *cell_pages - 1) / *cell_pages;
}

/* Marks run on along a row as long as the next cell has the same. */
typedef int mark_fn(const struct map_sum *cell);

static int is_private(const struct map_sum *cell) { return map_cell_class(cell) == 'p'; }
static int is_shared(const struct map_sum *cell) { return map_cell_class(cell) == 's'; }
static int is_swapped(const struct map_sum *cell) { return map_cell_class(cell) == 'w'; }
static int is_other(const struct map_sum *cell) { return map_cell_class(cell) == 'x'; }

static int is_huge(const struct map_sum *cell)
{
	return cell->huge && cell->huge * 2 >= cell->present;
}

static int is_dirty(const struct map_sum *cell)
{
	return cell->dirty && cell->dirty * 2 >= cell->present;
}

static const struct {
	const char *class;
	mark_fn *has;
	int y[2], height[2];	/* one bar, or two */
} marks[] = {
	{ "c-p", is_private, { 0 }, { 9 } },
	{ "c-s", is_shared, { 0, 6 }, { 3, 3 } },
	{ "c-w", is_swapped, { 5 }, { 4 } },
	{ "c-x", is_other, { 3 }, { 3 } },
	{ "c-h", is_huge, { 0 }, { 2 } },
	{ "c-d", is_dirty, { 9 }, { 2 } },
};

static void put_mark(struct draw *d, size_t mark, const struct map_sum *cells, size_t nr)
{
	bool any = false;
	size_t i, from, k;

	for (i = 0; i < nr; i++) {
		if (!marks[mark].has(&cells[i]))
			continue;
		from = i;
		while (i + 1 < nr && (i + 1) % CELL_COLUMNS && marks[mark].has(&cells[i + 1]))
			i++;
		if (!any)
			fprintf(d->out, "<path class=\"%s\" d=\"", marks[mark].class);
		any = true;
		for (k = 0; k < 2 && marks[mark].height[k]; k++)
			fprintf(d->out, "M%zu %zuh%zuv%dh-%zuz", from % CELL_COLUMNS * CELL_WIDTH,
				from / CELL_COLUMNS * CELL_HEIGHT + marks[mark].y[k],
				(i - from + 1) * CELL_WIDTH, marks[mark].height[k],
				(i - from + 1) * CELL_WIDTH);
	}
	if (any)
		fputs("\"/>", d->out);
}

static void put_cells(struct draw *d, const struct map_block *block, const struct place *p)
{
	struct map_sum cells[MAX_CELLS];
	__u64 cell_pages;
	size_t nr = block_cells(d, block, cells, &cell_pages), full = nr / CELL_COLUMNS, i;

	fprintf(d->out, "<g class=\"cells\" transform=\"translate(%d %.1f)\">"
		"<path class=\"bed\" d=\"", CELLS_X, p->y + 6.5);
	for (i = 0; i < full; i++)
		fprintf(d->out, "M0 %zuh%dv11h-%dz", i * CELL_HEIGHT, CELL_COLUMNS * CELL_WIDTH,
			CELL_COLUMNS * CELL_WIDTH);
	if (nr % CELL_COLUMNS)
		fprintf(d->out, "M0 %zuh%zuv11h-%zuz", full * CELL_HEIGHT,
			nr % CELL_COLUMNS * CELL_WIDTH, nr % CELL_COLUMNS * CELL_WIDTH);
	fputs("\"/>", d->out);
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		put_mark(d, i, cells, nr);
	fputs("</g>", d->out);
}

static void put_gap(struct draw *d, const struct map_block *block, const struct place *p)
{
	char size[SIZE_TEXT_MAX];

	if (block->gap)
		fprintf(d->out, "<g class=\"gap\"><path d=\"M%d %.1fl6 3l-6 3l6 3l-6 3\"/>"
			"<text x=\"%d\" y=\"%.1f\">%s not mapped</text></g>\n",
			BOX_X + 5, p->gap_y + 3, BOX_X + 20, p->gap_y + 13,
			size_text(block->gap, size));
}

static void put_rect(struct draw *d, const char *class, const char *kind, int x, int width,
		     const struct place *p)
{
	fprintf(d->out, "<rect class=\"%s%s\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>",
		class, kind, x, p->y + .5, width, p->height - 1);
}

static void put_block(struct draw *d, size_t nr)
{
	const struct map_block *block = &d->map->blocks[nr];
	const struct place *p = &d->layout.places[nr];
	const struct map_vma *vma = first_vma(d, block);
	const char *kind = kind_of(d, block);
	double y = p->y + 16;
	char size[SIZE_TEXT_MAX];

	put_gap(d, block, p);
	fprintf(d->out, "<g class=\"block\" id=\"b%zu\" data-b=\"%zu\">", nr, nr);
	put_title(d, block);
	put_rail(d, nr, kind);
	put_rect(d, "box", "", BOX_X, BOX_WIDTH, p);
	put_rect(d, "spine k-", kind, BOX_X, SPINE_WIDTH, p);
	put_rect(d, "spine h-", kind, BOX_X, SPINE_WIDTH, p);
	fprintf(d->out, "<text class=\"mono\" x=\"%d\" y=\"%.1f\">0x%llx</text>"
		"<text class=\"size\" x=\"%d\" y=\"%.1f\">%s</text>"
		"<text class=\"kind\" x=\"%d\" y=\"%.1f\">%s</text>",
		BOX_X + 18, y, block->start, BOX_X + 214, y, size_text(block->bytes, size),
		BOX_X + 224, y, kind);
	if (block->nr == 1) {
		fprintf(d->out, "<text class=\"mono\" x=\"%d\" y=\"%.1f\">%s</text>",
			BOX_X + 134, y, vma->perms);
		put_name(d, vma, y);
	} else {
		fprintf(d->out, "<text class=\"name\" x=\"%d\" y=\"%.1f\">%zu mappings</text>",
			BOX_X + 284, y, block->nr);
	}
	put_cells(d, block, p);
	fputs("</g>\n", d->out);
}

static int more_pages_first(const void *pa, const void *pb)
{
	const struct map_run *a = pa, *b = pb;

	if (a->pages != b->pages)
		return a->pages > b->pages ? -1 : 1;
	if (a->block != b->block)
		return a->block > b->block ? 1 : -1;
	return a->slot > b->slot ? 1 : a->slot < b->slot ? -1 : 0;
}

static int by_block(const void *pa, const void *pb)
{
	const struct map_run *a = pa, *b = pb;

	if (a->block != b->block)
		return a->block > b->block ? 1 : -1;
	return a->slot > b->slot ? 1 : a->slot < b->slot ? -1 : 0;
}

static void put_ribbon(struct draw *d, const struct map_run *run)
{
	const struct map_block *block = &d->map->blocks[run->block];
	const struct place *p = &d->layout.places[run->block];
	double slot = p->height / block->slots;
	double y = p->y + run->slot * slot, y_end = p->y + (run->slot_end + 1) * slot;
	double to = layout_bin(&d->layout, run->bin, false);
	double to_end = layout_bin(&d->layout, run->bin_end, true);
	int x = BOX_X + BOX_WIDTH, mid = (x + FRAMES_X) / 2;

	if (to_end - to < 1)
		to_end = to + 1;
	fprintf(d->out, "<path d=\"M%d %.1fC%d %.1f %d %.1f %d %.1f", x, y, mid, y, mid, to,
		FRAMES_X, to);
	fprintf(d->out, "V%.1fC%d %.1f %d %.1f %d %.1fz\"/>", to_end, mid, to_end, mid, y_end, x,
		y_end);
}

/* The longest runs, at most RIBBONS_MAX. Returns the pages of those left out. */
static __u64 put_ribbons(struct draw *d, size_t *left_out)
{
	size_t nr = d->map->nr_runs_kept, shown, i;
	struct map_run *runs;
	__u64 pages = 0;
	unsigned int block = ~0U;

	*left_out = 0;
	if (!nr)
		return 0;
	runs = zalloc(nr * sizeof(*runs));
	memcpy(runs, d->map->runs, nr * sizeof(*runs));
	qsort(runs, nr, sizeof(*runs), more_pages_first);
	shown = nr < RIBBONS_MAX ? nr : RIBBONS_MAX;
	for (i = shown; i < nr; i++)
		pages += runs[i].pages;
	*left_out = nr - shown;
	qsort(runs, shown, sizeof(*runs), by_block);
	for (i = 0; i < shown; i++) {
		if (runs[i].block != block) {
			block = runs[i].block;
			fprintf(d->out, "%s<g class=\"ribbon k-%s\" data-r=\"%u\">",
				i ? "</g>\n" : "", kind_of(d, &d->map->blocks[block]), block);
		}
		put_ribbon(d, &runs[i]);
	}
	fputs("</g>\n", d->out);
	free(runs);
	return pages;
}

static void put_stretch(struct draw *d, const struct stretch *s)
{
	__u64 bin_bytes = d->map->bin_pages * d->page_size;
	double y, end, last = 0;
	char size[SIZE_TEXT_MAX];
	unsigned int bin;

	fprintf(d->out, "<rect class=\"frames\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>"
		"<path class=\"used\" d=\"", FRAMES_X, s->y, FRAMES_WIDTH, s->height);
	for (bin = s->bin; bin <= s->bin_end; bin++) {
		if (!d->map->bins[bin])
			continue;
		y = layout_bin(&d->layout, bin, false);
		while (bin < s->bin_end && d->map->bins[bin + 1])
			bin++;
		end = layout_bin(&d->layout, bin, true);
		/* Nothing is seen between marks closer than a third of a pixel. */
		if (end - last < .3)
			continue;
		last = end;
		fprintf(d->out, "M%d %.1fh%dv%.1fh-%dz", FRAMES_X, y, FRAMES_WIDTH,
			end - y > 1 ? end - y : 1, FRAMES_WIDTH);
	}
	fprintf(d->out, "\"/><text class=\"tick\" x=\"%d\" y=\"%.1f\">%s</text>",
		FRAMES_X + FRAMES_WIDTH + 6, s->y + 9, size_text(s->bin * bin_bytes, size));
	if (s->height > 24)
		fprintf(d->out, "<text class=\"tick\" x=\"%d\" y=\"%.1f\">%s</text>",
			FRAMES_X + FRAMES_WIDTH + 6, s->y + s->height,
			size_text((s->bin_end + 1) * bin_bytes, size));
	fputc('\n', d->out);
}

static void put_frames(struct draw *d)
{
	const struct layout *l = &d->layout;
	size_t i;

	for (i = 0; i < l->nr_stretches; i++) {
		put_stretch(d, &l->stretches[i]);
		if (i)
			fprintf(d->out, "<path class=\"fold\" d=\"M%d %.1fl-5 3l10 4l-10 4l5 3\"/>",
				FRAMES_X + FRAMES_WIDTH / 2, l->stretches[i].y - 18);
	}
}

static void put_foot(struct draw *d, size_t left_out, __u64 pages)
{
	const struct map *map = d->map;
	char size[SIZE_TEXT_MAX];

	fprintf(d->out, "<text class=\"facts\" x=\"%d\" y=\"%.1f\">", BOX_X, d->layout.bottom + 22);
	if (map->nr_blocks < map->nr_vmas)
		fprintf(d->out, "%zu mappings are drawn in %zu boxes. ", map->nr_vmas,
			map->nr_blocks);
	if (!d->frames)
		fputs("Physical addresses are hidden from who made this picture. ", d->out);
	if (left_out)
		fprintf(d->out, "%zu thin ribbons (%s) are not drawn. ", left_out,
			size_text(pages * d->page_size, size));
	if (map->missed_runs)
		fprintf(d->out, "%llu runs are not in the picture. ", map->missed_runs);
	fputs("</text>\n</svg>\n", d->out);
}

void picture_svg(FILE *out, const struct picture *pic)
{
	struct draw d = {
		.out = out, .map = pic->map, .page_size = pic->target->info.page_size,
		.frames = pic->map->nr_runs,
	};
	size_t left_out, i;
	__u64 pages;

	layout_make(&d.layout, pic->map, d.page_size);
	put_head(&d, pic);
	fputs(picture_patterns, out);
	put_legend(&d);
	fputs("<g class=\"ribbons\">\n", out);
	pages = put_ribbons(&d, &left_out);
	fputs("</g>\n", out);
	put_frames(&d);
	for (i = 0; i < pic->map->nr_blocks; i++)
		put_block(&d, i);
	put_foot(&d, left_out, pages);
	layout_free(&d.layout);
}
