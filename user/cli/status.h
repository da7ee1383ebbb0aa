/* SPDX-License-Identifier: GPL-2.0 */
/*
 * status.h - what is known about an address, as cells; walk and translate share it
 */
#ifndef MMSCOPE_STATUS_H
#define MMSCOPE_STATUS_H

#include "cli.h"

/* The status by its word; good when there is a frame that the hardware can use. */
struct cell status_cell(unsigned int status);

/* Has the status a page frame, so that a physical address means something? */
bool status_has_frame(unsigned int status);

/* Physical address of a result: hidden, none, or the number. */
struct cell result_pa(const struct mmscope_walk_result *result);

/* A result in one sentence, for people. */
void result_sentence(struct strbuf *sb, const struct mmscope_walk_result *result);

#endif /* MMSCOPE_STATUS_H */
