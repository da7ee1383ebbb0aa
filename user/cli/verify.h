/* SPDX-License-Identifier: GPL-2.0 */
/*
 * verify.h - what the parts of mmscope verify share
 */
#ifndef MMSCOPE_VERIFY_H
#define MMSCOPE_VERIFY_H

#include "cli.h"
#include "maps.h"

/* A difference that a second look may explain is looked at this often. */
#define VERIFY_RETRIES	3

/* Lists of mappings are compared this often, to find a moment without a change. */
#define VERIFY_SETTLES	20

/**
 * enum verify_quirk - what pagemap tells otherwise than the page tables have it
 * @VERIFY_QUIRK_PFNMAP: no page of the VMA is judged
 * @VERIFY_QUIRK_PROTNONE: shown as present
 * @VERIFY_QUIRK_NON_PRESENT: shown as swapped, frame not judged
 * @VERIFY_QUIRK_MARKER: likewise
 * @VERIFY_QUIRK_HUGETLB: shown as empty
 * @VERIFY_QUIRK_UNKNOWN: not judged
 * @VERIFY_NR_QUIRKS: how many there are
 */
enum verify_quirk {
	VERIFY_QUIRK_PFNMAP,
	VERIFY_QUIRK_PROTNONE,
	VERIFY_QUIRK_NON_PRESENT,
	VERIFY_QUIRK_MARKER,
	VERIFY_QUIRK_HUGETLB,
	VERIFY_QUIRK_UNKNOWN,
	VERIFY_NR_QUIRKS
};

/* Why pagemap tells a thing otherwise than the page tables have it. */
extern const char *const verify_quirk_reasons[VERIFY_NR_QUIRKS];

/**
 * struct verify - one comparison
 * @target: the process
 * @style: form of maps lines; its @bits serve the pages, too
 * @r: where differences go
 * @still: the target does not run, so that only the kernel changes its pages
 * @unsettled: VMAs changed whenever their lists were compared
 * @vmas: VMAs compared
 * @pages: pages compared
 * @raced: pages that differed and agreed when looked at again
 * @differences: VMAs and runs of pages that differ
 * @quirks: pages that a quirk applied to
 */
struct verify {
	struct target *target;
	struct maps_style style;
	struct render *r;
	bool still;
	bool unsettled;
	__u64 vmas;
	__u64 pages;
	__u64 raced;
	__u64 differences;
	__u64 quirks[VERIFY_NR_QUIRKS];
};

/**
 * struct difference - one thing that differs
 * @start: first byte of the VMA
 * @end: its end, exclusive
 * @va: first byte of the pages that differ
 * @pages: how many; 0 when the VMA itself differs
 * @field: what differs
 * @module: as the module says
 * @proc: as /proc says
 */
struct difference {
	__u64 start;
	__u64 end;
	__u64 va;
	__u64 pages;
	const char *field;
	struct cell module;
	struct cell proc;
};

/* Counts a difference and shows it. */
void verify_report(struct verify *v, const struct difference *diff);

/*
 * Have the VMAs changed since a list with this lock report was taken? Returns 1,
 * 0 or -errno.
 */
int verify_changed(struct verify *v, const struct mmscope_lock *since);

/* Waits a moment before the next look. */
void verify_pause(void);

/* Compare VMAs with /proc/PID/maps, pages with /proc/PID/pagemap. Return 0 or -errno. */
int verify_maps(struct verify *v);
int verify_pages(struct verify *v);

#endif /* MMSCOPE_VERIFY_H */
