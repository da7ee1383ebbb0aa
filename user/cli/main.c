// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - the command table and the options that all commands have
 *
 * Nothing here knows what a command does.
 */
#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli.h"
#include "pager.h"
#include "parse.h"
#include "render/memory.h"

static const struct command *const commands[] = {
	&command_info, &command_mm, &command_vmas, &command_walk,
	&command_translate, &command_extents, &command_pages, &command_stat,
	&command_tables, &command_tasks, &command_store, &command_ops,
	&command_find,
	&command_explain, &command_map, &command_verify, &command_gaps, &command_tui,
	&command_watch, &command_share, &command_rmap,
	&command_layout, &command_snapshot, &command_show, &command_diff,
	&command_audit, &command_aslr, &command_kernel,
};

/* Values of getopt_long(): own options of a command follow OPT_COMMAND. */
enum {
	OPT_JSON = 256,
	OPT_NO_HEADINGS,
	OPT_COLOR,
	OPT_DEVICE,
	OPT_HELP,
	OPT_VERSION,
	OPT_LOCK,
	OPT_BUDGET,
	OPT_FROM,
	OPT_NO_PAGER,
	OPT_COMMAND,
};

static const struct option global_options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "no-headings", no_argument, NULL, OPT_NO_HEADINGS },
	{ "output", required_argument, NULL, 'o' },
	{ "color", required_argument, NULL, OPT_COLOR },
	{ "device", required_argument, NULL, OPT_DEVICE },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "no-pager", no_argument, NULL, OPT_NO_PAGER },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
};

#define NR_GLOBAL	ARRAY_SIZE(global_options)
#define MAX_OPTIONS	(NR_GLOBAL + 16)	/* and those of walking commands */

static bool looks_at_process(const struct command *cmd)
{
	return !strncmp(cmd->args, "PID", 3);
}

/* Of the options that all commands have, those that mean something to @cmd, or all. */
static void help_global(const struct command *cmd)
{
	if (cmd && cmd->writes)
		puts(" -o, --output FILE       the file to write");
	if (!cmd || cmd->nr_columns)
		puts(" -o, --output COLUMNS    columns to show; +COLUMNS adds to the default\n"
		     "     --json              print JSON\n"
		     "     --no-headings       print no heading line");
	puts("     --color WHEN        auto, always or never\n"
	     "     --device PATH       the device, if it is not " MMSCOPE_DEVICE_PATH);
	if (!cmd || (looks_at_process(cmd) && !cmd->live))
		puts("     --from FILE         a recorded snapshot in place of PID");
	if (!cmd || !cmd->direct)
		puts("     --no-pager          on a terminal, do not start a pager");
	puts(" -h, --help              print this help\n"
	     " -V, --version           print the version");
}

static void help_main(void)
{
	size_t i;

	puts("\nUsage:\n mmscope [OPTIONS] COMMAND [ARGUMENTS]\n\n"
	     "Show the address space of a live process as the kernel sees it.\n\n"
	     "Commands:");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf(" %-10s %-24s %s\n", commands[i]->name, commands[i]->args,
		       commands[i]->summary);
	puts("\nOptions:");
	help_global(NULL);
	puts("\nPID is a number, 'self', or the file of a snapshot. ADDR is a number (0x for\n"
	     "hexadecimal), SYMBOL, FILE:SYMBOL, FILE or [heap], [stack] ...; names with +OFF\n"
	     "if need be; RANGE is ADDR-ADDR, ADDR+LEN, or a name.\n"
	     "Exit status: 0 done, 1 failed or the answer is no, 2 usage, 3 partial,\n"
	     "4 unavailable.\n\n"
	     "Example:\n mmscope vmas self\n\n"
	     "'mmscope COMMAND --help' and mmscope(1) tell more.");
}

static void help_columns(struct cli *cli)
{
	const struct command *cmd = cli->command;
	size_t i;

	puts("\nColumns (* by default):");
	if (cmd->defaults)
		cmd->defaults(cli, 0);
	for (i = 0; i < cmd->nr_columns; i++)
		if (!(cmd->columns[i].flags & COLUMN_JSON_ONLY))
			printf("%c%16s  %s\n",
			       column_is_default(&cli->render, cmd->columns, i) ? '*' : ' ',
			       cmd->columns[i].name, cmd->columns[i].help);
}

