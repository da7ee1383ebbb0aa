/* SPDX-License-Identifier: GPL-2.0 */
/*
 * audit.h - what of an address space is more permissive than it should be
 */
#ifndef MMSCOPE_AUDIT_H
#define MMSCOPE_AUDIT_H

#include "cli.h"
#include "names.h"

/* The ids are a contract: scripts and mmscope-audit(1) know them by name. */
enum finding_id {
	FINDING_WX_MAPPING,
	FINDING_WRITABLE_CODE,
	FINDING_EXEC_STACK,
	FINDING_EXEC_HEAP,
	FINDING_NO_STACK_GUARD,
	FINDING_LOW_MAPPING,
	FINDING_PTE_WRITE,
	FINDING_PTE_EXEC,
	FINDING_PTE_WX,
	FINDING_ASLR_OFF,
	FINDING_ASLR_SYSTEM,
	FINDING_NO_PIE,
	NR_FINDINGS
};

/**
 * struct finding - one of them
 * @id: which
 * @start: where, 0 with @end 0: the process as a whole
 * @end: exclusive
 * @perms: of the mapping, empty when there is none
 * @name: of the mapping, raw, or NULL
 */
struct finding {
	enum finding_id id;
	__u64 start;
	__u64 end;
	char perms[5];
	const char *name;
};

/**
 * struct audit - what was found in one process
 * @findings: by check, each by address
 * @nr: how many
 * @names: of the mappings
 * @unchecked: what could not be checked, or NULL
 * @lock: report of all looks
 */
struct audit {
	struct finding *findings;
	size_t nr;
	struct names names;
	const char *unchecked;
	struct mmscope_lock lock;
};

const char *finding_name(enum finding_id id);
const char *finding_meaning(enum finding_id id);

/* Checks @target. Returns 0 or -errno; to be freed in any case. */
int audit_target(struct audit *audit, const struct target *target);
/* Checks what holds for all processes. */
void audit_system(struct audit *audit);
void audit_free(struct audit *audit);

#endif /* MMSCOPE_AUDIT_H */
