# SPDX-License-Identifier: GPL-2.0
#
# supported.mk - what the module can be built for, asked before anything is compiled
#
# The oldest series that is tested; a kernel before it may free page tables in other
# ways, and compile all the same.
mmscope-oldest := $(if $(filter riscv,$(SRCARCH)),6.12,5.10)
mmscope-series := $(VERSION).$(PATCHLEVEL)
ifneq ($(shell printf '%s\n' $(mmscope-oldest) $(mmscope-series) | sort -VC && echo yes),yes)
$(error mmscope: kernel $(mmscope-series) is older than $(mmscope-oldest): take headers of a newer one)
endif

ifeq ($(wildcard $(mmscope-dir)/arch/$(SRCARCH).h),)
$(error mmscope: no support for the architecture $(SRCARCH): see Documentation/porting.rst)
endif

# Without the counts of pages in large folios (749492229e3b "mm: stop maintaining the
# per-page mapcount of large folios (CONFIG_NO_PAGE_MAPCOUNT)", 6.15) it cannot be told
# which of them are shared; no kernel of Debian is without.
ifeq ($(CONFIG_NO_PAGE_MAPCOUNT),y)
$(error mmscope: kernel without CONFIG_PAGE_MAPCOUNT, whose counts of pages are averages: take one with it)
endif
