// SPDX-License-Identifier: GPL-2.0-only
/*
 * names.c - a program with symbols of every sort: tells where they are, and waits
 *
 * Arguments: shared objects to load, all but the first into namespaces of the dynamic
 * linker of their own. A last line "ready" means: go and look.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "names.h"

void names_in_both(void);
__attribute__((ifunc("resolve"))) void names_ifunc(void);

int names_data = 1;
int names_bss[5000];
const int names_rodata = 2;
__thread int names_tls;
__attribute__((weak)) int names_weak = 3;
static int names_local = 4;
static int names_twice = 5;

void names_tell(const char *name, const void *address)
{
	printf("%s %p\n", name, address);
}

/* Global here, local in the other file. */
void names_in_both(void)
{
	names_twice++;
}

static void chosen(void)
{
	names_local++;
}

static void (*resolve(void))(void)
{
	return chosen;
}

#ifndef NAMES_STATIC
/* As the dynamic linker sees it. */
static void tell_vdso(void)
{
	static const char *const names[] = {
		"__vdso_clock_gettime", "__vdso_getcpu", "__kernel_clock_gettime",
	};
	void *vdso = dlopen("linux-vdso.so.1", RTLD_LAZY | RTLD_NOLOAD);
	char text[64];

	if (!vdso)
		vdso = dlopen("linux-gate.so.1", RTLD_LAZY | RTLD_NOLOAD);
	for (unsigned int i = 0; vdso && i < sizeof(names) / sizeof(names[0]); i++) {
		void *address = dlsym(vdso, names[i]);

		snprintf(text, sizeof(text), "[vdso]:%s", names[i]);
		if (address)
			names_tell(text, address);
	}
}

static void load(const char *path, bool again)
{
	void *lib = dlmopen(again ? LM_ID_NEWLM : LM_ID_BASE, path, RTLD_NOW);
	void (*tell)(names_tell_fn *tell);

	if (!lib) {
		fprintf(stderr, "names: %s\n", dlerror());
		exit(1);
	}
	tell = (void (*)(names_tell_fn *))dlsym(lib, "lib_tell");
	tell(names_tell);
}
#endif

int main(int argc, char **argv)
{
	names_tell("main", main);
	names_tell("names_data", &names_data);
	names_tell("names_data+2", (char *)&names_data + 2);
	names_tell("names_bss", names_bss);
	names_tell("names_bss+0x4000", (char *)names_bss + 0x4000);
	names_tell("names_rodata", &names_rodata);
	names_tell("names_weak", &names_weak);
	names_tell("names_local", &names_local);
	names_tell("names_in_both", names_in_both);
	names_tell("resolve", resolve);
	names_ifunc();
	names_other();
#ifndef NAMES_STATIC
	tell_vdso();
	for (int i = 1; i < argc; i++)
		load(argv[i], i > 1);
#else
	(void)argc;
	(void)argv;
#endif
	puts("ready");
	fflush(stdout);
	names_tls = 1;
	for (;;)
		pause();
}
