#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# probe.sh OUT SYMVERS 'CC FLAGS' PROBE.c ... - what this kernel's headers offer
#
# Compiles each probe; writes a header with HAVE_NAME 1 or 0 for each NAME.c.
# A probe that also needs exported symbols lists them in a comment line
# "symbols: a b"; each must stand in SYMVERS. The probe "control" must compile:
# without it broken headers would answer "no" to everything.
set -eu

out=$1 symvers=$2 cc=$3
shift 3

exported() { # PROBE: are all its symbols in Module.symvers?
	symbols=$(sed -n 's|^.*symbols: *\([a-z0-9_ ]*\).*|\1|p' "$1")
	# shellcheck disable=SC2086 # words
	set -- $symbols
	for symbol; do
		awk -v s="$symbol" '$2 == s { found = 1 } END { exit !found }' "$symvers" || return 1
	done
}

compiles() { # FILE
	# shellcheck disable=SC2086 # the flags are words
	eval "$cc" -Werror=implicit-function-declaration -Werror=incompatible-pointer-types \
		-Werror=int-conversion -S -o /dev/null "$1" 2>"$out.log"
}

# A probe that fails must fail for what it asks, not for what it includes; a header
# that is missing is an answer, too.
sound() { # PROBE
	grep '^#include' "$1" >"$out.c"
	compiles "$out.c" || grep -q 'No such file' "$out.log" && return
	sed -n 1,20p "$out.log" >&2
	echo "mmscope: ${1##*/}: the headers that it includes do not compile" >&2
	exit 1
}

: >"$out.tmp"
echo '/* made by compat/probe.sh from compat/probes/ */' >>"$out.tmp"
for probe; do
	name=$(basename "$probe" .c)
	if compiles "$probe" && exported "$probe"; then answer=1; else answer=0; fi
	if [ "$name" = control ]; then
		[ $answer = 1 ] && continue
		sed -n 1,20p "$out.log" >&2
		echo "mmscope: no usable kernel headers: not even an empty module compiles, or" \
			"$symvers does not list mmput_async" >&2
		exit 1
	fi
	[ $answer = 1 ] || sound "$probe"
	echo "#define HAVE_$(echo "$name" | tr '[:lower:]' '[:upper:]') $answer" >>"$out.tmp"
done
mv "$out.tmp" "$out"
rm -f "$out.log" "$out.c"
