// SPDX-License-Identifier: GPL-2.0
/*
 * target.c - from a PID or a FILE on the command line to an attached handle
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "parse.h"
#include "render/memory.h"

int device_open(struct cli *cli, struct mmscope **ms, struct mmscope_info *info)
{
	int err;

	err = mmscope_open(cli->device, ms);
	if (err)
		return report_error(STAGE_OPEN, err, cli->device);
	mmscope_set_budget(*ms, cli->budget_ns);
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
		{ MMSCOPE_NAMES_KPF, offsetof(struct target, kpf) },
		{ MMSCOPE_NAMES_FACTS, offsetof(struct target, facts) },
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

int target_open_kernel(struct cli *cli, struct target *target)
{
	int status, err;

	memset(target, 0, sizeof(*target));
	target->pid = -1;
	status = device_open(cli, &target->ms, &target->info);
	if (status)
		return status;
	err = load_names(target);
	if (!err)
		return EXIT_DONE;
	target_close(target);
	return report_error(STAGE_OPEN, err, cli->device);
}

/* With @ms and @info there. Leaves closing to the caller. */
static int attach(struct target *target, pid_t pid)
{
	int err;

	target->pid = pid;
	target->self = pid == getpid();
	if (asprintf(&target->what, "PID %d", pid) < 0)
		no_memory();
	err = mmscope_attach_pid(target->ms, pid, NULL, &target->rights);
	if (err == -EPERM || err == -EACCES)
		err = attach_by_pagemap(target);
	return err ? err : load_names(target);
}

int target_attach(struct cli *cli, pid_t pid, struct target *target)
{
	int err;

	memset(target, 0, sizeof(*target));
	err = mmscope_open(cli->device, &target->ms);
	if (err)
		return err;
	mmscope_set_budget(target->ms, cli->budget_ns);
	err = mmscope_info(target->ms, &target->info);
	if (!err)
		err = attach(target, pid);
	if (err)
		target_close(target);
	return err;
}

/* What is neither a number nor "self" is a file; "./12" is one, too. */
static bool is_file(const struct cli *cli, const char *arg)
{
	pid_t pid;

	if (arg == cli->from)
		return true;
	return strcmp(arg, "self") && !parse_pid(arg, &pid) &&
	       (strchr(arg, '/') || !access(arg, F_OK));
}

int target_check(const struct cli *cli, const char *arg)
{
	pid_t pid;

	if (!strcmp(arg, "self") || is_file(cli, arg) || parse_pid(arg, &pid))
		return EXIT_DONE;
	return report_usage(cli, "'%s': not a process id, nor a file", arg);
}

static int open_recorded(struct target *target, const char *path)
{
	struct mmscope_snapshot_about about;
	int err;

	target->recorded = true;
	target->what = strdup(path);
	if (!target->what)
		no_memory();
	err = mmscope_snapshot_open(path, &target->ms);
	if (err)
		return err;
	mmscope_snapshot_about(target->ms, &about);
	target->pid = about.pid;
	target->rights = about.rights;
	err = mmscope_info(target->ms, &target->info);
	return err ? err : load_names(target);
}

int target_open(struct cli *cli, const char *arg, struct target *target)
{
	bool file = is_file(cli, arg);
	pid_t pid = getpid();
	int status, err;

	memset(target, 0, sizeof(*target));
	status = target_check(cli, arg);
	if (!status && !file)
		status = device_open(cli, &target->ms, &target->info);
	if (status)
		return status;
	if (strcmp(arg, "self"))
		parse_pid(arg, &pid);
	err = file ? open_recorded(target, arg) : attach(target, pid);
	if (!err)
		return EXIT_DONE;
	status = report_error(file ? STAGE_RECORDED : STAGE_ATTACH, err, target->what);
	target_close(target);
	return status;
}

void target_close(struct target *target)
{
	mmscope_close(target->ms);
	free(target->what);
}

void process_comm(pid_t pid, char *comm, size_t size)
{
	char path[64];
	size_t nr = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (f) {
		nr = fread(comm, 1, size - 1, f);
		fclose(f);
	}
	/* There can be another one within the name. */
	if (nr && comm[nr - 1] == '\n')
		nr--;
	comm[nr] = '\0';
}

const char *target_comm(const struct target *target, char *comm, size_t size)
{
	struct mmscope_snapshot_about about;

	if (target->recorded) {
		mmscope_snapshot_about(target->ms, &about);
		snprintf(comm, size, "%s", about.comm);
		return *comm ? comm : NULL;
	}
	process_comm(target->pid, comm, size);
	return *comm ? comm : NULL;
}

struct render *target_render(struct cli *cli, const struct target *target)
{
	return render_new(&cli->render, cli->command->name, target->pid);
}
