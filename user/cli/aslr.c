// SPDX-License-Identifier: GPL-2.0
/*
 * aslr.c - mmscope aslr: how random are the places where a program's parts land?
 *
 * The program is started many times and stopped before its first instruction, when
 * the kernel has put everything where it will be; none of it ever runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "parse.h"
#include "progress.h"
#include "render/memory.h"

enum {
	COL_SEGMENT, COL_LOW, COL_HIGH, COL_DISTINCT, COL_STEP, COL_BITS, COL_CONFIGURED,
	COL_VERDICT, NR_COLUMNS
};

static const struct column columns[NR_COLUMNS] = {
	[COL_SEGMENT] = { "SEGMENT", "segment", "what is placed", COLUMN_DEFAULT },
	[COL_LOW] = { "LOW", "low", "lowest place that was seen", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_HIGH] = { "HIGH", "high", "highest", COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_DISTINCT] = { "DISTINCT", "distinct", "different places", COLUMN_RIGHT },
	[COL_STEP] = { "STEP", "step", "what all differences are multiples of",
		       COLUMN_RIGHT },
	[COL_BITS] = { "BITS", "bits", "bits of entropy, by range and step",
		       COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_CONFIGURED] = { "CONFIGURED", "configured", "bits that the kernel is set to use",
			     COLUMN_RIGHT | COLUMN_DEFAULT },
	[COL_VERDICT] = { "VERDICT", "verdict", "random, weak or fixed", COLUMN_DEFAULT },
};

static const struct cli_option options[] = {
	{ "runs", "N", "how often it is started (100)" },
};

enum segment { SEG_TEXT, SEG_HEAP, SEG_MMAP, SEG_INTERP, SEG_VDSO, SEG_STACK, NR_SEGMENTS };

static const char *const segment_names[NR_SEGMENTS] = {
	[SEG_TEXT] = "text",
	[SEG_HEAP] = "heap",
	[SEG_MMAP] = "mmap",
	[SEG_INTERP] = "interpreter",
	[SEG_VDSO] = "vdso",
	[SEG_STACK] = "stack",
};

#define MIN_RUNS	16
#define MAX_RUNS	100000

static unsigned int runs = 100;

/**
 * struct places - where one segment was, run by run
 * @at: addresses; 0 where there was none
 * @low: lowest
 * @high: highest
 * @distinct: different ones
 * @step: greatest power of two that divides all differences, 0 when there are none
 * @bits: of entropy, rounded
 */
struct places {
	__u64 *at;
	__u64 low, high;
	unsigned int distinct;
	__u64 step;
	unsigned int bits;
};

static int option(struct cli *cli, size_t nr, const char *arg)
{
	char *end;
	unsigned long n;

	(void)nr;
	errno = 0;
	n = strtoul(arg, &end, 10);
	if (errno || *end || *arg < '0' || *arg > '9' || n < MIN_RUNS || n > MAX_RUNS)
		return report_usage(cli, "--runs: '%s': not a number from %d to %d", arg, MIN_RUNS,
				    MAX_RUNS);
	runs = n;
	return EXIT_DONE;
}

/* A child stopped by its exec. Returns its pid, or -errno of what failed. */
static pid_t start_stopped(char **argv)
{
	int status, error = 0, report[2];
	pid_t child;

	if (pipe2(report, O_CLOEXEC))
		return -errno;
	child = fork();
	if (!child) {
		/* Untraced it would run: where someone else traces us, or nobody may. */
		if (!ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			execvp(argv[0], argv);
		error = errno;
		if (write(report[1], &error, sizeof(error)) < 0)
			_exit(126);
		_exit(127);
	}
	close(report[1]);
	if (child < 0) {
		error = errno;
	} else if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) {
		if (read(report[0], &error, sizeof(error)) != sizeof(error))
			error = ECHILD;
	}
	close(report[0]);
	if (error)
		return -error;
	ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL);
	return child;
}

