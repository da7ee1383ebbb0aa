// SPDX-License-Identifier: GPL-2.0
/*
 * address.c - addresses and ranges as a user writes them
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../parse.h"
#include "../render/memory.h"
#include "address.h"
#include "object.h"

/* Candidates and files that a message names at most. */
#define TOLD_MAX	8

/**
 * struct name - an ADDR taken apart
 * @file: FILE, or [vdso], or NULL
 * @part: [NAME], or NULL
 * @symbol: or NULL
 * @offset: to be added; the number itself when there is no name at all
 * @has_offset: it was written
 */
struct name {
	char *file;
	char *part;
	char *symbol;
	__u64 offset;
	bool has_offset;
};

/**
 * struct place - what a name was found to mean
 * @start: address
 * @end: exclusive; @start when its length is not known
 * @object: the file, or NULL
 * @symbol: as the file has it
 */
struct place {
	__u64 start;
	__u64 end;
	const struct object *object;
	struct elf_symbol symbol;
};

/* A text that was looked up. */
struct entry {
	char *text;
	__u64 addr;
};

struct address_book {
	const struct cli *cli;
	const struct target *target;
	bool loaded;
	bool quiet;	/* looking up again: print nothing */
	struct object_list list;
	struct entry *entries;
	size_t nr_entries;
};

static void name_free(struct name *name)
{
	free(name->file);
	free(name->part);
	free(name->symbol);
}

