// SPDX-License-Identifier: GPL-2.0
/*
 * info.c - mmscope info: what module and kernel this is
 */
#include <stdio.h>
#include <string.h>

#include "cli.h"

/* The module's own version is no part of the contract; sysfs has it, if it is mounted. */
static const char *module_version(char *text, size_t size)
{
	FILE *f = fopen("/sys/module/mmscope/version", "re");
	bool ok;

	if (!f)
		return NULL;
	ok = fgets(text, (int)size, f);
	fclose(f);
	if (!ok)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static void show_levels(struct render *r, const struct mmscope_info *info)
{
	enum { LEVEL, SHIFT, ENTRIES, LEAF, NR };
	static const struct column columns[NR] = {
		[LEVEL] = { .key = "level" },
		[SHIFT] = { .key = "shift" },
		[ENTRIES] = { .key = "entries" },
		[LEAF] = { .key = "leaf" },
	};
	struct cell cells[MMSCOPE_NR_LEVELS][NR];
	struct row_set rows = {
		.columns = columns, .nr_columns = NR, .stride = NR,
		.cells = cells[0], .nr_rows = info->nr_levels,
	};
	size_t i;

	for (i = 0; i < info->nr_levels; i++) {
		const struct mmscope_level_info *level = &info->levels[i];

		cells[i][LEVEL] = cell_text(mmscope_level_name(level->level));
		cells[i][SHIFT] = cell_count(level->shift);
		cells[i][ENTRIES] = cell_count(level->nr_entries);
		cells[i][LEAF] = cell_bool(level->leaf);
	}
	render_prop_rows(r, "paging", "levels", &rows,
			 "level of the page tables: log2 of an entry's span, entries of a table");
}

static void show_features(struct render *r, const struct mmscope_info *info)
{
	struct mmscope_name names[64];
	struct flag_names features = { .names = names };
	unsigned int bit;

	for (bit = 0; bit < ARRAY_SIZE(names) && mmscope_feature_name(bit); bit++) {
		names[bit].bit = bit;
		snprintf(names[bit].name, sizeof(names[bit].name), "%s", mmscope_feature_name(bit));
	}
	features.nr = bit;
	render_prop(r, "module", "features", cell_flags(info->features, &features),
		    "what this kernel has, of what depends on it");
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct mmscope_info info;
	struct mmscope *ms;
	char version[64];
	struct render *r;
	int status;

	(void)argc;
	(void)argv;
	status = device_open(cli, &ms, &info);
	if (status)
		return status;
	r = render_new(&cli->render, cli->command->name, -1);
	render_props_begin(r, "info");
	render_prop(r, "module", "api_version", cell_count(info.api_version),
		    "version of the contract that the module speaks");
	render_prop(r, "module", "module_version",
		    cell_text(module_version(version, sizeof(version))), "version of the module");
	render_prop(r, "module", "max_batch", cell_bytes(info.max_batch),
		    "most bytes that the module buffers at a time");
	show_features(r, &info);
	render_prop(r, "kernel", "release", cell_text(info.release), "release of the kernel");
	render_prop(r, "kernel", "arch", cell_text(info.arch), "architecture");
	render_prop(r, "paging", "page_size", cell_bytes(info.page_size), "size of a base page");
	render_prop(r, "paging", "va_bits", cell_count(info.va_bits),
		    "bits of a virtual address of user space");
	show_levels(r, &info);
	render_props_end(r);
	render_end(r, false);
	mmscope_close(ms);
	return EXIT_DONE;
}

const struct command command_info = {
	.name = "info",
	.args = "",
	.summary = "Tell what the module and the kernel can do",
	.example = "info --json",
	.columns = prop_columns,
	.nr_columns = NR_PROP_COLUMNS,
	.run = run,
};
