// SPDX-License-Identifier: GPL-2.0-only
/* kunit.c - what the module's own tests said when it was loaded (module/tests/) */
#include <dirent.h>
#include <kselftest_harness.h>

#define RESULTS	"/sys/kernel/debug/kunit"

TEST(module)
{
	unsigned int passed = 0, failed = 0, suites = 0;
	DIR *dir = opendir(RESULTS);
	struct dirent *entry;
	char path[512], line[512];

	ASSERT_NE(NULL, dir)
		TH_LOG(RESULTS ": %s", strerror(errno));
	while ((entry = readdir(dir))) {
		FILE *f;

		if (strncmp(entry->d_name, "mmscope-", 8))
			continue;
		suites++;
		snprintf(path, sizeof(path), RESULTS "/%s/results", entry->d_name);
		f = fopen(path, "re");
		ASSERT_NE(NULL, f);
		while (fgets(line, sizeof(line), f)) {
			/* Cases are indented below their suite. */
			passed += !strncmp(line, "    ok ", 7);
			if (strstr(line, "not ok ") || strstr(line, "EXPECTATION") ||
			    strstr(line, "ASSERTION"))
				TH_LOG("%s: %s", entry->d_name, line);
			failed += !!strstr(line, "not ok ");
		}
		fclose(f);
	}
	closedir(dir);
	printf("# kunit: %u suites, %u tests passed, %u failed\n", suites, passed, failed);
	EXPECT_EQ(6U, suites);
	EXPECT_EQ(0U, failed);
	/* A suite whose table was lost would pass with nothing. */
	EXPECT_LE(20U, passed);
}

TEST_HARNESS_MAIN