static void help_command(struct cli *cli)
{
	const struct command *cmd = cli->command;
	size_t i;
	char left[64];

	printf("\nUsage:\n mmscope %s [OPTIONS]%s%s\n\n%s.\n\nOptions:\n", cmd->name,
	       *cmd->args ? " " : "", cmd->args, cmd->summary);
	for (i = 0; i < cmd->nr_options; i++) {
		const struct cli_option *opt = &cmd->options[i];

		snprintf(left, sizeof(left), "--%s%s%s", opt->name, opt->arg ? " " : "",
			 opt->arg ? opt->arg : "");
		printf("     %-19s %s\n", left, opt->help);
	}
	if (cmd->walks)
		puts("     --lock              tell on stderr how long the mmap lock was held\n"
		     "     --budget TIME       give the mmap lock back after this long: 50us, 1ms");
	help_global(cmd);
	if (cmd->nr_columns)
		help_columns(cli);
	printf("\nExample:\n mmscope %s\n\nFor more see mmscope-%s(1).\n", cmd->example, cmd->name);
}

static const struct command *find_command(const char *name)
{
	size_t i;

	/* What the same is called elsewhere. */
	if (!strcmp(name, "top"))
		name = "tui";
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int set_color(struct cli *cli, const char *when)
{
	const char *no_color = getenv("NO_COLOR");

	if (!strcmp(when, "always"))
		cli->render.color = true;
	else if (!strcmp(when, "never"))
		cli->render.color = false;
	else if (!strcmp(when, "auto"))
		cli->render.color = isatty(STDOUT_FILENO) && !(no_color && *no_color);
	else
		return report_usage(cli, "--color: '%s': not one of auto, always, never", when);
	return EXIT_DONE;
}

/* The value of getopt_long() means the same before and after the command. */
static int take_option(struct cli *cli, int c, bool *help, bool *version)
{
	switch (c) {
	case OPT_JSON:
		cli->render.json = true;
		return EXIT_DONE;
	case OPT_NO_HEADINGS:
		cli->render.no_headings = true;
		return EXIT_DONE;
	case 'o':
		cli->render.columns = optarg;
		return EXIT_DONE;
	case OPT_COLOR:
		return set_color(cli, optarg);
	case OPT_LOCK:
		cli->render.lock = true;
		return EXIT_DONE;
	case OPT_BUDGET:
		if (!parse_time(optarg, &cli->budget_ns))
			return report_usage(cli, "--budget: '%s': not a time (50us, 1ms ...)",
					    optarg);
		return EXIT_DONE;
	case OPT_DEVICE:
		cli->device = optarg;
		return EXIT_DONE;
	case OPT_FROM:
		cli->from = optarg;
		return EXIT_DONE;
	case OPT_NO_PAGER:
		cli->no_pager = true;
		return EXIT_DONE;
	case OPT_HELP:
	case 'h':
		*help = true;
		return EXIT_DONE;
	case OPT_VERSION:
	case 'V':
		*version = true;
		return EXIT_DONE;
	default:
		return cli->command->option(cli, c - OPT_COMMAND, optarg);
	}
}

/* What getopt_long() would say, in the form of all other messages. */
static int bad_option(const struct cli *cli, int c, char **argv)
{
	const char *word = argv[optind - 1];

	if (c == ':')
		return report_usage(cli, "option '%s' needs an argument", word);
	if (optopt >= OPT_JSON)
		return report_usage(cli, "option '%s' takes no argument", word);
	if (optopt)
		return report_usage(cli, "unknown option '-%c'", optopt);
	return report_usage(cli, "unknown or ambiguous option '%s'", word);
}

/* Options up to the first argument ("+") or everywhere. */
static int parse_options(struct cli *cli, int argc, char **argv, bool *help, bool *version)
{
	const struct command *cmd = cli->command;
	struct option options[MAX_OPTIONS + 3] = { 0 };
	size_t nr = NR_GLOBAL, i;
	int c, status;
	bool own;

	memcpy(options, global_options, sizeof(global_options));
	for (i = 0; cmd && i < cmd->nr_options && nr < MAX_OPTIONS; i++)
		options[nr++] = (struct option){
			.name = cmd->options[i].name,
			.has_arg = cmd->options[i].arg ? required_argument : no_argument,
			.val = OPT_COMMAND + (int)i,
		};
	if (cmd && cmd->walks) {
		options[nr++] = (struct option){ "lock", no_argument, NULL, OPT_LOCK };
		options[nr++] = (struct option){ "budget", required_argument, NULL, OPT_BUDGET };
	}
	opterr = 0;
	optind = 0;
	/* Those behind the name of a command are its own. */
	own = !cmd || !strncmp(cmd->args, "-- ", 3);
	while ((c = getopt_long(argc, argv, own ? "+:o:hV" : ":o:hV", options, NULL)) != -1) {
		if (c == '?' || c == ':')
			return bad_option(cli, c, argv);
		status = take_option(cli, c, help, version);
		if (status)
			return status;
	}
	return EXIT_DONE;
}

/* The arguments with the file of --from as the first; to be freed. */
static char **with_from(const struct cli *cli, int argc, char **argv)
{
	char **args = zalloc((argc + 2) * sizeof(*args));

	args[0] = (char *)cli->from;
	memcpy(args + 1, argv, argc * sizeof(*args));
	return args;
}

static int run_command(struct cli *cli, int argc, char **argv)
{
	const struct command *cmd = cli->command;
	const char *bad;
	size_t len;

	if (argc < cmd->min_args)
		return report_usage(cli, "too few arguments: mmscope %s %s", cmd->name, cmd->args);
	if (cmd->max_args >= 0 && argc > cmd->max_args)
		return report_usage(cli, "too many arguments: mmscope %s%s%s", cmd->name,
				    *cmd->args ? " " : "", cmd->args);
	if (cmd->defaults)
		cmd->defaults(cli, argc);
	if (cmd->writes) {
		cli->file = cli->render.columns;
		cli->render.columns = NULL;
	}
	if (!columns_select(cmd->columns, cmd->nr_columns, &cli->render, &bad, &len))
		return report_usage(cli, "'%.*s': not a column (see --help)", (int)len, bad);
	if (!cmd->direct && !cmd->writes && !cli->no_pager)
		pager_begin();
	return cmd->run(cli, argc, argv);
}

/* A full disk shows only now; a reader that went away is no news to anybody. */
static int close_stdout(int status)
{
	bool failed = ferror(stdout);
	/* What failed while nobody flushed has no reason left, unless it fails again. */
	int err = stdout_error() ? stdout_error() : EIO;

	if (fclose(stdout)) {
		failed = true;
		err = errno;
	}
	pager_wait();
	if (!failed)
		return status;
	if (err != EPIPE)
		fprintf(stderr, "mmscope: write error: %s\n", strerror(err));
	return EXIT_NO;
}

static int run(int argc, char **argv)
{
	struct cli cli = { .device = MMSCOPE_DEVICE_PATH };
	bool help = false, version = false;
	int status;

	set_color(&cli, "auto");
	status = parse_options(&cli, argc, argv, &help, &version);
	if (status)
		return status;
	argc -= optind;
	argv += optind;
	if (argc && !version) {
		cli.command = find_command(argv[0]);
		if (!cli.command)
			return report_usage(&cli, "'%s': not a command (see --help)", argv[0]);
		status = parse_options(&cli, argc, argv, &help, &version);
		if (status)
			return status;
		argc -= optind;
		argv += optind;
	}
	if (version) {
		printf("mmscope %s (API %d)\n", MMSCOPE_VERSION, MMSCOPE_API_VERSION);
		return EXIT_DONE;
	}
	if (help) {
		if (cli.command)
			help_command(&cli);
		else
			help_main();
		return EXIT_DONE;
	}
	if (!cli.command)
		return report_usage(&cli, "no command given (see --help)");
	if (!cli.from)
		return run_command(&cli, argc, argv);
	if (!looks_at_process(cli.command))
		return report_usage(&cli, "--from: the command looks at no process");
	argv = with_from(&cli, argc, argv);
	status = run_command(&cli, argc + 1, argv);
	free(argv);
	return status;
}

int main(int argc, char **argv)
{
	/* Not LC_NUMERIC: numbers are read by programs, too. */
	setlocale(LC_CTYPE, "");
	return close_stdout(run(argc, argv));
}
