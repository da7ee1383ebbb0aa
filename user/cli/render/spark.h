/* SPDX-License-Identifier: GPL-2.0 */
/*
 * spark.h - a curve of a few values as a word
 */
#ifndef MMSCOPE_SPARK_H
#define MMSCOPE_SPARK_H

#include <linux/types.h>

#include "strbuf.h"

#define SPARK_LENGTH	8

/**
 * struct spark - the last values of something, the oldest first
 */
struct spark {
	__u64 values[SPARK_LENGTH];
	unsigned int nr;
};

void spark_add(struct spark *spark, __u64 value);

/* Adds one sign for each value; the lowest is the lowest sign, the highest the highest. */
void spark_text(struct strbuf *sb, const struct spark *spark);

#endif /* MMSCOPE_SPARK_H */
