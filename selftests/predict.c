// SPDX-License-Identifier: GPL-2.0-only
/*
 * predict.c - what explain foretells, against what happens
 *
 * For each access in each situation: EXPLAIN is asked, libmmscope foretells, the
 * process does it, and then everything is compared: the signal and its code, the
 * faults that were counted, and, by pagemap and kpageflags, what became of the page.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/utsname.h>
#include <kselftest_harness.h>
#include <linux/kernel-page-flags.h>

#include "actor.h"
#include "diffs.h"
#include "knob.h"
#include "outcome.h"
#include "proc.h"
#include "scope.h"
#include "situations.h"
#include "size.h"
#include "zoo.h"

#include "../user/lib/libmmscope.h"

#define BIT(n)		(1U << (n))
#define OUTCOME(name)	BIT(MMSCOPE_OUTCOME_##name)
#define KPF(name)	(1ULL << KPF_##name)
#define THP_DIR		"/sys/kernel/mm/transparent_hugepage/"

static const char *const access_names[] = { "read", "write", "execute" };

/**
 * struct sight - an address as /proc shows it
 * @entry: of pagemap
 * @kpf: of kpageflags, 0 when no page is there
 */
struct sight {
	uint64_t entry;
	uint64_t kpf;
};

static bool has_vma(pid_t pid, unsigned long va)
{
	struct proc_vmas maps;
	bool has;

	if (proc_maps(pid, &maps))
		return false;
	has = proc_vma_at(&maps, va);
	proc_vmas_free(&maps);
	return has;
}

static int see(pid_t pid, unsigned long va, struct sight *s)
{
	static int kpageflags = -1;

	*s = (struct sight){ 0 };
	if (va >> 63 || proc_pagemap(pid, PAGE_OF(va), 1, &s->entry))
		s->entry = 0;
	if (!(s->entry & PM_PRESENT))
		return 0;
	if (kpageflags < 0)
		kpageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	return pread(kpageflags, &s->kpf, sizeof(s->kpf), (s->entry & PM_FRAME) * 8) ==
	       sizeof(s->kpf) ? 0 : -errno;
}

static bool is(const struct sight *s, uint64_t bits)
{
	return (s->entry & bits) == bits;
}

/* Which outcomes are what was seen? A set, for one does not see everything. */
static unsigned int seen_by_signal(const struct deed *d)
{
	if (d->signal == SIGSEGV)
		return d->code == SEGV_MAPERR ? OUTCOME(SEGV_MAPERR) :
		       d->code == SEGV_ACCERR ? OUTCOME(SEGV_ACCERR) :
		       d->code == 4 ? OUTCOME(SEGV_PKUERR) :
		       d->code == SI_KERNEL ? OUTCOME(SEGV_CPU) : 0;
	if (d->signal == SIGBUS)
		return d->code == BUS_ADRERR ?
		       OUTCOME(BUS_EOF) | OUTCOME(BUS_POOL) | OUTCOME(BUS_ADRERR) :
		       d->code == BUS_MCEERR_AR ? OUTCOME(BUS_POISON) : 0;
	return 0;
}

/* A page that was there, and one that is there now. */
static unsigned int seen_of_present(const struct sight *before, const struct sight *after,
				    const struct deed *d)
{
	if ((before->entry & PM_FRAME) != (after->entry & PM_FRAME))
		return OUTCOME(COW_COPY);
	if (!d->minor && !d->major)
		return OUTCOME(SUCCEEDS);
	if (is(after, PM_FILE))
		return OUTCOME(WRITE_NOTIFY) | OUTCOME(YOUNG) | OUTCOME(NUMA_HINT);
	return OUTCOME(COW_REUSE) | OUTCOME(YOUNG) | OUTCOME(NUMA_HINT) |
	       /* A shared mapping of hugetlb pages is told apart by its VMA alone. */
	       (after->kpf & KPF(HUGE) ? OUTCOME(WRITE_NOTIFY) : 0);
}

