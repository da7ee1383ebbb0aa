# SPDX-License-Identifier: GPL-2.0-only
# The commands a person types; what they do is in scripts/. `make help` lists most.
# All that is built lands in build/.

# What is tested and linted by default; `scripts/kernel --list` tells all there are.
export KERNELS ?= 6.1 6.12
KERNEL ?= 6.12

build := $(CURDIR)/build
headers := /lib/modules/$(shell uname -r)/build

.PHONY: all module user selftests demo check check-all check-next check-dkms check-debug stress fuzz coverage labs htmldocs lint vm load unload install uninstall clean help bench pictures deb
.NOTPARALLEL:

all: module user

module:
ifneq ($(wildcard $(headers)),)
	scripts/build-module --running
else
	@echo "module: no headers for the running kernel $(shell uname -r); try: make vm"
endif

user:
	$(MAKE) -C user O=$(build)/user

selftests:
	$(MAKE) -C selftests O=$(build)/selftests

demo:
	@scripts/setup --for demo
	$(MAKE) user
	scripts/vm --kernel $(KERNEL) -- scripts/demo

# ELSEWHERE="PROGRAM..." is what kernels of other architectures run, where there is no time
# for all of it.
elsewhere = $(if $(ELSEWHERE),--elsewhere "$(ELSEWHERE)")

check:
	@scripts/setup --for check
	$(MAKE) user selftests
	scripts/check $(elsewhere) $(KERNELS)

# Experiments for learners; LAB=name shows one in full.
labs:
	@scripts/setup --for check
	$(MAKE) user
	$(MAKE) -C Documentation/labs O=$(build)/labs
	scripts/labs $(addprefix --lab ,$(LAB)) $(KERNELS)

# Every kernel of scripts/kernels, and one table of them.
check-all:
	@scripts/setup --for check --for matrix
	$(MAKE) user selftests
	scripts/check $(elsewhere)

# The module against the source of the newest kernel that Debian has.
check-next:
	@scripts/setup --for build --for kernels --for matrix
	scripts/check-next

# Adds, builds, installs and removes the module as DKMS does on an update of the kernel.
check-dkms:
	@scripts/setup --for build --for kernels --for dkms
	scripts/dkms test $(KERNELS)

check-debug:
	@scripts/setup --for debug
	$(MAKE) user selftests
	scripts/check-debug $(DEBUG_TESTS)

# Which lines of module/ they reached.
coverage:
	@scripts/coverage

stress:
	@scripts/setup --for debug
	$(MAKE) user selftests
	STRESS_SECONDS=$(or $(SECONDS),600) scripts/check-debug --races stress retract

# FUZZ_SECONDS of the module, RUNS of each parser of the user programs.
fuzz:
	@scripts/setup --for debug --for fuzz
	$(MAKE) user selftests
	$(MAKE) -C user O=$(build)/user fuzz
	scripts/fuzz

htmldocs:
	@scripts/setup --for lint
	@scripts/htmldocs

lint:
	@scripts/setup --for lint
	scripts/lint

bench:
	@scripts/setup --for demo
	scripts/bench --kernel $(KERNEL)

vm:
	@scripts/setup --for demo
	$(MAKE) user
	scripts/vm --kernel $(KERNEL)

# The screenshots of README.md, to be looked at before they are committed.
pictures:
	@scripts/setup --for check
	$(MAKE) user
	scripts/pictures

# Packages in build/deb; TRY=yes installs and uses them in a Debian of their own.
deb:
	@scripts/setup --for deb
	scripts/deb $(if $(TRY),--try $(KERNEL))

# From here on: the real machine.

root = @[ "$$(id -u)" = 0 ] || { echo "make $@: not root" >&2; exit 1; }

load:
	$(root)
	ko=$$(scripts/build-module --running) && insmod "$$ko"

unload:
	$(root)
	rmmod mmscope

modules := $(DESTDIR)/lib/modules/$(shell uname -r)

install: user
	$(MAKE) -C user O=$(build)/user install
ifneq ($(wildcard $(headers)),)
	ko=$$(scripts/build-module --running) && \
		install -D -m 644 "$$ko" $(modules)/extra/mmscope.ko
	$(if $(DESTDIR),,depmod)
else
	@echo "install: user programs only: no headers for the running kernel $(shell uname -r)"
endif

uninstall:
	$(MAKE) -C user O=$(build)/user uninstall
	rm -f $(modules)/extra/mmscope.ko
	$(if $(DESTDIR),,depmod)

clean:
	rm -rf build

help:
	@echo "make                the module for the running kernel, and the user programs"
	@echo "make demo           see a real process's memory, in a guest"
	@echo "make check          all tests, in guests  [KERNELS=\"$(KERNELS)\"]"
	@echo "make check-all      all tests on every kernel of scripts/kernels, and a table of them"
	@echo "                    [ELSEWHERE=PROGRAMS for other architectures]"
	@echo "make check-next     it is built against the newest kernel's source, with -Werror and sparse"
	@echo "make check-dkms     DKMS builds, installs and removes it  [KERNELS=\"$(KERNELS)\"]"
	@echo "make labs           experiments for learners, in guests  [LAB=name KERNELS=...]"
	@echo "make check-debug    tests in a kernel that finds mistakes  [DEBUG_TESTS=PROGRAMS]"
	@echo "make coverage       which lines of module/ those have reached, and which not"
	@echo "make stress         address spaces that change under their readers  [SECONDS=600]"
	@echo "make fuzz           calls and files that nobody would make  [FUZZ_SECONDS=600 RUNS=100000]"
	@echo "make bench          measure it beside /proc, in guests  [KERNEL=$(KERNEL) BENCH_QUICK=1]"
	@echo "make pictures       the screenshots of the documentation"
	@echo "make htmldocs       the documentation as HTML"
	@echo "make deb            Debian packages, one for DKMS among them  [TRY=yes]"
	@echo "make lint           compilers' and checkers' opinion of the source"
	@echo "make vm             a shell in a guest with the module loaded  [KERNEL=$(KERNEL)]"
	@echo "make load, unload   the module on this machine (root)"
	@echo "make install, uninstall  [DESTDIR= prefix=]"
	@echo "make clean          remove build/"
