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
	if (sscanf(line, "%llx-%llx", &start, &end) != 2)
		start = end = 0;
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

static void report(struct verify *v, const struct side *module, const struct side *proc)
{
	const struct side *any = module ? module : proc;
	struct difference diff = {
		.start = any->start,
		.end = any->end,
		.va = any->start,
		.field = "maps",
		.module = cell_text(module ? module->line : NULL),
		.proc = cell_text(proc ? proc->line : NULL),
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
				report(m->v, have_module ? &module : NULL, have_proc ? &proc : NULL);
		}
		++*vmas;
		if (have_module)
			ret = next_module(m, &module);
		if (have_proc && !ret)
			ret = next_proc(m, &proc);
	}
	return ret ? ret : found;
}

static int compare(struct verify *v, bool tell, __u64 *vmas)
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
		ret = merge_lists(&m, tell, vmas);
	mmscope_vma_iter_free(m.iter);
	strbuf_free(&m.module_line);
	free(m.proc_line);
	fclose(m.proc);
	return ret;
}

int verify_maps(struct verify *v)
{
	int tries, ret;

	for (tries = 0; tries < VERIFY_RETRIES; tries++) {
		ret = compare(v, false, &v->vmas);
		if (ret <= 0)
			return ret;
		verify_pause();
	}
	ret = compare(v, true, &v->vmas);
	return ret < 0 ? ret : 0;
}