/* A page where none was. */
static unsigned int seen_of_new(const struct sight *before, const struct sight *after,
				const struct deed *d)
{
	if (after->kpf & KPF(ZERO_PAGE))
		return after->kpf & KPF(THP) ? OUTCOME(HUGE_ZERO) : OUTCOME(ZERO_PAGE);
	/* A fault that is retried counts as major, too: counts are judged for themselves. */
	if (d->major)
		return OUTCOME(SWAP_IN) | OUTCOME(FILE_READ) |
		       (is(after, PM_FILE) ? OUTCOME(PAGE_CACHE) | OUTCOME(NEW_SHARED) : 0);
	if (is(after, PM_FILE))
		return OUTCOME(PAGE_CACHE) | OUTCOME(NEW_SHARED) | OUTCOME(DRIVER) |
		       (before->entry & PM_SWAP ? OUTCOME(SWAP_CACHE) : 0) |
		       (after->kpf & KPF(HUGE) ? OUTCOME(NEW_HUGETLB) : 0);
	if (after->kpf & KPF(HUGE))
		return OUTCOME(NEW_HUGETLB) | OUTCOME(COW_COPY);
	if (before->entry & PM_SWAP)
		return OUTCOME(SWAP_CACHE);
	if (after->kpf & KPF(THP))
		return OUTCOME(THP);
	return OUTCOME(DEMAND_ZERO) | OUTCOME(COW_COPY);
}

static unsigned int seen(const struct sight *before, const struct sight *after,
			 const struct deed *d)
{
	if (d->userfault)
		return OUTCOME(USERFAULT);
	if (d->signal)
		return seen_by_signal(d);
	/* Of VM_PFNMAP and of the vsyscall page pagemap says nothing. */
	if (!is(after, PM_PRESENT))
		return OUTCOME(DRIVER) | (d->minor || d->major ? 0 :
					  OUTCOME(SUCCEEDS) | OUTCOME(VSYSCALL));
	if (is(before, PM_PRESENT))
		return seen_of_present(before, after, d);
	return seen_of_new(before, after, d);
}

static const char *names(unsigned int set, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned int o = 0; o < MMSCOPE_NR_OUTCOMES && used < size; o++)
		if (set & BIT(o))
			used += snprintf(text + used, size - used, "%s%s", used ? "|" : "",
					 mmscope_outcome_name(o));
	return text;
}

/**
 * struct trial - one access, foretold and done
 * @p: what was foretold
 * @d: what came of it
 * @before: the address before it
 * @after: and after
 * @grew: a VMA holds it now, where none did
 * @blind: the kernel does not let the module see the swap cache, so two outcomes remain
 * @unmarked: likewise it knows not if the processor marks pages as accessed
 */
struct trial {
	struct mmscope_prediction p;
	struct deed d;
	struct sight before, after;
	bool grew;
	bool blind;
	bool unmarked;
};

static struct mmscope_settings settings;
static char vma[MMSCOPE_VMA_RECORD_MAX] __attribute__((aligned(8)));

static int attempt(struct actor *a, unsigned long va, unsigned int access, struct trial *t)
{
	struct mmscope_explain e = {
		.size = sizeof(e), .va = va, .tid = a->pid, .vma = PTR(vma),
		.vma_size = sizeof(vma),
	};
	int ret = see(a->pid, va, &t->before);
	int fd = scope_attached(a->pid);

	if (fd < 0 || ret)
		return fd < 0 ? fd : ret;
	ret = scope_ioctl(fd, MMSCOPE_IOC_EXPLAIN, &e);
	close(fd);
	if (ret)
		return ret;
	mmscope_predict(&e, &settings, access, &t->p);
	t->blind = e.facts & MMSCOPE_FACT_CACHE_UNKNOWN;
	t->unmarked = e.facts & MMSCOPE_FACT_HW_UNKNOWN && t->p.also == OUTCOME(YOUNG);
	t->grew = t->p.grows && !has_vma(a->pid, va);
	if (actor_use(a, va, access, &t->d))
		return -EPIPE;
	t->grew = t->grew && has_vma(a->pid, va);
	return see(a->pid, va, &t->after);
}

