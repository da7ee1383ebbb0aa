// SPDX-License-Identifier: GPL-2.0
/*
 * error.c - the one table from errno to sentence, hint and exit status
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "progress.h"
#include "render/escape.h"
#include "render/memory.h"

#define HINT_VERSIONS	"module and command may be of different versions: see 'mmscope info'"

static const struct error_row {
	enum error_stage stage;
	int err;
	const char *sentence;	/* NULL: strerror() */
	const char *hint;
	enum exit_status status;
} error_table[] = {
	{ STAGE_OPEN, ENOENT, "no such device: the module is not loaded",
	  "load it with 'modprobe mmscope' or, in a checkout, 'make load'", EXIT_UNAVAILABLE },
	{ STAGE_OPEN, ENXIO, "no module answers behind the device",
	  "load it with 'modprobe mmscope' or, in a checkout, 'make load'", EXIT_UNAVAILABLE },
	{ STAGE_OPEN, ENODEV, "no module answers behind the device",
	  "load it with 'modprobe mmscope' or, in a checkout, 'make load'", EXIT_UNAVAILABLE },
	{ STAGE_OPEN, EACCES, "not allowed to open the device",
	  "the mode of the device decides: see 'ls -l /dev/mmscope'", EXIT_NO },
	{ STAGE_OPEN, ENOTTY, "not a device of mmscope", NULL, EXIT_UNAVAILABLE },
	{ STAGE_ATTACH, ESRCH, "no such process, or it has exited", NULL, EXIT_NO },
	{ STAGE_ATTACH, ENXIO, "a kernel thread has no user address space", NULL, EXIT_NO },
	{ STAGE_ATTACH, EPERM, "cannot open address space: Operation not permitted",
	  "run as root, or as a user who may ptrace the process", EXIT_NO },
	{ STAGE_ATTACH, EACCES, "cannot open address space: Permission denied",
	  "run as root, or as a user who may ptrace the process", EXIT_NO },
	{ STAGE_ATTACH, EMFILE, "too many attached handles of this user",
	  "close some; the limit is /sys/module/mmscope/parameters/max_handles", EXIT_NO },
	{ STAGE_READ, ESRCH, "the process ended while it was looked at", NULL, EXIT_PARTIAL },
	{ STAGE_READ, EINTR, "interrupted", NULL, EXIT_PARTIAL },
	{ STAGE_RECORDED, ENOEXEC, "not a snapshot of mmscope", NULL, EXIT_NO },
	{ STAGE_RECORDED, EILSEQ, "the snapshot was written in the other byte order", NULL,
	  EXIT_NO },
	{ STAGE_RECORDED, EPROTONOSUPPORT, "the snapshot is of a newer version than this command",
	  "read it with the mmscope that wrote it, or a later one", EXIT_NO },
	{ STAGE_RECORDED, ENODATA, "the snapshot is truncated", "record it again", EXIT_NO },
	{ STAGE_RECORDED, EBADMSG, "the snapshot is damaged", "record it again", EXIT_NO },
	{ STAGE_RECORDED, EPROTO, "the snapshot is damaged", "record it again", EXIT_NO },
	{ STAGE_RECORDED, EOPNOTSUPP, "the snapshot does not hold this",
	  "see mmscope-snapshot(1) for what it holds (facts of pages with --pages); "
	  "ask the live process for the rest", EXIT_UNAVAILABLE },
	{ STAGE_KERNEL, EPERM, "the kernel's addresses are hidden",
	  "CAP_SYS_ADMIN and CAP_SYS_RAWIO are needed, and a kernel not locked down: see "
	  "/sys/kernel/security/lockdown", EXIT_NO },
	{ STAGE_ANY, ENOTTY, "the module does not know this operation", HINT_VERSIONS,
	  EXIT_UNAVAILABLE },
	{ STAGE_ANY, EOPNOTSUPP, "not supported by this kernel", "see 'mmscope info'",
	  EXIT_UNAVAILABLE },
	{ STAGE_ANY, EINVAL, "the module refuses the request", HINT_VERSIONS, EXIT_NO },
	{ STAGE_ANY, E2BIG, "the module is older than this command needs", HINT_VERSIONS,
	  EXIT_UNAVAILABLE },
	{ STAGE_ANY, EPROTO, "the module's answer is malformed", HINT_VERSIONS, EXIT_NO },
	{ STAGE_ANY, 0, NULL, NULL, EXIT_NO },
};

/* The one way to stderr: what others chose to call something is made harmless here. */
static void say(const char *head, const char *text)
{
	char *safe = escape_text(text);

	/* The table so far comes first when both go to one place. */
	stdout_flush();
	progress_clear();
	fprintf(stderr, "%s: %s\n", head, safe);
	free(safe);
}

static __attribute__((format(printf, 1, 0))) char *format(const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		no_memory();
	return text;
}

void report_note(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = format(fmt, ap);
	va_end(ap);
	say("mmscope", text);
	free(text);
}

void report_hint(const char *hint)
{
	say("hint", hint);
}

int report_error(enum error_stage stage, int err, const char *what)
{
	const struct error_row *row = error_table;

	err = abs(err);
	while (row->err && (row->err != err || (row->stage != STAGE_ANY && row->stage != stage)))
		row++;
	report_note("%s: %s", what, row->sentence ? row->sentence : strerror(err));
	if (row->hint)
		report_hint(row->hint);
	return row->status;
}

int report_target_error(const struct target *target, int err)
{
	return report_error(target->recorded ? STAGE_RECORDED : STAGE_READ, err, target->what);
}

void report_lock(const struct cli *cli, const struct target *target,
		 const struct mmscope_lock *lock)
{
	if (!cli->render.lock || target->recorded)
		return;
	report_note("%s: lock held at most %llu.%03llu us, taken %u time%s, address space %s",
		    target->what, lock->hold_max_ns / 1000, lock->hold_max_ns % 1000,
		    lock->nr_locks, lock->nr_locks == 1 ? "" : "s",
		    lock->flags & MMSCOPE_LOCK_CHANGED ? "changed" : "unchanged");
}

int report_changed(const struct target *target)
{
	report_note("%s: the address space changed while it was %s", target->what,
		    target->recorded ? "recorded" : "read");
	return EXIT_PARTIAL;
}

int report_usage(const struct cli *cli, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = format(fmt, ap);
	va_end(ap);
	if (cli->command)
		report_note("%s: %s", cli->command->name, text);
	else
		report_note("%s", text);
	free(text);
	return EXIT_USAGE;
}