static void end_stopped(pid_t child)
{
	int status;

	kill(child, SIGKILL);
	waitpid(child, &status, 0);
}

static __u64 auxv(const struct mmscope_mm *mm, __u64 type)
{
	size_t i;

	for (i = 0; i + 1 < mm->nr_auxv && mm->auxv[i]; i += 2)
		if (mm->auxv[i] == type)
			return mm->auxv[i + 1];
	return 0;
}

/**
 * struct kind - what the settings depend on
 * @stack_bits: STACK_RND_MASK as a number of bits, -1 where it is not known here
 * @narrow: the program has addresses of 32 bits
 * @compat: and the kernel more
 */
struct kind {
	int stack_bits;
	bool narrow;
	bool compat;
};

/* arch/ARCH/include/asm/elf.h: STACK_RND_MASK, which counts pages */
static int stack_bits(const struct mmscope_info *info, bool narrow)
{
	int larger = __builtin_ctz(info->page_size) - 12;

	if (!strcmp(info->arch, "x86"))
		return narrow ? 11 : 22;
	if (!strcmp(info->arch, "arm64") || !strcmp(info->arch, "riscv"))
		return (narrow ? 11 : 18) - larger;
	return -1;
}

/* Returns an exit status; errors are printed. */
static int look(struct cli *cli, pid_t child, __u64 *at, struct kind *kind)
{
	struct target target;
	struct mmscope_mm mm;
	int err = target_attach(cli, child, &target);

	if (err)
		return report_error(err == -ENOENT || err == -ENXIO ? STAGE_OPEN : STAGE_ATTACH,
				    err, cli->device);
	err = mmscope_mm(target.ms, &mm, NULL);
	if (err) {
		err = report_target_error(&target, err);
	} else {
		at[SEG_TEXT] = mm.start_code;
		/* Its own part: how far from the end of the program. */
		at[SEG_HEAP] = mm.start_brk - mm.end_data;
		at[SEG_MMAP] = mm.mmap_base;
		at[SEG_INTERP] = auxv(&mm, AT_BASE);
		at[SEG_VDSO] = auxv(&mm, AT_SYSINFO_EHDR);
		/* Within its page it is random besides, which is no place of a mapping. */
		at[SEG_STACK] = mm.start_stack & ~(__u64)(target.info.page_size - 1);
		kind->narrow = mm.task_size <= 1ULL << 32;
		kind->compat = kind->narrow && target.info.va_bits > 32;
		kind->stack_bits = stack_bits(&target.info, kind->narrow);
	}
	target_close(&target);
	return err;
}

static int by_value(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return x < y ? -1 : x > y;
}

/*
 * Of N draws from a range the highest and the lowest are (N - 1) / (N + 1) of it
 * apart, on average; so much is added.
 */
static void measure(struct places *p)
{
	__u64 differences = 0;
	unsigned int i;
	double range;

	qsort(p->at, runs, sizeof(*p->at), by_value);
	p->low = p->at[0];
	p->high = p->at[runs - 1];
	p->distinct = 1;
	for (i = 1; i < runs; i++) {
		differences |= p->at[i] - p->at[i - 1];
		p->distinct += p->at[i] != p->at[i - 1];
	}
	if (!differences)
		return;
	p->step = differences & -differences;
	range = (double)(p->high - p->low) * (runs + 1) / (runs - 1);
	p->bits = (unsigned int)lround(log2(range / p->step + 1));
}

static long read_number(const char *path)
{
	FILE *f = fopen(path, "re");
	long n = -1;

	if (f && fscanf(f, "%ld", &n) != 1)
		n = -1;
	if (f)
		fclose(f);
	return n;
}

/*
 * What the kernel is set to; -1 where it says nothing: how far the heap and the vDSO
 * go is not a setting. The stack's is a constant.
 */
