// SPDX-License-Identifier: GPL-2.0
/*
 * target.c - from a PID on the command line to an attached handle
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "parse.h"

int device_open(struct cli *cli, struct mmscope **ms, struct mmscope_info *info)
{
	int err;

	err = mmscope_open(cli->device, ms);
	if (err)
		return report_error(STAGE_OPEN, err, cli->device);
	err = mmscope_info(*ms, info);
	if (!err)
		return EXIT_DONE;
	mmscope_close(*ms);
	return report_error(STAGE_OPEN, err, cli->device);
}

/* procfs decides who may open pagemap; the module takes its word. */
static int attach_by_pagemap(struct target *target)
{
	struct mmscope_attach_opts opts = { .size = sizeof(opts), .use_pagemap_fd = 1 };
	char path[64];
	int err;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", target->pid);
	opts.pagemap_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (opts.pagemap_fd < 0)
		return -EPERM;
	err = mmscope_attach_pid(target->ms, target->pid, &opts, &target->rights);
	close(opts.pagemap_fd);
	return err;
}

static int load_names(struct target *target)
{
	static const struct { unsigned int class; size_t offset; } classes[] = {
		{ MMSCOPE_NAMES_VM_FLAGS, offsetof(struct target, vm_flags) },
		{ MMSCOPE_NAMES_MMF, offsetof(struct target, mm_flags) },
		{ MMSCOPE_NAMES_ENTRY, offsetof(struct target, entry_flags) },
	};
	struct flag_names *names;
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(classes); i++) {
		names = (struct flag_names *)((char *)target + classes[i].offset);
		err = mmscope_names(target->ms, classes[i].class, &names->names, &names->nr);
		if (err)
			return err;
	}
	if (!strcmp(target->info.arch, "x86")) {
		target->entry_flags.field_name = "pkey";
		target->entry_flags.field_shift = MMSCOPE_PTE_X86_PKEY_SHIFT;
		target->entry_flags.field_mask = MMSCOPE_PTE_X86_PKEY_MASK;
	}
	return 0;
}

int target_open(struct cli *cli, const char *arg, struct target *target)
{
	char what[32];
	int status, err;

	memset(target, 0, sizeof(*target));
	target->pid = getpid();
	if (strcmp(arg, "self") && !parse_pid(arg, &target->pid))
		return report_usage(cli, "'%s': not a process id", arg);
	target->self = target->pid == getpid();
	status = device_open(cli, &target->ms, &target->info);
	if (status)
		return status;
	err = mmscope_attach_pid(target->ms, target->pid, NULL, &target->rights);
	if (err == -EPERM || err == -EACCES)
		err = attach_by_pagemap(target);
	if (!err)
		err = load_names(target);
	if (!err)
		return EXIT_DONE;
	mmscope_close(target->ms);
	snprintf(what, sizeof(what), "PID %d", target->pid);
	return report_error(STAGE_ATTACH, err, what);
}

void target_close(struct target *target)
{
	mmscope_close(target->ms);
}

struct render *target_render(struct cli *cli, const struct target *target)
{
	return render_new(&cli->render, cli->command->name, target->pid);
}
