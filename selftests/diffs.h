/* SPDX-License-Identifier: GPL-2.0-only */
/* diffs.h - collects what two views disagree on: all counted, the first ones told */
#ifndef DIFFS_H
#define DIFFS_H

#include <stddef.h>

struct diffs {
	unsigned int nr;
	size_t used;
	char text[6000];
};

void diff(struct diffs *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* In a test: fails with the text when there are any. */
#define EXPECT_SAME(d) do { \
	const struct diffs *d_ = (d); \
	EXPECT_EQ(0U, d_->nr) \
		TH_LOG("%u differences\n%s", d_->nr, d_->text); \
} while (0)

#endif /* DIFFS_H */
