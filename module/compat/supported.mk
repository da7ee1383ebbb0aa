# SPDX-License-Identifier: GPL-2.0
#
# supported.mk - what the module can be built for, asked before anything is compiled
#
# The oldest series whose source the rules of Documentation/design.rst were checked
# against; a kernel before it may free page tables in other ways, and compile all the same.
mmscope-series := $(shell expr $(VERSION) \* 1000 + $(PATCHLEVEL))
ifneq ($(shell test $(mmscope-series) -ge 5010 && echo yes),yes)
$(error mmscope: kernel $(VERSION).$(PATCHLEVEL) is older than 5.10: take headers of a newer one)
endif

ifeq ($(wildcard $(mmscope-dir)/arch/$(SRCARCH).h),)
$(error mmscope: no support for the architecture $(SRCARCH): see Documentation/porting.rst)
endif
