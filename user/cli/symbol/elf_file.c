// SPDX-License-Identifier: GPL-2.0
/*
 * elf_file.c - what an ELF file says of itself: segments and symbols, by libelf
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elf_file.h"
#include "../render/memory.h"

#define VERSION_HIDDEN	0x8000	/* of a word in .gnu.version */

/* Notes and links are shorter; libelf reads a section as a whole. */
#define SMALL	(1 << 16)

/**
 * struct elf_file - see elf_file.h
 * @fd: open for as long as @elf reads from it
 * @elf: libelf's handle
 * @type: ET_*
 * @stripped: no SHT_SYMTAB
 * @big: of the other byte order than most: big-endian
 * @segments: PT_LOADs
 * @nr: how many
 */
struct elf_file {
	int fd;
	Elf *elf;
	unsigned int type;
	bool stripped;
	bool big;
	struct elf_segment *segments;
	size_t nr;
};

static Elf_Scn *find_section(Elf *elf, GElf_Word type, GElf_Shdr *header)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, header) && header->sh_type == type)
			return section;
	return NULL;
}

static void read_segments(struct elf_file *file)
{
	GElf_Phdr ph;
	size_t i, nr;

	if (elf_getphdrnum(file->elf, &nr))
		return;
	file->segments = zalloc((nr + 1) * sizeof(*file->segments));
	for (i = 0; i < nr; i++)
		if (gelf_getphdr(file->elf, (int)i, &ph) && ph.p_type == PT_LOAD)
			file->segments[file->nr++] = (struct elf_segment){
				.vaddr = ph.p_vaddr, .offset = ph.p_offset,
				.file_size = ph.p_filesz, .memory_size = ph.p_memsz,
				.flags = ph.p_flags,
			};
}

int elf_file_open(int fd, struct elf_file **ret)
{
	struct elf_file *file = zalloc(sizeof(*file));
	GElf_Ehdr header;
	GElf_Shdr section;

	file->fd = fd;
	elf_version(EV_CURRENT);
	/* Not by mmap(): a file that is cut short meanwhile would end this program. */
	file->elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!file->elf || elf_kind(file->elf) != ELF_K_ELF || !gelf_getehdr(file->elf, &header)) {
		elf_file_close(file);
		return -ENOEXEC;
	}
	file->type = header.e_type;
	file->big = header.e_ident[EI_DATA] == ELFDATA2MSB;
	file->stripped = !find_section(file->elf, SHT_SYMTAB, &section);
	read_segments(file);
	*ret = file;
	return 0;
}

void elf_file_close(struct elf_file *file)
{
	if (!file)
		return;
	elf_end(file->elf);
	close(file->fd);
	free(file->segments);
	free(file);
}

const struct elf_segment *elf_file_segments(const struct elf_file *file, size_t *nr)
{
	*nr = file->nr;
	return file->segments;
}

bool elf_file_is_movable(const struct elf_file *file)
{
	return file->type == ET_DYN;
}

bool elf_file_is_stripped(const struct elf_file *file)
{
	return file->stripped;
}

size_t elf_file_build_id(const struct elf_file *file, unsigned char *id)
{
	size_t at = 0, name, desc;
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	GElf_Nhdr note;
	Elf_Data *data;

	while ((section = elf_nextscn(file->elf, section))) {
		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_NOTE ||
		    header.sh_size > SMALL)
			continue;
		data = elf_getdata(section, NULL);
		for (at = 0; data && (at = gelf_getnote(data, at, &note, &name, &desc)) > 0;) {
			if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != sizeof("GNU") ||
			    memcmp((char *)data->d_buf + name, "GNU", sizeof("GNU")) ||
			    !note.n_descsz || note.n_descsz > ELF_BUILD_ID_MAX)
				continue;
			memcpy(id, (char *)data->d_buf + desc, note.n_descsz);
			return note.n_descsz;
		}
	}
	return 0;
}

const char *elf_file_debuglink(const struct elf_file *file, __u32 *crc)
{
	Elf_Scn *section = NULL;
	const char *name, *text;
	GElf_Shdr header;
	Elf_Data *data;
	size_t names, len;

	if (elf_getshdrstrndx(file->elf, &names))
		return NULL;
	while ((section = elf_nextscn(file->elf, section))) {
		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_PROGBITS ||
		    header.sh_size > SMALL)
			continue;
		name = elf_strptr(file->elf, names, header.sh_name);
		if (!name || strcmp(name, ".gnu_debuglink"))
			continue;
		data = elf_rawdata(section, NULL);
		if (!data || !data->d_buf)
			return NULL;
		/* A name, zeros up to a multiple of four, the checksum in the file's order. */
		text = data->d_buf;
		len = strnlen(text, data->d_size);
		if (!len || memchr(text, '/', len) || len + 1 > data->d_size ||
		    data->d_size - ((len + 4) & ~3UL) != sizeof(*crc))
			return NULL;
		memcpy(crc, text + ((len + 4) & ~3UL), sizeof(*crc));
		if (file->big)
			*crc = be32toh(*crc);
		else
			*crc = le32toh(*crc);
		return text;
	}
	return NULL;
}

