/* SPDX-License-Identifier: GPL-2.0-only */
/* knob.h - the kernel's files that set something */
#ifndef KNOB_H
#define KNOB_H

/* Writes all of @text at once, as a shell's redirection does. Returns 0 or -errno. */
int knob_set(const char *path, const char *text);

/* The same of the file @name in @dir. */
int knob_set_in(const char *dir, const char *name, const char *text);

#endif /* KNOB_H */
