#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Work of more than a second shows on a terminal how far it is, and nowhere else. On the
# fake device, which is told to be slow.
# Usage: test_progress.sh COMMAND

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "${0%/*}/tap.sh" progress
command=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export TERM=xterm MMSCOPE_FAKE='many=14,vmas=1,slow=100'
clear=$'\r\033[K'

# seen SHELL-COMMAND: what appears on a terminal, without what is counted
seen() {
	script -qec "$1" /dev/null </dev/null | sed -zE 's/[0-9]+/N/g; s/(\r[a-z]+: *N%?)+/\1/g'
}

run="$command --device /dev/null"
is "rows that go to a file are counted" "$(seen "$run vmas self >$dir/out")" $'\r'"rows: N$clear"
is "the file has nothing of it" "$(wc -l <"$dir/out")" 15
is "not in a pipe: its reader may have the terminal" "$(seen "$run vmas self | wc -l")" $'N\r'
is "not without a terminal" "$(script -qec "$run vmas self 2>&1 >$dir/out | cat" /dev/null </dev/null)" ""
is "not in less than a second" "$(MMSCOPE_FAKE='' seen "$run vmas self >$dir/out")" ""

# What is read bit by bit, of each command that goes through all pages.
while read -r what slow args; do
	export MMSCOPE_FAKE="vmas=1,extents=1,slow=$slow"
	is "${args%% *} counts $what" \
		"$(seen "$run $args >$dir/out" | grep -ao "$what: N" | head -n 1)" "$what: N"
done <<-END
	records 60 snapshot self -o $dir/now
	runs 80 diff self self
	pages 30 share $$ $PPID
END
finish
