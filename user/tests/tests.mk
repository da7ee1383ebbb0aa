# SPDX-License-Identifier: GPL-2.0
#
# tests.mk - included by the Makefile above: builds library, command and tests once
# more with ASan and UBSan, and runs them. Needs neither the module nor root.

T := $(O)/tests
t_flags = $(common) -D_GNU_SOURCE -DMMSCOPE_VERSION='"$(VERSION)"' -I$(srcdir)/cli \
	-I$(srcdir)/tests $(shell $(PKG_CONFIG) --cflags smartcols json-c libelf ncursesw cmocka) -O1 -g $(SAN)
t_libs = $(shell $(PKG_CONFIG) --libs smartcols json-c libelf ncursesw cmocka) -lm -pthread

t_lib := $(lib_src:$(srcdir)/%.c=$(T)/obj/%.o)
t_cli := $(cli_src:$(srcdir)/%.c=$(T)/obj/%.o) $(T)/obj/cli/map/embed.o
t_cli_nomain := $(filter-out $(T)/obj/cli/main.o,$(t_cli))
fake := $(T)/obj/tests/fake.o

tests := $(T)/test_parse $(T)/test_address $(T)/test_space $(T)/test_change $(T)/test_render $(T)/test_lib \
	$(T)/test_snapshot $(T)/test_cli

$(T)/obj/%.o: $(srcdir)/%.c $(header)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(t_flags) -c $< -o $@

$(T)/obj/cli/map/embed.o: $(O)/obj/cli/map/embed.o
	@mkdir -p $(@D)
	$(Q)cp $< $@

$(T)/test_parse $(T)/test_address $(T)/test_space $(T)/test_change $(T)/test_render: $(T)/%: $(T)/obj/tests/%.o $(t_cli_nomain) $(t_lib)
	$(call say,LD)
	$(Q)$(CC) $(SAN) -o $@ $^ $(t_libs)

$(T)/test_lib $(T)/test_snapshot: $(T)/%: $(T)/obj/tests/%.o $(fake) $(t_lib)
	$(call say,LD)
	$(Q)$(CC) $(SAN) -Wl,--wrap=ioctl -o $@ $^ $(t_libs)

$(T)/test_cli: $(T)/obj/tests/test_cli.o $(T)/mmscope
	$(call say,LD)
	$(Q)$(CC) $(SAN) -o $@ $< $(t_libs)

# The command, on the fake device.
$(T)/mmscope: $(t_cli) $(fake) $(t_lib)
	$(call say,LD)
	$(Q)$(CC) $(SAN) -Wl,--wrap=ioctl -o $@ $^ $(t_libs)

# Every symbol of the public header is exported, and nothing else.
$(T)/exports.ok: $(shared) $(srcdir)/lib/libmmscope.h
	$(Q)nm -D --defined-only $< | sed -n 's/.* T \(mmscope_[a-z_]*\).*/\1/p' | sort >$(T)/exports
	$(Q)sed -n 's/^[a-z].*[ *]\(mmscope_[a-z_]*\)(.*/\1/p; s/^\(mmscope_[a-z_]*\)(.*/\1/p' \
		$(srcdir)/lib/libmmscope.h | sort >$(T)/declared
	$(Q)diff $(T)/declared $(T)/exports
	$(Q)touch $@

check: all $(tests) $(T)/exports.ok
	$(T)/test_parse
	$(T)/test_address
	$(T)/test_space
	$(T)/test_change
	$(T)/test_render
	$(T)/test_lib
	$(T)/test_snapshot
	$(T)/test_cli $(abspath $(T)/mmscope)
	bash $(srcdir)/tests/test_hardened.sh $(abspath $(command)) $(abspath $(shared))
	bash $(srcdir)/tests/test_completion.sh $(abspath $(T)/mmscope)
	bash $(srcdir)/tests/test_pager.sh $(abspath $(T)/mmscope)
	bash $(srcdir)/tests/test_progress.sh $(abspath $(T)/mmscope)
	bash $(srcdir)/tests/test_output.sh $(abspath $(T)/mmscope)
	bash $(srcdir)/tests/test_install.sh $(abspath $(O))

# What map draws, in a headless Chromium.
.PHONY: check-browser
check-browser: $(T)/mmscope
	@/usr/bin/python3 -B $(srcdir)/tests/browser/test_map.py $(abspath $(T)/mmscope)

# The tui, on a terminal emulator.
.PHONY: check-terminal
check-terminal: $(T)/mmscope
	@/usr/bin/python3 -B $(srcdir)/tests/terminal/test_tui.py $(abspath $(T)/mmscope)

-include $(t_lib:.o=.d) $(t_cli:.o=.d) $(wildcard $(T)/obj/tests/*.d)
