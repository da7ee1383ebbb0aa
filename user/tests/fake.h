/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fake.h - a device inside the test, reached by --wrap=ioctl
 *
 * One address space, known to the byte:
 *
 *	0x400000   0x402000  text    r-xp  /usr/bin/prog
 *	0x402000   0x403000  data    rw-p  /usr/bin/prog
 *	0x10000000 0x10010000 heap   rw-p  [heap]
 *	0x20000000 0x20001000 file   r--p  a path with ESC, newline and broken UTF-8
 *	0x30000000 0x30002000 anon   rw-p  [anon:cache]
 *	0x40000000 0x40001000 shm    rw-s  /dev/zero (deleted)
 *	0x50000000 0x50004000 lib    r--p r-xp  /usr/lib/libx.so
 *	0x60000000 0x60003000 pfnmap rw-s  /dev/mem
 *	0x7ffd00000000 ..    stack   rw-p  [stack]
 *
 * Pages of the heap: 0..7 mapped in frames that follow each other, 8..9 swapped,
 * 10 protnone, 11 a marker, the rest empty. All other pages: mapped one to one
 * at 4 GiB + address (modulo), each VMA one run. Anonymous ones are mapped once and
 * dirty, those of files three times and clean; behind the pfnmap is no struct page.
 */
#ifndef MMSCOPE_TEST_FAKE_H
#define MMSCOPE_TEST_FAKE_H

#include <linux/mmscope.h>

/**
 * struct fake - how the device behaves; zeros are the defaults
 * @vmas_per_reply: most records of a reply, 0 for as many as fit
 * @extents_per_reply: most runs, pages or statistics of a reply, 0 for as many as fit
 * @cut: runs end at multiples of this many bytes, 0 for never
 * @words: pages come as words where they can and are welcome; 2: which are promised to be
 *	the entries, as walks tell them then
 * @many: so many VMAs of one page each in place of the list above
 * @other: 1: those map another part of what they map; 2: their pages are elsewhere
 * @changed_at: the reply, from 1, that says that VMAs changed
 * @moved_at: the reply, from 1, from which on the generation is another one
 * @gone_after: the space is gone after so many replies, 0 for never
 * @attach_err: errno of an attach
 * @hidden: physical facts are withheld
 * @markup: the file at 0x20000000 is called FAKE_MARKUP
 * @hostile: the kernel, its first flag of each kind and the program are called FAKE_ODD
 * @malformed: replies break the contract in this way (FAKE_BAD_*)
 * @permissive: entries of the text can be written, and those of the heap executed
 * @budget_ns: what each operation has to ask for, 0 for anything
 * @slow_ms: how long a reply that holds the lock takes
 * @replies: how many replies were given that hold the lock
 * @attached_pid: pid of the last attach
 */
struct fake {
	unsigned int vmas_per_reply;
	unsigned int extents_per_reply;
	unsigned long long cut;
	int words;
	unsigned int many;
	int other;
	unsigned int changed_at;
	unsigned int moved_at;
	unsigned int gone_after;
	int attach_err;
	int hidden;
	int markup;
	int hostile;
	int malformed;
	int lacks;	/* tasks, store and operations */
	int grows;	/* the mapping that a reply ended with */
	int permissive;
	unsigned int budget_ns;
	unsigned int slow_ms;
	unsigned int replies;
	int attached_pid;
};

enum {
	FAKE_GOOD,
	FAKE_BAD_SIZE,		/* a record that is longer than the reply */
	FAKE_BAD_STRING,	/* a path without an end */
	FAKE_BAD_CURSOR,	/* not done, and no step forward */
	FAKE_BAD_LEVELS,	/* more levels than there can be */
	FAKE_BAD_WORD,		/* a word that means nothing */
	FAKE_BAD_WORDS,		/* more words than the reply has */
};

#define FAKE_HOSTILE	"/tmp/\033[31mred\nline\xff\xc3\xa9"

#define FAKE_ODD	"6.12\033[31mred\n\xff\xc2\x9b\xe2\x80\xae"
#define FAKE_MARKUP	"/tmp/</script><img src=x onerror=document.body.remove()><!--<script>" \
			"&amp;'\"\xe2\x80\xae"

extern struct fake fake;

/* What --wrap=ioctl makes of ioctl(2): the true one, and the one in its place. */
int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);

#endif /* MMSCOPE_TEST_FAKE_H */
