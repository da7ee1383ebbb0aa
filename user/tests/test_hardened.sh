#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the compiler and the linker were asked for against mistakes has come true, whatever
# CFLAGS were given.
# Usage: test_hardened.sh COMMAND LIBRARY

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "${0%/*}/tap.sh" hardened

for file; do
	name=${file##*/}
	headers=$(readelf -hlW "$file") dynamic=$(readelf -dW "$file") symbols=$(readelf --dyn-syms -W "$file")
	is "$name: goes wherever it is loaded" "$(grep -c 'Type: *DYN' <<<"$headers")" 1
	is "$name: its stack runs no code" "$(grep -c 'GNU_STACK .* RW ' <<<"$headers")" 1
	is "$name: relocations are read-only" "$(grep -c GNU_RELRO <<<"$headers")" 1
	is "$name: all of them, from the start" "$(grep -cE 'FLAGS.*(BIND_)?NOW' <<<"$dynamic" | sed 's/^[12]$/yes/')" yes
	is "$name: nothing is writable and runs" "$(grep -cE 'LOAD .* RWE ' <<<"$headers" || true)" 0
	is "$name: stacks are guarded" "$(grep -c ' __stack_chk_fail' <<<"$symbols" | sed 's/^[1-9].*/yes/')" yes
	is "$name: copies know their bounds" "$(grep -cE ' __[a-z]+_chk\b' <<<"$symbols" | sed 's/^[1-9].*/yes/')" yes
done
finish