/* All that was foretold of @t, against all that was seen. */
static void judge(struct diffs *diffs, const char *name, unsigned long va, unsigned int access,
		  const struct trial *t)
{
	unsigned int now = seen(&t->before, &t->after, &t->d);
	const struct mmscope_prediction *p = &t->p;
	char text[200];

	if (!t->d.calm) {
		diff(diffs, "%s: cannot be measured: something else faults", name);
		return;
	}
	if (!((BIT(p->outcome) | p->also) & now))
		diff(diffs, "%s, %s 0x%lx: foretold %s, seen %s (signal %d code %d, faults %ld/%ld,"
		     " entry %lx -> %lx)", name, access_names[access], va,
		     mmscope_outcome_name(p->outcome), names(now, text, sizeof(text)),
		     t->d.signal, t->d.code, t->d.minor, t->d.major, t->before.entry,
		     t->after.entry);
	if (BIT(p->outcome) & now || !p->also) {
		if (p->signal != t->d.signal || (p->signal && p->code != t->d.code))
			diff(diffs, "%s, %s 0x%lx: foretold signal %d code %d, seen %d code %d",
			     name, access_names[access], va, p->signal, p->code, t->d.signal,
			     t->d.code);
		if ((p->minor >= 0 && p->minor != t->d.minor) ||
		    (p->major >= 0 && p->major != t->d.major))
			diff(diffs, "%s, %s 0x%lx: foretold %s, faults %d/%d, seen %ld/%ld", name,
			     access_names[access], va, mmscope_outcome_name(p->outcome), p->minor,
			     p->major, t->d.minor, t->d.major);
	}
	if (p->signal && t->d.signal && t->d.code != SI_KERNEL && t->d.addr != va)
		diff(diffs, "%s, %s 0x%lx: the signal says 0x%lx", name, access_names[access], va,
		     t->d.addr);
	if (p->grows && !t->grew)
		diff(diffs, "%s, %s 0x%lx: foretold that the stack grows, it did not", name,
		     access_names[access], va);
}

/*
 * The caches of swap were files' address spaces until 8578e0c00dcf "mm, swap: use the swap
 * table for the swap cache and switch API" (6.18); no exported name leads to their tables.
 */
static bool swap_cache_is_unseen(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname name;

	uname(&name);
	sscanf(name.release, "%u.%u", &major, &minor);
	return major > 6 || (major == 6 && minor >= 18);
}

/*
 * What a row of the table says; but x86 alone looks for a page before it asks whether its
 * mapping may be executed.
 */
static unsigned int known(const struct situation *s, unsigned int access, const struct actor *a)
{
	unsigned int outcome = s->outcomes[access];
#ifndef __x86_64__
	const struct proc_vma *v;
	struct proc_vmas maps;

	if (access != MMSCOPE_ACCESS_EXEC || proc_maps(a->pid, &maps))
		return outcome;
	v = proc_vma_at(&maps, a->place.va);
	if (v && v->perms[2] != 'x')
		outcome = MMSCOPE_OUTCOME_SEGV_ACCERR;
	proc_vmas_free(&maps);
#else
	(void)a;
#endif
	return outcome;
}

/* One row of the table, one access: in a process of its own. */
static int try(struct diffs *diffs, const struct situation *s, unsigned int access,
	       unsigned int *unsure)
{
	unsigned int outcome;
	struct actor a;
	struct trial t;
	int ret = actor_start(&a, s->make, NULL);

	if (ret) {
		if (ret != PLACE_ABSENT && (ret != PLACE_LACKS || !s->may_lack))
			diff(diffs, "%s: cannot be made: %s", s->name, a.place.why);
		return -1;
	}
	if (a.place.forked && actor_fork(&a)) {
		diff(diffs, "%s: fork", s->name);
	} else {
		outcome = known(s, access, &a);
		ret = attempt(&a, a.place.va, access, &t);
		if (ret) {
			diff(diffs, "%s, %s: %s", s->name, access_names[access], strerror(-ret));
		} else {
			judge(diffs, s->name, a.place.va, access, &t);
			if (outcome != ANY && t.p.outcome != outcome &&
			    !(t.blind && t.p.also & BIT(outcome)))
				diff(diffs, "%s, %s: foretold %s, the table says %s", s->name,
				     access_names[access], mmscope_outcome_name(t.p.outcome),
				     mmscope_outcome_name(outcome));
			if (t.blind && !swap_cache_is_unseen())
				diff(diffs, "%s, %s: the swap cache cannot be seen", s->name,
				     access_names[access]);
			if (t.p.also && outcome != ANY && !s->unsure && !t.blind && !t.unmarked)
				diff(diffs, "%s, %s: is said to be uncertain", s->name,
				     access_names[access]);
			*unsure += t.p.also != 0;
		}
		if (a.place.forked)
			actor_join(&a);
	}
	actor_end(&a);
	return 0;
}