static char *copy(const char *s, size_t len)
{
	char *text = strndup(s, len);

	if (!text)
		no_memory();
	return text;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Takes @text apart; returns NULL, or what is wrong with it. To be freed if NULL. */
static const char *name_parse(const char *text, struct name *name)
{
	const char *plus = strrchr(text, '+'), *colon, *close;
	size_t len = strlen(text);

	*name = (struct name){ 0 };
	if (is_digit(*text) && !plus)
		return parse_u64(text, &name->offset) ? NULL : "not an address";
	if (plus && is_digit(plus[1])) {
		if (!parse_u64(plus + 1, &name->offset))
			return "the offset is not a number";
		name->has_offset = true;
		len = (size_t)(plus - text);
	}
	if (!len || is_digit(*text) || *text == '-')
		return "not an address";
	if (*text == '[') {
		close = memrchr(text, ']', len);
		/* A name in brackets can have colons and brackets in it. */
		if (close && close + 2 < text + len && close[1] == ':' && close > text + 1) {
			name->file = copy(text, (size_t)(close + 1 - text));
			name->symbol = copy(close + 2, len - (size_t)(close + 2 - text));
			return NULL;
		}
		if (!close || close == text + 1 || close + 1 != text + len)
			return "not a name in brackets";
		name->part = copy(text, len);
		return NULL;
	}
	colon = memrchr(text, ':', len);
	if (colon == text || colon == text + len - 1)
		return "not FILE:SYMBOL";
	if (colon) {
		name->file = copy(text, (size_t)(colon - text));
		name->symbol = copy(colon + 1, len - (size_t)(colon + 1 - text));
	} else if (memchr(text, '/', len)) {
		name->file = copy(text, len);
	} else {
		name->symbol = copy(text, len);
	}
	return NULL;
}

static bool is_number(const struct name *name)
{
	return !name->file && !name->part && !name->symbol;
}

const char *address_wrong(const char *text)
{
	struct name name;
	const char *wrong = name_parse(text, &name);

	if (!wrong)
		name_free(&name);
	return wrong;
}

int address_usage(const struct cli *cli, int nr, char **texts)
{
	const char *wrong;
	int i;

	for (i = 0; i < nr; i++) {
		wrong = address_wrong(texts[i]);
		if (wrong)
			return report_usage(cli, "'%s': %s", texts[i], wrong);
	}
	return EXIT_DONE;
}

/*
 * Splits a RANGE that is more than one name; false when it is one name. A minus can
 * be part of a name, so it splits only before what begins like a number, a part or
 * a path.
 */
static bool range_split(const char *text, char **left, const char **right, char *sign)
{
	const char *at;

	for (at = text + strlen(text); at > text; at--)
		if (*at == '-' && (is_digit(at[1]) || at[1] == '[' || at[1] == '/') &&
		    !address_wrong(at + 1))
			break;
	if (at == text) {
		at = strrchr(text, '+');
		if (!at || !is_digit(at[1]))
			return false;
	}
	*left = copy(text, (size_t)(at - text));
	*right = at + 1;
	*sign = *at;
	return true;
}

const char *address_range_wrong(const char *text)
{
	const char *right, *wrong;
	__u64 start, end;
	char *left, sign;

	if (is_digit(*text) && strspn(text, "0123456789abcdefABCDEFxX+-") == strlen(text))
		return parse_range(text, &start, &end);
	if (!range_split(text, &left, &right, &sign))
		return is_digit(*text) ? "not a range (START-END or START+LEN)" :
					 address_wrong(text);
	wrong = address_wrong(left);
	if (sign == '+' && !parse_u64(right, &end))
		wrong = "the length is not a number";
	free(left);
	return wrong;
}

struct address_book *address_book_new(const struct cli *cli, const struct target *target)
{
	struct address_book *book = zalloc(sizeof(*book));

	book->cli = cli;
	book->target = target;
	return book;
}

void address_book_free(struct address_book *book)
{
	size_t i;

	if (!book)
		return;
	for (i = 0; i < book->nr_entries; i++)
		free(book->entries[i].text);
	free(book->entries);
	object_list_free(&book->list);
	free(book);
}

static int load(struct address_book *book)
{
	int err;

	if (book->loaded)
		return EXIT_DONE;
	err = object_list_load(&book->list, book->target);
	book->loaded = !err;
	if (err && !book->quiet)
		return report_target_error(book->target, err);
	return err ? EXIT_PARTIAL : EXIT_DONE;
}

/* Prints why a name has no address, unless looking up again. Returns EXIT_NO. */
static int __attribute__((format(printf, 4, 5)))
refuse(const struct address_book *book, const char *text, const char *hint, const char *fmt, ...)
{
	char *message;
	va_list ap;

	if (book->quiet)
		return EXIT_NO;
	va_start(ap, fmt);
	if (vasprintf(&message, fmt, ap) < 0)
		no_memory();
	va_end(ap);
	report_note("%s: '%s': %s", book->target->what, text, message);
	if (hint)
		report_hint(hint);
	free(message);
	return EXIT_NO;
}

/* Could not a file be read because the whole process is gone? */
static bool is_gone(const struct address_book *book)
{
	struct mmscope_mm mm;

	return mmscope_mm(book->target->ms, &mm, NULL) == -ESRCH;
}

static const char *file_error(const struct object *object)
{
	switch (object->error) {
	case -EACCES:
		return "permission denied";
	case -EOPNOTSUPP:
		return "a recording has nothing of the contents of memory";
	case -ENOENT:
		return object->deleted ? "deleted" : "not reachable by its name";
	case -ESTALE:
		return "another file has its name now";
	case -ENOEXEC:
		return "not an ELF file";
	default:
		return strerror(-object->error);
	}
}

static int refuse_file(const struct address_book *book, const char *text,
		       const struct object *object)
{
	const char *hint = NULL;

	if (is_gone(book))
		return book->quiet ? EXIT_PARTIAL : report_target_error(book->target, -ESRCH);
	if (object->memory && object->error == -EACCES)
		hint = "its memory may be read by whoever may ptrace it: CAP_SYS_PTRACE";
	else if (object->error == -EACCES || object->error == -ENOENT || object->error == -ESTALE)
		hint = "with CAP_CHECKPOINT_RESTORE the mapped file itself is opened";
	return refuse(book, text, hint, "cannot read %s: %s", object->path, file_error(object));
}

struct places {
	struct place *places;
	size_t nr;
	const struct object *object;	/* being searched */
	__u64 bias;
};

static void add_place(struct places *found, struct place place)
{
	size_t i;

	for (i = 0; i < found->nr; i++)
		if (found->places[i].start == place.start) {
			/* The same in another table, or by another name. */
			found->places[i].symbol.global |= place.symbol.global;
			found->places[i].symbol.old_version &= place.symbol.old_version;
			return;
		}
	found->places = more_room(found->places, found->nr, sizeof(*found->places));
	found->places[found->nr++] = place;
}

static void on_symbol(const struct elf_symbol *symbol, void *arg)
{
	struct places *found = arg;
	__u64 start = symbol->value + (symbol->fixed ? 0 : found->bias);

	add_place(found, (struct place){
		.start = start, .end = start + symbol->size,
		.object = found->object, .symbol = *symbol,
	});
}

static bool object_has_name(const struct object *object, const char *name)
{
	return !strcmp(strchr(name, '/') ? object->path : object_basename(object->path), name);
}

/* Keeps the places for which @test says yes, if there are any. */
static void prefer(struct places *found, bool (*test)(const struct place *place))
{
	size_t i, kept = 0;

	for (i = 0; i < found->nr; i++)
		kept += test(&found->places[i]);
	if (!kept)
		return;
	for (i = 0, kept = 0; i < found->nr; i++)
		if (test(&found->places[i]))
			found->places[kept++] = found->places[i];
	found->nr = kept;
}

static bool is_global(const struct place *place)
{
	return place->symbol.global;
}

static bool is_current(const struct place *place)
{
	return !place->symbol.old_version;
}

static bool is_of_program(const struct place *place)
{
	return place->symbol.global && place->object->program;
}

/* One place, or an error: none is not handled here. */
static int take_one(const struct address_book *book, const char *text, struct places *found,
		    struct place *place)
{
	struct strbuf list = { 0 };
	int status;
	size_t i;

	if (found->nr == 1) {
		*place = found->places[0];
		if (place->symbol.tls)
			return refuse(book, text, NULL,
				      "thread-local: it has an address in each thread");
		if (place->symbol.ifunc && !book->quiet)
			report_note("%s: '%s': an IFUNC: this is the function that chooses",
				    book->target->what, text);
		return EXIT_DONE;
	}
	for (i = 0; i < found->nr && i < TOLD_MAX; i++)
		strbuf_printf(&list, "%s%s at 0x%llx", i ? ", " : "",
			      found->places[i].object ? found->places[i].object->path : text,
			      found->places[i].start);
	if (i < found->nr)
		strbuf_printf(&list, " and %zu more", found->nr - i);
	status = refuse(book, text, NULL, "ambiguous: %s", list.data);
	strbuf_free(&list);
	return status;
}

/* Files in which a symbol could not be looked for, as a hint. */
static void tell_unread(const struct object_list *list, struct strbuf *hint)
{
	const char *why;
	size_t i, told = 0, nr = 0;

	for (i = 0; i < list->nr; i++) {
		const struct object *object = &list->objects[i];

		if (!object->tried || object->error == -ENOEXEC)
			continue;
		if (object->error)
			why = file_error(object);
		else if (elf_file_is_stripped(object->elf) && !object->debug)
			why = "stripped";
		else
			continue;
		if (++nr > TOLD_MAX)
			continue;
		told++;
		strbuf_printf(hint, "%s%s (%s)", hint->len ? ", " : "not all was searched: ",
			      object_basename(object->path), why);
	}
	if (nr > told)
		strbuf_printf(hint, " and %zu more", nr - told);
}

/* Stripped, and no debug file was found; the vDSO never has more. */
static bool is_bare(const struct object *object)
{
	return elf_file_is_stripped(object->elf) && !object->debug && !object->memory;
}

static void tell_sought(const struct object *object, struct strbuf *hint)
{
	if (object->sought.len)
		strbuf_printf(hint, "its debug file was looked for at %s", object->sought.data);
	else
		strbuf_puts(hint, "it has neither a build-id nor a .gnu_debuglink");
}

static void find_symbol_in(struct address_book *book, struct object *object, const char *symbol,
			   struct places *found)
{
	struct elf_file *debug;
	size_t i;

	if (object_elf(&book->list, object))
		return;
	debug = object_debug(&book->list, object);
	found->object = object;
	for (i = 0; i < object->nr_biases; i++) {
		found->bias = object->biases[i];
		elf_file_lookup(object->elf, symbol, on_symbol, found);
		if (debug)
			elf_file_lookup(debug, symbol, on_symbol, found);
	}
}

static int find_symbol(struct address_book *book, const char *text, const struct name *name,
		       struct place *place)
{
	const struct object *last = NULL;
	struct places found = { 0 };
	struct strbuf hint = { 0 };
	int status;
	size_t i;

	for (i = 0; i < book->list.nr; i++) {
		struct object *object = &book->list.objects[i];

		if (name->file ? !object_has_name(object, name->file) : !object->code)
			continue;
		last = object;
		find_symbol_in(book, object, name->symbol, &found);
	}
	prefer(&found, is_global);
	prefer(&found, is_current);
	prefer(&found, is_of_program);
	if (found.nr) {
		status = take_one(book, text, &found, place);
	} else if (name->file && !last && *name->file == '[') {
		status = refuse(book, text, NULL, "only [vdso] has symbols of its own");
	} else if (name->file && !last) {
		status = refuse(book, text, NULL, "no mapped file is called so");
	} else if (name->file && last->error) {
		status = refuse_file(book, text, last);
	} else if (name->file && is_bare(last)) {
		tell_sought(last, &hint);
		status = refuse(book, text, hint.data,
				"%s is stripped: only its dynamic symbols are left", last->path);
	} else if (name->file) {
		status = refuse(book, text, NULL, "no such symbol in %s", last->path);
	} else if (is_gone(book)) {
		status = book->quiet ? EXIT_PARTIAL : report_target_error(book->target, -ESRCH);
	} else {
		tell_unread(&book->list, &hint);
		status = refuse(book, text, hint.len ? hint.data : NULL, "no such symbol");
	}
	strbuf_free(&hint);
	free(found.places);
	return status;
}

static void add_file_place(struct places *found, const struct object *object, __u64 start,
			   __u64 end)
{
	add_place(found, (struct place){ .start = start, .end = end, .object = object });
}

static void add_object(const struct address_book *book, struct object *object,
		       struct places *found)
{
	__u64 mask = book->target->info.page_size - 1;
	const struct elf_segment *seg = NULL;
	size_t i, nr = 0;

	if (!object_elf(&book->list, object))
		seg = elf_file_segments(object->elf, &nr);
	/* Loaded several times, each is one place; else it is simply all that is mapped. */
	if (nr && object->nr_biases > 1)
		for (i = 0; i < object->nr_biases; i++) {
			__u64 start = (seg[0].vaddr & ~mask) + object->biases[i];
			__u64 end = seg[nr - 1].vaddr + seg[nr - 1].file_size +
				    object->biases[i];

			add_file_place(found, object, start, (end + mask) & ~mask);
		}
	else
		add_file_place(found, object, object->spans[0].start,
			       object->spans[object->nr_spans - 1].end);
}

static int find_file(struct address_book *book, const char *text, const char *file,
		     struct place *place)
{
	struct places found = { 0 };
	int status;
	size_t i;

	for (i = 0; i < book->list.nr; i++)
		if (object_has_name(&book->list.objects[i], file))
			add_object(book, &book->list.objects[i], &found);
	status = found.nr ? take_one(book, text, &found, place) :
		refuse(book, text, NULL, "no mapped file is called so");
	free(found.places);
	return status;
}

static int find_part(struct address_book *book, const char *text, const char *part,
		     struct place *place)
{
	size_t i;

	for (i = 0; i < book->list.nr_parts; i++) {
		const struct part *p = &book->list.parts[i];

		if (strcmp(p->name, part))
			continue;
		if (p->more)
			return refuse(book, text, NULL,
				      "ambiguous: several mappings, the first at 0x%llx", p->start);
		*place = (struct place){ .start = p->start, .end = p->end };
		return EXIT_DONE;
	}
	return refuse(book, text, NULL, "no mapping is called so");
}

static bool names_a_file(const struct address_book *book, const char *name)
{
	size_t i;

	for (i = 0; i < book->list.nr; i++)
		if (object_has_name(&book->list.objects[i], name))
			return true;
	return false;
}

static int find_place(struct address_book *book, const char *text, const struct name *name,
		      struct place *place)
{
	int status = load(book);

	if (status)
		return status;
	if (name->part)
		return find_part(book, text, name->part, place);
	if (name->symbol && (name->file || !names_a_file(book, name->symbol)))
		return find_symbol(book, text, name, place);
	return find_file(book, text, name->symbol ? name->symbol : name->file, place);
}

static void remember(struct address_book *book, const char *text, __u64 addr)
{
	if (book->quiet)
		return;
	book->entries = more_room(book->entries, book->nr_entries, sizeof(*book->entries));
	book->entries[book->nr_entries++] = (struct entry){ copy(text, strlen(text)), addr };
}

static int find(struct address_book *book, const char *text, struct place *place, bool *has_offset)
{
	struct name name;
	const char *wrong = name_parse(text, &name);
	int status = EXIT_DONE;

	if (wrong)
		return report_usage(book->cli, "'%s': %s", text, wrong);
	*place = (struct place){ 0 };
	if (!is_number(&name))
		status = find_place(book, text, &name, place);
	if (__builtin_add_overflow(place->start, name.offset, &place->start) && !status)
		status = report_usage(book->cli, "'%s': the address overflows", text);
	*has_offset = name.has_offset;
	if (!status && !is_number(&name))
		remember(book, text, place->start);
	name_free(&name);
	return status;
}

int address_find(struct address_book *book, const char *text, __u64 *addr)
{
	struct place place;
	bool has_offset;
	int status = find(book, text, &place, &has_offset);

	*addr = place.start;
	return status;
}

static int find_named_range(struct address_book *book, const char *text, __u64 *start, __u64 *end)
{
	struct place place;
	bool has_offset;
	int status = find(book, text, &place, &has_offset);

	if (!status && place.end <= place.start)
		return refuse(book, text, "say how many bytes: START+LEN",
			      "its length is not known");
	*start = place.start;
	*end = place.end;
	return status;
}

int address_find_range(struct address_book *book, const char *text, __u64 *start, __u64 *end)
{
	const char *right, *wrong = address_range_wrong(text);
	char *left, sign;
	__u64 len;
	int status;

	if (wrong)
		return report_usage(book->cli, "'%s': %s", text, wrong);
	if (is_digit(*text) && !parse_range(text, start, end))
		return EXIT_DONE;
	/* A file can be called like a range. */
	if (strchr(text, '/')) {
		status = load(book);
		if (status)
			return status;
		if (names_a_file(book, text))
			return find_named_range(book, text, start, end);
	}
	if (!range_split(text, &left, &right, &sign))
		return find_named_range(book, text, start, end);
	status = address_find(book, left, start);
	free(left);
	if (!status && sign == '-') {
		status = address_find(book, right, end);
	} else if (!status) {
		parse_u64(right, &len);
		if (__builtin_add_overflow(*start, len, end))
			return report_usage(book->cli, "'%s': the range overflows", text);
	}
	if (!status && *end <= *start)
		return report_usage(book->cli, "'%s': the range is %s", text,
				    *end < *start ? "inverted" : "empty");
	return status;
}

int address_check(struct address_book *book, const struct mmscope_lock *lock)
{
	size_t i;
	__u64 addr;

	if (!book->nr_entries || lock->generation == book->list.lock.generation)
		return EXIT_DONE;
	object_list_free(&book->list);
	book->loaded = false;
	book->quiet = true;
	for (i = 0; i < book->nr_entries; i++)
		if (address_find(book, book->entries[i].text, &addr) ||
		    addr != book->entries[i].addr) {
			report_note("%s: '%s' moved while it was looked at",
				    book->target->what, book->entries[i].text);
			return EXIT_PARTIAL;
		}
	book->quiet = false;
	return EXIT_DONE;
}