/**
 * struct lookup - a name on its way through the tables of a file
 * @name: without version
 * @len: of it
 * @version: NULL: any
 */
struct lookup {
	const char *name;
	size_t len;
	const char *version;
	elf_symbol_fn *fn;
	void *arg;
};

/* Name of version @nr by the definitions of a file, or NULL. */
static const char *version_name(Elf *elf, unsigned int nr)
{
	GElf_Shdr header;
	Elf_Scn *section = find_section(elf, SHT_GNU_verdef, &header);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	GElf_Verdaux aux;
	GElf_Verdef def;
	size_t i;
	int at = 0;

	for (i = 0; data && i < header.sh_info && gelf_getverdef(data, at, &def); i++) {
		if (def.vd_ndx == nr && gelf_getverdaux(data, at + (int)def.vd_aux, &aux))
			return elf_strptr(elf, header.sh_link, aux.vda_name);
		if (!def.vd_next)
			break;
		at += (int)def.vd_next;
	}
	return NULL;
}

/* A name of the full table can carry its version itself: "sym@VER", "sym@@VER". */
static bool name_matches(const struct lookup *lookup, const char *name, const char **version)
{
	*version = NULL;
	if (strncmp(name, lookup->name, lookup->len))
		return false;
	name += lookup->len;
	if (!*name)
		return true;
	if (*name != '@')
		return false;
	*version = name + 1 + (name[1] == '@');
	return true;
}

static void visit(const struct lookup *lookup, const GElf_Sym *sym, bool old_version)
{
	unsigned int type = GELF_ST_TYPE(sym->st_info), bind = GELF_ST_BIND(sym->st_info);
	struct elf_symbol symbol = {
		.value = sym->st_value,
		.size = sym->st_size,
		.global = bind != STB_LOCAL,
		.fixed = sym->st_shndx == SHN_ABS,
		.tls = type == STT_TLS,
		.ifunc = type == STT_GNU_IFUNC,
		.old_version = old_version,
	};

	if (sym->st_shndx != SHN_UNDEF && type != STT_SECTION && type != STT_FILE)
		lookup->fn(&symbol, lookup->arg);
}

static void lookup_full(Elf *elf, const struct lookup *lookup)
{
	GElf_Shdr header;
	Elf_Scn *section = find_section(elf, SHT_SYMTAB, &header);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	const char *name, *version;
	GElf_Sym sym;
	int i;

	for (i = 0; data && gelf_getsym(data, i, &sym); i++) {
		name = elf_strptr(elf, header.sh_link, sym.st_name);
		if (!name || !name_matches(lookup, name, &version) ||
		    (lookup->version && (!version || strcmp(version, lookup->version))))
			continue;
		visit(lookup, &sym, version && version[-2] != '@');
	}
}

static void lookup_dynamic(Elf *elf, const struct lookup *lookup)
{
	GElf_Shdr header, ignored;
	Elf_Scn *section = find_section(elf, SHT_DYNSYM, &header);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	Elf_Scn *versions = find_section(elf, SHT_GNU_versym, &ignored);
	Elf_Data *words = versions ? elf_getdata(versions, NULL) : NULL;
	const char *name, *version;
	GElf_Versym word;
	GElf_Sym sym;
	int i;

	for (i = 0; data && gelf_getsym(data, i, &sym); i++) {
		name = elf_strptr(elf, header.sh_link, sym.st_name);
		if (!name || strncmp(name, lookup->name, lookup->len) || name[lookup->len])
			continue;
		if (!words || !gelf_getversym(words, i, &word))
			word = VER_NDX_GLOBAL;
		version = lookup->version ?
			version_name(elf, word & (VERSION_HIDDEN - 1U)) : NULL;
		if (lookup->version && (!version || strcmp(version, lookup->version)))
			continue;
		visit(lookup, &sym, word & VERSION_HIDDEN);
	}
}

void elf_file_lookup(const struct elf_file *file, const char *name, elf_symbol_fn *fn, void *arg)
{
	const char *at = strchr(name + (*name != '\0'), '@');
	struct lookup lookup = {
		.name = name,
		.len = at ? (size_t)(at - name) : strlen(name),
		.version = at ? at + 1 + (at[1] == '@') : NULL,
		.fn = fn,
		.arg = arg,
	};

	lookup_full(file->elf, &lookup);
	lookup_dynamic(file->elf, &lookup);
}
