/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * names.h - what the files of the program names share
 *
 * The program and its library print a line "NAME ADDRESS" for each definition, by
 * which the test looks it up.
 */
#ifndef NAMES_H
#define NAMES_H

typedef void names_tell_fn(const char *name, const void *address);

void names_tell(const char *name, const void *address);
void names_other(void);
void names_ifunc(void);

#endif /* NAMES_H */
