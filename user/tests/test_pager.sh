#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Output on a terminal goes through a pager and fits its width, elsewhere it does not. On the
# fake device.
# Usage: test_pager.sh COMMAND

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "${0%/*}/tap.sh" pager
command=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export MMSCOPE_FAKE='' TERM=xterm
unset MMSCOPE_PAGER

# terminal ARGS...: the command on a terminal; what appears there, and its exit status
terminal() {
	local status=0
	script -qec "$command --device /dev/null $*" /dev/null </dev/null >"$dir/out" 2>&1 || status=$?
	echo "$status $(grep -c '^PAGED ' "$dir/out" || true) $(grep -c 'START' "$dir/out" || true)"
}

lines=$("$command" --device /dev/null vmas self | wc -l)
export PAGER="sed 's/^/PAGED /'"
is "each line on a terminal" "$(terminal vmas self)" "0 $lines 1"
is "not with --no-pager" "$(terminal --no-pager vmas self)" "0 0 1"
is "not for one that holds a process still" "$(terminal verify self | cut -d' ' -f2)" 0
is "none in a pipe" "$("$command" --device /dev/null vmas self | grep -c PAGED || true)" 0
is "an error keeps its exit status" "$(terminal vmas 0 | cut -d' ' -f1)" 2
is "MMSCOPE_PAGER goes before PAGER; cat is none" \
	"$(MMSCOPE_PAGER="cat" terminal vmas self)" "0 0 1"
is "empty: none" "$(PAGER='' terminal vmas self)" "0 0 1"
is "a pager that is not there: none" "$(PAGER=/nonexistent terminal vmas self)" "0 0 1"
is "none on a dumb terminal" "$(TERM=dumb terminal vmas self)" "0 0 1"
is "one that ends early ends the output, too" "$(PAGER='sed -n 1q' terminal vmas self | cut -d' ' -f2-)" "0 0"

# On a terminal of so many columns: the line of that address, and that no line is wider.
mapping() {
	script -qec "stty cols $1; LC_ALL=${3:-C.UTF-8} $command --device /dev/null --no-pager vmas self --color never" \
		/dev/null </dev/null | tr -d '\r' >"$dir/out"
	sed -n "s/^ *$2 .* //p" "$dir/out"
	[ "$(LC_ALL=C.UTF-8 wc -L <"$dir/out")" -le "$1" ] || echo "too wide"
}
is "a path that fits" "$(mapping 80 0x50000000)" /usr/lib/libx.so
is "of one that does not, the end" "$(mapping 64 0x50000000)" "…sr/lib/libx.so"
is "to the column" "$(mapping 66 0x50000000)" /usr/lib/libx.so
is "in ASCII" "$(mapping 64 0x50000000 C)" ".../lib/libx.so"
is "where there is no room, as it comes" "$(mapping 56 0x50000000)" "/usr/li"
# What comes line by line stays in its columns, in 80 of them.
script -qec "stty cols 80; LC_ALL=C.UTF-8 $command --device /dev/null watch self --count 10 --interval 0.05" \
	/dev/null </dev/null | tr -d '\r' >"$dir/out"
is "lines of watch, and how wide they are" "$(while IFS= read -r line; do
	LC_ALL=C.UTF-8 wc -L <<<"$line"
done <"$dir/out" | sort | uniq -c | awk '{ print $1, $2 <= 80 }')" "11 1"
is "a path in a pipe" "$("$command" --device /dev/null vmas self | grep -c '/usr/lib/libx.so$')" 2
# raw: lines with the escape sequence that a file is called by, and with it made harmless
raw() { echo "$(grep -c $'\033\[31m' "$dir/out" || true) $(grep -c '\\x1b\[31mred' "$dir/out" || true)"; }
terminal --no-pager vmas self --format maps >"$dir/status"
is "maps on a terminal: no name as it is" "$(raw)" "0 1"
terminal vmas self --format maps >"$dir/status"
is "nor through a pager" "$(raw)" "0 1"
"$command" --device /dev/null vmas self --format maps >"$dir/out"
is "elsewhere as the kernel prints it" "$(raw)" "1 0"
finish