/* What could change a page behind our back stands still; put back in the end. */
static const struct {
	const char *path;
	const char *value;
} pinned[] = {
	{ THP_DIR "enabled", "madvise" },
	{ THP_DIR "defrag", "madvise" },
	{ THP_DIR "use_zero_page", "1" },
	{ THP_DIR "khugepaged/defrag", "0" },
	/* It looks at the first who asks for huge pages without waiting. */
	{ THP_DIR "khugepaged/max_ptes_none", "0" },
	{ THP_DIR "khugepaged/scan_sleep_millisecs", "600000" },
	{ "/proc/sys/kernel/numa_balancing", "0" },
	{ "/proc/sys/vm/page-cluster", "0" },
};

FIXTURE(world) {
	char before[ARRAY_SIZE(pinned)][64];
	cpu_set_t cpus;
};

/* The word in brackets, or the whole. */
static void read_setting(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, size - 1);
	char *open_bracket, *close_bracket;

	if (fd >= 0)
		close(fd);
	text[n < 0 ? 0 : n] = '\0';
	open_bracket = strchr(text, '[');
	close_bracket = strchr(text, ']');
	if (open_bracket && close_bracket) {
		*close_bracket = '\0';
		memmove(text, open_bracket + 1, close_bracket - open_bracket);
	}
}

FIXTURE_SETUP(world)
{
	cpu_set_t one;

	for (size_t i = 0; i < ARRAY_SIZE(pinned); i++) {
		read_setting(pinned[i].path, self->before[i], sizeof(self->before[i]));
		if (self->before[i][0])
			knob_set(pinned[i].path, pinned[i].value);
	}
	/* The lists on which a page waits for the LRU are those of a CPU. */
	sched_getaffinity(0, sizeof(self->cpus), &self->cpus);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(one), &one));
	mmscope_settings(&settings);
}

FIXTURE_TEARDOWN(world)
{
	sched_setaffinity(0, sizeof(self->cpus), &self->cpus);
	for (size_t i = 0; i < ARRAY_SIZE(pinned); i++)
		if (self->before[i][0])
			knob_set(pinned[i].path, self->before[i]);
}

/* Runs each command up to NULL; says what failed. */
static int run_all(struct diffs *d, const char *const commands[])
{
	struct outcome o;
	int status = 0;

	for (size_t i = 0; commands[i] && !status; i++) {
		if (run(&o, NULL, "%s", commands[i]))
			return -1;
		status = o.status;
		if (status)
			diff(d, "%s: %s", commands[i], o.err);
		forget(&o);
	}
	return status;
}

static const char *const disk_begin[] = {
	/* Where it is a module, mount(8) does not ask for it. */
	"modprobe loop",
	"mkdir -p " DISK_DIR,
	"truncate -s 16M " DISK_DIR ".img",
	"mkfs.ext4 -q -F " DISK_DIR ".img",
	"mount -o loop " DISK_DIR ".img " DISK_DIR,
	NULL
};

static const char *const disk_end[] = {
	"umount " DISK_DIR,
	"rmdir " DISK_DIR,
	"rm " DISK_DIR ".img",
	NULL
};

TEST_F_TIMEOUT(world, situations, 100)
{
	unsigned int nr = 0, unsure = 0, lacking = 0;
	struct diffs d = { 0 };

	ASSERT_EQ(0, run_all(&d, disk_begin))
		TH_LOG("%s", d.text);
	for (size_t i = 0; i < nr_situations; i++)
		for (unsigned int access = 0; access < 3; access++) {
			if (try(&d, &situations[i], access, &unsure)) {
				lacking++;
				break;
			}
			nr++;
		}
	TH_LOG("%u predictions, %u of them with an alternative; %u situations not to be had here",
	       nr, unsure, lacking);
	EXPECT_LT(300U, nr);
	run_all(&d, disk_end);
	EXPECT_SAME(&d);
}

