# SPDX-License-Identifier: GPL-2.0
#
# tests.mk - included by the Makefile above: builds library, command and tests once
# more with ASan and UBSan, and runs them. Needs neither the module nor root.

T := $(O)/tests
t_flags = $(common) -D_GNU_SOURCE -DMMSCOPE_VERSION='"$(VERSION)"' -I$(srcdir)/cli \
	-I$(srcdir)/tests $(shell $(PKG_CONFIG) --cflags smartcols json-c cmocka) -O1 -g $(SAN)
t_libs = $(shell $(PKG_CONFIG) --libs smartcols json-c cmocka) -pthread

t_lib := $(lib_src:$(srcdir)/%.c=$(T)/obj/%.o)
t_cli := $(cli_src:$(srcdir)/%.c=$(T)/obj/%.o)
t_cli_nomain := $(filter-out $(T)/obj/cli/main.o,$(t_cli))
fake := $(T)/obj/tests/fake.o

tests := $(T)/test_parse $(T)/test_render $(T)/test_lib $(T)/test_cli

$(T)/obj/%.o: $(srcdir)/%.c $(header)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(t_flags) -c $< -o $@

$(T)/test_parse $(T)/test_render: $(T)/%: $(T)/obj/tests/%.o $(t_cli_nomain) $(t_lib)
	$(call say,LD)
	$(Q)$(CC) $(SAN) -o $@ $^ $(t_libs)

$(T)/test_lib: $(T)/obj/tests/test_lib.o $(fake) $(t_lib)
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
	$(T)/test_render
	$(T)/test_lib
	$(T)/test_cli $(abspath $(T)/mmscope)

-include $(t_lib:.o=.d) $(t_cli:.o=.d) $(wildcard $(T)/obj/tests/*.d)
