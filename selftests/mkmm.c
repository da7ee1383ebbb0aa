// SPDX-License-Identifier: GPL-2.0-only
/* mkmm.c - makes one kind of memory on request, says where, and waits */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <errno.h>
#include <unistd.h>

#include "zoo.h"

enum { STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_LACKS = 4 };

static void print_help(void)
{
	puts("Usage: mkmm KIND [OPTIONS]\n"
	     "       mkmm --list\n"
	     "\n"
	     "Makes one kind of memory, prints where it is, and waits until it is ended.\n"
	     "\n"
	     "Options:\n"
	     "     --count N     how many VMAs (vmas) or threads (threads)\n"
	     "     --size BYTES  how large (suffixes K, M, G, T)\n"
	     "     --stdin       end when standard input is closed\n"
	     " -l, --list        list the kinds\n"
	     " -h, --help        this text\n"
	     "\n"
	     "The one line that is printed:\n"
	     "  PID START END KIND [KEY=VALUE]...\n"
	     "PID is the process that holds the memory, START and END (exclusive) are\n"
	     "hexadecimal with 0x.\n"
	     "\n"
	     "Exit status: 0 ended as asked, 1 failed, 2 usage, 4 this kernel or machine\n"
	     "has no such memory (the reason is on standard error).\n"
	     "\n"
	     "Example:\n"
	     "  mkmm swap &          then look at the process that it names");
}

static void list(void)
{
	for (unsigned int i = 0; i < zoo_nr_kinds; i++)
		printf("%-20s %s\n", zoo_kinds[i].name, zoo_kinds[i].help);
}

static int usage(const char *what, const char *word)
{
	fprintf(stderr, "mkmm: %s: %s\nTry 'mkmm --help'.\n", word, what);
	return STATUS_USAGE;
}

static int parse(const char *text, bool suffixes, unsigned long *value)
{
	unsigned long long number, limit = ~0UL;
	unsigned int shift = 0;
	char *end;

	/* strtoull() would take a sign and spaces. */
	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	number = strtoull(text, &end, 0);
	if (errno || end == text)
		return -1;
	if (suffixes && *end) {
		switch (*end++) {
		case 'T':
			shift += 10;
			/* fall through */
		case 'G':
			shift += 10;
			/* fall through */
		case 'M':
			shift += 10;
			/* fall through */
		case 'K':
			shift += 10;
			break;
		default:
			return -1;
		}
	}
	if (*end || !number || number > limit >> shift)
		return -1;
	*value = number << shift;
	return 0;
}

/* Until standard input ends or, with @bytes, has a byte; else until SIGTERM. */
static void wait_for_end(bool input, bool bytes, sigset_t *signals)
{
	char byte;
	int signal;

	if (!input && !bytes) {
		sigwait(signals, &signal);
		return;
	}
	while (read(STDIN_FILENO, &byte, 1) > 0 && !bytes)
		;
}

static struct zoo_thing thing;

static void remove_and_exit(int signal)
{
	(void)signal;
	zoo_release(&thing);
	_exit(0);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "count", required_argument, NULL, 'c' },
		{ "size", required_argument, NULL, 's' },
		{ "stdin", no_argument, NULL, 'i' },
		{ "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	struct zoo_options o = { };
	const struct zoo_kind *kind;
	bool input = false;
	unsigned long value;
	sigset_t signals;
	int c, ret;

	while ((c = getopt_long(argc, argv, "lh", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			if (parse(optarg, false, &o.count))
				return usage("not a count", optarg);
			break;
		case 's':
			if (parse(optarg, true, &value))
				return usage("not a size", optarg);
			o.size = value;
			break;
		case 'i':
			input = true;
			break;
		case 'l':
			list();
			return 0;
		case 'h':
			print_help();
			return 0;
		default:
			fputs("Try 'mkmm --help'.\n", stderr);
			return STATUS_USAGE;
		}
	}
	if (optind >= argc)
		return usage("missing (mkmm --list)", "KIND");
	if (optind + 1 < argc)
		return usage("one kind at a time", argv[optind + 1]);
	kind = zoo_find(argv[optind]);
	if (!kind)
		return usage("unknown kind (mkmm --list)", argv[optind]);

	ret = zoo_make(kind, &o, &thing);
	if (ret) {
		fprintf(stderr, "mkmm: %s: %s\n", kind->name, thing.why);
		return ret == ZOO_LACKS ? STATUS_LACKS : STATUS_FAILED;
	}

	/* Blocked before the line is out: who reads it may end us at once. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	input = input || (kind->flags & ZOO_EXITS);
	if (input) {
		signal(SIGTERM, remove_and_exit);
		signal(SIGINT, remove_and_exit);
		signal(SIGHUP, remove_and_exit);
	} else {
		sigprocmask(SIG_BLOCK, &signals, NULL);
	}

	printf("%d 0x%lx 0x%lx %s%s%s\n", thing.pid, thing.start, thing.end, kind->name,
	       thing.note[0] ? " " : "", thing.note);
	if (fflush(stdout))
		return STATUS_FAILED;
	wait_for_end(input, kind->flags & ZOO_EXITS, &signals);
	zoo_release(&thing);
	return 0;
}
