/* SPDX-License-Identifier: GPL-2.0 */
/*
 * address.h - addresses and ranges as a user writes them
 *
 *	ADDR	NUMBER | SYMBOL | FILE:SYMBOL | FILE | [NAME], names with +OFF
 *	RANGE	ADDR-ADDR | ADDR+LEN | SYMBOL | FILE:SYMBOL | FILE | [NAME]
 *
 * FILE is a mapped file, by path or by the last component of it. [NAME] is what the
 * kernel or the program calls a mapping: [heap], [stack], [vdso], [anon:cache].
 */
#ifndef MMSCOPE_ADDRESS_H
#define MMSCOPE_ADDRESS_H

#include "../cli.h"

struct address_book;

/* What is wrong with @text before any process is asked, or NULL. */
const char *address_wrong(const char *text);
const char *address_range_wrong(const char *text);

/* Prints what is wrong with the first of @nr addresses that is. Returns an exit status. */
int address_usage(const struct cli *cli, int nr, char **texts);

/**
 * address_book_new() - begin to look addresses up
 * @cli: this run
 * @target: attached
 *
 * A target is looked at only when a text is not just numbers.
 */
struct address_book *address_book_new(const struct cli *cli, const struct target *target);
void address_book_free(struct address_book *book);

/**
 * address_find() - the address that a text means in the target
 * @book: the book
 * @text: an ADDR
 * @addr: where it is put
 *
 * Return: EXIT_DONE, or an exit status when the error has been printed: EXIT_USAGE
 * malformed, EXIT_NO no such name or more than one, EXIT_PARTIAL the process ended.
 */
int address_find(struct address_book *book, const char *text, __u64 *addr);

/* Likewise of a RANGE; @end is exclusive. */
int address_find_range(struct address_book *book, const char *text, __u64 *start, __u64 *end);

/**
 * address_check() - do the names still mean what they did?
 * @book: the book
 * @lock: report of what was done with the addresses
 *
 * Names are looked up before the operation they are for. When mappings have changed
 * since then, each is looked up once more.
 *
 * Return: EXIT_DONE, or EXIT_PARTIAL when one has moved or went away, which has been
 * printed.
 */
int address_check(struct address_book *book, const struct mmscope_lock *lock);

#endif /* MMSCOPE_ADDRESS_H */
