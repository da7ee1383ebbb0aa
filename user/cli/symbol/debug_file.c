// SPDX-License-Identifier: GPL-2.0
/*
 * debug_file.c - the file to which the symbols of a stripped one were moved
 *
 * Names are resolved within the root of whoever runs the file, so that a link there
 * leads to nowhere else. What is there is theirs, too: nothing but a regular file of a
 * sensible size is opened, for what a link in /proc leads to can wait for ever, or lose
 * what is read.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "debug_file.h"

#define DEBUG_DIR	"/usr/lib/debug"

/* The largest debug file that is read; a sparse one costs its owner nothing. */
#define DEBUG_MAX	(4LL << 30)

__u32 crc32_of(__u32 crc, const unsigned char *bytes, size_t len)
{
	static __u32 table[256];
	__u32 word;
	size_t i;
	int bit;

	for (i = table[255] ? 256 : 0; i < 256; i++) {
		for (word = (__u32)i, bit = 0; bit < 8; bit++)
			word = word >> 1 ^ (word & 1 ? 0xedb88320 : 0);
		table[i] = word;
	}
	crc = ~crc;
	for (i = 0; i < len; i++)
		crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 255];
	return ~crc;
}

/* Does it hold data, not the kernel's answers? Those of debugfs and others have no size. */
static bool is_data(int fd)
{
	struct statfs fs;
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0 &&
	       st.st_size <= DEBUG_MAX && !fstatfs(fd, &fs) &&
	       fs.f_type != PROC_SUPER_MAGIC && fs.f_type != SYSFS_MAGIC;
}

/* A regular file below @root, or -errno. */
static int open_within(int root, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	char itself[32];
	int fd, ret;

	fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	if (fd < 0)
		return -errno;
	ret = -ENOEXEC;
	if (is_data(fd)) {
		snprintf(itself, sizeof(itself), "/proc/self/fd/%d", fd);
		ret = open(itself, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (ret < 0)
			ret = -errno;
	}
	close(fd);
	return ret;
}

/**
 * struct wanted - what a debug file has to be
 * @id: the build-id of the file it belongs to
 * @id_len: bytes of it, or 0
 * @crc: of the debug file itself, when there is no build-id
 */
struct wanted {
	unsigned char id[ELF_BUILD_ID_MAX];
	size_t id_len;
	__u32 crc;
};

static bool has_crc(int fd, __u32 wanted)
{
	static unsigned char bytes[1 << 16];
	__u32 crc = 0;
	off_t at = 0;
	ssize_t n = 1;

	/* It may grow meanwhile. */
	while (at <= DEBUG_MAX && (n = pread(fd, bytes, sizeof(bytes), at)) > 0) {
		crc = crc32_of(crc, bytes, (size_t)n);
		at += n;
	}
	return !n && crc == wanted;
}

/* What is at @path, if it is the one; says so in @sought if not. */
static struct elf_file *try_path(int root, const char *path, const struct wanted *wanted,
				 struct strbuf *sought)
{
	unsigned char id[ELF_BUILD_ID_MAX];
	const char *why = "";
	struct elf_file *file;
	int fd = open_within(root, path);
	bool right;

	if (fd >= 0) {
		right = wanted->id_len || has_crc(fd, wanted->crc);
		if (elf_file_open(fd, &file)) {
			why = " (not an ELF file)";
		} else {
			if (wanted->id_len)
				right = elf_file_build_id(file, id) == wanted->id_len &&
					!memcmp(id, wanted->id, wanted->id_len);
			if (right && !elf_file_is_stripped(file))
				return file;
			why = right ? " (stripped, too)" : " (of another build)";
			elf_file_close(file);
		}
	} else if (fd == -EACCES || fd == -EPERM) {
		why = " (permission denied)";
	}
	strbuf_printf(sought, "%s%s%s", sought->len ? ", " : "", path, why);
	return NULL;
}

static struct elf_file *by_build_id(int root, const struct wanted *wanted, struct strbuf *sought)
{
	struct strbuf path = { 0 };
	struct elf_file *file;
	size_t i;

	strbuf_printf(&path, DEBUG_DIR "/.build-id/%02x/", wanted->id[0]);
	for (i = 1; i < wanted->id_len; i++)
		strbuf_printf(&path, "%02x", wanted->id[i]);
	strbuf_puts(&path, ".debug");
	file = try_path(root, path.data, wanted, sought);
	strbuf_free(&path);
	return file;
}

/* Beside the file, in .debug beside it, and below the directory for all. */
static struct elf_file *by_link(int root, const char *path, const char *name,
				const struct wanted *wanted, struct strbuf *sought)
{
	static const char *const forms[][2] = {
		{ "", "/" }, { "", "/.debug/" }, { DEBUG_DIR, "/" },
	};
	const char *slash = strrchr(path, '/');
	int dir = slash ? (int)(slash - path) : 0;
	struct elf_file *file = NULL;
	struct strbuf at = { 0 };
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]) && !file; i++) {
		strbuf_reset(&at);
		strbuf_printf(&at, "%s%.*s%s%s", forms[i][0], dir, path, forms[i][1], name);
		/* It can be called like the file itself. */
		if (strcmp(at.data, path))
			file = try_path(root, at.data, wanted, sought);
	}
	strbuf_free(&at);
	return file;
}

void debug_file_open(int root, const char *path, const struct elf_file *file,
		     struct elf_file **ret, struct strbuf *sought)
{
	struct wanted wanted = { 0 };
	const char *name;

	*ret = NULL;
	wanted.id_len = elf_file_build_id(file, wanted.id);
	if (wanted.id_len > 1)
		*ret = by_build_id(root, &wanted, sought);
	name = *ret ? NULL : elf_file_debuglink(file, &wanted.crc);
	if (name)
		*ret = by_link(root, path, name, &wanted, sought);
}
