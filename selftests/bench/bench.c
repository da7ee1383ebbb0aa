// SPDX-License-Identifier: GPL-2.0-only
/* bench.c - options, clock, and the timing of one way after the other */
#include <errno.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

struct options options = {
	.reps = 7,
	.size = GIB,
	.vmas = { 10000, 50000 },
	.processes = 256,
	.shared = 64 * MIB,
	.seconds = 5,
};

unsigned char buffer[4UL << 20] __attribute__((aligned(HUGE)));

/* What is short is repeated more often: 10 ms together, or that many times. */
#define ENOUGH		10000000
#define MAX_REPS	50

static jmp_buf absence;
static const char *absence_reason;

uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

void die(const char *what)
{
	fprintf(stderr, "bench: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
	exit(1);
}

void absent(const char *reason)
{
	absence_reason = reason;
	longjmp(absence, 1);
}

void remark(const struct area *area, const char *key, uint64_t value)
{
	printf("note\t%s\t%s\t%llu\n", area->name, key, (unsigned long long)value);
}

/* @ns: NULL for a pass that is not timed */
static void measure_way(struct area *area, const struct way *way, uint64_t *ns)
{
	volatile uint64_t units = 0;
	volatile uint64_t total = 0;
	unsigned int nr;

	area->lock = (struct mmscope_lock){ 0 };
	area->found = 0;
	if (setjmp(absence)) {
		if (ns)
			printf("absent\t%s\t%s\t%s\n", area->name, way->name, absence_reason);
		return;
	}
	if (!ns) {
		way->look(area);
		return;
	}
	for (nr = 0; nr < options.reps || (total < ENOUGH && nr < MAX_REPS); nr++) {
		uint64_t begin = now();

		units = way->look(area);
		ns[nr] = now() - begin;
		total += ns[nr];
	}

	printf("result\t%s\t%s\t%s\t%llu", area->name, way->name, way->unit,
	       (unsigned long long)units);
	for (unsigned int i = 0; i < nr; i++)
		printf("\t%llu", (unsigned long long)ns[i]);
	putchar('\n');
	if (area->lock.nr_locks)
		printf("lock\t%s\t%s\t%u\t%llu\n", area->name, way->name, area->lock.nr_locks,
		       (unsigned long long)area->lock.hold_max_ns);
}

void measure(struct area *area, const struct way *ways, size_t nr)
{
	uint64_t *ns = calloc(options.reps + MAX_REPS, sizeof(*ns)), found[128] = { 0 };

	/* What happens the first time only, to files, buffers and code, is not timed. */
	for (size_t i = 0; i < nr; i++)
		measure_way(area, &ways[i], NULL);

	for (size_t i = 0; i < nr; i++) {
		uint64_t *same = &found[(unsigned char)ways[i].same];

		measure_way(area, &ways[i], ns);
		if (!ways[i].same || !area->found)
			continue;
		if (*same && *same != area->found) {
			fprintf(stderr, "bench: %s: %s found %llu, others %llu\n", area->name,
				ways[i].name, (unsigned long long)area->found,
				(unsigned long long)*same);
			exit(1);
		}
		*same = area->found;
	}
	fflush(stdout);
	free(ns);
}

/* Tells an emulated processor from a real one. */
static void tell_processor(void)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	char line[256], name[128];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "model name : %127[^\n]", name) != 1)
			continue;
		printf("meta\tprocessor\t%s\n", name);
		break;
	}
	if (f)
		fclose(f);
}

static void print_help(void)
{
	puts("Usage: bench [OPTIONS]\n"
	     "\n"
	     "Measures the module beside /proc on the same memory. As root, in a guest.\n"
	     "scripts/bench runs it and makes a table of what it prints.\n"
	     "\n"
	     "Options:\n"
	     "     --case NAME       this case only\n"
	     "     --list            list the cases\n"
	     "     --reps N          how often each is timed at least (7)\n"
	     "     --size MIB        of the large areas (1024)\n"
	     "     --vmas N,N        the two numbers of VMAs (10000,50000)\n"
	     "     --processes N     that share 64 MiB (256)\n"
	     "     --commands        whole commands of mmscope, which is found by PATH, in\n"
	     "                       place of the operations\n"
	     "     --harm wall|fifo  the harm test: as it comes, or with the measured\n"
	     "                       process before all others\n"
	     "     --seconds N       of each phase of the harm test (5)\n"
	     " -h, --help            this text");
}

static unsigned long to_number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || !value) {
		fprintf(stderr, "bench: %s: not a number\nTry 'bench --help'.\n", text);
		exit(2);
	}
	return value;
}

enum { CASE = 1, LIST, REPS, SIZE, VMAS, PROCESSES, COMMANDS, HARM, SECONDS };

static const struct option longs[] = {
	{ "case", required_argument, NULL, CASE },
	{ "list", no_argument, NULL, LIST },
	{ "reps", required_argument, NULL, REPS },
	{ "size", required_argument, NULL, SIZE },
	{ "vmas", required_argument, NULL, VMAS },
	{ "processes", required_argument, NULL, PROCESSES },
	{ "commands", no_argument, NULL, COMMANDS },
	{ "harm", required_argument, NULL, HARM },
	{ "seconds", required_argument, NULL, SECONDS },
	{ "help", no_argument, NULL, 'h' },
	{ 0 }
};

static void set_vmas(char *text)
{
	char *comma = strchr(text, ',');

	if (comma)
		*comma++ = '\0';
	options.vmas[0] = to_number(text);
	options.vmas[1] = comma ? to_number(comma) : 0;
}

int main(int argc, char **argv)
{
	const char *harm = NULL;
	struct utsname kernel;
	bool commands = false;
	int option;

	/* The same addresses in each run. */
	if (!(personality(0xffffffff) & ADDR_NO_RANDOMIZE)) {
		personality(personality(0xffffffff) | ADDR_NO_RANDOMIZE);
		execv("/proc/self/exe", argv);
		die("exec");
	}

	while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		switch (option) {
		case CASE:
			options.only = optarg;
			break;
		case LIST:
			list_cases();
			return 0;
		case REPS:
			options.reps = to_number(optarg);
			break;
		case SIZE:
			options.size = to_number(optarg) * MIB;
			break;
		case VMAS:
			set_vmas(optarg);
			break;
		case PROCESSES:
			options.processes = to_number(optarg);
			break;
		case COMMANDS:
			commands = true;
			break;
		case HARM:
			harm = optarg;
			break;
		case SECONDS:
			options.seconds = to_number(optarg);
			break;
		case 'h':
			print_help();
			return 0;
		default:
			return 2;
		}
	}
	if (optind != argc || (harm && strcmp(harm, "wall") && strcmp(harm, "fifo"))) {
		fputs("bench: one of the arguments is unknown\nTry 'bench --help'.\n", stderr);
		return 2;
	}

	uname(&kernel);
	printf("meta\tkernel\t%s\n", kernel.release);
	printf("meta\tmachine\t%s\n", kernel.machine);
	tell_processor();
	if (harm) {
		run_harm(!strcmp(harm, "fifo"));
	} else {
		printf("meta\treps\t%u\n", options.reps);
		printf("meta\tsize_mib\t%lu\n", options.size / MIB);
		if (commands)
			run_commands();
		else
			run_cases();
	}
	return 0;
}