static long configured(enum segment segment, const struct kind *kind)
{
	long level = read_number("/proc/sys/kernel/randomize_va_space");

	if (level == 0)
		return 0;
	switch (segment) {
	case SEG_TEXT:
	case SEG_MMAP:
	case SEG_INTERP:
		return read_number(kind->compat ? "/proc/sys/vm/mmap_rnd_compat_bits" :
					    "/proc/sys/vm/mmap_rnd_bits");
	case SEG_STACK:
		return kind->stack_bits;
	case SEG_HEAP:
		return level == 1 ? 0 : -1;
	default:
		return -1;
	}
}

/* Fixed is what never moved; a bit less than set is what a sample may show. */
static const char *verdict(const struct places *p, long bits)
{
	if (p->distinct == 1)
		return "fixed";
	return bits > 0 && p->bits + 1 < bits ? "weak" : "random";
}

static int show(struct cli *cli, struct places *all, const struct kind *kind)
{
	struct render *r = render_new(&cli->render, cli->command->name, -1);
	struct cell cells[NR_COLUMNS];
	int status = EXIT_DONE;
	enum segment i;

	render_list_begin(r, "aslr", columns, NR_COLUMNS, true);
	for (i = 0; i < NR_SEGMENTS; i++) {
		struct places *p = &all[i];
		long bits = configured(i, kind);
		const char *word;

		measure(p);
		/* A program without interpreter has none in any run. */
		if (!p->high)
			continue;
		word = verdict(p, bits);
		if (strcmp(word, "random"))
			status = EXIT_NO;
		cells[COL_SEGMENT] = cell_text(segment_names[i]);
		cells[COL_LOW] = cell_hex(p->low);
		cells[COL_HIGH] = cell_hex(p->high);
		cells[COL_DISTINCT] = cell_count(p->distinct);
		cells[COL_STEP] = p->step ? cell_bytes(p->step) : cell_none();
		cells[COL_BITS] = cell_count(p->bits);
		cells[COL_CONFIGURED] = bits < 0 ? cell_none() : cell_count(bits);
		cells[COL_VERDICT] = cell_toned(word, strcmp(word, "random") ? TONE_WARN :
									       TONE_GOOD);
		render_row(r, cells);
	}
	render_list_end(r);
	render_member(r, "runs", cell_count(runs));
	render_member(r, "compat", cell_bool(kind->compat));
	render_text(r, "%u runs of a program of %u bits; heap: distance from the program's data",
		    runs, kind->narrow ? 32 : 64);
	render_end(r, false);
	return status;
}

static int run(struct cli *cli, int argc, char **argv)
{
	struct places all[NR_SEGMENTS] = { 0 };
	__u64 at[NR_SEGMENTS];
	struct kind kind = { 0 };
	int status = EXIT_DONE;
	unsigned int n, i;
	pid_t child;

	(void)argc;
	for (i = 0; i < NR_SEGMENTS; i++)
		all[i].at = zalloc(runs * sizeof(*all[i].at));
	for (n = 0; n < runs && !status; n++) {
		progress_show("runs", n, runs);
		child = start_stopped(argv);
		if (child < 0) {
			status = report_error(STAGE_ANY, child, argv[0]);
			break;
		}
		status = look(cli, child, at, &kind);
		end_stopped(child);
		for (i = 0; i < NR_SEGMENTS; i++)
			all[i].at[n] = at[i];
	}
	progress_clear();
	if (!status)
		status = show(cli, all, &kind);
	for (i = 0; i < NR_SEGMENTS; i++)
		free(all[i].at);
	return status;
}

const struct command command_aslr = {
	.name = "aslr",
	.args = "-- CMD [ARG...]",
	.summary = "Measure how random a program's places are",
	.example = "aslr -- /bin/true",
	.min_args = 1,
	.max_args = -1,
	.options = options,
	.nr_options = ARRAY_SIZE(options),
	.columns = columns,
	.nr_columns = NR_COLUMNS,
	.option = option,
	.run = run,
};
