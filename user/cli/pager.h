/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pager.h - long output on a terminal, a screen at a time
 */
#ifndef MMSCOPE_PAGER_H
#define MMSCOPE_PAGER_H

/**
 * pager_begin() - send standard output through a pager, if it is a terminal
 *
 * $MMSCOPE_PAGER, else $PAGER, else less, which ends by itself when all fits on the
 * screen. An empty one and "cat" are none. If it cannot be started, there is none.
 */
void pager_begin(void);

/* Waits for the pager, if there is one, after standard output was closed. */
void pager_wait(void);

/* The terminal that standard output reaches, directly or through the pager, or -1. */
int pager_terminal(void);

#endif /* MMSCOPE_PAGER_H */
