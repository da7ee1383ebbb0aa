// SPDX-License-Identifier: GPL-2.0
/*
 * spark.c - a curve of a few values as a word
 */
#include "spark.h"

#include <langinfo.h>
#include <string.h>

static const char *const drawn[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char *const ascii[] = { "_", ".", ",", "-", "=", "+", "*", "#" };

#define NR_SIGNS	(sizeof(drawn) / sizeof(drawn[0]))

void spark_add(struct spark *spark, __u64 value)
{
	if (spark->nr == SPARK_LENGTH) {
		memmove(spark->values, spark->values + 1,
			(SPARK_LENGTH - 1) * sizeof(spark->values[0]));
		spark->nr--;
	}
	spark->values[spark->nr++] = value;
}

void spark_text(struct strbuf *sb, const struct spark *spark)
{
	const char *const *signs = strcmp(nl_langinfo(CODESET), "UTF-8") ? ascii : drawn;
	__u64 low = ~0ULL, high = 0;
	unsigned int i;

	for (i = 0; i < spark->nr; i++) {
		low = spark->values[i] < low ? spark->values[i] : low;
		high = spark->values[i] > high ? spark->values[i] : high;
	}
	for (i = 0; i < spark->nr; i++) {
		double part = high == low ? 0 : (double)(spark->values[i] - low) /
						(double)(high - low);

		strbuf_puts(sb, signs[(unsigned int)(part * (NR_SIGNS - 1) + 0.5)]);
	}
}
