# SPDX-License-Identifier: GPL-2.0
#
# fuzz.mk - included by the Makefile above: libFuzzer targets for what is read that others
# wrote. RUNS inputs for each (100000); what was learned is kept in $(F)/corpus-NAME,
# what breaks in $(F)/NAME-*.

F := $(O)/fuzz
RUNS ?= 100000
f_san := -fsanitize=address,undefined -fno-sanitize-recover=undefined
f_flags = $(common) -D_GNU_SOURCE -DMMSCOPE_VERSION='"$(VERSION)"' -I$(srcdir)/cli \
	$(shell $(PKG_CONFIG) --cflags smartcols json-c libelf ncursesw) -O1 -g $(f_san) \
	-fsanitize=fuzzer-no-link -Wno-missing-prototypes -Wno-unknown-warning-option -Wno-gnu
f_obj := $(lib_src:$(srcdir)/%.c=$(F)/obj/%.o) \
	$(filter-out $(F)/obj/cli/main.o,$(cli_src:$(srcdir)/%.c=$(F)/obj/%.o)) \
	$(O)/obj/cli/map/embed.o
fuzzers := snapshot address elf

$(F)/obj/%.o: $(srcdir)/%.c $(header)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)clang-14 $(f_flags) -c $< -o $@

$(fuzzers:%=$(F)/fuzz_%): $(F)/fuzz_%: $(F)/obj/fuzz/fuzz_%.o $(f_obj)
	$(call say,LD)
	$(Q)clang-14 $(f_san) -fsanitize=fuzzer -o $@ $^ $(cli_libs) -pthread

# What to begin with: a process of the fake device, this text, this program.
$(F)/seeds/snapshot: $(T)/mmscope
	@mkdir -p $@
	$(Q)$(T)/mmscope --device /dev/null snapshot 42 --pages -o $@/fake >/dev/null

$(F)/seeds/address: $(srcdir)/tests/test_address.c
	@mkdir -p $@
	$(Q)sed -n 's/^.*{ "\([^"]*\)", [01], [01] }.*$$/\1/p' $< | split -l 1 - $@/

$(F)/seeds/elf: $(T)/mmscope
	@mkdir -p $@
	$(Q)printf 'int f(void) { return 1; } int main(void) { return f(); }\n' | \
		$(CC) -x c -shared -fPIC -o $@/so -
	$(Q)printf 'int main(void) { return 0; }\n' | $(CC) -x c -c -o $@/o -

.PHONY: fuzz $(fuzzers:%=fuzz-%)
fuzz: $(fuzzers:%=fuzz-%)
$(fuzzers:%=fuzz-%): fuzz-%: $(F)/fuzz_% $(F)/seeds/%
	@mkdir -p $(F)/corpus-$*
	$(Q)$(F)/fuzz_$* -runs=$(RUNS) -max_len=65536 -timeout=20 -rss_limit_mb=2048 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix=$(F)/$*- $(F)/corpus-$* $(F)/seeds/$* 2>&1 | \
		tee $(F)/$*.log | grep -E 'ERROR|SUMMARY|number_of_executed_units' ; \
		! grep -qE 'ERROR|SUMMARY' $(F)/$*.log

-include $(wildcard $(f_obj:.o=.d) $(F)/obj/fuzz/*.d)
