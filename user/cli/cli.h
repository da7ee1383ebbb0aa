/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cli.h - what the commands share: the command table's type, the run's options,
 * the target, errors. Rendering is in render/render.h.
 */
#ifndef MMSCOPE_CLI_H
#define MMSCOPE_CLI_H

#include <stdbool.h>
#include <sys/types.h>

#include "libmmscope.h"
#include "render/render.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* The exit statuses of the command contract. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_NO = 1,		/* failed, or the answer is no */
	EXIT_USAGE = 2,
	EXIT_PARTIAL = 3,	/* it went away or changed while looked at */
	EXIT_UNAVAILABLE = 4,	/* module or kernel feature missing */
};

struct cli;

/**
 * struct cli_option - an option of one command
 * @name: long name
 * @arg: what its argument is called, or NULL when it takes none
 * @help: one line
 */
struct cli_option {
	const char *name;
	const char *arg;
	const char *help;
};

/**
 * struct command - one command
 * @name: as typed
 * @args: its arguments, for the usage line
 * @summary: one line
 * @example: arguments of a command line that does something useful, and why
 * @min_args: fewest arguments
 * @max_args: most arguments, -1 for any number
 * @options: own options, or NULL
 * @nr_options: how many
 * @columns: the columns of its table
 * @nr_columns: how many
 * @defaults: sets the default columns (render_opts) where they depend on the options
 *	or on the number of arguments; or NULL
 * @option: takes an own option, by index into @options; returns an exit status
 * @run: does it; returns an exit status
 * @walks: holds the target's lock, can say for how long (--lock) and keep it shorter
 *	(--budget)
 * @live: of a process only, and of no recording
 * @writes: writes a file, which -o names: it has no columns
 * @direct: never through a pager: it has the terminal for itself, or holds something
 *	still that must not wait for a reader
 */
struct command {
	const char *name;
	const char *args;
	const char *summary;
	const char *example;
	int min_args;
	int max_args;
	const struct cli_option *options;
	size_t nr_options;
	const struct column *columns;
	size_t nr_columns;
	void (*defaults)(struct cli *cli, int argc);
	int (*option)(struct cli *cli, size_t nr, const char *arg);
	int (*run)(struct cli *cli, int argc, char **argv);
	bool walks;
	bool live;
	bool writes;
	bool direct;
};

/**
 * struct cli - one run of the command
 * @command: what runs
 * @device: path of the device
 * @from: a recorded snapshot in place of a process (--from), or NULL
 * @file: the file to write, for a command that writes one
 * @no_pager: on a terminal, too (--no-pager)
 * @budget_ns: for each hold of the target's lock (--budget), 0 for none
 * @render: how to render; columns are selected already
 */
struct cli {
	const struct command *command;
	const char *device;
	const char *from;
	const char *file;
	bool no_pager;
	__u64 budget_ns;
	struct render_opts render;
};

extern const struct command command_watch, command_share, command_rmap;
extern const struct command command_info, command_mm, command_vmas, command_walk,
	command_translate, command_extents, command_pages, command_stat, command_tables,
	command_tasks, command_store, command_ops, command_find, command_explain,
	command_map,
	command_verify, command_gaps, command_tui, command_layout, command_snapshot,
	command_show, command_audit, command_diff, command_aslr, command_kernel;

/**
 * struct target - an attached process, live or recorded, and what its kernel calls its bits
 * @ms: the handle
 * @info: of the module
 * @what: "PID 12", or the file, made harmless, for messages
 * @recorded: a snapshot; nothing about it can be asked of this system
 * @pid: number in this pid namespace, or in the recorder's
 * @self: the process is this one
 * @rights: MMSCOPE_RIGHT_*
 * @vm_flags: names for vm_flags
 * @mm_flags: names for mm->flags
 * @entry_flags: names for page-table entries
 * @kpf: names for page flags as in /proc/kpageflags
 * @facts: names for MMSCOPE_FACT_*
 */
struct target {
	struct mmscope *ms;
	struct mmscope_info info;
	char *what;
	bool recorded;
	pid_t pid;
	bool self;
	unsigned int rights;
	struct flag_names vm_flags;
	struct flag_names mm_flags;
	struct flag_names entry_flags;
	struct flag_names kpf;
	struct flag_names facts;
};

/* Opens the device and asks it what it is. Returns an exit status, errors are printed. */
int device_open(struct cli *cli, struct mmscope **ms, struct mmscope_info *info);

/*
 * Attaches to the process named by @arg, a number or "self", or to a snapshot, by
 * its file name. Without privilege it tries with the caller's own right to open
 * /proc/PID/pagemap. Returns an exit status, errors are printed.
 */
int target_open(struct cli *cli, const char *arg, struct target *target);
/* The same by number and without a word: 0 or -errno. */
int target_attach(struct cli *cli, pid_t pid, struct target *target);
/* No process, but the kernel itself, whose entries have the same names. */
int target_open_kernel(struct cli *cli, struct target *target);
void target_close(struct target *target);

/* Is @arg a process id, "self", or a file? Else EXIT_USAGE, and that is printed. */
int target_check(const struct cli *cli, const char *arg);

/* Its name, raw, empty when there is no such process. */
void process_comm(pid_t pid, char *comm, size_t size);

/* The same, or that of the recording: NULL when it cannot be told. */
const char *target_comm(const struct target *target, char *comm, size_t size);

/* A renderer for the answer about @target; never fails, ends the program without memory. */
struct render *target_render(struct cli *cli, const struct target *target);

/* What was being done when a call failed: the same errno means different things. */
enum error_stage {
	STAGE_ANY,
	STAGE_OPEN,
	STAGE_ATTACH,
	STAGE_READ,
	STAGE_RECORDED,	/* opening or reading a snapshot */
	STAGE_KERNEL,	/* looking at the kernel's own half */
};

/**
 * report_error() - print an error and the remedy, if there is one
 * @stage: what was being done
 * @err: errno or -errno
 * @what: subject of the message, "PID 12"
 *
 * Return: the exit status that belongs to the error.
 */
int report_error(enum error_stage stage, int err, const char *what);

/* As report_error() for a failed operation on a target. */
int report_target_error(const struct target *target, int err);

/* Prints "mmscope: COMMAND: message" for wrong input. Returns EXIT_USAGE. */
int report_usage(const struct cli *cli, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints "mmscope: message" on stderr. */
void report_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Prints "hint: ..." below a message. */
void report_hint(const char *hint);

/* Says that the address space changed while it was read. Returns EXIT_PARTIAL. */
int report_changed(const struct target *target);

/* With --lock: says on stderr what looking did to the target. */
void report_lock(const struct cli *cli, const struct target *target,
		 const struct mmscope_lock *lock);

#endif /* MMSCOPE_CLI_H */