/* There is a page for who gets it; the kernel may find none all the same. */
TEST_F(world, pool_that_may_grow)
{
	static const char knob[] =
		"/sys/kernel/mm/hugepages/hugepages-2048kB/nr_overcommit_hugepages";
	unsigned int unsure = 0;
	struct diffs d = { 0 };
	struct situation s = { };
	char before[64];

	for (size_t i = 0; i < nr_situations; i++)
		if (!strcmp(situations[i].name, "hugetlb, nothing left"))
			s = situations[i];
	ASSERT_NE(NULL, s.make);
	s.name = "hugetlb, nothing left, but more may be made";
	s.outcomes[MMSCOPE_ACCESS_READ] = MMSCOPE_OUTCOME_NEW_HUGETLB;
	s.outcomes[MMSCOPE_ACCESS_WRITE] = MMSCOPE_OUTCOME_NEW_HUGETLB;
	s.outcomes[MMSCOPE_ACCESS_EXEC] = MMSCOPE_OUTCOME_SEGV_ACCERR;
	s.unsure = true;

	read_setting(knob, before, sizeof(before));
	if (knob_set(knob, "8"))
		SKIP(return, "no hugetlb pages of 2M");
	for (unsigned int access = 0; access < 3; access++)
		EXPECT_EQ(0, try(&d, &s, access, &unsure));
	knob_set(knob, before);
	/* That none can be made is foretold as well. */
	EXPECT_LE(2U, unsure);
	EXPECT_SAME(&d);
}

/* Every kind of the zoo: by its maker, access after access, and in a child for each. */
static int make_kind(struct place *place, const void *arg)
{
	static struct zoo_thing thing;
	const struct zoo_options few = { .count = 100 };
	int ret = zoo_make(arg, &few, &thing);

	if (ret) {
		memcpy(place->why, thing.why, sizeof(place->why) - 1);
		return ret == ZOO_LACKS ? PLACE_LACKS : PLACE_FAILED;
	}
	for (int i = 0; i < thing.nr_children; i++)
		place->helpers[place->nr_helpers++] = thing.children[i];
	place->va = thing.start;
	place->size = thing.end - thing.start;
	if (thing.nr_fds) {
		place->uffd = thing.fds[0];
		place->registered = thing.start;
		place->registered_size = place->size;
	}
	return PLACE_MADE;
}

static unsigned int try_kind(struct diffs *d, const struct zoo_kind *kind, struct actor *a)
{
	unsigned long va = a->place.va, size = a->place.size;
	const unsigned long addrs[] = {
		va, va + size / 2 + page_size + 8, va + size - 16, va + size,
	};
	unsigned int nr = 0;
	struct trial t;
	int ret;

	/* The children first: they leave the maker's pages as they are. Not of a gigabyte. */
	for (int child = size < 1UL << 30; child >= 0; child--)
		for (size_t i = 0; i < (child ? 2 : ARRAY_SIZE(addrs)); i++)
			/* What lies behind it belongs to somebody else. */
			for (unsigned int access = 0; access < (i == 3 ? 1 : 3); access++) {
				if (child && actor_fork(a)) {
					diff(d, "%s: fork", kind->name);
					return nr;
				}
				ret = attempt(a, addrs[i], access, &t);
				if (ret)
					diff(d, "%s: 0x%lx: %s", kind->name, addrs[i],
					     strerror(-ret));
				else
					judge(d, kind->name, addrs[i], access, &t);
				if (child)
					actor_join(a);
				if (ret)
					return nr;
				nr++;
			}
	return nr;
}

TEST_F_TIMEOUT(world, kinds, 100)
{
	unsigned int nr = 0, nr_kinds = 0;
	struct diffs d = { 0 };
	struct actor a;

	for (unsigned int i = 0; i < zoo_nr_kinds; i++) {
		const struct zoo_kind *kind = &zoo_kinds[i];
		int ret;

		/* What lives elsewhere cannot be told what to do; "mixed" is all the others. */
		if (kind->flags & (ZOO_OTHER | ZOO_NO_MM | ZOO_EXITS) ||
		    !strcmp(kind->name, "mixed") || !strcmp(kind->name, "threads"))
			continue;
		ret = actor_start(&a, make_kind, kind);
		if (ret == PLACE_FAILED)
			diff(&d, "%s: %s", kind->name, a.place.why);
		if (ret)
			continue;
		nr += try_kind(&d, kind, &a);
		nr_kinds++;
		actor_end(&a);
	}
	TH_LOG("%u predictions on %u kinds", nr, nr_kinds);
	EXPECT_LT(33U, nr_kinds);
	EXPECT_LT(33U * 15, nr);
	EXPECT_SAME(&d);
}

TEST_HARNESS_MAIN
