/* SPDX-License-Identifier: GPL-2.0 */
/*
 * test.h - cmocka with what it wants included before
 */
#ifndef MMSCOPE_TEST_H
#define MMSCOPE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#endif /* MMSCOPE_TEST_H */
