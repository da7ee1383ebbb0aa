/* SPDX-License-Identifier: GPL-2.0 */
/*
 * race.h - the negative control for accesses that race: looks that are counted unlocked
 *
 * Included before every file of a module that scripts/check-debug builds to see it
 * caught: all readers add to one number, plainly and without a lock, each time they ask
 * whether the lock is wanted. If KCSAN does not complain while stress runs, then neither
 * would it of a mistake of ours.
 */
#if __has_include("compat/have.h") /* not when the probes are compiled, that make it */
#include "look.h"

static unsigned long control_asked;

static inline bool control_wanted(const struct mmscope_look *look)
{
	control_asked++;
	/* Read, or the compiler would see that nobody wants it. */
	return !control_asked || mmscope_look_wanted(look);
}

#define mmscope_look_wanted	control_wanted
#endif
