// SPDX-License-Identifier: GPL-2.0
/*
 * verify_maps.c - compare the VMAs with /proc/PID/maps, byte for byte
 *
 * Both are read line by line and merged by address, so that memory does not grow
 * and one missing line is one difference.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify.h"

/**
 * struct side - one of the two lists
 * @line: the current line without its newline; NULL at the end
 * @start: where the mapping in it begins
 * @end: where it ends
 */
struct side {
	char *line;
	__u64 start;
	__u64 end;
};

/**
 * struct merge - both lists, open
 */
struct merge {
	struct verify *v;
	struct mmscope_vma_iter *iter;
	FILE *proc;
	char *proc_line;
	size_t proc_size;
	struct strbuf module_line;
	bool gate_done;
};

static void set_line(struct side *side, char *line)
{
	unsigned long long start = 0, end = 0;

	side->line = line;
	if (!line)
		return;
	line[strcspn(line, "\n")] = '\0';
	sscanf(line, "%llx-%llx", &start, &end);
	side->start = start;
	side->end = end;
}

static int next_module(struct merge *m, struct side *side)
{
	const struct mmscope_vma *vma;
	int ret;

	strbuf_reset(&m->module_line);
	ret = m->gate_done ? 0 : mmscope_vma_iter_next(m->iter, &vma);
	if (ret > 0) {
		maps_line(&m->module_line, &m->v->style, vma);
		ret = 0;
	} else if (!ret && !m->gate_done) {
		m->gate_done = true;
		ret = maps_gate_line(&m->module_line, m->v->target);
	}
	set_line(side, m->module_line.len ? m->module_line.data : NULL);
	return ret;
}

static int next_proc(struct merge *m, struct side *side)
{
	errno = 0;
	if (getline(&m->proc_line, &m->proc_size, m->proc) < 0) {
		side->line = NULL;
		return ferror(m->proc) ? -errno : 0;
	}
	set_line(side, m->proc_line);
	return 0;
}

/* A line that is NULL is missing on that side; @at has the mapping's bounds. */
static void report(struct verify *v, const struct side *at, const char *module, const char *proc)
{
	struct difference diff = {
		.start = at->start,
		.end = at->end,
		.va = at->start,
		.field = "maps",
		.module = cell_text(module),
		.proc = cell_text(proc),
	};

	verify_report(v, &diff);
}

/* Returns the number of differences, or -errno. */
static int merge_lists(struct merge *m, bool tell, __u64 *vmas)
{
	struct side module, proc;
	int found = 0, ret;

	*vmas = 0;
	ret = next_module(m, &module);
	if (!ret)
		ret = next_proc(m, &proc);
	while (!ret && (module.line || proc.line)) {
		bool have_module = module.line && (!proc.line || module.start <= proc.start);
		bool have_proc = proc.line && (!module.line || proc.start <= module.start);

		if (!have_module || !have_proc || strcmp(module.line, proc.line)) {
			found++;
			if (tell)
				report(m->v, have_module ? &module : &proc,
				       have_module ? module.line : NULL,
				       have_proc ? proc.line : NULL);
		}
		++*vmas;
		if (have_module)
			ret = next_module(m, &module);
		if (have_proc && !ret)
			ret = next_proc(m, &proc);
	}
	return ret ? ret : found;
}

/* @changed: the VMAs did not stay the same meanwhile. Returns as merge_lists(). */
static int compare(struct verify *v, bool tell, bool *changed)
{
	struct merge m = { .v = v };
	char path[64];
	int ret;

	snprintf(path, sizeof(path), "/proc/%d/maps", v->target->pid);
	m.proc = fopen(path, "re");
	if (!m.proc)
		return errno == ENOENT ? -ESRCH : -errno;
	ret = mmscope_vma_iter_new(v->target->ms, NULL, &m.iter);
	if (!ret)
		ret = merge_lists(&m, tell, &v->vmas);
	if (ret > 0) {
		int err = verify_changed(v, mmscope_vma_iter_lock(m.iter));

		*changed = err > 0;
		if (err < 0)
			ret = err;
	}
	mmscope_vma_iter_free(m.iter);
	strbuf_free(&m.module_line);
	free(m.proc_line);
	fclose(m.proc);
	return ret;
}

/*
 * Lists that differ say nothing when the VMAs changed while they were read. A
 * kernel that does not tell of every change is asked again all the same.
 */
int verify_maps(struct verify *v)
{
	int tries, settled = 0, ret;
	bool changed;

	for (tries = 0; tries < VERIFY_SETTLES && settled < VERIFY_RETRIES; tries++) {
		changed = false;
		ret = compare(v, false, &changed);
		if (ret <= 0)
			return ret;
		settled += !changed;
		verify_pause();
	}
	if (!settled) {
		v->unsettled = true;
		return 0;
	}
	ret = compare(v, true, &changed);
	return ret < 0 ? ret : 0;
}
